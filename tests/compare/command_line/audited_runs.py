# What hooks are told of programs that run from the command line, standard input, the prompt and files.
import os
import re
import subprocess
import sys

FILES = {
    "sitecustomize.py": """if True:
        import sys
        def hook(event, arguments):
            if event.startswith("cpython.") or event in ("compile", "exec") and "/lib/python3" not in str(arguments):
                print(event, arguments[:2], flush=True)
        sys.addaudithook(hook)
        """,
    "script.py": "print('script')\n",
    "module.py": "x = 1\n",
    "startup.py": "print('start')\n",
    "package/__main__.py": "print('package')\n",
}
os.mkdir("package")
for name, text in FILES.items():
    with open(name, "w") as file:
        file.write(text)


def run(*arguments, program="", **environment):
    done = subprocess.run([sys.executable, *arguments], input=program, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          env=dict(os.environ, PYTHONPATH=".", PYTHONDONTWRITEBYTECODE="1", **environment))
    print(arguments, done.returncode)
    # The banner, addresses, and where this runs are left out.
    for line in done.stdout.replace(os.getcwd(), "HERE").splitlines():
        if not line.startswith(("Python ", "Type ")):
            print("  ", re.sub("0x[0-9a-f]+", "PLACE", line))


run("-c", "print(1)")
run("-c", "import module; exec('2'); eval('3')")
run("-c", "import sys; sys.exit(3)")
run("-c", "(")
run("script.py")
run("-x", "script.py")
run("-m", "module")
run("-m", "package")
run("package")
run("absent.py")
run(program="y = 2\n")
run("-", program="y = 2\n")
run("-i", program="y = 2\nif y:\n  print(y)\n\n(\n1 1\n)\n")
run("-i", "script.py", program="y = 2\n")
run("-i", "-c", "z = 1", program="z\n")
run("-i", program="y = 2\n", PYTHONSTARTUP="startup.py")
