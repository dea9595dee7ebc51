#include "base/characters.hpp"

#include <algorithm>

#include "base/bits.hpp"
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace orochi::base {

std::size_t ascii_prefix(const std::uint8_t* data, std::size_t size) {
    std::size_t i = 0;
#if defined(__SSE2__)
    for (; i + 32 <= size; i += 32) {
        __m128i a = _mm_loadu_si128(reinterpret_cast<const __m128i*>(data + i));
        __m128i b = _mm_loadu_si128(reinterpret_cast<const __m128i*>(data + i + 16));
        if (_mm_movemask_epi8(_mm_or_si128(a, b)) != 0) break;
    }
#endif
    for (; i + 8 <= size; i += 8) {
        std::uint64_t high = load<std::uint64_t>(data + i) & repeat_byte(0x80);
        if (high == 0) continue;
        if constexpr (std::endian::native == std::endian::little)
            return i + static_cast<std::size_t>(std::countr_zero(high)) / 8;
        break;
    }
    while (i < size && data[i] < 0x80) i++;
    return i;
}

Char4 max_char_class(const Char1* chars, std::size_t length) { return is_ascii(chars, length) ? 0x7F : 0xFF; }

// The classes end at powers of two, so the union of all bits seen decides.
template <typename T>
static Char4 union_of_bits(const T* chars, std::size_t length, Char4 widest) {
    constexpr std::size_t block = 64;
    Char4 all = 0;
    std::size_t i = 0;
    for (; i + block <= length; i += block) {
        T bits = 0;
        for (std::size_t j = 0; j < block; j++) bits |= chars[i + j];
        all |= bits;
        if (all >= widest) return all;
    }
    for (; i < length; i++) all |= chars[i];
    return all;
}

Char4 max_char_class(const Char2* chars, std::size_t length) {
    Char4 all = union_of_bits(chars, length, 0x100);
    return all < 0x80 ? 0x7F : all < 0x100 ? 0xFF : 0xFFFF;
}

Char4 max_char_class(const Char4* chars, std::size_t length) {
    Char4 all = union_of_bits(chars, length, 0x10000);
    return all < 0x80 ? 0x7F : all < 0x100 ? 0xFF : all < 0x10000 ? 0xFFFF : 0x10FFFF;
}

Char4 max_char_class(TextView text) {
    switch (text.kind) {
        case 1: return max_char_class(static_cast<const Char1*>(text.data), text.length);
        case 2: return max_char_class(static_cast<const Char2*>(text.data), text.length);
        default: return max_char_class(static_cast<const Char4*>(text.data), text.length);
    }
}

template <typename From, typename To>
static void convert(const From* __restrict from, std::size_t length, To* __restrict to) {
    for (std::size_t i = 0; i < length; i++) to[i] = static_cast<To>(from[i]);
}

template <typename T>
static void copy_same(const T* from, std::size_t length, T* to) {
    if (length > 0) std::memcpy(to, from, length * sizeof(T));
}

void copy_characters(const Char1* from, std::size_t length, Char1* to) { copy_same(from, length, to); }
void copy_characters(const Char1* from, std::size_t length, Char2* to) { convert(from, length, to); }
void copy_characters(const Char1* from, std::size_t length, Char4* to) { convert(from, length, to); }
void copy_characters(const Char2* from, std::size_t length, Char1* to) { convert(from, length, to); }
void copy_characters(const Char2* from, std::size_t length, Char2* to) { copy_same(from, length, to); }
void copy_characters(const Char2* from, std::size_t length, Char4* to) { convert(from, length, to); }
void copy_characters(const Char4* from, std::size_t length, Char1* to) { convert(from, length, to); }
void copy_characters(const Char4* from, std::size_t length, Char2* to) { convert(from, length, to); }
void copy_characters(const Char4* from, std::size_t length, Char4* to) { copy_same(from, length, to); }

template <typename From>
static void copy_from(const void* from, std::size_t length, void* to, int to_kind) {
    auto* source = static_cast<const From*>(from);
    switch (to_kind) {
        case 1: return copy_characters(source, length, static_cast<Char1*>(to));
        case 2: return copy_characters(source, length, static_cast<Char2*>(to));
        default: return copy_characters(source, length, static_cast<Char4*>(to));
    }
}

void copy_characters(TextView from, void* to, int to_kind) {
    switch (from.kind) {
        case 1: return copy_from<Char1>(from.data, from.length, to, to_kind);
        case 2: return copy_from<Char2>(from.data, from.length, to, to_kind);
        default: return copy_from<Char4>(from.data, from.length, to, to_kind);
    }
}

void fill_characters(void* to, int kind, std::size_t length, Char4 c) {
    switch (kind) {
        case 1:
            if (length > 0) std::memset(to, static_cast<int>(c), length);
            return;
        case 2: std::fill_n(static_cast<Char2*>(to), length, static_cast<Char2>(c)); return;
        default: std::fill_n(static_cast<Char4*>(to), length, c); return;
    }
}

template <typename A, typename B>
static int compare(const void* left, const void* right, std::size_t length) {
    auto* a = static_cast<const A*>(left);
    auto* b = static_cast<const B*>(right);
    for (std::size_t i = 0; i < length; i++)
        if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
    return 0;
}

int compare_text(TextView a, TextView b) {
    std::size_t common = std::min(a.length, b.length);
    int order = 0;
    if (common > 0) {
        switch (a.kind * 8 + b.kind) {
            case 9: order = std::memcmp(a.data, b.data, common); break;
            case 10: order = compare<Char1, Char2>(a.data, b.data, common); break;
            case 12: order = compare<Char1, Char4>(a.data, b.data, common); break;
            case 17: order = compare<Char2, Char1>(a.data, b.data, common); break;
            case 18: order = compare<Char2, Char2>(a.data, b.data, common); break;
            case 20: order = compare<Char2, Char4>(a.data, b.data, common); break;
            case 33: order = compare<Char4, Char1>(a.data, b.data, common); break;
            case 34: order = compare<Char4, Char2>(a.data, b.data, common); break;
            default: order = compare<Char4, Char4>(a.data, b.data, common); break;
        }
    }
    if (order != 0) return order;
    return a.length == b.length ? 0 : a.length < b.length ? -1 : 1;
}

bool equal_text(TextView a, TextView b) {
    if (a.length != b.length) return false;
    if (a.kind == b.kind)
        return a.length == 0 || std::memcmp(a.data, b.data, a.length * static_cast<std::size_t>(a.kind)) == 0;
    return compare_text(a, b) == 0;
}

}  // namespace orochi::base
