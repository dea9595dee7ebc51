"""Writes single_byte_tables.inc: the reference's codecs that extend ASCII by one byte a character."""
import encodings.aliases
import sys

NAMES = (["ascii", "latin_1"] + [f"iso8859_{n}" for n in range(2, 17) if n != 12] +
         [f"cp125{n}" for n in range(9)] + ["cp437", "cp850", "cp852", "cp866", "koi8_r", "koi8_u", "mac_roman"])


def main(path):
    out = ["constexpr SingleByteCodec kCodecs[] = {"]
    for name in NAMES:
        row = []
        for byte in range(128, 256):
            try:
                row.append(hex(ord(bytes([byte]).decode(name))))
            except UnicodeDecodeError:
                row.append("kUndefined")
        out.append(f'    {{"{name}", {{{", ".join(row)}}}}},')
    out.append("};")
    out.append("constexpr CodecAlias kAliases[] = {")
    for i, name in enumerate(NAMES):
        for alias in [name] + sorted(a for a, n in encodings.aliases.aliases.items() if n == name and a != name):
            out.append(f'    {{"{alias}", {i}}},')
    for n in range(1, 17):
        if n != 12:
            target = "latin_1" if n == 1 else f"iso8859_{n}"
            out.append(f'    {{"iso_8859_{n}", {NAMES.index(target)}}},')
    out.append("};")
    with open(path, "w") as file:
        file.write("\n".join(out) + "\n")


main(sys.argv[1])
