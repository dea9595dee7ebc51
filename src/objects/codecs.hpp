// Codecs: the registry (PEP 100), error handlers (PEP 293) and the encodings that work before the `encodings` package
// can be imported. A text encoding is a pair of functions here; `errors` null means "strict".
//
// The decoders take final = false for incremental use: then an incomplete sequence at the end is not an error, and
// *consumed says how many bytes were used. It may be null when final.
#pragma once

#include <string>
#include <string_view>

#include "objects/bytes.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"

namespace orochi {

// -- Registry. --------------------------------------------------------------------------------------------------------
Result<void> codec_register(ThreadState& ts, Object& search_function);
Result<void> codec_unregister(ThreadState& ts, Object& search_function);
// The CodecInfo (a tuple of at least 4); LookupError "unknown encoding: x".
Result<Ref<Object>> codec_lookup(ThreadState& ts, const char* encoding);
// As str.encode does: rejects codecs that are no text encodings, telling to use `alternate`.
Result<Ref<Object>> codec_lookup_text(ThreadState& ts, const char* encoding, const char* alternate);
// codecs.encode() / codecs.decode(): any codec, any object. With `text_only` for text encodings only.
Result<Ref<Object>> codec_encode(ThreadState& ts, Object& object, const char* encoding, const char* errors,
                                 bool text_only = false);
Result<Ref<Object>> codec_decode(ThreadState& ts, Object& object, const char* encoding, const char* errors,
                                 bool text_only = false);
Result<void> codec_register_error(ThreadState& ts, const char* name, Object& handler);
Result<Ref<Object>> codec_lookup_error(ThreadState& ts, const char* name);  // null: strict

// -- Error handlers, called with a UnicodeError; they return (replacement, position) or raise. -----------------------
Result<Ref<Object>> strict_errors(ThreadState& ts, Object& error);
Result<Ref<Object>> ignore_errors(ThreadState& ts, Object& error);
Result<Ref<Object>> replace_errors(ThreadState& ts, Object& error);
Result<Ref<Object>> xmlcharrefreplace_errors(ThreadState& ts, Object& error);
Result<Ref<Object>> backslashreplace_errors(ThreadState& ts, Object& error);
Result<Ref<Object>> namereplace_errors(ThreadState& ts, Object& error);
Result<Ref<Object>> surrogateescape_errors(ThreadState& ts, Object& error);
Result<Ref<Object>> surrogatepass_errors(ThreadState& ts, Object& error);

// -- Encodings. -------------------------------------------------------------------------------------------------------
using MaybeConsumed = Py_ssize_t*;
Result<Ref<Str>> decode_utf8(ThreadState& ts, std::string_view bytes, const char* errors, bool final = true,
                             MaybeConsumed consumed = nullptr);
// `order`: -1 little, 1 big, 0: from a byte order mark, else native; comes back as found.
Result<Ref<Str>> decode_utf16(ThreadState& ts, std::string_view bytes, const char* errors, int& order,
                              bool final = true, MaybeConsumed consumed = nullptr);
Result<Ref<Str>> decode_utf32(ThreadState& ts, std::string_view bytes, const char* errors, int& order,
                              bool final = true, MaybeConsumed consumed = nullptr);
Result<Ref<Str>> decode_utf7(ThreadState& ts, std::string_view bytes, const char* errors, bool final = true,
                             MaybeConsumed consumed = nullptr);
Result<Ref<Str>> decode_ascii(ThreadState& ts, std::string_view bytes, const char* errors);
Result<Ref<Str>> decode_latin1(ThreadState& ts, std::string_view bytes);
Result<Ref<Str>> decode_charmap(ThreadState& ts, std::string_view bytes, Object* mapping, const char* errors);
// `invalid_escape`, when given, gets the offset of the first unknown escape's character, or -1; nothing warns then.
Result<Ref<Str>> decode_unicode_escape(ThreadState& ts, std::string_view bytes, const char* errors, bool final = true,
                                       MaybeConsumed consumed = nullptr, Py_ssize_t* invalid_escape = nullptr);
Result<Ref<Str>> decode_raw_unicode_escape(ThreadState& ts, std::string_view bytes, const char* errors,
                                           bool final = true, MaybeConsumed consumed = nullptr);
// The escapes of bytes literals. `errors`: strict, replace or ignore.
Result<Ref<Bytes>> decode_bytes_escape(ThreadState& ts, std::string_view bytes, const char* errors,
                                       Py_ssize_t* invalid_escape = nullptr);

Result<Ref<Bytes>> encode_utf8(ThreadState& ts, Str& text, const char* errors);
Result<Ref<Bytes>> encode_utf16(ThreadState& ts, Str& text, const char* errors, int order);  // 0: native, with a mark
Result<Ref<Bytes>> encode_utf32(ThreadState& ts, Str& text, const char* errors, int order);
Result<Ref<Bytes>> encode_utf7(ThreadState& ts, Str& text, bool base64_set_o, bool base64_white_space);
Result<Ref<Bytes>> encode_ascii(ThreadState& ts, Str& text, const char* errors);
Result<Ref<Bytes>> encode_latin1(ThreadState& ts, Str& text, const char* errors);
Result<Ref<Bytes>> encode_charmap(ThreadState& ts, Str& text, Object* mapping, const char* errors);
Result<Ref<Bytes>> encode_unicode_escape(ThreadState& ts, Str& text);
Result<Ref<Bytes>> encode_raw_unicode_escape(ThreadState& ts, Str& text);
// For codecs.charmap_build(): an object that encode_charmap() takes.
Result<Ref<Object>> build_encoding_map(ThreadState& ts, Str& decoding_table);

// "UTF-8" -> "utf_8": letters lowered, everything else but digits and dots one underscore.
std::string normalize_encoding_name(std::string_view name);

// The encoding and error handler of file names; "utf-8" and "surrogateescape" unless configured otherwise.
const char* filesystem_encoding(ThreadState& ts);
const char* filesystem_errors(ThreadState& ts);

}  // namespace orochi

extern PyTypeObject orochi_encoding_map_type;
