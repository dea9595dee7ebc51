#include "modules/thread/over_before_started.hpp"

#include "execution/error_display.hpp"
#include "memory/without_limit.hpp"
#include "objects/dict.hpp"
#include "objects/module.hpp"
#include "objects/singletons.hpp"
#include "objects/type.hpp"

namespace orochi::thread {

namespace {

Result<void> tell(ThreadState& ts, Object& thread) {
    OptRef<Object> threading = TRY(imported_module(ts, "threading"_n));
    if (!threading || !PyModule_Check(threading.get())) return {};
    Dict& names = module_dict(*threading);
    Object* thread_class = TRY(dict_get(ts, names, "Thread"_n));
    if (!thread_class || !PyType_Check(thread_class) || !is_instance_of(thread, as<Type>(*thread_class))) return {};
    Ref<Object> started = TRY(getattr(ts, thread, "_started"_n));
    Ref<Object> is_set = TRY(call_method(ts, *started, "is_set"_n));
    if (TRY(is_true(ts, *is_set))) return {};
    TRY(setattr(ts, thread, "_is_stopped"_n, bool_object(true)));
    TRY(setattr(ts, thread, "_tstate_lock"_n, none()));
    OptRef<Object> limbo = OptRef<Object>::share(TRY(dict_get(ts, names, "_limbo"_n)));
    if (limbo && PyDict_Check(limbo.get())) TRY(dict_discard(ts, as<Dict>(*limbo), thread));
    TRY(call_method(ts, *started, "set"_n));
    return {};
}

}  // namespace

void tell_over_before_started(ThreadState& ts, Object& function) {
    if (!PyMethod_Check(&function)) return;
    MemoryReserve reserve(ts.heap());
    if (!tell(ts, *PyMethod_GET_SELF(&function)).ok()) write_unraisable(ts, &function);
}

}  // namespace orochi::thread
