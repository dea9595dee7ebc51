// Universal newlines: "\r", "\n" and "\r\n" as line ends, translated or only noted. A "\r" at the end of a piece
// waits for what follows.
#pragma once

#include "objects/str.hpp"

namespace orochi {

struct NewlineState {
    static constexpr unsigned kCr = 1, kLf = 2, kCrLf = 4;
    bool translate = false;
    bool pending_cr = false;
    unsigned seen = 0;
};
// The piece of text with line ends translated; `final`: nothing follows.
Result<Ref<Str>> newlines_decode(ThreadState& ts, NewlineState& state, Ref<Str>&& text, bool final);
// None, a str or a tuple: the line ends seen so far.
Result<Ref<Object>> newlines_seen(ThreadState& ts, unsigned seen);

// Where a line that starts at `start` ends.
struct LineEnd {
    Py_ssize_t end;     // behind the line end; -1: none found
    Py_ssize_t resume;  // none found: characters from here on may be the start of one
};
// `newline`: the line end to look for; null: "\n" when `universal` is false, else any of the three.
LineEnd find_line_end(const Str& text, Py_ssize_t start, const Str* newline, bool universal);

}  // namespace orochi
