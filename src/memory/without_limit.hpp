// Lifts the limit of a heap in a scope, for what the runtime itself must be able to do however much an interpreter
// uses: little, and nothing that user code decides on.
#pragma once

#include "memory/heap.hpp"

namespace orochi {

class WithoutMemoryLimit {
public:
    explicit WithoutMemoryLimit(Heap& heap) : heap_(heap), limit_(heap.limit()) { heap_.set_limit(SIZE_MAX); }
    ~WithoutMemoryLimit() { heap_.set_limit(limit_); }
    WithoutMemoryLimit(const WithoutMemoryLimit&) = delete;

private:
    Heap& heap_;
    size_t limit_;
};

}  // namespace orochi
