// memoryview: the public layout, a window on a managed buffer that several views may share.
#pragma once

#include "objects/bytes.hpp"
#include "objects/object.hpp"

extern PyTypeObject orochi_memory_iterator_type;

namespace orochi {

using MemoryView = PyMemoryViewObject;

// A new view of a buffer whose contents are copied (shape, strides, suboffsets); `info.obj` is not used: the buffer's
// owner must outlive the view (PyMemoryView_FromBuffer).
Result<Ref<Object>> memoryview_from_buffer(ThreadState& ts, const Py_buffer& info);
// PyMemoryView_GetContiguous: buffer_type PyBUF_READ or PyBUF_WRITE, order 'C', 'F' or 'A'.
Result<Ref<Object>> memoryview_contiguous(ThreadState& ts, Object& object, int buffer_type, char order);

// One step along dimension `i`, through a pointer where the layout has suboffsets.
inline char* item_step(char* p, const Py_buffer& view, int i, Py_ssize_t index, Py_ssize_t stride) {
    p += stride * index;
    if (view.suboffsets && view.suboffsets[i] >= 0) p = *reinterpret_cast<char**>(p) + view.suboffsets[i];
    return p;
}

// Items, by a native one-character format. `format` is the view's (null: bytes).
// The character of such a format, with or without '@'; 0 when the format is another.
char native_format_code(const char* format);
Py_ssize_t native_format_size(char code);  // 0: unknown code
Result<Ref<Object>> memory_unpack(ThreadState& ts, const char* p, char code, const char* format);
Result<void> memory_pack(ThreadState& ts, char* p, Object& value, char code, const char* format);
Result<bool> memory_views_equal(ThreadState& ts, const Py_buffer& a, const Py_buffer& b);
Result<Ref<Object>> memory_view_to_list(ThreadState& ts, const Py_buffer& view, char code, const char* p,
                                        int dimension);

}  // namespace orochi
