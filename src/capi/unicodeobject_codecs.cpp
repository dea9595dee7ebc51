// str (unicodeobject.h): encoding and decoding.
#include "base/search.hpp"
#include "capi/text.hpp"
#include "objects/object.hpp"
#include "objects/paths.hpp"
#include "state/config.hpp"

using namespace orochi;
using namespace orochi::capi;

namespace {

std::string_view sized(const char* text, Py_ssize_t size) { return {text ? text : "", size_t(size)}; }

// Text in the locale's encoding; `errors` is strict or surrogateescape.
Object* from_locale(std::string_view bytes, const char* errors) {
    ThreadState& ts = current_thread();
    bool escape = errors && strcmp(errors, "surrogateescape") == 0;
    if (errors && !escape && strcmp(errors, "strict") != 0) {
        (void)raise(ts, PyExc_ValueError, "only 'strict' and 'surrogateescape' error handlers are supported, not '%s'",
                    errors);
        return nullptr;
    }
    std::wstring text = decode_locale(bytes);
    if (!escape) {
        for (wchar_t c : text)
            if (c >= 0xDC80 && c <= 0xDCFF)
                return to_c(str_decode(ts, bytes, "utf-8", "strict"));  // names the place of the error
    }
    return to_c(str_from_ucs(ts, 4, text.data(), Py_ssize_t(text.size())));
}

Object* with_str(Object* object, Result<Ref<Bytes>> (*f)(ThreadState&, Str&, const char*), const char* errors) {
    ThreadState& ts = current_thread();
    return check_str(ts, object) ? to_c(f(ts, as<Str>(*object), errors)) : nullptr;
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

PyObject* _PyUnicode_AsASCIIString(PyObject*, const char*);
PyObject* _PyUnicode_AsLatin1String(PyObject*, const char*);
PyObject* _PyUnicode_AsUTF8String(PyObject*, const char*);
PyObject* _PyUnicode_EncodeCharmap(PyObject*, PyObject*, const char*);
PyObject* _PyUnicode_EncodeUTF16(PyObject*, const char*, int);
PyObject* _PyUnicode_EncodeUTF32(PyObject*, const char*, int);
PyObject* _PyUnicode_EncodeUTF7(PyObject*, int, int, const char*);
PyObject* _PyUnicode_DecodeRawUnicodeEscapeStateful(const char*, Py_ssize_t, const char*, Py_ssize_t*);
PyObject* _PyUnicode_DecodeUnicodeEscapeStateful(const char*, Py_ssize_t, const char*, Py_ssize_t*);
PyObject* _PyUnicode_DecodeUnicodeEscapeInternal(const char*, Py_ssize_t, const char*, Py_ssize_t*, const char**);
PyObject* _PyUnicode_DecodeUnicodeEscapeInternal2(const char*, Py_ssize_t, const char*, Py_ssize_t*, int*,
                                                  const char**);

const char* PyUnicode_GetDefaultEncoding() { return "utf-8"; }

PyObject* PyUnicode_Decode(const char* text, Py_ssize_t size, const char* encoding, const char* errors) {
    return to_c(str_decode(current_thread(), sized(text, size), encoding, errors));
}
PyObject* PyUnicode_AsEncodedString(PyObject* object, const char* encoding, const char* errors) {
    ThreadState& ts = current_thread();
    return check_str(ts, object) ? to_c(str_encode(ts, as<Str>(*object), encoding, errors)) : nullptr;
}
PyObject* PyUnicode_AsDecodedObject(PyObject* object, const char* encoding, const char* errors) {
    ThreadState& ts = current_thread();
    return check_str(ts, object) ? to_c(codec_decode(ts, *object, encoding ? encoding : "utf-8", errors)) : nullptr;
}
PyObject* PyUnicode_AsDecodedUnicode(PyObject* object, const char* encoding, const char* errors) {
    ThreadState& ts = current_thread();
    Object* result = PyUnicode_AsDecodedObject(object, encoding, errors);
    if (!result || PyUnicode_Check(result)) return result;
    (void)raise(ts, PyExc_TypeError,
                "'%.400s' decoder returned '%T' instead of 'str'; use codecs.decode() to decode to arbitrary types",
                encoding ? encoding : "utf-8", result);
    decref(*result);
    return nullptr;
}
PyObject* PyUnicode_AsEncodedObject(PyObject* object, const char* encoding, const char* errors) {
    ThreadState& ts = current_thread();
    return check_str(ts, object) ? to_c(codec_encode(ts, *object, encoding ? encoding : "utf-8", errors)) : nullptr;
}
PyObject* PyUnicode_AsEncodedUnicode(PyObject* object, const char* encoding, const char* errors) {
    ThreadState& ts = current_thread();
    Object* result = PyUnicode_AsEncodedObject(object, encoding, errors);
    if (!result || PyUnicode_Check(result)) return result;
    (void)raise(ts, PyExc_TypeError,
                "'%.400s' encoder returned '%T' instead of 'str'; use codecs.encode() to encode to arbitrary types",
                encoding ? encoding : "utf-8", result);
    decref(*result);
    return nullptr;
}

PyObject* PyUnicode_DecodeUTF8(const char* text, Py_ssize_t size, const char* errors) {
    return to_c(decode_utf8(current_thread(), sized(text, size), errors));
}
PyObject* PyUnicode_DecodeUTF8Stateful(const char* text, Py_ssize_t size, const char* errors, Py_ssize_t* consumed) {
    return to_c(decode_utf8(current_thread(), sized(text, size), errors, !consumed, consumed));
}
PyObject* PyUnicode_AsUTF8String(PyObject* object) { return with_str(object, encode_utf8, nullptr); }
PyObject* _PyUnicode_AsUTF8String(PyObject* object, const char* errors) {
    return with_str(object, encode_utf8, errors);
}

PyObject* PyUnicode_DecodeUTF7(const char* text, Py_ssize_t size, const char* errors) {
    return to_c(decode_utf7(current_thread(), sized(text, size), errors));
}
PyObject* PyUnicode_DecodeUTF7Stateful(const char* text, Py_ssize_t size, const char* errors, Py_ssize_t* consumed) {
    return to_c(decode_utf7(current_thread(), sized(text, size), errors, !consumed, consumed));
}
PyObject* _PyUnicode_EncodeUTF7(PyObject* object, int set_o, int white_space, const char*) {
    ThreadState& ts = current_thread();
    return check_str(ts, object) ? to_c(encode_utf7(ts, as<Str>(*object), set_o, white_space)) : nullptr;
}

PyObject* PyUnicode_DecodeUTF16Stateful(const char* text, Py_ssize_t size, const char* errors, int* byteorder,
                                        Py_ssize_t* consumed) {
    int order = byteorder ? *byteorder : 0;
    Object* result = to_c(decode_utf16(current_thread(), sized(text, size), errors, order, !consumed, consumed));
    if (byteorder) *byteorder = order;
    return result;
}
PyObject* PyUnicode_DecodeUTF16(const char* text, Py_ssize_t size, const char* errors, int* byteorder) {
    return PyUnicode_DecodeUTF16Stateful(text, size, errors, byteorder, nullptr);
}
PyObject* PyUnicode_DecodeUTF32Stateful(const char* text, Py_ssize_t size, const char* errors, int* byteorder,
                                        Py_ssize_t* consumed) {
    int order = byteorder ? *byteorder : 0;
    Object* result = to_c(decode_utf32(current_thread(), sized(text, size), errors, order, !consumed, consumed));
    if (byteorder) *byteorder = order;
    return result;
}
PyObject* PyUnicode_DecodeUTF32(const char* text, Py_ssize_t size, const char* errors, int* byteorder) {
    return PyUnicode_DecodeUTF32Stateful(text, size, errors, byteorder, nullptr);
}
PyObject* _PyUnicode_EncodeUTF16(PyObject* object, const char* errors, int order) {
    ThreadState& ts = current_thread();
    return check_str(ts, object) ? to_c(encode_utf16(ts, as<Str>(*object), errors, order)) : nullptr;
}
PyObject* _PyUnicode_EncodeUTF32(PyObject* object, const char* errors, int order) {
    ThreadState& ts = current_thread();
    return check_str(ts, object) ? to_c(encode_utf32(ts, as<Str>(*object), errors, order)) : nullptr;
}
PyObject* PyUnicode_AsUTF16String(PyObject* object) { return _PyUnicode_EncodeUTF16(object, nullptr, 0); }
PyObject* PyUnicode_AsUTF32String(PyObject* object) { return _PyUnicode_EncodeUTF32(object, nullptr, 0); }

PyObject* PyUnicode_DecodeASCII(const char* text, Py_ssize_t size, const char* errors) {
    return to_c(decode_ascii(current_thread(), sized(text, size), errors));
}
PyObject* PyUnicode_AsASCIIString(PyObject* object) { return with_str(object, encode_ascii, nullptr); }
PyObject* _PyUnicode_AsASCIIString(PyObject* object, const char* errors) {
    return with_str(object, encode_ascii, errors);
}
PyObject* PyUnicode_DecodeLatin1(const char* text, Py_ssize_t size, const char*) {
    return to_c(decode_latin1(current_thread(), sized(text, size)));
}
PyObject* PyUnicode_AsLatin1String(PyObject* object) { return with_str(object, encode_latin1, nullptr); }
PyObject* _PyUnicode_AsLatin1String(PyObject* object, const char* errors) {
    return with_str(object, encode_latin1, errors);
}

PyObject* PyUnicode_DecodeCharmap(const char* text, Py_ssize_t size, PyObject* mapping, const char* errors) {
    return to_c(decode_charmap(current_thread(), sized(text, size), mapping, errors));
}
PyObject* _PyUnicode_EncodeCharmap(PyObject* object, PyObject* mapping, const char* errors) {
    ThreadState& ts = current_thread();
    return check_str(ts, object) ? to_c(encode_charmap(ts, as<Str>(*object), mapping, errors)) : nullptr;
}
PyObject* PyUnicode_AsCharmapString(PyObject* object, PyObject* mapping) {
    if (!mapping) {
        (void)raise(current_thread(), PyExc_TypeError, "bad argument type for built-in operation");
        return nullptr;
    }
    return _PyUnicode_EncodeCharmap(object, mapping, nullptr);
}
PyObject* PyUnicode_BuildEncodingMap(PyObject* table) {
    ThreadState& ts = current_thread();
    return check_str(ts, table) ? to_c(build_encoding_map(ts, as<Str>(*table))) : nullptr;
}

PyObject* PyUnicode_DecodeUnicodeEscape(const char* text, Py_ssize_t size, const char* errors) {
    return to_c(decode_unicode_escape(current_thread(), sized(text, size), errors));
}
PyObject* _PyUnicode_DecodeUnicodeEscapeStateful(const char* text, Py_ssize_t size, const char* errors,
                                                 Py_ssize_t* consumed) {
    return to_c(decode_unicode_escape(current_thread(), sized(text, size), errors, !consumed, consumed));
}
PyObject* _PyUnicode_DecodeUnicodeEscapeInternal2(const char* text, Py_ssize_t size, const char* errors,
                                                  Py_ssize_t* consumed, int* first_invalid_char,
                                                  const char** first_invalid) {
    Py_ssize_t at = -1;
    Object* result = to_c(decode_unicode_escape(current_thread(), sized(text, size), errors, !consumed, consumed, &at));
    *first_invalid_char = -1;
    *first_invalid = nullptr;
    if (at >= 0) {
        *first_invalid = text + at;
        *first_invalid_char = static_cast<unsigned char>(text[at]);
    }
    return result;
}
PyObject* _PyUnicode_DecodeUnicodeEscapeInternal(const char* text, Py_ssize_t size, const char* errors,
                                                 Py_ssize_t* consumed, const char** first_invalid) {
    int c;
    return _PyUnicode_DecodeUnicodeEscapeInternal2(text, size, errors, consumed, &c, first_invalid);
}
PyObject* PyUnicode_AsUnicodeEscapeString(PyObject* object) {
    ThreadState& ts = current_thread();
    return check_str(ts, object) ? to_c(encode_unicode_escape(ts, as<Str>(*object))) : nullptr;
}
PyObject* PyUnicode_DecodeRawUnicodeEscape(const char* text, Py_ssize_t size, const char* errors) {
    return to_c(decode_raw_unicode_escape(current_thread(), sized(text, size), errors));
}
PyObject* _PyUnicode_DecodeRawUnicodeEscapeStateful(const char* text, Py_ssize_t size, const char* errors,
                                                    Py_ssize_t* consumed) {
    return to_c(decode_raw_unicode_escape(current_thread(), sized(text, size), errors, !consumed, consumed));
}
PyObject* PyUnicode_AsRawUnicodeEscapeString(PyObject* object) {
    ThreadState& ts = current_thread();
    return check_str(ts, object) ? to_c(encode_raw_unicode_escape(ts, as<Str>(*object))) : nullptr;
}

// -- File names and the locale. ---------------------------------------------------------------------------------------

PyObject* PyUnicode_DecodeFSDefaultAndSize(const char* text, Py_ssize_t size) {
    return to_c(str_decode_filesystem(current_thread(), sized(text, size)));
}
PyObject* PyUnicode_DecodeFSDefault(const char* text) {
    return PyUnicode_DecodeFSDefaultAndSize(text, Py_ssize_t(strlen(text)));
}
PyObject* PyUnicode_EncodeFSDefault(PyObject* object) {
    ThreadState& ts = current_thread();
    return check_str(ts, object) ? to_c(str_encode_filesystem(ts, as<Str>(*object))) : nullptr;
}
PyObject* PyUnicode_DecodeLocaleAndSize(const char* text, Py_ssize_t size, const char* errors) {
    if (memchr(text, 0, size_t(size))) {
        (void)raise(current_thread(), PyExc_ValueError, "embedded null byte");
        return nullptr;
    }
    return from_locale(sized(text, size), errors);
}
PyObject* PyUnicode_DecodeLocale(const char* text, const char* errors) { return from_locale(text, errors); }
PyObject* PyUnicode_EncodeLocale(PyObject* object, const char* errors) {
    ThreadState& ts = current_thread();
    if (!check_str(ts, object)) return nullptr;
    wchar_t* wide = PyUnicode_AsWideCharString(object, nullptr);
    if (!wide) return nullptr;
    std::string bytes;
    bool fits = encode_locale(wide, bytes);
    PyMem_Free(wide);
    if (!fits) return to_c(str_encode(ts, as<Str>(*object), "ascii", errors ? errors : "strict"));
    return to_c(bytes_from(ts, bytes));
}

// Converters of PyArg_Parse ("O&"). A null argument asks for the clean-up of a conversion before.
int PyUnicode_FSConverter(PyObject* argument, void* place) {
    auto** out = static_cast<Object**>(place);
    if (!argument) {
        clear(*out);
        return 1;
    }
    *out = obj(TRY_OR(0, filesystem_bytes(current_thread(), *argument)).release());
    return Py_CLEANUP_SUPPORTED;
}
int PyUnicode_FSDecoder(PyObject* argument, void* place) {
    auto** out = static_cast<Object**>(place);
    if (!argument) {
        clear(*out);
        return 1;
    }
    *out = obj(TRY_OR(0, lenient_filesystem_text(current_thread(), *argument)).release());
    return Py_CLEANUP_SUPPORTED;
}

}  // extern "C"
#pragma GCC visibility pop
