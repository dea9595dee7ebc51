// Parameters of functions and lambdas.
#include "language/parser/parser_impl.hpp"

namespace orochi::language {

using K = TokenKind;

ast::Arguments* Parser::empty_parameters() {
    return arena_.make<ast::Arguments>(Sequence<ast::Arg*>{}, Sequence<ast::Arg*>{}, nullptr, Sequence<ast::Arg*>{},
                                       Sequence<ExprNode*>{}, nullptr, Sequence<ExprNode*>{});
}

// A name and its annotation.
ast::Arg* Parser::parameter(bool lambda, bool star_annotation) {
    const Token& first = tok();
    Identifier id = name();
    if (!id) return nullptr;
    ExprNode* annotation = nullptr;
    uint32_t before = pos_;
    if (!lambda && accept(K::Colon)) {
        annotation = star_annotation && at(K::Star) ? starred() : expression();
        if (raised_) return nullptr;
        if (!annotation) go_back(before);
    }
    return arena_.make<ast::Arg>(span(first), id, annotation, nullptr);
}

// The comma and the type comment after a parameter, or the end of the list.
bool Parser::parameter_end(bool lambda, ast::Arg* arg) {
    K close = lambda ? K::Colon : K::RightParen;
    bool comma = accept(K::Comma);
    if (!lambda && at(K::TypeComment)) arg->type_comment = type_comment();
    return comma || at(close);
}

// At least one parameter; the closing token is left.
ast::Arguments* Parser::parameters(bool lambda) {
    K close = lambda ? K::Colon : K::RightParen;
    uint32_t start = pos_;
    std::vector<ast::Arg*> args, keyword_only;
    std::vector<ExprNode*> defaults, keyword_defaults;
    Sequence<ast::Arg*> positional_only;
    ast::Arg* vararg = nullptr;
    ast::Arg* kwarg = nullptr;
    bool seen_slash = false, seen_star = false, ok = false;
    for (;;) {
        if (at(close) && pos_ != start) {
            ok = true;
            break;
        }
        if (at(K::Slash)) {
            if (seen_slash || seen_star || args.empty()) break;
            advance();
            seen_slash = true;
            positional_only = arena_.copy(args);
            args.clear();
            if (!accept(K::Comma) && !at(close)) break;
            continue;
        }
        if (at(K::Star)) {
            if (seen_star) break;
            advance();
            seen_star = true;
            if (accept(K::Comma)) {
                if (!is_name(kind())) break;
                continue;
            }
            vararg = parameter(lambda, true);
            if (!vararg || !parameter_end(lambda, vararg)) break;
            continue;
        }
        if (at(K::DoubleStar)) {
            advance();
            kwarg = parameter(lambda, false);
            ok = kwarg && parameter_end(lambda, kwarg) && at(close);
            break;
        }
        ast::Arg* arg = parameter(lambda, false);
        if (!arg) break;
        ExprNode* value = nullptr;
        if (at(K::Equal)) {
            const Token& equal = tok();
            advance();
            value = expression();
            if (!value) {
                if (diagnosing_ && !raised_ && (at(K::Comma) || at(K::RightParen)))
                    return raise_at(equal, "expected default value expression");
                break;
            }
        }
        if (!parameter_end(lambda, arg)) break;
        if (seen_star) {
            keyword_only.push_back(arg);
            keyword_defaults.push_back(value);
        } else {
            if (!value && !defaults.empty()) break;
            args.push_back(arg);
            if (value) defaults.push_back(value);
        }
    }
    if (!ok) {
        if (diagnosing_ && !raised_) {
            go_back(start);
            invalid_parameters(start, lambda);
        }
        return nullptr;
    }
    if (seen_slash && options_.feature_version < 8) return raise_version(8, "Positional-only parameters are");
    return arena_.make<ast::Arguments>(positional_only, arena_.copy(args), vararg, arena_.copy(keyword_only),
                                       arena_.copy(keyword_defaults), kwarg, arena_.copy(defaults));
}

}  // namespace orochi::language
