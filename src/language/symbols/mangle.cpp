#include <string>

#include "language/symbols/symbol_table.hpp"

namespace orochi::language {

Identifier mangle(Arena& arena, Identifier private_name, Identifier name) {
    if (!private_name) return name;
    std::string_view text = name.view();
    if (text.size() < 2 || text[0] != '_' || text[1] != '_') return name;
    if (text.ends_with("__") || text.find('.') != std::string_view::npos) return name;
    std::string_view owner = private_name.view();
    size_t start = owner.find_first_not_of('_');
    if (start == std::string_view::npos) return name;
    std::string mangled = "_";
    mangled.append(owner.substr(start)).append(text);
    return arena.intern(mangled);
}

const Constant* docstring_of(const Sequence<ast::StmtNode*>& body) {
    if (body.empty()) return nullptr;
    const auto* statement = ast::try_as<ast::Expr>(body[0]);
    if (!statement) return nullptr;
    const auto* constant = ast::try_as<ast::Constant>(statement->value);
    return constant && constant->value->is(ConstantKind::Str) ? constant->value : nullptr;
}

Diagnostic error_at(const Location& location, std::string message) {
    Diagnostic error;
    error.message = std::move(message);
    error.lineno = location.lineno;
    error.offset = location.col_offset + 1;
    error.end_lineno = location.end_lineno;
    error.end_offset = location.end_col_offset + 1;
    return error;
}

Diagnostic recursion_error() {
    Diagnostic error;
    error.kind = DiagnosticKind::RecursionError;
    error.message = "maximum recursion depth exceeded during compilation";
    error.has_location = false;
    return error;
}

}  // namespace orochi::language
