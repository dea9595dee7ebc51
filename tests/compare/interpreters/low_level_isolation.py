# Isolation in _xxsubinterpreters: modules, builtins, sys, threads, many interpreters.
import _xxsubinterpreters as interps
import os
import sys
import threading


def run(i, code, **shared):
    r, w = os.pipe()
    interps.run_string(i, "import os\nimport sys\ndef say(*a): os.write(w, (' '.join(map(str, a)) + '\\n').encode())\n" + code, shared={"w": w, **shared})
    os.close(w)
    with open(r) as f:
        print(f.read(), end="")


a, b = interps.create(), interps.create()
import json
json.marker = "main"
run(a, "import json; say(hasattr(json, 'marker')); json.marker = 'a'; import builtins; builtins.own = 1; sys.own = 2")
run(b, "import json; say(hasattr(json, 'marker'), hasattr(sys, 'own')); import builtins; say(hasattr(builtins, 'own'))")
run(a, "import json; say(json.marker, own, sys.own)")
print(json.marker, hasattr(sys, "own"))
run(a, "say(sys.modules is not None, __name__, len(sys.argv))")
run(a, "class C: pass\nc = C(); c.c = c\nimport gc; del c; say(gc.collect() > 0)")
run(b, "import re, decimal, collections; say(re.match('a+', 'aaa').group(), decimal.Decimal('1.5') * 2, collections.Counter('aab'))")
run(a, "try:\n    1 / 0\nexcept ZeroDivisionError as e: say(repr(e))")
run(a, "say(sum(i * i for i in range(1000)))")
out = []


def in_thread(n):
    i = interps.create()
    r, w = os.pipe()
    interps.run_string(i, "import os\nt = 0\nfor k in range(20000): t += k * n\nos.write(w, str(t).encode())", shared={"n": n, "w": w})
    os.close(w)
    out.append((n, os.read(r, 100)))
    os.close(r)
    interps.destroy(i)


threads = [threading.Thread(target=in_thread, args=(n,)) for n in range(4)]
[t.start() for t in threads]
[t.join() for t in threads]
print(sorted(out), len(interps.list_all()))
for i in (a, b):
    interps.destroy(i)
for n in range(20):
    i = interps.create()
    interps.run_string(i, "import sys; x = [n] * 10", shared={"n": n})
    interps.destroy(i)
print(len(interps.list_all()))
