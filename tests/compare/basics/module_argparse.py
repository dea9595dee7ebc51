# argparse: a small parser.
import argparse
p = argparse.ArgumentParser(prog="p")
p.add_argument("name")
p.add_argument("-n", type=int, default=1)
print(p.parse_args(["x", "-n", "5"]))
print(p.format_help())
