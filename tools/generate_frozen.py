"""Compiles the modules that every interpreter needs at start with our own compiler and writes them as C++ data.

usage: generate_frozen.py orochi-dump-code stdlib output.inc

The list is the reference's: importlib's bootstrap under its frozen names, and what `site` and `runpy` pull in.
"""
import os
import subprocess
import sys

compiler, stdlib, output = sys.argv[1:]
own_library = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "lib")


def own(*names, package=False):
    """Entries for modules in lib/."""
    for name in names:
        file = name.replace(".", "/") + ("/__init__.py" if package else ".py")
        yield name, f"{own_library}/{file}", package, name, name


# (name, source below the library, is a package, the file name that code objects show, an alias in _imp)
MODULES = [
    ("_frozen_importlib", "importlib/_bootstrap.py", False, "importlib._bootstrap", "importlib._bootstrap"),
    ("_frozen_importlib_external", "importlib/_bootstrap_external.py", False, "importlib._bootstrap_external",
     "importlib._bootstrap_external"),
    ("zipimport", "zipimport.py", False, "zipimport", "zipimport"),
    ("abc", "abc.py", False, "abc", "abc"),
    ("codecs", "codecs.py", False, "codecs", "codecs"),
    ("io", "io.py", False, "io", "io"),
    ("_collections_abc", "_collections_abc.py", False, "_collections_abc", "_collections_abc"),
    ("_sitebuiltins", "_sitebuiltins.py", False, "_sitebuiltins", "_sitebuiltins"),
    ("genericpath", "genericpath.py", False, "genericpath", "genericpath"),
    ("ntpath", "ntpath.py", False, "ntpath", "ntpath"),
    ("posixpath", "posixpath.py", False, "posixpath", "posixpath"),
    ("os", "os.py", False, "os", "os"),
    ("os.path", "posixpath.py", False, "posixpath", "posixpath"),
    ("site", "site.py", False, "site", "site"),
    ("stat", "stat.py", False, "stat", "stat"),
    ("importlib.util", "importlib/util.py", False, "importlib.util", "importlib.util"),
    ("importlib.machinery", "importlib/machinery.py", False, "importlib.machinery", "importlib.machinery"),
    ("runpy", "runpy.py", False, "runpy", "runpy"),
    ("__hello__", "__hello__.py", False, "__hello__", "__hello__"),
    ("__phello__", "__phello__/__init__.py", True, "__phello__", "__phello__"),
    ("__phello__.spam", "__phello__/spam.py", False, "__phello__.spam", "__phello__.spam"),
    # Modules that the distribution does not have, or that are for CPython alone there.
    *own("_crossing", "_event_loop", "concurrent.futures.interpreter", "interpreters"),
    *own("concurrent.futures", "concurrent.interpreters", package=True), *own("concurrent.interpreters._queues"),
]

with open(output, "w", encoding="utf-8") as file:
    table = []
    for index, (name, source, package, shown, original) in enumerate(MODULES):
        code = subprocess.run([compiler, "--filename", f"<frozen {shown}>", os.path.join(stdlib, source)],
                              check=True, stdout=subprocess.PIPE).stdout
        file.write(f"constexpr unsigned char frozen_{index}[] = {{\n")
        for start in range(0, len(code), 32):
            file.write(",".join(map(str, code[start:start + 32])) + ",\n")
        file.write("};\n")
        flag = "true" if package else "false"
        table.append(f'    {{"{name}", "{original}", frozen_{index}, sizeof frozen_{index}, {flag}}},\n')
    file.write("constexpr FrozenModule frozen_table[] = {\n" + "".join(table) + "};\n")
