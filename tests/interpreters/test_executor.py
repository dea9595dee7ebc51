"""concurrent.futures.InterpreterPoolExecutor."""
import concurrent.futures
import gc
import os
import signal
import time
import unittest

from concurrent import interpreters


def square(x):
    return x * x


def set_up(value):
    import builtins
    builtins.set_up_value = value


def current_id():
    from concurrent import interpreters
    return interpreters.get_current().id


class Executor(unittest.TestCase):

    def setUp(self):
        gc.collect()    # interpreters that the exceptions of other tests refer to

    def test_name_and_place(self):
        from concurrent.futures import InterpreterPoolExecutor
        self.assertIs(concurrent.futures.InterpreterPoolExecutor, InterpreterPoolExecutor)
        self.assertIn("InterpreterPoolExecutor", concurrent.futures.__all__)
        self.assertTrue(issubclass(InterpreterPoolExecutor, concurrent.futures.ThreadPoolExecutor))
        self.assertEqual(os.path.realpath(concurrent.futures.__file__),
                         os.path.join(os.path.dirname(os.path.realpath(os.__file__)), "concurrent/futures/__init__.py"))
        with self.assertRaises(AttributeError):
            concurrent.futures.nothing

    def test_map(self):
        with concurrent.futures.InterpreterPoolExecutor(2) as executor:
            self.assertEqual(list(executor.map(square, range(20))), [x * x for x in range(20)])
            self.assertEqual(executor.submit(lambda a, b: a + b, 1, b=2).result(), 3)
            self.assertNotEqual(executor.submit(current_id).result(), interpreters.get_current().id)

    def test_exception(self):
        with concurrent.futures.InterpreterPoolExecutor(1) as executor:
            with self.assertRaises(ZeroDivisionError) as caught:
                executor.submit(divmod, 1, 0).result()
            self.assertIsInstance(caught.exception.__cause__, interpreters.ExecutionFailed)
            unsent = executor.submit(lambda: self)
            self.assertIsInstance(unsent.exception(timeout=20), interpreters.NotShareableError)
            self.assertEqual(executor.submit(square, 3).result(), 9)

    def test_initializer(self):
        with concurrent.futures.InterpreterPoolExecutor(1, initializer=set_up, initargs=("value",)) as executor:
            self.assertEqual(executor.submit(eval, "set_up_value").result(), "value")

    def test_broken(self):
        from concurrent.futures.interpreter import BrokenInterpreterPool
        with self.assertLogs("concurrent.futures", "CRITICAL"):
            with concurrent.futures.InterpreterPoolExecutor(1, initializer=divmod, initargs=(1, 0)) as executor:
                with self.assertRaises(BrokenInterpreterPool):
                    executor.submit(square, 1).result()
                    executor.submit(square, 1).result()

    def test_fork_beside_executors(self):
        """Interpreters that belong to threads close with these in the child, in whatever interpreter they are."""
        with concurrent.futures.InterpreterPoolExecutor(1) as executor:
            executor.submit(square, 1).result()
            outer = interpreters.create()
            outer.exec("from concurrent import futures\nexecutor = futures.InterpreterPoolExecutor(1)\n"
                       "executor.submit(abs, 1).result()")
            pid = os.fork()
            if pid == 0:
                signal.alarm(20)
                os._exit(len(interpreters.list_all()))
            limit = time.monotonic() + 30
            while not (ended := os.waitpid(pid, os.WNOHANG))[0] and time.monotonic() < limit:
                time.sleep(0.01)
            if not ended[0]:
                os.kill(pid, signal.SIGKILL)
                ended = os.waitpid(pid, 0)
            self.assertEqual(os.waitstatus_to_exitcode(ended[1]), 2)
            outer.exec("executor.shutdown()")
            outer.close()

    def test_interpreters_close_with_the_executor(self):
        before = len(interpreters.list_all())
        with concurrent.futures.InterpreterPoolExecutor(3) as executor:
            list(executor.map(time.sleep, [0.01] * 6))
            self.assertGreater(len(interpreters.list_all()), before)
        self.assertEqual(len(interpreters.list_all()), before)


if __name__ == "__main__":
    unittest.main()
