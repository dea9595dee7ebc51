#include <cstring>

#include "execution/compile_source.hpp"
#include "execution/evaluate.hpp"
#include "execution/frame.hpp"
#include "execution/function.hpp"
#include "imports/import.hpp"
#include "modules/builtins/functions.hpp"
#include "modules/builtins/tree.hpp"
#include "objects/bytes.hpp"
#include "objects/dict.hpp"
#include "objects/frame_access.hpp"
#include "objects/list.hpp"
#include "objects/module.hpp"
#include "objects/paths.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type_internal.hpp"

namespace orochi::builtins {

// ---- Classes ----

namespace {

// Bases that are no classes say what stands for them (PEP 560). The same tuple when none does.
Result<Ref<Tuple>> resolve_bases(ThreadState& ts, Tuple& bases) {
    OptRef<List> resolved;
    for (Py_ssize_t i = 0; i < tuple_size(bases); ++i) {
        Object& base = tuple_item(bases, i);
        OptRef<Object> method;
        if (!PyType_Check(&base)) method = TRY(getattr_optional(ts, base, "__mro_entries__"_n));
        if (!method) {
            if (resolved) TRY(list_append(ts, *resolved, base));
            continue;
        }
        Ref<Object> entries = TRY(call(ts, *method, obj(bases)));
        if (!PyTuple_Check(entries.get())) return raise(ts, PyExc_TypeError, "__mro_entries__ must return a tuple");
        if (!resolved) resolved = TRY(list_from_items(ts, bases.ob_item, i));
        TRY(list_extend(ts, *resolved, *entries));
    }
    if (!resolved) return Ref<Tuple>::share(bases);
    return list_as_tuple(ts, *resolved);
}

Result<Ref<Object>> run_class_body(ThreadState& ts, Function& function, Object& name_space) {
    incref(function);
    incref(name_space);
    InterpreterFrame* frame = push_call_frame(ts, function, &name_space, nullptr, 0, nullptr);
    if (!frame) return failure;
    return Result<Ref<Object>>::adopt(evaluate_and_pop(ts, *frame));
}

// What the body left in its __class__ cell must be the class.
Result<void> check_class_cell(ThreadState& ts, Object& cls, Object& cell, Object& name) {
    if (!PyType_Check(&cls) || !PyCell_Check(&cell)) return {};
    Object* content = as<Cell>(cell).ob_ref;
    if (content == &cls) return {};
    if (!content)
        return raise(ts, PyExc_RuntimeError,
                     "__class__ not set defining %.200R as %.200R. Was __classcell__ propagated to type.__new__?",
                     &name, &cls);
    return raise(ts, PyExc_TypeError, "__class__ set to %.200R defining %.200R as %.200R", content, &name, &cls);
}

}  // namespace

Result<Ref<Object>> build_class(ThreadState& ts, Object&, Rest arguments, Keywords given) {
    if (arguments.size() < 2) return raise(ts, PyExc_TypeError, "__build_class__: not enough arguments");
    Object& function = arguments[0];
    Object& name = arguments[1];
    if (!PyFunction_Check(&function)) return raise(ts, PyExc_TypeError, "__build_class__: func must be a function");
    if (!PyUnicode_Check(&name)) return raise(ts, PyExc_TypeError, "__build_class__: name is not a string");
    Ref<Tuple> original_bases = TRY(tuple_from_items(ts, arguments.items + 2, arguments.size() - 2));
    Ref<Tuple> bases = TRY(resolve_bases(ts, *original_bases));

    OptRef<Dict> keywords;
    OptRef<Object> metaclass;
    bool is_class = false;
    if (given.dict) {
        keywords = TRY(dict_copy(ts, *given.dict));
        metaclass = TRY(dict_pop(ts, *keywords, "metaclass"_n));
        if (metaclass) is_class = PyType_Check(metaclass.get());
    }
    if (!metaclass) {
        Type& start = tuple_size(*bases) ? type_of(tuple_item(*bases, 0)) : PyType_Type;
        metaclass = Ref<Object>::share(obj(start));
        is_class = true;
    }
    if (is_class) {
        Type* winner = TRY(calculate_metaclass(ts, as<Type>(*metaclass), *bases));
        metaclass = Ref<Object>::share(obj(*winner));
    }
    Object* call_arguments[4] = {nullptr, &name, obj(bases.get()), nullptr};
    OptRef<Object> prepare = TRY(getattr_optional(ts, *metaclass, "__prepare__"_n));
    OptRef<Object> name_space;
    if (!prepare) {
        name_space = Ref<Object>(TRY(dict_new(ts)));
    } else {
        name_space =
            TRY(call_dict(ts, *prepare, call_arguments + 1, 2 | PY_VECTORCALL_ARGUMENTS_OFFSET, obj(keywords.get())));
    }
    if (!is_mapping(*name_space))
        return raise(ts, PyExc_TypeError, "%.200s.__prepare__() must return a mapping, not %.200s",
                     is_class ? as<Type>(*metaclass).tp_name : "<metaclass>", type_of(*name_space).tp_name);
    Ref<Object> cell = TRY(run_class_body(ts, as<Function>(function), *name_space));
    if (bases.get() != original_bases.get()) TRY(setitem(ts, *name_space, "__orig_bases__"_n, obj(*original_bases)));
    call_arguments[3] = name_space.get();
    Ref<Object> cls =
        TRY(call_dict(ts, *metaclass, call_arguments + 1, 3 | PY_VECTORCALL_ARGUMENTS_OFFSET, obj(keywords.get())));
    TRY(check_class_cell(ts, *cls, *cell, name));
    return cls;
}

Result<Ref<Object>> import_function(ThreadState& ts, Object&, Object& name, Object* globals, Object*, Object* fromlist,
                                    int level) {
    return import_module_level(ts, name, globals, fromlist, level);
}

// ---- Code ----

namespace {

// The text of a program given as an argument, held while it is compiled.
struct Program {
    Ref<Object> holder;  // keeps `text` alive
    std::string_view text;
    language::SourceOrigin origin;
};

Result<Program> program_of(ThreadState& ts, Object& source, const char* function, const char* kinds) {
    auto check = [&](Program&& program) -> Result<Program> {
        if (std::memchr(program.text.data(), 0, program.text.size()))
            return raise(ts, PyExc_ValueError, "source code string cannot contain null bytes");
        return std::move(program);
    };
    if (PyUnicode_Check(&source)) {
        std::string_view text = TRY(str_utf8(ts, as<Str>(source)));
        return check({Ref<Object>::share(source), text, language::SourceOrigin::Text});
    }
    if (PyBytes_Check(&source))
        return check({Ref<Object>::share(source), bytes_view(as<Bytes>(source)), language::SourceOrigin::Bytes});
    if (!has_buffer(source)) return raise(ts, PyExc_TypeError, "%s() arg 1 must be a %s object", function, kinds);
    // A copy, since the buffer may change while the compiler runs.
    Py_buffer view;
    TRY(get_buffer(ts, source, view, PyBUF_SIMPLE));
    auto copied = bytes_from(ts, {static_cast<const char*>(view.buf), size_t(view.len)});
    release_buffer(view);
    Ref<Bytes> copy = TRY(std::move(copied));
    std::string_view text = bytes_view(*copy);
    return check({std::move(copy), text, language::SourceOrigin::Bytes});
}

// Future statements in force where the caller stands.
uint32_t inherited_flags(ThreadState& ts) {
    InterpreterFrame* frame = visible_frame(current_frame(ts));
    return frame ? uint32_t(frame->code->co_flags) & PyCF_MASK : 0;
}

struct NameSpaces {
    Ref<Object> globals, locals;
};

Result<void> add_builtins(ThreadState& ts, Object& globals) {
    if (TRY(dict_contains(ts, as<Dict>(globals), "__builtins__"_n))) return {};
    Object* builtins = current_builtins(ts);
    return dict_set(ts, as<Dict>(globals), "__builtins__"_n, builtins ? *builtins : *ts.interpreter().builtins);
}

Result<NameSpaces> current_name_spaces(ThreadState& ts, Object* locals, const char* function) {
    Object* globals = current_globals(ts);
    if (!globals) return raise(ts, PyExc_SystemError, "globals and locals cannot be NULL");
    Ref<Object> keep = Ref<Object>::share(*globals);
    if (locals) return NameSpaces{std::move(keep), Ref<Object>::share(*locals)};
    Ref<Object> current = TRY(current_locals(ts));
    return NameSpaces{std::move(keep), std::move(current)};
}

}  // namespace

Result<Ref<Object>> builtin_compile(ThreadState& ts, Object&, Object& source, Object& filename, Object& mode, int flags,
                                    bool dont_inherit, int optimize, int feature_version) {
    Ref<Str> name = TRY(lenient_filesystem_text(ts, filename));
    if (!PyUnicode_Check(&mode))
        return raise(ts, PyExc_TypeError, "compile() argument 'mode' must be str, not %T", &mode);
    if (flags & ~(PyCF_MASK | PyCF_MASK_OBSOLETE | PyCF_COMPILE_MASK))
        return raise(ts, PyExc_ValueError, "compile(): unrecognised flags");
    if (optimize < -1 || optimize > 2) return raise(ts, PyExc_ValueError, "compile(): invalid optimize value");
    uint32_t all_flags = uint32_t(flags);
    if (!dont_inherit) all_flags |= inherited_flags(ts);
    bool only_tree = flags & PyCF_ONLY_AST;
    language::ParseMode parse_mode;
    Str& mode_text = as<Str>(mode);
    if (str_equals_ascii(mode_text, "exec")) {
        parse_mode = language::ParseMode::Exec;
    } else if (str_equals_ascii(mode_text, "eval")) {
        parse_mode = language::ParseMode::Eval;
    } else if (str_equals_ascii(mode_text, "single")) {
        parse_mode = language::ParseMode::Single;
    } else if (str_equals_ascii(mode_text, "func_type")) {
        if (!only_tree) return raise(ts, PyExc_ValueError, "compile() mode 'func_type' requires flag PyCF_ONLY_AST");
        parse_mode = language::ParseMode::FuncType;
    } else {
        return raise(ts, PyExc_ValueError, "%s",
                     only_tree ? "compile() mode must be 'exec', 'eval', 'single' or 'func_type'"
                               : "compile() mode must be 'exec', 'eval' or 'single'");
    }
    CompileRequest request{.filename = *name, .mode = parse_mode, .flags = all_flags, .optimize = optimize};
    if (only_tree && feature_version >= 0) request.feature_version = feature_version;
    if (TRY(tree_is_node(ts, source))) return tree_compile(ts, source, request, only_tree);
    Program program = TRY(program_of(ts, source, "compile", "string, bytes or AST"));
    request.source = program.text;
    request.origin = program.origin;
    if (only_tree) return tree_parse(ts, request);
    return compile_source(ts, request);
}

Result<Ref<Object>> builtin_eval(ThreadState& ts, Object&, Object& source, Object* globals, Object* locals) {
    if (is_none(globals)) globals = nullptr;
    if (is_none(locals)) locals = nullptr;
    if (locals && !is_mapping(*locals)) return raise(ts, PyExc_TypeError, "locals must be a mapping");
    if (globals && !PyDict_Check(globals)) {
        return raise(ts, PyExc_TypeError, "%s",
                     is_mapping(*globals) ? "globals must be a real dict; try eval(expr, {}, mapping)"
                                          : "globals must be a dict");
    }
    NameSpaces spaces = globals
                            ? NameSpaces{Ref<Object>::share(*globals), Ref<Object>::share(locals ? *locals : *globals)}
                            : TRY(current_name_spaces(ts, locals, "eval"));
    TRY(add_builtins(ts, *spaces.globals));
    if (PyCode_Check(&source)) {
        TRY(audit(ts, "exec", "O", &source));
        if (as<Code>(source).co_nfreevars > 0)
            return raise(ts, PyExc_TypeError, "code object passed to eval() may not contain free variables");
        return run_code(ts, as<Code>(source), *spaces.globals, *spaces.locals);
    }
    Program program = TRY(program_of(ts, source, "eval", "string, bytes or code"));
    while (!program.text.empty() && (program.text.front() == ' ' || program.text.front() == '\t'))
        program.text.remove_prefix(1);
    CompileRequest request{.source = program.text,
                           .origin = program.origin,
                           .filename = "<string>"_s,
                           .mode = language::ParseMode::Eval,
                           .flags = inherited_flags(ts)};
    Ref<Code> code = TRY(compile_source(ts, request));
    return run_program(ts, *code, *spaces.globals, *spaces.locals);
}

namespace {

// The cells for the free variables of a code object given to exec().
Result<void> check_closure(ThreadState& ts, Code& code, Object* closure) {
    Py_ssize_t count = code.co_nfreevars;
    if (count == 0) {
        if (closure) return raise(ts, PyExc_TypeError, "cannot use a closure with this code object");
        return {};
    }
    bool good = closure && PyTuple_CheckExact(closure) && tuple_size(as<Tuple>(*closure)) == count;
    for (Py_ssize_t i = 0; good && i < count; ++i) good = PyCell_Check(&tuple_item(as<Tuple>(*closure), i));
    if (!good) return raise(ts, PyExc_TypeError, "code object requires a closure of exactly length %zd", count);
    return {};
}

}  // namespace

Result<Ref<Object>> builtin_exec(ThreadState& ts, Object&, Object& source, Object* globals, Object* locals,
                                 Object* closure) {
    if (is_none(globals)) globals = nullptr;
    if (is_none(locals)) locals = nullptr;
    NameSpaces spaces = globals
                            ? NameSpaces{Ref<Object>::share(*globals), Ref<Object>::share(locals ? *locals : *globals)}
                            : TRY(current_name_spaces(ts, locals, "exec"));
    if (!PyDict_Check(spaces.globals.get()))
        return raise(ts, PyExc_TypeError, "exec() globals must be a dict, not %T", spaces.globals.get());
    if (!is_mapping(*spaces.locals))
        return raise(ts, PyExc_TypeError, "locals must be a mapping or None, not %T", spaces.locals.get());
    TRY(add_builtins(ts, *spaces.globals));
    if (is_none(closure)) closure = nullptr;
    if (PyCode_Check(&source)) {
        TRY(check_closure(ts, as<Code>(source), closure));
        TRY(run_program(ts, as<Code>(source), *spaces.globals, *spaces.locals, closure));
        return new_none();
    }
    if (closure) return raise(ts, PyExc_TypeError, "closure can only be used when source is a code object");
    Program program = TRY(program_of(ts, source, "exec", "string, bytes or code"));
    CompileRequest request{.source = program.text,
                           .origin = program.origin,
                           .filename = "<string>"_s,
                           .mode = language::ParseMode::Exec,
                           .flags = inherited_flags(ts)};
    Ref<Code> code = TRY(compile_source(ts, request));
    TRY(run_program(ts, *code, *spaces.globals, *spaces.locals));
    return new_none();
}

// ---- Namespaces ----

Result<Ref<Object>> builtin_globals(ThreadState& ts, Object&) {
    Object* globals = current_globals(ts);
    return Ref<Object>::share(globals ? *globals : none());
}
Result<Ref<Object>> builtin_locals(ThreadState& ts, Object&) { return current_locals(ts); }

Result<Ref<Object>> builtin_vars(ThreadState& ts, Object&, Rest arguments) {
    if (arguments.size() == 0) return current_locals(ts);
    if (arguments.size() > 1)
        return raise(ts, PyExc_TypeError, "vars expected at most 1 argument, got %zd", arguments.size());
    OptRef<Object> dict = TRY(getattr_optional(ts, arguments[0], "__dict__"_n));
    if (!dict) return raise(ts, PyExc_TypeError, "vars() argument must have __dict__ attribute");
    return dict.take();
}
Result<Ref<Object>> builtin_dir(ThreadState& ts, Object&, Rest arguments) {
    if (arguments.size() > 1)
        return raise(ts, PyExc_TypeError, "dir expected at most 1 argument, got %zd", arguments.size());
    return dir(ts, arguments.size() ? &arguments[0] : nullptr);
}

}  // namespace orochi::builtins
