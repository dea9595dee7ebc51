#include "objects/byte_strings.hpp"
#include "objects/object.hpp"

namespace orochi {

void repeat_bytes(char* out, size_t size, std::string_view unit) {
    if (size == 0 || unit.empty()) return;
    if (unit.size() == 1) {
        memset(out, unit[0], size);
        return;
    }
    if (out != unit.data()) memcpy(out, unit.data(), unit.size());
    for (size_t done = unit.size(); done < size;) {
        size_t n = std::min(done, size - done);
        memcpy(out + done, out, n);
        done += n;
    }
}

Result<Ref<ByteArray>> bytearray_of_size(ThreadState& ts, Py_ssize_t size) {
    if (size < 0) return raise(ts, PyExc_SystemError, "Negative size passed to PyByteArray_FromStringAndSize");
    char* data = nullptr;
    if (size > 0) {
        if (size == PY_SSIZE_T_MAX) return raise_no_memory(ts);
        data = static_cast<char*>(ts.heap().allocate(size_t(size) + 1));
        if (!data) return raise_no_memory(ts);
        data[size] = 0;
    }
    Object* o = allocate_object(ts, PyByteArray_Type, sizeof(ByteArray));
    if (!o) {
        Heap::free(data);
        return failure;
    }
    ByteArray& array = as<ByteArray>(*o);
    array.ob_base.ob_size = size;
    array.ob_alloc = size ? size + 1 : 0;
    array.ob_bytes = array.ob_start = data;
    array.ob_exports = 0;
    return Ref<ByteArray>::steal(array);
}

Result<Ref<ByteArray>> bytearray_from(ThreadState& ts, std::string_view contents) {
    Ref<ByteArray> array = TRY(bytearray_of_size(ts, Py_ssize_t(contents.size())));
    if (!contents.empty()) memcpy(array->ob_start, contents.data(), contents.size());
    return array;
}

Result<void> bytearray_check_exports(ThreadState& ts, ByteArray& array) {
    if (array.ob_exports > 0)
        return raise(ts, PyExc_BufferError, "Existing exports of data: object cannot be re-sized");
    return {};
}

Result<void> bytearray_resize(ThreadState& ts, ByteArray& array, Py_ssize_t size) {
    Py_ssize_t old = array.ob_base.ob_size;
    if (size == old) return {};
    TRY(bytearray_check_exports(ts, array));
    if (size < 0 || size == PY_SSIZE_T_MAX) return raise_no_memory(ts);
    Py_ssize_t offset = array.ob_start - array.ob_bytes;
    size_t needed = size_t(size) + 1;
    if (array.ob_bytes && size_t(offset) + needed <= size_t(array.ob_alloc) && size >= array.ob_alloc / 2) {
        array.ob_base.ob_size = size;
        array.ob_start[size] = 0;
        return {};
    }
    // Moderate growth asks for more to come; a large step or a smaller array gets what it wants.
    size_t room = needed;
    if (size > old && needed <= size_t(array.ob_alloc) + size_t(array.ob_alloc) / 8 + 64 &&
        needed < size_t(PY_SSIZE_T_MAX) / 2)
        room = needed + (needed >> 3) + (needed < 9 ? 3 : 6);
    char* data;
    if (offset > 0 || !array.ob_bytes) {
        data = static_cast<char*>(ts.heap().allocate(room));
        if (!data) return raise_no_memory(ts);
        if (array.ob_bytes) memcpy(data, array.ob_start, size_t(std::min(old, size)));
        Heap::free(array.ob_bytes);
    } else {
        data = static_cast<char*>(ts.heap().reallocate(array.ob_bytes, room));
        if (!data) return raise_no_memory(ts);
    }
    array.ob_bytes = array.ob_start = data;
    array.ob_alloc = Py_ssize_t(room);
    array.ob_base.ob_size = size;
    data[size] = 0;
    return {};
}

Result<void> bytearray_append(ThreadState& ts, ByteArray& array, std::string_view bytes) {
    if (bytes.empty()) return {};
    Py_ssize_t n = array.ob_base.ob_size;
    if (Py_ssize_t(bytes.size()) > PY_SSIZE_T_MAX - n) return raise_no_memory(ts);
    TRY(bytearray_resize(ts, array, n + Py_ssize_t(bytes.size())));
    memcpy(array.ob_start + n, bytes.data(), bytes.size());
    return {};
}

Result<Ref<Object>> bytearray_concat(ThreadState& ts, Object& left, Object& right) {
    BufferView a, b;
    for (auto [o, v] : {std::pair{&left, &a}, std::pair{&right, &b}}) {
        if (!get_buffer(ts, *o, v->raw(), PyBUF_SIMPLE).ok()) {
            v->raw().obj = nullptr;
            return raise(ts, PyExc_TypeError, "can't concat %.100s to %.100s", type_of(right).tp_name,
                         type_of(left).tp_name);
        }
    }
    if (a.size() > PY_SSIZE_T_MAX - b.size()) return raise_no_memory(ts);
    Ref<ByteArray> result = TRY(bytearray_of_size(ts, a.size() + b.size()));
    if (a.size()) memcpy(result->ob_start, a.data(), size_t(a.size()));
    if (b.size()) memcpy(result->ob_start + a.size(), b.data(), size_t(b.size()));
    return Ref<Object>(std::move(result));
}

}  // namespace orochi
