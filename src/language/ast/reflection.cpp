#include "language/ast/reflection.hpp"

#include "language/ast/nodes.hpp"

namespace orochi::language::ast {

namespace {
// Nodes have data in their base and in themselves; every compiler we support
// gives such structs fixed offsets.
#pragma GCC diagnostic ignored "-Winvalid-offsetof"
#include "language/ast/reflection_tables.inc"
}  // namespace

const ClassInfo* classes() { return kClasses; }
size_t class_count() { return std::size(kClasses); }
const TypeInfo* asdl_types() { return kTypes; }
size_t asdl_type_count() { return std::size(kTypes); }

Node* new_node(Arena& arena, Kind kind) {
    const ClassInfo& info = kClasses[static_cast<size_t>(kind)];
    void* memory = arena.allocate(info.size, info.align);
    std::memset(memory, 0, info.size);
    auto* node = static_cast<Node*>(memory);
    node->kind = kind;
    return node;
}

}  // namespace orochi::language::ast
