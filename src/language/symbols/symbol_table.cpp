// First pass: what each block binds and uses.
#include "language/symbols/symbol_table.hpp"

#include "language/symbols/resolve.hpp"

namespace orochi::language {

using namespace ast;

namespace {

class Collector {
public:
    Collector(SymbolTable& table, Arena& arena, bool future_annotations, const DepthLimit& limit, Diagnostic& error)
        : table_(table),
          arena_(arena),
          future_annotations_(future_annotations),
          limit_(limit),
          error_(error),
          name_super_(arena.intern("super")),
          name_class_(arena.intern("__class__")) {}

    bool run(ModNode& tree) {
        global_ = table_.top = enter("top", BlockKind::Module, &tree, Location{});
        switch (tree.kind) {
            case Kind::Module: statements(as<Module>(&tree)->body); break;
            case Kind::Interactive: statements(as<Interactive>(&tree)->body); break;
            case Kind::Expression: expression(as<Expression>(&tree)->body); break;
            default: fail(Location{}, "this compiler does not handle FunctionTypes"); break;
        }
        leave();
        return !failed_;
    }

private:
    void fail(const Location& location, std::string message) {
        if (failed_) return;
        failed_ = true;
        error_ = error_at(location, std::move(message));
    }

    static std::string quoted(std::string_view before, Identifier name, std::string_view after) {
        std::string text(before);
        text.append("'").append(name.view()).append("'").append(after);
        return text;
    }

    // --- blocks ---

    Scope* enter(std::string_view name, BlockKind kind, const Node* node, const Location& location) {
        return enter(arena_.intern(name), kind, node, location);
    }

    Scope* enter(Identifier name, BlockKind kind, const Node* node, const Location& location) {
        table_.scopes.push_back(std::make_unique<Scope>());
        Scope* scope = table_.scopes.back().get();
        scope->name = name;
        scope->kind = kind;
        scope->node = node;
        scope->location = location;
        Scope* parent = current_;
        scope->nested = parent && (parent->nested || parent->kind == BlockKind::Function);
        if (parent) scope->iteration_expression_depth = parent->iteration_expression_depth;
        stack_.push_back(scope);
        current_ = scope;
        // Annotations that are only text have no influence on the names around them.
        if (kind == BlockKind::Annotation) return scope;
        table_.by_node.insert(node, scope);
        if (parent) parent->children.push_back(scope);
        return scope;
    }

    void leave() {
        stack_.pop_back();
        current_ = stack_.empty() ? nullptr : stack_.back();
    }

    // --- definitions ---

    uint32_t flags_of(const Scope& scope, Identifier name) {
        const Symbol* symbol = scope.find(mangle(arena_, private_, name));
        return symbol ? symbol->flags : 0;
    }

    void define(Identifier name, uint32_t flag, const Location& location) { define(name, flag, location, *current_); }

    void define(Identifier name, uint32_t flag, const Location& location, Scope& scope) {
        if (failed_) return;
        Identifier mangled = mangle(arena_, private_, name);
        Symbol* symbol = scope.find(mangled);
        if (!symbol) {
            scope.index.insert(mangled, static_cast<uint32_t>(scope.symbols.size()));
            scope.symbols.push_back({mangled});
            symbol = &scope.symbols.back();
        } else if ((flag & kDefParam) && (symbol->flags & kDefParam)) {
            return fail(location, quoted("duplicate argument ", name, " in function definition"));
        }
        symbol->flags |= flag;
        if (scope.in_iteration_target) {
            // A name that a walrus inside the comprehension already sends outwards cannot also iterate.
            if (symbol->flags & (kDefGlobal | kDefNonlocal)) {
                return fail(location,
                            quoted("comprehension inner loop cannot rebind assignment expression target ", name, ""));
            }
            symbol->flags |= kDefIterationVariable;
        }
        if (flag & kDefParam) {
            scope.parameters.push_back(mangled);
        } else if ((flag & kDefGlobal) && &scope != global_) {
            Symbol* global = global_->find(mangled);
            if (!global) {
                global_->index.insert(mangled, static_cast<uint32_t>(global_->symbols.size()));
                global_->symbols.push_back({mangled});
                global = &global_->symbols.back();
            }
            global->flags |= flag;
        }
    }

    void record_directive(Identifier name, const Location& location) {
        current_->directives.push_back({mangle(arena_, private_, name), location});
    }

    bool enter_recursion() {
        if (failed_) return false;
        if (!limit_.allows(++depth_)) {
            failed_ = true;
            error_ = recursion_error();
            return false;
        }
        return true;
    }

    // --- statements ---

    void statements(const Sequence<StmtNode*>& body) {
        for (StmtNode* s : body) statement(s);
    }

    void statement(StmtNode* s) {
        if (!enter_recursion()) return;
        statement_inner(s);
        --depth_;
    }

    template <class F>
    void function_definition(F* f, bool is_async) {
        define(f->name, kDefLocal, f->location);
        defaults(*f->args);
        annotations(f, *f->args, f->returns);
        expressions(f->decorator_list);
        enter(f->name, BlockKind::Function, f, f->location);
        current_->is_coroutine = is_async;
        parameters(*f->args);
        statements(f->body);
        leave();
    }

    void statement_inner(StmtNode* s) {
        switch (s->kind) {
            case Kind::FunctionDef: return function_definition(as<FunctionDef>(s), false);
            case Kind::AsyncFunctionDef: return function_definition(as<AsyncFunctionDef>(s), true);
            case Kind::ClassDef: {
                auto* c = as<ClassDef>(s);
                define(c->name, kDefLocal, c->location);
                expressions(c->bases);
                for (Keyword* k : c->keywords) expression(k->value);
                expressions(c->decorator_list);
                enter(c->name, BlockKind::Class, c, c->location);
                Identifier outer = private_;
                private_ = c->name;
                statements(c->body);
                private_ = outer;
                return leave();
            }
            case Kind::Return:
                if (auto* value = as<Return>(s)->value) {
                    expression(value);
                    current_->returns_value = true;
                }
                return;
            case Kind::Delete: return expressions(as<Delete>(s)->targets);
            case Kind::Assign: expressions(as<Assign>(s)->targets); return expression(as<Assign>(s)->value);
            case Kind::AugAssign: expression(as<AugAssign>(s)->target); return expression(as<AugAssign>(s)->value);
            case Kind::AnnAssign: return annotated_assignment(as<AnnAssign>(s));
            case Kind::For: return loop(as<For>(s));
            case Kind::AsyncFor: return loop(as<AsyncFor>(s));
            case Kind::While:
                expression(as<While>(s)->test);
                statements(as<While>(s)->body);
                return statements(as<While>(s)->orelse);
            case Kind::If:
                expression(as<If>(s)->test);
                statements(as<If>(s)->body);
                return statements(as<If>(s)->orelse);
            case Kind::With: return with(as<With>(s)->items, as<With>(s)->body);
            case Kind::AsyncWith: return with(as<AsyncWith>(s)->items, as<AsyncWith>(s)->body);
            case Kind::Match:
                expression(as<Match>(s)->subject);
                for (MatchCase* c : as<Match>(s)->cases) {
                    pattern(c->pattern);
                    optional(c->guard);
                    statements(c->body);
                }
                return;
            case Kind::Raise: optional(as<Raise>(s)->exc); return optional(as<Raise>(s)->cause);
            case Kind::Try: return try_statement(as<Try>(s));
            case Kind::TryStar: return try_statement(as<TryStar>(s));
            case Kind::Assert: expression(as<Assert>(s)->test); return optional(as<Assert>(s)->msg);
            case Kind::Import:
                for (Alias* a : as<Import>(s)->names) alias(a);
                return;
            case Kind::ImportFrom:
                for (Alias* a : as<ImportFrom>(s)->names) alias(a);
                return;
            case Kind::Global: return declaration(as<Global>(s)->names, s->location, kDefGlobal);
            case Kind::Nonlocal: return declaration(as<Nonlocal>(s)->names, s->location, kDefNonlocal);
            case Kind::Expr: return expression(as<Expr>(s)->value);
            default: return;  // pass, break, continue
        }
    }

    template <class F>
    void loop(F* f) {
        expression(f->target);
        expression(f->iter);
        statements(f->body);
        statements(f->orelse);
    }

    void with(const Sequence<WithItem*>& items, const Sequence<StmtNode*>& body) {
        for (WithItem* item : items) {
            expression(item->context_expr);
            optional(item->optional_vars);
        }
        statements(body);
    }

    template <class T>
    void try_statement(T* t) {
        statements(t->body);
        statements(t->orelse);
        for (ExceptHandler* handler : t->handlers) {
            optional(handler->type);
            if (handler->name) define(handler->name, kDefLocal, handler->location);
            statements(handler->body);
        }
        statements(t->finalbody);
    }

    void alias(Alias* a) {
        Identifier stored = a->asname ? a->asname : a->name;
        std::string_view text = stored.view();
        if (text == "*") {
            if (current_->kind != BlockKind::Module) fail(a->location, "import * only allowed at module level");
            return;
        }
        size_t dot = text.find('.');
        if (!a->asname && dot != std::string_view::npos) stored = arena_.intern(text.substr(0, dot));
        define(stored, kDefImport, a->location);
    }

    void declaration(const Sequence<Identifier>& names, const Location& location, uint32_t flag) {
        bool is_global = flag == kDefGlobal;
        for (Identifier name : names) {
            uint32_t flags = flags_of(*current_, name);
            if (flags & (kDefParam | kDefLocal | kUse | kDefAnnotation)) {
                if (flags & kDefParam) {
                    fail(location,
                         quoted("name ", name, is_global ? " is parameter and global" : " is parameter and nonlocal"));
                } else if (flags & kUse) {
                    fail(location, quoted("name ", name,
                                          is_global ? " is used prior to global declaration"
                                                    : " is used prior to nonlocal declaration"));
                } else if (flags & kDefAnnotation) {
                    fail(location,
                         quoted("annotated name ", name, is_global ? " can't be global" : " can't be nonlocal"));
                } else {
                    fail(location, quoted("name ", name,
                                          is_global ? " is assigned to before global declaration"
                                                    : " is assigned to before nonlocal declaration"));
                }
                return;
            }
            define(name, flag, location);
            record_directive(name, location);
        }
    }

    void annotated_assignment(AnnAssign* a) {
        if (auto* target = try_as<Name>(static_cast<Node*>(a->target))) {
            uint32_t flags = flags_of(*current_, target->id);
            if ((flags & (kDefGlobal | kDefNonlocal)) && current_ != global_ && a->simple) {
                return fail(a->location, quoted("annotated name ", target->id,
                                                flags & kDefGlobal ? " can't be global" : " can't be nonlocal"));
            }
            if (a->simple)
                define(target->id, kDefAnnotation | kDefLocal, target->location);
            else if (a->value)
                define(target->id, kDefLocal, target->location);
        } else {
            expression(a->target);
        }
        annotation(a->annotation);
        optional(a->value);
    }

    // --- functions ---

    void defaults(const Arguments& args) {
        expressions(args.defaults);
        for (ExprNode* e : args.kw_defaults) optional(e);
    }

    void annotation(ExprNode* e) {
        if (future_annotations_) enter("_annotation", BlockKind::Annotation, e, e->location);
        expression(e);
        if (future_annotations_) leave();
    }

    void annotations(StmtNode* function, const Arguments& args, ExprNode* returns) {
        auto each = [&](const Sequence<Arg*>& row) {
            for (Arg* a : row) optional(a->annotation);
        };
        if (future_annotations_) enter("_annotation", BlockKind::Annotation, function, function->location);
        each(args.posonlyargs);
        each(args.args);
        if (args.vararg) optional(args.vararg->annotation);
        if (args.kwarg) optional(args.kwarg->annotation);
        each(args.kwonlyargs);
        if (future_annotations_) leave();
        if (returns) annotation(returns);
    }

    void parameters(const Arguments& args) {
        auto each = [&](const Sequence<Arg*>& row) {
            for (Arg* a : row) define(a->arg, kDefParam, a->location);
        };
        each(args.posonlyargs);
        each(args.args);
        each(args.kwonlyargs);
        if (args.vararg) {
            define(args.vararg->arg, kDefParam, args.vararg->location);
            current_->has_varargs = true;
        }
        if (args.kwarg) {
            define(args.kwarg->arg, kDefParam, args.kwarg->location);
            current_->has_varkeywords = true;
        }
    }

    // --- patterns ---

    void patterns(const Sequence<PatternNode*>& row) {
        for (PatternNode* p : row) pattern(p);
    }

    void pattern(PatternNode* p) {
        if (!enter_recursion()) return;
        pattern_inner(p);
        --depth_;
    }

    void pattern_inner(PatternNode* p) {
        switch (p->kind) {
            case Kind::MatchValue: return expression(as<MatchValue>(p)->value);
            case Kind::MatchSequence: return patterns(as<MatchSequence>(p)->patterns);
            case Kind::MatchStar:
                if (as<MatchStar>(p)->name) define(as<MatchStar>(p)->name, kDefLocal, p->location);
                return;
            case Kind::MatchMapping: {
                auto* m = as<MatchMapping>(p);
                expressions(m->keys);
                patterns(m->patterns);
                if (m->rest) define(m->rest, kDefLocal, p->location);
                return;
            }
            case Kind::MatchClass: {
                auto* m = as<MatchClass>(p);
                expression(m->cls);
                patterns(m->patterns);
                return patterns(m->kwd_patterns);
            }
            case Kind::MatchAs: {
                auto* m = as<MatchAs>(p);
                if (m->pattern) pattern(m->pattern);
                if (m->name) define(m->name, kDefLocal, p->location);
                return;
            }
            case Kind::MatchOr: return patterns(as<MatchOr>(p)->patterns);
            default: return;
        }
    }

    // --- expressions ---

    void optional(ExprNode* e) {
        if (e) expression(e);
    }

    void expressions(const Sequence<ExprNode*>& row) {
        for (ExprNode* e : row) expression(e);
    }

    void expression(ExprNode* e) {
        if (!enter_recursion()) return;
        expression_inner(e);
        --depth_;
    }

    bool forbid_in_annotation(std::string_view what, ExprNode* e) {
        if (current_->kind != BlockKind::Annotation) return true;
        fail(e->location, "'" + std::string(what) + "' can not be used within an annotation");
        return false;
    }

    void yield(ExprNode* e, ExprNode* value) {
        if (!forbid_in_annotation("yield expression", e)) return;
        optional(value);
        current_->is_generator = true;
        switch (current_->comprehension) {
            case ComprehensionKind::None: return;
            case ComprehensionKind::List: return fail(e->location, "'yield' inside list comprehension");
            case ComprehensionKind::Set: return fail(e->location, "'yield' inside set comprehension");
            case ComprehensionKind::Dict: return fail(e->location, "'yield' inside dict comprehension");
            case ComprehensionKind::Generator: return fail(e->location, "'yield' inside generator expression");
        }
    }

    void expression_inner(ExprNode* e) {
        switch (e->kind) {
            case Kind::BoolOp: return expressions(as<BoolOp>(e)->values);
            case Kind::NamedExpr:
                if (forbid_in_annotation("named expression", e)) named_expression(as<NamedExpr>(e));
                return;
            case Kind::BinOp: expression(as<BinOp>(e)->left); return expression(as<BinOp>(e)->right);
            case Kind::UnaryOp: return expression(as<UnaryOp>(e)->operand);
            case Kind::Lambda: {
                auto* lambda = as<Lambda>(e);
                defaults(*lambda->args);
                enter("lambda", BlockKind::Function, e, e->location);
                parameters(*lambda->args);
                expression(lambda->body);
                return leave();
            }
            case Kind::IfExp:
                expression(as<IfExp>(e)->test);
                expression(as<IfExp>(e)->body);
                return expression(as<IfExp>(e)->orelse);
            case Kind::Dict:
                for (ExprNode* key : as<Dict>(e)->keys) optional(key);
                return expressions(as<Dict>(e)->values);
            case Kind::Set: return expressions(as<Set>(e)->elts);
            case Kind::ListComp:
                return comprehension(e, "listcomp", ComprehensionKind::List, as<ListComp>(e)->generators,
                                     as<ListComp>(e)->elt, nullptr);
            case Kind::SetComp:
                return comprehension(e, "setcomp", ComprehensionKind::Set, as<SetComp>(e)->generators,
                                     as<SetComp>(e)->elt, nullptr);
            case Kind::DictComp:
                return comprehension(e, "dictcomp", ComprehensionKind::Dict, as<DictComp>(e)->generators,
                                     as<DictComp>(e)->key, as<DictComp>(e)->value);
            case Kind::GeneratorExp:
                return comprehension(e, "genexpr", ComprehensionKind::Generator, as<GeneratorExp>(e)->generators,
                                     as<GeneratorExp>(e)->elt, nullptr);
            case Kind::Await:
                if (!forbid_in_annotation("await expression", e)) return;
                expression(as<Await>(e)->value);
                current_->is_coroutine = true;
                return;
            case Kind::Yield: return yield(e, as<Yield>(e)->value);
            case Kind::YieldFrom: return yield(e, as<YieldFrom>(e)->value);
            case Kind::Compare: expression(as<Compare>(e)->left); return expressions(as<Compare>(e)->comparators);
            case Kind::Call:
                expression(as<Call>(e)->func);
                expressions(as<Call>(e)->args);
                for (Keyword* k : as<Call>(e)->keywords) expression(k->value);
                return;
            case Kind::FormattedValue:
                expression(as<FormattedValue>(e)->value);
                return optional(as<FormattedValue>(e)->format_spec);
            case Kind::JoinedStr: return expressions(as<JoinedStr>(e)->values);
            case Kind::Attribute: return expression(as<Attribute>(e)->value);
            case Kind::Subscript: expression(as<Subscript>(e)->value); return expression(as<Subscript>(e)->slice);
            case Kind::Starred: return expression(as<Starred>(e)->value);
            case Kind::Slice:
                optional(as<Slice>(e)->lower);
                optional(as<Slice>(e)->upper);
                return optional(as<Slice>(e)->step);
            case Kind::Name: {
                auto* name = as<Name>(e);
                define(name->id, name->ctx == ExprContext::Load ? kUse : kDefLocal, e->location);
                // super() without arguments needs the class.
                if (name->ctx == ExprContext::Load && current_->kind == BlockKind::Function &&
                    name->id == name_super_) {
                    define(name_class_, kUse, e->location);
                }
                return;
            }
            case Kind::List: return expressions(as<List>(e)->elts);
            case Kind::Tuple: return expressions(as<Tuple>(e)->elts);
            default: return;
        }
    }

    void named_expression(NamedExpr* e) {
        if (current_->iteration_expression_depth > 0) {
            return fail(e->location, "assignment expression cannot be used in a comprehension iterable expression");
        }
        if (current_->comprehension != ComprehensionKind::None) {
            // A tree made by hand may have another target, which is refused only where its name would be wanted.
            auto* target = ast::try_as<Name>(static_cast<ast::Node*>(e->target));
            if (!target)
                return fail(e->location, "target of an assignment expression in a comprehension must be a name");
            extend_named_expression(target);
        }
        if (failed_) return;
        expression(e->value);
        expression(e->target);
    }

    // PEP 572: the target of a walrus in a comprehension is bound in the block
    // that contains the outermost comprehension.
    void extend_named_expression(Name* target) {
        Identifier name = target->id;
        for (size_t i = stack_.size(); i-- > 0;) {
            Scope& scope = *stack_[i];
            // The reference looks for the name as it is written, not as it is mangled.
            const Symbol* known = scope.find(name);
            uint32_t flags = known ? known->flags : 0;
            if (scope.comprehension != ComprehensionKind::None) {
                if (flags & kDefIterationVariable) {
                    return fail(
                        target->location,
                        quoted("assignment expression cannot rebind comprehension iteration variable ", name, ""));
                }
                continue;
            }
            if (scope.kind == BlockKind::Function) {
                bool is_global = flags & kDefGlobal;
                define(name, is_global ? kDefGlobal : kDefNonlocal, target->location);
                record_directive(name, target->location);
                return define(name, kDefLocal, target->location, scope);
            }
            if (scope.kind == BlockKind::Module) {
                define(name, kDefGlobal, target->location);
                record_directive(name, target->location);
                return define(name, kDefGlobal, target->location, scope);
            }
            if (scope.kind == BlockKind::Class) {
                return fail(target->location,
                            "assignment expression within a comprehension cannot be used in a class body");
            }
        }
    }

    void comprehension(ExprNode* e, std::string_view name, ComprehensionKind kind,
                       const Sequence<Comprehension*>& generators, ExprNode* element, ExprNode* value) {
        Comprehension* outermost = generators[0];
        ++current_->iteration_expression_depth;
        expression(outermost->iter);
        --current_->iteration_expression_depth;
        enter(name, BlockKind::Function, e, e->location);
        current_->comprehension = kind;
        if (outermost->is_async) current_->is_coroutine = true;
        define(arena_.intern(".0"), kDefParam, Location{});
        iteration_target(outermost->target);
        expressions(outermost->ifs);
        for (Comprehension* c : generators.from(1)) {
            iteration_target(c->target);
            ++current_->iteration_expression_depth;
            expression(c->iter);
            --current_->iteration_expression_depth;
            expressions(c->ifs);
            if (c->is_async) current_->is_coroutine = true;
        }
        if (value) expression(value);
        expression(element);
        bool is_generator = kind == ComprehensionKind::Generator;
        current_->is_generator = is_generator;
        bool is_async = current_->is_coroutine && !is_generator;
        leave();
        if (is_async) current_->is_coroutine = true;
    }

    void iteration_target(ExprNode* target) {
        current_->in_iteration_target = true;
        expression(target);
        current_->in_iteration_target = false;
    }

    SymbolTable& table_;
    Arena& arena_;
    bool future_annotations_;
    const DepthLimit& limit_;
    int depth_ = 0;
    bool failed_ = false;
    Diagnostic& error_;
    Identifier name_super_;
    Identifier name_class_;
    Identifier private_;
    Scope* current_ = nullptr;
    Scope* global_ = nullptr;
    std::vector<Scope*> stack_;
};

}  // namespace

bool build_symbol_table(SymbolTable& table, ModNode& tree, Arena& arena, bool future_annotations,
                        const DepthLimit& limit, Diagnostic& error) {
    return Collector(table, arena, future_annotations, limit, error).run(tree) &&
           resolve_scopes(*table.top, arena, error);
}

}  // namespace orochi::language
