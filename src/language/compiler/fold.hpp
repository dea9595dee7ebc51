// Constant folding: expressions whose value is known become constants, in
// place, before symbols are collected. What is folded, and up to which size, is
// what the reference folds, since co_consts shows it.
#pragma once

#include "language/ast/nodes.hpp"
#include "language/diagnostic.hpp"
#include "language/symbols/symbol_table.hpp"

namespace orochi::language {

struct FoldOptions {
    int optimize = 0;  // the value of __debug__ depends on it
    bool future_annotations = false;
    DepthLimit limit;
};

// Returns false with `error` set if the tree is too deep.
bool fold_constants(ast::ModNode& tree, const FoldOptions& options, Arena& arena, Diagnostic& error);

// The value of an operation on constants, or null if it would raise, is too
// large to be kept, or is not folded.
const Constant* fold_binary(Arena& arena, ast::Operator op, const Constant& a, const Constant& b);
const Constant* fold_unary(Arena& arena, ast::UnaryOperator op, const Constant& a);
const Constant* fold_subscript(Arena& arena, const Constant& value, const Constant& index);

}  // namespace orochi::language
