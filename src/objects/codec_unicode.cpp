// UTF-8, UTF-16, UTF-32, ASCII and Latin-1: the kernels are in base, the error handling here.
#include "base/latin1.hpp"
#include "base/utf16.hpp"
#include "base/utf32.hpp"
#include "base/utf8.hpp"
#include "objects/codec_errors.hpp"
#include "objects/str_internal.hpp"

namespace orochi {

using base::ByteOrder;
using base::Decoded;
using base::DecodeScan;
using base::EncodeScan;
using base::TextView;

namespace {

TextView sub_view(TextView view, Py_ssize_t start, Py_ssize_t end) {
    return {static_cast<const char*>(view.data) + start * view.kind, size_t(end - start), view.kind};
}

// Encodes with scan(view) and write(view, out); `unit` is the size that bytes from a handler must be a multiple of,
// `mark` what comes first.
template <class Scan, class Write>
Result<Ref<Bytes>> encode_text(ThreadState& ts, const char* encoding, Str& text, const char* errors, int unit,
                               std::string_view mark, Scan scan, Write write) {
    TextView view = text_view(text);
    EncodeScan whole = scan(view);
    if (!whole.error_length) {
        if (mark.empty() && whole.size == 1) {
            uint8_t one[4];
            write(view, one);
            return bytes_from(ts, {reinterpret_cast<char*>(one), 1});
        }
        Ref<Bytes> bytes = TRY(bytes_new(ts, Py_ssize_t(mark.size() + whole.size)));
        if (!mark.empty()) memcpy(bytes_data(bytes), mark.data(), mark.size());
        write(view, reinterpret_cast<uint8_t*>(bytes_data(bytes)) + mark.size());
        return bytes;
    }
    ByteBuilder out(ts);
    TRY(out.append(mark));
    EncodeErrors handler(ts, encoding, text, errors);
    Py_ssize_t position = 0, n = str_length(text);
    while (position < n) {
        EncodeScan part = scan(sub_view(view, position, n));
        if (part.consumed) {
            char* at = TRY(out.extend(Py_ssize_t(part.size)));
            write(sub_view(view, position, position + Py_ssize_t(part.consumed)), reinterpret_cast<uint8_t*>(at));
            position += Py_ssize_t(part.consumed);
        }
        if (!part.error_length) break;
        Py_ssize_t start = position, end = position + Py_ssize_t(part.error_length);
        Ref<Object> replacement = TRY(handler.handle(start, end, part.reason, position));
        if (PyBytes_Check(replacement.get())) {
            std::string_view bytes = bytes_view(as<Bytes>(*replacement));
            if (bytes.size() % size_t(unit)) return handler.fail(start, end, part.reason);
            TRY(out.append(bytes));
        } else {
            TextView instead = text_view(as<Str>(*replacement));
            EncodeScan check = scan(instead);
            // For the Unicode encodings a replacement must be ASCII, so that handlers need not know which one it is.
            if (check.error_length || (encoding[0] == 'u' && !str_is_ascii(as<Str>(*replacement))))
                return handler.fail(start, end, part.reason);
            char* at = TRY(out.extend(Py_ssize_t(check.size)));
            write(instead, reinterpret_cast<uint8_t*>(at));
        }
    }
    return out.finish();
}

// Decodes from `begin` on, with scan(data, size) and decode(data, size, out, kind).
template <class Scan, class Decode>
Result<Ref<Str>> decode_text(ThreadState& ts, const char* encoding, std::string_view bytes, Py_ssize_t begin,
                             const char* errors, bool final, MaybeConsumed consumed, Scan scan, Decode decode) {
    auto data = [&](std::string_view b, Py_ssize_t at) { return reinterpret_cast<const uint8_t*>(b.data()) + at; };
    DecodeScan whole = scan(data(bytes, begin), bytes.size() - size_t(begin));
    if (whole.status == Decoded::all || (whole.status == Decoded::incomplete && !final)) {
        if (consumed) *consumed = begin + Py_ssize_t(whole.consumed);
        if (whole.characters == 1) {
            uint32_t c;
            decode(data(bytes, begin), whole.consumed, &c, 4);
            return str_from_character(ts, c);
        }
        Ref<Str> text = TRY(str_new(ts, Py_ssize_t(whole.characters), whole.max_char));
        if (whole.characters) decode(data(bytes, begin), whole.consumed, str_data(*text), str_kind(text));
        return text;
    }
    StrBuilder out(ts);
    DecodeErrors handler(ts, encoding, bytes, errors);
    Py_ssize_t position = begin;
    while (true) {
        std::string_view input = handler.bytes();
        DecodeScan part = scan(data(input, position), input.size() - size_t(position));
        if (part.consumed) {
            void* at = TRY(out.extend(Py_ssize_t(part.characters), part.max_char));
            decode(data(input, position), part.consumed, at, out.kind());
            position += Py_ssize_t(part.consumed);
        }
        if (part.status == Decoded::all || (part.status == Decoded::incomplete && !final)) break;
        Ref<Str> replacement =
            TRY(handler.handle(position, position + Py_ssize_t(part.error_length), part.reason, position));
        TRY(out.append(replacement));
    }
    if (consumed) *consumed = position;
    return out.finish();
}

}  // namespace

Result<Ref<Str>> decode_utf8(ThreadState& ts, std::string_view bytes, const char* errors, bool final,
                             MaybeConsumed consumed) {
    return decode_text(ts, "utf-8", bytes, 0, errors, final, consumed, base::scan_utf8,
                       [](const uint8_t* p, size_t n, void* out, int kind) { base::decode_utf8(p, n, out, kind); });
}
Result<Ref<Bytes>> encode_utf8(ThreadState& ts, Str& text, const char* errors) {
    if (str_is_ascii(text)) return bytes_from(ts, str_ascii_view(text));
    return encode_text(ts, "utf-8", text, errors, 1, {}, base::scan_for_utf8, base::encode_utf8);
}

Result<Ref<Str>> decode_ascii(ThreadState& ts, std::string_view bytes, const char* errors) {
    return decode_text(ts, "ascii", bytes, 0, errors, true, nullptr, base::scan_ascii,
                       [](const uint8_t* p, size_t n, void* out, int kind) {
                           base::copy_characters({p, n, 1}, out, kind);
                       });
}
Result<Ref<Str>> decode_latin1(ThreadState& ts, std::string_view bytes) { return str_from_latin1(ts, bytes); }

namespace {
size_t write_narrow(TextView view, uint8_t* out) {
    base::copy_characters(view, out, 1);
    return view.length;
}
}  // namespace

Result<Ref<Bytes>> encode_ascii(ThreadState& ts, Str& text, const char* errors) {
    if (str_is_ascii(text)) return bytes_from(ts, str_ascii_view(text));
    return encode_text(
        ts, "ascii", text, errors, 1, {}, [](TextView v) { return base::scan_for_narrow(v, 128); }, write_narrow);
}
Result<Ref<Bytes>> encode_latin1(ThreadState& ts, Str& text, const char* errors) {
    if (str_kind(text) == 1)
        return bytes_from(ts, {static_cast<const char*>(str_data(text)), size_t(str_length(text))});
    return encode_text(
        ts, "latin-1", text, errors, 1, {}, [](TextView v) { return base::scan_for_narrow(v, 256); }, write_narrow);
}

Result<Ref<Str>> decode_utf16(ThreadState& ts, std::string_view bytes, const char* errors, int& order, bool final,
                              MaybeConsumed consumed) {
    Py_ssize_t begin = 0;
    if (order == 0 && bytes.size() >= 2) {
        auto first = static_cast<uint8_t>(bytes[0]), second = static_cast<uint8_t>(bytes[1]);
        if (first == 0xFF && second == 0xFE) {
            order = -1;
            begin = 2;
        } else if (first == 0xFE && second == 0xFF) {
            order = 1;
            begin = 2;
        }
    }
    bool big = order == 1 || (order == 0 && base::native_order == ByteOrder::big);
    ByteOrder o = big ? ByteOrder::big : ByteOrder::little;
    return decode_text(
        ts, big ? "utf-16-be" : "utf-16-le", bytes, begin, errors, final, consumed,
        [o](const uint8_t* p, size_t n) { return base::scan_utf16(p, n, o); },
        [o](const uint8_t* p, size_t n, void* out, int kind) { base::decode_utf16(p, n, o, out, kind); });
}

Result<Ref<Str>> decode_utf32(ThreadState& ts, std::string_view bytes, const char* errors, int& order, bool final,
                              MaybeConsumed consumed) {
    Py_ssize_t begin = 0;
    if (order == 0 && bytes.size() >= 4) {
        if (bytes.substr(0, 4) == std::string_view("\xFF\xFE\0\0", 4)) {
            order = -1;
            begin = 4;
        } else if (bytes.substr(0, 4) == std::string_view("\0\0\xFE\xFF", 4)) {
            order = 1;
            begin = 4;
        }
    }
    bool big = order == 1 || (order == 0 && base::native_order == ByteOrder::big);
    ByteOrder o = big ? ByteOrder::big : ByteOrder::little;
    return decode_text(
        ts, big ? "utf-32-be" : "utf-32-le", bytes, begin, errors, final, consumed,
        [o](const uint8_t* p, size_t n) { return base::scan_utf32(p, n, o); },
        [o](const uint8_t* p, size_t n, void* out, int kind) { base::decode_utf32(p, n, o, out, kind); });
}

Result<Ref<Bytes>> encode_utf16(ThreadState& ts, Str& text, const char* errors, int order) {
    ByteOrder o = order == 0 ? base::native_order : order < 0 ? ByteOrder::little : ByteOrder::big;
    std::string_view mark = order ? "" : o == ByteOrder::little ? "\xFF\xFE" : "\xFE\xFF";
    const char* name = order == 0 ? "utf-16" : order < 0 ? "utf-16-le" : "utf-16-be";
    return encode_text(ts, name, text, errors, 2, mark, base::scan_for_utf16,
                       [o](TextView v, uint8_t* out) { return base::encode_utf16(v, o, out); });
}

Result<Ref<Bytes>> encode_utf32(ThreadState& ts, Str& text, const char* errors, int order) {
    ByteOrder o = order == 0 ? base::native_order : order < 0 ? ByteOrder::little : ByteOrder::big;
    std::string_view mark;
    if (order == 0)
        mark = o == ByteOrder::little ? std::string_view("\xFF\xFE\0\0", 4) : std::string_view("\0\0\xFE\xFF", 4);
    const char* name = order == 0 ? "utf-32" : order < 0 ? "utf-32-le" : "utf-32-be";
    return encode_text(ts, name, text, errors, 4, mark, base::scan_for_utf32,
                       [o](TextView v, uint8_t* out) { return base::encode_utf32(v, o, out); });
}

}  // namespace orochi
