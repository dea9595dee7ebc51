# subprocess: run, Popen, pipes, timeouts, environment, shell, errors.
import subprocess, sys
from subprocess import *
r = run(["sh", "-c", "echo out; echo err >&2; exit 3"], capture_output=True, text=True); print(r.args, r.returncode, repr(r.stdout), repr(r.stderr)); print(run("echo $0 a b", shell=True, stdout=PIPE).stdout, check_output(["cat"], input=b"piped"), call(["true"]), run(["sh", "-c", "kill -9 $$"]).returncode, getoutput("echo x"), getstatusoutput("exit 2"))
for f in (lambda: run(["false"], check=True), lambda: check_call(["sh", "-c", "exit 4"]), lambda: run(["/no/such/program"]), lambda: run(["sleep", "5"], timeout=0.1), lambda: r.check_returncode(), lambda: run([sys.executable, "-c", "1/0"], check=True, stderr=DEVNULL, text=True), lambda: run("nothing_here", shell=True, check=True, stderr=DEVNULL), lambda: run(["true"], cwd="/none"), lambda: run(["cat"], input=b"x", stdin=PIPE), lambda: run(["true"], capture_output=True, stdout=PIPE), lambda: Popen([]), lambda: Popen(5), lambda: run(["."])):
    try: print(f())
    except Exception as e: print(type(e).__name__, str(e).replace(sys.executable, "PY").split(" after ")[0], getattr(e, "returncode", None), getattr(e, "errno", None))
p = Popen(["cat"], stdin=PIPE, stdout=PIPE, text=True, encoding="utf-8"); p.stdin.write("é\n"); p.stdin.flush(); print(p.stdout.readline(), p.poll()); p.stdin.close(); print(p.wait(), p.stdout.read(), p.returncode); p.stdout.close()
p = Popen(["sleep", "10"]); p.terminate(); print(p.wait()); p = Popen(["sleep", "10"]); p.kill(); print(p.wait(5), p.poll())
with Popen(["sh", "-c", "cat; echo end >&2"], stdin=PIPE, stdout=PIPE, stderr=STDOUT) as p: print(p.communicate(b"data " * 3))
a = Popen(["echo", "one\ntwo\nthree"], stdout=PIPE); b = Popen(["grep", "t"], stdin=a.stdout, stdout=PIPE); a.stdout.close(); print(b.communicate()[0]); a.wait()
print(run(["env"], env={"ONLY": "this"}, capture_output=True, text=True).stdout, run(["pwd"], cwd="/", capture_output=True).stdout, run([sys.executable, "-c", "import sys; print(sys.argv[1:], input())", "a b", "*"], input="typed\n", capture_output=True, text=True).stdout, run(["printf", "a\\r\\nb"], capture_output=True, universal_newlines=True).stdout == "a\nb", run([sys.executable, "-c", "import os; print(os.environ.get('X'))"], env={"X": "1"}, capture_output=True).stdout)
big = b"x" * 300000; print(len(run(["cat"], input=big, capture_output=True).stdout), subprocess.list2cmdline(["a b", 'c"d']), CompletedProcess(["x"], 0), repr(CalledProcessError(1, "c")), TimeoutExpired("c", 5), PIPE, STDOUT, DEVNULL)
with open("o", "w+") as f: run(["echo", "to file"], stdout=f); f.seek(0); print(f.read())
import os; r_, w_ = os.pipe(); p = Popen(["sh", "-c", f"echo fd >&{w_}"], pass_fds=[w_]); p.wait(); os.close(w_); print(os.read(r_, 9)); os.close(r_); print(run(["sh", "-c", "echo $PPID"], capture_output=True, text=True, preexec_fn=lambda: None).stdout.strip() == str(os.getpid()), run(["true"], start_new_session=True).returncode)
