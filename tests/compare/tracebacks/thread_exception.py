# Uncaught exceptions in threads and threading.excepthook; the process still ends with 0.
import sys
import threading


def fail(n):
    raise ValueError(f"thread {n}")


t = threading.Thread(target=fail, args=(1,), name="Worker")
t.start()
t.join()


def leave():
    sys.exit("not shown")


t = threading.Thread(target=leave)
t.start()
t.join()


def hook(args):
    print("hook", args.exc_type.__name__, args.exc_value, args.thread.name)


threading.excepthook = hook
t = threading.Thread(target=fail, args=(2,), name="Hooked")
t.start()
t.join()
print(t.is_alive())
