"""Writes the Unicode tables of src/base from the reference's own knowledge of Unicode.

    /usr/bin/python3.11 tools/generate_unicode.py FOLDER

makes unicode_data_tables.cpp (what str's methods ask for), unicode_database_tables.cpp (the unicodedata module) and
unicode_names_tables.cpp in FOLDER. Everything is asked of `str` methods and `unicodedata`, so that our answers are the
reference's; the two things they do not tell (simple case mappings, name aliases) come from its C API by way of ctypes.
"""

import ctypes
import sys
import unicodedata
from pathlib import Path

LAST = 0x10FFFF
SHIFT = 7
PLAIN = {"Cn", "Co", "Cs"}  # categories whose characters have no properties of their own


def array(kind, name, values, per_line=24):
    lines = [f"extern const {kind} {name}[] = {{"]
    for i in range(0, len(values), per_line):
        lines.append(",".join(map(str, values[i : i + per_line])) + ",")
    lines.append("};")
    return "\n".join(lines)


def two_levels(values):
    """Splits one value per character into an index of blocks and the distinct blocks."""
    size = 1 << SHIFT
    blocks, index = {}, []
    for start in range(0, LAST + 1, size):
        index.append(blocks.setdefault(tuple(values[start : start + size]), len(blocks)))
    return index, [v for block in blocks for v in block]


def write(folder, name, headers, *parts):
    text = "// Made by tools/generate_unicode.py.\n" + "".join(f'#include "base/{h}"\n' for h in headers)
    text += "namespace orochi::base {\n" + "\n".join(parts) + "\n}  // namespace orochi::base\n"
    Path(folder, name).write_text(text)


# -- What str's methods ask for. ----------------------------------------------------------------------------------------

def simple_mapping(name):
    function = getattr(ctypes.pythonapi, name)
    function.argtypes, function.restype = [ctypes.c_uint32], ctypes.c_uint32
    return function


to_upper = simple_mapping("_PyUnicode_ToUppercase")
to_lower = simple_mapping("_PyUnicode_ToLowercase")
to_title = simple_mapping("_PyUnicode_ToTitlecase")


class CaseTexts:
    def __init__(self):
        self.values, self.places = [], {}

    def place(self, characters, length):
        key = tuple(characters)
        if key not in self.places:
            self.places[key] = len(self.values)
            self.values.extend(key)
        return self.places[key] | length << 24


def flags_of(c):
    # Final sigma tells what is skipped on the way back to a cased letter; title() tells what is cased.
    after = (c + "Σ").lower().endswith("ς")
    ignorable = ("a" + c + "Σ").lower().endswith("ς") and not after
    tests = [
        c.isalpha(), c.isdecimal(), c.isdigit(), c.isnumeric(), c.isspace(), c.isprintable(), c.islower(), c.isupper(),
        unicodedata.category(c) == "Lt", (c + "a").title().endswith("a"), ignorable, c.isidentifier(),
        ("a" + c).isidentifier(), len(("a" + c + "b").splitlines()) == 2,
    ]
    return sum(1 << bit for bit, test in enumerate(tests) if test)


SIMPLE_CASE, FOLDS_SPECIALLY = 1 << 14, 1 << 15


def record_of(code, texts):
    c = chr(code)
    flags = flags_of(c)
    simple = [to_upper(code), to_lower(code), to_title(code)]
    full = [c.upper(), c.lower(), c.title()]
    if all(f == chr(s) for s, f in zip(simple, full)):
        flags |= SIMPLE_CASE
        case = [s - code for s in simple]
    else:
        case = [texts.place([s, *map(ord, f)], len(f)) for s, f in zip(simple, full)]
    fold = 0
    if c.casefold() != c.lower():
        flags |= FOLDS_SPECIALLY
        fold = texts.place(map(ord, c.casefold()), len(c.casefold()))
    return (flags, unicodedata.decimal(c, -1), unicodedata.digit(c, -1), *case, fold)


def write_data(folder, categories):
    texts = CaseTexts()
    nothing = (SIMPLE_CASE, -1, -1, 0, 0, 0, 0)
    records, indexes, numeric = {nothing: 0}, [], []
    for code, category in enumerate(categories):
        if category in PLAIN:
            indexes.append(0)
            continue
        record = record_of(code, texts)
        indexes.append(records.setdefault(record, len(records)))
        value = unicodedata.numeric(chr(code), None)
        if value is not None and value != record[2]:
            numeric.append((code, value))
    index1, index2 = two_levels(indexes)
    by_index = list(records)
    write(
        folder, "unicode_data_tables.cpp", ["unicode_data.hpp", "unicode_tables.hpp"],
        array("std::uint16_t", "char_index1", index1),
        array("std::uint16_t", "char_index2", index2),
        array("CharRecord", "char_records", ["{" + ",".join(map(str, r)) + "}" for r in by_index], 4),
        array("Char4", "char_case_texts", texts.values),
        array("std::uint16_t", "latin1_flags", [by_index[i][0] for i in indexes[:256]]),
        array("NumericValue", "numeric_values", ["{%d,%r}" % pair for pair in numeric], 6),
        f"extern const std::size_t numeric_value_count = {len(numeric)};",
    )


# -- The unicodedata module. --------------------------------------------------------------------------------------------

CATEGORIES = "Cn Lu Ll Lt Mn Mc Me Nd Nl No Zs Zl Zp Cc Cf Cs Co Lm Lo Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So".split()
BIDIRECTIONAL = ["", *"L LRE LRO R AL RLE RLO PDF EN ES ET AN CS NSM BN B S WS ON LRI RLI FSI PDI".split()]
WIDTHS = "F H W Na A N".split()
FORMS = "NFD NFKD NFC NFKC".split()


def composition_pairs(categories):
    pairs = {}
    for code, category in enumerate(categories):
        if category in PLAIN:
            continue
        parts = unicodedata.decomposition(chr(code)).split()
        if len(parts) == 2 and not parts[0].startswith("<"):
            first, second = (int(p, 16) for p in parts)
            if unicodedata.normalize("NFC", chr(first) + chr(second)) == chr(code):
                pairs[first, second] = code
    return pairs


def write_database(folder, categories):
    pairs = composition_pairs(categories)
    seconds = {second for _, second in pairs} | set(range(0x1161, 0x1176)) | set(range(0x11A8, 0x11C3))
    tags, texts, places = [""], [0], {"": 0}
    records, indexes, decompositions = {}, [], []
    for code, category in enumerate(categories):
        c = chr(code)
        text = unicodedata.decomposition(c)
        if text not in places:
            parts = text.split()
            tag = parts.pop(0) if parts[0].startswith("<") else ""
            if tag not in tags:
                tags.append(tag)
            places[text] = len(texts)
            texts += [tags.index(tag) << 8 | len(parts), *(int(p, 16) for p in parts)]
        decompositions.append(places[text])
        checks = 0
        for bit, form in enumerate(FORMS):
            if category != "Cs" and not unicodedata.is_normalized(form, c):
                checks |= 1 << bit
        if code in seconds:
            checks |= 1 << 4
        record = (
            CATEGORIES.index(category), BIDIRECTIONAL.index(unicodedata.bidirectional(c)), unicodedata.combining(c),
            WIDTHS.index(unicodedata.east_asian_width(c)), unicodedata.mirrored(c), checks,
        )
        indexes.append(records.setdefault(record, len(records)))
    index1, index2 = two_levels(indexes)
    decomposition1, decomposition2 = two_levels(decompositions)
    ordered = sorted(pairs.items())
    write(
        folder, "unicode_database_tables.cpp", ["unicode_tables.hpp"],
        array("std::uint16_t", "database_index1", index1),
        array("std::uint16_t", "database_index2", index2),
        array("DatabaseRecord", "database_records", ["{" + ",".join(map(str, r)) + "}" for r in records], 6),
        array("char", "category_names[][3]", [f'"{t}"' for t in CATEGORIES]).replace("[][3][]", "[][3]"),
        array("char", "bidirectional_names[][4]", [f'"{t}"' for t in BIDIRECTIONAL]).replace("[][4][]", "[][4]"),
        array("char", "width_names[][3]", [f'"{t}"' for t in WIDTHS]).replace("[][3][]", "[][3]"),
        array("char", "decomposition_tags[][12]", [f'"{t}"' for t in tags]).replace("[][12][]", "[][12]"),
        array("std::uint16_t", "decomposition_index1", decomposition1),
        array("std::uint16_t", "decomposition_index2", decomposition2),
        array("Char4", "decomposition_texts", texts),
        array("Composition", "compositions", ["{%d,%d,%d}" % (*pair, code) for pair, code in ordered], 6),
        f"extern const std::size_t composition_count = {len(ordered)};",
    )


# -- Names. -------------------------------------------------------------------------------------------------------------

ALIASES, SEQUENCES = 0xF0000, 0xF0200  # where the reference keeps them: names of private characters that it hides
HYPHEN, LAST_WORD = 1 << 15, 1 << 14   # what follows a word
HASH_BITS = 16


def hidden_names():
    """Name aliases and named sequences, which only the C API of unicodedata lists."""
    pointer = ctypes.pythonapi.PyCapsule_GetPointer
    pointer.restype, pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    table = ctypes.cast(pointer(unicodedata._ucnhash_CAPI, b"unicodedata._ucnhash_CAPI"), ctypes.POINTER(ctypes.c_void_p))
    get_name = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_uint32, ctypes.c_char_p, ctypes.c_int, ctypes.c_int)(table[0])
    buffer = ctypes.create_string_buffer(256)
    return {c: buffer.value.decode() for c in range(ALIASES, ALIASES + 0x800) if get_name(c, buffer, 256, 1)}


def name_hash(name):
    value = 2166136261
    for byte in name.encode():
        value = (value ^ byte) * 16777619 & 0xFFFFFFFF
    return value


def words_of(name):
    """Pairs of a word and whether a hyphen follows it; words can be empty ('BKA- SHOG')."""
    pieces = [part.split("-") for part in name.split(" ")]
    return [(word, i + 1 < len(part)) for part in pieces for i, word in enumerate(part)]


def write_names(folder, categories):
    names, ideographs = {}, []
    for code, category in enumerate(categories):
        name = "" if category in PLAIN else unicodedata.name(chr(code), "")
        if name == f"CJK UNIFIED IDEOGRAPH-{code:X}":
            if ideographs and ideographs[-1][1] == code - 1:
                ideographs[-1][1] = code
            else:
                ideographs.append([code, code])
        elif name and not name.startswith("HANGUL SYLLABLE "):
            names[code] = name
    hidden = hidden_names()
    names.update(hidden)

    used = {}
    for name in names.values():
        for word, _ in words_of(name):
            used[word] = used.get(word, 0) + 1
    words = {word: i for i, word in enumerate(sorted(used, key=lambda w: (-used[w], w)))}
    assert len(words) < LAST_WORD
    offsets, text = [0], ""
    for word in words:
        text += word
        offsets.append(len(text))
    codes, places = [0], [0] * (LAST + 1)
    for code, name in names.items():
        places[code] = len(codes)
        for word, hyphen in words_of(name):
            codes.append(words[word] | (HYPHEN if hyphen else 0))
        codes[-1] |= LAST_WORD
    index1, index2 = two_levels(places)

    mask = (1 << HASH_BITS) - 1
    slots = [0xFFFFFFFF] * (mask + 1)
    for code, name in names.items():
        value = name_hash(name)
        at = value & mask
        while slots[at] != 0xFFFFFFFF:
            at = at + 1 & mask
        slots[at] = code | value >> 21 << 21

    aliases, sequences = [], []
    for code, name in sorted(hidden.items()):
        target = [*map(ord, unicodedata.lookup(name))]
        if code < SEQUENCES:
            assert len(target) == 1 and code == ALIASES + len(aliases)
            aliases += target
        else:
            assert len(target) <= 4 and code == SEQUENCES + len(sequences)
            sequences.append("{" + ",".join(map(str, target)) + "}")
    lines = [f'"{text[i:i + 100]}"' for i in range(0, len(text), 100)]
    write(
        folder, "unicode_names_tables.cpp", ["unicode_tables.hpp"],
        "extern const char name_text[] =\n" + "\n".join(lines) + ";",
        array("std::uint32_t", "name_word_offsets", offsets),
        array("std::uint16_t", "name_words", codes),
        array("std::uint16_t", "name_index1", index1),
        array("std::uint32_t", "name_index2", index2),
        array("std::uint32_t", "name_slots", slots),
        array("CharRange", "ideograph_ranges", ["{%d,%d}" % tuple(r) for r in ideographs]),
        f"extern const std::size_t ideograph_range_count = {len(ideographs)};",
        array("Char4", "name_aliases", aliases),
        f"extern const std::size_t name_alias_count = {len(aliases)};",
        array("Char4", "named_sequences[][4]", sequences, 8).replace("[][4][]", "[][4]"),
        f"extern const std::size_t named_sequence_count = {len(sequences)};",
    )


# -- Unicode 3.2, which IDNA (RFC 3454) is defined by: its differences from the present. ------------------------------------

def write_3_2(folder, categories):
    old = unicodedata.ucd_3_2_0
    assigned, differences, corrections = [], [], []
    for code, category in enumerate(categories):
        c = chr(code)
        if old.category(c) == "Cn":
            continue
        if assigned and assigned[-1][1] == code - 1:
            assigned[-1][1] = code
        else:
            assigned.append([code, code])
        if category in PLAIN:
            continue
        was, now = (
            (u.category(c), u.bidirectional(c), u.east_asian_width(c), u.mirrored(c), u.decimal(c, -1))
            for u in (old, unicodedata)
        )
        assert old.numeric(c, -1) == unicodedata.numeric(c, -1) and old.decomposition(c) == unicodedata.decomposition(c)
        assert old.combining(c) == unicodedata.combining(c)
        if was != now:
            differences.append("{%d,%d,%d,%d,%d,%d}" % (
                code, CATEGORIES.index(was[0]), BIDIRECTIONAL.index(was[1]), WIDTHS.index(was[2]), *was[3:]))
        normal = old.normalize("NFD", c)
        if normal != unicodedata.normalize("NFD", c):
            assert len(normal) == 1
            corrections.append("{%d,%d}" % (code, ord(normal)))
    write(
        folder, "unicode_3_2_tables.cpp", ["unicode_tables.hpp"],
        array("CharRange", "assigned_3_2", ["{%d,%d}" % tuple(r) for r in assigned], 8),
        f"extern const std::size_t assigned_3_2_count = {len(assigned)};",
        array("Difference", "differences_3_2", differences, 6),
        f"extern const std::size_t difference_3_2_count = {len(differences)};",
        array("CharRange", "corrections_3_2", corrections),
        f"extern const std::size_t correction_3_2_count = {len(corrections)};",
    )


def main(folder):
    Path(folder).mkdir(parents=True, exist_ok=True)
    categories = [unicodedata.category(chr(code)) for code in range(LAST + 1)]
    write_data(folder, categories)
    write_database(folder, categories)
    write_names(folder, categories)
    write_3_2(folder, categories)


main(sys.argv[1])
