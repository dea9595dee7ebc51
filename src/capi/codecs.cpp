// codecs.h.
#include "objects/codecs.hpp"

#include "objects/object.hpp"
#include "objects/tuple.hpp"

using namespace orochi;

namespace {

// Calls attribute `name` of a CodecInfo with the error handler's name, if any.
Result<Ref<Object>> make_incremental(ThreadState& ts, Object& codec, Object& name, const char* errors) {
    Ref<Object> factory = TRY(getattr(ts, codec, name));
    if (!errors) return call(ts, factory);
    Ref<Str> text = TRY(str_from_utf8(ts, errors));
    return call(ts, factory, text);
}
Result<Ref<Object>> codec_part(ThreadState& ts, const char* encoding, Py_ssize_t index) {
    Ref<Object> codec = TRY(codec_lookup(ts, encoding));
    return Ref<Object>::share(tuple_item(as<Tuple>(*codec), index));
}
Result<Ref<Object>> make_stream(ThreadState& ts, const char* encoding, Py_ssize_t index, Object& stream,
                                const char* errors) {
    Ref<Object> factory = TRY(codec_part(ts, encoding, index));
    if (!errors) return call(ts, factory, stream);
    Ref<Str> text = TRY(str_from_utf8(ts, errors));
    return call(ts, factory, stream, text);
}
Result<Ref<Object>> incremental(ThreadState& ts, const char* encoding, Object& name, const char* errors) {
    Ref<Object> codec = TRY(codec_lookup(ts, encoding));
    return make_incremental(ts, codec, name, errors);
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

PyObject* _PyCodec_LookupTextEncoding(const char*, const char*);
PyObject* _PyCodec_EncodeText(PyObject*, const char*, const char*);
PyObject* _PyCodec_DecodeText(PyObject*, const char*, const char*);
PyObject* _PyCodecInfo_GetIncrementalDecoder(PyObject*, const char*);
PyObject* _PyCodecInfo_GetIncrementalEncoder(PyObject*, const char*);

int PyCodec_Register(PyObject* search) {
    ThreadState& ts = current_thread();
    if (!search) {
        (void)raise(ts, PyExc_TypeError, "bad argument type for built-in operation");
        return -1;
    }
    return to_c(codec_register(ts, *search));
}
int PyCodec_Unregister(PyObject* search) { return to_c(codec_unregister(current_thread(), *search)); }
PyObject* _PyCodec_Lookup(const char* encoding) { return to_c(codec_lookup(current_thread(), encoding)); }
PyObject* _PyCodec_LookupTextEncoding(const char* encoding, const char* alternate) {
    return to_c(codec_lookup_text(current_thread(), encoding, alternate));
}
int PyCodec_KnownEncoding(const char* encoding) {
    ThreadState& ts = current_thread();
    Result<Ref<Object>> codec = codec_lookup(ts, encoding);
    if (codec.ok()) return 1;
    error_clear(ts);
    return 0;
}
PyObject* PyCodec_Encode(PyObject* object, const char* encoding, const char* errors) {
    return to_c(codec_encode(current_thread(), *object, encoding, errors));
}
PyObject* PyCodec_Decode(PyObject* object, const char* encoding, const char* errors) {
    return to_c(codec_decode(current_thread(), *object, encoding, errors));
}
PyObject* _PyCodec_EncodeText(PyObject* object, const char* encoding, const char* errors) {
    return to_c(codec_encode(current_thread(), *object, encoding, errors, true));
}
PyObject* _PyCodec_DecodeText(PyObject* object, const char* encoding, const char* errors) {
    return to_c(codec_decode(current_thread(), *object, encoding, errors, true));
}
PyObject* PyCodec_Encoder(const char* encoding) { return to_c(codec_part(current_thread(), encoding, 0)); }
PyObject* PyCodec_Decoder(const char* encoding) { return to_c(codec_part(current_thread(), encoding, 1)); }
PyObject* PyCodec_StreamReader(const char* encoding, PyObject* stream, const char* errors) {
    return to_c(make_stream(current_thread(), encoding, 2, *stream, errors));
}
PyObject* PyCodec_StreamWriter(const char* encoding, PyObject* stream, const char* errors) {
    return to_c(make_stream(current_thread(), encoding, 3, *stream, errors));
}
PyObject* PyCodec_IncrementalEncoder(const char* encoding, const char* errors) {
    return to_c(incremental(current_thread(), encoding, "incrementalencoder"_n, errors));
}
PyObject* PyCodec_IncrementalDecoder(const char* encoding, const char* errors) {
    return to_c(incremental(current_thread(), encoding, "incrementaldecoder"_n, errors));
}
PyObject* _PyCodecInfo_GetIncrementalEncoder(PyObject* codec, const char* errors) {
    return to_c(make_incremental(current_thread(), *codec, "incrementalencoder"_n, errors));
}
PyObject* _PyCodecInfo_GetIncrementalDecoder(PyObject* codec, const char* errors) {
    return to_c(make_incremental(current_thread(), *codec, "incrementaldecoder"_n, errors));
}
int PyCodec_RegisterError(const char* name, PyObject* handler) {
    return to_c(codec_register_error(current_thread(), name, *handler));
}
PyObject* PyCodec_LookupError(const char* name) { return to_c(codec_lookup_error(current_thread(), name)); }
PyObject* PyCodec_StrictErrors(PyObject* error) { return to_c(strict_errors(current_thread(), *error)); }
PyObject* PyCodec_IgnoreErrors(PyObject* error) { return to_c(ignore_errors(current_thread(), *error)); }
PyObject* PyCodec_ReplaceErrors(PyObject* error) { return to_c(replace_errors(current_thread(), *error)); }
PyObject* PyCodec_XMLCharRefReplaceErrors(PyObject* error) {
    return to_c(xmlcharrefreplace_errors(current_thread(), *error));
}
PyObject* PyCodec_BackslashReplaceErrors(PyObject* error) {
    return to_c(backslashreplace_errors(current_thread(), *error));
}
PyObject* PyCodec_NameReplaceErrors(PyObject* error) { return to_c(namereplace_errors(current_thread(), *error)); }

const char* Py_hexdigits = "0123456789abcdef";

}  // extern "C"
#pragma GCC visibility pop
