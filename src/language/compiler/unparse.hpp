// An expression as source text, in the form the reference gives annotations
// under `from __future__ import annotations`.
#pragma once

#include <string>

#include "language/ast/depth_limit.hpp"
#include "language/ast/nodes.hpp"

namespace orochi::language {

// Returns false if the expression is too deep.
bool unparse(const ast::ExprNode& expression, const DepthLimit& limit, std::string& out);

}  // namespace orochi::language
