// Code blocks: functions, classes, lambdas, comprehensions.
#include <algorithm>

#include "language/compiler/emitter.hpp"
#include "language/compiler/unparse.hpp"

namespace orochi::language {

using namespace ast;
using Value = language::Constant;

// --- units ---

void Emitter::enter(Identifier name, UnitKind kind, const Node* node, int first_line) {
    units_.push_back(std::make_unique<Unit>());
    Unit* unit = units_.back().get();
    unit->kind = kind;
    unit->name = unit->qualname = name;
    unit->scope = table_.of(node);
    unit->parent = unit_;
    unit->first_line = first_line;
    unit->graph.scratch = &scratch_;
    unit->graph.result = &arena_;
    if (unit_) unit->private_name = unit_->private_name;
    for (Identifier parameter : unit->scope->parameters) unit->locals.add(parameter);
    // Cells and free variables are numbered in the order of their names.
    std::vector<Identifier> cells, frees;
    for (const Symbol& symbol : unit->scope->symbols) {
        if (symbol.scope == SymbolScope::Cell) cells.push_back(symbol.name);
        if (symbol.scope == SymbolScope::Free || (symbol.flags & kDefFreeClass)) frees.push_back(symbol.name);
    }
    auto by_text = [](Identifier a, Identifier b) { return a.view() < b.view(); };
    std::sort(cells.begin(), cells.end(), by_text);
    std::sort(frees.begin(), frees.end(), by_text);
    for (Identifier cell : cells) unit->cells.add(cell);
    if (unit->scope->needs_class_closure) unit->cells.add(class_);
    for (Identifier free : frees) unit->frees.add(free);

    unit_ = unit;
    ++nesting_;
    unit->graph.current = unit->graph.new_block();
    unit->at = {first_line, 0, first_line, 0};
    if (kind == UnitKind::Module)
        unit->at.lineno = 0;
    else
        set_qualname();
    op(Op::RESUME, 0);
    if (kind == UnitKind::Module) unit->at.lineno = 1;
}

void Emitter::set_qualname() {
    Unit* parent = unit_->parent;
    if (!parent || parent->kind == UnitKind::Module) return;
    if (unit_->kind == UnitKind::Function || unit_->kind == UnitKind::AsyncFunction || unit_->kind == UnitKind::Class) {
        Identifier mangled = mangle(arena_, parent->private_name, unit_->name);
        if (parent->scope->scope_of(mangled) == SymbolScope::GlobalExplicit) return;
    }
    std::string text(parent->qualname.view());
    if (parent->kind == UnitKind::Function || parent->kind == UnitKind::AsyncFunction ||
        parent->kind == UnitKind::Lambda) {
        text += ".<locals>";
    }
    text += ".";
    text += unit_->name.view();
    unit_->qualname = arena_.intern(text);
}

uint32_t Emitter::code_flags() const {
    const Scope& scope = *unit_->scope;
    uint32_t flags = flags_ & 0x1fe0000;  // the futures
    if (scope.kind == BlockKind::Function) {
        flags |= kCodeNewLocals | kCodeOptimized;
        if (scope.nested) flags |= kCodeNested;
        if (scope.is_generator)
            flags |= scope.is_coroutine ? kCodeAsyncGenerator : kCodeGenerator;
        else if (scope.is_coroutine)
            flags |= kCodeCoroutine;
        if (scope.has_varargs) flags |= kCodeVarargs;
        if (scope.has_varkeywords) flags |= kCodeVarkeywords;
    }
    if (top_level_await() && scope.is_coroutine && !scope.is_generator) flags |= kCodeCoroutine;
    return flags;
}

const CodeUnit* Emitter::leave(bool add_none) {
    const CodeUnit* code = nullptr;
    if (!failed_) {
        // What falls off the end returns None.
        Block* block = unit_->graph.current;
        if (block->count == 0 || block->last().op != Op::RETURN_VALUE) {
            no_location();
            if (add_none) load_none();
            op(Op::RETURN_VALUE);
        }
        code = assemble(*unit_, code_flags(), options_.filename, arena_);
    }
    unit_ = unit_->parent;
    units_.pop_back();
    --nesting_;
    return code;
}

void Emitter::make_closure(const CodeUnit* code, uint32_t flags) {
    if (failed_) return;
    int captured = 0;
    for (uint32_t i = 0; i < code->localsplusnames.size(); ++i) {
        if (!(code->localspluskinds[i] & kLocalFree)) continue;
        Identifier name = code->localsplusnames[i];
        // A name both bound in a class and free in its methods is captured from around the class.
        bool is_cell =
            (unit_->kind == UnitKind::Class && name == class_) || unit_->scope->scope_of(name) == SymbolScope::Cell;
        uint32_t at = is_cell ? unit_->cells.find(name) : unit_->frees.find(name) + unit_->cells.size();
        op(Op::LOAD_CLOSURE, static_cast<int32_t>(at));
        ++captured;
    }
    if (captured) {
        flags |= 8;
        op(Op::BUILD_TUPLE, captured);
    }
    op(Op::LOAD_CONST, static_cast<int32_t>(unit_->constants.add(code)));
    op(Op::MAKE_FUNCTION, static_cast<int32_t>(flags));
}

// --- functions ---

void Emitter::decorators(const Sequence<ExprNode*>& row) { expressions(row); }

void Emitter::apply_decorators(const Sequence<ExprNode*>& row) {
    Location outer = unit_->at;
    for (uint32_t i = row.size(); i-- > 0;) {
        at(row[i]);
        op(Op::PRECALL, 0);
        op(Op::CALL, 0);
    }
    unit_->at = outer;
}

bool Emitter::check_parameters(const Arguments& args) {
    auto each = [this](const Sequence<Arg*>& row) {
        for (Arg* a : row) {
            if (forbidden(a->arg, ExprContext::Store)) return false;
        }
        return true;
    };
    return each(args.posonlyargs) && each(args.args) &&
           !(args.vararg && forbidden(args.vararg->arg, ExprContext::Store)) && each(args.kwonlyargs) &&
           !(args.kwarg && forbidden(args.kwarg->arg, ExprContext::Store));
}

uint32_t Emitter::default_arguments(const Arguments& args) {
    uint32_t flags = 0;
    if (!args.defaults.empty()) {
        flags |= 1;
        expressions(args.defaults);
        op(Op::BUILD_TUPLE, static_cast<int32_t>(args.defaults.size()));
    }
    std::vector<const Value*> keys;
    for (uint32_t i = 0; i < args.kwonlyargs.size() && i < args.kw_defaults.size(); ++i) {
        if (!args.kw_defaults[i]) continue;
        keys.push_back(text_of(mangle(arena_, unit_->private_name, args.kwonlyargs[i]->arg)));
        expression(args.kw_defaults[i]);
    }
    if (!keys.empty()) {
        flags |= 2;
        load_const(make_tuple(arena_, keys.data(), keys.size()));
        op(Op::BUILD_CONST_KEY_MAP, static_cast<int32_t>(keys.size()));
    }
    return flags;
}

void Emitter::annotation_value(ExprNode* e) {
    if (!(flags_ & kFutureAnnotations)) return expression(e);
    std::string text;
    if (!unparse(*e, limit_, text)) return fail_recursion();
    load_const(make_str(arena_, text));
}

uint32_t Emitter::annotation(Identifier name, ExprNode* e) {
    if (!e) return 0;
    load_const(mangle(arena_, unit_->private_name, name));
    if (!(flags_ & kFutureAnnotations) && e->kind == Kind::Starred) {
        // PEP 646: *args: *Ts
        expression(as<Starred>(e)->value);
        op(Op::UNPACK_SEQUENCE, 1);
    } else {
        annotation_value(e);
    }
    return 2;
}

bool Emitter::annotations(const Arguments& args, ExprNode* returns) {
    uint32_t count = 0;
    for (Arg* a : args.args) count += annotation(a->arg, a->annotation);
    for (Arg* a : args.posonlyargs) count += annotation(a->arg, a->annotation);
    if (args.vararg) count += annotation(args.vararg->arg, args.vararg->annotation);
    for (Arg* a : args.kwonlyargs) count += annotation(a->arg, a->annotation);
    if (args.kwarg) count += annotation(args.kwarg->arg, args.kwarg->annotation);
    count += annotation(return_, returns);
    if (count) op(Op::BUILD_TUPLE, static_cast<int32_t>(count));
    return count != 0;
}

template <class F>
void Emitter::function(F* f, UnitKind kind) {
    if (!check_parameters(*f->args)) return;
    decorators(f->decorator_list);
    int first_line = f->decorator_list.empty() ? f->location.lineno : f->decorator_list[0]->location.lineno;
    uint32_t flags = default_arguments(*f->args);
    if (annotations(*f->args, f->returns)) flags |= 4;
    if (failed_) return;
    enter(f->name, kind, f, first_line);
    const Value* docstring = options_.optimize < 2 ? docstring_of(f->body) : nullptr;
    unit_->constants.add(docstring ? docstring : none_);
    unit_->argcount = static_cast<int>(f->args->args.size());
    unit_->posonlyargcount = static_cast<int>(f->args->posonlyargs.size());
    unit_->kwonlyargcount = static_cast<int>(f->args->kwonlyargs.size());
    statements(f->body.from(docstring ? 1 : 0));
    const CodeUnit* code = leave(true);
    make_closure(code, flags);
    apply_decorators(f->decorator_list);
    variable(f->name, ExprContext::Store);
}

template void Emitter::function(FunctionDef*, UnitKind);
template void Emitter::function(AsyncFunctionDef*, UnitKind);

void Emitter::lambda(Lambda* e) {
    if (!check_parameters(*e->args)) return;
    uint32_t flags = default_arguments(*e->args);
    if (failed_) return;
    enter(arena_.intern("<lambda>"), UnitKind::Lambda, e, e->location.lineno);
    unit_->constants.add(none_);  // no docstring
    unit_->argcount = static_cast<int>(e->args->args.size());
    unit_->posonlyargcount = static_cast<int>(e->args->posonlyargs.size());
    unit_->kwonlyargcount = static_cast<int>(e->args->kwonlyargs.size());
    expression(e->body);
    bool is_generator = unit_->scope->is_generator;
    if (!is_generator) op(Op::RETURN_VALUE);
    make_closure(leave(!is_generator), flags);
}

void Emitter::class_definition(ClassDef* c) {
    decorators(c->decorator_list);
    int first_line = c->decorator_list.empty() ? c->location.lineno : c->decorator_list[0]->location.lineno;
    if (failed_) return;
    enter(c->name, UnitKind::Class, c, first_line);
    unit_->private_name = c->name;
    variable(name_, ExprContext::Load);
    variable(module_, ExprContext::Store);
    load_const(unit_->qualname);
    variable(qualname_, ExprContext::Store);
    body(c->body);
    no_location();
    if (unit_->scope->needs_class_closure) {
        op(Op::LOAD_CLOSURE, static_cast<int32_t>(unit_->cells.find(class_)));
        op(Op::COPY, 1);
        variable(classcell_, ExprContext::Store);
    } else {
        load_none();
    }
    op(Op::RETURN_VALUE);
    const CodeUnit* code = leave(true);
    if (failed_) return;
    op(Op::PUSH_NULL);
    op(Op::LOAD_BUILD_CLASS);
    make_closure(code, 0);
    load_const(c->name);
    if (!failed_ && check_keywords(c->keywords)) call_arguments(2, c->bases, c->keywords);
    apply_decorators(c->decorator_list);
    variable(c->name, ExprContext::Store);
}

// --- comprehensions ---

struct Emitter::ComprehensionParts {
    ComprehensionKind kind;
    const Sequence<Comprehension*>& generators;
    ExprNode* element;
    ExprNode* value;
};

void Emitter::comprehension(ExprNode* e, ComprehensionKind kind, Identifier name,
                            const Sequence<Comprehension*>& generators, ExprNode* element, ExprNode* value) {
    bool at_top_level = top_level_await();
    bool in_coroutine = unit_->kind == UnitKind::AsyncFunction || unit_->kind == UnitKind::Comprehension;
    Comprehension* outermost = generators[0];
    enter(name, UnitKind::Comprehension, e, e->location.lineno);
    at(e);
    bool is_async = unit_->scope->is_coroutine;
    bool is_generator = kind == ComprehensionKind::Generator;
    if (is_async && !in_coroutine && !is_generator && !at_top_level) {
        fail("asynchronous comprehension outside of an asynchronous function");
    }
    switch (kind) {
        case ComprehensionKind::List: op(Op::BUILD_LIST, 0); break;
        case ComprehensionKind::Set: op(Op::BUILD_SET, 0); break;
        case ComprehensionKind::Dict: op(Op::BUILD_MAP, 0); break;
        default: break;
    }
    generator({kind, generators, element, value}, 0, 0);
    if (!is_generator) op(Op::RETURN_VALUE);
    const CodeUnit* code = leave(true);
    if (failed_) return;
    if (at_top_level && is_async) unit_->scope->is_coroutine = true;
    make_closure(code, 0);
    expression(outermost->iter);
    op(outermost->is_async ? Op::GET_AITER : Op::GET_ITER);
    op(Op::PRECALL, 0);
    op(Op::CALL, 0);
    if (is_async && !is_generator) await_value(0);
}

void Emitter::generator(const ComprehensionParts& parts, uint32_t index, int depth) {
    if (failed_) return;
    if (parts.generators[index]->is_async)
        async_generator(parts, index, depth);
    else
        sync_generator(parts, index, depth);
}

void Emitter::comprehension_element(const ComprehensionParts& parts, int depth) {
    expression(parts.element);
    switch (parts.kind) {
        case ComprehensionKind::Generator: yield_value(); return op(Op::POP_TOP);
        case ComprehensionKind::List: return op(Op::LIST_APPEND, depth + 1);
        case ComprehensionKind::Set: return op(Op::SET_ADD, depth + 1);
        case ComprehensionKind::Dict: expression(parts.value); return op(Op::MAP_ADD, depth + 1);
        default: return;
    }
}

void Emitter::sync_generator(const ComprehensionParts& parts, uint32_t index, int depth) {
    Block *start = new_block(), *if_cleanup = new_block(), *anchor = new_block();
    Comprehension* part = parts.generators[index];
    if (index == 0) {
        // The outermost iterator is the block's only argument.
        unit_->argcount = 1;
        op(Op::LOAD_FAST, 0);
    } else {
        // `for y in [f(x)]` is an assignment.
        Sequence<ExprNode*> items;
        if (auto* list = try_as<List>(static_cast<Node*>(part->iter)))
            items = list->elts;
        else if (auto* tuple = try_as<Tuple>(static_cast<Node*>(part->iter)))
            items = tuple->elts;
        if (items.size() == 1 && items[0]->kind != Kind::Starred) {
            expression(items[0]);
            start = nullptr;
        } else {
            expression(part->iter);
            op(Op::GET_ITER);
        }
    }
    if (start) {
        ++depth;
        use_next(start);
        jump(Op::FOR_ITER, anchor);
    }
    expression(part->target);
    for (ExprNode* condition : part->ifs) jump_if(condition, if_cleanup, false);
    if (index + 1 < parts.generators.size())
        generator(parts, index + 1, depth);
    else
        comprehension_element(parts, depth);
    use_next(if_cleanup);
    if (start) {
        jump(Op::JUMP, start);
        use_next(anchor);
    }
}

void Emitter::async_generator(const ComprehensionParts& parts, uint32_t index, int depth) {
    Block *start = new_block(), *except = new_block(), *if_cleanup = new_block();
    Comprehension* part = parts.generators[index];
    if (index == 0) {
        unit_->argcount = 1;
        op(Op::LOAD_FAST, 0);
    } else {
        expression(part->iter);
        op(Op::GET_AITER);
    }
    use_next(start);
    push_region({RegionKind::AsyncComprehension, start});
    if (failed_) return;
    jump(Op::SETUP_FINALLY, except);
    op(Op::GET_ANEXT);
    load_none();
    yield_from(true);
    op(Op::POP_BLOCK);
    expression(part->target);
    for (ExprNode* condition : part->ifs) jump_if(condition, if_cleanup, false);
    ++depth;
    if (index + 1 < parts.generators.size())
        generator(parts, index + 1, depth);
    else
        comprehension_element(parts, depth);
    use_next(if_cleanup);
    jump(Op::JUMP, start);
    if (failed_) return;
    pop_region();
    use_next(except);
    op(Op::END_ASYNC_FOR);
}

}  // namespace orochi::language
