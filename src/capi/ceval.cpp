// ceval.h, eval.h: running code, the namespaces in force, hooks.
#include <memory>

#include "execution/code_extra.hpp"
#include "execution/evaluate.hpp"
#include "execution/function.hpp"
#include "execution/trace.hpp"
#include "objects/containers.hpp"
#include "objects/frame_access.hpp"
#include "objects/int.hpp"
#include "objects/module.hpp"
#include "objects/paths.hpp"

using namespace orochi;

namespace {

Result<Ref<Object>> evaluate_code(ThreadState& ts, Object& code, Object& globals, Object* locals, Object* closure) {
    if (!PyCode_Check(&code) || !PyDict_Check(&globals))
        return raise(ts, PyExc_SystemError, "PyEval_EvalCode: bad arguments");
    return run_code(ts, as<Code>(code), globals, locals ? *locals : globals, closure);
}

// A function of the code with everything that a call needs, called with the arguments.
Result<Ref<Object>> call_code(ThreadState& ts, Code& code, Object& globals, Object* locals, Object* const* arguments,
                              int count, Object* const* keywords, int keyword_count, Object* const* defaults,
                              int default_count, Object* keyword_defaults, Object* closure) {
    Ref<Function> function = TRY(function_new(ts, code, globals));
    if (default_count) {
        Ref<Tuple> values = TRY(tuple_from_items(ts, defaults, default_count));
        function->func_defaults = obj(std::move(values).release());
    }
    function->func_kwdefaults = new_reference_optional(keyword_defaults);
    function->func_closure = new_reference_optional(closure);
    Ref<Tuple> names = TRY(tuple_new(ts, keyword_count));
    std::unique_ptr<Object*[]> all(new (std::nothrow) Object*[size_t(count + keyword_count + 1)]);
    if (!all) return raise_no_memory(ts);
    for (int i = 0; i < count; ++i) all[i] = new_reference(*arguments[i]);
    for (int i = 0; i < keyword_count; ++i) {
        tuple_init_item(*names, i, Ref<Object>::share(*keywords[2 * i]));
        all[count + i] = new_reference(*keywords[2 * i + 1]);
    }
    incref(*function);
    incref_optional(locals);
    InterpreterFrame* frame =
        push_call_frame(ts, *function, locals, all.get(), count, keyword_count ? obj(names.get()) : nullptr);
    if (!frame) return failure;
    return Result<Ref<Object>>::adopt(evaluate_and_pop(ts, *frame));
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

PyObject* PyEval_EvalCode(PyObject* code, PyObject* globals, PyObject* locals) {
    ThreadState& ts = current_thread();
    if (!globals) return PyErr_SetString(PyExc_SystemError, "PyEval_EvalCode: NULL globals"), nullptr;
    return to_c(evaluate_code(ts, *code, *globals, locals, nullptr));
}
PyObject* PyEval_EvalCodeEx(PyObject* code, PyObject* globals, PyObject* locals, PyObject* const* arguments, int count,
                            PyObject* const* keywords, int keyword_count, PyObject* const* defaults, int default_count,
                            PyObject* keyword_defaults, PyObject* closure) {
    return to_c(call_code(current_thread(), as<Code>(*code), *globals, locals, arguments, count, keywords,
                          keyword_count, defaults, default_count, keyword_defaults, closure));
}
PyObject* _PyEval_EvalFrameDefault(PyThreadState* state, _PyInterpreterFrame* frame, int throwing) {
    return evaluate(thread_state(state), *frame, throwing != 0);
}
PyObject* PyEval_EvalFrame(PyFrameObject* frame) { return evaluate(current_thread(), *frame->frame, false); }
PyObject* PyEval_EvalFrameEx(PyFrameObject* frame, int throwing) {
    return evaluate(current_thread(), *frame->frame, throwing != 0);
}

PyObject* PyEval_GetBuiltins(void) { return current_builtins(current_thread()); }
PyObject* PyEval_GetGlobals(void) { return current_globals(current_thread()); }
// Borrowed: the frame keeps the mapping.
PyObject* PyEval_GetLocals(void) {
    auto locals = current_locals(current_thread());
    if (!locals.ok()) return nullptr;
    Object* mapping = std::move(locals).release();
    decref(*mapping);
    return mapping;
}
PyObject* _PyEval_GetBuiltin(PyObject* name) { return to_c(builtin_attribute(current_thread(), as<Str>(*name))); }
PyObject* _PyEval_GetBuiltinId(_Py_Identifier* name) {
    ThreadState& ts = current_thread();
    Ref<Str> text = TRY_OR(nullptr, str_from_utf8(ts, name->string));
    return to_c(builtin_attribute(ts, *text));
}
const char* PyEval_GetFuncName(PyObject* callable) {
    if (PyMethod_Check(callable)) return PyEval_GetFuncName(PyMethod_GET_FUNCTION(callable));
    if (PyFunction_Check(callable)) return PyUnicode_AsUTF8(as<Function>(callable)->func_name);
    if (PyCFunction_Check(callable)) return as<NativeFunction>(callable)->m_ml->ml_name;
    return type_of(*callable).tp_name;
}
const char* PyEval_GetFuncDesc(PyObject* callable) {
    return PyMethod_Check(callable) || PyFunction_Check(callable) || PyCFunction_Check(callable) ? "()" : " object";
}
int PyEval_MergeCompilerFlags(PyCompilerFlags* flags) {
    InterpreterFrame* frame = visible_frame(current_frame(current_thread()));
    if (frame) flags->cf_flags |= frame->code->co_flags & PyCF_MASK;
    return flags->cf_flags != 0;
}

void PyEval_SetTrace(Py_tracefunc function, PyObject* argument) {
    ThreadState& ts = current_thread();
    if (!set_trace_hook(ts, ts, function, argument).ok()) write_unraisable(ts, nullptr);
}
void PyEval_SetProfile(Py_tracefunc function, PyObject* argument) {
    ThreadState& ts = current_thread();
    if (!set_profile_hook(ts, ts, function, argument).ok()) write_unraisable(ts, nullptr);
}
int _PyEval_SetTrace(PyThreadState* state, Py_tracefunc function, PyObject* argument) {
    return to_c(set_trace_hook(current_thread(), thread_state(state), function, argument));
}
int _PyEval_SetProfile(PyThreadState* state, Py_tracefunc function, PyObject* argument) {
    return to_c(set_profile_hook(current_thread(), thread_state(state), function, argument));
}

static int slice_index(PyObject* value, Py_ssize_t* out, const char* message) {
    ThreadState& ts = current_thread();
    if (!is_index(*value)) return PyErr_SetString(PyExc_TypeError, message), 0;
    auto index = number_as_ssize(ts, *value, nullptr);
    if (!index.ok()) return 0;
    *out = std::move(index).take();
    return 1;
}
int _PyEval_SliceIndex(PyObject* value, Py_ssize_t* out) {
    if (is_none(value)) return 1;
    return slice_index(value, out, "slice indices must be integers or None or have an __index__ method");
}
int _PyEval_SliceIndexNotNone(PyObject* value, Py_ssize_t* out) {
    return slice_index(value, out, "slice indices must be integers or have an __index__ method");
}

Py_ssize_t _PyEval_RequestCodeExtraIndex(freefunc release) { return code_extra_request(current_thread(), release); }
int _PyCode_GetExtra(PyObject* code, Py_ssize_t index, void** content) {
    *content = nullptr;
    if (!PyCode_Check(code)) return PyErr_BadInternalCall(), -1;
    *content = code_extra_get(current_thread(), as<Code>(*code), index);
    return 0;
}
int _PyCode_SetExtra(PyObject* code, Py_ssize_t index, void* content) {
    if (!PyCode_Check(code)) return PyErr_BadInternalCall(), -1;
    return to_c(code_extra_set(current_thread(), as<Code>(*code), index, content));
}

PyObject* PyOS_FSPath(PyObject* path) { return to_c(fspath(current_thread(), *path)); }

}  // extern "C"
#pragma GCC visibility pop
