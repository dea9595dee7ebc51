#include "language/diagnostic.hpp"

#include "language/ast/constant.hpp"
#include "language/source/utf8.hpp"

namespace orochi::language {

namespace {

const char* kind_name(DiagnosticKind kind) {
    switch (kind) {
        case DiagnosticKind::SyntaxError: return "SyntaxError";
        case DiagnosticKind::IndentationError: return "IndentationError";
        case DiagnosticKind::TabError: return "TabError";
        case DiagnosticKind::ValueError: return "ValueError";
        case DiagnosticKind::TypeError: return "TypeError";
        case DiagnosticKind::MemoryError: return "MemoryError";
        case DiagnosticKind::RecursionError: return "RecursionError";
        case DiagnosticKind::OverflowError: return "OverflowError";
        case DiagnosticKind::SystemError: return "SystemError";
        case DiagnosticKind::UnicodeDecodeError: return "UnicodeDecodeError";
    }
    return "?";
}

}  // namespace

std::string describe(const Diagnostic& d) {
    std::string out = std::string("error ") + kind_name(d.kind) + ": " + d.message;
    if (d.has_location && d.lineno > 0) {
        out += " (" + std::to_string(d.lineno) + ", " + std::to_string(d.offset) + ", " + std::to_string(d.end_lineno) +
               ", " + (d.end_offset == kNoOffset ? "None" : std::to_string(d.end_offset)) + ")";
    }
    if (d.has_text) out += " " + repr_str(d.text);
    return out;
}

Diagnostic as_error(const Warning& warning) {
    Diagnostic error;
    error.message = warning.message;
    error.lineno = warning.lineno;
    error.end_lineno = warning.end_lineno;
    auto characters = [&](int32_t bytes) {
        return warning.count_characters ? count_shown_characters(warning.text, bytes) : bytes;
    };
    error.offset = characters(warning.offset);
    error.end_offset = characters(warning.end_offset);
    error.has_text = !warning.text.empty();
    error.text = replace_faults(warning.text);
    return error;
}

}  // namespace orochi::language
