// _thread: what its files share.
#pragma once

#include "base/futex_lock.hpp"
#include "modules/heap_type.hpp"
#include "objects/int.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"

namespace orochi::thread {

struct State {
    Type* lock;
    Type* rlock;
    Type* local;
    Type* local_dummy;
    Type* except_hook_arguments;
    auto members() { return std::array{&lock, &rlock, &local, &local_dummy, &except_hook_arguments}; }
    // What the module refers to.
    template <class F>
    void each(F f) {
        for (Type** member : members()) f(*member);
    }
};
inline State& state_of(Object& module) { return *static_cast<State*>(module_state(module)); }

Result<void> add_locks(ThreadState& ts, Object& module, State& state);
Result<void> add_local(ThreadState& ts, Object& module, State& state);

Result<Ref<Object>> lock_new(ThreadState& ts, State& state);
// Sets the sentinel that is released when the thread is over.
Result<Ref<Object>> set_sentinel(ThreadState& ts, State& state);

// The module's state by the type of one of its instances; TypeError when there is none.
Result<State*> state_of_type(ThreadState& ts, Type& type);

}  // namespace orochi::thread

namespace orochi {
extern PyModuleDef thread_module;
}
