// The types generator, coroutine and coroutine_wrapper.
#include "execution/generator_methods.hpp"
#include "objects/module.hpp"
#include "objects/native.hpp"
#include "objects/str.hpp"
#include "objects/type.hpp"

namespace orochi {

Result<OptRef<Object>> imported_module_for_warning(ThreadState& ts) { return imported_module(ts, "warnings"_n); }

int generator_traverse(Generator& self, visitproc visit, void* arg) {
    Py_VISIT(self.gi_code);
    Py_VISIT(self.gi_name);
    Py_VISIT(self.gi_qualname);
    if (generator_state(self) < GeneratorState::kCleared) {
        InterpreterFrame& frame = generator_frame(self);
        Py_VISIT(frame.frame_object);
        Py_VISIT(frame.locals);
        Py_VISIT(frame.function);
        Py_VISIT(frame.code);
        for (int i = 0; i < frame.stack_top; ++i) Py_VISIT(frame.localsplus[i]);
    }
    Py_VISIT(self.gi_origin_or_finalizer);
    Py_VISIT(self.gi_exc_state.exc_value);
    return 0;
}

void generator_tp_finalize(ThreadState& ts, Generator& self) { generator_finalize(ts, self); }

void generator_dealloc(ThreadState& ts, Generator& self) {
    gc_untrack_if_tracked(obj(self));
    if (self.gi_weakreflist) clear_weakrefs(ts, obj(self));
    gc_track(ts, obj(self));
    if (finalize_on_dealloc(ts, obj(self))) return;
    gc_untrack_if_tracked(obj(self));
    if (generator_state(self) < GeneratorState::kCleared) {
        self.gi_frame_state = int8_t(GeneratorState::kCleared);
        InterpreterFrame& frame = generator_frame(self);
        frame.previous = nullptr;
        frame_clear(ts, frame);
    }
    clear(self.gi_origin_or_finalizer);
    clear(self.gi_exc_state.exc_value);
    clear(self.gi_code);
    clear(self.gi_name);
    clear(self.gi_qualname);
    free_container(obj(self));
}

Result<OptRef<Object>> generator_next(ThreadState& ts, Generator& self) {
    return generator_send_ex(ts, self, nullptr, false, false);
}

Result<Ref<Object>> generator_send_method(ThreadState& ts, Generator& self, Object& value) {
    OptRef<Object> result = TRY(generator_send_ex(ts, self, &value, false, false));
    if (!result) return raise_class(ts, PyExc_StopIteration);
    return result.take();
}

Result<Ref<Object>> generator_throw_method(ThreadState& ts, Generator& self, Object& type, Object* value,
                                           Object* traceback) {
    return generator_throw(ts, self, type, value, traceback);
}

Result<void> generator_close_method(ThreadState& ts, Generator& self) { return generator_close(ts, self); }

namespace {

Result<Ref<Str>> generator_repr(ThreadState& ts, Generator& self) {
    return str_format(ts, "<generator object %S at %p>", self.gi_qualname, &self);
}
Result<Ref<Str>> coroutine_repr(ThreadState& ts, Generator& self) {
    return str_format(ts, "<coroutine object %S at %p>", self.gi_qualname, &self);
}

Result<Ref<Object>> get_name(ThreadState& ts, Generator& self) { return Ref<Object>::share(*self.gi_name); }
Result<void> set_name(ThreadState& ts, Generator& self, Object* value) {
    if (!value || !PyUnicode_Check(value)) return raise(ts, PyExc_TypeError, "__name__ must be set to a string object");
    assign(self.gi_name, OptRef<Object>::share(value));
    return {};
}
Result<Ref<Object>> get_qualname(ThreadState& ts, Generator& self) { return Ref<Object>::share(*self.gi_qualname); }
Result<void> set_qualname(ThreadState& ts, Generator& self, Object* value) {
    if (!value || !PyUnicode_Check(value)) {
        return raise(ts, PyExc_TypeError, "__qualname__ must be set to a string object");
    }
    assign(self.gi_qualname, OptRef<Object>::share(value));
    return {};
}
Result<Ref<Object>> get_yield_from(ThreadState& ts, Generator& self) {
    OptRef<Object> delegate = generator_yield_from(self);
    if (!delegate) return new_none();
    return delegate.take();
}
bool get_running(Generator& self) { return generator_state(self) == GeneratorState::kExecuting; }
Object* get_running_object(Generator& self) { return &bool_object(get_running(self)); }
Object* get_suspended_object(Generator& self) {
    return &bool_object(generator_state(self) == GeneratorState::kSuspended);
}
Result<Ref<Object>> get_frame(ThreadState& ts, Generator& self) {
    TRY(audit(ts, "object.__getattr__", "Os", &self, PyCoro_CheckExact(&self) ? "cr_frame" : "gi_frame"));
    if (generator_state(self) >= GeneratorState::kCleared) return new_none();
    Frame* frame = frame_object(ts, generator_frame(self));
    if (!frame) return failure;
    return Ref<Object>::share(obj(*frame));
}

PySendResult generator_am_send(Object* self, Object* value, Object** result) {
    return generator_send_value(current_thread(), *self, *value, result);
}

constexpr MethodDef generator_methods[] = {
    METHOD_PLAIN("send($self, value, /)", generator_send_method,
                 "send(arg) -> send 'arg' into generator,\nreturn next yielded value or raise StopIteration."),
    METHOD_PLAIN(
        "throw($self, type, value=None, traceback=None, /)", generator_throw_method,
        "throw(value)\nthrow(type[,value[,tb]])\n\nRaise exception in generator, return next yielded value or raise\n"
        "StopIteration."),
    METHOD_PLAIN("close($self)", generator_close_method, "close() -> raise GeneratorExit inside generator."),
    METHOD_PLAIN("__sizeof__($self)", generator_sizeof, "gen.__sizeof__() -> size of gen in memory, in bytes"),
    METHOD_END};
constexpr PyGetSetDef generator_getset[] = {
    GETTER_SETTER("__name__", get_name, set_name, "name of the generator"),
    GETTER_SETTER("__qualname__", get_qualname, set_qualname, "qualified name of the generator"),
    GETTER("gi_yieldfrom", get_yield_from, "object being iterated by yield from, or None"),
    GETTER("gi_running", get_running_object, nullptr),
    GETTER("gi_frame", get_frame, nullptr),
    GETTER("gi_suspended", get_suspended_object, nullptr),
    GETSET_END};
constexpr PyMemberDef generator_members[] = {
    {"gi_code", T_OBJECT, offsetof(Generator, gi_code), READONLY | PY_AUDIT_READ, nullptr},
    {nullptr, 0, 0, 0, nullptr}};

constexpr MethodDef coroutine_methods[] = {
    METHOD_PLAIN("send($self, value, /)", generator_send_method,
                 "send(arg) -> send 'arg' into coroutine,\nreturn next iterated value or raise StopIteration."),
    METHOD_PLAIN("throw($self, type, value=None, traceback=None, /)", generator_throw_method,
                 "throw(value)\nthrow(type[,value[,traceback]])\n\nRaise exception in coroutine, return next iterated "
                 "value or raise\n"
                 "StopIteration."),
    METHOD_PLAIN("close($self)", generator_close_method, "close() -> raise GeneratorExit inside coroutine."),
    METHOD_PLAIN("__sizeof__($self)", generator_sizeof, "gen.__sizeof__() -> size of gen in memory, in bytes"),
    METHOD_END};
constexpr PyGetSetDef coroutine_getset[] = {
    GETTER_SETTER("__name__", get_name, set_name, "name of the coroutine"),
    GETTER_SETTER("__qualname__", get_qualname, set_qualname, "qualified name of the coroutine"),
    GETTER("cr_await", get_yield_from, "object being awaited on, or None"),
    GETTER("cr_running", get_running_object, nullptr),
    GETTER("cr_frame", get_frame, nullptr),
    GETTER("cr_suspended", get_suspended_object, nullptr),
    GETSET_END};
constexpr PyMemberDef coroutine_members[] = {
    {"cr_code", T_OBJECT, offsetof(Generator, gi_code), READONLY | PY_AUDIT_READ, nullptr},
    {"cr_origin", T_OBJECT, offsetof(Generator, gi_origin_or_finalizer), READONLY, nullptr},
    {nullptr, 0, 0, 0, nullptr}};

// coroutine.__await__(): an iterator over the coroutine.
struct CoroutineWrapper {
    PyObject ob_base;
    Generator* coroutine;
};

Result<Ref<Object>> coroutine_await(ThreadState& ts, Generator& self) {
    Ref<CoroutineWrapper> wrapper = TRY(new_container<CoroutineWrapper>(ts, _PyCoroWrapper_Type));
    wrapper->coroutine = &self;
    incref(self);
    gc_track(ts, obj(*wrapper));
    return wrapper;
}
void wrapper_dealloc(CoroutineWrapper& self) {
    gc_untrack_if_tracked(obj(self));
    clear(self.coroutine);
    free_container(obj(self));
}
int wrapper_traverse(CoroutineWrapper& self, visitproc visit, void* arg) {
    Py_VISIT(self.coroutine);
    return 0;
}
Result<OptRef<Object>> wrapper_next(ThreadState& ts, CoroutineWrapper& self) {
    return generator_next(ts, *self.coroutine);
}
Result<Ref<Object>> wrapper_send(ThreadState& ts, CoroutineWrapper& self, Object& value) {
    return generator_send_method(ts, *self.coroutine, value);
}
Result<Ref<Object>> wrapper_throw(ThreadState& ts, CoroutineWrapper& self, Object& type, Object* value,
                                  Object* traceback) {
    return generator_throw(ts, *self.coroutine, type, value, traceback);
}
Result<void> wrapper_close(ThreadState& ts, CoroutineWrapper& self) { return generator_close(ts, *self.coroutine); }
constexpr MethodDef wrapper_methods[] = {
    METHOD_PLAIN("send($self, value, /)", wrapper_send,
                 "send(arg) -> send 'arg' into coroutine,\nreturn next iterated value or raise StopIteration."),
    METHOD_PLAIN("throw($self, type, value=None, traceback=None, /)", wrapper_throw,
                 "throw(value)\nthrow(type[,value[,traceback]])\n\nRaise exception in coroutine, return next iterated "
                 "value or raise\n"
                 "StopIteration."),
    METHOD_PLAIN("close($self)", wrapper_close, "close() -> raise GeneratorExit inside coroutine."), METHOD_END};

PyAsyncMethods generator_as_async = {.am_send = generator_am_send};
PyAsyncMethods coroutine_as_async = {.am_await = slot<coroutine_await>, .am_send = generator_am_send};

}  // namespace

}  // namespace orochi

using namespace orochi;

PyTypeObject PyGen_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "generator",
    .tp_basicsize = offsetof(Generator, gi_iframe) + offsetof(InterpreterFrame, localsplus),
    .tp_itemsize = sizeof(Object*),
    .tp_dealloc = slot<generator_dealloc>,
    .tp_as_async = &generator_as_async,
    .tp_repr = slot<generator_repr>,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = slot<generator_traverse>,
    .tp_weaklistoffset = offsetof(Generator, gi_weakreflist),
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = slot<generator_next>,
    .tp_methods = METHOD_TABLE(generator_methods),
    .tp_members = MEMBER_TABLE(generator_members),
    .tp_getset = GETSET_TABLE(generator_getset),
    .tp_finalize = slot<generator_tp_finalize>,
};

PyTypeObject PyCoro_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "coroutine",
    .tp_basicsize = offsetof(Generator, gi_iframe) + offsetof(InterpreterFrame, localsplus),
    .tp_itemsize = sizeof(Object*),
    .tp_dealloc = slot<generator_dealloc>,
    .tp_as_async = &coroutine_as_async,
    .tp_repr = slot<coroutine_repr>,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = slot<generator_traverse>,
    .tp_weaklistoffset = offsetof(Generator, gi_weakreflist),
    .tp_methods = METHOD_TABLE(coroutine_methods),
    .tp_members = MEMBER_TABLE(coroutine_members),
    .tp_getset = GETSET_TABLE(coroutine_getset),
    .tp_finalize = slot<generator_tp_finalize>,
};

PyTypeObject _PyCoroWrapper_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "coroutine_wrapper",
    .tp_basicsize = sizeof(CoroutineWrapper),
    .tp_dealloc = slot<wrapper_dealloc>,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_doc = "A wrapper object implementing __await__ for coroutines.",
    .tp_traverse = slot<wrapper_traverse>,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = slot<wrapper_next>,
    .tp_methods = METHOD_TABLE(wrapper_methods),
};
