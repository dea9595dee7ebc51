// The inside of dict, for the files dict*.cpp and odict.cpp only.
#pragma once

#include <bit>

#include "objects/dict_keys.hpp"
#include "objects/dict_views.hpp"
#include "objects/type.hpp"

namespace orochi {

inline constexpr Py_ssize_t kSlotEmpty = -1, kSlotRemoved = -2;
inline constexpr int kMinLog2Size = 3;

// Entries for a table of that index size: two thirds.
constexpr Py_ssize_t usable_entries(int log2_size) { return ((Py_ssize_t{1} << log2_size) << 1) / 3; }
// The smallest index that has at least `slots` slots.
constexpr int log2_for_slots(Py_ssize_t slots) {
    return slots <= 8 ? kMinLog2Size : int(std::bit_width(size_t(slots - 1)));
}
// The smallest index that has room for `count` entries.
constexpr int log2_for_entries(Py_ssize_t count) { return log2_for_slots((count * 3 + 1) / 2); }

// Calls f with the index as an array of its integer type.
template <class F>
[[gnu::always_inline]] inline decltype(auto) with_index(const DictKeys& keys, F f) {
    if (keys.log2_size < 8) [[likely]]
        return f(reinterpret_cast<int8_t*>(const_cast<char*>(keys.index())));
    if (keys.log2_size < 16) return f(reinterpret_cast<int16_t*>(const_cast<char*>(keys.index())));
    if (keys.log2_size < 32) return f(reinterpret_cast<int32_t*>(const_cast<char*>(keys.index())));
    return f(reinterpret_cast<int64_t*>(const_cast<char*>(keys.index())));
}

// The slots to look at for a hash, in order: a linear congruence that the hash's high bits perturb.
struct Probe {
    size_t mask, perturb, slot;
    Probe(const DictKeys& keys, Py_hash_t hash)
        : mask(size_t(keys.size()) - 1), perturb(size_t(hash)), slot(size_t(hash) & mask) {}
    void next() {
        perturb >>= 5;
        slot = (slot * 5 + perturb + 1) & mask;
    }
};

inline bool is_exact_str(const Object& object) { return &type_of(object) == &PyUnicode_Type; }
inline Py_hash_t known_str_hash(const Object& text) { return reinterpret_cast<const PyASCIIObject&>(text).hash; }
inline Py_hash_t hash_of_str(Object& text) {
    Py_hash_t hash = known_str_hash(text);
    return hash != -1 ? hash : str_hash(as<Str>(text));
}
// hash(key), without a call for a str that knows its own.
inline Result<Py_hash_t> key_hash(ThreadState& ts, Object& key) {
    if (is_exact_str(key)) [[likely]]
        return hash_of_str(key);
    return hash(ts, key);
}
inline Py_hash_t entry_hash(const DictKeys& keys, Py_ssize_t n) {
    return keys.has_names() ? known_str_hash(*keys.names()[n].key) : keys.entries()[n].hash;
}

// A container that the collector might have to look at: all but atoms and untracked tuples.
inline bool may_be_tracked(const Object& object) {
    return gc_is_container(object) && (&type_of(object) != &PyTuple_Type || gc_is_tracked(object));
}
inline void maintain_tracking(ThreadState& ts, Dict& dict, Object& key, Object& value) {
    if (!gc_is_tracked(obj(dict)) && (may_be_tracked(value) || may_be_tracked(key))) gc_track(ts, obj(dict));
}

// Null when out of memory, with the exception set. An empty table.
DictKeys* keys_new(ThreadState& ts, int log2_size, KeysKind kind);
// Frees the block alone.
void keys_free(ThreadState& ts, DictKeys& keys);
// A copy of an unshared table with its own references. Null: MemoryError.
DictKeys* keys_clone(ThreadState& ts, const DictKeys& keys);
DictValues* values_new(ThreadState& ts, size_t capacity);
size_t values_bytes(size_t capacity);
size_t keys_bytes(const DictKeys& keys);
void values_free(DictValues& values);
// Drops the values' references too.
void values_release(DictValues& values);
void values_forget(DictValues& values, Py_ssize_t number);  // takes the number out of the order

Py_ssize_t find_name_hashed(const DictKeys& keys, const Object& name, Py_hash_t hash);
// The slot of the index that holds entry `number`.
size_t slot_of_entry(const DictKeys& keys, Py_hash_t hash, Py_ssize_t number);
void set_slot(DictKeys& keys, size_t slot, Py_ssize_t value);
// Appends to a table that has usable entries; takes no references, does not look for the key.
Py_ssize_t keys_append(DictKeys& keys, Object* key, Py_hash_t hash, Object* value);

// Moves the entries to a new, unshared table with the index size given.
Result<void> dict_resize(ThreadState& ts, Dict& dict, int log2_size, KeysKind kind);
// A split dict becomes one with a table of its own.
Result<void> dict_unshare(ThreadState& ts, Dict& dict);

// A dict around a table and values (null: unshared). Takes both over, also on failure.
Result<Ref<Dict>> dict_from_keys(ThreadState& ts, DictKeys& keys, DictValues* values, Py_ssize_t used);
// dict_pop with the hash known.
Result<OptRef<Object>> dict_pop_hashed(ThreadState& ts, Dict& dict, Object& key, Py_hash_t hash);
// Stores without looking at overridden methods. Hash known.
Result<void> dict_insert(ThreadState& ts, Dict& dict, Object& key, Py_hash_t hash, Object& value);
// Takes the found entry out and gives its value.
Ref<Object> dict_remove_entry(ThreadState& ts, Dict& dict, Py_ssize_t number, Py_hash_t hash);
Result<bool> dict_equal(ThreadState& ts, Dict& left, Dict& right);
Result<Ref<Object>> dict_iter(ThreadState& ts, Dict& dict);
Result<void> dict_update_argument(ThreadState& ts, Dict& dict, Object& argument);
// Entries in the order of iteration, removed ones included: the end of dict_next's positions.
inline Py_ssize_t dict_position_end(const Dict& dict) {
    return dict.ma_values ? dict.ma_values->used : dict.ma_keys->entry_count;
}
// The entry at a position, false for a removed one.
inline bool dict_entry_at(const Dict& dict, Py_ssize_t position, Object** key, Object** value) {
    if (dict.ma_values) {
        int n = dict.ma_values->order()[position];
        *key = dict.ma_keys->names()[n].key;
        *value = dict.ma_values->items[n];
        return true;
    }
    if (dict.ma_keys->has_names()) {
        const NameEntry& entry = dict.ma_keys->names()[position];
        *key = entry.key;
        *value = entry.value;
    } else {
        const DictEntry& entry = dict.ma_keys->entries()[position];
        *key = entry.key;
        *value = entry.value;
    }
    return *value != nullptr;
}

}  // namespace orochi
