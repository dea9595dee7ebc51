#include "language/tokenizer/unicode_identifiers.hpp"

#include <algorithm>
#include <iterator>
#include <vector>

#include "language/source/utf8.hpp"

namespace orochi::language {

namespace {

struct Range {
    uint32_t first, last;
};
struct Decomposition {
    uint32_t code_point;
    uint16_t start, size;
};
struct CombiningClass {
    uint32_t code_point;
    uint8_t value;
};
struct Composition {
    uint32_t first, second, result;
};

#include "language/identifier_tables.inc"

template <size_t N>
bool contains(const Range (&ranges)[N], uint32_t c) {
    auto it = std::upper_bound(std::begin(ranges), std::end(ranges), c,
                               [](uint32_t value, const Range& r) { return value < r.first; });
    return it != std::begin(ranges) && c <= std::prev(it)->last;
}

uint8_t combining_class(uint32_t c) {
    auto it = std::lower_bound(std::begin(kCombiningClasses), std::end(kCombiningClasses), c,
                               [](const CombiningClass& e, uint32_t value) { return e.code_point < value; });
    return it != std::end(kCombiningClasses) && it->code_point == c ? it->value : 0;
}

// Hangul syllables are composed by arithmetic (Unicode Standard, 3.12).
constexpr uint32_t kSBase = 0xAC00, kLBase = 0x1100, kVBase = 0x1161, kTBase = 0x11A7;
constexpr uint32_t kLCount = 19, kVCount = 21, kTCount = 28, kSCount = kLCount * kVCount * kTCount;

void decompose(uint32_t c, std::vector<uint32_t>& out) {
    if (c - kSBase < kSCount) {
        uint32_t s = c - kSBase;
        out.push_back(kLBase + s / (kVCount * kTCount));
        out.push_back(kVBase + s % (kVCount * kTCount) / kTCount);
        if (s % kTCount) out.push_back(kTBase + s % kTCount);
        return;
    }
    auto it = std::lower_bound(std::begin(kDecompositions), std::end(kDecompositions), c,
                               [](const Decomposition& e, uint32_t value) { return e.code_point < value; });
    if (it == std::end(kDecompositions) || it->code_point != c) {
        out.push_back(c);
        return;
    }
    out.insert(out.end(), kDecompositionText + it->start, kDecompositionText + it->start + it->size);
}

uint32_t compose(uint32_t a, uint32_t b) {
    if (a - kLBase < kLCount && b - kVBase < kVCount)
        return kSBase + ((a - kLBase) * kVCount + (b - kVBase)) * kTCount;
    if (a - kSBase < kSCount && (a - kSBase) % kTCount == 0 && b > kTBase && b < kTBase + kTCount)
        return a + (b - kTBase);
    auto it = std::lower_bound(std::begin(kCompositions), std::end(kCompositions), std::pair(a, b),
                               [](const Composition& e, std::pair<uint32_t, uint32_t> v) {
                                   return std::pair(e.first, e.second) < v;
                               });
    return it != std::end(kCompositions) && it->first == a && it->second == b ? it->result : 0;
}

}  // namespace

bool is_identifier_start(uint32_t c) {
    if (c < 128) return (c | 32) - 'a' < 26 || c == '_';
    return contains(kIdentifierStart, c);
}

bool is_identifier_continue(uint32_t c) {
    if (c < 128) return (c | 32) - 'a' < 26 || c == '_' || c - '0' < 10;
    return contains(kIdentifierContinue, c);
}

bool is_printable(uint32_t c) {
    if (c < 127) return c >= 32;
    return contains(kPrintable, c);
}

void normalize_nfkc(std::string_view text, std::string& out) {
    std::vector<uint32_t> points;
    for (size_t i = 0; i < text.size();) decompose(decode_utf8_at(text, i), points);
    for (size_t i = 0; i < points.size();) {
        size_t j = i;
        while (j < points.size() && combining_class(points[j]) != 0) ++j;
        std::stable_sort(points.begin() + i, points.begin() + j, [](uint32_t a, uint32_t b) {
            return combining_class(a) < combining_class(b);
        });
        i = j + 1;
    }
    // Compose in place: `starter` is the last character others can join.
    size_t size = 0;
    size_t starter = SIZE_MAX;
    int last_class = -1;
    for (uint32_t c : points) {
        int cc = combining_class(c);
        if (starter != SIZE_MAX && (last_class < cc || last_class == -1)) {
            if (uint32_t joined = compose(points[starter], c)) {
                points[starter] = joined;
                continue;
            }
        }
        if (cc == 0) {
            starter = size;
            last_class = -1;
        } else {
            last_class = cc;
        }
        points[size++] = c;
    }
    for (size_t i = 0; i < size; ++i) append_utf8(out, points[i]);
}

}  // namespace orochi::language
