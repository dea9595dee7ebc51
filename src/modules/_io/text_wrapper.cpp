// TextIOWrapper: text over a buffered binary file.
//
// The encodings that programs use most, UTF-8, ASCII and Latin-1, are done here, without the objects of the codecs
// registry; they work before `encodings` can be imported, too. All others go through incremental codec objects.
#include "modules/_io/text_wrapper.hpp"

#include <langinfo.h>

#include "base/search.hpp"
#include "modules/_io/buffered.hpp"
#include "objects/codecs.hpp"
#include "objects/exceptions.hpp"
#include "objects/str_internal.hpp"
#include "state/config.hpp"

namespace orochi {

void TextIo::release() {
    Heap::free(pending);
    pending = nullptr;
}

namespace {

Encoding known_encoding(std::string_view name) {
    std::string n = normalize_encoding_name(name);
    if (n == "utf_8" || n == "utf8" || n == "u8") return Encoding::kUtf8;
    if (n == "ascii" || n == "us_ascii" || n == "646" || n == "ansi_x3.4_1968") return Encoding::kAscii;
    if (n == "latin_1" || n == "latin1" || n == "iso_8859_1" || n == "iso8859_1" || n == "l1") return Encoding::kLatin1;
    return Encoding::kObject;
}

// -- Decoding. --

Result<Ref<Str>> decode(ThreadState& ts, TextIo& self, Ref<Object>&& input, bool final) {
    Ref<Str> text = TRY([&]() -> Result<Ref<Str>> {
        if (self.encoding_kind == Encoding::kObject) {
            Ref<Object> answer = TRY(call_method(ts, *self.decoder, "decode"_n, *input, bool_object(final)));
            if (!PyUnicode_Check(answer.get()))
                return raise(ts, PyExc_TypeError, "decoder should return a string result, not '%T'", answer.get());
            return std::move(answer).cast<Str>();
        }
        BufferView view;
        std::string_view bytes;
        if (PyBytes_Check(input.get())) {
            bytes = bytes_view(as<Bytes>(*input));
        } else {
            TRY(get_buffer(ts, *input, view.raw(), PyBUF_SIMPLE));
            bytes = view.text();
        }
        if (self.encoding_kind == Encoding::kAscii) return decode_ascii(ts, bytes, self.errors_text);
        if (self.encoding_kind == Encoding::kLatin1) return decode_latin1(ts, bytes);
        std::string joined;
        if (self.partial_size) {
            joined.assign(self.partial, self.partial_size);
            joined.append(bytes);
            bytes = joined;
        }
        Py_ssize_t consumed = Py_ssize_t(bytes.size());
        Ref<Str> decoded = TRY(decode_utf8(ts, bytes, self.errors_text, final, &consumed));
        std::string_view rest = bytes.substr(size_t(consumed));
        if (final) rest = {};
        self.partial_size = uint8_t(std::min(rest.size(), sizeof self.partial));
        if (self.partial_size) std::memcpy(self.partial, rest.data(), self.partial_size);
        return decoded;
    }());
    if (!self.read_universal) return text;
    return newlines_decode(ts, self.newline_state, std::move(text), final);
}

// What the decoder remembers between pieces: undecoded bytes and a number.
struct DecoderState {
    Ref<Object> bytes;
    unsigned long long flags;
};
Result<DecoderState> decoder_getstate(ThreadState& ts, TextIo& self) {
    unsigned long long flags = 0;
    OptRef<Object> bytes;
    if (self.encoding_kind == Encoding::kObject) {
        Ref<Object> state = TRY(call_method(ts, *self.decoder, "getstate"_n));
        if (!PyTuple_Check(state.get()) || tuple_size(as<Tuple>(*state)) != 2)
            return raise(ts, PyExc_TypeError, "illegal decoder state");
        Object& first = tuple_item(as<Tuple>(*state), 0);
        if (!PyBytes_Check(&first))
            return raise(ts, PyExc_TypeError,
                         "illegal decoder state: the first item should be a bytes object, not '%T'", &first);
        bytes = Ref<Object>::share(first);
        flags = TRY(int_as_mask(ts, tuple_item(as<Tuple>(*state), 1)));
    } else {
        bytes = Ref<Object>(TRY(bytes_from(ts, {self.partial, self.partial_size})));
    }
    if (self.read_universal) flags = flags << 1 | (self.newline_state.pending_cr ? 1 : 0);
    return DecoderState{bytes.take(), flags};
}
Result<void> decoder_setstate(ThreadState& ts, TextIo& self, Object& bytes, unsigned long long flags) {
    if (self.read_universal) {
        self.newline_state.pending_cr = flags & 1;
        flags >>= 1;
    }
    if (self.encoding_kind == Encoding::kObject) {
        Ref<Object> number = TRY(int_from_unsigned(ts, flags));
        Ref<Tuple> state = TRY(tuple_of(ts, bytes, *number));
        TRY(call_method(ts, *self.decoder, "setstate"_n, *state));
        return {};
    }
    std::string_view view = PyBytes_Check(&bytes) ? bytes_view(as<Bytes>(bytes)) : std::string_view();
    self.partial_size = uint8_t(std::min(view.size(), sizeof self.partial));
    if (self.partial_size) std::memcpy(self.partial, view.data(), self.partial_size);
    return {};
}
Result<void> decoder_reset(ThreadState& ts, TextIo& self) {
    self.partial_size = 0;
    self.newline_state.pending_cr = false;
    if (self.has_decoder && self.encoding_kind == Encoding::kObject) TRY(call_method(ts, *self.decoder, "reset"_n));
    return {};
}

// -- Decoded text that waits to be read. --

void set_decoded(TextIo& self, OptRef<Str>&& text) {
    assign(self.decoded, std::move(text));
    self.decoded_used = 0;
}
Py_ssize_t decoded_left(const TextIo& self) {
    return self.decoded ? str_length(as<Str>(*self.decoded)) - self.decoded_used : 0;
}
Result<Ref<Str>> take_decoded(ThreadState& ts, TextIo& self, Py_ssize_t count) {
    Py_ssize_t left = decoded_left(self);
    if (left == 0) return Ref<Str>::share(empty_str());
    if (count < 0 || count > left) count = left;
    Ref<Str> text = count == left && self.decoded_used == 0
                        ? Ref<Str>::share(as<Str>(*self.decoded))
                        : TRY(str_substring(ts, as<Str>(*self.decoded), self.decoded_used, self.decoded_used + count));
    self.decoded_used += count;
    return text;
}
void set_snapshot(TextIo& self, OptRef<Object>&& bytes, unsigned long long flags) {
    assign(self.snapshot, std::move(bytes));
    self.snapshot_flags = flags;
}

// -- State checks. --

Result<void> check_attached(ThreadState& ts, TextIo& self) {
    if (self.ok) {
        if (self.detached) return raise(ts, PyExc_ValueError, "underlying buffer has been detached");
        return {};
    }
    return raise(ts, PyExc_ValueError, "I/O operation on uninitialized object");
}
Result<bool> is_closed(ThreadState& ts, TextIo& self) {
    IoState& state = io_state(ts);
    Type* type = &type_of(*self.buffer);
    if (type == state.buffered_reader || type == state.buffered_writer || type == state.buffered_random) {
        Buffered& buffer = as<Buffered>(*self.buffer);
        if (buffer.ok && is_plain_file(ts, buffer.raw)) return as<FileIo>(*buffer.raw).fd < 0;
    }
    return io_is_closed(ts, *self.buffer);
}
Result<void> check_open(ThreadState& ts, TextIo& self) {
    TRY(check_attached(ts, self));
    bool closed = &type_of(obj(self)) == io_state(ts).text_io_wrapper ? TRY(is_closed(ts, self))
                                                                      : TRY(io_is_closed(ts, obj(self)));
    if (closed) return raise(ts, PyExc_ValueError, "I/O operation on closed file.");
    return {};
}

// -- Writing. --

Result<void> reserve_pending(ThreadState& ts, TextIo& self, Py_ssize_t more) {
    if (self.pending_capacity - self.pending_size >= more) return {};
    Py_ssize_t capacity = std::max<Py_ssize_t>(self.pending_size + more, self.pending_capacity * 2);
    capacity = std::max<Py_ssize_t>(capacity, 256);
    char* grown = static_cast<char*>(io_grow(ts, self.pending, size_t(capacity)));
    if (!grown) return raise_no_memory(ts);
    self.pending = grown;
    self.pending_capacity = capacity;
    return {};
}

// Hands what waits over to the buffer.
Result<void> write_pending(ThreadState& ts, TextIo& self) {
    if (self.pending_size == 0) return {};
    // Taken out first: the buffer may call back.
    char* data = std::exchange(self.pending, nullptr);
    Py_ssize_t size = std::exchange(self.pending_size, 0);
    Py_ssize_t capacity = std::exchange(self.pending_capacity, 0);
    Result<void> outcome = [&]() -> Result<void> {
        IoState& state = io_state(ts);
        Type* type = &type_of(*self.buffer);
        if (type == state.buffered_writer || type == state.buffered_random) {
            TRY(buffered_write_bytes(ts, as<Buffered>(*self.buffer), data, size));
            return {};
        }
        Ref<Bytes> bytes = TRY(bytes_from(ts, {data, size_t(size)}));
        while (!call_method(ts, *self.buffer, "write"_n, *bytes).ok()) {
            if (!error_matches(ts, PyExc_InterruptedError)) return failure;
            error_clear(ts);
            TRY(check_signals(ts));
        }
        return {};
    }();
    if (!self.pending && capacity <= 1 << 20) {
        self.pending = data;
        self.pending_capacity = capacity;
    } else {
        Heap::free(data);
    }
    return outcome;
}

Result<void> append_encoded(ThreadState& ts, TextIo& self, Str& text) {
    auto append = [&](std::string_view bytes) -> Result<void> {
        if (bytes.empty()) return {};
        if (self.pending_size && self.pending_size + Py_ssize_t(bytes.size()) > self.chunk_size)
            TRY(write_pending(ts, self));
        TRY(reserve_pending(ts, self, Py_ssize_t(bytes.size())));
        std::memcpy(self.pending + self.pending_size, bytes.data(), bytes.size());
        self.pending_size += Py_ssize_t(bytes.size());
        return {};
    };
    if (self.encoding_kind != Encoding::kObject && str_is_ascii(text)) return append(str_ascii_view(text));
    switch (self.encoding_kind) {
        case Encoding::kUtf8: return append(bytes_view(*TRY(encode_utf8(ts, text, self.errors_text))));
        case Encoding::kAscii: return append(bytes_view(*TRY(encode_ascii(ts, text, self.errors_text))));
        case Encoding::kLatin1: return append(bytes_view(*TRY(encode_latin1(ts, text, self.errors_text))));
        default: break;
    }
    Ref<Object> bytes = TRY(call_method(ts, *self.encoder, "encode"_n, text));
    if (!PyBytes_Check(bytes.get()))
        return raise(ts, PyExc_TypeError, "encoder should return a bytes object, not '%T'", bytes.get());
    return append(bytes_view(as<Bytes>(*bytes)));
}

Result<Py_ssize_t> text_write(ThreadState& ts, TextIo& self, Str& original) {
    TRY(check_attached(ts, self));
    TRY(check_open(ts, self));
    if (!self.has_encoder) return raise_unsupported(ts, "not writable");
    Py_ssize_t length = str_length(original);
    bool has_newline = false;
    if ((self.write_translate && self.write_newline) || self.line_buffering)
        has_newline = base::find_char(text_view(original), '\n') != base::not_found;
    Ref<Str> text = Ref<Str>::share(original);
    if (has_newline && self.write_translate && self.write_newline)
        text = TRY(str_replace(ts, *text, latin1_string('\n'), as<Str>(*self.write_newline), -1));
    bool flush_buffer =
        self.line_buffering && (has_newline || base::find_char(text_view(*text), '\r') != base::not_found);
    TRY(append_encoded(ts, self, *text));
    if (self.pending_size >= self.chunk_size || flush_buffer || self.write_through) TRY(write_pending(ts, self));
    if (flush_buffer) {
        IoState& state = io_state(ts);
        if (&type_of(*self.buffer) == state.buffered_writer) {
            TRY(buffered_flush(ts, as<Buffered>(*self.buffer)));
        } else {
            TRY(call_method(ts, *self.buffer, "flush"_n));
        }
    }
    if (self.has_decoder) {
        set_decoded(self, {});
        set_snapshot(self, {}, 0);
        TRY(decoder_reset(ts, self));
    }
    return length;
}

// -- Reading. --

// Reads and decodes one chunk; false at the end of the file.
Result<bool> read_chunk(ThreadState& ts, TextIo& self, Py_ssize_t size_hint) {
    if (!self.has_decoder) return raise_unsupported(ts, "not readable");
    OptRef<Object> before;
    unsigned long long flags = 0;
    if (self.telling) {
        DecoderState state = TRY(decoder_getstate(ts, self));
        before = OptRef<Object>(std::move(state.bytes));
        flags = state.flags;
    }
    Py_ssize_t size = self.chunk_size;
    if (size_hint > 0) size = std::max(size, Py_ssize_t(double(size_hint) * std::max(1.0, self.bytes_per_character)));
    OptRef<Object> input;
    if (self.has_read1 && is_plain_reader(ts, self.buffer)) {
        input = OptRef<Object>(TRY(buffered_read1(ts, as<Buffered>(*self.buffer), size)));
    } else {
        Ref<Object> count = TRY(int_from(ts, size));
        input = OptRef<Object>(TRY(call_method(ts, *self.buffer, self.has_read1 ? "read1"_n : "read"_n, *count)));
        if (!PyBytes_Check(input.get()) && !has_buffer(*input.get()))
            return raise(ts, PyExc_TypeError, "underlying %s() should have returned a bytes-like object, not '%T'",
                         self.has_read1 ? "read1" : "read", input.get());
    }
    Py_ssize_t bytes;
    if (PyBytes_Check(input.get())) {
        bytes = Py_ssize_t(bytes_view(as<Bytes>(*input)).size());
    } else {
        BufferView view;
        TRY(get_buffer(ts, *input, view.raw(), PyBUF_SIMPLE));
        bytes = view.size();
    }
    bool eof = bytes == 0;
    Ref<Str> text = TRY(decode(ts, self, Ref<Object>::share(*input), eof));
    Py_ssize_t characters = str_length(*text);
    self.bytes_per_character = characters > 0 ? double(bytes) / double(characters) : 0.0;
    if (characters > 0) eof = false;
    set_decoded(self, OptRef<Str>(std::move(text)));
    if (self.telling) {
        if (bytes_view(as<Bytes>(*before)).empty() && PyBytes_Check(input.get())) {
            set_snapshot(self, std::move(input), flags);
        } else {
            set_snapshot(self, OptRef<Object>(TRY(bytes_concat(ts, *before, *input))), flags);
        }
    }
    return !eof;
}

Result<Ref<Object>> text_read(ThreadState& ts, TextIo& self, Object* size_argument) {
    Py_ssize_t size = TRY(optional_size(ts, size_argument));
    TRY(check_attached(ts, self));
    TRY(check_open(ts, self));
    if (!self.has_decoder) return raise_unsupported(ts, "not readable");
    TRY(write_pending(ts, self));
    if (size < 0) {
        Ref<Object> bytes = TRY(call_method(ts, *self.buffer, "read"_n));
        if (is_none(bytes.get())) return raise(ts, PyExc_TypeError, "can't concat NoneType to bytes");
        Ref<Str> rest = TRY(decode(ts, self, std::move(bytes), true));
        Ref<Str> result = TRY(take_decoded(ts, self, -1));
        result = str_length(*result) == 0 ? std::move(rest) : TRY(str_concat(ts, *result, *rest));
        if (self.snapshot) {
            set_decoded(self, {});
            set_snapshot(self, {}, 0);
        }
        return result;
    }
    Ref<Str> result = TRY(take_decoded(ts, self, size));
    Py_ssize_t remaining = size - str_length(*result);
    if (remaining == 0) return result;
    StrBuilder builder(ts);
    TRY(builder.append(*result));
    while (remaining > 0) {
        if (!TRY(read_chunk(ts, self, remaining))) break;
        Ref<Str> piece = TRY(take_decoded(ts, self, remaining));
        remaining -= str_length(*piece);
        TRY(builder.append(*piece));
    }
    return builder.finish();
}

Result<Ref<Str>> read_line(ThreadState& ts, TextIo& self, Py_ssize_t limit) {
    TRY(check_open(ts, self));
    TRY(write_pending(ts, self));
    const Str* newline = self.read_newline && !self.read_universal ? as<Str>(self.read_newline) : nullptr;
    // With translation only "\n" is left.
    bool universal = self.read_universal && !self.newline_state.translate;
    Str* decoded = as<Str>(self.decoded);
    if (decoded && self.decoded_used < str_length(*decoded)) {
        LineEnd line = find_line_end(*decoded, self.decoded_used, newline, universal);
        if (line.end >= 0) {
            Py_ssize_t count = line.end - self.decoded_used;
            if (limit >= 0 && count > limit) count = limit;
            return take_decoded(ts, self, count);
        }
        if (limit >= 0 && line.resume - self.decoded_used >= limit) return take_decoded(ts, self, limit);
    }
    StrBuilder builder(ts);
    OptRef<Str> held;  // a "\r" that may begin a line end
    for (;;) {
        if (decoded_left(self) == 0 || held) {
            bool more = true;
            while (decoded_left(self) == 0 || held) {
                // `held` is already out of the decoded text.
                more = TRY(read_chunk(ts, self, 0));
                if (!more || decoded_left(self) > 0) break;
            }
            if (!more) {
                set_decoded(self, {});
                set_snapshot(self, {}, 0);
                if (held) TRY(builder.append(*held));
                return builder.finish();
            }
            if (held) {
                Ref<Str> joined = TRY(str_concat(ts, *held, as<Str>(*self.decoded)));
                held.reset();
                // The characters before what the chunk decoded count as read when tell() asks, so keep them apart.
                Str& now = *joined;
                LineEnd line = find_line_end(now, 0, newline, universal);
                Py_ssize_t end = line.end >= 0 ? line.end : line.resume;
                if (limit >= 0 && builder.length() + end > limit) end = limit - builder.length();
                if (end < 1) end = 1;
                TRY(builder.append(now, 0, end));
                self.decoded_used = end - 1;
                if (line.end >= 0 || (limit >= 0 && builder.length() >= limit)) return builder.finish();
                if (decoded_left(self) > 0) held = OptRef<Str>(TRY(take_decoded(ts, self, -1)));
                continue;
            }
        }
        Str& now = as<Str>(*self.decoded);
        Py_ssize_t start = self.decoded_used;
        LineEnd line = find_line_end(now, start, newline, universal);
        Py_ssize_t end = line.end >= 0 ? line.end : line.resume;
        bool done = line.end >= 0;
        if (limit >= 0 && builder.length() + (end - start) >= limit) {
            end = start + limit - builder.length();
            done = true;
        }
        if (done && builder.length() == 0) return take_decoded(ts, self, end - start);
        TRY(builder.append(now, start, end));
        self.decoded_used = end;
        if (done) return builder.finish();
        if (decoded_left(self) > 0) held = OptRef<Str>(TRY(take_decoded(ts, self, -1)));
    }
}

Result<Ref<Object>> text_readline(ThreadState& ts, TextIo& self, Py_ssize_t size) {
    TRY(check_attached(ts, self));
    return read_line(ts, self, size);
}

Result<OptRef<Object>> text_next(ThreadState& ts, TextIo& self) {
    TRY(check_attached(ts, self));
    self.telling = false;
    OptRef<Object> line;
    if (&type_of(obj(self)) == io_state(ts).text_io_wrapper) {
        line = OptRef<Object>(TRY(read_line(ts, self, -1)));
    } else {
        line = OptRef<Object>(TRY(call_method(ts, obj(self), "readline"_n)));
        if (!PyUnicode_Check(line.get()))
            return raise(ts, PyExc_OSError, "readline() should have returned a str object, not '%T'", line.get());
    }
    if (str_length(as<Str>(*line)) == 0) {
        set_snapshot(self, {}, 0);
        self.telling = self.seekable;
        return nullptr;
    }
    return line;
}

// -- Positions. A cookie is the position of the bytes, and what the decoder has to do from there. --

struct Cookie {
    long long position = 0;
    int flags = 0, bytes_to_feed = 0, characters_to_skip = 0;
    bool need_eof = false;
};
constexpr size_t kCookieBytes = 8 + 3 * 4 + 1;

Result<Ref<Object>> cookie_pack(ThreadState& ts, const Cookie& cookie) {
    unsigned char bytes[kCookieBytes];
    std::memcpy(bytes, &cookie.position, 8);
    std::memcpy(bytes + 8, &cookie.flags, 4);
    std::memcpy(bytes + 12, &cookie.bytes_to_feed, 4);
    std::memcpy(bytes + 16, &cookie.characters_to_skip, 4);
    bytes[20] = cookie.need_eof;
    return int_from_bytes(ts, bytes, sizeof bytes, true, false);
}
Result<Cookie> cookie_unpack(ThreadState& ts, Object& number) {
    Ref<Object> index = TRY(number_index(ts, number));
    unsigned char bytes[kCookieBytes];
    TRY(int_to_bytes(ts, as<Int>(*index), bytes, sizeof bytes, true, false));
    Cookie cookie;
    std::memcpy(&cookie.position, bytes, 8);
    std::memcpy(&cookie.flags, bytes + 8, 4);
    std::memcpy(&cookie.bytes_to_feed, bytes + 12, 4);
    std::memcpy(&cookie.characters_to_skip, bytes + 16, 4);
    cookie.need_eof = bytes[20];
    return cookie;
}

Result<void> text_flush(ThreadState& ts, TextIo& self) {
    TRY(check_attached(ts, self));
    TRY(check_open(ts, self));
    self.telling = self.seekable;
    TRY(write_pending(ts, self));
    TRY(call_method(ts, *self.buffer, "flush"_n));
    return {};
}

Result<Py_ssize_t> decoded_length(ThreadState& ts, TextIo& self, std::string_view bytes, bool final) {
    Ref<Bytes> input = TRY(bytes_from(ts, bytes));
    return str_length(*TRY(decode(ts, self, std::move(input), final)));
}

// The nearest place from which decoding gives the characters after `skip` ones of the snapshot.
Result<Cookie> find_cookie(ThreadState& ts, TextIo& self, Cookie cookie, std::string_view next_input, Py_ssize_t skip) {
    Py_ssize_t skip_bytes = Py_ssize_t(self.bytes_per_character * double(skip));
    Py_ssize_t skip_back = 1;
    skip_bytes = std::clamp<Py_ssize_t>(skip_bytes, 0, Py_ssize_t(next_input.size()));
    bool found = false;
    while (skip_bytes > 0) {
        TRY(decoder_setstate(ts, self, obj(empty_bytes()), unsigned(cookie.flags)));
        Py_ssize_t n = TRY(decoded_length(ts, self, next_input.substr(0, size_t(skip_bytes)), false));
        if (n <= skip) {
            DecoderState state = TRY(decoder_getstate(ts, self));
            Py_ssize_t waiting = Py_ssize_t(bytes_view(as<Bytes>(*state.bytes)).size());
            if (waiting == 0) {
                cookie.flags = int(state.flags);
                skip -= n;
                found = true;
                break;
            }
            skip_bytes -= waiting;
            skip_back = 1;
        } else {
            skip_bytes -= skip_back;
            skip_back *= 2;
        }
    }
    if (!found) {
        skip_bytes = 0;
        TRY(decoder_setstate(ts, self, obj(empty_bytes()), unsigned(cookie.flags)));
    }
    cookie.position += skip_bytes;
    cookie.characters_to_skip = int(skip);
    if (skip == 0) return cookie;
    Py_ssize_t characters = 0;
    cookie.bytes_to_feed = 0;
    size_t i = size_t(skip_bytes);
    for (; i < next_input.size(); ++i) {
        ++cookie.bytes_to_feed;
        characters += TRY(decoded_length(ts, self, next_input.substr(i, 1), false));
        DecoderState state = TRY(decoder_getstate(ts, self));
        if (bytes_view(as<Bytes>(*state.bytes)).empty() && characters <= skip) {
            cookie.position += cookie.bytes_to_feed;
            skip -= characters;
            cookie.flags = int(state.flags);
            cookie.bytes_to_feed = 0;
            characters = 0;
        }
        if (characters >= skip) break;
    }
    if (i == next_input.size()) {
        characters += TRY(decoded_length(ts, self, {}, true));
        cookie.need_eof = true;
        if (characters < skip) return raise(ts, PyExc_OSError, "can't reconstruct logical file position");
    }
    cookie.characters_to_skip = int(skip);
    return cookie;
}

Result<Ref<Object>> text_tell(ThreadState& ts, TextIo& self) {
    TRY(check_attached(ts, self));
    TRY(check_open(ts, self));
    if (!self.seekable) return raise_unsupported(ts, "underlying stream is not seekable");
    if (!self.telling) return raise(ts, PyExc_OSError, "telling position disabled by next() call");
    TRY(write_pending(ts, self));
    TRY(call_method(ts, obj(self), "flush"_n));
    Ref<Object> position = TRY(call_method(ts, *self.buffer, "tell"_n));
    if (!self.has_decoder || !self.snapshot) return position;
    Ref<Object> snapshot = Ref<Object>::share(*self.snapshot);
    std::string_view next_input = bytes_view(as<Bytes>(*snapshot));
    Cookie cookie;
    cookie.position = TRY(file_offset(ts, *position)) - static_cast<long long>(next_input.size());
    cookie.flags = int(self.snapshot_flags);
    Py_ssize_t skip = self.decoded_used;
    if (skip == 0 || !self.decoded) return cookie_pack(ts, cookie);
    DecoderState saved = TRY(decoder_getstate(ts, self));
    unsigned seen = self.newline_state.seen;
    auto found = find_cookie(ts, self, cookie, next_input, skip);
    self.newline_state.seen = seen;
    if (!found.ok()) {
        ErrorKeeper keeper(ts);
        if (!decoder_setstate(ts, self, *saved.bytes, saved.flags).ok()) error_clear(ts);
    } else {
        TRY(decoder_setstate(ts, self, *saved.bytes, saved.flags));
    }
    return cookie_pack(ts, TRY(std::move(found)));
}

Result<void> encoder_position(ThreadState& ts, TextIo& self, bool at_start) {
    if (!self.has_encoder || self.encoding_kind != Encoding::kObject) return {};
    if (at_start) {
        TRY(call_method(ts, *self.encoder, "reset"_n));
    } else {
        Ref<Object> zero = TRY(int_from(ts, 0));
        TRY(call_method(ts, *self.encoder, "setstate"_n, *zero));
    }
    return {};
}

Result<Ref<Object>> text_seek(ThreadState& ts, TextIo& self, Object& target, int whence) {
    TRY(check_attached(ts, self));
    TRY(check_open(ts, self));
    if (!self.seekable) return raise_unsupported(ts, "underlying stream is not seekable");
    Ref<Object> zero = TRY(int_from(ts, 0));
    Ref<Object> place = Ref<Object>::share(target);
    if (whence == SEEK_CUR) {
        if (!TRY(compare_bool(ts, *place, *zero, Py_EQ)))
            return raise_unsupported(ts, "can't do nonzero cur-relative seeks");
        place = TRY(call_method(ts, obj(self), "tell"_n));
    } else if (whence == SEEK_END) {
        if (!TRY(compare_bool(ts, *place, *zero, Py_EQ)))
            return raise_unsupported(ts, "can't do nonzero end-relative seeks");
        TRY(call_method(ts, obj(self), "flush"_n));
        set_decoded(self, {});
        set_snapshot(self, {}, 0);
        TRY(decoder_reset(ts, self));
        Ref<Object> two = TRY(int_from(ts, 2));
        Ref<Object> result = TRY(call_method(ts, *self.buffer, "seek"_n, *zero, *two));
        TRY(encoder_position(ts, self, TRY(compare_bool(ts, *result, *zero, Py_EQ))));
        return result;
    } else if (whence != SEEK_SET) {
        return raise(ts, PyExc_ValueError, "invalid whence (%d, should be %d, %d or %d)", whence, SEEK_SET, SEEK_CUR,
                     SEEK_END);
    }
    Ref<Object> negative = TRY(compare(ts, *place, *zero, Py_LT));
    if (TRY(is_true(ts, *negative))) return raise(ts, PyExc_ValueError, "negative seek position %R", place.get());
    TRY(call_method(ts, obj(self), "flush"_n));
    Cookie cookie = TRY(cookie_unpack(ts, *place));
    Ref<Object> position = TRY(int_from(ts, cookie.position));
    TRY(call_method(ts, *self.buffer, "seek"_n, *position));
    set_decoded(self, {});
    set_snapshot(self, {}, 0);
    if (self.has_decoder) {
        if (cookie.position == 0 && cookie.flags == 0) {
            TRY(decoder_reset(ts, self));
        } else {
            TRY(decoder_setstate(ts, self, obj(empty_bytes()), unsigned(cookie.flags)));
        }
    }
    if (cookie.characters_to_skip) {
        if (!self.has_decoder) return raise_unsupported(ts, "not readable");
        Ref<Object> count = TRY(int_from(ts, cookie.bytes_to_feed));
        Ref<Object> input = TRY(call_method(ts, *self.buffer, "read"_n, *count));
        if (!PyBytes_Check(input.get()))
            return raise(ts, PyExc_TypeError, "underlying read() should have returned a bytes object, not '%T'",
                         input.get());
        set_snapshot(self, OptRef<Object>(input.copy()), unsigned(cookie.flags));
        Ref<Str> text = TRY(decode(ts, self, std::move(input), cookie.need_eof));
        Py_ssize_t length = str_length(*text);
        set_decoded(self, OptRef<Str>(std::move(text)));
        if (length < cookie.characters_to_skip) return raise(ts, PyExc_OSError, "can't restore logical file position");
        self.decoded_used = cookie.characters_to_skip;
    } else {
        set_snapshot(self, OptRef<Object>(Ref<Object>::share(obj(empty_bytes()))), unsigned(cookie.flags));
    }
    TRY(encoder_position(ts, self, cookie.position == 0 && cookie.flags == 0));
    return place;
}

Result<Ref<Object>> text_truncate(ThreadState& ts, TextIo& self, Object* position) {
    TRY(check_attached(ts, self));
    TRY(call_method(ts, obj(self), "flush"_n));
    return call_method(ts, *self.buffer, "truncate"_n, position ? *position : none());
}

// -- Setting up. --

Result<void> set_newline(ThreadState& ts, TextIo& self, Str* newline) {
    if (!newline) {
        self.read_universal = self.read_translate = true;
        clear(self.read_newline);
        self.write_translate = true;
        clear(self.write_newline);
    } else {
        self.read_universal = str_length(*newline) == 0;
        self.read_translate = false;
        assign(self.read_newline, Ref<Str>::share(*newline));
        self.write_translate = str_length(*newline) != 0;
        if (self.write_translate && !str_equals_ascii(*newline, "\n")) {
            assign(self.write_newline, Ref<Str>::share(*newline));
        } else {
            clear(self.write_newline);
        }
    }
    self.newline_state = {};
    self.newline_state.translate = self.read_translate;
    return {};
}
Result<void> check_newline(ThreadState& ts, Str* newline) {
    if (!newline) return {};
    for (const char* valid : {"", "\n", "\r", "\r\n"}) {
        if (str_equals_ascii(*newline, valid)) return {};
    }
    return raise(ts, PyExc_ValueError, "illegal newline value: %U", newline);
}

// The codec objects, or the knowledge that none are needed.
Result<void> set_codec(ThreadState& ts, TextIo& self, Str& encoding, Str& errors) {
    std::string name(TRY(str_utf8(ts, encoding)));
    const char* errors_text = TRY(codec_argument(ts, &errors));
    if (std::strlen(name.c_str()) != name.size()) return raise(ts, PyExc_ValueError, "embedded null character");
    Encoding kind = known_encoding(name);
    OptRef<Object> info;
    if (kind == Encoding::kObject) {
        info = OptRef<Object>(TRY(codec_lookup_text(ts, name.c_str(), "codecs.open()")));
    }
    Ref<Object> can_read = TRY(call_method(ts, *self.buffer, "readable"_n));
    bool readable = TRY(is_true(ts, *can_read));
    Ref<Object> can_write = TRY(call_method(ts, *self.buffer, "writable"_n));
    bool writable = TRY(is_true(ts, *can_write));
    OptRef<Object> decoder, encoder;
    if (kind == Encoding::kObject) {
        if (readable) decoder = OptRef<Object>(TRY(call_method(ts, *info, "incrementaldecoder"_n, errors)));
        if (writable) encoder = OptRef<Object>(TRY(call_method(ts, *info, "incrementalencoder"_n, errors)));
    }
    self.encoding_kind = kind;
    self.has_decoder = readable;
    self.has_encoder = writable;
    self.partial_size = 0;
    assign(self.decoder, std::move(decoder));
    assign(self.encoder, std::move(encoder));
    assign(self.encoding, Ref<Str>::share(encoding));
    assign(self.errors, Ref<Str>::share(errors));
    // Nearly always: then the codecs need no look at the name.
    self.errors_text = str_equals_ascii(errors, "strict") ? nullptr : errors_text;
    return {};
}

// An encoder that writes a mark at the start must not do so in the middle of a file.
Result<void> fix_encoder_state(ThreadState& ts, TextIo& self) {
    if (!self.seekable || !self.has_encoder || self.encoding_kind != Encoding::kObject) return {};
    Ref<Object> position = TRY(call_method(ts, *self.buffer, "tell"_n));
    Ref<Object> zero = TRY(int_from(ts, 0));
    if (TRY(compare_bool(ts, *position, *zero, Py_EQ))) return {};
    TRY(call_method(ts, *self.encoder, "setstate"_n, *zero));
    return {};
}

Result<Ref<Str>> locale_encoding(ThreadState& ts) {
    const Config* config = ts.interpreter().config;
    if (config && config->utf8_mode) return Ref<Str>::share("utf-8"_s);
    const char* name = nl_langinfo(CODESET);
    if (!name || !*name) return Ref<Str>::share("UTF-8"_s);
    return str_from_utf8(ts, name);
}

Result<void> text_init(ThreadState& ts, TextIo& self, Object& buffer, OptionalText encoding, Object* errors_argument,
                       OptionalText newline, bool line_buffering, bool write_through) {
    self.ok = false;
    self.detached = false;
    const Config* config = ts.interpreter().config;
    if (!encoding && config && config->warn_default_encoding)
        TRY(warn(ts, PyExc_EncodingWarning, 1, "'encoding' argument not specified"));
    Ref<Object> errors = Ref<Object>::share(errors_argument ? *errors_argument : none());
    if (is_none(errors.get())) {
        errors = Ref<Object>::share("strict"_n);
    } else if (!PyUnicode_Check(errors.get())) {
        return raise(ts, PyExc_TypeError, "TextIOWrapper() argument 'errors' must be str or None, not %T",
                     errors.get());
    }
    TRY(check_newline(ts, newline.str));
    if (config && config->dev_mode) {
        // Otherwise a handler is looked up when it is needed.
        const char* name = TRY(codec_argument(ts, as<Str>(errors.get())));
        if (std::strcmp(name, "strict")) TRY(codec_lookup_error(ts, name));
    }
    set_decoded(self, {});
    set_snapshot(self, {}, 0);
    self.pending_size = 0;
    clear(self.encoding);
    Ref<Str> name = encoding && !str_equals_ascii(*encoding.str, "locale") ? Ref<Str>::share(*encoding.str)
                                                                           : TRY(locale_encoding(ts));
    self.line_buffering = line_buffering;
    self.write_through = write_through;
    self.chunk_size = kDefaultBufferSize;
    self.bytes_per_character = 0;
    assign(self.buffer, Ref<Object>::share(buffer));
    TRY(set_newline(ts, self, newline.str));
    TRY(set_codec(ts, self, *name, as<Str>(*errors)));
    Ref<Object> seekable = TRY(call_method(ts, buffer, "seekable"_n));
    self.seekable = self.telling = TRY(is_true(ts, *seekable));
    self.has_read1 = bool(TRY(getattr_optional(ts, buffer, "read1"_n)));
    TRY(fix_encoder_state(ts, self));
    self.ok = true;
    return {};
}
Result<Ref<Object>> text_new(ThreadState& ts, Type& type, Rest, Keywords) {
    return std::move(TRY(make_instance<TextIo>(type))).cast<Object>();
}

Result<void> text_reconfigure(ThreadState& ts, TextIo& self, OptionalText encoding, OptionalText errors,
                              Object* newline, Object* line_buffering, Object* write_through) {
    TRY(check_attached(ts, self));
    bool changes = encoding || errors || newline;
    if (self.decoded && changes)
        return raise_unsupported(ts,
                                 "It is not possible to set the encoding or newline of stream after the first read");
    Str* new_newline = nullptr;
    if (newline && !is_none(newline)) {
        if (!PyUnicode_Check(newline))
            return raise(ts, PyExc_TypeError, "reconfigure() argument 'newline' must be str or None, not %T", newline);
        new_newline = as<Str>(newline);
        TRY(check_newline(ts, new_newline));
    }
    auto flag = [&](Object* value, bool old) -> Result<bool> {
        if (!value || is_none(value)) return old;
        return TRY(convert_int(ts, *value)) != 0;
    };
    bool lines = TRY(flag(line_buffering, self.line_buffering));
    bool through = TRY(flag(write_through, self.write_through));
    TRY(call_method(ts, obj(self), "flush"_n));
    self.bytes_per_character = 0;
    if (newline) TRY(set_newline(ts, self, new_newline));
    if (encoding || errors) {
        Ref<Str> name = encoding ? Ref<Str>::share(*encoding.str) : Ref<Str>::share(as<Str>(*self.encoding));
        if (str_equals_ascii(*name, "locale")) name = TRY(locale_encoding(ts));
        Ref<Str> handler = errors     ? Ref<Str>::share(*errors.str)
                           : encoding ? Ref<Str>::share("strict"_s)
                                      : Ref<Str>::share(as<Str>(*self.errors));
        TRY(set_codec(ts, self, *name, *handler));
        TRY(fix_encoder_state(ts, self));
    }
    self.line_buffering = lines;
    self.write_through = through;
    return {};
}

// -- The rest. --

Result<Ref<Object>> text_detach(ThreadState& ts, TextIo& self) {
    TRY(check_attached(ts, self));
    TRY(call_method(ts, obj(self), "flush"_n));
    Ref<Object> buffer = Ref<Object>::steal(*std::exchange(self.buffer, nullptr));
    self.detached = true;
    return buffer;
}
Result<Ref<Object>> text_close(ThreadState& ts, TextIo& self) {
    TRY(check_attached(ts, self));
    if (TRY(io_is_closed(ts, obj(self)))) return new_none();
    if (self.finalizing) {
        ErrorKeeper keeper(ts);
        if (!call_method(ts, *self.buffer, "_dealloc_warn"_n, self).ok()) error_clear(ts);
    }
    PendingError first;
    if (!call_method(ts, obj(self), "flush"_n).ok()) {
        first = error_fetch(ts);
        error_normalize(ts, first);
    }
    auto closed = call_method(ts, *self.buffer, "close"_n);
    if (first.type) {
        if (!closed.ok()) {
            Ref<Object> second = error_take(ts);
            exception_set_context(*second, OptRef<Object>(first.value.take()));
            return raise_instance(ts, *second);
        }
        error_restore(ts, std::move(first));
        return failure;
    }
    return closed;
}
template <class Name>
Result<Ref<Object>> forward(ThreadState& ts, TextIo& self) {
    TRY(check_attached(ts, self));
    return call_method(ts, *self.buffer, Name::get());
}
struct FilenoName {
    static Object& get() { return "fileno"_n; }
};
struct SeekableName {
    static Object& get() { return "seekable"_n; }
};
struct ReadableName {
    static Object& get() { return "readable"_n; }
};
struct WritableName {
    static Object& get() { return "writable"_n; }
};
struct IsattyName {
    static Object& get() { return "isatty"_n; }
};

Result<Ref<Object>> get_closed(ThreadState& ts, TextIo& self) {
    TRY(check_attached(ts, self));
    return getattr(ts, *self.buffer, "closed"_n);
}
Result<Ref<Object>> get_name(ThreadState& ts, TextIo& self) {
    TRY(check_attached(ts, self));
    return getattr(ts, *self.buffer, "name"_n);
}
Result<Ref<Object>> get_newlines(ThreadState& ts, TextIo& self) {
    TRY(check_attached(ts, self));
    if (!self.has_decoder || !self.read_universal) return new_none();
    return newlines_seen(ts, self.newline_state.seen);
}
Result<Ref<Object>> get_errors(ThreadState& ts, TextIo& self) {
    if (!self.ok) return raise(ts, PyExc_ValueError, "I/O operation on uninitialized object");
    return Ref<Object>::share(*self.errors);
}
Result<Ref<Object>> get_chunk_size(ThreadState& ts, TextIo& self) {
    TRY(check_attached(ts, self));
    return int_from(ts, self.chunk_size);
}
Result<void> set_chunk_size(ThreadState& ts, TextIo& self, Object* value) {
    TRY(check_attached(ts, self));
    if (!value) return raise(ts, PyExc_AttributeError, "cannot delete attribute");
    Py_ssize_t size = TRY(number_as_ssize(ts, *value, PyExc_ValueError));
    if (size <= 0) return raise(ts, PyExc_ValueError, "a strictly positive integer is required");
    self.chunk_size = size;
    return {};
}

Result<Ref<Object>> text_repr(ThreadState& ts, TextIo& self) {
    if (!self.ok) return raise(ts, PyExc_ValueError, "I/O operation on uninitialized object");
    if (TRY(repr_enter(ts, obj(self))))
        return raise(ts, PyExc_RuntimeError, "reentrant call inside %s.__repr__", type_of(obj(self)).tp_name);
    auto part = [&](StrBuilder& builder, Object& name, const char* label) -> Result<void> {
        auto result = getattr_optional(ts, obj(self), name);
        if (!result.ok()) {
            if (!error_matches(ts, PyExc_ValueError)) return failure;
            error_clear(ts);
            return {};
        }
        OptRef<Object> value = std::move(result).take();
        if (!value) return {};
        return builder.append(*TRY(str_format(ts, " %s=%R", label, value.get())));
    };
    auto text = [&]() -> Result<Ref<Str>> {
        StrBuilder builder(ts);
        TRY(builder.append_ascii("<_io.TextIOWrapper"));
        TRY(part(builder, "name"_n, "name"));
        TRY(part(builder, "mode"_n, "mode"));
        TRY(builder.append(*TRY(str_format(ts, " encoding=%R>", self.encoding))));
        return builder.finish();
    }();
    repr_leave(ts, obj(self));
    return text;
}

const MethodDef text_methods[] = {
    METHOD("detach($self, /)", text_detach, ""),
    METHOD("reconfigure($self, /, *, encoding=None, errors=None, newline=<unrepresentable>, line_buffering=None, "
           "write_through=None)",
           text_reconfigure,
           "Reconfigure the text stream with new parameters.\n\nThis also does an implicit stream flush."),
    METHOD("write($self, text, /)", text_write, ""),
    METHOD("read($self, size=-1, /)", text_read, ""),
    METHOD("readline($self, size=-1, /)", text_readline, ""),
    METHOD("flush($self, /)", text_flush, ""),
    METHOD("close($self, /)", text_close, ""),
    METHOD("fileno($self, /)", forward<FilenoName>, ""),
    METHOD("seekable($self, /)", forward<SeekableName>, ""),
    METHOD("readable($self, /)", forward<ReadableName>, ""),
    METHOD("writable($self, /)", forward<WritableName>, ""),
    METHOD("isatty($self, /)", forward<IsattyName>, ""),
    METHOD("seek($self, cookie, whence=0, /)", text_seek, ""),
    METHOD("tell($self, /)", text_tell, ""),
    METHOD("truncate($self, pos=None, /)", text_truncate, ""),
    METHOD_END,
};
const PyGetSetDef text_getset[] = {
    GETTER("name", get_name, nullptr),
    GETTER("closed", get_closed, nullptr),
    GETTER("newlines", get_newlines, nullptr),
    GETTER("errors", get_errors, nullptr),
    GETTER_SETTER("_CHUNK_SIZE", get_chunk_size, set_chunk_size, nullptr),
    GETSET_END,
};
const PyMemberDef text_members[] = {
    {"encoding", T_OBJECT, offsetof(TextIo, encoding), READONLY, nullptr},
    {"buffer", T_OBJECT, offsetof(TextIo, buffer), READONLY, nullptr},
    {"line_buffering", T_BOOL, offsetof(TextIo, line_buffering), READONLY, nullptr},
    {"write_through", T_BOOL, offsetof(TextIo, write_through), READONLY, nullptr},
    {"_finalizing", T_BOOL, offsetof(TextIo, finalizing), 0, nullptr},
    {},
};

}  // namespace

Result<void> io_add_text_wrapper(ThreadState& ts, Object& module, IoState& state) {
    state.text_io_wrapper = TRY(io_class<TextIo>(
        ts, module, "_io.TextIOWrapper", state.text_io_base,
        {{Py_tp_doc, const_cast<char*>("TextIOWrapper(buffer, encoding=None, errors=None, newline=None,\n"
                                       "              line_buffering=False, write_through=False)\n--\n\n"
                                       "Character and line based layer over a BufferedIOBase object, buffer.\n\n"
                                       "encoding gives the name of the encoding that the stream will be\n"
                                       "decoded or encoded with. It defaults to locale.getencoding().")},
         {Py_tp_new, new_pointer(NEW_SLOT("TextIOWrapper($type, /, *args, **kwargs)", text_new))},
         {Py_tp_init, init_pointer(NEW_SLOT("TextIOWrapper($self, buffer, encoding=None, errors=None, newline=None, "
                                            "line_buffering=False, write_through=False)",
                                            text_init))},
         {Py_tp_repr, slot_pointer<reprfunc, text_repr>()},
         {Py_tp_iternext, slot_pointer<iternextfunc, text_next>()},
         {Py_tp_methods, methods_pointer(text_methods)},
         {Py_tp_members, MEMBER_TABLE(text_members)},
         {Py_tp_getset, GETSET_TABLE(text_getset)}}));
    return {};
}

}  // namespace orochi
