# argparse: positionals, options, types, choices, subcommands, help text, errors and exit codes.
import argparse, sys
p = argparse.ArgumentParser(prog="tool", description="A tool that does things.", epilog="The end.")
p.add_argument("name", help="the name"); p.add_argument("rest", nargs="*", type=int); p.add_argument("-v", "--verbose", action="count", default=0, help="more output (default: %(default)s)"); p.add_argument("--level", choices=["low", "high"], default="low"); p.add_argument("-n", type=int, metavar="N"); p.add_argument("--flag", action=argparse.BooleanOptionalAction); p.add_argument("--add", action="append"); p.add_argument("--version", action="version", version="%(prog)s 1.0"); g = p.add_mutually_exclusive_group(); g.add_argument("--a", action="store_true"); g.add_argument("--b", action="store_const", const=5)
print(p.format_help()); print(p.format_usage())
for args in (["x"], ["x", "1", "2", "-vv", "--level=high", "-n5"], ["--add", "1", "--add=2", "x", "--no-flag"], ["x", "--verb", "--b"], ["--", "-x"], ["-vn", "3", "x"]):
    print(p.parse_args(args))
sys.stderr = sys.stdout
for args in ([], ["x", "y"], ["x", "--level", "mid"], ["x", "-n", "q"], ["x", "--a", "--b"], ["x", "--nope"], ["--version"], ["-h"], ["x", "-n"], ["x", "--v"]):
    try: print(p.parse_args(args))
    except SystemExit as e: print("exit", e.code)
print(p.parse_known_args(["x", "--zzz", "1"]))
q = argparse.ArgumentParser(prog="git", exit_on_error=False); sub = q.add_subparsers(dest="cmd", required=True, help="commands"); c = sub.add_parser("commit", aliases=["ci"], help="record"); c.add_argument("-m", required=True); c.set_defaults(func=len); d = sub.add_parser("diff"); d.add_argument("files", nargs="+"); print(q.format_help(), c.format_help())
for args in (["commit", "-m", "msg"], ["diff", "a", "b"], ["ci", "-m", "x"], [], ["push"], ["commit"]):
    try: print(q.parse_args(args))
    except (SystemExit, argparse.ArgumentError) as e: print(type(e).__name__, e)
r = argparse.ArgumentParser(prog="r", formatter_class=argparse.ArgumentDefaultsHelpFormatter, prefix_chars="-+", fromfile_prefix_chars="@", allow_abbrev=False, add_help=False)
def positive(s):
    if int(s) < 1: raise argparse.ArgumentTypeError(f"{s} is not positive")
    return int(s)
r.add_argument("+x", type=positive, default=3, help="x value"); r.add_argument("--out", type=argparse.FileType("w"), default="-"); h = r.add_argument_group("extra", "described"); h.add_argument("--pair", nargs=2, metavar=("A", "B")); h.add_argument("--opt", nargs="?", const="c", default="d"); print(r.format_help())
with open("args.txt", "w") as f: f.write("+x\n7\n")
print(r.parse_args(["@args.txt"]).x, r.parse_args(["--pair", "1", "2", "--opt"]).opt)
for args in (["+x", "0"], ["--pair", "1"], ["--pai", "1", "2"]):
    try: r.parse_args(args)
    except SystemExit as e: print("exit", e.code)
class A(argparse.Action):
    def __call__(self, parser, ns, values, option_string=None): setattr(ns, self.dest, (values, option_string))
r.add_argument("--act", action=A); print(r.parse_args(["--act", "z"]).act, argparse.Namespace(a=1) == argparse.Namespace(a=1), argparse.Namespace(b="x"), "a" in argparse.Namespace(a=1), vars(argparse.Namespace(q=2)))
