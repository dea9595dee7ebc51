// str: case mappings and classes of characters.
#include "base/unicode_data.hpp"
#include "objects/str_internal.hpp"
#include "objects/str_methods.hpp"
#include "objects/text_kernels.hpp"

namespace orochi {

using namespace text;

namespace {

constexpr Char1 ascii_upper(Char1 c) { return Char1(c - ((c >= 'a' && c <= 'z') << 5)); }
constexpr Char1 ascii_lower(Char1 c) { return Char1(c + ((c >= 'A' && c <= 'Z') << 5)); }

// Applies f(previous, c) to an ASCII str; `previous` is the character before in the source (0 at the start).
template <class F>
Result<Ref<Str>> map_ascii(ThreadState& ts, Str& text, F f) {
    Py_ssize_t n = str_length(text);
    if (n == 0) return Ref<Str>::share(empty_str());
    auto* in = static_cast<const Char1*>(str_data(static_cast<const Str&>(text)));
    if (n == 1) return Ref<Str>::share(latin1_string(f(Char1(0), in[0])));
    Ref<Str> result = TRY(str_new(ts, n, 0x7F));
    auto* out = static_cast<Char1*>(str_data(*result));
    Char1 previous = 0;
    for (Py_ssize_t i = 0; i < n; ++i) {
        out[i] = f(previous, in[i]);
        previous = in[i];
    }
    return result;
}

// Applies f(position, c, out) -> how many, to any str.
template <class F>
Result<Ref<Str>> map_full(ThreadState& ts, Str& text, F f) {
    Py_ssize_t n = str_length(text);
    StrBuilder builder(ts);
    TRY(builder.reserve(n, 0x7F));
    for (Py_ssize_t i = 0; i < n; ++i) {
        Char4 out[3];
        int count = f(i, str_at(text, i), out);
        for (int k = 0; k < count; ++k) TRY(builder.append(Py_UCS4(out[k])));
    }
    return builder.finish();
}

int lower_at(const Str& text, Py_ssize_t i, Char4 c, Char4* out) {
    if (c == 0x3A3) {
        out[0] = base::lower_sigma(text_view(text), size_t(i));
        return 1;
    }
    return base::to_lower_full(c, out);
}

template <class F>
bool all_characters(const Str& text, F f) {
    if (str_length(text) == 0) return false;
    return with_characters(text_view(text), [&](auto* p) {
        for (Py_ssize_t i = 0, n = str_length(text); i < n; ++i)
            if (!f(p[i])) return false;
        return true;
    });
}

}  // namespace

Result<Ref<Str>> str_method_upper(ThreadState& ts, Str& self) {
    if (str_is_ascii(self)) return map_ascii(ts, self, [](Char1, Char1 c) { return ascii_upper(c); });
    return map_full(ts, self, [](Py_ssize_t, Char4 c, Char4* out) { return base::to_upper_full(c, out); });
}
Result<Ref<Str>> str_method_lower(ThreadState& ts, Str& self) {
    if (str_is_ascii(self)) return map_ascii(ts, self, [](Char1, Char1 c) { return ascii_lower(c); });
    return map_full(ts, self, [&](Py_ssize_t i, Char4 c, Char4* out) { return lower_at(self, i, c, out); });
}
Result<Ref<Str>> str_method_casefold(ThreadState& ts, Str& self) {
    if (str_is_ascii(self)) return map_ascii(ts, self, [](Char1, Char1 c) { return ascii_lower(c); });
    return map_full(ts, self, [](Py_ssize_t, Char4 c, Char4* out) { return base::to_fold_full(c, out); });
}
Result<Ref<Str>> str_method_swapcase(ThreadState& ts, Str& self) {
    if (str_is_ascii(self))
        return map_ascii(ts, self, [](Char1, Char1 c) {
            Char1 letter = Char1(c | 32);
            return Char1(letter >= 'a' && letter <= 'z' ? c ^ 32 : c);
        });
    return map_full(ts, self, [&](Py_ssize_t i, Char4 c, Char4* out) -> int {
        if (base::is_upper(c)) return lower_at(self, i, c, out);
        if (base::is_lower(c)) return base::to_upper_full(c, out);
        out[0] = c;
        return 1;
    });
}
Result<Ref<Str>> str_method_capitalize(ThreadState& ts, Str& self) {
    if (str_length(self) == 0) return str_exact(ts, self);
    return map_full(ts, self, [&](Py_ssize_t i, Char4 c, Char4* out) {
        return i == 0 ? base::to_title_full(c, out) : lower_at(self, i, c, out);
    });
}
Result<Ref<Str>> str_method_title(ThreadState& ts, Str& self) {
    bool previous_cased = false;
    return map_full(ts, self, [&](Py_ssize_t i, Char4 c, Char4* out) {
        int n = previous_cased ? lower_at(self, i, c, out) : base::to_title_full(c, out);
        previous_cased = base::is_cased(c);
        return n;
    });
}

bool str_method_isascii(Str& self) { return str_is_ascii(self); }
bool str_method_isspace(Str& self) {
    return all_characters(self, [](Char4 c) { return UnicodeSpaces::is(c); });
}
bool str_method_isdecimal(Str& self) {
    return all_characters(self, [](Char4 c) { return base::is_decimal(c); });
}
bool str_method_isdigit(Str& self) {
    return all_characters(self, [](Char4 c) { return base::is_digit(c); });
}
bool str_method_isnumeric(Str& self) {
    return all_characters(self, [](Char4 c) { return base::is_numeric(c); });
}
bool str_method_isalpha(Str& self) {
    return all_characters(self, [](Char4 c) { return base::is_alpha(c); });
}
bool str_method_isalnum(Str& self) {
    return all_characters(self, [](Char4 c) { return base::is_alnum(c); });
}
bool str_method_isprintable(Str& self) {
    return str_length(self) == 0 || all_characters(self, [](Char4 c) { return base::is_printable(c); });
}
bool str_method_islower(Str& self) {
    bool cased = false;
    bool ok = all_characters(self, [&](Char4 c) {
        const base::CharRecord& record = base::char_record(c);
        if (record.flags & (base::char_upper | base::char_title)) return false;
        cased |= (record.flags & base::char_lower) != 0;
        return true;
    });
    return ok && cased;
}
bool str_method_isupper(Str& self) {
    bool cased = false;
    bool ok = all_characters(self, [&](Char4 c) {
        const base::CharRecord& record = base::char_record(c);
        if (record.flags & (base::char_lower | base::char_title)) return false;
        cased |= (record.flags & base::char_upper) != 0;
        return true;
    });
    return ok && cased;
}
bool str_method_istitle(Str& self) {
    bool cased = false, previous = false;
    bool ok = all_characters(self, [&](Char4 c) {
        const base::CharRecord& record = base::char_record(c);
        if (record.flags & (base::char_upper | base::char_title)) {
            if (previous) return false;
            previous = cased = true;
        } else if (record.flags & base::char_lower) {
            if (!previous) return false;
            cased = true;
        } else {
            previous = false;
        }
        return true;
    });
    return ok && cased;
}
bool str_is_identifier(const Str& text) { return base::is_identifier(text_view(text)); }
bool str_method_isidentifier(Str& self) { return str_is_identifier(self); }

Result<Ref<Str>> str_decimal_to_ascii(ThreadState& ts, Str& text) {
    if (str_is_ascii(text)) return str_exact(ts, text);
    Py_ssize_t n = str_length(text);
    Ref<Str> result = TRY(str_new(ts, n, 0x7F));
    auto* out = static_cast<Char1*>(str_data(*result));
    for (Py_ssize_t i = 0; i < n; ++i) {
        Char4 c = str_at(text, i);
        if (c < 127) {
            out[i] = Char1(c);
        } else if (base::is_space(c)) {
            out[i] = ' ';
        } else {
            int digit = base::decimal_value(c);
            if (digit < 0) {
                // Nothing after this can matter: the text is no number.
                out[i] = '?';
                return str_resize(ts, std::move(result), i + 1);
            }
            out[i] = Char1('0' + digit);
        }
    }
    return result;
}

}  // namespace orochi
