// The heap of one interpreter.
//
// Small blocks come from size-class pools inside address ranges that only this
// interpreter uses, without atomics and without a lock of their own: the
// interpreter lock is the heap's lock. Every block can be traced back to its
// heap from its address alone, so free() and reallocate() need no state.
// Memory that is freed by a thread of another interpreter is a bug and asserted.
//
// The limit counts the bytes of live blocks; an allocation that would cross it
// returns null, as does one that the system refuses. Sizes are bytes.
#pragma once

#include <cstddef>
#include <cstdint>

namespace orochi {

class Heap {
public:
    Heap();
    ~Heap();  // gives every range back to the system, live blocks included
    Heap(const Heap&) = delete;
    Heap& operator=(const Heap&) = delete;

    // Blocks are aligned to 16 bytes; a size of 0 gives a distinct block. Null when out of memory.
    [[nodiscard]] void* allocate(size_t size);
    [[nodiscard]] void* allocate_zeroed(size_t size);
    // Static, since the block knows its heap. Null leaves the old block as it was; `block` may be null
    // only in the member form, which then allocates.
    [[nodiscard]] void* reallocate(void* block, size_t size);
    static void free(void* block);  // null is ignored
    static size_t usable_size(const void* block);
    // The heap that a block belongs to.
    static Heap& of(const void* block);

    size_t bytes_in_use() const { return bytes_in_use_; }
    size_t blocks_in_use() const { return blocks_in_use_; }
    size_t peak_bytes() const { return peak_bytes_; }
    size_t limit() const { return limit_; }
    void set_limit(size_t bytes) { limit_ = bytes; }  // SIZE_MAX: none

private:
    struct Impl;
    Impl* impl_ = nullptr;
    size_t bytes_in_use_ = 0;
    size_t blocks_in_use_ = 0;
    size_t peak_bytes_ = 0;
    size_t limit_ = SIZE_MAX;
};

}  // namespace orochi
