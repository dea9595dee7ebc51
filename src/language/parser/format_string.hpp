// FormatString: strings in a row becoming one constant or one JoinedStr
// (PEP 498, with 3.11's rules: a replacement field is cut out of the literal
// by its brackets and quotes first, and then parsed as a text of its own).
#pragma once

#include <string>
#include <vector>

#include "language/parser/parser_impl.hpp"
#include "language/parser/string_literal.hpp"

namespace orochi::language {

class FormatString {
public:
    // `where` is the place of all the strings together: the nodes made here have it.
    FormatString(Parser& parser, const Location& where, Identifier prefix)
        : parser_(parser), where_(where), end_where_(where), prefix_(prefix) {}

    // Literal text that has not become a node yet; may be appended to.
    std::string& pending() { return pending_; }
    void add_text(std::string_view text) { pending_.append(text); }
    // An f-string token. False after having raised.
    bool add_format(const Token& t, const StringLiteral& literal);
    ExprNode* finish(bool bytes);

private:
    bool parse(const char*& p, const char* end, bool raw, int level);
    bool find_literal(const char*& p, const char* end, bool raw, int level, bool& more);
    bool find_field(const char*& p, const char* end, bool raw, int level);
    ExprNode* compile(const char* begin, const char* end);
    void flush(const Location& where);
    bool fail(const char* message);

    Parser& parser_;
    Location where_;
    // Observed: in a format specification, the whole and the text it ends with have the place of the one
    // string.
    Location end_where_;
    Identifier prefix_;
    std::string pending_;
    std::vector<ExprNode*> values_;
    bool format_ = false;
    const Token* token_ = nullptr;
    // How far lines have been counted in the token's text, so that no part of it is gone over twice.
    struct Place {
        const char* reached = nullptr;
        const char* line_start = nullptr;
        int32_t line = 0;  // from the token's first
    };
    Place place_;
};

}  // namespace orochi::language
