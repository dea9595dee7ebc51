#include "language/tokenizer/tokenizer.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace orochi::language {
namespace {

std::vector<TokenKind> kinds(const std::string& source, TokenizerOptions options = {}) {
    TokenStream stream;
    tokenize(source, options, stream);
    std::vector<TokenKind> out;
    for (const Token& t : stream.tokens) out.push_back(t.kind);
    return out;
}

using K = TokenKind;

TEST(TokenizerTest, EveryKeywordIsItsOwnKind) {
    const char* words[] = {"False", "None",     "True",  "and",    "as",   "assert", "async",  "await",    "break",
                           "class", "continue", "def",   "del",    "elif", "else",   "except", "finally",  "for",
                           "from",  "global",   "if",    "import", "in",   "is",     "lambda", "nonlocal", "not",
                           "or",    "pass",     "raise", "return", "try",  "while",  "with",   "yield"};
    int kind = static_cast<int>(K::KwFalse);
    for (const char* word : words) {
        EXPECT_EQ(static_cast<int>(kinds(word)[0]), kind++) << word;
        EXPECT_EQ(kinds(std::string(word) + "x")[0], K::Name) << word;
        std::string other = word;
        other.back() = 'Z';
        EXPECT_EQ(kinds(other)[0], K::Name) << other;
    }
}

TEST(TokenizerTest, LayoutTokens) {
    EXPECT_EQ(kinds("if x:\n  y\n\n  # z\nw\n"),
              (std::vector<K>{K::KwIf, K::Name, K::Colon, K::Newline, K::Indent, K::Name, K::Newline, K::Dedent,
                              K::Name, K::Newline, K::EndMarker}));
    EXPECT_EQ(kinds("(a\n  b\n)\\\n c\n"),
              (std::vector<K>{K::LeftParen, K::Name, K::Name, K::RightParen, K::Name, K::Newline, K::EndMarker}));
}

TEST(TokenizerTest, AFaultEndsTheTokens) {
    TokenStream stream;
    tokenize("a = '\n", {}, stream);
    EXPECT_EQ(stream.tokens.back().kind, K::Error);
    EXPECT_EQ(stream.diagnostic.message, "unterminated string literal (detected at line 1)");
    EXPECT_EQ(stream.diagnostic.offset, 5);
}

}  // namespace
}  // namespace orochi::language
