// The second pass: the mistakes that CPython has words for.
//
// Every function here starts at the construct that could not be parsed, looks
// for one way of getting it wrong after the other, raises if it finds one, and
// goes back. The order is observable, since the first match wins.
#include "language/parser/parser_impl.hpp"

namespace orochi::language {

using K = TokenKind;

// Parses by `rule` at this place, once: later visits get the same result, even one that was got without
// looking for mistakes. CPython's parser works so, and which mistake it reports depends on it.
ExprNode* Parser::remembered(Rule rule) {
    uint64_t key = static_cast<uint64_t>(pos_) * kRuleCount + rule;
    if (auto found = memo_.find(key); found != memo_.end()) {
        pos_ = found->second.end;
        return found->second.node;
    }
    uint32_t start = pos_;
    ExprNode* node = nullptr;
    switch (rule) {
        case kExpressionRule: node = diagnosed_expression(); break;
        case kDisjunctionRule: node = operation(kOr); break;
        case kBitOrRule: node = operation(kBitOr); break;
        case kStringsRule: node = joined_strings(); break;
        default: invalid_named_expression(); break;
    }
    if (raised_) return nullptr;
    if (!node) go_back(start);
    memo_[key] = {node, pos_};
    return node;
}

ExprNode* Parser::diagnosed_expression() {
    if (!diagnosing_) return plain_expression();
    uint32_t start = pos_;
    invalid_expression();
    if (raised_) return nullptr;
    go_back(start);
    invalid_legacy_expression();
    if (raised_) return nullptr;
    go_back(start);
    return plain_expression();
}

bool Parser::is_legacy_name(const ExprNode* e) const {
    auto* name = ast::try_as<ast::Name>(static_cast<const ast::Node*>(e));
    return name && (name->id.is("print") || name->id.is("exec"));
}

void Parser::invalid_expression() {
    uint32_t start = pos_;
    K k = kind();
    // Observed: every beginning of a soft keyword counts as one here.
    std::string_view word = text(tok());
    auto begins = [&](std::string_view keyword) { return keyword.substr(0, word.size()) == word; };
    bool soft_keyword = is_name(k) && (begins("match") || begins("case") || begins("_"));
    if (!soft_keyword && !(is_name(k) && next_kind() == K::String)) {
        ExprNode* a = disjunction();
        if (raised_) return;
        if (a) {
            diagnosing_ = false;
            ExprNode* b = plain_expression();
            diagnosing_ = true;
            if (raised_) return;
            if (b && !is_legacy_name(a) && tokens_[pos_ - 1].level != 0) {
                raise_between(a->location, b->location, "invalid syntax. Perhaps you forgot a comma?");
                return;
            }
        }
        go_back(start);
    }
    ExprNode* a = disjunction();
    if (raised_ || !a || !accept(K::KwIf)) return;
    ExprNode* b = disjunction();
    if (raised_ || !b || at(K::KwElse) || at(K::Colon)) return;
    raise_between(a->location, b->location, "expected 'else' after 'if' expression");
}

// Statements that are functions now: print and exec.
void Parser::invalid_legacy_expression() {
    const Token& t = tok();
    if (!is_name(t.kind) || next_kind() == K::LeftParen) return;
    Depth depth(*this, 4);
    if (depth.too_deep()) return;
    advance();
    ExprNode* b = star_expressions();
    if (raised_ || !b) return;
    std::string name(text(t));
    if (name != "print" && name != "exec") return;
    raise_between(of(t), b->location, "Missing parentheses in call to '%s'. Did you mean %s(...)?", name.c_str(),
                  name.c_str());
}

void Parser::invalid_named_expression() {
    uint32_t start = pos_;
    const Token& t = tok();
    ExprNode* a = expression();
    if (raised_) return;
    if (a && accept(K::ColonEqual)) {
        if (expression() && !raised_) raise_at(a, "cannot use assignment expressions with %s", expression_name(a));
        if (raised_) return;
    }
    go_back(start);
    if (is_name(t.kind) && next_kind() == K::Equal) {
        advance();
        advance();
        ExprNode* b = bitwise_or();
        if (raised_) return;
        if (b && !at(K::Equal) && !at(K::ColonEqual)) {
            raise_between(of(t), b->location, "invalid syntax. Maybe you meant '==' or ':=' instead of '='?");
            return;
        }
        go_back(start);
    }
    if (t.kind == K::KwTrue || t.kind == K::KwNone || t.kind == K::KwFalse) return;
    if (t.kind == K::LeftBracket || t.kind == K::LeftParen) {
        ExprNode* e = atom();
        if (raised_) return;
        bool own = e && e->location.lineno == t.lineno && e->location.col_offset == t.col;
        if (own && (e->kind == Kind::List || e->kind == Kind::Tuple || e->kind == Kind::GeneratorExp)) return;
        go_back(start);
    }
    a = bitwise_or();
    if (raised_ || !a || !accept(K::Equal)) return;
    ExprNode* b = bitwise_or();
    if (raised_ || !b || at(K::Equal) || at(K::ColonEqual)) return;
    raise_at(a, "cannot assign to %s here. Maybe you meant '==' instead of '='?", expression_name(a));
}

// True with the statement, or null after having raised or when nothing else may be tried; false when what
// stands here is no assignment.
bool Parser::diagnosed_assignment(StmtNode*& out) {
    uint32_t start = pos_;
    const Token& first = tok();
    out = nullptr;
    if (is_name(first.kind) && next_kind() == K::Colon) {
        advance();
        out = annotated_assignment(first, make_name(first, ExprContext::Store), true);
        if (out || raised_) return true;
        go_back(start);
    }
    ExprNode* e = primary();
    if (raised_) return true;
    if (e && is_single_target(e) && (e->kind != Kind::Name || !is_name(first.kind)) && at(K::Colon)) {
        out = annotated_assignment(first, e, false);
        if (out || raised_) return true;
    }
    go_back(start);
    bool matched = false;
    for (;;) {
        uint32_t before = pos_;
        ExprNode* target = star_targets();
        if (raised_) return true;
        if (target && accept(K::Equal)) {
            matched = true;
            continue;
        }
        go_back(before);
        break;
    }
    if (matched) {
        ExprNode* value = yield_or_star_expressions();
        if (raised_) return true;
        if (value && !at(K::Equal)) {
            (void)type_comment();
            out = arena_.make<ast::Expr>(span(first), value);
            return true;
        }
        go_back(start);
    }
    e = primary();
    if (raised_) return true;
    if (e && is_single_target(e) && is_augmented_assignment(kind())) {
        advance();
        ExprNode* value = yield_or_star_expressions();
        if (value && !raised_) out = arena_.make<ast::Expr>(span(first), value);
        return true;
    }
    go_back(start);
    invalid_assignment();
    if (raised_) return true;
    go_back(start);
    return false;
}

void Parser::invalid_assignment() {
    uint32_t start = pos_;
    if (at(K::LeftBracket) || at(K::LeftParen)) {
        ExprNode* a = atom();
        if (raised_) return;
        if (a && (a->kind == Kind::List || a->kind == Kind::Tuple) && accept(K::Colon)) {
            if (expression() && !raised_)
                raise_at(a, "only single target (not %s) can be annotated", expression_name(a));
            if (raised_) return;
        }
        go_back(start);
    }
    ExprNode* a = star_named_expression();
    if (raised_) return;
    if (a && accept(K::Comma)) {
        // Any number of rows of expressions, with or without commas between them.
        for (;;) {
            uint32_t before = pos_;
            ExprNode* item = star_named_expression();
            if (raised_) return;
            if (!item) {
                go_back(before);
                break;
            }
            (void)accept(K::Comma);
        }
        if (accept(K::Colon) && expression() && !raised_)
            raise_at(a, "only single target (not tuple) can be annotated");
        if (raised_) return;
    }
    go_back(start);
    a = expression();
    if (raised_) return;
    if (a && accept(K::Colon)) {
        if (expression() && !raised_) raise_at(a, "illegal target for annotation");
        if (raised_) return;
    }
    go_back(start);
    for (;;) {
        uint32_t before = pos_;
        ExprNode* target = star_targets();
        if (raised_) return;
        if (target && accept(K::Equal)) continue;
        go_back(before);
        break;
    }
    uint32_t value_start = pos_;
    a = at(K::KwYield) ? nullptr : star_expressions();
    if (raised_) return;
    if (a && at(K::Equal)) {
        raise_target(TargetKind::Star, a);
        if (raised_) return;
    }
    go_back(value_start);
    if (at(K::KwYield)) {
        a = yield_expression();
        if (raised_) return;
        if (a && accept(K::Equal)) {
            raise_at(a, "assignment to yield expression not possible");
            return;
        }
    }
    go_back(start);
    a = star_expressions();
    if (raised_ || !a || !is_augmented_assignment(kind())) return;
    advance();
    if (yield_or_star_expressions() && !raised_)
        raise_at(a, "'%s' is an illegal expression for augmented assignment", expression_name(a));
}

// At `for` or the `async` before it.
void Parser::invalid_for_target(uint32_t start) {
    accept(K::KwAsync);
    if (!accept(K::KwFor)) return;
    ExprNode* a = star_expressions();
    if (raised_) return;
    raise_target(TargetKind::For, a);
    if (!raised_) go_back(start);
}

// At `del`.
void Parser::invalid_delete(uint32_t start) {
    advance();
    ExprNode* a = star_expressions();
    if (raised_) return;
    raise_target(TargetKind::Del, a);
    if (!raised_) go_back(start);
}

void Parser::invalid_with_item() {
    ExprNode* e = expression();
    if (raised_ || !e || !accept(K::KwAs)) return;
    ExprNode* a = expression();
    if (raised_ || !a) return;
    if (at(K::Comma) || at(K::RightParen) || at(K::Colon)) raise_target(TargetKind::Star, a);
}

// At what follows `with`: items in parentheses and no colon. Observed: an item may be a row of expressions
// here.
void Parser::invalid_with(uint32_t start) {
    if (!diagnosing_ || raised_) return;
    go_back(start);
    if (!accept(K::LeftParen)) return;
    do {
        uint32_t before = pos_;
        ExprNode* e = expressions();
        if (raised_) return;
        if (!e) {
            go_back(before);
            break;
        }
        uint32_t after = pos_;
        if (accept(K::KwAs) && !star_target()) {
            if (raised_) return;
            go_back(after);
        }
    } while (accept(K::Comma));
    if (accept(K::RightParen) && at(K::Newline)) raise_here(DiagnosticKind::SyntaxError, "expected ':'");
}

// At the first parameter.
void Parser::invalid_parameters(uint32_t start, bool lambda) {
    K close = lambda ? K::Colon : K::RightParen;
    bool seen_default = false, seen_slash = false, seen_star = false;
    while (!at(close)) {
        const Token& t = tok();
        if (t.kind == K::Slash) {
            if (pos_ == start) {
                if (next_kind() == K::Comma) raise_at(t, "at least one argument must precede /");
                return;
            }
            if (seen_star) return (void)raise_at(t, "/ must be ahead of *");
            if (seen_slash) return (void)raise_at(t, "/ may appear only once");
            seen_slash = true;
            advance();
            if (at(K::Star)) return (void)raise_at(tok(), "expected comma between / and *");
        } else if (t.kind == K::Star) {
            if (seen_star) {
                advance();
                bool well_formed = at(K::Comma);
                if (!well_formed && parameter(lambda, false)) well_formed = at(K::Comma) || at(close);
                if (well_formed && !raised_) raise_at(t, "* argument may appear only once");
                return;
            }
            seen_star = true;
            advance();
            // A lambda's is reported where reading had got to.
            auto bare_star = [&] {
                constexpr const char* kBareStar = "named arguments must follow bare *";
                if (lambda)
                    raise_here(DiagnosticKind::SyntaxError, "%s", kBareStar);
                else
                    raise_at(t, "%s", kBareStar);
            };
            if (at(close)) return bare_star();
            if (at(K::Comma)) {
                K next = next_kind();
                if (next == close || next == K::DoubleStar) return bare_star();
                if (next == K::TypeComment) {
                    raise_here(DiagnosticKind::SyntaxError, "bare * has associated type comment");
                    return;
                }
            } else {
                uint32_t before = pos_;
                ast::Arg* arg = parameter(lambda, false);
                if (raised_) return;
                if (arg && at(K::Equal))
                    return (void)raise_at(tok(), "var-positional argument cannot have default value");
                if (!arg) {
                    go_back(before);
                    if (!parameter(lambda, true)) return;
                }
            }
        } else if (t.kind == K::DoubleStar) {
            advance();
            if (!parameter(lambda, false)) return;
            if (at(K::Equal)) return (void)raise_at(tok(), "var-keyword argument cannot have default value");
            if (!accept(K::Comma)) return;
            const Token& after = tok();
            if (is_name(after.kind)) {
                ast::Arg* arg = parameter(lambda, false);
                if (arg) raise_at(arg, "arguments cannot follow var-keyword argument");
            } else if (after.kind == K::Star || after.kind == K::DoubleStar || after.kind == K::Slash) {
                raise_at(after, "arguments cannot follow var-keyword argument");
            }
            return;
        } else if (t.kind == K::LeftParen) {
            if (seen_default || seen_slash || seen_star) return;
            advance();
            do {
                if (!parameter(lambda, false)) return;
            } while (accept(K::Comma) && is_name(kind()));
            if (at(K::RightParen) && tokens_[pos_ - 1].kind != K::LeftParen) {
                raise_between(of(t), of(tok()),
                              lambda ? "Lambda expression parameters cannot be parenthesized"
                                     : "Function parameters cannot be parenthesized");
            }
            return;
        } else {
            ast::Arg* arg = parameter(lambda, false);
            if (!arg) return;
            if (at(K::Equal)) {
                const Token& equal = tok();
                advance();
                if (at(K::RightParen) || at(K::Comma))
                    return (void)raise_at(equal, "expected default value expression");
                if (!expression()) return;
                seen_default = true;
            } else if (seen_default && !seen_star && (at(K::Comma) || at(close))) {
                return (void)raise_at(arg, "non-default argument follows default argument");
            }
        }
        bool comma = accept(K::Comma);
        if (at(K::TypeComment) && t.kind != K::Slash) advance();
        if (!comma) return;
    }
}

}  // namespace orochi::language
