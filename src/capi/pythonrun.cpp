// pythonrun.h, compile.h: source text to results.
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>

#include "execution/compile_source.hpp"
#include "execution/evaluate.hpp"
#include "lifecycle/interactive.hpp"
#include "objects/containers.hpp"
#include "objects/module.hpp"

// The header shadows the functions of older interfaces with macros.
#undef PyRun_String
#undef PyRun_AnyFile
#undef PyRun_AnyFileEx
#undef PyRun_AnyFileFlags
#undef PyRun_InteractiveOne
#undef PyRun_InteractiveLoop
#undef PyRun_SimpleString
#undef PyRun_SimpleFile
#undef PyRun_SimpleFileEx
#undef PyRun_File
#undef PyRun_FileEx
#undef PyRun_FileFlags
#undef Py_CompileString
#undef Py_CompileStringFlags

using namespace orochi;

namespace {

language::ParseMode mode_of(int start) {
    switch (start) {
        case Py_eval_input: return language::ParseMode::Eval;
        case Py_single_input: return language::ParseMode::Single;
        case Py_func_type_input: return language::ParseMode::FuncType;
        default: return language::ParseMode::Exec;
    }
}
CompileRequest request_for(std::string_view source, Str& filename, int start, const PyCompilerFlags* flags,
                           int optimize = -1) {
    CompileRequest request{.source = source, .filename = filename, .mode = mode_of(start)};
    if (flags) {
        request.flags = uint32_t(flags->cf_flags);
        if (flags->cf_flags & PyCF_ONLY_AST) request.feature_version = flags->cf_feature_version;
    }
    request.optimize = optimize;
    return request;
}

Result<Ref<Object>> compile_text(ThreadState& ts, const char* source, Object& filename, int start,
                                 const PyCompilerFlags* flags, int optimize) {
    if (flags && flags->cf_flags & PyCF_ONLY_AST) {
        // Trees as objects are the business of compile().
        Ref<Object> compile = TRY(builtin_attribute(ts, "compile"_s));
        const char* mode = start == Py_eval_input ? "eval" : start == Py_single_input ? "single" : "exec";
        return Result<Ref<Object>>::adopt(
            PyObject_CallFunction(compile.get(), "sOsi", source, &filename, mode, flags->cf_flags));
    }
    return compile_source(ts, request_for(source, as<Str>(filename), start, flags, optimize));
}

Result<Ref<Object>> run_text(ThreadState& ts, std::string_view source, Str& filename, int start, Object& globals,
                             Object& locals, const PyCompilerFlags* flags) {
    Ref<Code> code = TRY(compile_source(ts, request_for(source, filename, start, flags)));
    if (PyDict_Check(&globals) && !TRY(dict_contains(ts, as<Dict>(globals), "__builtins__"_n)))
        TRY(dict_set(ts, as<Dict>(globals), "__builtins__"_n, *ts.interpreter().builtins));
    return run_program(ts, *code, globals, locals);
}

Result<Ref<Object>> main_names(ThreadState& ts) {
    Object* main = PyImport_AddModule("__main__");
    if (!main) return failure;
    return Ref<Object>::share(obj(module_dict(*main)));
}

bool read_file(std::FILE* file, std::string& text) {
    char buffer[8192];
    for (size_t n; (n = std::fread(buffer, 1, sizeof buffer, file)) > 0;) text.append(buffer, n);
    return !std::ferror(file);
}

// -1 after showing the exception.
int shown(ThreadState& ts, Result<Ref<Object>>&& result) {
    if (result.ok()) return 0;
    if (error_pending(ts)) PyErr_Print();
    return -1;
}

Result<Ref<Object>> run_file(ThreadState& ts, std::FILE* file, Str& filename, int start, Object& globals,
                             Object& locals, const PyCompilerFlags* flags, bool close) {
    std::string text;
    bool ok = read_file(file, text);
    if (close) std::fclose(file);
    if (!ok) return raise_os_error(ts, errno, &obj(filename));
    if (text.find('\0') != text.npos) return raise(ts, PyExc_SyntaxError, "source code cannot contain null bytes");
    return run_text(ts, text, filename, start, globals, locals, flags);
}

Result<Ref<Object>> run_simple_file(ThreadState& ts, std::FILE* file, Str& filename, bool close,
                                    const PyCompilerFlags* flags) {
    Ref<Object> names = TRY(main_names(ts));
    bool named = TRY(dict_contains(ts, as<Dict>(*names), "__file__"_n));
    if (!named) {
        TRY(dict_set(ts, as<Dict>(*names), "__file__"_n, obj(filename)));
        TRY(dict_set(ts, as<Dict>(*names), "__cached__"_n, none()));
    }
    auto result = run_file(ts, file, filename, Py_file_input, *names, *names, flags, close);
    if (!named) {
        ErrorKeeper keeper(ts);
        if (!dict_discard(ts, as<Dict>(*names), "__file__"_n).ok()) error_clear(ts);
        if (!dict_discard(ts, as<Dict>(*names), "__cached__"_n).ok()) error_clear(ts);
    }
    return result;
}

Result<Ref<Str>> decoded(ThreadState& ts, const char* filename) {
    return str_decode_filesystem(ts, filename ? filename : "???");
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

// ---- Compiling

PyObject* Py_CompileStringObject(const char* source, PyObject* filename, int start, PyCompilerFlags* flags,
                                 int optimize) {
    return to_c(compile_text(current_thread(), source, *filename, start, flags, optimize));
}
PyObject* Py_CompileStringExFlags(const char* source, const char* filename, int start, PyCompilerFlags* flags,
                                  int optimize) {
    Ref<Str> name = TRY_OR(nullptr, decoded(current_thread(), filename));
    return Py_CompileStringObject(source, obj(name.get()), start, flags, optimize);
}
PyObject* Py_CompileStringFlags(const char* source, const char* filename, int start, PyCompilerFlags* flags) {
    return Py_CompileStringExFlags(source, filename, start, flags, -1);
}
PyObject* Py_CompileString(const char* source, const char* filename, int start) {
    return Py_CompileStringExFlags(source, filename, start, nullptr, -1);
}

// ---- Strings

PyObject* PyRun_StringFlags(const char* source, int start, PyObject* globals, PyObject* locals,
                            PyCompilerFlags* flags) {
    ThreadState& ts = current_thread();
    return to_c(run_text(ts, source, "<string>"_s, start, *globals, *locals, flags));
}
PyObject* PyRun_String(const char* source, int start, PyObject* globals, PyObject* locals) {
    return PyRun_StringFlags(source, start, globals, locals, nullptr);
}
int PyRun_SimpleStringFlags(const char* source, PyCompilerFlags* flags) {
    ThreadState& ts = current_thread();
    auto names = main_names(ts);
    if (!names.ok()) return -1;
    Ref<Object> globals = std::move(names).take();
    return shown(ts, run_text(ts, source, "<string>"_s, Py_file_input, *globals, *globals, flags));
}
int PyRun_SimpleString(const char* source) { return PyRun_SimpleStringFlags(source, nullptr); }

// ---- Files

PyObject* PyRun_FileExFlags(FILE* file, const char* filename, int start, PyObject* globals, PyObject* locals, int close,
                            PyCompilerFlags* flags) {
    ThreadState& ts = current_thread();
    Ref<Str> name = TRY_OR(nullptr, decoded(ts, filename));
    return to_c(run_file(ts, file, *name, start, *globals, *locals, flags, close != 0));
}
PyObject* PyRun_FileEx(FILE* file, const char* filename, int start, PyObject* globals, PyObject* locals, int close) {
    return PyRun_FileExFlags(file, filename, start, globals, locals, close, nullptr);
}
PyObject* PyRun_FileFlags(FILE* file, const char* filename, int start, PyObject* globals, PyObject* locals,
                          PyCompilerFlags* flags) {
    return PyRun_FileExFlags(file, filename, start, globals, locals, 0, flags);
}
PyObject* PyRun_File(FILE* file, const char* filename, int start, PyObject* globals, PyObject* locals) {
    return PyRun_FileExFlags(file, filename, start, globals, locals, 0, nullptr);
}
int _PyRun_SimpleFileObject(FILE* file, PyObject* filename, int close, PyCompilerFlags* flags) {
    ThreadState& ts = current_thread();
    return shown(ts, run_simple_file(ts, file, as<Str>(*filename), close != 0, flags));
}
int PyRun_SimpleFileExFlags(FILE* file, const char* filename, int close, PyCompilerFlags* flags) {
    ThreadState& ts = current_thread();
    Ref<Str> name = TRY_OR(-1, decoded(ts, filename));
    return _PyRun_SimpleFileObject(file, obj(name.get()), close, flags);
}
int PyRun_SimpleFileEx(FILE* file, const char* filename, int close) {
    return PyRun_SimpleFileExFlags(file, filename, close, nullptr);
}
int PyRun_SimpleFile(FILE* file, const char* filename) { return PyRun_SimpleFileExFlags(file, filename, 0, nullptr); }

// ---- Statement by statement

int PyRun_InteractiveOneObject(FILE* file, PyObject* filename, PyCompilerFlags* flags) {
    constexpr int kEndOfFile = 11;  // E_EOF of errcode.h
    ThreadState& ts = current_thread();
    uint32_t features = flags ? uint32_t(flags->cf_flags) & PyCF_MASK : 0;
    auto result = run_next_statement(ts, file, as<Str>(*filename), features);
    if (flags) flags->cf_flags |= int(features);
    if (!result.ok()) {
        PyErr_Print();
        return -1;
    }
    return std::move(result).take() ? 0 : kEndOfFile;
}
int PyRun_InteractiveOneFlags(FILE* file, const char* filename, PyCompilerFlags* flags) {
    Ref<Str> name = TRY_OR(-1, decoded(current_thread(), filename));
    return PyRun_InteractiveOneObject(file, obj(name.get()), flags);
}
int PyRun_InteractiveOne(FILE* file, const char* filename) {
    return PyRun_InteractiveOneFlags(file, filename, nullptr);
}
int _PyRun_InteractiveLoopObject(FILE* file, PyObject* filename, PyCompilerFlags*) {
    return run_statements(current_thread(), file, as<Str>(*filename));
}
int PyRun_InteractiveLoopFlags(FILE* file, const char* filename, PyCompilerFlags* flags) {
    Ref<Str> name = TRY_OR(-1, decoded(current_thread(), filename));
    return _PyRun_InteractiveLoopObject(file, obj(name.get()), flags);
}
int PyRun_InteractiveLoop(FILE* file, const char* filename) {
    return PyRun_InteractiveLoopFlags(file, filename, nullptr);
}

int _PyRun_AnyFileObject(FILE* file, PyObject* filename, int close, PyCompilerFlags* flags) {
    if (Py_FdIsInteractive(file, PyUnicode_AsUTF8(filename))) {
        int code = _PyRun_InteractiveLoopObject(file, filename, flags);
        if (close) std::fclose(file);
        return code;
    }
    return _PyRun_SimpleFileObject(file, filename, close, flags);
}
int PyRun_AnyFileExFlags(FILE* file, const char* filename, int close, PyCompilerFlags* flags) {
    Ref<Str> name = TRY_OR(-1, decoded(current_thread(), filename));
    return _PyRun_AnyFileObject(file, obj(name.get()), close, flags);
}
int PyRun_AnyFileFlags(FILE* file, const char* filename, PyCompilerFlags* flags) {
    return PyRun_AnyFileExFlags(file, filename, 0, flags);
}
int PyRun_AnyFileEx(FILE* file, const char* filename, int close) {
    return PyRun_AnyFileExFlags(file, filename, close, nullptr);
}
int PyRun_AnyFile(FILE* file, const char* filename) { return PyRun_AnyFileExFlags(file, filename, 0, nullptr); }

}  // extern "C"
#pragma GCC visibility pop
