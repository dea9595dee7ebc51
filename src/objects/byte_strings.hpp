// What bytes and bytearray share below their methods.
#pragma once

#include "base/search.hpp"
#include "objects/bytes.hpp"
#include "objects/convert.hpp"
#include "objects/str.hpp"

namespace orochi {

inline std::string_view bytearray_view(const ByteArray& a) {
    return {a.ob_start ? a.ob_start : "", size_t(a.ob_base.ob_size)};
}
// Contents to be filled by the caller.
Result<Ref<ByteArray>> bytearray_of_size(ThreadState& ts, Py_ssize_t size);

Result<void> bytearray_append(ThreadState& ts, ByteArray& array, std::string_view bytes);
// BufferError when somebody holds a buffer, so that the size cannot change.
Result<void> bytearray_check_exports(ThreadState& ts, ByteArray& array);
Result<Ref<Object>> bytearray_concat(ThreadState& ts, Object& left, Object& right);
// Fills `size` bytes with copies of the unit, which may be their start.
void repeat_bytes(char* out, size_t size, std::string_view unit);

// What find() and its kin look for: a bytes-like object or a number.
class ByteNeedle {
public:
    Result<void> set(ThreadState& ts, Object& sub);
    base::TextView view() const {
        if (buffer_.given()) return base::bytes_view(buffer_.data(), size_t(buffer_.size()));
        return base::bytes_view(&byte_, 1);
    }

private:
    BufferView buffer_;
    unsigned char byte_ = 0;
};

// The buffers of all items of a list or tuple.
class ByteBuffers {
public:
    explicit ByteBuffers(ThreadState& ts) : ts_(ts) {}
    ~ByteBuffers();
    ByteBuffers(const ByteBuffers&) = delete;
    Result<void> take(ThreadState& ts,
                      Object& list_or_tuple);  // TypeError "sequence item 0: expected a bytes-like ..."
    size_t count() const { return count_; }
    std::string_view operator[](size_t i) const {
        return {static_cast<const char*>(items_[i].buf), size_t(items_[i].len)};
    }

private:
    static constexpr size_t kInline = 8;
    ThreadState& ts_;
    Py_buffer inline_items_[kInline];
    Py_buffer* items_ = inline_items_;
    size_t count_ = 0;
};

Result<char> byte_fill(ThreadState& ts, Object* fill, const char* method);
// A number in range(256): ValueError with the message otherwise.
Result<unsigned char> byte_value(ThreadState& ts, Object& value, const char* message);
Result<Ref<Str>> bytes_to_hex(ThreadState& ts, std::string_view bytes, Object* separator, int bytes_per_separator);
Result<Ref<Bytes>> bytes_from_hex(ThreadState& ts, Str& text);
// b'...' for any bytes; bytearray puts its name around it.
Result<Ref<Str>> byte_string_repr(ThreadState& ts, std::string_view bytes, std::string_view before,
                                  std::string_view after, bool smart_quotes);
Result<Ref<Object>> bytes_percent_format(ThreadState& ts, std::string_view format, Object& arguments,
                                         bool to_bytearray);
Result<Ref<Object>> compare_views(std::string_view a, std::string_view b, int op);

}  // namespace orochi
