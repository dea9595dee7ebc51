// Subscripts, lengths, iteration, and the sequence and mapping protocols.
#include "objects/dict.hpp"
#include "objects/generic_alias.hpp"
#include "objects/int.hpp"
#include "objects/iterators.hpp"
#include "objects/list.hpp"
#include "objects/number.hpp"
#include "objects/object.hpp"
#include "objects/slice.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type.hpp"
#include "state/interrupt.hpp"

namespace orochi {

namespace {

inline PySequenceMethods* sequence_methods(const Object& o) { return type_of(o).tp_as_sequence; }
inline PyMappingMethods* mapping_methods(const Object& o) { return type_of(o).tp_as_mapping; }

// -1 without a pending exception stays a legal value for none of these slots.
inline Result<void> status(int value) {
    if (value < 0) return failure;
    return {};
}
inline Result<Ref<Object>> adopt(Object* result) { return Result<Ref<Object>>::adopt(result); }

// Counts a negative index from the end, where the type can tell its length.
Result<Py_ssize_t> from_end(Object& sequence, Py_ssize_t index) {
    if (index >= 0 || !sequence_methods(sequence)->sq_length) return index;
    Py_ssize_t size = sequence_methods(sequence)->sq_length(&sequence);
    if (size < 0) return failure;
    return index + size;
}

}  // namespace

Result<Ref<Object>> getitem(ThreadState& ts, Object& container, Object& key) {
    PyMappingMethods* mapping = mapping_methods(container);
    if (mapping && mapping->mp_subscript) return adopt(mapping->mp_subscript(&container, &key));
    PySequenceMethods* sequence = sequence_methods(container);
    if (sequence && sequence->sq_item) {
        if (is_index(key)) {
            Py_ssize_t index = TRY(number_as_ssize(ts, key, PyExc_IndexError));
            return sequence_getitem(ts, container, index);
        }
        return raise(ts, PyExc_TypeError, "sequence index must be integer, not '%T'", &key);
    }
    if (PyType_Check(&container)) {
        // type[int] is the one class whose own subscript makes an alias (PEP 585).
        if (&as<Type>(container) == &PyType_Type) return generic_alias_new(ts, container, key);
        OptRef<Object> method = TRY(getattr_optional(ts, container, "__class_getitem__"_n));
        if (method && !is_none(method.get())) return call(ts, *method, key);
        return raise(ts, PyExc_TypeError, "type '%.200s' is not subscriptable", as<Type>(container).tp_name);
    }
    return raise(ts, PyExc_TypeError, "'%T' object is not subscriptable", &container);
}

Result<void> setitem(ThreadState& ts, Object& container, Object& key, Object& value) {
    PyMappingMethods* mapping = mapping_methods(container);
    if (mapping && mapping->mp_ass_subscript) return status(mapping->mp_ass_subscript(&container, &key, &value));
    PySequenceMethods* sequence = sequence_methods(container);
    if (sequence) {
        if (is_index(key)) {
            Py_ssize_t index = TRY(number_as_ssize(ts, key, PyExc_IndexError));
            return sequence_setitem(ts, container, index, value);
        }
        if (sequence->sq_ass_item) return raise(ts, PyExc_TypeError, "sequence index must be integer, not '%T'", &key);
    }
    return raise(ts, PyExc_TypeError, "'%T' object does not support item assignment", &container);
}

Result<void> delitem(ThreadState& ts, Object& container, Object& key) {
    PyMappingMethods* mapping = mapping_methods(container);
    if (mapping && mapping->mp_ass_subscript) return status(mapping->mp_ass_subscript(&container, &key, nullptr));
    PySequenceMethods* sequence = sequence_methods(container);
    if (sequence) {
        if (is_index(key)) {
            Py_ssize_t index = TRY(number_as_ssize(ts, key, PyExc_IndexError));
            return sequence_delitem(ts, container, index);
        }
        if (sequence->sq_ass_item) return raise(ts, PyExc_TypeError, "sequence index must be integer, not '%T'", &key);
    }
    return raise(ts, PyExc_TypeError, "'%T' object does not support item deletion", &container);
}

Result<Py_ssize_t> length(ThreadState& ts, Object& container) {
    PySequenceMethods* sequence = sequence_methods(container);
    PyMappingMethods* mapping = mapping_methods(container);
    Py_ssize_t size;
    if (sequence && sequence->sq_length) {
        size = sequence->sq_length(&container);
    } else if (mapping && mapping->mp_length) {
        size = mapping->mp_length(&container);
    } else {
        return raise(ts, PyExc_TypeError, "object of type '%T' has no len()", &container);
    }
    if (size < 0) return failure;
    return size;
}

Result<Py_ssize_t> length_hint(ThreadState& ts, Object& object, Py_ssize_t fallback) {
    PySequenceMethods* sequence = sequence_methods(object);
    PyMappingMethods* mapping = mapping_methods(object);
    if ((sequence && sequence->sq_length) || (mapping && mapping->mp_length)) {
        auto size = length(ts, object);
        if (size.ok()) return size;
        if (!error_matches(ts, PyExc_TypeError)) return failure;
        error_clear(ts);
    }
    OptRef<Object> method = TRY(lookup_special(ts, object, "__length_hint__"_n));
    if (!method) return fallback;
    auto result = call(ts, *method);
    if (!result.ok()) {
        if (!error_matches(ts, PyExc_TypeError)) return failure;
        error_clear(ts);
        return fallback;
    }
    Ref<Object> value = std::move(result).take();
    if (value.get() == &not_implemented()) return fallback;
    if (!PyLong_Check(value.get()))
        return raise(ts, PyExc_TypeError, "__length_hint__ must be an integer, not %T", value.get());
    Py_ssize_t size = TRY(int_as_ssize(ts, *value));
    if (size < 0) return raise(ts, PyExc_ValueError, "__length_hint__() should return >= 0");
    return size;
}

namespace {
Result<bool> contains_by_iteration(ThreadState& ts, Object& container, Object& value) {
    auto made = get_iter(ts, container);
    if (!made.ok()) {
        if (error_matches(ts, PyExc_TypeError)) {
            error_clear(ts);
            return raise(ts, PyExc_TypeError, "argument of type '%T' is not iterable", &container);
        }
        return failure;
    }
    Ref<Object> iterator = std::move(made).take();
    for (;;) {
        OptRef<Object> item = TRY(iter_next(ts, *iterator));
        if (!item) return false;
        if (TRY(compare_bool(ts, *item, value, Py_EQ))) return true;
    }
}
}  // namespace

Result<bool> contains(ThreadState& ts, Object& container, Object& value) {
    PySequenceMethods* sequence = sequence_methods(container);
    if (sequence && sequence->sq_contains) {
        int found = sequence->sq_contains(&container, &value);
        if (found < 0) return failure;
        return found != 0;
    }
    return contains_by_iteration(ts, container, value);
}

Result<Ref<Object>> get_iter(ThreadState& ts, Object& object) {
    getiterfunc function = type_of(object).tp_iter;
    if (!function) {
        if (is_sequence(object)) return sequence_iterator_new(ts, object);
        return raise(ts, PyExc_TypeError, "'%T' object is not iterable", &object);
    }
    Ref<Object> iterator = TRY(adopt(function(&object)));
    if (!is_iterator(*iterator))
        return raise(ts, PyExc_TypeError, "iter() returned non-iterator of type '%.100s'", type_of(*iterator).tp_name);
    return iterator;
}

Result<Ref<Object>> get_aiter(ThreadState& ts, Object& object) {
    Type& type = type_of(object);
    if (!type.tp_as_async || !type.tp_as_async->am_aiter)
        return raise(ts, PyExc_TypeError, "'%T' object is not an async iterable", &object);
    Ref<Object> iterator = TRY(adopt(type.tp_as_async->am_aiter(&object)));
    PyAsyncMethods* async = type_of(*iterator).tp_as_async;
    if (!async || !async->am_anext || async->am_anext == &_PyObject_NextNotImplemented)
        return raise(ts, PyExc_TypeError, "aiter() returned not an async iterator of type '%T'", iterator.get());
    return iterator;
}

Result<OptRef<Object>> iter_next(ThreadState& ts, Object& iterator) {
    TRY(poll_interrupt(ts));
    Object* item = type_of(iterator).tp_iternext(&iterator);
    if (item) [[likely]]
        return OptRef<Object>::steal(item);
    if (error_pending(ts)) {
        if (!error_matches(ts, PyExc_StopIteration)) return failure;
        error_clear(ts);
    }
    return nullptr;
}

bool is_sequence(const Object& object) {
    if (PyDict_Check(&object)) return false;
    return sequence_methods(object) && sequence_methods(object)->sq_item;
}
bool is_mapping(const Object& object) { return mapping_methods(object) && mapping_methods(object)->mp_subscript; }

Result<Ref<Object>> sequence_getitem(ThreadState& ts, Object& sequence, Py_ssize_t index) {
    PySequenceMethods* methods = sequence_methods(sequence);
    if (methods && methods->sq_item) {
        Py_ssize_t place = TRY(from_end(sequence, index));
        return adopt(methods->sq_item(&sequence, place));
    }
    if (is_mapping(sequence)) return raise(ts, PyExc_TypeError, "%T is not a sequence", &sequence);
    return raise(ts, PyExc_TypeError, "'%T' object does not support indexing", &sequence);
}

Result<void> sequence_setitem(ThreadState& ts, Object& sequence, Py_ssize_t index, Object& value) {
    PySequenceMethods* methods = sequence_methods(sequence);
    if (methods && methods->sq_ass_item) {
        Py_ssize_t place = TRY(from_end(sequence, index));
        return status(methods->sq_ass_item(&sequence, place, &value));
    }
    if (mapping_methods(sequence) && mapping_methods(sequence)->mp_ass_subscript)
        return raise(ts, PyExc_TypeError, "%T is not a sequence", &sequence);
    return raise(ts, PyExc_TypeError, "'%T' object does not support item assignment", &sequence);
}

Result<void> sequence_delitem(ThreadState& ts, Object& sequence, Py_ssize_t index) {
    PySequenceMethods* methods = sequence_methods(sequence);
    if (methods && methods->sq_ass_item) {
        Py_ssize_t place = TRY(from_end(sequence, index));
        return status(methods->sq_ass_item(&sequence, place, nullptr));
    }
    if (mapping_methods(sequence) && mapping_methods(sequence)->mp_ass_subscript)
        return raise(ts, PyExc_TypeError, "%T is not a sequence", &sequence);
    return raise(ts, PyExc_TypeError, "'%T' object doesn't support item deletion", &sequence);
}

namespace {
Result<Ref<Object>> make_slice(ThreadState& ts, Py_ssize_t low, Py_ssize_t high) {
    Ref<Object> start = TRY(int_from(ts, low));
    Ref<Object> stop = TRY(int_from(ts, high));
    return slice_new(ts, start.get(), stop.get(), nullptr);
}
}  // namespace

Result<Ref<Object>> sequence_getslice(ThreadState& ts, Object& sequence, Py_ssize_t low, Py_ssize_t high) {
    PyMappingMethods* methods = mapping_methods(sequence);
    if (!methods || !methods->mp_subscript) return raise(ts, PyExc_TypeError, "'%T' object is unsliceable", &sequence);
    Ref<Object> slice = TRY(make_slice(ts, low, high));
    return adopt(methods->mp_subscript(&sequence, slice.get()));
}

Result<void> sequence_set_slice(ThreadState& ts, Object& sequence, Py_ssize_t low, Py_ssize_t high, Object* value) {
    PyMappingMethods* methods = mapping_methods(sequence);
    if (!methods || !methods->mp_ass_subscript)
        return raise(ts, PyExc_TypeError, "'%T' object doesn't support slice %s", &sequence,
                     value ? "assignment" : "deletion");
    Ref<Object> slice = TRY(make_slice(ts, low, high));
    return status(methods->mp_ass_subscript(&sequence, slice.get(), value));
}

Result<Ref<List>> sequence_list(ThreadState& ts, Object& iterable) {
    Ref<List> list = TRY(list_new(ts, 0));
    TRY(list_extend(ts, *list, iterable));
    return list;
}

Result<Ref<Tuple>> sequence_tuple(ThreadState& ts, Object& iterable) {
    if (PyTuple_CheckExact(&iterable)) return Ref<Tuple>::share(as<Tuple>(iterable));
    if (PyList_CheckExact(&iterable)) return list_as_tuple(ts, as<List>(iterable));
    Ref<List> list = TRY(sequence_list(ts, iterable));
    return list_as_tuple(ts, *list);
}

Result<Ref<Object>> sequence_fast(ThreadState& ts, Object& iterable, const char* message) {
    if (PyList_CheckExact(&iterable) || PyTuple_CheckExact(&iterable)) return Ref<Object>::share(iterable);
    auto iterator = get_iter(ts, iterable);
    if (!iterator.ok()) {
        if (error_matches(ts, PyExc_TypeError)) {
            error_clear(ts);
            return raise(ts, PyExc_TypeError, "%s", message);
        }
        return failure;
    }
    Ref<Object> keep = std::move(iterator).take();
    return sequence_list(ts, *keep);
}

std::span<Object* const> sequence_fast_items(Object& list_or_tuple) {
    if (PyList_Check(&list_or_tuple)) {
        List& list = as<List>(list_or_tuple);
        return {list.ob_item, size_t(list_size(list))};
    }
    Tuple& tuple = as<Tuple>(list_or_tuple);
    return {tuple.ob_item, size_t(tuple_size(tuple))};
}

Result<Py_ssize_t> sequence_search(ThreadState& ts, Object& sequence, Object& value, SequenceSearch what) {
    auto made = get_iter(ts, sequence);
    if (!made.ok()) {
        if (!error_matches(ts, PyExc_TypeError)) return failure;
        error_clear(ts);
        return raise(ts, PyExc_TypeError, "argument of type '%T' is not iterable", &sequence);
    }
    Ref<Object> iterator = std::move(made).take();
    Py_ssize_t position = 0, count = 0;
    for (;; ++position) {
        OptRef<Object> item = TRY(iter_next(ts, *iterator));
        if (!item) break;
        if (!TRY(compare_bool(ts, *item, value, Py_EQ))) continue;
        if (what == SequenceSearch::kContains) return 1;
        if (what == SequenceSearch::kIndex) return position;
        ++count;
    }
    if (what == SequenceSearch::kIndex) return raise(ts, PyExc_ValueError, "sequence.index(x): x not in sequence");
    return count;
}

namespace {
// The method's result as a list; what keys() and its kin may return is any iterable.
Result<Ref<Object>> method_as_list(ThreadState& ts, Object& object, Object& method) {
    Ref<Object> result = TRY(call_method(ts, object, method));
    if (PyList_CheckExact(result.get())) return result;
    auto iterator = get_iter(ts, *result);
    if (!iterator.ok()) {
        if (error_matches(ts, PyExc_TypeError)) {
            error_clear(ts);
            return raise(ts, PyExc_TypeError, "%.200s.%U() returned a non-iterable (type %.200s)",
                         type_of(object).tp_name, &method, type_of(*result).tp_name);
        }
        return failure;
    }
    Ref<Object> keep = std::move(iterator).take();
    return sequence_list(ts, *keep);
}
}  // namespace

Result<Ref<Object>> mapping_keys(ThreadState& ts, Object& mapping) {
    if (PyDict_CheckExact(&mapping)) return dict_keys(ts, as<Dict>(mapping));
    return method_as_list(ts, mapping, "keys"_n);
}
Result<Ref<Object>> mapping_items(ThreadState& ts, Object& mapping) {
    if (PyDict_CheckExact(&mapping)) return dict_items(ts, as<Dict>(mapping));
    return method_as_list(ts, mapping, "items"_n);
}
Result<Ref<Object>> mapping_values(ThreadState& ts, Object& mapping) {
    if (PyDict_CheckExact(&mapping)) return dict_values(ts, as<Dict>(mapping));
    return method_as_list(ts, mapping, "values"_n);
}

}  // namespace orochi
