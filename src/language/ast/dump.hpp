// A tree as text, in the exact form of the reference's
// `ast.dump(tree, include_attributes=...)`. A tool for tests and comparison: it
// recurses as deep as the tree.
#pragma once

#include <string>

#include "language/ast/node.hpp"

namespace orochi::language::ast {

std::string dump(const Node& node, bool include_attributes);

}  // namespace orochi::language::ast
