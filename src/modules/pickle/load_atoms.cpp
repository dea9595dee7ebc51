// Numbers, strings, bytes and buffers.
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "modules/pickle/loader.hpp"
#include "objects/bytes.hpp"
#include "objects/codecs.hpp"
#include "objects/convert.hpp"
#include "objects/float.hpp"
#include "objects/int.hpp"
#include "objects/memoryview.hpp"
#include "objects/str.hpp"

namespace orochi::pickle {

Result<void> Loader::load_int() {
    std::string_view text = TRY(take_argument());
    // Protocol 1 and before write True and False so.
    if (text == "00" || text == "01") return stack_.push(Ref<Object>::share(text == "01" ? *Py_True : *Py_False));
    auto number = int_from_text(ts_, text, 0, nullptr);
    if (!number.ok()) {
        // C's strtol also takes the octal numbers of Python 2.
        std::string copy(text);
        char* end;
        errno = 0;
        long value = std::strtol(copy.c_str(), &end, 0);
        error_clear(ts_);
        if (errno || *end || end == copy.c_str())
            return raise(ts_, PyExc_ValueError, "could not convert string to int");
        return stack_.push(TRY(int_from(ts_, value)));
    }
    return stack_.push(std::move(number).take());
}

Result<void> Loader::load_long() {
    std::string_view text = TRY(take_argument());
    std::string shown = std::string(text) + "\n";
    if (text.back() == 'L') {
        text.remove_suffix(1);
        shown = text;
    }
    Ref<Str> original = TRY(str_from_latin1(ts_, shown));
    return stack_.push(TRY(int_from_text(ts_, text, 10, &obj(*original))));
}

Result<void> Loader::load_counted_long(size_t width) {
    uint64_t size = TRY(take_number(width));
    if (width == 4 && int32_t(size) < 0) return unpickling_error("LONG pickle has negative byte count");
    const char* bytes = TRY(take(size_t(size)));
    return stack_.push(
        TRY(int_from_bytes(ts_, reinterpret_cast<const unsigned char*>(bytes), size_t(size), true, true)));
}

Result<void> Loader::load_float() {
    std::string_view line = TRY(take_line());
    if (line.size() < 2) return truncated();
    Ref<Str> text = TRY(str_from_latin1(ts_, line.substr(0, line.size() - 1)));
    auto number = float_from_object_text(ts_, obj(*text));
    if (!number.ok()) {
        if (!error_matches(ts_, PyExc_ValueError)) return failure;
        std::string shown(line);
        return raise(ts_, PyExc_ValueError, "could not convert string to float: '%.200s'", shown.c_str());
    }
    return stack_.push(std::move(number).take());
}

Result<void> Loader::load_bin_float() {
    uint64_t bits = TRY(take_number(8));
    return stack_.push(TRY(float_from(ts_, __builtin_bit_cast(double, __builtin_bswap64(bits)))));
}

// What Python 2 called str: bytes in some encoding.
static Result<Ref<Object>> decode_string(ThreadState& ts, Unpickler& self, std::string_view bytes) {
    std::string_view encoding = TRY(str_utf8(ts, as<Str>(*self.encoding)));
    if (encoding == "bytes") return bytes_from(ts, bytes);
    std::string_view errors = TRY(str_utf8(ts, as<Str>(*self.errors)));
    return str_decode(ts, bytes, encoding.data(), errors.data());
}

Result<void> Loader::load_string() {
    std::string_view text = TRY(take_line());
    text.remove_suffix(1);
    if (text.size() < 2 || text.front() != text.back() || (text.front() != '"' && text.front() != '\''))
        return unpickling_error("the STRING opcode argument must be quoted");
    Ref<Bytes> bytes = TRY(decode_bytes_escape(ts_, text.substr(1, text.size() - 2), nullptr));
    return stack_.push(TRY(decode_string(ts_, self_, bytes_view(*bytes))));
}

Result<void> Loader::load_counted_string(size_t width) {
    size_t size = TRY(take_size(width, "BINSTRING"));
    const char* bytes = TRY(take(size));
    return stack_.push(TRY(decode_string(ts_, self_, {bytes, size})));
}

Result<void> Loader::load_counted_bytes(size_t width) {
    size_t size = TRY(take_size(width, "BINBYTES"));
    // A size that the input cannot have is refused before memory for it is asked for, when the input is in memory.
    if (!self_.input.read && size > self_.input.size - self_.input.next) return truncated();
    Ref<Bytes> bytes = TRY(bytes_new(ts_, Py_ssize_t(size)));
    TRY(self_.input.take_into(ts_, bytes_data(*bytes), size, state_.unpickling_error));
    return stack_.push(std::move(bytes));
}

Result<void> Loader::load_counted_bytearray() {
    size_t size = TRY(take_size(8, "BYTEARRAY8"));
    if (!self_.input.read && size > self_.input.size - self_.input.next) return truncated();
    Ref<ByteArray> bytes = TRY(bytearray_from(ts_, {}));
    TRY(bytearray_resize(ts_, *bytes, Py_ssize_t(size)));
    TRY(self_.input.take_into(ts_, bytearray_data(*bytes), size, state_.unpickling_error));
    return stack_.push(std::move(bytes));
}

Result<void> Loader::load_unicode() {
    std::string_view line = TRY(take_line());
    return stack_.push(TRY(decode_raw_unicode_escape(ts_, line.substr(0, line.size() - 1), nullptr)));
}

Result<void> Loader::load_counted_unicode(size_t width) {
    size_t size = TRY(take_size(width, "BINUNICODE"));
    const char* text = TRY(take(size));
    return stack_.push(TRY(str_decode(ts_, {text, size}, "utf-8", "surrogatepass")));
}

Result<void> Loader::load_next_buffer() {
    if (!self_.buffers)
        return unpickling_error("pickle stream refers to out-of-band data but no *buffers* argument was given");
    OptRef<Object> buffer = TRY(iter_next(ts_, *self_.buffers));
    if (!buffer) return unpickling_error("not enough out-of-band buffers");
    return stack_.push(buffer.take());
}

Result<void> Loader::load_readonly_buffer() {
    Ref<Object> buffer = TRY(stack_.pop());
    Ref<Object> view = TRY(memoryview_from_object(ts_, *buffer));
    if (as<MemoryView>(*view).view.readonly) return stack_.push(std::move(buffer));
    return stack_.push(TRY(call_method(ts_, *view, "toreadonly"_n)));
}

}  // namespace orochi::pickle
