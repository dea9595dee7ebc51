// The locale and what it means for text from outside: PEP 538, PEP 540.
#include <langinfo.h>
#include <strings.h>

#include <climits>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <cwchar>

#include "state/config.hpp"

namespace orochi {

bool locale_is_utf8() {
    const char* codeset = nl_langinfo(CODESET);
    return codeset && (!strcasecmp(codeset, "UTF-8") || !strcasecmp(codeset, "utf8"));
}

namespace {

bool c_locale(const char* name) { return name && (!std::strcmp(name, "C") || !std::strcmp(name, "POSIX")); }

// Bytes that do not decode become lone surrogates U+DC80..U+DCFF.
std::wstring decode_utf8(std::string_view bytes) {
    std::wstring out;
    out.reserve(bytes.size());
    size_t i = 0;
    while (i < bytes.size()) {
        unsigned char c = static_cast<unsigned char>(bytes[i]);
        int more = c < 0x80                ? 0
                   : c >= 0xc2 && c < 0xe0 ? 1
                   : c >= 0xe0 && c < 0xf0 ? 2
                   : c >= 0xf0 && c < 0xf5 ? 3
                                           : -1;
        char32_t value = more == 0 ? c : more == 1 ? c & 0x1f : more == 2 ? c & 0x0f : c & 0x07;
        bool good = more >= 0 && i + size_t(more) < bytes.size();
        for (int k = 1; good && k <= more; ++k) {
            unsigned char next = static_cast<unsigned char>(bytes[i + size_t(k)]);
            good = (next & 0xc0) == 0x80;
            value = value << 6 | (next & 0x3f);
        }
        good = good && !(more == 2 && (value < 0x800 || (value >= 0xd800 && value < 0xe000))) &&
               !(more == 3 && (value < 0x10000 || value > 0x10ffff));
        if (good) {
            out.push_back(wchar_t(value));
            i += size_t(more) + 1;
        } else {
            out.push_back(wchar_t(0xdc00 + c));
            ++i;
        }
    }
    return out;
}

void append_utf8(std::string& out, char32_t c) {
    if (c < 0x80) {
        out.push_back(char(c));
    } else if (c < 0x800) {
        out.push_back(char(0xc0 | c >> 6));
        out.push_back(char(0x80 | (c & 0x3f)));
    } else if (c < 0x10000) {
        out.push_back(char(0xe0 | c >> 12));
        out.push_back(char(0x80 | (c >> 6 & 0x3f)));
        out.push_back(char(0x80 | (c & 0x3f)));
    } else {
        out.push_back(char(0xf0 | c >> 18));
        out.push_back(char(0x80 | (c >> 12 & 0x3f)));
        out.push_back(char(0x80 | (c >> 6 & 0x3f)));
        out.push_back(char(0x80 | (c & 0x3f)));
    }
}

bool escaped_byte(wchar_t c) { return c >= 0xdc80 && c <= 0xdcff; }

const char* find_environment(const PyPreConfig& config, const char* name) {
    const char* value = config.use_environment ? std::getenv(name) : nullptr;
    return value && *value ? value : nullptr;
}

// PEP 538: programs in a C locale mean no more by it than that nothing was configured.
bool coerce(PyPreConfig& config) {
    const char* all = std::getenv("LC_ALL");
    if (all && *all) return false;
    for (const char* target : {"C.UTF-8", "C.utf8", "UTF-8"}) {
        if (!std::setlocale(LC_CTYPE, target) || !locale_is_utf8()) continue;
        setenv("LC_CTYPE", target, 1);
        if (config.coerce_c_locale_warn) {
            std::fprintf(stderr,
                         "Python detected LC_CTYPE=C: LC_CTYPE coerced to %.20s (set another locale or "
                         "PYTHONCOERCECLOCALE=0 to disable this locale coercion behavior).\n",
                         target);
        }
        std::setlocale(LC_CTYPE, "");
        return true;
    }
    std::setlocale(LC_CTYPE, "C");
    return false;
}

}  // namespace

std::wstring decode_locale(std::string_view bytes) {
    if (locale_is_utf8() || Py_UTF8Mode > 0) return decode_utf8(bytes);
    std::wstring out;
    mbstate_t state{};
    while (!bytes.empty()) {
        wchar_t c;
        size_t used = std::mbrtowc(&c, bytes.data(), bytes.size(), &state);
        if (used == 0) {
            used = 1;
            c = 0;
        } else if (used > bytes.size() || (c >= 0xd800 && c <= 0xdfff)) {
            c = wchar_t(0xdc00 + static_cast<unsigned char>(bytes[0]));
            used = 1;
            state = {};
        }
        out.push_back(c);
        bytes.remove_prefix(used);
    }
    return out;
}

bool encode_locale(std::wstring_view text, std::string& bytes) {
    bool utf8 = locale_is_utf8() || Py_UTF8Mode > 0;
    bytes.clear();
    mbstate_t state{};
    for (wchar_t c : text) {
        if (escaped_byte(c)) {
            bytes.push_back(char(c - 0xdc00));
        } else if (c >= 0xd800 && c <= 0xdfff) {
            return false;
        } else if (utf8) {
            append_utf8(bytes, char32_t(c));
        } else {
            char buffer[MB_LEN_MAX];
            size_t used = std::wcrtomb(buffer, c, &state);
            if (used == size_t(-1)) return false;
            bytes.append(buffer, used);
        }
    }
    return true;
}

std::string wide_to_wtf8(std::wstring_view text) {
    std::string out;
    for (wchar_t c : text) append_utf8(out, char32_t(c));
    return out;
}

PyStatus preconfigure(PyPreConfig& config, const std::vector<std::string>& argv) {
    // Only the options that decide how the others are decoded; anything odd is reported by the full parser.
    if (config.parse_argv) {
        for (size_t i = 1; i < argv.size() && argv[i].size() > 1 && argv[i][0] == '-' && argv[i] != "--"; ++i) {
            if (argv[i][1] == '-') {
                if (argv[i] == "--check-hash-based-pycs") ++i;
                continue;
            }
            bool last = false;
            for (size_t k = 1; k < argv[i].size() && !last; ++k) {
                char option = argv[i][k];
                if (option == 'E') config.use_environment = 0;
                if (option == 'I') config.isolated = 1;
                if (option == 'c' || option == 'm' || option == 'W' || option == 'X') {
                    std::string value = argv[i].substr(k + 1);
                    if (value.empty() && i + 1 < argv.size()) value = argv[++i];
                    if (option == 'X' && value == "dev") config.dev_mode = 1;
                    if (option == 'X' && value.starts_with("utf8") && config.utf8_mode < 0) {
                        if (value == "utf8" || value == "utf8=1") {
                            config.utf8_mode = 1;
                        } else if (value == "utf8=0") {
                            config.utf8_mode = 0;
                        } else if (value.starts_with("utf8=")) {
                            return status_error("preconfig_init_utf8_mode", "invalid -X utf8 option value");
                        }
                    }
                    if (option == 'c' || option == 'm') i = argv.size();
                    last = true;
                }
            }
        }
    }
    if (config.isolated > 0) config.use_environment = 0;
    if (config.dev_mode < 0) config.dev_mode = find_environment(config, "PYTHONDEVMODE") != nullptr;
    if (const char* allocator = find_environment(config, "PYTHONMALLOC")) {
        bool known = false;
        for (const char* name : {"default", "debug", "malloc", "malloc_debug", "pymalloc", "pymalloc_debug"}) {
            known |= !std::strcmp(name, allocator);
        }
        if (!known) return status_error("preconfig_init_allocator", "PYTHONMALLOC: unknown allocator");
    }
    if (config.utf8_mode < 0) {
        if (const char* value = find_environment(config, "PYTHONUTF8")) {
            if (!std::strcmp(value, "1")) {
                config.utf8_mode = 1;
            } else if (!std::strcmp(value, "0")) {
                config.utf8_mode = 0;
            } else {
                return status_error("preconfig_init_utf8_mode", "invalid PYTHONUTF8 environment variable value");
            }
        }
    }
    if (config.configure_locale) {
        std::setlocale(LC_CTYPE, "");
        if (const char* value = find_environment(config, "PYTHONCOERCECLOCALE")) {
            if (!std::strcmp(value, "0")) {
                if (config.coerce_c_locale < 0) config.coerce_c_locale = 0;
            } else if (!std::strcmp(value, "warn")) {
                if (config.coerce_c_locale_warn < 0) config.coerce_c_locale_warn = 1;
            } else if (config.coerce_c_locale < 0) {
                config.coerce_c_locale = 1;
            }
        }
        if (config.coerce_c_locale_warn < 0) config.coerce_c_locale_warn = 0;
        bool is_c = c_locale(std::setlocale(LC_CTYPE, nullptr));
        if (config.utf8_mode < 0) config.utf8_mode = is_c;
        if (config.coerce_c_locale != 0 && is_c) {
            config.coerce_c_locale = coerce(config) ? 2 : 0;
        } else {
            config.coerce_c_locale = 0;
        }
    }
    if (config.utf8_mode < 0) config.utf8_mode = 0;
    if (config.coerce_c_locale < 0) config.coerce_c_locale = 0;
    if (config.coerce_c_locale_warn < 0) config.coerce_c_locale_warn = 0;
    return status_ok();
}

}  // namespace orochi
