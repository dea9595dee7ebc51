// str: finding, splitting, replacing, translating.
#include "objects/dict.hpp"
#include "objects/int.hpp"
#include "objects/number.hpp"
#include "objects/str_internal.hpp"
#include "objects/str_methods.hpp"
#include "objects/text_kernels.hpp"

namespace orochi {

using namespace text;

Py_ssize_t str_find(const Str& text, const Str& part, Py_ssize_t start, Py_ssize_t end, int direction) {
    if (str_max_class(part) > str_max_class(text)) return -1;
    return find_in(text_view(text), text_view(part), start, end, direction);
}

Result<bool> str_contains(ThreadState& ts, Str& text, Object& part) {
    if (!PyUnicode_Check(&part))
        return raise(ts, PyExc_TypeError, "'in <string>' requires string as left operand, not %T", &part);
    Str& needle = as<Str>(part);
    if (str_length(needle) == 1) return base::find_char(text_view(text), str_at(needle, 0)) != base::not_found;
    if (str_max_class(needle) > str_max_class(text)) return false;
    return base::find(text_view(text), text_view(needle)) != base::not_found;
}

namespace {

Result<Py_ssize_t> find_method(ThreadState& ts, Str& self, Object& sub, Object* start, Object* end, int direction) {
    TRY(str_check(ts, sub));
    Py_ssize_t low = TRY(slice_index(ts, start, 0));
    Py_ssize_t high = TRY(slice_index(ts, end, PY_SSIZE_T_MAX));
    return str_find(self, as<Str>(sub), low, high, direction);
}

auto pieces_of(ThreadState& ts, Str& text) {
    return [&ts, &text](Py_ssize_t start, Py_ssize_t end) { return str_substring(ts, text, start, end); };
}

Result<Ref<Object>> split_any(ThreadState& ts, Str& text, Object* separator, Py_ssize_t max, bool from_right) {
    TextView view = text_view(text);
    auto piece = pieces_of(ts, text);
    if (!separator || is_none(separator))
        return from_right ? rsplit_spaces<UnicodeSpaces>(ts, view, max, piece)
                          : split_spaces<UnicodeSpaces>(ts, view, max, piece);
    if (!PyUnicode_Check(separator)) return raise(ts, PyExc_TypeError, "must be str or None, not %T", separator);
    TextView sep = text_view(as<Str>(*separator));
    if (sep.length == 0) return raise(ts, PyExc_ValueError, "empty separator");
    return from_right ? rsplit_text(ts, view, sep, max, piece) : split_text(ts, view, sep, max, piece);
}

Result<Ref<Object>> partition_any(ThreadState& ts, Str& text, Object& separator, int direction) {
    TRY(str_check(ts, separator));
    Str& sep = as<Str>(separator);
    if (str_length(sep) == 0) return raise(ts, PyExc_ValueError, "empty separator");
    Py_ssize_t at = str_find(text, sep, 0, PY_SSIZE_T_MAX, direction);
    if (at < 0) {
        Ref<Str> whole = TRY(str_exact(ts, text));
        if (direction > 0) return tuple_of(ts, whole, empty_str(), empty_str());
        return tuple_of(ts, empty_str(), empty_str(), whole);
    }
    Ref<Str> before = TRY(str_substring(ts, text, 0, at));
    Ref<Str> after = TRY(str_substring(ts, text, at + str_length(sep), str_length(text)));
    return tuple_of(ts, before, separator, after);
}

Result<Ref<Object>> strip_any(ThreadState& ts, Str& text, Object* chars, Side side, const char* name) {
    Py_ssize_t start, end;
    if (!chars || is_none(chars)) {
        strip_range(text_view(text), side, start, end, UnicodeSpaces::is);
    } else if (PyUnicode_Check(chars)) {
        strip_characters(text_view(text), text_view(as<Str>(*chars)), side, start, end);
    } else {
        return raise(ts, PyExc_TypeError, "%s arg must be None or str", name);
    }
    return str_substring(ts, text, start, end);
}

Result<bool> tail_method(ThreadState& ts, Str& self, Object& part, Object* start, Object* end, int direction) {
    Py_ssize_t low = TRY(slice_index(ts, start, 0));
    Py_ssize_t high = TRY(slice_index(ts, end, PY_SSIZE_T_MAX));
    return str_tail_match(ts, self, part, low, high, direction);
}

}  // namespace

Result<bool> str_tail_match(ThreadState& ts, Str& text, Object& part, Py_ssize_t start, Py_ssize_t end, int direction) {
    const char* name = direction < 0 ? "startswith" : "endswith";
    if (PyTuple_Check(&part)) {
        Tuple& tuple = as<Tuple>(part);
        for (Py_ssize_t i = 0; i < tuple_size(tuple); ++i) {
            Object& item = tuple_item(tuple, i);
            if (!PyUnicode_Check(&item))
                return raise(ts, PyExc_TypeError, "tuple for %s must only contain str, not %T", name, &item);
            if (tail_match(text_view(text), text_view(as<Str>(item)), start, end, direction)) return true;
        }
        return false;
    }
    if (!PyUnicode_Check(&part))
        return raise(ts, PyExc_TypeError, "%s first arg must be str or a tuple of str, not %T", name, &part);
    return tail_match(text_view(text), text_view(as<Str>(part)), start, end, direction);
}

Result<Ref<Object>> str_split(ThreadState& ts, Str& text, Object* separator, Py_ssize_t max_split) {
    return split_any(ts, text, separator, max_split, false);
}
Result<Ref<Object>> str_rsplit(ThreadState& ts, Str& text, Object* separator, Py_ssize_t max_split) {
    return split_any(ts, text, separator, max_split, true);
}
Result<Ref<Object>> str_splitlines(ThreadState& ts, Str& text, bool keep_ends) {
    return split_lines<UnicodeSpaces>(ts, text_view(text), keep_ends, pieces_of(ts, text));
}
Result<Ref<Object>> str_partition(ThreadState& ts, Str& text, Object& separator) {
    return partition_any(ts, text, separator, 1);
}
Result<Ref<Object>> str_rpartition(ThreadState& ts, Str& text, Object& separator) {
    return partition_any(ts, text, separator, -1);
}

// Finds the places first, so that the result is allocated once at its size.
Result<Ref<Str>> str_replace(ThreadState& ts, Str& text, Str& old_part, Str& new_part, Py_ssize_t max_count) {
    TextView view = text_view(text), from = text_view(old_part), to = text_view(new_part);
    if (max_count < 0) max_count = PY_SSIZE_T_MAX;
    if (max_count == 0 || str_max_class(old_part) > str_max_class(text) || str_equals(old_part, new_part))
        return str_exact(ts, text);
    // The first places are kept from counting them, so that short texts are searched once.
    size_t places[32];
    base::Finder finder(from);
    size_t n = 0, counted = 0;  // how many there are in view[:counted]
    if (from.length == 0) {
        n = std::min(size_t(max_count), view.length + 1);
    } else {
        while (n < std::size(places) && n < size_t(max_count)) {
            size_t at = finder.next(view, counted);
            if (at == base::not_found) break;
            places[n++] = at;
            counted = at + from.length;
        }
        if (n == std::size(places))
            n += base::count(part_of(view, Py_ssize_t(counted), Py_ssize_t(view.length)), from, size_t(max_count) - n);
    }
    if (n == 0) return str_exact(ts, text);
    Py_ssize_t growth = Py_ssize_t(to.length) - Py_ssize_t(from.length);
    if (growth > 0 && n > size_t(PY_SSIZE_T_MAX - Py_ssize_t(view.length)) / size_t(growth))
        return raise(ts, PyExc_OverflowError, "replace string is too long");
    Py_ssize_t length = Py_ssize_t(view.length) + growth * Py_ssize_t(n);
    if (length == 0) return Ref<Str>::share(empty_str());
    Py_UCS4 widest = std::max(str_max_class(text), str_max_class(new_part));
    // Taking characters out can leave only narrower ones.
    bool may_narrow = str_max_class(old_part) == widest && widest > 0x7F && str_max_class(new_part) < widest;
    Ref<Str> result = TRY(str_new(ts, length, widest));
    int kind = str_kind(result);
    Py_ssize_t out = 0;
    auto put = [&](TextView part) {
        char* place = static_cast<char*>(str_data(*result)) + out * kind;
        if (part.kind == kind) {
            copy_few(place, static_cast<const char*>(part.data), part.length * size_t(kind));
        } else {
            base::copy_characters(part, place, kind);
        }
        out += Py_ssize_t(part.length);
    };
    if (from.length == 0) {
        // Between all characters, and at both ends.
        size_t i = 0;
        for (; i < n; ++i) {
            put(to);
            if (i < view.length) str_put(result, out++, view[i]);
        }
        if (i < view.length) put(part_of(view, Py_ssize_t(i), Py_ssize_t(view.length)));
    } else {
        size_t start = 0;
        for (size_t i = 0; i < n; ++i) {
            size_t at = i < std::size(places) ? places[i] : finder.next(view, start);
            put(part_of(view, Py_ssize_t(start), Py_ssize_t(at)));
            put(to);
            start = at + from.length;
        }
        put(part_of(view, Py_ssize_t(start), Py_ssize_t(view.length)));
    }
    if (may_narrow && base::max_char_class(text_view(result)) < widest) return str_from_view(ts, text_view(result));
    if (length == 1) return str_from_character(ts, str_at(result, 0));
    return result;
}

// -- Translation. ---------------------------------------------------------------------------------------------------

namespace {

// What a table says about one character.
struct Translated {
    bool unchanged = false;
    Py_UCS4 character = 0;
    OptRef<Object> text;  // a str; else `character` or nothing (deleted)
    bool deleted = false;
};

Result<Translated> translate_character(ThreadState& ts, Object& table, Py_UCS4 c) {
    Ref<Object> key = TRY(int_from(ts, c));
    Result<Ref<Object>> item = getitem(ts, table, key);
    Translated result;
    if (!item.ok()) {
        if (!error_matches(ts, PyExc_LookupError)) return failure;
        error_clear(ts);
        result.unchanged = true;
        return result;
    }
    Ref<Object> value = std::move(item).take();
    if (is_none(*value)) {
        result.deleted = true;
    } else if (PyLong_Check(value.get())) {
        int overflow = 0;
        long long number = TRY(int_as_long_long_overflow(ts, value, overflow));
        if (overflow || number < 0 || number > 0x10FFFF)
            return raise(ts, PyExc_ValueError, "character mapping must be in range(0x%lx)", 0x110000UL);
        result.character = Py_UCS4(number);
    } else if (PyUnicode_Check(value.get())) {
        result.text = OptRef<Object>(std::move(value));
    } else {
        return raise(ts, PyExc_TypeError, "character mapping must return integer, None or str");
    }
    return result;
}

}  // namespace

Result<Ref<Str>> str_translate(ThreadState& ts, Str& text, Object& table) {
    Py_ssize_t length = str_length(text);
    if (length == 0) return Ref<Str>::share(empty_str());
    // ASCII to ASCII answers are remembered: 0xFE deleted, 0xFF not asked yet, 0xFD anything else.
    uint8_t memory[128];
    memset(memory, 0xFF, sizeof memory);
    StrBuilder builder(ts);
    TRY(builder.reserve(length, str_is_ascii(text) ? 0x7F : 0));
    for (Py_ssize_t i = 0; i < length; ++i) {
        Py_UCS4 c = str_at(text, i);
        if (c < 128) {
            uint8_t known = memory[c];
            if (known < 128) {
                TRY(builder.append(Py_UCS4(known)));
                continue;
            }
            if (known == 0xFE) continue;
        }
        Translated t = TRY(translate_character(ts, table, c));
        if (t.unchanged) {
            if (c < 128) memory[c] = uint8_t(c);
            TRY(builder.append(c));
        } else if (t.deleted) {
            if (c < 128) memory[c] = 0xFE;
        } else if (t.text) {
            Str& piece = as<Str>(*t.text);
            if (c < 128 && str_length(piece) == 1 && str_is_ascii(piece)) memory[c] = uint8_t(str_at(piece, 0));
            TRY(builder.append(piece));
        } else {
            if (c < 128 && t.character < 128) memory[c] = uint8_t(t.character);
            TRY(builder.append(t.character));
        }
    }
    return builder.finish();
}

// -- Methods. -------------------------------------------------------------------------------------------------------

Result<Py_ssize_t> str_method_find(ThreadState& ts, Str& self, Object& sub, Object* start, Object* end) {
    return find_method(ts, self, sub, start, end, 1);
}
Result<Py_ssize_t> str_method_rfind(ThreadState& ts, Str& self, Object& sub, Object* start, Object* end) {
    return find_method(ts, self, sub, start, end, -1);
}
Result<Py_ssize_t> str_method_index(ThreadState& ts, Str& self, Object& sub, Object* start, Object* end) {
    Py_ssize_t at = TRY(find_method(ts, self, sub, start, end, 1));
    if (at < 0) return raise(ts, PyExc_ValueError, "substring not found");
    return at;
}
Result<Py_ssize_t> str_method_rindex(ThreadState& ts, Str& self, Object& sub, Object* start, Object* end) {
    Py_ssize_t at = TRY(find_method(ts, self, sub, start, end, -1));
    if (at < 0) return raise(ts, PyExc_ValueError, "substring not found");
    return at;
}
Result<Py_ssize_t> str_method_count(ThreadState& ts, Str& self, Object& sub, Object* start, Object* end) {
    TRY(str_check(ts, sub));
    Py_ssize_t low = TRY(slice_index(ts, start, 0));
    Py_ssize_t high = TRY(slice_index(ts, end, PY_SSIZE_T_MAX));
    return count_in(text_view(self), text_view(as<Str>(sub)), low, high);
}
Result<bool> str_method_startswith(ThreadState& ts, Str& self, Object& part, Object* start, Object* end) {
    return tail_method(ts, self, part, start, end, -1);
}
Result<bool> str_method_endswith(ThreadState& ts, Str& self, Object& part, Object* start, Object* end) {
    return tail_method(ts, self, part, start, end, 1);
}
Result<Ref<Str>> str_method_replace(ThreadState& ts, Str& self, Str& old_part, Str& new_part, Py_ssize_t count) {
    return str_replace(ts, self, old_part, new_part, count);
}
Result<Ref<Str>> str_method_removeprefix(ThreadState& ts, Str& self, Str& prefix) {
    if (tail_match(text_view(self), text_view(prefix), 0, PY_SSIZE_T_MAX, -1))
        return str_substring(ts, self, str_length(prefix), str_length(self));
    return str_exact(ts, self);
}
Result<Ref<Str>> str_method_removesuffix(ThreadState& ts, Str& self, Str& suffix) {
    if (str_length(suffix) && tail_match(text_view(self), text_view(suffix), 0, PY_SSIZE_T_MAX, 1))
        return str_substring(ts, self, 0, str_length(self) - str_length(suffix));
    return str_exact(ts, self);
}
Result<Ref<Object>> str_method_strip(ThreadState& ts, Str& self, Object* chars) {
    return strip_any(ts, self, chars, Side::kBoth, "strip");
}
Result<Ref<Object>> str_method_lstrip(ThreadState& ts, Str& self, Object* chars) {
    return strip_any(ts, self, chars, Side::kLeft, "lstrip");
}
Result<Ref<Object>> str_method_rstrip(ThreadState& ts, Str& self, Object* chars) {
    return strip_any(ts, self, chars, Side::kRight, "rstrip");
}

Result<Ref<Object>> str_method_maketrans(ThreadState& ts, Object& x, Object* y, Object* z) {
    Ref<Dict> table = TRY(dict_new(ts));
    if (y) {
        if (!PyUnicode_Check(y)) return raise(ts, PyExc_TypeError, "maketrans() argument 2 must be str, not %T", y);
        if (z && !PyUnicode_Check(z))
            return raise(ts, PyExc_TypeError, "maketrans() argument 3 must be str, not %T", z);
        if (!PyUnicode_Check(&x))
            return raise(ts, PyExc_TypeError,
                         "first maketrans argument must be a string if there is a second argument");
        Str& from = as<Str>(x);
        Str& to = as<Str>(*y);
        if (str_length(from) != str_length(to))
            return raise(ts, PyExc_ValueError, "the first two maketrans arguments must have equal length");
        for (Py_ssize_t i = 0; i < str_length(from); ++i) {
            Ref<Object> key = TRY(int_from(ts, str_at(from, i)));
            Ref<Object> value = TRY(int_from(ts, str_at(to, i)));
            TRY(dict_set(ts, table, key, value));
        }
        if (z) {
            for (Py_ssize_t i = 0; i < str_length(as<Str>(*z)); ++i) {
                Ref<Object> key = TRY(int_from(ts, str_at(as<Str>(*z), i)));
                TRY(dict_set(ts, table, key, none()));
            }
        }
        return Ref<Object>(std::move(table));
    }
    if (!PyDict_CheckExact(&x))
        return raise(ts, PyExc_TypeError, "if you give only one argument to maketrans it must be a dict");
    Py_ssize_t position = 0;
    Object *key, *value;
    while (dict_next(as<Dict>(x), position, &key, &value)) {
        if (PyUnicode_Check(key)) {
            if (str_length(as<Str>(*key)) != 1)
                return raise(ts, PyExc_ValueError, "string keys in translate table must be of length 1");
            Ref<Object> number = TRY(int_from(ts, str_at(as<Str>(*key), 0)));
            TRY(dict_set(ts, table, number, *value));
        } else if (PyLong_Check(key)) {
            TRY(dict_set(ts, table, *key, *value));
        } else {
            return raise(ts, PyExc_TypeError, "keys in translate table must be strings or integers");
        }
    }
    return Ref<Object>(std::move(table));
}

}  // namespace orochi
