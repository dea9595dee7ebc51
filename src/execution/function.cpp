#include "execution/function.hpp"

#include "execution/evaluate.hpp"
#include "objects/descriptor.hpp"
#include "objects/dict.hpp"
#include "objects/module.hpp"
#include "objects/native.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type.hpp"

namespace orochi {

Result<Ref<Object>> builtins_of_globals(ThreadState& ts, Object& globals) {
    Object* found = TRY(dict_get(ts, as<Dict>(globals), "__builtins__"_n));
    if (found) {
        if (PyModule_Check(found)) return Ref<Object>::share(obj(module_dict(*found)));
        return Ref<Object>::share(*found);
    }
    return Ref<Object>::share(*current_builtins(ts));
}

Result<Ref<Function>> function_new(ThreadState& ts, Code& code, Object& globals, Object* qualified_name) {
    Ref<Object> builtins = TRY(builtins_of_globals(ts, globals));
    Object* module = TRY(dict_get(ts, as<Dict>(globals), "__name__"_n));
    Object* doc = &none();
    if (PyTuple_Check(code.co_consts) && tuple_size(*as<Tuple>(code.co_consts)) > 0) {
        Object& first = tuple_item(*as<Tuple>(code.co_consts), 0);
        if (PyUnicode_Check(&first)) doc = &first;
    }
    Ref<Function> function = TRY(new_container<Function>(ts, PyFunction_Type));
    function->func_globals = new_reference(globals);
    function->func_builtins = std::move(builtins).release();
    function->func_name = new_reference(*code.co_name);
    function->func_qualname = new_reference(qualified_name ? *qualified_name : *code.co_qualname);
    function->func_code = obj(&code);
    incref(code);
    function->func_defaults = nullptr;
    function->func_kwdefaults = nullptr;
    function->func_closure = nullptr;
    function->func_doc = new_reference(*doc);
    function->func_dict = nullptr;
    function->func_weakreflist = nullptr;
    function->func_module = new_reference_optional(module);
    function->func_annotations = nullptr;
    function->vectorcall = function_vectorcall;
    function->func_version = 0;
    gc_track(ts, obj(*function));
    return function;
}

uint32_t function_version(ThreadState& ts, Function& function) {
    if (function.func_version) return function.func_version;
    if (function.vectorcall != function_vectorcall) return 0;
    Interpreter& interpreter = ts.interpreter();
    if (interpreter.next_function_version == 0) return 0;
    function.func_version = interpreter.next_function_version++;
    return function.func_version;
}

Object* function_vectorcall(Object* callable, Object* const* arguments, size_t nargsf, Object* keyword_names) {
    ThreadState& ts = current_thread();
    Function& function = *as<Function>(callable);
    Py_ssize_t count = PyVectorcall_NARGS(nargsf);
    Py_ssize_t total = count + (keyword_names ? tuple_size(*as<Tuple>(keyword_names)) : 0);
    for (Py_ssize_t i = 0; i < total; ++i) incref(*arguments[i]);
    incref(function);
    // Functions with fast locals have no mapping; code compiled for exec() runs in its globals.
    Object* locals = nullptr;
    if (!(as<Code>(function.func_code)->co_flags & CO_OPTIMIZED)) locals = new_reference(*loaded_globals(function));
    InterpreterFrame* frame = push_call_frame(ts, function, locals, arguments, count, keyword_names);
    if (!frame) return nullptr;
    return evaluate_and_pop(ts, *frame);
}

namespace {

int function_traverse(Function& self, visitproc visit, void* arg) {
    Py_VISIT(self.func_code);
    Py_VISIT(self.func_globals);
    Py_VISIT(self.func_builtins);
    Py_VISIT(self.func_module);
    Py_VISIT(self.func_defaults);
    Py_VISIT(self.func_kwdefaults);
    Py_VISIT(self.func_doc);
    Py_VISIT(self.func_name);
    Py_VISIT(self.func_dict);
    Py_VISIT(self.func_closure);
    Py_VISIT(self.func_annotations);
    Py_VISIT(self.func_qualname);
    return 0;
}

int function_clear(Function& self) {
    self.func_version = 0;
    clear(self.func_globals);
    clear(self.func_builtins);
    clear(self.func_module);
    clear(self.func_defaults);
    clear(self.func_kwdefaults);
    clear(self.func_doc);
    clear(self.func_dict);
    clear(self.func_closure);
    clear(self.func_annotations);
    // A finalizer may still see the function, which must have names.
    assign(self.func_name, Ref<Object>::share(""_n));
    assign(self.func_qualname, Ref<Object>::share(""_n));
    return 0;
}

void function_dealloc(ThreadState& ts, Function& self) {
    gc_untrack_if_tracked(obj(self));
    if (self.func_weakreflist) clear_weakrefs(ts, obj(self));
    function_clear(self);
    clear(self.func_name);
    clear(self.func_qualname);
    clear(self.func_code);
    free_container(obj(self));
}

Result<Ref<Str>> function_repr(ThreadState& ts, Function& self) {
    return str_format(ts, "<function %U at %p>", self.func_qualname, &self);
}

Result<Ref<Object>> function_get(ThreadState& ts, Object& self, Object* instance, Object*) {
    if (!instance || is_none(instance)) return Ref<Object>::share(self);
    return method_new(ts, self, *instance);
}

Result<Ref<Object>> get_code(ThreadState& ts, Function& self) {
    TRY(audit(ts, "object.__getattr__", "Os", &self, "__code__"));
    return Ref<Object>::share(*self.func_code);
}
Result<void> set_code(ThreadState& ts, Function& self, Object* value) {
    if (!value || !PyCode_Check(value)) return raise(ts, PyExc_TypeError, "__code__ must be set to a code object");
    TRY(audit(ts, "object.__setattr__", "OsO", &self, "__code__", value));
    int frees = as<Code>(value)->co_nfreevars;
    Py_ssize_t closure = self.func_closure ? tuple_size(*as<Tuple>(self.func_closure)) : 0;
    if (frees != closure) {
        return raise(ts, PyExc_ValueError, "%U() requires a code object with %zd free vars, not %zd", self.func_name,
                     closure, Py_ssize_t(frees));
    }
    self.func_version = 0;
    assign(self.func_code, OptRef<Object>::share(value));
    return {};
}
Result<Ref<Object>> get_name(ThreadState& ts, Function& self) { return Ref<Object>::share(*self.func_name); }
Result<void> set_name(ThreadState& ts, Function& self, Object* value) {
    if (!value || !PyUnicode_Check(value)) return raise(ts, PyExc_TypeError, "__name__ must be set to a string object");
    assign(self.func_name, OptRef<Object>::share(value));
    return {};
}
Result<Ref<Object>> get_qualname(ThreadState& ts, Function& self) { return Ref<Object>::share(*self.func_qualname); }
Result<void> set_qualname(ThreadState& ts, Function& self, Object* value) {
    if (!value || !PyUnicode_Check(value)) {
        return raise(ts, PyExc_TypeError, "__qualname__ must be set to a string object");
    }
    assign(self.func_qualname, OptRef<Object>::share(value));
    return {};
}
Result<Ref<Object>> get_defaults(ThreadState& ts, Function& self) {
    TRY(audit(ts, "object.__getattr__", "Os", &self, "__defaults__"));
    return Ref<Object>::share(self.func_defaults ? *self.func_defaults : none());
}
Result<void> set_defaults(ThreadState& ts, Function& self, Object* value) {
    if (value && is_none(value)) value = nullptr;
    if (value && !PyTuple_Check(value)) {
        return raise(ts, PyExc_TypeError, "__defaults__ must be set to a tuple object");
    }
    TRY(audit(ts, value ? "object.__setattr__" : "object.__delattr__", value ? "OsO" : "Os", &self, "__defaults__",
              value));
    self.func_version = 0;
    assign(self.func_defaults, OptRef<Object>::share(value));
    return {};
}
Result<Ref<Object>> get_kwdefaults(ThreadState& ts, Function& self) {
    TRY(audit(ts, "object.__getattr__", "Os", &self, "__kwdefaults__"));
    return Ref<Object>::share(self.func_kwdefaults ? *self.func_kwdefaults : none());
}
Result<void> set_kwdefaults(ThreadState& ts, Function& self, Object* value) {
    if (value && is_none(value)) value = nullptr;
    if (value && !PyDict_Check(value)) {
        return raise(ts, PyExc_TypeError, "__kwdefaults__ must be set to a dict object");
    }
    TRY(audit(ts, value ? "object.__setattr__" : "object.__delattr__", value ? "OsO" : "Os", &self, "__kwdefaults__",
              value));
    self.func_version = 0;
    assign(self.func_kwdefaults, OptRef<Object>::share(value));
    return {};
}
// MAKE_FUNCTION stores a flat tuple of names and values; it becomes a dict when first asked for.
Result<Ref<Object>> get_annotations(ThreadState& ts, Function& self) {
    if (!self.func_annotations) {
        self.func_annotations = obj(std::move(TRY(dict_new(ts))).release());
    } else if (PyTuple_CheckExact(self.func_annotations)) {
        Tuple& flat = as<Tuple>(*self.func_annotations);
        Ref<Dict> dict = TRY(dict_new(ts));
        for (Py_ssize_t i = 0; i + 1 < tuple_size(flat); i += 2) {
            TRY(dict_set(ts, *dict, tuple_item(flat, i), tuple_item(flat, i + 1)));
        }
        assign(self.func_annotations, std::move(dict));
    }
    return Ref<Object>::share(*self.func_annotations);
}
Result<void> set_annotations(ThreadState& ts, Function& self, Object* value) {
    if (value && is_none(value)) value = nullptr;
    if (value && !PyDict_Check(value)) {
        return raise(ts, PyExc_TypeError, "__annotations__ must be set to a dict object");
    }
    self.func_version = 0;
    assign(self.func_annotations, OptRef<Object>::share(value));
    return {};
}
Result<Ref<Object>> get_dict(ThreadState& ts, Function& self) {
    if (!self.func_dict) self.func_dict = obj(std::move(TRY(dict_new(ts))).release());
    return Ref<Object>::share(*self.func_dict);
}
Result<void> set_dict(ThreadState& ts, Function& self, Object* value) {
    if (!value) return raise(ts, PyExc_TypeError, "cannot delete __dict__");
    if (!PyDict_Check(value)) {
        return raise(ts, PyExc_TypeError, "__dict__ must be set to a dictionary, not a '%T'", value);
    }
    assign(self.func_dict, OptRef<Object>::share(value));
    return {};
}

Result<Ref<Object>> function_type_new(ThreadState& ts, Type& type, Code& code, Dict& globals, Object* name,
                                      Object* argdefs, Object* closure) {
    if (name && !is_none(name) && !PyUnicode_Check(name)) {
        return raise(ts, PyExc_TypeError, "arg 3 (name) must be None or string");
    }
    if (argdefs && !is_none(argdefs) && !PyTuple_Check(argdefs)) {
        return raise(ts, PyExc_TypeError, "arg 4 (defaults) must be None or tuple");
    }
    if (closure && is_none(closure)) closure = nullptr;
    if (!closure && code.co_nfreevars) return raise(ts, PyExc_TypeError, "arg 5 (closure) must be tuple");
    if (closure && !PyTuple_Check(closure)) return raise(ts, PyExc_TypeError, "arg 5 (closure) must be None or tuple");
    Py_ssize_t cells = closure ? tuple_size(*as<Tuple>(closure)) : 0;
    if (cells != code.co_nfreevars) {
        return raise(ts, PyExc_ValueError, "%U requires closure of length %zd, not %zd", code.co_name,
                     Py_ssize_t(code.co_nfreevars), cells);
    }
    for (Py_ssize_t i = 0; i < cells; ++i) {
        Object& cell = tuple_item(*as<Tuple>(closure), i);
        if (!PyCell_Check(&cell)) return raise(ts, PyExc_TypeError, "arg 5 (closure) expected cell, found %T", &cell);
    }
    TRY(audit(ts, "function.__new__", "O", &code));
    Ref<Function> function = TRY(function_new(ts, code, obj(globals)));
    if (name && !is_none(name)) assign(function->func_name, OptRef<Object>::share(name));
    if (argdefs && !is_none(argdefs)) function->func_defaults = new_reference(*argdefs);
    function->func_closure = new_reference_optional(closure);
    return function;
}

constexpr PyMemberDef function_members[] = {
    {"__closure__", T_OBJECT, offsetof(Function, func_closure), READONLY, nullptr},
    {"__doc__", T_OBJECT, offsetof(Function, func_doc), 0, nullptr},
    {"__globals__", T_OBJECT, offsetof(Function, func_globals), READONLY, nullptr},
    {"__module__", T_OBJECT, offsetof(Function, func_module), 0, nullptr},
    {"__builtins__", T_OBJECT, offsetof(Function, func_builtins), READONLY, nullptr},
    {nullptr, 0, 0, 0, nullptr}};
constexpr PyGetSetDef function_getset[] = {GETTER_SETTER("__code__", get_code, set_code, nullptr),
                                           GETTER_SETTER("__defaults__", get_defaults, set_defaults, nullptr),
                                           GETTER_SETTER("__kwdefaults__", get_kwdefaults, set_kwdefaults, nullptr),
                                           GETTER_SETTER("__annotations__", get_annotations, set_annotations, nullptr),
                                           GETTER_SETTER("__dict__", get_dict, set_dict, nullptr),
                                           GETTER_SETTER("__name__", get_name, set_name, nullptr),
                                           GETTER_SETTER("__qualname__", get_qualname, set_qualname, nullptr),
                                           GETSET_END};

}  // namespace

}  // namespace orochi

using namespace orochi;

PyTypeObject PyFunction_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "function",
    .tp_basicsize = sizeof(Function),
    .tp_dealloc = slot<function_dealloc>,
    .tp_vectorcall_offset = offsetof(Function, vectorcall),
    .tp_repr = slot<function_repr>,
    .tp_call = PyVectorcall_Call,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_setattro = PyObject_GenericSetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_METHOD_DESCRIPTOR,
    .tp_doc =
        "function(code, globals, name=None, argdefs=None, closure=None)\n--\n\n"
        "Create a function object.\n\n  code\n    a code object\n  globals\n    the globals dictionary\n  name\n"
        "    a string that overrides the name from the code object\n  argdefs\n"
        "    a tuple that specifies the default argument values\n  closure\n"
        "    a tuple that supplies the bindings for free variables",
    .tp_traverse = slot<function_traverse>,
    .tp_clear = slot<function_clear>,
    .tp_weaklistoffset = offsetof(Function, func_weakreflist),
    .tp_members = MEMBER_TABLE(function_members),
    .tp_getset = GETSET_TABLE(function_getset),
    .tp_descr_get = slot<function_get>,
    .tp_dictoffset = offsetof(Function, func_dict),
    .tp_new = NEW_SLOT("function($type, code, globals, name=None, argdefs=None, closure=None)", function_type_new),
};
