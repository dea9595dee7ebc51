# Warning filters at work, and Python signal handlers.
import os
import signal
import time
import warnings


def show(function, *args, **kwargs):
    try:
        print(repr(function(*args, **kwargs)))
    except BaseException as e:
        print(type(e).__name__, e)


with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter('always')
    warnings.warn('one')
    warnings.warn('two', DeprecationWarning, stacklevel=1)
    warnings.warn(UserWarning('three'))
    warnings.warn_explicit('four', RuntimeWarning, 'file.py', 7)
for w in caught:
    print(w.category.__name__, w.message, os.path.basename(w.filename), w.lineno)
with warnings.catch_warnings():
    warnings.simplefilter('error')
    show(warnings.warn, 'becomes an error', SyntaxWarning)
show(warnings.warn, 'x', 3)
show(warnings.warn, 'x', int)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter('once')
    for _ in range(3):
        warnings.warn('only once')
print(len(caught))

show(signal.signal, 0, signal.SIG_DFL)
show(signal.signal, signal.SIGUSR1, 3)
print(signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGUSR1), signal.getsignal(signal.SIGPIPE))
print(signal.signal(signal.SIGUSR1, lambda number, frame: print('handler', number, frame is not None)))
os.kill(os.getpid(), signal.SIGUSR1)
signal.raise_signal(signal.SIGUSR1)


def interrupt(number, frame):
    raise TimeoutError('alarm')


signal.signal(signal.SIGALRM, interrupt)
signal.setitimer(signal.ITIMER_REAL, 0.05)
try:
    time.sleep(10)
except TimeoutError as e:
    print('interrupted', e)
signal.setitimer(signal.ITIMER_REAL, 0.05)
try:
    while True:
        pass
except TimeoutError as e:
    print('interrupted', e)
try:
    signal.raise_signal(signal.SIGINT)
except KeyboardInterrupt:
    print('KeyboardInterrupt')
print(sorted(signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2])))
os.kill(os.getpid(), signal.SIGUSR2)
print(signal.sigpending(), signal.sigwait([signal.SIGUSR2]))
show(signal.strsignal, signal.SIGINT)
