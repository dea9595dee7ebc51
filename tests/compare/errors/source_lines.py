# Where the line of source in tracebacks and warnings comes from: files in other encodings, loaders.
import os
import subprocess
import sys
import warnings

for encoding, text in (("gbk", "\u4e02\u5100"), ("koi8-r", "\u0416"), ("cp1252", "h\xe9"), ("utf-16", "x")):
    with open("program.py", "w", encoding=encoding) as file:
        file.write(f"# coding: {encoding}\nraise RuntimeError('{text}')\n")
    run = subprocess.run([sys.executable, "program.py"], capture_output=True, env=dict(os.environ, PYTHONIOENCODING="utf-8"))
    print(encoding, run.returncode, ascii(run.stderr.decode()))


class Source(str):
    def splitlines(self):
        return 42


class Loader:
    def __init__(self, source):
        self.source = source

    def get_source(self, name):
        return self.source


for source in (Source("spam"), "one\ntwo", None, 5, ["x"], ""):
    try:
        warnings.warn_explicit("text", UserWarning, "nowhere", 1, module_globals={"__loader__": Loader(source), "__name__": "m"})
    except Exception as error:
        print(type(error).__name__, error)

for name in (".", ".int", "int.", "nosuch", "nosuch.function", "/./", "0"):
    os.environ["PYTHONBREAKPOINT"] = name
    breakpoint()
