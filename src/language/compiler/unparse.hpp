// An expression as source text, in the form the reference gives annotations
// under `from __future__ import annotations`.
#pragma once

#include <string>

#include "language/ast/nodes.hpp"

namespace orochi::language {

std::string unparse(const ast::ExprNode& expression);

}  // namespace orochi::language
