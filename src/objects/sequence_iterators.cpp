// Iterators over anything with __getitem__, and over calls until a sentinel comes.
#include "objects/containers.hpp"
#include "objects/iterators.hpp"
#include "objects/module.hpp"
#include "objects/type.hpp"

namespace orochi {

namespace {

struct SequenceIterator {
    PyObject_HEAD
    Py_ssize_t index;
    Object* sequence;  // null: exhausted
};

void sequence_iterator_dealloc(Object* self) {
    gc_untrack_if_tracked(*self);
    decref_optional(as<SequenceIterator>(*self).sequence);
    free_container(*self);
}
int sequence_iterator_traverse(Object* self, visitproc visit, void* argument) {
    VISIT(as<SequenceIterator>(*self).sequence);
    return 0;
}

Result<OptRef<Object>> sequence_iterator_next(ThreadState& ts, SequenceIterator& it) {
    if (!it.sequence) return nullptr;
    if (it.index == PY_SSIZE_T_MAX) return raise(ts, PyExc_OverflowError, "iter index too large");
    auto item = sequence_getitem(ts, *it.sequence, it.index);
    if (item.ok()) {
        ++it.index;
        return OptRef<Object>(std::move(item).take());
    }
    if (!error_matches(ts, PyExc_IndexError) && !error_matches(ts, PyExc_StopIteration)) return failure;
    error_clear(ts);
    clear(it.sequence);
    return nullptr;
}

Result<Ref<Object>> sequence_iterator_length_hint(ThreadState& ts, SequenceIterator& it) {
    if (!it.sequence) return Result<Ref<Object>>::adopt(new_int_object(ts, 0));
    PySequenceMethods* sequence = type_of(*it.sequence).tp_as_sequence;
    PyMappingMethods* mapping = type_of(*it.sequence).tp_as_mapping;
    if (!(sequence && sequence->sq_length) && !(mapping && mapping->mp_length)) return new_not_implemented();
    Py_ssize_t size = TRY(length(ts, *it.sequence));
    return Result<Ref<Object>>::adopt(new_int_object(ts, std::max<Py_ssize_t>(size - it.index, 0)));
}

Result<Ref<Object>> sequence_iterator_reduce(ThreadState& ts, SequenceIterator& it) {
    Ref<Object> function = TRY(builtin_attribute(ts, "iter"_s));
    if (!it.sequence) {
        Ref<Tuple> arguments = TRY(tuple_of(ts, obj(empty_tuple())));
        return TRY(tuple_of(ts, *function, obj(*arguments)));
    }
    Ref<Tuple> arguments = TRY(tuple_of(ts, *it.sequence));
    Ref<Object> index = TRY(Result<Ref<Object>>::adopt(new_int_object(ts, it.index)));
    return TRY(tuple_of(ts, *function, obj(*arguments), *index));
}

Result<void> sequence_iterator_setstate(ThreadState&, SequenceIterator& it, Py_ssize_t index) {
    if (it.sequence) it.index = std::max<Py_ssize_t>(index, 0);
    return {};
}

constexpr MethodDef sequence_iterator_methods[] = {
    METHOD_PLAIN("__length_hint__($self, /)", sequence_iterator_length_hint,
                 "Private method returning an estimate of len(list(it))."),
    METHOD_PLAIN("__reduce__($self, /)", sequence_iterator_reduce, "Return state information for pickling."),
    METHOD_PLAIN("__setstate__($self, state, /)", sequence_iterator_setstate, "Set state information for unpickling."),
    METHOD_END,
};

struct CallableIterator {
    PyObject_HEAD
    Object* callable;  // null: exhausted
    Object* sentinel;
};

void callable_iterator_dealloc(Object* self) {
    gc_untrack_if_tracked(*self);
    decref_optional(as<CallableIterator>(*self).callable);
    decref_optional(as<CallableIterator>(*self).sentinel);
    free_container(*self);
}
int callable_iterator_traverse(Object* self, visitproc visit, void* argument) {
    VISIT(as<CallableIterator>(*self).callable);
    VISIT(as<CallableIterator>(*self).sentinel);
    return 0;
}

Result<OptRef<Object>> callable_iterator_next(ThreadState& ts, CallableIterator& it) {
    if (!it.callable) return nullptr;
    auto result = call(ts, *it.callable);
    if (!result.ok()) {
        if (!error_matches(ts, PyExc_StopIteration)) return failure;
        error_clear(ts);
    } else {
        Ref<Object> value = std::move(result).take();
        if (!it.sentinel) return nullptr;  // the call used the iterator up
        if (!TRY(compare_bool(ts, *it.sentinel, value, Py_EQ))) return OptRef<Object>(std::move(value));
    }
    clear(it.callable);
    clear(it.sentinel);
    return nullptr;
}

Result<Ref<Object>> callable_iterator_reduce(ThreadState& ts, CallableIterator& it) {
    Ref<Object> function = TRY(builtin_attribute(ts, "iter"_s));
    if (!it.callable || !it.sentinel) {
        Ref<Tuple> arguments = TRY(tuple_of(ts, obj(empty_tuple())));
        return TRY(tuple_of(ts, *function, obj(*arguments)));
    }
    Ref<Tuple> arguments = TRY(tuple_of(ts, *it.callable, *it.sentinel));
    return TRY(tuple_of(ts, *function, obj(*arguments)));
}

constexpr MethodDef callable_iterator_methods[] = {
    METHOD_PLAIN("__reduce__($self, /)", callable_iterator_reduce, "Return state information for pickling."),
    METHOD_END,
};

}  // namespace

Result<Ref<Object>> sequence_iterator_new(ThreadState& ts, Object& sequence) {
    if (!is_sequence(sequence)) return raise_bad_internal_call(ts);
    SequenceIterator* it = allocate_tracked<SequenceIterator>(ts, PySeqIter_Type);
    if (!it) return failure;
    it->index = 0;
    it->sequence = new_reference(sequence);
    gc_track(ts, obj(*it));
    return Ref<Object>::steal(obj(*it));
}

Result<Ref<Object>> callable_iterator_new(ThreadState& ts, Object& callable, Object& sentinel) {
    CallableIterator* it = allocate_tracked<CallableIterator>(ts, PyCallIter_Type);
    if (!it) return failure;
    it->callable = new_reference(callable);
    it->sentinel = new_reference(sentinel);
    gc_track(ts, obj(*it));
    return Ref<Object>::steal(obj(*it));
}

}  // namespace orochi

using namespace orochi;

constinit PyTypeObject PySeqIter_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "iterator",
    .tp_basicsize = sizeof(SequenceIterator),
    .tp_dealloc = sequence_iterator_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = sequence_iterator_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = slot<sequence_iterator_next>,
    .tp_methods = METHOD_TABLE(sequence_iterator_methods),
};

constinit PyTypeObject PyCallIter_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "callable_iterator",
    .tp_basicsize = sizeof(CallableIterator),
    .tp_dealloc = callable_iterator_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = callable_iterator_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = slot<callable_iterator_next>,
    .tp_methods = METHOD_TABLE(callable_iterator_methods),
};
