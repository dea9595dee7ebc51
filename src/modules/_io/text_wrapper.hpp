// The struct of TextIOWrapper.
#pragma once

#include "modules/_io/io.hpp"
#include "modules/_io/newlines.hpp"

namespace orochi {

enum class Encoding : uint8_t { kUtf8, kAscii, kLatin1, kObject };

struct TextIo : IoBase {
    Object* buffer;
    Object* encoding;  // str
    Object* errors;    // str
    Object* encoder;   // codec objects, with Encoding::kObject only
    Object* decoder;
    Object* read_newline;     // str; null: None
    Object* write_newline;    // what "\n" becomes; null: itself
    Object* decoded;          // str: text that was decoded ahead; null: nothing was read
    Object* snapshot;         // bytes that `decoded` comes from; null: none
    const char* errors_text;  // null: strict; the text belongs to `errors`
    unsigned long long snapshot_flags;
    Py_ssize_t decoded_used;
    Py_ssize_t chunk_size;
    char* pending;  // encoded text that the buffer has not got yet
    Py_ssize_t pending_size, pending_capacity;
    double bytes_per_character;
    NewlineState newline_state;
    Encoding encoding_kind;
    bool ok, detached, finalizing;
    bool line_buffering, write_through;
    bool read_universal, read_translate, write_translate;
    bool seekable, telling, has_read1, has_decoder, has_encoder;
    uint8_t partial_size;  // bytes of an incomplete character
    char partial[7];

    auto members() {
        return std::array{&buffer,       &encoding,      &errors,  &encoder, &decoder,
                          &read_newline, &write_newline, &decoded, &snapshot};
    }
    void begin_finalizing() { finalizing = true; }
    void release();
};

}  // namespace orochi
