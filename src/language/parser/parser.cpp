#include "language/parser/parser_impl.hpp"

#include <algorithm>

#include "base/unicode_data.hpp"

namespace orochi::language {

using K = TokenKind;

Parser::Parser(TokenStream& stream, const ParseOptions& options, Arena& arena, ParseResult& result)
    : stream_(stream),
      options_(options),
      arena_(arena),
      result_(result),
      tokens_(stream.tokens.data()),
      count_(static_cast<uint32_t>(stream.tokens.size())),
      stack_base_(reinterpret_cast<intptr_t>(__builtin_frame_address(0))) {
    scratch_.reserve(256);
}

const Token& Parser::last() const {
    uint32_t i = pos_ - 1;
    while (i > 0 && is_layout(tokens_[i].kind)) --i;
    return tokens_[i];
}

Identifier Parser::identifier(const Token& t) {
    if (!t.non_ascii) return arena_.intern(text(t));
    if (!options_.normalize || result_.normalize_failed) return arena_.intern(base::normalize_identifier(text(t)));
    std::string normalized;
    // Without the form, parsing goes on as if there were no fault: what comes of it is thrown away.
    result_.normalize_failed = !options_.normalize(text(t), &normalized, options_.normalize_context);
    return arena_.intern(normalized);
}

Identifier Parser::name() {
    const Token& t = tok();
    if (!is_name(t.kind)) return nullptr;
    advance();
    return identifier(t);
}

Identifier Parser::type_comment() {
    if (!at(K::TypeComment)) return nullptr;
    const Token& t = tok();
    advance();
    return arena_.intern(text(t));
}

ast::ModNode* Parser::run() {
    auto parse_once = [&]() -> ast::ModNode* {
        switch (options_.mode) {
            case ParseMode::Exec: {
                if (!statements_until(K::EndMarker)) return nullptr;
                auto body = take<StmtNode>(0);
                return arena_.make<ast::Module>(body, Sequence<ast::TypeIgnore*>{});
            }
            case ParseMode::Single: {
                // A lone newline is `pass`, an empty source is an error.
                if (at(K::Newline)) {
                    const Token& t = tok();
                    advance();
                    Location place{t.lineno, t.col, t.end_lineno, t.end_col};
                    return arena_.make<ast::Interactive>(one<StmtNode>(arena_.make<ast::Pass>(place)));
                }
                if (at(K::EndMarker)) return nullptr;
                if (!statement()) return nullptr;
                Kind k = static_cast<StmtNode*>(scratch_.back())->kind;
                bool compound = tokens_[pos_ - 1].kind == K::Dedent || is_compound(k);
                if (compound && !accept(K::Newline)) return nullptr;
                return arena_.make<ast::Interactive>(take<StmtNode>(0));
            }
            case ParseMode::Eval: {
                ExprNode* e = expressions();
                if (!e) return nullptr;
                while (accept(K::Newline)) {
                }
                return at(K::EndMarker) ? arena_.make<ast::Expression>(e) : nullptr;
            }
            case ParseMode::FuncType: {
                if (!accept(K::LeftParen)) return nullptr;
                size_t row = mark();
                int stage = 0;  // 1 after "*", 2 after "**"
                while (!at(K::RightParen)) {
                    if (at(K::DoubleStar) && stage < 2)
                        stage = 2, advance();
                    else if (at(K::Star) && stage < 1)
                        stage = 1, advance();
                    else if (stage > 0)
                        return drop(row);
                    ExprNode* e = expression();
                    if (!e) return drop(row);
                    push(e);
                    if (stage == 2 || !accept(K::Comma)) break;
                    if (at(K::RightParen)) return drop(row);
                }
                if (!accept(K::RightParen) || !accept(K::Arrow)) return drop(row);
                auto argtypes = take<ExprNode>(row);
                ExprNode* returns = expression();
                if (!returns) return nullptr;
                while (accept(K::Newline)) {
                }
                return at(K::EndMarker) ? arena_.make<ast::FunctionType>(argtypes, returns) : nullptr;
            }
        }
        return nullptr;
    };

    if (ast::ModNode* tree = parse_once()) {
        // At a prompt, a statement that could go on is not complete before a line has shown that it does not.
        if (options_.interactive && std::max(furthest_, pos_ - 1) >= stream_.end_of_source) {
            incomplete_ = result_.incomplete = true;
            return raise_here(DiagnosticKind::SyntaxError, "incomplete input");
        }
        if (options_.mode != ParseMode::Single || !more_source_after(tokens_[pos_ - 1])) return tree;
        --pos_;
        return raise_here(DiagnosticKind::SyntaxError, "multiple statements found while compiling a single statement");
    }
    if (options_.allow_incomplete && furthest() >= stream_.end_of_source) {
        raised_ = false;
        incomplete_ = true;
        raise_here(DiagnosticKind::SyntaxError, "incomplete input");
        result_.incomplete = true;
        return nullptr;
    }
    if (raised_ && error_.kind != DiagnosticKind::SyntaxError) return nullptr;
    uint32_t last_token = furthest();
    if (!raised_ && tokens_[last_token].kind != K::Error) {
        start_second_pass();
        parse_once();
    }
    finish_error(last_token);
    return nullptr;
}

void Parser::start_second_pass() {
    furthest_ = furthest();
    pos_ = 0;
    depth_ = 0;
    scratch_.clear();
    memo_.clear();
    diagnosing_ = second_pass_ = memoising_ = true;
}

// Whether anything but white space and comments follows.
bool Parser::more_source_after(const Token& t) const {
    for (std::string_view rest = stream_.source.substr(t.end); !rest.empty(); rest.remove_prefix(1)) {
        char c = rest[0];
        if (c == ' ' || c == '\t' || c == '\n' || c == '\f') continue;
        if (c != '#') return true;
        while (rest.size() > 1 && rest[1] != '\n') rest.remove_prefix(1);
    }
    return false;
}

bool Parser::is_compound(Kind k) {
    switch (k) {
        case Kind::FunctionDef:
        case Kind::AsyncFunctionDef:
        case Kind::ClassDef:
        case Kind::For:
        case Kind::AsyncFor:
        case Kind::While:
        case Kind::If:
        case Kind::With:
        case Kind::AsyncWith:
        case Kind::Match:
        case Kind::Try:
        case Kind::TryStar: return true;
        default: return false;
    }
}

// "(" expression ")" is read by the rules of a statement of one expression.
ExprNode* Parser::run_field() {
    field_ = true;
    auto parse_once = [&]() -> ExprNode* {
        ExprNode* e = star_expressions();
        return e;
    };
    if (ExprNode* e = parse_once()) return e;
    if (raised_ && error_.kind != DiagnosticKind::SyntaxError) return nullptr;
    uint32_t last_token = furthest();
    if (!raised_ && tokens_[last_token].kind != K::Error) {
        start_second_pass();
        parse_once();
    }
    finish_error(last_token);
    return nullptr;
}

void free_async_words(std::vector<Token>& tokens) {
    int depth = 0;
    int function_depth = -1;  // of the outermost "async def" around
    bool in_body = false;     // past its first line
    for (size_t i = 0; i < tokens.size(); ++i) {
        Token& t = tokens[i];
        if (t.kind == K::Indent)
            ++depth;
        else if (t.kind == K::Dedent)
            --depth;
        else if (t.kind == K::Newline)
            in_body = true;
        bool between = t.kind == K::Newline || t.kind == K::TypeComment;  // the header and the body
        if (function_depth >= 0 && in_body && depth <= function_depth && !between) function_depth = -1;
        if ((t.kind != K::KwAsync && t.kind != K::KwAwait) || function_depth >= 0) continue;
        if (t.kind == K::KwAsync && i + 1 < tokens.size() && tokens[i + 1].kind == K::KwDef) {
            function_depth = depth;
            in_body = false;
        } else {
            t.kind = K::Name;
        }
    }
}

ParseResult parse(std::string_view source, const ParseOptions& options, Arena& arena) {
    ParseResult result;
    if (source.size() > INT32_MAX) {  // places would not fit
        result.error.kind = DiagnosticKind::MemoryError;
        result.error.has_location = false;
        return result;
    }
    TokenizerOptions tokenizer;
    tokenizer.type_comments = options.type_comments;
    tokenizer.single = options.mode == ParseMode::Single;
    tokenizer.imply_dedent = options.imply_dedent;
    tokenizer.interactive = options.interactive;
    tokenizer.valid_utf8 = options.valid_utf8;
    tokenizer.byte_offsets = options.byte_offsets;
    tokenizer.from_file = options.from_file;
    tokenizer.end_error = options.end_error;
    TokenStream stream;
    tokenize(source, tokenizer, stream);

    std::vector<ast::TypeIgnore*> ignores;
    if (options.type_comments) {
        // These go into the module's list, wherever they stand.
        auto keep = stream.tokens.begin();
        uint32_t end_of_source = stream.end_of_source;
        for (uint32_t i = 0; i < stream.tokens.size(); ++i) {
            const Token& t = stream.tokens[i];
            if (t.kind != K::TypeIgnore) {
                *keep++ = t;
                continue;
            }
            Identifier tag = arena.intern(source.substr(t.start, t.end - t.start));
            ignores.push_back(arena.make<ast::TypeIgnore>(t.lineno, tag));
            if (i < stream.end_of_source && end_of_source != UINT32_MAX) --end_of_source;
        }
        stream.tokens.erase(keep, stream.tokens.end());
        stream.end_of_source = end_of_source;
    }

    if (options.feature_version < 7) free_async_words(stream.tokens);
    Parser parser(stream, options, arena, result);
    result.tree = parser.run();
    if (result.normalize_failed) result.tree = nullptr;
    if (!result.tree) {
        result.error = parser.error();
    } else if (auto* module = ast::try_as<ast::Module>(static_cast<ast::Node*>(result.tree))) {
        module->type_ignores = arena.copy(ignores);
    }
    if (!stream.warnings.empty()) {
        std::vector<Warning> merged;
        for (TokenizerWarning& w : stream.warnings)
            if (result.tree || parser.has_read(w.token)) merged.push_back(std::move(w.warning));
        for (Warning& w : result.warnings) merged.push_back(std::move(w));
        std::stable_sort(merged.begin(), merged.end(),
                         [](const Warning& a, const Warning& b) { return a.lineno < b.lineno; });
        result.warnings = std::move(merged);
    }
    return result;
}

}  // namespace orochi::language
