"""What the tests share."""
import contextlib
import threading
import time


def in_thread(function, *args):
    """Starts a thread; its join_result() returns or raises what the function did."""
    outcome = {}

    def run():
        try:
            outcome["value"] = function(*args)
        except BaseException as error:
            outcome["error"] = error

    thread = threading.Thread(target=run, daemon=True)

    def join_result(timeout=30):
        thread.join(timeout)
        if thread.is_alive():
            raise AssertionError("the thread did not end")
        if "error" in outcome:
            raise outcome["error"]
        return outcome.get("value")

    thread.join_result = join_result
    thread.start()
    return thread


def wait_until(condition, seconds=20):
    """Waits until condition() is true."""
    limit = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > limit:
            raise AssertionError("what was waited for did not happen")
        time.sleep(0.002)


@contextlib.contextmanager
def shorter_than(test, seconds):
    started = time.monotonic()
    yield
    test.assertLess(time.monotonic() - started, seconds)
