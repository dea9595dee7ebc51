"""Channels (PEP 554): blocking, order, timeouts, closing, association, what can be sent."""
import signal
import threading
import time
import unittest

import interpreters
from support import in_thread, shorter_than, wait_until


class Blocking(unittest.TestCase):

    def setUp(self):
        self.recv, self.send = interpreters.create_channel()

    def test_send_waits_for_the_receiver(self):
        sender = in_thread(self.send.send, "item")
        time.sleep(0.05)
        self.assertTrue(sender.is_alive())
        self.assertEqual(self.recv.recv(), "item")
        sender.join_result()

    def test_recv_waits_for_an_item(self):
        receiver = in_thread(self.recv.recv)
        time.sleep(0.05)
        self.assertTrue(receiver.is_alive())
        self.assertTrue(self.send.send_nowait(5))
        self.assertEqual(receiver.join_result(), 5)

    def test_send_nowait_says_whether_somebody_waited(self):
        self.assertIs(self.send.send_nowait(1), False)
        self.assertEqual(self.recv.recv_nowait(), 1)

    def test_recv_nowait(self):
        with self.assertRaises(interpreters.ChannelEmptyError):
            self.recv.recv_nowait()
        self.assertEqual(self.recv.recv_nowait("default"), "default")

    def test_timeouts(self):
        started = time.monotonic()
        with self.assertRaises(TimeoutError):
            self.recv.recv(timeout=0.05)
        self.assertGreaterEqual(time.monotonic() - started, 0.05)
        with self.assertRaises(TimeoutError):
            self.send.send("not sent", timeout=0.05)
        # What was not received in time is not there.
        with self.assertRaises(interpreters.ChannelEmptyError):
            self.recv.recv_nowait()
        with self.assertRaises(ValueError):
            self.recv.recv(timeout=-1)

    def test_receivers_are_served_in_order(self):
        order = []
        receivers = []
        for number in range(5):
            receivers.append(in_thread(lambda n=number: order.append((n, self.recv.recv()))))
            time.sleep(0.03)
        for item in range(5):
            self.send.send_nowait(item)
            wait_until(lambda: len(order) == item + 1)
        for receiver in receivers:
            receiver.join_result()
        self.assertEqual(order, [(n, n) for n in range(5)])

    def test_many_senders_and_receivers(self):
        count, each = 4, 200
        received = [[] for _ in range(count)]

        def receive(items):
            for item in self.recv:
                items.append(item)

        def send(number):
            for i in range(each):
                self.send.send((number, i))

        receivers = [in_thread(receive, received[i]) for i in range(count)]
        senders = [in_thread(send, i) for i in range(count)]
        for sender in senders:
            sender.join_result()
        self.send.close()
        for receiver in receivers:
            receiver.join_result()
        everything = sorted(item for items in received for item in items)
        self.assertEqual(everything, sorted((n, i) for n in range(count) for i in range(each)))

    def test_waiting_uses_no_cpu(self):
        receiver = in_thread(self.recv.recv)
        before = time.process_time()
        time.sleep(0.3)
        self.assertLess(time.process_time() - before, 0.05)
        self.send.send_nowait(None)
        receiver.join_result()

    def test_ctrl_c_while_receiving(self):
        main = threading.get_ident()
        timer = threading.Timer(0.1, lambda: signal.pthread_kill(main, signal.SIGINT))
        timer.start()
        with shorter_than(self, 10), self.assertRaises(KeyboardInterrupt):
            self.recv.recv()
        timer.join()
        # The item is not lost with the receiver.
        self.send.send_nowait("still there")
        self.assertEqual(self.recv.recv_nowait(), "still there")

    def test_ctrl_c_while_sending_withdraws_the_item(self):
        main = threading.get_ident()
        timer = threading.Timer(0.1, lambda: signal.pthread_kill(main, signal.SIGINT))
        timer.start()
        with shorter_than(self, 10), self.assertRaises(KeyboardInterrupt):
            self.send.send("gone")
        timer.join()
        with self.assertRaises(interpreters.ChannelEmptyError):
            self.recv.recv_nowait()

    def test_a_handler_that_returns_does_not_end_the_wait(self):
        seen = []
        old = signal.signal(signal.SIGUSR1, lambda *_: seen.append(1))
        try:
            main = threading.get_ident()
            timer = threading.Timer(0.05, lambda: signal.pthread_kill(main, signal.SIGUSR1))
            sender = threading.Timer(0.2, lambda: self.send.send_nowait("item"))
            timer.start()
            sender.start()
            self.assertEqual(self.recv.recv(), "item")
            self.assertEqual(seen, [1])
            timer.join()
            sender.join()
        finally:
            signal.signal(signal.SIGUSR1, old)


class Closing(unittest.TestCase):

    def setUp(self):
        self.recv, self.send = interpreters.create_channel()

    def test_what_was_sent_can_be_received(self):
        for item in range(3):
            self.send.send_nowait(item)
        self.send.close()
        with self.assertRaises(interpreters.ChannelClosedError):
            self.send.send_nowait("late")
        self.assertEqual(list(self.recv), [0, 1, 2])
        with self.assertRaises(interpreters.ChannelClosedError):
            self.recv.recv()

    def test_force_drops_what_was_sent(self):
        recv, send = interpreters.create_channel()
        waiting = in_thread(send.send, 1)
        send.send_nowait(2)
        self.assertFalse(recv.is_closed)
        wait_until(lambda: recv._mailbox.size() == 2)
        recv.close(force=True)
        self.assertTrue(send.is_closed)
        for use in (recv.recv, recv.recv_nowait, waiting.join_result, lambda: send.send_nowait(3)):
            with self.assertRaises(interpreters.ChannelClosedError):
                use()

    def test_wakes_receivers(self):
        receivers = [in_thread(self.recv.recv) for _ in range(3)]
        time.sleep(0.05)
        self.recv.close()
        for receiver in receivers:
            with self.assertRaises(interpreters.ChannelClosedError):
                receiver.join_result()

    def test_twice(self):
        self.send.close()
        with self.assertRaises(interpreters.ChannelClosedError):
            self.send.close()

    def test_sender_waits_on_after_close(self):
        sender = in_thread(self.send.send, "item")
        wait_until(lambda: self.send._mailbox.size() == 1)
        self.send.close()
        self.assertEqual(self.recv.recv(), "item")
        sender.join_result()

    def test_release_by_all_closes(self):
        other = interpreters.create()
        self.send.send_nowait(1)
        other.run("recv.recv()", channels={"recv": self.recv})
        self.assertEqual(self.send.interpreters, [interpreters.get_current()])
        self.assertEqual(self.recv.interpreters, [other])
        self.send.release()
        self.assertEqual(self.send.interpreters, [])
        other.run("recv.release()")
        with self.assertRaises(interpreters.ChannelClosedError):
            self.recv.recv_nowait()

    def test_ended_interpreters_are_not_associated(self):
        other = interpreters.create()
        other.run("send.send_nowait(1)", channels={"send": self.send})
        self.assertEqual(self.send.interpreters, [other])
        other.close()
        self.assertEqual(self.send.interpreters, [])
        self.assertEqual(self.recv.recv(), 1)

    def test_channel_lives_as_long_as_its_ends(self):
        number = self.recv.id
        self.assertIn((self.recv, self.send), interpreters.list_all_channels())
        interpreters.RecvChannel(number)
        self.recv = self.send = None
        with self.assertRaises(interpreters.ChannelNotFoundError):
            interpreters.RecvChannel(number)

    def test_channel_lives_on_the_way(self):
        recv, send = interpreters.create_channel()
        number = recv.id
        self.send.send_nowait((recv,))
        del recv, send
        recv, = self.recv.recv()
        self.assertEqual(recv.id, number)


class Sending(unittest.TestCase):

    def setUp(self):
        self.recv, self.send = interpreters.create_channel()

    def roundtrip(self, obj):
        self.send.send_nowait(obj)
        return self.recv.recv()

    def test_values(self):
        for obj in [None, True, False, 0, -1, 1 << 200, -(1 << 64), 1.5, float("inf"), "", "x", "häß", "\U0001f40d",
                    "\ud800", b"", b"\0x", (), (1, ("a", None)), "n" * 1000]:
            with self.subTest(obj):
                self.assertTrue(interpreters.is_shareable(obj))
                got = self.roundtrip(obj)
                self.assertEqual(got, obj)
                self.assertIs(type(got), type(obj))

    def test_ends(self):
        self.assertEqual(self.roundtrip(self.recv), self.recv)
        self.assertEqual(self.roundtrip((self.send, 1)), (self.send, 1))

    def test_not_shareable(self):
        class Text(str):
            pass
        for obj in [object(), [], {}, Text("x"), (1, [])]:
            with self.subTest(obj):
                self.assertFalse(interpreters.is_shareable(obj))
                with self.assertRaises(ValueError):
                    self.send.send_nowait(obj)

    def test_deep_tuple(self):
        obj = ()
        for _ in range(100_000):
            obj = (obj,)
        with self.assertRaises(RecursionError):
            self.send.send_nowait(obj)

    def test_error_on_arrival_loses_one_item_only(self):
        class Bad:
            _crosses_as_ = "no_such_module:nothing"
            _id = 1
            _mailbox = None
        self.send.send_nowait(Bad())
        self.send.send_nowait("good")
        with self.assertRaises(ModuleNotFoundError):
            self.recv.recv()
        self.assertEqual(self.recv.recv(), "good")


class AcrossInterpreters(unittest.TestCase):

    def test_ping_pong(self):
        recv, send = interpreters.create_channel()
        back_recv, back_send = interpreters.create_channel()
        other = interpreters.create()
        thread = in_thread(lambda: other.run("for x in recv: send.send(x * 2)",
                                             channels={"recv": recv, "send": back_send}))
        for x in range(200):
            send.send(x)
            self.assertEqual(back_recv.recv(), x * 2)
        send.close()
        thread.join_result()

    def test_threads_that_never_come_back_take_nothing(self):
        recv, send = interpreters.create_channel()
        other = interpreters.create()
        other.run("""if True:
            import threading
            threading.Thread(target=recv.recv, daemon=True).start()
            """, channels={"recv": recv})
        time.sleep(0.1)
        other.close()
        self.assertFalse(send.send_nowait("item"))
        self.assertEqual(recv.recv(timeout=5), "item")


if __name__ == "__main__":
    unittest.main()
