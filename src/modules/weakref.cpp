// _weakref
#include "objects/weakref.hpp"

#include "modules/heap_type.hpp"
#include "objects/dict.hpp"
#include "objects/list.hpp"
#include "objects/module.hpp"
#include "objects/native.hpp"

namespace orochi {

namespace {

Result<Py_ssize_t> getweakrefcount(ThreadState& ts, Object&, Object& object) {
    WeakReference** list = weakref_list(ts, object);
    return list ? weakref_count(*list) : 0;
}

Result<Ref<List>> getweakrefs(ThreadState& ts, Object&, Object& object) {
    Ref<List> result = TRY(list_new(ts, 0));
    WeakReference** list = weakref_list(ts, object);
    for (WeakReference* reference = list ? *list : nullptr; reference; reference = reference->wr_next) {
        if (reference->ob_base.ob_refcnt > 0) TRY(list_append(ts, *result, obj(*reference)));
    }
    return result;
}

Result<Ref<Object>> proxy(ThreadState& ts, Object&, Object& object, Object* callback) {
    return weakproxy_new(ts, object, callback);
}

Result<void> remove_dead_weakref(ThreadState& ts, Object&, Dict& dict, Object& key) {
    Object* value = TRY(dict_get(ts, dict, key));
    if (!value) return {};
    if (!PyWeakref_Check(value)) return raise(ts, PyExc_TypeError, "not a weakref");
    if (weakref_target(*value)) return {};
    TRY(dict_discard(ts, dict, key));
    return {};
}

constexpr MethodDef functions[] = {
    METHOD("getweakrefcount($module, object, /)", getweakrefcount, "Return the number of weak references to 'object'."),
    METHOD("_remove_dead_weakref($module, dct, key, /)", remove_dead_weakref,
           "Atomically remove key from dict if it points to a dead weakref."),
    METHOD("getweakrefs($module, object, /)", getweakrefs,
           "Return a list of all weak reference objects pointing to 'object'."),
    METHOD("proxy($module, object, callback=None, /)", proxy,
           "Create a proxy object that weakly references 'object'.\n\n'callback', if given, is called with a "
           "reference to the\nproxy when 'object' is about to be finalized."),
    METHOD_END};

Result<void> execute(ThreadState& ts, Object& module) {
    TRY(module_add(ts, module, "ref", obj(_PyWeakref_RefType)));
    TRY(module_add(ts, module, "ReferenceType", obj(_PyWeakref_RefType)));
    TRY(module_add(ts, module, "ProxyType", obj(_PyWeakref_ProxyType)));
    return module_add(ts, module, "CallableProxyType", obj(_PyWeakref_CallableProxyType));
}

PyModuleDef_Slot slots[] = {{Py_mod_exec, reinterpret_cast<void*>(module_exec_entry<execute>)}, {0, nullptr}};

}  // namespace

PyModuleDef weakref_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_weakref",
    .m_doc = "Weak-reference support module.",
    .m_methods = METHOD_TABLE(functions),
    .m_slots = slots,
};

}  // namespace orochi
