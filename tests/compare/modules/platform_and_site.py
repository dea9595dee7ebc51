# options: -I
# platform, sysconfig, site, getpass, errno, atexit order, optparse, getopt, shlex, cmd, sched.
import atexit, cmd, errno, getopt, io, optparse, os, platform, sched, shlex, site, sys, sysconfig
print(platform.system(), platform.machine(), platform.python_version_tuple()[:2], platform.architecture()[0], platform.libc_ver()[0], platform.python_implementation.__name__, platform.uname().system, sysconfig.get_python_version(), sysconfig.get_path("stdlib"), sysconfig.get_platform(), sysconfig.get_config_var("EXT_SUFFIX"), sysconfig.get_config_var("SOABI"), sorted(sysconfig.get_path_names()), sysconfig.get_paths()["include"], site.ENABLE_USER_SITE, site.PREFIXES, sys.flags.isolated, sys.flags.ignore_environment, sys.flags.safe_path)
print(errno.ENOENT, errno.errorcode[13], len(errno.errorcode) > 100, getopt.getopt(["-a", "1", "--long=x", "-b", "rest"], "a:b", ["long="]), getopt.gnu_getopt(["x", "-a", "y"], "a"), shlex.split("a 'b c' \"d\\\"e\" f\\ g # c"), shlex.split("a # c", comments=True), shlex.quote("a b'c"), shlex.join(["a b", "c"]), list(shlex.shlex("a=b;c 'd e'", punctuation_chars=True)))
for bad in ("getopt.getopt(['-z'], 'a')", "getopt.getopt(['-a'], 'a:')", "getopt.getopt(['--lo'], '', ['long', 'longer'])", "shlex.split('\"open')", "shlex.split(5)", "shlex.quote(5)", "shlex.split('a\\\\')", "sysconfig.get_path('x')", "atexit.register(5)", "errno.NOPE", "shlex.join(5)"):
    try: print(bad, eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)
p = optparse.OptionParser(prog="o", usage="%prog [x]"); p.add_option("-n", type="int", default=1, help="number [%default]"); p.add_option("--flag", action="store_true"); print(p.parse_args(["-n", "5", "a", "--flag"]), p.format_help())
sys.stderr = sys.stdout
try: p.parse_args(["-n", "x"])
except SystemExit as e: print(e.code)
class Shell(cmd.Cmd):
    prompt = "> "; use_rawinput = False
    def do_add(self, a): "Adds."; print(sum(map(int, a.split())), file=self.stdout)
    def do_quit(self, a): return True
out = io.StringIO(); Shell(stdin=io.StringIO("add 1 2\nhelp\nhelp add\nnope\n\nquit\n"), stdout=out).cmdloop("intro"); print(out.getvalue())
s, log, now = sched.scheduler(lambda: clock[0], lambda d: clock.__setitem__(0, clock[0] + d)), [], 0; clock = [0]; s.enter(2, 1, log.append, ("b",)); s.enter(1, 1, log.append, ("a",)); e = s.enter(3, 1, log.append, ("c",)); s.cancel(e); print(s.empty(), len(s.queue)); s.run(); print(log, clock)
def f(n): print("atexit", n)
for i in range(3): atexit.register(f, i)
atexit.unregister(print); print(atexit._ncallbacks())
