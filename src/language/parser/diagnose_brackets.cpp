// The second pass: mistakes inside brackets, that is in arguments, comprehensions, groups and dicts.
#include "language/parser/parser_impl.hpp"

namespace orochi::language {

using K = TokenKind;

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
        // What follows may be wrong in its own way.
        uint32_t next = pos_;
        if (!read_arguments().ok && !raised_) {
            go_back(next);
            Sequence<ast::Comprehension*> more;
            if (expression() && at_comprehension()) (void)comprehension_clauses(more);
        }
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

// At an opening bracket after a primary: a call with one generator expression is tried first of all that may
// follow. Observed: its mistakes are looked for inside other brackets as well.
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
            if (t.kind == K::Star)
                raise("cannot use starred expression here", span(t));
            else
                raise_at(t, "cannot use double starred expression here");
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
            if (bitwise_or() && !raised_) raise_from(star, "cannot use a starred expression in a dictionary value");
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

}  // namespace orochi::language
