// sliceobject.h.
#include "objects/slice.hpp"

#include "objects/int.hpp"

using namespace orochi;

#undef PySlice_GetIndicesEx

#pragma GCC visibility push(default)
extern "C" {

PyObject* _PySlice_FromIndices(Py_ssize_t start, Py_ssize_t stop);
int _PySlice_GetLongIndices(PySliceObject* slice, PyObject* length, PyObject** start, PyObject** stop, PyObject** step);

PyObject* PySlice_New(PyObject* start, PyObject* stop, PyObject* step) {
    return to_c(slice_new(current_thread(), start, stop, step));
}
PyObject* _PySlice_FromIndices(Py_ssize_t start, Py_ssize_t stop) {
    ThreadState& ts = current_thread();
    Ref<Object> low = TRY_OR(nullptr, int_from(ts, start));
    Ref<Object> high = TRY_OR(nullptr, int_from(ts, stop));
    return to_c(slice_new(ts, low.get(), high.get(), nullptr));
}
int PySlice_Unpack(PyObject* slice, Py_ssize_t* start, Py_ssize_t* stop, Py_ssize_t* step) {
    return to_c(slice_unpack(current_thread(), *slice, *start, *stop, *step));
}
Py_ssize_t PySlice_AdjustIndices(Py_ssize_t length, Py_ssize_t* start, Py_ssize_t* stop, Py_ssize_t step) {
    return slice_adjust(length, *start, *stop, step);
}
int PySlice_GetIndicesEx(PyObject* slice, Py_ssize_t length, Py_ssize_t* start, Py_ssize_t* stop, Py_ssize_t* step,
                         Py_ssize_t* count) {
    if (PySlice_Unpack(slice, start, stop, step) < 0) return -1;
    *count = PySlice_AdjustIndices(length, start, stop, *step);
    return 0;
}
// The old form: raises nothing, takes only ints, and fails for a stop beyond the end.
int PySlice_GetIndices(PyObject* object, Py_ssize_t length, Py_ssize_t* start, Py_ssize_t* stop, Py_ssize_t* step) {
    PySliceObject& slice = as<Slice>(*object);
    auto part = [&](PyObject* value, Py_ssize_t fallback, Py_ssize_t* out) {
        if (is_none(value)) {
            *out = fallback;
            return true;
        }
        if (!PyLong_Check(value)) return false;
        *out = PyLong_AsSsize_t(value);
        return true;
    };
    if (!part(slice.step, 1, step)) return -1;
    bool down = *step < 0;
    if (!part(slice.start, down ? length - 1 : 0, start)) return -1;
    if (!is_none(slice.start) && *start < 0) *start += length;
    if (!part(slice.stop, down ? -1 : length, stop)) return -1;
    if (!is_none(slice.stop) && *stop < 0) *stop += length;
    if (*stop > length || *start >= length || *step == 0) return -1;
    return 0;
}
int _PySlice_GetLongIndices(PySliceObject* slice, PyObject* length, PyObject** start, PyObject** stop,
                            PyObject** step) {
    auto result = slice_bounds(current_thread(), *slice, *length);
    if (!result.ok()) {
        *start = *stop = *step = nullptr;
        return -1;
    }
    SliceBounds bounds = std::move(result).take();
    *start = bounds.start.release();
    *stop = bounds.stop.release();
    *step = bounds.step.release();
    return 0;
}

}  // extern "C"
#pragma GCC visibility pop
