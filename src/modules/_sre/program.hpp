// Compiled code, checked and prepared: the code as the standard library's compiler made it, and for every set in it a
// bitmap of its first 256 characters.
#pragma once

#include "memory/result.hpp"
#include "modules/_sre/characters.hpp"
#include "state/thread_state.hpp"

namespace orochi::sre {

struct Program {
    const Word* code = nullptr;
    size_t size = 0;
    Word groups = 0;
    // For the word that holds a set operation: 1 + the number of its bitmap. Others: 0.
    const uint32_t* set_number = nullptr;
    const Bitmap* bitmaps = nullptr;

    const Bitmap* bitmap_at(const Word* op) const {
        uint32_t n = set_number[op - code];
        return n ? bitmaps + (n - 1) : nullptr;
    }

    // From the INFO block.
    const Word* start = nullptr;  // the first instruction after it
    size_t min_width = 0;
    const Word* prefix = nullptr;  // literal text that every match begins with
    size_t prefix_size = 0, prefix_skip = 0;
    bool all_literal = false;
    const Word* first_set = nullptr;  // a set that the first character is in, and its bitmap
    const Bitmap* first_bitmap = nullptr;
};

// Checks code that came from anywhere: false unless it is well-formed. Fills program; `set_number` has room for `size`
// entries (zeroed), `bitmaps` for as many sets as count_sets() says.
bool prepare(Program& program, uint32_t* set_number, Bitmap* bitmaps);
// An upper bound of the number of sets.
size_t count_sets(const Word* code, size_t size);

}  // namespace orochi::sre
