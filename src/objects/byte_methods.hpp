// The methods that bytes and bytearray share, written once over ByteTraits<T>: how to see the bytes of a T and how to
// make a new one. They work on ASCII, as bytes do.
#pragma once

#include "objects/byte_strings.hpp"
#include "objects/convert.hpp"
#include "objects/dict.hpp"
#include "objects/int.hpp"
#include "objects/number.hpp"
#include "objects/text_kernels.hpp"

namespace orochi {

template <class T>
struct ByteTraits;

template <>
struct ByteTraits<Bytes> {
    static constexpr bool is_mutable = false;
    static std::string_view view(const Bytes& self) { return bytes_view(self); }
    static Result<Ref<Object>> from(ThreadState& ts, std::string_view contents) { return bytes_from(ts, contents); }
    static Result<Ref<Object>> make(ThreadState& ts, Py_ssize_t size, char*& data) {
        Ref<Bytes> bytes = TRY(bytes_new(ts, size));
        data = bytes_data(bytes);
        return Ref<Object>(std::move(bytes));
    }
    // An unchanged result: the object itself when it is exactly bytes.
    static Result<Ref<Object>> same(ThreadState& ts, Bytes& self) {
        if (PyBytes_CheckExact(obj(&self))) return Ref<Object>::share(obj(self));
        return from(ts, view(self));
    }
};

template <>
struct ByteTraits<ByteArray> {
    static constexpr bool is_mutable = true;
    static std::string_view view(const ByteArray& self) { return bytearray_view(self); }
    static Result<Ref<Object>> from(ThreadState& ts, std::string_view contents) { return bytearray_from(ts, contents); }
    static Result<Ref<Object>> make(ThreadState& ts, Py_ssize_t size, char*& data) {
        Ref<ByteArray> array = TRY(bytearray_of_size(ts, size));
        data = bytearray_data(array);
        return Ref<Object>(std::move(array));
    }
    static Result<Ref<Object>> same(ThreadState& ts, ByteArray& self) { return from(ts, view(self)); }
};

template <class T>
struct ByteMethods {
    using Traits = ByteTraits<T>;
    using View = base::TextView;
    static View view(const T& self) {
        std::string_view v = Traits::view(self);
        return base::bytes_view(v.data(), v.size());
    }
    static constexpr const char* no_substring = "subsection not found";

    // -- Searching. --------------------------------------------------------------------------------------------------
    struct Bounds {
        Py_ssize_t start, end;
    };
    static Result<Bounds> bounds(ThreadState& ts, Object* start, Object* end) {
        Bounds result;
        result.start = TRY(text::slice_index(ts, start, 0));
        result.end = TRY(text::slice_index(ts, end, PY_SSIZE_T_MAX));
        return result;
    }
    static Result<Py_ssize_t> search(ThreadState& ts, T& self, Object& sub, Object* start, Object* end, int direction) {
        Bounds b = TRY(bounds(ts, start, end));
        ByteNeedle needle;
        TRY(needle.set(ts, sub));
        return text::find_in(view(self), needle.view(), b.start, b.end, direction);
    }
    static Result<Py_ssize_t> find(ThreadState& ts, T& self, Object& sub, Object* start, Object* end) {
        return search(ts, self, sub, start, end, 1);
    }
    static Result<Py_ssize_t> rfind(ThreadState& ts, T& self, Object& sub, Object* start, Object* end) {
        return search(ts, self, sub, start, end, -1);
    }
    static Result<Py_ssize_t> index(ThreadState& ts, T& self, Object& sub, Object* start, Object* end) {
        Py_ssize_t at = TRY(search(ts, self, sub, start, end, 1));
        if (at < 0) return raise(ts, PyExc_ValueError, no_substring);
        return at;
    }
    static Result<Py_ssize_t> rindex(ThreadState& ts, T& self, Object& sub, Object* start, Object* end) {
        Py_ssize_t at = TRY(search(ts, self, sub, start, end, -1));
        if (at < 0) return raise(ts, PyExc_ValueError, no_substring);
        return at;
    }
    static Result<Py_ssize_t> count(ThreadState& ts, T& self, Object& sub, Object* start, Object* end) {
        Bounds b = TRY(bounds(ts, start, end));
        ByteNeedle needle;
        TRY(needle.set(ts, sub));
        return text::count_in(view(self), needle.view(), b.start, b.end);
    }
    static Result<bool> contains(ThreadState& ts, T& self, Object& part) {
        if (is_index(part)) {
            Result<Py_ssize_t> number = number_as_ssize(ts, part, nullptr);
            if (!number.ok()) return failure;
            Py_ssize_t byte = std::move(number).take();
            if (byte < 0 || byte > 255) return raise(ts, PyExc_ValueError, "byte must be in range(0, 256)");
            return base::find_char(view(self), Py_UCS4(byte)) != base::not_found;
        }
        BufferView buffer;
        TRY(get_buffer(ts, part, buffer.raw(), PyBUF_SIMPLE));
        return base::find(view(self), base::bytes_view(buffer.data(), size_t(buffer.size()))) != base::not_found;
    }
    static Result<bool> tail(ThreadState& ts, T& self, Object& part, Object* start, Object* end, int direction) {
        Bounds b = TRY(bounds(ts, start, end));
        const char* name = direction < 0 ? "startswith" : "endswith";
        auto one = [&](Object& item) -> Result<bool> {
            BufferView buffer;
            TRY(get_buffer(ts, item, buffer.raw(), PyBUF_SIMPLE));
            return text::tail_match(view(self), base::bytes_view(buffer.data(), size_t(buffer.size())), b.start, b.end,
                                    direction);
        };
        if (PyTuple_Check(&part)) {
            for (Py_ssize_t i = 0; i < tuple_size(as<Tuple>(part)); ++i)
                if (TRY(one(tuple_item(as<Tuple>(part), i)))) return true;
            return false;
        }
        if (!type_of(part).tp_as_buffer || !type_of(part).tp_as_buffer->bf_getbuffer)
            return raise(ts, PyExc_TypeError, "%s first arg must be bytes or a tuple of bytes, not %T", name, &part);
        return one(part);
    }
    static Result<bool> startswith(ThreadState& ts, T& self, Object& part, Object* start, Object* end) {
        return tail(ts, self, part, start, end, -1);
    }
    static Result<bool> endswith(ThreadState& ts, T& self, Object& part, Object* start, Object* end) {
        return tail(ts, self, part, start, end, 1);
    }

    // -- Taking apart. -----------------------------------------------------------------------------------------------
    static auto pieces(ThreadState& ts, T& self) {
        return [&ts, &self](Py_ssize_t start, Py_ssize_t end) -> Result<Ref<Object>> {
            std::string_view all = Traits::view(self);
            if (!Traits::is_mutable && start == 0 && end == Py_ssize_t(all.size())) return Traits::same(ts, self);
            return Traits::from(ts, all.substr(size_t(start), size_t(end - start)));
        };
    }
    // Keeps a bytearray from changing its size.
    struct Pin {
        explicit Pin(T& self) : self_(self) {
            if constexpr (Traits::is_mutable) ++self_.ob_exports;
        }
        ~Pin() {
            if constexpr (Traits::is_mutable) --self_.ob_exports;
        }
        T& self_;
    };
    static Result<Ref<Object>> split_any(ThreadState& ts, T& self, Object* sep, Py_ssize_t max, bool from_right) {
        if (!sep || is_none(sep)) {
            Pin pin(self);
            return from_right ? text::rsplit_spaces<text::AsciiSpaces>(ts, view(self), max, pieces(ts, self))
                              : text::split_spaces<text::AsciiSpaces>(ts, view(self), max, pieces(ts, self));
        }
        BufferView buffer;
        TRY(get_buffer(ts, *sep, buffer.raw(), PyBUF_SIMPLE));
        if (buffer.size() == 0) return raise(ts, PyExc_ValueError, "empty separator");
        View separator = base::bytes_view(buffer.data(), size_t(buffer.size()));
        Pin pin(self);
        return from_right ? text::rsplit_text(ts, view(self), separator, max, pieces(ts, self))
                          : text::split_text(ts, view(self), separator, max, pieces(ts, self));
    }
    static Result<Ref<Object>> split(ThreadState& ts, T& self, Object* sep, Py_ssize_t max) {
        return split_any(ts, self, sep, max, false);
    }
    static Result<Ref<Object>> rsplit(ThreadState& ts, T& self, Object* sep, Py_ssize_t max) {
        return split_any(ts, self, sep, max, true);
    }
    static Result<Ref<Object>> splitlines(ThreadState& ts, T& self, bool keep_ends) {
        Pin pin(self);
        return text::split_lines<text::AsciiSpaces>(ts, view(self), keep_ends, pieces(ts, self));
    }
    static Result<Ref<Object>> partition_any(ThreadState& ts, T& self, Object& separator, int direction) {
        BufferView buffer;
        TRY(get_buffer(ts, separator, buffer.raw(), PyBUF_SIMPLE));
        if (buffer.size() == 0) return raise(ts, PyExc_ValueError, "empty separator");
        Pin pin(self);
        Py_ssize_t at = text::find_in(view(self), base::bytes_view(buffer.data(), size_t(buffer.size())), 0,
                                      PY_SSIZE_T_MAX, direction);
        if (at < 0) {
            Ref<Object> whole = TRY(Traits::same(ts, self));
            Ref<Object> empty1 = TRY(Traits::from(ts, {}));
            Ref<Object> empty2 = TRY(Traits::from(ts, {}));
            if (direction > 0) return tuple_of(ts, whole, empty1, empty2);
            return tuple_of(ts, empty1, empty2, whole);
        }
        std::string_view all = Traits::view(self);
        Ref<Object> before = TRY(Traits::from(ts, all.substr(0, size_t(at))));
        Ref<Object> after = TRY(Traits::from(ts, all.substr(size_t(at + buffer.size()))));
        if constexpr (Traits::is_mutable) {
            Ref<Object> middle = TRY(Traits::from(ts, buffer.text()));
            return tuple_of(ts, before, middle, after);
        } else {
            return tuple_of(ts, before, separator, after);
        }
    }
    static Result<Ref<Object>> partition(ThreadState& ts, T& self, Object& sep) {
        return partition_any(ts, self, sep, 1);
    }
    static Result<Ref<Object>> rpartition(ThreadState& ts, T& self, Object& sep) {
        return partition_any(ts, self, sep, -1);
    }
    static Result<Ref<Object>> strip_any(ThreadState& ts, T& self, Object* chars, text::Side side) {
        Py_ssize_t start, end;
        if (!chars || is_none(chars)) {
            text::strip_range(view(self), side, start, end, text::AsciiSpaces::is);
        } else {
            BufferView buffer;
            TRY(get_buffer(ts, *chars, buffer.raw(), PyBUF_SIMPLE));
            text::strip_characters(view(self), base::bytes_view(buffer.data(), size_t(buffer.size())), side, start,
                                   end);
        }
        std::string_view all = Traits::view(self);
        if (start == 0 && end == Py_ssize_t(all.size())) return Traits::same(ts, self);
        return Traits::from(ts, all.substr(size_t(start), size_t(end - start)));
    }
    static Result<Ref<Object>> strip(ThreadState& ts, T& self, Object* chars) {
        return strip_any(ts, self, chars, text::Side::kBoth);
    }
    static Result<Ref<Object>> lstrip(ThreadState& ts, T& self, Object* chars) {
        return strip_any(ts, self, chars, text::Side::kLeft);
    }
    static Result<Ref<Object>> rstrip(ThreadState& ts, T& self, Object* chars) {
        return strip_any(ts, self, chars, text::Side::kRight);
    }
    static Result<Ref<Object>> removeprefix(ThreadState& ts, T& self, BufferView& prefix) {
        std::string_view all = Traits::view(self);
        if (prefix.size() && all.starts_with(prefix.text())) return Traits::from(ts, all.substr(size_t(prefix.size())));
        return Traits::same(ts, self);
    }
    static Result<Ref<Object>> removesuffix(ThreadState& ts, T& self, BufferView& suffix) {
        std::string_view all = Traits::view(self);
        if (suffix.size() && all.ends_with(suffix.text()))
            return Traits::from(ts, all.substr(0, all.size() - size_t(suffix.size())));
        return Traits::same(ts, self);
    }

    // -- Putting together. -------------------------------------------------------------------------------------------
    static Result<Ref<Object>> join(ThreadState& ts, T& self, Object& iterable) {
        Ref<Object> sequence = TRY(sequence_fast(ts, iterable, "can only join an iterable"));
        Pin pin(self);
        // The buffers of all items are held, because taking one may run code that changes another.
        ByteBuffers buffers(ts);
        TRY(buffers.take(ts, sequence));
        std::string_view between = Traits::view(self);
        size_t total = 0, n = buffers.count();
        for (size_t i = 0; i < n; ++i) {
            total += buffers[i].size() + (i ? between.size() : 0);
            if (total > size_t(PY_SSIZE_T_MAX)) return raise(ts, PyExc_OverflowError, "join() result is too long");
        }
        if (!Traits::is_mutable && n == 1 && PyBytes_CheckExact(sequence_fast_items(sequence)[0]))
            return Ref<Object>::share(*sequence_fast_items(sequence)[0]);
        char* out;
        Ref<Object> result = TRY(Traits::make(ts, Py_ssize_t(total), out));
        for (size_t i = 0; i < n; ++i) {
            if (i && !between.empty()) {
                memcpy(out, between.data(), between.size());
                out += between.size();
            }
            if (!buffers[i].empty()) memcpy(out, buffers[i].data(), buffers[i].size());
            out += buffers[i].size();
        }
        return result;
    }
    static Result<Ref<Object>> replace(ThreadState& ts, T& self, BufferView& from, BufferView& to, Py_ssize_t max) {
        std::string_view all = Traits::view(self), new_part = to.text();
        View text = view(self), needle = base::bytes_view(from.data(), size_t(from.size()));
        if (max < 0) max = PY_SSIZE_T_MAX;
        size_t n = max == 0 ? 0 : base::count(text, needle, size_t(max));
        if (n == 0) return Traits::same(ts, self);
        Py_ssize_t growth = to.size() - from.size();
        if (growth > 0 && n > size_t(PY_SSIZE_T_MAX - Py_ssize_t(all.size())) / size_t(growth))
            return raise(ts, PyExc_OverflowError, "replace bytes is too long");
        char* out;
        Ref<Object> result = TRY(Traits::make(ts, Py_ssize_t(all.size()) + growth * Py_ssize_t(n), out));
        auto put = [&](std::string_view part) {
            if (!part.empty()) memcpy(out, part.data(), part.size());
            out += part.size();
        };
        if (needle.length == 0) {
            size_t i = 0;
            for (; i < n; ++i) {
                put(new_part);
                if (i < all.size()) *out++ = all[i];
            }
            if (i < all.size()) put(all.substr(i));
        } else {
            base::Finder finder(needle);
            size_t start = 0;
            for (size_t i = 0; i < n; ++i) {
                size_t at = finder.next(text, start);
                put(all.substr(start, at - start));
                put(new_part);
                start = at + needle.length;
            }
            put(all.substr(start));
        }
        return result;
    }
    static Result<Ref<Object>> pad(ThreadState& ts, T& self, Py_ssize_t left, Py_ssize_t right, char fill) {
        left = std::max<Py_ssize_t>(left, 0);
        right = std::max<Py_ssize_t>(right, 0);
        if (left == 0 && right == 0) return Traits::same(ts, self);
        std::string_view all = Traits::view(self);
        char* out;
        Ref<Object> result = TRY(Traits::make(ts, left + Py_ssize_t(all.size()) + right, out));
        memset(out, fill, size_t(left));
        if (!all.empty()) memcpy(out + left, all.data(), all.size());
        memset(out + left + all.size(), fill, size_t(right));
        return result;
    }
    static Result<Ref<Object>> center(ThreadState& ts, T& self, Py_ssize_t width, Object* fill) {
        char c = TRY(byte_fill(ts, fill, "center"));
        Py_ssize_t margin = width - std::min(width, Py_ssize_t(Traits::view(self).size()));
        Py_ssize_t left = margin / 2 + (margin & width & 1);
        return pad(ts, self, left, margin - left, c);
    }
    static Result<Ref<Object>> ljust(ThreadState& ts, T& self, Py_ssize_t width, Object* fill) {
        char c = TRY(byte_fill(ts, fill, "ljust"));
        return pad(ts, self, 0, width - std::min(width, Py_ssize_t(Traits::view(self).size())), c);
    }
    static Result<Ref<Object>> rjust(ThreadState& ts, T& self, Py_ssize_t width, Object* fill) {
        char c = TRY(byte_fill(ts, fill, "rjust"));
        return pad(ts, self, width - std::min(width, Py_ssize_t(Traits::view(self).size())), 0, c);
    }
    static Result<Ref<Object>> zfill(ThreadState& ts, T& self, Py_ssize_t width) {
        std::string_view all = Traits::view(self);
        Py_ssize_t fill = width - std::min(width, Py_ssize_t(all.size()));
        if (fill == 0) return Traits::same(ts, self);
        char* out;
        Ref<Object> result = TRY(Traits::make(ts, width, out));
        memset(out, '0', size_t(fill));
        if (!all.empty()) memcpy(out + fill, all.data(), all.size());
        if (!all.empty() && (all[0] == '+' || all[0] == '-')) {
            out[0] = all[0];
            out[fill] = '0';
        }
        return result;
    }
    static Result<Ref<Object>> expandtabs(ThreadState& ts, T& self, int tab_size) {
        size_t total = 0;
        text::expand_tabs(view(self), tab_size, [&](base::Char4, Py_ssize_t n) { total += size_t(n); });
        if (total > size_t(PY_SSIZE_T_MAX)) return raise(ts, PyExc_OverflowError, "result too long");
        char* out;
        Ref<Object> result = TRY(Traits::make(ts, Py_ssize_t(total), out));
        text::expand_tabs(view(self), tab_size, [&](base::Char4 c, Py_ssize_t n) {
            while (n-- > 0) *out++ = char(c);
        });
        return result;
    }
    static Result<Ref<Object>> translate(ThreadState& ts, T& self, Object& table, Object* deleted) {
        BufferView table_buffer, deleted_buffer;
        const unsigned char* map = nullptr;
        if (!is_none(table)) {
            TRY(get_buffer(ts, table, table_buffer.raw(), PyBUF_SIMPLE));
            if (table_buffer.size() != 256)
                return raise(ts, PyExc_ValueError, "translation table must be 256 characters long");
            map = table_buffer.data();
        }
        bool drop[256] = {};
        if (deleted) {
            TRY(get_buffer(ts, *deleted, deleted_buffer.raw(), PyBUF_SIMPLE));
            for (Py_ssize_t i = 0; i < deleted_buffer.size(); ++i) drop[deleted_buffer.data()[i]] = true;
        }
        std::string_view all = Traits::view(self);
        size_t kept = 0;
        bool changed = false;
        for (char c : all) {
            auto byte = static_cast<unsigned char>(c);
            kept += !drop[byte];
            changed |= drop[byte] || (map && map[byte] != byte);
        }
        if (!changed) return Traits::same(ts, self);
        char* out;
        Ref<Object> result = TRY(Traits::make(ts, Py_ssize_t(kept), out));
        for (char c : all) {
            auto byte = static_cast<unsigned char>(c);
            if (!drop[byte]) *out++ = map ? char(map[byte]) : c;
        }
        return result;
    }
    static Result<Ref<Object>> maketrans(ThreadState& ts, BufferView& from, BufferView& to) {
        if (from.size() != to.size()) return raise(ts, PyExc_ValueError, "maketrans arguments must have same length");
        Ref<Bytes> table = TRY(bytes_new(ts, 256));
        for (int i = 0; i < 256; ++i) bytes_data(table)[i] = char(i);
        for (Py_ssize_t i = 0; i < from.size(); ++i) bytes_data(table)[from.data()[i]] = char(to.data()[i]);
        return Ref<Object>(std::move(table));
    }

    // -- Text. -------------------------------------------------------------------------------------------------------
    static Result<Ref<Object>> decode(ThreadState& ts, T& self, Str* encoding, Str* errors) {
        Pin pin(self);
        if (!encoding && !errors) return Ref<Object>(TRY(str_from_utf8(ts, Traits::view(self))));
        const char* encoding_name = TRY(codec_argument(ts, encoding));
        const char* errors_name = TRY(codec_argument(ts, errors));
        return str_decode(ts, Traits::view(self), encoding_name, errors_name);
    }
    static Result<Ref<Str>> hex(ThreadState& ts, T& self, Object* sep, int bytes_per_sep) {
        return bytes_to_hex(ts, Traits::view(self), sep, bytes_per_sep);
    }
    static Result<Ref<Object>> fromhex(ThreadState& ts, Type& type, Str& text) {
        Ref<Bytes> bytes = TRY(bytes_from_hex(ts, text));
        if (reinterpret_cast<Object*>(&type) == reinterpret_cast<Object*>(&PyBytes_Type))
            return Ref<Object>(std::move(bytes));
        return call(ts, obj(type), bytes);
    }

    // -- ASCII letters. ----------------------------------------------------------------------------------------------
    static constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
    static constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
    static constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
    static constexpr bool is_letter(char c) { return is_lower(c) || is_upper(c); }
    static constexpr char to_lower(char c) { return is_upper(c) ? char(c + 32) : c; }
    static constexpr char to_upper(char c) { return is_lower(c) ? char(c - 32) : c; }
    template <class F>
    static Result<Ref<Object>> map(ThreadState& ts, T& self, F f) {
        std::string_view all = Traits::view(self);
        char* out;
        Ref<Object> result = TRY(Traits::make(ts, Py_ssize_t(all.size()), out));
        all = Traits::view(self);
        for (size_t i = 0; i < all.size(); ++i) out[i] = f(i, all[i]);
        return result;
    }
    static Result<Ref<Object>> lower(ThreadState& ts, T& self) {
        return map(ts, self, [](size_t, char c) { return to_lower(c); });
    }
    static Result<Ref<Object>> upper(ThreadState& ts, T& self) {
        return map(ts, self, [](size_t, char c) { return to_upper(c); });
    }
    static Result<Ref<Object>> swapcase(ThreadState& ts, T& self) {
        return map(ts, self, [](size_t, char c) { return is_letter(c) ? char(c ^ 32) : c; });
    }
    static Result<Ref<Object>> capitalize(ThreadState& ts, T& self) {
        return map(ts, self, [](size_t i, char c) { return i == 0 ? to_upper(c) : to_lower(c); });
    }
    static Result<Ref<Object>> title(ThreadState& ts, T& self) {
        bool inside = false;
        return map(ts, self, [&](size_t, char c) {
            char mapped = inside ? to_lower(c) : to_upper(c);
            inside = is_letter(c);
            return mapped;
        });
    }
    template <class F>
    static bool all_of(T& self, F f) {
        std::string_view all = Traits::view(self);
        for (char c : all)
            if (!f(c)) return false;
        return !all.empty();
    }
    static bool isalnum(T& self) {
        return all_of(self, [](char c) { return is_letter(c) || is_digit(c); });
    }
    static bool isalpha(T& self) { return all_of(self, is_letter); }
    static bool isdigit(T& self) { return all_of(self, is_digit); }
    static bool isspace(T& self) {
        return all_of(self, [](char c) { return text::AsciiSpaces::is(static_cast<unsigned char>(c)); });
    }
    static bool isascii(T& self) {
        std::string_view all = Traits::view(self);
        return base::is_ascii(reinterpret_cast<const uint8_t*>(all.data()), all.size());
    }
    static bool islower(T& self) {
        bool cased = false;
        return all_of(self,
                      [&](char c) {
                          cased |= is_lower(c);
                          return !is_upper(c);
                      }) &&
               cased;
    }
    static bool isupper(T& self) {
        bool cased = false;
        return all_of(self,
                      [&](char c) {
                          cased |= is_upper(c);
                          return !is_lower(c);
                      }) &&
               cased;
    }
    static bool istitle(T& self) {
        bool cased = false, inside = false;
        return all_of(self,
                      [&](char c) {
                          if (is_upper(c)) {
                              if (inside) return false;
                              inside = cased = true;
                          } else if (is_lower(c)) {
                              if (!inside) return false;
                              cased = true;
                          } else {
                              inside = false;
                          }
                          return true;
                      }) &&
               cased;
    }
};

}  // namespace orochi
