#include <cstring>

#include "language/tokenizer/token.hpp"

namespace orochi::language {

namespace {

struct Word {
    char text[9];
    TokenKind kind;
};

inline TokenKind pick(const char* text, uint32_t size, const Word& word) {
    return std::memcmp(text, word.text, size) == 0 ? word.kind : TokenKind::Name;
}

}  // namespace

// Length and one or two characters leave a single candidate.
TokenKind classify_word(const char* text, uint32_t size) {
    using K = TokenKind;
#define OROCHI_WORD(string, kind) return pick(text, size, Word{string, kind})
    switch (size) {
        case 1: return text[0] == '_' ? K::NameUnderscore : K::Name;
        case 2:
            switch (text[0]) {
                case 'a': return text[1] == 's' ? K::KwAs : K::Name;
                case 'i':
                    return text[1] == 'f' ? K::KwIf : text[1] == 'n' ? K::KwIn : text[1] == 's' ? K::KwIs : K::Name;
                case 'o': return text[1] == 'r' ? K::KwOr : K::Name;
            }
            return K::Name;
        case 3:
            switch (text[0]) {
                case 'a': OROCHI_WORD("and", K::KwAnd);
                case 'd':
                    if (text[2] == 'f') OROCHI_WORD("def", K::KwDef);
                    OROCHI_WORD("del", K::KwDel);
                case 'f': OROCHI_WORD("for", K::KwFor);
                case 'n': OROCHI_WORD("not", K::KwNot);
                case 't': OROCHI_WORD("try", K::KwTry);
            }
            return K::Name;
        case 4:
            switch (text[0]) {
                case 'N': OROCHI_WORD("None", K::KwNone);
                case 'T': OROCHI_WORD("True", K::KwTrue);
                case 'c': OROCHI_WORD("case", K::NameCase);
                case 'e':
                    if (text[2] == 'i') OROCHI_WORD("elif", K::KwElif);
                    OROCHI_WORD("else", K::KwElse);
                case 'f': OROCHI_WORD("from", K::KwFrom);
                case 'p': OROCHI_WORD("pass", K::KwPass);
                case 'w': OROCHI_WORD("with", K::KwWith);
            }
            return K::Name;
        case 5:
            switch (text[0]) {
                case 'F': OROCHI_WORD("False", K::KwFalse);
                case 'a':
                    if (text[1] == 's') OROCHI_WORD("async", K::KwAsync);
                    OROCHI_WORD("await", K::KwAwait);
                case 'b': OROCHI_WORD("break", K::KwBreak);
                case 'c': OROCHI_WORD("class", K::KwClass);
                case 'm': OROCHI_WORD("match", K::NameMatch);
                case 'r': OROCHI_WORD("raise", K::KwRaise);
                case 'w': OROCHI_WORD("while", K::KwWhile);
                case 'y': OROCHI_WORD("yield", K::KwYield);
            }
            return K::Name;
        case 6:
            switch (text[0]) {
                case 'a': OROCHI_WORD("assert", K::KwAssert);
                case 'e': OROCHI_WORD("except", K::KwExcept);
                case 'g': OROCHI_WORD("global", K::KwGlobal);
                case 'i': OROCHI_WORD("import", K::KwImport);
                case 'l': OROCHI_WORD("lambda", K::KwLambda);
                case 'r': OROCHI_WORD("return", K::KwReturn);
            }
            return K::Name;
        case 7: OROCHI_WORD("finally", K::KwFinally);
        case 8:
            if (text[0] == 'c') OROCHI_WORD("continue", K::KwContinue);
            OROCHI_WORD("nonlocal", K::KwNonlocal);
    }
#undef OROCHI_WORD
    return K::Name;
}

}  // namespace orochi::language
