#include "language/compiler/code_unit.hpp"
#include "language/symbols/symbol_table.hpp"

namespace orochi::language {

namespace {

constexpr struct {
    std::string_view name;
    uint32_t flag;
} kFeatures[] = {
    // Long mandatory: known, without effect.
    {"nested_scopes", 0},
    {"generators", 0},
    {"division", 0},
    {"absolute_import", 0},
    {"with_statement", 0},
    {"print_function", 0},
    {"unicode_literals", 0},
    {"generator_stop", 0},
    {"barry_as_FLUFL", kFutureBarryAsBdfl},
    {"annotations", kFutureAnnotations},
};

bool check_features(const ast::ImportFrom& import, uint32_t& features, Diagnostic& error) {
    for (const ast::Alias* alias : import.names) {
        std::string_view name = alias->name.view();
        bool known = false;
        for (const auto& feature : kFeatures) {
            if (feature.name != name) continue;
            features |= feature.flag;
            known = true;
        }
        if (known) continue;
        std::string message =
            name == "braces" ? "not a chance" : "future feature " + std::string(name) + " is not defined";
        error = error_at(import.location, std::move(message));
        error.end_lineno = error.lineno;
        error.end_offset = kNoOffset;
        return false;
    }
    return true;
}

}  // namespace

bool find_future_features(const ast::ModNode& tree, uint32_t& features, int& last_line, Diagnostic& error) {
    last_line = -1;
    Sequence<ast::StmtNode*> body;
    if (auto* module = ast::try_as<ast::Module>(&tree))
        body = module->body;
    else if (auto* interactive = ast::try_as<ast::Interactive>(&tree))
        body = interactive->body;

    bool done = false;
    int previous_line = 0;
    uint32_t first = docstring_of(body) ? 1 : 0;
    for (uint32_t i = first; i < body.size(); ++i) {
        const ast::StmtNode* statement = body[i];
        if (done && statement->location.lineno > previous_line) return true;
        previous_line = statement->location.lineno;
        const auto* import = ast::try_as<ast::ImportFrom>(statement);
        if (!import || !import->module || !import->module.is("__future__") || import->level != 0) {
            done = true;
            continue;
        }
        if (done) {
            error = error_at(statement->location, "from __future__ imports must occur at the beginning of the file");
            error.offset = statement->location.col_offset;
            error.end_lineno = error.lineno;
            error.end_offset = kNoOffset;
            return false;
        }
        if (!check_features(*import, features, error)) return false;
        last_line = statement->location.lineno;
    }
    return true;
}

}  // namespace orochi::language
