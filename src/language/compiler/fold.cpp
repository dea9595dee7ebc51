// Walks the tree and folds from the leaves up.
#include "language/compiler/fold.hpp"

#include "language/compiler/constant_table.hpp"
#include "language/symbols/symbol_table.hpp"

namespace orochi::language {

using namespace ast;

using Value = language::Constant;
using ConstantNode = ast::Constant;

namespace {

class Folder {
public:
    Folder(const FoldOptions& options, Arena& arena, Diagnostic& error)
        : options_(options), arena_(arena), error_(error), name_debug_(arena.intern("__debug__")) {}

    bool run(ModNode& tree) {
        switch (tree.kind) {
            case Kind::Module: body(as<Module>(&tree)->body); break;
            case Kind::Interactive: statements(as<Interactive>(&tree)->body); break;
            case Kind::Expression: expression(as<Expression>(&tree)->body); break;
            default: break;
        }
        return !failed_;
    }

private:
    bool enter_recursion() {
        if (failed_) return false;
        if (options_.limit.allows(++depth_)) return true;
        failed_ = true;
        error_ = recursion_error();
        return false;
    }

    static const Value* value_of(ExprNode* e) {
        auto* node = try_as<ConstantNode>(static_cast<Node*>(e));
        return node ? node->value : nullptr;
    }

    void replace(ExprNode*& e, const Value* value) {
        if (value) e = arena_.make<ConstantNode>(e->location, value, Identifier());
    }

    static bool has_starred(const Sequence<ExprNode*>& row) {
        for (ExprNode* e : row) {
            if (e->kind == Kind::Starred) return true;
        }
        return false;
    }

    const Value* tuple_of(const Sequence<ExprNode*>& row) {
        for (ExprNode* e : row) {
            if (e->kind != Kind::Constant) return nullptr;
        }
        auto items = arena_.sequence<const Value*>(row.size());
        for (uint32_t i = 0; i < row.size(); ++i) items[i] = value_of(row[i]);
        return make_tuple(arena_, items.data, items.count);
    }

    // --- statements ---

    // A string that only folding made is no docstring: an f-string around it
    // says so.
    void body(const Sequence<StmtNode*>& row) {
        bool had_docstring = docstring_of(row) != nullptr;
        statements(row);
        if (had_docstring || !docstring_of(row)) return;
        auto* statement = as<Expr>(row[0]);
        statement->value = arena_.make<JoinedStr>(statement->value->location, arena_.copy({statement->value}));
    }

    void statements(const Sequence<StmtNode*>& row) {
        for (StmtNode* s : row) statement(s);
    }

    void statement(StmtNode* s) {
        if (!enter_recursion()) return;
        statement_inner(s);
        --depth_;
    }

    template <class F>
    void function_definition(F* f) {
        arguments(*f->args);
        body(f->body);
        expressions(f->decorator_list);
        if (!options_.future_annotations) optional(f->returns);
    }

    template <class F>
    void loop(F* f) {
        expression(f->target);
        expression(f->iter);
        statements(f->body);
        statements(f->orelse);
        iterable(f->iter);
    }

    template <class T>
    void try_statement(T* t) {
        statements(t->body);
        for (ExceptHandler* handler : t->handlers) {
            optional(handler->type);
            statements(handler->body);
        }
        statements(t->orelse);
        statements(t->finalbody);
    }

    void with(const Sequence<WithItem*>& items, const Sequence<StmtNode*>& inside) {
        for (WithItem* item : items) {
            expression(item->context_expr);
            optional(item->optional_vars);
        }
        statements(inside);
    }

    void statement_inner(StmtNode* s) {
        switch (s->kind) {
            case Kind::FunctionDef: return function_definition(as<FunctionDef>(s));
            case Kind::AsyncFunctionDef: return function_definition(as<AsyncFunctionDef>(s));
            case Kind::ClassDef:
                expressions(as<ClassDef>(s)->bases);
                for (Keyword* k : as<ClassDef>(s)->keywords) expression(k->value);
                body(as<ClassDef>(s)->body);
                return expressions(as<ClassDef>(s)->decorator_list);
            case Kind::Return: return optional(as<Return>(s)->value);
            case Kind::Delete: return expressions(as<Delete>(s)->targets);
            case Kind::Assign: expressions(as<Assign>(s)->targets); return expression(as<Assign>(s)->value);
            case Kind::AugAssign: expression(as<AugAssign>(s)->target); return expression(as<AugAssign>(s)->value);
            case Kind::AnnAssign:
                expression(as<AnnAssign>(s)->target);
                if (!options_.future_annotations) expression(as<AnnAssign>(s)->annotation);
                return optional(as<AnnAssign>(s)->value);
            case Kind::For: return loop(as<For>(s));
            case Kind::AsyncFor: {
                auto* f = as<AsyncFor>(s);
                expression(f->target);
                expression(f->iter);
                statements(f->body);
                return statements(f->orelse);
            }
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
            case Kind::Raise: optional(as<Raise>(s)->exc); return optional(as<Raise>(s)->cause);
            case Kind::Try: return try_statement(as<Try>(s));
            case Kind::TryStar: return try_statement(as<TryStar>(s));
            case Kind::Assert: expression(as<Assert>(s)->test); return optional(as<Assert>(s)->msg);
            case Kind::Expr: return expression(as<Expr>(s)->value);
            case Kind::Match:
                expression(as<Match>(s)->subject);
                for (MatchCase* c : as<Match>(s)->cases) {
                    pattern(c->pattern);
                    optional(c->guard);
                    statements(c->body);
                }
                return;
            default: return;
        }
    }

    void pattern(PatternNode* p) {
        if (!enter_recursion()) return;
        switch (p->kind) {
            case Kind::MatchValue: expression(as<MatchValue>(p)->value); break;
            case Kind::MatchSequence: patterns(as<MatchSequence>(p)->patterns); break;
            case Kind::MatchMapping:
                expressions(as<MatchMapping>(p)->keys);
                patterns(as<MatchMapping>(p)->patterns);
                break;
            case Kind::MatchClass:
                expression(as<MatchClass>(p)->cls);
                patterns(as<MatchClass>(p)->patterns);
                patterns(as<MatchClass>(p)->kwd_patterns);
                break;
            case Kind::MatchAs:
                if (as<MatchAs>(p)->pattern) pattern(as<MatchAs>(p)->pattern);
                break;
            case Kind::MatchOr: patterns(as<MatchOr>(p)->patterns); break;
            default: break;
        }
        --depth_;
    }

    void patterns(const Sequence<PatternNode*>& row) {
        for (PatternNode* p : row) pattern(p);
    }

    void arguments(Arguments& args) {
        auto each = [this](const Sequence<Arg*>& row) {
            for (Arg* a : row) argument(a);
        };
        each(args.posonlyargs);
        each(args.args);
        if (args.vararg) argument(args.vararg);
        each(args.kwonlyargs);
        for (ExprNode*& e : args.kw_defaults) optional(e);
        if (args.kwarg) argument(args.kwarg);
        expressions(args.defaults);
    }

    void argument(Arg* a) {
        if (!options_.future_annotations) optional(a->annotation);
    }

    // --- expressions ---

    void optional(ExprNode*& e) {
        if (e) expression(e);
    }

    void expressions(const Sequence<ExprNode*>& row) {
        for (ExprNode*& e : row) expression(e);
    }

    void expression(ExprNode*& e) {
        if (!enter_recursion()) return;
        expression_inner(e);
        --depth_;
    }

    void generators(const Sequence<Comprehension*>& row) {
        for (Comprehension* c : row) {
            expression(c->target);
            expression(c->iter);
            expressions(c->ifs);
            iterable(c->iter);
        }
    }

    void expression_inner(ExprNode*& e) {
        switch (e->kind) {
            case Kind::BoolOp: return expressions(as<BoolOp>(e)->values);
            case Kind::BinOp: return binary(e, *as<BinOp>(e));
            case Kind::UnaryOp: return unary(e, *as<UnaryOp>(e));
            case Kind::Lambda: arguments(*as<Lambda>(e)->args); return expression(as<Lambda>(e)->body);
            case Kind::IfExp:
                expression(as<IfExp>(e)->test);
                expression(as<IfExp>(e)->body);
                return expression(as<IfExp>(e)->orelse);
            case Kind::Dict:
                for (ExprNode*& key : as<Dict>(e)->keys) optional(key);
                return expressions(as<Dict>(e)->values);
            case Kind::Set: return expressions(as<Set>(e)->elts);
            case Kind::ListComp: expression(as<ListComp>(e)->elt); return generators(as<ListComp>(e)->generators);
            case Kind::SetComp: expression(as<SetComp>(e)->elt); return generators(as<SetComp>(e)->generators);
            case Kind::DictComp:
                expression(as<DictComp>(e)->key);
                expression(as<DictComp>(e)->value);
                return generators(as<DictComp>(e)->generators);
            case Kind::GeneratorExp:
                expression(as<GeneratorExp>(e)->elt);
                return generators(as<GeneratorExp>(e)->generators);
            case Kind::Await: return expression(as<Await>(e)->value);
            case Kind::Yield: return optional(as<Yield>(e)->value);
            case Kind::YieldFrom: return expression(as<YieldFrom>(e)->value);
            case Kind::Compare: {
                auto* c = as<Compare>(e);
                expression(c->left);
                expressions(c->comparators);
                CompareOperator last = c->ops.back();
                if (last == CompareOperator::In || last == CompareOperator::NotIn) iterable(c->comparators.back());
                return;
            }
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
            case Kind::Subscript: {
                auto* s = as<Subscript>(e);
                expression(s->value);
                expression(s->slice);
                const Value *value = value_of(s->value), *index = value_of(s->slice);
                if (s->ctx == ExprContext::Load && value && index) replace(e, fold_subscript(arena_, *value, *index));
                return;
            }
            case Kind::Starred: return expression(as<Starred>(e)->value);
            case Kind::Slice:
                optional(as<Slice>(e)->lower);
                optional(as<Slice>(e)->upper);
                return optional(as<Slice>(e)->step);
            case Kind::Name:
                if (as<Name>(e)->ctx == ExprContext::Load && as<Name>(e)->id == name_debug_) {
                    replace(e, make_singleton(arena_, options_.optimize ? ConstantKind::False : ConstantKind::True));
                }
                return;
            case Kind::NamedExpr: return expression(as<NamedExpr>(e)->value);
            case Kind::List: return expressions(as<List>(e)->elts);
            case Kind::Tuple:
                expressions(as<Tuple>(e)->elts);
                if (as<Tuple>(e)->ctx == ExprContext::Load) replace(e, tuple_of(as<Tuple>(e)->elts));
                return;
            default: return;
        }
    }

    // What is only iterated or searched can be immutable.
    void iterable(ExprNode*& e) {
        if (auto* list = try_as<List>(static_cast<Node*>(e))) {
            if (has_starred(list->elts)) return;
            const Value* value = tuple_of(list->elts);
            e = arena_.make<Tuple>(list->location, list->elts, list->ctx);
            return replace(e, value);
        }
        if (auto* set = try_as<Set>(static_cast<Node*>(e))) {
            const Value* items = tuple_of(set->elts);
            if (items) replace(e, make_set(*items));
        }
    }

    // Without duplicates: equal values of different type are one item, the first.
    const Value* make_set(const Value& items) {
        std::vector<const Value*> kept;
        size_t mask = 1;
        while (mask < items.size * 2) mask *= 2;
        std::vector<const Value*> slots(mask--);
        for (uint32_t n = 0; n < items.size; ++n) {
            const Value* item = items.items[n];
            size_t i = hash_value(*item) & mask;
            while (slots[i] && !equal_values(*slots[i], *item)) i = (i + 1) & mask;
            if (slots[i]) continue;
            slots[i] = item;
            kept.push_back(item);
        }
        return make_frozen_set(arena_, kept.data(), kept.size());
    }

    void unary(ExprNode*& e, UnaryOp& node) {
        expression(node.operand);
        if (failed_) return;
        if (const Value* value = value_of(node.operand)) return replace(e, fold_unary(arena_, node.op, *value));
        auto* compare = try_as<Compare>(static_cast<Node*>(node.operand));
        if (node.op != UnaryOperator::Not || !compare || compare->ops.size() != 1) return;
        // Only these are each other's exact opposite.
        switch (compare->ops[0]) {
            case CompareOperator::Is: compare->ops[0] = CompareOperator::IsNot; break;
            case CompareOperator::IsNot: compare->ops[0] = CompareOperator::Is; break;
            case CompareOperator::In: compare->ops[0] = CompareOperator::NotIn; break;
            case CompareOperator::NotIn: compare->ops[0] = CompareOperator::In; break;
            default: return;
        }
        e = compare;
    }

    void binary(ExprNode*& e, BinOp& node) {
        expression(node.left);
        expression(node.right);
        if (failed_) return;
        const Value* left = value_of(node.left);
        if (!left) return;
        if (node.op == Operator::Mod && left->is(ConstantKind::Str)) {
            if (auto* tuple = try_as<Tuple>(static_cast<Node*>(node.right)); tuple && !has_starred(tuple->elts)) {
                return format(e, left->view(), tuple->elts);
            }
        }
        const Value* right = value_of(node.right);
        if (!right) return;
        if (node.op == Operator::Mod && (left->is(ConstantKind::Str) || left->is(ConstantKind::Bytes))) return;
        replace(e, fold_binary(arena_, node.op, *left, *right));
    }

    // "..." % (a, b) with only %s, %r and %a becomes an f-string.
    void format(ExprNode*& e, std::string_view text, const Sequence<ExprNode*>& values) {
        std::vector<ExprNode*> parts;
        size_t at = 0, used = 0;
        while (true) {
            if (ExprNode* literal = format_literal(text, at)) parts.push_back(literal);
            if (at >= text.size()) break;
            if (used >= values.size()) return;
            ++at;  // the percent sign
            ExprNode* part = format_value(text, at, values[used++]);
            if (!part) return;
            parts.push_back(part);
        }
        if (used < values.size()) return;
        e = arena_.make<JoinedStr>(e->location, arena_.copy(parts));
    }

    ExprNode* format_literal(std::string_view text, size_t& at) {
        std::string literal;
        size_t start = at;
        while (at < text.size()) {
            if (text[at] != '%') {
                literal += text[at++];
            } else if (at + 1 < text.size() && text[at + 1] == '%') {
                literal += '%';
                at += 2;
            } else {
                break;
            }
        }
        if (at == start) return nullptr;
        return arena_.make<ConstantNode>(kArtificial, make_str(arena_, literal), Identifier());
    }

    ExprNode* format_value(std::string_view text, size_t& at, ExprNode* value) {
        constexpr int kMaxDigits = 3;
        bool left_aligned = false, other_flags = false;
        auto more = [&] { return at < text.size(); };
        for (; more(); ++at) {
            if (text[at] == '-')
                left_aligned = true;
            else if (text[at] == '+' || text[at] == ' ' || text[at] == '#' || text[at] == '0')
                other_flags = true;
            else
                break;
        }
        auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
        auto number = [&](std::string& out) {
            int value = 0;
            for (int digits = 0; more() && is_digit(text[at]); ++at) {
                value = value * 10 + (text[at] - '0');
                if (++digits >= kMaxDigits) return false;
            }
            out = std::to_string(value);
            return true;
        };
        std::string width, precision;
        if (more() && is_digit(text[at]) && !number(width)) return nullptr;
        bool has_precision = false;
        if (more() && text[at] == '.') {
            ++at;
            has_precision = true;
            if (!number(precision)) return nullptr;
        }
        if (!more()) return nullptr;
        char conversion = text[at++];
        (void)other_flags;  // they mean nothing to strings
        if (conversion != 's' && conversion != 'r' && conversion != 'a') return nullptr;
        std::string spec;
        if (!left_aligned && !width.empty() && width != "0") spec += '>';
        spec += width;
        if (has_precision) spec += "." + precision;
        ExprNode* spec_node = nullptr;
        if (!spec.empty()) {
            spec_node = arena_.make<ConstantNode>(value->location, make_str(arena_, spec), Identifier());
        }
        return arena_.make<FormattedValue>(value->location, value, conversion, spec_node);
    }

    static constexpr Location kArtificial = {-1, -1, -1, -1};

    const FoldOptions& options_;
    Arena& arena_;
    Diagnostic& error_;
    Identifier name_debug_;
    int depth_ = 0;
    bool failed_ = false;
};

}  // namespace

bool fold_constants(ModNode& tree, const FoldOptions& options, Arena& arena, Diagnostic& error) {
    return Folder(options, arena, error).run(tree);
}

}  // namespace orochi::language
