"""Interpreter objects: running, calling, exceptions on the way back, life and death."""
import os
import pickle
import subprocess
import sys
import textwrap
import threading
import time
import unittest

from concurrent import interpreters
import interpreters as pep554
from support import in_thread, wait_until


def add(a, b=10):
    return a + b


class Base:
    """In __main__, which another interpreter must find."""

    def __init__(self, value):
        self.value = value

    def __eq__(self, other):
        return type(self).__name__ == type(other).__name__ and self.value == other.value


def make_base(value):
    return Base(value)


class Objects(unittest.TestCase):

    def test_identity(self):
        interp = interpreters.create()
        self.assertIs(interpreters.Interpreter(interp.id), interp)
        self.assertIn(interp, interpreters.list_all())
        self.assertEqual(repr(interp), f"Interpreter({interp.id})")
        self.assertEqual(hash(interp), hash(interp.id))
        self.assertIs(pickle.loads(pickle.dumps(interp)), interp)
        self.assertEqual(interp.whence, "_interpreters module")
        with self.assertRaises(TypeError):
            interpreters.Interpreter("1")
        with self.assertRaises(interpreters.InterpreterNotFoundError):
            interpreters.Interpreter(10**6)

    def test_main(self):
        self.assertIs(interpreters.get_main(), interpreters.get_current())
        self.assertEqual(interpreters.get_main().id, 0)
        self.assertEqual(interpreters.get_main().whence, "runtime init")
        self.assertTrue(interpreters.get_main().is_running())
        for method in ("close", "interrupt"):
            with self.assertRaises(interpreters.InterpreterError):
                getattr(interpreters.get_main(), method)()
        with self.assertRaises(interpreters.InterpreterError):
            interpreters.get_main().exec("pass")

    def test_current(self):
        interp = interpreters.create()
        interp.exec("from concurrent import interpreters; current = interpreters.get_current().id")
        self.assertEqual(interp.get_main_attr("current"), interp.id)
        self.assertIs(interp.call(interpreters.get_current), interp)

    def test_exports(self):
        for module in (interpreters, pep554):
            for name in module.__all__:
                self.assertTrue(hasattr(module, name), name)
        self.assertIs(pep554.create, interpreters.create)

    def test_last_object_closes(self):
        number = interpreters.create().id
        self.assertNotIn(number, [each.id for each in interpreters.list_all()])

    def test_last_object_closes_after_the_run(self):
        interp = interpreters.create()
        number = interp.id
        recv, send = pep554.create_channel()
        thread = in_thread(interp.run, "recv.recv()")
        interp2 = interpreters.create()
        interp2.close()
        del interp
        send.close()
        with self.assertRaises(pep554.RunFailedError):     # recv is not a name there
            thread.join_result()
        del thread
        wait_until(lambda: number not in [each.id for each in interpreters.list_all()])

    def test_close(self):
        interp = interpreters.create()
        interp.close()
        for use in (interp.close, interp.is_running, lambda: interp.exec("1"), interp.stats):
            with self.assertRaises(interpreters.InterpreterNotFoundError):
                use()

    def test_close_while_running(self):
        recv, send = pep554.create_channel()
        interp = interpreters.create()
        thread = in_thread(lambda: interp.run("recv.recv()", channels={"recv": recv}))
        wait_until(interp.is_running)
        for use in (interp.close, lambda: interp.exec("1")):
            with self.assertRaises(interpreters.InterpreterError):
                use()
        send.send(1)
        thread.join_result()
        self.assertFalse(interp.is_running())
        interp.close()

    def test_close_what_runs_the_current_one(self):
        interp = interpreters.create()
        interp.prepare_main(number=interp.id)
        interp.exec("""if True:
            from concurrent import interpreters
            inner = interpreters.create()
            try:
                inner.exec(f'''if True:
                    from concurrent import interpreters
                    interpreters.Interpreter({number}).close(force=True)
                    ''')
            except interpreters.ExecutionFailed as error:
                text = str(error)
            """)
        self.assertIn("cannot destroy an interpreter that runs the current one", interp.get_main_attr("text"))


class Running(unittest.TestCase):

    def setUp(self):
        self.interp = interpreters.create()

    def test_state_persists(self):
        self.interp.exec("x = 1")
        self.interp.exec("x += 1")
        self.assertEqual(self.interp.get_main_attr("x"), 2)

    def test_main_attributes(self):
        self.interp.prepare_main({"a": 1}, b=[2])
        self.interp.set_main_attrs(c="3")
        self.interp.exec("d = (a, b, c)")
        self.assertEqual(self.interp.get_main_attr("d"), (1, [2], "3"))
        with self.assertRaises(AttributeError):
            self.interp.get_main_attr("missing")
        with self.assertRaises(interpreters.NotShareableError):
            self.interp.prepare_main(x=threading.Lock())

    def test_exec_function(self):
        def run():
            import builtins
            builtins.seen = 5
        self.interp.exec(run)
        self.interp.exec("result = seen")
        self.assertEqual(self.interp.get_main_attr("result"), 5)
        with self.assertRaises(TypeError):
            self.interp.exec(5)

    def test_failure(self):
        with self.assertRaises(interpreters.ExecutionFailed) as caught:
            self.interp.exec(textwrap.dedent("""
                def f():
                    raise KeyError("missing")
                try:
                    f()
                except KeyError as error:
                    problem = ValueError("told")
                    problem.add_note("a note")
                    raise problem from error
                """))
        info = caught.exception.excinfo
        self.assertEqual((info.type.__name__, info.type.__qualname__, info.type.__module__),
                         ("ValueError", "ValueError", "builtins"))
        self.assertEqual((info.msg, info.formatted), ("told", "ValueError: told"))
        for part in ("Traceback (most recent call last)", "KeyError: 'missing'", "direct cause", "a note", "in f"):
            self.assertIn(part, info.errdisplay)
        self.assertIn("Uncaught in the interpreter", str(caught.exception))
        copy = caught.exception.__cause__
        self.assertEqual((type(copy), copy.args, copy.__notes__), (ValueError, ("told",), ["a note"]))
        self.assertEqual(repr(copy.__cause__), "KeyError('missing')")

    def test_failure_of_run(self):
        with self.assertRaises(pep554.RunFailedError) as caught:
            self.interp.run("1 / 0")
        self.assertIsInstance(caught.exception, RuntimeError)
        self.assertIsInstance(caught.exception, interpreters.ExecutionFailed)
        self.assertIsInstance(caught.exception.__cause__, ZeroDivisionError)

    def test_failure_that_cannot_be_copied(self):
        with self.assertRaises(interpreters.ExecutionFailed) as caught:
            self.interp.exec("class Mine(Exception): pass\nraise Mine('text')")
        self.assertIsNone(caught.exception.__cause__)
        self.assertEqual(caught.exception.excinfo.formatted, "Mine: text")

    def test_failure_without_text(self):
        with self.assertRaises(interpreters.ExecutionFailed) as caught:
            self.interp.exec("class Bad(Exception):\n def __str__(self): 1/0\nraise Bad")
        self.assertIn("Bad", caught.exception.excinfo.formatted)
        with self.assertRaises(interpreters.ExecutionFailed) as caught:
            self.interp.exec("raise SystemExit")
        self.assertEqual(caught.exception.excinfo.formatted, "SystemExit")

    def test_syntax_error(self):
        with self.assertRaises(interpreters.ExecutionFailed) as caught:
            self.interp.exec("x = (")
        self.assertEqual(caught.exception.excinfo.type.__name__, "SyntaxError")
        self.assertIsInstance(caught.exception.__cause__, SyntaxError)


class Calling(unittest.TestCase):

    def setUp(self):
        self.interp = interpreters.create()

    def test_functions(self):
        for function, args, kwargs, result in [
                (len, ("abc",), {}, 3),
                (add, (1,), {}, 11),
                (add, (1,), {"b": 2}, 3),
                (lambda x, *rest, y=2: (x, rest, y), (1, 2, 3), {"y": 4}, (1, (2, 3), 4)),
                (os.path.join, ("a", "b"), {}, "a/b"),
                (dict, (), {"a": [1]}, {"a": [1]}),
                (make_base, (3,), {}, Base(3)),
                (Base, ([1],), {}, Base([1]))]:
            with self.subTest(function):
                self.assertEqual(self.interp.call(function, *args, **kwargs), result)

    def test_identity_of_arguments(self):
        shared = []
        self.assertTrue(self.interp.call(lambda a, b: a is b, shared, shared))

    def test_not_callable_there(self):
        local = object()
        with self.assertRaises(interpreters.NotShareableError):
            self.interp.call(lambda: local)

    def test_failure(self):
        with self.assertRaises(interpreters.ExecutionFailed) as caught:
            self.interp.call(add, 1, "2")
        self.assertIsInstance(caught.exception.__cause__, TypeError)
        self.assertIn("in add", caught.exception.excinfo.errdisplay)

    def test_in_thread(self):
        q = interpreters.create_queue()
        thread = self.interp.call_in_thread(lambda q: q.put("done"), q)
        self.assertIsInstance(thread, threading.Thread)
        self.assertEqual(q.get(timeout=20), "done")
        thread.join()

    def test_result_that_does_not_cross(self):
        with self.assertRaises(interpreters.ExecutionFailed) as caught:
            self.interp.call(lambda: (x for x in ()))
        self.assertEqual(caught.exception.excinfo.type.__name__, "NotShareableError")


class Process(unittest.TestCase):

    def run_program(self, source, **options):
        return subprocess.run([sys.executable, "-c", textwrap.dedent(source)], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=60, **options)

    def test_exit_with_interpreters_left(self):
        done = self.run_program("""
            import interpreters, atexit
            keep = [interpreters.create() for _ in range(3)]
            keep[0].run("import atexit; atexit.register(print, 'ended')")
            recv, send = interpreters.create_channel()
            """)
        self.assertEqual((done.returncode, done.stdout), (0, "ended\n"))

    def test_exit_while_others_run(self):
        done = self.run_program("""
            import interpreters, threading, time
            recv, send = interpreters.create_channel()
            busy = interpreters.create()
            threading.Thread(target=lambda: busy.run("while True: pass"), daemon=True).start()
            waiting = interpreters.create()
            threading.Thread(target=lambda: waiting.run("recv.recv()", channels={"recv": recv}), daemon=True).start()
            while not (busy.is_running() and waiting.is_running()):
                time.sleep(0.01)
            print("end")
            """)
        self.assertEqual((done.returncode, done.stdout), (0, "end\n"))

    def test_fork(self):
        done = self.run_program("""
            import interpreters, os, threading, time
            recv, send = interpreters.create_channel()
            queue = interpreters.create_queue()
            other = interpreters.create()
            waiting = threading.Thread(target=recv.recv, daemon=True)
            waiting.start()
            time.sleep(0.1)
            pid = os.fork()
            if pid == 0:
                # The thread that waited is not here: the item is for whoever asks.
                print(send.send_nowait(1), recv.recv(timeout=5))
                queue.put([2])
                print(queue.get())
                other.run("print('in the child')")
                fresh = interpreters.create()
                fresh.run("print('in a new one')")
                fresh.close()
                os._exit(0)
            assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
            print(send.send_nowait(None))
            """)
        self.assertEqual((done.returncode, done.stdout), (
            0, "False 1\n[2]\nin the child\nin a new one\nTrue\n"))

    def test_ctrl_c_reaches_what_the_main_thread_runs(self):
        done = self.run_program("""
            import interpreters, os, signal, threading
            other = interpreters.create()
            threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
            try:
                other.run("while True: pass")
            except KeyboardInterrupt:
                print("interrupted")
            """)
        self.assertEqual((done.returncode, done.stdout), (0, "interrupted\n"))


if __name__ == "__main__":
    unittest.main()
