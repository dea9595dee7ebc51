// The syntax tree's description of itself, generated from python.asdl.
//
// A generic walker can read and build any node from it: `dump` does, and so does
// the `_ast` module, whose classes, fields, attributes and doc strings are those
// of the table.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "language/ast/node.hpp"

namespace orochi::language::ast {

enum class FieldType : uint8_t {
    Node,        // Node*, of the ASDL type `type`
    Enum,        // uint8_t, a value of the ASDL type `type`
    Identifier,  // Identifier; null is None
    String,      // Identifier; null is None
    Constant,    // const Constant*
    Int,         // int32_t
};

enum class FieldShape : uint8_t { One, Optional, Sequence };

struct FieldInfo {
    std::string_view name;
    FieldType type;
    FieldShape shape;
    uint16_t asdl_type;  // index into asdl_types(), for Node and Enum
    uint16_t offset;     // in the node struct; a Sequence<T> there if shape is Sequence
};

// One constructor (or product): a class that can be instantiated.
struct ClassInfo {
    std::string_view name;
    std::string_view doc;
    uint16_t asdl_type;    // the class it derives from (itself if a product)
    uint16_t size, align;  // of the struct
    const FieldInfo* fields;
    uint16_t field_count;
    const char* where;  // what an error that comes up in its fields adds: " while traversing 'Name' node"
};

// One ASDL type: a base class with constructors, an enumeration, or a product.
struct TypeInfo {
    std::string_view name;
    std::string_view doc;
    bool is_enum;                       // constructors are `values`, without structs
    bool is_product;                    // the class is its own only constructor
    bool has_location;                  // lineno, col_offset, end_lineno, end_col_offset
    bool end_location_optional;         // end_lineno and end_col_offset default to None
    uint16_t first_class, class_count;  // kinds, unless is_enum
    const std::string_view* values;     // names in order, if is_enum
    uint16_t value_count;
};

// Indexed by Kind.
const ClassInfo* classes();
size_t class_count();
const TypeInfo* asdl_types();
size_t asdl_type_count();

// A node with all fields zero (null, empty, the first of an enumeration), for those who build from the table.
Node* new_node(Arena& arena, Kind kind);

inline const ClassInfo& class_of(const Node& node) { return classes()[static_cast<size_t>(node.kind)]; }

}  // namespace orochi::language::ast
