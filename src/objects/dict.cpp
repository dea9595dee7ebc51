#include "objects/dict.hpp"

#include <bit>

#include "objects/dict_detail.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"
#include "objects/tuple.hpp"

namespace orochi {

namespace {

enum : Py_ssize_t { kDisturbed = -3, kFailed = -4 };

Py_hash_t hash_in(const DictEntry& entry) { return entry.hash; }
Py_hash_t hash_in(const NameEntry& entry) { return known_str_hash(*entry.key); }

// Finds a key whose comparison may run Python code. kDisturbed when that code changed the table under us.
template <class Entry, class Index>
Py_ssize_t find_comparing(ThreadState& ts, Dict& dict, const Index* index, DictKeys& keys, Entry* entries, Object& key,
                          Py_hash_t hash) {
    for (Probe probe(keys, hash);; probe.next()) {
        Py_ssize_t n = index[probe.slot];
        if (n >= 0) {
            Object* candidate = entries[n].key;
            if (candidate == &key) return n;
            if (hash_in(entries[n]) != hash) continue;
            if (is_exact_str(*candidate) && is_exact_str(key)) {
                if (str_equals(as<Str>(*candidate), as<Str>(key))) return n;
                continue;
            }
            if (PyLong_CheckExact(candidate) && PyLong_CheckExact(&key) && int_is_compact(key)) {
                if (int_is_compact(*candidate) && int_compact_value(*candidate) == int_compact_value(key)) return n;
                continue;
            }
            Ref<Object> keeper = Ref<Object>::share(*candidate);
            bool equal = TRY_OR(kFailed, compare_bool(ts, *candidate, key, Py_EQ));
            if (&keys != dict.ma_keys || entries[n].key != candidate) return kDisturbed;
            if (equal) return n;
        } else if (n == kSlotEmpty) {
            return -1;
        }
    }
}

// Strings (and nothing else that calls out) in a table of mixed keys.
inline Object* value_at(const Dict& dict, Py_ssize_t n) { return *dict_value_address(const_cast<Dict&>(dict), n); }

void touch(ThreadState& ts, Dict& dict) { dict.ma_version_tag = next_dict_version(ts); }

Result<void> grow(ThreadState& ts, Dict& dict, KeysKind kind) {
    return dict_resize(ts, dict, log2_for_slots(dict.ma_used * 3), kind);
}

}  // namespace

Result<Py_ssize_t> dict_find(ThreadState& ts, Dict& dict, Object& key, Py_hash_t hash, Object** found) {
    for (;;) {
        DictKeys& keys = *dict.ma_keys;
        Py_ssize_t n;
        if (keys.has_names()) {
            if (is_exact_str(key)) [[likely]] {
                n = find_name_hashed(keys, key, hash);
            } else {
                n = with_index(
                    keys, [&](auto* index) { return find_comparing(ts, dict, index, keys, keys.names(), key, hash); });
            }
        } else {
            n = with_index(
                keys, [&](auto* index) { return find_comparing(ts, dict, index, keys, keys.entries(), key, hash); });
        }
        if (n >= 0) [[likely]] {
            *found = value_at(dict, n);
            return n;
        }
        if (n == -1) {
            *found = nullptr;
            return n;
        }
        if (n == kFailed) return failure;
    }
}

// ---- Making and growing ----

Result<Ref<Dict>> dict_from_keys(ThreadState& ts, DictKeys& keys, DictValues* values, Py_ssize_t used) {
    Object* block = static_cast<Object*>(ts.interpreter().free_lists.dicts.pop());
    if (block) {
        block->ob_refcnt = 1;
        block->ob_type = &PyDict_Type;
    } else {
        block = allocate_container(ts, PyDict_Type, sizeof(Dict));
        if (!block) {
            keys_release(ts, keys);
            if (values) values_release(*values);
            return failure;
        }
    }
    Dict& dict = *as<Dict>(block);
    dict.ma_used = used;
    dict.ma_version_tag = next_dict_version(ts);
    dict.ma_keys = &keys;
    dict.ma_values = values;
    return Ref<Dict>::steal(dict);
}

Result<Ref<Dict>> dict_new(ThreadState& ts) { return dict_from_keys(ts, empty_dict_keys(), nullptr, 0); }

Result<Ref<Dict>> dict_new_sized(ThreadState& ts, Py_ssize_t expected) {
    if (expected <= 5) return dict_new(ts);
    if (expected > PY_SSIZE_T_MAX / 128) return raise_no_memory(ts);
    // At most 128 KiB for a mere promise.
    int log2_size = std::min(log2_for_entries(expected), 17);
    DictKeys* keys = keys_new(ts, log2_size, KeysKind::kNames);
    if (!keys) return failure;
    return dict_from_keys(ts, *keys, nullptr, 0);
}

Result<void> dict_resize(ThreadState& ts, Dict& dict, int log2_size, KeysKind kind) {
    DictKeys& old = *dict.ma_keys;
    if (old.kind == KeysKind::kGeneral) kind = KeysKind::kGeneral;
    DictKeys* keys = keys_new(ts, log2_size, kind);
    if (!keys) return failure;
    DictValues* values = dict.ma_values;
    Py_ssize_t count = 0;
    auto put = [&](Object* key, Object* value, Py_hash_t hash) {
        if (kind == KeysKind::kGeneral) {
            keys->entries()[count++] = {hash, key, value};
        } else {
            keys->names()[count++] = {key, value};
        }
    };
    if (values) {
        for (int i = 0; i < values->used; ++i) {
            int n = values->order()[i];
            Object* key = old.names()[n].key;
            incref(*key);
            put(key, values->items[n], known_str_hash(*key));
        }
    } else if (old.kind == KeysKind::kGeneral) {
        const DictEntry* entries = old.entries();
        if (dict.ma_used == old.entry_count) {
            std::memcpy(static_cast<void*>(keys->entries()), entries, size_t(old.entry_count) * sizeof(DictEntry));
            count = old.entry_count;
        } else {
            for (Py_ssize_t i = 0, n = old.entry_count; i < n; ++i) {
                if (entries[i].value) keys->entries()[count++] = entries[i];
            }
        }
    } else {
        const NameEntry* entries = old.names();
        if (kind == KeysKind::kNames && dict.ma_used == old.entry_count) {
            std::memcpy(static_cast<void*>(keys->names()), entries, size_t(old.entry_count) * sizeof(NameEntry));
            count = old.entry_count;
        } else {
            for (Py_ssize_t i = 0, n = old.entry_count; i < n; ++i) {
                if (entries[i].value) put(entries[i].key, entries[i].value, known_str_hash(*entries[i].key));
            }
        }
    }
    with_index(*keys, [&](auto* index) {
        using Index = std::remove_reference_t<decltype(*index)>;
        for (Py_ssize_t i = 0; i < count; ++i) {
            Probe probe(*keys, entry_hash(*keys, i));
            while (index[probe.slot] >= 0) probe.next();
            index[probe.slot] = Index(i);
        }
    });
    keys->entry_count = count;
    keys->usable -= count;
    dict.ma_keys = keys;
    dict.ma_values = nullptr;
    if (values) {
        values_free(*values);
        keys_release(ts, old);
    } else if (&old != &empty_dict_keys()) {
        keys_free(ts, old);  // its references have moved
    }
    return {};
}

Result<void> dict_unshare(ThreadState& ts, Dict& dict) {
    return dict_resize(ts, dict, log2_for_entries(dict.ma_used + 1), KeysKind::kNames);
}

Result<Ref<Dict>> dict_copy(ThreadState& ts, Dict& dict) {
    if (dict.ma_used == 0) return dict_new(ts);
    if (DictValues* values = dict.ma_values) {
        DictValues* copy = values_new(ts, values->capacity);
        if (!copy) return failure;
        std::memcpy(static_cast<void*>(copy), values, values_bytes(values->capacity));
        for (int i = 0; i < copy->used; ++i) incref(*copy->items[copy->order()[i]]);
        ++dict.ma_keys->references;
        Ref<Dict> result = TRY(dict_from_keys(ts, *dict.ma_keys, copy, dict.ma_used));
        if (gc_is_tracked(obj(dict))) gc_track(ts, result);
        return result;
    }
    if (dict.ma_used >= dict.ma_keys->entry_count * 2 / 3 &&
        (!PyDict_Check(&obj(dict)) || &type_of(obj(dict)) == &PyDict_Type ||
         type_of(obj(dict)).tp_iter == PyDict_Type.tp_iter)) {
        DictKeys* keys = keys_clone(ts, *dict.ma_keys);
        if (!keys) return failure;
        Ref<Dict> result = TRY(dict_from_keys(ts, *keys, nullptr, dict.ma_used));
        if (gc_is_tracked(obj(dict))) gc_track(ts, result);
        return result;
    }
    Ref<Dict> result = TRY(dict_new(ts));
    TRY(dict_merge(ts, result, obj(dict), true));
    return result;
}

// ---- Looking up ----

Result<Object*> dict_get_hashed(ThreadState& ts, Dict& dict, Object& key, Py_hash_t hash) {
    Object* found;
    (void)TRY(dict_find(ts, dict, key, hash, &found));
    return found;
}

Result<Object*> dict_get(ThreadState& ts, Dict& dict, Object& key) {
    // Among other keys than names there may be some whose __eq__ has a say.
    if (is_exact_str(key) && dict.ma_keys->has_names()) [[likely]]
        return dict_get_name(ts, dict, as<Str>(key));
    return dict_get_hashed(ts, dict, key, TRY(key_hash(ts, key)));
}

Object* dict_get_name(ThreadState& ts, Dict& dict, Str& name) {
    DictKeys& keys = *dict.ma_keys;
    Py_hash_t hash = hash_of_str(obj(name));
    if (keys.has_names()) [[likely]] {
        Py_ssize_t n = find_name_hashed(keys, obj(name), hash);
        return n < 0 ? nullptr : value_at(dict, n);
    }
    // Among other keys: a str equals only a str here, so that nothing is called.
    return with_index(keys, [&](auto* index) -> Object* {
        DictEntry* entries = keys.entries();
        for (Probe probe(keys, hash);; probe.next()) {
            Py_ssize_t n = index[probe.slot];
            if (n >= 0) {
                Object* key = entries[n].key;
                if (key == &obj(name)) return entries[n].value;
                if (entries[n].hash == hash && PyUnicode_Check(key) && str_equals(as<Str>(*key), name))
                    return entries[n].value;
            } else if (n == kSlotEmpty) {
                return nullptr;
            }
        }
    });
}

Result<Object*> dict_get_text(ThreadState& ts, Dict& dict, std::string_view key) {
    Ref<Str> text = TRY(str_from_utf8(ts, key));
    return dict_get(ts, dict, text);
}

Result<bool> dict_contains(ThreadState& ts, Dict& dict, Object& key) { return TRY(dict_get(ts, dict, key)) != nullptr; }

Result<OptRef<Object>> dict_load_global(ThreadState& ts, Dict& globals, Dict& builtins, Object& name) {
    Py_hash_t hash = TRY(key_hash(ts, name));
    Object* value;
    (void)TRY(dict_find(ts, globals, name, hash, &value));
    if (!value) (void)TRY(dict_find(ts, builtins, name, hash, &value));
    return OptRef<Object>::share(value);
}

bool dict_next(const Dict& dict, Py_ssize_t& position, Object** key, Object** value, Py_hash_t* hash) {
    Object *k, *v;
    Py_ssize_t end = dict_position_end(dict);
    Py_ssize_t i = position;
    if (i < 0) return false;
    while (i < end && !dict_entry_at(dict, i, &k, &v)) ++i;
    if (i >= end) return false;
    position = i + 1;
    if (key) *key = k;
    if (value) *value = v;
    if (hash) *hash = dict.ma_keys->has_names() ? known_str_hash(*k) : dict.ma_keys->entries()[i].hash;
    return true;
}

// ---- Storing ----

namespace {

// Adds a key that was not found; `n` is its number in the shared keys of a split dict, or -1.
Result<void> add_absent(ThreadState& ts, Dict& dict, Object& key, Py_hash_t hash, Object& value, Py_ssize_t n) {
    bool is_name = is_exact_str(key);
    if (n < 0) {
        DictKeys* keys = dict.ma_keys;
        if (keys->usable <= 0 || (!is_name && keys->has_names())) [[unlikely]] {
            KeysKind kind = is_name ? KeysKind::kNames : KeysKind::kGeneral;
            if (keys == &empty_dict_keys()) {
                keys = keys_new(ts, kMinLog2Size, kind);
                if (!keys) return failure;
                dict.ma_keys = keys;
            } else {
                if (keys->usable > 0) {
                    TRY(dict_resize(ts, dict, keys->log2_size, kind));
                } else {
                    TRY(grow(ts, dict, kind));
                }
                keys = dict.ma_keys;
            }
        }
        if (dict.ma_values) {
            n = keys_append(*keys, new_reference(key), hash, nullptr);
        } else {
            keys_append(*keys, new_reference(key), hash, new_reference(value));
        }
    }
    if (dict.ma_values) values_set(*dict.ma_values, n, Ref<Object>::share(value));
    ++dict.ma_used;
    touch(ts, dict);
    maintain_tracking(ts, dict, key, value);
    return {};
}

}  // namespace

Result<void> dict_insert(ThreadState& ts, Dict& dict, Object& key, Py_hash_t hash, Object& value) {
    Object* old;
    Py_ssize_t n;
    if (is_exact_str(key) && dict.ma_keys->has_names()) [[likely]] {
        n = find_name_hashed(*dict.ma_keys, key, hash);
        old = n < 0 ? nullptr : value_at(dict, n);
    } else {
        if (dict.ma_values && !is_exact_str(key)) TRY(dict_unshare(ts, dict));
        n = TRY(dict_find(ts, dict, key, hash, &old));
    }
    if (!old) return add_absent(ts, dict, key, hash, value, n);
    if (old == &value) return {};
    *dict_value_address(dict, n) = new_reference(value);
    touch(ts, dict);
    maintain_tracking(ts, dict, key, value);
    decref(*old);
    return {};
}

Result<void> dict_set_hashed(ThreadState& ts, Dict& dict, Object& key, Object& value, Py_hash_t hash) {
    return dict_insert(ts, dict, key, hash, value);
}

Result<void> dict_set(ThreadState& ts, Dict& dict, Object& key, Object& value) {
    return dict_insert(ts, dict, key, TRY(key_hash(ts, key)), value);
}

Result<void> dict_set_text(ThreadState& ts, Dict& dict, std::string_view key, Object& value) {
    Ref<Str> text = TRY(intern_utf8(ts, key));
    return dict_set(ts, dict, text, value);
}

Result<Object*> dict_set_default(ThreadState& ts, Dict& dict, Object& key, Object& value) {
    if (is_exact_str(key) && dict.ma_keys->has_names()) {
        Py_ssize_t n = find_name_hashed(*dict.ma_keys, key, hash_of_str(key));
        if (n >= 0 && value_at(dict, n)) return value_at(dict, n);
    }
    Py_hash_t hash = TRY(key_hash(ts, key));
    if (dict.ma_values && !is_exact_str(key)) TRY(dict_unshare(ts, dict));
    Object* found;
    Py_ssize_t n = TRY(dict_find(ts, dict, key, hash, &found));
    if (found) return found;
    TRY(add_absent(ts, dict, key, hash, value, n));
    return &value;
}

// ---- Removing ----

Ref<Object> dict_remove_entry(ThreadState& ts, Dict& dict, Py_ssize_t number, Py_hash_t hash) {
    Object* value;
    if (DictValues* values = dict.ma_values) {
        value = values->items[number];
        values->items[number] = nullptr;
        values_forget(*values, number);
        --dict.ma_used;
        touch(ts, dict);
        return Ref<Object>::steal(*value);
    }
    DictKeys& keys = *dict.ma_keys;
    set_slot(keys, slot_of_entry(keys, hash, number), kSlotRemoved);
    Object* key;
    if (keys.has_names()) {
        NameEntry& entry = keys.names()[number];
        key = entry.key;
        value = entry.value;
        entry = {nullptr, nullptr};
    } else {
        DictEntry& entry = keys.entries()[number];
        key = entry.key;
        value = entry.value;
        entry = {0, nullptr, nullptr};
    }
    keys.version = 0;
    --dict.ma_used;
    touch(ts, dict);
    decref(*key);
    return Ref<Object>::steal(*value);
}

Result<OptRef<Object>> dict_pop(ThreadState& ts, Dict& dict, Object& key) {
    if (dict.ma_used == 0) return nullptr;
    return dict_pop_hashed(ts, dict, key, TRY(key_hash(ts, key)));
}

Result<OptRef<Object>> dict_pop_hashed(ThreadState& ts, Dict& dict, Object& key, Py_hash_t hash) {
    if (dict.ma_used == 0) return nullptr;
    Object* found;
    Py_ssize_t n = TRY(dict_find(ts, dict, key, hash, &found));
    if (!found) return nullptr;
    return OptRef<Object>(dict_remove_entry(ts, dict, n, hash));
}

Result<bool> dict_discard(ThreadState& ts, Dict& dict, Object& key) {
    Py_hash_t hash = TRY(key_hash(ts, key));
    Object* found;
    Py_ssize_t n = TRY(dict_find(ts, dict, key, hash, &found));
    if (!found) return false;
    (void)dict_remove_entry(ts, dict, n, hash);
    return true;
}

Result<void> dict_delete(ThreadState& ts, Dict& dict, Object& key) {
    if (!TRY(dict_discard(ts, dict, key))) return raise_key_error(ts, key);
    return {};
}

void dict_clear(ThreadState& ts, Dict& dict) {
    DictKeys* keys = dict.ma_keys;
    if (keys == &empty_dict_keys()) return;
    DictValues* values = dict.ma_values;
    dict.ma_keys = &empty_dict_keys();
    dict.ma_values = nullptr;
    dict.ma_used = 0;
    touch(ts, dict);
    if (values) values_release(*values);
    keys_release(ts, *keys);
}

// ---- Merging ----

namespace {

enum class OnDuplicate { kKeep, kReplace, kRaise };

Result<void> merge_dict(ThreadState& ts, Dict& dict, Dict& other, OnDuplicate rule) {
    if (&dict == &other || other.ma_used == 0) return {};
    DictKeys* source = other.ma_keys;
    if (dict.ma_used == 0 && rule != OnDuplicate::kKeep && !dict.ma_values && !other.ma_values &&
        other.ma_used == source->entry_count &&
        (source->log2_size == kMinLog2Size || usable_entries(source->log2_size - 1) < other.ma_used)) {
        DictKeys* copy = keys_clone(ts, *source);
        if (!copy) return failure;
        DictKeys* old = dict.ma_keys;
        dict.ma_keys = copy;
        dict.ma_used = other.ma_used;
        touch(ts, dict);
        if (gc_is_tracked(obj(other)) && !gc_is_tracked(obj(dict))) gc_track(ts, obj(dict));
        keys_release(ts, *old);
        return {};
    }
    // One resize up front, for what comes at most: like `used * 3` later, this leaves room to grow.
    if (dict.ma_keys->usable < other.ma_used && !dict.ma_values)
        TRY(dict_resize(ts, dict, log2_for_entries(dict.ma_used + other.ma_used),
                        other.ma_keys->has_names() ? KeysKind::kNames : KeysKind::kGeneral));
    Py_ssize_t position = 0, end = dict_position_end(other);
    Object *key, *value;
    Py_hash_t hash;
    source = other.ma_keys;
    while (dict_next(other, position, &key, &value, &hash)) {
        Ref<Object> key_keeper = Ref<Object>::share(*key);
        Ref<Object> value_keeper = Ref<Object>::share(*value);
        if (rule == OnDuplicate::kReplace) {
            TRY(dict_insert(ts, dict, *key, hash, *value));
        } else {
            Object* found;
            (void)TRY(dict_find(ts, dict, *key, hash, &found));
            if (!found) {
                TRY(dict_insert(ts, dict, *key, hash, *value));
            } else if (rule == OnDuplicate::kRaise) {
                return raise_key_error(ts, *key);
            }
        }
        if (end != dict_position_end(other) || source != other.ma_keys)
            return raise(ts, PyExc_RuntimeError, "dict mutated during update");
    }
    return {};
}

Result<void> merge(ThreadState& ts, Dict& dict, Object& mapping, OnDuplicate rule) {
    if (PyDict_Check(&mapping) && type_of(mapping).tp_iter == PyDict_Type.tp_iter)
        return merge_dict(ts, dict, as<Dict>(mapping), rule);
    Ref<Object> keys = TRY(mapping_keys(ts, mapping));
    Ref<Object> iterator = TRY(get_iter(ts, keys));
    for (;;) {
        OptRef<Object> key = TRY(iter_next(ts, *iterator));
        if (!key) return {};
        if (rule != OnDuplicate::kReplace && TRY(dict_contains(ts, dict, *key))) {
            if (rule == OnDuplicate::kRaise) return raise_key_error(ts, *key);
            continue;
        }
        Ref<Object> value = TRY(getitem(ts, mapping, *key));
        TRY(dict_set(ts, dict, *key, value));
    }
}

}  // namespace

Result<void> dict_merge(ThreadState& ts, Dict& dict, Object& mapping, bool override_existing) {
    return merge(ts, dict, mapping, override_existing ? OnDuplicate::kReplace : OnDuplicate::kKeep);
}
Result<void> dict_merge_unique(ThreadState& ts, Dict& dict, Object& mapping) {
    return merge(ts, dict, mapping, OnDuplicate::kRaise);
}

Result<void> dict_merge_pairs(ThreadState& ts, Dict& dict, Object& pairs, bool override_existing) {
    Ref<Object> iterator = TRY(get_iter(ts, pairs));
    for (Py_ssize_t i = 0;; ++i) {
        OptRef<Object> element = TRY(iter_next(ts, *iterator));
        if (!element) return {};
        auto as_sequence = sequence_fast(ts, *element, "");
        if (!as_sequence.ok()) {
            if (error_matches(ts, PyExc_TypeError)) {
                error_clear(ts);
                return raise(ts, PyExc_TypeError,
                             "cannot convert dictionary update sequence element #%zd to a sequence", i);
            }
            return failure;
        }
        Ref<Object> pair = std::move(as_sequence).take();
        std::span<Object* const> items = sequence_fast_items(pair);
        if (items.size() != 2)
            return raise(ts, PyExc_ValueError, "dictionary update sequence element #%zd has length %zd; 2 is required",
                         i, Py_ssize_t(items.size()));
        Ref<Object> key = Ref<Object>::share(*items[0]);
        Ref<Object> value = Ref<Object>::share(*items[1]);
        if (override_existing) {
            TRY(dict_set(ts, dict, key, value));
        } else {
            (void)TRY(dict_set_default(ts, dict, key, value));
        }
    }
}

Result<void> dict_update_argument(ThreadState& ts, Dict& dict, Object& argument) {
    if (&type_of(argument) == &PyDict_Type) return dict_merge(ts, dict, argument, true);
    OptRef<Object> keys = TRY(getattr_optional(ts, argument, "keys"_n));
    if (keys) return dict_merge(ts, dict, argument, true);
    return dict_merge_pairs(ts, dict, argument, true);
}

Result<void> dict_update(ThreadState& ts, Dict& dict, Object& mapping) { return dict_merge(ts, dict, mapping, true); }

// ---- Lists of contents ----

namespace {

// A list of one thing for each entry. Allocating may collect, and so change the dict: then it starts again.
template <class F>
Result<Ref<List>> list_entries(ThreadState& ts, Dict& dict, F fill) {
    for (;;) {
        Py_ssize_t count = dict.ma_used;
        Ref<List> list = TRY(list_new(ts, count));
        if (count != dict.ma_used) continue;
        TRY(fill(*list));
        return list;
    }
}

}  // namespace

Result<Ref<List>> dict_keys(ThreadState& ts, Dict& dict) {
    return list_entries(ts, dict, [&](List& list) -> Result<void> {
        Py_ssize_t position = 0, i = 0;
        Object* key;
        while (dict_next(dict, position, &key, nullptr)) list_init_item(list, i++, Ref<Object>::share(*key));
        return {};
    });
}

Result<Ref<List>> dict_values(ThreadState& ts, Dict& dict) {
    return list_entries(ts, dict, [&](List& list) -> Result<void> {
        Py_ssize_t position = 0, i = 0;
        Object* value;
        while (dict_next(dict, position, nullptr, &value)) list_init_item(list, i++, Ref<Object>::share(*value));
        return {};
    });
}

Result<Ref<List>> dict_items(ThreadState& ts, Dict& dict) {
    for (;;) {
        Py_ssize_t count = dict.ma_used;
        Ref<List> list = TRY(list_new(ts, count));
        for (Py_ssize_t i = 0; i < count; ++i) list_init_item(list, i, TRY(tuple_new(ts, 2)));
        if (count != dict.ma_used) continue;
        Py_ssize_t position = 0, i = 0;
        Object *key, *value;
        while (dict_next(dict, position, &key, &value)) {
            Tuple& pair = as<Tuple>(list_item(list, i++));
            tuple_init_item(pair, 0, Ref<Object>::share(*key));
            tuple_init_item(pair, 1, Ref<Object>::share(*value));
        }
        return list;
    }
}

Result<bool> dict_equal(ThreadState& ts, Dict& left, Dict& right) {
    if (left.ma_used != right.ma_used) return false;
    Py_ssize_t position = 0;
    Object *key, *value;
    Py_hash_t hash;
    while (dict_next(left, position, &key, &value, &hash)) {
        Ref<Object> key_keeper = Ref<Object>::share(*key);
        Ref<Object> value_keeper = Ref<Object>::share(*value);
        Object* other;
        (void)TRY(dict_find(ts, right, *key, hash, &other));
        if (!other) return false;
        Ref<Object> other_keeper = Ref<Object>::share(*other);
        if (!TRY(compare_bool(ts, *value, *other, Py_EQ))) return false;
    }
    return true;
}

// ---- Collector ----

void dict_drop_contents(ThreadState& ts, Dict& dict) {
    DictKeys* keys = dict.ma_keys;
    DictValues* values = dict.ma_values;
    dict.ma_keys = &empty_dict_keys();
    dict.ma_values = nullptr;
    if (values) values_release(*values);
    if (keys) keys_release(ts, *keys);
}

void dict_dealloc(Object* self) {
    ThreadState& ts = current_thread();
    Dict& dict = as<Dict>(*self);
    gc_untrack_if_tracked(*self);
    if (!trashcan_begin(ts, *self)) return;
    DictKeys* keys = dict.ma_keys;
    if (DictValues* values = dict.ma_values) values_release(*values);
    if (keys) keys_release(ts, *keys);
    if (&type_of(*self) != &PyDict_Type || !ts.interpreter().free_lists.dicts.push(self)) type_of(*self).tp_free(self);
    trashcan_end(ts);
}

int dict_traverse(Object* self, visitproc visit, void* argument) {
    Dict& dict = as<Dict>(*self);
    DictKeys& keys = *dict.ma_keys;
    if (DictValues* values = dict.ma_values) {
        for (int i = 0; i < values->used; ++i) {
            if (int r = visit(values->items[values->order()[i]], argument)) return r;
        }
    } else if (keys.has_names()) {
        const NameEntry* entries = keys.names();
        for (Py_ssize_t i = 0, n = keys.entry_count; i < n; ++i) {
            if (!entries[i].value) continue;
            if (int r = visit(entries[i].value, argument)) return r;
        }
    } else {
        const DictEntry* entries = keys.entries();
        for (Py_ssize_t i = 0, n = keys.entry_count; i < n; ++i) {
            if (!entries[i].value) continue;
            if (int r = visit(entries[i].value, argument)) return r;
            if (int r = visit(entries[i].key, argument)) return r;
        }
    }
    return 0;
}

int dict_tp_clear(Object* self) {
    dict_clear(current_thread(), as<Dict>(*self));
    return 0;
}

void dict_maybe_untrack(Object& object) {
    if (&type_of(object) != &PyDict_Type || !gc_is_tracked(object)) return;
    Dict& dict = as<Dict>(object);
    Py_ssize_t position = 0;
    Object *key, *value;
    while (dict_next(dict, position, &key, &value)) {
        if (may_be_tracked(*value) || may_be_tracked(*key)) return;
    }
    gc_untrack(object);
}

Result<Dict*> thread_dict(ThreadState& ts) {
    if (!ts.dict) ts.dict = obj(TRY(dict_new(ts)).release());
    return &as<Dict>(*ts.dict);
}

}  // namespace orochi
