#include "objects/set.hpp"

#include "base/hash.hpp"
#include "objects/containers.hpp"
#include "objects/list.hpp"
#include "objects/module.hpp"
#include "objects/type.hpp"

// The table is the public one: (key, hash) pairs, unused (null, 0), removed (dummy, -1). The order of iteration
// is the order of the table, which programs see: probing and growth are therefore CPython's to the slot.
// A probe looks at ten neighbours before it jumps, which keeps it on a cache line or two.

namespace orochi {

namespace {

constinit Object dummy_object = {kImmortalCount, &PyBaseObject_Type};
constexpr size_t kNeighbours = 9;
constexpr int kPerturbShift = 5;

Object* dummy() { return &dummy_object; }
bool is_live(const setentry& entry) { return entry.key && entry.key != dummy(); }
bool is_any_set(Object& o) { return PyAnySet_Check(&o); }

Py_hash_t str_or_minus_one(Object& key) {
    return &type_of(key) == &PyUnicode_Type ? reinterpret_cast<PyASCIIObject&>(key).hash : -1;
}
Result<Py_hash_t> key_hash(ThreadState& ts, Object& key) {
    Py_hash_t known = str_or_minus_one(key);
    return known != -1 ? Result<Py_hash_t>(known) : hash(ts, key);
}

// Calls f(entry) for the entries to look at, until it returns true.
template <class F>
inline void probe(setentry* table, size_t mask, Py_hash_t hash, F f) {
    size_t perturb = size_t(hash);
    size_t i = size_t(hash) & mask;
    for (;;) {
        setentry* entry = &table[i];
        size_t more = i + kNeighbours <= mask ? kNeighbours : 0;
        do {
            if (f(entry)) return;
            ++entry;
        } while (more--);
        perturb >>= kPerturbShift;
        i = (i * 5 + 1 + perturb) & mask;
    }
}

// The entry with the key, or the unused entry where it would go.
Result<setentry*> find(ThreadState& ts, Set& set, Object& key, Py_hash_t hash) {
    for (;;) {
        setentry* table = set.table;
        Py_ssize_t mask = set.mask;
        setentry* found = nullptr;
        bool failed = false, disturbed = false;
        probe(table, size_t(set.mask), hash, [&](setentry* entry) {
            if (entry->hash == 0 && !entry->key) {
                found = entry;
                return true;
            }
            if (entry->hash != hash) return false;
            Object* candidate = entry->key;
            if (candidate == &key) {
                found = entry;
                return true;
            }
            if (&type_of(*candidate) == &PyUnicode_Type && &type_of(key) == &PyUnicode_Type) {
                if (!str_equals(as<Str>(*candidate), as<Str>(key))) return false;
                found = entry;
                return true;
            }
            Ref<Object> keeper = Ref<Object>::share(*candidate);
            auto result = compare_bool(ts, *candidate, key, Py_EQ);
            if (!result.ok()) return failed = true;
            if (table != set.table || mask != set.mask || entry->key != candidate) return disturbed = true;
            if (!std::move(result).take()) return false;
            found = entry;
            return true;
        });
        if (failed) return failure;
        if (!disturbed) return found;
    }
}

// Into a table without removed entries, which does not have the key.
void insert_clean(setentry* table, size_t mask, Object* key, Py_hash_t hash) {
    probe(table, mask, hash, [&](setentry* entry) {
        if (entry->key) return false;
        *entry = {key, hash};
        return true;
    });
}

// Makes the table larger than `least`, and drops removed entries.
Result<void> resize(ThreadState& ts, Set& set, Py_ssize_t least) {
    size_t size = PySet_MINSIZE;
    while (size <= size_t(least)) size <<= 1;
    setentry* old = set.table;
    size_t old_mask = size_t(set.mask);
    bool old_is_small = old == set.smalltable;
    setentry copy[PySet_MINSIZE];
    setentry* table;
    if (size == PySet_MINSIZE) {
        table = set.smalltable;
        if (old_is_small) {
            if (set.fill == set.used) return {};
            std::memcpy(copy, old, sizeof copy);
            old = copy;
        }
        std::memset(table, 0, sizeof set.smalltable);
    } else {
        if (size > size_t(PY_SSIZE_T_MAX) / sizeof(setentry)) return raise_no_memory(ts);
        table = static_cast<setentry*>(ts.heap().allocate_zeroed(size * sizeof(setentry)));
        if (!table) return raise_no_memory(ts);
    }
    set.table = table;
    set.mask = Py_ssize_t(size) - 1;
    set.fill = set.used;
    for (size_t i = 0; i <= old_mask; ++i) {
        if (is_live(old[i])) insert_clean(table, size - 1, old[i].key, old[i].hash);
    }
    if (!old_is_small) Heap::free(old);
    return {};
}

Py_ssize_t next_size(const Set& set) { return set.used > 50000 ? set.used * 2 : set.used * 4; }

Result<void> add_hashed(ThreadState& ts, Set& set, Object& key, Py_hash_t hash) {
    Ref<Object> keeper = Ref<Object>::share(key);
    setentry* entry = TRY(find(ts, set, key, hash));
    if (entry->key) return {};
    entry->key = std::move(keeper).release();
    entry->hash = hash;
    ++set.fill;
    ++set.used;
    if (size_t(set.fill) * 5 < size_t(set.mask) * 3) return {};
    return resize(ts, set, next_size(set));
}

Result<bool> discard_hashed(ThreadState& ts, Set& set, Object& key, Py_hash_t hash) {
    setentry* entry = TRY(find(ts, set, key, hash));
    if (!entry->key) return false;
    Object* old = entry->key;
    entry->key = dummy();
    entry->hash = -1;
    --set.used;
    decref(*old);
    return true;
}

Result<bool> contains_hashed(ThreadState& ts, Set& set, Object& key, Py_hash_t hash) {
    return TRY(find(ts, set, key, hash))->key != nullptr;
}

void reset(Set& set) {
    std::memset(set.smalltable, 0, sizeof set.smalltable);
    set.fill = 0;
    set.used = 0;
    set.mask = PySet_MINSIZE - 1;
    set.table = set.smalltable;
    set.hash = -1;
}

void clear_all(Set& set) {
    if (set.fill == 0 && set.table == set.smalltable) return;
    setentry* old = set.table;
    size_t old_mask = size_t(set.mask);
    bool small = old == set.smalltable;
    setentry copy[PySet_MINSIZE];
    if (small) {
        std::memcpy(copy, old, sizeof copy);
        old = copy;
    }
    reset(set);
    for (size_t i = 0; i <= old_mask; ++i) {
        if (is_live(old[i])) decref(*old[i].key);
    }
    if (!small) Heap::free(old);
}

Result<void> merge_set(ThreadState& ts, Set& set, Set& other) {
    if (&set == &other || other.used == 0) return {};
    if ((set.fill + other.used) * 5 >= set.mask * 3) TRY(resize(ts, set, (set.used + other.used) * 2));
    if (set.fill == 0 && set.mask == other.mask && other.fill == other.used) {
        for (Py_ssize_t i = 0; i <= other.mask; ++i) {
            set.table[i] = other.table[i];
            incref_optional(set.table[i].key);
        }
        set.fill = other.fill;
        set.used = other.used;
        return {};
    }
    if (set.fill == 0) {
        set.fill = set.used = other.used;
        for (Py_ssize_t i = 0; i <= other.mask; ++i) {
            if (is_live(other.table[i]))
                insert_clean(set.table, size_t(set.mask), new_reference(*other.table[i].key), other.table[i].hash);
        }
        return {};
    }
    for (Py_ssize_t i = 0; i <= other.mask; ++i) {
        setentry entry = other.table[i];
        if (is_live(entry)) TRY(add_hashed(ts, set, *entry.key, entry.hash));
    }
    return {};
}

// Calls f(item, hash) for each item of any iterable; sets and dicts know the hashes.
template <class F>
Result<void> for_each(ThreadState& ts, Object& iterable, F f) {
    if (is_any_set(iterable)) {
        Py_ssize_t position = 0;
        Object* key;
        Py_hash_t key_hash;
        while (set_next(as<Set>(iterable), position, &key, &key_hash)) {
            Ref<Object> keeper = Ref<Object>::share(*key);
            TRY(f(*key, key_hash));
        }
        return {};
    }
    if (&type_of(iterable) == &PyDict_Type) {
        Py_ssize_t position = 0;
        Object* key;
        Py_hash_t key_hash;
        while (dict_next(as<Dict>(iterable), position, &key, nullptr, &key_hash)) {
            Ref<Object> keeper = Ref<Object>::share(*key);
            TRY(f(*key, key_hash));
        }
        return {};
    }
    Ref<Object> iterator = TRY(get_iter(ts, iterable));
    for (;;) {
        OptRef<Object> item = TRY(iter_next(ts, *iterator));
        if (!item) return {};
        TRY(f(*item, TRY(key_hash(ts, *item))));
    }
}

Result<void> update(ThreadState& ts, Set& set, Object& iterable) {
    if (is_any_set(iterable)) return merge_set(ts, set, as<Set>(iterable));
    if (&type_of(iterable) == &PyDict_Type) {
        Py_ssize_t count = dict_size(as<Dict>(iterable));
        if ((set.fill + count) * 5 >= set.mask * 3) TRY(resize(ts, set, (set.used + count) * 2));
    }
    return for_each(ts, iterable, [&](Object& item, Py_hash_t hash) { return add_hashed(ts, set, item, hash); });
}

Result<Ref<Set>> make(ThreadState& ts, Type& type, Object* iterable) {
    Object* block;
    if (&type == &PySet_Type || &type == &PyFrozenSet_Type) {
        block = allocate_container(ts, type, sizeof(Set));
        if (!block) return failure;
        reset(*as<Set>(block));
        gc_track(ts, *block);
    } else {
        block = type.tp_alloc(&type, 0);
        if (!block) return failure;
        reset(*as<Set>(block));
    }
    Set& set = *as<Set>(block);
    set.finger = 0;
    set.weakreflist = nullptr;
    Ref<Set> result = Ref<Set>::steal(set);
    if (iterable) TRY(update(ts, result, *iterable));
    return result;
}

// A set or frozenset proper, whichever the type derives from.
Type& base_type(const Type& type) {
    if (&type == &PySet_Type || &type == &PyFrozenSet_Type) return const_cast<Type&>(type);
    return type_is_subtype(type, PySet_Type) ? PySet_Type : PyFrozenSet_Type;
}
Result<Ref<Set>> make_base(ThreadState& ts, Set& like, Object* iterable) {
    return make(ts, base_type(type_of(obj(like))), iterable);
}
Result<Ref<Set>> copy_of(ThreadState& ts, Set& set) { return make_base(ts, set, &obj(set)); }

}  // namespace

Result<Ref<Object>> set_new(ThreadState& ts, Object* iterable) { return make(ts, PySet_Type, iterable); }
Result<Ref<Object>> frozenset_new(ThreadState& ts, Object* iterable) {
    if (iterable && &type_of(*iterable) == &PyFrozenSet_Type) return Ref<Object>::share(*iterable);
    return make(ts, PyFrozenSet_Type, iterable);
}
Result<void> set_add(ThreadState& ts, Set& set, Object& key) {
    return add_hashed(ts, set, key, TRY(key_hash(ts, key)));
}
Result<bool> set_discard(ThreadState& ts, Set& set, Object& key) {
    return discard_hashed(ts, set, key, TRY(key_hash(ts, key)));
}
Result<bool> set_contains(ThreadState& ts, Set& set, Object& key) {
    return contains_hashed(ts, set, key, TRY(key_hash(ts, key)));
}
Result<OptRef<Object>> set_find(ThreadState& ts, Set& set, Object& key) {
    return OptRef<Object>::share(TRY(find(ts, set, key, TRY(key_hash(ts, key))))->key);
}
Result<void> set_update(ThreadState& ts, Set& set, Object& iterable) { return update(ts, set, iterable); }

bool set_next(const Set& set, Py_ssize_t& position, Object** key, Py_hash_t* hash) {
    Py_ssize_t i = position;
    while (i <= set.mask && !is_live(set.table[i])) ++i;
    position = i + 1;
    if (i > set.mask) return false;
    *key = set.table[i].key;
    if (hash) *hash = set.table[i].hash;
    return true;
}

void set_clear(Set& set) { clear_all(set); }

Result<OptRef<Object>> set_pop(ThreadState&, Set& set) {
    if (set.used == 0) return nullptr;
    setentry* entry = set.table + (set.finger & set.mask);
    setentry* limit = set.table + set.mask;
    while (!is_live(*entry)) {
        if (++entry > limit) entry = set.table;
    }
    Object* key = entry->key;
    entry->key = dummy();
    entry->hash = -1;
    --set.used;
    set.finger = entry - set.table + 1;
    return OptRef<Object>::steal(key);
}

namespace {

// ---- Set algebra ----

Result<Ref<Set>> intersection(ThreadState& ts, Set& self, Object& other) {
    if (&obj(self) == &other) return copy_of(ts, self);
    Ref<Set> result = TRY(make_base(ts, self, nullptr));
    Set* asked = &self;
    Object* walked = &other;
    if (is_any_set(other) && set_size(as<Set>(other)) > set_size(self)) {
        asked = as<Set>(&other);
        walked = &obj(self);
    }
    TRY(for_each(ts, *walked, [&](Object& item, Py_hash_t hash) -> Result<void> {
        if (TRY(contains_hashed(ts, *asked, item, hash))) return add_hashed(ts, result, item, hash);
        return {};
    }));
    return result;
}

Result<void> difference_update(ThreadState& ts, Set& self, Object& other) {
    if (&obj(self) == &other) {
        clear_all(self);
        return {};
    }
    OptRef<Object> smaller;
    Object* walked = &other;
    if (is_any_set(other) && (set_size(as<Set>(other)) >> 3) > set_size(self)) {
        smaller = Ref<Object>(TRY(intersection(ts, self, other)));
        walked = smaller.get();
    }
    TRY(for_each(ts, *walked, [&](Object& item, Py_hash_t hash) -> Result<void> {
        (void)TRY(discard_hashed(ts, self, item, hash));
        return {};
    }));
    // Many removed entries slow every search down.
    if (size_t(self.fill - self.used) <= size_t(self.mask) / 4) return {};
    return resize(ts, self, next_size(self));
}

Result<Ref<Set>> difference(ThreadState& ts, Set& self, Object& other) {
    Py_ssize_t other_size = 0;
    bool is_dict = &type_of(other) == &PyDict_Type;
    if (is_any_set(other)) {
        other_size = set_size(as<Set>(other));
    } else if (is_dict) {
        other_size = dict_size(as<Dict>(other));
    }
    if ((!is_any_set(other) && !is_dict) || (set_size(self) >> 2) > other_size) {
        Ref<Set> result = TRY(copy_of(ts, self));
        TRY(difference_update(ts, result, other));
        return result;
    }
    Ref<Set> result = TRY(make_base(ts, self, nullptr));
    TRY(for_each(ts, obj(self), [&](Object& item, Py_hash_t hash) -> Result<void> {
        bool there = is_dict ? TRY(dict_get_hashed(ts, as<Dict>(other), item, hash)) != nullptr
                             : TRY(contains_hashed(ts, as<Set>(other), item, hash));
        if (!there) return add_hashed(ts, result, item, hash);
        return {};
    }));
    return result;
}

Result<void> symmetric_difference_update(ThreadState& ts, Set& self, Object& other) {
    if (&obj(self) == &other) {
        clear_all(self);
        return {};
    }
    OptRef<Object> as_set;
    Object* walked = &other;
    if (!is_any_set(other) && &type_of(other) != &PyDict_Type) {
        as_set = Ref<Object>(TRY(make_base(ts, self, &other)));
        walked = as_set.get();
    }
    return for_each(ts, *walked, [&](Object& item, Py_hash_t hash) -> Result<void> {
        if (!TRY(discard_hashed(ts, self, item, hash))) return add_hashed(ts, self, item, hash);
        return {};
    });
}

Result<Ref<Set>> symmetric_difference(ThreadState& ts, Set& self, Object& other) {
    Ref<Set> result = TRY(make_base(ts, self, &other));
    TRY(symmetric_difference_update(ts, result, obj(self)));
    return result;
}

Result<bool> is_subset(ThreadState& ts, Set& self, Object& other) {
    if (!is_any_set(other)) {
        Ref<Set> common = TRY(intersection(ts, self, other));
        return set_size(common) == set_size(self);
    }
    Set& larger = as<Set>(other);
    if (set_size(self) > set_size(larger)) return false;
    Py_ssize_t position = 0;
    Object* key;
    Py_hash_t hash;
    while (set_next(self, position, &key, &hash)) {
        Ref<Object> keeper = Ref<Object>::share(*key);
        if (!TRY(contains_hashed(ts, larger, *key, hash))) return false;
    }
    return true;
}

Result<bool> is_superset(ThreadState& ts, Set& self, Object& other) {
    if (is_any_set(other)) return is_subset(ts, as<Set>(other), obj(self));
    Ref<Object> iterator = TRY(get_iter(ts, other));
    for (;;) {
        OptRef<Object> item = TRY(iter_next(ts, *iterator));
        if (!item) return true;
        if (!TRY(set_contains(ts, self, *item))) return false;
    }
}

Result<bool> is_disjoint(ThreadState& ts, Set& self, Object& other) {
    if (&obj(self) == &other) return set_size(self) == 0;
    if (is_any_set(other)) {
        Set* walked = as<Set>(&other);
        Set* asked = &self;
        if (set_size(*walked) > set_size(*asked)) std::swap(walked, asked);
        Py_ssize_t position = 0;
        Object* key;
        Py_hash_t hash;
        while (set_next(*walked, position, &key, &hash)) {
            Ref<Object> keeper = Ref<Object>::share(*key);
            if (TRY(contains_hashed(ts, *asked, *key, hash))) return false;
        }
        return true;
    }
    Ref<Object> iterator = TRY(get_iter(ts, other));
    for (;;) {
        OptRef<Object> item = TRY(iter_next(ts, *iterator));
        if (!item) return true;
        if (TRY(set_contains(ts, self, *item))) return false;
    }
}

void swap_bodies(Set& a, Set& b) {
    std::swap(a.fill, b.fill);
    std::swap(a.used, b.used);
    std::swap(a.mask, b.mask);
    setentry* table = a.table == a.smalltable ? b.smalltable : a.table;
    a.table = b.table == b.smalltable ? a.smalltable : b.table;
    b.table = table;
    std::swap(a.smalltable, b.smalltable);
    a.hash = b.hash = -1;
}

// ---- Methods ----

Result<void> method_add(ThreadState& ts, Set& self, Object& key) { return set_add(ts, self, key); }
void method_clear(Set& self) { clear_all(self); }

// A set as a key stands for a frozenset of its items: calls f again with that one.
template <class F>
auto with_set_as_key(ThreadState& ts, Object& key, F f) -> decltype(f(key)) {
    auto result = f(key);
    if (result.ok() || !PySet_Check(&key) || !error_matches(ts, PyExc_TypeError)) return result;
    error_clear(ts);
    Ref<Set> frozen = TRY(make(ts, PyFrozenSet_Type, &key));
    return f(obj(*frozen));
}

Result<bool> method_contains(ThreadState& ts, Set& self, Object& key) {
    return with_set_as_key(ts, key, [&](Object& k) { return set_contains(ts, self, k); });
}
Result<void> method_discard(ThreadState& ts, Set& self, Object& key) {
    (void)TRY(with_set_as_key(ts, key, [&](Object& k) { return set_discard(ts, self, k); }));
    return {};
}
Result<void> method_remove(ThreadState& ts, Set& self, Object& key) {
    if (!TRY(with_set_as_key(ts, key, [&](Object& k) { return set_discard(ts, self, k); })))
        return raise_key_error(ts, key);
    return {};
}
Result<Ref<Object>> method_pop(ThreadState& ts, Set& self) {
    OptRef<Object> key = TRY(set_pop(ts, self));
    if (!key) return raise(ts, PyExc_KeyError, "pop from an empty set");
    return key.take();
}
Result<Ref<Object>> method_copy(ThreadState& ts, Set& self) {
    if (&type_of(obj(self)) == &PyFrozenSet_Type) return Ref<Object>::share(obj(self));
    return copy_of(ts, self);
}
Result<void> method_update(ThreadState& ts, Set& self, Rest others) {
    for (Object* other : others) TRY(update(ts, self, *other));
    return {};
}
Result<Ref<Object>> method_union(ThreadState& ts, Set& self, Rest others) {
    Ref<Set> result = TRY(copy_of(ts, self));
    for (Object* other : others) TRY(update(ts, result, *other));
    return result;
}
Result<Ref<Set>> intersect_all(ThreadState& ts, Set& self, Rest others) {
    if (others.count == 0) return copy_of(ts, self);
    Ref<Set> result = Ref<Set>::share(self);
    for (Object* other : others) {
        Ref<Set> next = TRY(intersection(ts, result, *other));
        result = std::move(next);
    }
    return result;
}
Result<Ref<Object>> method_intersection(ThreadState& ts, Set& self, Rest others) {
    return intersect_all(ts, self, others);
}
Result<void> method_intersection_update(ThreadState& ts, Set& self, Rest others) {
    Ref<Set> result = TRY(intersect_all(ts, self, others));
    if (result.get() != &self) swap_bodies(self, result);
    return {};
}
Result<Ref<Object>> method_difference(ThreadState& ts, Set& self, Rest others) {
    if (others.count == 0) return copy_of(ts, self);
    Ref<Set> result = TRY(difference(ts, self, others[0]));
    for (Py_ssize_t i = 1; i < others.count; ++i) TRY(difference_update(ts, result, others[i]));
    return result;
}
Result<void> method_difference_update(ThreadState& ts, Set& self, Rest others) {
    for (Object* other : others) TRY(difference_update(ts, self, *other));
    return {};
}
Result<Ref<Object>> method_symmetric_difference(ThreadState& ts, Set& self, Object& other) {
    return symmetric_difference(ts, self, other);
}
Result<void> method_symmetric_difference_update(ThreadState& ts, Set& self, Object& other) {
    return symmetric_difference_update(ts, self, other);
}
Result<bool> method_issubset(ThreadState& ts, Set& self, Object& other) { return is_subset(ts, self, other); }
Result<bool> method_issuperset(ThreadState& ts, Set& self, Object& other) { return is_superset(ts, self, other); }
Result<bool> method_isdisjoint(ThreadState& ts, Set& self, Object& other) { return is_disjoint(ts, self, other); }

Result<Ref<Object>> method_reduce(ThreadState& ts, Set& self) {
    Ref<List> items = TRY(sequence_list(ts, obj(self)));
    Ref<Tuple> arguments = TRY(tuple_of(ts, obj(*items)));
    Ref<Object> state = TRY(call_method(ts, obj(self), "__getstate__"_n));
    return TRY(tuple_of(ts, obj(type_of(obj(self))), obj(*arguments), *state));
}
Py_ssize_t method_sizeof(Set& self) {
    Py_ssize_t size = type_of(obj(self)).tp_basicsize;
    if (self.table != self.smalltable) size += (self.mask + 1) * Py_ssize_t(sizeof(setentry));
    return size;
}

// ---- Operators: both sides must be sets ----

template <auto F>
Result<Ref<Object>> operate(ThreadState& ts, Object& left, Object& right) {
    if (!is_any_set(left) || !is_any_set(right)) return new_not_implemented();
    return F(ts, as<Set>(left), right);
}
Result<Ref<Set>> union_of(ThreadState& ts, Set& self, Object& other) {
    Ref<Set> result = TRY(copy_of(ts, self));
    TRY(update(ts, result, other));
    return result;
}
template <auto F>
Result<Ref<Object>> operate_in_place(ThreadState& ts, Object& left, Object& right) {
    if (!is_any_set(right)) return new_not_implemented();
    TRY(F(ts, as<Set>(left), right));
    return Ref<Object>::share(left);
}
Result<void> intersection_update(ThreadState& ts, Set& self, Object& other) {
    Ref<Set> result = TRY(intersection(ts, self, other));
    swap_bodies(self, result);
    return {};
}

// ---- Slots ----

void set_dealloc(Object* self) {
    ThreadState& ts = current_thread();
    Set& set = as<Set>(*self);
    gc_untrack_if_tracked(*self);
    if (!trashcan_begin(ts, *self)) return;
    if (set.weakreflist) clear_weakrefs(ts, *self);
    for (Py_ssize_t i = 0; i <= set.mask; ++i) {
        if (is_live(set.table[i])) decref(*set.table[i].key);
    }
    if (set.table != set.smalltable) Heap::free(set.table);
    type_of(*self).tp_free(self);
    trashcan_end(ts);
}

int set_traverse(Object* self, visitproc visit, void* argument) {
    Py_ssize_t position = 0;
    Object* key;
    while (set_next(as<Set>(*self), position, &key)) VISIT(key);
    return 0;
}

int set_tp_clear(Object* self) {
    clear_all(as<Set>(*self));
    return 0;
}

Result<Ref<Object>> set_repr(ThreadState& ts, Set& self) {
    const char* name = type_of(obj(self)).tp_name;
    if (TRY(repr_enter(ts, obj(self)))) return str_format(ts, "%s(...)", name);
    auto run = [&]() -> Result<Ref<Object>> {
        if (self.used == 0) return str_format(ts, "%s()", name);
        Ref<List> items = TRY(sequence_list(ts, obj(self)));
        Ref<Str> text = TRY(repr(ts, obj(*items)));
        Ref<Str> inner = TRY(str_substring(ts, text, 1, str_length(text) - 1));
        if (&type_of(obj(self)) == &PySet_Type) return str_format(ts, "{%U}", &obj(*inner));
        return str_format(ts, "%s({%U})", name, &obj(*inner));
    };
    auto result = run();
    repr_leave(ts, obj(self));
    return result;
}

Py_ssize_t set_len(Set& self) { return self.used; }

Py_hash_t frozenset_hash(Set& self) {
    if (self.hash != -1) return self.hash;
    base::FrozensetHasher hasher;
    Py_ssize_t position = 0;
    Object* key;
    Py_hash_t item;
    while (set_next(self, position, &key, &item)) hasher.add(item);
    self.hash = Py_hash_t(hasher.finish(size_t(self.used)));
    return self.hash;
}

Result<bool> sets_equal(ThreadState& ts, Set& left, Set& right) {
    if (left.used != right.used) return false;
    if (left.hash != -1 && right.hash != -1 && left.hash != right.hash) return false;
    return is_subset(ts, left, obj(right));
}

Result<Ref<Object>> set_compare(ThreadState& ts, Set& self, Object& other, int op) {
    if (!is_any_set(other)) return new_not_implemented();
    Set& right = as<Set>(other);
    switch (op) {
        case Py_EQ: return new_bool(TRY(sets_equal(ts, self, right)));
        case Py_NE: return new_bool(!TRY(sets_equal(ts, self, right)));
        case Py_LE: return new_bool(TRY(is_subset(ts, self, other)));
        case Py_GE: return new_bool(TRY(is_subset(ts, right, obj(self))));
        case Py_LT: return new_bool(self.used < right.used && TRY(is_subset(ts, self, other)));
        default: return new_bool(self.used > right.used && TRY(is_subset(ts, right, obj(self))));
    }
}

// ---- Construction ----

Object* set_tp_new(Type* type, Object*, Object*) { return to_c(make(current_thread(), *type, nullptr)); }

int set_tp_init(Object* self, Object* arguments, Object* keywords) {
    ThreadState& ts = current_thread();
    auto run = [&]() -> Result<void> {
        TRY(check_no_keywords(ts, "set", as<Dict>(keywords)));
        Tuple& a = as<Tuple>(*arguments);
        TRY(check_count(ts, "set", tuple_size(a), 0, 1));
        clear_all(as<Set>(*self));
        as<Set>(*self).hash = -1;
        if (tuple_size(a)) TRY(update(ts, as<Set>(*self), tuple_item(a, 0)));
        return {};
    };
    return to_c(run());
}

Object* set_vectorcall(Object* type, Object* const* arguments, size_t nargsf, Object* keyword_names) {
    ThreadState& ts = current_thread();
    auto run = [&]() -> Result<Ref<Object>> {
        if (keyword_names && tuple_size(as<Tuple>(*keyword_names)))
            return raise(ts, PyExc_TypeError, "set() takes no keyword arguments");
        Py_ssize_t count = PyVectorcall_NARGS(nargsf);
        TRY(check_count(ts, "set", count, 0, 1));
        return make(ts, as<Type>(*type), count ? arguments[0] : nullptr);
    };
    return to_c(run());
}

Result<Ref<Object>> make_frozen(ThreadState& ts, Type& type, Object* iterable) {
    if (&type == &PyFrozenSet_Type && iterable && &type_of(*iterable) == &PyFrozenSet_Type)
        return Ref<Object>::share(*iterable);
    return make(ts, type, iterable);
}

Object* frozenset_tp_new(Type* type, Object* arguments, Object* keywords) {
    ThreadState& ts = current_thread();
    auto run = [&]() -> Result<Ref<Object>> {
        if (type == &PyFrozenSet_Type || type->tp_init == PyFrozenSet_Type.tp_init)
            TRY(check_no_keywords(ts, "frozenset", as<Dict>(keywords)));
        Tuple& a = as<Tuple>(*arguments);
        TRY(check_count(ts, "frozenset", tuple_size(a), 0, 1));
        return make_frozen(ts, *type, tuple_size(a) ? &tuple_item(a, 0) : nullptr);
    };
    return to_c(run());
}

Object* frozenset_vectorcall(Object* type, Object* const* arguments, size_t nargsf, Object* keyword_names) {
    ThreadState& ts = current_thread();
    auto run = [&]() -> Result<Ref<Object>> {
        if (keyword_names && tuple_size(as<Tuple>(*keyword_names)))
            return raise(ts, PyExc_TypeError, "frozenset() takes no keyword arguments");
        Py_ssize_t count = PyVectorcall_NARGS(nargsf);
        TRY(check_count(ts, "frozenset", count, 0, 1));
        return make_frozen(ts, as<Type>(*type), count ? arguments[0] : nullptr);
    };
    return to_c(run());
}

#define SHARED_SET_METHODS                                                                                           \
    METHOD_FLAGS("__contains__($self, object, /)", method_contains, "x.__contains__(y) <==> y in x.", METH_COEXIST), \
        METHOD_PLAIN("copy($self, /)", method_copy, "Return a shallow copy of a set."),                              \
        METHOD_PLAIN("difference($self, *others)", method_difference,                                                \
                     "Return the difference of two or more sets as a new set.\n\n"                                   \
                     "(i.e. all elements that are in this set but not the others.)"),                                \
        METHOD_PLAIN("intersection($self, *others)", method_intersection,                                            \
                     "Return the intersection of two sets as a new set.\n\n"                                         \
                     "(i.e. all elements that are in both sets.)"),                                                  \
        METHOD_PLAIN("isdisjoint($self, other, /)", method_isdisjoint,                                               \
                     "Return True if two sets have a null intersection."),                                           \
        METHOD("issubset($self, other, /)", method_issubset, "Test whether every element in the set is in other."),  \
        METHOD("issuperset($self, other, /)", method_issuperset,                                                     \
               "Test whether every element in other is in the set."),                                                \
        METHOD_PLAIN("__reduce__($self, /)", method_reduce, "Return state information for pickling."),               \
        METHOD_PLAIN("__sizeof__($self, /)", method_sizeof, "S.__sizeof__() -> size of S in memory, in bytes"),      \
        METHOD_PLAIN("symmetric_difference($self, other, /)", method_symmetric_difference,                           \
                     "Return the symmetric difference of two sets as a new set.\n\n"                                 \
                     "(i.e. all elements that are in exactly one of the sets.)"),                                    \
        METHOD_PLAIN("union($self, *others)", method_union,                                                          \
                     "Return the union of sets as a new set.\n\n"                                                    \
                     "(i.e. all elements that are in either set.)"),                                                 \
        METHOD_PLAIN("__class_getitem__($type, object, /)", class_getitem, "See PEP 585")

constexpr MethodDef set_methods[] = {
    SHARED_SET_METHODS,
    METHOD_PLAIN("add($self, object, /)", method_add,
                 "Add an element to a set.\n\nThis has no effect if the element is already present."),
    METHOD_PLAIN("clear($self, /)", method_clear, "Remove all elements from this set."),
    METHOD_PLAIN("discard($self, object, /)", method_discard,
                 "Remove an element from a set if it is a member.\n\n"
                 "Unlike set.remove(), the discard() method does not raise\n"
                 "an exception when an element is missing from the set."),
    METHOD_PLAIN("difference_update($self, *others)", method_difference_update,
                 "Remove all elements of another set from this set."),
    METHOD_PLAIN("intersection_update($self, *others)", method_intersection_update,
                 "Update a set with the intersection of itself and another."),
    METHOD_PLAIN("pop($self, /)", method_pop,
                 "Remove and return an arbitrary set element.\nRaises KeyError if the set is empty."),
    METHOD_PLAIN("remove($self, object, /)", method_remove,
                 "Remove an element from a set; it must be a member.\n\n"
                 "If the element is not a member, raise a KeyError."),
    METHOD_PLAIN("symmetric_difference_update($self, other, /)", method_symmetric_difference_update,
                 "Update a set with the symmetric difference of itself and another."),
    METHOD_PLAIN("update($self, *others)", method_update, "Update a set with the union of itself and others."),
    METHOD_END,
};
constexpr MethodDef frozenset_methods[] = {SHARED_SET_METHODS, METHOD_END};

constinit PyNumberMethods set_number = {
    .nb_subtract = slot<operate<difference>>,
    .nb_and = slot<operate<intersection>>,
    .nb_xor = slot<operate<symmetric_difference>>,
    .nb_or = slot<operate<union_of>>,
    .nb_inplace_subtract = slot<operate_in_place<difference_update>>,
    .nb_inplace_and = slot<operate_in_place<intersection_update>>,
    .nb_inplace_xor = slot<operate_in_place<symmetric_difference_update>>,
    .nb_inplace_or = slot<operate_in_place<update>>,
};
constinit PyNumberMethods frozenset_number = {
    .nb_subtract = slot<operate<difference>>,
    .nb_and = slot<operate<intersection>>,
    .nb_xor = slot<operate<symmetric_difference>>,
    .nb_or = slot<operate<union_of>>,
};
constinit PySequenceMethods set_sequence = {.sq_length = slot<set_len>, .sq_contains = slot<method_contains>};

// ---- Iterator ----

struct SetIterator {
    PyObject_HEAD
    Set* set;  // null: exhausted
    Py_ssize_t used;
    Py_ssize_t position;
    Py_ssize_t remaining;
};

Result<Ref<Object>> set_iter(ThreadState& ts, Set& self) {
    SetIterator* it = allocate_tracked<SetIterator>(ts, PySetIter_Type);
    if (!it) return failure;
    it->set = new_reference(self);
    it->used = it->remaining = self.used;
    it->position = 0;
    gc_track(ts, obj(*it));
    return Ref<Object>::steal(obj(*it));
}
void iterator_dealloc(Object* self) {
    gc_untrack_if_tracked(*self);
    decref_optional(as<SetIterator>(*self).set);
    free_container(*self);
}
int iterator_traverse(Object* self, visitproc visit, void* argument) {
    VISIT(as<SetIterator>(*self).set);
    return 0;
}
Object* iterator_next(Object* self) {
    SetIterator& it = as<SetIterator>(*self);
    if (!it.set) return nullptr;
    if (it.used != it.set->used) {
        raise(current_thread(), PyExc_RuntimeError, "Set changed size during iteration");
        it.used = -1;
        return nullptr;
    }
    Object* key;
    if (set_next(*it.set, it.position, &key)) {
        --it.remaining;
        return new_reference(*key);
    }
    clear(it.set);
    return nullptr;
}
Py_ssize_t iterator_length_hint(SetIterator& it) { return it.set && it.used == it.set->used ? it.remaining : 0; }
Result<Ref<Object>> iterator_reduce(ThreadState& ts, SetIterator& it) {
    Ref<List> rest = TRY(list_new(ts, 0));
    if (it.set) {
        Ref<Object> copy = TRY(set_iter(ts, *it.set));
        SetIterator& c = as<SetIterator>(*copy);
        c.used = it.used;
        c.position = it.position;
        c.remaining = it.remaining;
        TRY(list_extend(ts, rest, copy));
    }
    Ref<Object> function = TRY(builtin_attribute(ts, "iter"_s));
    Ref<Tuple> arguments = TRY(tuple_of(ts, obj(*rest)));
    return TRY(tuple_of(ts, *function, obj(*arguments)));
}
constexpr MethodDef iterator_methods[] = {
    METHOD_PLAIN("__length_hint__($self, /)", iterator_length_hint,
                 "Private method returning an estimate of len(list(it))."),
    METHOD_PLAIN("__reduce__($self, /)", iterator_reduce, "Return state information for pickling."),
    METHOD_END,
};

}  // namespace

}  // namespace orochi

using namespace orochi;

extern "C" {
extern PyObject* _PySet_Dummy;
[[gnu::visibility("default")]] constinit PyObject* _PySet_Dummy = &dummy_object;
}

constinit PyTypeObject PySet_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "set",
    .tp_basicsize = sizeof(Set),
    .tp_dealloc = set_dealloc,
    .tp_repr = slot<set_repr>,
    .tp_as_number = &set_number,
    .tp_as_sequence = &set_sequence,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE | _Py_TPFLAGS_MATCH_SELF,
    .tp_doc =
        "set() -> new empty set object\n"
        "set(iterable) -> new set object\n\n"
        "Build an unordered collection of unique elements.",
    .tp_traverse = set_traverse,
    .tp_clear = set_tp_clear,
    .tp_richcompare = slot<set_compare>,
    .tp_weaklistoffset = offsetof(Set, weakreflist),
    .tp_iter = slot<set_iter>,
    .tp_methods = METHOD_TABLE(set_methods),
    .tp_init = set_tp_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = set_tp_new,
    .tp_free = PyObject_GC_Del,
    .tp_vectorcall = set_vectorcall,
};

constinit PyTypeObject PyFrozenSet_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "frozenset",
    .tp_basicsize = sizeof(Set),
    .tp_dealloc = set_dealloc,
    .tp_repr = slot<set_repr>,
    .tp_as_number = &frozenset_number,
    .tp_as_sequence = &set_sequence,
    .tp_hash = slot<frozenset_hash>,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE | _Py_TPFLAGS_MATCH_SELF,
    .tp_doc =
        "frozenset() -> empty frozenset object\n"
        "frozenset(iterable) -> frozenset object\n\n"
        "Build an immutable unordered collection of unique elements.",
    .tp_traverse = set_traverse,
    .tp_clear = set_tp_clear,
    .tp_richcompare = slot<set_compare>,
    .tp_weaklistoffset = offsetof(Set, weakreflist),
    .tp_iter = slot<set_iter>,
    .tp_methods = METHOD_TABLE(frozenset_methods),
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = frozenset_tp_new,
    .tp_free = PyObject_GC_Del,
    .tp_vectorcall = frozenset_vectorcall,
};

constinit PyTypeObject PySetIter_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "set_iterator",
    .tp_basicsize = sizeof(SetIterator),
    .tp_dealloc = iterator_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = iterator_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = iterator_next,
    .tp_methods = METHOD_TABLE(iterator_methods),
};
