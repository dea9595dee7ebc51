// Atoms and what follows them: attributes, calls, subscripts.
#include "language/parser/parser_impl.hpp"

namespace orochi::language {

using K = TokenKind;

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

// Up to the closing parenthesis, which is left. A generator expression that is the only argument of a call
// takes in the call's parentheses, the first of which is `open`; the bases of a class (no `open`) cannot be
// one.
bool Parser::arguments(Sequence<ExprNode*>& args, Sequence<ast::Keyword*>& keywords, const Token* open) {
    uint32_t start = pos_;
    size_t row = mark();
    std::vector<ast::Keyword*> keyword_row;
    bool seen_double_star = false;
    bool ok = true;
    while (ok) {
        const Token& first = tok();
        if (first.kind == K::Star) {
            if (seen_double_star) {
                ok = false;
                break;
            }
            advance();
            ExprNode* value = expression();
            if (!value) {
                ok = false;
                break;
            }
            push(arena_.make<ast::Starred>(span(first), value, ExprContext::Load));
        } else if (first.kind == K::DoubleStar) {
            advance();
            ExprNode* value = expression();
            if (!value) {
                ok = false;
                break;
            }
            keyword_row.push_back(arena_.make<ast::Keyword>(span(first), nullptr, value));
            seen_double_star = true;
        } else if (is_name(first.kind) && next_kind() == K::Equal) {
            if (diagnosing_) {
                invalid_keyword_argument();
                if (raised_) {
                    ok = false;
                    break;
                }
            }
            advance();
            advance();
            ExprNode* value = expression();
            if (!value) {
                ok = false;
                break;
            }
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
            if (!value) {
                ok = false;
                break;
            }
            if (open && &first == &tokens_[start] && at_comprehension()) {
                Sequence<ast::Comprehension*> clauses;
                if (!comprehension_clauses(clauses) || !at(K::RightParen)) {
                    ok = false;
                    break;
                }
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

}  // namespace orochi::language
