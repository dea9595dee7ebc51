// The module type.
#include <cstring>

#include "objects/dict.hpp"
#include "objects/list.hpp"
#include "objects/module.hpp"
#include "objects/module_internal.hpp"
#include "objects/native.hpp"
#include "objects/str.hpp"
#include "objects/type_internal.hpp"

namespace orochi {

namespace {

Result<Ref<Object>> allocate_module(ThreadState& ts, Type& type) {
    Ref<Dict> dict = TRY(dict_new(ts));
    Ref<Object> made = TRY(Result<Ref<Object>>::adopt(type.tp_alloc(&type, 0)));
    as<Module>(*made).dict = obj(std::move(dict).release());
    return made;
}

Result<void> init_dict(ThreadState& ts, Module& module, Object& name, Object& doc) {
    Dict& dict = as<Dict>(*loaded_dict(module));
    TRY(dict_set(ts, dict, "__name__"_n, name));
    TRY(dict_set(ts, dict, "__doc__"_n, doc));
    TRY(dict_set(ts, dict, "__package__"_n, none()));
    TRY(dict_set(ts, dict, "__loader__"_n, none()));
    TRY(dict_set(ts, dict, "__spec__"_n, none()));
    if (PyUnicode_CheckExact(&name)) assign(module.name, Ref<Object>::share(name));
    return {};
}

Result<Ref<Object>> type_new_module(ThreadState& ts, Type& type, Object&, Object*) { return allocate_module(ts, type); }

Result<void> module_init(ThreadState& ts, Module& module, Str& name, Object* doc) {
    if (!loaded_dict(module)) module.dict = obj(std::move(TRY(dict_new(ts))).release());
    return init_dict(ts, module, obj(name), doc ? *doc : none());
}

void module_dealloc(ThreadState& ts, Module& module) {
    (void)loaded_dict(module);
    gc_untrack_if_tracked(obj(module));
    if (module.weakrefs) clear_weakrefs(ts, obj(module));
    if (module.definition && module.definition->m_free && (module.definition->m_size <= 0 || module.state))
        module.definition->m_free(&module);
    clear(module.dict);
    clear(module.name);
    if (module.state) Heap::free(module.state);
    type_of(obj(module)).tp_free(&module);
}

int module_traverse(Object* self, visitproc visit, void* argument) {
    Module& module = as<Module>(*self);
    PyModuleDef* definition = module.definition;
    if (definition && definition->m_traverse && (definition->m_size <= 0 || module.state)) {
        if (int stop = definition->m_traverse(self, visit, argument)) return stop;
    }
    return module.dict ? visit(module.dict, argument) : 0;
}
int module_tp_clear(Object* self) {
    Module& module = as<Module>(*self);
    PyModuleDef* definition = module.definition;
    if (definition && definition->m_clear && (definition->m_size <= 0 || module.state)) {
        if (int status = definition->m_clear(self)) return status;
    }
    clear(module.dict);
    return 0;
}

// How importlib shows modules, for the time when it is not there yet.
Result<Ref<Object>> plain_repr(ThreadState& ts, Module& module) {
    Object* dict = loaded_dict(module);
    Object* name = dict ? dict_get_name(ts, as<Dict>(*dict), "__name__"_s) : nullptr;
    if (!name) return str_format(ts, "<module '?'>");
    return str_format(ts, "<module %R>", name);
}
Result<Ref<Object>> module_repr(ThreadState& ts, Module& module) {
    if (Object* importlib = ts.interpreter().importlib)
        return call_method(ts, *importlib, "_module_repr"_n, obj(module));
    return plain_repr(ts, module);
}

Result<bool> is_initializing(ThreadState& ts, Object* spec) {
    if (!spec || is_none(*spec)) return false;
    OptRef<Object> value = TRY(getattr_optional(ts, *spec, "_initializing"_n));
    if (!value) return false;
    auto truth = is_true(ts, *value);
    if (!truth.ok()) {
        error_clear(ts);
        return false;
    }
    return truth;
}

[[gnu::cold, gnu::noinline]] Result<Ref<Object>> missing_attribute(ThreadState& ts, Module& module, Object& name) {
    if (module.dict) {
        Dict& dict = as<Dict>(*module.dict);
        // A module may compute attributes (PEP 562).
        if (Object* hook = dict_get_name(ts, dict, "__getattr__"_s)) {
            Ref<Object> keep = Ref<Object>::share(*hook);
            return call(ts, *keep, name);
        }
        Object* module_name = dict_get_name(ts, dict, "__name__"_s);
        if (module_name && PyUnicode_Check(module_name)) {
            Ref<Object> keep = Ref<Object>::share(*module_name);
            OptRef<Object> spec = OptRef<Object>::share(dict_get_name(ts, dict, "__spec__"_s));
            if (TRY(is_initializing(ts, spec.get())))
                return raise(ts, PyExc_AttributeError,
                             "partially initialized module '%U' has no attribute '%U' (most likely due to a circular "
                             "import)",
                             keep.get(), &name);
            return raise(ts, PyExc_AttributeError, "module '%U' has no attribute '%U'", keep.get(), &name);
        }
    }
    return raise(ts, PyExc_AttributeError, "module has no attribute '%U'", &name);
}

Result<Ref<Object>> module_getattro(ThreadState& ts, Module& module, Object& name) {
    if (!PyUnicode_Check(&name)) return raise(ts, PyExc_TypeError, "attribute name must be string, not '%T'", &name);
    Object* dict = loaded_dict(module);
    Type& type = type_of(obj(module));
    OptRef<Object> descriptor = OptRef<Object>::share(type_lookup(ts, type, name));
    descrgetfunc get = descriptor ? type_of(*descriptor).tp_descr_get : nullptr;
    if (get && type_of(*descriptor).tp_descr_set)
        return Result<Ref<Object>>::adopt(get(descriptor.get(), &obj(module), obj(&type)));
    if (dict) {
        Object* found = TRY(dict_get(ts, as<Dict>(*dict), name));
        if (found) return Ref<Object>::share(*found);
    }
    if (get) return Result<Ref<Object>>::adopt(get(descriptor.get(), &obj(module), obj(&type)));
    if (descriptor) return descriptor.take();
    return missing_attribute(ts, module, name);
}

Result<Ref<Object>> module_dir(ThreadState& ts, Module& module) {
    Ref<Object> dict = TRY(getattr(ts, obj(module), "__dict__"_n));
    if (!PyDict_Check(dict.get())) return raise(ts, PyExc_TypeError, "<module>.__dict__ is not a dictionary");
    Object* hook = dict_get_name(ts, as<Dict>(*dict), "__dir__"_s);
    if (hook) {
        Ref<Object> keep = Ref<Object>::share(*hook);
        return call(ts, *keep);
    }
    return dict_keys(ts, as<Dict>(*dict));
}

Result<Ref<Object>> get_annotations(ThreadState& ts, Module& module) {
    Ref<Object> dict = TRY(getattr(ts, obj(module), "__dict__"_n));
    if (!PyDict_Check(dict.get())) return raise(ts, PyExc_TypeError, "<module>.__dict__ is not a dictionary");
    if (Object* found = TRY(dict_get(ts, as<Dict>(*dict), "__annotations__"_n))) return Ref<Object>::share(*found);
    Ref<Dict> made = TRY(dict_new(ts));
    TRY(dict_set(ts, as<Dict>(*dict), "__annotations__"_n, obj(*made)));
    return made;
}
Result<void> set_annotations(ThreadState& ts, Module& module, Object* value) {
    Ref<Object> dict = TRY(getattr(ts, obj(module), "__dict__"_n));
    if (!PyDict_Check(dict.get())) return raise(ts, PyExc_TypeError, "<module>.__dict__ is not a dictionary");
    if (value) return dict_set(ts, as<Dict>(*dict), "__annotations__"_n, *value);
    if (!TRY(dict_discard(ts, as<Dict>(*dict), "__annotations__"_n)))
        return raise_value(ts, PyExc_AttributeError, &"__annotations__"_n);
    return {};
}

constexpr MethodDef module_methods[] = {
    METHOD_PLAIN("__dir__($self)", module_dir, "__dir__() -> list\nspecialized dir() implementation"), METHOD_END};
constexpr PyMemberDef module_members[] = {{"__dict__", T_OBJECT, offsetof(Module, dict), READONLY, nullptr}, {}};
constexpr PyGetSetDef module_getsets[] = {GETTER_SETTER("__annotations__", get_annotations, set_annotations, nullptr),
                                          GETSET_END};

}  // namespace

Result<Ref<Object>> module_new(ThreadState& ts, Object& name) {
    Ref<Object> made = TRY(allocate_module(ts, PyModule_Type));
    TRY(init_dict(ts, as<Module>(*made), name, none()));
    return made;
}

Dict& module_dict(Object& module) { return as<Dict>(*loaded_dict(as<Module>(module))); }
void* module_state(Object& module) { return loaded_state(as<Module>(module)); }
PyModuleDef* module_definition(Object& module) {
    return PyModule_Check(&module) ? as<Module>(module).definition : nullptr;
}

Result<Ref<Object>> module_name(ThreadState& ts, Object& module) {
    if (!PyModule_Check(&module)) return raise(ts, PyExc_TypeError, "bad argument type for built-in operation");
    Object* dict = loaded_dict(as<Module>(module));
    Object* name = dict ? dict_get_name(ts, as<Dict>(*dict), "__name__"_s) : nullptr;
    if (!name || !PyUnicode_Check(name)) return raise(ts, PyExc_SystemError, "nameless module");
    return Ref<Object>::share(*name);
}

}  // namespace orochi

using namespace orochi;

extern "C" {
constinit PyTypeObject PyModuleDef_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "moduledef",
    .tp_basicsize = sizeof(PyModuleDef),
    .tp_flags = Py_TPFLAGS_DEFAULT,
};
constinit PyTypeObject PyModule_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "module",
    .tp_basicsize = sizeof(Module),
    .tp_dealloc = slot<module_dealloc>,
    .tp_repr = slot<module_repr>,
    .tp_getattro = slot<module_getattro>,
    .tp_setattro = PyObject_GenericSetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_doc =
        "module(name, doc=None)\n--\n\nCreate a module object.\n\nThe name must be a string; the optional doc "
        "argument can have any type.",
    .tp_traverse = module_traverse,
    .tp_clear = module_tp_clear,
    .tp_weaklistoffset = offsetof(Module, weakrefs),
    .tp_methods = METHOD_TABLE(module_methods),
    .tp_members = MEMBER_TABLE(module_members),
    .tp_getset = GETSET_TABLE(module_getsets),
    .tp_dictoffset = offsetof(Module, dict),
    .tp_init = NEW_SLOT("module($self, name, doc=None)", module_init),
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = slot<type_new_module>,
    .tp_free = PyObject_GC_Del,
};
}
