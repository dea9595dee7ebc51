// compile() and syntax trees as Python objects (the module _ast).
#pragma once

#include "execution/compile_source.hpp"
#include "objects/object.hpp"

namespace orochi::builtins {

// Whether the object is an instance of _ast.AST.
Result<bool> tree_is_node(ThreadState& ts, Object& object);
// compile(node, ...): a code object, or with `only_tree` the node again.
Result<Ref<Object>> tree_compile(ThreadState& ts, Object& node, const CompileRequest& request, bool only_tree);
// compile(text, ..., PyCF_ONLY_AST).
Result<Ref<Object>> tree_parse(ThreadState& ts, const CompileRequest& request);

}  // namespace orochi::builtins
