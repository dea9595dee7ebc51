#include "objects/dict_keys.hpp"

#include <bit>

#include "objects/dict_detail.hpp"

namespace orochi {

namespace {

struct EmptyTable {
    DictKeys head;
    int8_t index[8];
};
constinit const EmptyTable empty_table = {{1, 0, 3, KeysKind::kNames, 0, 0, 0}, {-1, -1, -1, -1, -1, -1, -1, -1}};

size_t table_bytes(int log2_size, int log2_index_bytes, KeysKind kind, Py_ssize_t entries) {
    size_t entry = kind == KeysKind::kGeneral ? sizeof(DictEntry) : sizeof(NameEntry);
    (void)log2_size;
    return sizeof(DictKeys) + (size_t{1} << log2_index_bytes) + entry * size_t(entries);
}

int index_bytes_log2(int log2_size) {
    if (log2_size < 8) return log2_size;
    if (log2_size < 16) return log2_size + 1;
    if (log2_size < 32) return log2_size + 2;
    return log2_size + 3;
}

template <class Index>
inline Py_ssize_t find_name(const Index* index, const DictKeys& keys, const Object& name, Py_hash_t hash) {
    const NameEntry* entries = keys.names();
    for (Probe probe(keys, hash);; probe.next()) {
        Py_ssize_t n = index[probe.slot];
        if (n >= 0) {
            const Object* key = entries[n].key;
            if (key == &name) return n;
            if (known_str_hash(*key) == hash &&
                str_equals(reinterpret_cast<const Str&>(*key), reinterpret_cast<const Str&>(name)))
                return n;
        } else if (n == kSlotEmpty) {
            return -1;
        }
    }
}

}  // namespace

DictKeys& empty_dict_keys() { return const_cast<DictKeys&>(empty_table.head); }

// ---- Blocks ----

size_t keys_bytes(const DictKeys& keys) {
    Py_ssize_t entries = keys.kind == KeysKind::kSplit ? kSharedKeysMax : usable_entries(keys.log2_size);
    return table_bytes(keys.log2_size, keys.log2_index_bytes, keys.kind, entries);
}

DictKeys* keys_new(ThreadState& ts, int log2_size, KeysKind kind) {
    Py_ssize_t usable = kind == KeysKind::kSplit ? kSharedKeysMax : usable_entries(log2_size);
    int log2_index = index_bytes_log2(log2_size);
    void* block = nullptr;
    if (log2_size == kMinLog2Size && kind == KeysKind::kNames) block = ts.interpreter().free_lists.dict_keys.pop();
    if (!block) {
        if (log2_size > 58) {
            raise_no_memory(ts);
            return nullptr;
        }
        block = ts.heap().allocate(table_bytes(log2_size, log2_index, kind, usable));
        if (!block) {
            raise_no_memory(ts);
            return nullptr;
        }
    }
    DictKeys* keys = static_cast<DictKeys*>(block);
    *keys = {1, uint8_t(log2_size), uint8_t(log2_index), kind, 0, usable, 0};
    std::memset(keys->index(), 0xff, size_t{1} << log2_index);
    return keys;
}

void keys_free(ThreadState& ts, DictKeys& keys) {
    if (keys.log2_size == kMinLog2Size && keys.kind == KeysKind::kNames &&
        ts.interpreter().free_lists.dict_keys.push(&keys))
        return;
    Heap::free(&keys);
}

DictKeys* keys_clone(ThreadState& ts, const DictKeys& keys) {
    size_t bytes = keys_bytes(keys);
    DictKeys* copy = static_cast<DictKeys*>(ts.heap().allocate(bytes));
    if (!copy) {
        raise_no_memory(ts);
        return nullptr;
    }
    std::memcpy(static_cast<void*>(copy), &keys, bytes);
    copy->references = 1;
    copy->version = 0;
    if (keys.has_names()) {
        NameEntry* entries = copy->names();
        for (Py_ssize_t i = 0; i < copy->entry_count; ++i) {
            if (!entries[i].value) continue;
            incref(*entries[i].key);
            incref(*entries[i].value);
        }
    } else {
        DictEntry* entries = copy->entries();
        for (Py_ssize_t i = 0; i < copy->entry_count; ++i) {
            if (!entries[i].value) continue;
            incref(*entries[i].key);
            incref(*entries[i].value);
        }
    }
    return copy;
}

void keys_release(ThreadState& ts, DictKeys& keys) {
    if (&keys == &empty_table.head || --keys.references > 0) return;
    if (keys.has_names()) {
        bool split = keys.kind == KeysKind::kSplit;
        NameEntry* entries = keys.names();
        for (Py_ssize_t i = 0, n = keys.entry_count; i < n; ++i) {
            if (!split && !entries[i].value) continue;
            decref_optional(entries[i].key);
            if (!split) decref(*entries[i].value);
        }
    } else {
        DictEntry* entries = keys.entries();
        for (Py_ssize_t i = 0, n = keys.entry_count; i < n; ++i) {
            if (!entries[i].value) continue;
            decref(*entries[i].key);
            decref(*entries[i].value);
        }
    }
    keys_free(ts, keys);
}

size_t values_bytes(size_t capacity) { return sizeof(DictValues) + capacity * (sizeof(Object*) + 1); }

DictValues* values_new(ThreadState& ts, size_t capacity) {
    DictValues* values = static_cast<DictValues*>(ts.heap().allocate(values_bytes(capacity)));
    if (!values) {
        raise_no_memory(ts);
        return nullptr;
    }
    // With the padding of the head, whose old content might look like an address (lifecycle/start_image_build.cpp).
    std::memset(static_cast<void*>(values), 0, sizeof(DictValues) + capacity * sizeof(Object*));
    values->capacity = uint8_t(capacity);
    return values;
}

void values_free(DictValues& values) { Heap::free(&values); }

void values_release(DictValues& values) {
    for (int i = 0; i < values.used; ++i) decref_optional(values.items[values.order()[i]]);
    values_free(values);
}

void values_forget(DictValues& values, Py_ssize_t number) {
    uint8_t* order = values.order();
    int i = 0;
    while (order[i] != number) ++i;
    std::memmove(order + i, order + i + 1, size_t(values.used - i - 1));
    --values.used;
}

// ---- Index ----

Py_ssize_t find_name_hashed(const DictKeys& keys, const Object& name, Py_hash_t hash) {
    return with_index(keys, [&](auto* index) { return find_name(index, keys, name, hash); });
}

Py_ssize_t keys_find_name(const DictKeys& keys, Str& name) {
    return find_name_hashed(keys, obj(name), hash_of_str(obj(name)));
}

Py_ssize_t dict_find_name(const Dict& dict, Str& name) {
    if (!dict.ma_keys->has_names()) return -1;
    Py_ssize_t n = keys_find_name(*dict.ma_keys, name);
    if (n >= 0 && dict.ma_values && !dict.ma_values->items[n]) return -1;
    return n;
}

size_t slot_of_entry(const DictKeys& keys, Py_hash_t hash, Py_ssize_t number) {
    return with_index(keys, [&](auto* index) {
        Probe probe(keys, hash);
        while (index[probe.slot] != number) probe.next();
        return probe.slot;
    });
}

void set_slot(DictKeys& keys, size_t slot, Py_ssize_t value) {
    with_index(keys, [&](auto* index) { index[slot] = std::remove_reference_t<decltype(*index)>(value); });
}

Py_ssize_t keys_append(DictKeys& keys, Object* key, Py_hash_t hash, Object* value) {
    Py_ssize_t n = keys.entry_count++;
    with_index(keys, [&](auto* index) {
        Probe probe(keys, hash);
        while (index[probe.slot] >= 0) probe.next();
        index[probe.slot] = std::remove_reference_t<decltype(*index)>(n);
    });
    if (keys.has_names()) {
        keys.names()[n] = {key, value};
    } else {
        keys.entries()[n] = {hash, key, value};
    }
    --keys.usable;
    keys.version = 0;
    return n;
}

uint32_t keys_version(ThreadState& ts, DictKeys& keys) {
    if (keys.version) return keys.version;
    if (!keys.has_names() || &keys == &empty_table.head) return 0;
    uint32_t& next = ts.interpreter().next_keys_version;
    if (next == 0) return 0;  // went round
    keys.version = next++;
    return keys.version;
}

// ---- Instances ----

DictKeys* shared_keys_new(ThreadState& ts) {
    DictKeys* keys = keys_new(ts, 6, KeysKind::kSplit);
    if (!keys) error_clear(ts);
    return keys;
}

namespace {

DictKeys* shared_keys_of(const Object& object) { return reinterpret_cast<HeapType&>(type_of(object)).ht_cached_keys; }

// The dict of an instance that has none yet, from its values (taken over) or with fresh ones.
Result<Object*> make_dict(ThreadState& ts, Object& object) {
    InstanceHeader& header = instance_header(object);
    DictKeys* keys = shared_keys_of(object);
    if (header.values) {
        DictValues* values = header.values;
        ++keys->references;
        Object* block = allocate_container(ts, PyDict_Type, sizeof(Dict));
        if (!block) {
            --keys->references;
            return failure;
        }
        Dict& dict = *as<Dict>(block);
        dict.ma_used = values->used;
        dict.ma_version_tag = next_dict_version(ts);
        dict.ma_keys = keys;
        dict.ma_values = values;
        for (int i = 0; i < values->used; ++i) {
            if (may_be_tracked(*values->items[values->order()[i]])) {
                gc_track(ts, *block);
                break;
            }
        }
        header.values = nullptr;
        header.dict = block;
    } else {
        header.dict = obj(std::move(TRY(dict_new(ts))).release());
    }
    return header.dict;
}

}  // namespace

Result<void> instance_attributes_init(ThreadState& ts, Type& type, Object& object) {
    InstanceHeader& header = instance_header(object);
    header.values = nullptr;
    header.dict = nullptr;
    DictKeys* keys = reinterpret_cast<HeapType&>(type).ht_cached_keys;
    if (!keys) return {};
    // Room for what the class may still share. Every instance takes one from that, so that the instances of a
    // class with few attributes soon have little to spare; earlier instances always have room for later names.
    header.values = values_new(ts, size_t(keys->entry_count + keys->usable));
    if (!header.values) return failure;
    if (keys->usable > 1) --keys->usable;
    return {};
}

Result<Object*> instance_attribute_get(ThreadState& ts, Object& object, Str& name) {
    InstanceHeader& header = instance_header(object);
    if (header.values) {
        Py_ssize_t n = keys_find_name(*shared_keys_of(object), name);
        return n < 0 ? nullptr : header.values->items[n];
    }
    if (!header.dict) return nullptr;
    return dict_get_hashed(ts, *as<Dict>(header.dict), obj(name), hash_of_str(obj(name)));
}

Result<void> instance_attribute_set(ThreadState& ts, Object& object, Str& name, Object& value) {
    InstanceHeader& header = instance_header(object);
    Py_hash_t hash = hash_of_str(obj(name));
    if (header.values) {
        DictKeys& keys = *shared_keys_of(object);
        Py_ssize_t n = find_name_hashed(keys, obj(name), hash);
        if (n < 0 && keys.usable > 0 && is_exact_str(obj(name)))
            n = keys_append(keys, new_reference(obj(name)), hash, nullptr);
        if (n >= 0) {
            values_set(*header.values, n, Ref<Object>::share(value));
            return {};
        }
    }
    if (!header.dict) (void)TRY(make_dict(ts, object));
    Ref<Object> dict = Ref<Object>::share(*header.dict);  // a destructor may replace it
    return dict_set_hashed(ts, as<Dict>(*dict), obj(name), value, hash);
}

Result<bool> instance_attribute_delete(ThreadState& ts, Object& object, Str& name) {
    InstanceHeader& header = instance_header(object);
    if (header.values) {
        Py_ssize_t n = keys_find_name(*shared_keys_of(object), name);
        if (n < 0 || !header.values->items[n]) return false;
        Object* old = header.values->items[n];
        header.values->items[n] = nullptr;
        values_forget(*header.values, n);
        decref(*old);
        return true;
    }
    if (!header.dict) return false;
    Ref<Object> dict = Ref<Object>::share(*header.dict);
    return dict_discard(ts, as<Dict>(*dict), obj(name));
}

Result<Object*> instance_attributes_dict(ThreadState& ts, Object& object) {
    InstanceHeader& header = instance_header(object);
    if (header.dict) return header.dict;
    return make_dict(ts, object);
}

void instance_attributes_replace(ThreadState& ts, Object& object, Object* dict) {
    InstanceHeader& header = instance_header(object);
    DictValues* values = header.values;
    Object* old = header.dict;
    header.values = nullptr;
    header.dict = new_reference_optional(dict);
    if (values) values_release(*values);
    decref_optional(old);
}

bool instance_attributes_empty(const Object& object) {
    const InstanceHeader& header = instance_header(object);
    if (header.values) return header.values->used == 0;
    return !header.dict || dict_size(reinterpret_cast<Dict&>(*header.dict)) == 0;
}

int instance_attributes_visit(Object& object, visitproc visit, void* argument) {
    InstanceHeader& header = instance_header(object);
    if (header.values) {
        DictValues& values = *header.values;
        for (int i = 0; i < values.used; ++i) {
            if (int r = visit(values.items[values.order()[i]], argument)) return r;
        }
    }
    return header.dict ? visit(header.dict, argument) : 0;
}

void instance_attributes_clear(ThreadState& ts, Object& object) { instance_attributes_replace(ts, object, nullptr); }

size_t instance_attributes_size(const Object& object) {
    const InstanceHeader& header = instance_header(object);
    return header.values ? values_bytes(header.values->capacity) : 0;
}

}  // namespace orochi
