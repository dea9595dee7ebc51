// The table under every dict, and the attributes of instances.
//
// A table is one block: a header, a hash index of 1, 2, 4 or 8 bytes a slot, and
// the entries in the order of insertion. The index holds entry numbers, so that
// probing touches few cache lines and iteration is a walk over an array.
//
//   general   entries are (hash, key, value): any keys
//   names     entries are (key, value): every key is an exact str, whose hash lies in the object
//   split     like names, shared by the instances of one class: the table holds only the keys,
//             and each instance its own values
//
// Keys of a `names` or `split` table compare by identity first, and then without
// calling anything that can run Python code: looking up a str in them cannot fail.
//
// Instance attributes. An instance of a class with Py_TPFLAGS_MANAGED_DICT has two words in
// front of its GcHeader (struct InstanceHeader): the values that belong to the class's split
// table, or the dict that took over from them. The dict is only made when someone asks for
// __dict__, or when the attributes do not fit the shared table any more.
//
//   values != null                attributes in the values, at the numbers the shared keys give; dict is null
//   values == null, dict != null  attributes in the dict (which may itself be split, and own the values)
//   both null                     no attributes yet, and the class shares no keys; a dict is made on first store
//
// Versions, for inline caches. keys_version() gives a table a number that is unique in its interpreter for
// as long as its set of keys stays as it is and in the same entries; 0 means "cannot be cached". Values may
// change under the same version (a cache remembers an entry number, not a value); adding or removing a key
// takes the version away. Every change to a dict, values included, also changes ma_version_tag.
//
// Tables are reference counted: a split table is held by its class and by its dicts; others by one dict.
#pragma once

#include <cstdint>

#include "objects/dict.hpp"
#include "objects/str.hpp"

namespace orochi {

// An entry of a general table. A removed entry has a null value; its other members mean nothing.
struct DictEntry {
    Py_hash_t hash;
    Object* key;
    Object* value;
};
// An entry of a names table or a split table (where `value` is unused).
struct NameEntry {
    Object* key;
    Object* value;
};

enum class KeysKind : uint8_t { kGeneral, kNames, kSplit };

}  // namespace orochi

struct _dictkeysobject {
    Py_ssize_t references;
    uint8_t log2_size;         // of the index, in slots
    uint8_t log2_index_bytes;  // of the index, in bytes
    orochi::KeysKind kind;
    uint32_t version;        // 0: none; see keys_version()
    Py_ssize_t usable;       // entries that may still be added
    Py_ssize_t entry_count;  // entries in use, removed ones included

    // The index follows the header, the entries follow the index.
    const char* index() const { return reinterpret_cast<const char*>(this + 1); }
    char* index() { return reinterpret_cast<char*>(this + 1); }
    Py_ssize_t size() const { return Py_ssize_t{1} << log2_size; }
    bool has_names() const { return kind != orochi::KeysKind::kGeneral; }
    orochi::DictEntry* entries() {
        return reinterpret_cast<orochi::DictEntry*>(index() + (size_t{1} << log2_index_bytes));
    }
    const orochi::DictEntry* entries() const { return const_cast<_dictkeysobject*>(this)->entries(); }
    orochi::NameEntry* names() {
        return reinterpret_cast<orochi::NameEntry*>(index() + (size_t{1} << log2_index_bytes));
    }
    const orochi::NameEntry* names() const { return const_cast<_dictkeysobject*>(this)->names(); }
};

// Values of one instance or one split dict: `capacity` values, then the numbers of those that are set, in the
// order in which they were set. A null item is an absent attribute.
struct _dictvalues {
    uint8_t capacity;
    uint8_t used;  // set values
    orochi::Object* items[];

    uint8_t* order() { return reinterpret_cast<uint8_t*>(items + capacity); }
    const uint8_t* order() const { return reinterpret_cast<const uint8_t*>(items + capacity); }
};

namespace orochi {

using DictKeys = ::_dictkeysobject;
using DictValues = ::_dictvalues;

// The public headers promise nothing about these two words but their place: object - 4 and - 3 words.
struct InstanceHeader {
    DictValues* values;
    Object* dict;
    // a GcHeader follows, and then the object
};
inline bool has_instance_header(const Type& type) { return type.tp_flags & Py_TPFLAGS_MANAGED_DICT; }
inline InstanceHeader& instance_header(const Object& object) {
    return *(reinterpret_cast<InstanceHeader*>(&gc_header(object)) - 1);
}

// ---- Tables ----

inline constexpr int kSharedKeysMax = 30;  // attributes that a class shares; the next one makes a dict

// The table of every empty dict; never written to.
DictKeys& empty_dict_keys();

// The number for inline caches, assigned on first use. 0 for general tables, or when numbers have run out.
uint32_t keys_version(ThreadState& ts, DictKeys& keys);

// Entry number of a name, -1 when absent, for tables with names (kNames, kSplit) only. Cannot fail.
Py_ssize_t keys_find_name(const DictKeys& keys, Str& name);
// The same for any dict (split ones too): the entry number, or -1 when the name is absent *or* the dict has
// other keys than str, where finding it could run Python code. For specialising.
Py_ssize_t dict_find_name(const Dict& dict, Str& name);
// Address of the value of entry `number` of a dict; the caller knows that it exists. *address may be null (absent).
inline Object** dict_value_address(Dict& dict, Py_ssize_t number) {
    if (dict.ma_values) return &dict.ma_values->items[number];
    if (dict.ma_keys->has_names()) return &dict.ma_keys->names()[number].value;
    return &dict.ma_keys->entries()[number].value;
}
// Key of entry `number`, which has not been removed.
inline Object* keys_key(const DictKeys& keys, Py_ssize_t number) {
    return keys.has_names() ? keys.names()[number].key : keys.entries()[number].key;
}
// What every change of a dict writes into ma_version_tag.
inline uint64_t next_dict_version(ThreadState& ts) { return ++ts.interpreter().dict_version; }

// LOAD_GLOBAL and LOAD_NAME without inline caches: globals, then builtins. Exact dicts only. A new reference, or
// empty when in neither.
Result<OptRef<Object>> dict_load_global(ThreadState& ts, Dict& globals, Dict& builtins, Object& name);

// ---- Keys shared by the instances of a class ----

// For PyHeapTypeObject::ht_cached_keys. Null when out of memory (no exception: the class just shares nothing).
DictKeys* shared_keys_new(ThreadState& ts);
void keys_release(ThreadState& ts, DictKeys& keys);
// Before __class__ of an instance changes, instance_attributes_dict() must have made its dict: values are numbered
// by the keys of the instance's own class.

// ---- Attributes of instances with an InstanceHeader. `object`'s type has Py_TPFLAGS_MANAGED_DICT ----

// Sets up the header of a new instance, with room for the class's attributes. MemoryError on failure.
Result<void> instance_attributes_init(ThreadState& ts, Type& type, Object& object);
// Borrowed value of an attribute of the instance itself, null when absent. `name` is an exact str. May only
// fail when attributes live in a dict with keys other than str.
Result<Object*> instance_attribute_get(ThreadState& ts, Object& object, Str& name);
// Stores (value) or deletes (null; `*existed` says whether it was there). Makes the dict when the shared keys are full.
Result<void> instance_attribute_set(ThreadState& ts, Object& object, Str& name, Object& value);
Result<bool> instance_attribute_delete(ThreadState& ts, Object& object, Str& name);
// The instance's dict, borrowed, made if needed. Its values move into it.
Result<Object*> instance_attributes_dict(ThreadState& ts, Object& object);
// The same without making one: null when attributes are still in values, or there are none.
inline Object* instance_attributes_dict_if_made(Object& object) { return instance_header(object).dict; }
// Replaces the dict by another (object.__dict__ = dict; null: del object.__dict__). Takes no reference over.
void instance_attributes_replace(ThreadState& ts, Object& object, Object* dict);
// Whether the instance has no attributes set.
bool instance_attributes_empty(const Object& object);
// For tp_traverse, tp_clear and tp_dealloc of the instance.
int instance_attributes_visit(Object& object, visitproc visit, void* argument);
void instance_attributes_clear(ThreadState& ts, Object& object);
// Stores into values entry `number` (evaluation loop, STORE_ATTR_INSTANCE_VALUE), keeping the order of insertion.
inline void values_set(DictValues& values, Py_ssize_t number, Ref<Object>&& value) {
    Object* old = values.items[number];
    values.items[number] = std::move(value).release();
    if (old) {
        decref(*old);
    } else {
        values.order()[values.used++] = uint8_t(number);
    }
}
// Bytes of the attribute storage of the instance, for sys.getsizeof.
size_t instance_attributes_size(const Object& object);

// ---- For types that embed or extend a dict (OrderedDict, defaultdict) ----

// Finds a key whose hash is known: no __missing__. `found` becomes the borrowed value, or null when absent. Returns
// the entry number; -1 when the table does not have the key (a split table may have a key that this dict lacks).
Result<Py_ssize_t> dict_find(ThreadState& ts, Dict& dict, Object& key, Py_hash_t hash, Object** found);

// For the collector: stops tracking an exact dict that holds nothing that could be part of a cycle.
void dict_maybe_untrack(Object& dict);

// Drops the table and the values of a dict that dies, for deallocators of derived types (which untrack, free the block
// and drop their type themselves).
void dict_drop_contents(ThreadState& ts, Dict& dict);

// Slots of dict for types derived from it in C.
void dict_dealloc(Object* self);
int dict_traverse(Object* self, visitproc visit, void* argument);
int dict_tp_clear(Object* self);

}  // namespace orochi
