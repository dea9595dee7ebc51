// CodeUnit: a compiled code block, before it becomes a code object.
//
// It holds everything `types.CodeType` needs, in CPython 3.11's own encodings
// (instructions with zeroed inline caches, PEP 657 location table, exception
// table), but refers to constants and names without Python objects. Units and
// what they point to live in the arena of their compilation.
#pragma once

#include <cstdint>
#include <string_view>

#include "language/ast/arena.hpp"
#include "language/ast/constant.hpp"

namespace orochi::language {

struct CodeUnit;

// One entry of co_consts: exactly one of the two is set.
struct CodeConstant {
    const Constant* value = nullptr;
    const CodeUnit* code = nullptr;
};

// co_flags; the numbers are those of inspect.CO_*.
enum CodeFlag : uint32_t {
    kCodeOptimized = 0x1,
    kCodeNewLocals = 0x2,
    kCodeVarargs = 0x4,
    kCodeVarkeywords = 0x8,
    kCodeNested = 0x10,
    kCodeGenerator = 0x20,
    kCodeCoroutine = 0x80,
    kCodeIterableCoroutine = 0x100,
    kCodeAsyncGenerator = 0x200,
    kFutureDivision = 0x20000,
    kFutureAbsoluteImport = 0x40000,
    kFutureWithStatement = 0x80000,
    kFuturePrintFunction = 0x100000,
    kFutureUnicodeLiterals = 0x200000,
    kFutureBarryAsBdfl = 0x400000,
    kFutureGeneratorStop = 0x800000,
    kFutureAnnotations = 0x1000000,
};

// Kinds of co_localsplusnames, as CPython encodes them (a parameter that is
// also captured is Local | Cell).
enum LocalKind : uint8_t {
    kLocalHidden = 0x10,
    kLocalFast = 0x20,
    kLocalCell = 0x40,
    kLocalFree = 0x80,
};

struct CodeUnit {
    Identifier name;
    Identifier qualname;
    std::string_view filename;

    int32_t argcount = 0;  // positional parameters, positional-only ones included
    int32_t posonlyargcount = 0;
    int32_t kwonlyargcount = 0;
    int32_t nlocals = 0;  // names in localsplusnames with kLocalFast
    uint32_t flags = 0;
    int32_t stacksize = 0;
    int32_t firstlineno = 0;

    Sequence<uint8_t> code;  // co_code: pairs of opcode and operand byte
    Sequence<CodeConstant> constants;
    Sequence<Identifier> names;
    Sequence<Identifier> localsplusnames;
    Sequence<uint8_t> localspluskinds;  // LocalKind bits, as many as localsplusnames
    Sequence<uint8_t> linetable;
    Sequence<uint8_t> exceptiontable;
};

}  // namespace orochi::language
