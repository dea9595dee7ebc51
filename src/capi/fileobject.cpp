// fileobject.h: files through their Python methods.
#include "objects/containers.hpp"
#include "objects/int.hpp"
#include "objects/module.hpp"

using namespace orochi;

namespace {

Result<int> descriptor_of(ThreadState& ts, Object& object) {
    int descriptor;
    if (PyLong_Check(&object)) {
        descriptor = TRY(int_as_int(ts, object));
    } else {
        OptRef<Object> method = TRY(getattr_optional(ts, object, "fileno"_n));
        if (!method) return raise(ts, PyExc_TypeError, "argument must be an int, or have a fileno() method.");
        Ref<Object> result = TRY(call(ts, *method));
        if (!PyLong_Check(result.get())) return raise(ts, PyExc_TypeError, "fileno() returned a non-integer");
        descriptor = TRY(int_as_int(ts, *result));
    }
    if (descriptor < 0)
        return raise(ts, PyExc_ValueError, "file descriptor cannot be a negative integer (%i)", descriptor);
    return descriptor;
}

Result<void> write_object(ThreadState& ts, Object& object, Object* file, int flags) {
    if (!file) return raise(ts, PyExc_TypeError, "writeobject with NULL file");
    Ref<Object> write = TRY(getattr(ts, *file, "write"_n));
    Ref<Str> text = flags & Py_PRINT_RAW ? TRY(str(ts, object)) : TRY(repr(ts, object));
    (void)TRY(call(ts, *write, *text));
    return {};
}

// One line; `size` 0: as long as it is, < 0: without its end, and EOFError when there is none.
Result<Ref<Object>> get_line(ThreadState& ts, Object& file, int size) {
    OptRef<Object> limit;
    if (size > 0) limit = TRY(int_from(ts, size));
    Ref<Object> line =
        limit ? TRY(call_method(ts, file, "readline"_n, *limit)) : TRY(call_method(ts, file, "readline"_n));
    if (!PyUnicode_Check(line.get()) && !PyBytes_Check(line.get()))
        return raise(ts, PyExc_TypeError, "object.readline() returned non-string");
    if (size >= 0) return line;
    Py_ssize_t count = TRY(length(ts, *line));
    if (count == 0) return raise(ts, PyExc_EOFError, "EOF when reading a line");
    bool ends = PyBytes_Check(line.get()) ? PyBytes_AS_STRING(line.get())[count - 1] == '\n'
                                          : str_at(as<Str>(*line), count - 1) == '\n';
    return ends ? sequence_getslice(ts, *line, 0, count - 1) : Result<Ref<Object>>(std::move(line));
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

int PyObject_AsFileDescriptor(PyObject* object) { return to_c(descriptor_of(current_thread(), *object)); }
int PyFile_WriteObject(PyObject* object, PyObject* file, int flags) {
    return to_c(write_object(current_thread(), *object, file, flags));
}
int PyFile_WriteString(const char* text, PyObject* file) {
    ThreadState& ts = current_thread();
    if (!file) {
        if (!error_pending(ts)) raise(ts, PyExc_SystemError, "null file for PyFile_WriteString");
        return -1;
    }
    if (error_pending(ts)) return -1;
    Ref<Str> object = TRY_OR(-1, str_from_utf8(ts, text));
    return to_c(write_object(ts, obj(*object), file, Py_PRINT_RAW));
}
PyObject* PyFile_GetLine(PyObject* file, int size) {
    if (!file) return PyErr_BadInternalCall(), nullptr;
    return to_c(get_line(current_thread(), *file, size));
}
PyObject* PyFile_FromFd(int descriptor, const char* name, const char* mode, int buffering, const char* encoding,
                        const char* errors, const char* newline, int close) {
    (void)name;
    ThreadState& ts = current_thread();
    Ref<Object> io = TRY_OR(nullptr, import_module(ts, "_io"_n));
    return PyObject_CallMethod(io.get(), "open", "isisssO", descriptor, mode, buffering, encoding, errors, newline,
                               &bool_object(close));
}
PyObject* PyFile_OpenCodeObject(PyObject* path) {
    ThreadState& ts = current_thread();
    if (!PyUnicode_Check(path)) {
        (void)raise(ts, PyExc_TypeError, "'path' must be 'str', not '%T'", path);
        return nullptr;
    }
    Ref<Object> io = TRY_OR(nullptr, import_module(ts, "_io"_n));
    return to_c(call_method(ts, *io, "open_code"_n, *path));
}
int PyFile_SetOpenCodeHook(Py_OpenCodeHookFunction hook, void* data) {
    ThreadState* ts = current_thread_state;
    if (ts && !audit(*ts, "setopencodehook", nullptr).ok()) return -1;
    Runtime& runtime = process_runtime();
    if (runtime.open_code_hook) {
        if (ts) (void)raise(*ts, PyExc_SystemError, "failed to change existing open_code hook");
        return -1;
    }
    runtime.open_code_hook = hook;
    runtime.open_code_hook_data = data;
    return 0;
}
PyObject* PyFile_OpenCode(const char* path) {
    Ref<Str> text = TRY_OR(nullptr, str_from_utf8(current_thread(), path));
    return PyFile_OpenCodeObject(obj(text.get()));
}

}  // extern "C"
#pragma GCC visibility pop
