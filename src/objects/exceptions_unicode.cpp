// UnicodeEncodeError, UnicodeDecodeError, UnicodeTranslateError.
#include "objects/bytes.hpp"
#include "objects/exception_slots.hpp"
#include "objects/int.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"

namespace orochi {

namespace {

using UnicodeErrorObject = PyUnicodeErrorObject;

UnicodeErrorObject& unicode_error(Object& self) { return as<UnicodeErrorObject>(self); }

Result<Object*> text_argument(ThreadState& ts, Tuple& arguments, Py_ssize_t index) {
    Object& value = tuple_item(arguments, index);
    if (!PyUnicode_Check(&value)) {
        return raise(ts, PyExc_TypeError, "argument %zd must be str, not %.50s", index + 1,
                     is_none(value) ? "None" : type_of(value).tp_name);
    }
    return &value;
}

enum class Kind { kEncode, kDecode, kTranslate };

template <Kind kind>
Result<void> unicode_error_init(ThreadState& ts, Object& self, Object& arguments, Object* keywords) {
    UnicodeErrorObject& e = unicode_error(self);
    TRY(exception_init(ts, self, arguments, keywords));
    clear(e.encoding);
    clear(e.object);
    clear(e.reason);
    constexpr Py_ssize_t first = kind == Kind::kTranslate ? 0 : 1;
    TRY(check_argument_count(ts, arguments, first + 4, first + 4));
    Tuple& items = as<Tuple>(arguments);
    Object* encoding = nullptr;
    if constexpr (first == 1) encoding = TRY(text_argument(ts, items, 0));
    OptRef<Object> object;
    if constexpr (kind == Kind::kDecode) {
        Object& given = tuple_item(items, 1);
        if (PyBytes_Check(&given)) {
            object = Ref<Object>::share(given);
        } else {
            Py_buffer view;
            TRY(get_buffer(ts, given, view, PyBUF_SIMPLE));
            auto copy = bytes_from(ts, {static_cast<const char*>(view.buf), size_t(view.len)});
            release_buffer(view);
            object = TRY(std::move(copy));
        }
    } else {
        object = OptRef<Object>::share(TRY(text_argument(ts, items, first)));
    }
    Py_ssize_t start = TRY(int_as_ssize(ts, tuple_item(items, first + 1)));
    Py_ssize_t end = TRY(int_as_ssize(ts, tuple_item(items, first + 2)));
    Object* reason = TRY(text_argument(ts, items, first + 3));
    assign(e.encoding, OptRef<Object>::share(encoding));
    assign(e.object, std::move(object));
    assign(e.reason, OptRef<Object>::share(reason));
    e.start = start;
    e.end = end;
    return {};
}

Result<Ref<Str>> character_escape(ThreadState& ts, Py_UCS4 c) {
    if (c <= 0xff) return str_format(ts, "\\x%02x", unsigned(c));
    if (c <= 0xffff) return str_format(ts, "\\u%04x", unsigned(c));
    return str_format(ts, "\\U%08x", unsigned(c));
}

template <Kind kind>
Result<Ref<Object>> unicode_error_str(ThreadState& ts, Object& self) {
    UnicodeErrorObject& e = unicode_error(self);
    if (!e.object) return Ref<Object>::share(obj(empty_str()));  // __init__ has not run
    Ref<Str> reason = TRY(str(ts, e.reason ? *e.reason : none()));
    OptRef<Str> encoding;
    if constexpr (kind != Kind::kTranslate) encoding = TRY(str(ts, e.encoding ? *e.encoding : none()));
    bool one = e.end == e.start + 1 && e.start >= 0;
    if constexpr (kind == Kind::kDecode) {
        if (one && PyBytes_Check(e.object) && e.start < Py_ssize_t(bytes_view(as<Bytes>(*e.object)).size())) {
            unsigned byte = static_cast<unsigned char>(bytes_view(as<Bytes>(*e.object))[size_t(e.start)]);
            return str_format(ts, "'%U' codec can't decode byte 0x%02x in position %zd: %U", encoding.get(), byte,
                              e.start, reason.get());
        }
        return str_format(ts, "'%U' codec can't decode bytes in position %zd-%zd: %U", encoding.get(), e.start,
                          e.end - 1, reason.get());
    } else {
        OptRef<Str> escape;
        if (one && PyUnicode_Check(e.object) && e.start < str_length(as<Str>(*e.object))) {
            escape = TRY(character_escape(ts, str_at(as<Str>(*e.object), e.start)));
        }
        if constexpr (kind == Kind::kEncode) {
            if (escape) {
                return str_format(ts, "'%U' codec can't encode character '%U' in position %zd: %U", encoding.get(),
                                  escape.get(), e.start, reason.get());
            }
            return str_format(ts, "'%U' codec can't encode characters in position %zd-%zd: %U", encoding.get(), e.start,
                              e.end - 1, reason.get());
        } else {
            if (escape) {
                return str_format(ts, "can't translate character '%U' in position %zd: %U", escape.get(), e.start,
                                  reason.get());
            }
            return str_format(ts, "can't translate characters in position %zd-%zd: %U", e.start, e.end - 1,
                              reason.get());
        }
    }
}

constexpr PyMemberDef unicode_error_members[] = {
    EXCEPTION_MEMBER("encoding", UnicodeErrorObject, encoding, 0, "exception encoding"),
    EXCEPTION_MEMBER("object", UnicodeErrorObject, object, 0, "exception object"),
    {"start", T_PYSSIZET, offsetof(UnicodeErrorObject, start), 0, "exception start"},
    {"end", T_PYSSIZET, offsetof(UnicodeErrorObject, end), 0, "exception end"},
    EXCEPTION_MEMBER("reason", UnicodeErrorObject, reason, 0, "exception reason"),
    {}};
using Slots = ExceptionSlots<UnicodeErrorObject, &UnicodeErrorObject::encoding, &UnicodeErrorObject::object,
                             &UnicodeErrorObject::reason>;

Result<Ref<Object>> make(ThreadState& ts, Type& type, const char* encoding, Object& object, Py_ssize_t start,
                         Py_ssize_t end, const char* reason) {
    Ref<Object> from = TRY(int_from_ssize(ts, start));
    Ref<Object> to = TRY(int_from_ssize(ts, end));
    Ref<Str> why = TRY(str_from_utf8(ts, reason));
    if (!encoding) return call(ts, obj(type), object, *from, *to, obj(*why));
    Ref<Str> name = TRY(str_from_utf8(ts, encoding));
    return call(ts, obj(type), obj(*name), object, *from, *to, obj(*why));
}

}  // namespace

Result<Ref<Object>> unicode_decode_error_new(ThreadState& ts, const char* encoding, Object& object, Py_ssize_t start,
                                             Py_ssize_t end, const char* reason) {
    return make(ts, _PyExc_UnicodeDecodeError, encoding, object, start, end, reason);
}
Result<Ref<Object>> unicode_encode_error_new(ThreadState& ts, const char* encoding, Object& object, Py_ssize_t start,
                                             Py_ssize_t end, const char* reason) {
    return make(ts, _PyExc_UnicodeEncodeError, encoding, object, start, end, reason);
}
Result<Ref<Object>> unicode_translate_error_new(ThreadState& ts, Object& object, Py_ssize_t start, Py_ssize_t end,
                                                const char* reason) {
    return make(ts, _PyExc_UnicodeTranslateError, nullptr, object, start, end, reason);
}

}  // namespace orochi

using namespace orochi;

extern "C" {
#define UNICODE_ERROR(NAME, KIND, DOC)                                                                             \
    EXCEPTION_TYPE(NAME, UnicodeError, PyUnicodeErrorObject, Slots, slot<unicode_error_str<Kind::KIND>>, nullptr,  \
                   MEMBER_TABLE(unicode_error_members), slot<unicode_error_init<Kind::KIND>>, slot<exception_new>, \
                   DOC)
UNICODE_ERROR(UnicodeEncodeError, kEncode, "Unicode encoding error.");
UNICODE_ERROR(UnicodeDecodeError, kDecode, "Unicode decoding error.");
UNICODE_ERROR(UnicodeTranslateError, kTranslate, "Unicode translation error.");
}
