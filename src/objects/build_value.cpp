#include "objects/build_value.hpp"

#include <cstring>
#include <cwchar>
#include <vector>

#include "objects/bytes.hpp"
#include "objects/dict.hpp"
#include "objects/float.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"

namespace orochi {

namespace {

class Builder {
public:
    Builder(ThreadState& ts, const char* format, va_list* arguments)
        : ts_(ts), format_(format), arguments_(arguments) {}

    // Items up to `end` (0: the end of the format). All are built even after a failure, since 'N' hands over
    // references.
    Result<void> items(char end, std::vector<Ref<Object>>& out) {
        bool failed = false;
        for (;;) {
            skip_separators();
            char c = *format_;
            if (c == end) break;
            if (c == 0) return raise(ts_, PyExc_SystemError, "unmatched paren in format");
            if (c == ')' || c == ']' || c == '}') return raise(ts_, PyExc_SystemError, "unmatched paren in format");
            auto value = item();
            if (value.ok()) {
                out.push_back(std::move(value).take());
            } else {
                failed = true;
            }
        }
        if (end) ++format_;
        if (failed) return failure;
        return {};
    }

    Result<Ref<Tuple>> tuple(char end) {
        std::vector<Ref<Object>> values;
        TRY(items(end, values));
        Ref<Tuple> tuple = TRY(tuple_new(ts_, Py_ssize_t(values.size())));
        for (size_t i = 0; i < values.size(); ++i) tuple_init_item(*tuple, Py_ssize_t(i), std::move(values[i]));
        return tuple;
    }

private:
    void skip_separators() {
        while (*format_ == ',' || *format_ == ':' || *format_ == ' ' || *format_ == '\t') ++format_;
    }

    Result<Ref<Object>> item() {
        switch (char c = *format_++) {
            case '(': return tuple(')');
            case '[': {
                std::vector<Ref<Object>> values;
                TRY(items(']', values));
                Ref<List> list = TRY(list_new(ts_, 0));
                for (auto& value : values) TRY(list_append(ts_, *list, *value));
                return list;
            }
            case '{': {
                std::vector<Ref<Object>> values;
                TRY(items('}', values));
                if (values.size() % 2) return raise(ts_, PyExc_SystemError, "Bad dict format");
                Ref<Dict> dict = TRY(dict_new(ts_));
                for (size_t i = 0; i < values.size(); i += 2) TRY(dict_set(ts_, *dict, *values[i], *values[i + 1]));
                return dict;
            }
            case 'b':
            case 'B':
            case 'h':
            case 'i': return int_from(ts_, va_arg(*arguments_, int));
            case 'H': return int_from(ts_, (unsigned short)va_arg(*arguments_, int));
            case 'I': return int_from(ts_, va_arg(*arguments_, unsigned));
            case 'n': return int_from(ts_, va_arg(*arguments_, Py_ssize_t));
            case 'l': return int_from(ts_, va_arg(*arguments_, long));
            case 'k': return int_from_unsigned(ts_, va_arg(*arguments_, unsigned long));
            case 'L': return int_from(ts_, va_arg(*arguments_, long long));
            case 'K': return int_from_unsigned(ts_, va_arg(*arguments_, unsigned long long));
            case 'p': return new_bool(va_arg(*arguments_, int) != 0);
            case 'u': return wide();
            case 'f':
            case 'd': return float_from(ts_, va_arg(*arguments_, double));
            case 'D': {
                Py_complex value = *va_arg(*arguments_, Py_complex*);
                return complex_from(ts_, value.real, value.imag);
            }
            case 'c': {
                char byte = char(va_arg(*arguments_, int));
                return bytes_from(ts_, {&byte, 1});
            }
            case 'C': {
                int character = va_arg(*arguments_, int);
                if (character < 0 || character > 0x10FFFF)
                    return raise(ts_, PyExc_ValueError, "chr() arg not in range(0x110000)");
                return str_from_character(ts_, Py_UCS4(character));
            }
            case 's':
            case 'z':
            case 'U':
            case 'y': return text(c);
            case 'N':
            case 'S':
            case 'O': return object(c);
            default: return raise(ts_, PyExc_SystemError, "bad format char passed to Py_BuildValue");
        }
    }

    // The length that '#' says follows; -1: up to the null byte.
    Py_ssize_t length() {
        if (*format_ != '#') return -1;
        ++format_;
        return va_arg(*arguments_, Py_ssize_t);
    }

    Result<Ref<Object>> text(char c) {
        const char* text = va_arg(*arguments_, const char*);
        Py_ssize_t size = length();
        if (!text) return new_none();
        if (size < 0) size = Py_ssize_t(std::strlen(text));
        std::string_view view(text, size_t(size));
        if (c == 'y') return bytes_from(ts_, view);
        return str_from_utf8(ts_, view);
    }

    Result<Ref<Object>> wide() {
        const wchar_t* text = va_arg(*arguments_, const wchar_t*);
        Py_ssize_t size = length();
        if (!text) return new_none();
        if (size < 0) size = Py_ssize_t(std::wcslen(text));
        return str_from_ucs(ts_, 4, text, size);
    }

    Result<Ref<Object>> object(char c) {
        if (*format_ == '&') {
            ++format_;
            using Converter = Object* (*)(void*);
            Converter convert = va_arg(*arguments_, Converter);
            void* argument = va_arg(*arguments_, void*);
            return Result<Ref<Object>>::adopt(convert(argument));
        }
        Object* value = va_arg(*arguments_, Object*);
        if (!value) {
            if (!error_pending(ts_)) return raise(ts_, PyExc_SystemError, "NULL object passed to Py_BuildValue");
            return failure;
        }
        return c == 'N' ? Ref<Object>::steal(value) : Ref<Object>::share(*value);
    }

    ThreadState& ts_;
    const char* format_;
    va_list* arguments_;
};

}  // namespace

Result<Ref<Object>> build_value_v(ThreadState& ts, const char* format, va_list* arguments) {
    std::vector<Ref<Object>> values;
    TRY(Builder(ts, format, arguments).items(0, values));
    if (values.empty()) return new_none();
    if (values.size() == 1) return std::move(values[0]);
    Ref<Tuple> tuple = TRY(tuple_new(ts, Py_ssize_t(values.size())));
    for (size_t i = 0; i < values.size(); ++i) tuple_init_item(*tuple, Py_ssize_t(i), std::move(values[i]));
    return tuple;
}

Result<Ref<Tuple>> build_tuple_v(ThreadState& ts, const char* format, va_list* arguments) {
    // "(...)" is the tuple itself, not a tuple in a tuple.
    Ref<Object> value = TRY(build_value_v(ts, format, arguments));
    if (!format || !*format) return Ref<Tuple>::share(empty_tuple());
    if (PyTuple_Check(value.get())) return std::move(value).cast<Tuple>();
    return tuple_of(ts, *value);
}

Result<Ref<Object>> build_value(ThreadState& ts, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    auto result = build_value_v(ts, format, &arguments);
    va_end(arguments);
    return result;
}

}  // namespace orochi
