// zip, map and filter.
#include "objects/containers.hpp"
#include "objects/type.hpp"
#include "state/interrupt.hpp"

namespace orochi {

namespace {

Result<Ref<Tuple>> iterators_of(ThreadState& ts, Tuple& iterables, Py_ssize_t first) {
    Py_ssize_t n = tuple_size(iterables) - first;
    Ref<Tuple> iterators = TRY(tuple_new(ts, n));
    for (Py_ssize_t i = 0; i < n; ++i)
        tuple_init_item(iterators, i, TRY(get_iter(ts, tuple_item(iterables, i + first))));
    return iterators;
}

// ---- zip ----

struct Zip {
    PyObject_HEAD
    Object* iterators;  // a tuple
    Object* result;     // a tuple to fill again while nobody else holds it
    bool strict;
};

Object* zip_tp_new(Type* type, Object* arguments, Object* keywords) {
    ThreadState& ts = current_thread();
    auto run = [&]() -> Result<Ref<Object>> {
        bool strict = false;
        if (keywords) {
            Dict& dict = as<Dict>(*keywords);
            Object* value = dict_get_name(ts, dict, "strict"_s);
            if (dict_size(dict) > 1)
                return raise(ts, PyExc_TypeError, "zip() takes at most 1 keyword argument (%zd given)",
                             dict_size(dict));
            if (dict_size(dict) > (value ? 1 : 0)) {
                Py_ssize_t position = 0;
                Object* key;
                while (dict_next(dict, position, &key, nullptr)) {
                    if (!PyUnicode_Check(key) || !str_equals_ascii(as<Str>(*key), "strict"))
                        return raise(ts, PyExc_TypeError, "'%S' is an invalid keyword argument for zip()", key);
                }
            }
            if (value) strict = TRY(is_true(ts, *value));
        }
        Tuple& iterables = as<Tuple>(*arguments);
        Ref<Tuple> iterators = TRY(iterators_of(ts, iterables, 0));
        Py_ssize_t n = tuple_size(iterators);
        Ref<Tuple> result = TRY(tuple_new(ts, n));
        for (Py_ssize_t i = 0; i < n; ++i) tuple_init_item(result, i, new_none());
        Ref<Object> self = TRY(Result<Ref<Object>>::adopt(type->tp_alloc(type, 0)));
        Zip& zip = as<Zip>(*self);
        zip.iterators = obj(std::move(iterators).release());
        zip.result = obj(std::move(result).release());
        zip.strict = strict;
        return self;
    };
    return to_c(run());
}

void zip_dealloc(Object* self) {
    gc_untrack_if_tracked(*self);
    decref_optional(as<Zip>(*self).iterators);
    decref_optional(as<Zip>(*self).result);
    type_of(*self).tp_free(self);
}
int zip_traverse(Object* self, visitproc visit, void* argument) {
    VISIT(as<Zip>(*self).iterators);
    VISIT(as<Zip>(*self).result);
    return 0;
}

// Iterator `i` has ended, those before it have not. Null; raises when the zip is strict.
Object* zip_end(Zip& zip, Py_ssize_t i) {
    ThreadState& ts = current_thread();
    if (error_pending(ts)) {
        if (!error_matches(ts, PyExc_StopIteration)) return nullptr;
        error_clear(ts);
    }
    if (!zip.strict) return nullptr;
    Tuple& iterators = as<Tuple>(*zip.iterators);
    if (i) {
        const char* plural = i == 1 ? " " : "s 1-";
        raise(ts, PyExc_ValueError, "zip() argument %zd is shorter than argument%s%zd", i + 1, plural, i);
        return nullptr;
    }
    for (i = 1; i < tuple_size(iterators); ++i) {
        Object& it = tuple_item(iterators, i);
        if (Object* item = type_of(it).tp_iternext(&it)) {
            decref(*item);
            const char* plural = i == 1 ? " " : "s 1-";
            raise(ts, PyExc_ValueError, "zip() argument %zd is longer than argument%s%zd", i + 1, plural, i);
            return nullptr;
        }
        if (error_pending(ts)) {
            if (!error_matches(ts, PyExc_StopIteration)) return nullptr;
            error_clear(ts);
        }
    }
    return nullptr;
}

Object* zip_next(Object* self) {
    Zip& zip = as<Zip>(*self);
    Tuple& iterators = as<Tuple>(*zip.iterators);
    Py_ssize_t n = tuple_size(iterators);
    if (n == 0) return nullptr;
    if (zip.result->ob_refcnt == 1) {
        Object* result = new_reference(*zip.result);
        Tuple& items = as<Tuple>(*result);
        for (Py_ssize_t i = 0; i < n; ++i) {
            Object& it = tuple_item(iterators, i);
            Object* item = type_of(it).tp_iternext(&it);
            if (!item) {
                decref(*result);
                return zip_end(zip, i);
            }
            Object* old = std::exchange(items.ob_item[i], item);
            decref(*old);
        }
        if (!gc_is_tracked(*result)) gc_track(current_thread(), *result);
        return result;
    }
    Ref<Tuple> result = TRY_OR(nullptr, tuple_new(current_thread(), n));
    for (Py_ssize_t i = 0; i < n; ++i) {
        Object& it = tuple_item(iterators, i);
        Object* item = type_of(it).tp_iternext(&it);
        if (!item) return zip_end(zip, i);
        result->ob_item[i] = item;
    }
    return obj(std::move(result).release());
}

Result<Ref<Object>> zip_reduce(ThreadState& ts, Zip& zip) {
    if (zip.strict) return TRY(tuple_of(ts, obj(type_of(obj(zip))), *zip.iterators, bool_object(true)));
    return TRY(tuple_of(ts, obj(type_of(obj(zip))), *zip.iterators));
}
Result<void> zip_setstate(ThreadState& ts, Zip& zip, Object& state) {
    zip.strict = TRY(is_true(ts, state));
    return {};
}

constexpr MethodDef zip_methods[] = {
    METHOD_PLAIN("__reduce__($self, /)", zip_reduce, "Return state information for pickling."),
    METHOD_PLAIN("__setstate__($self, state, /)", zip_setstate, "Set state information for unpickling."),
    METHOD_END,
};

// ---- map ----

struct Map {
    PyObject_HEAD
    Object* iterators;  // a tuple
    Object* function;
};

Object* map_tp_new(Type* type, Object* arguments, Object* keywords) {
    ThreadState& ts = current_thread();
    auto run = [&]() -> Result<Ref<Object>> {
        if (has_plain_init(*type)) TRY(check_no_keywords(ts, "map", as<Dict>(keywords)));
        Tuple& a = as<Tuple>(*arguments);
        if (tuple_size(a) < 2) return raise(ts, PyExc_TypeError, "map() must have at least two arguments.");
        Ref<Tuple> iterators = TRY(iterators_of(ts, a, 1));
        Ref<Object> self = TRY(Result<Ref<Object>>::adopt(type->tp_alloc(type, 0)));
        as<Map>(*self).iterators = obj(std::move(iterators).release());
        as<Map>(*self).function = new_reference(tuple_item(a, 0));
        return self;
    };
    return to_c(run());
}

Object* map_vectorcall(Object* type_object, Object* const* arguments, size_t nargsf, Object* keyword_names) {
    ThreadState& ts = current_thread();
    Type* type = as<Type>(type_object);
    auto run = [&]() -> Result<Ref<Object>> {
        if (type == &PyMap_Type && keyword_names && tuple_size(as<Tuple>(*keyword_names)))
            return raise(ts, PyExc_TypeError, "map() takes no keyword arguments");
        Py_ssize_t count = PyVectorcall_NARGS(nargsf);
        if (count < 2) return raise(ts, PyExc_TypeError, "map() must have at least two arguments.");
        Ref<Tuple> iterators = TRY(tuple_new(ts, count - 1));
        for (Py_ssize_t i = 1; i < count; ++i) tuple_init_item(iterators, i - 1, TRY(get_iter(ts, *arguments[i])));
        Ref<Object> self = TRY(Result<Ref<Object>>::adopt(type->tp_alloc(type, 0)));
        as<Map>(*self).iterators = obj(std::move(iterators).release());
        as<Map>(*self).function = new_reference(*arguments[0]);
        return self;
    };
    return to_c(run());
}

void map_dealloc(Object* self) {
    gc_untrack_if_tracked(*self);
    decref_optional(as<Map>(*self).iterators);
    decref_optional(as<Map>(*self).function);
    type_of(*self).tp_free(self);
}
int map_traverse(Object* self, visitproc visit, void* argument) {
    VISIT(as<Map>(*self).iterators);
    VISIT(as<Map>(*self).function);
    return 0;
}

Result<OptRef<Object>> map_next(ThreadState& ts, Map& map) {
    Tuple& iterators = as<Tuple>(*map.iterators);
    Py_ssize_t n = tuple_size(iterators);
    constexpr Py_ssize_t kInline = 6;
    Object* inline_stack[kInline + 1] = {};
    Object** stack = inline_stack;
    if (n > kInline) {
        stack = static_cast<Object**>(ts.heap().allocate_zeroed(size_t(n + 1) * sizeof(Object*)));
        if (!stack) return raise_no_memory(ts);
    }
    Py_ssize_t got = 0;
    for (; got < n; ++got) {
        Object& it = tuple_item(iterators, got);
        if (!(stack[got + 1] = type_of(it).tp_iternext(&it))) break;
    }
    Result<OptRef<Object>> result = nullptr;
    if (got == n) {
        return [&]() -> Result<OptRef<Object>> {
            auto value = call_vector(ts, *map.function, stack + 1, size_t(n) | PY_VECTORCALL_ARGUMENTS_OFFSET);
            for (Py_ssize_t i = 0; i < got; ++i) decref(*stack[i + 1]);
            if (stack != inline_stack) Heap::free(stack);
            return Result<OptRef<Object>>(std::move(value));
        }();
    }
    for (Py_ssize_t i = 0; i < got; ++i) decref(*stack[i + 1]);
    if (stack != inline_stack) Heap::free(stack);
    if (error_pending(ts)) return failure;  // StopIteration too: it ends the map
    return result;
}

Result<Ref<Object>> map_reduce(ThreadState& ts, Map& map) {
    Tuple& iterators = as<Tuple>(*map.iterators);
    Py_ssize_t n = tuple_size(iterators);
    Ref<Tuple> arguments = TRY(tuple_new(ts, n + 1));
    tuple_init_item(arguments, 0, Ref<Object>::share(*map.function));
    for (Py_ssize_t i = 0; i < n; ++i) tuple_init_item(arguments, i + 1, Ref<Object>::share(tuple_item(iterators, i)));
    return TRY(tuple_of(ts, obj(type_of(obj(map))), obj(*arguments)));
}

constexpr MethodDef map_methods[] = {
    METHOD_PLAIN("__reduce__($self, /)", map_reduce, "Return state information for pickling."),
    METHOD_END,
};

// ---- filter ----

struct Filter {
    PyObject_HEAD
    Object* function;
    Object* iterator;
};

Result<Ref<Object>> filter_make(ThreadState& ts, Type& type, Object& function, Object& iterable) {
    Ref<Object> iterator = TRY(get_iter(ts, iterable));
    Ref<Object> self = TRY(Result<Ref<Object>>::adopt(type.tp_alloc(&type, 0)));
    as<Filter>(*self).function = new_reference(function);
    as<Filter>(*self).iterator = std::move(iterator).release();
    return self;
}

Object* filter_tp_new(Type* type, Object* arguments, Object* keywords) {
    ThreadState& ts = current_thread();
    auto run = [&]() -> Result<Ref<Object>> {
        if (has_plain_init(*type)) TRY(check_no_keywords(ts, "filter", as<Dict>(keywords)));
        Tuple& a = as<Tuple>(*arguments);
        TRY(check_count(ts, "filter", tuple_size(a), 2, 2));
        return filter_make(ts, *type, tuple_item(a, 0), tuple_item(a, 1));
    };
    return to_c(run());
}
Object* filter_vectorcall(Object* type, Object* const* arguments, size_t nargsf, Object* keyword_names) {
    ThreadState& ts = current_thread();
    auto run = [&]() -> Result<Ref<Object>> {
        if (type == &obj(PyFilter_Type) && keyword_names && tuple_size(as<Tuple>(*keyword_names)))
            return raise(ts, PyExc_TypeError, "filter() takes no keyword arguments");
        TRY(check_count(ts, "filter", PyVectorcall_NARGS(nargsf), 2, 2));
        return filter_make(ts, as<Type>(*type), *arguments[0], *arguments[1]);
    };
    return to_c(run());
}

void filter_dealloc(Object* self) {
    gc_untrack_if_tracked(*self);
    decref_optional(as<Filter>(*self).function);
    decref_optional(as<Filter>(*self).iterator);
    type_of(*self).tp_free(self);
}
int filter_traverse(Object* self, visitproc visit, void* argument) {
    VISIT(as<Filter>(*self).function);
    VISIT(as<Filter>(*self).iterator);
    return 0;
}

Result<OptRef<Object>> filter_next(ThreadState& ts, Filter& filter) {
    bool by_truth = is_none(filter.function) || filter.function == &obj(PyBool_Type);
    iternextfunc next = type_of(*filter.iterator).tp_iternext;
    for (;;) {
        TRY(poll_interrupt(ts));
        Object* taken = next(filter.iterator);
        if (!taken) {
            if (error_pending(ts)) return failure;
            return nullptr;
        }
        Ref<Object> item = Ref<Object>::steal(*taken);
        bool keep;
        if (by_truth) {
            keep = TRY(is_true(ts, item));
        } else {
            Ref<Object> good = TRY(call(ts, *filter.function, *item));
            keep = TRY(is_true(ts, good));
        }
        if (keep) return OptRef<Object>(std::move(item));
    }
}

Result<Ref<Object>> filter_reduce(ThreadState& ts, Filter& filter) {
    Ref<Tuple> arguments = TRY(tuple_of(ts, *filter.function, *filter.iterator));
    return TRY(tuple_of(ts, obj(type_of(obj(filter))), obj(*arguments)));
}

constexpr MethodDef filter_methods[] = {
    METHOD_PLAIN("__reduce__($self, /)", filter_reduce, "Return state information for pickling."),
    METHOD_END,
};

}  // namespace

}  // namespace orochi

using namespace orochi;

constinit PyTypeObject PyZip_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "zip",
    .tp_basicsize = sizeof(Zip),
    .tp_dealloc = zip_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_doc =
        "zip(*iterables, strict=False) --> Yield tuples until an input is exhausted.\n\n"
        "   >>> list(zip('abcdefg', range(3), range(4)))\n"
        "   [('a', 0, 0), ('b', 1, 1), ('c', 2, 2)]\n\n"
        "The zip object yields n-length tuples, where n is the number of iterables\n"
        "passed as positional arguments to zip().  The i-th element in every tuple\n"
        "comes from the i-th iterable argument to zip().  This continues until the\n"
        "shortest argument is exhausted.\n\n"
        "If strict is true and one of the arguments is exhausted before the others,\n"
        "raise a ValueError.",
    .tp_traverse = zip_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = zip_next,
    .tp_methods = METHOD_TABLE(zip_methods),
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = zip_tp_new,
    .tp_free = PyObject_GC_Del,
};

constinit PyTypeObject PyMap_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "map",
    .tp_basicsize = sizeof(Map),
    .tp_dealloc = map_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_doc =
        "map(func, *iterables) --> map object\n\n"
        "Make an iterator that computes the function using arguments from\n"
        "each of the iterables.  Stops when the shortest iterable is exhausted.",
    .tp_traverse = map_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = slot<map_next>,
    .tp_methods = METHOD_TABLE(map_methods),
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = map_tp_new,
    .tp_free = PyObject_GC_Del,
    .tp_vectorcall = map_vectorcall,
};

constinit PyTypeObject PyFilter_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "filter",
    .tp_basicsize = sizeof(Filter),
    .tp_dealloc = filter_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_doc =
        "filter(function or None, iterable) --> filter object\n\n"
        "Return an iterator yielding those items of iterable for which function(item)\n"
        "is true. If function is None, return the items that are true.",
    .tp_traverse = filter_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = slot<filter_next>,
    .tp_methods = METHOD_TABLE(filter_methods),
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = filter_tp_new,
    .tp_free = PyObject_GC_Del,
    .tp_vectorcall = filter_vectorcall,
};
