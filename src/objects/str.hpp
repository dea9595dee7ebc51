// str: PEP 393, the public layout. Every str made by us is compact and ready.
#pragma once

#include <initializer_list>
#include <string_view>

#include "objects/object.hpp"

namespace orochi {

// A new str with room for `length` characters up to `max_character`; the caller fills it before anyone else sees it.
Result<Ref<Str>> str_new(ThreadState& ts, Py_ssize_t length, Py_UCS4 max_character);
Result<Ref<Str>> str_from_utf8(ThreadState& ts, std::string_view text);   // strict
Result<Ref<Str>> str_from_ascii(ThreadState& ts, std::string_view text);  // the caller knows it is ASCII
Result<Ref<Str>> str_from_latin1(ThreadState& ts, std::string_view text);
Result<Ref<Str>> str_from_wtf8(ThreadState& ts, std::string_view text);  // lone surrogates allowed (surrogatepass)
Result<Ref<Str>> str_from_ucs(ThreadState& ts, int kind, const void* data, Py_ssize_t length);  // kind 1, 2, 4
Result<Ref<Str>> str_from_character(ThreadState& ts, Py_UCS4 character);
Result<Ref<Str>> str_format(ThreadState& ts, const char* format, ...);  // PyUnicode_FromFormat and %T
Result<Ref<Str>> str_format_v(ThreadState& ts, const char* format, va_list arguments);
Result<Ref<Str>> str_decode_filesystem(ThreadState& ts, std::string_view bytes);  // os.fsdecode
Result<Ref<Object>> str_encode_filesystem(ThreadState& ts, Str& text);            // os.fsencode, bytes
Str& empty_str();                                                                 // immortal

inline Py_ssize_t str_length(const Str& s) { return s._base._base.length; }
inline int str_kind(const Str& s) { return s._base._base.state.kind; }
inline bool str_is_ascii(const Str& s) { return s._base._base.state.ascii; }
inline const void* str_data(const Str& s) { return PyUnicode_DATA(reinterpret_cast<Object*>(const_cast<Str*>(&s))); }
inline void* str_data(Str& s) { return PyUnicode_DATA(reinterpret_cast<Object*>(&s)); }
inline Py_UCS4 str_at(const Str& s, Py_ssize_t i) { return PyUnicode_READ(str_kind(s), str_data(s), i); }
// UTF-8 form, cached in the object and valid as long as it lives. Fails on lone surrogates.
Result<std::string_view> str_utf8(ThreadState& ts, Str& text);
// The characters of a str known to be ASCII.
inline std::string_view str_ascii_view(const Str& s) {
    return {static_cast<const char*>(str_data(s)), size_t(str_length(s))};
}

Py_hash_t str_hash(Str& text);
bool str_equals(const Str& left, const Str& right);
bool str_equals_ascii(const Str& left, std::string_view right);
int str_compare(const Str& left, const Str& right);
Result<Ref<Str>> str_concat(ThreadState& ts, Str& left, Str& right);
// Consumes `left`, extending it in place when nobody else holds it (s += t).
Result<Ref<Str>> str_append(ThreadState& ts, Ref<Object>&& left, Str& right);
Result<Ref<Str>> str_substring(ThreadState& ts, Str& text, Py_ssize_t start, Py_ssize_t end);
Result<Ref<Str>> str_join(ThreadState& ts, Str& separator, Object& iterable);
Result<Ref<Str>> str_join_items(ThreadState& ts, Str& separator, Object* const* items, Py_ssize_t count);
Result<Ref<Object>> str_split(ThreadState& ts, Str& text, Object* separator, Py_ssize_t max_split);
Result<Ref<Str>> str_replace(ThreadState& ts, Str& text, Str& old_part, Str& new_part, Py_ssize_t max_count);
Py_ssize_t str_find(const Str& text, const Str& part, Py_ssize_t start, Py_ssize_t end, int direction);  // -1: absent
Result<bool> str_contains(ThreadState& ts, Str& text, Object& part);
Result<Ref<Object>> str_percent_format(ThreadState& ts, Str& format, Object& arguments);
bool str_is_identifier(const Str& text);
// Encoding and decoding by name; `encoding` null: UTF-8, `errors` null: strict.
Result<Ref<Object>> str_encode(ThreadState& ts, Str& text, const char* encoding, const char* errors);
Result<Ref<Object>> str_decode(ThreadState& ts, std::string_view bytes, const char* encoding, const char* errors);

// str(object, encoding, errors): decodes a bytes-like object.
Result<Ref<Object>> str_from_encoded_object(ThreadState& ts, Object& object, const char* encoding, const char* errors);
// The name of an encoding or error handler as an argument gives it: null when absent, else UTF-8 with a terminator.
// ValueError when it contains a null character.
Result<const char*> codec_argument(ThreadState& ts, Str* name);

// Interned strings compare by identity. The argument is replaced by the interned one.
Ref<Str> intern(ThreadState& ts, Ref<Str>&& text);
Result<Ref<Str>> intern_utf8(ThreadState& ts, std::string_view text);
inline bool str_is_interned(const Str& s) { return s._base._base.state.interned != 0; }

// Builds a str piece by piece; widens its buffer when a wider character comes.
class StrBuilder {
public:
    explicit StrBuilder(ThreadState& ts) : ts_(ts) {}
    ~StrBuilder();
    StrBuilder(const StrBuilder&) = delete;
    // Grow by doubling; worth setting when many small pieces come.
    void overallocate(bool on) { overallocate_ = on; }
    Result<void> reserve(Py_ssize_t extra, Py_UCS4 max_character);
    Result<void> append(Py_UCS4 character);
    Result<void> append(Str& text);
    Result<void> append(Str& text, Py_ssize_t start, Py_ssize_t end);
    Result<void> append_ascii(std::string_view text);
    Result<void> append_utf8(std::string_view text);
    Result<void> append_fill(Py_UCS4 character, Py_ssize_t count);
    // Room for `count` characters up to `max_character`, which the caller fills at once in the kind kind().
    Result<void*> extend(Py_ssize_t count, Py_UCS4 max_character);
    int kind() const { return kind_; }
    // Forgets what was appended after the first `length` characters.
    void truncate(Py_ssize_t length) {
        if (sole_ && length != length_) sole_.reset();
        length_ = length;
    }
    Py_ssize_t length() const { return length_; }
    Result<Ref<Str>> finish();

private:
    ThreadState& ts_;
    OptRef<Str> buffer_;
    OptRef<Str> sole_;  // all that has been appended so far, when that is one whole str: no copy is made yet
    Py_ssize_t length_ = 0, capacity_ = 0;
    int kind_ = 0;
    Py_UCS4 max_character_ = 0;
    bool overallocate_ = true;
};

}  // namespace orochi
