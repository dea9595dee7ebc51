#include "execution/compile_source.hpp"

#include "execution/code.hpp"
#include "execution/error_display.hpp"
#include "language/source/utf8.hpp"
#include "objects/bytes.hpp"
#include "objects/exceptions.hpp"
#include "objects/int.hpp"
#include "objects/module.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "state/config.hpp"

namespace orochi {

using language::Diagnostic;
using language::DiagnosticKind;

namespace {

Object* class_of(DiagnosticKind kind) {
    switch (kind) {
        case DiagnosticKind::SyntaxError: return PyExc_SyntaxError;
        case DiagnosticKind::IndentationError: return PyExc_IndentationError;
        case DiagnosticKind::TabError: return PyExc_TabError;
        case DiagnosticKind::ValueError: return PyExc_ValueError;
        case DiagnosticKind::TypeError: return PyExc_TypeError;
        case DiagnosticKind::MemoryError: return PyExc_MemoryError;
        case DiagnosticKind::RecursionError: return PyExc_RecursionError;
        case DiagnosticKind::OverflowError: return PyExc_OverflowError;
        case DiagnosticKind::SystemError: return PyExc_SystemError;
        case DiagnosticKind::UnicodeDecodeError: return PyExc_UnicodeDecodeError;
    }
    return PyExc_SystemError;
}

// Encodings that are not built into the front end: asks the codec registry. The context is the thread.
bool decode_by_codec(std::string_view encoding, std::string_view bytes, std::string* utf8, std::string* error,
                     void* context) {
    ThreadState& ts = *static_cast<ThreadState*>(context);
    std::string name(encoding);
    auto decoded = str_decode(ts, bytes, name.c_str(), "strict");
    if (!decoded.ok()) {
        Ref<Object> exception = error_take(ts);
        auto shown = str(ts, exception);
        if (!shown.ok()) {
            error_clear(ts);
            *error = "decoding failed";
            return false;
        }
        Ref<Str> text = std::move(shown).take();
        auto view = str_utf8(ts, text);
        if (view.ok()) {
            *error = std::string(std::move(view).take());
        } else {
            error_clear(ts);
            *error = "decoding failed";
        }
        return false;
    }
    Ref<Object> text = std::move(decoded).take();
    if (!PyUnicode_Check(text.get())) return false;
    auto view = str_utf8(ts, as<Str>(*text));
    if (!view.ok()) {
        error_clear(ts);
        return false;
    }
    *utf8 = std::string(std::move(view).take());
    return true;
}

// The lines of the file that a source is said to come from.
struct FileLines {
    const std::string& filename;
    const language::Source& source;
};
bool line_of_file(int32_t lineno, std::string* line, void* context) {
    const FileLines& lines = *static_cast<FileLines*>(context);
    return find_file_line(lines.filename, lineno, *line) && language::decode_line(*line, lines.source.encoding);
}

Result<std::string> wtf8_text(ThreadState& ts, Str& text) {
    Ref<Object> encoded = TRY(str_encode(ts, text, "utf-8", "surrogatepass"));
    return std::string(bytes_view(as<Bytes>(*encoded)));
}

// Names that are not ASCII are normalised by whatever `unicodedata.normalize` is, as CPython does it.
class Normalizer {
public:
    explicit Normalizer(ThreadState& ts) : ts_(ts) {}

    // For ParseOptions; the error stays pending.
    static bool normalize(std::string_view name, std::string* normalized, void* context) {
        auto result = static_cast<Normalizer*>(context)->normal_form(name);
        if (!result.ok()) return false;
        *normalized = std::move(result).take();
        return true;
    }

private:
    Result<std::string> normal_form(std::string_view name) {
        if (!function_) {
            Ref<Object> module = TRY(import_module(ts_, "unicodedata"_n));
            function_ = TRY(getattr(ts_, *module, "normalize"_n));
        }
        Ref<Str> given = TRY(str_from_wtf8(ts_, name));
        Ref<Object> normal = TRY(call(ts_, *function_, "NFKC"_n, obj(*given)));
        if (!PyUnicode_Check(normal.get())) {
            return raise(ts_, PyExc_TypeError, "unicodedata.normalize() must return a string, not %.200T",
                         normal.get());
        }
        return wtf8_text(ts_, as<Str>(*normal));
    }

    ThreadState& ts_;
    OptRef<Object> function_;
};

Result<Ref<Object>> offset_object(ThreadState& ts, int32_t offset) {
    if (offset == language::kNoOffset) return new_none();
    return int_from(ts, offset);
}

// False when a filter made it an error.
Result<bool> issue_warning(ThreadState& ts, const language::Warning& warning, Str& filename) {
    Object& category =
        *(warning.kind == language::WarningKind::SyntaxWarning ? PyExc_SyntaxWarning : PyExc_DeprecationWarning);
    Ref<Str> message = TRY(str_from_wtf8(ts, warning.message));
    if (warn_explicit(ts, category, obj(*message), obj(filename), warning.lineno, nullptr, nullptr).ok()) return true;
    if (!error_matches(ts, &category)) return failure;
    error_clear(ts);
    return false;
}

// The error that takes the place of a warning about an escape: it shows the line of the file, as errors of the parser
// do.
Diagnostic error_of_escape(const language::Warning& warning, const language::ParseResult& parsed,
                           language::ParseMode mode, FileLines& lines) {
    if (warning.gives_way) return parsed.fault_in_rest;
    language::Warning shown = warning;
    std::string line;
    if (mode == language::ParseMode::Exec && line_of_file(warning.lineno, &line, &lines)) shown.text = line;
    return language::as_error(shown);
}

}  // namespace

Failure raise_diagnostic(ThreadState& ts, const Diagnostic& diagnostic, Str& filename) {
    Object* type = class_of(diagnostic.kind);
    Ref<Str> message = TRY(str_from_wtf8(ts, diagnostic.message));
    if (type == PyExc_MemoryError && diagnostic.message.empty()) return raise_no_memory(ts);
    bool is_syntax = diagnostic.kind <= DiagnosticKind::TabError;
    if (diagnostic.kind == DiagnosticKind::UnicodeDecodeError) {
        language::Utf8Fault fault = language::find_utf8_fault(diagnostic.text);
        Ref<Bytes> bytes = TRY(bytes_from(ts, diagnostic.text));
        Ref<Object> error =
            TRY(unicode_decode_error_new(ts, "utf-8", obj(*bytes), fault.start, fault.end, fault.reason));
        return raise_value(ts, type, error.get());
    }
    if (!is_syntax || !diagnostic.has_location) return raise_value(ts, type, obj(message.get()));
    Ref<Object> text = new_none();
    if (diagnostic.has_text) {
        text = TRY(str_from_wtf8(ts, diagnostic.text));
    } else if (diagnostic.lineno > 0) {
        std::string line;
        auto name = wtf8_text(ts, filename);
        if (!name.ok()) {
            error_clear(ts);
        } else if (find_file_line(std::move(name).take(), diagnostic.lineno, line)) {
            auto shown = str_from_utf8(ts, line);
            if (shown.ok()) {
                text = std::move(shown).take();
            } else {
                error_clear(ts);
            }
        }
    }
    Ref<Object> line = TRY(int_from(ts, diagnostic.lineno)), offset = TRY(offset_object(ts, diagnostic.offset));
    if (!diagnostic.has_end) {
        Ref<Tuple> place = TRY(tuple_of(ts, obj(filename), *line, *offset, *text));
        Ref<Tuple> arguments = TRY(tuple_of(ts, obj(*message), obj(*place)));
        return raise_value(ts, type, obj(arguments.get()));
    }
    Ref<Object> end_line = TRY(int_from(ts, diagnostic.end_lineno)),
                end_offset = TRY(offset_object(ts, diagnostic.end_offset));
    Ref<Tuple> place = TRY(tuple_of(ts, obj(filename), *line, *offset, *text, *end_line, *end_offset));
    Ref<Tuple> arguments = TRY(tuple_of(ts, obj(*message), obj(*place)));
    return raise_value(ts, type, obj(arguments.get()));
}

Result<void> report_warning(ThreadState& ts, const language::Warning& warning, Str& filename) {
    if (TRY(issue_warning(ts, warning, filename))) return {};
    // Shown as a syntax error with its place.
    return raise_diagnostic(ts, language::as_error(warning), filename);
}

language::SourceOptions source_options(ThreadState& ts) {
    language::SourceOptions options;
    options.decode = decode_by_codec;
    options.decode_context = &ts;
    return options;
}

namespace {

// Hooks are told the text as bytes, but not what is in a file.
Result<void> audit_compile(ThreadState& ts, const CompileRequest& request) {
    if (request.audited) return {};
    if (request.origin == language::SourceOrigin::File) {
        return audit(ts, "compile", "OO", &none(), &request.filename);
    }
    return audit(ts, "compile", "y#O", request.source.data(), Py_ssize_t(request.source.size()), &request.filename);
}

}  // namespace

Result<language::ast::ModNode*> parse_source(ThreadState& ts, const CompileRequest& request, language::Arena& arena) {
    TRY(audit_compile(ts, request));
    std::string filename = TRY(wtf8_text(ts, request.filename));
    language::SourceOptions reading = source_options(ts);
    reading.origin = request.flags & PyCF_IGNORE_COOKIE ? language::SourceOrigin::Text : request.origin;
    reading.filename = filename;
    reading.end_last_line = request.mode == language::ParseMode::Exec;
    language::Source source = language::read_source(request.source, reading);
    if (source.failed) return raise_diagnostic(ts, source.error, request.filename);
    FileLines lines{filename, source};
    Normalizer normalizer(ts);
    language::ParseResult parsed =
        language::parse(source.text,
                        {.mode = request.mode,
                         .feature_version = request.feature_version < 0 ? 11 : request.feature_version,
                         .type_comments = bool(request.flags & PyCF_TYPE_COMMENTS),
                         .allow_incomplete = bool(request.flags & PyCF_ALLOW_INCOMPLETE_INPUT),
                         .imply_dedent = !(request.flags & PyCF_DONT_IMPLY_DEDENT),
                         .interactive = request.interactive,
                         .barry_as_bdfl = bool(request.flags & CO_FUTURE_BARRY_AS_BDFL),
                         .valid_utf8 = source.valid_utf8,
                         .byte_offsets = source.byte_offsets,
                         .from_file = request.origin == language::SourceOrigin::File,
                         .end_error = source.ends_in_error ? &source.error : nullptr,
                         .file_line = line_of_file,
                         .file_line_context = &lines,
                         .normalize = Normalizer::normalize,
                         .normalize_context = &normalizer,
                         .max_int_digits = ts.interpreter().int_max_str_digits},
                        arena);
    if (parsed.normalize_failed) return failure;
    const language::Warning* escape = nullptr;  // that a filter made an error
    for (const language::Warning& warning : parsed.warnings) {
        bool is_escape = warning.kind == language::WarningKind::DeprecationWarning;
        if ((escape && is_escape) || TRY(issue_warning(ts, warning, request.filename))) continue;
        if (!is_escape) return raise_diagnostic(ts, language::as_error(warning), request.filename);
        escape = &warning;  // reading goes on, to see whether the tokenizer finds something worse
    }
    if (escape) return raise_diagnostic(ts, error_of_escape(*escape, parsed, request.mode, lines), request.filename);
    if (!parsed.tree) return raise_diagnostic(ts, parsed.error, request.filename);
    return parsed.tree;
}

Result<Ref<Code>> compile_tree(ThreadState& ts, language::ast::ModNode& tree, const CompileRequest& request,
                               language::Arena& arena, const ConstantObjects& constants) {
    std::string filename = TRY(wtf8_text(ts, request.filename));
    const Config* config = ts.interpreter().config;
    int optimize = request.optimize >= 0 ? request.optimize : config ? config->optimization_level : 0;
    language::CompileResult compiled = language::compile(tree,
                                                         {.filename = filename,
                                                          .optimize = optimize,
                                                          .flags = request.flags,
                                                          .recursion_limit = std::max(3 * ts.recursion_remaining, 100)},
                                                         arena);
    for (const language::Warning& warning : compiled.warnings) TRY(report_warning(ts, warning, request.filename));
    if (!compiled.code) return raise_diagnostic(ts, compiled.error, request.filename);
    return code_from_unit(ts, *compiled.code, arena, request.filename, constants);
}

Result<Ref<Code>> compile_source(ThreadState& ts, const CompileRequest& request) {
    language::Arena arena;
    language::ast::ModNode* tree = TRY(parse_source(ts, request, arena));
    return compile_tree(ts, *tree, request, arena, {});
}

}  // namespace orochi
