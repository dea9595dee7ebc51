// Compound statements, `match` excepted.
#include "language/parser/parser_impl.hpp"

namespace orochi::language {

using K = TokenKind;

namespace {

// What may follow the head of a statement whose ':' is missing.
constexpr const char* kExpectedColon = "expected ':'";

}  // namespace

// A colon that the grammar insists on whatever happens.
bool Parser::expect_colon() {
    if (accept(K::Colon)) return true;
    if (!raised_) raise_at(tok(), "%s", kExpectedColon);
    return false;
}

// After the colon. `after` and `keyword` are for the message when the block is missing.
bool Parser::block(Sequence<StmtNode*>& out, const char* after, const Token& keyword) {
    size_t row = mark();
    if (accept(K::Newline)) {
        if (!accept(K::Indent)) {
            if (diagnosing_ && !raised_) {
                raise_here(DiagnosticKind::IndentationError, "expected an indented block after %s on line %d", after,
                           keyword.lineno);
            }
            return false;
        }
        Depth depth(*this);
        if (depth.too_deep()) return false;
        while (!at(K::Dedent)) {
            if (!statement()) return drop(row), false;
        }
        advance();
    } else if (!simple_statements()) {
        return drop(row), false;
    }
    out = take<StmtNode>(row);
    return true;
}

StmtNode* Parser::compound_statement() {
    const Token& first = tok();
    switch (first.kind) {
        case K::At: return decorated();
        case K::KwDef: return function_definition(first, false, {});
        case K::KwClass: return class_definition({});
        case K::KwIf: return if_statement();
        case K::KwWhile: return while_statement();
        case K::KwFor: return for_statement(first, false);
        case K::KwWith: return with_statement(first, false);
        case K::KwTry: return try_statement();
        case K::KwAsync:
            advance();
            if (at(K::KwDef)) return function_definition(first, true, {});
            if (at(K::KwFor)) return for_statement(first, true);
            if (at(K::KwWith)) return with_statement(first, true);
            return nullptr;
        default: return nullptr;
    }
}

StmtNode* Parser::decorated() {
    size_t row = mark();
    while (accept(K::At)) {
        ExprNode* e = named_expression();
        if (!e || !accept(K::Newline)) return drop(row);
        push(e);
    }
    Sequence<ExprNode*> decorators = take<ExprNode>(row);
    const Token& first = tok();
    if (at(K::KwClass)) return class_definition(decorators);
    bool is_async = accept(K::KwAsync);
    return at(K::KwDef) ? function_definition(first, is_async, decorators) : nullptr;
}

// At `def`.
StmtNode* Parser::function_definition(const Token& first, bool is_async, Sequence<ExprNode*> decorators) {
    const Token& keyword = tok();
    advance();
    Identifier id = name();
    if (!id) return nullptr;
    if (!at(K::LeftParen)) return raise_at(tok(), "expected '('");
    advance();
    ast::Arguments* args = at(K::RightParen) ? empty_parameters() : parameters(false);
    if (!args || !accept(K::RightParen)) return nullptr;
    ExprNode* returns = nullptr;
    uint32_t before = pos_;
    if (accept(K::Arrow)) {
        returns = expression();
        if (raised_) return nullptr;
        if (!returns) go_back(before);
    }
    if (!expect_colon()) return nullptr;
    Identifier comment = type_comment();
    if (at(K::Newline) && next_kind() == K::TypeComment && tokens_[pos_ + 2].kind == K::Newline &&
        tokens_[pos_ + 3].kind == K::Indent) {
        // The comment of the function may stand on a line of its own, before the body.
        if (!comment) {
            comment = arena_.intern(text(tokens_[pos_ + 1]));
            pos_ += 2;
        } else if (diagnosing_) {
            go_back(pos_ + 3);
            return raise_here(DiagnosticKind::SyntaxError, "Cannot have two type comments on def");
        }
    }
    Sequence<StmtNode*> body;
    if (!block(body, "function definition", keyword)) return nullptr;
    if (is_async) {
        if (options_.feature_version < 5) return raise_version(5, "Async functions are", false);
        return arena_.make<ast::AsyncFunctionDef>(from(first), id, args, body, decorators, returns, comment);
    }
    return arena_.make<ast::FunctionDef>(from(first), id, args, body, decorators, returns, comment);
}

StmtNode* Parser::class_definition(Sequence<ExprNode*> decorators) {
    const Token& first = tok();
    advance();
    Identifier id = name();
    if (!id) return nullptr;
    Sequence<ExprNode*> bases;
    Sequence<ast::Keyword*> keywords;
    if (at(K::LeftParen)) {
        advance();
        if (!at(K::RightParen) && !arguments(bases, keywords, nullptr)) return nullptr;
        if (!accept(K::RightParen)) return nullptr;
    }
    if (!accept(K::Colon)) {
        if (diagnosing_ && at(K::Newline)) raise_here(DiagnosticKind::SyntaxError, "%s", kExpectedColon);
        return nullptr;
    }
    Sequence<StmtNode*> body;
    if (!block(body, "class definition", first)) return nullptr;
    return arena_.make<ast::ClassDef>(from(first), id, bases, keywords, body, decorators);
}

// `if` and its `elif`s, each the only statement of the one before's else part.
StmtNode* Parser::if_statement() {
    struct Branch {
        const Token* first;
        ExprNode* test;
        Sequence<StmtNode*> body;
    };
    std::vector<Branch> branches;
    do {
        Branch b{&tok(), nullptr, {}};
        advance();
        b.test = named_expression();
        if (!b.test) return nullptr;
        if (!accept(K::Colon)) {
            if (diagnosing_ && at(K::Newline)) raise_here(DiagnosticKind::SyntaxError, "%s", kExpectedColon);
            return nullptr;
        }
        bool elif = !branches.empty();
        if (!block(b.body, elif ? "'elif' statement" : "'if' statement", *b.first)) return nullptr;
        branches.push_back(b);
        if (branches.size() > static_cast<size_t>(kMaxDepth / 2)) return raise_memory(), nullptr;
    } while (at(K::KwElif));
    Sequence<StmtNode*> otherwise;
    if (!else_block(otherwise)) return nullptr;
    for (size_t i = branches.size(); i-- > 1;) {
        const Branch& b = branches[i];
        StmtNode* elif = arena_.make<ast::If>(from(*b.first), b.test, b.body, otherwise);
        otherwise = one(elif);
    }
    return arena_.make<ast::If>(from(*branches[0].first), branches[0].test, branches[0].body, otherwise);
}

bool Parser::else_block(Sequence<StmtNode*>& out) {
    if (!at(K::KwElse)) return true;
    const Token& keyword = tok();
    advance();
    return expect_colon() && block(out, "'else' statement", keyword);
}

StmtNode* Parser::while_statement() {
    const Token& first = tok();
    advance();
    ExprNode* test = named_expression();
    if (!test) return nullptr;
    if (!accept(K::Colon)) {
        if (diagnosing_ && at(K::Newline)) raise_here(DiagnosticKind::SyntaxError, "%s", kExpectedColon);
        return nullptr;
    }
    Sequence<StmtNode*> body, otherwise;
    if (!block(body, "'while' statement", first) || !else_block(otherwise)) return nullptr;
    return arena_.make<ast::While>(from(first), test, body, otherwise);
}

StmtNode* Parser::for_statement(const Token& first, bool is_async) {
    const Token& keyword = tok();
    uint32_t start = pos_;
    advance();
    ExprNode* target = star_targets();
    if (!target || !accept(K::KwIn)) {
        if (diagnosing_ && !raised_) {
            go_back(start);
            invalid_for_target(start);
        }
        return nullptr;
    }
    ExprNode* iterable = star_expressions();
    if (!iterable) return nullptr;
    if (!accept(K::Colon)) {
        if (diagnosing_ && at(K::Newline)) raise_here(DiagnosticKind::SyntaxError, "%s", kExpectedColon);
        return nullptr;
    }
    Identifier comment = type_comment();
    Sequence<StmtNode*> body, otherwise;
    if (!block(body, "'for' statement", keyword) || !else_block(otherwise)) return nullptr;
    if (is_async && options_.feature_version < 5) return raise_version(5, "Async for loops are");
    if (is_async) return arena_.make<ast::AsyncFor>(from(first), target, iterable, body, otherwise, comment);
    return arena_.make<ast::For>(from(first), target, iterable, body, otherwise, comment);
}

ast::WithItem* Parser::with_item() {
    uint32_t start = pos_;
    ExprNode* e = expression();
    if (!e) return nullptr;
    if (!at(K::KwAs)) return arena_.make<ast::WithItem>(e, nullptr);
    uint32_t before = pos_;
    advance();
    ExprNode* target = star_target();
    if (target && (at(K::Comma) || at(K::RightParen) || at(K::Colon) || (diagnosing_ && at(K::Newline))))
        return arena_.make<ast::WithItem>(e, target);
    if (raised_) return nullptr;
    if (diagnosing_) {
        go_back(start);
        invalid_with_item();
        if (raised_) return nullptr;
    }
    go_back(before);
    return arena_.make<ast::WithItem>(e, nullptr);
}

StmtNode* Parser::with_statement(const Token& first, bool is_async) {
    const Token& keyword = tok();
    advance();
    uint32_t start = pos_;
    size_t row = mark();
    Identifier comment = nullptr;
    bool matched = false;
    // Parentheses may be those of the statement or of the first expression.
    if (at(K::LeftParen)) {
        advance();
        for (;;) {
            ast::WithItem* item = with_item();
            if (!item) break;
            push(item);
            bool comma = accept(K::Comma);
            if (at(K::RightParen)) {
                advance();
                matched = at(K::Colon);
                if (diagnosing_ && at(K::Newline)) raise_here(DiagnosticKind::SyntaxError, "%s", kExpectedColon);
                break;
            }
            if (!comma) break;
        }
        if (raised_) return drop(row);
        if (!matched) {
            drop(row);
            go_back(start);
        }
    }
    if (!matched) {
        do {
            ast::WithItem* item = with_item();
            if (!item) return drop(row), invalid_with(start), nullptr;
            push(item);
        } while (accept(K::Comma));
    }
    if (!accept(K::Colon)) {
        drop(row);
        if (diagnosing_ && !raised_ && at(K::Newline)) raise_here(DiagnosticKind::SyntaxError, "%s", kExpectedColon);
        invalid_with(start);
        return nullptr;
    }
    Sequence<ast::WithItem*> items = take<ast::WithItem>(row);
    if (!matched) comment = type_comment();
    Sequence<StmtNode*> body;
    if (!block(body, "'with' statement", keyword)) return nullptr;
    if (is_async && options_.feature_version < 5) return raise_version(5, "Async with statements are", false);
    if (matched && options_.feature_version < 9) return raise_version(9, "Parenthesized context managers are", false);
    if (is_async) return arena_.make<ast::AsyncWith>(from(first), items, body, comment);
    return arena_.make<ast::With>(from(first), items, body, comment);
}

ast::ExceptHandler* Parser::except_block(bool& star, bool first_block) {
    const Token& first = tok();
    advance();
    bool wanted = star;
    star = false;
    ExprNode* type = nullptr;
    Identifier id = nullptr;
    if (!diagnosing_ && !first_block && at(K::Star) != wanted) return nullptr;
    if (!at(K::Colon)) {
        if (at(K::Newline)) {
            if (diagnosing_) raise_here(DiagnosticKind::SyntaxError, "%s", kExpectedColon);
            return nullptr;
        }
        star = accept(K::Star);
        if (star && (at(K::Newline) || at(K::Colon))) {
            if (diagnosing_) raise_here(DiagnosticKind::SyntaxError, "expected one or more exception types");
            return nullptr;
        }
        uint32_t type_start = pos_;
        type = expression();
        if (!type) return nullptr;
        if (at(K::Comma) && diagnosing_) {
            advance();
            if (expressions()) {
                if (accept(K::KwAs)) (void)name();
                if (at(K::Colon)) {
                    return raise_from(type->location, "multiple exception types must be parenthesized");
                }
            }
            if (raised_) return nullptr;
            go_back(type_start);
            return nullptr;
        }
        if (accept(K::KwAs)) {
            id = name();
            if (!id) return nullptr;
        }
    }
    if (!accept(K::Colon)) {
        if (diagnosing_ && at(K::Newline)) raise_here(DiagnosticKind::SyntaxError, "%s", kExpectedColon);
        return nullptr;
    }
    if (diagnosing_ && !first_block && star != wanted) {
        const Token* end = star ? &first + 1 : &first;
        return raise_between(of(first), of(*end), "cannot have both 'except' and 'except*' on the same 'try'");
    }
    Sequence<StmtNode*> body;
    if (!block(body, star ? "'except*' statement" : "'except' statement", first)) return nullptr;
    return arena_.make<ast::ExceptHandler>(from(first), type, id, body);
}

StmtNode* Parser::try_statement() {
    const Token& first = tok();
    advance();
    if (!expect_colon()) return nullptr;
    Sequence<StmtNode*> body, otherwise, last;
    uint32_t body_start = pos_;
    if (!block(body, "'try' statement", first)) {
        // The handlers of a body that is missing are looked at as well.
        if (!diagnosing_ || raised_) return nullptr;
        go_back(body_start);
        bool star = false;
        for (bool first_block = true; at(K::KwExcept) && except_block(star, first_block); first_block = false) {
        }
        return nullptr;
    }
    if (!at(K::KwExcept) && !at(K::KwFinally)) {
        if (diagnosing_) raise_here(DiagnosticKind::SyntaxError, "expected 'except' or 'finally' block");
        return nullptr;
    }
    size_t row = mark();
    bool is_star = false;
    while (at(K::KwExcept)) {
        bool first_block = scratch_.size() == row;
        bool star = is_star;
        ast::ExceptHandler* handler = except_block(star, first_block);
        if (!handler || (!first_block && star != is_star)) return drop(row);
        is_star = star;
        push(handler);
    }
    Sequence<ast::ExceptHandler*> handlers = take<ast::ExceptHandler>(row);
    if (!handlers.empty() && !else_block(otherwise)) return nullptr;
    if (at(K::KwFinally)) {
        const Token& keyword = tok();
        advance();
        if (!expect_colon() || !block(last, "'finally' statement", keyword)) return nullptr;
    }
    if (is_star) {
        if (options_.feature_version < 11) return raise_version(11, "Exception groups are", last.empty());
        return arena_.make<ast::TryStar>(from(first), body, handlers, otherwise, last);
    }
    return arena_.make<ast::Try>(from(first), body, handlers, otherwise, last);
}

}  // namespace orochi::language
