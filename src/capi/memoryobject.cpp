// memoryview and buffers (memoryobject.h, pybuffer.h, and the buffer part of abstract.h).
#include "objects/int.hpp"
#include "objects/memoryview.hpp"
#include "objects/module.hpp"
#include "objects/str.hpp"

using namespace orochi;

namespace {

int failed(Failure) { return -1; }

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

int PyObject_CheckReadBuffer(PyObject* object);
int PyObject_AsCharBuffer(PyObject* object, const char** buffer, Py_ssize_t* size);
int PyObject_AsReadBuffer(PyObject* object, const void** buffer, Py_ssize_t* size);
int PyObject_AsWriteBuffer(PyObject* object, void** buffer, Py_ssize_t* size);

PyObject* PyMemoryView_FromObject(PyObject* object) { return to_c(memoryview_from_object(current_thread(), *object)); }
PyObject* PyMemoryView_FromMemory(char* memory, Py_ssize_t size, int flags) {
    return to_c(memoryview_from_memory(current_thread(), memory, size, flags));
}
PyObject* PyMemoryView_FromBuffer(const Py_buffer* info) {
    return to_c(memoryview_from_buffer(current_thread(), *info));
}
PyObject* PyMemoryView_GetContiguous(PyObject* object, int buffer_type, char order) {
    return to_c(memoryview_contiguous(current_thread(), *object, buffer_type, order));
}

int PyObject_CheckBuffer(PyObject* object) {
    PyBufferProcs* procs = type_of(*object).tp_as_buffer;
    return procs && procs->bf_getbuffer;
}
int PyObject_GetBuffer(PyObject* object, Py_buffer* view, int flags) {
    ThreadState& ts = current_thread();
    if (!view) {
        raise(ts, PyExc_BufferError, "PyObject_GetBuffer: view==NULL argument is obsolete");
        return -1;
    }
    return to_c(get_buffer(ts, *object, *view, flags));
}
void PyBuffer_Release(Py_buffer* view) { release_buffer(*view); }
int PyBuffer_IsContiguous(const Py_buffer* view, char order) { return buffer_is_contiguous(*view, order); }
void* PyBuffer_GetPointer(const Py_buffer* view, const Py_ssize_t* indices) {
    char* p = static_cast<char*>(view->buf);
    for (int i = 0; i < view->ndim; ++i) p = item_step(p, *view, i, indices[i], view->strides[i]);
    return p;
}
int PyBuffer_ToContiguous(void* out, const Py_buffer* view, Py_ssize_t size, char order) {
    return to_c(buffer_to_contiguous(current_thread(), out, *view, size, order));
}
int PyBuffer_FromContiguous(const Py_buffer* view, const void* in, Py_ssize_t size, char order) {
    return to_c(buffer_from_contiguous(current_thread(), *view, in, size, order));
}
int PyObject_CopyData(PyObject* to, PyObject* from) {
    ThreadState& ts = current_thread();
    Py_buffer target, source;
    if (!get_buffer(ts, *to, target, PyBUF_FULL).ok()) return -1;
    if (!get_buffer(ts, *from, source, PyBUF_FULL_RO).ok()) {
        release_buffer(target);
        return -1;
    }
    int result = -1;
    if (target.len < source.len) {
        (void)raise(ts, PyExc_BufferError, "destination is too small to receive data from source");
    } else if (void* copy = ts.heap().allocate(size_t(source.len))) {
        bool done = buffer_to_contiguous(ts, copy, source, source.len, 'C').ok() &&
                    buffer_from_contiguous(ts, target, copy, source.len, 'C').ok();
        Heap::free(copy);
        result = done ? 0 : -1;
    } else {
        (void)raise_no_memory(ts);
    }
    release_buffer(source);
    release_buffer(target);
    return result;
}
void PyBuffer_FillContiguousStrides(int ndim, Py_ssize_t* shape, Py_ssize_t* strides, int item_size, char order) {
    Py_ssize_t step = item_size;
    if (ndim == 1 || order == 'F') {
        for (int i = 0; i < ndim; ++i) {
            strides[i] = step;
            step *= shape[i];
        }
    } else {
        for (int i = ndim - 1; i >= 0; --i) {
            strides[i] = step;
            step *= shape[i];
        }
    }
}
int PyBuffer_FillInfo(Py_buffer* view, PyObject* object, void* data, Py_ssize_t size, int readonly, int flags) {
    ThreadState& ts = current_thread();
    if (!view) return failed(raise(ts, PyExc_BufferError, "PyBuffer_FillInfo: view==NULL argument is obsolete"));
    return to_c(buffer_fill_info(ts, *view, object, data, size, readonly, flags));
}
Py_ssize_t PyBuffer_SizeFromFormat(const char* format) {
    ThreadState& ts = current_thread();
    auto size = [&]() -> Result<Py_ssize_t> {
        Ref<Object> calcsize = TRY(import_attribute(ts, "struct"_n, "calcsize"_n));
        Ref<Str> text = TRY(str_from_utf8(ts, format));
        Ref<Object> number = TRY(call(ts, calcsize, text));
        return int_as_ssize(ts, number);
    };
    return to_c(size());
}

// The buffer interface of Python 2, whose results nobody releases.
int PyObject_CheckReadBuffer(PyObject* object) {
    ThreadState& ts = current_thread();
    Py_buffer view;
    if (!has_buffer(*object)) return 0;
    if (!get_buffer(ts, *object, view, PyBUF_SIMPLE).ok()) {
        error_clear(ts);
        return 0;
    }
    release_buffer(view);
    return 1;
}
static int old_buffer(PyObject* object, const void** buffer, Py_ssize_t* size, int flags, const char* message) {
    ThreadState& ts = current_thread();
    if (!object || !buffer || !size) return failed(raise(ts, PyExc_SystemError, "null argument to internal routine"));
    Py_buffer view;
    if (!get_buffer(ts, *object, view, flags).ok()) return message ? failed(raise(ts, PyExc_TypeError, message)) : -1;
    *buffer = view.buf;
    *size = view.len;
    release_buffer(view);
    return 0;
}
int PyObject_AsReadBuffer(PyObject* object, const void** buffer, Py_ssize_t* size) {
    return old_buffer(object, buffer, size, PyBUF_SIMPLE, nullptr);
}
int PyObject_AsCharBuffer(PyObject* object, const char** buffer, Py_ssize_t* size) {
    return old_buffer(object, reinterpret_cast<const void**>(buffer), size, PyBUF_SIMPLE, nullptr);
}
int PyObject_AsWriteBuffer(PyObject* object, void** buffer, Py_ssize_t* size) {
    return old_buffer(object, const_cast<const void**>(buffer), size, PyBUF_WRITABLE,
                      "expected a writable bytes-like object");
}

}  // extern "C"
#pragma GCC visibility pop
