// Second pass of the symbol table: from "bound here" and "used there" to where
// each name lives. Sets `scope` of every symbol, adds the free variables that
// blocks pass through to inner ones, and the class closure flags. Returns false
// with `error` set.
#pragma once

#include "language/symbols/symbol_table.hpp"

namespace orochi::language {

bool resolve_scopes(Scope& top, Arena& arena, Diagnostic& error);

}  // namespace orochi::language
