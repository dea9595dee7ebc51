"""Syntax errors at the prompt: found as early as can be, shown without what has not been typed yet."""
import subprocess
import sys

INPUT = """\
import sys
a b )
a b 'abc
a b 0777
(a b
)
(a b 'abc
x = (1,
a b))
sys.last_value.args
(1 +
2) = 3 + 'abc
if 1:
  a b
  'abc
if 1:
pass

sys.last_value.args
if 1:
   1
 c

def f():
  return (1 2
   'abc

class A:
 x = [1,
 2 3, ')
 ]

x = {
1:2,
abc def
sys.last_value.args
f(a for b in c, d) +
f'{a b'
f'{a b}' )
for x in y:
       "aéa" = 1

sys.last_value.args
print("a
1 + \\
2 3
$
x = '''
abc
''' d
"""
run = subprocess.run([sys.executable, "-i", "-q"], input=INPUT, capture_output=True, text=True, env={"LANG": "C.UTF-8"})
print(run.returncode)
print(run.stdout)
print(run.stderr)
