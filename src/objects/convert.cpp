// Conversions between Python objects and the C++ parameters and results of native functions.
#include "objects/convert.hpp"

#include "objects/bytes.hpp"
#include "objects/float.hpp"
#include "objects/int.hpp"
#include "objects/number.hpp"
#include "objects/object.hpp"
#include "objects/str.hpp"

namespace orochi {

void BufferView::release() {
    if (view_.obj) release_buffer(view_);
    view_.obj = nullptr;
}

Result<Py_ssize_t> convert_ssize(ThreadState& ts, Object& value) {
    if (PyLong_Check(&value) && int_is_compact(value)) return int_compact_value(value);
    Ref<Object> index = TRY(number_index_any(ts, value));
    int overflow = 0;
    long long number = TRY(int_as_long_long_overflow(ts, *index, overflow));
    if (overflow) return raise(ts, PyExc_OverflowError, "Python int too large to convert to C ssize_t");
    return Py_ssize_t(number);
}

Result<int> convert_int(ThreadState& ts, Object& value) {
    if (PyLong_Check(&value) && int_is_compact(value)) return int(int_compact_value(value));
    return int_as_int(ts, value);
}

Result<unsigned> convert_unsigned_mask(ThreadState& ts, Object& value) { return unsigned(TRY(int_as_mask(ts, value))); }

Result<long> convert_long(ThreadState& ts, Object& value) { return int_as_long(ts, value); }

Result<long long> convert_long_long(ThreadState& ts, Object& value) {
    if (PyLong_Check(&value) && int_is_compact(value)) return int_compact_value(value);
    return int_as_long_long(ts, value);
}

Result<unsigned long> convert_unsigned_long_mask(ThreadState& ts, Object& value) {
    return static_cast<unsigned long>(TRY(int_as_mask(ts, value)));
}

Result<unsigned long long> convert_unsigned_long_long_mask(ThreadState& ts, Object& value) {
    return int_as_mask(ts, value);
}

Result<double> convert_double(ThreadState& ts, Object& value) {
    if (PyFloat_CheckExact(&value)) return float_value(value);
    return float_as_double(ts, value);
}

Result<bool> convert_bool(ThreadState& ts, Object& value) { return is_true(ts, value); }

Result<char32_t> convert_character(ThreadState& ts, Object& value, const ArgumentPlace& place) {
    if (!PyUnicode_Check(&value) || str_length(as<Str>(value)) != 1)
        return raise_argument_type(ts, place, "a unicode character", value);
    return char32_t(str_at(as<Str>(value), 0));
}

Result<std::string_view> convert_text(ThreadState& ts, Object& value, const ArgumentPlace& place) {
    if (!PyUnicode_Check(&value)) return raise_argument_type(ts, place, "str", value);
    std::string_view text = TRY(str_utf8(ts, as<Str>(value)));
    if (std::memchr(text.data(), 0, text.size())) return raise(ts, PyExc_ValueError, "embedded null character");
    return text;
}

namespace {
Result<void> fill_view(ThreadState& ts, Object& value, BufferView& view, int flags) {
    TRY(get_buffer(ts, value, view.raw(), flags));
    if (buffer_is_contiguous(view.raw(), 'C')) return {};
    view.release();
    return raise(ts, PyExc_BufferError, "contiguous buffer required");
}
}  // namespace

Result<BufferView> convert_buffer(ThreadState& ts, Object& value, const ArgumentPlace&) {
    BufferView view;
    TRY(fill_view(ts, value, view, PyBUF_SIMPLE));
    return view;
}

Result<WritableBufferView> convert_writable_buffer(ThreadState& ts, Object& value, const ArgumentPlace& place) {
    WritableBufferView view;
    if (!fill_view(ts, value, view, PyBUF_WRITABLE).ok()) {
        error_clear(ts);
        return raise_argument_type(ts, place, "read-write bytes-like object", value);
    }
    return view;
}

Object* new_int_object(ThreadState& ts, long long value) { return int_from(ts, value).release(); }
Object* new_unsigned_object(ThreadState& ts, unsigned long long value) {
    return int_from_unsigned(ts, value).release();
}
Object* new_float_object(ThreadState& ts, double value) { return float_from(ts, value).release(); }

}  // namespace orochi
