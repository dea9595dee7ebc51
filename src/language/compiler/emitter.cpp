#include "language/compiler/emitter.hpp"

namespace orochi::language {

using ast::ExprContext;
using ast::Kind;

Emitter::Emitter(SymbolTable& table, const CompileOptions& options, uint32_t flags, int future_line,
                 const DepthLimit& limit, Arena& arena, Arena& scratch, CompileResult& result)
    : table_(table),
      options_(options),
      flags_(flags),
      future_line_(future_line),
      limit_(limit),
      arena_(arena),
      scratch_(scratch),
      result_(result),
      none_(make_singleton(arena, ConstantKind::None)),
      empty_(arena.intern("")),
      debug_(arena.intern("__debug__")),
      annotations_(arena.intern("__annotations__")),
      class_(arena.intern("__class__")),
      classcell_(arena.intern("__classcell__")),
      doc_(arena.intern("__doc__")),
      join_(arena.intern("join")),
      module_(arena.intern("__module__")),
      name_(arena.intern("__name__")),
      qualname_(arena.intern("__qualname__")),
      return_(arena.intern("return")) {}

void Emitter::fail(std::string message) {
    if (failed_) return;
    failed_ = true;
    result_.error = error_at(unit_->at, std::move(message));
}

void Emitter::fail_recursion() {
    if (failed_) return;
    failed_ = true;
    result_.error = recursion_error();
}

void Emitter::warn(std::string message) {
    if (failed_) return;
    const Location& at = unit_->at;
    result_.warnings.push_back({WarningKind::SyntaxWarning, std::move(message), at.lineno, at.col_offset + 1,
                                at.end_lineno, at.end_col_offset + 1});
}

bool Emitter::forbidden(Identifier name, ExprContext context) {
    if (context == ExprContext::Load || !(name == debug_)) return false;
    fail(context == ExprContext::Store ? "cannot assign to __debug__" : "cannot delete __debug__");
    return true;
}

Instruction& Emitter::append(Op op, int32_t oparg, const Location& at) {
    FlowGraph& graph = unit_->graph;
    if (Block* block = graph.current; block->count) {
        Op last = block->last().op;
        if (is_jump(last) || is_scope_exit(last)) use_next(new_block());
    }
    Instruction* i = graph.current->append(scratch_);
    i->op = op;
    i->oparg = oparg;
    i->at = at;
    return *i;
}

void Emitter::load_const(const Constant* value) {
    op(Op::LOAD_CONST, static_cast<int32_t>(unit_->constants.add(value)));
}

const Constant* Emitter::text_of(Identifier name) {
    auto* c = arena_.make<Constant>();
    c->kind = ConstantKind::Str;
    c->size = name.size();
    c->text = name.c_str();
    return c;
}

void Emitter::load_const(Identifier name) { load_const(text_of(name)); }

void Emitter::load_int(int64_t value) { load_const(make_int(arena_, value)); }

void Emitter::name_op(Op o, Identifier name) {
    op(o, static_cast<int32_t>(unit_->names.add(mangle(arena_, unit_->private_name, name))));
}

void Emitter::variable(Identifier name, ExprContext context) {
    if (failed_ || forbidden(name, context)) return;
    Identifier mangled = mangle(arena_, unit_->private_name, name);
    auto choose = [context](Op load, Op store, Op del) {
        return context == ExprContext::Load ? load : context == ExprContext::Store ? store : del;
    };
    bool in_function = unit_->scope->kind == BlockKind::Function;
    SymbolScope scope = unit_->scope->scope_of(mangled);
    if (scope == SymbolScope::Free || scope == SymbolScope::Cell) {
        uint32_t at =
            scope == SymbolScope::Cell ? unit_->cells.add(mangled) : unit_->frees.add(mangled) + unit_->cells.size();
        Op load = unit_->scope->kind == BlockKind::Class ? Op::LOAD_CLASSDEREF : Op::LOAD_DEREF;
        return op(choose(load, Op::STORE_DEREF, Op::DELETE_DEREF), static_cast<int32_t>(at));
    }
    if (scope == SymbolScope::Local && in_function) {
        return op(choose(Op::LOAD_FAST, Op::STORE_FAST, Op::DELETE_FAST),
                  static_cast<int32_t>(unit_->locals.add(mangled)));
    }
    auto at = static_cast<int32_t>(unit_->names.add(mangled));
    if (scope == SymbolScope::GlobalExplicit || (scope == SymbolScope::GlobalImplicit && in_function)) {
        // LOAD_GLOBAL's lowest bit says whether to push a NULL first.
        return op(choose(Op::LOAD_GLOBAL, Op::STORE_GLOBAL, Op::DELETE_GLOBAL),
                  context == ExprContext::Load ? at << 1 : at);
    }
    op(choose(Op::LOAD_NAME, Op::STORE_NAME, Op::DELETE_NAME), at);
}

void Emitter::yield_from(bool is_await) {
    Block *start = new_block(), *resume = new_block(), *exit = new_block();
    use_next(start);
    jump(Op::SEND, exit);
    use_next(resume);
    op(Op::YIELD_VALUE);
    op(Op::RESUME, is_await ? 3 : 2);
    jump(Op::JUMP_NO_INTERRUPT, start);
    use_next(exit);
}

void Emitter::yield_value() {
    if (unit_->scope->is_generator && unit_->scope->is_coroutine) op(Op::ASYNC_GEN_WRAP);
    op(Op::YIELD_VALUE);
    op(Op::RESUME, 1);
}

void Emitter::await_value(int kind) {
    op(Op::GET_AWAITABLE, kind);
    load_none();
    yield_from(true);
}

void Emitter::reraise_in_cleanup() {
    op(Op::COPY, 3);
    op(Op::POP_EXCEPT);
    op(Op::RERAISE, 1);
}

// An attribute access is shown at the attribute's name, which matters when it
// is on another line than the start of the expression.
void Emitter::at_attribute(const ast::Attribute& attribute) {
    Location& at = unit_->at;
    const Location& whole = attribute.location;
    if (at.lineno == whole.end_lineno) return;
    at.lineno = whole.end_lineno;
    int length = 0;
    for (unsigned char c : attribute.attr.view()) length += (c & 0xc0) != 0x80;
    if (length <= whole.end_col_offset) {
        at.col_offset = whole.end_col_offset - length;
    } else {
        at.col_offset = -1;
        at.end_col_offset = -1;
    }
}

// --- regions ---

void Emitter::push_region(const Region& region) {
    if (unit_->regions.size() >= kMaxRegions) return fail("too many statically nested blocks");
    unit_->regions.push_back(region);
}

void Emitter::call_exit_with_nones() {
    load_none();
    load_none();
    load_none();
    op(Op::PRECALL, 2);
    op(Op::CALL, 2);
}

void Emitter::unwind(const Region& region, bool keep_top) {
    auto below_top = [this, keep_top] {
        if (keep_top) op(Op::SWAP, 2);
    };
    switch (region.kind) {
        case RegionKind::WhileLoop:
        case RegionKind::ExceptionHandler:
        case RegionKind::ExceptionGroupHandler:
        case RegionKind::AsyncComprehension: return;
        case RegionKind::ForLoop:
        case RegionKind::PopValue: below_top(); return op(Op::POP_TOP);
        case RegionKind::TryExcept: return op(Op::POP_BLOCK);
        case RegionKind::FinallyTry:
            op(Op::POP_BLOCK);
            if (keep_top) push_region({RegionKind::PopValue});
            if (failed_) return;
            statements(*region.finally_body);
            if (keep_top) pop_region();
            return no_location();
        case RegionKind::FinallyEnd:
            below_top();
            op(Op::POP_TOP);
            below_top();
            op(Op::POP_BLOCK);
            return op(Op::POP_EXCEPT);
        case RegionKind::With:
        case RegionKind::AsyncWith:
            at(region.statement);
            op(Op::POP_BLOCK);
            below_top();
            call_exit_with_nones();
            if (region.kind == RegionKind::AsyncWith) await_value(2);
            op(Op::POP_TOP);
            return no_location();
        case RegionKind::HandlerCleanup:
            if (region.name) op(Op::POP_BLOCK);
            below_top();
            op(Op::POP_BLOCK);
            op(Op::POP_EXCEPT);
            if (region.name) clear_handler_name(region.name);
            return;
    }
}

// Emits what leaves all regions (up to the innermost loop if `to_loop`). Each
// region is taken off while its own clean-up is emitted, since that code runs
// outside of it.
const Region* Emitter::unwind_all(bool keep_top, bool to_loop) {
    std::vector<Region> taken;
    const Region* loop = nullptr;
    while (!unit_->regions.empty() && !failed_) {
        Region& top = unit_->regions.back();
        if (top.kind == RegionKind::ExceptionGroupHandler) {
            fail("'break', 'continue' and 'return' cannot appear in an except* block");
            break;
        }
        if (to_loop && (top.kind == RegionKind::WhileLoop || top.kind == RegionKind::ForLoop)) {
            loop = scratch_.make<Region>(top);
            break;
        }
        taken.push_back(top);
        unit_->regions.pop_back();
        unwind(taken.back(), keep_top);
    }
    while (!taken.empty()) {
        unit_->regions.push_back(taken.back());
        taken.pop_back();
    }
    return loop;
}

}  // namespace orochi::language
