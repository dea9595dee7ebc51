// The control-flow graph of one code block, between emission and assembly.
//
// Instructions sit in basic blocks; jumps point at blocks. Blocks are created
// in one order (`created`) and laid out in another (`next`); both matter to the
// passes. Instructions that exist only here (jumps without direction, the
// markers of protected regions) have numbers above 255. All memory is the
// scratch arena's and goes with it.
#pragma once

#include <cstdint>
#include <vector>

#include "language/ast/node.hpp"
#include "language/compiler/opcodes.hpp"

namespace orochi::language {

enum class Op : uint16_t {
#define OPCODE(name, number, caches, operand, effect) name = number,
#include "language/compiler/opcodes.def"
    SETUP_FINALLY = 256,
    SETUP_CLEANUP,  // like SETUP_FINALLY, and the handler wants the failing instruction's offset
    SETUP_WITH,
    POP_BLOCK,
    JUMP,
    JUMP_NO_INTERRUPT,
    POP_JUMP_IF_FALSE,
    POP_JUMP_IF_TRUE,
    POP_JUMP_IF_NONE,
    POP_JUMP_IF_NOT_NONE,
};

struct Block;

struct Instruction {
    Op op = Op::NOP;
    int32_t oparg = 0;
    Block* target = nullptr;
    Block* handler = nullptr;  // where an exception raised here goes
    Location at;               // lineno -1: none
};

constexpr Location kNoLocation = {-1, -1, -1, -1};

// The handlers in force at a point, innermost first. Shared, never changed.
struct HandlerStack {
    Block* handler;
    const HandlerStack* outer;
};

struct Block {
    Instruction* code = nullptr;
    uint32_t count = 0;
    uint32_t capacity = 0;
    int32_t predecessors = 0;
    int32_t start_depth = 0;
    int32_t offset = 0;  // in code units
    Block* next = nullptr;
    const HandlerStack* handlers = nullptr;
    bool is_exit = false;  // ends by leaving the frame
    bool no_fall_through = false;
    bool visited = false;
    bool preserve_lasti = false;

    Instruction& last() { return code[count - 1]; }
    Instruction* append(Arena& scratch) {
        if (count == capacity) {
            uint32_t wanted = capacity ? capacity * 2 : 8;
            auto* grown =
                static_cast<Instruction*>(scratch.allocate(wanted * sizeof(Instruction), alignof(Instruction)));
            if (count) std::memcpy(static_cast<void*>(grown), code, count * sizeof(Instruction));
            code = grown;
            capacity = wanted;
        }
        return new (&code[count++]) Instruction();
    }
    void insert(Arena& scratch, uint32_t at, const Instruction& instruction) {
        append(scratch);
        for (uint32_t i = count - 1; i > at; --i) code[i] = code[i - 1];
        code[at] = instruction;
    }
};

constexpr bool is_block_push(Op op) { return op >= Op::SETUP_FINALLY && op <= Op::SETUP_WITH; }
constexpr bool is_scope_exit(Op op) { return op == Op::RETURN_VALUE || op == Op::RAISE_VARARGS || op == Op::RERAISE; }
constexpr bool is_jump(Op op) {
    if (op >= Op::JUMP) return true;
    if (op >= Op::SETUP_FINALLY) return false;
    OperandKind kind = kOpcodeTables.operands[static_cast<int>(op)];
    return kind == OperandKind::JumpForward || kind == OperandKind::JumpBackward;
}
// Whether control never reaches the next instruction.
constexpr bool is_terminator(Op op) { return is_scope_exit(op) || op == Op::JUMP || op == Op::JUMP_NO_INTERRUPT; }
int stack_effect(Op op, int oparg, bool jump);

// Code units the instruction takes: prefixes, itself, caches.
inline int instruction_size(const Instruction& i) {
    uint32_t arg = static_cast<uint32_t>(i.oparg);
    int size = 1 + (arg > 0xff) + (arg > 0xffff) + (arg > 0xffffff);
    return size + kOpcodeTables.caches[static_cast<int>(i.op)];
}

struct CodeConstant;
class ConstantTable;

struct FlowGraph {
    Arena* scratch = nullptr;
    Arena* result = nullptr;      // for constants that end up in the code
    std::vector<Block*> created;  // created[0] is the entry
    Block* current = nullptr;

    Block* entry() const { return created.front(); }
    Block* new_block() {
        auto* block = scratch->make<Block>();
        created.push_back(block);
        return block;
    }
    void use_next(Block* block) {
        current->next = block;
        current = block;
    }
};

// Optimises the graph: constant jumps, jump threading, tuples of constants,
// unreachable blocks, needless instructions, locations of artificial exits.
// May add to the constants, and drops unused ones from their end.
void optimize(FlowGraph& graph, ConstantTable& constants, int first_line);

// Runs before `optimize`.
void normalize(FlowGraph& graph);

// The maximum stack depth; sets each block's start_depth.
int stack_depth(FlowGraph& graph, bool is_generator);

// Sets each instruction's handler, and turns region markers into nothing.
void label_exception_targets(FlowGraph& graph);

}  // namespace orochi::language
