# How arguments, commands and file names are decoded under the C locale, with and without the UTF-8 mode.
import os
import subprocess
import sys

SHOW = ("import sys, locale; print(ascii(sys.argv), locale.getpreferredencoding(), sys.flags.utf8_mode, "
        "sys.getfilesystemencoding(), sys.stdout.encoding, sys.stdout.errors)")


def run(arguments, **environment):
    process = subprocess.run([sys.executable, *arguments], capture_output=True, env=dict(os.environ, **environment))
    print(environment, process.returncode, ascii(process.stdout.decode()), ascii(process.stderr.decode()))


for name in ("C", "POSIX", "C.UTF-8"):
    for option in (["-X", "utf8=0"], ["-X", "utf8"], ["-E"], []):
        run([*option, "-c", SHOW, "h\xe9"], LC_ALL=name)
for name in ("0", "1"):
    run(["-c", SHOW, "h\xe9", b"\xff"], LC_ALL="C", PYTHONUTF8=name)
    run(["-c", "print('\xe9')"], LC_ALL="C", PYTHONUTF8=name)
    run(["-W", "\xe9", "-c", "import sys; print(ascii(sys.warnoptions))"], LC_ALL="C", PYTHONUTF8=name)
run(["-c", b"print(1)\xff"])
