#include "modules/thread/moving.hpp"

#include "memory/without_limit.hpp"
#include "objects/dict.hpp"
#include "objects/int.hpp"
#include "objects/module.hpp"
#include "state/thread_identity.hpp"

namespace orochi {

namespace {

// Done by hand: Python code could be interrupted, or run out of memory, half-way.
Result<void> move_main_thread(ThreadState& ts, unsigned long old_ident) {
    OptRef<Object> threading = TRY(imported_module(ts, "threading"_n));
    if (!threading || !PyModule_Check(threading.get())) return {};
    Dict& names = module_dict(*threading);
    OptRef<Object> main = OptRef<Object>::share(TRY(dict_get(ts, names, "_main_thread"_n)));
    OptRef<Object> active = OptRef<Object>::share(TRY(dict_get(ts, names, "_active"_n)));
    if (!main || !active || !PyDict_Check(active.get())) return {};  // its import was never finished
    Ref<Object> known = TRY(getattr(ts, *main, "_ident"_n));
    // Some other thread may have been the first to import threading.
    if (!PyLong_Check(known.get()) || TRY(int_as_unsigned_long(ts, *known)) != old_ident) return {};
    Ref<Object> ident = TRY(int_from_unsigned(ts, ts.thread_id));
    Ref<Object> native_id = TRY(int_from_unsigned(ts, ts.native_thread_id));
    TRY(dict_set(ts, as<Dict>(*active), *ident, *main));
    TRY(setattr(ts, *main, "_ident"_n, *ident));
    TRY(setattr(ts, *main, "_native_id"_n, *native_id));
    TRY(dict_discard(ts, as<Dict>(*active), *known));
    return {};
}

}  // namespace

void thread_state_moves_here(ThreadState& ts) {
    unsigned long old = ts.thread_id;
    thread_state_take_identity(ts);
    if (ts.thread_id == old) return;
    WithoutMemoryLimit unlimited(ts.heap());
    ErrorKeeper keeper(ts);
    if (!move_main_thread(ts, old).ok()) error_clear(ts);
}

}  // namespace orochi
