// range and its iterators. The parts are ints of any size; what fits 64 bits is computed there.
#include "objects/containers.hpp"
#include "objects/int.hpp"
#include "objects/iterators.hpp"
#include "objects/module.hpp"
#include "objects/slice.hpp"
#include "objects/type.hpp"

namespace orochi {

namespace {

struct Range {
    PyObject_HEAD
    Object* start;
    Object* stop;
    Object* step;
    Object* length;
};

Int& int_part(Object* value) { return as<Int>(*value); }

// Whether the int fits, and its value.
bool small(Object& value, long long& out) {
    if (int_is_compact(value)) {
        out = int_compact_value(value);
        return true;
    }
    int overflow = 0;
    auto result = int_as_long_long_overflow(current_thread(), value, overflow);
    if (!result.ok() || overflow) return false;
    out = std::move(result).take();
    return true;
}

// Number of items; the arguments are such that it fits 64 bits without a sign.
unsigned long long count_items(long long low, long long high, long long step) {
    if (step > 0)
        return low < high ? 1 + ((unsigned long long)high - 1ull - (unsigned long long)low) / (unsigned long long)step
                          : 0;
    return low > high
               ? 1 + ((unsigned long long)low - 1ull - (unsigned long long)high) / (0ull - (unsigned long long)step)
               : 0;
}

Result<Ref<Object>> compute_length(ThreadState& ts, Object& start, Object& stop, Object& step) {
    long long a, b, s;
    if (small(start, a) && small(stop, b) && small(step, s)) return int_from_unsigned(ts, count_items(a, b, s));
    Ref<Object> one = TRY(int_from(ts, 1));
    bool up = int_sign(as<Int>(step)) > 0;
    Object& low = up ? start : stop;
    Object& high = up ? stop : start;
    Ref<Object> stride = up ? Ref<Object>::share(step) : TRY(number_negative(ts, step));
    if (int_compare(as<Int>(low), as<Int>(high)) >= 0) return int_from(ts, 0);
    Ref<Object> difference = TRY(number_subtract(ts, high, low));
    difference = TRY(number_subtract(ts, difference, one));
    Ref<Object> quotient = TRY(binary_operation(ts, Operator::kFloorDivide, difference, stride));
    return number_add(ts, quotient, one);
}

Result<Ref<Object>> make(ThreadState& ts, Type& type, Ref<Object> start, Ref<Object> stop, Ref<Object> step) {
    Ref<Object> length = TRY(compute_length(ts, start, stop, step));
    Object* block = allocate_object(ts, type, sizeof(Range));
    if (!block) return failure;
    Range& range = *as<Range>(block);
    range.start = std::move(start).release();
    range.stop = std::move(stop).release();
    range.step = std::move(step).release();
    range.length = std::move(length).release();
    return Ref<Object>::steal(*block);
}

Result<Ref<Object>> from_arguments(ThreadState& ts, Type& type, Object* const* arguments, Py_ssize_t count) {
    TRY(check_count(ts, "range", count, 1, 3));
    if (count == 1) {
        Ref<Object> stop = TRY(number_index(ts, *arguments[0]));
        return make(ts, type, TRY(int_from(ts, 0)), std::move(stop), TRY(int_from(ts, 1)));
    }
    Ref<Object> start = TRY(number_index(ts, *arguments[0]));
    Ref<Object> stop = TRY(number_index(ts, *arguments[1]));
    Ref<Object> step = count == 3 ? TRY(number_index(ts, *arguments[2])) : TRY(int_from(ts, 1));
    if (int_sign(as<Int>(*step)) == 0) return raise(ts, PyExc_ValueError, "range() arg 3 must not be zero");
    return make(ts, type, std::move(start), std::move(stop), std::move(step));
}

Object* range_tp_new(Type* type, Object* arguments, Object* keywords) {
    ThreadState& ts = current_thread();
    auto run = [&]() -> Result<Ref<Object>> {
        TRY(check_no_keywords(ts, "range", as<Dict>(keywords)));
        return from_arguments(ts, *type, as<Tuple>(*arguments).ob_item, tuple_size(as<Tuple>(*arguments)));
    };
    return to_c(run());
}
Object* range_vectorcall(Object* type, Object* const* arguments, size_t nargsf, Object* keyword_names) {
    ThreadState& ts = current_thread();
    auto run = [&]() -> Result<Ref<Object>> {
        if (keyword_names && tuple_size(as<Tuple>(*keyword_names)))
            return raise(ts, PyExc_TypeError, "range() takes no keyword arguments");
        return from_arguments(ts, as<Type>(*type), arguments, PyVectorcall_NARGS(nargsf));
    };
    return to_c(run());
}

void range_dealloc(Object* self) {
    Range& range = as<Range>(*self);
    decref(*range.start);
    decref(*range.stop);
    decref(*range.step);
    decref(*range.length);
    free_object(*self);
}

Result<Ref<Object>> range_repr(ThreadState& ts, Range& self) {
    if (int_is_compact(*self.step) && int_compact_value(*self.step) == 1)
        return str_format(ts, "range(%R, %R)", self.start, self.stop);
    return str_format(ts, "range(%R, %R, %R)", self.start, self.stop, self.step);
}

Result<Py_ssize_t> range_len(ThreadState& ts, Range& self) { return int_as_ssize(ts, *self.length); }

Result<Ref<Object>> item_at(ThreadState& ts, Range& self, Object& index) {
    Ref<Object> offset = TRY(number_multiply(ts, index, *self.step));
    return number_add(ts, *self.start, offset);
}

Result<Ref<Object>> range_index_item(ThreadState& ts, Range& self, Object& index_object) {
    Ref<Object> index = TRY(number_index(ts, index_object));
    long long i, n, start, step;
    if (small(*index, i) && small(*self.length, n) && small(*self.start, start) && small(*self.step, step)) {
        if (i < 0) i += n;
        if (i < 0 || i >= n) return raise(ts, PyExc_IndexError, "range object index out of range");
        long long offset, value;
        if (!__builtin_mul_overflow(i, step, &offset) && !__builtin_add_overflow(start, offset, &value))
            return int_from(ts, value);
        Ref<Object> place = TRY(int_from(ts, i));
        return item_at(ts, self, place);
    }
    if (int_sign(as<Int>(*index)) < 0) index = TRY(number_add(ts, *index, *self.length));
    if (int_sign(as<Int>(*index)) < 0 || int_compare(as<Int>(*index), int_part(self.length)) >= 0)
        return raise(ts, PyExc_IndexError, "range object index out of range");
    return item_at(ts, self, index);
}

Result<Ref<Object>> range_item(ThreadState& ts, Range& self, Py_ssize_t i) {
    // Negative numbers have been counted from the end already.
    if (i < 0) return raise(ts, PyExc_IndexError, "range object index out of range");
    Ref<Object> index = TRY(int_from(ts, i));
    return range_index_item(ts, self, index);
}

Result<Ref<Object>> range_subscript(ThreadState& ts, Range& self, Object& index) {
    if (is_index(index)) return range_index_item(ts, self, index);
    if (PySlice_Check(&index)) {
        SliceBounds bounds = TRY(slice_bounds(ts, as<Slice>(index), *self.length));
        Ref<Object> step = TRY(number_multiply(ts, *self.step, *bounds.step));
        Ref<Object> start = TRY(item_at(ts, self, *bounds.start));
        Ref<Object> stop = TRY(item_at(ts, self, *bounds.stop));
        return make(ts, PyRange_Type, std::move(start), std::move(stop), std::move(step));
    }
    return raise(ts, PyExc_TypeError, "range indices must be integers or slices, not %T", &index);
}

bool range_bool(Range& self) { return int_sign(int_part(self.length)) != 0; }

bool is_plain_int(Object& value) { return PyLong_CheckExact(&value) || PyBool_Check(&value); }

Result<bool> contains_int(ThreadState& ts, Range& self, Object& value) {
    long long v, start, stop, step;
    if (small(value, v) && small(*self.start, start) && small(*self.stop, stop) && small(*self.step, step)) {
        if (step > 0 ? (v < start || v >= stop) : (v > start || v <= stop)) return false;
        unsigned long long offset = step > 0 ? (unsigned long long)v - (unsigned long long)start
                                             : (unsigned long long)start - (unsigned long long)v;
        return offset % (step > 0 ? (unsigned long long)step : 0ull - (unsigned long long)step) == 0;
    }
    bool up = int_sign(int_part(self.step)) > 0;
    int to_start = int_compare(int_part(self.start), as<Int>(value));
    int to_stop = int_compare(as<Int>(value), int_part(self.stop));
    if (up ? (to_start > 0 || to_stop >= 0) : (to_start < 0 || to_stop <= 0)) return false;
    Ref<Object> offset = TRY(number_subtract(ts, value, *self.start));
    Ref<Object> rest = TRY(binary_operation(ts, Operator::kRemainder, offset, *self.step));
    return int_sign(as<Int>(*rest)) == 0;
}

// Walks the items: calls f(position) for each one that equals the value, until it returns false.
template <class F>
Result<void> search(ThreadState& ts, Object& self, Object& value, F f) {
    Ref<Object> iterator = TRY(get_iter(ts, self));
    for (Py_ssize_t i = 0;; ++i) {
        OptRef<Object> item = TRY(iter_next(ts, *iterator));
        if (!item) return {};
        if (TRY(compare_bool(ts, *item, value, Py_EQ)) && !f(i)) return {};
    }
}

Result<bool> range_contains(ThreadState& ts, Range& self, Object& value) {
    if (is_plain_int(value)) return contains_int(ts, self, value);
    bool found = false;
    TRY(search(ts, obj(self), value, [&](Py_ssize_t) {
        found = true;
        return false;
    }));
    return found;
}

Result<bool> ranges_equal(ThreadState& ts, Range& a, Range& b) {
    if (&a == &b) return true;
    if (!int_equals(int_part(a.length), int_part(b.length))) return false;
    if (int_sign(int_part(a.length)) == 0) return true;
    if (!int_equals(int_part(a.start), int_part(b.start))) return false;
    if (int_is_compact(*a.length) && int_compact_value(*a.length) == 1) return true;
    return int_equals(int_part(a.step), int_part(b.step));
}

Result<Ref<Object>> range_compare(ThreadState& ts, Range& self, Object& other, int op) {
    if (&type_of(other) != &PyRange_Type || (op != Py_EQ && op != Py_NE)) return new_not_implemented();
    return new_bool(TRY(ranges_equal(ts, self, as<Range>(other))) == (op == Py_EQ));
}

Result<Py_hash_t> range_hash(ThreadState& ts, Range& self) {
    int size = int_is_compact(*self.length) ? int(std::min<long>(int_compact_value(*self.length), 2)) : 2;
    Object* parts[3] = {self.length, size == 0 ? &none() : self.start, size < 2 ? &none() : self.step};
    Ref<Tuple> key = TRY(tuple_from_items(ts, parts, 3));
    return hash(ts, obj(*key));
}

// ---- Iterators ----

struct LongRangeIterator {
    PyObject_HEAD
    Object* index;
    Object* start;
    Object* step;
    Object* length;
};

Result<Ref<Object>> small_iterator(ThreadState& ts, long start, long step, long length) {
    Object* block = allocate_object(ts, PyRangeIter_Type, sizeof(RangeIterator));
    if (!block) return failure;
    RangeIterator& it = *as<RangeIterator>(block);
    it.index = 0;
    it.start = start;
    it.step = step;
    it.length = length;
    return Ref<Object>::steal(*block);
}

Result<Ref<Object>> long_iterator(ThreadState& ts, Ref<Object> start, Ref<Object> step, Ref<Object> length) {
    Ref<Object> zero = TRY(int_from(ts, 0));
    Object* block = allocate_object(ts, PyLongRangeIter_Type, sizeof(LongRangeIterator));
    if (!block) return failure;
    LongRangeIterator& it = *as<LongRangeIterator>(block);
    it.index = std::move(zero).release();
    it.start = std::move(start).release();
    it.step = std::move(step).release();
    it.length = std::move(length).release();
    return Ref<Object>::steal(*block);
}

// Whether all of start + i * step for 0 <= i <= length fit.
bool stays_small(long long start, long long step, unsigned long long length) {
    if (length > (unsigned long long)LONG_MAX) return false;
    long long span, end;
    return !__builtin_mul_overflow((long long)length, step, &span) && !__builtin_add_overflow(start, span, &end);
}

Result<Ref<Object>> range_iter(ThreadState& ts, Range& self) {
    long long start, stop, step;
    if (small(*self.start, start) && small(*self.stop, stop) && small(*self.step, step)) {
        unsigned long long n = count_items(start, stop, step);
        if (stays_small(start, step, n)) return small_iterator(ts, start, step, long(n));
    }
    return long_iterator(ts, Ref<Object>::share(*self.start), Ref<Object>::share(*self.step),
                         Ref<Object>::share(*self.length));
}

Result<Ref<Object>> range_reversed(ThreadState& ts, Range& self) {
    long long start, stop, step;
    if (small(*self.start, start) && small(*self.stop, stop) && small(*self.step, step) && step != LLONG_MIN) {
        unsigned long long n = count_items(start, stop, step);
        if (stays_small(start, step, n) && n > 0) {
            long long last = start + (long long)(n - 1) * step;
            if (stays_small(last, -step, n)) return small_iterator(ts, last, -step, long(n));
        } else if (n == 0) {
            return small_iterator(ts, start, 1, 0);
        }
    }
    Ref<Object> one = TRY(int_from(ts, 1));
    Ref<Object> last_index = TRY(number_subtract(ts, *self.length, one));
    Ref<Object> last = TRY(item_at(ts, self, last_index));
    Ref<Object> back = TRY(number_negative(ts, *self.step));
    return long_iterator(ts, std::move(last), std::move(back), Ref<Object>::share(*self.length));
}

void small_iterator_dealloc(Object* self) { free_object(*self); }

Object* small_iterator_next(Object* self) {
    RangeIterator& it = as<RangeIterator>(*self);
    if (it.index >= it.length) return nullptr;
    return new_int_object(current_thread(), it.start + it.index++ * it.step);
}
long small_iterator_length_hint(RangeIterator& it) { return it.length - it.index; }

Result<Ref<Object>> reduce(ThreadState& ts, Ref<Object> start, Ref<Object> step, Object& length, Ref<Object> index) {
    Ref<Object> span = TRY(number_multiply(ts, length, *step));
    Ref<Object> stop = TRY(number_add(ts, *start, *span));
    Ref<Object> range = TRY(make(ts, PyRange_Type, std::move(start), std::move(stop), std::move(step)));
    Ref<Object> function = TRY(builtin_attribute(ts, "iter"_s));
    Ref<Tuple> arguments = TRY(tuple_of(ts, *range));
    return TRY(tuple_of(ts, *function, obj(*arguments), *index));
}
Result<Ref<Object>> small_iterator_reduce(ThreadState& ts, RangeIterator& it) {
    Ref<Object> length = TRY(int_from(ts, it.length));
    return reduce(ts, TRY(int_from(ts, it.start)), TRY(int_from(ts, it.step)), length, TRY(int_from(ts, it.index)));
}
Result<void> small_iterator_setstate(ThreadState&, RangeIterator& it, Py_ssize_t index) {
    it.index = std::clamp<long>(index, 0, it.length);
    return {};
}

void long_iterator_dealloc(Object* self) {
    LongRangeIterator& it = as<LongRangeIterator>(*self);
    decref(*it.index);
    decref(*it.start);
    decref(*it.step);
    decref(*it.length);
    free_object(*self);
}
Result<OptRef<Object>> long_iterator_next(ThreadState& ts, LongRangeIterator& it) {
    if (int_compare(int_part(it.index), int_part(it.length)) >= 0) return nullptr;
    Ref<Object> one = TRY(int_from(ts, 1));
    Ref<Object> next = TRY(number_add(ts, *it.index, one));
    Ref<Object> offset = TRY(number_multiply(ts, *it.index, *it.step));
    Ref<Object> value = TRY(number_add(ts, *it.start, offset));
    assign(it.index, std::move(next));
    return OptRef<Object>(std::move(value));
}
Result<Ref<Object>> long_iterator_length_hint(ThreadState& ts, LongRangeIterator& it) {
    return number_subtract(ts, *it.length, *it.index);
}
Result<Ref<Object>> long_iterator_reduce(ThreadState& ts, LongRangeIterator& it) {
    return reduce(ts, Ref<Object>::share(*it.start), Ref<Object>::share(*it.step), *it.length,
                  Ref<Object>::share(*it.index));
}
Result<void> long_iterator_setstate(ThreadState& ts, LongRangeIterator& it, Object& state) {
    Ref<Object> index = TRY(number_index(ts, state));
    if (int_sign(as<Int>(*index)) < 0) {
        index = TRY(int_from(ts, 0));
    } else if (int_compare(as<Int>(*index), int_part(it.length)) > 0) {
        index = Ref<Object>::share(*it.length);
    }
    assign(it.index, std::move(index));
    return {};
}

constexpr MethodDef small_iterator_methods[] = {
    METHOD_PLAIN("__length_hint__($self, /)", small_iterator_length_hint,
                 "Private method returning an estimate of len(list(it))."),
    METHOD_PLAIN("__reduce__($self, /)", small_iterator_reduce, "Return state information for pickling."),
    METHOD_PLAIN("__setstate__($self, state, /)", small_iterator_setstate, "Set state information for unpickling."),
    METHOD_END,
};
constexpr MethodDef long_iterator_methods[] = {
    METHOD_PLAIN("__length_hint__($self, /)", long_iterator_length_hint,
                 "Private method returning an estimate of len(list(it))."),
    METHOD_PLAIN("__reduce__($self, /)", long_iterator_reduce, "Return state information for pickling."),
    METHOD_PLAIN("__setstate__($self, state, /)", long_iterator_setstate, "Set state information for unpickling."),
    METHOD_END,
};

// ---- Methods ----

Result<Ref<Object>> range_reduce(ThreadState& ts, Range& self) {
    Ref<Tuple> arguments = TRY(tuple_of(ts, *self.start, *self.stop, *self.step));
    return TRY(tuple_of(ts, obj(type_of(obj(self))), obj(*arguments)));
}

Result<Py_ssize_t> range_count(ThreadState& ts, Range& self, Object& value) {
    if (is_plain_int(value)) return Py_ssize_t(TRY(contains_int(ts, self, value)));
    Py_ssize_t count = 0;
    TRY(search(ts, obj(self), value, [&](Py_ssize_t) {
        ++count;
        return true;
    }));
    return count;
}

Result<Ref<Object>> range_index(ThreadState& ts, Range& self, Object& value) {
    if (!is_plain_int(value)) {
        Py_ssize_t found = -1;
        TRY(search(ts, obj(self), value, [&](Py_ssize_t i) {
            found = i;
            return false;
        }));
        if (found >= 0) return int_from(ts, found);
        return raise(ts, PyExc_ValueError, "sequence.index(x): x not in sequence");
    }
    if (!TRY(contains_int(ts, self, value))) return raise(ts, PyExc_ValueError, "%R is not in range", &value);
    Ref<Object> offset = TRY(number_subtract(ts, value, *self.start));
    return binary_operation(ts, Operator::kFloorDivide, offset, *self.step);
}

constexpr MethodDef range_methods[] = {
    METHOD_PLAIN("__reversed__($self, /)", range_reversed, "Return a reverse iterator."),
    METHOD_PLAIN("__reduce__($self, /)", range_reduce, ""),
    METHOD_PLAIN("count($self, value, /)", range_count,
                 "rangeobject.count(value) -> integer -- return number of occurrences of value"),
    METHOD_PLAIN("index($self, value, /)", range_index,
                 "rangeobject.index(value) -> integer -- return index of value.\n"
                 "Raise ValueError if the value is not present."),
    METHOD_END,
};

constexpr PyMemberDef range_members[] = {
    {"start", T_OBJECT_EX, offsetof(Range, start), READONLY, nullptr},
    {"stop", T_OBJECT_EX, offsetof(Range, stop), READONLY, nullptr},
    {"step", T_OBJECT_EX, offsetof(Range, step), READONLY, nullptr},
    {},
};

constinit PySequenceMethods range_sequence = {
    .sq_length = slot<range_len>, .sq_item = slot<range_item>, .sq_contains = slot<range_contains>};
constinit PyMappingMethods range_mapping = {.mp_length = slot<range_len>, .mp_subscript = slot<range_subscript>};
constinit PyNumberMethods range_number = {.nb_bool = slot<range_bool>};

}  // namespace

Result<Ref<Object>> range_new(ThreadState& ts, Object& start, Object& stop, Object& step) {
    Object* arguments[3] = {&start, &stop, &step};
    return from_arguments(ts, PyRange_Type, arguments, 3);
}

}  // namespace orochi

using namespace orochi;

constinit PyTypeObject PyRange_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "range",
    .tp_basicsize = sizeof(Range),
    .tp_dealloc = range_dealloc,
    .tp_repr = slot<range_repr>,
    .tp_as_number = &range_number,
    .tp_as_sequence = &range_sequence,
    .tp_as_mapping = &range_mapping,
    .tp_hash = slot<range_hash>,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_SEQUENCE,
    .tp_doc =
        "range(stop) -> range object\n"
        "range(start, stop[, step]) -> range object\n\n"
        "Return an object that produces a sequence of integers from start (inclusive)\n"
        "to stop (exclusive) by step.  range(i, j) produces i, i+1, i+2, ..., j-1.\n"
        "start defaults to 0, and stop is omitted!  range(4) produces 0, 1, 2, 3.\n"
        "These are exactly the valid indices for a list of 4 elements.\n"
        "When step is given, it specifies the increment (or decrement).",
    .tp_richcompare = slot<range_compare>,
    .tp_iter = slot<range_iter>,
    .tp_methods = METHOD_TABLE(range_methods),
    .tp_members = MEMBER_TABLE(range_members),
    .tp_new = range_tp_new,
    .tp_vectorcall = range_vectorcall,
};

constinit PyTypeObject PyRangeIter_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "range_iterator",
    .tp_basicsize = sizeof(RangeIterator),
    .tp_dealloc = small_iterator_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = small_iterator_next,
    .tp_methods = METHOD_TABLE(small_iterator_methods),
};

constinit PyTypeObject PyLongRangeIter_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "longrange_iterator",
    .tp_basicsize = sizeof(LongRangeIterator),
    .tp_dealloc = long_iterator_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = slot<long_iterator_next>,
    .tp_methods = METHOD_TABLE(long_iterator_methods),
};
