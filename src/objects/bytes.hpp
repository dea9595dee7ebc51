// bytes, bytearray and the buffer protocol (PEP 3118).
#pragma once

#include <string_view>

#include "objects/object.hpp"

namespace orochi {

Result<Ref<Bytes>> bytes_new(ThreadState& ts, Py_ssize_t size);  // contents to be filled by the caller
Result<Ref<Bytes>> bytes_from(ThreadState& ts, std::string_view contents);
Result<Ref<Bytes>> bytes_from_object(ThreadState& ts, Object& value);  // PyBytes_FromObject
// Shrinks or grows a bytes object nobody else has seen; consumes and returns it.
Result<Ref<Bytes>> bytes_resize(ThreadState& ts, Ref<Bytes>&& bytes, Py_ssize_t size);
inline char* bytes_data(Bytes& b) { return b.ob_sval; }
inline std::string_view bytes_view(const Bytes& b) { return {b.ob_sval, size_t(b.ob_base.ob_size)}; }
Py_hash_t bytes_hash(Bytes& bytes);
Bytes& empty_bytes();  // immortal
Result<Ref<Object>> bytes_concat(ThreadState& ts, Object& left, Object& right);
Result<Ref<Str>> bytes_repr(ThreadState& ts, Bytes& bytes, bool smart_quotes);
Result<Ref<ByteArray>> bytearray_from(ThreadState& ts, std::string_view contents);
Result<void> bytearray_resize(ThreadState& ts, ByteArray& array, Py_ssize_t size);
inline char* bytearray_data(ByteArray& a) { return a.ob_start; }
// PyObject_GetBuffer: TypeError "a bytes-like object is required, not 'X'".
// Whether the object exports buffers at all.
inline bool has_buffer(const Object& object) {
    PyBufferProcs* procs = type_of(object).tp_as_buffer;
    return procs && procs->bf_getbuffer;
}
Result<void> get_buffer(ThreadState& ts, Object& object, Py_buffer& view, int flags);
// Copies `size` bytes of items out of / into a buffer of any layout; `order` is 'C', 'F' or 'A'
// (PyBuffer_ToContiguous).
Result<void> buffer_to_contiguous(ThreadState& ts, void* out, const Py_buffer& view, Py_ssize_t size, char order);
Result<void> buffer_from_contiguous(ThreadState& ts, const Py_buffer& view, const void* in, Py_ssize_t size,
                                    char order);
bool buffer_is_contiguous(const Py_buffer& view, char order);  // PyBuffer_IsContiguous
// Fills a view of plain bytes (PyBuffer_FillInfo): BufferError "Object is not writable.".
Result<void> buffer_fill_info(ThreadState& ts, Py_buffer& view, Object* exporter, void* data, Py_ssize_t size,
                              bool readonly, int flags);
void release_buffer(Py_buffer& view);  // PyBuffer_Release
Result<Ref<Object>> memoryview_from_object(ThreadState& ts, Object& object);
Result<Ref<Object>> memoryview_from_memory(ThreadState& ts, char* memory, Py_ssize_t size, int flags);

}  // namespace orochi
