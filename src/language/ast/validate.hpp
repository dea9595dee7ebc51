// Checks a tree that a program made: what the parser guarantees and the other
// stages rely on. The errors are those of CPython's compile() on such trees
// (ValueError, TypeError, without location). Whoever builds the tree from
// objects has already seen to types and required fields; null where a node is
// required inside a sequence is found here.
#pragma once

#include "language/ast/nodes.hpp"
#include "language/diagnostic.hpp"

namespace orochi::language::ast {

// Returns false with `error` set.
bool validate(const ModNode& tree, int recursion_limit, Diagnostic& error);

}  // namespace orochi::language::ast
