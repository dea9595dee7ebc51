// pyerrors.h and warnings.h.
#include <cerrno>
#include <cstdarg>
#include <cstring>

#include "execution/error_display.hpp"
#include "objects/bytes.hpp"
#include "objects/dict.hpp"
#include "objects/errors.hpp"
#include "objects/exceptions.hpp"
#include "objects/int.hpp"
#include "objects/module.hpp"
#include "objects/object.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type.hpp"
#include "objects/warnings.hpp"
#include "state/signals.hpp"

using namespace orochi;

namespace {

ThreadState& here() { return current_thread(); }
ThreadState& of(PyThreadState* state) { return thread_state(state); }

OptRef<Object> text_object(ThreadState& ts, const char* text, bool filesystem) {
    if (!text) return nullptr;
    auto made = filesystem ? str_decode_filesystem(ts, text) : str_from_utf8(ts, text);
    if (!made.ok()) return nullptr;
    return OptRef<Object>(std::move(made).take());
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

// ---- Setting

void PyErr_SetNone(PyObject* type) { (void)raise_class(here(), type); }
void PyErr_SetObject(PyObject* type, PyObject* value) { (void)raise_value(here(), type, value); }
void PyErr_SetString(PyObject* type, const char* message) {
    ThreadState& ts = here();
    auto text = str_from_utf8(ts, message);
    if (!text.ok()) return;
    Ref<Str> s = std::move(text).take();
    (void)raise_value(ts, type, obj(s.get()));
}
PyObject* PyErr_FormatV(PyObject* type, const char* format, va_list arguments) {
    (void)raise_v(here(), type, format, arguments);
    return nullptr;
}
PyObject* PyErr_Format(PyObject* type, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    (void)raise_v(here(), type, format, arguments);
    va_end(arguments);
    return nullptr;
}
PyObject* _PyErr_FormatFromCause(PyObject* type, const char* format, ...) {
    ThreadState& ts = here();
    Ref<Object> cause = error_take(ts);
    va_list arguments;
    va_start(arguments, format);
    (void)raise_v(ts, type, format, arguments);
    va_end(arguments);
    PendingError error = error_fetch(ts);
    error_normalize(ts, error);
    exception_set_cause(*error.value, Ref<Object>::share(*cause));
    exception_set_context(*error.value, std::move(cause));
    error_restore(ts, std::move(error));
    return nullptr;
}
PyObject* PyErr_NoMemory() {
    (void)raise_no_memory(here());
    return nullptr;
}
void _PyErr_SetKeyError(PyObject* key) { (void)raise_key_error(here(), *key); }
int PyErr_BadArgument() {
    (void)raise(here(), PyExc_TypeError, "bad argument type for built-in operation");
    return 0;
}
void _PyErr_BadInternalCall(const char* filename, int line) {
    (void)raise(here(), PyExc_SystemError, "%s:%d: bad argument to internal function", filename, line);
}
#undef PyErr_BadInternalCall
void PyErr_BadInternalCall() { (void)raise_bad_internal_call(here()); }

PyObject* PyErr_SetFromErrno(PyObject* type) {
    (void)raise_os_error_class(here(), type, errno, nullptr, nullptr);
    return nullptr;
}
PyObject* PyErr_SetFromErrnoWithFilenameObjects(PyObject* type, PyObject* filename, PyObject* filename2) {
    (void)raise_os_error_class(here(), type, errno, filename, filename2);
    return nullptr;
}
PyObject* PyErr_SetFromErrnoWithFilenameObject(PyObject* type, PyObject* filename) {
    (void)raise_os_error_class(here(), type, errno, filename, nullptr);
    return nullptr;
}
PyObject* PyErr_SetFromErrnoWithFilename(PyObject* type, const char* filename) {
    int number = errno;
    ThreadState& ts = here();
    OptRef<Object> name = text_object(ts, filename, true);
    if (filename && !name) return nullptr;
    (void)raise_os_error_class(ts, type, number, name.get(), nullptr);
    return nullptr;
}
PyObject* PyErr_SetImportErrorSubclass(PyObject* type, PyObject* message, PyObject* name, PyObject* path) {
    ThreadState& ts = here();
    if (!message) {
        (void)raise(ts, PyExc_TypeError, "expected a message argument");
    } else {
        (void)raise_import_error(ts, type, *message, name, path);
    }
    return nullptr;
}
PyObject* PyErr_SetImportError(PyObject* message, PyObject* name, PyObject* path) {
    return PyErr_SetImportErrorSubclass(PyExc_ImportError, message, name, path);
}

// ---- Looking

PyObject* PyErr_Occurred() {
    // Asked by code that may run without a thread state.
    ThreadState* ts = current_thread_state;
    return ts ? ts->curexc_type : nullptr;
}
void PyErr_Clear() { error_clear(here()); }
int PyErr_GivenExceptionMatches(PyObject* given, PyObject* expected) {
    return given && expected && exception_matches(here(), *given, *expected);
}
int PyErr_ExceptionMatches(PyObject* type) { return error_matches(here(), type); }
void PyErr_Fetch(PyObject** type, PyObject** value, PyObject** traceback) {
    PendingError error = error_fetch(here());
    *type = error.type.release();
    *value = error.value.release();
    *traceback = error.traceback.release();
}
void PyErr_Restore(PyObject* type, PyObject* value, PyObject* traceback) {
    error_restore(here(),
                  {OptRef<Object>::steal(type), OptRef<Object>::steal(value), OptRef<Object>::steal(traceback)});
}
void PyErr_NormalizeException(PyObject** type, PyObject** value, PyObject** traceback) {
    PendingError error{OptRef<Object>::steal(*type), OptRef<Object>::steal(*value), OptRef<Object>::steal(*traceback)};
    error_normalize(here(), error);
    *type = error.type.release();
    *value = error.value.release();
    *traceback = error.traceback.release();
}
PyObject* _PyErr_Occurred(PyThreadState* state) { return state->curexc_type; }
void _PyErr_Clear(PyThreadState* state) { error_clear(of(state)); }
int _PyErr_ExceptionMatches(PyThreadState* state, PyObject* type) { return error_matches(of(state), type); }
void _PyErr_SetString(PyThreadState*, PyObject* type, const char* message) { PyErr_SetString(type, message); }
void _PyErr_SetObject(PyThreadState* state, PyObject* type, PyObject* value) {
    (void)raise_value(of(state), type, value);
}
void _PyErr_SetNone(PyThreadState* state, PyObject* type) { (void)raise_class(of(state), type); }
PyObject* _PyErr_NoMemory(PyThreadState* state) {
    (void)raise_no_memory(of(state));
    return nullptr;
}
PyObject* _PyErr_Format(PyThreadState* state, PyObject* type, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    (void)raise_v(of(state), type, format, arguments);
    va_end(arguments);
    return nullptr;
}
void _PyErr_Fetch(PyThreadState*, PyObject** type, PyObject** value, PyObject** traceback) {
    PyErr_Fetch(type, value, traceback);
}
void _PyErr_Restore(PyThreadState*, PyObject* type, PyObject* value, PyObject* traceback) {
    PyErr_Restore(type, value, traceback);
}
void _PyErr_NormalizeException(PyThreadState*, PyObject** type, PyObject** value, PyObject** traceback) {
    PyErr_NormalizeException(type, value, traceback);
}
void _PyErr_ChainExceptions(PyObject* type, PyObject* value, PyObject* traceback) {
    if (!type) return;
    ThreadState& ts = here();
    if (!error_pending(ts)) return PyErr_Restore(type, value, traceback);
    PendingError first{OptRef<Object>::steal(type), OptRef<Object>::steal(value), OptRef<Object>::steal(traceback)};
    error_normalize(ts, first);
    if (first.traceback) (void)exception_set_traceback(ts, *first.value, first.traceback.get()).ok();
    PendingError second = error_fetch(ts);
    error_normalize(ts, second);
    exception_set_context(*second.value, std::move(first.value));
    error_restore(ts, std::move(second));
}

// ---- The exception being handled

_PyErr_StackItem* _PyErr_GetTopmostException(PyThreadState* state) {
    _PyErr_StackItem* item = state->exc_info;
    while ((!item->exc_value || is_none(item->exc_value)) && item->previous_item) item = item->previous_item;
    return item;
}
PyObject* _PyErr_GetHandledException(PyThreadState* state) {
    return new_reference_optional(handled_exception(of(state)));
}
PyObject* PyErr_GetHandledException() { return _PyErr_GetHandledException(&here()); }
void _PyErr_SetHandledException(PyThreadState* state, PyObject* exception) {
    assign(state->exc_info->exc_value, OptRef<Object>::share(is_none(exception) ? nullptr : exception));
}
void PyErr_SetHandledException(PyObject* exception) { _PyErr_SetHandledException(&here(), exception); }
void _PyErr_GetExcInfo(PyThreadState* state, PyObject** type, PyObject** value, PyObject** traceback) {
    Object* exception = handled_exception(of(state));
    *type = exception ? obj(new_reference(type_of(*exception))) : nullptr;
    *value = new_reference_optional(exception);
    *traceback = exception ? new_reference_optional(exception_traceback(*exception)) : nullptr;
}
void PyErr_GetExcInfo(PyObject** type, PyObject** value, PyObject** traceback) {
    _PyErr_GetExcInfo(&here(), type, value, traceback);
}
void PyErr_SetExcInfo(PyObject* type, PyObject* value, PyObject* traceback) {
    PyErr_SetHandledException(value);
    decref_optional(value);
    decref_optional(type);
    decref_optional(traceback);
}

// ---- Instances and classes

PyObject* PyException_GetTraceback(PyObject* self) { return new_reference_optional(exception_traceback(*self)); }
int PyException_SetTraceback(PyObject* self, PyObject* traceback) {
    ThreadState& ts = here();
    if (!traceback) {
        (void)raise(ts, PyExc_TypeError, "__traceback__ may not be deleted");
        return -1;
    }
    return to_c(exception_set_traceback(ts, *self, traceback));
}
PyObject* PyException_GetCause(PyObject* self) { return new_reference_optional(exception_cause(*self)); }
void PyException_SetCause(PyObject* self, PyObject* cause) { exception_set_cause(*self, OptRef<Object>::steal(cause)); }
PyObject* PyException_GetContext(PyObject* self) { return new_reference_optional(exception_context(*self)); }
void PyException_SetContext(PyObject* self, PyObject* context) {
    exception_set_context(*self, OptRef<Object>::steal(context));
}
const char* PyExceptionClass_Name(PyObject* cls) { return as<Type>(cls)->tp_name; }

PyObject* PyErr_NewException(const char* name, PyObject* base, PyObject* dict) {
    return to_c(exception_class_new(here(), name, base, dict));
}
PyObject* PyErr_NewExceptionWithDoc(const char* name, const char* doc, PyObject* base, PyObject* dict) {
    ThreadState& ts = here();
    auto make = [&]() -> Result<Ref<Object>> {
        Ref<Object> names = dict ? Ref<Object>::share(*dict) : Ref<Object>(TRY(dict_new(ts)));
        if (doc) {
            Ref<Str> text = TRY(str_from_utf8(ts, doc));
            TRY(dict_set(ts, as<Dict>(*names), "__doc__"_n, obj(*text)));
        }
        return exception_class_new(ts, name, base, names.get());
    };
    return to_c(make());
}

// ---- Reporting

void PyErr_WriteUnraisable(PyObject* object) { write_unraisable(here(), object); }
void _PyErr_WriteUnraisableMsg(const char* message, PyObject* object) {
    write_unraisable_message(here(), message, object);
}
void PyErr_PrintEx(int set_last_variables) {
    int code;
    if (print_pending_error(here(), set_last_variables, code)) Py_Exit(code);
}
void PyErr_Print() { PyErr_PrintEx(1); }
void PyErr_Display(PyObject*, PyObject* value, PyObject* traceback) {
    ThreadState& ts = here();
    if (!value) return;
    if (is_exception(*value) && traceback && PyTraceBack_Check(traceback) && !exception_traceback(*value)) {
        if (!exception_set_traceback(ts, *value, traceback).ok()) error_clear(ts);
    }
    display_to_stderr(ts, *value);
}
void _PyErr_Display(PyObject* file, PyObject*, PyObject* value, PyObject*) {
    ThreadState& ts = here();
    if (!display_exception(ts, *value, *file).ok()) error_clear(ts);
}
int PyTraceBack_Print(PyObject* traceback, PyObject* file) {
    return traceback ? to_c(display_traceback(here(), *traceback, *file)) : 0;
}

// ---- Signals

int PyErr_CheckSignals() { return to_c(check_signals(here())); }
int _PyErr_CheckSignals() { return PyErr_CheckSignals(); }
int _PyErr_CheckSignalsTstate(PyThreadState* state) { return to_c(check_signals(of(state))); }
void PyErr_SetInterrupt() { signal_trip(2); }
int PyErr_SetInterruptEx(int number) {
    if (number < 1 || number >= kSignalCount) return -1;
    signal_trip(number);
    return 0;
}

// ---- Syntax errors

PyObject* PyErr_ProgramTextObject(PyObject* filename, int line) {
    if (!filename || line <= 0) return nullptr;
    ThreadState& ts = here();
    auto name = str_utf8(ts, as<Str>(*filename));
    std::string text;
    if (!name.ok()) return error_clear(ts), nullptr;
    if (!find_source_line(ts, std::string(std::move(name).take()), line, text)) return nullptr;
    text += '\n';
    auto result = str_from_utf8(ts, text);
    if (!result.ok()) return error_clear(ts), nullptr;
    return obj(std::move(result).release());
}
PyObject* PyErr_ProgramText(const char* filename, int line) {
    ThreadState& ts = here();
    OptRef<Object> name = text_object(ts, filename, true);
    if (!name) return error_clear(ts), nullptr;
    return PyErr_ProgramTextObject(name.get(), line);
}
// Adds the place to a pending SyntaxError.
void PyErr_RangedSyntaxLocationObject(PyObject* filename, int line, int column, int end_line, int end_column) {
    ThreadState& ts = here();
    PendingError error = error_fetch(ts);
    error_normalize(ts, error);
    Object& e = *error.value;
    auto set = [&]() -> Result<void> {
        auto set_number = [&](Object& name, int value) -> Result<void> {
            if (value < 0) return setattr(ts, e, name, none());
            return setattr(ts, e, name, *TRY(int_from(ts, value)));
        };
        TRY(set_number("lineno"_n, line));
        TRY(set_number("offset"_n, column >= 0 ? column + 1 : -1));
        TRY(set_number("end_lineno"_n, end_line));
        TRY(set_number("end_offset"_n, end_column >= 0 ? end_column + 1 : -1));
        TRY(setattr(ts, e, "filename"_n, filename ? *filename : none()));
        OptRef<Object> text = OptRef<Object>::steal(PyErr_ProgramTextObject(filename, line));
        TRY(setattr(ts, e, "text"_n, text ? *text : none()));
        if (&type_of(e) != &_PyExc_SyntaxError) {
            TRY(setattr(ts, e, "msg"_n, obj(*TRY(str(ts, e)))));
            TRY(setattr(ts, e, "print_file_and_line"_n, none()));
        }
        return {};
    };
    if (!set().ok()) error_clear(ts);
    error_restore(ts, std::move(error));
}
void PyErr_SyntaxLocationObject(PyObject* filename, int line, int column) {
    PyErr_RangedSyntaxLocationObject(filename, line, column, line, -1);
}
void PyErr_SyntaxLocationEx(const char* filename, int line, int column) {
    OptRef<Object> name = text_object(here(), filename, true);
    PyErr_SyntaxLocationObject(name.get(), line, column);
}
void PyErr_SyntaxLocation(const char* filename, int line) { PyErr_SyntaxLocationEx(filename, line, -1); }

// ---- Unicode errors

#define UNICODE_ERROR_ACCESS(NAME)                                                        \
    PyObject* PyUnicode##NAME##Error_GetObject(PyObject* e) {                             \
        return new_reference_optional(as<PyUnicodeErrorObject>(e)->object);               \
    }                                                                                     \
    PyObject* PyUnicode##NAME##Error_GetReason(PyObject* e) {                             \
        return new_reference_optional(as<PyUnicodeErrorObject>(e)->reason);               \
    }                                                                                     \
    int PyUnicode##NAME##Error_GetStart(PyObject* e, Py_ssize_t* start) {                 \
        Py_ssize_t size = unicode_error_size(e), at = as<PyUnicodeErrorObject>(e)->start; \
        *start = std::max<Py_ssize_t>(0, std::min(at, size - 1));                         \
        return 0;                                                                         \
    }                                                                                     \
    int PyUnicode##NAME##Error_GetEnd(PyObject* e, Py_ssize_t* end) {                     \
        Py_ssize_t size = unicode_error_size(e), at = as<PyUnicodeErrorObject>(e)->end;   \
        *end = std::min(std::max<Py_ssize_t>(1, at), size);                               \
        return 0;                                                                         \
    }                                                                                     \
    int PyUnicode##NAME##Error_SetStart(PyObject* e, Py_ssize_t start) {                  \
        as<PyUnicodeErrorObject>(e)->start = start;                                       \
        return 0;                                                                         \
    }                                                                                     \
    int PyUnicode##NAME##Error_SetEnd(PyObject* e, Py_ssize_t end) {                      \
        as<PyUnicodeErrorObject>(e)->end = end;                                           \
        return 0;                                                                         \
    }                                                                                     \
    int PyUnicode##NAME##Error_SetReason(PyObject* e, const char* reason) {               \
        auto text = str_from_utf8(here(), reason);                                        \
        if (!text.ok()) return -1;                                                        \
        assign(as<PyUnicodeErrorObject>(e)->reason, std::move(text).take());              \
        return 0;                                                                         \
    }
static Py_ssize_t unicode_error_size(PyObject* e) {
    Object* object = as<PyUnicodeErrorObject>(e)->object;
    if (!object) return 0;
    return PyBytes_Check(object) ? Py_ssize_t(bytes_view(as<Bytes>(*object)).size()) : str_length(as<Str>(*object));
}
UNICODE_ERROR_ACCESS(Encode)
UNICODE_ERROR_ACCESS(Decode)
UNICODE_ERROR_ACCESS(Translate)
PyObject* PyUnicodeEncodeError_GetEncoding(PyObject* e) {
    return new_reference_optional(as<PyUnicodeErrorObject>(e)->encoding);
}
PyObject* PyUnicodeDecodeError_GetEncoding(PyObject* e) {
    return new_reference_optional(as<PyUnicodeErrorObject>(e)->encoding);
}
PyObject* PyUnicodeDecodeError_Create(const char* encoding, const char* object, Py_ssize_t length, Py_ssize_t start,
                                      Py_ssize_t end, const char* reason) {
    ThreadState& ts = here();
    auto bytes = bytes_from(ts, {object, size_t(length)});
    if (!bytes.ok()) return nullptr;
    Ref<Bytes> b = std::move(bytes).take();
    return to_c(unicode_decode_error_new(ts, encoding, obj(*b), start, end, reason));
}
PyObject* _PyUnicodeTranslateError_Create(PyObject* object, Py_ssize_t start, Py_ssize_t end, const char* reason) {
    return to_c(unicode_translate_error_new(here(), *object, start, end, reason));
}

// ---- Warnings

int PyErr_WarnEx(PyObject* category, const char* text, Py_ssize_t stack_level) {
    return to_c(warn(here(), category ? category : PyExc_RuntimeWarning, stack_level, "%s", text));
}
static int warn_v(PyObject* category, Py_ssize_t stack_level, PyObject* source, const char* format, va_list arguments) {
    ThreadState& ts = here();
    auto text = str_format_v(ts, format, arguments);
    if (!text.ok()) return -1;
    Ref<Str> message = std::move(text).take();
    return to_c(warn_object(ts, obj(*message), category ? category : PyExc_RuntimeWarning, stack_level, source));
}
int PyErr_WarnFormat(PyObject* category, Py_ssize_t stack_level, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int result = warn_v(category, stack_level, nullptr, format, arguments);
    va_end(arguments);
    return result;
}
int PyErr_ResourceWarning(PyObject* source, Py_ssize_t stack_level, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int result = warn_v(PyExc_ResourceWarning, stack_level, source, format, arguments);
    va_end(arguments);
    return result;
}
int PyErr_WarnExplicitObject(PyObject* category, PyObject* message, PyObject* filename, int line, PyObject* module,
                             PyObject* registry) {
    return to_c(warn_explicit(here(), category ? *category : *PyExc_RuntimeWarning, *message, *filename, line, module,
                              registry));
}
int PyErr_WarnExplicit(PyObject* category, const char* text, const char* filename, int line, const char* module,
                       PyObject* registry) {
    ThreadState& ts = here();
    OptRef<Object> message = text_object(ts, text, false), file = text_object(ts, filename, true);
    OptRef<Object> module_name = text_object(ts, module, false);
    if (!message || !file || (module && !module_name)) return -1;
    return PyErr_WarnExplicitObject(category, message.get(), file.get(), line, module_name.get(), registry);
}
int PyErr_WarnExplicitFormat(PyObject* category, const char* filename, int line, const char* module, PyObject* registry,
                             const char* format, ...) {
    ThreadState& ts = here();
    va_list arguments;
    va_start(arguments, format);
    auto text = str_format_v(ts, format, arguments);
    va_end(arguments);
    if (!text.ok()) return -1;
    Ref<Str> message = std::move(text).take();
    OptRef<Object> file = text_object(ts, filename, true), module_name = text_object(ts, module, false);
    if (!file || (module && !module_name)) return -1;
    return PyErr_WarnExplicitObject(category, obj(message.get()), file.get(), line, module_name.get(), registry);
}

// ---- The end

void _Py_FatalErrorFunc(const char* function, const char* message) { fatal_error(function, message); }
#undef Py_FatalError
void Py_FatalError(const char* message) { fatal_error(nullptr, message); }
int _Py_CheckRecursiveCall(PyThreadState* state, const char* where) {
    return to_c(recursion_exceeded(of(state), where));
}
int Py_EnterRecursiveCall(const char* where) { return to_c(enter_recursion(here(), where)); }
void Py_LeaveRecursiveCall() { leave_recursion(here()); }
}
#pragma GCC visibility pop
