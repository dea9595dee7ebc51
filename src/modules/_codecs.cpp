// _codecs: the registry, the error handlers and the built-in encodings, for the module `codecs`.
#include "objects/codecs.hpp"

#include "modules/heap_type.hpp"
#include "objects/byte_builder.hpp"
#include "objects/byte_strings.hpp"
#include "objects/int.hpp"
#include "objects/str_internal.hpp"

namespace orochi {

namespace {

// An error handler's name, or None for "strict".
Result<const char*> errors_name(ThreadState& ts, Object* errors, const char* function) {
    if (!errors || is_none(errors)) return static_cast<const char*>(nullptr);
    if (!PyUnicode_Check(errors))
        return raise(ts, PyExc_TypeError, "%s() argument 2 must be str or None, not %T", function, errors);
    return codec_argument(ts, as<Str>(errors));
}

// Bytes, or a str as its UTF-8.
struct TextOrBytes {
    BufferView buffer;
    std::string_view view;
    Result<void> set(ThreadState& ts, Object& data) {
        if (PyUnicode_Check(&data)) {
            view = TRY(str_utf8(ts, as<Str>(data)));
            return {};
        }
        TRY(get_buffer(ts, data, buffer.raw(), PyBUF_SIMPLE));
        view = buffer.text();
        return {};
    }
};

Result<Ref<Object>> with_length(ThreadState& ts, Ref<Object>&& result, Py_ssize_t length) {
    Ref<Object> number = TRY(int_from(ts, length));
    return tuple_of(ts, result, number);
}

Result<void> codecs_register(ThreadState& ts, Object&, Object& search) { return codec_register(ts, search); }
Result<void> codecs_unregister(ThreadState& ts, Object&, Object& search) { return codec_unregister(ts, search); }
Result<Ref<Object>> codecs_lookup(ThreadState& ts, Object&, Str& encoding) {
    const char* name = TRY(codec_argument(ts, &encoding));
    return codec_lookup(ts, name);
}
Result<Ref<Object>> codecs_encode(ThreadState& ts, Object&, Object& object, Str* encoding, Str* errors) {
    const char* name = TRY(codec_argument(ts, encoding));
    const char* handler = TRY(codec_argument(ts, errors));
    return codec_encode(ts, object, name ? name : "utf-8", handler);
}
Result<Ref<Object>> codecs_decode(ThreadState& ts, Object&, Object& object, Str* encoding, Str* errors) {
    const char* name = TRY(codec_argument(ts, encoding));
    const char* handler = TRY(codec_argument(ts, errors));
    return codec_decode(ts, object, name ? name : "utf-8", handler);
}
Result<void> codecs_register_error(ThreadState& ts, Object&, Str& errors, Object& handler) {
    const char* name = TRY(codec_argument(ts, &errors));
    return codec_register_error(ts, name, handler);
}
Result<Ref<Object>> codecs_lookup_error(ThreadState& ts, Object&, Str& errors) {
    const char* name = TRY(codec_argument(ts, &errors));
    return codec_lookup_error(ts, name);
}

Result<Ref<Object>> codecs_escape_decode(ThreadState& ts, Object&, Object& data, Object* errors) {
    const char* handler = TRY(errors_name(ts, errors, "escape_decode"));
    TextOrBytes input;
    TRY(input.set(ts, data));
    Ref<Bytes> result = TRY(decode_bytes_escape(ts, input.view, handler));
    return with_length(ts, std::move(result), Py_ssize_t(input.view.size()));
}
Result<Ref<Object>> codecs_escape_encode(ThreadState& ts, Object&, Bytes& data, Object* errors) {
    (void)TRY(errors_name(ts, errors, "escape_encode"));
    static constexpr char digits[] = "0123456789abcdef";
    ByteBuilder out(ts);
    for (char c : bytes_view(data)) {
        auto byte = static_cast<unsigned char>(c);
        if (c == '\'' || c == '\\' || c == '\t' || c == '\n' || c == '\r') {
            char pair[2] = {'\\', c == '\t' ? 't' : c == '\n' ? 'n' : c == '\r' ? 'r' : c};
            TRY(out.append({pair, 2}));
        } else if (byte < ' ' || byte >= 0x7F) {
            char escape[4] = {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
            TRY(out.append({escape, 4}));
        } else {
            TRY(out.append(c));
        }
    }
    Ref<Bytes> result = TRY(out.finish());
    return with_length(ts, std::move(result), data.ob_base.ob_size);
}

#define DECODER(NAME, CALL)                                                                                \
    Result<Ref<Object>> codecs_##NAME##_decode(ThreadState& ts, Object&, BufferView& data, Object* errors, \
                                               bool final) {                                               \
        const char* handler = TRY(errors_name(ts, errors, #NAME "_decode"));                               \
        std::string_view bytes = data.text();                                                              \
        Py_ssize_t consumed = data.size();                                                                 \
        int order = 0;                                                                                     \
        (void)order;                                                                                       \
        Ref<Str> text = TRY(CALL);                                                                         \
        return with_length(ts, std::move(text), consumed);                                                 \
    }
DECODER(utf_8, decode_utf8(ts, bytes, handler, final, final ? nullptr : &consumed))
DECODER(utf_7, decode_utf7(ts, bytes, handler, final, final ? nullptr : &consumed))
DECODER(utf_16, decode_utf16(ts, bytes, handler, order, final, final ? nullptr : &consumed))
DECODER(utf_16_le, decode_utf16(ts, bytes, handler, order = -1, final, final ? nullptr : &consumed))
DECODER(utf_16_be, decode_utf16(ts, bytes, handler, order = 1, final, final ? nullptr : &consumed))
DECODER(utf_32, decode_utf32(ts, bytes, handler, order, final, final ? nullptr : &consumed))
DECODER(utf_32_le, decode_utf32(ts, bytes, handler, order = -1, final, final ? nullptr : &consumed))
DECODER(utf_32_be, decode_utf32(ts, bytes, handler, order = 1, final, final ? nullptr : &consumed))
#undef DECODER

Result<Ref<Object>> with_order(ThreadState& ts, Ref<Str>&& text, Py_ssize_t consumed, int order) {
    Ref<Object> number = TRY(int_from(ts, consumed));
    Ref<Object> found = TRY(int_from(ts, order));
    return tuple_of(ts, text, number, found);
}
Result<Ref<Object>> codecs_utf_16_ex_decode(ThreadState& ts, Object&, BufferView& data, Object* errors, int order,
                                            bool final) {
    const char* handler = TRY(errors_name(ts, errors, "utf_16_ex_decode"));
    Py_ssize_t consumed = data.size();
    Ref<Str> text = TRY(decode_utf16(ts, data.text(), handler, order, final, final ? nullptr : &consumed));
    return with_order(ts, std::move(text), consumed, order);
}
Result<Ref<Object>> codecs_utf_32_ex_decode(ThreadState& ts, Object&, BufferView& data, Object* errors, int order,
                                            bool final) {
    const char* handler = TRY(errors_name(ts, errors, "utf_32_ex_decode"));
    Py_ssize_t consumed = data.size();
    Ref<Str> text = TRY(decode_utf32(ts, data.text(), handler, order, final, final ? nullptr : &consumed));
    return with_order(ts, std::move(text), consumed, order);
}

Result<Ref<Object>> codecs_unicode_escape_decode(ThreadState& ts, Object&, Object& data, Object* errors, bool final) {
    const char* handler = TRY(errors_name(ts, errors, "unicode_escape_decode"));
    TextOrBytes input;
    TRY(input.set(ts, data));
    Py_ssize_t consumed = Py_ssize_t(input.view.size());
    Ref<Str> text = TRY(decode_unicode_escape(ts, input.view, handler, final, final ? nullptr : &consumed));
    return with_length(ts, std::move(text), consumed);
}
Result<Ref<Object>> codecs_raw_unicode_escape_decode(ThreadState& ts, Object&, Object& data, Object* errors,
                                                     bool final) {
    const char* handler = TRY(errors_name(ts, errors, "raw_unicode_escape_decode"));
    TextOrBytes input;
    TRY(input.set(ts, data));
    Py_ssize_t consumed = Py_ssize_t(input.view.size());
    Ref<Str> text = TRY(decode_raw_unicode_escape(ts, input.view, handler, final, final ? nullptr : &consumed));
    return with_length(ts, std::move(text), consumed);
}
Result<Ref<Object>> codecs_latin_1_decode(ThreadState& ts, Object&, BufferView& data, Object* errors) {
    (void)TRY(errors_name(ts, errors, "latin_1_decode"));
    Ref<Str> text = TRY(decode_latin1(ts, data.text()));
    return with_length(ts, std::move(text), data.size());
}
Result<Ref<Object>> codecs_ascii_decode(ThreadState& ts, Object&, BufferView& data, Object* errors) {
    const char* handler = TRY(errors_name(ts, errors, "ascii_decode"));
    Ref<Str> text = TRY(decode_ascii(ts, data.text(), handler));
    return with_length(ts, std::move(text), data.size());
}
Result<Ref<Object>> codecs_charmap_decode(ThreadState& ts, Object&, BufferView& data, Object* errors, Object* mapping) {
    const char* handler = TRY(errors_name(ts, errors, "charmap_decode"));
    Ref<Str> text = TRY(decode_charmap(ts, data.text(), mapping, handler));
    return with_length(ts, std::move(text), data.size());
}

#define ENCODER(NAME, CALL)                                                                           \
    Result<Ref<Object>> codecs_##NAME##_encode(ThreadState& ts, Object&, Str& text, Object* errors) { \
        const char* handler = TRY(errors_name(ts, errors, #NAME "_encode"));                          \
        (void)handler;                                                                                \
        Ref<Bytes> bytes = TRY(CALL);                                                                 \
        return with_length(ts, std::move(bytes), str_length(text));                                   \
    }
ENCODER(utf_8, encode_utf8(ts, text, handler))
ENCODER(utf_7, encode_utf7(ts, text, false, false))
ENCODER(utf_16_le, encode_utf16(ts, text, handler, -1))
ENCODER(utf_16_be, encode_utf16(ts, text, handler, 1))
ENCODER(utf_32_le, encode_utf32(ts, text, handler, -1))
ENCODER(utf_32_be, encode_utf32(ts, text, handler, 1))
ENCODER(unicode_escape, encode_unicode_escape(ts, text))
ENCODER(raw_unicode_escape, encode_raw_unicode_escape(ts, text))
ENCODER(latin_1, encode_latin1(ts, text, handler))
ENCODER(ascii, encode_ascii(ts, text, handler))
#undef ENCODER

Result<Ref<Object>> codecs_utf_16_encode(ThreadState& ts, Object&, Str& text, Object* errors, int order) {
    const char* handler = TRY(errors_name(ts, errors, "utf_16_encode"));
    Ref<Bytes> bytes = TRY(encode_utf16(ts, text, handler, order));
    return with_length(ts, std::move(bytes), str_length(text));
}
Result<Ref<Object>> codecs_utf_32_encode(ThreadState& ts, Object&, Str& text, Object* errors, int order) {
    const char* handler = TRY(errors_name(ts, errors, "utf_32_encode"));
    Ref<Bytes> bytes = TRY(encode_utf32(ts, text, handler, order));
    return with_length(ts, std::move(bytes), str_length(text));
}
Result<Ref<Object>> codecs_charmap_encode(ThreadState& ts, Object&, Str& text, Object* errors, Object* mapping) {
    const char* handler = TRY(errors_name(ts, errors, "charmap_encode"));
    Ref<Bytes> bytes = TRY(encode_charmap(ts, text, mapping, handler));
    return with_length(ts, std::move(bytes), str_length(text));
}
Result<Ref<Object>> codecs_charmap_build(ThreadState& ts, Object&, Str& map) { return build_encoding_map(ts, map); }
Result<Ref<Object>> codecs_readbuffer_encode(ThreadState& ts, Object&, Object& data, Object* errors) {
    (void)TRY(errors_name(ts, errors, "readbuffer_encode"));
    TextOrBytes input;
    TRY(input.set(ts, data));
    Ref<Bytes> bytes = TRY(bytes_from(ts, input.view));
    return with_length(ts, std::move(bytes), Py_ssize_t(input.view.size()));
}

constexpr MethodDef functions[] = {
    METHOD("register($module, search_function, /)", codecs_register,
           "Register a codec search function.\n"
           "\n"
           "Search functions are expected to take one argument, the encoding name in\n"
           "all lower case letters, and either return None, or a tuple of functions\n"
           "(encoder, decoder, stream_reader, stream_writer) (or a CodecInfo object)."),
    METHOD("unregister($module, search_function, /)", codecs_unregister,
           "Unregister a codec search function and clear the registry's cache.\n"
           "\n"
           "If the search function is not registered, do nothing."),
    METHOD("lookup($module, encoding, /)", codecs_lookup,
           "Looks up a codec tuple in the Python codec registry and returns a CodecInfo object."),
    METHOD("encode($module, /, obj, encoding='utf-8', errors='strict')", codecs_encode,
           "Encodes obj using the codec registered for encoding.\n"
           "\n"
           "The default encoding is 'utf-8'.  errors may be given to set a\n"
           "different error handling scheme.  Default is 'strict' meaning that encoding\n"
           "errors raise a ValueError.  Other possible values are 'ignore', 'replace'\n"
           "and 'backslashreplace' as well as any other name registered with\n"
           "codecs.register_error that can handle ValueErrors."),
    METHOD("decode($module, /, obj, encoding='utf-8', errors='strict')", codecs_decode,
           "Decodes obj using the codec registered for encoding.\n"
           "\n"
           "Default encoding is 'utf-8'.  errors may be given to set a\n"
           "different error handling scheme.  Default is 'strict' meaning that encoding\n"
           "errors raise a ValueError.  Other possible values are 'ignore', 'replace'\n"
           "and 'backslashreplace' as well as any other name registered with\n"
           "codecs.register_error that can handle ValueErrors."),
    METHOD_NODOC("escape_encode($module, data, errors=None, /)", codecs_escape_encode),
    METHOD_NODOC("escape_decode($module, data, errors=None, /)", codecs_escape_decode),
    METHOD_NODOC("utf_8_encode($module, str, errors=None, /)", codecs_utf_8_encode),
    METHOD_NODOC("utf_8_decode($module, data, errors=None, final=False, /)", codecs_utf_8_decode),
    METHOD_NODOC("utf_7_encode($module, str, errors=None, /)", codecs_utf_7_encode),
    METHOD_NODOC("utf_7_decode($module, data, errors=None, final=False, /)", codecs_utf_7_decode),
    METHOD_NODOC("utf_16_encode($module, str, errors=None, byteorder=0, /)", codecs_utf_16_encode),
    METHOD_NODOC("utf_16_le_encode($module, str, errors=None, /)", codecs_utf_16_le_encode),
    METHOD_NODOC("utf_16_be_encode($module, str, errors=None, /)", codecs_utf_16_be_encode),
    METHOD_NODOC("utf_16_decode($module, data, errors=None, final=False, /)", codecs_utf_16_decode),
    METHOD_NODOC("utf_16_le_decode($module, data, errors=None, final=False, /)", codecs_utf_16_le_decode),
    METHOD_NODOC("utf_16_be_decode($module, data, errors=None, final=False, /)", codecs_utf_16_be_decode),
    METHOD_NODOC("utf_16_ex_decode($module, data, errors=None, byteorder=0, final=False, /)", codecs_utf_16_ex_decode),
    METHOD_NODOC("utf_32_encode($module, str, errors=None, byteorder=0, /)", codecs_utf_32_encode),
    METHOD_NODOC("utf_32_le_encode($module, str, errors=None, /)", codecs_utf_32_le_encode),
    METHOD_NODOC("utf_32_be_encode($module, str, errors=None, /)", codecs_utf_32_be_encode),
    METHOD_NODOC("utf_32_decode($module, data, errors=None, final=False, /)", codecs_utf_32_decode),
    METHOD_NODOC("utf_32_le_decode($module, data, errors=None, final=False, /)", codecs_utf_32_le_decode),
    METHOD_NODOC("utf_32_be_decode($module, data, errors=None, final=False, /)", codecs_utf_32_be_decode),
    METHOD_NODOC("utf_32_ex_decode($module, data, errors=None, byteorder=0, final=False, /)", codecs_utf_32_ex_decode),
    METHOD_NODOC("unicode_escape_encode($module, str, errors=None, /)", codecs_unicode_escape_encode),
    METHOD_NODOC("unicode_escape_decode($module, data, errors=None, final=True, /)", codecs_unicode_escape_decode),
    METHOD_NODOC("raw_unicode_escape_encode($module, str, errors=None, /)", codecs_raw_unicode_escape_encode),
    METHOD_NODOC("raw_unicode_escape_decode($module, data, errors=None, final=True, /)",
                 codecs_raw_unicode_escape_decode),
    METHOD_NODOC("latin_1_encode($module, str, errors=None, /)", codecs_latin_1_encode),
    METHOD_NODOC("latin_1_decode($module, data, errors=None, /)", codecs_latin_1_decode),
    METHOD_NODOC("ascii_encode($module, str, errors=None, /)", codecs_ascii_encode),
    METHOD_NODOC("ascii_decode($module, data, errors=None, /)", codecs_ascii_decode),
    METHOD_NODOC("charmap_encode($module, str, errors=None, mapping=None, /)", codecs_charmap_encode),
    METHOD_NODOC("charmap_decode($module, data, errors=None, mapping=None, /)", codecs_charmap_decode),
    METHOD_NODOC("charmap_build($module, map, /)", codecs_charmap_build),
    METHOD_NODOC("readbuffer_encode($module, data, errors=None, /)", codecs_readbuffer_encode),
    METHOD("register_error($module, errors, handler, /)", codecs_register_error,
           "Register the specified error handler under the name errors.\n"
           "\n"
           "handler must be a callable object, that will be called with an exception\n"
           "instance containing information about the location of the encoding/decoding\n"
           "error and must return a (replacement, new position) tuple."),
    METHOD("lookup_error($module, name, /)", codecs_lookup_error,
           "lookup_error(errors) -> handler\n"
           "\n"
           "Return the error handler for the specified error handling name or raise a\n"
           "LookupError, if no handler exists under this name."),
    METHOD_END,
};

constinit PyModuleDef_Slot slots[] = {{0, nullptr}};

}  // namespace

PyModuleDef codecs_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_codecs",
    .m_methods = METHOD_TABLE(functions),
    .m_slots = slots,
};

}  // namespace orochi
