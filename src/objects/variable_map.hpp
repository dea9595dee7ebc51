// An immutable mapping from objects to objects by identity, made for context variables: a hash array mapped trie.
//
// A map is its root node, or null when empty; sharing it is a reference, and changing it copies the nodes on the path
// to the change. Nodes are containers of a type of their own that programs never meet. Hashes are a mix of addresses
// without loss, so that no two keys collide.
#pragma once

#include "objects/object.hpp"

namespace orochi {

struct VariableNode;

Object* variable_map_find(const VariableNode* map, Object& key);  // borrowed; null when absent
// `added` tells whether the key is new.
Result<Ref<VariableNode>> variable_map_with(ThreadState& ts, VariableNode* map, Object& key, Object& value,
                                            bool& added);
// Empty when nothing is left. The key is there.
Result<OptRef<VariableNode>> variable_map_without(ThreadState& ts, VariableNode& map, Object& key);
// Calls visit(key, value) for each entry until it returns false.
using VariableVisitor = bool (*)(void* context, Object& key, Object& value);
bool variable_map_visit(const VariableNode* map, VariableVisitor visitor, void* context);

struct VariableNode {
    PyObject_VAR_HEAD  // ob_size: two slots an entry
    uint32_t present;  // which of the 32 branches have an entry
    Object* slots[];   // key and value; or null and the node below
};

}  // namespace orochi
