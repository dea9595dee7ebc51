"""numpy, as the distribution built it, in several interpreters at the same time."""
import datetime
import subprocess
import sys
import unittest
import warnings

from concurrent import interpreters
from support import in_thread

# numpy warns when it is imported outside of the main interpreter. What it fears, shared C globals, is not so here.
IMPORT = "import warnings; warnings.simplefilter('ignore', UserWarning); import numpy as np\n"

WORK = """
def work(seed):
    generator, total = np.random.default_rng(seed), 0.0
    for _ in range(15):
        a = generator.random((40, 40))
        total += np.linalg.inv(a @ a.T + np.eye(40)).sum() + np.abs(np.fft.fft(a)).max()
        total += float(np.sort(a.ravel())[::7].sum()) + np.sin(a).std()
        total += (np.datetime64('2024-02-29') + np.timedelta64(int(total) % 1000, 'D')).item().toordinal()
    return total, str(a[:2, :3]), repr(np.array([1.5, None], dtype=object))
"""


class Numpy(unittest.TestCase):

    def setUp(self):
        self.queue = interpreters.create_queue()
        self.interps = []

    def tearDown(self):
        for interp in self.interps:
            interp.close()

    def create(self):
        interp = interpreters.create()
        self.interps.append(interp)
        interp.prepare_main(queue=self.queue)
        interp.exec(IMPORT)
        return interp

    def ask(self, interp, expression):
        interp.exec(f"queue.put(({expression}))")
        return self.queue.get(timeout=60)

    def test_results_at_the_same_time(self):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import numpy
        here = {"np": numpy}
        exec(WORK, here)
        expected = [here["work"](seed) for seed in range(3)]
        interps = [self.create() for _ in range(3)]
        for interp in interps:
            interp.exec(WORK)
        threads = [in_thread(interp.exec, f"for _ in range(3): queue.put(({seed}, work({seed})))")
                   for seed, interp in enumerate(interps)]
        while_they_run = [here["work"](seed) for seed in range(3)]
        for thread in threads:
            thread.join_result(60)
        results = [self.queue.get(timeout=60) for _ in range(9)]
        self.assertEqual(while_they_run, expected)
        self.assertEqual(sorted(results), sorted((seed, expected[seed]) for seed in range(3) for _ in range(3)))

    def test_settings_are_not_shared(self):
        first, second = self.create(), self.create()
        first.exec("np.set_printoptions(precision=2); np.seterr(all='raise'); np.random.seed(1)")
        second.exec("np.random.seed(1)")
        text = "str(np.array([1.23456])), np.geterr()['divide'], float(np.random.rand())"
        one, two = self.ask(first, text), self.ask(second, text)
        self.assertEqual(one[:2], ("[1.23]", "raise"))
        self.assertEqual(two[:2], ("[1.23456]", "warn"))
        self.assertEqual(one[2], two[2])

    def test_types_are_not_shared(self):
        first, second = self.create(), self.create()
        ids = [self.ask(interp, "(id(np.ndarray), id(np.add), id(np.datetime64(0, 's').item().__class__))")
               for interp in (first, second)]
        self.assertTrue(set(ids[0]).isdisjoint(ids[1]))
        self.assertNotIn(id(datetime.datetime), ids[0] + ids[1])
        first.exec("class Own(np.ndarray): pass")
        self.assertTrue(self.ask(first, "'Own' in [c.__name__ for c in np.ndarray.__subclasses__()]"))
        self.assertFalse(self.ask(second, "'Own' in [c.__name__ for c in np.ndarray.__subclasses__()]"))

    def test_buffer_without_copy(self):
        interp = self.create()
        data = bytearray(8 * 1000)
        self.queue.put(memoryview(data))
        interp.exec("a = np.frombuffer(queue.get(timeout=60)); a[:] = np.arange(1000.0); queue.put(float(a.sum())); del a")
        self.assertEqual(self.queue.get(timeout=60), 499500.0)
        self.assertEqual(sum(memoryview(data).cast("d")), 499500.0)

    def test_errors(self):
        interp = self.create()
        for source, message in [("np.zeros(3)[5]", "index 5 is out of bounds for axis 0 with size 3"),
                                ("np.linalg.inv(np.zeros((2, 2)))", "Singular matrix"),
                                ("np.datetime64('x')", "Error parsing datetime string")]:
            with self.assertRaisesRegex(interpreters.ExecutionFailed, message):
                interp.exec(source)
        self.assertEqual(self.ask(interp, "int(np.arange(4).sum())"), 6)

    def test_threads_inside(self):
        interp = self.create()
        interp.exec(WORK + "from concurrent.futures import ThreadPoolExecutor\n"
                    "with ThreadPoolExecutor(3) as pool: results = list(pool.map(work, [5] * 6))")
        self.assertTrue(self.ask(interp, "results.count(results[0]) == 6"))

    def test_closing_gives_memory_back(self):
        def resident():
            with open("/proc/self/statm") as file:
                return int(file.read().split()[1]) * 4096

        def cycle():
            self.ask(self.create(), "float(np.linalg.inv(np.eye(200) * 2).sum())")
            self.interps.pop().close()

        cycle()
        cycle()
        before = resident()
        for _ in range(4):
            cycle()
        self.assertLess(resident() - before, 2 << 20)

    def test_main_interpreter_need_not_have_it(self):
        program = ("from concurrent import interpreters; i = interpreters.create()\n"
                   f"i.exec({IMPORT + 'print(np.arange(3) * 2)'!r}); i.close(); import numpy; print(numpy.ones(2))")
        process = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
        self.assertEqual((process.stdout, process.stderr), ("[0 2 4]\n[1. 1.]\n", ""))


if __name__ == "__main__":
    unittest.main()
