#include <unistd.h>

#include "modules/builtins/functions.hpp"
#include "objects/bytes.hpp"
#include "objects/dict.hpp"
#include "objects/module.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"

namespace orochi::builtins {

namespace {

Result<Object*> checked_piece(ThreadState& ts, Object* piece, const char* name) {
    if (!piece || is_none(piece)) return nullptr;
    if (!PyUnicode_Check(piece)) return raise(ts, PyExc_TypeError, "%s must be None or a string, not %T", name, piece);
    return piece;
}

Result<void> write(ThreadState& ts, Object& file, Object& text) {
    TRY(call_method(ts, file, "write"_n, text));
    return {};
}

}  // namespace

Result<void> builtin_print(ThreadState& ts, Object&, Object* separator, Object* end, Object* file, Object* flush,
                           Rest values) {
    if (!file || is_none(file)) {
        file = sys_get(ts, "stdout"_s);
        if (!file) return raise(ts, PyExc_RuntimeError, "lost sys.stdout");
        // pythonw and daemons have none; printing to nowhere is fine.
        if (is_none(file)) return {};
    }
    Ref<Object> target = Ref<Object>::share(*file);
    separator = TRY(checked_piece(ts, separator, "sep"));
    end = TRY(checked_piece(ts, end, "end"));
    for (Py_ssize_t i = 0; i < values.size(); ++i) {
        if (i > 0) TRY(write(ts, *target, separator ? *separator : " "_n));
        Ref<Str> text = TRY(str(ts, values[i]));
        TRY(write(ts, *target, obj(*text)));
    }
    TRY(write(ts, *target, end ? *end : "\n"_n));
    if (flush && TRY(is_true(ts, *flush))) TRY(call_method(ts, *target, "flush"_n));
    return {};
}

namespace {

// file.readline() without its line end; EOFError at the end of the file.
Result<Ref<Object>> read_line(ThreadState& ts, Object& file) {
    Ref<Object> line = TRY(call_method(ts, file, "readline"_n));
    if (!PyUnicode_Check(line.get())) return raise(ts, PyExc_TypeError, "object.readline() returned non-string");
    Py_ssize_t size = str_length(as<Str>(*line));
    if (size == 0) return raise(ts, PyExc_EOFError, "EOF when reading a line");
    if (str_at(as<Str>(*line), size - 1) != '\n') return line;
    return str_substring(ts, as<Str>(*line), 0, size - 1);
}

Result<Ref<Object>> standard_file(ThreadState& ts, Str& name) {
    Object* file = sys_get(ts, name);
    if (!file || is_none(file)) return raise(ts, PyExc_RuntimeError, "input(): lost sys.%U", &name);
    return Ref<Object>::share(*file);
}

}  // namespace

Result<Ref<Object>> builtin_input(ThreadState& ts, Object&, Object* prompt) {
    Ref<Object> in = TRY(standard_file(ts, "stdin"_s));
    Ref<Object> out = TRY(standard_file(ts, "stdout"_s));
    Ref<Object> err = TRY(standard_file(ts, "stderr"_s));
    TRY(audit(ts, "builtins.input", "O", prompt ? prompt : &none()));
    // A broken stderr is no reason not to ask.
    if (!call_method(ts, *err, "flush"_n).ok()) error_clear(ts);
    if (prompt) {
        Ref<Str> text = TRY(str(ts, *prompt));
        TRY(write(ts, *out, obj(*text)));
    }
    if (!call_method(ts, *out, "flush"_n).ok()) error_clear(ts);
    Ref<Object> line = TRY(read_line(ts, *in));
    TRY(audit(ts, "builtins.input/result", "O", line.get()));
    return line;
}

Result<Ref<Object>> builtin_breakpoint(ThreadState& ts, Object&, Rest arguments, Keywords keywords) {
    Object* hook = sys_get(ts, "breakpointhook"_s);
    if (!hook) return raise(ts, PyExc_RuntimeError, "lost sys.breakpointhook");
    TRY(audit(ts, "builtins.breakpoint", "O", hook));
    Ref<Object> keep = Ref<Object>::share(*hook);
    return call_dict(ts, *keep, arguments.items, size_t(arguments.count), obj(keywords.dict));
}

}  // namespace orochi::builtins
