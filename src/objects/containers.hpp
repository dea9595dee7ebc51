// Small things that the built-in containers and iterators share.
#pragma once

#include "memory/collector.hpp"
#include "objects/dict.hpp"
#include "objects/native.hpp"
#include "objects/number.hpp"
#include "objects/object.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"

namespace orochi {

// list[int] and so on: __class_getitem__ (PEP 585).
inline Result<Ref<Object>> class_getitem(ThreadState& ts, Object& type, Object& item) {
    return Result<Ref<Object>>::adopt(Py_GenericAlias(&type, &item));
}

inline Result<Ref<Object>> self_iter(ThreadState& ts, Object& self) { return Ref<Object>::share(self); }

// A container object of an exact static type, tracked by the caller once it is filled.
template <class T>
inline T* allocate_tracked(ThreadState& ts, Type& type) {
    return as<T>(allocate_container(ts, type, sizeof(T)));
}

// "NAME expected at most 1 argument, got 2", as PyArg_UnpackTuple says it.
inline Result<void> check_count(ThreadState& ts, const char* name, Py_ssize_t count, Py_ssize_t least,
                                Py_ssize_t most) {
    if (count < least)
        return raise(ts, PyExc_TypeError, "%s expected %s%zd argument%s, got %zd", name,
                     least == most ? "" : "at least ", least, least == 1 ? "" : "s", count);
    if (count > most)
        return raise(ts, PyExc_TypeError, "%s expected %s%zd argument%s, got %zd", name,
                     least == most ? "" : "at most ", most, most == 1 ? "" : "s", count);
    return {};
}
// Whether a type's __init__ is still object's: then its __new__ has to refuse keywords itself.
inline bool has_plain_init(const Type& type) { return type.tp_init == PyBaseObject_Type.tp_init; }
// "NAME() takes no keyword arguments".
inline Result<void> check_no_keywords(ThreadState& ts, const char* name, const Dict* keywords) {
    if (keywords && dict_size(*keywords) > 0)
        return raise(ts, PyExc_TypeError, "%s() takes no keyword arguments", name);
    return {};
}

// A start or stop argument of index() and the like: clipped, None not allowed (_PyEval_SliceIndexNotNone).
inline Result<Py_ssize_t> number_as_slice_index(ThreadState& ts, Object& value) {
    if (is_index(value)) return number_as_ssize(ts, value, nullptr);
    return raise(ts, PyExc_TypeError, "slice indices must be integers or have an __index__ method");
}

// The pair (first, second) out of an iterator, taking both over: `pair` is filled again while only the iterator
// holds it. A new reference; null on failure.
inline Object* pair_again(ThreadState& ts, Object* pair, Object* first, Object* second) {
    if (pair->ob_refcnt == 1) {
        Tuple& tuple = as<Tuple>(*pair);
        incref(*pair);
        Object* old_first = std::exchange(tuple.ob_item[0], first);
        Object* old_second = std::exchange(tuple.ob_item[1], second);
        decref(*old_first);
        decref(*old_second);
        // The collector may have stopped tracking it for its old contents.
        if (!gc_is_tracked(*pair)) gc_track(ts, *pair);
        return pair;
    }
    Object* items[] = {first, second};
    return to_c(tuple_from_owned(ts, items, 2));
}

// a < b as a truth value, without the shortcut for identical objects.
inline Result<bool> compare_bool_strict(ThreadState& ts, Object& a, Object& b) {
    Ref<Object> result = TRY(compare(ts, a, b, Py_LT));
    if (result.get() == &bool_object(true)) return true;
    if (result.get() == &bool_object(false)) return false;
    return is_true(ts, result);
}

#define VISIT(MEMBER)                                                                                                 \
    do {                                                                                                              \
        if (MEMBER) {                                                                                                 \
            if (int orochi_visit = visit(reinterpret_cast<::orochi::Object*>(MEMBER), argument)) return orochi_visit; \
        }                                                                                                             \
    } while (0)

}  // namespace orochi
