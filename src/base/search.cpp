#include "base/search.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace orochi::base {

namespace {

// Sixteen bytes of characters compared at once; the mask has sizeof(T) bits a character.
#if defined(__SSE2__)
template <typename T>
struct Block {
    static constexpr std::size_t width = 16 / sizeof(T);
    __m128i value;

    explicit Block(T c) {
        if constexpr (sizeof(T) == 1)
            value = _mm_set1_epi8(static_cast<char>(c));
        else if constexpr (sizeof(T) == 2)
            value = _mm_set1_epi16(static_cast<short>(c));
        else
            value = _mm_set1_epi32(static_cast<int>(c));
    }
    __m128i equal(const T* p) const {
        __m128i other = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
        if constexpr (sizeof(T) == 1)
            return _mm_cmpeq_epi8(value, other);
        else if constexpr (sizeof(T) == 2)
            return _mm_cmpeq_epi16(value, other);
        else
            return _mm_cmpeq_epi32(value, other);
    }
    unsigned mask(const T* p) const { return static_cast<unsigned>(_mm_movemask_epi8(equal(p))); }
    // Where this one matches at p and the other at q.
    unsigned mask_both(const T* p, const Block& other, const T* q) const {
        return static_cast<unsigned>(_mm_movemask_epi8(_mm_and_si128(equal(p), other.equal(q))));
    }
};
#else
template <typename T>
struct Block {
    static constexpr std::size_t width = 8 / sizeof(T);
    T value;

    explicit Block(T c) : value(c) {}
    unsigned mask(const T* p) const { return mask_both(p, *this, p); }
    unsigned mask_both(const T* p, const Block& other, const T* q) const {
        unsigned result = 0;
        for (std::size_t i = 0; i < width; i++)
            if (p[i] == value && q[i] == other.value) result |= ((1u << sizeof(T)) - 1) << (i * sizeof(T));
        return result;
    }
};
#endif

template <typename T>
std::size_t lowest(unsigned mask) {
    return static_cast<std::size_t>(std::countr_zero(mask)) / sizeof(T);
}
template <typename T>
std::size_t highest(unsigned mask) {
    return static_cast<std::size_t>(31 - std::countl_zero(mask)) / sizeof(T);
}
template <typename T>
unsigned without(unsigned mask, std::size_t index) {
    return mask & ~(((1u << sizeof(T)) - 1) << (index * sizeof(T)));
}

template <typename T>
constexpr bool fits(Char4 c) {
    return c <= std::numeric_limits<T>::max();
}

template <typename T>
std::size_t find_one(const T* text, std::size_t length, Char4 c) {
    if (!fits<T>(c)) return not_found;
    if (length < 16) {  // not worth a call, or setting up blocks
        for (std::size_t i = 0; i < length; i++)
            if (text[i] == c) return i;
        return not_found;
    }
    if constexpr (sizeof(T) == 1) {
        auto* hit = static_cast<const T*>(std::memchr(text, static_cast<int>(c), length));
        return hit ? static_cast<std::size_t>(hit - text) : not_found;
    } else {
        std::size_t i = 0;
        Block<T> wanted(static_cast<T>(c));
        for (; i + Block<T>::width <= length; i += Block<T>::width)
            if (unsigned mask = wanted.mask(text + i)) return i + lowest<T>(mask);
        for (; i < length; i++)
            if (text[i] == c) return i;
        return not_found;
    }
}

template <typename T>
std::size_t rfind_one(const T* text, std::size_t length, Char4 c) {
    if (!fits<T>(c)) return not_found;
    Block<T> wanted(static_cast<T>(c));
    std::size_t i = length;
    for (; i >= Block<T>::width; i -= Block<T>::width)
        if (unsigned mask = wanted.mask(text + i - Block<T>::width)) return i - Block<T>::width + highest<T>(mask);
    while (i-- > 0)
        if (text[i] == c) return i;
    return not_found;
}

template <typename T>
std::size_t count_one(const T* text, std::size_t length, Char4 c) {
    if (!fits<T>(c)) return 0;
    std::size_t total = 0, i = 0;
    // Short blocks with a narrow counter, which the compiler turns into vector code.
    while (i < length) {
        std::size_t stop = std::min(length, i + 240);
        T block = 0;
        for (; i < stop; i++) block = static_cast<T>(block + (text[i] == static_cast<T>(c)));
        total += block;
    }
    return total;
}

}  // namespace

std::size_t find_char(const Char1* text, std::size_t length, Char4 c) { return find_one(text, length, c); }
std::size_t find_char(const Char2* text, std::size_t length, Char4 c) { return find_one(text, length, c); }
std::size_t find_char(const Char4* text, std::size_t length, Char4 c) { return find_one(text, length, c); }
std::size_t rfind_char(const Char1* text, std::size_t length, Char4 c) { return rfind_one(text, length, c); }
std::size_t rfind_char(const Char2* text, std::size_t length, Char4 c) { return rfind_one(text, length, c); }
std::size_t rfind_char(const Char4* text, std::size_t length, Char4 c) { return rfind_one(text, length, c); }

namespace {
// Calls f with the array's real type.
template <typename F>
auto with_type(TextView text, F f) {
    switch (text.kind) {
        case 1: return f(static_cast<const Char1*>(text.data));
        case 2: return f(static_cast<const Char2*>(text.data));
        default: return f(static_cast<const Char4*>(text.data));
    }
}
}  // namespace

std::size_t find_char(TextView text, Char4 c) {
    return with_type(text, [&](auto* chars) { return find_one(chars, text.length, c); });
}
std::size_t rfind_char(TextView text, Char4 c) {
    return with_type(text, [&](auto* chars) { return rfind_one(chars, text.length, c); });
}
std::size_t count_char(TextView text, Char4 c) {
    return with_type(text, [&](auto* chars) { return count_one(chars, text.length, c); });
}

// -- The two-way algorithm, over anything that has operator[]. ------------------------------------------

struct TwoWayState {
    std::size_t cut = 0, period = 0;
    bool periodic = false;

    static TwoWayState of(const Finder& finder) { return {finder.cut_, finder.period_, finder.periodic_}; }
    void keep(Finder* finder) const {
        finder->cut_ = cut;
        finder->period_ = period;
        finder->periodic_ = periodic;
    }
};

namespace {

// The array seen from its end, so that searching forwards in it is searching backwards.
template <typename T>
struct Reversed {
    const T* last;
    T operator[](std::size_t i) const { return *(last - i); }
};

// Where the lexicographically greatest suffix begins (less one), by the usual order of characters or its
// opposite.
template <typename Needle>
std::size_t maximal_suffix(Needle needle, std::size_t length, bool opposite, std::size_t* period) {
    std::size_t before = static_cast<std::size_t>(-1), j = 0, k = 1, p = 1;
    while (j + k < length) {
        Char4 a = needle[j + k], b = needle[before + k];
        if (a == b) {
            if (k == p) {
                j += p;
                k = 1;
            } else {
                k++;
            }
        } else if ((a < b) != opposite) {
            j += k;
            k = 1;
            p = j - before;
        } else {
            before = j++;
            k = p = 1;
        }
    }
    *period = p;
    return before;
}

template <typename Needle>
TwoWayState factorise(Needle needle, std::size_t length) {
    std::size_t period1, period2;
    std::size_t cut1 = maximal_suffix(needle, length, false, &period1) + 1;
    std::size_t cut2 = maximal_suffix(needle, length, true, &period2) + 1;
    TwoWayState state{std::max(cut1, cut2), cut1 > cut2 ? period1 : period2, true};
    for (std::size_t i = 0; i < state.cut && state.periodic; i++)
        state.periodic = needle[i] == needle[i + state.period];
    if (!state.periodic) state.period = std::max(state.cut, length - state.cut) + 1;
    return state;
}

template <typename Text, typename Needle>
std::size_t two_way(Text text, std::size_t length, std::size_t start, Needle needle, std::size_t n,
                    const TwoWayState& state) {
    std::size_t memory = 0;
    for (std::size_t at = start; at + n <= length;) {
        std::size_t i = std::max(state.cut, memory);
        while (i < n && needle[i] == text[at + i]) i++;
        if (i < n) {
            at += i - state.cut + 1;
            memory = 0;
            continue;
        }
        i = state.cut;
        while (i > memory && needle[i - 1] == text[at + i - 1]) i--;
        if (i <= memory) return at;
        at += state.period;
        memory = state.periodic ? n - state.period : 0;
    }
    return not_found;
}

// How much comparing may be in vain before the two-way algorithm takes over.
constexpr std::size_t free_work = 512;
constexpr bool exhausted(std::size_t work, std::size_t scanned) { return work > free_work + 4 * scanned; }

// Searches for needles of two or more characters.
template <typename T, typename N>
std::size_t find_forward(const T* text, std::size_t length, std::size_t start, const N* needle, std::size_t n,
                         TwoWayState* state) {
    if (n > length || start > length - n) return not_found;
    if (!fits<T>(needle[0]) || !fits<T>(needle[n - 1])) return not_found;
    std::size_t work = 0;
    auto matches = [&](const T* at) {
        std::size_t j = 1;
        while (j < n - 1 && at[j] == needle[j]) j++;
        work += j;
        return j == n - 1;
    };
    std::size_t i = start;
    if (state->period == 0) {
        const T first = static_cast<T>(needle[0]), last = static_cast<T>(needle[n - 1]);
        Block<T> firsts(first), lasts(last);
        std::size_t end = length - n;  // the last position possible
        for (; i + Block<T>::width - 1 <= end; i += Block<T>::width) {
            unsigned mask = firsts.mask_both(text + i, lasts, text + i + n - 1);
            while (mask) {
                std::size_t index = lowest<T>(mask);
                if (matches(text + i + index)) return i + index;
                mask = without<T>(mask, index);
            }
            if (exhausted(work, i - start)) break;
        }
        for (; i <= end && !exhausted(work, i - start); i++)
            if (text[i] == first && text[i + n - 1] == last && matches(text + i)) return i;
        if (i > end) return not_found;
        *state = factorise(needle, n);
    }
    return two_way(text, length, i, needle, n, *state);
}

template <typename T, typename N>
std::size_t find_backward(const T* text, std::size_t length, const N* needle, std::size_t n) {
    if (n > length) return not_found;
    if (!fits<T>(needle[0]) || !fits<T>(needle[n - 1])) return not_found;
    std::size_t work = 0;
    auto matches = [&](const T* at) {
        std::size_t j = 1;
        while (j < n - 1 && at[j] == needle[j]) j++;
        work += j;
        return j == n - 1;
    };
    const T first = static_cast<T>(needle[0]), last = static_cast<T>(needle[n - 1]);
    Block<T> firsts(first), lasts(last);
    std::size_t end = length - n + 1;  // positions below this one are left to look at
    std::size_t i = end;
    for (; i >= Block<T>::width; i -= Block<T>::width) {
        const T* block = text + i - Block<T>::width;
        unsigned mask = firsts.mask_both(block, lasts, block + n - 1);
        while (mask) {
            std::size_t index = highest<T>(mask);
            if (matches(block + index)) return i - Block<T>::width + index;
            mask = without<T>(mask, index);
        }
        if (exhausted(work, end - i)) break;
    }
    for (; i > 0 && !exhausted(work, end - i); i--)
        if (text[i - 1] == first && text[i + n - 2] == last && matches(text + i - 1)) return i - 1;
    if (i == 0) return not_found;
    // Positions below i (at least) are left; the text that they can reach ends at i + n - 1.
    std::size_t left = i + n - 1;
    Reversed<N> reversed_needle{needle + n - 1};
    std::size_t at = two_way(Reversed<T>{text + left - 1}, left, 0, reversed_needle, n, factorise(reversed_needle, n));
    return at == not_found ? not_found : left - at - n;
}

std::size_t find_from(TextView text, std::size_t start, TextView needle, TwoWayState* state) {
    if (needle.length > text.length || start > text.length - needle.length) return not_found;
    if (needle.length == 0) return start;
    if (needle.length == 1) {
        std::size_t at =
            with_type(text, [&](auto* chars) { return find_one(chars + start, text.length - start, needle[0]); });
        return at == not_found ? not_found : start + at;
    }
    return with_type(text, [&](auto* chars) {
        return with_type(needle, [&](auto* wanted) {
            return find_forward(chars, text.length, start, wanted, needle.length, state);
        });
    });
}

}  // namespace

std::size_t find(TextView text, TextView needle) {
    TwoWayState state;
    return find_from(text, 0, needle, &state);
}

std::size_t rfind(TextView text, TextView needle) {
    if (needle.length > text.length) return not_found;
    if (needle.length == 0) return text.length;
    if (needle.length == 1) return rfind_char(text, needle[0]);
    return with_type(text, [&](auto* chars) {
        return with_type(needle,
                         [&](auto* wanted) { return find_backward(chars, text.length, wanted, needle.length); });
    });
}

std::size_t Finder::next(TextView text, std::size_t start) {
    TwoWayState state = TwoWayState::of(*this);
    std::size_t at = find_from(text, start, needle_, &state);
    state.keep(this);
    return at;
}

std::size_t count(TextView text, TextView needle, std::size_t limit) {
    if (needle.length == 0) return std::min(limit, text.length + 1);
    if (needle.length == 1) return std::min(limit, count_char(text, needle[0]));
    Finder finder(needle);
    std::size_t total = 0;
    for (std::size_t at = 0; total < limit; total++) {
        at = finder.next(text, at);
        if (at == not_found) break;
        at += needle.length;
    }
    return total;
}

}  // namespace orochi::base
