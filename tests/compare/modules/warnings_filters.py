# warnings: filters, categories, formatting, catch_warnings, stacklevel, once, errors, command line module.
import sys, warnings
sys.stderr = sys.stdout
def old(level=2): warnings.warn("old is deprecated", DeprecationWarning, stacklevel=level)
warnings.warn("plain"); warnings.warn("user", UserWarning); old(); old(1)
for _ in range(2): warnings.warn("repeated in a loop")
for action in ("ignore", "always", "default", "module", "once", "error"):
    with warnings.catch_warnings():
        warnings.resetwarnings(); warnings.simplefilter(action)
        for i in range(2):
            try: warnings.warn("action " + action, RuntimeWarning)
            except RuntimeWarning as e: print("raised", e)
with warnings.catch_warnings(record=True) as w:
    warnings.simplefilter("always"); old(); warnings.warn(FutureWarning("object")); warnings.warn_explicit("explicit", SyntaxWarning, "f.py", 7, module="m"); print([(x.category.__name__, str(x.message), x.lineno if "f.py" in x.filename else "", x.line) for x in w], w[0])
with warnings.catch_warnings():
    warnings.filterwarnings("ignore", message=".*secret"); warnings.filterwarnings("error", category=ResourceWarning); warnings.filterwarnings("ignore", module="nothing", lineno=5, append=True); warnings.warn("a SECRET"); warnings.warn("shown")
    try: warnings.warn("res", ResourceWarning)
    except ResourceWarning as e: print("error", e)
    print(len(warnings.filters) > 3, warnings.filters[0][0])
print(warnings.formatwarning("msg", UserWarning, "file.py", 3, "the line"), warnings.formatwarning("msg", UserWarning, "nofile", 3))
def show(message, category, filename, lineno, file=None, line=None): print("hook", message, category.__name__, lineno > 0)
keep, warnings.showwarning = warnings.showwarning, show; warnings.warn("through hook"); warnings.showwarning = keep
for bad in ("warnings.warn()", "warnings.warn('x', 5)", "warnings.warn('x', int)", "warnings.simplefilter('nope')", "warnings.filterwarnings('ignore', lineno=-1)", "warnings.filterwarnings('ignore', message=5)", "warnings.warn_explicit('x', UserWarning, 'f', 'l')", "warnings.warn('x', stacklevel='a')", "warnings.catch_warnings(5)", "warnings.filterwarnings('zz')", "warnings.warn_explicit('x')"):
    try: print(bad, eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)
class Mine(UserWarning): pass
warnings.warn(Mine("mine")); warnings.warn("far", stacklevel=100); print(sys.warnoptions, issubclass(EncodingWarning, Warning), __warningregistry__.__class__.__name__)
with warnings.catch_warnings(action="error") if sys.version_info > (3, 11, 0) else warnings.catch_warnings(): 
    try: warnings.warn("action argument")
    except UserWarning as e: print("error", e)
async def never(): pass
never(); import re; eval("'\\d'"); int.__doc__; print("end")
