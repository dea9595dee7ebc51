#include "capi/getargs.hpp"

#include <cstdio>
#include <cstring>

#include "objects/bytes.hpp"
#include "objects/float.hpp"
#include "objects/int.hpp"
#include "objects/number.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type.hpp"

namespace orochi::getargs {

namespace {
constexpr const char kUnknown[] = "(unspecified)";
constexpr const char kPending[] = "";  // an exception says it already
}  // namespace

Converter::Converter(ThreadState& ts, const char* format, va_list* arguments, bool size_is_ssize)
    : ts_(ts), at_(format), arguments_(arguments), size_is_ssize_(size_is_ssize) {
    if (const char* colon = std::strchr(format, ':')) {
        function_ = colon + 1;
    } else if (const char* semicolon = std::strchr(format, ';')) {
        message_ = semicolon + 1;
    }
}

Converter::~Converter() {
    for (auto i = undo_.rbegin(); i != undo_.rend(); ++i) {
        switch (i->kind) {
            case Undo::kBuffer: release_buffer(*static_cast<Py_buffer*>(i->address)); break;
            case Undo::kMemory: PyMem_Free(*static_cast<void**>(i->address)); break;
            case Undo::kConverter: i->converter(nullptr, i->address); break;
        }
    }
}

Counts count_units(const char* format) {
    Counts counts;
    int level = 0;
    for (const char* p = format; *p && *p != ':' && *p != ';'; ++p) {
        switch (*p) {
            case '(':
                if (level++ == 0) ++counts.total;
                break;
            case ')': --level; break;
            case '|':
                if (level == 0) counts.required = counts.total;
                break;
            case 'e':  // es, et: one unit of two letters
                if (p[1] == 's' || p[1] == 't') ++p;
                if (level == 0) ++counts.total;
                break;
            default:
                if (level == 0 && ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z'))) ++counts.total;
        }
    }
    if (counts.required < 0) counts.required = counts.total;
    return counts;
}

const char* Converter::expected(const char* what, Object* argument) {
    if (what[0] == '(') {
        std::snprintf(problem_, sizeof problem_, "%.100s", what);
    } else {
        std::snprintf(problem_, sizeof problem_, "must be %.50s, not %.50s", what,
                      is_none(argument) ? "None" : type_of(*argument).tp_name);
    }
    return problem_;
}

bool Converter::raise_error(Py_ssize_t number, const char* problem) {
    if (error_pending(ts_)) return false;
    if (message_) {
        (void)raise(ts_, PyExc_TypeError, "%s", message_);
        return false;
    }
    char text[512];
    int used = 0;
    auto add = [&](const char* format, auto... values) {
        used += std::snprintf(text + used, sizeof text - size_t(used), format, values...);
        if (used >= int(sizeof text)) used = sizeof text - 1;
    };
    if (function_) add("%.200s() ", function_);
    if (number) {
        add("argument %zd", number);
        for (int i = 0; i < depth_ && i < 32 && levels_[i] > 0 && used < 220; ++i) add(", item %d", levels_[i] - 1);
    } else {
        add("%s", "argument");
    }
    add(" %.256s", problem);
    (void)raise(ts_, problem[0] == '(' ? PyExc_SystemError : PyExc_TypeError, "%s", text);
    return false;
}

bool Converter::convert(Object* argument, Py_ssize_t number) {
    depth_ = 0;
    const char* problem = item(argument);
    if (!problem) return true;
    return raise_error(number, problem);
}

const char* Converter::item(Object* argument) {
    if (*at_ == '(') {
        ++at_;
        const char* problem = tuple(argument);
        if (!problem) ++at_;
        return problem;
    }
    return simple(argument);
}

const char* Converter::tuple(Object* argument) {
    // The units up to the matching bracket.
    int units = 0, level = 0;
    for (const char* p = at_; *p; ++p) {
        if (*p == '(') {
            if (level++ == 0) ++units;
        } else if (*p == ')') {
            if (level-- == 0) break;
        } else if (*p == ':' || *p == ';') {
            break;
        } else if (level == 0 && ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z'))) {
            if (*p == 'e' && (p[1] == 's' || p[1] == 't')) ++p;
            ++units;
        }
    }
    if (!PySequence_Check(argument) || PyBytes_Check(argument)) {
        std::snprintf(problem_, sizeof problem_, "must be %d-item sequence, not %.50s", units,
                      is_none(argument) ? "None" : type_of(*argument).tp_name);
        return problem_;
    }
    Py_ssize_t size = PySequence_Size(argument);
    if (size != units) {
        std::snprintf(problem_, sizeof problem_, "must be sequence of length %d, not %zd", units, size);
        return problem_;
    }
    int level_index = depth_++;
    for (int i = 0; i < units; ++i) {
        if (level_index < 32) levels_[level_index] = i + 1;
        PyObject* part = PySequence_GetItem(argument, i);
        if (!part) {
            error_clear(ts_);
            return "is not retrievable";
        }
        // Borrowed from the sequence from here on, as the interface has it.
        decref(*part);
        const char* problem = item(part);
        if (problem) return problem;
    }
    --depth_;
    return nullptr;
}

void Converter::store_size(Py_ssize_t size) { *va_arg(*arguments_, Py_ssize_t*) = size; }

const char* Converter::simple(Object* argument) {
    char code = *at_++;
    auto fail_if = [](bool failed) { return failed ? kPending : nullptr; };
#define NUMBER(TYPE, EXPRESSION)                             \
    {                                                        \
        auto* place = va_arg(*arguments_, TYPE*);            \
        auto value = EXPRESSION;                             \
        if (!value.ok()) return kPending;                    \
        *place = static_cast<TYPE>(std::move(value).take()); \
        return nullptr;                                      \
    }
#define RANGE(TYPE, NAME, LOW, HIGH)                                                \
    {                                                                               \
        auto* place = va_arg(*arguments_, TYPE*);                                   \
        auto value = int_as_long(ts_, *argument);                                   \
        if (!value.ok()) return kPending;                                           \
        long number = std::move(value).take();                                      \
        if (number < LOW) {                                                         \
            (void)raise(ts_, PyExc_OverflowError, NAME " is less than minimum");    \
            return kPending;                                                        \
        }                                                                           \
        if (number > HIGH) {                                                        \
            (void)raise(ts_, PyExc_OverflowError, NAME " is greater than maximum"); \
            return kPending;                                                        \
        }                                                                           \
        *place = static_cast<TYPE>(number);                                         \
        return nullptr;                                                             \
    }
    switch (code) {
        case 'b': RANGE(unsigned char, "unsigned byte integer", 0, UCHAR_MAX)
        case 'B': NUMBER(unsigned char, int_as_mask(ts_, *argument))
        case 'h': RANGE(short, "signed short integer", SHRT_MIN, SHRT_MAX)
        case 'H': NUMBER(unsigned short, int_as_mask(ts_, *argument))
        case 'i': RANGE(int, "signed integer", INT_MIN, INT_MAX)
        case 'I': NUMBER(unsigned, int_as_mask(ts_, *argument))
        case 'n': {
            auto* place = va_arg(*arguments_, Py_ssize_t*);
            auto index = number_index(ts_, *argument);
            if (!index.ok()) return kPending;
            Ref<Object> number = std::move(index).take();
            auto value = int_as_ssize(ts_, *number);
            if (!value.ok()) return kPending;
            *place = std::move(value).take();
            return nullptr;
        }
        case 'l': NUMBER(long, int_as_long(ts_, *argument))
        case 'k': {
            auto* place = va_arg(*arguments_, unsigned long*);
            if (!PyLong_Check(argument)) return expected("int", argument);
            auto value = int_as_mask(ts_, *argument);
            if (!value.ok()) return kPending;
            *place = std::move(value).take();
            return nullptr;
        }
        case 'L': NUMBER(long long, int_as_long_long(ts_, *argument))
        case 'K': {
            auto* place = va_arg(*arguments_, unsigned long long*);
            if (!PyLong_Check(argument)) return expected("int", argument);
            auto value = int_as_mask(ts_, *argument);
            if (!value.ok()) return kPending;
            *place = std::move(value).take();
            return nullptr;
        }
        case 'f': NUMBER(float, float_as_double(ts_, *argument))
        case 'd': NUMBER(double, float_as_double(ts_, *argument))
        case 'D': NUMBER(Py_complex, complex_as(ts_, *argument))
        case 'c': {
            auto* place = va_arg(*arguments_, char*);
            if (PyBytes_Check(argument) && PyBytes_GET_SIZE(argument) == 1) {
                *place = PyBytes_AS_STRING(argument)[0];
            } else if (PyByteArray_Check(argument) && as<ByteArray>(argument)->ob_base.ob_size == 1) {
                *place = bytearray_data(as<ByteArray>(*argument))[0];
            } else {
                return expected("a byte string of length 1", argument);
            }
            return nullptr;
        }
        case 'C': {
            auto* place = va_arg(*arguments_, int*);
            if (!PyUnicode_Check(argument) || str_length(as<Str>(*argument)) != 1)
                return expected("a unicode character", argument);
            *place = int(str_at(as<Str>(*argument), 0));
            return nullptr;
        }
        case 'p': NUMBER(int, is_true(ts_, *argument))
        case 's':
        case 'z':
        case 'y': return text(argument, code);
        case 'u':
        case 'Z': return wide(argument, code);
        case 'e': return encoded(argument);
        case 'S': {
            auto* place = va_arg(*arguments_, Object**);
            if (!PyBytes_Check(argument)) return expected("bytes", argument);
            *place = argument;
            return nullptr;
        }
        case 'Y': {
            auto* place = va_arg(*arguments_, Object**);
            if (!PyByteArray_Check(argument)) return expected("bytearray", argument);
            *place = argument;
            return nullptr;
        }
        case 'U': {
            auto* place = va_arg(*arguments_, Object**);
            if (!PyUnicode_Check(argument)) return expected("str", argument);
            *place = argument;
            return nullptr;
        }
        case 'O': {
            if (*at_ == '!') {
                ++at_;
                Type* type = va_arg(*arguments_, Type*);
                auto* place = va_arg(*arguments_, Object**);
                if (!is_instance_of(*argument, *type)) return expected(type->tp_name, argument);
                *place = argument;
            } else if (*at_ == '&') {
                ++at_;
                using Function = int (*)(PyObject*, void*);
                Function function = va_arg(*arguments_, Function);
                void* place = va_arg(*arguments_, void*);
                int status = function(argument, place);
                if (!status) return error_pending(ts_) ? kPending : kUnknown;
                if (status == Py_CLEANUP_SUPPORTED) undo_.push_back({place, function, Undo::kConverter});
            } else {
                *va_arg(*arguments_, Object**) = argument;
            }
            return nullptr;
        }
        case 'w': {
            if (*at_ != '*') return "(invalid use of 'w' format character)";
            ++at_;
            auto* view = va_arg(*arguments_, Py_buffer*);
            if (PyObject_GetBuffer(argument, view, PyBUF_WRITABLE) < 0) {
                error_clear(ts_);
                return expected("read-write bytes-like object", argument);
            }
            if (!PyBuffer_IsContiguous(view, 'C')) {
                release_buffer(*view);
                return expected("contiguous buffer", argument);
            }
            undo_.push_back({view, nullptr, Undo::kBuffer});
            return nullptr;
        }
        default: return "(impossible<bad format char>)";
    }
#undef NUMBER
#undef RANGE
    return fail_if(true);
}

const char* Converter::buffer_into(Object* argument, Py_buffer* view, int flags) {
    if (PyObject_GetBuffer(argument, view, flags) < 0) {
        error_clear(ts_);
        return "bytes-like object";
    }
    if (!PyBuffer_IsContiguous(view, 'C')) {
        release_buffer(*view);
        return "contiguous buffer";
    }
    undo_.push_back({view, nullptr, Undo::kBuffer});
    return nullptr;
}

// s z y, with * for a buffer and # for pointer and size.
const char* Converter::text(Object* argument, char code) {
    bool is_text = PyUnicode_Check(argument) && code != 'y';
    bool absent = code == 'z' && is_none(argument);
    if (*at_ == '*') {
        ++at_;
        auto* view = va_arg(*arguments_, Py_buffer*);
        if (absent) {
            PyBuffer_FillInfo(view, nullptr, nullptr, 0, 1, 0);
            return nullptr;
        }
        if (is_text) {
            auto utf8 = str_utf8(ts_, as<Str>(*argument));
            if (!utf8.ok()) return kPending;
            std::string_view bytes = std::move(utf8).take();
            PyBuffer_FillInfo(view, argument, const_cast<char*>(bytes.data()), Py_ssize_t(bytes.size()), 1, 0);
            undo_.push_back({view, nullptr, Undo::kBuffer});
            return nullptr;
        }
        if (const char* what = buffer_into(argument, view, PyBUF_SIMPLE)) return expected(what, argument);
        return nullptr;
    }
    auto** place = va_arg(*arguments_, const char**);
    if (*at_ == '#') {
        ++at_;
        if (!size_is_ssize_) {
            (void)raise(ts_, PyExc_SystemError, "PY_SSIZE_T_CLEAN macro must be defined for '#' formats");
            return kPending;
        }
        if (absent) {
            *place = nullptr;
            store_size(0);
        } else if (is_text) {
            auto utf8 = str_utf8(ts_, as<Str>(*argument));
            if (!utf8.ok()) return kPending;
            std::string_view bytes = std::move(utf8).take();
            *place = bytes.data();
            store_size(Py_ssize_t(bytes.size()));
        } else {
            // Only objects whose memory stays where it is may be borrowed without a lock.
            PyBufferProcs* methods = argument->ob_type->tp_as_buffer;
            if (!methods || !methods->bf_getbuffer) return expected("bytes-like object", argument);
            if (methods->bf_releasebuffer) return expected("read-only bytes-like object", argument);
            Py_buffer view;
            if (PyObject_GetBuffer(argument, &view, PyBUF_SIMPLE) < 0) {
                error_clear(ts_);
                return expected("bytes-like object", argument);
            }
            *place = static_cast<const char*>(view.buf);
            store_size(view.len);
            release_buffer(view);
        }
        return nullptr;
    }
    if (absent) {
        *place = nullptr;
        return nullptr;
    }
    std::string_view bytes;
    if (code == 'y') {
        if (!PyBytes_Check(argument)) return expected("bytes", argument);
        bytes = bytes_view(as<Bytes>(*argument));
    } else {
        if (!is_text) return expected(code == 'z' ? "str or None" : "str", argument);
        auto utf8 = str_utf8(ts_, as<Str>(*argument));
        if (!utf8.ok()) return kPending;
        bytes = std::move(utf8).take();
    }
    if (std::memchr(bytes.data(), 0, bytes.size())) {
        (void)raise(ts_, PyExc_ValueError, code == 'y' ? "embedded null byte" : "embedded null character");
        return kPending;
    }
    *place = bytes.data();
    return nullptr;
}

// u Z: wchar_t text, kept by the str. Deprecated, and rare.
const char* Converter::wide(Object* argument, char code) {
    auto** place = va_arg(*arguments_, const wchar_t**);
    bool sized = *at_ == '#';
    if (sized) ++at_;
    if (!warn(ts_, PyExc_DeprecationWarning, 1, "getargs: The '%c' format is deprecated. Use 'U' instead.", code).ok())
        return kPending;
    if (code == 'Z' && is_none(argument)) {
        *place = nullptr;
        if (sized) store_size(0);
        return nullptr;
    }
    if (!PyUnicode_Check(argument)) return expected(code == 'Z' ? "str or None" : "str", argument);
    Py_ssize_t size = 0;
    *place = PyUnicode_AsUnicodeAndSize(argument, &size);
    if (!*place) return kPending;
    if (sized) {
        store_size(size);
    } else if (std::wcslen(*place) != size_t(size)) {
        (void)raise(ts_, PyExc_ValueError, "embedded null character");
        return kPending;
    }
    return nullptr;
}

// es et, with # into a buffer of the caller's: encoded copies.
const char* Converter::encoded(Object* argument) {
    const char* encoding = va_arg(*arguments_, const char*);
    bool pass_bytes;
    if (*at_ == 's') {
        pass_bytes = false;
    } else if (*at_ == 't') {
        pass_bytes = true;
    } else {
        return "(unknown parser marker combination)";
    }
    ++at_;
    auto** place = va_arg(*arguments_, char**);
    bool sized = *at_ == '#';
    if (sized) ++at_;
    OptRef<Object> holder;
    std::string_view bytes;
    if (pass_bytes && PyBytes_Check(argument)) {
        bytes = bytes_view(as<Bytes>(*argument));
    } else if (pass_bytes && PyByteArray_Check(argument)) {
        bytes = {bytearray_data(as<ByteArray>(*argument)), size_t(as<ByteArray>(argument)->ob_base.ob_size)};
    } else if (PyUnicode_Check(argument)) {
        auto result = str_encode(ts_, as<Str>(*argument), encoding, nullptr);
        if (!result.ok()) return kPending;
        holder = std::move(result).take();
        bytes = bytes_view(as<Bytes>(*holder));
    } else {
        return expected(pass_bytes ? "str, bytes or bytearray" : "str", argument);
    }
    if (sized) {
        auto* size = va_arg(*arguments_, Py_ssize_t*);
        if (*place) {
            if (Py_ssize_t(bytes.size()) + 1 > *size) {
                (void)raise(ts_, PyExc_ValueError, "encoded string too long (%zd, maximum length %zd)",
                            Py_ssize_t(bytes.size()), *size - 1);
                return kPending;
            }
            std::memcpy(*place, bytes.data(), bytes.size());
            (*place)[bytes.size()] = 0;
            *size = Py_ssize_t(bytes.size());
            return nullptr;
        }
        *size = Py_ssize_t(bytes.size());
    } else if (std::memchr(bytes.data(), 0, bytes.size())) {
        return expected("encoded string without null bytes", argument);
    }
    char* copy = static_cast<char*>(PyMem_Malloc(bytes.size() + 1));
    if (!copy) {
        (void)raise_no_memory(ts_);
        return kPending;
    }
    std::memcpy(copy, bytes.data(), bytes.size());
    copy[bytes.size()] = 0;
    *place = copy;
    undo_.push_back({place, nullptr, Undo::kMemory});
    return nullptr;
}

bool Converter::skip() {
    switch (char code = *at_++) {
        case 'O':
            if (*at_ == '!') {
                ++at_;
                (void)va_arg(*arguments_, void*);
            } else if (*at_ == '&') {
                ++at_;
                (void)va_arg(*arguments_, void*);
            }
            (void)va_arg(*arguments_, void*);
            return true;
        case 'e':
            (void)va_arg(*arguments_, void*);
            if (*at_ == 's' || *at_ == 't') ++at_;
            [[fallthrough]];
        case 's':
        case 'z':
        case 'y':
        case 'u':
        case 'Z':
        case 'w':
            (void)va_arg(*arguments_, void*);
            if (*at_ == '#') {
                ++at_;
                (void)va_arg(*arguments_, void*);
            } else if (*at_ == '*') {
                ++at_;
            }
            return true;
        case '(':
            while (*at_ && *at_ != ')') {
                if (!skip()) return false;
            }
            if (*at_) ++at_;
            return true;
        default:
            if (std::strchr("bBhHiIlkLKnfdDcCpSYU", code) && code) {
                (void)va_arg(*arguments_, void*);
                return true;
            }
            (void)raise(ts_, PyExc_SystemError, "impossible<bad format char>");
            return false;
    }
}

}  // namespace orochi::getargs
