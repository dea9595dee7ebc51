#include <string>
#include <vector>

#include "base/bigint.hpp"
#include "execution/code.hpp"
#include "modules/marshal/marshal.hpp"
#include "objects/byte_strings.hpp"
#include "objects/bytes.hpp"
#include "objects/dict.hpp"
#include "objects/float.hpp"
#include "objects/int.hpp"
#include "objects/intern.hpp"
#include "objects/list.hpp"
#include "objects/number.hpp"
#include "objects/set.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"

namespace orochi {

namespace {

constexpr int kMaxDepth = 2000;
constexpr unsigned char kRefFlag = 0x80;

// Where the bytes come from: memory, or a Python file that is read piece by piece.
class Input {
public:
    Input(ThreadState& ts, std::string_view data)
        : ts_(ts), begin_(data.data()), at_(data.data()), end_(data.data() + data.size()) {}
    Input(ThreadState& ts, Object& file) : ts_(ts), file_(&file) {}

    // The next `count` bytes, valid until the next call.
    Result<std::string_view> take(size_t count) {
        if (count > size_t(end_ - at_)) return take_from_file(count);
        std::string_view result(at_, count);
        at_ += count;
        return result;
    }
    // -1 at the end.
    Result<int> byte_or_end() {
        if (at_ != end_) return int(static_cast<unsigned char>(*at_++));
        if (!file_) return -1;
        buffer_.clear();
        return TRY(read_into_buffer(1)) ? int(static_cast<unsigned char>(buffer_[0])) : -1;
    }
    Result<int> byte() {
        int value = TRY(byte_or_end());
        if (value < 0) return raise(ts_, PyExc_EOFError, "EOF read where object expected");
        return value;
    }
    size_t used() const { return size_t(at_ - begin_); }
    size_t remaining() const { return file_ ? SIZE_MAX : size_t(end_ - at_); }

private:
    Result<std::string_view> take_from_file(size_t count) {
        if (!file_) return raise(ts_, PyExc_EOFError, "marshal data too short");
        // Piece by piece: nothing is allocated that a damaged size promises and the file does not hold.
        buffer_.clear();
        while (buffer_.size() < count) {
            size_t piece = std::min(count - buffer_.size(), size_t(1) << 20);
            if (TRY(read_into_buffer(piece)) < piece) return unexpected_end();
        }
        return std::string_view(buffer_);
    }
    Failure unexpected_end() { return raise(ts_, PyExc_EOFError, "EOF read where not expected"); }
    // Appends to the buffer; returns how much there was. The file is given a place that lives on with the view: it may
    // keep it and write into it later.
    Result<size_t> read_into_buffer(size_t count) {
        Ref<ByteArray> place = TRY(bytearray_of_size(ts_, Py_ssize_t(count)));
        BufferView held;  // no resizing while we look
        TRY(get_buffer(ts_, obj(*place), held.raw(), PyBUF_WRITABLE));
        Ref<Object> view = TRY(memoryview_from_object(ts_, obj(*place)));
        Ref<Object> answer = TRY(call_method(ts_, *file_, "readinto"_n, *view));
        Py_ssize_t got = 0;
        if (!is_none(*answer)) got = TRY(number_as_ssize(ts_, *answer, PyExc_ValueError));
        if (got > Py_ssize_t(count)) {
            return raise(ts_, PyExc_ValueError, "read() returned too much data: %zd bytes requested, %zd returned",
                         Py_ssize_t(count), got);
        }
        size_t kept = size_t(std::max(got, Py_ssize_t(0)));
        buffer_.append(held.text().substr(0, kept));
        return kept;
    }

    ThreadState& ts_;
    const char *begin_ = nullptr, *at_ = nullptr, *end_ = nullptr;  // memory; a file has none
    Object* file_ = nullptr;
    std::string buffer_;
};

class Reader {
public:
    Reader(ThreadState& ts, Input& input) : ts_(ts), input_(input) {}

    // Empty: a NULL object, which ends a dict.
    Result<OptRef<Object>> value() {
        int code = TRY(input_.byte_or_end());
        if (code < 0) return raise(ts_, PyExc_EOFError, "EOF read where object expected");
        if (depth_ >= kMaxDepth) return raise(ts_, PyExc_ValueError, "recursion limit exceeded");
        ++depth_;
        auto result = dispatch(char(code & ~kRefFlag), code & kRefFlag);
        --depth_;
        return result;
    }
    Result<Ref<Object>> required(const char* what) {
        OptRef<Object> result = TRY(value());
        if (!result) return raise(ts_, PyExc_TypeError, "NULL object in marshal data for %s", what);
        return result.take();
    }

private:
    Failure bad(const char* why) { return raise(ts_, PyExc_ValueError, "bad marshal data (%s)", why); }

    Result<int32_t> long_value() {
        std::string_view bytes = TRY(input_.take(4));
        auto at = [&](int i) { return uint32_t(static_cast<unsigned char>(bytes[size_t(i)])); };
        return int32_t(at(0) | at(1) << 8 | at(2) << 16 | at(3) << 24);
    }
    Result<uint16_t> short_value() {
        std::string_view bytes = TRY(input_.take(2));
        return uint16_t(static_cast<unsigned char>(bytes[0]) | static_cast<unsigned char>(bytes[1]) << 8);
    }
    Result<size_t> size(const char* what) {
        int32_t count = TRY(long_value());
        if (count < 0) return raise(ts_, PyExc_ValueError, "bad marshal data (%s size out of range)", what);
        return size_t(count);
    }
    // Every item takes at least a byte: a count beyond what is left cannot be met, and is not allocated. What
    // is there is read all the same, up to the first fault.
    Result<size_t> item_count(const char* what) {
        size_t count = TRY(size(what));
        if (count <= input_.remaining()) return count;
        for (;;) TRY(required(what));
    }

    // References count from the first flagged object, in the order in which they start.
    Py_ssize_t reserve(bool flag) {
        if (!flag) return -1;
        references_.emplace_back();
        return Py_ssize_t(references_.size()) - 1;
    }
    Ref<Object> remember(Ref<Object>&& object, Py_ssize_t index) {
        if (index >= 0) references_[size_t(index)] = object.copy();
        return std::move(object);
    }
    void note(Object& object, bool flag) {
        if (flag) references_.push_back(Ref<Object>::share(object));
    }
    Ref<Object> remember_now(Ref<Object>&& object, bool flag) {
        note(*object, flag);
        return std::move(object);
    }

    Result<uint32_t> digit() {
        uint32_t value = TRY(short_value());
        if (value > 0x7FFF) return bad("digit out of range in long");
        return value;
    }
    Result<Ref<Object>> long_digits() {
        int32_t count = TRY(long_value());
        if (count == INT32_MIN) return bad("long size out of range");
        bool negative = count < 0;
        size_t shorts = size_t(negative ? -int64_t(count) : count);
        if (shorts > input_.remaining() / 2) {
            for (;;) TRY(digit());
        }
        // 15-bit digits, two of which make one of ours.
        Ref<Int> result = TRY(int_new(ts_, (shorts + 1) / 2));
        uint32_t last = 1;
        for (size_t i = 0; i < shorts; ++i) {
            last = TRY(digit());
            if (i % 2 == 0) {
                result->ob_digit[i / 2] = last;
            } else {
                result->ob_digit[i / 2] |= last << 15;
            }
        }
        if (last == 0 && shorts) return bad("unnormalized long data");
        return int_finish(std::move(result), base::normalised_size(result->ob_digit, (shorts + 1) / 2), negative);
    }

    Result<double> binary_double() {
        std::string_view bytes = TRY(input_.take(8));
        double result;
        memcpy(&result, bytes.data(), 8);
        return result;
    }
    Result<double> text_double() {
        int count = TRY(input_.byte());
        std::string_view text = TRY(input_.take(size_t(count)));
        Ref<Object> object = TRY(str_decode(ts_, text, "utf-8", "replace"));
        Ref<Object> number = TRY(float_from_object_text(ts_, *object));
        return float_value(*number);
    }

    Result<Ref<Object>> ascii(size_t count, bool interned, bool flag) {
        std::string_view text = TRY(input_.take(count));
        return remember_now(TRY(interned ? intern_latin1(ts_, text) : str_from_latin1(ts_, text)), flag);
    }

    Result<Ref<Object>> tuple(size_t count, bool flag) {
        Ref<Tuple> result = TRY(tuple_new(ts_, Py_ssize_t(count)));
        Py_ssize_t index = reserve(flag);
        for (size_t i = 0; i < count; ++i) tuple_init_item(*result, Py_ssize_t(i), TRY(required("tuple")));
        return remember(std::move(result), index);
    }

    Result<Ref<Object>> code(bool flag) {
        Py_ssize_t index = reserve(flag);
        CodeFields f{};
        f.argcount = TRY(long_value());
        f.posonlyargcount = TRY(long_value());
        f.kwonlyargcount = TRY(long_value());
        f.stacksize = TRY(long_value());
        f.flags = TRY(long_value());
        auto part = [&](bool (*check)(Object&), const char* expected) -> Result<Ref<Object>> {
            Ref<Object> object = TRY(required("code object"));
            if (!check(*object)) return raise(ts_, PyExc_TypeError, "code object: %s expected", expected);
            return object;
        };
        auto is_bytes = [](Object& o) -> bool { return PyBytes_Check(&o); };
        auto is_tuple = [](Object& o) -> bool { return PyTuple_Check(&o); };
        auto is_str = [](Object& o) -> bool { return PyUnicode_Check(&o); };
        Ref<Object> bytecode = TRY(part(is_bytes, "bytes"));
        Ref<Object> consts = TRY(part(is_tuple, "tuple"));
        Ref<Object> names = TRY(part(is_tuple, "tuple"));
        Ref<Object> locals = TRY(part(is_tuple, "tuple"));
        Ref<Object> kinds = TRY(part(is_bytes, "bytes"));
        Ref<Object> filename = TRY(part(is_str, "str"));
        Ref<Object> name = TRY(part(is_str, "str"));
        Ref<Object> qualname = TRY(part(is_str, "str"));
        f.firstlineno = TRY(long_value());
        Ref<Object> linetable = TRY(part(is_bytes, "bytes"));
        Ref<Object> exceptions = TRY(part(is_bytes, "bytes"));
        f.code = &as<Bytes>(*bytecode);
        f.consts = &as<Tuple>(*consts);
        f.names = &as<Tuple>(*names);
        f.localsplusnames = &as<Tuple>(*locals);
        f.localspluskinds = &as<Bytes>(*kinds);
        f.filename = &as<Str>(*filename);
        f.name = &as<Str>(*name);
        f.qualname = &as<Str>(*qualname);
        f.linetable = &as<Bytes>(*linetable);
        f.exceptiontable = &as<Bytes>(*exceptions);
        Ref<Code> result = TRY(code_new(ts_, f));
        return remember(std::move(result), index);
    }

    Result<OptRef<Object>> dispatch(char code, bool flag) {
        switch (code) {
            case '0': return nullptr;
            case 'N': return new_none();
            case 'S': return Ref<Object>::share(*PyExc_StopIteration);
            case '.': return Ref<Object>::share(ellipsis());
            case 'F': return new_bool(false);
            case 'T': return new_bool(true);
            case 'i': return remember_now(TRY(int_from(ts_, TRY(long_value()))), flag);
            case 'l': return remember_now(TRY(long_digits()), flag);
            case 'I': {
                std::string_view bytes = TRY(input_.take(8));
                return remember_now(
                    TRY(int_from_bytes(ts_, reinterpret_cast<const unsigned char*>(bytes.data()), 8, true, true)),
                    flag);
            }
            case 'f': return remember_now(TRY(float_from(ts_, TRY(text_double()))), flag);
            case 'g': return remember_now(TRY(float_from(ts_, TRY(binary_double()))), flag);
            case 'x': {
                double real = TRY(text_double()), imaginary = TRY(text_double());
                return remember_now(TRY(complex_from(ts_, real, imaginary)), flag);
            }
            case 'y': {
                double real = TRY(binary_double()), imaginary = TRY(binary_double());
                return remember_now(TRY(complex_from(ts_, real, imaginary)), flag);
            }
            case 's': {
                size_t count = TRY(size("bytes object"));
                std::string_view bytes = TRY(input_.take(count));
                return remember_now(TRY(bytes_from(ts_, bytes)), flag);
            }
            case 'A':
            case 'a': return ascii(TRY(size("string")), code == 'A', flag);
            case 'Z':
            case 'z': {
                int count = TRY(input_.byte());
                return ascii(size_t(count), code == 'Z', flag);
            }
            case 't':
            case 'u': {
                size_t count = TRY(size("string"));
                std::string_view bytes = TRY(input_.take(count));
                Ref<Object> text = TRY(str_decode(ts_, bytes, "utf-8", "surrogatepass"));
                if (code == 't') text = intern(ts_, std::move(text).cast<Str>());
                return remember_now(std::move(text), flag);
            }
            case ')': {
                int count = TRY(input_.byte());
                return tuple(size_t(count), flag);
            }
            case '(': return tuple(TRY(item_count("tuple")), flag);
            case '[': {
                size_t count = TRY(item_count("list"));
                Ref<List> result = TRY(list_new(ts_, 0));
                note(obj(*result), flag);
                for (size_t i = 0; i < count; ++i) TRY(list_append(ts_, *result, TRY(required("list"))));
                return result;
            }
            case '{': {
                Ref<Dict> result = TRY(dict_new(ts_));
                note(obj(*result), flag);
                while (true) {
                    OptRef<Object> key = TRY(value());
                    if (!key) break;
                    OptRef<Object> item = TRY(value());
                    if (!item) break;
                    TRY(dict_set(ts_, *result, *key, *item));
                }
                return result;
            }
            case '<':
            case '>': {
                size_t count = TRY(item_count("set"));
                bool frozen = code == '>';
                Py_ssize_t index = frozen ? reserve(flag) : -1;
                Ref<Object> result = frozen ? TRY(frozenset_new(ts_, nullptr)) : TRY(set_new(ts_, nullptr));
                if (frozen && count) {
                    Ref<List> items = TRY(list_new(ts_, 0));
                    for (size_t i = 0; i < count; ++i) TRY(list_append(ts_, *items, TRY(required("set"))));
                    result = TRY(frozenset_new(ts_, obj(items.get())));
                } else {
                    note(*result, flag && !frozen);
                    for (size_t i = 0; i < count; ++i) {
                        Ref<Object> item = TRY(required("set"));
                        TRY(set_add(ts_, as<Set>(*result), item));
                    }
                }
                return remember(std::move(result), index);
            }
            case 'c': return code_value(flag);
            case 'r': {
                int32_t index = TRY(long_value());
                if (index < 0 || size_t(index) >= references_.size()) return bad("invalid reference");
                const OptRef<Object>& found = references_[size_t(index)];
                if (!found) return bad("invalid reference");
                return Ref<Object>::share(*found);
            }
            default: return bad("unknown type code");
        }
    }
    Result<OptRef<Object>> code_value(bool flag) { return OptRef<Object>(TRY(code(flag))); }

    ThreadState& ts_;
    Input& input_;
    std::vector<OptRef<Object>> references_;  // empty: begun, not finished
    int depth_ = 0;
};

Result<Ref<Object>> load(ThreadState& ts, Input& input) {
    Reader reader(ts, input);
    OptRef<Object> result = TRY(reader.value());
    if (!result) return raise(ts, PyExc_TypeError, "NULL object in marshal data for object");
    return result.take();
}

}  // namespace

Result<Ref<Object>> marshal_loads(ThreadState& ts, std::string_view data, size_t* used) {
    Input input(ts, data);
    auto result = load(ts, input);
    if (used) *used = input.used();
    return result;
}

Result<Ref<Object>> marshal_load(ThreadState& ts, Object& file) {
    Input input(ts, file);
    return load(ts, input);
}

}  // namespace orochi
