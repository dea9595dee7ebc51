# unittest: results, fixtures, skips, subtests, assertions and their messages, mock.
import io, re, sys, unittest
from unittest import mock
class T(unittest.TestCase):
    @classmethod
    def setUpClass(cls): log.append("class")
    def setUp(self): log.append("setup"); self.addCleanup(log.append, "cleanup")
    def tearDown(self): log.append("teardown")
    def test_pass(self): self.assertTrue(1)
    def test_fail(self): self.assertEqual([1, 2, 3], [1, 2, 4])
    def test_error(self): {}["x"]
    @unittest.skip("why")
    def test_skip(self): pass
    @unittest.expectedFailure
    def test_expected(self): self.fail()
    def test_sub(self):
        for i in range(3):
            with self.subTest(i=i): self.assertNotEqual(i, 1)
    def test_doc(self):
        "Documented test."
    async def helper(self): pass
class A(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self): log.append("async setup")
    async def test_async(self): self.assertEqual(await self.value(), 5)
    async def value(self): return 5
log, out = [], io.StringIO()
suite = unittest.TestSuite([unittest.defaultTestLoader.loadTestsFromTestCase(c) for c in (T, A)]); r = unittest.TextTestRunner(stream=out, verbosity=2).run(suite); print(re.sub(r"in [\d.]+s", "in Xs", out.getvalue()).replace(__file__, "FILE")); print(r, len(r.failures), len(r.errors), len(r.skipped), len(r.expectedFailures), r.wasSuccessful(), log)
t = unittest.TestCase()
for check in (lambda: t.assertEqual(1, 2, "own message"), lambda: t.assertEqual("a\nb\n", "a\nc\n"), lambda: t.assertEqual({"a": 1}, {"a": 2}), lambda: t.assertEqual((1, 2), (1,)), lambda: t.assertEqual({1}, {2}), lambda: t.assertIn(1, [2]), lambda: t.assertIs(1, 2), lambda: t.assertIsNone(5), lambda: t.assertRaises(ValueError, int, "5"), lambda: t.assertAlmostEqual(1, 1.1), lambda: t.assertRegex("abc", "x"), lambda: t.assertCountEqual([1, 2], [2, 2]), lambda: t.assertIsInstance(1, str), lambda: t.assertGreater(1, 2), lambda: t.assertFalse([1]), lambda: t.assertListEqual([1], (1,)), lambda: t.assertRaisesRegex(ValueError, "zz", int, "a"), lambda: t.assertWarns(UserWarning, int, "5"), lambda: t.assertLogs("x").__enter__().__class__ and None, lambda: t.assertMultiLineEqual("x", "y"), lambda: t.assertDictEqual({1: 2}, {}), lambda: t.fail("failing"), lambda: t.assertNotIn("a", "abc"), lambda: t.assertSequenceEqual("ab", "ac")):
    try: print("ok", check())
    except AssertionError as e: print(e)
with t.assertRaises(KeyError) as cm: {}["k"]
print(cm.exception.args)
m = mock.Mock(return_value=5, side_effect=None); m(1, a=2); m.x.y(3); m.z = 9; print(m.call_args, m.mock_calls, m.call_count, m.called, m.x.y.call_args_list, m(), mock.call(1) == mock.call(1)); m2 = mock.MagicMock(); m2.__len__.return_value = 3; print(len(m2), m2[1].__class__.__name__, mock.Mock(side_effect=[1, 2])(), mock.sentinel.x)
try: m.assert_called_once_with(1)
except AssertionError as e: print(e)
with mock.patch("os.getcwd", return_value="patched") as p, mock.patch.dict("os.environ", {"Q": "1"}): import os; print(os.getcwd(), os.environ["Q"], p.call_count)
s = mock.create_autospec(lambda a, b=1: None)
try: s(1, 2, 3)
except TypeError as e: print(e)
with mock.patch.object(T, "helper", new="replaced"): print(T.helper)
try: mock.Mock(spec=["a"]).b
except AttributeError as e: print(e)
