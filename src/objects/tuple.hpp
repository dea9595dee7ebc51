#pragma once

#include "objects/object.hpp"

namespace orochi {

Tuple& empty_tuple();                                            // immortal
Result<Ref<Tuple>> tuple_new(ThreadState& ts, Py_ssize_t size);  // items null, to be filled by the caller
Result<Ref<Tuple>> tuple_from_items(ThreadState& ts, Object* const* items, Py_ssize_t count);
// Takes over the references in `items`, also on failure.
Result<Ref<Tuple>> tuple_from_owned(ThreadState& ts, Object** items, Py_ssize_t count);
Result<Ref<Tuple>> tuple_slice(ThreadState& ts, Tuple& tuple, Py_ssize_t low, Py_ssize_t high);
// Changes the length of a tuple that nobody else has seen; consumes and returns it. New items are null.
Result<Ref<Tuple>> tuple_resize(ThreadState& ts, Ref<Tuple>&& tuple, Py_ssize_t size);
// For the collector: stops tracking an exact tuple whose items can not be part of a cycle.
void tuple_maybe_untrack(Object& tuple);
template <class... A>
inline Result<Ref<Tuple>> tuple_of(ThreadState& ts, A&... items) {
    Object* array[sizeof...(A) + 1] = {&object_of(items)..., nullptr};
    return tuple_from_items(ts, array, sizeof...(A));
}
inline Py_ssize_t tuple_size(const Tuple& tuple) { return tuple.ob_base.ob_size; }
inline Object& tuple_item(const Tuple& tuple, Py_ssize_t index) { return *tuple.ob_item[index]; }
inline void tuple_init_item(Tuple& tuple, Py_ssize_t index, Ref<Object>&& item) {
    tuple.ob_item[index] = std::move(item).release();
}

}  // namespace orochi
