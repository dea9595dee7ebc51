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
    for (K k : {K::EqualEqual, K::NotEqual, K::Less, K::LessEqual, K::Greater, K::GreaterEqual, K::KwIn, K::KwIs,
                K::KwNot})
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
            if (right && op_kind == K::At && options_.feature_version < 5) return raise_version(5, "The '@' operator is");
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
                        return drop(row), raise_here(DiagnosticKind::SyntaxError,
                                                     "with Barry as BDFL, use '<>' instead of '!='");
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

ExprNode* Parser::star_expressions() {
    const Token& first = tok();
    ExprNode* e = star_expression();
    if (!e || !at(K::Comma)) return e;
    size_t row = mark();
    push(e);
    while (accept(K::Comma)) {
        uint32_t before = pos_;
        ExprNode* item = star_expression();
        if (!item) {
            if (raised_) return drop(row);
            go_back(before);
            break;
        }
        push(item);
    }
    return arena_.make<ast::Tuple>(span(first), take<ExprNode>(row), ExprContext::Load);
}

ExprNode* Parser::expressions() {
    const Token& first = tok();
    ExprNode* e = expression();
    if (!e || !at(K::Comma)) return e;
    size_t row = mark();
    push(e);
    while (accept(K::Comma)) {
        uint32_t before = pos_;
        ExprNode* item = expression();
        if (!item) {
            if (raised_) return drop(row);
            go_back(before);
            break;
        }
        push(item);
    }
    return arena_.make<ast::Tuple>(span(first), take<ExprNode>(row), ExprContext::Load);
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

ExprNode* Parser::primary() {
    const Token& first = tok();
    ExprNode* e = atom();
    if (!e) return nullptr;
    for (;;) {
        uint32_t before = pos_;
        if (diagnosing_ && (at(K::LeftParen) || at(K::LeftBracket) || at(K::LeftBrace))) {
            invalid_call_comprehension();
            if (raised_) return nullptr;
            go_back(before);
        }
        switch (kind()) {
            case K::Dot: {
                advance();
                Identifier attribute = name();
                if (!attribute) return go_back(before), e;
                e = arena_.make<ast::Attribute>(span(first), e, attribute, ExprContext::Load);
                continue;
            }
            case K::LeftParen: {
                ExprNode* made = call(first, e);
                if (!made) return raised_ ? nullptr : (go_back(before), e);
                e = made;
                continue;
            }
            case K::LeftBracket: {
                advance();
                ExprNode* index = slices();
                if (!index || !accept(K::RightBracket)) return raised_ ? nullptr : (go_back(before), e);
                e = arena_.make<ast::Subscript>(span(first), e, index, ExprContext::Load);
                continue;
            }
            default: return e;
        }
    }
}

ExprNode* Parser::call(const Token& first, ExprNode* function) {
    const Token& open = tok();
    advance();
    Sequence<ExprNode*> args;
    Sequence<ast::Keyword*> keywords;
    if (!at(K::RightParen) && !arguments(args, keywords, &open)) return nullptr;
    if (!accept(K::RightParen)) return nullptr;
    return arena_.make<ast::Call>(span(first), function, args, keywords);
}

// Up to the closing parenthesis, which is left. A generator expression that is the only argument of a call takes in
// the call's parentheses, the first of which is `open`; the bases of a class (no `open`) cannot be one.
bool Parser::arguments(Sequence<ExprNode*>& args, Sequence<ast::Keyword*>& keywords, const Token* open) {
    uint32_t start = pos_;
    size_t row = mark();
    std::vector<ast::Keyword*> keyword_row;
    bool seen_double_star = false;
    bool ok = true;
    while (ok) {
        const Token& first = tok();
        if (first.kind == K::Star) {
            if (seen_double_star) { ok = false; break; }
            advance();
            ExprNode* value = expression();
            if (!value) { ok = false; break; }
            push(arena_.make<ast::Starred>(span(first), value, ExprContext::Load));
        } else if (first.kind == K::DoubleStar) {
            advance();
            ExprNode* value = expression();
            if (!value) { ok = false; break; }
            keyword_row.push_back(arena_.make<ast::Keyword>(span(first), nullptr, value));
            seen_double_star = true;
        } else if (is_name(first.kind) && next_kind() == K::Equal) {
            if (diagnosing_) {
                invalid_keyword_argument();
                if (raised_) { ok = false; break; }
            }
            advance();
            advance();
            ExprNode* value = expression();
            if (!value) { ok = false; break; }
            keyword_row.push_back(arena_.make<ast::Keyword>(span(first), identifier(first), value));
        } else if (!keyword_row.empty()) {
            if (diagnosing_) invalid_keyword_argument();
            ok = false;
        } else {
            ExprNode* value;
            if (is_name(first.kind) && next_kind() == K::ColonEqual) {
                value = named_expression();
            } else {
                uint32_t item = pos_;
                value = expression();
                if (value && (at(K::ColonEqual) || at(K::Equal))) {
                    if (diagnosing_) {
                        go_back(item);
                        invalid_keyword_argument();
                    }
                    value = nullptr;
                }
            }
            if (!value) { ok = false; break; }
            if (open && &first == &tokens_[start] && at_comprehension()) {
                Sequence<ast::Comprehension*> clauses;
                if (!comprehension_clauses(clauses) || !at(K::RightParen)) { ok = false; break; }
                const Token& close = tok();
                Location at{open->lineno, open->col, close.end_lineno, close.end_col};
                push(arena_.make<ast::GeneratorExp>(at, value, clauses));
                break;
            }
            push(value);
        }
        if (!ok || !accept(K::Comma)) break;
        if (at(K::RightParen)) break;
    }
    if (ok && !at(K::RightParen)) ok = false;
    if (!ok) {
        drop(row);
        if (diagnosing_ && !raised_) {
            go_back(start);
            invalid_arguments(start);
        }
        return false;
    }
    args = take<ExprNode>(row);
    keywords = arena_.copy(keyword_row);
    return true;
}

ExprNode* Parser::slice() {
    const Token& first = tok();
    ExprNode* lower = nullptr;
    if (!at(K::Colon)) {
        if (at(K::Star)) {
            // PEP 646
            advance();
            ExprNode* value = expression();
            if (!value) return nullptr;
            return arena_.make<ast::Starred>(span(first), value, ExprContext::Load);
        }
        lower = named_expression();
        if (!lower || !at(K::Colon)) return lower;
        if (lower->kind == Kind::NamedExpr && is_name(first.kind)) return lower;
    }
    advance();
    auto absent = [&] { return at(K::Colon) || at(K::RightBracket) || at(K::Comma); };
    ExprNode* upper = nullptr;
    ExprNode* step = nullptr;
    if (!absent() && !(upper = expression())) return nullptr;
    if (accept(K::Colon) && !absent() && !(step = expression())) return nullptr;
    return arena_.make<ast::Slice>(span(first), lower, upper, step);
}

ExprNode* Parser::slices() {
    const Token& first = tok();
    bool star = at(K::Star);
    ExprNode* e = slice();
    if (!e || (!star && !at(K::Comma))) return e;
    size_t row = mark();
    push(e);
    while (accept(K::Comma)) {
        if (at(K::RightBracket)) break;
        ExprNode* item = slice();
        if (!item) return drop(row);
        push(item);
    }
    return arena_.make<ast::Tuple>(span(first), take<ExprNode>(row), ExprContext::Load);
}

ExprNode* Parser::atom() {
    const Token& t = tok();
    switch (t.kind) {
        case K::Name:
        case K::NameMatch:
        case K::NameCase:
        case K::NameUnderscore: advance(); return make_name(t, ExprContext::Load);
        case K::Number: return number();
        case K::String: return strings();
        case K::KwTrue: advance(); return singleton(t, ConstantKind::True);
        case K::KwFalse: advance(); return singleton(t, ConstantKind::False);
        case K::KwNone: advance(); return singleton(t, ConstantKind::None);
        case K::Ellipsis: advance(); return singleton(t, ConstantKind::Ellipsis);
        case K::LeftParen: return parenthesised();
        case K::LeftBracket: return list_display();
        case K::LeftBrace: return brace_display();
        default: return nullptr;
    }
}

// A tuple, a group or a generator expression.
ExprNode* Parser::parenthesised() {
    const Token& first = tok();
    uint32_t start = pos_;
    auto fail = [&]() -> ExprNode* {
        if (diagnosing_ && !raised_) {
            go_back(start);
            invalid_group(start);
            if (!raised_) invalid_comprehension(start);
        }
        return nullptr;
    };
    advance();
    if (accept(K::RightParen)) return arena_.make<ast::Tuple>(span(first), Sequence<ExprNode*>{}, ExprContext::Load);
    if (at(K::KwYield)) {
        ExprNode* e = yield_expression();
        return e && accept(K::RightParen) ? e : fail();
    }
    ExprNode* e = star_named_expression();
    if (!e) return fail();
    if (at(K::RightParen)) {
        if (tokens_[start + 1].kind == K::Star) return fail();
        advance();
        return e;
    }
    if (at(K::Comma)) {
        size_t row = mark();
        push(e);
        while (accept(K::Comma)) {
            if (at(K::RightParen)) break;
            ExprNode* item = star_named_expression();
            if (!item) {
                drop(row);
                return fail();
            }
            push(item);
        }
        if (!accept(K::RightParen)) {
            drop(row);
            return fail();
        }
        return arena_.make<ast::Tuple>(span(first), take<ExprNode>(row), ExprContext::Load);
    }
    if (at_comprehension() && e->kind != Kind::Starred) {
        Sequence<ast::Comprehension*> clauses;
        if (!comprehension_clauses(clauses) || !accept(K::RightParen)) return fail();
        return arena_.make<ast::GeneratorExp>(span(first), e, clauses);
    }
    return fail();
}

ExprNode* Parser::list_display() {
    const Token& first = tok();
    uint32_t start = pos_;
    auto fail = [&]() -> ExprNode* {
        if (diagnosing_ && !raised_) {
            go_back(start);
            invalid_comprehension(start);
        }
        return nullptr;
    };
    advance();
    if (accept(K::RightBracket)) return arena_.make<ast::List>(span(first), Sequence<ExprNode*>{}, ExprContext::Load);
    ExprNode* e = star_named_expression();
    if (!e) return fail();
    if (at_comprehension() && e->kind != Kind::Starred) {
        Sequence<ast::Comprehension*> clauses;
        if (!comprehension_clauses(clauses) || !accept(K::RightBracket)) return fail();
        return arena_.make<ast::ListComp>(span(first), e, clauses);
    }
    size_t row = mark();
    push(e);
    while (accept(K::Comma)) {
        if (at(K::RightBracket)) break;
        ExprNode* item = star_named_expression();
        if (!item) {
            drop(row);
            return fail();
        }
        push(item);
    }
    if (!accept(K::RightBracket)) {
        drop(row);
        return fail();
    }
    return arena_.make<ast::List>(span(first), take<ExprNode>(row), ExprContext::Load);
}

// A dict or a set, or a comprehension of either.
ExprNode* Parser::brace_display() {
    const Token& first = tok();
    uint32_t start = pos_;
    size_t row = mark();
    auto fail = [&]() -> ExprNode* {
        drop(row);
        if (!raised_) {
            go_back(start);
            // CPython looks for these in its first pass already. Nested displays would make that exponential.
            memoising_ = true;
            invalid_dict_pairs();
            if (diagnosing_ && !raised_) {
                go_back(start);
                invalid_dict_comprehension(start);
            }
        }
        return nullptr;
    };
    advance();
    if (accept(K::RightBrace))
        return arena_.make<ast::Dict>(span(first), Sequence<ExprNode*>{}, Sequence<ExprNode*>{});
    bool is_dict = at(K::DoubleStar);
    if (!is_dict) {
        ExprNode* e = star_named_expression();
        if (!e) return fail();
        if (at(K::Colon)) {
            if (e->kind == Kind::Starred || (e->kind == Kind::NamedExpr && is_name(tokens_[start + 1].kind)))
                return fail();
            advance();
            ExprNode* value = expression();
            if (!value) return fail();
            if (at_comprehension()) {
                Sequence<ast::Comprehension*> clauses;
                if (!comprehension_clauses(clauses) || !accept(K::RightBrace)) return fail();
                return arena_.make<ast::DictComp>(span(first), e, value, clauses);
            }
            push(e);
            push(value);
            if (!accept(K::Comma)) {
                if (!accept(K::RightBrace)) return fail();
                pos_--;
            }
            is_dict = true;
        } else if (at_comprehension() && e->kind != Kind::Starred) {
            Sequence<ast::Comprehension*> clauses;
            if (!comprehension_clauses(clauses) || !accept(K::RightBrace)) return fail();
            return arena_.make<ast::SetComp>(span(first), e, clauses);
        } else {
            push(e);
            while (accept(K::Comma)) {
                if (at(K::RightBrace)) break;
                ExprNode* item = star_named_expression();
                if (!item) return fail();
                push(item);
            }
            if (!accept(K::RightBrace)) return fail();
            return arena_.make<ast::Set>(span(first), take<ExprNode>(row));
        }
    }
    // The rest of a dict; scratch holds keys and values in turn.
    while (!at(K::RightBrace)) {
        ExprNode* key = nullptr;
        ExprNode* value;
        if (accept(K::DoubleStar)) {
            value = bitwise_or();
        } else {
            key = expression();
            if (!key || !accept(K::Colon)) return fail();
            value = expression();
        }
        if (!value) return fail();
        push(key);
        push(value);
        if (!accept(K::Comma)) break;
    }
    if (!accept(K::RightBrace)) return fail();
    size_t count = (scratch_.size() - row) / 2;
    auto keys = arena_.sequence<ExprNode*>(count);
    auto values = arena_.sequence<ExprNode*>(count);
    for (size_t i = 0; i < count; ++i) {
        keys[i] = static_cast<ExprNode*>(scratch_[row + 2 * i]);
        values[i] = static_cast<ExprNode*>(scratch_[row + 2 * i + 1]);
    }
    drop(row);
    return arena_.make<ast::Dict>(span(first), keys, values);
}

bool Parser::comprehension_clauses(Sequence<ast::Comprehension*>& out) {
    size_t row = mark();
    while (at_comprehension()) {
        uint32_t start = pos_;
        bool is_async = accept(K::KwAsync);
        advance();
        ExprNode* target = star_targets();
        if (!target || !accept(K::KwIn)) {
            drop(row);
            if (diagnosing_ && !raised_) {
                go_back(start);
                invalid_for_target(start);
            }
            return false;
        }
        ExprNode* iterable = disjunction();
        if (!iterable) return drop(row), false;
        size_t ifs = mark();
        while (accept(K::KwIf)) {
            ExprNode* condition = disjunction();
            if (!condition) return drop(row), false;
            push(condition);
        }
        Sequence<ExprNode*> conditions = take<ExprNode>(ifs);
        if (is_async && options_.feature_version < 6) return raise_version(6, "Async comprehensions are"), false;
        push(arena_.make<ast::Comprehension>(target, iterable, conditions, is_async ? 1 : 0));
    }
    out = take<ast::Comprehension>(row);
    return true;
}

}  // namespace orochi::language
