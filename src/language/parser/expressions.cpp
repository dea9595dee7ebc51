// Expressions: operators by precedence climbing, the rest by descent.
#include <array>

#include "language/parser/parser_impl.hpp"

namespace orochi::language {

using K = TokenKind;
using ast::Operator;

namespace {

struct Infix {
    Strength strength = kNoOperator;
    Operator op = Operator::Add;
};

constexpr size_t kKinds = static_cast<size_t>(K::KwYield) + 1;

constexpr std::array<Infix, kKinds> make_infix_table() {
    std::array<Infix, kKinds> t{};
    auto set = [&](K kind, Strength strength, Operator op = Operator::Add) {
        t[static_cast<size_t>(kind)] = {strength, op};
    };
    set(K::KwOr, kOr);
    set(K::KwAnd, kAnd);
    for (K k :
         {K::EqualEqual, K::NotEqual, K::Less, K::LessEqual, K::Greater, K::GreaterEqual, K::KwIn, K::KwIs, K::KwNot})
        set(k, kComparison);
    set(K::Pipe, kBitOr, Operator::BitOr);
    set(K::Caret, kBitXor, Operator::BitXor);
    set(K::Ampersand, kBitAnd, Operator::BitAnd);
    set(K::LeftShift, kShift, Operator::LShift);
    set(K::RightShift, kShift, Operator::RShift);
    set(K::Plus, kSum, Operator::Add);
    set(K::Minus, kSum, Operator::Sub);
    set(K::Star, kTerm, Operator::Mult);
    set(K::Slash, kTerm, Operator::Div);
    set(K::DoubleSlash, kTerm, Operator::FloorDiv);
    set(K::Percent, kTerm, Operator::Mod);
    set(K::At, kTerm, Operator::MatMult);
    return t;
}

constexpr std::array<Infix, kKinds> kInfix = make_infix_table();

}  // namespace

ExprNode* Parser::make_name(const Token& t, ExprContext context) {
    return arena_.make<ast::Name>(of(t), identifier(t), context);
}

ExprNode* Parser::singleton(const Token& t, ConstantKind kind) {
    return arena_.make<ast::Constant>(of(t), make_singleton(arena_, kind), nullptr);
}

ExprNode* Parser::expression() { return memoising_ ? remembered(kExpressionRule) : plain_expression(); }

ExprNode* Parser::plain_expression() {
    if (at(K::KwLambda)) return lambda();
    const Token& first = tok();
    ExprNode* body = disjunction();
    if (!body || !at(K::KwIf)) return body;
    uint32_t before = pos_;
    advance();
    ExprNode* test = disjunction();
    if (!test) return raised_ ? nullptr : (go_back(before), body);
    if (!at(K::KwElse)) return go_back(before), body;
    advance();
    Depth depth(*this);
    if (depth.too_deep()) return nullptr;
    ExprNode* otherwise = expression();
    if (!otherwise) return raised_ ? nullptr : (go_back(before), body);
    return arena_.make<ast::IfExp>(span(first), test, body, otherwise);
}

// Operators of at least `weakest` strength around operands.
ExprNode* Parser::operation(Strength weakest) {
    const Token& first = tok();
    ExprNode* left;
    if (first.kind == K::KwNot) {
        if (weakest > kNot) return nullptr;
        Depth depth(*this);
        if (depth.too_deep()) return nullptr;
        advance();
        ExprNode* operand = operation(kNot);
        if (!operand) return nullptr;
        left = arena_.make<ast::UnaryOp>(span(first), ast::UnaryOperator::Not, operand);
    } else {
        left = unary();
        if (!left) return nullptr;
    }
    for (;;) {
        K op_kind = kind();
        Infix infix = kInfix[static_cast<size_t>(op_kind)];
        if (infix.strength < weakest || infix.strength == kNoOperator) return left;
        uint32_t before = pos_;
        ExprNode* joined;
        if (infix.strength > kComparison) {
            advance();
            ExprNode* right = operation(static_cast<Strength>(infix.strength + 1));
            if (right && op_kind == K::At && options_.feature_version < 5)
                return raise_version(5, "The '@' operator is");
            joined = right ? arena_.make<ast::BinOp>(span(first), left, infix.op, right) : nullptr;
        } else if (infix.strength == kComparison) {
            joined = comparison(first, left);
        } else {
            joined = bool_operation(first, left, op_kind, infix.strength);
        }
        if (!joined) {
            // Leaving the operator unread is what lets the caller say what is wrong with it.
            if (raised_) return nullptr;
            go_back(before);
            return left;
        }
        left = joined;
    }
}

ExprNode* Parser::bool_operation(const Token& first, ExprNode* left, K op, Strength strength) {
    size_t row = mark();
    push(left);
    while (at(op)) {
        uint32_t before = pos_;
        advance();
        ExprNode* value = operation(static_cast<Strength>(strength + 1));
        if (!value) {
            if (raised_ || scratch_.size() - row < 2) return drop(row);
            go_back(before);
            break;
        }
        push(value);
    }
    auto kind = op == K::KwOr ? ast::BoolOperator::Or : ast::BoolOperator::And;
    return arena_.make<ast::BoolOp>(span(first), kind, take<ExprNode>(row));
}

ExprNode* Parser::comparison(const Token& first, ExprNode* left) {
    using Op = ast::CompareOperator;
    size_t row = mark();
    Op ops_buffer[8];
    std::vector<Op> ops_more;
    size_t count = 0;
    for (;;) {
        uint32_t before = pos_;
        Op op;
        switch (kind()) {
            case K::EqualEqual: op = Op::Eq; break;
            case K::NotEqual:
                // "<>" and "!=" are one token; a __future__ import chooses between them.
                if ((text(tok()) == "<>") != options_.barry_as_bdfl) {
                    if (options_.barry_as_bdfl)
                        return drop(row),
                               raise_here(DiagnosticKind::SyntaxError, "with Barry as BDFL, use '<>' instead of '!='");
                    goto done;
                }
                op = Op::NotEq;
                break;
            case K::Less: op = Op::Lt; break;
            case K::LessEqual: op = Op::LtE; break;
            case K::Greater: op = Op::Gt; break;
            case K::GreaterEqual: op = Op::GtE; break;
            case K::KwIn: op = Op::In; break;
            case K::KwNot:
                if (next_kind() != K::KwIn) goto done;
                advance();
                op = Op::NotIn;
                break;
            case K::KwIs:
                op = Op::Is;
                if (next_kind() == K::KwNot) {
                    advance();
                    op = Op::IsNot;
                }
                break;
            default: goto done;
        }
        advance();
        ExprNode* right = operation(kBitOr);
        if (!right) {
            if (raised_) return drop(row);
            go_back(before);
            goto done;
        }
        push(right);
        if (count < 8) {
            ops_buffer[count] = op;
        } else {
            if (count == 8) ops_more.assign(ops_buffer, ops_buffer + 8);
            ops_more.push_back(op);
        }
        ++count;
    }
done:
    if (count == 0) return drop(row);
    Sequence<Op> ops = count <= 8 ? arena_.copy(ops_buffer, count) : arena_.copy(ops_more);
    return arena_.make<ast::Compare>(span(first), left, ops, take<ExprNode>(row));
}

ExprNode* Parser::unary() {
    ast::UnaryOperator op;
    switch (kind()) {
        case K::Plus: op = ast::UnaryOperator::UAdd; break;
        case K::Minus: op = ast::UnaryOperator::USub; break;
        case K::Tilde: op = ast::UnaryOperator::Invert; break;
        default: return power();
    }
    Depth depth(*this);
    if (depth.too_deep()) return nullptr;
    const Token& first = tok();
    advance();
    ExprNode* operand = unary();
    if (!operand) return nullptr;
    return arena_.make<ast::UnaryOp>(span(first), op, operand);
}

ExprNode* Parser::power() {
    const Token& first = tok();
    ExprNode* base;
    if (first.kind == K::KwAwait) {
        advance();
        ExprNode* value = primary();
        if (!value) return nullptr;
        if (options_.feature_version < 5) return raise_version(5, "Await expressions are");
        base = arena_.make<ast::Await>(span(first), value);
    } else {
        base = primary();
        if (!base) return nullptr;
    }
    if (!at(K::DoubleStar)) return base;
    Depth depth(*this, 2);
    if (depth.too_deep()) return nullptr;
    uint32_t before = pos_;
    advance();
    ExprNode* exponent = unary();
    if (!exponent) return raised_ ? nullptr : (go_back(before), base);
    return arena_.make<ast::BinOp>(span(first), base, Operator::Pow, exponent);
}

ExprNode* Parser::lambda() {
    Depth depth(*this, 2);
    if (depth.too_deep()) return nullptr;
    const Token& first = tok();
    advance();
    ast::Arguments* args;
    if (at(K::Colon)) {
        args = empty_parameters();
    } else {
        args = parameters(true);
        if (!args) return nullptr;
    }
    if (!accept(K::Colon)) return nullptr;
    ExprNode* body = expression();
    if (!body) return nullptr;
    return arena_.make<ast::Lambda>(span(first), args, body);
}

ExprNode* Parser::named_expression() {
    const Token& first = tok();
    if (is_name(first.kind) && next_kind() == K::ColonEqual) {
        advance();
        advance();
        ExprNode* value = expression();
        if (!value) return nullptr;
        if (options_.feature_version < 8) return raise_version(8, "Assignment expressions are");
        return arena_.make<ast::NamedExpr>(span(first), make_name(first, ExprContext::Store), value);
    }
    if (diagnosing_) {
        remembered(kNamedRule);
        if (raised_) return nullptr;
    }
    uint32_t start = pos_;
    ExprNode* e = expression();
    if (e && at(K::ColonEqual)) return go_back(start), nullptr;
    return e;
}

ExprNode* Parser::starred() {
    const Token& first = tok();
    advance();
    ExprNode* value = bitwise_or();
    if (!value) return nullptr;
    return arena_.make<ast::Starred>(span(first), value, ExprContext::Load);
}

ExprNode* Parser::star_expression() { return at(K::Star) ? starred() : expression(); }
ExprNode* Parser::star_named_expression() { return at(K::Star) ? starred() : named_expression(); }

ExprNode* Parser::tuple_from(const Token& first, ExprNode* e, ExprNode* (Parser::*item)()) {
    size_t row = mark();
    push(e);
    while (accept(K::Comma)) {
        uint32_t before = pos_;
        ExprNode* next = (this->*item)();
        if (!next) {
            if (raised_) return drop(row);
            go_back(before);
            break;
        }
        push(next);
    }
    return arena_.make<ast::Tuple>(span(first), take<ExprNode>(row), ExprContext::Load);
}

ExprNode* Parser::star_expressions() {
    const Token& first = tok();
    ExprNode* e = star_expression();
    return e && at(K::Comma) ? tuple_from(first, e, &Parser::star_expression) : e;
}

ExprNode* Parser::expressions() {
    const Token& first = tok();
    ExprNode* e = expression();
    return e && at(K::Comma) ? tuple_from(first, e, &Parser::expression) : e;
}

ExprNode* Parser::yield_expression() {
    const Token& first = tok();
    advance();
    if (accept(K::KwFrom)) {
        ExprNode* value = expression();
        if (!value) return nullptr;
        return arena_.make<ast::YieldFrom>(span(first), value);
    }
    uint32_t before = pos_;
    ExprNode* value = star_expressions();
    if (!value) {
        if (raised_) return nullptr;
        go_back(before);
    }
    return arena_.make<ast::Yield>(span(first), value);
}

}  // namespace orochi::language
