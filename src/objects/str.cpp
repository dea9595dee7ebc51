#include "objects/str.hpp"

#include "base/hash.hpp"
#include "base/utf8.hpp"
#include "objects/bytes.hpp"
#include "objects/str_internal.hpp"

namespace orochi {

using base::Char1;
using base::Char2;
using base::Char4;
using base::TextView;

Str& empty_str() { return reinterpret_cast<Str&>(shared_strings.empty); }

namespace {

// Bytes of the object before its characters.
constexpr size_t head_size(bool ascii) { return ascii ? sizeof(PyASCIIObject) : sizeof(PyCompactUnicodeObject); }

void init_head(Str& s, Py_ssize_t length, int kind, bool ascii) {
    PyASCIIObject& head = s._base._base;
    head.length = length;
    head.hash = -1;
    head.state = {};
    head.state.kind = unsigned(kind);
    head.state.compact = 1;
    head.state.ascii = ascii;
    head.state.ready = 1;
    head.wstr = nullptr;
    if (!ascii) {
        s._base.utf8 = nullptr;
        s._base.utf8_length = 0;
        s._base.wstr_length = 0;
    }
}

}  // namespace

Result<Ref<Str>> str_new(ThreadState& ts, Py_ssize_t length, Py_UCS4 max_character) {
    if (length == 0) return Ref<Str>::share(empty_str());
    if (length < 0) return raise(ts, PyExc_SystemError, "Negative size passed to PyUnicode_New");
    if (max_character > 0x10FFFF)
        return raise(ts, PyExc_SystemError, "invalid maximum character passed to PyUnicode_New");
    bool ascii = max_character < 0x80;
    int kind = base::kind_for(max_character);
    if (length > (PY_SSIZE_T_MAX - 128) / kind - 1) return raise_no_memory(ts);
    Object* o = allocate_shareable_object(ts, PyUnicode_Type, head_size(ascii) + size_t(length + 1) * size_t(kind));
    if (!o) return failure;
    Str& s = as<Str>(*o);
    init_head(s, length, kind, ascii);
    str_put(s, length, 0);
    return Ref<Str>::steal(s);
}

Result<Ref<Str>> str_resize(ThreadState& ts, Ref<Str>&& text, Py_ssize_t length) {
    Str& s = *text;
    if (str_length(s) == length) return std::move(text);
    if (length == 0) return Ref<Str>::share(empty_str());
    bool ascii = str_is_ascii(s);
    int kind = str_kind(s);
    if (length > (PY_SSIZE_T_MAX - 128) / kind - 1) return raise_no_memory(ts);
    if (!ascii && s._base.utf8) {
        Heap::free(s._base.utf8);
        s._base.utf8 = nullptr;
        s._base.utf8_length = 0;
    }
    void* block = ts.heap().reallocate(&s, head_size(ascii) + size_t(length + 1) * size_t(kind));
    if (!block) return raise_no_memory(ts);
    (void)std::move(text).release();
    Str& moved = *static_cast<Str*>(block);
    moved._base._base.length = length;
    moved._base._base.hash = -1;
    str_put(moved, length, 0);
    return Ref<Str>::steal(moved);
}

void str_narrow(Str& text) {
    const Py_ssize_t length = str_length(text);
    const TextView from = text_view(text);
    const Py_UCS4 widest = base::max_char_class(from);
    const bool ascii = widest < 0x80;
    const int kind = base::kind_for(widest);
    // Forwards, and to where nothing is left to be read; the head is written last, since ASCII characters begin in it.
    char* to = reinterpret_cast<char*>(&text) + head_size(ascii);
    for (Py_ssize_t i = 0; i < length; ++i) PyUnicode_WRITE(kind, to, i, from[size_t(i)]);
    PyUnicode_WRITE(kind, to, length, 0);
    init_head(text, length, kind, ascii);
}

Result<Ref<Str>> str_from_character(ThreadState& ts, Py_UCS4 character) {
    if (character < 256) return Ref<Str>::share(latin1_string(static_cast<unsigned char>(character)));
    Ref<Str> s = TRY(str_new(ts, 1, character));
    str_put(s, 0, character);
    return s;
}

Result<Ref<Str>> str_from_ascii(ThreadState& ts, std::string_view text) {
    if (text.size() <= 1) {
        if (text.empty()) return Ref<Str>::share(empty_str());
        return Ref<Str>::share(latin1_string(static_cast<unsigned char>(text[0])));
    }
    Ref<Str> s = TRY(str_new(ts, Py_ssize_t(text.size()), 0x7F));
    copy_few(static_cast<char*>(str_data(*s)), text.data(), text.size());
    return s;
}

Result<Ref<Str>> str_from_latin1(ThreadState& ts, std::string_view text) {
    return str_from_ucs(ts, 1, text.data(), Py_ssize_t(text.size()));
}

Result<Ref<Str>> str_from_ucs(ThreadState& ts, int kind, const void* data, Py_ssize_t length) {
    if (length < 0) return raise(ts, PyExc_ValueError, "size must be positive");
    TextView view{data, size_t(length), kind};
    if (length <= 1) {
        if (length == 0) return Ref<Str>::share(empty_str());
        return str_from_character(ts, view[0]);
    }
    Py_UCS4 widest = base::max_char_class(view);
    Ref<Str> s = TRY(str_new(ts, length, widest));
    str_copy_into(s, 0, view);
    return s;
}

namespace {
// `errors`: what str_decode() makes of text that is not UTF-8.
Result<Ref<Str>> from_utf8(ThreadState& ts, std::string_view text, const char* errors) {
    auto* data = reinterpret_cast<const uint8_t*>(text.data());
    base::DecodeScan scan = base::scan_utf8(data, text.size());
    if (scan.status != base::Decoded::all) [[unlikely]] {
        Ref<Object> decoded = TRY(str_decode(ts, text, nullptr, errors));
        return std::move(decoded).cast<Str>();
    }
    if (scan.max_char < 0x80) return str_from_ascii(ts, text);
    if (scan.characters == 1) return str_from_character(ts, base::next_utf8_character(&data));
    Ref<Str> s = TRY(str_new(ts, Py_ssize_t(scan.characters), scan.max_char));
    base::decode_utf8(data, text.size(), str_data(*s), str_kind(s));
    return s;
}
}  // namespace

Result<Ref<Str>> str_from_utf8(ThreadState& ts, std::string_view text) { return from_utf8(ts, text, nullptr); }
Result<Ref<Str>> str_from_wtf8(ThreadState& ts, std::string_view text) { return from_utf8(ts, text, "surrogatepass"); }

Result<Ref<Str>> str_exact(ThreadState& ts, Str& text) {
    if (str_is_exact(text)) return Ref<Str>::share(text);
    return str_from_view(ts, text_view(text));
}

Result<std::string_view> str_utf8(ThreadState& ts, Str& text) {
    if (str_is_ascii(text)) return str_ascii_view(text);
    if (!text._base.utf8) {
        TextView view = text_view(text);
        base::EncodeScan scan = base::scan_for_utf8(view);
        if (scan.error_length) {
            TRY(str_encode(ts, text, nullptr, nullptr));  // raises
            return raise_bad_internal_call(ts);
        }
        char* utf8 = static_cast<char*>(Heap::of(&text).allocate(scan.size + 1));
        if (!utf8) return raise_no_memory(ts);
        base::encode_utf8(view, reinterpret_cast<uint8_t*>(utf8));
        utf8[scan.size] = 0;
        text._base.utf8 = utf8;
        text._base.utf8_length = Py_ssize_t(scan.size);
    }
    return std::string_view(text._base.utf8, size_t(text._base.utf8_length));
}

Py_hash_t str_hash(Str& text) {
    Py_hash_t& cached = text._base._base.hash;
    if (cached != -1) return cached;
    const auto& secret = process_runtime().hash_secret;
    cached = base::hash_bytes({secret.k0, secret.k1}, str_data(text), size_t(str_length(text) * str_kind(text)));
    return cached;
}

Result<void> str_check(ThreadState& ts, Object& value) {
    if (PyUnicode_Check(&value)) return {};
    return raise(ts, PyExc_TypeError, "must be str, not %T", &value);
}

// -- Comparison. --------------------------------------------------------------------------------------------------

bool str_equals(const Str& left, const Str& right) {
    if (&left == &right) return true;
    Py_ssize_t length = str_length(left);
    if (length != str_length(right) || str_kind(left) != str_kind(right)) return false;
    return memcmp(str_data(left), str_data(right), size_t(length * str_kind(left))) == 0;
}

bool str_equals_ascii(const Str& left, std::string_view right) {
    return str_is_ascii(left) && str_ascii_view(left) == right;
}

int str_compare(const Str& left, const Str& right) {
    if (&left == &right) return 0;
    return base::compare_text(text_view(left), text_view(right));
}

Result<Ref<Object>> str_compare_slot(ThreadState& ts, Object& left, Object& right, int op) {
    if (!PyUnicode_Check(&left) || !PyUnicode_Check(&right)) return new_not_implemented();
    Str& a = as<Str>(left);
    Str& b = as<Str>(right);
    if (op == Py_EQ) return new_bool(str_equals(a, b));
    if (op == Py_NE) return new_bool(!str_equals(a, b));
    int order = str_compare(a, b);
    switch (op) {
        case Py_LT: return new_bool(order < 0);
        case Py_LE: return new_bool(order <= 0);
        case Py_GT: return new_bool(order > 0);
        default: return new_bool(order >= 0);
    }
}

// -- Concatenation. -----------------------------------------------------------------------------------------------

Result<Ref<Str>> str_concat(ThreadState& ts, Str& left, Str& right) {
    Py_ssize_t a = str_length(left), b = str_length(right);
    if (a == 0) return str_exact(ts, right);
    if (b == 0) return str_exact(ts, left);
    if (a > PY_SSIZE_T_MAX - b) return raise(ts, PyExc_OverflowError, "strings are too large to concat");
    Ref<Str> s = TRY(str_new(ts, a + b, std::max(str_max_class(left), str_max_class(right))));
    str_copy_into(s, 0, text_view(left));
    str_copy_into(s, a, text_view(right));
    return s;
}

Result<Ref<Str>> str_append(ThreadState& ts, Ref<Object>&& left, Str& right) {
    Ref<Str> target = std::move(left).cast<Str>();
    Str& s = *target;
    Py_ssize_t a = str_length(s), b = str_length(right);
    // In place when this is the only reference and the characters fit the kind.
    if (obj(s).ob_refcnt == 1 && a > 0 && b > 0 && str_is_exact(s) && s._base._base.state.compact &&
        !str_is_interned(s) && str_max_class(right) <= str_max_class(s) && !s._base._base.wstr && &s != &right &&
        a <= PY_SSIZE_T_MAX - b) {
        Ref<Str> grown = TRY(str_resize(ts, std::move(target), a + b));
        str_copy_into(grown, a, text_view(right));
        return grown;
    }
    return str_concat(ts, s, right);
}

Result<Ref<Str>> str_substring(ThreadState& ts, Str& text, Py_ssize_t start, Py_ssize_t end) {
    Py_ssize_t length = str_length(text);
    end = std::min(end, length);
    if (start == 0 && end == length) return str_exact(ts, text);
    if (start < 0 || end < 0) return raise(ts, PyExc_IndexError, "string index out of range");
    if (start >= end) return Ref<Str>::share(empty_str());
    if (str_is_ascii(text))
        return str_from_ascii(ts, {static_cast<const char*>(str_data(text)) + start, size_t(end - start)});
    int kind = str_kind(text);
    return str_from_ucs(ts, kind, static_cast<const char*>(str_data(text)) + start * kind, end - start);
}

Result<Ref<Str>> str_repeat(ThreadState& ts, Str& text, Py_ssize_t count) {
    Py_ssize_t length = str_length(text);
    if (count < 1 || length == 0) return Ref<Str>::share(empty_str());
    if (count == 1) return str_exact(ts, text);
    if (length > PY_SSIZE_T_MAX / count) return raise(ts, PyExc_OverflowError, "repeated string is too long");
    Ref<Str> s = TRY(str_new(ts, length * count, str_max_class(text)));
    int kind = str_kind(s);
    char* out = static_cast<char*>(str_data(*s));
    if (length == 1) {
        base::fill_characters(out, kind, size_t(count), str_at(text, 0));
        return s;
    }
    // Doubling copies.
    size_t unit = size_t(length * kind), total = unit * size_t(count), done = unit;
    memcpy(out, str_data(text), unit);
    while (done < total) {
        size_t n = std::min(done, total - done);
        memcpy(out + done, out, n);
        done += n;
    }
    return s;
}

Result<Ref<Str>> str_pad(ThreadState& ts, Str& text, Py_ssize_t left, Py_ssize_t right, Py_UCS4 fill) {
    left = std::max<Py_ssize_t>(left, 0);
    right = std::max<Py_ssize_t>(right, 0);
    if (left == 0 && right == 0) return str_exact(ts, text);
    Py_ssize_t length = str_length(text);
    if (left > PY_SSIZE_T_MAX - length || right > PY_SSIZE_T_MAX - (left + length))
        return raise(ts, PyExc_OverflowError, "padded string is too long");
    Ref<Str> s = TRY(str_new(ts, left + length + right, std::max(str_max_class(text), fill)));
    int kind = str_kind(s);
    char* out = static_cast<char*>(str_data(*s));
    base::fill_characters(out, kind, size_t(left), fill);
    str_copy_into(s, left, text_view(text));
    base::fill_characters(out + (left + length) * kind, kind, size_t(right), fill);
    return s;
}

// -- Joining, in two passes: measure, then copy. --------------------------------------------------------------------

Result<Ref<Str>> str_join_items(ThreadState& ts, Str& separator, Object* const* items, Py_ssize_t count) {
    if (count == 0) return Ref<Str>::share(empty_str());
    if (count == 1 && PyUnicode_CheckExact(items[0])) return Ref<Str>::share(as<Str>(*items[0]));
    Py_ssize_t between = str_length(separator);
    Py_UCS4 widest = count > 1 && between ? str_max_class(separator) : 0x7F;
    size_t total = size_t(between) * size_t(count - 1);
    bool too_long = between && size_t(count - 1) > size_t(PY_SSIZE_T_MAX) / size_t(between);
    for (Py_ssize_t i = 0; i < count; ++i) {
        Object& item = *items[i];
        if (!PyUnicode_Check(&item)) [[unlikely]]
            return raise(ts, PyExc_TypeError, "sequence item %zd: expected str instance, %.80s found", i,
                         type_of(item).tp_name);
        widest = std::max(widest, str_max_class(as<Str>(item)));
        total += size_t(str_length(as<Str>(item)));
        too_long |= total > size_t(PY_SSIZE_T_MAX);
    }
    if (too_long) return raise(ts, PyExc_OverflowError, "join() result is too long for a Python string");
    Ref<Str> s = TRY(str_new(ts, Py_ssize_t(total), widest));
    if (total == 0) return s;
    if (str_kind(s) == 1) {
        char* out = static_cast<char*>(str_data(*s));
        const void* gap = str_data(separator);
        for (Py_ssize_t i = 0; i < count; ++i) {
            if (i && between) {
                memcpy(out, gap, size_t(between));
                out += between;
            }
            Str& item = as<Str>(*items[i]);
            memcpy(out, str_data(item), size_t(str_length(item)));
            out += str_length(item);
        }
        return s;
    }
    Py_ssize_t at = 0;
    for (Py_ssize_t i = 0; i < count; ++i) {
        if (i && between) {
            str_copy_into(s, at, text_view(separator));
            at += between;
        }
        Str& item = as<Str>(*items[i]);
        str_copy_into(s, at, text_view(item));
        at += str_length(item);
    }
    return s;
}

Result<Ref<Str>> str_join(ThreadState& ts, Str& separator, Object& iterable) {
    Ref<Object> sequence = TRY(sequence_fast(ts, iterable, "can only join an iterable"));
    std::span<Object* const> items = sequence_fast_items(sequence);
    return str_join_items(ts, separator, items.data(), Py_ssize_t(items.size()));
}

}  // namespace orochi
