// The matcher: a backtracking machine with an explicit stack, so that no pattern and no text can exhaust the C stack.
//
// Its registers are the instruction, the position in the text, the innermost open repeat and the innermost barrier. The
// stack holds choices, where matching goes on when it fails (they restore all registers), and undo records, which put
// captures and repeat counters back on the way to a choice. Assertions, atomic groups and possessive repeats push a
// barrier; when their body succeeds the choices above it go and the undo records stay.
#pragma once

#include "modules/_sre/program.hpp"

namespace orochi::sre {

// What is matched, and the result.
struct Subject {
    const void* text = nullptr;
    int kind = 1;
    Py_ssize_t length = 0;        // what the pattern can see: from the text's beginning up to endpos
    Py_ssize_t start = 0;         // where to begin; comes back as the match's start
    Py_ssize_t position = 0;      // comes back as the match's end
    bool match_all = false;       // fullmatch
    bool must_advance = false;    // an empty match at `start` does not count
    Py_ssize_t* marks = nullptr;  // 2 * groups positions, -1: unset
    int last_index = -1;
};

enum class Outcome : int8_t { kNoMatch = 0, kMatch = 1, kError = -1 };

// Matches at subject.start only / at the first position from there on. kError: an exception is pending.
Outcome match_here(ThreadState& ts, const Program& program, Subject& subject);
Outcome search(ThreadState& ts, const Program& program, Subject& subject);

}  // namespace orochi::sre
