// How encoders and decoders deal with errors: well-known handlers are done directly, all others are looked up and
// called with an exception object.
#pragma once

#include "objects/byte_builder.hpp"
#include "objects/codecs.hpp"

namespace orochi {

enum class ErrorMode : uint8_t {
    kStrict,
    kIgnore,
    kReplace,
    kXmlCharRef,
    kBackslash,
    kName,
    kSurrogateEscape,
    kSurrogatePass,
    kOther,
};
ErrorMode error_mode(const char* errors);

// What takes the place of characters or bytes that cannot be converted: a str, or (encoding only) bytes. Absent: the
// handler does not want this error, so it stays one.
Result<OptRef<Object>> builtin_encode_replacement(ThreadState& ts, ErrorMode mode, const char* encoding, Str& text,
                                                  Py_ssize_t start, Py_ssize_t& end);
Result<OptRef<Object>> builtin_decode_replacement(ThreadState& ts, ErrorMode mode, const char* encoding,
                                                  std::string_view bytes, Py_ssize_t start, Py_ssize_t& end);

[[gnu::cold]] Failure raise_encode_error(ThreadState& ts, const char* encoding, Str& text, Py_ssize_t start,
                                         Py_ssize_t end, const char* reason);
[[gnu::cold]] Failure raise_decode_error(ThreadState& ts, const char* encoding, std::string_view bytes,
                                         Py_ssize_t start, Py_ssize_t end, const char* reason);

// The errors of one conversion from str.
class EncodeErrors {
public:
    EncodeErrors(ThreadState& ts, const char* encoding, Str& text, const char* errors)
        : ts_(ts), encoding_(encoding), text_(text), errors_(errors), mode_(error_mode(errors)) {}
    // The replacement of text[start:end], a str or bytes; `position` is where to go on.
    Result<Ref<Object>> handle(Py_ssize_t start, Py_ssize_t end, const char* reason, Py_ssize_t& position);
    // Raises the error itself: for replacements that cannot be encoded either.
    Failure fail(Py_ssize_t start, Py_ssize_t end, const char* reason);
    ErrorMode mode() const { return mode_; }

private:
    ThreadState& ts_;
    const char* encoding_;
    Str& text_;
    const char* errors_;
    ErrorMode mode_;
    OptRef<Object> handler_, exception_;
};

// The errors of one conversion to str. A handler may exchange the input.
class DecodeErrors {
public:
    DecodeErrors(ThreadState& ts, const char* encoding, std::string_view bytes, const char* errors)
        : ts_(ts), encoding_(encoding), bytes_(bytes), errors_(errors), mode_(error_mode(errors)) {}
    std::string_view bytes() const { return bytes_; }
    // The replacement of bytes[start:end], a str; `position` is where to go on in bytes(), which may be new.
    Result<Ref<Str>> handle(Py_ssize_t start, Py_ssize_t end, const char* reason, Py_ssize_t& position);

private:
    ThreadState& ts_;
    const char* encoding_;
    std::string_view bytes_;
    const char* errors_;
    ErrorMode mode_;
    OptRef<Object> handler_, exception_, input_;
};

}  // namespace orochi
