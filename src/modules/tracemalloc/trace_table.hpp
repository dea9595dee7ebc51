// The hash tables of a tracer: open addressing, in one block of malloc's each, because tracing may not allocate from
// the heap that it traces.
#pragma once

#include <bit>
#include <cstdint>
#include <cstdlib>
#include <utility>

namespace orochi {

// Traits: Entry, a trivial struct, of which one that is all zero is an unused place; `used` and `hash` of an Entry.
template <class Traits>
class TraceTable {
public:
    using Entry = typename Traits::Entry;

    TraceTable() = default;
    TraceTable(const TraceTable&) = delete;
    ~TraceTable() { std::free(entries_); }

    size_t bytes() const { return capacity_ * sizeof(Entry); }
    size_t count() const { return count_; }
    void swap(TraceTable& other) {
        std::swap(entries_, other.entries_);
        std::swap(capacity_, other.capacity_);
        std::swap(count_, other.count_);
    }

    // The entry for which `same` holds, or null. `hash` is that of such an entry.
    template <class Same>
    Entry* find(uint64_t hash, Same same) const {
        if (!count_) return nullptr;
        for (size_t i = home(hash);; i = after(i)) {
            if (!Traits::used(entries_[i])) return nullptr;
            if (same(entries_[i])) return &entries_[i];
        }
    }
    // An entry that is not there yet. Null: out of memory. Entries found before have moved.
    Entry* insert(const Entry& entry) {
        if ((count_ + 1) * 4 > capacity_ * 3 && !grow()) return nullptr;
        ++count_;
        return put(entry);
    }
    void erase(Entry* entry) {
        --count_;
        size_t hole = size_t(entry - entries_);
        // What follows without a gap moves up, unless it would come to stand before its home.
        for (size_t i = after(hole); Traits::used(entries_[i]); i = after(i)) {
            size_t distance = (i - home(Traits::hash(entries_[i]))) & (capacity_ - 1);
            if (distance < ((i - hole) & (capacity_ - 1))) continue;
            entries_[hole] = entries_[i];
            hole = i;
        }
        entries_[hole] = Entry{};
    }
    template <class Function>
    void for_each(Function function) const {
        for (size_t i = 0; i < capacity_; ++i) {
            if (Traits::used(entries_[i])) function(entries_[i]);
        }
    }

private:
    size_t home(uint64_t hash) const { return (hash * 0x9e3779b97f4a7c15u) >> (64 - std::countr_zero(capacity_)); }
    size_t after(size_t place) const { return (place + 1) & (capacity_ - 1); }
    Entry* put(const Entry& entry) {
        size_t i = home(Traits::hash(entry));
        while (Traits::used(entries_[i])) i = after(i);
        entries_[i] = entry;
        return &entries_[i];
    }
    bool grow() {
        TraceTable old;
        size_t capacity = capacity_ ? capacity_ * 2 : 64;
        auto* entries = static_cast<Entry*>(std::calloc(capacity, sizeof(Entry)));
        if (!entries) return false;
        swap(old);
        entries_ = entries;
        capacity_ = capacity;
        count_ = old.count_;
        old.for_each([this](const Entry& entry) { put(entry); });
        return true;
    }

    Entry* entries_ = nullptr;
    size_t capacity_ = 0;  // a power of two, or 0
    size_t count_ = 0;
};

}  // namespace orochi
