// cpython/context.h.
#include "objects/context.hpp"
#include "objects/str.hpp"

using namespace orochi;

namespace {

bool expect(ThreadState& ts, Object* object, Type& type, const char* what) {
    if (object && &type_of(*object) == &type) return true;
    raise(ts, PyExc_TypeError, "an instance of %s was expected", what);
    return false;
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

PyObject* PyContext_New(void) { return to_c(context_new(current_thread())); }
PyObject* PyContext_Copy(PyObject* context) {
    ThreadState& ts = current_thread();
    if (!expect(ts, context, PyContext_Type, "Context")) return nullptr;
    return to_c(context_copy(ts, as<Context>(*context)));
}
PyObject* PyContext_CopyCurrent(void) { return to_c(context_copy_current(current_thread())); }
int PyContext_Enter(PyObject* context) {
    ThreadState& ts = current_thread();
    if (!expect(ts, context, PyContext_Type, "Context")) return -1;
    return to_c(context_enter(ts, as<Context>(*context)));
}
int PyContext_Exit(PyObject* context) {
    ThreadState& ts = current_thread();
    if (!expect(ts, context, PyContext_Type, "Context")) return -1;
    return to_c(context_exit(ts, as<Context>(*context)));
}
PyObject* PyContextVar_New(const char* name, PyObject* fallback) {
    ThreadState& ts = current_thread();
    auto text = str_from_utf8(ts, name);
    if (!text.ok()) return nullptr;
    Ref<Str> owned = std::move(text).take();
    return to_c(context_variable_new(ts, owned, fallback));
}
int PyContextVar_Get(PyObject* variable, PyObject* fallback, PyObject** value) {
    ThreadState& ts = current_thread();
    *value = nullptr;
    if (!expect(ts, variable, PyContextVar_Type, "ContextVar")) return -1;
    auto found = context_variable_get(ts, as<ContextVariable>(*variable), fallback);
    if (!found.ok()) return -1;
    *value = std::move(found).take().release();
    return 0;
}
PyObject* PyContextVar_Set(PyObject* variable, PyObject* value) {
    ThreadState& ts = current_thread();
    if (!expect(ts, variable, PyContextVar_Type, "ContextVar")) return nullptr;
    return to_c(context_variable_set(ts, as<ContextVariable>(*variable), *value));
}
int PyContextVar_Reset(PyObject* variable, PyObject* token) {
    ThreadState& ts = current_thread();
    if (!expect(ts, variable, PyContextVar_Type, "ContextVar")) return -1;
    if (!expect(ts, token, PyContextToken_Type, "Token")) return -1;
    return to_c(context_variable_reset(ts, as<ContextVariable>(*variable), *token));
}
// _testcapi needs the symbol to load. Contexts here have no such object to show.
PyObject* _PyContext_NewHamtForTests() {
    raise(current_thread(), PyExc_NotImplementedError, "the variables of a context are not kept in a HAMT object");
    return nullptr;
}

}  // extern "C"
#pragma GCC visibility pop
