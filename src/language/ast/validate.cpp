#include "language/ast/validate.hpp"

#include <string>

#include "language/ast/depth_limit.hpp"

namespace orochi::language::ast {

namespace {

using Value = language::Constant;

class Validator {
public:
    Validator(const DepthLimit& limit, Diagnostic& error) : limit_(limit), error_(error) {}

    bool module(const ModNode& tree) {
        switch (tree.kind) {
            case Kind::Module: return statements(as<Module>(&tree)->body);
            case Kind::Interactive: return statements(as<Interactive>(&tree)->body);
            case Kind::Expression: return expression(as<Expression>(&tree)->body);
            case Kind::FunctionType:
                return expressions(as<FunctionType>(&tree)->argtypes) && expression(as<FunctionType>(&tree)->returns);
            default: return fail("impossible module node");
        }
    }

private:
    bool fail(std::string message, DiagnosticKind kind = DiagnosticKind::ValueError) {
        error_.kind = kind;
        error_.message = std::move(message);
        error_.has_location = false;
        return false;
    }

    // Counts a level for as long as it lives.
    struct Level {
        explicit Level(Validator& owner) : owner(owner) { ++owner.depth_; }
        ~Level() { --owner.depth_; }
        bool allowed() {
            return owner.limit_.allows(owner.depth_) ||
                   owner.fail("maximum recursion depth exceeded during compilation", DiagnosticKind::RecursionError);
        }
        Validator& owner;
    };

    bool positions(const Node& node) {
        const Location& l = node.location;
        auto n = [](int value) { return std::to_string(value); };
        if (l.lineno > l.end_lineno) {
            return fail("AST node line range (" + n(l.lineno) + ", " + n(l.end_lineno) + ") is not valid");
        }
        if ((l.lineno < 0 && l.end_lineno != l.lineno) || (l.col_offset < 0 && l.col_offset != l.end_col_offset)) {
            return fail("AST node column range (" + n(l.col_offset) + ", " + n(l.end_col_offset) +
                        ") for line range (" + n(l.lineno) + ", " + n(l.end_lineno) + ") is not valid");
        }
        if (l.lineno == l.end_lineno && l.col_offset > l.end_col_offset) {
            return fail("line " + n(l.lineno) + ", column " + n(l.col_offset) + "-" + n(l.end_col_offset) +
                        " is not a valid range");
        }
        return true;
    }

    bool name(Identifier id) {
        for (std::string_view text : {"None", "True", "False"}) {
            if (id.is(text)) return fail("identifier field can't represent '" + std::string(text) + "' constant");
        }
        return true;
    }

    bool names(const Sequence<Identifier>& row, const char* what) {
        return !row.empty() || fail(std::string("empty names on ") + what);
    }

    // --- statements ---

    bool statements(const Sequence<StmtNode*>& row) {
        for (const StmtNode* s : row) {
            if (!s) return fail("None disallowed in statement list");
            if (!statement(s)) return false;
        }
        return true;
    }

    bool body(const Sequence<StmtNode*>& row, const char* owner) {
        if (row.empty()) return fail(std::string("empty body on ") + owner);
        return statements(row);
    }

    bool assigned(const Sequence<ExprNode*>& row, ExprContext context) {
        if (row.empty())
            return fail(context == ExprContext::Del ? "empty targets on Delete" : "empty targets on Assign");
        return expressions(row, context);
    }

    template <class F>
    bool function(const F* f, const char* owner) {
        return body(f->body, owner) && arguments(*f->args) && expressions(f->decorator_list) && optional(f->returns);
    }

    template <class F>
    bool loop(const F* f, const char* owner) {
        return expression(f->target, ExprContext::Store) && expression(f->iter) && body(f->body, owner) &&
               statements(f->orelse);
    }

    template <class W>
    bool with(const W* w, const char* owner) {
        if (w->items.empty()) return fail(std::string("empty items on ") + owner);
        for (const WithItem* item : w->items) {
            if (!expression(item->context_expr) || !optional(item->optional_vars, ExprContext::Store)) return false;
        }
        return body(w->body, owner);
    }

    template <class T>
    bool try_statement(const T* t, const std::string& owner) {
        if (!body(t->body, owner.c_str())) return false;
        if (t->handlers.empty() && t->finalbody.empty())
            return fail(owner + " has neither except handlers nor finalbody");
        if (t->handlers.empty() && !t->orelse.empty()) return fail(owner + " has orelse but no except handlers");
        for (const ExceptHandler* handler : t->handlers) {
            if (!handler) return fail("None disallowed in handler list");
            if (!positions(*handler) || !optional(handler->type) || !body(handler->body, "ExceptHandler")) return false;
        }
        return statements(t->finalbody) && statements(t->orelse);
    }

    bool statement(const StmtNode* s) {
        Level level(*this);
        if (!level.allowed() || !positions(*s)) return false;
        switch (s->kind) {
            case Kind::FunctionDef: return function(as<FunctionDef>(s), "FunctionDef");
            case Kind::AsyncFunctionDef: return function(as<AsyncFunctionDef>(s), "AsyncFunctionDef");
            case Kind::ClassDef: {
                auto* c = as<ClassDef>(s);
                return body(c->body, "ClassDef") && expressions(c->bases) && keywords(c->keywords) &&
                       expressions(c->decorator_list);
            }
            case Kind::Return: return optional(as<Return>(s)->value);
            case Kind::Delete: return assigned(as<Delete>(s)->targets, ExprContext::Del);
            case Kind::Assign:
                return assigned(as<Assign>(s)->targets, ExprContext::Store) && expression(as<Assign>(s)->value);
            case Kind::AugAssign:
                return expression(as<AugAssign>(s)->target, ExprContext::Store) && expression(as<AugAssign>(s)->value);
            case Kind::AnnAssign: {
                auto* a = as<AnnAssign>(s);
                if (a->target->kind != Kind::Name && a->simple) {
                    return fail("AnnAssign with simple non-Name target", DiagnosticKind::TypeError);
                }
                return expression(a->target, ExprContext::Store) && optional(a->value) && expression(a->annotation);
            }
            case Kind::For: return loop(as<For>(s), "For");
            case Kind::AsyncFor: return loop(as<AsyncFor>(s), "AsyncFor");
            case Kind::While:
                return expression(as<While>(s)->test) && body(as<While>(s)->body, "While") &&
                       statements(as<While>(s)->orelse);
            case Kind::If:
                return expression(as<If>(s)->test) && body(as<If>(s)->body, "If") && statements(as<If>(s)->orelse);
            case Kind::With: return with(as<With>(s), "With");
            case Kind::AsyncWith: return with(as<AsyncWith>(s), "AsyncWith");
            case Kind::Match: {
                auto* m = as<Match>(s);
                if (!expression(m->subject)) return false;
                if (m->cases.empty()) return fail("empty cases on Match");
                for (const MatchCase* c : m->cases) {
                    if (!pattern(c->pattern, false) || !optional(c->guard) || !body(c->body, "match_case"))
                        return false;
                }
                return true;
            }
            case Kind::Raise: {
                auto* r = as<Raise>(s);
                if (r->exc) return expression(r->exc) && optional(r->cause);
                return !r->cause || fail("Raise with cause but no exception");
            }
            case Kind::Try: return try_statement(as<Try>(s), "Try");
            case Kind::TryStar: return try_statement(as<TryStar>(s), "TryStar");
            case Kind::Assert: return expression(as<Assert>(s)->test) && optional(as<Assert>(s)->msg);
            case Kind::Import: return !as<Import>(s)->names.empty() || fail("empty names on Import");
            case Kind::ImportFrom:
                if (as<ImportFrom>(s)->level < 0) return fail("Negative ImportFrom level");
                return !as<ImportFrom>(s)->names.empty() || fail("empty names on ImportFrom");
            case Kind::Global: return names(as<Global>(s)->names, "Global");
            case Kind::Nonlocal: return names(as<Nonlocal>(s)->names, "Nonlocal");
            case Kind::Expr: return expression(as<Expr>(s)->value);
            default: return true;
        }
    }

    // --- patterns ---

    bool patterns(const Sequence<PatternNode*>& row, bool star_allowed) {
        for (const PatternNode* p : row) {
            if (!p) return fail("None disallowed in expression list");
            if (!pattern(p, star_allowed)) return false;
        }
        return true;
    }

    bool capture(Identifier id) {
        if (id.is("_")) return fail("can't capture name '_' in patterns");
        return name(id);
    }

    static bool is_number(const ExprNode* e, bool real, bool imaginary) {
        auto* c = try_as<Constant>(static_cast<const Node*>(e));
        if (!c) return false;
        return (real && (c->value->is_int() || c->value->is(ConstantKind::Float))) ||
               (imaginary && c->value->is(ConstantKind::Complex));
    }

    static bool is_negative(const ExprNode* e, bool real, bool imaginary) {
        auto* u = try_as<UnaryOp>(static_cast<const Node*>(e));
        return u && u->op == UnaryOperator::USub && is_number(u->operand, real, imaginary);
    }

    bool match_value(const ExprNode* e) {
        if (!expression(e)) return false;
        switch (e->kind) {
            case Kind::Constant: {
                const Value& v = *as<Constant>(e)->value;
                if (v.is_int() || v.is(ConstantKind::Float) || v.is(ConstantKind::Bytes) ||
                    v.is(ConstantKind::Complex) || v.is(ConstantKind::Str)) {
                    return true;
                }
                return fail("unexpected constant inside of a literal pattern");
            }
            case Kind::Attribute:
            case Kind::JoinedStr: return true;
            case Kind::UnaryOp:
                if (is_negative(e, true, true)) return true;
                break;
            case Kind::BinOp: {
                auto* b = as<BinOp>(e);
                if ((b->op == Operator::Add || b->op == Operator::Sub) &&
                    (is_number(b->left, true, false) || is_negative(b->left, true, false)) &&
                    is_number(b->right, false, true)) {
                    return true;
                }
                break;
            }
            default: break;
        }
        return fail("patterns may only match literals and attribute lookups");
    }

    bool pattern(const PatternNode* p, bool star_allowed) {
        Level level(*this);
        if (!level.allowed() || !positions(*p)) return false;
        switch (p->kind) {
            case Kind::MatchValue: return match_value(as<MatchValue>(p)->value);
            case Kind::MatchSingleton: {
                const Value& v = *as<MatchSingleton>(p)->value;
                return v.is_bool() || v.is(ConstantKind::None) ||
                       fail("MatchSingleton can only contain True, False and None");
            }
            case Kind::MatchSequence: return patterns(as<MatchSequence>(p)->patterns, true);
            case Kind::MatchMapping: return mapping(as<MatchMapping>(p));
            case Kind::MatchClass: return class_pattern(as<MatchClass>(p));
            case Kind::MatchStar:
                if (!star_allowed) return fail("can't use MatchStar here");
                return !as<MatchStar>(p)->name || capture(as<MatchStar>(p)->name);
            case Kind::MatchAs: {
                auto* a = as<MatchAs>(p);
                if (a->name && !capture(a->name)) return false;
                if (!a->pattern) return true;
                if (!a->name) return fail("MatchAs must specify a target name if a pattern is given");
                return pattern(a->pattern, false);
            }
            case Kind::MatchOr:
                if (as<MatchOr>(p)->patterns.size() < 2) return fail("MatchOr requires at least 2 patterns");
                return patterns(as<MatchOr>(p)->patterns, false);
            default: return true;
        }
    }

    bool mapping(const MatchMapping* m) {
        if (m->keys.size() != m->patterns.size()) {
            return fail("MatchMapping doesn't have the same number of keys as patterns");
        }
        if (m->rest && !capture(m->rest)) return false;
        for (const ExprNode* key : m->keys) {
            if (!key) return fail("None disallowed in expression list");
            if (auto* c = try_as<Constant>(static_cast<const Node*>(key))) {
                if (c->value->is_bool() || c->value->is(ConstantKind::None)) continue;
            }
            if (!match_value(key)) return false;
        }
        return patterns(m->patterns, false);
    }

    bool class_pattern(const MatchClass* m) {
        if (m->kwd_attrs.size() != m->kwd_patterns.size()) {
            return fail("MatchClass doesn't have the same number of keyword attributes as patterns");
        }
        if (!expression(m->cls)) return false;
        const ExprNode* base = m->cls;
        while (base->kind == Kind::Attribute) base = as<Attribute>(base)->value;
        if (base->kind != Kind::Name) return fail("MatchClass cls field can only contain Name or Attribute nodes.");
        for (Identifier id : m->kwd_attrs) {
            if (!name(id)) return false;
        }
        return patterns(m->patterns, false) && patterns(m->kwd_patterns, false);
    }

    // --- expressions ---

    bool optional(const ExprNode* e, ExprContext context = ExprContext::Load) { return !e || expression(e, context); }

    bool expressions(const Sequence<ExprNode*>& row, ExprContext context = ExprContext::Load,
                     bool null_allowed = false) {
        for (const ExprNode* e : row) {
            if (e ? !expression(e, context) : !null_allowed && !fail("None disallowed in expression list"))
                return false;
        }
        return true;
    }

    bool keywords(const Sequence<Keyword*>& row) {
        for (const Keyword* k : row) {
            if (!expression(k->value)) return false;
        }
        return true;
    }

    bool arguments(const Arguments& args) {
        auto each = [this](const Sequence<Arg*>& row) {
            for (const Arg* a : row) {
                if (!positions(*a) || !optional(a->annotation)) return false;
            }
            return true;
        };
        auto one = [this](const Arg* a) { return !a || (positions(*a) && optional(a->annotation)); };
        if (!each(args.posonlyargs) || !each(args.args) || !one(args.vararg) || !each(args.kwonlyargs) ||
            !one(args.kwarg)) {
            return false;
        }
        if (args.defaults.size() > args.posonlyargs.size() + args.args.size()) {
            return fail("more positional defaults than args on arguments");
        }
        if (args.kw_defaults.size() != args.kwonlyargs.size()) {
            return fail("length of kwonlyargs is not the same as kw_defaults on arguments");
        }
        return expressions(args.defaults) && expressions(args.kw_defaults, ExprContext::Load, true);
    }

    bool generators(const Sequence<Comprehension*>& row) {
        if (row.empty()) return fail("comprehension with no generators");
        for (const Comprehension* c : row) {
            if (!expression(c->target, ExprContext::Store) || !expression(c->iter) || !expressions(c->ifs))
                return false;
        }
        return true;
    }

    // Null for expressions that are never targets.
    static const ExprContext* context_of(const ExprNode* e) {
        switch (e->kind) {
            case Kind::Attribute: return &as<Attribute>(e)->ctx;
            case Kind::Subscript: return &as<Subscript>(e)->ctx;
            case Kind::Starred: return &as<Starred>(e)->ctx;
            case Kind::Name: return &as<Name>(e)->ctx;
            case Kind::List: return &as<List>(e)->ctx;
            case Kind::Tuple: return &as<Tuple>(e)->ctx;
            default: return nullptr;
        }
    }

    bool has_context(const ExprNode* e, ExprContext wanted) {
        constexpr const char* kNames[] = {"Load", "Store", "Del"};
        if (e->kind == Kind::Name && !name(as<Name>(e)->id)) return false;
        const ExprContext* own = context_of(e);
        if (!own) {
            if (wanted == ExprContext::Load) return true;
            return fail(std::string("expression which can't be assigned to in ") + kNames[static_cast<int>(wanted)] +
                        " context");
        }
        ExprContext actual = *own;
        if (actual == wanted) return true;
        return fail(std::string("expression must have ") + kNames[static_cast<int>(wanted)] + " context but has " +
                    kNames[static_cast<int>(actual)] + " instead");
    }

    bool expression(const ExprNode* e, ExprContext context = ExprContext::Load) {
        Level level(*this);
        if (!level.allowed() || !positions(*e) || !has_context(e, context)) return false;
        switch (e->kind) {
            case Kind::BoolOp:
                if (as<BoolOp>(e)->values.size() < 2) return fail("BoolOp with less than 2 values");
                return expressions(as<BoolOp>(e)->values);
            case Kind::BinOp: return expression(as<BinOp>(e)->left) && expression(as<BinOp>(e)->right);
            case Kind::UnaryOp: return expression(as<UnaryOp>(e)->operand);
            case Kind::Lambda: return arguments(*as<Lambda>(e)->args) && expression(as<Lambda>(e)->body);
            case Kind::IfExp:
                return expression(as<IfExp>(e)->test) && expression(as<IfExp>(e)->body) &&
                       expression(as<IfExp>(e)->orelse);
            case Kind::Dict:
                if (as<Dict>(e)->keys.size() != as<Dict>(e)->values.size()) {
                    return fail("Dict doesn't have the same number of keys as values");
                }
                return expressions(as<Dict>(e)->keys, ExprContext::Load, true) && expressions(as<Dict>(e)->values);
            case Kind::Set: return expressions(as<Set>(e)->elts);
            case Kind::ListComp: return generators(as<ListComp>(e)->generators) && expression(as<ListComp>(e)->elt);
            case Kind::SetComp: return generators(as<SetComp>(e)->generators) && expression(as<SetComp>(e)->elt);
            case Kind::GeneratorExp:
                return generators(as<GeneratorExp>(e)->generators) && expression(as<GeneratorExp>(e)->elt);
            case Kind::DictComp:
                return generators(as<DictComp>(e)->generators) && expression(as<DictComp>(e)->key) &&
                       expression(as<DictComp>(e)->value);
            case Kind::Yield: return optional(as<Yield>(e)->value);
            case Kind::YieldFrom: return expression(as<YieldFrom>(e)->value);
            case Kind::Await: return expression(as<Await>(e)->value);
            case Kind::Compare: {
                auto* c = as<Compare>(e);
                if (c->comparators.empty()) return fail("Compare with no comparators");
                if (c->comparators.size() != c->ops.size()) {
                    return fail("Compare has a different number of comparators and operands");
                }
                return expressions(c->comparators) && expression(c->left);
            }
            case Kind::Call:
                return expression(as<Call>(e)->func) && expressions(as<Call>(e)->args) &&
                       keywords(as<Call>(e)->keywords);
            case Kind::JoinedStr: return expressions(as<JoinedStr>(e)->values);
            case Kind::FormattedValue:
                return expression(as<FormattedValue>(e)->value) && optional(as<FormattedValue>(e)->format_spec);
            case Kind::Attribute: return expression(as<Attribute>(e)->value);
            case Kind::Subscript: return expression(as<Subscript>(e)->slice) && expression(as<Subscript>(e)->value);
            case Kind::Starred: return expression(as<Starred>(e)->value, context);
            case Kind::Slice:
                return optional(as<Slice>(e)->lower) && optional(as<Slice>(e)->upper) && optional(as<Slice>(e)->step);
            case Kind::List: return expressions(as<List>(e)->elts, context);
            case Kind::Tuple: return expressions(as<Tuple>(e)->elts, context);
            case Kind::NamedExpr: {
                // CPython lets any target and any context pass here.
                const ExprNode* target = as<NamedExpr>(e)->target;
                const ExprContext* own = context_of(target);
                return expression(target, own ? *own : ExprContext::Load) && expression(as<NamedExpr>(e)->value);
            }
            default: return true;
        }
    }

    const DepthLimit& limit_;
    int depth_ = 0;
    Diagnostic& error_;
};

}  // namespace

bool validate(const ModNode& tree, int recursion_limit, Diagnostic& error) {
    constexpr size_t kStackBudget = size_t(4) << 20;
    DepthLimit limit = DepthLimit::from_here(recursion_limit, kStackBudget);
    return Validator(limit, error).module(tree);
}

}  // namespace orochi::language::ast
