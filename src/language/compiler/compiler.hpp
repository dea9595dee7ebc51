// Syntax tree to code: the public entry of the back half of the language floor.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "language/ast/nodes.hpp"
#include "language/compiler/code_unit.hpp"
#include "language/diagnostic.hpp"

namespace orochi::language {

// Compile flags as compile() takes them (ast.PyCF_*), beside the future flags
// of CodeFlag, which use the same numbers.
enum CompileFlag : uint32_t {
    kCompileDontImplyDedent = 0x200,
    kCompileOnlyAst = 0x400,
    kCompileIgnoreCookie = 0x800,
    kCompileTypeComments = 0x1000,
    kCompileAllowTopLevelAwait = 0x2000,
    kCompileAllowIncompleteInput = 0x4000,
};

struct CompileOptions {
    std::string_view filename;   // UTF-8, copied
    int optimize = 0;            // 0, 1 (-O) or 2 (-OO)
    uint32_t flags = 0;          // future flags in force and kCompileAllowTopLevelAwait
    int recursion_limit = 3000;  // levels of nesting allowed; CPython: three for each Python call still possible
    size_t stack_budget = size_t(4) << 20;  // bytes of C stack that may be used
};

struct CompileResult {
    const CodeUnit* code = nullptr;  // null if there is an error
    Diagnostic error;
    std::vector<Warning> warnings;
    uint32_t flags = 0;  // options.flags and the futures the program itself imported
};

// Compiles a Module, Interactive or Expression node. The result lives in the
// arena, which must be the tree's own (identifiers are compared by address).
// The tree is changed in place by constant folding.
CompileResult compile(ast::ModNode& tree, const CompileOptions& options, Arena& arena);

}  // namespace orochi::language
