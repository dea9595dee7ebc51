// open(), open_code(), text_encoding() and the module.
#include <sys/stat.h>
#include <unistd.h>

#include "modules/_io/io.hpp"
#include "modules/os_support.hpp"
#include "objects/exceptions.hpp"

#include "state/config.hpp"

namespace orochi {

namespace {

// "locale", or "utf-8" in UTF-8 mode, in place of a missing encoding.
Result<Ref<Object>> io_text_encoding(ThreadState& ts, Object&, Object& encoding, int stack_level) {
    if (!is_none(&encoding)) return Ref<Object>::share(encoding);
    const Config* config = ts.interpreter().config;
    if (config && config->warn_default_encoding)
        TRY(warn(ts, PyExc_EncodingWarning, stack_level, "'encoding' argument not specified"));
    return Ref<Object>::share(config && config->utf8_mode ? "utf-8"_n : "locale"_n);
}

struct Mode {
    bool creating = false, reading = false, writing = false, appending = false, updating = false;
    bool text = false, binary = false;
    char raw[5] = {};
};
Result<Mode> parse_mode(ThreadState& ts, std::string_view text) {
    Mode mode;
    auto invalid = [&] { return raise(ts, PyExc_ValueError, "invalid mode: '%s'", std::string(text).c_str()); };
    for (size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        switch (c) {
            case 'x': mode.creating = true; break;
            case 'r': mode.reading = true; break;
            case 'w': mode.writing = true; break;
            case 'a': mode.appending = true; break;
            case '+': mode.updating = true; break;
            case 't': mode.text = true; break;
            case 'b': mode.binary = true; break;
            default: return invalid();
        }
        if (text.find(c, i + 1) != text.npos) return invalid();
    }
    size_t n = 0;
    if (mode.creating) mode.raw[n++] = 'x';
    if (mode.reading) mode.raw[n++] = 'r';
    if (mode.writing) mode.raw[n++] = 'w';
    if (mode.appending) mode.raw[n++] = 'a';
    if (mode.updating && n < 4) mode.raw[n++] = '+';
    if (mode.text && mode.binary) return raise(ts, PyExc_ValueError, "can't have text and binary mode at once");
    if (mode.creating + mode.reading + mode.writing + mode.appending > 1)
        return raise(ts, PyExc_ValueError, "must have exactly one of create/read/write/append mode");
    return mode;
}

Result<Ref<Object>> io_open(ThreadState& ts, Object&, Object& file, std::string_view mode_text, int buffering,
                            OptionalText encoding, OptionalText errors, OptionalText newline, bool closefd,
                            Object* opener) {
    IoState& state = io_state(ts);
    bool is_number = is_index(file) || PyLong_Check(&file);
    Ref<Object> path = is_number ? Ref<Object>::share(file) : TRY(fspath(ts, file));
    if (!is_number && !PyUnicode_Check(path.get()) && !PyBytes_Check(path.get()))
        return raise(ts, PyExc_TypeError, "invalid file: %R", &file);
    Mode mode = TRY(parse_mode(ts, mode_text));
    if (mode.binary && encoding) return raise(ts, PyExc_ValueError, "binary mode doesn't take an encoding argument");
    if (mode.binary && errors) return raise(ts, PyExc_ValueError, "binary mode doesn't take an errors argument");
    if (mode.binary && newline) return raise(ts, PyExc_ValueError, "binary mode doesn't take a newline argument");
    if (mode.binary && buffering == 1)
        TRY(warn(ts, PyExc_RuntimeWarning, 1,
                 "line buffering (buffering=1) isn't supported in binary mode, the default buffer size will be used"));
    Ref<Str> raw_mode = TRY(str_from_ascii(ts, mode.raw));
    Ref<Object> raw =
        TRY(call(ts, obj(*state.file_io), *path, *raw_mode, bool_object(closefd), opener ? *opener : none()));
    // What fails from here on closes the outermost layer again, and shows its own error.
    Ref<Object> top = raw.copy();
    auto rest = [&]() -> Result<Ref<Object>> {
        Ref<Str> shown_mode = TRY(str_from_utf8(ts, mode_text));
        bool is_tty = false;
        if (buffering < 0) is_tty = unlocked_call(ts, [&] { return isatty(as<FileIo>(*raw).fd); }).value == 1;
        bool line_buffering = false;
        if (buffering == 1 || is_tty) {
            buffering = -1;
            line_buffering = true;
        }
        if (buffering < 0) buffering = int(as<FileIo>(*raw).block_size);
        if (buffering < 0) return raise(ts, PyExc_ValueError, "invalid buffering size");
        if (buffering == 0) {
            if (!mode.binary) return raise(ts, PyExc_ValueError, "can't have unbuffered text I/O");
            return Ref<Object>::share(*raw);
        }
        Type* cls;
        if (mode.updating) {
            cls = state.buffered_random;
        } else if (mode.creating || mode.writing || mode.appending) {
            cls = state.buffered_writer;
        } else if (mode.reading) {
            cls = state.buffered_reader;
        } else {
            return raise(ts, PyExc_ValueError, "unknown mode: '%s'", std::string(mode_text).c_str());
        }
        Ref<Object> size = TRY(int_from(ts, buffering));
        Ref<Object> buffer = TRY(call(ts, obj(*cls), *raw, *size));
        top = buffer.copy();
        if (mode.binary) return buffer;
        Ref<Object> wrapper = TRY(call(ts, obj(*state.text_io_wrapper), *buffer, encoding.or_none(), errors.or_none(),
                                       newline.or_none(), bool_object(line_buffering)));
        top = wrapper.copy();
        TRY(setattr(ts, *wrapper, "mode"_n, obj(*shown_mode)));
        return wrapper;
    };
    auto result = rest();
    if (result.ok()) return result;
    PendingError error = error_fetch(ts);
    error_normalize(ts, error);
    if (!call_method(ts, *top, "close"_n).ok()) {
        Ref<Object> second = error_take(ts);
        exception_set_context(*second, OptRef<Object>(error.value.take()));
        return raise_instance(ts, *second);
    }
    error_restore(ts, std::move(error));
    return failure;
}

Result<Ref<Object>> io_open_code(ThreadState& ts, Object& module, Object& path) {
    if (!PyUnicode_Check(&path))
        return raise(ts, PyExc_TypeError, "open_code() argument 'path' must be str, not %T", &path);
    Runtime& runtime = ts.runtime();
    if (runtime.open_code_hook)
        return Result<Ref<Object>>::adopt(runtime.open_code_hook(&path, runtime.open_code_hook_data));
    return io_open(ts, module, path, "rb", -1, {}, {}, {}, true, nullptr);
}

const MethodDef io_functions[] = {
    METHOD("open($module, /, file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, "
           "opener=None)",
           io_open, "Open file and return a stream.  Raise OSError upon failure."),
    METHOD("text_encoding($module, encoding, stacklevel=2, /)", io_text_encoding,
           "A helper function to choose the text encoding.\n\n"
           "When encoding is not None, this function returns it.\n"
           "Otherwise, this function returns the default text encoding\n"
           "(i.e. \"locale\" or \"utf-8\" depends on UTF-8 mode)."),
    METHOD("open_code($module, /, path)", io_open_code,
           "Opens the provided file with the intent to import the contents.\n\n"
           "This may perform extra validation beyond open(), but is otherwise interchangeable\n"
           "with calling open(path, 'rb')."),
    METHOD_END,
};

Result<void> io_exec(ThreadState& ts, Object& module) {
    // The name that pickles of its functions have.
    TRY(setattr(ts, module, "__name__"_n, obj("io"_n)));
    TRY(module_add_functions(ts, module, io_functions));
    IoState& state = *static_cast<IoState*>(module_state(module));
    if (!ts.interpreter().parts[size_t(Part::kIo)]) ts.interpreter().parts[size_t(Part::kIo)] = &state;
    TRY(module_add_int(ts, module, "DEFAULT_BUFFER_SIZE", kDefaultBufferSize));
    // class UnsupportedOperation(OSError, ValueError)
    Ref<Tuple> bases = TRY(tuple_of(ts, *PyExc_OSError, *PyExc_ValueError));
    Ref<Dict> dict = TRY(dict_new(ts));
    TRY(dict_set(ts, *dict, "__module__"_n, "io"_n));
    Ref<Object> unsupported = TRY(call(ts, obj(PyType_Type), "UnsupportedOperation"_n, *bases, *dict));
    TRY(module_add(ts, module, "UnsupportedOperation", *unsupported));
    state.unsupported_operation = std::move(unsupported).release();
    TRY(module_add(ts, module, "BlockingIOError", *PyExc_BlockingIOError));
    TRY(io_add_bases(ts, module, state));
    TRY(io_add_file_io(ts, module, state));
    TRY(io_add_bytes_io(ts, module, state));
    TRY(io_add_string_io(ts, module, state));
    TRY(io_add_buffered(ts, module, state));
    TRY(io_add_buffered_pair(ts, module, state));
    TRY(io_add_newline_decoder(ts, module, state));
    return io_add_text_wrapper(ts, module, state);
}

int io_module_traverse(Object* module, visitproc visit, void* argument) {
    IoState* state = static_cast<IoState*>(module_state(*module));
    if (!state) return 0;
    Type** types = &state->io_base;
    for (int i = 0; i < kIoStateTypes; ++i) VISIT(types[i]);
    VISIT(state->unsupported_operation);
    return 0;
}
// Files outlive the module's dictionary, so the classes go only with the module itself.
void io_module_free(void* module) {
    IoState* state = static_cast<IoState*>(module_state(*static_cast<Object*>(module)));
    if (!state) return;
    Interpreter& interpreter = current_thread().interpreter();
    if (interpreter.parts[size_t(Part::kIo)] == state) interpreter.parts[size_t(Part::kIo)] = nullptr;
    Type** types = &state->io_base;
    for (int i = 0; i < kIoStateTypes; ++i) clear(types[i]);
    clear(state->unsupported_operation);
}

MODULE_EXEC_SLOTS(io_slots, io_exec);

}  // namespace

PyModuleDef io_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_io",
    .m_doc = "The io module provides the Python interfaces to stream handling.",
    .m_size = sizeof(IoState),
    .m_slots = const_cast<PyModuleDef_Slot*>(io_slots),
    .m_traverse = io_module_traverse,
    .m_free = io_module_free,
};

}  // namespace orochi
