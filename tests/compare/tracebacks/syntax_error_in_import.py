# Importing a module that does not compile, and one that fails while it runs.
import sys
import traceback
with open("broken_module.py", "w") as f:
    f.write("x = 1\ny = = 2\n")
with open("failing_module.py", "w") as f:
    f.write("def f():\n    return {}['missing']\n\n\nf()\n")
with open("unicode_module.py", "w", encoding="utf-8") as f:
    f.write("é = 'ü' + 漢字 + (1 2)\n")
sys.path.insert(0, "")
for name in ("unicode_module", "broken_module"):
    try:
        __import__(name)
    except SyntaxError as e:
        print(e.msg, e.filename.rsplit("/")[-1], e.lineno, e.offset, e.text)
        print("".join(traceback.format_exception_only(e)))
print("failing_module" in sys.modules)
try:
    import failing_module
except KeyError as e:
    print(repr(e), "failing_module" in sys.modules, len(traceback.extract_tb(e.__traceback__)))
import failing_module
