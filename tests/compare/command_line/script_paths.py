# How the path of a script is completed: messages, __file__ and sys.path[0].
import os
import subprocess
import sys

os.mkdir("empty")
os.mkdir("app")
for name in "program.py", "app/__main__.py":
    with open(name, "w") as file:
        file.write("import sys; print(sys.argv, __file__, sys.path[0])\n")
for path in ".", "./", "empty", "./empty", "empty/.", "./program.py", "././program.py", ".//none.py", "./app", "app/./__main__.py":
    run = subprocess.run([sys.executable, path], capture_output=True, text=True)
    print(path, run.returncode, run.stdout, run.stderr)
