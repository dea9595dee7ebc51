# subprocess: running a program.
import subprocess
print(subprocess.run(["echo", "hi"], capture_output=True, text=True).stdout, subprocess.call(["false"]), subprocess.check_output("echo shell", shell=True))
