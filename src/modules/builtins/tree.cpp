#include "modules/builtins/tree.hpp"

namespace orochi::builtins {

// There is no module _ast yet, so no object can be a node.
Result<bool> tree_is_node(ThreadState&, Object&) { return false; }

Result<Ref<Object>> tree_compile(ThreadState& ts, Object&, const CompileRequest&, bool) {
    return raise(ts, PyExc_NotImplementedError, "syntax trees as objects are not implemented");
}
Result<Ref<Object>> tree_parse(ThreadState& ts, const CompileRequest&) {
    return raise(ts, PyExc_NotImplementedError, "syntax trees as objects are not implemented");
}

}  // namespace orochi::builtins
