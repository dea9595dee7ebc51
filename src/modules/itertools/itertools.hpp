// What the parts of the itertools module share.
#pragma once

#include "modules/heap_type.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"

namespace orochi::itertools {

struct State {
    Type* chain;
    Type* islice;
    Type* groupby;
    Type* grouper;
    Type* tee;
    Type* tee_data;
    auto members() { return std::array{&chain, &islice, &groupby, &grouper, &tee, &tee_data}; }
    // What the module refers to.
    template <class F>
    void each(F f) {
        for (Type** member : members()) f(*member);
    }
};

Result<State*> state_of(ThreadState& ts, Object& iterator);

Result<void> add_simple(ThreadState& ts, Object& module, State& state);        // one iterator in, one out
Result<void> add_combinatoric(ThreadState& ts, Object& module, State& state);  // product, permutations ...
Result<void> add_grouping(ThreadState& ts, Object& module, State& state);      // groupby, tee, zip_longest, pairwise
Result<Ref<Object>> tee(ThreadState& ts, Object& module, Object& iterable, Py_ssize_t count);

// (type, (items...)) and (type, (items...), state): what __reduce__ gives.
template <class... A>
inline Result<Ref<Object>> reduce_to(ThreadState& ts, Object& self, A&... items) {
    Ref<Tuple> arguments = TRY(tuple_of(ts, items...));
    return TRY(tuple_of(ts, obj(type_of(self)), obj(*arguments)));
}
template <class... A>
inline Result<Ref<Object>> reduce_with_state(ThreadState& ts, Object& self, Object& state, A&... items) {
    Ref<Tuple> arguments = TRY(tuple_of(ts, items...));
    return TRY(tuple_of(ts, obj(type_of(self)), obj(*arguments), state));
}
inline Object& or_none(Object* object) { return object ? *object : none(); }

// The next item of an iterator, or null at its end (nothing pending) or on an error (pending).
inline Object* take(Object* iterator) {
    if (Object* item = type_of(*iterator).tp_iternext(iterator)) [[likely]]
        return item;
    ThreadState& ts = current_thread();
    if (error_pending(ts) && error_matches(ts, PyExc_StopIteration)) error_clear(ts);
    return nullptr;
}

#define REDUCE(FUNCTION) METHOD_PLAIN("__reduce__($self, /)", FUNCTION, "Return state information for pickling.")
#define SETSTATE(FUNCTION) \
    METHOD_PLAIN("__setstate__($self, state, /)", FUNCTION, "Set state information for unpickling.")

}  // namespace orochi::itertools
