#include <algorithm>
#include <bitset>
#include <cctype>
#include <string>
#include <vector>

#include "base/bigint.hpp"
#include "base/number_text.hpp"
#include "execution/code.hpp"
#include "modules/marshal/marshal.hpp"
#include "objects/byte_builder.hpp"
#include "objects/bytes.hpp"
#include "objects/convert.hpp"
#include "objects/dict.hpp"
#include "objects/float.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"
#include "objects/module.hpp"
#include "objects/set.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"

namespace orochi {

namespace {

constexpr int kMaxDepth = 2000;
constexpr int kRefFlag = 0x80;

void put16(char* to, unsigned value) {
    to[0] = char(value);
    to[1] = char(value >> 8);
}
void put32(char* to, uint32_t value) {
    put16(to, value & 0xFFFF);
    put16(to + 2, value >> 16);
}

// The objects that have numbers, by address: an open-addressed table.
class NumberTable {
public:
    // The object's number, or -1; then it has the next one from now on.
    int64_t number_or_add(Object& object) {
        if ((kept_.size() + 1) * 2 > slots_.size()) grow();
        Slot& slot = slot_of(object);
        if (slot.object) return slot.number;
        slot = {&object, next_++};
        kept_.push_back(Ref<Object>::share(object));
        return -1;
    }
    // Gives a number to something that cannot come again.
    void skip() { ++next_; }

private:
    struct Slot {
        Object* object = nullptr;
        uint32_t number = 0;
    };
    Slot& slot_of(const Object& object) {
        size_t mask = slots_.size() - 1;
        size_t at = (reinterpret_cast<uintptr_t>(&object) >> 4) * 0x9E3779B97F4A7C15u >> 32 & mask;
        while (slots_[at].object && slots_[at].object != &object) at = (at + 1) & mask;
        return slots_[at];
    }
    void grow() {
        std::vector<Slot> old(std::max(slots_.size() * 2, size_t(64)));
        old.swap(slots_);
        for (const Slot& slot : old)
            if (slot.object) slot_of(*slot.object) = slot;
    }

    std::vector<Slot> slots_;
    std::vector<Ref<Object>> kept_;  // alive, or an address could come again
    uint32_t next_ = 0;
};

// One letter of Latin-1 is one object for all. In CPython it counts as interned once it has been a name anywhere in
// the process; here, so that the bytes depend on nothing else, if it is one in the code that is written.
using LetterNames = std::bitset<256>;

void find_letter_names(Object& names, LetterNames& found) {
    for (Py_ssize_t i = 0; i < tuple_size(as<Tuple>(names)); ++i) {
        Str& name = as<Str>(tuple_item(as<Tuple>(names), i));
        if (str_length(name) == 1 && str_at(name, 0) < 256) found.set(str_at(name, 0));
    }
}

// `depth`: how many code objects are around this one.
LetterNames letter_names(Object& object, int depth = 0) {
    LetterNames found;
    if (!PyCode_Check(&object) || depth == kMaxDepth) return found;
    Code& code = as<Code>(object);
    find_letter_names(*code.co_names, found);
    find_letter_names(*code.co_localsplusnames, found);
    for (Py_ssize_t i = 0; i < tuple_size(as<Tuple>(*code.co_consts)); ++i)
        found |= letter_names(tuple_item(as<Tuple>(*code.co_consts), i), depth + 1);
    return found;
}

class Writer {
public:
    Writer(ThreadState& ts, int version, const LetterNames& letter_names)
        : ts_(ts), version_(version), letter_names_(letter_names), out_(ts) {}

    Result<void> value(Object& object) {
        if (depth_ >= kMaxDepth) return raise(ts_, PyExc_ValueError, "object too deeply nested to marshal");
        ++depth_;
        auto result = write(object);
        --depth_;
        return result;
    }
    Result<Ref<Bytes>> finish() { return out_.finish(); }

private:
    Failure unmarshallable() { return raise(ts_, PyExc_ValueError, "unmarshallable object"); }

    // Objects lie anywhere in memory: they are asked for before they are needed.
    static void will_read(Object* const* objects, Py_ssize_t count) {
        for (Py_ssize_t i = 0; i < count; ++i) __builtin_prefetch(objects[i]);
    }

    static char tag(char code, int flag) { return char(static_cast<unsigned char>(code) | flag); }
    Result<void> byte(char value) { return out_.append(value); }
    Result<void> type(char code, int flag) { return out_.append(tag(code, flag)); }
    Result<void> long_value(uint32_t value) {
        put32(TRY(out_.extend(4)), value);
        return {};
    }
    // A type and a count, in four bytes or one.
    Result<void> counted(char code, int flag, Py_ssize_t count) {
        if (count > INT32_MAX) return unmarshallable();
        char* to = TRY(out_.extend(5));
        to[0] = tag(code, flag);
        put32(to + 1, uint32_t(count));
        return {};
    }
    Result<void> shortly_counted(char code, int flag, Py_ssize_t count) {
        char* to = TRY(out_.extend(2));
        to[0] = tag(code, flag);
        to[1] = char(count);
        return {};
    }
    Result<void> binary_double(double value) {
        return out_.append(std::string_view(reinterpret_cast<const char*>(&value), 8));
    }
    Result<void> text_double(double value) {
        std::string text;
        base::format_double(value, 'g', 17, {}, &text);
        TRY(byte(char(text.size())));
        return out_.append(text);
    }
    Result<void> number(double value) { return version_ > 1 ? binary_double(value) : text_double(value); }

    // An object seen before becomes a reference to it: true. Otherwise `flag` says whether it gets a number.
    Result<bool> reference(Object& object, int& flag) {
        flag = 0;
        if (version_ < 3) return false;
        // An object that only we hold cannot come again. Interned text counts as shared whoever holds it, so that the
        // bytes do not depend on what else is loaded.
        if (object.ob_refcnt == 1 && !(PyUnicode_CheckExact(&object) && str_is_interned(as<Str>(object)))) return false;
        int64_t number = numbers_.number_or_add(object);
        if (number < 0) {
            flag = kRefFlag;
            return false;
        }
        char* to = TRY(out_.extend(5));
        to[0] = 'r';
        put32(to + 1, uint32_t(number));
        return true;
    }

    Result<void> int_value(Object& object, int flag) {
        base::Digits digits = int_digits(as<Int>(object));
        bool negative = int_sign(as<Int>(object)) < 0;
        uint64_t magnitude = 0;
        if (base::digits_to_uint64(digits, &magnitude) && magnitude <= uint64_t(INT32_MAX) + negative) {
            TRY(type('i', flag));
            return long_value(uint32_t(negative ? -magnitude : magnitude));
        }
        // 15-bit digits; the last of ours may need only one.
        size_t count = digits.size * 2;
        if (!(digits.data[digits.size - 1] >> 15)) --count;
        TRY(type('l', flag));
        TRY(long_value(uint32_t(negative ? -int32_t(count) : int32_t(count))));
        char* to = TRY(out_.extend(Py_ssize_t(2 * count)));
        for (size_t i = 0; i < count; ++i) put16(to + 2 * i, digits.data[i / 2] >> (i % 2 ? 15 : 0) & 0x7FFF);
        return {};
    }

    // What is interned here, but in CPython only shared: strings of one character that are no names, and the
    // names of code blocks that have none.
    bool is_name(const Str& text) const {
        if (!str_is_interned(text)) return false;
        if (str_length(text) != 1) {
            if (!str_length(text) || str_at(text, 0) != '<') return true;
            for (const char* block : {"<module>", "<lambda>", "<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"})
                if (str_equals_ascii(text, block)) return false;
            return true;
        }
        uint32_t c = str_at(text, 0);
        return c == '_' || c == '*' || (c < 128 ? std::isalnum(int(c)) : c > 255 || letter_names_[c]);
    }

    Result<void> str_value(Str& text, int flag) {
        bool interned = version_ >= 3 && is_name(text);
        if (version_ >= 4 && str_is_ascii(text)) {
            Py_ssize_t length = str_length(text);
            TRY(length < 256 ? shortly_counted(interned ? 'Z' : 'z', flag, length)
                             : counted(interned ? 'A' : 'a', flag, length));
            return out_.append(str_ascii_view(text));
        }
        Ref<Object> utf8 = TRY(str_encode(ts_, text, "utf-8", "surrogatepass"));
        std::string_view view = bytes_view(as<Bytes>(*utf8));
        TRY(counted(interned ? 't' : 'u', flag, Py_ssize_t(view.size())));
        return out_.append(view);
    }

    // Sets are written in the order of their items' bytes, so that the result is reproducible.
    Result<void> set_items(Object& set) {
        Ref<List> pairs = TRY(list_new(ts_, 0));
        Py_ssize_t position = 0;
        Object* key;
        while (set_next(as<Set>(set), position, &key)) {
            Writer item(ts_, version_, letter_names_);
            TRY(item.value(*key));
            Ref<Bytes> dumped = TRY(item.finish());
            Ref<Tuple> pair = TRY(tuple_of(ts_, *dumped, *key));
            TRY(list_append(ts_, *pairs, obj(*pair)));
        }
        TRY(list_sort(ts_, *pairs));
        for (Py_ssize_t i = 0; i < list_size(*pairs); ++i) TRY(value(tuple_item(as<Tuple>(list_item(*pairs, i)), 1)));
        return {};
    }

    Result<void> code_value(Code& code, int flag) {
        Object* const parts[] = {code.co_consts,   code.co_names, code.co_localsplusnames, code.co_localspluskinds,
                                 code.co_filename, code.co_name,  code.co_qualname};
        will_read(parts, std::size(parts));
        const int numbers[] = {code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_stacksize,
                               code.co_flags};
        TRY(type('c', flag));
        for (int n : numbers) TRY(long_value(uint32_t(n)));
        // In CPython the instructions are an object that the code object holds, too, so that it counts as shared.
        if (version_ >= 3) numbers_.skip();
        words_.resize(size_t(code_word_count(code)));
        code_original_words(code, words_.data());
        const size_t size = words_.size() * sizeof(CodeWord);
        TRY(counted('s', version_ >= 3 ? kRefFlag : 0, Py_ssize_t(size)));
        TRY(out_.append(std::string_view(reinterpret_cast<const char*>(words_.data()), size)));
        for (Object* part : parts) TRY(value(*part));
        TRY(long_value(uint32_t(code.co_firstlineno)));
        TRY(value(*code.co_linetable));
        return value(*code.co_exceptiontable);
    }

    // None and its like, which are one byte; 0: none of them.
    static char singleton(const Object& object) {
        return is_none(object)                    ? 'N'
               : &object == PyExc_StopIteration   ? 'S'
               : &object == &ellipsis()           ? '.'
               : &object == obj(&_Py_FalseStruct) ? 'F'
               : &object == obj(&_Py_TrueStruct)  ? 'T'
                                                  : 0;
    }

    Result<void> write(Object& object) {
        if (char code = singleton(object)) return byte(code);
        int flag;
        if (TRY(reference(object, flag))) return {};
        if (PyUnicode_CheckExact(&object)) return str_value(as<Str>(object), flag);
        if (PyLong_CheckExact(&object)) return int_value(object, flag);
        if (PyTuple_CheckExact(&object)) {
            Tuple& tuple = as<Tuple>(object);
            Py_ssize_t count = tuple_size(tuple);
            TRY(version_ >= 4 && count < 256 ? shortly_counted(')', flag, count) : counted('(', flag, count));
            will_read(tuple.ob_item, count);
            for (Py_ssize_t i = 0; i < count; ++i) TRY(value(tuple_item(tuple, i)));
            return {};
        }
        if (PyBytes_CheckExact(&object)) return bytes_value(bytes_view(as<Bytes>(object)), flag);
        if (PyFloat_CheckExact(&object)) {
            TRY(type(version_ > 1 ? 'g' : 'f', flag));
            return number(float_value(object));
        }
        if (PyComplex_CheckExact(&object)) {
            Py_complex c = as<Complex>(object).cval;
            TRY(type(version_ > 1 ? 'y' : 'x', flag));
            TRY(number(c.real));
            return number(c.imag);
        }
        if (PyList_CheckExact(&object)) {
            List& list = as<List>(object);
            TRY(counted('[', flag, list_size(list)));
            // Borrowed, since one more reference would show: no Python code runs in between.
            for (Py_ssize_t i = 0; i < list_size(list); ++i) TRY(value(list_item(list, i)));
            return {};
        }
        if (PyDict_CheckExact(&object)) {
            TRY(type('{', flag));
            Py_ssize_t position = 0;
            Object *key, *item;
            while (dict_next(as<Dict>(object), position, &key, &item)) {
                TRY(value(*key));
                TRY(value(*item));
            }
            return byte('0');
        }
        if (PyAnySet_CheckExact(&object)) {
            TRY(counted(PyFrozenSet_CheckExact(&object) ? '>' : '<', flag, set_size(as<Set>(object))));
            return set_items(object);
        }
        if (PyCode_Check(&object)) return code_value(as<Code>(object), flag);
        if (!has_buffer(object)) return unmarshallable();
        BufferView view;
        if (!get_buffer(ts_, object, view.raw(), PyBUF_SIMPLE).ok()) {
            error_clear(ts_);
            return unmarshallable();
        }
        return bytes_value(view.text(), flag);
    }
    Result<void> bytes_value(std::string_view contents, int flag) {
        TRY(counted('s', flag, Py_ssize_t(contents.size())));
        return out_.append(contents);
    }

    ThreadState& ts_;
    int version_;
    const LetterNames& letter_names_;
    int depth_ = 0;
    ByteBuilder out_;
    NumberTable numbers_;
    std::vector<CodeWord> words_;  // the instructions of one code object at a time
};

}  // namespace

Result<Ref<Object>> marshal_dumps(ThreadState& ts, Object& object, int version) {
    TRY(audit(ts, "marshal.dumps", "Oi", &object, version));
    LetterNames names = letter_names(object);
    Writer writer(ts, version, names);
    TRY(writer.value(object));
    return writer.finish();
}

}  // namespace orochi
