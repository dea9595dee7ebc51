// Finding text in text. memchr-like scans for one character, and a search for longer needles that never takes more
// than linear time: a filtered scan for the common case that hands over to the two-way algorithm (Crochemore and Perrin)
// when it meets hostile input. Nothing allocates more than the needle's size.
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
// Number of occurrences that do not overlap, counting stops at `limit`. An empty needle occurs length + 1 times.
std::size_t count(TextView text, TextView needle, std::size_t limit = not_found);

// A needle prepared once and searched for many times (split, replace, count). Borrows the needle's characters, unless
// it had to widen them; the needle must outlive it. `text_kind` is the kind of the texts that will be searched.
class Finder {
public:
    Finder(TextView needle, int text_kind);
    ~Finder();
    Finder(const Finder&) = delete;
    Finder& operator=(const Finder&) = delete;

    // First occurrence at or after `start` that ends by text.length. text.kind must be text_kind.
    std::size_t next(TextView text, std::size_t start) const;

private:
    const void* needle_;   // in text_kind characters; null: cannot occur (too wide)
    std::size_t length_;
    std::uint64_t bloom_ = 0;     // low six bits of each needle character
    std::size_t skip_ = 0;        // distance between the last character and its previous occurrence
    mutable std::size_t cut_ = 0, period_ = 0;  // two-way factorisation; period 0 until first needed
    mutable bool periodic_ = false;
    int kind_;
    bool owns_;
    template <typename T>
    friend struct FinderAccess;
};

// The same for bytes.
inline TextView bytes_view(const void* data, std::size_t size) { return {data, size, 1}; }

}  // namespace orochi::base
