# signal: handlers, alarms, blocking, wakeup fd, names, errors, interrupting sleep and child processes.
import os, select, signal, subprocess, sys, time
def handler(n, frame): print("signal", signal.Signals(n).name, frame is not None)
old = signal.signal(signal.SIGUSR1, handler); print(old, signal.getsignal(signal.SIGUSR1) is handler); os.kill(os.getpid(), signal.SIGUSR1); signal.raise_signal(signal.SIGUSR1)
signal.signal(signal.SIGALRM, handler); t = time.monotonic(); signal.setitimer(signal.ITIMER_REAL, 0.05); time.sleep(0.2); print(0.19 < time.monotonic() - t < 2); print(signal.alarm(10), signal.alarm(0))
class Stop(Exception): pass
def raising(n, f): raise Stop(n)
signal.signal(signal.SIGALRM, raising); signal.setitimer(signal.ITIMER_REAL, 0.05)
try:
    x = 0
    while True: x += 1
except Stop as e: print("stopped loop", e.args[0] == signal.SIGALRM)
signal.setitimer(signal.ITIMER_REAL, 0.05)
try: select.select([], [], [], 5)
except Stop: print("stopped select")
signal.setitimer(signal.ITIMER_REAL, 0.05); r, w = os.pipe()
try: os.read(r, 1)
except Stop: print("stopped read")
print(signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])); os.kill(os.getpid(), signal.SIGUSR1); print("pending", signal.sigpending()); signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGUSR1]); signal.signal(signal.SIGUSR1, signal.SIG_IGN); os.kill(os.getpid(), signal.SIGUSR1); print(signal.getsignal(signal.SIGUSR1), signal.SIG_DFL, signal.Signals(2), signal.Signals.SIGTERM.value, signal.strsignal(11), len(signal.valid_signals()) > 30, signal.default_int_handler is signal.getsignal(signal.SIGINT), signal.SIGRTMIN > 30, int(signal.SIGINT), signal.Handlers(0), signal.Sigmasks.SIG_BLOCK, signal.siginterrupt(signal.SIGUSR1, False))
try:
    signal.raise_signal(signal.SIGINT); time.sleep(1)
except KeyboardInterrupt as e: print(repr(e))
os.set_blocking(w, False); print(signal.set_wakeup_fd(w)); signal.signal(signal.SIGUSR2, handler); signal.raise_signal(signal.SIGUSR2); print(os.read(r, 5), signal.set_wakeup_fd(-1) == w); signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2]); signal.raise_signal(signal.SIGUSR2); print(signal.sigwait([signal.SIGUSR2]), signal.sigtimedwait([signal.SIGUSR2], 0))
for bad in ("signal.signal(99, handler)", "signal.signal(signal.SIGKILL, handler)", "signal.signal(signal.SIGTERM, 5)", "signal.getsignal(0)", "signal.alarm('x')", "signal.Signals(999)", "signal.setitimer(9, 1)", "signal.set_wakeup_fd('x')", "signal.raise_signal(999)", "signal.strsignal(999)", "signal.pthread_sigmask(9, [])", "signal.pthread_sigmask(signal.SIG_BLOCK, [999])", "signal.signal()"):
    try: print(bad, eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)
import threading; res = []
def other():
    try: signal.signal(signal.SIGTERM, handler)
    except ValueError as e: res.append(str(e))
t = threading.Thread(target=other); t.start(); t.join(); print(res)
for code in ("import os, signal; os.kill(os.getpid(), signal.SIGINT); import time; time.sleep(5)", "import signal, os; signal.signal(signal.SIGTERM, lambda *a: (_ for _ in ()).throw(SystemExit(7))); os.kill(os.getpid(), 15); import time; time.sleep(5)"): p = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True); print(p.returncode, p.stderr.splitlines()[-1:])
