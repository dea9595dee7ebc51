"""Interpreter objects: running, calling, exceptions on the way back, life and death."""
import concurrent.futures
import functools
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


def add_elsewhere(a, b):
    with concurrent.futures.InterpreterPoolExecutor(2) as executor:
        return executor.submit(make_base, add(a, b)).result().value


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
        self.interp.set_main_attrs({"e": 4}, f=5)
        self.interp.prepare_main([("g", 6)])
        self.assertEqual([self.interp.get_main_attr(name) for name in "efg"], [4, 5, 6])
        self.assertEqual(self.interp.get_main_attr("missing", None), None)
        with self.assertRaises(AttributeError):
            self.interp.get_main_attr("missing")
        for wrong, error in ((5, TypeError), ("ab", ValueError), ({1: 2}, TypeError)):
            with self.assertRaises(error):
                self.interp.prepare_main(wrong)
        with self.assertRaises(interpreters.NotShareableError):
            self.interp.prepare_main(x=threading.Lock())

    def test_exec_function(self):
        def run():
            import builtins
            builtins.seen = 5
        self.interp.exec(run)
        self.interp.exec("result = seen")
        self.assertEqual(self.interp.get_main_attr("result"), 5)
        for wrong in (5, b"1", len, None):
            with self.assertRaises(TypeError):
                self.interp.exec(wrong)

    def test_exec_source(self):
        self.interp.exec("""
            x = 1
            if x:

                text = '''two
            lines'''
            """)
        self.assertEqual(self.interp.get_main_attr("text"), "two\nlines")
        with self.assertRaises(interpreters.ExecutionFailed) as caught:
            self.interp.exec("  x = 1", dedent=False)
        self.assertEqual(caught.exception.excinfo.type.__name__, "IndentationError")
        # Where nothing is indented, nothing is changed.
        self.interp.exec("text = '''\n  \n  a'''")
        self.assertEqual(self.interp.get_main_attr("text"), "\n  \n  a")
        for run in (self.interp.exec, self.interp.run):
            with self.assertRaisesRegex(ValueError, "null bytes"):
                run("a\0b")
        class Source(str):
            pass
        self.interp.exec(Source("y = 2"))
        self.interp.exec(compile("z = y + 1", "file", "exec"))
        self.assertEqual(self.interp.get_main_attr("z"), 3)

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

    def test_failure_in_groups_and_chains(self):
        with self.assertRaises(interpreters.ExecutionFailed) as caught:
            self.interp.exec("""
                first = ValueError(1)
                first.add_note("note")
                second = OSError(2, "no", "file")
                second.__cause__ = first
                raise ExceptionGroup("outer", [first, ExceptionGroup("inner", [second])]) from KeyError(3)
                """)
        group = caught.exception.__cause__
        self.assertEqual(repr(group.__cause__), "KeyError(3)")
        second = group.exceptions[1].exceptions[0]
        self.assertEqual((type(second), second.filename), (FileNotFoundError, "file"))
        self.assertEqual((second.__cause__.args, second.__cause__.__notes__), ((1,), ["note"]))
        self.assertIn("FileNotFoundError", caught.exception.excinfo.errdisplay)
        # What refers to itself, and what is too long, is cut.
        for source in ("e = ValueError(1)\ne.__cause__ = e\nraise e",
                       "e = None\nfor i in range(3000): n = ValueError(i); n.__context__ = e; e = n\nraise e"):
            with self.assertRaises(interpreters.ExecutionFailed) as caught:
                self.interp.exec(source)
            self.assertIsInstance(caught.exception.__cause__, ValueError)

    def test_failure_of_a_failure(self):
        with self.assertRaises(interpreters.ExecutionFailed) as caught:
            self.interp.exec("from concurrent import interpreters\ninterpreters.create().exec('1/0')")
        inner = caught.exception.__cause__
        self.assertIsInstance(inner, interpreters.ExecutionFailed)
        self.assertEqual(inner.excinfo.type.__name__, "ZeroDivisionError")
        self.assertIsInstance(inner.__cause__, ZeroDivisionError)
        for error in (inner, pep554.RunFailedError(inner.excinfo)):
            copy = pickle.loads(pickle.dumps(error))
            self.assertEqual((type(copy), str(copy)), (type(error), str(error)))

    def test_failure_of_every_kind(self):
        for source, name, copied in [
                ("raise SystemExit(3)", "SystemExit", True), ("raise KeyboardInterrupt", "KeyboardInterrupt", True),
                ("raise GeneratorExit", "GeneratorExit", True), ("def f(): f()\nf()", "RecursionError", True),
                ("import threading\nraise ValueError(threading.Lock())", "ValueError", False),
                ("class B(Exception):\n def __reduce__(self): raise SystemExit\nraise B", "B", False),
                ("class B(Exception):\n def __str__(self): return 5\nraise B", "B", False),
                ("class B(Exception):\n def __str__(self): raise KeyboardInterrupt\nraise B", "B", False),
                ("class B(Exception):\n def __repr__(self): 1/0\nraise B(1)", "B", False)]:
            with self.subTest(source), self.assertRaises(interpreters.ExecutionFailed) as caught:
                self.interp.exec(source)
            self.assertEqual(caught.exception.excinfo.type.__name__, name)
            self.assertEqual(caught.exception.__cause__ is not None, copied)
        self.assertEqual(self.interp.call(len, "abc"), 3)

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

    def test_in_its_main(self):
        self.interp.exec("x = 5")
        self.assertEqual(self.interp.call(eval, "x + 1"), 6)
        self.assertEqual(self.interp.call(eval, "x + 1", {"x": 1}), 2)
        self.assertIsNone(self.interp.call(exec, "y = x * 2"))
        self.assertEqual(self.interp.get_main_attr("y"), 10)
        self.assertEqual(self.interp.call(eval, compile("y", "file", "eval")), 10)

    def test_what_does_not_cross(self):
        def closure():
            value = 3
            return lambda: value
        class Bad:
            def __reduce__(self):
                raise ValueError("no")
        for argument in (closure(), (x for x in ()), threading.Lock(), sys, sys.stdout, Bad()):
            with self.subTest(argument), self.assertRaises(interpreters.NotShareableError) as caught:
                self.interp.call(len, argument)
            self.assertIsInstance(caught.exception.__cause__, Exception)
        for bound, args, result in (("abc".upper, (), "ABC"), ([1].append, (2,), None), (functools.partial(int, base=2), ("11",), 3)):
            self.assertEqual(self.interp.call(bound, *args), result)

    def test_from_worker_to_worker(self):
        # What this program defines is found two interpreters away, too.
        self.assertEqual(self.interp.call(add_elsewhere, 1, 2), 3)
        self.assertEqual(self.interp.call(make_base, 4), Base(4))

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

    def test_fork_functions_that_do_not_end(self):
        # As when they want a lock of a thread that is not in the child.
        done = self.run_program("""
            import interpreters, os
            other = interpreters.create()
            other.run('''if True:
                import os, sys, _thread
                lock = _thread.allocate_lock()
                lock.acquire()
                os.register_at_fork(after_in_child=lock.acquire)
                sys.unraisablehook = lambda raised: print(raised.exc_type.__name__, "in", raised.object.__name__)
                ''')
            pid = os.fork()
            if pid == 0:
                other.run("print('in the child', lock.locked())")
                os._exit(0)
            assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
            """)
        self.assertEqual((done.returncode, done.stdout), (0, "KeyboardInterrupt in acquire\nin the child True\n"))

    def test_fork_gives_the_stacks_of_other_threads_away(self):
        done = self.run_program("""
            import os
            import interpreters
            others = [interpreters.create() for _ in range(6)]
            for other in others:
                other.run('''if True:
                    import os, threading, _thread
                    started = threading.Barrier(9)
                    def wait():
                        started.wait()
                        threading.Event().wait()
                    for _ in range(8):
                        threading.Thread(target=wait, daemon=True).start()
                    started.wait()
                    def in_child():
                        started = threading.Event()
                        threading.Thread(target=lambda: (started.set(), threading.Event().wait()), daemon=True).start()
                        started.wait()
                        ending = threading.Thread(target=int)
                        ending.start()
                        ending.join()
                    os.register_at_fork(after_in_child=in_child)
                    ''')
            pid = os.fork()
            if pid == 0:
                for other in others:
                    other.run("assert threading.active_count() == 2, threading.enumerate()")
                    other.run("assert _thread._count() == 1, _thread._count()")
                os._exit(0)
            print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
            """)
        self.assertEqual((done.returncode, done.stdout), (0, "0\n"))

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
