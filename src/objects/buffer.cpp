// The buffer protocol (PEP 3118): getting, releasing and copying views of memory of any layout.
#include "objects/bytes.hpp"
#include "objects/convert.hpp"
#include "objects/memoryview.hpp"

namespace orochi {

Result<void> get_buffer(ThreadState& ts, Object& object, Py_buffer& view, int flags) {
    PyBufferProcs* procs = type_of(object).tp_as_buffer;
    if (!procs || !procs->bf_getbuffer) {
        view.obj = nullptr;
        return raise(ts, PyExc_TypeError, "a bytes-like object is required, not '%.100s'", type_of(object).tp_name);
    }
    if (procs->bf_getbuffer(&object, &view, flags) != 0) {
        view.obj = nullptr;
        return failure;
    }
    return {};
}

void release_buffer(Py_buffer& view) {
    Object* exporter = view.obj;
    if (!exporter) return;
    PyBufferProcs* procs = type_of(*exporter).tp_as_buffer;
    if (procs && procs->bf_releasebuffer) procs->bf_releasebuffer(exporter, &view);
    view.obj = nullptr;
    decref(*exporter);
}

Result<void> buffer_fill_info(ThreadState& ts, Py_buffer& view, Object* exporter, void* data, Py_ssize_t size,
                              bool readonly, int flags) {
    if ((flags & PyBUF_WRITABLE) == PyBUF_WRITABLE && readonly)
        return raise(ts, PyExc_BufferError, "Object is not writable.");
    view.obj = new_reference_optional(exporter);
    view.buf = data;
    view.len = size;
    view.readonly = readonly;
    view.itemsize = 1;
    view.format = (flags & PyBUF_FORMAT) == PyBUF_FORMAT ? const_cast<char*>("B") : nullptr;
    view.ndim = 1;
    view.shape = (flags & PyBUF_ND) == PyBUF_ND ? &view.len : nullptr;
    view.strides = (flags & PyBUF_STRIDES) == PyBUF_STRIDES ? &view.itemsize : nullptr;
    view.suboffsets = nullptr;
    view.internal = nullptr;
    return {};
}

namespace {

bool is_c_contiguous(const Py_buffer& view) {
    if (view.len == 0 || !view.strides) return true;
    Py_ssize_t expected = view.itemsize;
    for (int i = view.ndim - 1; i >= 0; --i) {
        Py_ssize_t n = view.shape[i];
        if (n > 1 && view.strides[i] != expected) return false;
        expected *= n;
    }
    return true;
}

bool is_fortran_contiguous(const Py_buffer& view) {
    if (view.len == 0) return true;
    if (!view.strides) {
        if (view.ndim <= 1) return true;
        int long_dimensions = 0;
        for (int i = 0; i < view.ndim; ++i) long_dimensions += view.shape && view.shape[i] > 1;
        return long_dimensions <= 1;
    }
    Py_ssize_t expected = view.itemsize;
    for (int i = 0; i < view.ndim; ++i) {
        Py_ssize_t n = view.shape[i];
        if (n > 1 && view.strides[i] != expected) return false;
        expected *= n;
    }
    return true;
}

// Calls f(pointer to item) in C or Fortran order of indexes.
template <class F>
void for_each_item(const Py_buffer& view, bool fortran, F f) {
    if (view.ndim == 0) {
        f(static_cast<char*>(view.buf));
        return;
    }
    Py_ssize_t index[PyBUF_MAX_NDIM] = {};
    Py_ssize_t strides_made[PyBUF_MAX_NDIM];
    Py_ssize_t length_only[1];
    const Py_ssize_t* shape = view.shape;
    const Py_ssize_t* strides = view.strides;
    if (!shape) {
        length_only[0] = view.itemsize ? view.len / view.itemsize : 0;
        shape = length_only;
    }
    if (!strides) {
        Py_ssize_t step = view.itemsize;
        for (int i = view.ndim - 1; i >= 0; --i) {
            strides_made[i] = step;
            step *= shape[i];
        }
        strides = strides_made;
    }
    for (int i = 0; i < view.ndim; ++i)
        if (shape[i] == 0) return;
    while (true) {
        char* p = static_cast<char*>(view.buf);
        for (int i = 0; i < view.ndim; ++i) p = item_step(p, view, i, index[i], strides[i]);
        f(p);
        int i = fortran ? 0 : view.ndim - 1;
        while (true) {
            if (++index[i] < shape[i]) break;
            index[i] = 0;
            i += fortran ? 1 : -1;
            if (i < 0 || i == view.ndim) return;
        }
    }
}

}  // namespace

bool buffer_is_contiguous(const Py_buffer& view, char order) {
    if (view.suboffsets) return false;
    if (order == 'C') return is_c_contiguous(view);
    if (order == 'F') return is_fortran_contiguous(view);
    if (order == 'A') return is_c_contiguous(view) || is_fortran_contiguous(view);
    return false;
}

Result<void> buffer_to_contiguous(ThreadState& ts, void* out, const Py_buffer& view, Py_ssize_t size, char order) {
    if (size != view.len) return raise(ts, PyExc_ValueError, "PyBuffer_ToContiguous: len != view->len");
    if (size == 0) return {};
    if (buffer_is_contiguous(view, order)) {
        memcpy(out, view.buf, size_t(size));
        return {};
    }
    char* to = static_cast<char*>(out);
    size_t item = size_t(view.itemsize);
    for_each_item(view, order == 'F', [&](char* p) {
        memcpy(to, p, item);
        to += item;
    });
    return {};
}

Result<void> buffer_from_contiguous(ThreadState& ts, const Py_buffer& view, const void* in, Py_ssize_t size,
                                    char order) {
    size = std::min(size, view.len);
    if (size == 0) return {};
    if (buffer_is_contiguous(view, order)) {
        memcpy(view.buf, in, size_t(size));
        return {};
    }
    const char* from = static_cast<const char*>(in);
    const char* end = from + size;
    size_t item = size_t(view.itemsize);
    for_each_item(view, order == 'F', [&](char* p) {
        if (from + item > end) return;
        memcpy(p, from, item);
        from += item;
    });
    return {};
}

}  // namespace orochi
