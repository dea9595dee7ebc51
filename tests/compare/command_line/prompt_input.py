# Statements that come through a pipe to the prompt: the end of the input inside of one, prompts that are gone, future features.
import subprocess
import sys

for text in (b"x = (\n", b"if 1:\n", b"if 1:\n  print(5)", b"'''abc", b"1\n2", b"1 +\n", b"@x\n", b"def f():\n", b"\\\n", b"'\xff'\n1\n", b"a\xff\n1\n", b"1\r2\r",
             b"import sys\ndel sys.ps1, sys.ps2\n1\n(2,\n3)\n", b"from __future__ import annotations\ndef f(x: y): pass\n\nf.__annotations__\n",
             b"from __future__ import barry_as_FLUFL\n1 <> 2\n1 != 2\n", b"1/0\n(2\n"):
    run = subprocess.run([sys.executable, "-i", "-q"], input=text, capture_output=True, timeout=60)
    print(text, run.returncode, run.stdout, run.stderr)
