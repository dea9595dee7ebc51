#include "imports/single_phase.hpp"

#include "objects/list.hpp"
#include "objects/module_internal.hpp"

namespace orochi {

Object* state_find_module(ThreadState& ts, PyModuleDef& definition) {
    Object* list = ts.interpreter().modules_by_index;
    Py_ssize_t index = definition.m_base.m_index;
    if (definition.m_slots || index == 0 || !list || index >= list_size(as<List>(*list))) return nullptr;
    Object& module = list_item(as<List>(*list), index);
    return is_none(module) ? nullptr : &module;
}

Result<void> state_add_module(ThreadState& ts, Object& module, PyModuleDef& definition) {
    if (definition.m_slots) return raise(ts, PyExc_SystemError, "PyState_AddModule called on module with slots");
    module_definition_init(ts, definition);
    Object*& list = ts.interpreter().modules_by_index;
    if (!list) list = obj(std::move(TRY(list_new(ts, 0))).release());
    while (list_size(as<List>(*list)) <= definition.m_base.m_index) TRY(list_append(ts, as<List>(*list), none()));
    return list_set_item(ts, as<List>(*list), definition.m_base.m_index, Ref<Object>::share(module));
}

Result<void> state_remove_module(ThreadState& ts, PyModuleDef& definition) {
    if (definition.m_slots) return raise(ts, PyExc_SystemError, "PyState_RemoveModule called on module with slots");
    Object* list = ts.interpreter().modules_by_index;
    Py_ssize_t index = definition.m_base.m_index;
    if (index == 0 || !list || index >= list_size(as<List>(*list)))
        fatal_error("PyState_RemoveModule", "Module index out of bounds.");
    return list_set_item(ts, as<List>(*list), index, new_none());
}

}  // namespace orochi
