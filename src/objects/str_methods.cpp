// str: the table of methods, and those that are little more than a call.
#include "objects/str_methods.hpp"
#include "objects/int.hpp"
#include "objects/number.hpp"
#include "objects/str_internal.hpp"
#include "objects/text_kernels.hpp"

namespace orochi {

using namespace text;

namespace {

Result<Py_UCS4> fill_character(ThreadState& ts, Object* fill) {
    if (!fill) return Py_UCS4(' ');
    if (!PyUnicode_Check(fill))
        return raise(ts, PyExc_TypeError, "The fill character must be a unicode character, not %T", fill);
    if (str_length(as<Str>(*fill)) != 1)
        return raise(ts, PyExc_TypeError, "The fill character must be exactly one character long");
    return str_at(as<Str>(*fill), 0);
}

}  // namespace

Result<Ref<Object>> str_method_encode(ThreadState& ts, Str& self, Str* encoding, Str* errors) {
    const char* encoding_name = TRY(codec_argument(ts, encoding));
    const char* errors_name = TRY(codec_argument(ts, errors));
    return str_encode(ts, self, encoding_name, errors_name);
}
Result<Ref<Object>> str_method_split(ThreadState& ts, Str& self, Object* sep, Py_ssize_t max) {
    return str_split(ts, self, sep, max);
}
Result<Ref<Object>> str_method_rsplit(ThreadState& ts, Str& self, Object* sep, Py_ssize_t max) {
    return str_rsplit(ts, self, sep, max);
}
Result<Ref<Str>> str_method_join(ThreadState& ts, Str& self, Object& iterable) { return str_join(ts, self, iterable); }
Result<Ref<Object>> str_method_partition(ThreadState& ts, Str& self, Object& sep) {
    return str_partition(ts, self, sep);
}
Result<Ref<Object>> str_method_rpartition(ThreadState& ts, Str& self, Object& sep) {
    return str_rpartition(ts, self, sep);
}
Result<Ref<Object>> str_method_splitlines(ThreadState& ts, Str& self, bool keep_ends) {
    return str_splitlines(ts, self, keep_ends);
}
Result<Ref<Str>> str_method_translate(ThreadState& ts, Str& self, Object& table) {
    return str_translate(ts, self, table);
}

Result<Ref<Str>> str_method_center(ThreadState& ts, Str& self, Py_ssize_t width, Object* fill) {
    Py_UCS4 c = TRY(fill_character(ts, fill));
    Py_ssize_t length = str_length(self);
    if (length >= width) return str_exact(ts, self);
    Py_ssize_t margin = width - length;
    Py_ssize_t left = margin / 2 + (margin & width & 1);
    return str_pad(ts, self, left, margin - left, c);
}
Result<Ref<Str>> str_method_ljust(ThreadState& ts, Str& self, Py_ssize_t width, Object* fill) {
    Py_UCS4 c = TRY(fill_character(ts, fill));
    return str_pad(ts, self, 0, width - std::min(width, str_length(self)), c);
}
Result<Ref<Str>> str_method_rjust(ThreadState& ts, Str& self, Py_ssize_t width, Object* fill) {
    Py_UCS4 c = TRY(fill_character(ts, fill));
    return str_pad(ts, self, width - std::min(width, str_length(self)), 0, c);
}
Result<Ref<Str>> str_method_zfill(ThreadState& ts, Str& self, Py_ssize_t width) {
    Py_ssize_t length = str_length(self);
    if (length >= width) return str_exact(ts, self);
    Py_ssize_t fill = width - length;
    Ref<Str> result = TRY(str_pad(ts, self, fill, 0, '0'));
    if (length) {
        Py_UCS4 sign = str_at(result, fill);
        if (sign == '+' || sign == '-') {
            str_put(result, 0, sign);
            str_put(result, fill, '0');
        }
    }
    return result;
}
Result<Ref<Str>> str_method_expandtabs(ThreadState& ts, Str& self, int tab_size) {
    TextView view = text_view(self);
    if (base::find_char(view, '\t') == base::not_found) return str_exact(ts, self);
    size_t total = 0;
    expand_tabs(view, tab_size, [&](Char4, Py_ssize_t n) { total += size_t(n); });
    if (total > size_t(PY_SSIZE_T_MAX)) return raise(ts, PyExc_OverflowError, "new string is too long");
    Ref<Str> result = TRY(str_new(ts, Py_ssize_t(total), str_max_class(self)));
    Py_ssize_t at = 0;
    expand_tabs(view, tab_size, [&](Char4 c, Py_ssize_t n) {
        while (n-- > 0) str_put(result, at++, c);
    });
    return result;
}
Result<Ref<Str>> str_method_format(ThreadState& ts, Str& self, Rest arguments, Keywords keywords) {
    return str_brace_format(ts, self, arguments.items, arguments.count, reinterpret_cast<Object*>(keywords.dict),
                            false);
}
Result<Ref<Str>> str_method_format_map(ThreadState& ts, Str& self, Object& mapping) {
    return str_brace_format(ts, self, nullptr, 0, &mapping, true);
}
Result<size_t> str_method_sizeof(ThreadState& ts, Str& self) {
    const PyASCIIObject& head = self._base._base;
    size_t size;
    if (head.state.compact) {
        size = head.state.ascii ? sizeof(PyASCIIObject) : sizeof(PyCompactUnicodeObject);
        size += size_t((head.length + 1) * str_kind(self));
    } else {
        size = sizeof(PyUnicodeObject) + size_t((head.length + 1) * str_kind(self));
    }
    if (!is_immortal(obj(self)) && !(head.state.compact && head.state.ascii) && self._base.utf8 &&
        self._base.utf8 != str_data(self))
        size += size_t(self._base.utf8_length + 1);
    return size;
}
Result<Ref<Tuple>> str_method_getnewargs(ThreadState& ts, Str& self) {
    Ref<Str> copy = TRY(str_from_view(ts, text_view(self)));
    return tuple_of(ts, copy);
}

constexpr MethodDef str_methods[] = {
    METHOD("encode($self, /, encoding='utf-8', errors='strict')", str_method_encode,
           "Encode the string using the codec registered for encoding.\n"
           "\n"
           "  encoding\n"
           "    The encoding in which to encode the string.\n"
           "  errors\n"
           "    The error handling scheme to use for encoding errors.\n"
           "    The default is 'strict' meaning that encoding errors raise a\n"
           "    UnicodeEncodeError.  Other possible values are 'ignore', 'replace' and\n"
           "    'xmlcharrefreplace' as well as any other name registered with\n"
           "    codecs.register_error that can handle UnicodeEncodeErrors."),
    METHOD("replace($self, old, new, count=-1, /)", str_method_replace,
           "Return a copy with all occurrences of substring old replaced by new.\n"
           "\n"
           "  count\n"
           "    Maximum number of occurrences to replace.\n"
           "    -1 (the default value) means replace all occurrences.\n"
           "\n"
           "If the optional argument count is given, only the first count occurrences are\n"
           "replaced."),
    METHOD("split($self, /, sep=None, maxsplit=-1)", str_method_split,
           "Return a list of the substrings in the string, using sep as the separator string.\n"
           "\n"
           "  sep\n"
           "    The separator used to split the string.\n"
           "\n"
           "    When set to None (the default value), will split on any whitespace\n"
           "    character (including \\\\n \\\\r \\\\t \\\\f and spaces) and will discard\n"
           "    empty strings from the result.\n"
           "  maxsplit\n"
           "    Maximum number of splits (starting from the left).\n"
           "    -1 (the default value) means no limit.\n"
           "\n"
           "Note, str.split() is mainly useful for data that has been intentionally\n"
           "delimited.  With natural text that includes punctuation, consider using\n"
           "the regular expression module."),
    METHOD("rsplit($self, /, sep=None, maxsplit=-1)", str_method_rsplit,
           "Return a list of the substrings in the string, using sep as the separator string.\n"
           "\n"
           "  sep\n"
           "    The separator used to split the string.\n"
           "\n"
           "    When set to None (the default value), will split on any whitespace\n"
           "    character (including \\\\n \\\\r \\\\t \\\\f and spaces) and will discard\n"
           "    empty strings from the result.\n"
           "  maxsplit\n"
           "    Maximum number of splits (starting from the left).\n"
           "    -1 (the default value) means no limit.\n"
           "\n"
           "Splitting starts at the end of the string and works to the front."),
    METHOD("join($self, iterable, /)", str_method_join,
           "Concatenate any number of strings.\n"
           "\n"
           "The string whose method is called is inserted in between each given string.\n"
           "The result is returned as a new string.\n"
           "\n"
           "Example: '.'.join(['ab', 'pq', 'rs']) -> 'ab.pq.rs'"),
    METHOD("capitalize($self, /)", str_method_capitalize,
           "Return a capitalized version of the string.\n"
           "\n"
           "More specifically, make the first character have upper case and the rest lower\n"
           "case."),
    METHOD("casefold($self, /)", str_method_casefold,
           "Return a version of the string suitable for caseless comparisons."),
    METHOD("title($self, /)", str_method_title,
           "Return a version of the string where each word is titlecased.\n"
           "\n"
           "More specifically, words start with uppercased characters and all remaining\n"
           "cased characters have lower case."),
    METHOD("center($self, width, fillchar=' ', /)", str_method_center,
           "Return a centered string of length width.\n"
           "\n"
           "Padding is done using the specified fill character (default is a space)."),
    METHOD_PLAIN("count($self, $tuple, sub, start=None, end=None, /)", str_method_count,
                 "S.count(sub[, start[, end]]) -> int\n"
                 "\n"
                 "Return the number of non-overlapping occurrences of substring sub in\n"
                 "string S[start:end].  Optional arguments start and end are\n"
                 "interpreted as in slice notation."),
    METHOD("expandtabs($self, /, tabsize=8)", str_method_expandtabs,
           "Return a copy where all tab characters are expanded using spaces.\n"
           "\n"
           "If tabsize is not given, a tab size of 8 characters is assumed."),
    METHOD_PLAIN("find($self, $tuple, sub, start=None, end=None, /)", str_method_find,
                 "S.find(sub[, start[, end]]) -> int\n"
                 "\n"
                 "Return the lowest index in S where substring sub is found,\n"
                 "such that sub is contained within S[start:end].  Optional\n"
                 "arguments start and end are interpreted as in slice notation.\n"
                 "\n"
                 "Return -1 on failure."),
    METHOD("partition($self, sep, /)", str_method_partition,
           "Partition the string into three parts using the given separator.\n"
           "\n"
           "This will search for the separator in the string.  If the separator is found,\n"
           "returns a 3-tuple containing the part before the separator, the separator\n"
           "itself, and the part after it.\n"
           "\n"
           "If the separator is not found, returns a 3-tuple containing the original string\n"
           "and two empty strings."),
    METHOD_PLAIN("index($self, $tuple, sub, start=None, end=None, /)", str_method_index,
                 "S.index(sub[, start[, end]]) -> int\n"
                 "\n"
                 "Return the lowest index in S where substring sub is found,\n"
                 "such that sub is contained within S[start:end].  Optional\n"
                 "arguments start and end are interpreted as in slice notation.\n"
                 "\n"
                 "Raises ValueError when the substring is not found."),
    METHOD("ljust($self, width, fillchar=' ', /)", str_method_ljust,
           "Return a left-justified string of length width.\n"
           "\n"
           "Padding is done using the specified fill character (default is a space)."),
    METHOD("lower($self, /)", str_method_lower, "Return a copy of the string converted to lowercase."),
    METHOD("lstrip($self, chars=None, /)", str_method_lstrip,
           "Return a copy of the string with leading whitespace removed.\n"
           "\n"
           "If chars is given and not None, remove characters in chars instead."),
    METHOD_PLAIN("rfind($self, $tuple, sub, start=None, end=None, /)", str_method_rfind,
                 "S.rfind(sub[, start[, end]]) -> int\n"
                 "\n"
                 "Return the highest index in S where substring sub is found,\n"
                 "such that sub is contained within S[start:end].  Optional\n"
                 "arguments start and end are interpreted as in slice notation.\n"
                 "\n"
                 "Return -1 on failure."),
    METHOD_PLAIN("rindex($self, $tuple, sub, start=None, end=None, /)", str_method_rindex,
                 "S.rindex(sub[, start[, end]]) -> int\n"
                 "\n"
                 "Return the highest index in S where substring sub is found,\n"
                 "such that sub is contained within S[start:end].  Optional\n"
                 "arguments start and end are interpreted as in slice notation.\n"
                 "\n"
                 "Raises ValueError when the substring is not found."),
    METHOD("rjust($self, width, fillchar=' ', /)", str_method_rjust,
           "Return a right-justified string of length width.\n"
           "\n"
           "Padding is done using the specified fill character (default is a space)."),
    METHOD("rstrip($self, chars=None, /)", str_method_rstrip,
           "Return a copy of the string with trailing whitespace removed.\n"
           "\n"
           "If chars is given and not None, remove characters in chars instead."),
    METHOD("rpartition($self, sep, /)", str_method_rpartition,
           "Partition the string into three parts using the given separator.\n"
           "\n"
           "This will search for the separator in the string, starting at the end. If\n"
           "the separator is found, returns a 3-tuple containing the part before the\n"
           "separator, the separator itself, and the part after it.\n"
           "\n"
           "If the separator is not found, returns a 3-tuple containing two empty strings\n"
           "and the original string."),
    METHOD("splitlines($self, /, keepends=False)", str_method_splitlines,
           "Return a list of the lines in the string, breaking at line boundaries.\n"
           "\n"
           "Line breaks are not included in the resulting list unless keepends is given and\n"
           "true."),
    METHOD("strip($self, chars=None, /)", str_method_strip,
           "Return a copy of the string with leading and trailing whitespace removed.\n"
           "\n"
           "If chars is given and not None, remove characters in chars instead."),
    METHOD("swapcase($self, /)", str_method_swapcase,
           "Convert uppercase characters to lowercase and lowercase characters to uppercase."),
    METHOD("translate($self, table, /)", str_method_translate,
           "Replace each character in the string using the given translation table.\n"
           "\n"
           "  table\n"
           "    Translation table, which must be a mapping of Unicode ordinals to\n"
           "    Unicode ordinals, strings, or None.\n"
           "\n"
           "The table must implement lookup/indexing via __getitem__, for instance a\n"
           "dictionary or list.  If this operation raises LookupError, the character is\n"
           "left untouched.  Characters mapped to None are deleted."),
    METHOD("upper($self, /)", str_method_upper, "Return a copy of the string converted to uppercase."),
    METHOD_PLAIN("startswith($self, $tuple, prefix, start=None, end=None, /)", str_method_startswith,
                 "S.startswith(prefix[, start[, end]]) -> bool\n"
                 "\n"
                 "Return True if S starts with the specified prefix, False otherwise.\n"
                 "With optional start, test S beginning at that position.\n"
                 "With optional end, stop comparing S at that position.\n"
                 "prefix can also be a tuple of strings to try."),
    METHOD_PLAIN("endswith($self, $tuple, suffix, start=None, end=None, /)", str_method_endswith,
                 "S.endswith(suffix[, start[, end]]) -> bool\n"
                 "\n"
                 "Return True if S ends with the specified suffix, False otherwise.\n"
                 "With optional start, test S beginning at that position.\n"
                 "With optional end, stop comparing S at that position.\n"
                 "suffix can also be a tuple of strings to try."),
    METHOD("removeprefix($self, prefix, /)", str_method_removeprefix,
           "Return a str with the given prefix string removed if present.\n"
           "\n"
           "If the string starts with the prefix string, return string[len(prefix):].\n"
           "Otherwise, return a copy of the original string."),
    METHOD("removesuffix($self, suffix, /)", str_method_removesuffix,
           "Return a str with the given suffix string removed if present.\n"
           "\n"
           "If the string ends with the suffix string and that suffix is not empty,\n"
           "return string[:-len(suffix)]. Otherwise, return a copy of the original\n"
           "string."),
    METHOD("isascii($self, /)", str_method_isascii,
           "Return True if all characters in the string are ASCII, False otherwise.\n"
           "\n"
           "ASCII characters have code points in the range U+0000-U+007F.\n"
           "Empty string is ASCII too."),
    METHOD("islower($self, /)", str_method_islower,
           "Return True if the string is a lowercase string, False otherwise.\n"
           "\n"
           "A string is lowercase if all cased characters in the string are lowercase and\n"
           "there is at least one cased character in the string."),
    METHOD("isupper($self, /)", str_method_isupper,
           "Return True if the string is an uppercase string, False otherwise.\n"
           "\n"
           "A string is uppercase if all cased characters in the string are uppercase and\n"
           "there is at least one cased character in the string."),
    METHOD("istitle($self, /)", str_method_istitle,
           "Return True if the string is a title-cased string, False otherwise.\n"
           "\n"
           "In a title-cased string, upper- and title-case characters may only\n"
           "follow uncased characters and lowercase characters only cased ones."),
    METHOD("isspace($self, /)", str_method_isspace,
           "Return True if the string is a whitespace string, False otherwise.\n"
           "\n"
           "A string is whitespace if all characters in the string are whitespace and there\n"
           "is at least one character in the string."),
    METHOD("isdecimal($self, /)", str_method_isdecimal,
           "Return True if the string is a decimal string, False otherwise.\n"
           "\n"
           "A string is a decimal string if all characters in the string are decimal and\n"
           "there is at least one character in the string."),
    METHOD("isdigit($self, /)", str_method_isdigit,
           "Return True if the string is a digit string, False otherwise.\n"
           "\n"
           "A string is a digit string if all characters in the string are digits and there\n"
           "is at least one character in the string."),
    METHOD("isnumeric($self, /)", str_method_isnumeric,
           "Return True if the string is a numeric string, False otherwise.\n"
           "\n"
           "A string is numeric if all characters in the string are numeric and there is at\n"
           "least one character in the string."),
    METHOD("isalpha($self, /)", str_method_isalpha,
           "Return True if the string is an alphabetic string, False otherwise.\n"
           "\n"
           "A string is alphabetic if all characters in the string are alphabetic and there\n"
           "is at least one character in the string."),
    METHOD("isalnum($self, /)", str_method_isalnum,
           "Return True if the string is an alpha-numeric string, False otherwise.\n"
           "\n"
           "A string is alpha-numeric if all characters in the string are alpha-numeric and\n"
           "there is at least one character in the string."),
    METHOD("isidentifier($self, /)", str_method_isidentifier,
           "Return True if the string is a valid Python identifier, False otherwise.\n"
           "\n"
           "Call keyword.iskeyword(s) to test whether string s is a reserved identifier,\n"
           "such as \"def\" or \"class\"."),
    METHOD("isprintable($self, /)", str_method_isprintable,
           "Return True if the string is printable, False otherwise.\n"
           "\n"
           "A string is printable if all of its characters are considered printable in\n"
           "repr() or if it is empty."),
    METHOD("zfill($self, width, /)", str_method_zfill,
           "Pad a numeric string with zeros on the left, to fill a field of the given width.\n"
           "\n"
           "The string is never truncated."),
    METHOD_PLAIN("format($self, *args, **kwargs)", str_method_format,
                 "S.format(*args, **kwargs) -> str\n"
                 "\n"
                 "Return a formatted version of S, using substitutions from args and kwargs.\n"
                 "The substitutions are identified by braces ('{' and '}')."),
    METHOD_PLAIN("format_map($self, mapping, /)", str_method_format_map,
                 "S.format_map(mapping) -> str\n"
                 "\n"
                 "Return a formatted version of S, using substitutions from mapping.\n"
                 "The substitutions are identified by braces ('{' and '}')."),
    METHOD("__format__($self, format_spec, /)", str_method_dunder_format,
           "Return a formatted version of the string as described by format_spec."),
    METHOD_PLAIN_FLAGS("maketrans(x, y=None, z=None, /)", str_method_maketrans,
                       "Return a translation table usable for str.translate().\n"
                       "\n"
                       "If there is only one argument, it must be a dictionary mapping Unicode\n"
                       "ordinals (integers) or characters to Unicode ordinals, strings or None.\n"
                       "Character keys will be then converted to ordinals.\n"
                       "If there are two arguments, they must be strings of equal length, and\n"
                       "in the resulting dictionary, each character in x will be mapped to the\n"
                       "character at the same position in y. If there is a third argument, it\n"
                       "must be a string, whose characters will be mapped to None in the result.",
                       METH_STATIC),
    METHOD("__sizeof__($self, /)", str_method_sizeof, "Return the size of the string in memory, in bytes."),
    METHOD_PLAIN("__getnewargs__($self, /)", str_method_getnewargs, nullptr),
    METHOD_END,
};

}  // namespace orochi
