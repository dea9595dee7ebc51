// _Py_hashtable_*: CPython's internal hash table of plain pointers, which stock extension modules (_hashlib) use.
// Their inline functions read the structs, so the layout is CPython's: chained buckets, a power of two of them.
#include <bit>
#include <cstdlib>
#include <cstring>

#include "base/hash.hpp"
#include "memory/python.hpp"

extern "C" {

struct _Py_hashtable_entry_t {
    _Py_hashtable_entry_t* next;
    Py_uhash_t key_hash;
    void* key;
    void* value;
};
struct _Py_hashtable_allocator_t {
    void* (*malloc)(size_t);
    void (*free)(void*);
};
struct _Py_hashtable_t {
    size_t nentries;
    size_t nbuckets;
    _Py_hashtable_entry_t** buckets;
    _Py_hashtable_entry_t* (*get_entry_func)(_Py_hashtable_t*, const void*);
    Py_uhash_t (*hash_func)(const void*);
    int (*compare_func)(const void*, const void*);
    void (*key_destroy_func)(void*);
    void (*value_destroy_func)(void*);
    _Py_hashtable_allocator_t alloc;
};
using HashFunction = Py_uhash_t (*)(const void*);
using CompareFunction = int (*)(const void*, const void*);
using DestroyFunction = void (*)(void*);
}

namespace {

constexpr size_t kFewestBuckets = 16;

_Py_hashtable_entry_t** new_buckets(const _Py_hashtable_t& table, size_t count) {
    void* block = table.alloc.malloc(count * sizeof(void*));
    if (block) std::memset(block, 0, count * sizeof(void*));
    return static_cast<_Py_hashtable_entry_t**>(block);
}

_Py_hashtable_entry_t* find(_Py_hashtable_t* table, const void* key) {
    Py_uhash_t hash = table->hash_func(key);
    for (auto* entry = table->buckets[hash & (table->nbuckets - 1)]; entry; entry = entry->next) {
        if (entry->key_hash == hash && table->compare_func(key, entry->key)) return entry;
    }
    return nullptr;
}

// Moves the entries to as many buckets as they deserve. Stays as it is when out of memory.
void rehash(_Py_hashtable_t& table) {
    size_t wanted = std::bit_ceil(table.nentries * 2 + 1);
    if (wanted < kFewestBuckets) wanted = kFewestBuckets;
    if (wanted == table.nbuckets) return;
    auto** buckets = new_buckets(table, wanted);
    if (!buckets) return;
    for (size_t i = 0; i < table.nbuckets; ++i) {
        for (auto* entry = table.buckets[i]; entry;) {
            auto* next = entry->next;
            auto*& head = buckets[entry->key_hash & (wanted - 1)];
            entry->next = head;
            head = entry;
            entry = next;
        }
    }
    table.alloc.free(table.buckets);
    table.buckets = buckets;
    table.nbuckets = wanted;
}

void destroy_entries(_Py_hashtable_t& table) {
    for (size_t i = 0; i < table.nbuckets; ++i) {
        for (auto* entry = table.buckets[i]; entry;) {
            auto* next = entry->next;
            if (table.key_destroy_func) table.key_destroy_func(entry->key);
            if (table.value_destroy_func) table.value_destroy_func(entry->value);
            table.alloc.free(entry);
            entry = next;
        }
        table.buckets[i] = nullptr;
    }
    table.nentries = 0;
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

Py_uhash_t _Py_hashtable_hash_ptr(const void* key) { return Py_uhash_t(orochi::base::hash_pointer(key)); }
int _Py_hashtable_compare_direct(const void* left, const void* right) { return left == right; }

_Py_hashtable_t* _Py_hashtable_new_full(HashFunction hash, CompareFunction compare, DestroyFunction destroy_key,
                                        DestroyFunction destroy_value, _Py_hashtable_allocator_t* allocator) {
    _Py_hashtable_allocator_t alloc = allocator ? *allocator : _Py_hashtable_allocator_t{PyMem_Malloc, PyMem_Free};
    auto* table = static_cast<_Py_hashtable_t*>(alloc.malloc(sizeof(_Py_hashtable_t)));
    if (!table) return nullptr;
    *table = {0, kFewestBuckets, nullptr, find, hash, compare, destroy_key, destroy_value, alloc};
    table->buckets = new_buckets(*table, kFewestBuckets);
    if (!table->buckets) {
        alloc.free(table);
        return nullptr;
    }
    return table;
}
_Py_hashtable_t* _Py_hashtable_new(HashFunction hash, CompareFunction compare) {
    return _Py_hashtable_new_full(hash, compare, nullptr, nullptr, nullptr);
}
void _Py_hashtable_destroy(_Py_hashtable_t* table) {
    destroy_entries(*table);
    table->alloc.free(table->buckets);
    table->alloc.free(table);
}
void _Py_hashtable_clear(_Py_hashtable_t* table) {
    destroy_entries(*table);
    rehash(*table);
}
size_t _Py_hashtable_size(const _Py_hashtable_t* table) { return table->nentries; }
int _Py_hashtable_foreach(_Py_hashtable_t* table, int (*function)(_Py_hashtable_t*, const void*, const void*, void*),
                          void* data) {
    for (size_t i = 0; i < table->nbuckets; ++i) {
        for (auto* entry = table->buckets[i]; entry;) {
            auto* next = entry->next;
            if (int result = function(table, entry->key, entry->value, data)) return result;
            entry = next;
        }
    }
    return 0;
}
int _Py_hashtable_set(_Py_hashtable_t* table, const void* key, void* value) {
    auto* entry = static_cast<_Py_hashtable_entry_t*>(table->alloc.malloc(sizeof(_Py_hashtable_entry_t)));
    if (!entry) return -1;
    Py_uhash_t hash = table->hash_func(key);
    ++table->nentries;
    if (table->nentries * 2 > table->nbuckets) rehash(*table);
    auto*& head = table->buckets[hash & (table->nbuckets - 1)];
    *entry = {head, hash, const_cast<void*>(key), value};
    head = entry;
    return 0;
}
void* _Py_hashtable_get(_Py_hashtable_t* table, const void* key) {
    auto* entry = table->get_entry_func(table, key);
    return entry ? entry->value : nullptr;
}
void* _Py_hashtable_steal(_Py_hashtable_t* table, const void* key) {
    Py_uhash_t hash = table->hash_func(key);
    for (auto** place = &table->buckets[hash & (table->nbuckets - 1)]; *place; place = &(*place)->next) {
        auto* entry = *place;
        if (entry->key_hash != hash || !table->compare_func(key, entry->key)) continue;
        *place = entry->next;
        void* value = entry->value;
        table->alloc.free(entry);
        --table->nentries;
        if (table->nentries * 10 < table->nbuckets) rehash(*table);
        return value;
    }
    return nullptr;
}

}  // extern "C"
#pragma GCC visibility pop
