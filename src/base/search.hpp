// Finding text in text. Scans for one character, and a search for longer needles that never takes more than
// linear time: blocks are filtered by the needle's first and last character, and when too many candidates
// turn out false (hostile input) the two-way algorithm of Crochemore and Perrin takes over. Nothing
// allocates.
//
// Positions are in characters; `not_found` means absent. An empty needle is found everywhere, as in Python.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/characters.hpp"

namespace orochi::base {

inline constexpr std::size_t not_found = static_cast<std::size_t>(-1);

// First / last position of one character.
std::size_t find_char(const Char1* text, std::size_t length, Char4 c);
std::size_t find_char(const Char2* text, std::size_t length, Char4 c);
std::size_t find_char(const Char4* text, std::size_t length, Char4 c);
std::size_t find_char(TextView text, Char4 c);
std::size_t rfind_char(const Char1* text, std::size_t length, Char4 c);
std::size_t rfind_char(const Char2* text, std::size_t length, Char4 c);
std::size_t rfind_char(const Char4* text, std::size_t length, Char4 c);
std::size_t rfind_char(TextView text, Char4 c);

// How often the character occurs.
std::size_t count_char(TextView text, Char4 c);

// First / last occurrence of `needle`. The kinds may differ.
std::size_t find(TextView text, TextView needle);
std::size_t rfind(TextView text, TextView needle);
// Number of occurrences that do not overlap, counting stops at `limit`. An empty needle occurs length + 1
// times.
std::size_t count(TextView text, TextView needle, std::size_t limit = not_found);

// A needle searched for many times (split, replace, count). Borrows the needle's characters. One thread at a
// time.
class Finder {
public:
    explicit Finder(TextView needle) : needle_(needle) {}

    // First occurrence that begins at or after `start` and ends by text.length.
    std::size_t next(TextView text, std::size_t start);

private:
    TextView needle_;
    // The two-way algorithm's factorisation; period 0 until it is needed.
    std::size_t cut_ = 0, period_ = 0;
    bool periodic_ = false;
    friend struct TwoWayState;
};

// Bytes are searched as one-byte characters.
inline TextView bytes_view(const void* data, std::size_t size) { return {data, size, 1}; }

}  // namespace orochi::base
