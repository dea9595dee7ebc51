// Token: one lexical element, as a range of the source.
//
// A token owns nothing and holds no text, only offsets into the source it was
// made from. Keywords have a kind each, so that the parser compares bytes; the
// soft keywords are names that are easy to recognise.
#pragma once

#include <cstdint>

namespace orochi::language {

enum class TokenKind : uint8_t {
    EndMarker,
    // Names. The soft keywords come right after Name: see is_name().
    Name,
    NameMatch,
    NameCase,
    NameUnderscore,
    Number,
    String,
    Newline,
    Indent,
    Dedent,
    TypeIgnore,
    TypeComment,
    Error,    // the tokenizer stopped here: its diagnostic says why
    Unknown,  // a character that starts no token, such as '$' or a lone '!'

    LeftParen,
    RightParen,
    LeftBracket,
    RightBracket,
    LeftBrace,
    RightBrace,
    Colon,
    Comma,
    Semicolon,
    Dot,
    Ellipsis,
    Arrow,
    ColonEqual,
    At,
    Tilde,

    Equal,
    // Augmented assignments, in the order of the binary operators below.
    PlusEqual,
    MinusEqual,
    StarEqual,
    AtEqual,
    SlashEqual,
    PercentEqual,
    DoubleStarEqual,
    LeftShiftEqual,
    RightShiftEqual,
    PipeEqual,
    CaretEqual,
    AmpersandEqual,
    DoubleSlashEqual,

    Plus,
    Minus,
    Star,
    Slash,
    Percent,
    DoubleStar,
    LeftShift,
    RightShift,
    Pipe,
    Caret,
    Ampersand,
    DoubleSlash,

    EqualEqual,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,

    KwFalse,  // the first keyword: see is_keyword()
    KwNone,
    KwTrue,
    KwAnd,
    KwAs,
    KwAssert,
    KwAsync,
    KwAwait,
    KwBreak,
    KwClass,
    KwContinue,
    KwDef,
    KwDel,
    KwElif,
    KwElse,
    KwExcept,
    KwFinally,
    KwFor,
    KwFrom,
    KwGlobal,
    KwIf,
    KwImport,
    KwIn,
    KwIs,
    KwLambda,
    KwNonlocal,
    KwNot,
    KwOr,
    KwPass,
    KwRaise,
    KwReturn,
    KwTry,
    KwWhile,
    KwWith,
    KwYield,
};

constexpr bool is_name(TokenKind k) { return k >= TokenKind::Name && k <= TokenKind::NameUnderscore; }
constexpr bool is_keyword(TokenKind k) { return k >= TokenKind::KwFalse; }
constexpr bool is_augmented_assignment(TokenKind k) {
    return k >= TokenKind::PlusEqual && k <= TokenKind::DoubleSlashEqual;
}
// Tokens of layout, which never end a node.
constexpr bool is_layout(TokenKind k) {
    return k == TokenKind::EndMarker || (k >= TokenKind::Newline && k <= TokenKind::Dedent);
}

struct Token {
    TokenKind kind = TokenKind::EndMarker;
    bool non_ascii = false;  // a name that needs NFKC normalisation
    uint16_t level = 0;      // open brackets after this token
    uint32_t start = 0;      // offsets into the source
    uint32_t end = 0;
    int32_t lineno = 0;
    int32_t end_lineno = 0;
    int32_t col = 0;  // bytes from the start of the line; -1 for tokens without a place
    int32_t end_col = 0;
};

// The kind of an identifier-shaped word: Name, a soft keyword or a keyword.
TokenKind classify_word(const char* text, uint32_t size);

}  // namespace orochi::language
