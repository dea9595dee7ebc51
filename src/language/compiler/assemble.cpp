// From control-flow graph to the bytes of a code object.
#include <algorithm>

#include "language/compiler/emitter.hpp"

namespace orochi::language {

namespace {

class Assembler {
public:
    Assembler(Unit& unit, uint32_t flags, std::string_view filename, Arena& arena)
        : unit_(unit), graph_(unit.graph), flags_(flags), filename_(filename), arena_(arena) {}

    const CodeUnit* run() {
        normalize(graph_);
        if (!unit_.first_line) {
            Block* entry = graph_.entry();
            unit_.first_line = entry->count && entry->code[0].at.lineno ? entry->code[0].at.lineno : 1;
        }
        number_cells();
        insert_prefix();
        fix_cell_operands();
        optimize(graph_, unit_.constants, unit_.first_line);
        bool suspends = unit_.scope->is_generator || unit_.scope->is_coroutine;
        int depth = stack_depth(graph_, suspends);
        label_exception_targets(graph_);
        direct_jumps();
        resolve_jumps();
        emit_code();
        emit_locations();
        emit_exception_table();

        auto* code = arena_.make<CodeUnit>();
        code->name = unit_.name;
        code->qualname = unit_.qualname;
        code->filename = filename_;
        code->argcount = unit_.posonlyargcount + unit_.argcount;
        code->posonlyargcount = unit_.posonlyargcount;
        code->kwonlyargcount = unit_.kwonlyargcount;
        code->nlocals = static_cast<int32_t>(unit_.locals.size());
        code->flags = flags_;
        code->stacksize = depth;
        code->firstlineno = unit_.first_line;
        code->code = code_;
        code->constants = arena_.copy(unit_.constants.items());
        code->names = arena_.copy(unit_.names.names);
        code->linetable = arena_.copy(lines_);
        code->exceptiontable = arena_.copy(exceptions_);
        describe_locals(*code);
        return code;
    }

private:
    bool is_suspendable() const { return flags_ & (kCodeGenerator | kCodeCoroutine | kCodeAsyncGenerator); }

    // Fast locals are: the locals, the cells that are not parameters, the free
    // variables. Emission numbered cells after the locals known at the end.
    void number_cells() {
        uint32_t locals = unit_.locals.size(), cells = unit_.cells.size();
        slots_.resize(cells + unit_.frees.size());
        uint32_t dropped = 0;
        for (uint32_t i = 0; i < slots_.size(); ++i) {
            uint32_t local = i < cells ? unit_.locals.find(unit_.cells.names[i]) : IdentifierMap::kAbsent;
            if (local == IdentifierMap::kAbsent) {
                slots_[i] = locals + i - dropped;
            } else {
                slots_[i] = local;
                ++dropped;
            }
        }
    }

    void insert_prefix() {
        Block* entry = graph_.entry();
        uint32_t at = 0;
        auto insert = [&](Op op, uint32_t oparg, const Location& where) {
            Instruction i;
            i.op = op;
            i.oparg = static_cast<int32_t>(oparg);
            i.at = where;
            entry->insert(*graph_.scratch, at++, i);
        };
        if (unit_.frees.size()) insert(Op::COPY_FREE_VARS, unit_.frees.size(), kNoLocation);
        std::vector<uint32_t> cells(unit_.cells.size());
        for (uint32_t i = 0; i < cells.size(); ++i) cells[i] = i;
        std::sort(cells.begin(), cells.end(), [this](uint32_t a, uint32_t b) { return slots_[a] < slots_[b]; });
        for (uint32_t cell : cells) insert(Op::MAKE_CELL, cell, kNoLocation);
        if (is_suspendable()) {
            insert(Op::RETURN_GENERATOR, 0, {unit_.first_line, -1, -1, -1});
            insert(Op::POP_TOP, 0, kNoLocation);
        }
    }

    void fix_cell_operands() {
        for (Block* block = graph_.entry(); block; block = block->next) {
            for (uint32_t i = 0; i < block->count; ++i) {
                Instruction& inst = block->code[i];
                switch (inst.op) {
                    case Op::MAKE_CELL:
                    case Op::LOAD_CLOSURE:
                    case Op::LOAD_DEREF:
                    case Op::STORE_DEREF:
                    case Op::DELETE_DEREF:
                    case Op::LOAD_CLASSDEREF: inst.oparg = static_cast<int32_t>(slots_[inst.oparg]); break;
                    default: break;
                }
            }
        }
    }

    void direct_jumps() {
        for (Block* block = graph_.entry(); block; block = block->next) block->visited = false;
        for (Block* block = graph_.entry(); block; block = block->next) {
            block->visited = true;
            if (block->count == 0) continue;
            Instruction& last = block->last();
            if (!is_jump(last.op)) continue;
            bool forward = !last.target->visited;
            switch (last.op) {
                case Op::JUMP: last.op = forward ? Op::JUMP_FORWARD : Op::JUMP_BACKWARD; break;
                case Op::JUMP_NO_INTERRUPT:
                    last.op = forward ? Op::JUMP_FORWARD : Op::JUMP_BACKWARD_NO_INTERRUPT;
                    break;
                case Op::POP_JUMP_IF_FALSE:
                    last.op = forward ? Op::POP_JUMP_FORWARD_IF_FALSE : Op::POP_JUMP_BACKWARD_IF_FALSE;
                    break;
                case Op::POP_JUMP_IF_TRUE:
                    last.op = forward ? Op::POP_JUMP_FORWARD_IF_TRUE : Op::POP_JUMP_BACKWARD_IF_TRUE;
                    break;
                case Op::POP_JUMP_IF_NONE:
                    last.op = forward ? Op::POP_JUMP_FORWARD_IF_NONE : Op::POP_JUMP_BACKWARD_IF_NONE;
                    break;
                case Op::POP_JUMP_IF_NOT_NONE:
                    last.op = forward ? Op::POP_JUMP_FORWARD_IF_NOT_NONE : Op::POP_JUMP_BACKWARD_IF_NOT_NONE;
                    break;
                default: break;
            }
        }
    }

    // Operands of jumps depend on sizes, sizes on operands: repeat until the
    // number of wide operands stays the same.
    void resolve_jumps() {
        int wide = 0, before;
        do {
            int offset = 0;
            for (Block* block = graph_.entry(); block; block = block->next) {
                block->offset = offset;
                for (uint32_t i = 0; i < block->count; ++i) offset += instruction_size(block->code[i]);
            }
            before = wide;
            wide = 0;
            for (Block* block = graph_.entry(); block; block = block->next) {
                int end = block->offset;
                for (uint32_t i = 0; i < block->count; ++i) {
                    Instruction& inst = block->code[i];
                    end += instruction_size(inst);
                    if (!is_jump(inst.op)) continue;
                    int target = inst.target->offset;
                    inst.oparg = target < end ? end - target : target - end;
                    if (inst.oparg > 0xff) ++wide;
                }
            }
        } while (wide != before);
        code_size_ = 0;
        for (Block* block = graph_.entry(); block; block = block->next) {
            for (uint32_t i = 0; i < block->count; ++i) code_size_ += instruction_size(block->code[i]);
        }
    }

    void emit_code() {
        code_ = arena_.sequence<uint8_t>(static_cast<size_t>(code_size_) * 2);
        uint8_t* out = code_.data;
        for (Block* block = graph_.entry(); block; block = block->next) {
            for (uint32_t i = 0; i < block->count; ++i) {
                const Instruction& inst = block->code[i];
                auto arg = static_cast<uint32_t>(inst.oparg);
                for (int shift = 24; arg > 0xff && shift > 0; shift -= 8) {
                    if (arg >> shift == 0) continue;
                    *out++ = static_cast<uint8_t>(Opcode::EXTENDED_ARG);
                    *out++ = static_cast<uint8_t>(arg >> shift);
                }
                *out++ = static_cast<uint8_t>(inst.op);
                *out++ = static_cast<uint8_t>(arg);
                out += kOpcodeTables.caches[static_cast<int>(inst.op)] * 2;
            }
        }
    }

    // --- locations (PEP 626, 657) ---

    enum Form { kOneLine = 10, kNoColumns = 13, kLong = 14, kNone = 15 };

    void entry(int form, int size) { lines_.push_back(static_cast<uint8_t>(0x80 | (form << 3) | (size - 1))); }

    void varint(uint32_t value) {
        for (; value >= 64; value >>= 6) lines_.push_back(static_cast<uint8_t>(64 | (value & 63)));
        lines_.push_back(static_cast<uint8_t>(value));
    }

    void signed_varint(int value) {
        varint(value < 0 ? (0u - static_cast<uint32_t>(value)) << 1 | 1 : static_cast<uint32_t>(value) << 1);
    }

    void location(const Location& at, int size) {
        if (at.lineno < 0) return entry(kNone, size);
        int delta = at.lineno - line_;
        int column = at.col_offset, end_column = at.end_col_offset;
        if (column < 0 || end_column < 0) {
            if (at.end_lineno == at.lineno || at.end_lineno == -1) {
                entry(kNoColumns, size);
                signed_varint(delta);
                line_ = at.lineno;
                return;
            }
        } else if (at.end_lineno == at.lineno) {
            if (delta == 0 && column < 80 && end_column - column < 16 && end_column >= column) {
                entry(column >> 3, size);
                lines_.push_back(static_cast<uint8_t>((column & 7) << 4 | (end_column - column)));
                return;
            }
            if (delta >= 0 && delta < 3 && column < 128 && end_column < 128) {
                entry(kOneLine + delta, size);
                lines_.push_back(static_cast<uint8_t>(column));
                lines_.push_back(static_cast<uint8_t>(end_column));
                line_ = at.lineno;
                return;
            }
        }
        entry(kLong, size);
        signed_varint(delta);
        varint(static_cast<uint32_t>(at.end_lineno - at.lineno));
        varint(static_cast<uint32_t>(column + 1));
        varint(static_cast<uint32_t>(end_column + 1));
        line_ = at.lineno;
    }

    void emit_locations() {
        lines_.reserve(code_.size() / 2 + 16);
        line_ = unit_.first_line;
        for (Block* block = graph_.entry(); block; block = block->next) {
            for (uint32_t i = 0; i < block->count; ++i) {
                int size = instruction_size(block->code[i]);
                for (; size > 8; size -= 8) location(block->code[i].at, 8);
                location(block->code[i].at, size);
            }
        }
    }

    // --- exception table ---

    void exception_item(uint32_t value, uint8_t marker) {
        for (int shift = 24; shift > 0; shift -= 6) {
            if (value >> shift == 0) continue;
            exceptions_.push_back(static_cast<uint8_t>(((value >> shift) & 63) | 64 | marker));
            marker = 0;
        }
        exceptions_.push_back(static_cast<uint8_t>((value & 63) | marker));
    }

    void exception_entry(int start, int end, const Block& handler) {
        int depth = handler.start_depth - 1 - (handler.preserve_lasti ? 1 : 0);
        exception_item(static_cast<uint32_t>(start), 0x80);
        exception_item(static_cast<uint32_t>(end - start), 0);
        exception_item(static_cast<uint32_t>(handler.offset), 0);
        exception_item(static_cast<uint32_t>(depth) << 1 | (handler.preserve_lasti ? 1 : 0), 0);
    }

    void emit_exception_table() {
        int offset = 0, start = -1;
        Block* handler = nullptr;
        for (Block* block = graph_.entry(); block; block = block->next) {
            offset = block->offset;
            for (uint32_t i = 0; i < block->count; ++i) {
                const Instruction& inst = block->code[i];
                if (handler != inst.handler) {
                    if (handler) exception_entry(start, offset, *handler);
                    start = offset;
                    handler = inst.handler;
                }
                offset += instruction_size(inst);
            }
        }
        if (handler) exception_entry(start, offset, *handler);
    }

    void describe_locals(CodeUnit& code) {
        uint32_t total = unit_.locals.size();
        for (uint32_t slot : slots_) total = std::max(total, slot + 1);
        code.localsplusnames = arena_.sequence<Identifier>(total);
        code.localspluskinds = arena_.sequence<uint8_t>(total);
        for (uint32_t i = 0; i < unit_.locals.size(); ++i) {
            code.localsplusnames[i] = unit_.locals.names[i];
            code.localspluskinds[i] = kLocalFast;
        }
        for (uint32_t i = 0; i < slots_.size(); ++i) {
            bool is_cell = i < unit_.cells.size();
            code.localsplusnames[slots_[i]] =
                is_cell ? unit_.cells.names[i] : unit_.frees.names[i - unit_.cells.size()];
            code.localspluskinds[slots_[i]] |= is_cell ? kLocalCell : kLocalFree;
        }
    }

    Unit& unit_;
    FlowGraph& graph_;
    uint32_t flags_;
    std::string_view filename_;
    Arena& arena_;
    std::vector<uint32_t> slots_;
    Sequence<uint8_t> code_;
    std::vector<uint8_t> lines_, exceptions_;
    int code_size_ = 0;
    int line_ = 0;
};

}  // namespace

const CodeUnit* assemble(Unit& unit, uint32_t flags, std::string_view filename, Arena& arena) {
    return Assembler(unit, flags, filename, arena).run();
}

}  // namespace orochi::language
