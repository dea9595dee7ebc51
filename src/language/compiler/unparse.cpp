#include "language/compiler/unparse.hpp"

namespace orochi::language {

using namespace ast;
using Value = language::Constant;

namespace {

// From loosest to tightest; an operand that binds looser than its place gets
// parentheses.
enum Precedence {
    kTuple,
    kTest,
    kOr,
    kAnd,
    kNot,
    kComparison,
    kBitOr,
    kBitXor,
    kBitAnd,
    kShift,
    kArithmetic,
    kTerm,
    kFactor,
    kPower,
    kAwait,
    kAtom,
};

constexpr int next(int level) { return level + 1; }

class Unparser {
public:
    Unparser(std::string& out, const DepthLimit& limit) : out_(out), limit_(limit) {}

    bool too_deep() const { return too_deep_; }

    void expression(const ExprNode* e, int level) {
        if (too_deep_ || !limit_.allows(0)) {
            too_deep_ = true;
            return;
        }
        switch (e->kind) {
            case Kind::BoolOp: {
                auto* b = as<BoolOp>(e);
                bool is_and = b->op == BoolOperator::And;
                int own = is_and ? kAnd : kOr;
                Group group(*this, level > own);
                for (uint32_t i = 0; i < b->values.size(); ++i) {
                    if (i) out_ += is_and ? " and " : " or ";
                    expression(b->values[i], next(own));
                }
                return;
            }
            case Kind::BinOp: return binary(as<BinOp>(e), level);
            case Kind::UnaryOp: {
                auto* u = as<UnaryOp>(e);
                int own = u->op == UnaryOperator::Not ? kNot : kFactor;
                Group group(*this, level > own);
                constexpr std::string_view kText[] = {"~", "not ", "+", "-"};
                out_ += kText[static_cast<int>(u->op)];
                return expression(u->operand, own);
            }
            case Kind::Lambda: {
                Group group(*this, level > kTest);
                const Arguments& args = *as<Lambda>(e)->args;
                out_ += args.args.empty() && args.posonlyargs.empty() ? "lambda" : "lambda ";
                arguments(args);
                out_ += ": ";
                return expression(as<Lambda>(e)->body, kTest);
            }
            case Kind::IfExp: {
                Group group(*this, level > kTest);
                expression(as<IfExp>(e)->body, next(kTest));
                out_ += " if ";
                expression(as<IfExp>(e)->test, next(kTest));
                out_ += " else ";
                return expression(as<IfExp>(e)->orelse, kTest);
            }
            case Kind::NamedExpr: {
                Group group(*this, level > kTuple);
                expression(as<NamedExpr>(e)->target, kAtom);
                out_ += " := ";
                return expression(as<NamedExpr>(e)->value, kAtom);
            }
            case Kind::Dict: {
                auto* d = as<Dict>(e);
                out_ += "{";
                for (uint32_t i = 0; i < d->values.size(); ++i) {
                    if (i) out_ += ", ";
                    if (d->keys[i]) {
                        expression(d->keys[i], kTest);
                        out_ += ": ";
                        expression(d->values[i], kTest);
                    } else {
                        out_ += "**";
                        expression(d->values[i], kBitOr);
                    }
                }
                out_ += "}";
                return;
            }
            case Kind::Set: {
                out_ += "{";
                list(as<Set>(e)->elts);
                out_ += "}";
                return;
            }
            case Kind::GeneratorExp:
                return comprehension("(", as<GeneratorExp>(e)->elt, nullptr, as<GeneratorExp>(e)->generators, ")");
            case Kind::ListComp:
                return comprehension("[", as<ListComp>(e)->elt, nullptr, as<ListComp>(e)->generators, "]");
            case Kind::SetComp:
                return comprehension("{", as<SetComp>(e)->elt, nullptr, as<SetComp>(e)->generators, "}");
            case Kind::DictComp:
                return comprehension("{", as<DictComp>(e)->key, as<DictComp>(e)->value, as<DictComp>(e)->generators,
                                     "}");
            case Kind::Yield:
                out_ += "(yield";
                if (as<Yield>(e)->value) {
                    out_ += " ";
                    expression(as<Yield>(e)->value, kTuple);
                }
                out_ += ")";
                return;
            case Kind::YieldFrom:
                out_ += "(yield from ";
                expression(as<YieldFrom>(e)->value, kTest);
                out_ += ")";
                return;
            case Kind::Await: {
                Group group(*this, level > kAwait);
                out_ += "await ";
                return expression(as<Await>(e)->value, kAtom);
            }
            case Kind::Compare: return compare(as<Compare>(e), level);
            case Kind::Call: return call(as<Call>(e));
            case Kind::Constant: {
                if (as<ast::Constant>(e)->prefix) out_ += as<ast::Constant>(e)->prefix.view();
                return constant(*as<ast::Constant>(e)->value);
            }
            case Kind::JoinedStr: {
                std::string body;
                joined(as<JoinedStr>(e)->values, body);
                out_ += "f" + repr_str(body);
                return;
            }
            case Kind::FormattedValue: {
                std::string body;
                formatted(as<FormattedValue>(e), body);
                out_ += "f" + repr_str(body);
                return;
            }
            case Kind::Attribute: {
                auto* a = as<Attribute>(e);
                expression(a->value, kAtom);
                auto* c = try_as<ast::Constant>(static_cast<const Node*>(a->value));
                // "1.real" would be read as a number and a name.
                out_ += c && c->value->is_int() ? " ." : ".";
                out_ += a->attr.view();
                return;
            }
            case Kind::Starred: out_ += "*"; return expression(as<Starred>(e)->value, kBitOr);
            case Kind::Name: out_ += as<Name>(e)->id.view(); return;
            case Kind::List:
                out_ += "[";
                list(as<List>(e)->elts);
                out_ += "]";
                return;
            case Kind::Tuple: {
                auto* t = as<Tuple>(e);
                if (t->elts.empty()) {
                    out_ += "()";
                    return;
                }
                Group group(*this, level > kTuple);
                list(t->elts);
                if (t->elts.size() == 1) out_ += ",";
                return;
            }
            case Kind::Subscript:
                expression(as<Subscript>(e)->value, kAtom);
                out_ += "[";
                expression(as<Subscript>(e)->slice, kTuple);
                out_ += "]";
                return;
            case Kind::Slice: {
                auto* s = as<Slice>(e);
                if (s->lower) expression(s->lower, kTest);
                out_ += ":";
                if (s->upper) expression(s->upper, kTest);
                if (s->step) {
                    out_ += ":";
                    expression(s->step, kTest);
                }
                return;
            }
            default: return;
        }
    }

private:
    struct Group {
        Group(Unparser& owner, bool needed) : out(owner.out_), needed(needed) {
            if (needed) out += "(";
        }
        ~Group() {
            if (needed) out += ")";
        }
        std::string& out;
        bool needed;
    };

    void list(const Sequence<ExprNode*>& row) {
        for (uint32_t i = 0; i < row.size(); ++i) {
            if (i) out_ += ", ";
            expression(row[i], kTest);
        }
    }

    void binary(const BinOp* b, int level) {
        constexpr struct {
            std::string_view text;
            int level;
        } kOperators[] = {{" + ", kArithmetic}, {" - ", kArithmetic}, {" * ", kTerm},   {" @ ", kTerm},
                          {" / ", kTerm},       {" % ", kTerm},       {" ** ", kPower}, {" << ", kShift},
                          {" >> ", kShift},     {" | ", kBitOr},      {" ^ ", kBitXor}, {" & ", kBitAnd},
                          {" // ", kTerm}};
        const auto& o = kOperators[static_cast<int>(b->op)];
        bool right_associative = b->op == Operator::Pow;
        Group group(*this, level > o.level);
        expression(b->left, o.level + (right_associative ? 1 : 0));
        out_ += o.text;
        expression(b->right, o.level + (right_associative ? 0 : 1));
    }

    void compare(const Compare* c, int level) {
        constexpr std::string_view kText[] = {" == ", " != ", " < ",      " <= ", " > ",
                                              " >= ", " is ", " is not ", " in ", " not in "};
        Group group(*this, level > kComparison);
        expression(c->left, next(kComparison));
        for (uint32_t i = 0; i < c->ops.size(); ++i) {
            out_ += kText[static_cast<int>(c->ops[i])];
            expression(c->comparators[i], next(kComparison));
        }
    }

    void call(const Call* c) {
        expression(c->func, kAtom);
        if (c->args.size() == 1 && c->keywords.empty() && c->args[0]->kind == Kind::GeneratorExp) {
            // Its own parentheses do.
            return expression(c->args[0], kTest);
        }
        out_ += "(";
        bool first = true;
        auto separate = [&] {
            if (!first) out_ += ", ";
            first = false;
        };
        for (const ExprNode* a : c->args) {
            separate();
            expression(a, kTest);
        }
        for (const Keyword* k : c->keywords) {
            separate();
            if (k->arg) {
                out_ += k->arg.view();
                out_ += "=";
            } else {
                out_ += "**";
            }
            expression(k->value, kTest);
        }
        out_ += ")";
    }

    void argument(const Arg* a) {
        out_ += a->arg.view();
        if (a->annotation) {
            out_ += ": ";
            expression(a->annotation, kTest);
        }
    }

    void arguments(const Arguments& args) {
        bool first = true;
        auto separate = [&] {
            if (!first) out_ += ", ";
            first = false;
        };
        uint32_t positional = args.posonlyargs.size() + args.args.size();
        for (uint32_t i = 0; i < positional; ++i) {
            separate();
            bool posonly = i < args.posonlyargs.size();
            argument(posonly ? args.posonlyargs[i] : args.args[i - args.posonlyargs.size()]);
            uint32_t from_end = positional - i;
            if (from_end <= args.defaults.size()) {
                out_ += "=";
                expression(args.defaults[args.defaults.size() - from_end], kTest);
            }
            if (posonly && i + 1 == args.posonlyargs.size()) out_ += ", /";
        }
        if (args.vararg || !args.kwonlyargs.empty()) {
            separate();
            out_ += "*";
            if (args.vararg) argument(args.vararg);
        }
        for (uint32_t i = 0; i < args.kwonlyargs.size(); ++i) {
            separate();
            argument(args.kwonlyargs[i]);
            if (i < args.kw_defaults.size() && args.kw_defaults[i]) {
                out_ += "=";
                expression(args.kw_defaults[i], kTest);
            }
        }
        if (args.kwarg) {
            separate();
            out_ += "**";
            argument(args.kwarg);
        }
    }

    void comprehension(std::string_view open, const ExprNode* element, const ExprNode* value,
                       const Sequence<Comprehension*>& generators, std::string_view close) {
        out_ += open;
        expression(element, kTest);
        if (value) {
            out_ += ": ";
            expression(value, kTest);
        }
        for (const Comprehension* c : generators) {
            out_ += c->is_async ? " async for " : " for ";
            expression(c->target, kTuple);
            out_ += " in ";
            expression(c->iter, next(kTest));
            for (const ExprNode* condition : c->ifs) {
                out_ += " if ";
                expression(condition, next(kTest));
            }
        }
        out_ += close;
    }

    void constant(const Value& value) {
        if (value.is(ConstantKind::Ellipsis)) {
            out_ += "...";
            return;
        }
        std::string text = repr(value);
        // There is no literal for infinity, but one too large means it.
        if (value.is(ConstantKind::Float) || value.is(ConstantKind::Complex)) {
            for (size_t at; (at = text.find("inf")) != std::string::npos;) text.replace(at, 3, "1e309");
        }
        out_ += text;
    }

    // Literal parts of an f-string: braces are doubled.
    static void literal(std::string_view text, std::string& out) {
        for (char c : text) {
            out += c;
            if (c == '{' || c == '}') out += c;
        }
    }

    void part(const ExprNode* e, std::string& out) {
        if (e->kind == Kind::Constant)
            literal(as<ast::Constant>(e)->value->view(), out);
        else if (e->kind == Kind::JoinedStr)
            joined(as<JoinedStr>(e)->values, out);
        else if (e->kind == Kind::FormattedValue)
            formatted(as<FormattedValue>(e), out);
    }

    void joined(const Sequence<ExprNode*>& parts, std::string& out) {
        for (const ExprNode* e : parts) part(e, out);
    }

    void formatted(const FormattedValue* f, std::string& out) {
        std::string value;
        Unparser inner(value, limit_);
        inner.expression(f->value, next(kTest));
        too_deep_ = too_deep_ || inner.too_deep();
        out += value.starts_with('{') ? "{ " : "{";
        out += value;
        if (f->conversion > 0) {
            out += '!';
            out += static_cast<char>(f->conversion);
        }
        if (f->format_spec) {
            out += ':';
            part(f->format_spec, out);
        }
        out += '}';
    }

    std::string& out_;
    const DepthLimit& limit_;
    bool too_deep_ = false;
};

}  // namespace

bool unparse(const ExprNode& expression, const DepthLimit& limit, std::string& out) {
    Unparser unparser(out, limit);
    unparser.expression(&expression, kTest);
    return !unparser.too_deep();
}

}  // namespace orochi::language
