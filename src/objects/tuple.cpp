#include "objects/tuple.hpp"

#include <vector>

#include "base/hash.hpp"
#include "objects/index_iterator.hpp"
#include "objects/iterators.hpp"
#include "objects/list.hpp"
#include "objects/number.hpp"
#include "objects/slice.hpp"
#include "objects/type.hpp"

namespace orochi {

namespace {

struct EmptyTuple {
    GcHeader header;
    Tuple tuple;
};
// Writable, because extension modules count references to it without asking.
constinit EmptyTuple the_empty_tuple = {{}, {static_head(&PyTuple_Type), {nullptr}}};

constexpr size_t kTupleHead = offsetof(Tuple, ob_item);

Tuple* tuple_allocate(ThreadState& ts, Py_ssize_t size) {
    if (size < FreeLists::kTupleSizes) {
        if (void* block = ts.interpreter().free_lists.tuples[size].pop()) {
            Tuple* tuple = static_cast<Tuple*>(block);
            tuple->ob_base.ob_base.ob_refcnt = 1;
            return tuple;
        }
    } else if (size_t(size) > (size_t(PY_SSIZE_T_MAX) - kTupleHead) / sizeof(Object*)) {
        raise_no_memory(ts);
        return nullptr;
    }
    Object* block = allocate_container(ts, PyTuple_Type, kTupleHead + size_t(size) * sizeof(Object*));
    if (!block) return nullptr;
    Tuple* tuple = as<Tuple>(block);
    tuple->ob_base.ob_size = size;
    return tuple;
}

Ref<Tuple> share_empty() { return Ref<Tuple>::share(the_empty_tuple.tuple); }

}  // namespace

Tuple& empty_tuple() { return the_empty_tuple.tuple; }

Result<Ref<Tuple>> tuple_new(ThreadState& ts, Py_ssize_t size) {
    if (size == 0) return share_empty();
    Tuple* tuple = tuple_allocate(ts, size);
    if (!tuple) return failure;
    std::memset(tuple->ob_item, 0, size_t(size) * sizeof(Object*));
    gc_track(ts, obj(*tuple));
    return Ref<Tuple>::steal(*tuple);
}

Result<Ref<Tuple>> tuple_from_items(ThreadState& ts, Object* const* items, Py_ssize_t count) {
    if (count == 0) return share_empty();
    Tuple* tuple = tuple_allocate(ts, count);
    if (!tuple) return failure;
    for (Py_ssize_t i = 0; i < count; ++i) tuple->ob_item[i] = new_reference(*items[i]);
    gc_track(ts, obj(*tuple));
    return Ref<Tuple>::steal(*tuple);
}

Result<Ref<Tuple>> tuple_from_owned(ThreadState& ts, Object** items, Py_ssize_t count) {
    if (count == 0) return share_empty();
    Tuple* tuple = tuple_allocate(ts, count);
    if (!tuple) {
        for (Py_ssize_t i = 0; i < count; ++i) decref(*items[i]);
        return failure;
    }
    std::memcpy(tuple->ob_item, items, size_t(count) * sizeof(Object*));
    gc_track(ts, obj(*tuple));
    return Ref<Tuple>::steal(*tuple);
}

Result<Ref<Tuple>> tuple_slice(ThreadState& ts, Tuple& tuple, Py_ssize_t low, Py_ssize_t high) {
    Py_ssize_t size = tuple_size(tuple);
    low = std::max<Py_ssize_t>(low, 0);
    high = std::min(high, size);
    if (high < low) high = low;
    if (low == 0 && high == size && &type_of(obj(tuple)) == &PyTuple_Type) return Ref<Tuple>::share(tuple);
    return tuple_from_items(ts, tuple.ob_item + low, high - low);
}

void tuple_maybe_untrack(Object& object) {
    if (&type_of(object) != &PyTuple_Type || !gc_is_tracked(object)) return;
    Tuple& tuple = as<Tuple>(object);
    for (Py_ssize_t i = 0, n = tuple_size(tuple); i < n; ++i) {
        Object* item = tuple.ob_item[i];
        // Null: not filled yet.
        if (!item || (gc_is_container(*item) && (&type_of(*item) != &PyTuple_Type || gc_is_tracked(*item)))) return;
    }
    gc_untrack(object);
}

Result<Ref<Tuple>> tuple_resize(ThreadState& ts, Ref<Tuple>&& tuple, Py_ssize_t size) {
    Py_ssize_t old_size = tuple_size(tuple);
    if (size == old_size) return std::move(tuple);
    Ref<Tuple> result = TRY(tuple_new(ts, size));
    Py_ssize_t kept = std::min(size, old_size);
    for (Py_ssize_t i = 0; i < kept; ++i) {
        result->ob_item[i] = tuple->ob_item[i];
        tuple->ob_item[i] = nullptr;
    }
    return result;
}

namespace {

void tuple_dealloc(Object* self) {
    ThreadState& ts = current_thread();
    Tuple& tuple = as<Tuple>(*self);
    if (self == obj(&the_empty_tuple.tuple)) return;
    gc_untrack_if_tracked(*self);
    if (!trashcan_begin(ts, *self)) return;
    Py_ssize_t size = tuple_size(tuple);
    for (Py_ssize_t i = size; --i >= 0;) decref_optional(tuple.ob_item[i]);
    if (&type_of(*self) != &PyTuple_Type || size == 0 || size >= FreeLists::kTupleSizes ||
        !ts.interpreter().free_lists.tuples[size].push(self))
        type_of(*self).tp_free(self);
    trashcan_end(ts);
}

int tuple_traverse(Object* self, visitproc visit, void* argument) {
    Tuple& tuple = as<Tuple>(*self);
    for (Py_ssize_t i = tuple_size(tuple); --i >= 0;) VISIT(tuple.ob_item[i]);
    return 0;
}

Result<Ref<Object>> tuple_repr(ThreadState& ts, Tuple& self) {
    Py_ssize_t size = tuple_size(self);
    if (size == 0) return str_from_ascii(ts, "()");
    if (TRY(repr_enter(ts, obj(self)))) return str_from_ascii(ts, "(...)");
    auto run = [&]() -> Result<Ref<Object>> {
        StrBuilder builder(ts);
        TRY(builder.append('('));
        for (Py_ssize_t i = 0; i < size; ++i) {
            if (i) TRY(builder.append_ascii(", "));
            TRY(builder.append(TRY(repr(ts, tuple_item(self, i)))));
        }
        TRY(builder.append_ascii(size == 1 ? ",)" : ")"));
        return builder.finish();
    };
    auto result = run();
    repr_leave(ts, obj(self));
    return result;
}

Result<Py_hash_t> tuple_hash(ThreadState& ts, Tuple& self);

// Tuples nest without Python frames in between, deeper than the C stack may be: once it is nearly used up, the
// tuples that are being hashed are kept in a row instead.
Result<Py_hash_t> deep_tuple_hash(ThreadState& ts, Tuple& outermost) {
    struct Level {
        Tuple* tuple;  // the outermost one keeps them all
        base::TupleHasher hasher;
        Py_ssize_t next = 0;
    };
    std::vector<Level> levels;
    levels.push_back({&outermost});
    for (;;) {
        Level& level = levels.back();
        Tuple& tuple = *level.tuple;
        if (level.next < tuple_size(tuple)) {
            Object& item = tuple_item(tuple, level.next++);
            if (type_of(item).tp_hash == slot<tuple_hash>) {
                levels.push_back({&as<Tuple>(item)});
            } else {
                level.hasher.add(TRY(hash(ts, item)));
            }
            continue;
        }
        auto result = Py_hash_t(level.hasher.finish(size_t(tuple_size(tuple))));
        levels.pop_back();
        if (levels.empty()) return result;
        levels.back().hasher.add(result);
    }
}

Result<Py_hash_t> tuple_hash(ThreadState& ts, Tuple& self) {
    if (static_cast<char*>(__builtin_frame_address(0)) < ts.stack_limit) [[unlikely]]
        return deep_tuple_hash(ts, self);
    base::TupleHasher hasher;
    Py_ssize_t size = tuple_size(self);
    for (Py_ssize_t i = 0; i < size; ++i) hasher.add(TRY(hash(ts, tuple_item(self, i))));
    return Py_hash_t(hasher.finish(size_t(size)));
}

Result<Ref<Object>> tuple_compare(ThreadState& ts, Object& left_object, Object& right_object, int op) {
    if (!PyTuple_Check(&left_object) || !PyTuple_Check(&right_object)) return new_not_implemented();
    Tuple& left = as<Tuple>(left_object);
    Tuple& right = as<Tuple>(right_object);
    Py_ssize_t n = tuple_size(left), m = tuple_size(right), i = 0;
    for (; i < n && i < m; ++i) {
        if (!TRY(compare_bool(ts, tuple_item(left, i), tuple_item(right, i), Py_EQ))) break;
    }
    if (i >= n || i >= m) {
        bool result = op == Py_EQ   ? n == m
                      : op == Py_NE ? n != m
                      : op == Py_LT ? n < m
                      : op == Py_LE ? n <= m
                      : op == Py_GT ? n > m
                                    : n >= m;
        return new_bool(result);
    }
    if (op == Py_EQ) return new_bool(false);
    if (op == Py_NE) return new_bool(true);
    return compare(ts, tuple_item(left, i), tuple_item(right, i), op);
}

Py_ssize_t tuple_len(Tuple& self) { return tuple_size(self); }

Result<bool> tuple_contains(ThreadState& ts, Tuple& self, Object& value) {
    for (Py_ssize_t i = 0, n = tuple_size(self); i < n; ++i) {
        if (TRY(compare_bool(ts, tuple_item(self, i), value, Py_EQ))) return true;
    }
    return false;
}

Result<Ref<Object>> tuple_getitem(ThreadState& ts, Tuple& self, Py_ssize_t i) {
    if (size_t(i) >= size_t(tuple_size(self))) return raise(ts, PyExc_IndexError, "tuple index out of range");
    return Ref<Object>::share(tuple_item(self, i));
}

Result<Ref<Object>> tuple_concat(ThreadState& ts, Tuple& self, Object& other) {
    Py_ssize_t n = tuple_size(self);
    if (n == 0 && &type_of(other) == &PyTuple_Type) return Ref<Object>::share(other);
    if (!PyTuple_Check(&other))
        return raise(ts, PyExc_TypeError, "can only concatenate tuple (not \"%T\") to tuple", &other);
    Tuple& right = as<Tuple>(other);
    Py_ssize_t m = tuple_size(right);
    if (m == 0 && &type_of(obj(self)) == &PyTuple_Type) return Ref<Object>::share(obj(self));
    if (n > PY_SSIZE_T_MAX - m) return raise_no_memory(ts);
    Ref<Tuple> result = TRY(tuple_new(ts, n + m));
    for (Py_ssize_t i = 0; i < n; ++i) result->ob_item[i] = new_reference(tuple_item(self, i));
    for (Py_ssize_t i = 0; i < m; ++i) result->ob_item[n + i] = new_reference(tuple_item(right, i));
    return result;
}

Result<Ref<Object>> tuple_repeat(ThreadState& ts, Tuple& self, Py_ssize_t count) {
    Py_ssize_t n = tuple_size(self);
    if ((n == 0 || count == 1) && &type_of(obj(self)) == &PyTuple_Type) return Ref<Object>::share(obj(self));
    if (n == 0 || count <= 0) return share_empty();
    if (n > PY_SSIZE_T_MAX / count) return raise_no_memory(ts);
    Ref<Tuple> result = TRY(tuple_new(ts, n * count));
    for (Py_ssize_t k = 0, at = 0; k < count; ++k) {
        for (Py_ssize_t i = 0; i < n; ++i) result->ob_item[at++] = new_reference(tuple_item(self, i));
    }
    return result;
}

Result<Ref<Object>> tuple_subscript(ThreadState& ts, Tuple& self, Object& index) {
    if (is_index(index)) {
        Py_ssize_t i = TRY(number_as_ssize(ts, index, PyExc_IndexError));
        if (i < 0) i += tuple_size(self);
        return tuple_getitem(ts, self, i);
    }
    if (PySlice_Check(&index)) {
        Py_ssize_t start, stop, step;
        TRY(slice_unpack(ts, index, start, stop, step));
        Py_ssize_t size = tuple_size(self);
        Py_ssize_t count = slice_adjust(size, start, stop, step);
        if (count <= 0) return share_empty();
        if (step == 1) return tuple_slice(ts, self, start, start + count);
        Ref<Tuple> result = TRY(tuple_new(ts, count));
        for (Py_ssize_t i = 0, at = start; i < count; ++i, at += step)
            result->ob_item[i] = new_reference(tuple_item(self, at));
        return result;
    }
    return raise(ts, PyExc_TypeError, "tuple indices must be integers or slices, not %T", &index);
}

// ---- Construction ----

Result<Ref<Object>> make_from(ThreadState& ts, Type& type, Object* iterable) {
    if (&type == &PyTuple_Type) {
        if (!iterable) return share_empty();
        return sequence_tuple(ts, *iterable);
    }
    Ref<Tuple> items = iterable ? TRY(sequence_tuple(ts, *iterable)) : share_empty();
    Py_ssize_t n = tuple_size(items);
    Ref<Object> result = TRY(Result<Ref<Object>>::adopt(type.tp_alloc(&type, n)));
    for (Py_ssize_t i = 0; i < n; ++i) as<Tuple>(*result).ob_item[i] = new_reference(tuple_item(items, i));
    return result;
}

Result<Ref<Object>> tuple_construct(ThreadState& ts, Type& type, Object* iterable) {
    return make_from(ts, type, iterable);
}

Object* tuple_vectorcall(Object* type, Object* const* arguments, size_t nargsf, Object* keyword_names) {
    ThreadState& ts = current_thread();
    auto run = [&]() -> Result<Ref<Object>> {
        if (keyword_names && tuple_size(as<Tuple>(*keyword_names)))
            return raise(ts, PyExc_TypeError, "tuple() takes no keyword arguments");
        Py_ssize_t count = PyVectorcall_NARGS(nargsf);
        TRY(check_count(ts, "tuple", count, 0, 1));
        return make_from(ts, as<Type>(*type), count ? arguments[0] : nullptr);
    };
    return to_c(run());
}

// ---- Methods ----

Result<Ref<Object>> tuple_getnewargs(ThreadState& ts, Tuple& self) {
    Ref<Tuple> copy = TRY(tuple_from_items(ts, self.ob_item, tuple_size(self)));
    return TRY(tuple_of(ts, obj(*copy)));
}

Result<Ref<Object>> tuple_index(ThreadState& ts, Tuple& self, Object& value, Object* start_object,
                                Object* stop_object) {
    Py_ssize_t size = tuple_size(self);
    Py_ssize_t start = 0, stop = PY_SSIZE_T_MAX;
    if (start_object) start = TRY(number_as_slice_index(ts, *start_object));
    if (stop_object) stop = TRY(number_as_slice_index(ts, *stop_object));
    if (start < 0) start = std::max<Py_ssize_t>(start + size, 0);
    if (stop < 0) stop = stop + size;
    stop = std::min(stop, size);
    for (Py_ssize_t i = start; i < stop; ++i) {
        if (TRY(compare_bool(ts, tuple_item(self, i), value, Py_EQ)))
            return Result<Ref<Object>>::adopt(new_int_object(ts, i));
    }
    return raise(ts, PyExc_ValueError, "tuple.index(x): x not in tuple");
}

Result<Py_ssize_t> tuple_count(ThreadState& ts, Tuple& self, Object& value) {
    Py_ssize_t count = 0;
    for (Py_ssize_t i = 0, n = tuple_size(self); i < n; ++i)
        count += TRY(compare_bool(ts, tuple_item(self, i), value, Py_EQ));
    return count;
}

constexpr MethodDef tuple_methods[] = {
    METHOD("__getnewargs__($self, /)", tuple_getnewargs, ""),
    METHOD("index($self, value, start=0, stop=sys.maxsize, /)", tuple_index,
           "Return first index of value.\n\nRaises ValueError if the value is not present."),
    METHOD("count($self, value, /)", tuple_count, "Return number of occurrences of value."),
    METHOD_PLAIN("__class_getitem__($type, object, /)", class_getitem, "See PEP 585"),
    METHOD_END,
};

constinit PySequenceMethods tuple_sequence = {
    .sq_length = slot<tuple_len>,
    .sq_concat = slot<tuple_concat>,
    .sq_repeat = slot<tuple_repeat>,
    .sq_item = slot<tuple_getitem>,
    .sq_contains = slot<tuple_contains>,
};
constinit PyMappingMethods tuple_mapping = {.mp_length = slot<tuple_len>, .mp_subscript = slot<tuple_subscript>};

// ---- Iterator ----

struct TupleIterator {
    PyObject_HEAD
    Py_ssize_t index;
    Tuple* tuple;  // null: exhausted
};

using Iteration = IndexIterator<&TupleIterator::tuple>;

Result<Ref<Object>> tuple_iter(ThreadState& ts, Tuple& self) { return Iteration::make(ts, PyTupleIter_Type, self); }
Object* iterator_next(Object* self) {
    TupleIterator& it = as<TupleIterator>(*self);
    if (!it.tuple) return nullptr;
    if (it.index < tuple_size(*it.tuple)) return new_reference(tuple_item(*it.tuple, it.index++));
    clear(it.tuple);
    return nullptr;
}

}  // namespace

}  // namespace orochi

using namespace orochi;

constinit PyTypeObject PyTuple_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "tuple",
    .tp_basicsize = kTupleHead,
    .tp_itemsize = sizeof(Object*),
    .tp_dealloc = tuple_dealloc,
    .tp_repr = slot<tuple_repr>,
    .tp_as_sequence = &tuple_sequence,
    .tp_as_mapping = &tuple_mapping,
    .tp_hash = slot<tuple_hash>,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_TUPLE_SUBCLASS |
                _Py_TPFLAGS_MATCH_SELF | Py_TPFLAGS_SEQUENCE,
    .tp_doc =
        "tuple(iterable=(), /)\n--\n\n"
        "Built-in immutable sequence.\n\n"
        "If no argument is given, the constructor returns an empty tuple.\n"
        "If iterable is specified the tuple is initialized from iterable's items.\n\n"
        "If the argument is a tuple, the return value is the same object.",
    .tp_traverse = tuple_traverse,
    .tp_richcompare = slot<tuple_compare>,
    .tp_iter = slot<tuple_iter>,
    .tp_methods = METHOD_TABLE(tuple_methods),
    .tp_new = NEW_SLOT("tuple($type, iterable=(), /)", tuple_construct),
    .tp_free = PyObject_GC_Del,
    .tp_vectorcall = tuple_vectorcall,
};

constinit PyTypeObject PyTupleIter_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "tuple_iterator",
    .tp_basicsize = sizeof(TupleIterator),
    .tp_dealloc = Iteration::dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = Iteration::traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = iterator_next,
    .tp_methods = METHOD_TABLE(Iteration::methods),
};
