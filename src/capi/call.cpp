// abstract.h: calling objects.
#include <cstdarg>
#include <cstring>
#include <vector>

#include "objects/build_value.hpp"
#include "objects/dict.hpp"
#include "objects/object.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"

using namespace orochi;

namespace {

Object* null_callable(ThreadState& ts) {
    if (!error_pending(ts)) (void)raise(ts, PyExc_SystemError, "null argument to internal routine");
    return nullptr;
}

// The arguments that a Py_BuildValue format describes: several values, a tuple standing for them, or one value.
Result<Ref<Object>> call_with_format(ThreadState& ts, Object& callable, const char* format, va_list* arguments) {
    if (!format || !*format) return call(ts, callable);
    Ref<Object> value = TRY(build_value_v(ts, format, arguments));
    if (PyTuple_Check(value.get())) return call_tuple(ts, callable, *value);
    return call(ts, callable, *value);
}

Object* call_object_with_format(Object* callable, const char* format, va_list* arguments) {
    ThreadState& ts = current_thread();
    if (!callable) return null_callable(ts);
    return to_c(call_with_format(ts, *callable, format, arguments));
}
Object* call_method_with_format(Object* object, const char* name, const char* format, va_list* arguments) {
    ThreadState& ts = current_thread();
    if (!object || !name) return null_callable(ts);
    Ref<Str> text = TRY_OR(nullptr, intern_utf8(ts, name));
    Ref<Object> method = TRY_OR(nullptr, getattr(ts, *object, obj(*text)));
    if (!is_callable(*method)) {
        (void)raise(ts, PyExc_TypeError, "attribute of type '%T' is not callable", method.get());
        return nullptr;
    }
    return to_c(call_with_format(ts, *method, format, arguments));
}

// Arguments up to the null pointer.
std::vector<Object*> collect(va_list* arguments) {
    std::vector<Object*> result{nullptr};
    while (Object* argument = va_arg(*arguments, Object*)) result.push_back(argument);
    return result;
}
Object* call_list(ThreadState& ts, Object& callable, std::vector<Object*>& stack) {
    return to_c(call_vector(ts, callable, stack.data() + 1, (stack.size() - 1) | PY_VECTORCALL_ARGUMENTS_OFFSET));
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

#undef PyVectorcall_Function
vectorcallfunc PyVectorcall_Function(PyObject* callable) {
    Type& type = type_of(*callable);
    if (!(type.tp_flags & Py_TPFLAGS_HAVE_VECTORCALL)) return nullptr;
    return *reinterpret_cast<vectorcallfunc*>(reinterpret_cast<char*>(callable) + type.tp_vectorcall_offset);
}
PyObject* PyObject_Vectorcall(PyObject* callable, PyObject* const* arguments, size_t nargsf, PyObject* names) {
    return to_c(call_vector(current_thread(), *callable, arguments, nargsf, names));
}
PyObject* PyObject_VectorcallDict(PyObject* callable, PyObject* const* arguments, size_t nargsf, PyObject* keywords) {
    return to_c(call_dict(current_thread(), *callable, arguments, nargsf, keywords));
}
PyObject* _PyObject_FastCallDictTstate(PyThreadState* state, PyObject* callable, PyObject* const* arguments,
                                       size_t nargsf, PyObject* keywords) {
    return to_c(call_dict(thread_state(state), *callable, arguments, nargsf, keywords));
}
PyObject* PyObject_VectorcallMethod(PyObject* name, PyObject* const* arguments, size_t nargsf, PyObject* names) {
    return to_c(call_method_vector(current_thread(), *name, arguments, nargsf, names));
}
PyObject* _PyObject_FastCall(PyObject* callable, PyObject* const* arguments, Py_ssize_t count) {
    return to_c(call_vector(current_thread(), *callable, arguments, size_t(count)));
}
PyObject* _PyObject_MakeTpCall(PyThreadState* state, PyObject* callable, PyObject* const* arguments, Py_ssize_t count,
                               PyObject* keywords) {
    return to_c(call_without_vectorcall(thread_state(state), *callable, arguments, count, keywords));
}
PyObject* _Py_CheckFunctionResult(PyThreadState* state, PyObject* callable, PyObject* result, const char* where) {
    return to_c(check_call_result(thread_state(state), callable, result, where));
}
PyObject* PyObject_Call(PyObject* callable, PyObject* arguments, PyObject* keywords) {
    return to_c(call_tuple(current_thread(), *callable, *arguments, keywords));
}
PyObject* _PyObject_Call(PyThreadState* state, PyObject* callable, PyObject* arguments, PyObject* keywords) {
    return to_c(call_tuple(thread_state(state), *callable, *arguments, keywords));
}
PyObject* _PyObject_Call_Prepend(PyThreadState* state, PyObject* callable, PyObject* self, PyObject* arguments,
                                 PyObject* keywords) {
    ThreadState& ts = thread_state(state);
    Tuple& tuple = as<Tuple>(*arguments);
    std::vector<Object*> stack{self};
    stack.insert(stack.end(), tuple.ob_item, tuple.ob_item + tuple_size(tuple));
    return to_c(call_dict(ts, *callable, stack.data(), stack.size(), keywords));
}
#undef PyCFunction_Call
PyObject* PyCFunction_Call(PyObject* callable, PyObject* arguments, PyObject* keywords) {
    return PyObject_Call(callable, arguments, keywords);
}
PyObject* PyObject_CallObject(PyObject* callable, PyObject* arguments) {
    ThreadState& ts = current_thread();
    if (!arguments) return to_c(call(ts, *callable));
    if (!PyTuple_Check(arguments)) {
        (void)raise(ts, PyExc_TypeError, "argument list must be a tuple");
        return nullptr;
    }
    return to_c(call_tuple(ts, *callable, *arguments));
}
PyObject* PyObject_CallNoArgs(PyObject* callable) { return to_c(call(current_thread(), *callable)); }
PyObject* PyObject_CallOneArg(PyObject* callable, PyObject* argument) {
    return to_c(call(current_thread(), *callable, *argument));
}
#undef PyObject_CallFunction
#undef PyObject_CallMethod
#undef _PyObject_CallMethod
#undef _PyObject_CallMethodId
#define WITH_FORMAT(CALL)        \
    va_list arguments;           \
    va_start(arguments, format); \
    PyObject* result = CALL;     \
    va_end(arguments);           \
    return result;
PyObject* PyObject_CallFunction(PyObject* callable, const char* format, ...){WITH_FORMAT(call_object_with_format(
    callable, format, &arguments))} PyObject* _PyObject_CallFunction_SizeT(PyObject* callable, const char* format, ...){
    WITH_FORMAT(call_object_with_format(callable, format,
                                        &arguments))} PyObject* PyEval_CallFunction(PyObject* callable,
                                                                                    const char* format, ...){
    WITH_FORMAT(call_object_with_format(callable, format,
                                        &arguments))} PyObject* PyObject_CallMethod(PyObject* object, const char* name,
                                                                                    const char* format, ...){
    WITH_FORMAT(call_method_with_format(object, name, format,
                                        &arguments))} PyObject* _PyObject_CallMethod_SizeT(PyObject* object,
                                                                                           const char* name,
                                                                                           const char* format, ...){
    WITH_FORMAT(call_method_with_format(object, name, format,
                                        &arguments))} PyObject* PyEval_CallMethod(PyObject* object, const char* name,
                                                                                  const char* format, ...){
    WITH_FORMAT(call_method_with_format(object, name, format,
                                        &arguments))} PyObject* _PyObject_CallMethodId(PyObject* object,
                                                                                       _Py_Identifier* name,
                                                                                       const char* format, ...){
    WITH_FORMAT(call_method_with_format(object, name->string, format,
                                        &arguments))} PyObject* _PyObject_CallMethodId_SizeT(PyObject* object,
                                                                                             _Py_Identifier* name,
                                                                                             const char* format, ...){
    WITH_FORMAT(call_method_with_format(object, name->string, format,
                                        &arguments))} PyObject* _PyObject_CallMethod(PyObject* object, PyObject* name,
                                                                                     const char* format, ...){
    WITH_FORMAT(call_method_with_format(object, PyUnicode_AsUTF8(name), format, &arguments))}
#undef WITH_FORMAT
PyObject* PyEval_CallObjectWithKeywords(PyObject* callable, PyObject* arguments, PyObject* keywords) {
    ThreadState& ts = current_thread();
    if (arguments && !PyTuple_Check(arguments)) {
        (void)raise(ts, PyExc_TypeError, "argument list must be a tuple");
        return nullptr;
    }
    if (keywords && !PyDict_Check(keywords)) {
        (void)raise(ts, PyExc_TypeError, "keyword list must be a dictionary");
        return nullptr;
    }
    return to_c(call_tuple(ts, *callable, arguments ? *arguments : obj(empty_tuple()), keywords));
}
PyObject* PyObject_CallFunctionObjArgs(PyObject* callable, ...) {
    ThreadState& ts = current_thread();
    if (!callable) return null_callable(ts);
    va_list arguments;
    va_start(arguments, callable);
    std::vector<Object*> stack = collect(&arguments);
    va_end(arguments);
    return call_list(ts, *callable, stack);
}
PyObject* PyObject_CallMethodObjArgs(PyObject* object, PyObject* name, ...) {
    ThreadState& ts = current_thread();
    if (!object || !name) return null_callable(ts);
    va_list arguments;
    va_start(arguments, name);
    std::vector<Object*> stack = collect(&arguments);
    va_end(arguments);
    Ref<Object> method = TRY_OR(nullptr, getattr(ts, *object, *name));
    return call_list(ts, *method, stack);
}
PyObject* _PyObject_CallMethodIdObjArgs(PyObject* object, _Py_Identifier* name, ...) {
    ThreadState& ts = current_thread();
    if (!object) return null_callable(ts);
    va_list arguments;
    va_start(arguments, name);
    std::vector<Object*> stack = collect(&arguments);
    va_end(arguments);
    Ref<Str> text = TRY_OR(nullptr, intern_utf8(ts, name->string));
    Ref<Object> method = TRY_OR(nullptr, getattr(ts, *object, obj(*text)));
    return call_list(ts, *method, stack);
}
PyObject* _PyStack_AsDict(PyObject* const* values, PyObject* names) {
    ThreadState& ts = current_thread();
    Ref<Dict> dict = TRY_OR(nullptr, dict_new(ts));
    for (Py_ssize_t i = 0; i < tuple_size(as<Tuple>(*names)); ++i) {
        if (!dict_set(ts, *dict, tuple_item(as<Tuple>(*names), i), *values[i]).ok()) return nullptr;
    }
    return obj(std::move(dict).release());
}

}  // extern "C"
#pragma GCC visibility pop
