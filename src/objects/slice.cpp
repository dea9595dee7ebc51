#include "objects/slice.hpp"

#include "base/hash.hpp"
#include "objects/containers.hpp"
#include "objects/int.hpp"
#include "objects/number.hpp"
#include "objects/str.hpp"

namespace orochi {

Result<Ref<Object>> slice_new(ThreadState& ts, Object* start, Object* stop, Object* step) {
    Slice* slice;
    if (void* reused = ts.interpreter().free_lists.slices.pop()) {
        slice = static_cast<Slice*>(reused);
        slice->ob_base.ob_refcnt = 1;
    } else {
        slice = allocate_tracked<Slice>(ts, PySlice_Type);
        if (!slice) return failure;
    }
    slice->start = new_reference(start ? *start : none());
    slice->stop = new_reference(stop ? *stop : none());
    slice->step = new_reference(step ? *step : none());
    gc_track(ts, obj(*slice));
    return Ref<Object>::steal(obj(*slice));
}

namespace {

Result<Py_ssize_t> slice_part(ThreadState& ts, Object& value) {
    if (is_index(value)) return number_as_ssize(ts, value, nullptr);
    return raise(ts, PyExc_TypeError, "slice indices must be integers or None or have an __index__ method");
}

Result<Ref<Object>> slice_part_int(ThreadState& ts, Object& value) {
    if (is_index(value)) return number_index(ts, value);
    return raise(ts, PyExc_TypeError, "slice indices must be integers or None or have an __index__ method");
}

}  // namespace

Result<void> slice_unpack(ThreadState& ts, Object& object, Py_ssize_t& start, Py_ssize_t& stop, Py_ssize_t& step) {
    Slice& slice = as<Slice>(object);
    step = 1;
    if (!is_none(slice.step)) {
        step = TRY(slice_part(ts, *slice.step));
        if (step == 0) return raise(ts, PyExc_ValueError, "slice step cannot be zero");
        // -step must be representable.
        if (step < -PY_SSIZE_T_MAX) step = -PY_SSIZE_T_MAX;
    }
    start = is_none(slice.start) ? (step < 0 ? PY_SSIZE_T_MAX : 0) : TRY(slice_part(ts, *slice.start));
    stop = is_none(slice.stop) ? (step < 0 ? PY_SSIZE_T_MIN : PY_SSIZE_T_MAX) : TRY(slice_part(ts, *slice.stop));
    return {};
}

Py_ssize_t slice_adjust(Py_ssize_t length, Py_ssize_t& start, Py_ssize_t& stop, Py_ssize_t step) {
    Py_ssize_t least = step < 0 ? -1 : 0;
    Py_ssize_t most = step < 0 ? length - 1 : length;
    auto clip = [&](Py_ssize_t at) {
        if (at < 0) return std::max(at + length, least);
        return std::min(at, most);
    };
    start = clip(start);
    stop = clip(stop);
    if (step < 0) return stop < start ? (start - stop - 1) / -step + 1 : 0;
    return start < stop ? (stop - start - 1) / step + 1 : 0;
}

Result<SliceBounds> slice_bounds(ThreadState& ts, Slice& slice, Object& length) {
    Ref<Object> zero = TRY(int_from(ts, 0));
    Ref<Object> step = is_none(slice.step) ? TRY(int_from(ts, 1)) : TRY(slice_part_int(ts, *slice.step));
    bool negative = int_sign(as<Int>(*step)) < 0;
    if (int_sign(as<Int>(*step)) == 0) return raise(ts, PyExc_ValueError, "slice step cannot be zero");
    Ref<Object> lower = negative ? TRY(int_from(ts, -1)) : zero.copy();
    Ref<Object> upper = negative ? TRY(number_add(ts, length, lower)) : Ref<Object>::share(length);
    auto bound = [&](Object& part, Object& fallback) -> Result<Ref<Object>> {
        if (is_none(part)) return Ref<Object>::share(fallback);
        Ref<Object> value = TRY(slice_part_int(ts, part));
        if (int_sign(as<Int>(*value)) < 0) {
            value = TRY(number_add(ts, *value, length));
            if (int_compare(as<Int>(*value), as<Int>(*lower)) < 0) return lower.copy();
        } else if (int_compare(as<Int>(*value), as<Int>(*upper)) > 0) {
            return upper.copy();
        }
        return value;
    };
    SliceBounds bounds;
    bounds.start = TRY(bound(*slice.start, negative ? *upper : *lower));
    bounds.stop = TRY(bound(*slice.stop, negative ? *lower : *upper));
    bounds.step = std::move(step);
    return Result<SliceBounds>(std::move(bounds));
}

namespace {

void slice_dealloc(Object* self) {
    ThreadState& ts = current_thread();
    Slice& slice = as<Slice>(*self);
    gc_untrack_if_tracked(*self);
    decref(*slice.start);
    decref(*slice.stop);
    decref(*slice.step);
    if (!ts.interpreter().free_lists.slices.push(self)) free_container(*self);
}

int slice_traverse(Object* self, visitproc visit, void* argument) {
    Slice& slice = as<Slice>(*self);
    VISIT(slice.start);
    VISIT(slice.stop);
    VISIT(slice.step);
    return 0;
}

Object* slice_tp_new(Type*, Object* arguments, Object* keywords) {
    ThreadState& ts = current_thread();
    auto run = [&]() -> Result<Ref<Object>> {
        TRY(check_no_keywords(ts, "slice", as<Dict>(keywords)));
        Tuple& a = as<Tuple>(*arguments);
        Py_ssize_t n = tuple_size(a);
        TRY(check_count(ts, "slice", n, 1, 3));
        if (n == 1) return slice_new(ts, nullptr, &tuple_item(a, 0), nullptr);
        return slice_new(ts, &tuple_item(a, 0), &tuple_item(a, 1), n == 3 ? &tuple_item(a, 2) : nullptr);
    };
    return to_c(run());
}

Result<Ref<Object>> slice_repr(ThreadState& ts, Slice& self) {
    return str_format(ts, "slice(%R, %R, %R)", self.start, self.stop, self.step);
}

Result<Ref<Object>> slice_compare(ThreadState& ts, Object& left, Object& right, int op) {
    if (!PySlice_Check(&left) || !PySlice_Check(&right)) return new_not_implemented();
    if (&left == &right) return new_bool(op == Py_EQ || op == Py_LE || op == Py_GE);
    Slice& a = as<Slice>(left);
    Slice& b = as<Slice>(right);
    Ref<Tuple> x = TRY(tuple_of(ts, *a.start, *a.stop, *a.step));
    Ref<Tuple> y = TRY(tuple_of(ts, *b.start, *b.stop, *b.step));
    return compare(ts, obj(*x), obj(*y), op);
}

Result<Ref<Object>> slice_indices(ThreadState& ts, Slice& self, Object& length) {
    Ref<Object> n = TRY(number_index(ts, length));
    if (int_sign(as<Int>(*n)) < 0) return raise(ts, PyExc_ValueError, "length should not be negative");
    SliceBounds bounds = TRY(slice_bounds(ts, self, n));
    return TRY(tuple_of(ts, *bounds.start, *bounds.stop, *bounds.step));
}

Result<Ref<Object>> slice_reduce(ThreadState& ts, Slice& self) {
    Ref<Tuple> parts = TRY(tuple_of(ts, *self.start, *self.stop, *self.step));
    return TRY(tuple_of(ts, obj(PySlice_Type), obj(*parts)));
}

constexpr PyMemberDef slice_members[] = {
    {"start", T_OBJECT, offsetof(Slice, start), READONLY, nullptr},
    {"stop", T_OBJECT, offsetof(Slice, stop), READONLY, nullptr},
    {"step", T_OBJECT, offsetof(Slice, step), READONLY, nullptr},
    {},
};

constexpr MethodDef slice_methods[] = {
    METHOD_PLAIN("indices($self, len, /)", slice_indices,
                 "S.indices(len) -> (start, stop, stride)\n\n"
                 "The start and stop indices and the stride of the extended slice S for a\n"
                 "sequence of length len. Out of bounds indices are clipped."),
    METHOD_PLAIN("__reduce__($self, /)", slice_reduce, "Return state information for pickling."),
    METHOD_END,
};

}  // namespace

}  // namespace orochi

using namespace orochi;

constinit PyTypeObject PySlice_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "slice",
    .tp_basicsize = sizeof(Slice),
    .tp_dealloc = slice_dealloc,
    .tp_repr = slot<slice_repr>,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_doc =
        "slice(stop)\n"
        "slice(start, stop[, step])\n\n"
        "Create a slice object.  This is used for extended slicing (e.g. a[0:10:2]).",
    .tp_traverse = slice_traverse,
    .tp_richcompare = slot<slice_compare>,
    .tp_methods = METHOD_TABLE(slice_methods),
    .tp_members = MEMBER_TABLE(slice_members),
    .tp_new = slice_tp_new,
};
