// The symbol table: which names each block of a program binds and uses, and
// where each name lives (reference manual, "Naming and binding").
//
// One pass over the tree collects flags for each name of each block, a second
// one resolves them to scopes. Flags and scopes carry CPython's numbers, as the
// `symtable` module shows them. Scopes are owned by the table; identifiers and
// nodes belong to the arena of the tree.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "language/ast/depth_limit.hpp"
#include "language/ast/nodes.hpp"
#include "language/diagnostic.hpp"
#include "language/symbols/identifier_map.hpp"

namespace orochi::language {

enum SymbolFlag : uint32_t {
    kDefGlobal = 1,
    kDefLocal = 2,
    kDefParam = 4,
    kDefNonlocal = 8,
    kUse = 16,
    kDefFree = 32,
    kDefFreeClass = 64,
    kDefImport = 128,
    kDefAnnotation = 256,
    kDefIterationVariable = 512,
    kDefBound = kDefLocal | kDefParam | kDefImport,
};
constexpr int kScopeOffset = 11;  // symtable shows flags | scope << kScopeOffset

enum class SymbolScope : uint8_t { Unknown = 0, Local = 1, GlobalExplicit = 2, GlobalImplicit = 3, Free = 4, Cell = 5 };

struct Symbol {
    Identifier name;  // mangled
    uint32_t flags = 0;
    SymbolScope scope = SymbolScope::Unknown;
};

enum class BlockKind : uint8_t { Function, Class, Module, Annotation };
enum class ComprehensionKind : uint8_t { None, List, Dict, Set, Generator };

struct Scope {
    Identifier name;  // "top", "lambda", "listcomp"... as symtable shows it
    BlockKind kind = BlockKind::Module;
    ComprehensionKind comprehension = ComprehensionKind::None;
    bool nested = false;
    bool has_free = false;        // some name is free here
    bool child_has_free = false;  // ... or in a block inside
    bool is_generator = false;
    bool is_coroutine = false;
    bool has_varargs = false;
    bool has_varkeywords = false;
    bool returns_value = false;
    bool needs_class_closure = false;  // a method uses __class__ or super()
    bool in_iteration_target = false;
    int iteration_expression_depth = 0;
    Location location;
    const ast::Node* node = nullptr;

    std::vector<Symbol> symbols;  // in order of first appearance
    IdentifierMap index;
    std::vector<Identifier> parameters;  // in calling order, then *args, **kwargs
    std::vector<Scope*> children;

    struct Directive {  // a global or nonlocal statement
        Identifier name;
        Location location;
    };
    std::vector<Directive> directives;

    const Symbol* find(Identifier name) const {
        uint32_t at = index.find(name);
        return at == IdentifierMap::kAbsent ? nullptr : &symbols[at];
    }
    Symbol* find(Identifier name) { return const_cast<Symbol*>(static_cast<const Scope*>(this)->find(name)); }
    SymbolScope scope_of(Identifier name) const {
        const Symbol* symbol = find(name);
        return symbol ? symbol->scope : SymbolScope::Unknown;
    }
};

struct SymbolTable {
    std::vector<std::unique_ptr<Scope>> scopes;
    Scope* top = nullptr;
    PointerMap by_node;  // Module, FunctionDef, ClassDef, Lambda, comprehension... to Scope

    Scope* of(const ast::Node* node) const { return static_cast<Scope*>(by_node.find(node)); }
};

// Fills `table` from the tree. `future_annotations` says that annotations are
// not evaluated. Returns false with `error` set.
bool build_symbol_table(SymbolTable& table, ast::ModNode& tree, Arena& arena, bool future_annotations,
                        const DepthLimit& limit, Diagnostic& error);

// Class-private names: `__x` in class C is `_C__x`. `private_name` may be null.
Identifier mangle(Arena& arena, Identifier private_name, Identifier name);

// The future features a module imports, as CodeFlag bits, and the line of the
// last such import (-1 if none). Returns false with `error` set.
bool find_future_features(const ast::ModNode& tree, uint32_t& features, int& last_line, Diagnostic& error);

// The docstring of a body, or null.
const Constant* docstring_of(const Sequence<ast::StmtNode*>& body);

Diagnostic error_at(const Location& location, std::string message);
Diagnostic recursion_error();

}  // namespace orochi::language
