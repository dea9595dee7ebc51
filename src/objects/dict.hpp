// dict: compact and insertion-ordered, with keys shared between the instances of
// a class (split tables) and a version for every change. The key table is in
// objects/dict_keys.hpp, for the evaluation loop's inline caches.
#pragma once

#include <string_view>

#include "objects/object.hpp"

namespace orochi {

Result<Ref<Dict>> dict_new(ThreadState& ts);
Result<Ref<Dict>> dict_new_sized(ThreadState& ts, Py_ssize_t expected);
Result<Ref<Dict>> dict_copy(ThreadState& ts, Dict& dict);
// Borrowed value, or null when absent. Hash and comparison of the key may raise.
Result<Object*> dict_get(ThreadState& ts, Dict& dict, Object& key);
Result<Object*> dict_get_hashed(ThreadState& ts, Dict& dict, Object& key, Py_hash_t hash);
// For interned str keys in dicts of str keys: cannot fail.
Object* dict_get_name(ThreadState& ts, Dict& dict, Str& name);
Result<Object*> dict_get_text(ThreadState& ts, Dict& dict, std::string_view key);
Result<void> dict_set(ThreadState& ts, Dict& dict, Object& key, Object& value);
Result<void> dict_set_hashed(ThreadState& ts, Dict& dict, Object& key, Object& value, Py_hash_t hash);
Result<void> dict_set_text(ThreadState& ts, Dict& dict, std::string_view key, Object& value);
Result<void> dict_delete(ThreadState& ts, Dict& dict, Object& key);                         // KeyError when absent
Result<bool> dict_discard(ThreadState& ts, Dict& dict, Object& key);                        // whether it was there
Result<OptRef<Object>> dict_pop(ThreadState& ts, Dict& dict, Object& key);                  // empty when absent
Result<Object*> dict_set_default(ThreadState& ts, Dict& dict, Object& key, Object& value);  // borrowed
Result<bool> dict_contains(ThreadState& ts, Dict& dict, Object& key);
void dict_clear(ThreadState& ts, Dict& dict);
Result<void> dict_update(ThreadState& ts, Dict& dict, Object& mapping);  // as dict.update(mapping)
Result<void> dict_merge(ThreadState& ts, Dict& dict, Object& mapping, bool override_existing);
// Duplicate keys raise KeyError(key): for f(**a, **b).
Result<void> dict_merge_unique(ThreadState& ts, Dict& dict, Object& mapping);
Result<Ref<List>> dict_keys(ThreadState& ts, Dict& dict);
Result<Ref<List>> dict_values(ThreadState& ts, Dict& dict);
Result<Ref<List>> dict_items(ThreadState& ts, Dict& dict);
inline Py_ssize_t dict_size(const Dict& dict) { return dict.ma_used; }
// Iterates without protection against changes: `position` starts at 0; false at the end. Borrowed results.
bool dict_next(const Dict& dict, Py_ssize_t& position, Object** key, Object** value, Py_hash_t* hash = nullptr);

// The dict that belongs to a thread state, made when first asked for. Borrowed. PyThreadState_GetDict.
Result<Dict*> thread_dict(ThreadState& ts);

}  // namespace orochi
