// Passes over the control-flow graph. Their order and their limits are part of
// what programs can observe (co_code, co_consts, line tables), so they follow
// what the reference does, case by case.
#include <algorithm>

#include "language/compiler/constant_table.hpp"
#include "language/compiler/flow_graph.hpp"

namespace orochi::language {

namespace {

bool is_true(const Constant& c) {
    switch (c.kind) {
        case ConstantKind::None:
        case ConstantKind::False: return false;
        case ConstantKind::Int: return c.integer != 0;
        case ConstantKind::Float: return c.real != 0;
        case ConstantKind::Complex: return c.real != 0 || c.imaginary != 0;
        case ConstantKind::Str:
        case ConstantKind::Bytes:
        case ConstantKind::Tuple:
        case ConstantKind::FrozenSet: return c.size != 0;
        default: return true;
    }
}

bool is_const_op(Op op) { return op == Op::LOAD_CONST || op == Op::KW_NAMES; }

void make_nop(Instruction& i) {
    i.op = Op::NOP;
    i.oparg = 0;
}

// Drops the NOPs that no line needs.
void remove_needless_nops(Block& block) {
    uint32_t kept = 0;
    int previous_line = -1;
    for (uint32_t i = 0; i < block.count; ++i) {
        int line = block.code[i].at.lineno;
        if (block.code[i].op == Op::NOP) {
            if (line < 0 || line == previous_line) continue;
            if (i + 1 < block.count) {
                int next_line = block.code[i + 1].at.lineno;
                if (next_line == line) continue;
                if (next_line < 0) {
                    block.code[i + 1].at = block.code[i].at;
                    continue;
                }
            } else {
                Block* next = block.next;
                while (next && next->count == 0) next = next->next;
                if (next && line == next->code[0].at.lineno) continue;
            }
        }
        if (kept != i) block.code[kept] = block.code[i];
        ++kept;
        previous_line = line;
    }
    block.count = kept;
}

class Peephole {
public:
    Peephole(FlowGraph& graph, ConstantTable& constants) : graph_(graph), constants_(constants) {}

    void run(Block& block) {
        for (int i = 0; i < static_cast<int>(block.count); ++i) i = step(block, i);
    }

private:
    // Looks at instruction i; returns the index of the last one dealt with.
    int step(Block& block, int i) {
        Instruction& inst = block.code[i];
        Op next = i + 1 < static_cast<int>(block.count) ? block.code[i + 1].op : Op::CACHE;
        const Instruction* target = nullptr;
        if (is_jump(inst.op) || is_block_push(inst.op)) {
            while (inst.target->count == 0) inst.target = inst.target->next;
            target = &inst.target->code[0];
        }
        switch (inst.op) {
            case Op::LOAD_CONST: constant_test(block, i, next); return i;
            case Op::BUILD_TUPLE: return build_tuple(block, i, next);
            case Op::JUMP_IF_FALSE_OR_POP:
                return or_pop(inst, *target, i, Op::JUMP_IF_FALSE_OR_POP, Op::POP_JUMP_IF_FALSE,
                              Op::JUMP_IF_TRUE_OR_POP, Op::POP_JUMP_IF_TRUE);
            case Op::JUMP_IF_TRUE_OR_POP:
                return or_pop(inst, *target, i, Op::JUMP_IF_TRUE_OR_POP, Op::POP_JUMP_IF_TRUE, Op::JUMP_IF_FALSE_OR_POP,
                              Op::POP_JUMP_IF_FALSE);
            case Op::POP_JUMP_IF_NOT_NONE:
            case Op::POP_JUMP_IF_NONE:
            case Op::POP_JUMP_IF_FALSE:
            case Op::POP_JUMP_IF_TRUE:
            case Op::JUMP: return target->op == Op::JUMP && thread_jump(inst, *target, inst.op) ? i - 1 : i;
            case Op::SWAP:
                if (inst.oparg == 1) {
                    make_nop(inst);
                    return i;
                }
                i = shorten_swaps(block, i);
                apply_swaps(block, i);
                return i;
            case Op::PUSH_NULL:
                // LOAD_GLOBAL can push the NULL itself.
                if (next == Op::LOAD_GLOBAL) {
                    make_nop(inst);
                    inst.oparg = 0;
                    block.code[i + 1].oparg |= 1;
                }
                return i;
            default: return i;
        }
    }

    bool thread_jump(Instruction& inst, const Instruction& target, Op op) {
        if (inst.at.lineno != target.at.lineno || inst.target == target.target) return false;
        inst.target = target.target;
        inst.op = op;
        return true;
    }

    int or_pop(Instruction& inst, const Instruction& target, int i, Op same, Op same_pop, Op opposite,
               Op opposite_pop) {
        if (target.op == same_pop) return thread_jump(inst, target, same_pop) ? i - 1 : i;
        if (target.op == Op::JUMP || target.op == same) return thread_jump(inst, target, same) ? i - 1 : i;
        if ((target.op == opposite || target.op == opposite_pop) && inst.at.lineno == target.at.lineno) {
            // The opposite test is bound to fail: go on after it.
            inst.op = same_pop;
            inst.target = inst.target->next;
            return i - 1;
        }
        return i;
    }

    void constant_test(Block& block, int i, Op next) {
        Instruction* inst = &block.code[i];
        const Constant* value = constants_[inst->oparg].value;
        switch (next) {
            case Op::POP_JUMP_IF_FALSE:
            case Op::POP_JUMP_IF_TRUE: {
                bool jumps = (!value || is_true(*value)) == (next == Op::POP_JUMP_IF_TRUE);
                make_nop(inst[0]);
                inst[1].op = jumps ? Op::JUMP : Op::NOP;
                if (jumps) block.no_fall_through = true;
                return;
            }
            case Op::JUMP_IF_FALSE_OR_POP:
            case Op::JUMP_IF_TRUE_OR_POP:
                if ((!value || is_true(*value)) == (next == Op::JUMP_IF_TRUE_OR_POP)) {
                    inst[1].op = Op::JUMP;
                    block.no_fall_through = true;
                } else {
                    make_nop(inst[0]);
                    make_nop(inst[1]);
                }
                return;
            case Op::IS_OP: {
                Op jump = i + 2 < static_cast<int>(block.count) ? block.code[i + 2].op : Op::CACHE;
                if (!value || !value->is(ConstantKind::None)) return;
                if (jump != Op::POP_JUMP_IF_FALSE && jump != Op::POP_JUMP_IF_TRUE) return;
                bool inverted = inst[1].oparg == 1;
                make_nop(inst[0]);
                make_nop(inst[1]);
                inst[2].op =
                    inverted != (jump == Op::POP_JUMP_IF_FALSE) ? Op::POP_JUMP_IF_NOT_NONE : Op::POP_JUMP_IF_NONE;
                return;
            }
            default: return;
        }
    }

    int build_tuple(Block& block, int i, Op next) {
        Instruction* inst = &block.code[i];
        int size = inst->oparg;
        if (next == Op::UNPACK_SEQUENCE && inst[1].oparg == size) {
            if (size == 1) {
                make_nop(inst[0]);
                make_nop(inst[1]);
                return i;
            }
            if (size == 2 || size == 3) {
                make_nop(inst[0]);
                inst[1].op = Op::SWAP;
                return i;
            }
        }
        if (i < size) return i;
        for (int k = 1; k <= size; ++k) {
            if (!is_const_op(inst[-k].op) || !constants_[inst[-k].oparg].value) return i;
        }
        std::vector<const Constant*> items(size);
        for (int k = 0; k < size; ++k) {
            items[k] = constants_[inst[k - size].oparg].value;
            make_nop(inst[k - size]);
        }
        inst->oparg = static_cast<int32_t>(constants_.add(make_tuple(*constants_arena_, items.data(), size)));
        inst->op = Op::LOAD_CONST;
        return i;
    }

    // Replaces a run of SWAPs and NOPs by the fewest SWAPs with the same effect:
    // each cycle of the permutation is resolved through the top of the stack.
    // Returns the index of the last instruction of the run.
    int shorten_swaps(Block& block, int start) {
        Instruction* run = &block.code[start];
        int depth = run[0].oparg, length = 1;
        bool several = false;
        for (; length < static_cast<int>(block.count) - start; ++length) {
            if (run[length].op == Op::SWAP) {
                depth = std::max(depth, run[length].oparg);
                several = true;
            } else if (run[length].op != Op::NOP) {
                break;
            }
        }
        if (!several) return start;
        std::vector<int> stack(depth);
        for (int i = 0; i < depth; ++i) stack[i] = i;
        for (int i = 0; i < length; ++i) {
            if (run[i].op == Op::SWAP) std::swap(stack[0], stack[run[i].oparg - 1]);
        }
        constexpr int kVisited = -1;
        int current = length - 1;
        for (int i = 0; i < depth; ++i) {
            if (stack[i] == kVisited || stack[i] == i) continue;
            for (int j = i;;) {
                if (j) {
                    run[current].op = Op::SWAP;
                    run[current--].oparg = j + 1;
                }
                if (stack[j] == kVisited) break;
                int following = stack[j];
                stack[j] = kVisited;
                j = following;
            }
        }
        while (current >= 0) make_nop(run[current--]);
        return start + length - 1;
    }

    // STORE_FAST and POP_TOP only consume the top, so they can trade places
    // instead of their operands.
    static bool is_swappable(Op op) { return op == Op::STORE_FAST || op == Op::POP_TOP; }

    static int next_swappable(const Block& block, int i, int line) {
        while (++i < static_cast<int>(block.count)) {
            const Instruction& inst = block.code[i];
            if (line >= 0 && inst.at.lineno != line) return -1;
            if (inst.op == Op::NOP) continue;
            return is_swappable(inst.op) ? i : -1;
        }
        return -1;
    }

    void apply_swaps(Block& block, int i) {
        for (; i >= 0; --i) {
            Instruction& swap = block.code[i];
            if (swap.op != Op::SWAP) {
                if (swap.op == Op::NOP || is_swappable(swap.op)) continue;
                return;
            }
            int first = next_swappable(block, i, -1);
            if (first < 0) return;
            int second = first;
            int line = block.code[first].at.lineno;
            for (int count = swap.oparg - 1; count > 0; --count) {
                second = next_swappable(block, second, line);
                if (second < 0) return;
            }
            make_nop(swap);
            std::swap(block.code[first], block.code[second]);
        }
    }

    FlowGraph& graph_;
    ConstantTable& constants_;

public:
    Arena* constants_arena_ = nullptr;
};

bool is_exit_without_line(const Block& block) {
    if (!block.is_exit) return false;
    for (uint32_t i = 0; i < block.count; ++i) {
        if (block.code[i].at.lineno >= 0) return false;
    }
    return true;
}

constexpr uint32_t kMaxCopiedExit = 4;

// A jump to a short exit that no line asks for (`return None` at the end)
// becomes that exit.
void inline_small_exits(FlowGraph& graph) {
    for (size_t n = graph.created.size(); n-- > 0;) {
        Block& block = *graph.created[n];
        if (block.count == 0 || block.last().op != Op::JUMP) continue;
        Block* target = block.last().target;
        if (target->count > kMaxCopiedExit || !is_exit_without_line(*target)) continue;
        make_nop(block.last());
        for (uint32_t i = 0; i < target->count; ++i) {
            Instruction copy = target->code[i];
            *block.append(*graph.scratch) = copy;
        }
        block.is_exit = true;
    }
}

void count_predecessors(FlowGraph& graph) {
    std::vector<Block*> todo{graph.entry()};
    graph.entry()->predecessors = 1;
    auto reach = [&todo](Block* block) {
        if (block->predecessors++ == 0) todo.push_back(block);
    };
    while (!todo.empty()) {
        Block* block = todo.back();
        todo.pop_back();
        if (block->next && !block->no_fall_through) reach(block->next);
        for (uint32_t i = 0; i < block->count; ++i) {
            const Instruction& inst = block->code[i];
            if (is_jump(inst.op) || is_block_push(inst.op)) reach(inst.target);
        }
    }
}

void skip_empty_blocks(FlowGraph& graph) {
    for (Block* block = graph.entry(); block; block = block->next) {
        Block* next = block->next;
        while (next && next->count == 0) next = next->next;
        block->next = next;
    }
    for (Block* block = graph.entry(); block; block = block->next) {
        for (uint32_t i = 0; i < block->count; ++i) {
            Instruction& inst = block->code[i];
            if (!is_jump(inst.op) && !is_block_push(inst.op)) continue;
            while (inst.target->count == 0) inst.target = inst.target->next;
        }
    }
}

void remove_jumps_to_next(FlowGraph& graph) {
    bool changed = false;
    for (Block* block = graph.entry(); block; block = block->next) {
        if (block->count == 0) continue;
        Instruction& last = block->last();
        if ((last.op != Op::JUMP && last.op != Op::JUMP_NO_INTERRUPT) || last.target != block->next) continue;
        block->no_fall_through = false;
        make_nop(last);
        changed = true;
    }
    if (changed) skip_empty_blocks(graph);
}

// An exit without a line that several jumps reach becomes one exit for each,
// with the line of its jump, so that a tracer sees where the function ended.
void duplicate_exits_without_line(FlowGraph& graph) {
    for (size_t n = graph.created.size(); n-- > 0;) {
        Block* block = graph.created[n];
        if (block->count == 0 || !is_jump(block->last().op)) continue;
        Instruction& jump = block->last();
        Block* target = jump.target;
        if (!is_exit_without_line(*target) || target->predecessors <= 1) continue;
        auto* copy = graph.scratch->make<Block>();
        for (uint32_t i = 0; i < target->count; ++i) *copy->append(*graph.scratch) = target->code[i];
        copy->is_exit = true;
        copy->no_fall_through = true;
        copy->code[0].at = jump.at;
        jump.target = copy;
        --target->predecessors;
        copy->predecessors = 1;
        copy->next = target->next;
        target->next = copy;
        graph.created.push_back(copy);
    }
    for (Block* block = graph.entry(); block; block = block->next) {
        while (block->next && block->next->count == 0) block->next = block->next->next;
    }
    for (size_t n = graph.created.size(); n-- > 0;) {
        Block* block = graph.created[n];
        if (block->no_fall_through || !block->next || block->count == 0) continue;
        if (is_exit_without_line(*block->next)) block->next->code[0].at = block->last().at;
    }
}

void propagate_lines(FlowGraph& graph) {
    for (Block* block = graph.entry(); block; block = block->next) {
        if (block->count == 0) continue;
        Location previous = kNoLocation;
        for (uint32_t i = 0; i < block->count; ++i) {
            if (block->code[i].at.lineno < 0)
                block->code[i].at = previous;
            else
                previous = block->code[i].at;
        }
        if (!block->no_fall_through && block->next && block->next->predecessors == 1) {
            if (block->next->code[0].at.lineno < 0) block->next->code[0].at = previous;
        }
        if (is_jump(block->last().op)) {
            Block* target = block->last().target;
            if (target->predecessors == 1 && target->code[0].at.lineno < 0) target->code[0].at = previous;
        }
    }
}

void guarantee_lines_for_exits(FlowGraph& graph, int first_line) {
    int line = first_line;
    for (Block* block = graph.entry(); block; block = block->next) {
        if (block->count == 0) continue;
        if (block->last().at.lineno >= 0) {
            line = block->last().at.lineno;
        } else if (block->last().op == Op::RETURN_VALUE) {
            for (uint32_t i = 0; i < block->count; ++i) block->code[i].at.lineno = line;
        }
    }
}

void drop_unused_constants(FlowGraph& graph, ConstantTable& constants) {
    size_t highest = 0;  // the first may be the docstring: always kept
    for (Block* block = graph.entry(); block; block = block->next) {
        for (uint32_t i = 0; i < block->count; ++i) {
            if (is_const_op(block->code[i].op)) highest = std::max<size_t>(highest, block->code[i].oparg);
        }
    }
    if (highest + 1 < constants.size()) constants.truncate(highest + 1);
}

}  // namespace

int stack_effect(Op op, int oparg, bool jump) {
    switch (op) {
        case Op::SETUP_FINALLY:
        case Op::SETUP_WITH: return jump ? 1 : 0;
        case Op::SETUP_CLEANUP: return jump ? 2 : 0;
        case Op::POP_BLOCK:
        case Op::JUMP:
        case Op::JUMP_NO_INTERRUPT: return 0;
        case Op::POP_JUMP_IF_FALSE:
        case Op::POP_JUMP_IF_TRUE:
        case Op::POP_JUMP_IF_NONE:
        case Op::POP_JUMP_IF_NOT_NONE: return -1;
        default: return stack_effect(static_cast<Opcode>(op), oparg, jump);
    }
}

void normalize(FlowGraph& graph) {
    for (size_t n = graph.created.size(); n-- > 0;) {
        Block* block = graph.created[n];
        for (uint32_t i = 0; i < block->count; ++i) {
            Instruction& inst = block->code[i];
            if (is_scope_exit(inst.op)) {
                block->is_exit = true;
                block->no_fall_through = true;
            } else if (is_jump(inst.op)) {
                if (is_terminator(inst.op)) block->no_fall_through = true;
                while (inst.target->count == 0) inst.target = inst.target->next;
            }
        }
    }
    inline_small_exits(graph);
}

void optimize(FlowGraph& graph, ConstantTable& constants, int first_line) {
    Peephole peephole(graph, constants);
    peephole.constants_arena_ = graph.result;
    for (Block* block = graph.entry(); block; block = block->next) {
        peephole.run(*block);
        remove_needless_nops(*block);
    }
    inline_small_exits(graph);
    count_predecessors(graph);
    for (Block* block = graph.entry(); block; block = block->next) {
        if (block->predecessors) continue;
        block->count = 0;
        block->no_fall_through = false;
    }
    for (Block* block = graph.entry(); block; block = block->next) remove_needless_nops(*block);
    skip_empty_blocks(graph);
    remove_jumps_to_next(graph);
    duplicate_exits_without_line(graph);
    drop_unused_constants(graph, constants);
    propagate_lines(graph);
    guarantee_lines_for_exits(graph, first_line);
}

int stack_depth(FlowGraph& graph, bool is_generator) {
    constexpr int kUnknown = INT32_MIN;
    constexpr int kPlenty = 100;  // deeper starts are not followed again: code that deep has no cycles to settle
    for (Block* block : graph.created) block->start_depth = kUnknown;
    std::vector<Block*> todo;
    auto reach = [&todo](Block* block, int depth) {
        if (block->start_depth >= depth || block->start_depth >= kPlenty) return;
        block->start_depth = depth;
        todo.push_back(block);
    };
    int deepest = 0;
    reach(graph.entry(), is_generator ? 1 : 0);
    while (!todo.empty()) {
        Block* block = todo.back();
        todo.pop_back();
        int depth = block->start_depth;
        Block* next = block->next;
        for (uint32_t i = 0; i < block->count; ++i) {
            const Instruction& inst = block->code[i];
            int after = depth + stack_effect(inst.op, inst.oparg, false);
            deepest = std::max(deepest, after);
            if (is_jump(inst.op) || is_block_push(inst.op)) {
                int at_target = depth + stack_effect(inst.op, inst.oparg, true);
                deepest = std::max(deepest, at_target);
                reach(inst.target, at_target);
            }
            depth = after;
            if (is_terminator(inst.op)) {
                next = nullptr;
                break;
            }
        }
        if (next) reach(next, depth);
    }
    return deepest;
}

void label_exception_targets(FlowGraph& graph) {
    for (Block* block = graph.entry(); block; block = block->next) block->visited = false;
    std::vector<Block*> todo;
    auto reach = [&todo](Block* block, const HandlerStack* handlers) {
        if (block->visited) return;
        block->visited = true;
        block->handlers = handlers;
        todo.push_back(block);
    };
    reach(graph.entry(), nullptr);
    while (!todo.empty()) {
        Block* block = todo.back();
        todo.pop_back();
        const HandlerStack* handlers = block->handlers;
        for (uint32_t i = 0; i < block->count; ++i) {
            Instruction& inst = block->code[i];
            if (is_block_push(inst.op)) {
                reach(inst.target, handlers);
                if (inst.op != Op::SETUP_FINALLY) inst.target->preserve_lasti = true;
                handlers = graph.scratch->make<HandlerStack>(HandlerStack{inst.target, handlers});
            } else if (inst.op == Op::POP_BLOCK) {
                handlers = handlers->outer;
            } else {
                inst.handler = handlers ? handlers->handler : nullptr;
                if (is_jump(inst.op)) reach(inst.target, handlers);
            }
        }
        if (block->next && !block->no_fall_through) reach(block->next, handlers);
    }
    for (Block* block = graph.entry(); block; block = block->next) {
        for (uint32_t i = 0; i < block->count; ++i) {
            if (is_block_push(block->code[i].op) || block->code[i].op == Op::POP_BLOCK) make_nop(block->code[i]);
        }
        remove_needless_nops(*block);
    }
}

}  // namespace orochi::language
