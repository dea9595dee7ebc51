// What the runtime itself must be able to do however much an interpreter uses: little, and nothing that user code
// decides on.
#pragma once

#include <algorithm>

#include "memory/heap.hpp"

namespace orochi {

// Lifts the limit of a heap in a scope, which must not give up the interpreter's lock.
class WithoutMemoryLimit {
public:
    explicit WithoutMemoryLimit(Heap& heap) : heap_(heap), limit_(heap.limit()) { heap_.set_limit(SIZE_MAX); }
    ~WithoutMemoryLimit() { heap_.set_limit(limit_); }
    WithoutMemoryLimit(const WithoutMemoryLimit&) = delete;

private:
    Heap& heap_;
    size_t limit_;
};

// Raises the limit of a heap in a scope by enough for a few calls of Python functions. Such scopes of several threads
// may overlap.
class MemoryReserve {
public:
    explicit MemoryReserve(Heap& heap) : heap_(heap), bytes_(std::min(kBytes, SIZE_MAX - heap.limit())) {
        heap_.set_limit(heap_.limit() + bytes_);
    }
    ~MemoryReserve() { heap_.set_limit(heap_.limit() - bytes_); }
    MemoryReserve(const MemoryReserve&) = delete;

private:
    static constexpr size_t kBytes = 256 * 1024;
    Heap& heap_;
    size_t bytes_;
};

}  // namespace orochi
