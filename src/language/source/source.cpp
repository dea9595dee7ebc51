#include "language/source/source.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "language/source/single_byte.hpp"
#include "language/source/utf8.hpp"

namespace orochi::language {

namespace {

// '\r' and "\r\n" become '\n'. In a file, what follows a NUL is lost with the line end, as in CPython's line
// reader.
std::string normalize_lines(std::string_view in, bool end_last_line, bool cut_at_nul) {
    std::string out;
    out.reserve(in.size() + 1);
    if (!std::memchr(in.data(), '\r', in.size()) && !(cut_at_nul && std::memchr(in.data(), '\0', in.size()))) {
        out.assign(in);
    } else {
        for (size_t i = 0; i < in.size(); ++i) {
            char c = in[i];
            if (c == '\0' && cut_at_nul) {
                i = std::min(in.find_first_of("\r\n", i), in.size());
                i += in.substr(i, 2) == "\r\n";
                continue;
            }
            if (c == '\r') {
                if (i + 1 < in.size() && in[i + 1] == '\n') continue;
                c = '\n';
            }
            out += c;
        }
    }
    if (end_last_line && !out.empty() && out.back() != '\n') out += '\n';
    // Observed: given to compile(), "\r\n" at the very end counts as an unfinished line.
    if (end_last_line && !cut_at_nul && in.ends_with("\r\n")) out += '\n';
    return out;
}

// Only the first 12 characters count, and '_' is '-'.
std::string normal_name(std::string_view name) {
    std::string lower;
    for (char c : name.substr(0, 12)) lower += c == '_' ? '-' : c >= 'A' && c <= 'Z' ? static_cast<char>(c | 32) : c;
    auto is_family = [&](std::string_view base) {
        return lower == base ||
               (lower.size() > base.size() && lower.compare(0, base.size(), base) == 0 && lower[base.size()] == '-');
    };
    if (is_family("utf-8")) return "utf-8";
    if (is_family("latin-1") || is_family("iso-8859-1") || is_family("iso-latin-1")) return "iso-8859-1";
    return std::string(name);
}

// Other names of the same codec, which is asked by name and not taken for granted.
bool is_utf8_alias(std::string_view name) {
    std::string lower;
    for (char c : name) lower += c == '-' || c == '.' ? '_' : c >= 'A' && c <= 'Z' ? static_cast<char>(c | 32) : c;
    for (std::string_view alias : {"utf8", "u8", "utf", "utf_8", "utf8_ucs2", "utf8_ucs4", "cp65001", "utf_8_sig"})
        if (lower == alias) return true;
    return false;
}

// An error before the first line: in a file it has no place at all.
void fail(Source& source, std::string message, bool is_file) {
    source.failed = true;
    source.error.message = std::move(message);
    source.error.has_location = !is_file;
    source.error.has_end = false;
    source.error.offset = -1;
}

}  // namespace

std::string find_coding(std::string_view line, bool& blank) {
    blank = true;
    size_t i = 0;
    while (i < line.size() && (line[i] == ' ' || line[i] == '\t' || line[i] == '\f')) ++i;
    if (i == line.size() || line[i] == '\n' || line[i] == '\r') return "";
    if (line[i] != '#') {
        blank = false;
        return "";
    }
    for (; (i = line.find("coding", i)) != std::string_view::npos; ++i) {
        size_t p = i + 6;
        if (p >= line.size() || (line[p] != ':' && line[p] != '=')) continue;
        ++p;
        while (p < line.size() && (line[p] == ' ' || line[p] == '\t')) ++p;
        size_t start = p;
        auto is_name = [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
                   c == '.';
        };
        while (p < line.size() && is_name(line[p])) ++p;
        if (p > start) return normal_name(line.substr(start, p - start));
    }
    return "";
}

bool decode_line(std::string& line, std::string_view encoding) {
    if (encoding == "utf-8" || is_utf8_alias(encoding)) {
        line = replace_faults(line);
        return true;
    }
    std::string decoded, error;
    if (!decode_single_byte(encoding, line, decoded, error)) return false;
    line = std::move(decoded);
    return true;
}

Source read_source(std::string_view bytes, const SourceOptions& options) {
    Source source;
    source.encoding = "utf-8";
    bool is_file = options.origin == SourceOrigin::File;
    if (options.origin == SourceOrigin::Text) {
        source.text = normalize_lines(bytes, options.end_last_line, false);
        source.valid_utf8 = true;
        return source;
    }
    bool mark = bytes.substr(0, 3) == "\xEF\xBB\xBF";
    std::string_view body = mark ? bytes.substr(3) : bytes;
    std::string declared;
    std::string_view rest = body;
    for (int i = 0; i < 2 && declared.empty(); ++i) {
        size_t end = rest.find_first_of("\n\r");
        bool blank;
        declared = find_coding(rest.substr(0, end), blank);
        if (!blank || end == std::string_view::npos) break;
        rest.remove_prefix(end + 1 + (rest[end] == '\r' && rest.substr(end + 1, 1) == "\n"));
    }
    std::string_view after_declaration = rest;
    if (mark && !declared.empty() && declared != "utf-8") {
        fail(source, "encoding problem: " + declared + " with BOM", is_file);
        return source;
    }
    if (declared.empty() || declared == "utf-8") {
        Utf8Fault fault = find_utf8_fault(body);
        source.valid_utf8 = !fault;
        if (fault && is_file && declared.empty()) {
            int32_t line = 1;
            for (char c : body.substr(0, fault.start)) line += c == '\n';
            char text[64];
            std::snprintf(text, sizeof text, "Non-UTF-8 code starting with '\\x%.2x' in file ",
                          static_cast<unsigned char>(body[fault.start]));
            fail(source,
                 text + std::string(options.filename) + " on line " + std::to_string(line) +
                     ", but no encoding declared; see https://peps.python.org/pep-0263/ for details",
                 is_file);
            // A file is read line by line: what is wrong in the lines above may be found first.
            source.failed = false;
            source.ends_in_error = source.valid_utf8 = true;
            body = body.substr(0, body.find_last_of("\r\n", fault.start) + 1);
        }
        source.text = normalize_lines(body, options.end_last_line, is_file);
        source.byte_offsets = declared.empty() && !mark;
        return source;
    }
    source.encoding = declared;
    std::string utf8;
    std::string error;
    // A file's lines up to the one that declares the encoding have been read before it is known. Bytes are given their
    // line ends first.
    std::string_view undecoded = is_file ? body.substr(0, body.size() - after_declaration.size()) : "";
    std::string lines = is_file ? std::string(after_declaration) : normalize_lines(body, options.end_last_line, false);
    if (is_utf8_alias(declared)) {
        Utf8Fault fault = find_utf8_fault(body);
        if (fault) {
            fail(source, is_file ? "encoding problem: " + declared : describe(fault, body), is_file);
            return source;
        }
        source.valid_utf8 = true;
        source.text = normalize_lines(body, options.end_last_line, is_file);
        return source;
    }
    bool ok = decode_single_byte(declared, lines, utf8, error);
    if (!ok && error.empty() && options.decode)
        ok = options.decode(declared, lines, &utf8, &error, options.decode_context);
    if (!ok) {
        // A file's decoder is a stream, whose own error is not shown.
        if (is_file) error = "encoding problem: " + declared;
        fail(source, error.empty() ? "unknown encoding: " + declared : error, is_file);
        return source;
    }
    source.valid_utf8 = true;
    source.text = replace_faults(undecoded) + utf8;
    if (is_file) {
        source.text = normalize_lines(source.text, options.end_last_line, true);
    } else if (options.end_last_line && !source.text.ends_with('\n')) {
        source.text += '\n';
    }
    return source;
}

}  // namespace orochi::language
