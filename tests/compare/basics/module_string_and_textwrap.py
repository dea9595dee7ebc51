# string and textwrap.
import string
import textwrap
print(string.ascii_lowercase, string.Template("$a-$b").substitute(a=1, b=2), textwrap.fill("the quick brown fox jumps", 10), textwrap.dedent("  x\n   y"))
