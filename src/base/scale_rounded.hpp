// mantissa * 2**exponent as the nearest double, rounded once, also where the result is subnormal.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace orochi::base {

// Ties go to even; `sticky` says that the exact value is a little more than the mantissa. False on overflow.
inline bool scale_rounded(std::uint64_t mantissa, bool sticky, std::int64_t exponent, double* value) {
    *value = 0;
    if (mantissa == 0) return true;
    int width = 64 - std::countl_zero(mantissa);
    std::int64_t top = exponent + width;  // the value is in [2**(top-1), 2**top)
    if (top > 1024) return false;
    if (top < -1074) return true;
    int keep = top > -1022 ? 53 : static_cast<int>(top + 1074);
    int drop = width - keep;
    if (drop > 0) {
        std::uint64_t half = 1ull << (drop - 1);
        bool at_least_half = (mantissa & half) != 0;
        bool more = (mantissa & (half - 1)) != 0 || sticky;
        mantissa = drop < 64 ? mantissa >> drop : 0;
        if (at_least_half && (more || (mantissa & 1))) mantissa++;
        exponent += drop;
    }
    *value = std::ldexp(static_cast<double>(mantissa), static_cast<int>(exponent));
    return !std::isinf(*value);
}

}  // namespace orochi::base
