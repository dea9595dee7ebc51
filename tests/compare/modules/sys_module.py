# main: asks for its command line
# sys: attributes whose shape or value is fixed, hooks, interning, sizes, flags, audit.
import sys
print(sys.version_info[:2], sys.byteorder, sys.maxsize, sys.maxunicode, sys.platform, sys.hexversion >> 16 == 0x30b, sys.api_version, sys.float_info.max, sys.float_info.dig, sys.int_info, sys.hash_info.modulus, sys.hash_info.width, sys.getdefaultencoding(), sys.getfilesystemencoding(), sys.getfilesystemencodeerrors(), sys.flags.optimize, sys.flags.utf8_mode, sys.dont_write_bytecode, sys.prefix, sys.base_prefix, sys.exec_prefix, sys.copyright[:9], sys.implementation.cache_tag, sys.implementation.version[:2], sys.abiflags, sys.platlibdir, sys.thread_info.name, sys.float_repr_style, sys.orig_argv[1:] == sys.argv, type(sys.flags).__name__, sys.pycache_prefix, sys.ps1 if hasattr(sys, "ps1") else "no ps1", sys.is_finalizing(), sys.stdlib_module_names.__class__.__name__, "re" in sys.stdlib_module_names, "sys" in sys.builtin_module_names, sys.warnoptions, sys._xoptions, sys.getallocatedblocks() >= 0)
print(sys.path[0] != "", [p for p in sys.path if "python3" in p], sys.meta_path[-1].__name__, len(sys.path_hooks), sys.modules["sys"] is sys, sys.stdin.name, sys.stdout.name, sys.stdout.encoding, sys.stdout.errors, sys.stderr.errors, sys.stdin.errors, sys.__stdout__ is sys.stdout, sys.stderr.line_buffering)
a = sys.intern("some string " + "x"); print(a is sys.intern("some string x"), sys.getrefcount(object()) >= 1, sys.getsizeof(1) , sys.getsizeof([]), sys.getsizeof(()), sys.getsizeof({}), sys.getsizeof(""), sys.getsizeof("abc"), sys.getsizeof("é"), sys.getsizeof(b"ab"), sys.getsizeof(1.5), sys.getsizeof(2 ** 100), sys.getsizeof((1, 2)), sys.getsizeof(None), sys.getsizeof(set()), sys.getsizeof(5, "d"))
class S:
    def __sizeof__(self): return 1000
print(sys.getsizeof(S()) - 1000)
sys.displayhook(5); sys.displayhook(None); sys.displayhook("é"); import builtins; print(builtins._)
def hook(e, args):
    if e == "my.event": print("audit", args)
sys.addaudithook(hook); sys.audit("my.event", 1, "a"); sys.audit("other")
for bad in ("sys.intern(5)", "sys.getsizeof()", "sys.getsizeof(type('B', (), {'__sizeof__': lambda s: -1})())", "sys.setswitchinterval(0)", "sys.setswitchinterval('a')", "sys.exit.x", "sys._getframe('a')", "sys.getrefcount()", "sys.set_int_max_str_digits(5)", "sys.set_int_max_str_digits('a')", "sys.audit()", "sys.audit(5)", "sys.addaudithook()", "sys.setprofile()", "sys.nothing", "sys.call_tracing(5, ())", "sys.setrecursionlimit(2 ** 40)", "sys.set_asyncgen_hooks(5)", "sys.set_coroutine_origin_tracking_depth(-1)", "sys.displayhook()", "sys.excepthook(1)", "sys.unraisablehook(5)", "type(sys.flags)()", "type(sys.version_info)()"):
    try: print(bad, eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)
events = []
def tracer(frame, event, arg): events.append((event, frame.f_lineno - frame.f_code.co_firstlineno, repr(arg)[:20] if event != "exception" else arg[0].__name__)); return tracer
def traced(x):
    y = x + 1
    for i in range(2):
        y += i
    try: 1 / 0
    except ZeroDivisionError: pass
    return y
sys.settrace(tracer); traced(1); sys.settrace(None); print(events, sys.gettrace())
events.clear()
def profiler(frame, event, arg): events.append((event, frame.f_code.co_name, getattr(arg, "__name__", arg)))
sys.setprofile(profiler); traced(1); len([]); list(map(abs, [1])); sys.setprofile(None); print(events, sys.getprofile(), sys.getswitchinterval(), sys.getrecursionlimit(), sys.get_asyncgen_hooks(), sys.get_coroutine_origin_tracking_depth(), sys._current_frames().__class__.__name__, sys.exc_info(), sys.getdlopenflags(), sys.call_tracing(max, (1, 2)), sys.breakpointhook is sys.__breakpointhook__)
