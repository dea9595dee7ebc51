#include "language/source/utf8.hpp"

#include <cstdio>
#include <cstring>

namespace orochi::language {

Utf8Fault find_utf8_fault(std::string_view text) {
    const auto* s = reinterpret_cast<const unsigned char*>(text.data());
    size_t size = text.size();
    size_t i = 0;
    while (i < size) {
        if (s[i] < 0x80) {
            while (i + 8 <= size) {
                uint64_t word;
                std::memcpy(&word, s + i, 8);
                if (word & 0x8080808080808080u) break;
                i += 8;
            }
            while (i < size && s[i] < 0x80) ++i;
            continue;
        }
        unsigned lead = s[i];
        size_t need = lead < 0xC2 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : lead < 0xF5 ? 3 : 0;
        if (need == 0) return {i, i + 1, "invalid start byte"};
        unsigned low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        unsigned high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
        for (size_t k = 1; k <= need; ++k) {
            if (i + k >= size) return {i, size, "unexpected end of data"};
            unsigned c = s[i + k];
            if (c < low || c > high) return {i, i + k, "invalid continuation byte"};
            low = 0x80;
            high = 0xBF;
        }
        i += need + 1;
    }
    return {};
}

std::string describe(const Utf8Fault& fault, std::string_view text) {
    char buffer[160];
    if (fault.end - fault.start <= 1) {
        std::snprintf(buffer, sizeof buffer, "'utf-8' codec can't decode byte 0x%02x in position %zu: %s",
                      static_cast<unsigned char>(text[fault.start]), fault.start, fault.reason);
    } else {
        std::snprintf(buffer, sizeof buffer, "'utf-8' codec can't decode bytes in position %zu-%zu: %s", fault.start,
                      fault.end - 1, fault.reason);
    }
    return buffer;
}

int32_t count_characters(std::string_view line, size_t bytes) {
    std::string_view part = line.substr(0, bytes);
    int32_t count = 0;
    for (;;) {
        Utf8Fault fault = find_utf8_fault(part);
        size_t good = fault ? fault.start : part.size();
        for (size_t i = 0; i < good; ++i) count += (static_cast<unsigned char>(part[i]) & 0xC0) != 0x80;
        if (!fault) return count;
        ++count;
        part.remove_prefix(fault.end);
    }
}

int32_t count_shown_characters(std::string_view line, int64_t bytes) {
    if (find_utf8_fault(line)) return count_shown_characters(replace_faults(line), bytes);
    int32_t beyond = bytes > static_cast<int64_t>(line.size()) ? 1 : 0;
    return count_characters(line, static_cast<size_t>(bytes)) + beyond;
}

std::string replace_faults(std::string_view text) {
    std::string out;
    while (Utf8Fault fault = find_utf8_fault(text)) {
        out.append(text.substr(0, fault.start));
        out += "\xEF\xBF\xBD";
        text.remove_prefix(fault.end);
    }
    out.append(text);
    return out;
}

}  // namespace orochi::language
