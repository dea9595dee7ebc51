// Numbers, strings, bytes and buffers.
#include <cstring>

#include "base/number_text.hpp"
#include "modules/pickle/saver.hpp"
#include "objects/codecs.hpp"
#include "objects/convert.hpp"
#include "objects/float.hpp"
#include "objects/int.hpp"
#include "objects/pickle_buffer.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"

namespace orochi::pickle {

namespace {

// An opcode and the size that follows it, in `width` bytes.
struct SizeHeader {
    char bytes[9];
    size_t length;
    SizeHeader(unsigned char opcode, uint64_t size, size_t width) : length(1 + width) {
        bytes[0] = char(opcode);
        std::memcpy(bytes + 1, &size, width);
    }
    std::string_view view() const { return {bytes, length}; }
};

}  // namespace

Result<void> Saver::save_bool(bool value) {
    if (self_.protocol >= 2) return put(value ? kNewTrue : kNewFalse);
    return put(value ? "I01\n" : "I00\n");
}

Result<void> Saver::save_int(Int& value) {
    int overflow;
    long long number = TRY(int_as_long_long_overflow(ts_, obj(value), overflow));
    if (!overflow && number == int32_t(number)) {
        if (!self_.binary) return put(std::string(1, char(kInt)) + std::to_string(number) + "\n");
        if (number == uint8_t(number)) return put_with(kBinInt1, uint8_t(number));
        if (number == uint16_t(number)) return put_with(kBinInt2, uint16_t(number));
        return put_with(kBinInt, int32_t(number));
    }
    if (self_.protocol < 2) {
        Ref<Str> text = TRY(repr(ts_, obj(value)));
        TRY(put(kLong));
        TRY(put(str_ascii_view(*text)));
        return put("L\n");
    }
    size_t bits = TRY(int_bit_count(ts_, value));
    size_t count = (bits >> 3) + 1;
    if (count > 0x7fffffff) return raise(ts_, PyExc_OverflowError, "int too large to pickle");
    Ref<Bytes> bytes = TRY(bytes_new(ts_, Py_ssize_t(count)));
    auto* digits = reinterpret_cast<unsigned char*>(bytes_data(*bytes));
    TRY(int_to_bytes(ts_, value, digits, count, true, true));
    // The sign bit of a negative number may already be in the byte before.
    if (int_sign(value) < 0 && count > 1 && digits[count - 1] == 0xff && (digits[count - 2] & 0x80)) --count;
    TRY(count < 256 ? put_with(kLong1, uint8_t(count)) : put_with(kLong4, uint32_t(count)));
    return put(bytes_view(*bytes).substr(0, count));
}

Result<void> Saver::save_float(double value) {
    if (self_.binary) return put_with(kBinFloat, __builtin_bswap64(__builtin_bit_cast(uint64_t, value)));
    Ref<Str> text = TRY(float_to_text(ts_, value, 'r', 0, Py_DTSF_ADD_DOT_0));
    TRY(put(kFloat));
    TRY(put(str_ascii_view(*text)));
    return put("\n");
}

Result<void> Saver::save_bytes_data(Object& memoized, std::string_view data, Object* contents) {
    size_t size = data.size();
    if (size > 0xffffffff && self_.protocol < 4)
        return raise(ts_, PyExc_OverflowError,
                     "serializing a bytes object larger than 4 GiB requires pickle protocol 4 or higher");
    SizeHeader header = size <= 0xff         ? SizeHeader(kShortBinBytes, size, 1)
                        : size <= 0xffffffff ? SizeHeader(kBinBytes, size, 4)
                                             : SizeHeader(kBinBytes8, size, 8);
    TRY(put_block(header.view(), data, contents));
    return memoize(memoized);
}

Result<void> Saver::save_bytes(Bytes& value) {
    if (self_.protocol >= 3) return save_bytes_data(obj(value), bytes_view(value), &obj(value));
    // Python 2 has no bytes apart from str: they come back through bytes() or codecs.encode().
    Ref<Tuple> reduced = bytes_view(value).empty() ? TRY(tuple_of(ts_, obj(PyBytes_Type), obj(empty_tuple())))
                                                   : TRY([&]() -> Result<Ref<Tuple>> {
                                                         Ref<Str> text = TRY(str_from_latin1(ts_, bytes_view(value)));
                                                         Ref<Tuple> arguments = TRY(tuple_of(ts_, *text, "latin1"_n));
                                                         return tuple_of(ts_, *state_.codecs_encode, *arguments);
                                                     }());
    return save_reduced(*reduced, &obj(value));
}

Result<void> Saver::save_bytearray_data(Object& memoized, std::string_view data, Object* contents) {
    TRY(put_block(SizeHeader(kByteArray8, data.size(), 8).view(), data, contents));
    return memoize(memoized);
}

Result<void> Saver::save_bytearray(ByteArray& value) {
    std::string_view data(bytearray_data(value), size_t(Py_SIZE(&obj(value))));
    if (self_.protocol >= 5) return save_bytearray_data(obj(value), data, &obj(value));
    Ref<Tuple> arguments = Ref<Tuple>::share(empty_tuple());
    if (!data.empty()) {
        Ref<Bytes> bytes = TRY(bytes_from(ts_, data));
        arguments = TRY(tuple_of(ts_, *bytes));
    }
    Ref<Tuple> reduced = TRY(tuple_of(ts_, obj(PyByteArray_Type), *arguments));
    return save_reduced(*reduced, &obj(value));
}

Result<void> Saver::save_picklebuffer(Object& value) {
    if (self_.protocol < 5) return pickling_error("PickleBuffer can only pickled with protocol >= 5");
    const Py_buffer& view = *TRY(pickle_buffer_view(ts_, value));
    if (view.suboffsets || !buffer_is_contiguous(view, 'A'))
        return pickling_error("PickleBuffer can not be pickled when pointing to a non-contiguous buffer");
    bool in_band = true;
    if (self_.buffer_callback) {
        Ref<Object> answer = TRY(call(ts_, *self_.buffer_callback, value));
        in_band = TRY(is_true(ts_, *answer));
    }
    if (!in_band) {
        TRY(put(kNextBuffer));
        return view.readonly ? put(kReadonlyBuffer) : Result<void>();
    }
    std::string_view data(static_cast<char*>(view.buf), size_t(view.len));
    return view.readonly ? save_bytes_data(value, data, nullptr) : save_bytearray_data(value, data, nullptr);
}

// Protocol 0: Latin-1 with escapes, on one line.
static Result<void> append_raw_escaped(ThreadState& ts, Output& output, const Str& text) {
    for (Py_ssize_t i = 0; i < str_length(text); ++i) {
        Py_UCS4 c = str_at(text, i);
        char escape[12];
        if (c >= 0x10000) {
            std::snprintf(escape, sizeof escape, "\\U%08x", unsigned(c));
            TRY(output.put(ts, std::string_view(escape)));
        } else if (c >= 256 || c == '\\' || c == 0 || c == '\n' || c == '\r' || c == 0x1a) {
            std::snprintf(escape, sizeof escape, "\\u%04x", unsigned(c));
            TRY(output.put(ts, std::string_view(escape)));
        } else {
            TRY(output.put(ts, static_cast<unsigned char>(c)));
        }
    }
    return {};
}

Result<void> Saver::save_str(Str& value) {
    if (!self_.binary) {
        TRY(put(kUnicode));
        TRY(append_raw_escaped(ts_, self_.output, value));
        TRY(put("\n"));
        return memoize(obj(value));
    }
    std::string_view text;
    OptRef<Object> encoded;
    if (str_is_ascii(value)) {
        text = str_ascii_view(value);
    } else {
        encoded = TRY(str_encode(ts_, value, "utf-8", "surrogatepass"));
        text = bytes_view(as<Bytes>(*encoded));
    }
    size_t size = text.size();
    if (size > 0xffffffff && self_.protocol < 4)
        return raise(ts_, PyExc_OverflowError,
                     "serializing a string larger than 4 GiB requires pickle protocol 4 or higher");
    SizeHeader header = size <= 0xff && self_.protocol >= 4 ? SizeHeader(kShortBinUnicode, size, 1)
                        : size <= 0xffffffff                ? SizeHeader(kBinUnicode, size, 4)
                                                            : SizeHeader(kBinUnicode8, size, 8);
    TRY(put_block(header.view(), text, encoded.get()));
    return memoize(obj(value));
}

}  // namespace orochi::pickle
