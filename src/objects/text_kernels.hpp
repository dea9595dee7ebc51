// What str, bytes and bytearray have in common: splitting, stripping, partitioning and line breaking over arrays of
// characters of any kind. The kernels know no type: `piece(start, end)` makes an object of the part [start, end), and
// `Spaces` says which characters are white.
#pragma once

#include "base/characters.hpp"
#include "base/search.hpp"
#include "base/unicode_data.hpp"
#include "objects/list.hpp"
#include "objects/tuple.hpp"

namespace orochi::text {

using base::Char1;
using base::Char2;
using base::Char4;
using base::TextView;

// Calls f(const CharN* characters) with the array's real type.
template <class F>
inline decltype(auto) with_characters(TextView view, F&& f) {
    switch (view.kind) {
        case 1: return f(static_cast<const Char1*>(view.data));
        case 2: return f(static_cast<const Char2*>(view.data));
        default: return f(static_cast<const Char4*>(view.data));
    }
}
inline TextView part_of(TextView view, Py_ssize_t start, Py_ssize_t end) {
    return {static_cast<const char*>(view.data) + start * view.kind, size_t(end - start), view.kind};
}

// Optional slice bounds as str.find() and others take them: None or anything with __index__, clipped.
Result<Py_ssize_t> slice_index(ThreadState& ts, Object* value, Py_ssize_t fallback);
// Start, stop and step of a slice, clipped (PySlice_Unpack).
Result<void> slice_unpack(ThreadState& ts, Object& slice, Py_ssize_t& start, Py_ssize_t& stop, Py_ssize_t& step);
// The number of items, after moving the bounds into range (PySlice_AdjustIndices).
Py_ssize_t slice_adjust(Py_ssize_t length, Py_ssize_t& start, Py_ssize_t& stop, Py_ssize_t step);

// Bounds of a search moved into 0..length; start may stay above end.
inline void clip_range(Py_ssize_t& start, Py_ssize_t& end, Py_ssize_t length) {
    if (end > length) {
        end = length;
    } else if (end < 0) {
        end += length;
        if (end < 0) end = 0;
    }
    if (start < 0) {
        start += length;
        if (start < 0) start = 0;
    }
}

// Position of `needle` in text[start:end], relative to the text's start; -1 when absent.
inline Py_ssize_t find_in(TextView text, TextView needle, Py_ssize_t start, Py_ssize_t end, int direction) {
    clip_range(start, end, Py_ssize_t(text.length));
    if (end - start < Py_ssize_t(needle.length)) return -1;
    TextView part = part_of(text, start, end);
    if (needle.length == 1) {
        size_t at = direction > 0 ? base::find_char(part, needle[0]) : base::rfind_char(part, needle[0]);
        return at == base::not_found ? -1 : start + Py_ssize_t(at);
    }
    size_t at = direction > 0 ? base::find(part, needle) : base::rfind(part, needle);
    return at == base::not_found ? -1 : start + Py_ssize_t(at);
}
inline Py_ssize_t count_in(TextView text, TextView needle, Py_ssize_t start, Py_ssize_t end) {
    clip_range(start, end, Py_ssize_t(text.length));
    if (end - start < Py_ssize_t(needle.length)) return 0;
    return Py_ssize_t(base::count(part_of(text, start, end), needle));
}
// Whether text[start:end] begins (direction < 0) or ends (direction > 0) with the needle.
inline bool tail_match(TextView text, TextView needle, Py_ssize_t start, Py_ssize_t end, int direction) {
    clip_range(start, end, Py_ssize_t(text.length));
    end -= Py_ssize_t(needle.length);
    if (end < start) return false;
    if (needle.length == 0) return true;
    Py_ssize_t at = direction > 0 ? end : start;
    return base::equal_text(part_of(text, at, at + Py_ssize_t(needle.length)), needle);
}

// White space of str.
struct UnicodeSpaces {
    static bool is(Char4 c) {
        if (c < 128) return c == ' ' || (c >= 9 && c <= 13) || (c >= 0x1C && c <= 0x1F);
        return base::is_space(c);
    }
    static bool is_break(Char4 c) {
        return (c >= 10 && c <= 13) || (c >= 0x1C && c <= 0x1E) || c == 0x85 || c == 0x2028 || c == 0x2029;
    }
};
// White space of bytes.
struct AsciiSpaces {
    static bool is(Char4 c) { return c == ' ' || (c >= 9 && c <= 13); }
    static bool is_break(Char4 c) { return c == '\n' || c == '\r'; }
};

// The list of the pieces of a text, which piece(start, end) makes. The first ones are kept here, so that a short list
// is made at its size.
template <class Piece>
class Pieces {
public:
    Pieces(ThreadState& ts, Piece piece) : ts_(ts), piece_(piece) {}
    Result<void> append(Py_ssize_t start, Py_ssize_t end) {
        Ref<Object> made = TRY(piece_(start, end));
        if (!list_) {
            if (count_ < std::size(first_)) {
                first_[count_++] = std::move(made);
                return {};
            }
            list_ = TRY(list_of_first());
        }
        return list_append(ts_, *list_, std::move(made));
    }
    Result<Ref<Object>> finish() {
        if (list_) return Ref<Object>(list_.take());
        return list_of_first();
    }
    Result<Ref<Object>> finish_reversed() {
        if (!list_) list_ = TRY(list_of_first());
        TRY(list_reverse(ts_, *list_));
        return Ref<Object>(list_.take());
    }

private:
    Result<Ref<List>> list_of_first() {
        Ref<List> list = TRY(list_new(ts_, Py_ssize_t(count_)));
        for (size_t i = 0; i < count_; ++i) list_init_item(*list, Py_ssize_t(i), first_[i].take());
        return list;
    }

    ThreadState& ts_;
    Piece piece_;
    OptRef<List> list_;
    size_t count_ = 0;
    OptRef<Object> first_[12];
};

template <class Spaces, class Piece>
Result<Ref<Object>> split_spaces(ThreadState& ts, TextView text, Py_ssize_t max, Piece piece) {
    Pieces<Piece> pieces(ts, piece);
    if (max < 0) max = PY_SSIZE_T_MAX;
    const Py_ssize_t n = Py_ssize_t(text.length);
    TRY(with_characters(text, [&](auto* p) -> Result<void> {
        Py_ssize_t i = 0;
        while (true) {
            while (i < n && Spaces::is(p[i])) ++i;
            if (i == n) return {};
            if (max-- <= 0) return pieces.append(i, n);
            Py_ssize_t start = i++;
            while (i < n && !Spaces::is(p[i])) ++i;
            TRY(pieces.append(start, i));
        }
    }));
    return pieces.finish();
}

template <class Spaces, class Piece>
Result<Ref<Object>> rsplit_spaces(ThreadState& ts, TextView text, Py_ssize_t max, Piece piece) {
    Pieces<Piece> pieces(ts, piece);
    if (max < 0) max = PY_SSIZE_T_MAX;
    TRY(with_characters(text, [&](auto* p) -> Result<void> {
        Py_ssize_t i = Py_ssize_t(text.length);
        while (true) {
            while (i > 0 && Spaces::is(p[i - 1])) --i;
            if (i == 0) return {};
            if (max-- <= 0) return pieces.append(0, i);
            Py_ssize_t end = i--;
            while (i > 0 && !Spaces::is(p[i - 1])) --i;
            TRY(pieces.append(i, end));
        }
    }));
    return pieces.finish_reversed();
}

// The separator is not empty.
template <class Piece>
Result<Ref<Object>> split_text(ThreadState& ts, TextView text, TextView separator, Py_ssize_t max, Piece piece) {
    Pieces<Piece> pieces(ts, piece);
    if (max < 0) max = PY_SSIZE_T_MAX;
    base::Finder finder(separator);
    size_t start = 0;
    while (max-- > 0) {
        size_t at = finder.next(text, start);
        if (at == base::not_found) break;
        TRY(pieces.append(Py_ssize_t(start), Py_ssize_t(at)));
        start = at + separator.length;
    }
    TRY(pieces.append(Py_ssize_t(start), Py_ssize_t(text.length)));
    return pieces.finish();
}
template <class Piece>
Result<Ref<Object>> rsplit_text(ThreadState& ts, TextView text, TextView separator, Py_ssize_t max, Piece piece) {
    Pieces<Piece> pieces(ts, piece);
    if (max < 0) max = PY_SSIZE_T_MAX;
    size_t end = text.length;
    while (max-- > 0) {
        size_t at = base::rfind(part_of(text, 0, Py_ssize_t(end)), separator);
        if (at == base::not_found) break;
        TRY(pieces.append(Py_ssize_t(at + separator.length), Py_ssize_t(end)));
        end = at;
    }
    TRY(pieces.append(0, Py_ssize_t(end)));
    return pieces.finish_reversed();
}

template <class Spaces, class Piece>
Result<Ref<Object>> split_lines(ThreadState& ts, TextView text, bool keep_ends, Piece piece) {
    Pieces<Piece> pieces(ts, piece);
    const Py_ssize_t n = Py_ssize_t(text.length);
    TRY(with_characters(text, [&](auto* p) -> Result<void> {
        for (Py_ssize_t i = 0; i < n;) {
            Py_ssize_t start = i;
            while (i < n && !Spaces::is_break(p[i])) ++i;
            Py_ssize_t end = i;
            if (i < n) i += p[i] == '\r' && i + 1 < n && p[i + 1] == '\n' ? 2 : 1;
            TRY(pieces.append(start, keep_ends ? i : end));
        }
        return {};
    }));
    return pieces.finish();
}

enum class Side : uint8_t { kLeft = 1, kRight = 2, kBoth = 3 };
template <class Predicate>
inline void strip_range(TextView text, Side side, Py_ssize_t& start, Py_ssize_t& end, Predicate is_stripped) {
    start = 0;
    end = Py_ssize_t(text.length);
    with_characters(text, [&](auto* p) {
        if (uint8_t(side) & 1)
            while (start < end && is_stripped(p[start])) ++start;
        if (uint8_t(side) & 2)
            while (end > start && is_stripped(p[end - 1])) --end;
    });
}
// Strips the characters of a set given as text.
inline void strip_characters(TextView text, TextView set, Side side, Py_ssize_t& start, Py_ssize_t& end) {
    uint64_t low[4] = {};
    bool has_high = false;
    for (size_t i = 0; i < set.length; ++i) {
        Char4 c = set[i];
        if (c < 256)
            low[c >> 6] |= uint64_t{1} << (c & 63);
        else
            has_high = true;
    }
    strip_range(text, side, start, end, [&](Char4 c) {
        if (c < 256) return (low[c >> 6] >> (c & 63) & 1) != 0;
        return has_high && base::find_char(set, c) != base::not_found;
    });
}

// Width of the text after str.expandtabs(), -1 when it cannot be represented. `emit(c, n)` gets runs when not null.
template <class Emit>
inline void expand_tabs(TextView text, Py_ssize_t tab_size, Emit emit) {
    with_characters(text, [&](auto* p) {
        Py_ssize_t column = 0;
        for (size_t i = 0; i < text.length; ++i) {
            if (p[i] == '\t') {
                if (tab_size > 0) {
                    Py_ssize_t fill = tab_size - column % tab_size;
                    column += fill;
                    emit(' ', fill);
                }
            } else {
                ++column;
                emit(p[i], 1);
                if (p[i] == '\n' || p[i] == '\r') column = 0;
            }
        }
    });
}

}  // namespace orochi::text
