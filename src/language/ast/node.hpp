// What every node of the syntax tree has: its kind and its place in the source.
// The node classes themselves are generated from python.asdl; include
// "language/ast/nodes.hpp" (generated) to use them.
#pragma once

#include <cstdint>

#include "language/ast/arena.hpp"
#include "language/ast/constant.hpp"

namespace orochi::language {

// Lines count from 1, columns are offsets in UTF-8 bytes from 0. Nodes without
// location attributes (see the reflection table) leave it zero.
struct Location {
    int32_t lineno = 0;
    int32_t col_offset = 0;
    int32_t end_lineno = 0;
    int32_t end_col_offset = 0;

    friend bool operator==(const Location&, const Location&) = default;
};

namespace ast {

enum class Kind : uint8_t;

struct Node {
    Kind kind;
    Location location;
};

// Checked only by the caller having looked at `kind`.
template <class T>
T* as(Node* node) {
    return static_cast<T*>(node);
}
template <class T>
const T* as(const Node* node) {
    return static_cast<const T*>(node);
}
// Null unless the node is exactly a T.
template <class T>
T* try_as(Node* node) {
    return node && node->kind == T::kKind ? static_cast<T*>(node) : nullptr;
}
template <class T>
const T* try_as(const Node* node) {
    return node && node->kind == T::kKind ? static_cast<const T*>(node) : nullptr;
}

}  // namespace ast
}  // namespace orochi::language
