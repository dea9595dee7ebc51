#include "language/compiler/constant_table.hpp"

#include <bit>
#include <cstring>
#include <functional>

namespace orochi::language {

static bool same_double(double a, double b) {
    // Not a number equals nothing, and zeros differ by sign.
    return a == b && std::bit_cast<uint64_t>(a) == std::bit_cast<uint64_t>(b);
}

bool same_constant(const Constant& a, const Constant& b) {
    if (&a == &b) return true;
    if (a.kind != b.kind) return false;
    switch (a.kind) {
        case ConstantKind::None:
        case ConstantKind::False:
        case ConstantKind::True:
        case ConstantKind::Ellipsis: return true;
        case ConstantKind::Int: return a.integer == b.integer;
        case ConstantKind::BigInt:
            return a.negative == b.negative && a.size == b.size && !std::memcmp(a.digits, b.digits, a.size * 4);
        case ConstantKind::Float: return same_double(a.real, b.real);
        case ConstantKind::Complex: return same_double(a.real, b.real) && same_double(a.imaginary, b.imaginary);
        case ConstantKind::Str:
        case ConstantKind::Bytes: return a.view() == b.view();
        case ConstantKind::Tuple:
            if (a.size != b.size) return false;
            for (uint32_t i = 0; i < a.size; ++i) {
                if (!same_constant(*a.items[i], *b.items[i])) return false;
            }
            return true;
        case ConstantKind::FrozenSet:
            if (a.size != b.size) return false;
            for (uint32_t i = 0; i < a.size; ++i) {
                bool found = same_constant(*a.items[i], *b.items[i]);  // the usual case
                for (uint32_t k = 0; k < b.size && !found; ++k) found = same_constant(*a.items[i], *b.items[k]);
                if (!found) return false;
            }
            return true;
    }
    return false;
}

static uint32_t hash_code(const CodeUnit& code) {
    return (code.name.hash() ^ static_cast<uint32_t>(code.firstlineno)) * 2654435761u >> 7;
}

static bool is_number(const Constant& c) {
    return c.is_int() || c.is_bool() || c.is(ConstantKind::Float) || c.is(ConstantKind::Complex);
}

static double real_part(const Constant& c) {
    switch (c.kind) {
        case ConstantKind::Int: return static_cast<double>(c.integer);
        case ConstantKind::BigInt: {
            double value = 0;
            for (uint32_t i = c.size; i-- > 0;) value = value * 0x40000000 + c.digits[i];
            return c.negative ? -value : value;
        }
        case ConstantKind::True: return 1.0;
        case ConstantKind::False: return 0.0;
        default: return c.real;
    }
}

uint32_t hash_value(const Constant& c) {
    if (is_number(c)) {
        double parts[] = {real_part(c) + 0.0, c.imaginary + 0.0};  // without the sign of zero
        uint64_t h = std::bit_cast<uint64_t>(parts[0]) * 31 + std::bit_cast<uint64_t>(parts[1]);
        return static_cast<uint32_t>(h * 0x9E3779B97F4A7C15ull >> 32);
    }
    if (!c.is(ConstantKind::Tuple)) return hash_constant(c);
    uint32_t h = c.size;
    for (uint32_t i = 0; i < c.size; ++i) h = h * 31 + hash_value(*c.items[i]);
    return h;
}

bool equal_values(const Constant& a, const Constant& b) {
    if (is_number(a) && is_number(b)) {
        if (a.is(ConstantKind::BigInt) && b.is(ConstantKind::BigInt)) return same_constant(a, b);
        if (a.is(ConstantKind::Int) && b.is(ConstantKind::Int)) return a.integer == b.integer;
        return real_part(a) == real_part(b) && a.imaginary == b.imaginary;
    }
    if (a.kind != b.kind) return false;
    if (a.is(ConstantKind::Tuple)) {
        if (a.size != b.size) return false;
        for (uint32_t i = 0; i < a.size; ++i) {
            if (!equal_values(*a.items[i], *b.items[i])) return false;
        }
        return true;
    }
    return same_constant(a, b);
}

uint32_t hash_constant(const Constant& c) {
    uint64_t h = static_cast<uint64_t>(c.kind) + 1;
    auto add = [&h](uint64_t value) { h = (h ^ value) * 0x9E3779B97F4A7C15ull; };
    auto text = [](std::string_view bytes) { return uint64_t{std::hash<std::string_view>{}(bytes)}; };
    switch (c.kind) {
        case ConstantKind::Int: add(static_cast<uint64_t>(c.integer)); break;
        case ConstantKind::BigInt: add(text({reinterpret_cast<const char*>(c.digits), c.size * 4})); break;
        case ConstantKind::Complex: add(std::bit_cast<uint64_t>(c.imaginary)); [[fallthrough]];
        case ConstantKind::Float: add(std::bit_cast<uint64_t>(c.real)); break;
        case ConstantKind::Str:
        case ConstantKind::Bytes: add(text(c.view())); break;
        case ConstantKind::Tuple:
            for (uint32_t i = 0; i < c.size; ++i) add(hash_constant(*c.items[i]));
            break;
        case ConstantKind::FrozenSet: {
            uint32_t sum = 0;
            for (uint32_t i = 0; i < c.size; ++i) sum += hash_constant(*c.items[i]);
            add(sum);
            break;
        }
        default: break;
    }
    return static_cast<uint32_t>(h ^ h >> 32);
}

static bool same_code(const CodeUnit& a, const CodeUnit& b) {
    auto same_bytes = [](const Sequence<uint8_t>& x, const Sequence<uint8_t>& y) {
        return x.count == y.count && (x.count == 0 || !std::memcmp(x.data, y.data, x.count));
    };
    auto same_names = [](const Sequence<Identifier>& x, const Sequence<Identifier>& y) {
        if (x.count != y.count) return false;
        for (uint32_t i = 0; i < x.count; ++i) {
            if (!(x[i] == y[i])) return false;
        }
        return true;
    };
    if (!(a.name == b.name && a.firstlineno == b.firstlineno && a.argcount == b.argcount &&
          a.posonlyargcount == b.posonlyargcount && a.kwonlyargcount == b.kwonlyargcount && a.flags == b.flags &&
          same_bytes(a.code, b.code) && same_bytes(a.linetable, b.linetable) &&
          same_bytes(a.exceptiontable, b.exceptiontable) && same_names(a.names, b.names) &&
          same_names(a.localsplusnames, b.localsplusnames) && a.constants.count == b.constants.count)) {
        return false;
    }
    for (uint32_t i = 0; i < a.constants.count; ++i) {
        const CodeConstant &x = a.constants[i], &y = b.constants[i];
        if (!x.value != !y.value) return false;
        if (x.value ? !same_constant(*x.value, *y.value) : !same_code(*x.code, *y.code)) return false;
    }
    return true;
}

uint32_t ConstantTable::add(const Constant* value) {
    if ((items_.size() + 1) * 2 > slots_.size()) grow();
    uint32_t h = hash_constant(*value);
    size_t mask = slots_.size() - 1;
    size_t i = h & mask;
    for (; slots_[i]; i = (i + 1) & mask) {
        uint32_t at = slots_[i] - 1;
        if (hashes_[at] == h && items_[at].value && same_constant(*items_[at].value, *value)) return at;
    }
    slots_[i] = static_cast<uint32_t>(items_.size()) + 1;
    items_.push_back({value, nullptr});
    hashes_.push_back(h);
    return static_cast<uint32_t>(items_.size()) - 1;
}

uint32_t ConstantTable::add(const CodeUnit* code) {
    // A `finally` body is compiled more than once: its functions need be kept only once.
    if ((items_.size() + 1) * 2 > slots_.size()) grow();
    uint32_t h = hash_code(*code);
    size_t mask = slots_.size() - 1;
    size_t i = h & mask;
    for (; slots_[i]; i = (i + 1) & mask) {
        uint32_t at = slots_[i] - 1;
        if (hashes_[at] == h && items_[at].code && same_code(*items_[at].code, *code)) return at;
    }
    slots_[i] = static_cast<uint32_t>(items_.size()) + 1;
    items_.push_back({nullptr, code});
    hashes_.push_back(h);
    return static_cast<uint32_t>(items_.size()) - 1;
}

void ConstantTable::grow() {
    slots_.assign(slots_.empty() ? 16 : slots_.size() * 2, 0);
    size_t mask = slots_.size() - 1;
    for (uint32_t at = 0; at < items_.size(); ++at) {
        size_t i = hashes_[at] & mask;
        while (slots_[i]) i = (i + 1) & mask;
        slots_[i] = at + 1;
    }
}

}  // namespace orochi::language
