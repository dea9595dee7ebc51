#include "modules/builtins/functions.hpp"
#include "objects/bytes.hpp"
#include "objects/dict.hpp"
#include "objects/float.hpp"
#include "objects/int.hpp"
#include "objects/iterators.hpp"
#include "objects/list.hpp"
#include "objects/number.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type.hpp"

namespace orochi::builtins {

Result<bool> builtin_all(ThreadState& ts, Object&, Object& iterable) {
    Ref<Object> iterator = TRY(get_iter(ts, iterable));
    while (OptRef<Object> item = TRY(iter_next(ts, *iterator))) {
        if (!TRY(is_true(ts, *item))) return false;
    }
    return true;
}
Result<bool> builtin_any(ThreadState& ts, Object&, Object& iterable) {
    Ref<Object> iterator = TRY(get_iter(ts, iterable));
    while (OptRef<Object> item = TRY(iter_next(ts, *iterator))) {
        if (TRY(is_true(ts, *item))) return true;
    }
    return false;
}

Result<Ref<Object>> builtin_iter(ThreadState& ts, Object&, Object& object, Object* sentinel) {
    if (!sentinel) return get_iter(ts, object);
    if (!is_callable(object)) return raise(ts, PyExc_TypeError, "iter(v, w): v must be callable");
    return callable_iterator_new(ts, object, *sentinel);
}
Result<Ref<Object>> builtin_aiter(ThreadState& ts, Object&, Object& object) { return get_aiter(ts, object); }

Result<Ref<Object>> builtin_next(ThreadState& ts, Object&, Object& iterator, Object* fallback) {
    if (!is_iterator(iterator)) return raise(ts, PyExc_TypeError, "'%T' object is not an iterator", &iterator);
    Object* item = type_of(iterator).tp_iternext(&iterator);
    if (item) return Ref<Object>::steal(item);
    if (error_pending(ts)) {
        // Without a default the StopIteration goes on, value and all.
        if (!fallback || !error_matches(ts, PyExc_StopIteration)) return failure;
        error_clear(ts);
    }
    if (fallback) return Ref<Object>::share(*fallback);
    return raise_class(ts, PyExc_StopIteration);
}

Result<Ref<Object>> builtin_anext(ThreadState& ts, Object&, Object& iterator, Object* fallback) {
    Type& type = type_of(iterator);
    if (!type.tp_as_async || !type.tp_as_async->am_anext)
        return raise(ts, PyExc_TypeError, "'%T' object is not an async iterator", &iterator);
    Ref<Object> awaitable = TRY(Result<Ref<Object>>::adopt(type.tp_as_async->am_anext(&iterator)));
    if (!fallback) return awaitable;
    return anext_awaitable_new(ts, *awaitable, *fallback);
}

namespace {

Result<Ref<Object>> extreme(ThreadState& ts, Rest arguments, Keywords keywords, int op) {
    const char* name = op == Py_LT ? "min" : "max";
    if (arguments.size() == 0) return raise(ts, PyExc_TypeError, "%s expected at least 1 argument, got 0", name);
    Object *key = nullptr, *fallback = nullptr;
    if (keywords.dict) {
        Py_ssize_t position = 0;
        Object *keyword, *value;
        while (dict_next(*keywords.dict, position, &keyword, &value)) {
            if (str_equals_ascii(as<Str>(*keyword), "key")) {
                key = is_none(value) ? nullptr : value;
            } else if (str_equals_ascii(as<Str>(*keyword), "default")) {
                fallback = value;
            } else {
                return raise(ts, PyExc_TypeError, "'%S' is an invalid keyword argument for %s()", keyword, name);
            }
        }
    }
    bool several = arguments.size() > 1;
    if (several && fallback)
        return raise(ts, PyExc_TypeError, "Cannot specify a default for %s() with multiple positional arguments", name);

    OptRef<Object> iterator;
    if (!several) iterator = TRY(get_iter(ts, arguments[0]));
    Py_ssize_t index = 0;
    OptRef<Object> best, best_value;
    for (;;) {
        OptRef<Object> item;
        if (several) {
            if (index == arguments.size()) break;
            item = OptRef<Object>::share(&arguments[index++]);
        } else {
            item = TRY(iter_next(ts, *iterator));
            if (!item) break;
        }
        OptRef<Object> value;
        if (key) {
            value = TRY(call(ts, *key, *item));
        } else {
            value = OptRef<Object>::share(item.get());
        }
        if (!best || TRY(compare_bool(ts, *value, *best_value, op))) {
            best = std::move(item);
            best_value = std::move(value);
        }
    }
    if (best) return best.take();
    if (fallback) return Ref<Object>::share(*fallback);
    return raise(ts, PyExc_ValueError, "%s() arg is an empty sequence", name);
}

}  // namespace

Result<Ref<Object>> builtin_max(ThreadState& ts, Object&, Rest arguments, Keywords keywords) {
    return extreme(ts, arguments, keywords, Py_GT);
}
Result<Ref<Object>> builtin_min(ThreadState& ts, Object&, Rest arguments, Keywords keywords) {
    return extreme(ts, arguments, keywords, Py_LT);
}

Result<Ref<Object>> builtin_sorted(ThreadState& ts, Object&, Rest arguments, Keywords keywords) {
    if (arguments.size() != 1)
        return raise(ts, PyExc_TypeError, "sorted expected 1 argument, got %zd", arguments.size());
    Ref<List> list = TRY(sequence_list(ts, arguments[0]));
    Object* key = nullptr;
    bool backwards = false;
    if (keywords.dict) {
        Py_ssize_t position = 0;
        Object *keyword, *value;
        while (dict_next(*keywords.dict, position, &keyword, &value)) {
            if (str_equals_ascii(as<Str>(*keyword), "key")) {
                key = is_none(value) ? nullptr : value;
            } else if (str_equals_ascii(as<Str>(*keyword), "reverse")) {
                backwards = TRY(convert_int(ts, *value)) != 0;
            } else {
                // The keywords are list.sort()'s.
                return raise(ts, PyExc_TypeError, "'%S' is an invalid keyword argument for sort()", keyword);
            }
        }
    }
    TRY(list_sort(ts, *list, key, backwards));
    return list;
}

namespace {

// Sums of machine integers stay unboxed until one does not fit or something else comes.
struct Sum {
    ThreadState& ts;
    Ref<Object> total;
    Object& iterator;

    // Each returns true when the items ran out; else `pending` is the item that stopped it.
    Result<bool> ints(OptRef<Object>& pending) {
        long long value = int_compact_value(*total);
        for (;;) {
            OptRef<Object> item = TRY(iter_next(ts, iterator));
            bool done = !item;
            long long next = value;
            if (!done && (PyLong_CheckExact(item.get()) || PyBool_Check(item.get())) && int_is_compact(*item) &&
                !__builtin_add_overflow(value, (long long)int_compact_value(*item), &next)) [[likely]] {
                value = next;
                continue;
            }
            total = TRY(int_from(ts, value));
            pending = std::move(item);
            return done;
        }
    }
    Result<bool> floats(OptRef<Object>& pending) {
        double value = float_value(*total);
        for (;;) {
            OptRef<Object> item = TRY(iter_next(ts, iterator));
            bool done = !item;
            if (!done && PyFloat_CheckExact(item.get())) [[likely]] {
                value += float_value(*item);
                continue;
            }
            if (!done && PyLong_Check(item.get()) && int_is_compact(*item)) {
                value += double(int_compact_value(*item));
                continue;
            }
            total = TRY(float_from(ts, value));
            pending = std::move(item);
            return done;
        }
    }
};

}  // namespace

Result<Ref<Object>> builtin_sum(ThreadState& ts, Object&, Object& iterable, Object* start) {
    Ref<Object> iterator = TRY(get_iter(ts, iterable));
    Ref<Object> first = start ? Ref<Object>::share(*start) : TRY(int_from(ts, 0));
    if (PyUnicode_Check(first.get()))
        return raise(ts, PyExc_TypeError, "sum() can't sum strings [use ''.join(seq) instead]");
    if (PyBytes_Check(first.get()))
        return raise(ts, PyExc_TypeError, "sum() can't sum bytes [use b''.join(seq) instead]");
    if (PyByteArray_Check(first.get()))
        return raise(ts, PyExc_TypeError, "sum() can't sum bytearray [use b''.join(seq) instead]");
    Sum sum{ts, std::move(first), *iterator};
    for (;;) {
        OptRef<Object> item;
        if (PyLong_CheckExact(sum.total.get()) && int_is_compact(*sum.total)) {
            if (TRY(sum.ints(item))) return std::move(sum.total);
        } else if (PyFloat_CheckExact(sum.total.get())) {
            if (TRY(sum.floats(item))) return std::move(sum.total);
        } else {
            item = TRY(iter_next(ts, *iterator));
            if (!item) return std::move(sum.total);
        }
        sum.total = TRY(number_add(ts, *sum.total, *item));
    }
}

}  // namespace orochi::builtins
