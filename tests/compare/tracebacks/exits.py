# sys.exit in its forms, in child processes: codes and what is printed.
import subprocess
import sys
for code in ("import sys; sys.exit()", "import sys; sys.exit(3)", "import sys; sys.exit('message')", "import sys; sys.exit(None)", "import sys; sys.exit((1, 2))", "import sys; sys.exit(256 + 7)", "import sys; sys.exit(-1)", "raise SystemExit", "raise SystemExit('bye', 2)", "import sys; sys.exit(True)", "import sys; sys.exit(1.5)", "raise KeyboardInterrupt", "1 / 0", "import os; os._exit(9)", "import sys; sys.exit(2 ** 70)", "import atexit; atexit.register(print, 'exit'); raise SystemExit(4)",
             "try:\n    import sys; sys.exit(5)\nfinally:\n    print('finally')", "import sys; sys.excepthook = lambda *a: print('hook', a[0].__name__); 1 / 0", "import sys; sys.excepthook = None; 1 / 0", "import sys\ndef h(*a): raise ValueError('hook fails')\nsys.excepthook = h; 1 / 0", "import sys; del sys.excepthook; 1 / 0", "def f(:", "exit(2)", "quit('text')", "import os, signal; os.kill(os.getpid(), signal.SIGTERM)", "import sys; print('out'); sys.stdout.close(); sys.stdout = None", "import os; os.close(1); print('x')"):
    r = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    print(repr(code), r.returncode, repr(r.stdout))
    print(r.stderr, end="")
