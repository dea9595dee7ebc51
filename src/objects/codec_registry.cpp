// The registry of codecs and error handlers, and conversions by name.
#include "objects/codec_errors.hpp"
#include "objects/descriptor.hpp"
#include "objects/dict.hpp"
#include "objects/exceptions.hpp"
#include "objects/list.hpp"
#include "objects/module.hpp"
#include "objects/native.hpp"
#include "objects/str_internal.hpp"
#include "objects/type.hpp"
#include "state/config.hpp"
#include "state/start_image.hpp"

namespace orochi {

namespace {

constexpr const char* strict_doc =
    "Implements the 'strict' error handling, which raises a UnicodeError on coding errors.";
constexpr MethodDef error_handlers[] = {
    METHOD_PLAIN("strict_errors(exception, /)", strict_errors, strict_doc),
    METHOD_PLAIN("ignore_errors(exception, /)", ignore_errors,
                 "Implements the 'ignore' error handling, which ignores malformed data and continues."),
    METHOD_PLAIN("replace_errors(exception, /)", replace_errors,
                 "Implements the 'replace' error handling, which replaces malformed data with a replacement marker."),
    METHOD_PLAIN("xmlcharrefreplace_errors(exception, /)", xmlcharrefreplace_errors,
                 "Implements the 'xmlcharrefreplace' error handling, which replaces an unencodable character with the "
                 "appropriate XML character reference."),
    METHOD_PLAIN("backslashreplace_errors(exception, /)", backslashreplace_errors,
                 "Implements the 'backslashreplace' error handling, which replaces malformed data with a backslashed "
                 "escape sequence."),
    METHOD_PLAIN("namereplace_errors(exception, /)", namereplace_errors,
                 "Implements the 'namereplace' error handling, which replaces an unencodable character with a "
                 "\\N{...} escape sequence."),
    METHOD_PLAIN("surrogatepass(exception, /)", surrogatepass_errors, nullptr),
    METHOD_PLAIN("surrogateescape(exception, /)", surrogateescape_errors, nullptr),
};
constexpr const char* handler_names[] = {"strict",           "ignore",      "replace",       "xmlcharrefreplace",
                                         "backslashreplace", "namereplace", "surrogatepass", "surrogateescape"};

// The error registry alone is ready from the start; the search path wants the `encodings` package.
Result<Dict*> error_registry(ThreadState& ts) {
    Interpreter& interpreter = ts.interpreter();
    if (!interpreter.codec_error_registry) {
        Ref<Dict> registry = TRY(dict_new(ts));
        for (size_t i = 0; i < std::size(handler_names); ++i) {
            Ref<Object> function = TRY(native_function_new(ts, *METHOD_TABLE(&error_handlers[i]), nullptr, nullptr));
            TRY(dict_set_text(ts, registry, handler_names[i], function));
        }
        interpreter.codec_error_registry = obj(std::move(registry).release());
    }
    return as<Dict>(interpreter.codec_error_registry);
}

Result<void> registry_ready(ThreadState& ts) {
    Interpreter& interpreter = ts.interpreter();
    if (!interpreter.codec_search_path) start_image_load_member(interpreter, &interpreter.codec_search_path);
    if (interpreter.codec_search_path) return {};
    Ref<Dict> cache = TRY(dict_new(ts));
    Ref<List> path = TRY(list_new(ts, 0));
    (void)TRY(error_registry(ts));
    assign(interpreter.codec_search_cache, std::move(cache));
    assign(interpreter.codec_search_path, std::move(path));
    Ref<Object> package = TRY(import_module(ts, "encodings"_n));
    return {};
}

}  // namespace

std::string normalize_encoding_name(std::string_view name) {
    std::string result;
    bool gap = false;
    for (char c : name) {
        bool upper = c >= 'A' && c <= 'Z';
        if (upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.') {
            if (gap && !result.empty()) result += '_';
            gap = false;
            result += upper ? char(c + 32) : c;
        } else {
            gap = true;
        }
    }
    return result;
}

Result<void> codec_register(ThreadState& ts, Object& search_function) {
    TRY(registry_ready(ts));
    if (!is_callable(search_function)) return raise(ts, PyExc_TypeError, "argument must be callable");
    return list_append(ts, as<List>(*ts.interpreter().codec_search_path), search_function);
}

Result<void> codec_unregister(ThreadState& ts, Object& search_function) {
    TRY(registry_ready(ts));
    Interpreter& interpreter = ts.interpreter();
    List& path = as<List>(*interpreter.codec_search_path);
    for (Py_ssize_t i = 0; i < list_size(path); ++i) {
        if (&list_item(path, i) == &search_function) {
            dict_clear(ts, as<Dict>(*interpreter.codec_search_cache));
            return list_set_slice(ts, path, i, i + 1, nullptr);
        }
    }
    return {};
}

Result<Ref<Object>> codec_lookup(ThreadState& ts, const char* encoding) {
    TRY(registry_ready(ts));
    Interpreter& interpreter = ts.interpreter();
    Ref<Str> name = intern(ts, TRY(str_from_ascii(ts, normalize_encoding_name(encoding))));
    if (Object* cached = TRY(dict_get(ts, as<Dict>(*interpreter.codec_search_cache), obj(*name))))
        return Ref<Object>::share(*cached);
    List& path = as<List>(*interpreter.codec_search_path);
    if (list_size(path) == 0)
        return raise(ts, PyExc_LookupError, "no codec search functions registered: can't find encoding");
    for (Py_ssize_t i = 0; i < list_size(path); ++i) {
        Ref<Object> search = Ref<Object>::share(list_item(path, i));
        Ref<Object> found = TRY(call(ts, search, name));
        if (is_none(*found)) continue;
        if (!PyTuple_Check(found.get()) || tuple_size(as<Tuple>(*found)) != 4)
            return raise(ts, PyExc_TypeError, "codec search functions must return 4-tuples");
        TRY(dict_set(ts, as<Dict>(*interpreter.codec_search_cache), obj(*name), found));
        return found;
    }
    return raise(ts, PyExc_LookupError, "unknown encoding: %s", encoding);
}

Result<Ref<Object>> codec_lookup_text(ThreadState& ts, const char* encoding, const char* alternate) {
    Ref<Object> codec = TRY(codec_lookup(ts, encoding));
    if (!PyTuple_CheckExact(codec.get())) {
        OptRef<Object> flag = TRY(getattr_optional(ts, codec, "_is_text_encoding"_n));
        if (flag && !TRY(is_true(ts, *flag)))
            return raise(ts, PyExc_LookupError, "'%.400s' is not a text encoding; use %s to handle arbitrary codecs",
                         encoding, alternate);
    }
    return codec;
}

namespace {

// "encoding with 'x' codec failed (ValueError: why)", where an exception of the same class can say so.
void explain_failure(ThreadState& ts, const char* operation, const char* encoding) {
    PendingError error = error_fetch(ts);
    error_normalize(ts, error);
    if (!error.value) {
        error_restore(ts, std::move(error));
        return;
    }
    auto& base = reinterpret_cast<Type&>(*PyExc_BaseException);
    Type& type = type_of(*error.value);
    bool plain = type.tp_init == base.tp_init && type.tp_new == base.tp_new &&
                 (type.tp_basicsize == base.tp_basicsize || type.tp_basicsize == base.tp_basicsize + 8);
    if (plain) {
        auto& fields = reinterpret_cast<PyBaseExceptionObject&>(*error.value);
        plain = (!fields.dict || dict_size(as<Dict>(*fields.dict)) == 0) && fields.args &&
                (tuple_size(as<Tuple>(*fields.args)) == 0 ||
                 (tuple_size(as<Tuple>(*fields.args)) == 1 &&
                  PyUnicode_CheckExact(&tuple_item(as<Tuple>(*fields.args), 0))));
    }
    if (!plain) {
        error_restore(ts, std::move(error));
        return;
    }
    Ref<Object> value = Ref<Object>::share(*error.value);
    error_restore(ts, std::move(error));
    (void)raise_from_pending(ts, &obj(type), "%s with '%s' codec failed (%T: %S)", operation, encoding, value.get(),
                             value.get());
}

Result<Ref<Object>> run_codec(ThreadState& ts, Object& codec, Py_ssize_t which, Object& object, const char* errors,
                              const char* encoding) {
    const char* operation = which == 0 ? "encoding" : "decoding";
    Object& function = tuple_item(as<Tuple>(codec), which);
    Result<Ref<Object>> called = [&]() -> Result<Ref<Object>> {
        if (!errors) return call(ts, function, object);
        Ref<Str> text = TRY(str_from_utf8(ts, errors));
        return call(ts, function, object, text);
    }();
    if (!called.ok()) {
        explain_failure(ts, operation, encoding);
        return failure;
    }
    Ref<Object> pair = std::move(called).take();
    if (!PyTuple_Check(pair.get()) || tuple_size(as<Tuple>(*pair)) != 2)
        return raise(ts, PyExc_TypeError, "%s must return a tuple (object, integer)",
                     which == 0 ? "encoder" : "decoder");
    return Ref<Object>::share(tuple_item(as<Tuple>(*pair), 0));
}

}  // namespace

Result<Ref<Object>> codec_encode(ThreadState& ts, Object& object, const char* encoding, const char* errors,
                                 bool text_only) {
    Ref<Object> codec =
        TRY(text_only ? codec_lookup_text(ts, encoding, "codecs.encode()") : codec_lookup(ts, encoding));
    return run_codec(ts, codec, 0, object, errors, encoding);
}
Result<Ref<Object>> codec_decode(ThreadState& ts, Object& object, const char* encoding, const char* errors,
                                 bool text_only) {
    Ref<Object> codec =
        TRY(text_only ? codec_lookup_text(ts, encoding, "codecs.decode()") : codec_lookup(ts, encoding));
    return run_codec(ts, codec, 1, object, errors, encoding);
}

Result<void> codec_register_error(ThreadState& ts, const char* name, Object& handler) {
    Dict& registry = *TRY(error_registry(ts));
    if (!is_callable(handler)) return raise(ts, PyExc_TypeError, "handler must be callable");
    return dict_set_text(ts, registry, name, handler);
}
Result<Ref<Object>> codec_lookup_error(ThreadState& ts, const char* name) {
    if (!name) name = "strict";
    Dict& registry = *TRY(error_registry(ts));
    if (Object* handler = TRY(dict_get_text(ts, registry, name))) return Ref<Object>::share(*handler);
    return raise(ts, PyExc_LookupError, "unknown error handler name '%.400s'", name);
}

// -- str.encode() and bytes.decode(). ---------------------------------------------------------------------------------

namespace {

enum class Known : uint8_t { kUtf8, kUtf16, kUtf32, kAscii, kLatin1, kOther };
Known known_encoding(const char* encoding) {
    if (!encoding || strcmp(encoding, "utf-8") == 0) return Known::kUtf8;
    size_t size = strlen(encoding);
    if (size > 12) return Known::kOther;
    std::string name = normalize_encoding_name(encoding);
    if (name == "utf_8" || name == "utf8") return Known::kUtf8;
    if (name == "utf_16" || name == "utf16") return Known::kUtf16;
    if (name == "utf_32" || name == "utf32") return Known::kUtf32;
    if (name == "ascii" || name == "us_ascii") return Known::kAscii;
    if (name == "latin1" || name == "latin_1" || name == "iso_8859_1" || name == "iso8859_1") return Known::kLatin1;
    return Known::kOther;
}

// In development mode the names are checked even when they turn out not to be needed.
Result<void> check_names(ThreadState& ts, const char* encoding, const char* errors) {
    const Config* config = ts.interpreter().config;
    if (!config || !config->dev_mode || !ts.interpreter().codec_search_path) return {};
    if (encoding && known_encoding(encoding) == Known::kOther) TRY(codec_lookup(ts, encoding));
    if (errors && error_mode(errors) == ErrorMode::kOther) TRY(codec_lookup_error(ts, errors));
    return {};
}

}  // namespace

Result<Ref<Object>> str_encode(ThreadState& ts, Str& text, const char* encoding, const char* errors) {
    TRY(check_names(ts, encoding, errors));
    switch (known_encoding(encoding)) {
        case Known::kUtf8: return encode_utf8(ts, text, errors);
        case Known::kUtf16: return encode_utf16(ts, text, errors, 0);
        case Known::kUtf32: return encode_utf32(ts, text, errors, 0);
        case Known::kAscii: return encode_ascii(ts, text, errors);
        case Known::kLatin1: return encode_latin1(ts, text, errors);
        case Known::kOther: break;
    }
    Ref<Object> result = TRY(codec_encode(ts, obj(text), encoding, errors, true));
    if (PyBytes_Check(result.get())) return result;
    if (PyByteArray_Check(result.get())) {
        TRY(warn(ts, PyExc_RuntimeWarning, 1,
                 "encoder %s returned bytearray instead of bytes; use codecs.encode() to encode to arbitrary types",
                 encoding));
        return bytes_from_object(ts, result);
    }
    return raise(ts, PyExc_TypeError,
                 "'%.400s' encoder returned '%T' instead of 'bytes'; use codecs.encode() to encode to arbitrary types",
                 encoding, result.get());
}

Result<Ref<Object>> str_decode(ThreadState& ts, std::string_view bytes, const char* encoding, const char* errors) {
    TRY(check_names(ts, encoding, errors));
    int order = 0;
    switch (known_encoding(encoding)) {
        case Known::kUtf8: return decode_utf8(ts, bytes, errors);
        case Known::kUtf16: return decode_utf16(ts, bytes, errors, order);
        case Known::kUtf32: return decode_utf32(ts, bytes, errors, order);
        case Known::kAscii: return decode_ascii(ts, bytes, errors);
        case Known::kLatin1: return decode_latin1(ts, bytes);
        case Known::kOther: break;
    }
    // The bytes are lent for the time of the call.
    Ref<Object> view =
        TRY(memoryview_from_memory(ts, const_cast<char*>(bytes.data()), Py_ssize_t(bytes.size()), PyBUF_READ));
    Ref<Object> result = TRY(codec_decode(ts, view, encoding, errors, true));
    if (PyUnicode_Check(result.get())) return result;
    return raise(ts, PyExc_TypeError,
                 "'%.400s' decoder returned '%T' instead of 'str'; use codecs.decode() to decode to arbitrary types",
                 encoding, result.get());
}

// -- File names. ------------------------------------------------------------------------------------------------------

namespace {

// The configured names as bytes.
struct FilesystemNames {
    char encoding[32];
    char errors[32];
};
const FilesystemNames* filesystem_names(ThreadState& ts) {
    void*& part = ts.interpreter().parts[size_t(Part::kCodecs)];
    const Config* config = ts.interpreter().config;
    if (!part && config && config->filesystem_encoding && config->filesystem_errors) {
        auto* names = static_cast<FilesystemNames*>(ts.heap().allocate_zeroed(sizeof(FilesystemNames)));
        if (!names) return nullptr;
        for (size_t i = 0; i < sizeof names->encoding - 1 && config->filesystem_encoding[i]; ++i)
            names->encoding[i] = char(config->filesystem_encoding[i]);
        for (size_t i = 0; i < sizeof names->errors - 1 && config->filesystem_errors[i]; ++i)
            names->errors[i] = char(config->filesystem_errors[i]);
        part = names;
    }
    return static_cast<const FilesystemNames*>(part);
}

}  // namespace

const char* filesystem_encoding(ThreadState& ts) {
    const FilesystemNames* names = filesystem_names(ts);
    return names ? names->encoding : "utf-8";
}
const char* filesystem_errors(ThreadState& ts) {
    const FilesystemNames* names = filesystem_names(ts);
    return names ? names->errors : "surrogateescape";
}

Result<Ref<Str>> str_decode_filesystem(ThreadState& ts, std::string_view bytes) {
    Ref<Object> text = TRY(str_decode(ts, bytes, filesystem_encoding(ts), filesystem_errors(ts)));
    return std::move(text).cast<Str>();
}
Result<Ref<Object>> str_encode_filesystem(ThreadState& ts, Str& text) {
    return str_encode(ts, text, filesystem_encoding(ts), filesystem_errors(ts));
}

}  // namespace orochi
