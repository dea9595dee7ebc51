#include "objects/text_kernels.hpp"

#include "objects/number.hpp"

namespace orochi::text {

namespace {

Result<Py_ssize_t> slice_number(ThreadState& ts, Object& value) {
    if (is_index(value)) return number_as_ssize(ts, value, nullptr);
    return raise(ts, PyExc_TypeError, "slice indices must be integers or None or have an __index__ method");
}

}  // namespace

Result<Py_ssize_t> slice_index(ThreadState& ts, Object* value, Py_ssize_t fallback) {
    if (!value || is_none(value)) return fallback;
    return slice_number(ts, *value);
}

Result<void> slice_unpack(ThreadState& ts, Object& object, Py_ssize_t& start, Py_ssize_t& stop, Py_ssize_t& step) {
    Slice& slice = as<Slice>(object);
    step = 1;
    if (!is_none(slice.step)) {
        step = TRY(slice_number(ts, *slice.step));
        if (step == 0) return raise(ts, PyExc_ValueError, "slice step cannot be zero");
        step = std::max(step, -PY_SSIZE_T_MAX);
    }
    start = step < 0 ? PY_SSIZE_T_MAX : 0;
    stop = step < 0 ? PY_SSIZE_T_MIN : PY_SSIZE_T_MAX;
    if (!is_none(slice.start)) start = TRY(slice_number(ts, *slice.start));
    if (!is_none(slice.stop)) stop = TRY(slice_number(ts, *slice.stop));
    return {};
}

Py_ssize_t slice_adjust(Py_ssize_t length, Py_ssize_t& start, Py_ssize_t& stop, Py_ssize_t step) {
    auto into_range = [&](Py_ssize_t& index) {
        if (index < 0) {
            index += length;
            if (index < 0) index = step < 0 ? -1 : 0;
        } else if (index >= length) {
            index = step < 0 ? length - 1 : length;
        }
    };
    into_range(start);
    into_range(stop);
    if (step < 0) return stop < start ? (start - stop - 1) / -step + 1 : 0;
    return start < stop ? (stop - start - 1) / step + 1 : 0;
}

}  // namespace orochi::text
