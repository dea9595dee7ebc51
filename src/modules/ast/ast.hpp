// Syntax trees as Python objects: the module _ast, and what compile() needs of it.
//
// All classes are made from the reflection table of language/ast when they are first wanted, and kept in one tuple
// (Part::kAst of the interpreter).
#pragma once

#include <array>
#include <vector>

#include "execution/code.hpp"
#include "language/ast/nodes.hpp"
#include "language/ast/reflection.hpp"
#include "language/parser/parser.hpp"
#include "objects/dict_keys.hpp"
#include "objects/names.hpp"
#include "objects/object.hpp"

namespace orochi::ast {

namespace tree = language::ast;

// The classes of one interpreter. Borrowed from its tuple.
class Classes {
public:
    explicit Classes(Tuple& tuple) : items_(tuple.ob_item) {}
    Type& base() const { return *as<Type>(items_[0]); }                             // AST
    Type& asdl_type(size_t index) const { return *as<Type>(items_[1 + index]); }    // expr, operator, alias
    Type& node(size_t kind) const { return *as<Type>(items_[1 + types_ + kind]); }  // Name, alias
    Tuple& field_names(size_t kind) const { return *as<Tuple>(items_[1 + types_ + kinds_ + kind]); }
    // A tuple of the instances of an enumeration's classes, in order.
    Tuple& values(size_t asdl_type) const { return *as<Tuple>(items_[1 + types_ + 2 * kinds_ + asdl_type]); }
    static size_t size() { return 1 + 2 * tree::asdl_type_count() + 2 * tree::class_count(); }

private:
    Object** items_;
    size_t types_ = tree::asdl_type_count();
    size_t kinds_ = tree::class_count();
};
Result<Classes> classes(ThreadState& ts);

// What nodes with a place in the source have besides their fields, in the order of _attributes.
inline std::array<Object*, 4> location_names() {
    return {&"lineno"_n, &"col_offset"_n, &"end_lineno"_n, &"end_col_offset"_n};
}
// The values of an instance that has attributes and no dict (objects/dict_keys.hpp); else null. In instances of the
// classes themselves, not of classes derived from them, the fields have the numbers of the table, and the
// attributes of the location follow.
inline DictValues* node_values(Object& node) { return instance_header(node).values; }

// At the end of the interpreter.
void forget_classes(ThreadState& ts);

// Whether the object is an instance of _ast.AST.
Result<bool> is_node(ThreadState& ts, Object& object);
// The tree as objects.
Result<Ref<Object>> to_object(ThreadState& ts, const tree::ModNode& tree);
// The objects as a tree in the arena, of the class that the mode wants, checked: TypeError, ValueError and so on for
// what is no tree. `constants` gets the objects that its constants name.
Result<tree::ModNode*> checked_tree(ThreadState& ts, Object& object, language::ParseMode mode, language::Arena& arena,
                                    ConstantObjects& constants);

}  // namespace orochi::ast
