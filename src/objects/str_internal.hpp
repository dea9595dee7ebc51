// Inside of str: what the files that implement it share.
#pragma once

#include "base/characters.hpp"
#include "objects/str.hpp"

namespace orochi {

// memcpy() for what is mostly a few bytes, without a call for these.
inline void copy_few(char* to, const char* from, size_t size) {
    auto both_ends = [&](auto word) {  // from `sizeof word` bytes to twice as many
        auto last = word;
        memcpy(&word, from, sizeof word);
        memcpy(&last, from + size - sizeof last, sizeof last);
        memcpy(to, &word, sizeof word);
        memcpy(to + size - sizeof last, &last, sizeof last);
    };
    if (size > 16) {
        memcpy(to, from, size);
    } else if (size >= 8) {
        both_ends(uint64_t{});
    } else if (size >= 4) {
        both_ends(uint32_t{});
    } else if (size >= 2) {
        both_ends(uint16_t{});
    } else if (size == 1) {
        *to = *from;
    }
}

inline base::TextView text_view(const Str& s) { return {str_data(s), size_t(str_length(s)), str_kind(s)}; }
// An upper bound of the greatest character, by class: what str_new() wants.
inline Py_UCS4 str_max_class(const Str& s) {
    if (str_is_ascii(s)) return 0x7F;
    int kind = str_kind(s);
    return kind == 1 ? 0xFF : kind == 2 ? 0xFFFF : 0x10FFFF;
}
inline bool str_is_exact(const Str& s) { return s._base._base.ob_base.ob_type == &PyUnicode_Type; }
// The text as a str proper: itself, or a copy when it is an instance of a subclass.
Result<Ref<Str>> str_exact(ThreadState& ts, Str& text);
// Shortens or grows a compact str that nobody else has seen. Consumes and returns it.
Result<Ref<Str>> str_resize(ThreadState& ts, Ref<Str>&& text, Py_ssize_t length);
// Copies characters into a str being built; it is wide enough.
inline void str_copy_into(Str& to, Py_ssize_t at, base::TextView from) {
    base::copy_characters(from, static_cast<char*>(str_data(to)) + at * str_kind(to), str_kind(to));
}
inline void str_put(Str& to, Py_ssize_t at, Py_UCS4 c) { PyUnicode_WRITE(str_kind(to), str_data(to), at, c); }
// Gives a compact str the narrowest kind for its characters, in its own memory: for one that was made before they were
// known.
void str_narrow(Str& text);
// A new str from a view, of the narrowest kind.
inline Result<Ref<Str>> str_from_view(ThreadState& ts, base::TextView view) {
    return str_from_ucs(ts, view.kind, view.data, Py_ssize_t(view.length));
}
// TypeError "must be str, not X".
Result<void> str_check(ThreadState& ts, Object& value);

// The immortal one-character string of a Latin-1 character.
inline Str& latin1_character(uint8_t c) { return latin1_string(c); }

Result<Ref<Str>> str_repeat(ThreadState& ts, Str& text, Py_ssize_t count);
Result<Ref<Str>> str_repr(ThreadState& ts, Str& text);
Result<Ref<Object>> str_iter(ThreadState& ts, Str& text);
Result<Ref<Object>> str_compare_slot(ThreadState& ts, Object& left, Object& right, int op);
Result<Ref<Object>> str_rsplit(ThreadState& ts, Str& text, Object* separator, Py_ssize_t max_split);
Result<Ref<Object>> str_splitlines(ThreadState& ts, Str& text, bool keep_ends);
Result<Ref<Object>> str_partition(ThreadState& ts, Str& text, Object& separator);
Result<Ref<Object>> str_rpartition(ThreadState& ts, Str& text, Object& separator);
Result<Ref<Str>> str_translate(ThreadState& ts, Str& text, Object& table);
Result<Ref<Str>> str_pad(ThreadState& ts, Str& text, Py_ssize_t left, Py_ssize_t right, Py_UCS4 fill);
Result<bool> str_tail_match(ThreadState& ts, Str& text, Object& part, Py_ssize_t start, Py_ssize_t end, int direction);
// str.format and str.format_map; `arguments` null: format_map.
Result<Ref<Str>> str_brace_format(ThreadState& ts, Str& format, Object* const* arguments, Py_ssize_t count,
                                  Object* keywords, bool is_map);
// Every decimal digit as ASCII, every space as ' ', other non-ASCII characters as '?': what int() and float() read.
Result<Ref<Str>> str_decimal_to_ascii(ThreadState& ts, Str& text);
// The tables of methods, which type.cpp of str assembles.
extern const MethodDef str_methods[];

}  // namespace orochi
