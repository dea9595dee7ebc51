"""What an interpreter lets go of when it closes, also when nothing in it could notice its end, so that its objects do not
end one by one; and that what can be noticed is."""
import os
import subprocess
import sys
import time
import unittest

import interpreters


class LettingGo(unittest.TestCase):

    def setUp(self):
        self.interp = interpreters.create()

    def channels(self):
        return {recv.id for recv, _ in interpreters.list_all_channels()}

    def test_threads_that_end(self):
        """Each gives back what its frames were on."""
        for start in ("thread = threading.Thread(target=len, args=([],)); thread.start(); thread.join()",
                      "inner.call_in_thread(len, ()).join()",
                      "thread = threading.Thread(target=inner.exec, args=('1',)); thread.start(); thread.join()"):
            with self.subTest(start):
                self.interp.exec(f"""if True:
                    import threading
                    from concurrent import interpreters
                    inner = interpreters.create()
                    me = interpreters.get_current()
                    def run(count):
                        for _ in range(count):
                            {start}
                        return me.stats()["heap_bytes"]
                    growth = -run(20) + run(100)
                    inner.close()
                    """)
                self.assertLess(self.interp.get_main_attr("growth"), 100_000)
        self.interp.close()

    def test_channels(self):
        before = self.channels()
        self.interp.exec("import interpreters; ends = [interpreters.create_channel() for _ in range(3)]")
        self.assertEqual(len(self.channels() - before), 3)
        self.interp.close()
        self.assertEqual(self.channels(), before)

    def test_queues(self):
        import _interpreters
        before = _interpreters.list_queues()
        self.interp.exec("from concurrent import interpreters; queue = interpreters.create_queue(); queue.put('x' * 100000)")
        self.assertGreater(len(_interpreters.list_queues()), len(before))
        self.interp.close()
        self.assertEqual(_interpreters.list_queues(), before)

    def test_channels_inside_channels(self):
        before = self.channels()
        self.interp.exec("""if True:
            import interpreters
            recv, send = interpreters.create_channel()
            for _ in range(3): send.send_nowait(interpreters.create_channel())
            send.send_nowait(send)      # which keeps itself
            assert recv.recv()[0].id != recv.id
            while (got := recv.recv()) is not send and got != send: pass
            """)
        self.interp.close()
        self.assertEqual(self.channels(), before)

    def test_views_of_others_buffers(self):
        data = bytearray(b"abc")
        recv, send = interpreters.create_channel()
        send.send_buffer_nowait(data)
        self.interp.run("view = recv.recv(); assert bytes(view) == b'abc'", channels={"recv": recv})
        with self.assertRaises(BufferError):
            data.append(1)
        self.interp.close()
        time.sleep(0)       # a pending call ends the export
        data.append(1)
        self.assertEqual(data, b"abc\1")

    def test_threads(self):
        # Daemons, wherever they are: running, asleep, waiting for a lock, in a system call.
        def tasks():
            return set(os.listdir("/proc/self/task"))

        before = tasks()
        self.interp.exec("""if True:
            import queue, socket, threading, time
            def spin():
                while True: pass
            def nap():
                while True: time.sleep(0.001)
            def take_twice():
                lock = threading.Lock(); lock.acquire(); lock.acquire()
            pair = socket.socketpair()
            for target, *arguments in [(spin,), (nap,), (time.sleep, 1000), (take_twice,), (queue.Queue().get,),
                                       (pair[0].recv, 10)]:
                threading.Thread(target=target, args=arguments, daemon=True).start()
            """)
        self.assertGreaterEqual(len(tasks() - before), 6)
        self.interp.close()
        patience = time.monotonic() + 60
        while tasks() - before and time.monotonic() < patience:
            time.sleep(0.01)
        # There may be the thread that interrupts; it ends when it has nothing to do.
        self.assertEqual(tasks() - before, set())

    def test_thread_of_a_closed_interpreter_leaves_what_it_visits(self):
        inner = interpreters.create()
        self.interp.exec(f"""if True:
            import _interpreters, interpreters, threading, time
            other = interpreters.Interpreter({inner.id})
            threading.Thread(target=other.exec, args=("import time; time.sleep(0.2)",), daemon=True).start()
            """)
        while not inner.is_running():
            time.sleep(0.001)
        self.interp.close()
        patience = time.monotonic() + 60
        while inner.is_running() and time.monotonic() < patience:
            time.sleep(0.01)
        self.assertFalse(inner.is_running())
        inner.exec("x = 1")
        inner.close()

    def test_own_buffers_that_nobody_took(self):
        before = self.channels()
        self.interp.exec("""if True:
            import interpreters
            recv, send = interpreters.create_channel()
            send.send_buffer_nowait(bytearray(1000))
            """)
        self.interp.close()
        self.assertEqual(self.channels(), before)

    def test_memory(self):
        # Each sends a message that nobody takes and is the last to know the channel.
        def resident():
            with open("/proc/self/smaps_rollup") as file:
                return next(int(line.split()[1]) for line in file if line.startswith("Anonymous:"))
        source = "import interpreters; recv, send = interpreters.create_channel(); send.send_nowait(b'x' * 200000)"
        for count in (5, 40):
            before = resident()
            for _ in range(count):
                interp = interpreters.create()
                interp.exec(source)
                interp.close()
        self.assertLess(resident() - before, 2000)


class Noticed(unittest.TestCase):

    def said(self, source):
        """What `source` says while the interpreter closes."""
        recv, send = interpreters.create_channel()
        interp = interpreters.create()
        interp.run(source, channels={"send": send})
        interp.close()
        said = []
        while (word := recv.recv_nowait(None)) is not None:
            said.append(word)
        return said

    def test_finalizer(self):
        self.assertEqual(self.said("""if True:
            class Bell:
                def __del__(self, say=send.send_nowait): say("end")
            bell = Bell()
            """), ["end"])

    def test_callbacks(self):
        # Called while the references are still there: in sys, and without a way from there to the things. One is named
        # as one of the library's, one is native.
        named = """if True:
            class WeakSet:
                def __init__(self, say):
                    def _remove(reference): say("named")
                    self.callback = _remove
            """
        self.assertEqual(self.said(f"""if True:
            import sys, weakref
            class Thing: pass
            things, elsewhere = [Thing()], dict(__name__="elsewhere")
            exec({named!r}, elsewhere)
            sys.keep = weakref.ref(things[0], elsewhere["WeakSet"](send.send_nowait).callback)
            """), ["named"])
        printed = subprocess.run([sys.executable, "-c", """if True:
            import interpreters
            interpreters.create().exec(\"\"\"if True:
                import sys, weakref
                class Thing: pass
                things = [Thing()]
                sys.keep = weakref.ref(things[0], print)
                \"\"\")
            """], stdout=subprocess.PIPE, text=True, check=True).stdout
        self.assertRegex(printed, "<weakref .*; dead>")

    def test_tables_of_the_library_do_not_hide_others(self):
        self.assertEqual(self.said("""if True:
            import weakref
            class Thing:
                pass
            things, table, names = [Thing() for _ in range(3)], weakref.WeakSet(), weakref.WeakValueDictionary()
            table.update(things)
            names.update(enumerate(things))
            weakref.finalize(things[0], send.send_nowait, "finalized")
            """), ["finalized"])

    def test_other_interpreters(self):
        number = self.said("""if True:
            import interpreters
            child = interpreters.create()
            send.send_nowait(child.id)
            """)[0]
        self.assertNotIn(number, [each.id for each in interpreters.list_all()])


if __name__ == "__main__":
    unittest.main()
