// enumerate and reversed.
#include "objects/containers.hpp"
#include "objects/int.hpp"
#include "objects/number.hpp"
#include "objects/type.hpp"

namespace orochi {

namespace {

struct Enumerate {
    PyObject_HEAD
    Py_ssize_t index;  // PY_SSIZE_T_MAX: `long_index` counts
    Object* iterator;
    Object* result;      // a pair to fill again while nobody else holds it
    Object* long_index;  // owned, or null
};

Result<Ref<Object>> enumerate_new(ThreadState& ts, Type& type, Object& iterable, Object* start) {
    Py_ssize_t index = 0;
    OptRef<Object> long_index;
    if (start) {
        Ref<Object> number = TRY(number_index(ts, *start));
        auto as_ssize = int_as_ssize(ts, number);
        if (as_ssize.ok()) {
            index = std::move(as_ssize).take();
            if (index == PY_SSIZE_T_MAX) long_index = std::move(number);
        } else {
            error_clear(ts);
            index = PY_SSIZE_T_MAX;
            long_index = std::move(number);
        }
    }
    Ref<Object> iterator = TRY(get_iter(ts, iterable));
    Ref<Tuple> pair = TRY(tuple_of(ts, none(), none()));
    Ref<Object> self = TRY(Result<Ref<Object>>::adopt(type.tp_alloc(&type, 0)));
    Enumerate& e = as<Enumerate>(*self);
    e.index = index;
    e.iterator = std::move(iterator).release();
    e.result = obj(std::move(pair).release());
    e.long_index = long_index.release();
    return self;
}

void enumerate_dealloc(Object* self) {
    Enumerate& e = as<Enumerate>(*self);
    gc_untrack_if_tracked(*self);
    decref_optional(e.iterator);
    decref_optional(e.result);
    decref_optional(e.long_index);
    type_of(*self).tp_free(self);
}
int enumerate_traverse(Object* self, visitproc visit, void* argument) {
    Enumerate& e = as<Enumerate>(*self);
    VISIT(e.iterator);
    VISIT(e.result);
    VISIT(e.long_index);
    return 0;
}

Object* enumerate_next(Object* self) {
    Enumerate& e = as<Enumerate>(*self);
    Object* item = type_of(*e.iterator).tp_iternext(e.iterator);
    if (!item) return nullptr;
    ThreadState& ts = current_thread();
    Object* number;
    if (e.index == PY_SSIZE_T_MAX) {
        if (!e.long_index) {
            auto made = int_from(ts, PY_SSIZE_T_MAX);
            if (!made.ok()) {
                decref(*item);
                return nullptr;
            }
            e.long_index = std::move(made).release();
        }
        auto next = number_add(ts, *e.long_index, TRY_OR(nullptr, int_from(ts, 1)));
        if (!next.ok()) {
            decref(*item);
            return nullptr;
        }
        number = std::exchange(e.long_index, std::move(next).release());
    } else {
        number = new_int_object(ts, e.index);
        if (!number) {
            decref(*item);
            return nullptr;
        }
        ++e.index;
    }
    return pair_again(ts, e.result, number, item);
}

Result<Ref<Object>> enumerate_reduce(ThreadState& ts, Enumerate& e) {
    Ref<Object> index = e.long_index ? Ref<Object>::share(*e.long_index) : TRY(int_from(ts, e.index));
    Ref<Tuple> arguments = TRY(tuple_of(ts, *e.iterator, *index));
    return TRY(tuple_of(ts, obj(type_of(obj(e))), obj(*arguments)));
}

constexpr MethodDef enumerate_methods[] = {
    METHOD_PLAIN("__reduce__($self, /)", enumerate_reduce, "Return state information for pickling."),
    METHOD_PLAIN("__class_getitem__($type, object, /)", class_getitem, "See PEP 585"),
    METHOD_END,
};

constexpr auto kEnumerate = NEW_SLOT("enumerate($type, iterable, start=0)", enumerate_new);

Object* enumerate_vectorcall(Object* type, Object* const* arguments, size_t nargsf, Object* keyword_names) {
    if (PyVectorcall_NARGS(nargsf) == 0 && (!keyword_names || tuple_size(as<Tuple>(*keyword_names)) == 0)) {
        raise(current_thread(), PyExc_TypeError, "enumerate() missing required argument 'iterable'");
        return nullptr;
    }
    return static_cast<vectorcallfunc>(kEnumerate)(type, arguments, nargsf, keyword_names);
}

// ---- reversed ----

struct Reversed {
    PyObject_HEAD
    Py_ssize_t index;
    Object* sequence;  // null: exhausted
};

Result<Ref<Object>> reversed_new(ThreadState& ts, Type& type, Object& sequence) {
    OptRef<Object> method = TRY(lookup_special(ts, sequence, "__reversed__"_n));
    if (method) {
        if (is_none(method.get())) return raise(ts, PyExc_TypeError, "'%T' object is not reversible", &sequence);
        return call(ts, *method);
    }
    if (!is_sequence(sequence)) return raise(ts, PyExc_TypeError, "'%T' object is not reversible", &sequence);
    Py_ssize_t n = TRY(length(ts, sequence));
    Ref<Object> self = TRY(Result<Ref<Object>>::adopt(type.tp_alloc(&type, 0)));
    as<Reversed>(*self).index = n - 1;
    as<Reversed>(*self).sequence = new_reference(sequence);
    return self;
}

void reversed_dealloc(Object* self) {
    gc_untrack_if_tracked(*self);
    decref_optional(as<Reversed>(*self).sequence);
    type_of(*self).tp_free(self);
}
int reversed_traverse(Object* self, visitproc visit, void* argument) {
    VISIT(as<Reversed>(*self).sequence);
    return 0;
}
Result<OptRef<Object>> reversed_next(ThreadState& ts, Reversed& r) {
    if (r.index >= 0 && r.sequence) {
        auto item = sequence_getitem(ts, *r.sequence, r.index);
        if (item.ok()) {
            --r.index;
            return OptRef<Object>(std::move(item).take());
        }
        if (!error_matches(ts, PyExc_IndexError) && !error_matches(ts, PyExc_StopIteration)) return failure;
        error_clear(ts);
    }
    r.index = -1;
    clear(r.sequence);
    return nullptr;
}
Result<Py_ssize_t> reversed_length_hint(ThreadState& ts, Reversed& r) {
    if (!r.sequence) return 0;
    Py_ssize_t n = TRY(length(ts, *r.sequence));
    Py_ssize_t position = r.index + 1;
    return n < position ? 0 : position;
}
Result<Ref<Object>> reversed_reduce(ThreadState& ts, Reversed& r) {
    if (!r.sequence) {
        Ref<Tuple> arguments = TRY(tuple_of(ts, obj(empty_tuple())));
        return TRY(tuple_of(ts, obj(type_of(obj(r))), obj(*arguments)));
    }
    Ref<Tuple> arguments = TRY(tuple_of(ts, *r.sequence));
    Ref<Object> index = TRY(int_from(ts, r.index));
    return TRY(tuple_of(ts, obj(type_of(obj(r))), obj(*arguments), *index));
}
Result<void> reversed_setstate(ThreadState& ts, Reversed& r, Py_ssize_t index) {
    if (!r.sequence) return {};
    Py_ssize_t n = TRY(length(ts, *r.sequence));
    r.index = std::clamp<Py_ssize_t>(index, -1, n - 1);
    return {};
}

constexpr MethodDef reversed_methods[] = {
    METHOD_PLAIN("__length_hint__($self, /)", reversed_length_hint,
                 "Private method returning an estimate of len(list(it))."),
    METHOD_PLAIN("__reduce__($self, /)", reversed_reduce, "Return state information for pickling."),
    METHOD_PLAIN("__setstate__($self, state, /)", reversed_setstate, "Set state information for unpickling."),
    METHOD_END,
};

Object* reversed_tp_new(Type* type, Object* arguments, Object* keywords) {
    ThreadState& ts = current_thread();
    auto run = [&]() -> Result<Ref<Object>> {
        if (has_plain_init(*type)) TRY(check_no_keywords(ts, "reversed", as<Dict>(keywords)));
        Tuple& a = as<Tuple>(*arguments);
        TRY(check_count(ts, "reversed", tuple_size(a), 1, 1));
        return reversed_new(ts, *type, tuple_item(a, 0));
    };
    return to_c(run());
}
Object* reversed_vectorcall(Object* type, Object* const* arguments, size_t nargsf, Object* keyword_names) {
    ThreadState& ts = current_thread();
    auto run = [&]() -> Result<Ref<Object>> {
        if (keyword_names && tuple_size(as<Tuple>(*keyword_names)))
            return raise(ts, PyExc_TypeError, "reversed() takes no keyword arguments");
        TRY(check_count(ts, "reversed", PyVectorcall_NARGS(nargsf), 1, 1));
        return reversed_new(ts, as<Type>(*type), *arguments[0]);
    };
    return to_c(run());
}

}  // namespace

}  // namespace orochi

using namespace orochi;

constinit PyTypeObject PyEnum_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "enumerate",
    .tp_basicsize = sizeof(Enumerate),
    .tp_dealloc = enumerate_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_doc =
        "enumerate(iterable, start=0)\n--\n\n"
        "Return an enumerate object.\n\n"
        "  iterable\n"
        "    an object supporting iteration\n\n"
        "The enumerate object yields pairs containing a count (from start, which\n"
        "defaults to zero) and a value yielded by the iterable argument.\n\n"
        "enumerate is useful for obtaining an indexed list:\n"
        "    (0, seq[0]), (1, seq[1]), (2, seq[2]), ...",
    .tp_traverse = enumerate_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = enumerate_next,
    .tp_methods = METHOD_TABLE(enumerate_methods),
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = kEnumerate,
    .tp_free = PyObject_GC_Del,
    .tp_vectorcall = enumerate_vectorcall,
};

constinit PyTypeObject PyReversed_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "reversed",
    .tp_basicsize = sizeof(Reversed),
    .tp_dealloc = reversed_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_doc = "reversed(sequence, /)\n--\n\nReturn a reverse iterator over the values of the given sequence.",
    .tp_traverse = reversed_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = slot<reversed_next>,
    .tp_methods = METHOD_TABLE(reversed_methods),
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = reversed_tp_new,
    .tp_free = PyObject_GC_Del,
    .tp_vectorcall = reversed_vectorcall,
};
