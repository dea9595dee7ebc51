#include "language/compiler/emitter.hpp"

namespace orochi::language {

using namespace ast;
using Value = language::Constant;

namespace {

bool has_annotation(const Sequence<StmtNode*>& row);

template <class T>
bool has_annotation_in_try(const T* t) {
    for (const ExceptHandler* handler : t->handlers) {
        if (has_annotation(handler->body)) return true;
    }
    return has_annotation(t->body) || has_annotation(t->finalbody) || has_annotation(t->orelse);
}

// Those inside `match` are overlooked, as the reference overlooks them: such a
// module has no __annotations__ until another statement makes them.
bool has_annotation(const StmtNode* s) {
    switch (s->kind) {
        case Kind::AnnAssign: return true;
        case Kind::For: return has_annotation(as<For>(s)->body) || has_annotation(as<For>(s)->orelse);
        case Kind::AsyncFor: return has_annotation(as<AsyncFor>(s)->body) || has_annotation(as<AsyncFor>(s)->orelse);
        case Kind::While: return has_annotation(as<While>(s)->body) || has_annotation(as<While>(s)->orelse);
        case Kind::If: return has_annotation(as<If>(s)->body) || has_annotation(as<If>(s)->orelse);
        case Kind::With: return has_annotation(as<With>(s)->body);
        case Kind::AsyncWith: return has_annotation(as<AsyncWith>(s)->body);
        case Kind::Try: return has_annotation_in_try(as<Try>(s));
        case Kind::TryStar: return has_annotation_in_try(as<TryStar>(s));
        default: return false;
    }
}

bool has_annotation(const Sequence<StmtNode*>& row) {
    for (const StmtNode* s : row) {
        if (has_annotation(s)) return true;
    }
    return false;
}

}  // namespace

const CodeUnit* Emitter::module(ModNode& tree) {
    enter(arena_.intern("<module>"), UnitKind::Module, &tree, 1);
    bool add_none = true;
    switch (tree.kind) {
        case Kind::Module: body(as<Module>(&tree)->body); break;
        case Kind::Interactive:
            if (has_annotation(as<Interactive>(&tree)->body)) op(Op::SETUP_ANNOTATIONS);
            interactive_ = true;
            statements(as<Interactive>(&tree)->body);
            break;
        case Kind::Expression:
            expression(as<Expression>(&tree)->body);
            add_none = false;
            break;
        default: fail("module kind not supported"); break;
    }
    return leave(add_none);
}

// The body of a module or class.
void Emitter::body(const Sequence<StmtNode*>& row) {
    if (unit_->kind == UnitKind::Module && !row.empty()) at(row[0]);
    if (has_annotation(row)) op(Op::SETUP_ANNOTATIONS);
    uint32_t first = 0;
    if (options_.optimize < 2 && docstring_of(row)) {
        first = 1;
        expression(as<Expr>(row[0])->value);
        no_location();
        variable(doc_, ExprContext::Store);
    }
    statements(row.from(first));
}

void Emitter::statements(const Sequence<StmtNode*>& row) {
    for (StmtNode* s : row) statement(s);
}

void Emitter::statement(StmtNode* s) {
    if (failed_) return;
    if (too_deep()) return fail_recursion();
    at(s);
    switch (s->kind) {
        case Kind::FunctionDef: return function(as<FunctionDef>(s), UnitKind::Function);
        case Kind::AsyncFunctionDef: return function(as<AsyncFunctionDef>(s), UnitKind::AsyncFunction);
        case Kind::ClassDef: return class_definition(as<ClassDef>(s));
        case Kind::Return: return return_statement(as<Return>(s));
        case Kind::Delete: return expressions(as<Delete>(s)->targets);
        case Kind::Assign: return assign(as<Assign>(s));
        case Kind::AugAssign: return augmented_assign(as<AugAssign>(s));
        case Kind::AnnAssign: return annotated_assign(as<AnnAssign>(s));
        case Kind::For: return for_loop(as<For>(s));
        case Kind::AsyncFor: return async_for_loop(as<AsyncFor>(s));
        case Kind::While: return while_loop(as<While>(s));
        case Kind::If: return if_statement(as<If>(s));
        case Kind::Match: return match(as<Match>(s));
        case Kind::With: return with(s, as<With>(s)->items, as<With>(s)->body, 0, false);
        case Kind::AsyncWith: return with(s, as<AsyncWith>(s)->items, as<AsyncWith>(s)->body, 0, true);
        case Kind::Raise: {
            auto* r = as<Raise>(s);
            if (r->exc) expression(r->exc);
            if (r->exc && r->cause) expression(r->cause);
            return op(Op::RAISE_VARARGS, !r->exc ? 0 : r->cause ? 2 : 1);
        }
        case Kind::Try: return try_statement(as<Try>(s));
        case Kind::TryStar: return try_star_statement(as<TryStar>(s));
        case Kind::Assert: return assert_statement(as<Assert>(s));
        case Kind::Import: return import(as<Import>(s));
        case Kind::ImportFrom: return import_from(as<ImportFrom>(s));
        case Kind::Expr: return expression_statement(as<Expr>(s)->value);
        case Kind::Pass: return op(Op::NOP);
        case Kind::Break: return break_statement();
        case Kind::Continue: return continue_statement();
        default: return;  // global, nonlocal
    }
}

void Emitter::expression_statement(ExprNode* value) {
    if (interactive_ && nesting_ <= 1) {
        expression(value);
        return op(Op::PRINT_EXPR);
    }
    if (value->kind == Kind::Constant) return op(Op::NOP);
    expression(value);
    no_location();
    op(Op::POP_TOP);
}

void Emitter::return_statement(Return* s) {
    bool keep_top = s->value && s->value->kind != Kind::Constant;
    if (unit_->scope->kind != BlockKind::Function) return fail("'return' outside function");
    if (s->value && unit_->scope->is_coroutine && unit_->scope->is_generator) {
        return fail("'return' with value in async generator");
    }
    if (keep_top) {
        expression(s->value);
    } else if (s->value) {
        at(s->value);
        op(Op::NOP);
    }
    if (!s->value || s->value->location.lineno != s->location.lineno) {
        at(s);
        op(Op::NOP);
    }
    unwind_all(keep_top, false);
    if (!s->value)
        load_none();
    else if (!keep_top)
        load_const(as<ast::Constant>(s->value)->value);
    op(Op::RETURN_VALUE);
}

void Emitter::assign(Assign* s) {
    expression(s->value);
    for (uint32_t i = 0; i < s->targets.size(); ++i) {
        if (i + 1 < s->targets.size()) op(Op::COPY, 1);
        expression(s->targets[i]);
    }
}

void Emitter::augmented_assign(AugAssign* s) {
    ExprNode* target = s->target;
    Location whole = unit_->at;
    at(target);
    switch (target->kind) {
        case Kind::Attribute:
            expression(as<Attribute>(target)->value);
            op(Op::COPY, 1);
            at_attribute(*as<Attribute>(target));
            name_op(Op::LOAD_ATTR, as<Attribute>(target)->attr);
            break;
        case Kind::Subscript:
            expression(as<Subscript>(target)->value);
            expression(as<Subscript>(target)->slice);
            op(Op::COPY, 2);
            op(Op::COPY, 2);
            op(Op::BINARY_SUBSCR);
            break;
        case Kind::Name: variable(as<Name>(target)->id, ExprContext::Load); break;
        default: return fail("invalid node type for augmented assignment");
    }
    unit_->at = whole;
    expression(s->value);
    binary_op(s->op, true);
    at(target);
    switch (target->kind) {
        case Kind::Attribute:
            at_attribute(*as<Attribute>(target));
            op(Op::SWAP, 2);
            return name_op(Op::STORE_ATTR, as<Attribute>(target)->attr);
        case Kind::Subscript:
            op(Op::SWAP, 3);
            op(Op::SWAP, 2);
            return op(Op::STORE_SUBSCR);
        default: return variable(as<Name>(target)->id, ExprContext::Store);
    }
}

void Emitter::evaluate_and_drop(ExprNode* e) {
    expression(e);
    op(Op::POP_TOP);
}

void Emitter::evaluate_and_drop_slice(ExprNode* e) {
    if (auto* s = try_as<Slice>(static_cast<Node*>(e))) {
        if (s->lower) evaluate_and_drop(s->lower);
        if (s->upper) evaluate_and_drop(s->upper);
        if (s->step) evaluate_and_drop(s->step);
    } else if (auto* t = try_as<Tuple>(static_cast<Node*>(e))) {
        for (ExprNode* item : t->elts) evaluate_and_drop_slice(item);
    } else {
        evaluate_and_drop(e);
    }
}

void Emitter::annotated_assign(AnnAssign* s) {
    bool future = flags_ & kFutureAnnotations;
    bool keeps_annotations = unit_->kind == UnitKind::Module || unit_->kind == UnitKind::Class;
    if (s->value) {
        expression(s->value);
        expression(s->target);
    }
    switch (s->target->kind) {
        case Kind::Name: {
            Identifier name = as<Name>(s->target)->id;
            if (forbidden(name, ExprContext::Store)) return;
            if (!s->simple || !keeps_annotations) break;
            annotation_value(s->annotation);
            name_op(Op::LOAD_NAME, annotations_);
            load_const(mangle(arena_, unit_->private_name, name));
            op(Op::STORE_SUBSCR);
            break;
        }
        case Kind::Attribute:
            if (forbidden(as<Attribute>(s->target)->attr, ExprContext::Store)) return;
            if (!s->value) evaluate_and_drop(as<Attribute>(s->target)->value);
            break;
        case Kind::Subscript:
            if (!s->value) {
                evaluate_and_drop(as<Subscript>(s->target)->value);
                evaluate_and_drop_slice(as<Subscript>(s->target)->slice);
            }
            break;
        default: return fail("invalid node type for annotated assignment");
    }
    if (!s->simple && !future && keeps_annotations) evaluate_and_drop(s->annotation);
}

void Emitter::for_loop(For* s) {
    Block *start = new_block(), *inside = new_block(), *cleanup = new_block(), *end = new_block();
    push_region({RegionKind::ForLoop, start, end});
    if (failed_) return;
    expression(s->iter);
    op(Op::GET_ITER);
    use_next(start);
    jump(Op::FOR_ITER, cleanup);
    use_next(inside);
    expression(s->target);
    statements(s->body);
    no_location();
    jump(Op::JUMP, start);
    use_next(cleanup);
    pop_region();
    statements(s->orelse);
    use_next(end);
}

void Emitter::async_for_loop(AsyncFor* s) {
    if (top_level_await())
        unit_->scope->is_coroutine = true;
    else if (unit_->kind != UnitKind::AsyncFunction)
        return fail("'async for' outside async function");
    Block *start = new_block(), *except = new_block(), *end = new_block();
    expression(s->iter);
    op(Op::GET_AITER);
    use_next(start);
    push_region({RegionKind::ForLoop, start, end});
    if (failed_) return;
    jump(Op::SETUP_FINALLY, except);
    op(Op::GET_ANEXT);
    load_none();
    yield_from(true);
    op(Op::POP_BLOCK);
    expression(s->target);
    statements(s->body);
    no_location();
    jump(Op::JUMP, start);
    pop_region();
    use_next(except);
    at(s->iter);
    op(Op::END_ASYNC_FOR);
    statements(s->orelse);
    use_next(end);
}

void Emitter::while_loop(While* s) {
    Block *loop = new_block(), *inside = new_block(), *anchor = new_block(), *end = new_block();
    use_next(loop);
    push_region({RegionKind::WhileLoop, loop, end});
    if (failed_) return;
    jump_if(s->test, anchor, false);
    use_next(inside);
    statements(s->body);
    at(s);
    jump_if(s->test, inside, true);
    pop_region();
    use_next(anchor);
    statements(s->orelse);
    use_next(end);
}

void Emitter::if_statement(If* s) {
    Block* end = new_block();
    Block* otherwise = s->orelse.empty() ? end : new_block();
    jump_if(s->test, otherwise, false);
    statements(s->body);
    if (!s->orelse.empty()) {
        jump_without_line(Op::JUMP, end);
        use_next(otherwise);
        statements(s->orelse);
    }
    use_next(end);
}

void Emitter::break_statement() {
    op(Op::NOP);
    Location own = unit_->at;
    const Region* loop = unwind_all(false, true);
    if (failed_) return;
    if (!loop) {
        unit_->at = own;
        return fail("'break' outside loop");
    }
    unwind(*loop, false);
    jump(Op::JUMP, loop->exit);
}

void Emitter::continue_statement() {
    op(Op::NOP);
    Location own = unit_->at;
    const Region* loop = unwind_all(false, true);
    if (failed_) return;
    if (!loop) {
        unit_->at = own;
        return fail("'continue' not properly in loop");
    }
    jump(Op::JUMP, loop->block);
}

void Emitter::assert_statement(Assert* s) {
    auto* tuple = try_as<Tuple>(static_cast<Node*>(s->test));
    auto* constant = try_as<ast::Constant>(static_cast<Node*>(s->test));
    if ((tuple && !tuple->elts.empty()) ||
        (constant && constant->value->is(ConstantKind::Tuple) && constant->value->size)) {
        warn("assertion is always true, perhaps remove parentheses?");
    }
    if (options_.optimize) return;
    Block* end = new_block();
    jump_if(s->test, end, true);
    op(Op::LOAD_ASSERTION_ERROR);
    if (s->msg) {
        expression(s->msg);
        op(Op::PRECALL, 0);
        op(Op::CALL, 0);
    }
    op(Op::RAISE_VARARGS, 1);
    use_next(end);
}

void Emitter::import(Import* s) {
    for (Alias* alias : s->names) {
        load_int(0);
        load_none();
        name_op(Op::IMPORT_NAME, alias->name);
        if (alias->asname) {
            import_as(alias->name, alias->asname);
        } else {
            std::string_view text = alias->name.view();
            size_t dot = text.find('.');
            variable(dot == std::string_view::npos ? alias->name : arena_.intern(text.substr(0, dot)),
                     ExprContext::Store);
        }
    }
}

void Emitter::import_as(Identifier name, Identifier asname) {
    std::string_view text = name.view();
    size_t dot = text.find('.');
    if (dot == std::string_view::npos) return variable(asname, ExprContext::Store);
    while (true) {
        size_t start = dot + 1;
        dot = text.find('.', start);
        std::string_view part = text.substr(start, dot == std::string_view::npos ? dot : dot - start);
        op(Op::IMPORT_FROM, static_cast<int32_t>(unit_->names.add(arena_.intern(part))));
        if (dot == std::string_view::npos) break;
        op(Op::SWAP, 2);
        op(Op::POP_TOP);
    }
    variable(asname, ExprContext::Store);
    op(Op::POP_TOP);
}

void Emitter::import_from(ImportFrom* s) {
    load_int(s->level);
    if (s->location.lineno > future_line_ && s->module && s->module.is("__future__")) {
        return fail("from __future__ imports must occur at the beginning of the file");
    }
    auto names = scratch_.sequence<const Value*>(s->names.size());
    for (uint32_t i = 0; i < names.size(); ++i) names[i] = text_of(s->names[i]->name);
    load_const(make_tuple(arena_, names.data, names.count));
    name_op(Op::IMPORT_NAME, s->module ? s->module : empty_);
    for (uint32_t i = 0; i < s->names.size(); ++i) {
        Alias* alias = s->names[i];
        if (i == 0 && alias->name.view()[0] == '*') return op(Op::IMPORT_STAR);
        name_op(Op::IMPORT_FROM, alias->name);
        variable(alias->asname ? alias->asname : alias->name, ExprContext::Store);
    }
    op(Op::POP_TOP);
}

void Emitter::with(const StmtNode* s, const Sequence<WithItem*>& items, const Sequence<StmtNode*>& inside,
                   uint32_t position, bool is_async) {
    if (failed_) return;
    if (is_async) {
        if (top_level_await())
            unit_->scope->is_coroutine = true;
        else if (unit_->kind != UnitKind::AsyncFunction)
            return fail("'async with' outside async function");
    }
    WithItem* item = items[position];
    Block *block = new_block(), *final = new_block(), *exit = new_block(), *cleanup = new_block();
    expression(item->context_expr);
    op(is_async ? Op::BEFORE_ASYNC_WITH : Op::BEFORE_WITH);
    if (is_async) await_value(1);
    jump(Op::SETUP_WITH, final);
    use_next(block);
    Region region{is_async ? RegionKind::AsyncWith : RegionKind::With, block, final};
    region.statement = s;
    push_region(region);
    if (failed_) return;
    if (item->optional_vars)
        expression(item->optional_vars);
    else
        op(Op::POP_TOP);
    if (position + 1 == items.size())
        statements(inside);
    else
        with(s, items, inside, position + 1, is_async);
    if (failed_) return;
    pop_region();
    if (!is_async) no_location();
    op(Op::POP_BLOCK);
    // Left normally: __exit__(None, None, None).
    at(s);
    call_exit_with_nones();
    if (is_async) await_value(2);
    op(Op::POP_TOP);
    jump(Op::JUMP, exit);
    // Left by an exception.
    use_next(final);
    jump(Op::SETUP_CLEANUP, cleanup);
    op(Op::PUSH_EXC_INFO);
    op(Op::WITH_EXCEPT_START);
    if (is_async) await_value(2);
    with_except_finish(cleanup);
    use_next(exit);
}

void Emitter::with_except_finish(Block* cleanup) {
    Block* suppress = new_block();
    jump(Op::POP_JUMP_IF_TRUE, suppress);
    op(Op::RERAISE, 2);
    no_location();
    use_next(cleanup);
    reraise_in_cleanup();
    use_next(suppress);
    op(Op::POP_TOP);
    op(Op::POP_BLOCK);
    op(Op::POP_EXCEPT);
    op(Op::POP_TOP);
    op(Op::POP_TOP);
}

}  // namespace orochi::language
