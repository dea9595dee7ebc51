#include "base/utf8.hpp"

#include "base/bits.hpp"

namespace orochi::base {

namespace {

constexpr const char* invalid_start = "invalid start byte";
constexpr const char* invalid_continuation = "invalid continuation byte";
constexpr const char* unexpected_end = "unexpected end of data";

constexpr bool is_continuation(std::uint8_t byte) { return (byte & 0xC0) == 0x80; }

// Is `second` possible after lead byte `lead` (>= 0xE0)? Excludes overlong forms, surrogates and what is too
// large.
constexpr bool second_fits(std::uint8_t lead, std::uint8_t second) {
    switch (lead) {
        case 0xE0: return second >= 0xA0 && second <= 0xBF;
        case 0xED: return second >= 0x80 && second <= 0x9F;
        case 0xF0: return second >= 0x90 && second <= 0xBF;
        case 0xF4: return second >= 0x80 && second <= 0x8F;
        default: return is_continuation(second);
    }
}

// Names the problem with the sequence at p, which is not a valid one.
void explain(const std::uint8_t* p, const std::uint8_t* end, DecodeScan* scan) {
    std::uint8_t lead = *p;
    std::size_t left = static_cast<std::size_t>(end - p);
    auto report = [scan](Decoded status, std::size_t length, const char* reason) {
        scan->status = status;
        scan->error_length = length;
        scan->reason = reason;
    };
    if (lead < 0xC2 || lead > 0xF4) return report(Decoded::invalid, 1, invalid_start);
    std::size_t needed = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    std::size_t good = 1;
    while (good < needed && good < left) {
        if (!(good == 1 ? (needed == 2 ? is_continuation(p[1]) : second_fits(lead, p[1])) : is_continuation(p[good]))) {
            // The two first bytes of a surrogate, alone at the end: incremental decoders wait for the third,
            // because an error handler ("surrogatepass") may accept the whole.
            bool wait = lead == 0xED && good == 1 && left == 2 && is_continuation(p[1]);
            return report(wait ? Decoded::incomplete : Decoded::invalid, good, invalid_continuation);
        }
        good++;
    }
    report(Decoded::incomplete, good, unexpected_end);
}

}  // namespace

DecodeScan scan_utf8(const std::uint8_t* data, std::size_t size) {
    const std::uint8_t* p = data;
    const std::uint8_t* end = data + size;
    // Characters are counted as bytes minus continuation bytes.
    std::size_t continuations = 0;
    Char4 max_char = 0x7F;
    DecodeScan scan{Decoded::all, 0, 0, 0x7F, 0, nullptr};
    while (p < end) {
        std::uint8_t lead = *p;
        if (lead < 0x80) {
            p += ascii_prefix(p, static_cast<std::size_t>(end - p));
            continue;
        }
        if (lead >= 0xC2 && lead < 0xE0) {
            if (end - p < 2 || !is_continuation(p[1])) break;
            max_char |= lead < 0xC4 ? 0xFF : 0xFFFF;
            continuations += 1;
            p += 2;
        } else if ((lead & 0xF0) == 0xE0) {
            if (end - p < 3 || !second_fits(lead, p[1]) || !is_continuation(p[2])) break;
            max_char |= 0xFFFF;
            continuations += 2;
            p += 3;
        } else if (lead >= 0xF0 && lead < 0xF5) {
            if (end - p < 4 || !second_fits(lead, p[1]) || !is_continuation(p[2]) || !is_continuation(p[3])) break;
            max_char |= 0x10FFFF;
            continuations += 3;
            p += 4;
        } else {
            break;
        }
    }
    if (p < end) explain(p, end, &scan);
    scan.consumed = static_cast<std::size_t>(p - data);
    scan.characters = scan.consumed - continuations;
    scan.max_char = max_char;
    return scan;
}

Char4 next_utf8_character(const std::uint8_t** position) {
    const std::uint8_t* p = *position;
    Char4 lead = *p;
    if (lead < 0x80) {
        *position = p + 1;
        return lead;
    }
    if (lead < 0xE0) {
        *position = p + 2;
        return (lead & 0x1F) << 6 | (p[1] & 0x3F);
    }
    if (lead < 0xF0) {
        *position = p + 3;
        return (lead & 0x0F) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3F);
    }
    *position = p + 4;
    return (lead & 0x07) << 18 | (p[1] & 0x3Fu) << 12 | (p[2] & 0x3Fu) << 6 | (p[3] & 0x3F);
}

template <typename T>
static void decode(const std::uint8_t* p, std::size_t size, T* out) {
    const std::uint8_t* end = p + size;
    while (p < end) {
        if (*p < 0x80) {
            std::size_t run = ascii_prefix(p, static_cast<std::size_t>(end - p));
            copy_characters(p, run, out);
            p += run;
            out += run;
            continue;
        }
        do {
            *out++ = static_cast<T>(next_utf8_character(&p));
        } while (p < end && *p >= 0x80);
    }
}

void decode_utf8(const std::uint8_t* data, std::size_t size, Char1* out) { decode(data, size, out); }
void decode_utf8(const std::uint8_t* data, std::size_t size, Char2* out) { decode(data, size, out); }
void decode_utf8(const std::uint8_t* data, std::size_t size, Char4* out) { decode(data, size, out); }
void decode_utf8(const std::uint8_t* data, std::size_t size, void* out, int kind) {
    switch (kind) {
        case 1: return decode(data, size, static_cast<Char1*>(out));
        case 2: return decode(data, size, static_cast<Char2*>(out));
        default: return decode(data, size, static_cast<Char4*>(out));
    }
}

template <typename T>
static EncodeScan scan_characters(const T* chars, std::size_t length) {
    EncodeScan scan{0, 0, 0, nullptr};
    std::size_t i = 0, size = 0;
    if constexpr (sizeof(T) == 1) {
        for (; i < length; i++) size += chars[i] >> 7;
        size += length;
    } else {
        for (; i < length; i++) {
            Char4 c = chars[i];
            size += 1u + (c >= 0x80) + (c >= 0x800) + (c >= 0x10000);
            if (is_surrogate(c)) [[unlikely]] {
                size -= 3;
                std::size_t stop = i + 1;
                while (stop < length && is_surrogate(chars[stop])) stop++;
                scan.error_length = stop - i;
                scan.reason = "surrogates not allowed";
                break;
            }
        }
    }
    scan.consumed = i;
    scan.size = size;
    return scan;
}

EncodeScan scan_for_utf8(TextView text) {
    switch (text.kind) {
        case 1: return scan_characters(static_cast<const Char1*>(text.data), text.length);
        case 2: return scan_characters(static_cast<const Char2*>(text.data), text.length);
        default: return scan_characters(static_cast<const Char4*>(text.data), text.length);
    }
}

int encode_utf8_character(Char4 c, std::uint8_t* out) {
    if (c < 0x80) {
        out[0] = static_cast<std::uint8_t>(c);
        return 1;
    }
    if (c < 0x800) {
        out[0] = static_cast<std::uint8_t>(0xC0 | c >> 6);
        out[1] = static_cast<std::uint8_t>(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = static_cast<std::uint8_t>(0xE0 | c >> 12);
        out[1] = static_cast<std::uint8_t>(0x80 | (c >> 6 & 0x3F));
        out[2] = static_cast<std::uint8_t>(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = static_cast<std::uint8_t>(0xF0 | c >> 18);
    out[1] = static_cast<std::uint8_t>(0x80 | (c >> 12 & 0x3F));
    out[2] = static_cast<std::uint8_t>(0x80 | (c >> 6 & 0x3F));
    out[3] = static_cast<std::uint8_t>(0x80 | (c & 0x3F));
    return 4;
}

template <typename T>
static std::size_t encode(const T* chars, std::size_t length, std::uint8_t* out) {
    std::uint8_t* start = out;
    for (std::size_t i = 0; i < length;) {
        if constexpr (sizeof(T) == 1) {
            std::size_t run = ascii_prefix(chars + i, length - i);
            copy_characters(chars + i, run, out);
            out += run;
            i += run;
            for (; i < length && chars[i] >= 0x80; i++, out += 2) {
                out[0] = static_cast<std::uint8_t>(0xC0 | chars[i] >> 6);
                out[1] = static_cast<std::uint8_t>(0x80 | (chars[i] & 0x3F));
            }
        } else {
            out += encode_utf8_character(chars[i++], out);
        }
    }
    return static_cast<std::size_t>(out - start);
}

std::size_t encode_utf8(TextView text, std::uint8_t* out) {
    switch (text.kind) {
        case 1: return encode(static_cast<const Char1*>(text.data), text.length, out);
        case 2: return encode(static_cast<const Char2*>(text.data), text.length, out);
        default: return encode(static_cast<const Char4*>(text.data), text.length, out);
    }
}

}  // namespace orochi::base
