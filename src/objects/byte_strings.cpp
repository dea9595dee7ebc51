#include "objects/byte_strings.hpp"

#include "objects/int.hpp"
#include "objects/number.hpp"
#include "objects/str_internal.hpp"

namespace orochi {

Result<void> ByteNeedle::set(ThreadState& ts, Object& sub) {
    if (type_of(sub).tp_as_buffer && type_of(sub).tp_as_buffer->bf_getbuffer)
        return get_buffer(ts, sub, buffer_.raw(), PyBUF_SIMPLE);
    if (!is_index(sub))
        return raise(ts, PyExc_TypeError, "argument should be integer or bytes-like object, not '%T'", &sub);
    byte_ = TRY(byte_value(ts, sub, "byte must be in range(0, 256)"));
    return {};
}

Result<unsigned char> byte_value(ThreadState& ts, Object& value, const char* message) {
    Py_ssize_t number = TRY(number_as_ssize(ts, value, nullptr));
    if (number < 0 || number > 255) return raise(ts, PyExc_ValueError, message);
    return static_cast<unsigned char>(number);
}

ByteBuffers::~ByteBuffers() {
    for (size_t i = 0; i < count_; ++i) release_buffer(items_[i]);
    if (items_ != inline_items_) Heap::free(items_);
}

Result<void> ByteBuffers::take(ThreadState& ts, Object& sequence) {
    size_t n = sequence_fast_items(sequence).size();
    if (n > kInline) {
        auto* items = static_cast<Py_buffer*>(ts.heap().allocate(n * sizeof(Py_buffer)));
        if (!items) return raise_no_memory(ts);
        items_ = items;
    }
    for (size_t i = 0; i < n; ++i) {
        std::span<Object* const> list = sequence_fast_items(sequence);
        if (list.size() != n) return raise(ts, PyExc_RuntimeError, "sequence changed size during iteration");
        Object& item = *list[i];
        if (PyBytes_CheckExact(&item)) {
            items_[i].obj = new_reference(item);
            items_[i].buf = bytes_data(as<Bytes>(item));
            items_[i].len = as<Bytes>(item).ob_base.ob_size;
        } else if (!get_buffer(ts, item, items_[i], PyBUF_SIMPLE).ok()) {
            return raise(ts, PyExc_TypeError, "sequence item %zd: expected a bytes-like object, %.80s found",
                         Py_ssize_t(i), type_of(item).tp_name);
        }
        ++count_;
    }
    return {};
}

Result<char> byte_fill(ThreadState& ts, Object* fill, const char* method) {
    if (!fill) return ' ';
    if (PyBytes_Check(fill) && as<Bytes>(fill)->ob_base.ob_size == 1) return bytes_data(as<Bytes>(*fill))[0];
    if (PyByteArray_Check(fill) && as<ByteArray>(fill)->ob_base.ob_size == 1)
        return bytearray_data(as<ByteArray>(*fill))[0];
    return raise(ts, PyExc_TypeError, "%s() argument 2 must be a byte string of length 1, not %.50s", method,
                 type_of(*fill).tp_name);
}

Result<Ref<Str>> bytes_to_hex(ThreadState& ts, std::string_view bytes, Object* separator, int group) {
    static constexpr char digits[] = "0123456789abcdef";
    Py_UCS4 sep = 0;
    bool has_separator = false;
    if (separator) {
        Py_ssize_t size = TRY(length(ts, *separator));
        if (size != 1) return raise(ts, PyExc_ValueError, "sep must be length 1.");
        if (PyUnicode_Check(separator)) {
            sep = str_at(as<Str>(*separator), 0);
            if (str_kind(as<Str>(*separator)) != 1) return raise(ts, PyExc_ValueError, "sep must be ASCII.");
        } else if (PyBytes_Check(separator)) {
            sep = static_cast<unsigned char>(bytes_data(as<Bytes>(*separator))[0]);
        } else {
            return raise(ts, PyExc_TypeError, "sep must be str or bytes.");
        }
        if (sep > 127) return raise(ts, PyExc_ValueError, "sep must be ASCII.");
        has_separator = group != 0;
    }
    size_t n = bytes.size();
    if (n == 0) return Ref<Str>::share(empty_str());
    size_t size = group < 0 ? size_t(-(long)group) : size_t(group);
    size_t separators = has_separator ? (n - 1) / size : 0;
    if (n > size_t(PY_SSIZE_T_MAX) / 2 - separators) return raise_no_memory(ts);
    Ref<Str> result = TRY(str_new(ts, Py_ssize_t(2 * n + separators), 0x7F));
    char* out = static_cast<char*>(str_data(*result));
    for (size_t i = 0; i < n; ++i) {
        // A positive group counts from the right end, a negative one from the left.
        if (has_separator && i && (group > 0 ? (n - i) % size == 0 : i % size == 0)) *out++ = char(sep);
        auto byte = static_cast<unsigned char>(bytes[i]);
        *out++ = digits[byte >> 4];
        *out++ = digits[byte & 15];
    }
    return result;
}

Result<Ref<Bytes>> bytes_from_hex(ThreadState& ts, Str& text) {
    auto digit = [](Py_UCS4 c) -> int {
        if (c >= '0' && c <= '9') return int(c - '0');
        c |= 32;
        return c >= 'a' && c <= 'f' ? int(c - 'a' + 10) : -1;
    };
    Py_ssize_t n = str_length(text), out = 0, i = 0;
    Ref<Bytes> result = TRY(bytes_new(ts, n / 2 > 1 ? n / 2 : 2));
    auto bad = [&](Py_ssize_t position) {
        return raise(ts, PyExc_ValueError, "non-hexadecimal number found in fromhex() arg at position %zd", position);
    };
    while (i < n) {
        Py_UCS4 c = str_at(text, i);
        if (c == ' ' || (c >= 9 && c <= 13)) {
            ++i;
            continue;
        }
        int high = c < 128 ? digit(c) : -1;
        if (high < 0) return bad(i);
        Py_UCS4 d = i + 1 < n ? str_at(text, i + 1) : 0;
        int low = d < 128 ? digit(d) : -1;
        if (low < 0) return bad(i + 1);
        bytes_data(result)[out++] = char(high << 4 | low);
        i += 2;
    }
    if (out <= 1) return bytes_from(ts, std::string_view(bytes_data(result), size_t(out)));
    return bytes_resize(ts, std::move(result), out);
}

Result<Ref<Str>> byte_string_repr(ThreadState& ts, std::string_view bytes, std::string_view before,
                                  std::string_view after, bool smart_quotes) {
    static constexpr char digits[] = "0123456789abcdef";
    size_t size = before.size() + after.size() + 3;
    bool single = false, double_ = false, always_escape = !before.empty();
    for (char c : bytes) {
        auto byte = static_cast<unsigned char>(c);
        single |= c == '\'';
        double_ |= c == '"';
        size += c == '\\' || c == '\t' || c == '\n' || c == '\r' ? 2 : byte < ' ' || byte >= 0x7F ? 4 : 1;
    }
    char quote = smart_quotes && single && !double_ ? '"' : '\'';
    // bytearray escapes single quotes even between double ones, as the reference does.
    if (single && (quote == '\'' || always_escape))
        for (char c : bytes) size += c == '\'';
    if (size > size_t(PY_SSIZE_T_MAX)) return raise(ts, PyExc_OverflowError, "bytes object is too large to make repr");
    Ref<Str> result = TRY(str_new(ts, Py_ssize_t(size), 0x7F));
    char* out = static_cast<char*>(str_data(*result));
    for (char c : before) *out++ = c;
    *out++ = 'b';
    *out++ = quote;
    for (char c : bytes) {
        auto byte = static_cast<unsigned char>(c);
        if (c == quote || c == '\\' || (c == '\'' && always_escape)) {
            *out++ = '\\';
            *out++ = c;
        } else if (c == '\t' || c == '\n' || c == '\r') {
            *out++ = '\\';
            *out++ = c == '\t' ? 't' : c == '\n' ? 'n' : 'r';
        } else if (byte < ' ' || byte >= 0x7F) {
            *out++ = '\\';
            *out++ = 'x';
            *out++ = digits[byte >> 4];
            *out++ = digits[byte & 15];
        } else {
            *out++ = c;
        }
    }
    *out++ = quote;
    for (char c : after) *out++ = c;
    return result;
}

Result<Ref<Object>> compare_views(std::string_view a, std::string_view b, int op) {
    if (op == Py_EQ) return new_bool(a == b);
    if (op == Py_NE) return new_bool(a != b);
    int order = a.compare(b);
    switch (op) {
        case Py_LT: return new_bool(order < 0);
        case Py_LE: return new_bool(order <= 0);
        case Py_GT: return new_bool(order > 0);
        default: return new_bool(order >= 0);
    }
}

}  // namespace orochi
