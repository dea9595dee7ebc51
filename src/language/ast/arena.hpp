// Arena: the memory of one compilation.
//
// Trees, constants and identifiers live from the first token to the finished
// code and die together, so they are bump-allocated and never freed one by one.
// Nothing allocated here has its destructor run: keep only trivially
// destructible things in an arena. The arena owns the identifier table, so two
// equal identifiers of one arena are the same pointer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <new>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "language/ast/identifier.hpp"

namespace orochi::language {

// A counted row of elements in the arena. Elements may be written, the row is
// never resized.
template <class T>
struct Sequence {
    T* data = nullptr;
    uint32_t count = 0;

    uint32_t size() const { return count; }
    bool empty() const { return count == 0; }
    T& operator[](size_t i) const { return data[i]; }
    T* begin() const { return data; }
    T* end() const { return data + count; }
    T& front() const { return data[0]; }
    T& back() const { return data[count - 1]; }
    Sequence slice(uint32_t from, uint32_t to) const { return {data + from, to - from}; }
    Sequence from(uint32_t start) const { return {data + start, count - start}; }
};

class Arena {
public:
    Arena() = default;
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;
    ~Arena();

    void* allocate(size_t size, size_t align = alignof(std::max_align_t)) {
        uintptr_t at = (next_ + (align - 1)) & ~uintptr_t(align - 1);
        if (at + size > end_) return allocate_slow(size, align);
        next_ = at + size;
        return reinterpret_cast<void*>(at);
    }

    template <class T, class... Args>
    T* make(Args&&... args) {
        static_assert(std::is_trivially_destructible_v<T>);
        return new (allocate(sizeof(T), alignof(T))) T(std::forward<Args>(args)...);
    }

    // A row of `count` value-initialised elements.
    template <class T>
    Sequence<T> sequence(size_t count) {
        static_assert(std::is_trivially_destructible_v<T>);
        if (count == 0) return {};
        T* data = static_cast<T*>(allocate(sizeof(T) * count, alignof(T)));
        for (size_t i = 0; i < count; ++i) new (data + i) T();
        return {data, static_cast<uint32_t>(count)};
    }

    template <class T>
    Sequence<T> copy(const T* items, size_t count) {
        static_assert(std::is_trivially_copyable_v<T>);
        if (count == 0) return {};
        T* data = static_cast<T*>(allocate(sizeof(T) * count, alignof(T)));
        std::memcpy(static_cast<void*>(data), items, sizeof(T) * count);
        return {data, static_cast<uint32_t>(count)};
    }
    template <class T>
    Sequence<T> copy(const std::vector<T>& items) {
        return copy(items.data(), items.size());
    }
    template <class T>
    Sequence<T> copy(std::initializer_list<T> items) {
        return copy(items.begin(), items.size());
    }

    // Copies the bytes, adding a terminating NUL that is not counted.
    std::string_view copy_text(std::string_view text);

    Identifier intern(std::string_view text) { return identifiers_.intern(*this, text); }

    bool has_identifier(std::string_view text) const { return bool(identifiers_.find(text)); }

    // How many different identifiers there are; their indices run from 0.
    uint32_t identifier_count() const { return identifiers_.count(); }

    size_t bytes_reserved() const { return reserved_; }

private:
    void* allocate_slow(size_t size, size_t align);

    uintptr_t next_ = 0;
    uintptr_t end_ = 0;
    size_t reserved_ = 0;
    struct Block;
    Block* blocks_ = nullptr;
    IdentifierTable identifiers_;
};

}  // namespace orochi::language
