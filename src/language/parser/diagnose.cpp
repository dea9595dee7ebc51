// The second pass: the mistakes that CPython has words for.
//
// Every function here starts at the construct that could not be parsed, looks
// for one way of getting it wrong after the other, raises if it finds one, and
// goes back. The order is observable, since the first match wins.
#include "language/parser/parser_impl.hpp"

namespace orochi::language {

using K = TokenKind;

// Parses by `rule` at this place, once: later visits get the same result, even one that was got without looking for
// mistakes. CPython's parser works so, and which mistake it reports depends on it.
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
        if (expression() && !raised_)
            raise_at(a, "cannot use assignment expressions with %s", expression_name(a));
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
        advance();
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

namespace {

// Where a comprehension's last clause ends: its last condition, or what it goes through.
const Location& last_item(const Sequence<ast::Comprehension*>& clauses) {
    const ast::Comprehension* c = clauses.back();
    return c->ifs.empty() ? c->iter->location : c->ifs.back()->location;
}

}  // namespace

// The longest well-formed list of arguments at this place.
Parser::ArgumentsRead Parser::read_arguments() {
    ArgumentsRead r;
    const Token& first = tok();
    enum { Positional, Keywords, DoubleStars } stage = Positional;
    uint32_t after_last = pos_;
    for (;;) {
        uint32_t item_start = pos_;
        const Token& t = tok();
        bool ok = false;
        if (stage == Positional) {
            ExprNode* e = nullptr;
            if (t.kind == K::Star) {
                advance();
                e = expression();
            } else if (is_name(t.kind) && next_kind() == K::ColonEqual) {
                e = named_expression();
            } else {
                e = expression();
                if (e && at(K::ColonEqual)) e = nullptr;
            }
            if (raised_) return r;
            if (e && (t.kind == K::Star || !at(K::Equal))) {
                ok = true;
                ++r.positional;
                r.last_positional = e;
                r.last_first = &t;
            } else {
                go_back(item_start);
                stage = Keywords;
            }
        }
        if (!ok && stage == Keywords) {
            invalid_keyword_argument();
            if (raised_) return r;
            if (is_name(t.kind) && next_kind() == K::Equal) {
                advance();
                advance();
                ok = expression() != nullptr;
                r.keywords += ok;
            } else if (t.kind == K::Star) {
                advance();
                ExprNode* e = expression();
                ok = e != nullptr;
                if (ok) ++r.positional, r.last_positional = e, r.last_first = &t;
            }
            if (raised_) return r;
            if (!ok) {
                go_back(item_start);
                stage = DoubleStars;
            }
        }
        if (!ok && stage == DoubleStars) {
            if (is_name(t.kind) && next_kind() == K::Equal) {
                advance();
                advance();
                ok = expression() != nullptr;
                r.keywords += ok;
            } else if (t.kind == K::DoubleStar) {
                advance();
                ok = expression() != nullptr;
                if (ok) ++r.keywords, r.unpacks = true;
            }
            if (raised_) return r;
        }
        if (!ok) {
            go_back(after_last);
            break;
        }
        r.ok = true;
        after_last = pos_;
        if (!accept(K::Comma)) break;
    }
    if (r.ok) r.where = span(first);
    return r;
}

void Parser::invalid_arguments(uint32_t start) {
    ArgumentsRead args = read_arguments();
    if (raised_) return;
    uint32_t after = pos_;
    if (args.ok && at(K::Comma) && next_kind() == K::Star) {
        raise("iterable argument unpacking follows keyword argument unpacking", args.where);
        return;
    }
    go_back(start);
    constexpr const char* kGenerator = "Generator expression must be parenthesized";
    Sequence<ast::Comprehension*> clauses;
    ExprNode* a = expression();
    if (raised_) return;
    if (a && at_comprehension() && comprehension_clauses(clauses) && accept(K::Comma)) {
        raise_between(a->location, last_item(clauses), kGenerator);
        return;
    }
    if (raised_) return;
    go_back(start);
    if (is_name(kind()) && next_kind() == K::Equal) {
        const Token& name_token = tok();
        advance();
        const Token& equal = tok();
        advance();
        ExprNode* e = expression();
        if (raised_) return;
        if (e && at_comprehension() && comprehension_clauses(clauses)) {
            raise_between(of(name_token), of(equal), "invalid syntax. Maybe you meant '==' or ':=' instead of '='?");
            return;
        }
        if (raised_) return;
    }
    if (!args.ok) return;
    go_back(after);
    if (at_comprehension() && comprehension_clauses(clauses)) {
        if (args.positional > 1 && args.last_positional) {
            raise_between(args.last_positional->location, last_item(clauses), kGenerator);
            return;
        }
    }
    if (raised_) return;
    go_back(after);
    if (!accept(K::Comma)) return;
    uint32_t next = pos_;
    a = expression();
    if (raised_) return;
    if (a && at_comprehension() && comprehension_clauses(clauses)) {
        raise_between(a->location, clauses.back()->target->location, kGenerator);
        return;
    }
    if (raised_) return;
    go_back(next);
    ArgumentsRead more = read_arguments();
    if (raised_ || !more.ok) return;
    raise_here(DiagnosticKind::SyntaxError, "%s",
               args.unpacks ? "positional argument follows keyword argument unpacking"
                            : "positional argument follows keyword argument");
}

void Parser::invalid_keyword_argument() {
    uint32_t start = pos_;
    const Token& t = tok();
    if (t.kind == K::KwTrue || t.kind == K::KwFalse || t.kind == K::KwNone) {
        if (next_kind() == K::Equal) {
            raise_between(of(t), of(tokens_[pos_ + 1]), "cannot assign to %s", std::string(text(t)).c_str());
            return;
        }
    }
    if (is_name(t.kind) && next_kind() == K::Equal) {
        const Token& equal = tokens_[pos_ + 1];
        advance();
        advance();
        ExprNode* e = expression();
        if (raised_) return;
        Sequence<ast::Comprehension*> clauses;
        if (e && at_comprehension() && comprehension_clauses(clauses)) {
            raise_between(of(t), of(equal), "invalid syntax. Maybe you meant '==' or ':=' instead of '='?");
            return;
        }
        if (raised_) return;
    } else {
        ExprNode* a = expression();
        if (raised_) return;
        if (a && at(K::Equal)) {
            raise_between(a->location, of(tok()), "expression cannot contain assignment, perhaps you meant \"==\"?");
            return;
        }
    }
    go_back(start);
}

// At an opening bracket of any kind.
void Parser::invalid_comprehension(uint32_t start) {
    Sequence<ast::Comprehension*> clauses;
    bool list_or_set = !at(K::LeftParen);
    advance();
    if (at(K::Star)) {
        const Token& star = tok();
        advance();
        ExprNode* e = expression();
        if (raised_) return;
        if (e && at_comprehension()) {
            Location where = span(star);
            if (comprehension_clauses(clauses)) {
                raise("iterable unpacking cannot be used in comprehension", where);
                return;
            }
        }
        if (raised_) return;
    }
    go_back(start);
    if (!list_or_set) return;
    advance();
    ExprNode* a = star_named_expression();
    if (raised_) return;
    if (a && at(K::Comma)) {
        const Token& comma = tok();
        advance();
        uint32_t after_comma = pos_;
        ExprNode* item = nullptr;
        for (;;) {
            uint32_t before = pos_;
            ExprNode* e = star_named_expression();
            if (raised_) return;
            if (!e) {
                go_back(before);
                break;
            }
            item = e;
            if (!accept(K::Comma)) break;
        }
        constexpr const char* kForgotten = "did you forget parentheses around the comprehension target?";
        if (item && at_comprehension() && comprehension_clauses(clauses)) {
            raise_between(a->location, item->location, kForgotten);
            return;
        }
        if (raised_) return;
        go_back(after_comma);
        if (at_comprehension() && comprehension_clauses(clauses)) {
            raise_between(a->location, of(comma), kForgotten);
            return;
        }
    }
    if (!raised_) go_back(start);
}

// At an opening bracket after a primary: a call with one generator expression is tried first of all that may follow.
// Observed: its mistakes are looked for inside other brackets as well.
void Parser::invalid_call_comprehension() {
    uint32_t start = pos_;
    if (accept(K::LeftParen)) {
        bool named = is_name(kind()) && next_kind() == K::ColonEqual;
        ExprNode* e = named ? named_expression() : expression();
        if (raised_) return;
        Sequence<ast::Comprehension*> clauses;
        if (e && at_comprehension() && comprehension_clauses(clauses) && at(K::RightParen)) return;
        if (raised_) return;
        go_back(start);
    }
    invalid_comprehension(start);
}

// At '('.
void Parser::invalid_group(uint32_t start) {
    advance();
    const Token& t = tok();
    if (t.kind == K::Star || t.kind == K::DoubleStar) {
        advance();
        ExprNode* e = expression();
        if (raised_) return;
        if (e && at(K::RightParen)) {
            if (t.kind == K::Star) raise("cannot use starred expression here", span(t));
            else raise_at(t, "cannot use double starred expression here");
            return;
        }
    }
    go_back(start);
}

// At '{': mistakes of dict displays.
void Parser::invalid_dict_pairs() {
    auto bad_value = [&]() -> bool {  // after the key: true if it has raised
        if (!at(K::Colon)) return false;
        const Token& colon = tok();
        advance();
        if (at(K::Star)) {
            Location star = of(tok());
            advance();
            if (bitwise_or() && !raised_)
                raise_from(star, "cannot use a starred expression in a dictionary value");
        } else if (at(K::RightBrace) || at(K::Comma)) {
            raise_at(colon, "expression expected after dictionary key and ':'");
        }
        return raised_;
    };
    advance();
    bool any = false;
    for (;;) {
        uint32_t pair_start = pos_;
        ExprNode* value = nullptr;
        ExprNode* key = nullptr;
        if (accept(K::DoubleStar)) {
            value = bitwise_or();
        } else if ((key = expression()) && accept(K::Colon)) {
            value = expression();
        }
        if (raised_) return;
        if (value) {
            any = true;
            if (accept(K::Comma)) continue;
            return;
        }
        go_back(pair_start);
        key = expression();
        if (raised_ || !key) return;
        if (any && !at(K::Colon)) {
            const Location& l = key->location;
            raise("':' expected after dictionary key", {l.lineno, l.end_col_offset - 1, l.end_lineno, -1});
            return;
        }
        (void)bad_value();
        return;
    }
}

// At '{'.
void Parser::invalid_dict_comprehension(uint32_t start) {
    advance();
    if (at(K::DoubleStar)) {
        const Token& stars = tok();
        advance();
        ExprNode* e = bitwise_or();
        if (raised_) return;
        Sequence<ast::Comprehension*> clauses;
        if (e && at_comprehension() && comprehension_clauses(clauses) && at(K::RightBrace)) {
            raise_at(stars, "dict unpacking cannot be used in dict comprehension");
            return;
        }
        if (raised_) return;
    }
    go_back(start);
    invalid_comprehension(start);
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
                if (lambda) raise_here(DiagnosticKind::SyntaxError, "%s", kBareStar);
                else raise_at(t, "%s", kBareStar);
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
