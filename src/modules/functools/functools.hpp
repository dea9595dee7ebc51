// What the parts of the module _functools share.
#pragma once

#include "modules/heap_type.hpp"

namespace orochi {

extern PyModuleDef functools_module;

namespace functools {

struct State {
    Object* keyword_mark;  // separates positional from keyword arguments in the keys of a cache
    Type* partial;
    Type* key_wrapper;
    Type* cache_link;
    auto objects() {
        return std::array{&keyword_mark, reinterpret_cast<Object**>(&partial), reinterpret_cast<Object**>(&key_wrapper),
                          reinterpret_cast<Object**>(&cache_link)};
    }
    // What the module refers to.
    template <class F>
    void each(F f) {
        for (Object** member : objects()) f(*member);
    }
};

Result<void> add_partial(ThreadState& ts, Object& module, State& state);
Result<void> add_cache(ThreadState& ts, Object& module, State& state);

}  // namespace functools
}  // namespace orochi
