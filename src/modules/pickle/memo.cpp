#include "modules/pickle/memo.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "objects/containers.hpp"

namespace orochi::pickle {

namespace {
constexpr size_t kSmallestMemo = 8;
}

Memo::Entry& Memo::place(const Object& object) const {
    size_t mask = capacity_ - 1;
    size_t at = reinterpret_cast<uintptr_t>(&object) >> 4;
    at ^= at >> 20;
    for (;; ++at) {
        Entry& entry = table_[at & mask];
        if (!entry.object || entry.object == &object) return entry;
    }
}

Py_ssize_t Memo::find(const Object& object) const {
    if (!used_) return -1;
    Entry& entry = place(object);
    return entry.object ? entry.index : -1;
}

Result<void> Memo::put(ThreadState& ts, Object& object, Py_ssize_t index) {
    if (size_t(used_ + 1) * 3 > capacity_ * 2) {
        size_t capacity = std::max(kSmallestMemo, capacity_ * (used_ > 50000 ? 2 : 4));
        auto* table = static_cast<Entry*>(ts.heap().allocate_zeroed(capacity * sizeof(Entry)));
        if (!table) return raise_no_memory(ts);
        Memo grown;
        grown.table_ = table;
        grown.capacity_ = capacity;
        for (size_t i = 0; i < capacity_; ++i) {
            if (table_[i].object) grown.place(*table_[i].object) = table_[i];
        }
        Heap::free(table_);
        table_ = table;
        capacity_ = capacity;
    }
    Entry& entry = place(object);
    if (!entry.object) {
        entry.object = new_reference(object);
        ++used_;
    }
    entry.index = index;
    return {};
}

void Memo::forget() {
    // The table is empty before objects are let go of, since their finalisers may come back here.
    Memo old = *this;
    table_ = nullptr;
    capacity_ = 0;
    used_ = 0;
    for (size_t i = 0; i < old.capacity_; ++i) decref_optional(old.table_[i].object);
    if (table_ || !old.table_) {
        Heap::free(old.table_);
        return;
    }
    std::memset(old.table_, 0, old.capacity_ * sizeof(Entry));
    table_ = old.table_;
    capacity_ = old.capacity_;
}

void Memo::release() {
    Memo old = *this;
    table_ = nullptr;
    capacity_ = 0;
    used_ = 0;
    for (size_t i = 0; i < old.capacity_; ++i) decref_optional(old.table_[i].object);
    Heap::free(old.table_);
}

void Memo::swap(Memo& other) { std::swap(*this, other); }

int Memo::traverse(visitproc visit, void* argument) const {
    for (size_t i = 0; i < capacity_; ++i) VISIT(table_[i].object);
    return 0;
}

Result<void> IndexedMemo::put(ThreadState& ts, size_t index, Object& object) {
    if (index >= capacity_) {
        size_t capacity = std::max<size_t>(32, index * 2);
        auto* items = capacity > size_t(PY_SSIZE_T_MAX) / sizeof(Object*)
                          ? nullptr
                          : static_cast<Object**>(ts.heap().allocate_zeroed(capacity * sizeof(Object*)));
        if (!items) return raise_no_memory(ts);
        if (items_) std::memcpy(items, items_, capacity_ * sizeof(Object*));
        Heap::free(items_);
        items_ = items;
        capacity_ = capacity;
    }
    Object* old = std::exchange(items_[index], new_reference(object));
    if (!old) ++used_;
    decref_optional(old);
    return {};
}

void IndexedMemo::release() {
    IndexedMemo old = *this;
    items_ = nullptr;
    capacity_ = 0;
    used_ = 0;
    for (size_t i = 0; i < old.capacity_; ++i) decref_optional(old.items_[i]);
    Heap::free(old.items_);
}

void IndexedMemo::swap(IndexedMemo& other) { std::swap(*this, other); }

int IndexedMemo::traverse(visitproc visit, void* argument) const {
    for (size_t i = 0; i < capacity_; ++i) VISIT(items_[i]);
    return 0;
}

}  // namespace orochi::pickle
