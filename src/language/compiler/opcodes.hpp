// Opcode numbers and what can be asked about them; all from opcodes.def.
#pragma once

#include <cstdint>
#include <string_view>

namespace orochi::language {

enum class Opcode : uint8_t {
#define OPCODE(name, number, caches, operand, effect) name = number,
#define SPECIALISED(name, number, base) name = number,
#include "language/compiler/opcodes.def"
    DO_TRACING = 255,
};

enum class OperandKind : uint8_t {
    None,
    Number,
    Const,
    Name,
    Local,
    Free,
    JumpForward,
    JumpBackward,
    Compare,
    BinaryOperator,
};

// Operands of BINARY_OP, numbered as the NB_ constants of opcode.h.
enum class BinaryOperation : uint8_t {
    Add,
    And,
    FloorDivide,
    LeftShift,
    MatrixMultiply,
    Multiply,
    Remainder,
    Or,
    Power,
    RightShift,
    Subtract,
    TrueDivide,
    Xor,
    InplaceAdd,
    InplaceAnd,
    InplaceFloorDivide,
    InplaceLeftShift,
    InplaceMatrixMultiply,
    InplaceMultiply,
    InplaceRemainder,
    InplaceOr,
    InplacePower,
    InplaceRightShift,
    InplaceSubtract,
    InplaceTrueDivide,
    InplaceXor,
};

constexpr int kHaveArgument = 90;

// Number of 16-bit cache units that follow each instruction, by opcode number.
struct OpcodeTables {
    uint8_t caches[256] = {};
    OperandKind operands[256] = {};
    uint8_t base[256] = {};  // the instruction a specialised one stands for; itself otherwise; 0 if unused
    constexpr OpcodeTables() {
#define OPCODE(name, number, cache_entries, operand, effect) \
    caches[number] = cache_entries;                          \
    operands[number] = OperandKind::operand;                 \
    base[number] = number;
#include "language/compiler/opcodes.def"
#define SPECIALISED(name, number, of)                          \
    caches[number] = caches[static_cast<int>(Opcode::of)];     \
    operands[number] = operands[static_cast<int>(Opcode::of)]; \
    base[number] = static_cast<uint8_t>(Opcode::of);
#include "language/compiler/opcodes.def"
    }
};
inline constexpr OpcodeTables kOpcodeTables;

constexpr int cache_entries(Opcode op) { return kOpcodeTables.caches[static_cast<int>(op)]; }

// clang-format takes what follows a label inside a macro for a part of the macro.
// clang-format off

// Change of stack depth; `jump` says whether a jump is taken.
constexpr int stack_effect(Opcode op, int oparg, bool jump) {
    switch (op) {
#define OPCODE(name, number, caches, operand, effect) case Opcode::name: return effect;
#include "language/compiler/opcodes.def"
        default: return 0;
    }
}

// The name of a number, "<n>" style names are left to the caller: empty if unused.
constexpr std::string_view opcode_name(uint8_t number) {
    switch (number) {
#define OPCODE(name, number, caches, operand, effect) case number: return #name;
#define SPECIALISED(name, number, base) case number: return #name;
#include "language/compiler/opcodes.def"
        default: return {};
    }
}

// clang-format on

}  // namespace orochi::language
