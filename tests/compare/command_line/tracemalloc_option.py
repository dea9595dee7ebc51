# timeout: 120
# -X tracemalloc, PYTHONTRACEMALLOC, and where unclosed resources were allocated.
import os
import subprocess
import sys

STATE = "import tracemalloc as t; print(t.is_tracing(), t.get_traceback_limit())"


def run(*arguments, **environment):
    ran = subprocess.run([sys.executable, *arguments], capture_output=True, text=True,
                         env={"PATH": os.defpath, "LANG": "C.UTF-8", **environment})
    print(*arguments, environment, "->", ran.returncode)
    print(ran.stdout + ran.stderr, end="")


run("-X", "tracemalloc", "-c", STATE)
for value in ("", "0", "7", "-1", "65537x"):
    run("-X", f"tracemalloc={value}", "-c", STATE)
for value in ("", "0", "65535", "2147483648"):
    run("-c", STATE, PYTHONTRACEMALLOC=value)
run("-X", "tracemalloc=3", "-c", STATE, PYTHONTRACEMALLOC="5")
run("-X", "tracemalloc=0", "-c", STATE, PYTHONTRACEMALLOC="5")
run("-E", "-c", STATE, PYTHONTRACEMALLOC="5")
run("-I", "-X", "tracemalloc", "-c", STATE)
run("-X", "tracemalloc=2", "-c", "import sys; print(sys._xoptions)")

with open("unclosed.py", "w") as file:
    file.write("""\
def open_it():
    return open(__file__)
def forget():
    open_it()
forget()
f = open_it()
f = None
import socket
s = socket.socket()
del s
left = open_it()
""")
run("-W", "default", "unclosed.py")
for limit in (1, 10):
    run("-W", "default", "-X", f"tracemalloc={limit}", "unclosed.py")
run("-X", "dev", "unclosed.py", PYTHONTRACEMALLOC="3")

with open("source.py", "w") as file:
    file.write("""\
import warnings
class Slotted:
    __slots__ = ()
thing = Slotted()
warnings.warn("about a thing", UserWarning, source=thing)
warnings.warn("about a constant", UserWarning, source=5)
print(warnings.formatwarning("text", UserWarning, "f.py", 1, "line"), end="")
with warnings.catch_warnings(record=True) as caught:
    warnings.warn("caught", source=thing)
print(caught[0].source is thing, end="\\n")
""")
run("source.py")
run("-X", "tracemalloc", "source.py")
run("-c", "import tracemalloc, sys; s = tracemalloc.take_snapshot(); "
    "print(sorted({t.traceback[-1].filename for t in s.traces if 'importlib' in t.traceback[-1].filename}))",
    PYTHONTRACEMALLOC="1")
