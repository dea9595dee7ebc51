#include "modules/builtins/tree.hpp"

#include "modules/ast/ast.hpp"

namespace orochi::builtins {

Result<bool> tree_is_node(ThreadState& ts, Object& object) { return ast::is_node(ts, object); }

Result<Ref<Object>> tree_compile(ThreadState& ts, Object& node, const CompileRequest& request, bool only_tree) {
    if (only_tree) return Ref<Object>::share(node);
    language::Arena arena;
    ConstantObjects constants;
    language::ast::ModNode* tree = TRY(ast::checked_tree(ts, node, request.mode, arena, constants));
    return compile_tree(ts, *tree, request, arena, constants);
}

Result<Ref<Object>> tree_parse(ThreadState& ts, const CompileRequest& request) {
    language::Arena arena;
    language::ast::ModNode* tree = TRY(parse_source(ts, request, arena));
    return ast::to_object(ts, *tree);
}

}  // namespace orochi::builtins
