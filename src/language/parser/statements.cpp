// Simple statements.
#include "language/parser/parser_impl.hpp"

namespace orochi::language {

using K = TokenKind;

// Statements onto the scratch row, up to `end`, which is left.
bool Parser::statements_until(K end) {
    while (kind() != end) {
        if (!statement()) return false;
    }
    return true;
}

bool Parser::statement() {
    switch (kind()) {
        case K::At:
        case K::KwAsync:
        case K::KwClass:
        case K::KwDef:
        case K::KwFor:
        case K::KwIf:
        case K::KwTry:
        case K::KwWhile:
        case K::KwWith: {
            StmtNode* s = compound_statement();
            if (!s) return false;
            push(s);
            return true;
        }
        case K::NameMatch: {
            uint32_t start = pos_;
            size_t row = mark();
            if (StmtNode* s = match_statement()) {
                push(s);
                return true;
            }
            drop(row);
            if (raised_) return false;
            go_back(start);
            return simple_statements();
        }
        default: return simple_statements();
    }
}

bool Parser::simple_statements() {
    for (;;) {
        StmtNode* s = simple_statement();
        if (!s) return false;
        push(s);
        if (accept(K::Newline)) return true;
        if (!accept(K::Semicolon)) return false;
        if (accept(K::Newline)) return true;
    }
}

StmtNode* Parser::simple_statement() {
    const Token& t = tok();
    switch (t.kind) {
        case K::KwPass: advance(); return arena_.make<ast::Pass>(of(t));
        case K::KwBreak: advance(); return arena_.make<ast::Break>(of(t));
        case K::KwContinue: advance(); return arena_.make<ast::Continue>(of(t));
        case K::KwReturn: return return_statement();
        case K::KwRaise: return raise_statement();
        case K::KwGlobal: return names_statement(false);
        case K::KwNonlocal: return names_statement(true);
        case K::KwDel: return delete_statement();
        case K::KwAssert: return assert_statement();
        case K::KwImport: return import_name();
        case K::KwFrom: return import_from();
        case K::KwYield: {
            ExprNode* e = yield_expression();
            if (!e) return nullptr;
            if (at(K::Equal) && diagnosing_) return raise_at(e, "assignment to yield expression not possible");
            return arena_.make<ast::Expr>(span(t), e);
        }
        default: return expression_statement();
    }
}

// Marks a target; false if the expression is none.
bool Parser::set_context(ExprNode* e, ExprContext context) {
    switch (e->kind) {
        case Kind::Name: ast::as<ast::Name>(e)->ctx = context; return true;
        case Kind::Attribute: ast::as<ast::Attribute>(e)->ctx = context; return true;
        case Kind::Subscript: ast::as<ast::Subscript>(e)->ctx = context; return true;
        case Kind::Starred:
            if (context == ExprContext::Del) return false;
            ast::as<ast::Starred>(e)->ctx = context;
            return set_context(ast::as<ast::Starred>(e)->value, context);
        case Kind::Tuple:
            ast::as<ast::Tuple>(e)->ctx = context;
            for (ExprNode* item : ast::as<ast::Tuple>(e)->elts)
                if (!set_context(item, context)) return false;
            return true;
        case Kind::List:
            ast::as<ast::List>(e)->ctx = context;
            for (ExprNode* item : ast::as<ast::List>(e)->elts)
                if (!set_context(item, context)) return false;
            return true;
        default: return false;
    }
}

bool Parser::is_single_target(ExprNode* e) const {
    return e->kind == Kind::Name || e->kind == Kind::Attribute || e->kind == Kind::Subscript;
}

// One target of a `for` or `with`: operators may not follow, so this reads no more than a primary.
ExprNode* Parser::star_target() {
    const Token& first = tok();
    if (accept(K::Star)) {
        ExprNode* value = at(K::Star) ? nullptr : star_target();
        if (!value) return nullptr;
        return arena_.make<ast::Starred>(span(first), value, ExprContext::Store);
    }
    ExprNode* e = primary();
    return e && set_context(e, ExprContext::Store) ? e : nullptr;
}

ExprNode* Parser::star_targets() {
    const Token& first = tok();
    ExprNode* e = star_target();
    if (!e || !at(K::Comma)) return e;
    size_t row = mark();
    push(e);
    while (accept(K::Comma)) {
        uint32_t before = pos_;
        ExprNode* item = star_target();
        if (!item) {
            if (raised_) return drop(row);
            go_back(before);
            break;
        }
        push(item);
    }
    return arena_.make<ast::Tuple>(span(first), take<ExprNode>(row), ExprContext::Store);
}

// An assignment of any form, or an expression.
StmtNode* Parser::expression_statement() {
    if (diagnosing_) {
        StmtNode* s = nullptr;
        if (diagnosed_assignment(s) || raised_) return s;
    }
    const Token& first = tok();
    ExprNode* e = star_expressions();
    if (!e) return nullptr;
    K k = kind();
    if (k == K::Newline || k == K::Semicolon || diagnosing_) return arena_.make<ast::Expr>(span(first), e);
    if (k == K::Equal) {
        size_t row = mark();
        while (at(K::Equal)) {
            if (!set_context(e, ExprContext::Store)) return drop(row);
            advance();
            push(e);
            e = yield_or_star_expressions();
            if (!e) return drop(row);
            if (e->kind == Kind::Yield || e->kind == Kind::YieldFrom) {
                if (at(K::Equal)) return drop(row);
            }
        }
        Sequence<ExprNode*> targets = take<ExprNode>(row);
        Identifier comment = type_comment();
        return arena_.make<ast::Assign>(span(first), targets, e, comment);
    }
    if (k == K::Colon) {
        if (!is_single_target(e)) return nullptr;
        return annotated_assignment(first, e, is_name(first.kind) && e->kind == Kind::Name);
    }
    if (is_augmented_assignment(k)) {
        if (!is_single_target(e)) return nullptr;
        constexpr ast::Operator kOperators[] = {ast::Operator::Add,     ast::Operator::Sub,    ast::Operator::Mult,
                                                ast::Operator::MatMult, ast::Operator::Div,    ast::Operator::Mod,
                                                ast::Operator::Pow,     ast::Operator::LShift, ast::Operator::RShift,
                                                ast::Operator::BitOr,   ast::Operator::BitXor, ast::Operator::BitAnd,
                                                ast::Operator::FloorDiv};
        if (k == K::AtEqual && options_.feature_version < 5) {
            return raise_version(5, "The '@' operator is");
        }
        set_context(e, ExprContext::Store);
        advance();
        ExprNode* value = yield_or_star_expressions();
        if (!value) return nullptr;
        ast::Operator op = kOperators[static_cast<int>(k) - static_cast<int>(K::PlusEqual)];
        return arena_.make<ast::AugAssign>(span(first), e, op, value);
    }
    return arena_.make<ast::Expr>(span(first), e);
}

// At the colon.
StmtNode* Parser::annotated_assignment(const Token& first, ExprNode* target, bool simple) {
    set_context(target, ExprContext::Store);
    advance();
    ExprNode* annotation = expression();
    if (!annotation) return nullptr;
    ExprNode* value = nullptr;
    uint32_t before = pos_;
    if (accept(K::Equal)) {
        value = yield_or_star_expressions();
        if (raised_) return nullptr;
        if (!value) go_back(before);
    }
    if (options_.feature_version < 6)
        return raise_version(6, simple ? "Variable annotation syntax is" : "Variable annotations syntax is");
    return arena_.make<ast::AnnAssign>(span(first), target, annotation, value, simple ? 1 : 0);
}

StmtNode* Parser::return_statement() {
    const Token& first = tok();
    advance();
    ExprNode* value = nullptr;
    if (!at(K::Newline) && !at(K::Semicolon)) {
        uint32_t before = pos_;
        value = star_expressions();
        if (!value) {
            if (raised_) return nullptr;
            go_back(before);
        }
    }
    return arena_.make<ast::Return>(span(first), value);
}

StmtNode* Parser::raise_statement() {
    const Token& first = tok();
    advance();
    if (at(K::Newline) || at(K::Semicolon)) return arena_.make<ast::Raise>(span(first), nullptr, nullptr);
    uint32_t before = pos_;
    ExprNode* exception = expression();
    if (!exception) {
        if (raised_) return nullptr;
        go_back(before);
        return arena_.make<ast::Raise>(span(first), nullptr, nullptr);
    }
    ExprNode* cause = nullptr;
    if (accept(K::KwFrom)) {
        cause = expression();
        if (!cause) return nullptr;
    }
    return arena_.make<ast::Raise>(span(first), exception, cause);
}

StmtNode* Parser::names_statement(bool nonlocal) {
    const Token& first = tok();
    advance();
    std::vector<Identifier> names;
    do {
        Identifier id = name();
        if (!id) return nullptr;
        names.push_back(id);
    } while (accept(K::Comma));
    Sequence<Identifier> row = arena_.copy(names);
    if (nonlocal) return arena_.make<ast::Nonlocal>(span(first), row);
    return arena_.make<ast::Global>(span(first), row);
}

ExprNode* Parser::del_target() {
    ExprNode* e = primary();
    return e && set_context(e, ExprContext::Del) ? e : nullptr;
}

StmtNode* Parser::delete_statement() {
    const Token& first = tok();
    uint32_t start = pos_;
    advance();
    size_t row = mark();
    ExprNode* e = del_target();
    if (e) {
        push(e);
        while (accept(K::Comma)) {
            if (at(K::Newline) || at(K::Semicolon)) break;
            e = del_target();
            if (!e) break;
            push(e);
        }
    }
    if (!e || !(at(K::Newline) || at(K::Semicolon))) {
        drop(row);
        if (diagnosing_ && !raised_) {
            go_back(start);
            invalid_delete(start);
        }
        return nullptr;
    }
    Sequence<ExprNode*> targets = take<ExprNode>(row);
    return arena_.make<ast::Delete>(span(first), targets);
}

StmtNode* Parser::assert_statement() {
    const Token& first = tok();
    advance();
    ExprNode* test = expression();
    if (!test) return nullptr;
    ExprNode* message = nullptr;
    if (accept(K::Comma)) {
        message = expression();
        if (!message) return nullptr;
    }
    return arena_.make<ast::Assert>(span(first), test, message);
}

Identifier Parser::dotted_name() {
    const Token& first = tok();
    Identifier id = name();
    if (!id || !at(K::Dot)) return id;
    std::string whole(id.view());
    while (at(K::Dot)) {
        advance();
        Identifier part = name();
        if (!part) return nullptr;
        whole += '.';
        whole += part.view();
    }
    (void)first;
    return arena_.intern(whole);
}

StmtNode* Parser::import_name() {
    const Token& first = tok();
    advance();
    size_t row = mark();
    do {
        const Token& start = tok();
        Identifier module = dotted_name();
        if (!module) return drop(row);
        Identifier as = nullptr;
        if (accept(K::KwAs)) {
            as = name();
            if (!as) return drop(row);
        }
        push(arena_.make<ast::Alias>(span(start), module, as));
    } while (accept(K::Comma));
    Sequence<ast::Alias*> names = take<ast::Alias>(row);
    return arena_.make<ast::Import>(span(first), names);
}

ast::Alias* Parser::import_from_as_name() {
    const Token& start = tok();
    Identifier id = name();
    if (!id) return nullptr;
    Identifier as = nullptr;
    if (accept(K::KwAs)) {
        as = name();
        if (!as) return nullptr;
    }
    return arena_.make<ast::Alias>(span(start), id, as);
}

StmtNode* Parser::import_from() {
    const Token& first = tok();
    advance();
    int32_t level = 0;
    for (;; advance()) {
        if (at(K::Dot))
            level += 1;
        else if (at(K::Ellipsis))
            level += 3;
        else
            break;
    }
    Identifier module = nullptr;
    if (!at(K::KwImport) || level == 0) {
        module = dotted_name();
        if (!module) return nullptr;
    }
    if (!accept(K::KwImport)) return nullptr;
    size_t row = mark();
    if (at(K::Star)) {
        const Token& star = tok();
        advance();
        push(arena_.make<ast::Alias>(of(star), arena_.intern("*"), nullptr));
    } else {
        bool parenthesised = accept(K::LeftParen);
        for (;;) {
            ast::Alias* alias = import_from_as_name();
            if (!alias) return drop(row);
            push(alias);
            if (!at(K::Comma)) break;
            advance();
            if (parenthesised && at(K::RightParen)) break;
            if (!parenthesised && at(K::Newline)) {
                drop(row);
                if (!diagnosing_) return nullptr;
                return raise_here(DiagnosticKind::SyntaxError,
                                  "trailing comma not allowed without surrounding parentheses");
            }
        }
        if (parenthesised && !accept(K::RightParen)) return drop(row);
    }
    Sequence<ast::Alias*> names = take<ast::Alias>(row);
    return arena_.make<ast::ImportFrom>(span(first), module, names, level);
}

}  // namespace orochi::language
