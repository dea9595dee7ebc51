"""Writes the evaluation loop's table of labels, by opcode number, from opcodes.def.

usage: generate_dispatch.py opcodes.def dispatch_table.inc
"""
import re
import sys

source, target = sys.argv[1:]
names = {255: "DO_TRACING"}
with open(source, encoding="utf-8") as file:
    for line in file:
        match = re.match(r"(?:OPCODE|SPECIALISED)\((\w+), (\d+),", line)
        if match:
            names[int(match[2])] = match[1]
with open(target, "w", encoding="utf-8") as file:
    for number in range(256):
        file.write(f"&&L_{names.get(number, 'unknown_opcode')},\n")
