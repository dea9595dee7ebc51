"""Writes the names of the standard library's modules (sys.stdlib_module_names) as C++ string literals.

usage: generate_stdlib_names.py names.inc     (run with the reference interpreter)
"""
import sys

with open(sys.argv[1], "w", encoding="utf-8") as file:
    for name in sorted(sys.stdlib_module_names):
        file.write(f'"{name}",\n')
