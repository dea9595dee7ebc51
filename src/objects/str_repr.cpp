// repr() of str.
#include "base/unicode_data.hpp"
#include "objects/str_internal.hpp"
#include "objects/text_kernels.hpp"

namespace orochi {

using namespace text;

namespace {

constexpr char hex_digits[] = "0123456789abcdef";

// How many characters a character takes, when the quote is not it.
int repr_width(Char4 c) {
    if (c == '\\' || c == '\t' || c == '\r' || c == '\n') return 2;
    if (c < ' ' || c == 0x7F) return 4;
    if (c < 0x7F || base::is_printable(c)) return 1;
    return c < 0x100 ? 4 : c < 0x10000 ? 6 : 10;
}

}  // namespace

Result<Ref<Str>> str_repr(ThreadState& ts, Str& text) {
    TextView view = text_view(text);
    size_t size = 2, quotes = 0, double_quotes = 0;
    Char4 widest = 0x7F;
    with_characters(view, [&](auto* p) {
        for (size_t i = 0; i < view.length; ++i) {
            Char4 c = p[i];
            if (c == '\'') ++quotes;
            if (c == '"') ++double_quotes;
            int width = repr_width(c);
            size += size_t(width);
            if (width == 1 && c > widest) widest = c;
        }
    });
    Char4 quote = '\'';
    if (quotes) {
        if (double_quotes) {
            size += quotes;
        } else {
            quote = '"';
        }
    }
    if (size > size_t(PY_SSIZE_T_MAX)) return raise(ts, PyExc_OverflowError, "string is too long to generate repr");
    Ref<Str> result = TRY(str_new(ts, Py_ssize_t(size), widest));
    Py_ssize_t at = 0;
    auto put = [&](Char4 c) { str_put(result, at++, c); };
    put(quote);
    if (size == view.length + 2) {
        str_copy_into(result, 1, view);
        at += Py_ssize_t(view.length);
    } else {
        for (size_t i = 0; i < view.length; ++i) {
            Char4 c = view[i];
            int width = repr_width(c);
            if (c == quote) {
                put('\\');
                put(c);
            } else if (width == 1) {
                put(c);
            } else if (width == 2) {
                put('\\');
                put(c == '\t' ? 't' : c == '\r' ? 'r' : c == '\n' ? 'n' : '\\');
            } else {
                put('\\');
                put(width == 4 ? 'x' : width == 6 ? 'u' : 'U');
                for (int shift = (width - 2) * 4 - 4; shift >= 0; shift -= 4) put(Char4(hex_digits[c >> shift & 15]));
            }
        }
    }
    put(quote);
    return result;
}

}  // namespace orochi
