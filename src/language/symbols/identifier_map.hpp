// A small open-addressed map from identifiers (or any pointer) to an index,
// and nothing is ever removed. Compilation makes several for each scope, so an
// empty one costs nothing and a small one is one allocation.
#pragma once

#include <cstdint>
#include <vector>

#include "language/ast/identifier.hpp"

namespace orochi::language {

class IdentifierMap {
public:
    static constexpr uint32_t kAbsent = ~0u;

    uint32_t find(Identifier key) const {
        if (slots_.empty()) return kAbsent;
        size_t mask = slots_.size() - 1;
        for (size_t i = key.hash() & mask;; i = (i + 1) & mask) {
            if (slots_[i].key == key) return slots_[i].value;
            if (!slots_[i].key) return kAbsent;
        }
    }

    // The key must be absent.
    void insert(Identifier key, uint32_t value) {
        if ((count_ + 1) * 4 > slots_.size() * 3) grow();
        ++count_;
        place(key, value);
    }

    uint32_t size() const { return count_; }

private:
    struct Slot {
        Identifier key;
        uint32_t value = 0;
    };

    void place(Identifier key, uint32_t value) {
        size_t mask = slots_.size() - 1;
        size_t i = key.hash() & mask;
        while (slots_[i].key) i = (i + 1) & mask;
        slots_[i] = {key, value};
    }

    void grow() {
        std::vector<Slot> old(slots_.empty() ? 8 : slots_.size() * 2);
        old.swap(slots_);
        for (const Slot& slot : old) {
            if (slot.key) place(slot.key, slot.value);
        }
    }

    std::vector<Slot> slots_;
    uint32_t count_ = 0;
};

class PointerMap {
public:
    void* find(const void* key) const {
        if (slots_.empty()) return nullptr;
        size_t mask = slots_.size() - 1;
        for (size_t i = hash(key) & mask;; i = (i + 1) & mask) {
            if (slots_[i].key == key) return slots_[i].value;
            if (!slots_[i].key) return nullptr;
        }
    }
    void insert(const void* key, void* value) {
        if ((count_ + 1) * 4 > slots_.size() * 3) {
            std::vector<Slot> old(slots_.empty() ? 64 : slots_.size() * 2);
            old.swap(slots_);
            for (const Slot& slot : old) {
                if (slot.key) place(slot.key, slot.value);
            }
        }
        ++count_;
        place(key, value);
    }

private:
    struct Slot {
        const void* key = nullptr;
        void* value = nullptr;
    };
    static size_t hash(const void* key) {
        return (reinterpret_cast<uintptr_t>(key) >> 4) * 0x9E3779B97F4A7C15ull >> 20;
    }
    void place(const void* key, void* value) {
        size_t mask = slots_.size() - 1;
        size_t i = hash(key) & mask;
        while (slots_[i].key) i = (i + 1) & mask;
        slots_[i] = {key, value};
    }

    std::vector<Slot> slots_;
    size_t count_ = 0;
};

}  // namespace orochi::language
