// The % operator of str and bytes ("printf-style String Formatting"), written once over what differs: where characters
// come from and go to, and what %s, %c and mapping keys mean.
#include <charconv>
#include <climits>
#include <string>

#include "base/number_text.hpp"
#include "objects/byte_builder.hpp"
#include "objects/byte_strings.hpp"
#include "objects/float.hpp"
#include "objects/int.hpp"
#include "objects/number.hpp"
#include "objects/str_internal.hpp"
#include "objects/tuple.hpp"

namespace orochi {

namespace {

using base::Char4;

struct Conversion {
    bool left = false, plus = false, blank = false, alternate = false, zero = false, no_negative_zero = false;
    Py_ssize_t width = -1;
    int precision = -1;
    Char4 code = 0;
};

struct StrSide {
    static constexpr bool is_bytes = false;
    static constexpr const char* precision_message = "precision too big";
    static constexpr const char* leftover_message = "not all arguments converted during string formatting";
    Str& format;
    StrBuilder out;
    StrSide(ThreadState& ts, Str& f) : format(f), out(ts) {}
    Py_ssize_t size() const { return str_length(format); }
    Char4 at(Py_ssize_t i) const { return str_at(format, i); }
    Result<void> put_literal(ThreadState&, Py_ssize_t start, Py_ssize_t end) { return out.append(format, start, end); }
    Py_ssize_t find_percent(Py_ssize_t from) const {
        base::TextView view = text_view(format);
        view.data = static_cast<const char*>(view.data) + from * view.kind;
        view.length -= size_t(from);
        size_t found = base::find_char(view, '%');
        return found == base::not_found ? size() : from + Py_ssize_t(found);
    }
    Result<void> put_ascii(std::string_view text) { return out.append_ascii(text); }
    Result<void> fill(char c, Py_ssize_t n) { return out.append_fill(Py_UCS4(c), n); }
    Result<Ref<Object>> key(ThreadState& ts, Py_ssize_t start, Py_ssize_t end) {
        return str_substring(ts, format, start, end);
    }
};

struct ByteSide {
    static constexpr bool is_bytes = true;
    static constexpr const char* precision_message = "prec too big";
    static constexpr const char* leftover_message = "not all arguments converted during bytes formatting";
    std::string_view format;
    ByteBuilder out;
    ByteSide(ThreadState& ts, std::string_view f) : format(f), out(ts) {}
    Py_ssize_t size() const { return Py_ssize_t(format.size()); }
    Char4 at(Py_ssize_t i) const { return static_cast<unsigned char>(format[size_t(i)]); }
    Result<void> put_literal(ThreadState&, Py_ssize_t start, Py_ssize_t end) {
        return out.append(format.substr(size_t(start), size_t(end - start)));
    }
    Py_ssize_t find_percent(Py_ssize_t from) const {
        size_t found = format.find('%', size_t(from));
        return found == format.npos ? size() : Py_ssize_t(found);
    }
    Result<void> put_ascii(std::string_view text) { return out.append(text); }
    Result<void> fill(char c, Py_ssize_t n) { return out.append_fill(c, n); }
    Result<Ref<Object>> key(ThreadState& ts, Py_ssize_t start, Py_ssize_t end) {
        return bytes_from(ts, format.substr(size_t(start), size_t(end - start)));
    }
};

template <class Side>
class PercentFormatter {
public:
    PercentFormatter(ThreadState& ts, Side& side, Object& arguments) : ts_(ts), side_(side), arguments_(&arguments) {
        if (PyTuple_Check(&arguments)) {
            count_ = tuple_size(as<Tuple>(arguments));
            next_ = 0;
        } else {
            count_ = -1;
            next_ = -2;
        }
        bool text = Side::is_bytes ? PyBytes_Check(&arguments) || PyByteArray_Check(&arguments) : false;
        PyMappingMethods* mapping = type_of(arguments).tp_as_mapping;
        if (mapping && mapping->mp_subscript && !PyTuple_Check(&arguments) && !PyUnicode_Check(&arguments) && !text)
            mapping_ = &arguments;
    }

    Result<void> run() {
        const Py_ssize_t n = side_.size();
        Py_ssize_t i = 0;
        while (i < n) {
            Py_ssize_t stop = side_.find_percent(i);
            if (stop > i) TRY(side_.put_literal(ts_, i, stop));
            if (stop == n) break;
            i = stop + 1;
            if (i < n && side_.at(i) == '%') {
                TRY(side_.put_ascii("%"));
                ++i;
                continue;
            }
            Conversion c;
            TRY(parse(i, c));
            Ref<Object> value = TRY(next_argument());
            TRY(convert(c, value, i));
        }
        if (next_ < count_ && !mapping_) return raise(ts_, PyExc_TypeError, Side::leftover_message);
        return {};
    }

private:
    Result<Ref<Object>> next_argument() {
        if (next_ < count_) {
            ++next_;
            if (count_ < 0) return Ref<Object>::share(*arguments_);
            return Ref<Object>::share(tuple_item(as<Tuple>(*arguments_), next_ - 1));
        }
        return raise(ts_, PyExc_TypeError, "not enough arguments for format string");
    }

    Failure incomplete() { return raise(ts_, PyExc_ValueError, "incomplete format"); }

    Result<void> parse(Py_ssize_t& i, Conversion& c) {
        const Py_ssize_t n = side_.size();
        if (i < n && side_.at(i) == '(') {
            if (!mapping_) return raise(ts_, PyExc_TypeError, "format requires a mapping");
            Py_ssize_t start = ++i;
            int depth = 1;
            for (; i < n; ++i) {
                if (side_.at(i) == '(') ++depth;
                if (side_.at(i) == ')' && --depth == 0) break;
            }
            if (i >= n) return raise(ts_, PyExc_ValueError, "incomplete format key");
            Ref<Object> key = TRY(side_.key(ts_, start, i++));
            Ref<Object> value = TRY(getitem(ts_, *mapping_, key));
            mapped_ = OptRef<Object>(std::move(value));
            arguments_ = mapped_.get();
            count_ = -1;
            next_ = -2;
        }
        for (; i < n; ++i) {
            switch (side_.at(i)) {
                case '-': c.left = true; continue;
                case '+': c.plus = true; continue;
                case ' ': c.blank = true; continue;
                case '#': c.alternate = true; continue;
                case '0': c.zero = true; continue;
                case 'z':
                    if (!Side::is_bytes) break;
                    c.no_negative_zero = true;
                    continue;
                default: break;
            }
            break;
        }
        auto is_digit = [&] { return i < n && side_.at(i) >= '0' && side_.at(i) <= '9'; };
        if (i < n && side_.at(i) == '*') {
            ++i;
            Ref<Object> value = TRY(next_argument());
            if (!PyLong_Check(value.get())) return raise(ts_, PyExc_TypeError, "* wants int");
            c.width = TRY(int_as_ssize(ts_, value));
            if (c.width < 0) {
                c.left = true;
                c.width = -c.width;
            }
        } else if (is_digit()) {
            c.width = 0;
            for (; is_digit(); ++i) {
                int digit = int(side_.at(i) - '0');
                if (c.width > (PY_SSIZE_T_MAX - digit) / 10) return raise(ts_, PyExc_ValueError, "width too big");
                c.width = c.width * 10 + digit;
            }
        }
        if (i < n && side_.at(i) == '.') {
            ++i;
            c.precision = 0;
            if (i < n && side_.at(i) == '*') {
                ++i;
                Ref<Object> value = TRY(next_argument());
                if (!PyLong_Check(value.get())) return raise(ts_, PyExc_TypeError, "* wants int");
                c.precision = std::max(0, TRY(int_as_int(ts_, value)));
            } else {
                for (; is_digit(); ++i) {
                    int digit = int(side_.at(i) - '0');
                    if (c.precision > (INT_MAX - digit) / 10)
                        return raise(ts_, PyExc_ValueError, Side::precision_message);
                    c.precision = c.precision * 10 + digit;
                }
            }
        }
        if (i < n && (side_.at(i) == 'h' || side_.at(i) == 'l' || side_.at(i) == 'L')) ++i;
        if (i >= n) return incomplete();
        c.code = side_.at(i++);
        return {};
    }

    // A number's text, with '-' and "0x" in front if it has them.
    Result<void> put_number(const Conversion& c, std::string_view text, bool has_prefix) {
        char sign = 0;
        if (!text.empty() && text[0] == '-') {
            sign = '-';
            text.remove_prefix(1);
        } else if (c.plus) {
            sign = '+';
        } else if (c.blank) {
            sign = ' ';
        }
        std::string_view prefix;
        if (has_prefix) {
            prefix = text.substr(0, 2);
            text.remove_prefix(2);
        }
        Py_ssize_t used = Py_ssize_t(text.size() + prefix.size()) + (sign ? 1 : 0);
        Py_ssize_t padding = std::max<Py_ssize_t>(0, c.width - used);
        bool zeros = c.zero && !c.left;
        if (!c.left && !zeros) TRY(side_.fill(' ', padding));
        if (sign) TRY(side_.put_ascii({&sign, 1}));
        TRY(side_.put_ascii(prefix));
        if (zeros) TRY(side_.fill('0', padding));
        TRY(side_.put_ascii(text));
        if (c.left) TRY(side_.fill(' ', padding));
        return {};
    }

    Result<void> put_int(const Conversion& c, Object& value) {
        char code = char(c.code);
        bool decimal = code == 'd' || code == 'i' || code == 'u';
        auto wrong = [&]() -> Failure {
            return raise(ts_, PyExc_TypeError,
                         decimal ? "%%%c format: a real number is required, not %T"
                                 : "%%%c format: an integer is required, not %T",
                         int(code), &value);
        };
        OptRef<Object> number;
        if (PyLong_Check(&value)) {
            number = OptRef<Object>::share(&value);
        } else {
            if (!is_number(value)) return wrong();
            Result<Ref<Object>> converted = decimal ? number_int(ts_, value) : number_index(ts_, value);
            if (!converted.ok()) {
                if (error_matches(ts_, PyExc_TypeError)) return wrong();
                return failure;
            }
            number = OptRef<Object>(std::move(converted).take());
        }
        int base = decimal ? 10 : code == 'o' ? 8 : 16;
        // Small decimal numbers need no str in between.
        char small[24];
        OptRef<Str> long_text;
        std::string_view text;
        if (decimal && int_is_compact(*number)) {
            text = {small, size_t(std::to_chars(small, std::end(small), int_compact_value(*number)).ptr - small)};
        } else {
            Ref<Str> made = TRY(int_to_text(ts_, *number, base, c.alternate && !decimal));
            long_text = OptRef<Str>(std::move(made));
            text = str_ascii_view(*long_text);
        }
        bool has_prefix = c.alternate && !decimal;
        std::string changed;
        if (c.precision >= 0 || code == 'X') {
            changed = text;
            size_t start = (changed[0] == '-' ? 1u : 0u) + (has_prefix ? 2u : 0u);
            if (c.precision > Py_ssize_t(changed.size() - start))
                changed.insert(start, size_t(c.precision) - (changed.size() - start), '0');
            if (code == 'X')
                for (char& d : changed) d = d >= 'a' && d <= 'z' ? char(d - 32) : d;
            text = changed;
        }
        return put_number(c, text, has_prefix);
    }

    Result<void> put_float(const Conversion& c, Object& value) {
        Result<double> number = float_as_double(ts_, value);
        if (!number.ok()) {
            if (Side::is_bytes && error_matches(ts_, PyExc_TypeError))
                return raise(ts_, PyExc_TypeError, "float argument required, not %T", &value);
            return failure;
        }
        std::string text;
        base::DoubleFormat format;
        format.alternate = c.alternate;
        format.no_negative_zero = c.no_negative_zero;
        base::format_double(std::move(number).take(), char(c.code), c.precision < 0 ? 6 : c.precision, format, &text);
        return put_number(c, text, false);
    }

    Result<void> convert(const Conversion& c, Object& value, Py_ssize_t i) {
        switch (c.code) {
            case 'd':
            case 'i':
            case 'u':
            case 'o':
            case 'x':
            case 'X': return put_int(c, value);
            case 'e':
            case 'E':
            case 'f':
            case 'F':
            case 'g':
            case 'G': return put_float(c, value);
            case 's':
            case 'r':
            case 'a':
            case 'c': return put_text(c, value);
            case 'b':
                if (Side::is_bytes) return put_text(c, value);
                break;
            default: break;
        }
        return raise(ts_, PyExc_ValueError, "unsupported format character '%c' (0x%x) at index %zd",
                     c.code > 31 && c.code <= 126 ? int(c.code) : int('?'), unsigned(c.code), i - 1);
    }

    Result<void> put_text(const Conversion& c, Object& value);

    ThreadState& ts_;
    Side& side_;
    Object* arguments_;
    Object* mapping_ = nullptr;
    OptRef<Object> mapped_;
    Py_ssize_t count_, next_;
};

template <>
Result<void> PercentFormatter<StrSide>::put_text(const Conversion& c, Object& value) {
    OptRef<Str> made;
    Str* text;
    Py_ssize_t length;
    if (c.code == 'c') {
        Py_UCS4 character;
        if (PyUnicode_Check(&value)) {
            if (str_length(as<Str>(value)) != 1) return raise(ts_, PyExc_TypeError, "%%c requires int or char");
            character = str_at(as<Str>(value), 0);
        } else {
            Result<Ref<Object>> index = number_index(ts_, value);
            if (!index.ok()) {
                if (!error_matches(ts_, PyExc_TypeError)) return failure;
                return raise(ts_, PyExc_TypeError, "%%c requires int or char");
            }
            Ref<Object> number = std::move(index).take();
            int overflow = 0;
            long long code = TRY(int_as_long_long_overflow(ts_, number, overflow));
            if (overflow || code < 0 || code > 0x10FFFF)
                return raise(ts_, PyExc_OverflowError, "%%c arg not in range(0x110000)");
            character = Py_UCS4(code);
        }
        Ref<Str> one = TRY(str_from_character(ts_, character));
        made = OptRef<Str>(std::move(one));
        text = made.get();
        length = 1;
    } else {
        if (PyUnicode_CheckExact(&value) && c.code == 's') {
            text = &as<Str>(value);
        } else {
            Ref<Str> shown = TRY(c.code == 's'   ? str(ts_, value)
                                 : c.code == 'r' ? repr(ts_, value)
                                                 : ascii(ts_, value));
            made = OptRef<Str>(std::move(shown));
            text = made.get();
        }
        length = str_length(*text);
        if (c.precision >= 0) length = std::min<Py_ssize_t>(length, c.precision);
    }
    if (!c.left) TRY(side_.fill(' ', c.width - length));
    TRY(side_.out.append(*text, 0, length));
    if (c.left) TRY(side_.fill(' ', c.width - length));
    return {};
}

template <>
Result<void> PercentFormatter<ByteSide>::put_text(const Conversion& c, Object& value) {
    BufferView buffer;
    OptRef<Object> made;
    std::string_view text;
    char one;
    if (c.code == 'c') {
        if (PyBytes_Check(&value) && as<Bytes>(value).ob_base.ob_size == 1) {
            one = bytes_data(as<Bytes>(value))[0];
        } else if (PyByteArray_Check(&value) && as<ByteArray>(value).ob_base.ob_size == 1) {
            one = bytearray_data(as<ByteArray>(value))[0];
        } else if (is_index(value)) {
            Ref<Object> number = TRY(number_index(ts_, value));
            int overflow = 0;
            long long code = TRY(int_as_long_long_overflow(ts_, number, overflow));
            if (overflow || code < 0 || code > 255) return raise(ts_, PyExc_OverflowError, "%%c arg not in range(256)");
            one = char(code);
        } else {
            return raise(ts_, PyExc_TypeError, "%%c requires an integer in range(256) or a single byte");
        }
        text = {&one, 1};
    } else if (c.code == 'r' || c.code == 'a') {
        Ref<Str> shown = TRY(ascii(ts_, value));
        text = str_ascii_view(shown);
        made = OptRef<Object>(std::move(shown));
    } else if (PyBytes_Check(&value)) {
        text = bytes_view(as<Bytes>(value));
    } else if (PyByteArray_Check(&value)) {
        text = bytearray_view(as<ByteArray>(value));
    } else {
        OptRef<Object> method = TRY(lookup_special(ts_, value, "__bytes__"_n));
        if (method) {
            Ref<Object> result = TRY(call(ts_, *method));
            if (!PyBytes_Check(result.get()))
                return raise(ts_, PyExc_TypeError, "__bytes__ returned non-bytes (type %T)", result.get());
            text = bytes_view(as<Bytes>(*result));
            made = OptRef<Object>(std::move(result));
        } else if (type_of(value).tp_as_buffer && type_of(value).tp_as_buffer->bf_getbuffer) {
            TRY(get_buffer(ts_, value, buffer.raw(), PyBUF_SIMPLE));
            text = buffer.text();
        } else {
            return raise(ts_, PyExc_TypeError,
                         "%%b requires a bytes-like object, or an object that implements __bytes__, not '%T'", &value);
        }
    }
    if (c.precision >= 0 && c.code != 'c') text = text.substr(0, size_t(c.precision));
    Py_ssize_t padding = c.width - Py_ssize_t(text.size());
    if (!c.left) TRY(side_.fill(' ', padding));
    TRY(side_.out.append(text));
    if (c.left) TRY(side_.fill(' ', padding));
    return {};
}

}  // namespace

Result<Ref<Object>> str_percent_format(ThreadState& ts, Str& format, Object& arguments) {
    StrSide side(ts, format);
    PercentFormatter<StrSide> formatter(ts, side, arguments);
    TRY(formatter.run());
    return side.out.finish();
}

Result<Ref<Object>> bytes_percent_format(ThreadState& ts, std::string_view format, Object& arguments,
                                         bool to_bytearray) {
    ByteSide side(ts, format);
    PercentFormatter<ByteSide> formatter(ts, side, arguments);
    TRY(formatter.run());
    if (to_bytearray) return bytearray_from(ts, side.out.view());
    return side.out.finish();
}

}  // namespace orochi
