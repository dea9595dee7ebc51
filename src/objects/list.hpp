// list: the public layout, grown by an eighth. Sorting is in list_sort.cpp.
#pragma once

#include "objects/object.hpp"

namespace orochi {

Result<Ref<List>> list_new(ThreadState& ts, Py_ssize_t size);  // items null, to be filled by the caller
Result<Ref<List>> list_from_items(ThreadState& ts, Object* const* items, Py_ssize_t count);
Result<void> list_append_growing(ThreadState& ts, List& list, Ref<Object>&& item);
inline Result<void> list_append(ThreadState& ts, List& list, Ref<Object>&& item) {  // takes the reference over
    Py_ssize_t size = list.ob_base.ob_size;
    if (size >= list.allocated) [[unlikely]]
        return list_append_growing(ts, list, std::move(item));
    list.ob_item[size] = std::move(item).release();
    list.ob_base.ob_size = size + 1;
    return {};
}
inline Result<void> list_append(ThreadState& ts, List& list, Object& item) {
    return list_append(ts, list, Ref<Object>::share(item));
}
Result<void> list_insert(ThreadState& ts, List& list, Py_ssize_t index, Object& item);
Result<void> list_extend(ThreadState& ts, List& list, Object& iterable);
Result<Ref<Object>> list_get_slice(ThreadState& ts, List& list, Py_ssize_t low, Py_ssize_t high);
// `items` null deletes the slice.
Result<void> list_set_slice(ThreadState& ts, List& list, Py_ssize_t low, Py_ssize_t high, Object* items);
Result<void> list_sort(ThreadState& ts, List& list, Object* key = nullptr, bool reverse = false);
Result<void> list_reverse(ThreadState& ts, List& list);
Result<Ref<Tuple>> list_as_tuple(ThreadState& ts, List& list);
Result<void> list_clear(ThreadState& ts, List& list);
Result<Ref<Object>> list_pop(ThreadState& ts, List& list, Py_ssize_t index);  // -1: the last
inline Py_ssize_t list_size(const List& list) { return list.ob_base.ob_size; }
inline Object& list_item(const List& list, Py_ssize_t index) { return *list.ob_item[index]; }
// For filling a new list: steals the reference, does not drop an old item.
inline void list_init_item(List& list, Py_ssize_t index, Ref<Object>&& item) {
    list.ob_item[index] = std::move(item).release();
}
Result<void> list_set_item(ThreadState& ts, List& list, Py_ssize_t index, Ref<Object>&& item);

}  // namespace orochi
