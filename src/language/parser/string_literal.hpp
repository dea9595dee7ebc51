// StringLiteral: a string token taken apart into prefix and body.
#pragma once

#include <string_view>

namespace orochi::language {

struct StringLiteral {
    explicit StringLiteral(std::string_view token) {
        size_t i = 0;
        for (;; ++i) {
            char c = token[i] | 32;
            if (c == 'b')
                bytes = true;
            else if (c == 'r')
                raw = true;
            else if (c == 'f')
                format = true;
            else if (c != 'u')
                break;
        }
        size_t quotes = token.size() - i >= 6 && token[i + 1] == token[i] && token[i + 2] == token[i] ? 3 : 1;
        body_offset = i + quotes;
        body = token.substr(body_offset, token.size() - body_offset - quotes);
    }

    bool bytes = false;
    bool raw = false;
    bool format = false;
    size_t body_offset = 0;  // of the body in the token
    std::string_view body;
};

}  // namespace orochi::language
