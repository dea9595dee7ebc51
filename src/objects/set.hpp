// set and frozenset: the public layout (PySetObject), probed and grown as CPython does.
#pragma once

#include "objects/object.hpp"

namespace orochi {

Result<Ref<Object>> set_new(ThreadState& ts, Object* iterable);
Result<Ref<Object>> frozenset_new(ThreadState& ts, Object* iterable);
Result<void> set_add(ThreadState& ts, Set& set, Object& key);
Result<bool> set_discard(ThreadState& ts, Set& set, Object& key);
Result<bool> set_contains(ThreadState& ts, Set& set, Object& key);
// The item that is equal to the key; empty when there is none.
Result<OptRef<Object>> set_find(ThreadState& ts, Set& set, Object& key);
Result<void> set_update(ThreadState& ts, Set& set, Object& iterable);
void set_clear(Set& set);
Result<OptRef<Object>> set_pop(ThreadState& ts, Set& set);  // empty when the set is
bool set_next(const Set& set, Py_ssize_t& position, Object** key, Py_hash_t* hash = nullptr);
inline Py_ssize_t set_size(const Set& set) { return set.used; }

}  // namespace orochi
