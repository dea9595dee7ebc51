// The `match` statement and its patterns (PEP 634).
#include "language/parser/parser_impl.hpp"

namespace orochi::language {

using K = TokenKind;

// At the word `match`, which may turn out to be a name.
StmtNode* Parser::match_statement() {
    const Token& first = tok();
    advance();
    // What can follow a name but cannot start an expression settles it at once.
    switch (kind()) {
        case K::Equal:
        case K::Dot:
        case K::Comma:
        case K::Colon:
        case K::RightParen:
        case K::Newline:
        case K::Semicolon: return nullptr;
        default: break;
    }
    ExprNode* subject = subject_expression();
    if (!subject) return nullptr;
    if (!accept(K::Colon)) {
        if (diagnosing_ && at(K::Newline)) return raise_here(DiagnosticKind::SyntaxError, "expected ':'");
        return nullptr;
    }
    if (!accept(K::Newline)) return nullptr;
    if (!accept(K::Indent)) {
        if (!diagnosing_) return nullptr;
        return raise_here(DiagnosticKind::IndentationError,
                          "expected an indented block after 'match' statement on line %d", first.lineno);
    }
    Depth depth(*this);
    if (depth.too_deep()) return nullptr;
    size_t row = mark();
    while (at(K::NameCase)) {
        ast::MatchCase* one_case = case_block();
        if (!one_case) return drop(row);
        push(one_case);
    }
    if (scratch_.size() == row || !accept(K::Dedent)) return drop(row);
    if (options_.feature_version < 10) return raise_version(10, "Pattern matching is", false);
    Sequence<ast::MatchCase*> cases = take<ast::MatchCase>(row);
    return arena_.make<ast::Match>(from(first), subject, cases);
}

ExprNode* Parser::subject_expression() {
    const Token& first = tok();
    bool star = at(K::Star);
    ExprNode* e = star_named_expression();
    if (!e) return nullptr;
    if (!at(K::Comma)) return star ? nullptr : e;
    return tuple_from(first, e, &Parser::star_named_expression);
}

ast::MatchCase* Parser::case_block() {
    const Token& keyword = tok();
    advance();
    PatternNode* p = patterns();
    if (!p) return nullptr;
    ExprNode* guard = nullptr;
    if (accept(K::KwIf)) {
        guard = named_expression();
        if (!guard) return nullptr;
    }
    if (!accept(K::Colon)) {
        if (diagnosing_ && at(K::Newline)) raise_here(DiagnosticKind::SyntaxError, "expected ':'");
        return nullptr;
    }
    Sequence<StmtNode*> body;
    if (!block(body, "'case' statement", keyword)) return nullptr;
    return arena_.make<ast::MatchCase>(p, guard, body);
}

PatternNode* Parser::patterns() {
    const Token& first = tok();
    bool star = at(K::Star);
    PatternNode* p = maybe_star_pattern();
    if (!p || (!star && !at(K::Comma))) return p;
    if (!at(K::Comma)) return nullptr;
    size_t row = mark();
    push(p);
    while (accept(K::Comma)) {
        uint32_t before = pos_;
        p = maybe_star_pattern();
        if (!p) {
            if (raised_) return drop(row);
            go_back(before);
            break;
        }
        push(p);
    }
    Sequence<PatternNode*> items = take<PatternNode>(row);
    return arena_.make<ast::MatchSequence>(span(first), items);
}

PatternNode* Parser::maybe_star_pattern() {
    if (!at(K::Star)) return pattern();
    const Token& first = tok();
    advance();
    Identifier id = nullptr;
    if (at(K::NameUnderscore)) {
        advance();
    } else {
        id = capture_target();
        if (!id) return nullptr;
    }
    return arena_.make<ast::MatchStar>(span(first), id);
}

// A name that is not "_" and does not go on as a value, class or keyword pattern.
Identifier Parser::capture_target() {
    if (!is_name(kind()) || at(K::NameUnderscore)) return nullptr;
    K next = next_kind();
    if (next == K::Dot || next == K::LeftParen || next == K::Equal) return nullptr;
    return name();
}

PatternNode* Parser::pattern() {
    Depth depth(*this);
    if (depth.too_deep()) return nullptr;
    const Token& first = tok();
    PatternNode* p = or_pattern();
    if (!p || !at(K::KwAs)) return p;
    advance();
    if (at(K::NameUnderscore) && diagnosing_) return raise_at(tok(), "cannot use '_' as a target");
    if (!is_name(kind()) && diagnosing_) {
        uint32_t before = pos_;
        if (ExprNode* e = expression()) return raise_at(e, "invalid pattern target");
        if (raised_) return nullptr;
        go_back(before);
    }
    Identifier id = capture_target();
    if (!id) return nullptr;
    return arena_.make<ast::MatchAs>(span(first), p, id);
}

PatternNode* Parser::or_pattern() {
    const Token& first = tok();
    PatternNode* p = closed_pattern();
    if (!p || !at(K::Pipe)) return p;
    size_t row = mark();
    push(p);
    while (accept(K::Pipe)) {
        p = closed_pattern();
        if (!p) return drop(row);
        push(p);
    }
    Sequence<PatternNode*> choices = take<PatternNode>(row);
    return arena_.make<ast::MatchOr>(span(first), choices);
}

PatternNode* Parser::closed_pattern() {
    const Token& t = tok();
    switch (t.kind) {
        case K::KwNone:
        case K::KwTrue:
        case K::KwFalse: {
            advance();
            ConstantKind kind = t.kind == K::KwNone   ? ConstantKind::None
                                : t.kind == K::KwTrue ? ConstantKind::True
                                                      : ConstantKind::False;
            return arena_.make<ast::MatchSingleton>(of(t), make_singleton(arena_, kind));
        }
        case K::Number:
        case K::Minus: {
            ExprNode* e = pattern_number();
            return e ? arena_.make<ast::MatchValue>(span(t), e) : nullptr;
        }
        case K::String: {
            ExprNode* e = strings();
            return e ? arena_.make<ast::MatchValue>(span(t), e) : nullptr;
        }
        case K::LeftParen:
        case K::LeftBracket: {
            advance();
            K close = t.kind == K::LeftParen ? K::RightParen : K::RightBracket;
            size_t row = mark();
            bool comma = false, star = false;
            while (!at(close)) {
                star = star || at(K::Star);
                PatternNode* p = maybe_star_pattern();
                if (!p) return drop(row);
                push(p);
                comma = accept(K::Comma);
                if (!comma) break;
            }
            if (!at(close)) return drop(row);
            bool group = t.kind == K::LeftParen && scratch_.size() - row == 1 && !comma;
            if (group && star) return drop(row);
            advance();
            Sequence<PatternNode*> items = take<PatternNode>(row);
            if (group) return items[0];
            return arena_.make<ast::MatchSequence>(span(t), items);
        }
        case K::LeftBrace: return mapping_pattern();
        default: break;
    }
    if (!is_name(t.kind)) return nullptr;
    K next = next_kind();
    if (next != K::Dot && next != K::LeftParen && next != K::Equal) {
        advance();
        if (t.kind == K::NameUnderscore) return arena_.make<ast::MatchAs>(of(t), nullptr, nullptr);
        return arena_.make<ast::MatchAs>(of(t), nullptr, identifier(t));
    }
    ExprNode* value = name_or_attribute();
    if (!value) return nullptr;
    if (at(K::LeftParen)) return class_pattern(t, value);
    if (value->kind != Kind::Attribute || at(K::Equal)) return nullptr;
    return arena_.make<ast::MatchValue>(span(t), value);
}

// [-] NUMBER [(+|-) NUMBER]: a real number and, after a sign, an imaginary one.
ExprNode* Parser::pattern_number() {
    const Token& first = tok();
    bool negative = accept(K::Minus);
    if (!at(K::Number)) return nullptr;
    ExprNode* left = number();
    if (!left) return nullptr;
    bool left_complex = ast::as<ast::Constant>(left)->value->is(ConstantKind::Complex);
    if (negative) left = arena_.make<ast::UnaryOp>(span(first), ast::UnaryOperator::USub, left);
    if (!at(K::Plus) && !at(K::Minus)) return left;
    ast::Operator op = at(K::Plus) ? ast::Operator::Add : ast::Operator::Sub;
    if (left_complex) return raise_at(left, "real number required in complex literal");
    advance();
    if (!at(K::Number)) return nullptr;
    ExprNode* right = number();
    if (!right) return nullptr;
    if (!ast::as<ast::Constant>(right)->value->is(ConstantKind::Complex))
        return raise_at(right, "imaginary number required in complex literal");
    return arena_.make<ast::BinOp>(span(first), left, op, right);
}

ExprNode* Parser::name_or_attribute() {
    const Token& first = tok();
    advance();
    ExprNode* e = make_name(first, ExprContext::Load);
    while (accept(K::Dot)) {
        Identifier id = name();
        if (!id) return nullptr;
        e = arena_.make<ast::Attribute>(span(first), e, id, ExprContext::Load);
    }
    return e;
}

PatternNode* Parser::mapping_pattern() {
    const Token& first = tok();
    advance();
    std::vector<ExprNode*> keys;
    size_t row = mark();
    Identifier rest = nullptr;
    while (!at(K::RightBrace)) {
        if (accept(K::DoubleStar)) {
            rest = capture_target();
            if (!rest) return drop(row);
            accept(K::Comma);
            break;
        }
        const Token& t = tok();
        ExprNode* key = nullptr;
        switch (t.kind) {
            case K::Number:
            case K::Minus: key = pattern_number(); break;
            case K::String: key = strings(); break;
            case K::KwNone:
                advance();
                key = singleton(t, ConstantKind::None);
                break;
            case K::KwTrue:
                advance();
                key = singleton(t, ConstantKind::True);
                break;
            case K::KwFalse:
                advance();
                key = singleton(t, ConstantKind::False);
                break;
            default:
                if (is_name(t.kind)) key = name_or_attribute();
                if (key && key->kind != Kind::Attribute) key = nullptr;
                break;
        }
        if (!key || !accept(K::Colon)) return drop(row);
        PatternNode* value = pattern();
        if (!value) return drop(row);
        keys.push_back(key);
        push(value);
        if (!accept(K::Comma)) break;
    }
    if (!accept(K::RightBrace)) return drop(row);
    Sequence<PatternNode*> values = take<PatternNode>(row);
    return arena_.make<ast::MatchMapping>(span(first), arena_.copy(keys), values, rest);
}

PatternNode* Parser::class_pattern(const Token& first, ExprNode* cls) {
    advance();
    size_t row = mark();
    std::vector<Identifier> names;
    std::vector<PatternNode*> values;
    while (!at(K::RightParen)) {
        if (is_name(kind()) && next_kind() == K::Equal) {
            names.push_back(name());
            advance();
            PatternNode* p = pattern();
            if (!p) return drop(row);
            values.push_back(p);
        } else {
            uint32_t start = pos_;
            PatternNode* p = pattern();
            if (!p) return drop(row);
            if (!names.empty()) {
                if (!diagnosing_) return drop(row);
                // The offence ends with the last of the positional patterns in a row.
                Location begin = of(tokens_[start]);
                while (at(K::Comma) && !(is_name(tokens_[pos_ + 1].kind) && tokens_[pos_ + 2].kind == K::Equal)) {
                    advance();
                    PatternNode* more = at(K::RightParen) ? nullptr : pattern();
                    if (!more) break;
                    p = more;
                }
                drop(row);
                if (raised_) return nullptr;
                return raise_between(begin, p->location, "positional patterns follow keyword patterns");
            }
            push(p);
        }
        if (!accept(K::Comma)) break;
    }
    if (!accept(K::RightParen)) return drop(row);
    Sequence<PatternNode*> positional = take<PatternNode>(row);
    return arena_.make<ast::MatchClass>(span(first), cls, positional, arena_.copy(names), arena_.copy(values));
}

}  // namespace orochi::language
