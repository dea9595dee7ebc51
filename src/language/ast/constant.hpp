// Constant: a value that can be written in a program, without Python objects.
//
// Immutable, arena-allocated, compared structurally. Text is UTF-8 in its
// generalised form: a lone surrogate (from an escape such as "\ud800") is its
// own three bytes, and two surrogates that follow each other stay two.
//
// A tree that was made of objects may say which object a constant stands for:
// the code has that very one then, and not just an equal one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "language/ast/arena.hpp"

namespace orochi::language {

enum class ConstantKind : uint8_t {
    None,
    False,
    True,
    Ellipsis,
    Int,     // fits int64_t
    BigInt,  // sign and magnitude, never a value that fits int64_t
    Float,
    Complex,
    Str,
    Bytes,
    Tuple,
    FrozenSet,
};

struct Constant {
    ConstantKind kind = ConstantKind::None;
    bool negative = false;  // BigInt only
    uint32_t size = 0;      // bytes of text, digits, or items

    union {
        int64_t integer = 0;           // Int
        double real;                   // Float, and the real part of Complex
        const char* text;              // Str (NUL-terminated), Bytes
        const uint32_t* digits;        // BigInt: base 2**30, least significant first
        const Constant* const* items;  // Tuple, FrozenSet
    };
    double imaginary = 0;  // Complex
    uint32_t object = 0;   // for whoever made the tree: 1 + the number of the object that it stands for; 0: of none

    std::string_view view() const { return {text, size}; }
    bool is(ConstantKind k) const { return kind == k; }
    bool is_bool() const { return kind == ConstantKind::True || kind == ConstantKind::False; }
    bool is_int() const { return kind == ConstantKind::Int || kind == ConstantKind::BigInt; }
};

const Constant* make_singleton(Arena& arena, ConstantKind kind);  // None, False, True, Ellipsis
const Constant* make_int(Arena& arena, int64_t value);
// From digits in base 2**30; leading zeros are dropped, small values become Int.
const Constant* make_big_int(Arena& arena, bool negative, const uint32_t* digits, size_t count);
// From the digits of a literal without prefix and underscores; base 2, 8, 10 or 16.
const Constant* make_int_from_text(Arena& arena, std::string_view digits, int base);
const Constant* make_float(Arena& arena, double value);
const Constant* make_complex(Arena& arena, double real, double imaginary);
const Constant* make_str(Arena& arena, std::string_view utf8);     // copies
const Constant* make_bytes(Arena& arena, std::string_view bytes);  // copies
const Constant* make_tuple(Arena& arena, const Constant* const* items, size_t count);
// A copy that stands for an object.
const Constant* make_standing_for(Arena& arena, const Constant& constant, uint32_t object);
const Constant* make_frozen_set(Arena& arena, const Constant* const* items, size_t count);

// repr() as CPython writes it.
std::string repr(const Constant& constant);
std::string repr_str(std::string_view utf8);
std::string repr_float(double value);
// The decimal digits of an Int or BigInt, with sign.
std::string decimal(const Constant& constant);

}  // namespace orochi::language
