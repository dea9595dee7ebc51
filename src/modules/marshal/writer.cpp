#include <algorithm>
#include <bitset>
#include <cctype>
#include <string>
#include <vector>

#include "base/bigint.hpp"
#include "base/number_text.hpp"
#include "execution/code.hpp"
#include "modules/marshal/marshal.hpp"
#include "objects/bytes.hpp"
#include "objects/dict.hpp"
#include "objects/float.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"
#include "objects/set.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"

namespace orochi {

namespace {

constexpr int kMaxDepth = 2000;

// One letter of Latin-1 is one object for all. In CPython it counts as interned once it has been a name anywhere in
// the process; here, so that the bytes depend on nothing else, if it is one in the code that is written.
using LetterNames = std::bitset<256>;

void find_letter_names(Object& names, LetterNames& found) {
    for (Py_ssize_t i = 0; i < tuple_size(as<Tuple>(names)); ++i) {
        Str& name = as<Str>(tuple_item(as<Tuple>(names), i));
        if (str_length(name) == 1 && str_at(name, 0) < 256) found.set(str_at(name, 0));
    }
}

LetterNames letter_names(Object& object) {
    LetterNames found;
    if (!PyCode_Check(&object)) return found;
    Code& code = as<Code>(object);
    find_letter_names(*code.co_names, found);
    find_letter_names(*code.co_localsplusnames, found);
    for (Py_ssize_t i = 0; i < tuple_size(as<Tuple>(*code.co_consts)); ++i)
        found |= letter_names(tuple_item(as<Tuple>(*code.co_consts), i));
    return found;
}

class Writer {
public:
    Writer(ThreadState& ts, int version, const LetterNames& letter_names)
        : ts_(ts), version_(version), letter_names_(letter_names) {}

    Result<void> value(Object& object) {
        if (depth_ >= kMaxDepth) return raise(ts_, PyExc_ValueError, "object too deeply nested to marshal");
        ++depth_;
        auto result = write(object);
        --depth_;
        return result;
    }
    const std::string& bytes() const { return out_; }

private:
    Failure unmarshallable() { return raise(ts_, PyExc_ValueError, "unmarshallable object"); }

    void byte(int value) { out_ += char(value); }
    void short_value(unsigned value) {
        byte(int(value & 255));
        byte(int(value >> 8 & 255));
    }
    void long_value(uint32_t value) {
        short_value(value & 0xFFFF);
        short_value(value >> 16);
    }
    Result<void> size(Py_ssize_t count) {
        if (count > INT32_MAX) return unmarshallable();
        long_value(uint32_t(count));
        return {};
    }
    void type(char code, int flag) { byte(static_cast<unsigned char>(code) | flag); }
    void binary_double(double value) { out_.append(reinterpret_cast<const char*>(&value), 8); }
    void text_double(double value) {
        std::string text;
        base::format_double(value, 'g', 17, {}, &text);
        byte(int(text.size()));
        out_ += text;
    }

    // An object seen before becomes a reference to it: true. Otherwise `flag` says whether it gets a number.
    bool reference(Object& object, int& flag) {
        flag = 0;
        if (version_ < 3) return false;
        // An object that only we hold cannot come again. Interned text counts as shared whoever holds it, so that the
        // bytes do not depend on what else is loaded.
        if (object.ob_refcnt == 1 && !(PyUnicode_CheckExact(&object) && str_is_interned(as<Str>(object)))) return false;
        if ((numbered_.size() + 1) * 2 > slots_.size()) grow();
        uint32_t& slot = slot_of(object);
        if (slot) {
            byte('r');
            long_value(slot - 1);
            return true;
        }
        numbered_.push_back(Ref<Object>::share(object));
        slot = uint32_t(numbered_.size());
        flag = 0x80;
        return false;
    }

    // The object's number plus one, or the empty place for it.
    uint32_t& slot_of(Object& object) {
        size_t mask = slots_.size() - 1;
        size_t at = (reinterpret_cast<uintptr_t>(&object) >> 4) * 0x9E3779B97F4A7C15u >> 32 & mask;
        while (slots_[at] && numbered_[slots_[at] - 1].get() != &object) at = (at + 1) & mask;
        return slots_[at];
    }
    void grow() {
        slots_.assign(std::max(slots_.size() * 2, size_t(64)), 0);
        for (uint32_t i = 0; i < numbered_.size(); ++i) slot_of(*numbered_[i]) = i + 1;
    }

    void int_value(Object& object, int flag) {
        base::Digits digits = int_digits(as<Int>(object));
        bool negative = int_sign(as<Int>(object)) < 0;
        uint64_t magnitude = 0;
        if (base::digits_to_uint64(digits, &magnitude) && magnitude <= uint64_t(INT32_MAX) + negative) {
            type('i', flag);
            long_value(uint32_t(negative ? -magnitude : magnitude));
            return;
        }
        // 15-bit digits; the last of ours may need only one.
        type('l', flag);
        size_t count = digits.size * 2;
        if (!(digits.data[digits.size - 1] >> 15)) --count;
        long_value(uint32_t(negative ? -int32_t(count) : int32_t(count)));
        for (size_t i = 0; i < count; ++i) short_value(digits.data[i / 2] >> (i % 2 ? 15 : 0) & 0x7FFF);
    }

    // What is interned here, but in CPython only shared: strings of one character that are no names, and the
    // names of code blocks that have none.
    bool is_name(const Str& text) const {
        if (!str_is_interned(text)) return false;
        if (str_length(text) != 1) {
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
            bool is_short = str_length(text) < 256;
            if (is_short) {
                type(interned ? 'Z' : 'z', flag);
                byte(int(str_length(text)));
            } else {
                type(interned ? 'A' : 'a', flag);
                TRY(size(str_length(text)));
            }
            out_ += str_ascii_view(text);
            return {};
        }
        Ref<Object> utf8 = TRY(str_encode(ts_, text, "utf-8", "surrogatepass"));
        std::string_view view = bytes_view(as<Bytes>(*utf8));
        type(interned ? 't' : 'u', flag);
        TRY(size(Py_ssize_t(view.size())));
        out_ += view;
        return {};
    }

    // Sets are written in the order of their items' bytes, so that the result is reproducible.
    Result<void> set_items(Object& set) {
        Ref<List> pairs = TRY(list_new(ts_, 0));
        Py_ssize_t position = 0;
        Object* key;
        while (set_next(as<Set>(set), position, &key)) {
            Writer item(ts_, version_, letter_names_);
            TRY(item.value(*key));
            Ref<Bytes> dumped = TRY(bytes_from(ts_, item.bytes()));
            Ref<Tuple> pair = TRY(tuple_of(ts_, *dumped, *key));
            TRY(list_append(ts_, *pairs, obj(*pair)));
        }
        TRY(list_sort(ts_, *pairs));
        for (Py_ssize_t i = 0; i < list_size(*pairs); ++i) TRY(value(tuple_item(as<Tuple>(list_item(*pairs, i)), 1)));
        return {};
    }

    Result<void> code_value(Code& code, int flag) {
        Ref<Bytes> bytecode = TRY(code_original_bytes(ts_, code));
        Ref<Bytes> cached = bytecode.copy();  // in CPython the code object has it, too, so that it counts as shared
        type('c', flag);
        long_value(uint32_t(code.co_argcount));
        long_value(uint32_t(code.co_posonlyargcount));
        long_value(uint32_t(code.co_kwonlyargcount));
        long_value(uint32_t(code.co_stacksize));
        long_value(uint32_t(code.co_flags));
        TRY(value(obj(*bytecode.get())));
        for (Object* part : {code.co_consts, code.co_names, code.co_localsplusnames, code.co_localspluskinds,
                             code.co_filename, code.co_name, code.co_qualname}) {
            TRY(value(*part));
        }
        long_value(uint32_t(code.co_firstlineno));
        TRY(value(*code.co_linetable));
        return value(*code.co_exceptiontable);
    }

    Result<void> write(Object& object) {
        if (is_none(object)) return byte('N'), Result<void>();
        if (&object == PyExc_StopIteration) return byte('S'), Result<void>();
        if (&object == &ellipsis()) return byte('.'), Result<void>();
        if (&object == obj(&_Py_FalseStruct)) return byte('F'), Result<void>();
        if (&object == obj(&_Py_TrueStruct)) return byte('T'), Result<void>();
        int flag;
        if (reference(object, flag)) return {};
        if (PyLong_CheckExact(&object)) {
            int_value(object, flag);
            return {};
        }
        if (PyFloat_CheckExact(&object)) {
            type(version_ > 1 ? 'g' : 'f', flag);
            version_ > 1 ? binary_double(float_value(object)) : text_double(float_value(object));
            return {};
        }
        if (PyComplex_CheckExact(&object)) {
            Py_complex c = as<Complex>(object).cval;
            type(version_ > 1 ? 'y' : 'x', flag);
            for (double part : {c.real, c.imag}) version_ > 1 ? binary_double(part) : text_double(part);
            return {};
        }
        if (PyBytes_CheckExact(&object)) {
            type('s', flag);
            std::string_view view = bytes_view(as<Bytes>(object));
            TRY(size(Py_ssize_t(view.size())));
            out_ += view;
            return {};
        }
        if (PyUnicode_CheckExact(&object)) return str_value(as<Str>(object), flag);
        if (PyTuple_CheckExact(&object)) {
            Tuple& tuple = as<Tuple>(object);
            if (version_ >= 4 && tuple_size(tuple) < 256) {
                type(')', flag);
                byte(int(tuple_size(tuple)));
            } else {
                type('(', flag);
                TRY(size(tuple_size(tuple)));
            }
            for (Py_ssize_t i = 0; i < tuple_size(tuple); ++i) TRY(value(tuple_item(tuple, i)));
            return {};
        }
        if (PyList_CheckExact(&object)) {
            List& list = as<List>(object);
            type('[', flag);
            TRY(size(list_size(list)));
            // Borrowed, since one more reference would show: no Python code runs in between.
            for (Py_ssize_t i = 0; i < list_size(list); ++i) TRY(value(list_item(list, i)));
            return {};
        }
        if (PyDict_CheckExact(&object)) {
            type('{', flag);
            Py_ssize_t position = 0;
            Object *key, *item;
            while (dict_next(as<Dict>(object), position, &key, &item)) {
                TRY(value(*key));
                TRY(value(*item));
            }
            byte('0');
            return {};
        }
        if (PyAnySet_CheckExact(&object)) {
            type(PyFrozenSet_CheckExact(&object) ? '>' : '<', flag);
            TRY(size(set_size(as<Set>(object))));
            return set_items(object);
        }
        if (PyCode_Check(&object)) return code_value(as<Code>(object), flag);
        if (has_buffer(object)) {
            Py_buffer view;
            if (!get_buffer(ts_, object, view, PyBUF_SIMPLE).ok()) {
                error_clear(ts_);
                byte('?');
                return unmarshallable();
            }
            type('s', flag);
            std::string copy(static_cast<const char*>(view.buf), size_t(view.len));
            release_buffer(view);
            TRY(size(Py_ssize_t(copy.size())));
            out_ += copy;
            return {};
        }
        return unmarshallable();
    }

    ThreadState& ts_;
    int version_;
    const LetterNames& letter_names_;
    int depth_ = 0;
    std::string out_;
    std::vector<uint32_t> slots_;        // a hash table of the numbered objects by address
    std::vector<Ref<Object>> numbered_;  // kept alive, or an address could come again
};

}  // namespace

Result<Ref<Object>> marshal_dumps(ThreadState& ts, Object& object, int version) {
    LetterNames names = letter_names(object);
    Writer writer(ts, version, names);
    TRY(writer.value(object));
    return bytes_from(ts, writer.bytes());
}

}  // namespace orochi
