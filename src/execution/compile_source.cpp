#include "execution/compile_source.hpp"

#include "execution/code.hpp"
#include "execution/error_display.hpp"
#include "language/source/utf8.hpp"
#include "objects/bytes.hpp"
#include "objects/exceptions.hpp"
#include "objects/int.hpp"
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

Result<std::string> filename_text(ThreadState& ts, Str& filename) {
    Ref<Object> encoded = TRY(str_encode(ts, filename, "utf-8", "surrogatepass"));
    return std::string(bytes_view(as<Bytes>(*encoded)));
}

Result<Ref<Object>> offset_object(ThreadState& ts, int32_t offset) {
    if (offset == language::kNoOffset) return new_none();
    return int_from(ts, offset);
}

Result<void> report_warnings(ThreadState& ts, const std::vector<language::Warning>& warnings, Str& filename) {
    for (const language::Warning& warning : warnings) TRY(report_warning(ts, warning, filename));
    return {};
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
        auto name = filename_text(ts, filename);
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
    Ref<Object> line = TRY(int_from(ts, diagnostic.lineno))
    , offset = TRY(offset_object(ts, diagnostic.offset));
    if (!diagnostic.has_end) {
        Ref<Tuple> place = TRY(tuple_of(ts, obj(filename), *line, *offset, *text));
        Ref<Tuple> arguments = TRY(tuple_of(ts, obj(*message), obj(*place)));
        return raise_value(ts, type, obj(arguments.get()));
    }
    Ref<Object> end_line = TRY(int_from(ts, diagnostic.end_lineno))
    , end_offset = TRY(offset_object(ts, diagnostic.end_offset));
    Ref<Tuple> place = TRY(tuple_of(ts, obj(filename), *line, *offset, *text, *end_line, *end_offset));
    Ref<Tuple> arguments = TRY(tuple_of(ts, obj(*message), obj(*place)));
    return raise_value(ts, type, obj(arguments.get()));
}

Result<void> report_warning(ThreadState& ts, const language::Warning& warning, Str& filename) {
    Object& category =
        *(warning.kind == language::WarningKind::SyntaxWarning ? PyExc_SyntaxWarning : PyExc_DeprecationWarning);
    Ref<Str> message = TRY(str_from_wtf8(ts, warning.message));
    if (warn_explicit(ts, category, obj(*message), obj(filename), warning.lineno, nullptr, nullptr).ok()) return {};
    if (!error_matches(ts, &category)) return failure;
    // A filter made it an error: shown as a syntax error with its place.
    error_clear(ts);
    return raise_diagnostic(ts, language::as_error(warning), filename);
}

language::SourceOptions source_options(ThreadState& ts) {
    language::SourceOptions options;
    options.decode = decode_by_codec;
    options.decode_context = &ts;
    return options;
}

Result<language::ast::ModNode*> parse_source(ThreadState& ts, const CompileRequest& request, language::Arena& arena) {
    std::string filename = TRY(filename_text(ts, request.filename));
    language::SourceOptions reading = source_options(ts);
    reading.origin = request.flags & PyCF_IGNORE_COOKIE ? language::SourceOrigin::Text : request.origin;
    reading.filename = filename;
    reading.end_last_line = request.mode == language::ParseMode::Exec;
    language::Source source = language::read_source(request.source, reading);
    if (source.failed) return raise_diagnostic(ts, source.error, request.filename);
    FileLines lines{filename, source};
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
                         .max_int_digits = ts.interpreter().int_max_str_digits},
                        arena);
    TRY(report_warnings(ts, parsed.warnings, request.filename));
    if (!parsed.tree) return raise_diagnostic(ts, parsed.error, request.filename);
    return parsed.tree;
}

Result<Ref<Code>> compile_tree(ThreadState& ts, language::ast::ModNode& tree, const CompileRequest& request,
                               language::Arena& arena) {
    std::string filename = TRY(filename_text(ts, request.filename));
    const Config* config = ts.interpreter().config;
    int optimize = request.optimize >= 0 ? request.optimize : config ? config->optimization_level : 0;
    language::CompileResult compiled = language::compile(tree,
                                                         {.filename = filename,
                                                          .optimize = optimize,
                                                          .flags = request.flags,
                                                          .recursion_limit = std::max(3 * ts.recursion_remaining, 100)},
                                                         arena);
    TRY(report_warnings(ts, compiled.warnings, request.filename));
    if (!compiled.code) return raise_diagnostic(ts, compiled.error, request.filename);
    return code_from_unit(ts, *compiled.code, request.filename);
}

Result<Ref<Code>> compile_source(ThreadState& ts, const CompileRequest& request) {
    language::Arena arena;
    language::ast::ModNode* tree = TRY(parse_source(ts, request, arena));
    return compile_tree(ts, *tree, request, arena);
}

}  // namespace orochi
