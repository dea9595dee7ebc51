// The module _datetime: its types in the order in which they need each other, and its constants.
#include "base/hash.hpp"
#include "modules/datetime/datetime.hpp"
#include "modules/module_references.hpp"
#include "objects/dict.hpp"
#include "state/runtime.hpp"

namespace orochi {

extern PyModuleDef datetime_module;

namespace datetime {

namespace {

State* state_of_module(Object& module) { return static_cast<State*>(module_state(module)); }

Result<void> execute(ThreadState& ts, Object& module) {
    State& state = *state_of_module(module);
    TRY(add_delta(ts, module, state));
    TRY(add_tzinfo(ts, module, state));
    TRY(add_timezone(ts, module, state));
    TRY(add_iso_calendar_date(ts, module, state));
    TRY(add_date(ts, module, state));
    TRY(add_datetime(ts, module, state));
    TRY(add_time(ts, module, state));
    TRY(module_add(ts, module, "UTC", state.utc()));
    TRY(module_add_int(ts, module, "MINYEAR", kMinYear));
    TRY(module_add_int(ts, module, "MAXYEAR", kMaxYear));
    return add_capi(ts, module, state);
}

constinit PyModuleDef_Slot slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(module_exec_entry<execute>)},
    {0, nullptr},
};

}  // namespace

State* find_state(const Type& type) {
    for (const Type* candidate = &type; candidate; candidate = candidate->tp_base) {
        if (!is_heap_type(*candidate)) continue;
        Object* module = reinterpret_cast<const HeapType*>(candidate)->ht_module;
        if (module && module_definition(*module) == &datetime_module) return state_of_module(*module);
    }
    return nullptr;
}
State& state_of(const Type& type) {
    State* state = find_state(type);
    ASSERT(state);
    return *state;
}

Result<void> set_class_attribute(ThreadState& ts, Type& type, Str& name, Result<Ref<Object>>&& value) {
    TRY(dict_set(ts, as<Dict>(*type.tp_dict), obj(name), *TRY(std::move(value))));
    type_modified(ts, type);
    return {};
}

void dealloc_plain(Object* self) {
    Type& type = type_of(*self);
    type.tp_free(self);
    if (is_heap_type(type)) decref(type);  // an extension module may derive a static type
}

Py_hash_t hash_of_fields(ThreadState& ts, const unsigned char* data, size_t size) {
    const auto& secret = ts.interpreter().runtime->hash_secret;
    return base::hash_bytes({secret.k0, secret.k1}, data, size);
}

}  // namespace datetime

PyModuleDef datetime_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_datetime",
    .m_doc = "Fast implementation of the datetime type.",
    .m_size = sizeof(datetime::State),
    .m_slots = datetime::slots,
    .m_traverse = ModuleReferences<datetime::State>::traverse,
    .m_clear = ModuleReferences<datetime::State>::clear,
    .m_free = ModuleReferences<datetime::State>::free,
};

}  // namespace orochi
