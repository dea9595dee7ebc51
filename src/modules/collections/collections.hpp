// What the parts of the _collections module share.
#pragma once

#include "modules/heap_type.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"

namespace orochi::collections {

struct State {
    Type* deque;
    Type* deque_iterator;
    Type* deque_reverse_iterator;
    auto members() { return std::array{&deque, &deque_iterator, &deque_reverse_iterator}; }
    // What the module refers to.
    template <class F>
    void each(F f) {
        for (Type** member : members()) f(*member);
    }
};

Result<void> add_deque(ThreadState& ts, Object& module, State& state);

}  // namespace orochi::collections
