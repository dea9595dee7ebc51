"""Strings: concatenation, join, formatting, replacing, splitting, case."""


def build(n):
    text = ""
    for i in range(n):
        text += "line " + str(i) + "\n"
    return text


def shape(lines):
    out = []
    for i, line in enumerate(lines):
        name, _, number = line.partition(" ")
        out.append(f"{i:>6}: {name.upper():<8}|{number:^7}|{int(number) / 3:.3f}")
        out.append("%s=%d" % (name, i))
    return "\n".join(out)


total = 0
for _ in range(9):
    text = build(30000)
    shaped = shape(text.splitlines())
    total += len(shaped.replace("LINE", "row").lower().split())
    total += sum(1 for c in text if c.isdigit()) + text.count("99") + len(text.encode()) + text.find("29999")
print(total)
