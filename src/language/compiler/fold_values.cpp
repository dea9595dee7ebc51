// Arithmetic on constants, with Python's results.
#include <cmath>

#include "language/compiler/big_int.hpp"
#include "language/compiler/fold.hpp"

namespace orochi::language {

using ast::Operator;
using ast::UnaryOperator;

namespace {

// Limits of what is worth keeping in a code object.
constexpr uint64_t kMaxIntBits = 128;
constexpr int64_t kMaxCollectionSize = 256;
constexpr int64_t kMaxTextSize = 4096;
constexpr int64_t kMaxTotalItems = 1024;

bool is_integral(const Constant& c) { return c.is_int() || c.is_bool(); }

struct Complex {
    double re, im;
};

Complex multiply(Complex a, Complex b) { return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re}; }

bool divide(Complex a, Complex b, Complex& out) {
    double abs_re = std::fabs(b.re), abs_im = std::fabs(b.im);
    if (abs_re >= abs_im) {
        if (abs_re == 0) return false;
        double ratio = b.im / b.re, denominator = b.re + b.im * ratio;
        out = {(a.re + a.im * ratio) / denominator, (a.im - a.re * ratio) / denominator};
    } else if (abs_im >= abs_re) {
        double ratio = b.re / b.im, denominator = b.re * ratio + b.im;
        out = {(a.re * ratio + a.im) / denominator, (a.im * ratio - a.re) / denominator};
    } else {
        out = {std::nan(""), std::nan("")};
    }
    return true;
}

bool power(Complex a, Complex b, Complex& out) {
    if (b.im == 0 && b.re == std::floor(b.re) && std::fabs(b.re) <= 100) {
        long n = static_cast<long>(b.re), left = n < 0 ? -n : n;
        Complex result{1, 0}, base = a;
        for (long mask = 1; mask > 0 && left >= mask; mask <<= 1) {
            if (left & mask) result = multiply(result, base);
            base = multiply(base, base);
        }
        if (n < 0 && !divide({1, 0}, result, out)) return false;
        if (n >= 0) out = result;
        return !std::isinf(out.re) && !std::isinf(out.im);
    }
    if (b.re == 0 && b.im == 0) {
        out = {1, 0};
        return true;
    }
    if (a.re == 0 && a.im == 0) {
        out = {0, 0};
        return b.im == 0 && b.re > 0;
    }
    double magnitude = std::hypot(a.re, a.im), length = std::pow(magnitude, b.re);
    double angle = std::atan2(a.im, a.re), phase = angle * b.re;
    if (b.im != 0) {
        length /= std::exp(angle * b.im);
        phase += b.im * std::log(magnitude);
    }
    out = {length * std::cos(phase), length * std::sin(phase)};
    return std::isfinite(out.re) && std::isfinite(out.im);
}

bool to_double(const Constant& c, double& out) {
    if (c.is(ConstantKind::Float)) {
        out = c.real;
        return true;
    }
    return is_integral(c) && BigInt::from(c).to_double(out);
}

bool to_complex(const Constant& c, Complex& out) {
    if (c.is(ConstantKind::Complex)) {
        out = {c.real, c.imaginary};
        return true;
    }
    out.im = 0;
    return to_double(c, out.re);
}

const Constant* fold_integers(Arena& arena, Operator op, const Constant& x, const Constant& y) {
    BigInt a = BigInt::from(x), b = BigInt::from(y);
    int64_t count;
    switch (op) {
        case Operator::Add: return (a + b).to_constant(arena);
        case Operator::Sub: return (a - b).to_constant(arena);
        case Operator::Mult:
            if (!a.is_zero() && !b.is_zero() && a.bit_length() + b.bit_length() > kMaxIntBits) return nullptr;
            return (a * b).to_constant(arena);
        case Operator::Div: {
            double value;
            if (b.is_zero() || !BigInt::true_divide(a, b, value)) return nullptr;
            return make_float(arena, value);
        }
        case Operator::FloorDiv:
        case Operator::Mod: {
            if (b.is_zero()) return nullptr;
            BigInt quotient, remainder;
            BigInt::divide(a, b, quotient, remainder);
            return (op == Operator::Mod ? remainder : quotient).to_constant(arena);
        }
        case Operator::Pow: {
            if (b.negative) {
                double base, exponent;
                if (a.is_zero() || !a.to_double(base) || !b.to_double(exponent)) return nullptr;
                return fold_binary(arena, op, *make_float(arena, base), *make_float(arena, exponent));
            }
            if (a.is_zero() && !b.is_zero()) return make_int(arena, 0);
            if (!b.fits(count)) return nullptr;
            if (count && a.bit_length() > kMaxIntBits / static_cast<uint64_t>(count)) return nullptr;
            return BigInt::power(a, static_cast<uint64_t>(count)).to_constant(arena);
        }
        case Operator::LShift:
            if (b.negative) return nullptr;
            if (a.is_zero()) return make_int(arena, 0);
            if (!b.fits(count)) return nullptr;
            if (count && (static_cast<uint64_t>(count) > kMaxIntBits || a.bit_length() > kMaxIntBits - count))
                return nullptr;
            return a.shifted_left(static_cast<uint64_t>(count)).to_constant(arena);
        case Operator::RShift:
            if (b.negative) return nullptr;
            if (!b.fits(count)) return a.negative ? make_int(arena, -1) : make_int(arena, 0);
            return a.shifted_right(static_cast<uint64_t>(count)).to_constant(arena);
        case Operator::BitAnd:
        case Operator::BitOr:
        case Operator::BitXor: {
            auto which = op == Operator::BitAnd  ? BigInt::Bitwise::And
                         : op == Operator::BitOr ? BigInt::Bitwise::Or
                                                 : BigInt::Bitwise::Xor;
            BigInt value = BigInt::bitwise(which, a, b);
            if (x.is_bool() && y.is_bool()) {
                return make_singleton(arena, value.is_zero() ? ConstantKind::False : ConstantKind::True);
            }
            return value.to_constant(arena);
        }
        case Operator::MatMult: return nullptr;
    }
    return nullptr;
}

const Constant* fold_floats(Arena& arena, Operator op, double a, double b) {
    switch (op) {
        case Operator::Add: return make_float(arena, a + b);
        case Operator::Sub: return make_float(arena, a - b);
        case Operator::Mult: return make_float(arena, a * b);
        case Operator::Div: return b == 0 ? nullptr : make_float(arena, a / b);
        case Operator::FloorDiv:
        case Operator::Mod: {
            if (b == 0) return nullptr;
            double mod = std::fmod(a, b), quotient = (a - mod) / b;
            if (mod != 0) {
                if ((b < 0) != (mod < 0)) {
                    mod += b;
                    quotient -= 1.0;
                }
            } else {
                mod = std::copysign(0.0, b);
            }
            if (op == Operator::Mod) return make_float(arena, mod);
            double floored = std::copysign(0.0, a / b);
            if (quotient != 0) {
                floored = std::floor(quotient);
                if (quotient - floored > 0.5) floored += 1.0;
            }
            return make_float(arena, floored);
        }
        case Operator::Pow: {
            if (a == 0 && b < 0) return nullptr;
            if (a < 0 && std::isfinite(a) && std::isfinite(b) && b != std::floor(b)) {
                Complex out;
                if (!power({a, 0}, {b, 0}, out)) return nullptr;
                return make_complex(arena, out.re, out.im);
            }
            double value = std::pow(a, b);
            if (std::isinf(value) && std::isfinite(a) && std::isfinite(b)) return nullptr;
            return make_float(arena, value);
        }
        default: return nullptr;
    }
}

const Constant* fold_complexes(Arena& arena, Operator op, Complex a, Complex b) {
    Complex out;
    switch (op) {
        case Operator::Add: return make_complex(arena, a.re + b.re, a.im + b.im);
        case Operator::Sub: return make_complex(arena, a.re - b.re, a.im - b.im);
        case Operator::Mult: out = multiply(a, b); return make_complex(arena, out.re, out.im);
        case Operator::Div:
            if (!divide(a, b, out)) return nullptr;
            return make_complex(arena, out.re, out.im);
        case Operator::Pow:
            if (!power(a, b, out)) return nullptr;
            return make_complex(arena, out.re, out.im);
        default: return nullptr;
    }
}

size_t length_of_str(std::string_view text) {
    size_t n = 0;
    for (unsigned char c : text) n += (c & 0xc0) != 0x80;
    return n;
}

// What remains of `limit` after counting all items, nested ones included.
int64_t count_items(const Constant& c, int64_t limit) {
    if (!c.is(ConstantKind::Tuple) && !c.is(ConstantKind::FrozenSet)) return limit;
    limit -= c.size;
    for (uint32_t i = 0; limit >= 0 && i < c.size; ++i) limit = count_items(*c.items[i], limit);
    return limit;
}

const Constant* repeat(Arena& arena, const Constant& times, const Constant& what) {
    int64_t size = what.is(ConstantKind::Str) ? static_cast<int64_t>(length_of_str(what.view())) : what.size;
    int64_t count = 0;
    bool fits = BigInt::from(times).fits(count);
    if (size) {
        int64_t limit = what.is(ConstantKind::Tuple) ? kMaxCollectionSize : kMaxTextSize;
        if (!fits || count < 0 || count > limit / size) return nullptr;
        if (what.is(ConstantKind::Tuple) && count && count_items(what, kMaxTotalItems / count) < 0) return nullptr;
    } else {
        if (!fits) return nullptr;  // no such repetition: OverflowError
        count = 0;
    }
    if (what.is(ConstantKind::Tuple)) {
        std::vector<const Constant*> items;
        for (int64_t i = 0; i < count; ++i) items.insert(items.end(), what.items, what.items + what.size);
        return make_tuple(arena, items.data(), items.size());
    }
    std::string text;
    for (int64_t i = 0; i < count; ++i) text += what.view();
    return what.is(ConstantKind::Str) ? make_str(arena, text) : make_bytes(arena, text);
}

bool is_row(const Constant& c) {
    return c.is(ConstantKind::Str) || c.is(ConstantKind::Bytes) || c.is(ConstantKind::Tuple);
}

}  // namespace

const Constant* fold_binary(Arena& arena, Operator op, const Constant& a, const Constant& b) {
    if (is_integral(a) && is_integral(b)) return fold_integers(arena, op, a, b);
    if (op == Operator::Mult) {
        if (is_integral(a) && is_row(b)) return repeat(arena, a, b);
        if (is_integral(b) && is_row(a)) return repeat(arena, b, a);
    }
    if (op == Operator::Add && a.kind == b.kind && is_row(a)) {
        if (a.is(ConstantKind::Tuple)) {
            std::vector<const Constant*> items(a.items, a.items + a.size);
            items.insert(items.end(), b.items, b.items + b.size);
            return make_tuple(arena, items.data(), items.size());
        }
        std::string text(a.view());
        text += b.view();
        return a.is(ConstantKind::Str) ? make_str(arena, text) : make_bytes(arena, text);
    }
    if (a.is(ConstantKind::Complex) || b.is(ConstantKind::Complex)) {
        Complex x, y;
        if (!to_complex(a, x) || !to_complex(b, y)) return nullptr;
        return fold_complexes(arena, op, x, y);
    }
    double x, y;
    if (!to_double(a, x) || !to_double(b, y)) return nullptr;
    return fold_floats(arena, op, x, y);
}

const Constant* fold_unary(Arena& arena, UnaryOperator op, const Constant& a) {
    if (op == UnaryOperator::Not) {
        bool truth = true;
        switch (a.kind) {
            case ConstantKind::None:
            case ConstantKind::False: truth = false; break;
            case ConstantKind::Int: truth = a.integer != 0; break;
            case ConstantKind::Float: truth = a.real != 0; break;
            case ConstantKind::Complex: truth = a.real != 0 || a.imaginary != 0; break;
            case ConstantKind::Str:
            case ConstantKind::Bytes:
            case ConstantKind::Tuple:
            case ConstantKind::FrozenSet: truth = a.size != 0; break;
            default: break;
        }
        return make_singleton(arena, truth ? ConstantKind::False : ConstantKind::True);
    }
    if (is_integral(a)) {
        BigInt value = BigInt::from(a);
        if (op == UnaryOperator::USub) value = -value;
        if (op == UnaryOperator::Invert) value = -value - BigInt::from(1);
        return value.to_constant(arena);
    }
    if (op == UnaryOperator::Invert) return nullptr;
    bool minus = op == UnaryOperator::USub;
    if (a.is(ConstantKind::Float)) return make_float(arena, minus ? -a.real : a.real);
    if (a.is(ConstantKind::Complex)) {
        return minus ? make_complex(arena, -a.real, -a.imaginary) : make_complex(arena, a.real, a.imaginary);
    }
    return nullptr;
}

const Constant* fold_subscript(Arena& arena, const Constant& value, const Constant& index) {
    if (!is_row(value) || !is_integral(index)) return nullptr;
    int64_t at;
    if (!BigInt::from(index).fits(at)) return nullptr;
    int64_t size = value.is(ConstantKind::Str) ? static_cast<int64_t>(length_of_str(value.view())) : value.size;
    if (at < 0) at += size;
    if (at < 0 || at >= size) return nullptr;
    if (value.is(ConstantKind::Tuple)) return value.items[at];
    if (value.is(ConstantKind::Bytes)) return make_int(arena, static_cast<unsigned char>(value.text[at]));
    std::string_view text = value.view();
    size_t start = 0;
    auto advance = [&text](size_t i) {
        do ++i;
        while (i < text.size() && (text[i] & 0xc0) == 0x80);
        return i;
    };
    while (at-- > 0) start = advance(start);
    return make_str(arena, text.substr(start, advance(start) - start));
}

}  // namespace orochi::language
