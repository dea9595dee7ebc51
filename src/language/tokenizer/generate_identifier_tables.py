"""Writes identifier_tables.inc: what PEP 3131 needs of the Unicode database.

Run at build time with the reference interpreter, whose database is the one
whose answers are wanted.
"""
import sys
import unicodedata


def ranges(predicate):
    result, start = [], None
    for c in range(128, 0x110000):
        if predicate(chr(c)):
            if start is None:
                start = c
        elif start is not None:
            result.append((start, c - 1))
            start = None
    if start is not None:
        result.append((start, 0x10FFFF))
    return result


def main(path):
    out = []

    def table(type_, name, rows):
        out.append(f"constexpr {type_} {name}[] = {{")
        out.extend("    " + row + "," for row in rows)
        out.append("};")

    for name, predicate in (
        ("kIdentifierStart", lambda s: s.isidentifier()),
        ("kIdentifierContinue", lambda s: ("a" + s).isidentifier()),
        ("kPrintable", lambda s: s.isprintable()),
    ):
        table("Range", name, [f"{{{a:#x}, {b:#x}}}" for a, b in ranges(predicate)])

    text, rows, classes, compositions = [], [], [], []
    for c in range(128, 0x110000):
        if 0xAC00 <= c < 0xAC00 + 11172:
            continue
        s = chr(c)
        if cc := unicodedata.combining(s):
            classes.append(f"{{{c:#x}, {cc}}}")
        full = unicodedata.normalize("NFKD", s)
        if full != s:
            rows.append(f"{{{c:#x}, {len(text)}, {len(full)}}}")
            text.extend(map(ord, full))
        simple = unicodedata.decomposition(s)
        if simple and not simple.startswith("<"):
            parts = [int(p, 16) for p in simple.split()]
            # Composition exclusions are the pairs that do not come back.
            if len(parts) == 2 and unicodedata.normalize("NFC", "".join(map(chr, parts))) == s:
                compositions.append((*parts, c))
    assert len(text) < 65536
    table("uint32_t", "kDecompositionText", [", ".join(f"{c:#x}" for c in text[i : i + 12])
                                             for i in range(0, len(text), 12)])
    table("Decomposition", "kDecompositions", rows)
    table("CombiningClass", "kCombiningClasses", classes)
    table("Composition", "kCompositions", [f"{{{a:#x}, {b:#x}, {c:#x}}}" for a, b, c in sorted(compositions)])
    with open(path, "w") as file:
        file.write("\n".join(out) + "\n")


main(sys.argv[1])
