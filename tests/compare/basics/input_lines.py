# stdin: first line\n42\nlast
# Reading standard input.
import sys
name = input()
print(name, int(input("number? ")) + 1)
print(sys.stdin.read())
try:
    input()
except EOFError as e:
    print("EOF", e)
