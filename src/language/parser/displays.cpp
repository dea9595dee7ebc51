// Tuples, groups, lists, dicts, sets and comprehensions.
#include "language/parser/parser_impl.hpp"

namespace orochi::language {

using K = TokenKind;

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
    if (accept(K::RightBrace)) return arena_.make<ast::Dict>(span(first), Sequence<ExprNode*>{}, Sequence<ExprNode*>{});
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
