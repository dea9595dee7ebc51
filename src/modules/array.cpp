// The module array: arrays of C numbers.
#include <wchar.h>

#include "base/bits.hpp"
#include "modules/heap_type.hpp"
#include "modules/module_references.hpp"
#include "objects/bytes.hpp"
#include "objects/float.hpp"
#include "objects/index_iterator.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"
#include "objects/slice.hpp"

namespace orochi {

extern PyModuleDef array_module;

namespace array_parts {

namespace {

struct State {
    Type* array;
    Type* iterator;
    Object* reconstructor;
    // What the module refers to.
    template <class F>
    void each(F f) {
        f(array);
        f(iterator);
        f(reconstructor);
    }
};
State& state_of(Object& module) { return *static_cast<State*>(module_state(module)); }

// How one item is read and written.
struct Kind {
    char code;
    int size;
    Result<Ref<Object>> (*get)(ThreadState& ts, const char* at);
    Result<void> (*set)(ThreadState& ts, char* at, Object& value);  // `at` null: only checks
    const char* format;
    bool is_integer, is_signed;
};

template <class T>
Result<Ref<Object>> get_integer(ThreadState& ts, const char* at) {
    T value = base::load<T>(at);
    if constexpr (std::is_signed_v<T>) {
        return int_from(ts, value);
    } else {
        return int_from_unsigned(ts, value);
    }
}
template <class T>
Result<Ref<Object>> get_float(ThreadState& ts, const char* at) {
    return float_from(ts, double(base::load<T>(at)));
}
Result<Ref<Object>> get_character(ThreadState& ts, const char* at) {
    return str_from_character(ts, base::load<Py_UCS4>(at));
}

template <class T>
Result<void> store(char* at, T value) {
    if (at) base::store(at, value);
    return {};
}
// Types narrower than long: with a message that names them.
template <class T, const char* name>
Result<void> set_small(ThreadState& ts, char* at, Object& value) {
    long n = TRY(convert_long(ts, value));
    if (n < long(std::numeric_limits<T>::min())) return raise(ts, PyExc_OverflowError, "%s is less than minimum", name);
    if (n > long(std::numeric_limits<T>::max()))
        return raise(ts, PyExc_OverflowError, "%s is greater than maximum", name);
    return store(at, T(n));
}
constexpr char kByteName[] = "signed char", kUnsignedByteName[] = "unsigned byte integer",
               kShortName[] = "signed short integer", kUnsignedShortName[] = "unsigned short",
               kIntName[] = "signed integer";
Result<void> set_unsigned_int(ThreadState& ts, char* at, Object& value) {
    Ref<Object> number = TRY(number_index(ts, value));
    if (int_sign(as<Int>(*number)) < 0)
        return raise(ts, PyExc_OverflowError, "can't convert negative value to unsigned int");
    unsigned long n = TRY(int_as_unsigned_long(ts, number));
    if (n > UINT_MAX) return raise(ts, PyExc_OverflowError, "unsigned int is greater than maximum");
    return store(at, unsigned(n));
}
Result<void> set_long(ThreadState& ts, char* at, Object& value) { return store(at, TRY(convert_long(ts, value))); }
Result<void> set_unsigned_long(ThreadState& ts, char* at, Object& value) {
    Ref<Object> number = TRY(number_index(ts, value));
    if (int_sign(as<Int>(*number)) < 0)
        return raise(ts, PyExc_OverflowError, "can't convert negative value to unsigned int");
    return store(at, TRY(int_as_unsigned_long(ts, number)));
}
Result<void> set_long_long(ThreadState& ts, char* at, Object& value) {
    return store(at, TRY(convert_long_long(ts, value)));
}
Result<void> set_unsigned_long_long(ThreadState& ts, char* at, Object& value) {
    Ref<Object> number = TRY(number_index(ts, value));
    return store(at, TRY(int_as_unsigned_long_long(ts, number)));
}
template <class T>
Result<void> set_float(ThreadState& ts, char* at, Object& value) {
    return store(at, T(TRY(convert_double(ts, value))));
}
Result<void> set_character(ThreadState& ts, char* at, Object& value) {
    if (!PyUnicode_Check(&value)) return raise(ts, PyExc_TypeError, "array item must be unicode character");
    if (str_length(as<Str>(value)) != 1)
        return raise(ts, PyExc_TypeError, "array item must be a unicode character, not %T", &value);
    return store(at, str_at(as<Str>(value), 0));
}

constexpr Kind kinds[] = {
    {'b', 1, get_integer<signed char>, set_small<signed char, kByteName>, "b", true, true},
    {'B', 1, get_integer<unsigned char>, set_small<unsigned char, kUnsignedByteName>, "B", true, false},
    {'u', 4, get_character, set_character, "w", false, false},
    {'h', 2, get_integer<short>, set_small<short, kShortName>, "h", true, true},
    {'H', 2, get_integer<unsigned short>, set_small<unsigned short, kUnsignedShortName>, "H", true, false},
    {'i', 4, get_integer<int>, set_small<int, kIntName>, "i", true, true},
    {'I', 4, get_integer<unsigned>, set_unsigned_int, "I", true, false},
    {'l', 8, get_integer<long>, set_long, "l", true, true},
    {'L', 8, get_integer<unsigned long>, set_unsigned_long, "L", true, false},
    {'q', 8, get_integer<long long>, set_long_long, "q", true, true},
    {'Q', 8, get_integer<unsigned long long>, set_unsigned_long_long, "Q", true, false},
    {'f', 4, get_float<float>, set_float<float>, "f", false, true},
    {'d', 8, get_float<double>, set_float<double>, "d", false, true},
};
const Kind* kind_for(Py_UCS4 code) {
    for (const Kind& kind : kinds) {
        if (Py_UCS4(kind.code) == code) return &kind;
    }
    return nullptr;
}

struct Array {
    PyVarObject ob_base;  // ob_size: items
    char* items;
    Py_ssize_t allocated;
    const Kind* kind;
    Object* weakrefs;
    Py_ssize_t exports;
};
Py_ssize_t& size_of(Array& a) { return a.ob_base.ob_size; }
char* at(Array& a, Py_ssize_t i) { return a.items + i * a.kind->size; }
Object& object_of(Array& a) { return reinterpret_cast<Object&>(a); }

// The array type itself, from an array of it or of a subclass.
State& state_of_array(Object& o) {
    for (Type* type = &type_of(o); type; type = type->tp_base) {
        Object* module = type_module(*type);
        if (module && module_definition(*module) == &array_module) return state_of(*module);
    }
    std::abort();
}
bool is_array(Object& like, Object& o) { return is_instance_of(o, *state_of_array(like).array); }

Result<void> resize(ThreadState& ts, Array& a, Py_ssize_t size) {
    if (a.exports > 0 && size != size_of(a))
        return raise(ts, PyExc_BufferError, "cannot resize an array that is exporting buffers");
    if (a.allocated >= size && size_of(a) < size + 16 && a.items) {
        size_of(a) = size;
        return {};
    }
    if (size == 0) {
        Heap::free(a.items);
        a.items = nullptr;
        size_of(a) = a.allocated = 0;
        return {};
    }
    size_t wanted = size_t(size >> 4) + (size_of(a) < 8 ? 3 : 7) + size_t(size);
    if (wanted > size_t(PY_SSIZE_T_MAX) / size_t(a.kind->size)) return raise_no_memory(ts);
    void* block = ts.heap().reallocate(a.items, wanted * size_t(a.kind->size));
    if (!block) return raise_no_memory(ts);
    a.items = static_cast<char*>(block);
    a.allocated = Py_ssize_t(wanted);
    size_of(a) = size;
    return {};
}

Result<Ref<Array>> make(ThreadState& ts, Type& type, const Kind& kind, Py_ssize_t size) {
    if (size > PY_SSIZE_T_MAX / kind.size) return raise_no_memory(ts);
    Ref<Array> a = TRY(make_instance<Array>(type));
    a->kind = &kind;
    if (size) {
        a->items = static_cast<char*>(ts.heap().allocate(size_t(size) * size_t(kind.size)));
        if (!a->items) return raise_no_memory(ts);
        size_of(*a) = a->allocated = size;
    }
    return a;
}
Result<Ref<Array>> make_like(ThreadState& ts, Array& like, Py_ssize_t size) {
    return make(ts, *state_of_array(object_of(like)).array, *like.kind, size);
}

Result<void> insert(ThreadState& ts, Array& a, Py_ssize_t where, Object& value) {
    Py_ssize_t n = size_of(a);
    // The conversion may run code: it comes before anything is moved.
    char item[8];
    TRY(a.kind->set(ts, item, value));
    n = size_of(a);
    TRY(resize(ts, a, n + 1));
    if (where < 0) where = std::max<Py_ssize_t>(where + n, 0);
    where = std::min(where, n);
    std::memmove(at(a, where + 1), at(a, where), size_t(n - where) * size_t(a.kind->size));
    std::memcpy(at(a, where), item, size_t(a.kind->size));
    return {};
}
Result<void> append(ThreadState& ts, Array& a, Object& value) { return insert(ts, a, size_of(a), value); }

// Replaces items [low, high) by those of `other` (null: nothing).
Result<void> replace(ThreadState& ts, Array& a, Py_ssize_t low, Py_ssize_t high, const char* items, Py_ssize_t count) {
    Py_ssize_t growth = count - (high - low), n = size_of(a);
    size_t item = size_t(a.kind->size);
    if (growth != 0 && a.exports > 0)
        return raise(ts, PyExc_BufferError, "cannot resize an array that is exporting buffers");
    if (growth < 0) {
        std::memmove(at(a, high + growth), at(a, high), size_t(n - high) * item);
        TRY(resize(ts, a, n + growth));
    } else if (growth > 0) {
        TRY(resize(ts, a, n + growth));
        std::memmove(at(a, high + growth), at(a, high), size_t(n - high) * item);
    }
    if (count) std::memcpy(at(a, low), items, size_t(count) * item);
    return {};
}

Result<void> extend_array(ThreadState& ts, Array& a, Array& other) {
    if (a.kind != other.kind) return raise(ts, PyExc_TypeError, "can only extend with array of same kind");
    Py_ssize_t n = size_of(a), m = size_of(other);
    if (n > PY_SSIZE_T_MAX - m) return raise_no_memory(ts);
    if (m == 0) return {};
    TRY(resize(ts, a, n + m));
    std::memcpy(at(a, n), other.items, size_t(m) * size_t(a.kind->size));
    return {};
}
Result<void> append_each(ThreadState& ts, Array& a, Object& iterable) {
    Ref<Object> iterator = TRY(get_iter(ts, iterable));
    for (;;) {
        OptRef<Object> item = TRY(iter_next(ts, *iterator));
        if (!item) return {};
        TRY(append(ts, a, *item));
    }
}
Result<void> extend(ThreadState& ts, Array& a, Object& iterable) {
    if (is_array(object_of(a), iterable)) return extend_array(ts, a, as<Array>(iterable));
    return append_each(ts, a, iterable);
}
Result<void> append_bytes(ThreadState& ts, Array& a, const void* data, Py_ssize_t bytes) {
    if (bytes % a.kind->size) return raise(ts, PyExc_ValueError, "bytes length not a multiple of item size");
    Py_ssize_t n = size_of(a), m = bytes / a.kind->size;
    if (m == 0) return {};
    if (n > PY_SSIZE_T_MAX - m) return raise_no_memory(ts);
    TRY(resize(ts, a, n + m));
    std::memcpy(at(a, n), data, size_t(bytes));
    return {};
}
Result<void> append_text(ThreadState& ts, Array& a, Str& text) {
    Py_ssize_t n = size_of(a), m = str_length(text);
    if (m == 0) return {};
    TRY(resize(ts, a, n + m));
    for (Py_ssize_t i = 0; i < m; ++i) base::store(at(a, n + i), str_at(text, i));
    return {};
}

// ---- Life ----

Object* array_tp_new(Type* type, Object* arguments, Object* keywords) {
    ThreadState& ts = current_thread();
    auto run = [&]() -> Result<Ref<Object>> {
        if (type->tp_new == array_tp_new && !type->tp_base->tp_base)
            TRY(check_no_keywords(ts, "array.array", as<Dict>(keywords)));
        Tuple& a = as<Tuple>(*arguments);
        if (tuple_size(a) < 1) return raise(ts, PyExc_TypeError, "array() takes at least 1 argument (0 given)");
        if (tuple_size(a) > 2)
            return raise(ts, PyExc_TypeError, "array() takes at most 2 arguments (%zd given)", tuple_size(a));
        Object& code = tuple_item(a, 0);
        if (!PyUnicode_Check(&code) || str_length(as<Str>(code)) != 1)
            return raise(ts, PyExc_TypeError, "array() argument 1 must be a unicode character, not %T", &code);
        const uint32_t letter = str_at(as<Str>(code), 0);
        Object* initial = tuple_size(a) == 2 ? &tuple_item(a, 1) : nullptr;
        TRY(audit(ts, "array.__new__", "CO", int(letter), initial ? initial : &none()));
        const Kind* kind = kind_for(letter);
        if (initial && PyUnicode_Check(initial) && letter != 'u')
            return raise(ts, PyExc_TypeError, "cannot use a str to initialize an array with typecode '%c'",
                         int(letter));
        if (!kind) return raise(ts, PyExc_ValueError, "bad typecode (must be b, B, u, h, H, i, I, l, L, q, Q, f or d)");
        Ref<Array> self = TRY(make(ts, *type, *kind, 0));
        if (!initial) return self;
        if (is_array(object_of(*self), *initial) && kind->code != 'u' && as<Array>(*initial).kind->code == 'u')
            return raise(ts, PyExc_TypeError, "cannot use a unicode array to initialize an array with typecode '%c'",
                         kind->code);
        if (PyUnicode_Check(initial)) {
            TRY(append_text(ts, self, as<Str>(*initial)));
        } else if (PyBytes_Check(initial)) {
            std::string_view bytes = bytes_view(as<Bytes>(*initial));
            TRY(append_bytes(ts, self, bytes.data(), Py_ssize_t(bytes.size())));
        } else if (PyByteArray_Check(initial)) {
            TRY(append_bytes(ts, self, bytearray_data(as<ByteArray>(*initial)),
                             as<ByteArray>(*initial).ob_base.ob_size));
        } else if (is_array(object_of(*self), *initial) && as<Array>(*initial).kind == kind) {
            TRY(extend_array(ts, self, as<Array>(*initial)));
        } else {
            TRY(append_each(ts, self, *initial));
        }
        return self;
    };
    return to_c(run());
}
void array_dealloc(Object* self) {
    Array& a = as<Array>(*self);
    gc_untrack_if_tracked(*self);
    if (a.weakrefs) clear_weakrefs(current_thread(), *self);
    Heap::free(a.items);
    Type& type = type_of(*self);
    type.tp_free(self);
    decref(type);
}
// ---- Sequence ----

Py_ssize_t array_len(Array& self) { return size_of(self); }
Result<Ref<Object>> item_at(ThreadState& ts, Array& self, Py_ssize_t i) { return self.kind->get(ts, at(self, i)); }
Result<Ref<Object>> array_item(ThreadState& ts, Array& self, Py_ssize_t i) {
    if (size_t(i) >= size_t(size_of(self))) return raise(ts, PyExc_IndexError, "array index out of range");
    return item_at(ts, self, i);
}
Result<void> array_assign_item(ThreadState& ts, Array& self, Py_ssize_t i, Object* value) {
    if (size_t(i) >= size_t(size_of(self))) return raise(ts, PyExc_IndexError, "array assignment index out of range");
    if (!value) return replace(ts, self, i, i + 1, nullptr, 0);
    char item[8];
    TRY(self.kind->set(ts, item, *value));
    if (i >= size_of(self)) return raise(ts, PyExc_IndexError, "array assignment index out of range");
    std::memcpy(at(self, i), item, size_t(self.kind->size));
    return {};
}
Result<Ref<Object>> array_subscript(ThreadState& ts, Array& self, Object& index) {
    if (is_index(index)) {
        Py_ssize_t i = TRY(number_as_ssize(ts, index, PyExc_IndexError));
        if (i < 0) i += size_of(self);
        return array_item(ts, self, i);
    }
    if (!PySlice_Check(&index)) return raise(ts, PyExc_TypeError, "array indices must be integers");
    Py_ssize_t start, stop, step;
    TRY(slice_unpack(ts, index, start, stop, step));
    Py_ssize_t count = slice_adjust(size_of(self), start, stop, step);
    Ref<Array> result = TRY(make_like(ts, self, std::max<Py_ssize_t>(count, 0)));
    size_t item = size_t(self.kind->size);
    if (step == 1 && count > 0) {
        std::memcpy(result->items, at(self, start), size_t(count) * item);
    } else {
        for (Py_ssize_t i = 0; i < count; ++i) std::memcpy(at(*result, i), at(self, start + i * step), item);
    }
    return result;
}
Result<void> array_assign_subscript(ThreadState& ts, Array& self, Object& index, Object* value) {
    if (is_index(index)) {
        Py_ssize_t i = TRY(number_as_ssize(ts, index, PyExc_IndexError));
        if (i < 0) i += size_of(self);
        return array_assign_item(ts, self, i, value);
    }
    if (!PySlice_Check(&index)) return raise(ts, PyExc_TypeError, "array indices must be integers");
    Py_ssize_t start, stop, step;
    TRY(slice_unpack(ts, index, start, stop, step));
    Py_ssize_t count = slice_adjust(size_of(self), start, stop, step);
    OptRef<Object> copy;
    Array* other = nullptr;
    if (value) {
        if (!is_array(object_of(self), *value))
            return raise(ts, PyExc_TypeError, "can only assign array (not \"%T\") to array slice", value);
        other = as<Array>(value);
        if (other == &self) {
            Ref<Array> twin = TRY(make_like(ts, self, size_of(self)));
            if (size_of(self)) std::memcpy(twin->items, self.items, size_t(size_of(self) * self.kind->size));
            other = twin.get();
            copy = Ref<Object>::steal(object_of(*std::move(twin).release()));
        }
        if (other->kind != self.kind) return raise(ts, PyExc_TypeError, "bad argument type for built-in operation");
    }
    Py_ssize_t needed = other ? size_of(*other) : 0;
    if (step == 1)
        return replace(ts, self, start, start + std::max<Py_ssize_t>(count, 0), other ? other->items : nullptr, needed);
    size_t item = size_t(self.kind->size);
    if (!value) {
        if (count <= 0) return {};
        if (self.exports > 0) return raise(ts, PyExc_BufferError, "cannot resize an array that is exporting buffers");
        if (step < 0) {
            start += step * (count - 1);
            step = -step;
        }
        Py_ssize_t out = start, taken = 0;
        for (Py_ssize_t i = start; i < size_of(self); ++i) {
            if (taken < count && i == start + taken * step) {
                ++taken;
            } else {
                std::memcpy(at(self, out++), at(self, i), item);
            }
        }
        return resize(ts, self, out);
    }
    if (needed != count)
        return raise(ts, PyExc_ValueError, "attempt to assign array of size %zd to extended slice of size %zd", needed,
                     count);
    for (Py_ssize_t i = 0; i < count; ++i) std::memcpy(at(self, start + i * step), at(*other, i), item);
    return {};
}
Result<Ref<Object>> array_concat(ThreadState& ts, Array& self, Object& other) {
    if (!is_array(object_of(self), other))
        return raise(ts, PyExc_TypeError, "can only append array (not \"%T\") to array", &other);
    Array& right = as<Array>(other);
    if (right.kind != self.kind) return raise(ts, PyExc_TypeError, "bad argument type for built-in operation");
    Py_ssize_t n = size_of(self), m = size_of(right);
    if (n > PY_SSIZE_T_MAX - m) return raise_no_memory(ts);
    Ref<Array> result = TRY(make_like(ts, self, n + m));
    if (n) std::memcpy(result->items, self.items, size_t(n * self.kind->size));
    if (m) std::memcpy(at(*result, n), right.items, size_t(m * self.kind->size));
    return result;
}
Result<Ref<Object>> array_repeat(ThreadState& ts, Array& self, Py_ssize_t count) {
    count = std::max<Py_ssize_t>(count, 0);
    Py_ssize_t n = size_of(self);
    if (n && count > PY_SSIZE_T_MAX / n) return raise_no_memory(ts);
    Ref<Array> result = TRY(make_like(ts, self, n * count));
    for (Py_ssize_t k = 0; k < count && n; ++k)
        std::memcpy(at(*result, k * n), self.items, size_t(n * self.kind->size));
    return result;
}
Result<Ref<Object>> array_inplace_concat(ThreadState& ts, Array& self, Object& other) {
    if (!is_array(object_of(self), other))
        return raise(ts, PyExc_TypeError, "can only extend array with array (not \"%T\")", &other);
    TRY(extend_array(ts, self, as<Array>(other)));
    return Ref<Object>::share(object_of(self));
}
Result<Ref<Object>> array_inplace_repeat(ThreadState& ts, Array& self, Py_ssize_t count) {
    Py_ssize_t n = size_of(self);
    if (n > 0) {
        count = std::max<Py_ssize_t>(count, 0);
        if (count > PY_SSIZE_T_MAX / n) return raise_no_memory(ts);
        TRY(resize(ts, self, n * count));
        for (Py_ssize_t k = 1; k < count; ++k) std::memcpy(at(self, k * n), self.items, size_t(n * self.kind->size));
    }
    return Ref<Object>::share(object_of(self));
}
Result<bool> array_contains(ThreadState& ts, Array& self, Object& value) {
    for (Py_ssize_t i = 0; i < size_of(self); ++i) {
        Ref<Object> item = TRY(item_at(ts, self, i));
        if (TRY(compare_bool(ts, item, value, Py_EQ))) return true;
    }
    return false;
}
Result<Ref<Object>> array_compare(ThreadState& ts, Object& left, Object& right, int op) {
    if (!is_array(left, right)) return new_not_implemented();
    Array& a = as<Array>(left);
    Array& b = as<Array>(right);
    Py_ssize_t n = size_of(a), m = size_of(b);
    if (n != m && (op == Py_EQ || op == Py_NE)) return new_bool(op == Py_NE);
    for (Py_ssize_t i = 0; i < size_of(a) && i < size_of(b); ++i) {
        Ref<Object> x = TRY(item_at(ts, a, i));
        Ref<Object> y = TRY(item_at(ts, b, i));
        Ref<Object> same = TRY(compare(ts, x, y, Py_EQ));
        if (TRY(is_true(ts, same))) continue;
        if (op == Py_EQ) return new_bool(false);
        if (op == Py_NE) return new_bool(true);
        return compare(ts, x, y, op);
    }
    n = size_of(a);
    m = size_of(b);
    return new_bool(op == Py_LT   ? n < m
                    : op == Py_LE ? n <= m
                    : op == Py_EQ ? n == m
                    : op == Py_NE ? n != m
                    : op == Py_GT ? n > m
                                  : n >= m);
}
Result<Ref<Str>> text_of(ThreadState& ts, Array& self) {
    for (Py_ssize_t i = 0; i < size_of(self); ++i) {
        Py_UCS4 c = base::load<Py_UCS4>(at(self, i));
        if (c > 0x10ffff) return raise(ts, PyExc_ValueError, "character U+%x is not in range [U+0000; U+10ffff]", c);
    }
    return str_from_ucs(ts, 4, self.items ? self.items : "", size_of(self));
}
Result<Ref<List>> list_of(ThreadState& ts, Array& self) {
    Ref<List> list = TRY(list_new(ts, size_of(self)));
    for (Py_ssize_t i = 0; i < list_size(list); ++i) list_init_item(list, i, TRY(item_at(ts, self, i)));
    return list;
}
Result<Ref<Object>> array_repr(ThreadState& ts, Array& self) {
    const char* name = type_of(object_of(self)).tp_name;
    if (const char* dot = std::strrchr(name, '.')) name = dot + 1;
    if (size_of(self) == 0) return str_format(ts, "%s('%c')", name, int(self.kind->code));
    Ref<Object> items =
        self.kind->code == 'u' ? Ref<Object>(TRY(text_of(ts, self))) : Ref<Object>(TRY(list_of(ts, self)));
    return str_format(ts, "%s('%c', %R)", name, int(self.kind->code), items.get());
}

// ---- Buffer ----

int array_get_buffer(Object* self, Py_buffer* view, int flags) {
    Array& a = as<Array>(*self);
    if (!view) {
        raise(current_thread(), PyExc_BufferError, "array_buffer_getbuf: view==NULL argument is obsolete");
        return -1;
    }
    view->buf = a.items ? a.items : const_cast<char*>("");
    view->obj = new_reference(*self);
    view->len = size_of(a) * a.kind->size;
    view->readonly = 0;
    view->ndim = 1;
    view->itemsize = a.kind->size;
    view->suboffsets = nullptr;
    view->shape = flags & PyBUF_ND ? &size_of(a) : nullptr;
    view->strides = (flags & PyBUF_STRIDES) == PyBUF_STRIDES ? &view->itemsize : nullptr;
    view->format = flags & PyBUF_FORMAT ? const_cast<char*>(a.kind->format) : nullptr;
    view->internal = nullptr;
    ++a.exports;
    return 0;
}
void array_release_buffer(Object* self, Py_buffer*) { --as<Array>(*self).exports; }

// ---- Methods ----

Result<void> method_append(ThreadState& ts, Array& self, Object& v) { return append(ts, self, v); }
Result<void> method_extend(ThreadState& ts, Array& self, Object& bb) { return extend(ts, self, bb); }
Result<void> method_insert(ThreadState& ts, Array& self, Py_ssize_t i, Object& v) { return insert(ts, self, i, v); }
Result<Ref<Object>> method_buffer_info(ThreadState& ts, Array& self) {
    Ref<Object> address = TRY(int_from_pointer(ts, self.items));
    Ref<Object> length = TRY(int_from(ts, size_of(self)));
    return TRY(tuple_of(ts, *address, *length));
}
Result<void> method_byteswap(ThreadState& ts, Array& self) {
    size_t item = size_t(self.kind->size);
    if (item == 1) return {};
    for (Py_ssize_t i = 0; i < size_of(self); ++i) std::reverse(at(self, i), at(self, i) + item);
    return {};
}
Result<Ref<Object>> method_copy(ThreadState& ts, Array& self) {
    Ref<Array> copy = TRY(make_like(ts, self, size_of(self)));
    if (size_of(self)) std::memcpy(copy->items, self.items, size_t(size_of(self) * self.kind->size));
    return copy;
}
Result<Ref<Object>> method_deepcopy(ThreadState& ts, Array& self, Object&) { return method_copy(ts, self); }
Result<Py_ssize_t> method_count(ThreadState& ts, Array& self, Object& v) {
    Py_ssize_t count = 0;
    for (Py_ssize_t i = 0; i < size_of(self); ++i) {
        Ref<Object> item = TRY(item_at(ts, self, i));
        count += TRY(compare_bool(ts, item, v, Py_EQ));
    }
    return count;
}
Result<Ref<Object>> method_index(ThreadState& ts, Array& self, Object& v, Object* start_object, Object* stop_object) {
    Py_ssize_t start = start_object ? TRY(number_as_slice_index(ts, *start_object)) : 0;
    Py_ssize_t stop = stop_object ? TRY(number_as_slice_index(ts, *stop_object)) : PY_SSIZE_T_MAX;
    if (start < 0) start = std::max<Py_ssize_t>(start + size_of(self), 0);
    if (stop < 0) stop += size_of(self);
    for (Py_ssize_t i = start; i < stop && i < size_of(self); ++i) {
        Ref<Object> item = TRY(item_at(ts, self, i));
        if (TRY(compare_bool(ts, item, v, Py_EQ))) return int_from(ts, i);
    }
    return raise(ts, PyExc_ValueError, "array.index(x): x not in array");
}
Result<void> method_remove(ThreadState& ts, Array& self, Object& v) {
    for (Py_ssize_t i = 0; i < size_of(self); ++i) {
        Ref<Object> item = TRY(item_at(ts, self, i));
        if (TRY(compare_bool(ts, item, v, Py_EQ))) return replace(ts, self, i, i + 1, nullptr, 0);
    }
    return raise(ts, PyExc_ValueError, "array.remove(x): x not in array");
}
Result<Ref<Object>> method_pop(ThreadState& ts, Array& self, Py_ssize_t i) {
    if (size_of(self) == 0) return raise(ts, PyExc_IndexError, "pop from empty array");
    if (i < 0) i += size_of(self);
    if (size_t(i) >= size_t(size_of(self))) return raise(ts, PyExc_IndexError, "pop index out of range");
    Ref<Object> item = TRY(item_at(ts, self, i));
    TRY(replace(ts, self, i, i + 1, nullptr, 0));
    return item;
}
void method_reverse(Array& self) {
    char item[8];
    size_t size = size_t(self.kind->size);
    for (Py_ssize_t i = 0, j = size_of(self) - 1; i < j; ++i, --j) {
        std::memcpy(item, at(self, i), size);
        std::memcpy(at(self, i), at(self, j), size);
        std::memcpy(at(self, j), item, size);
    }
}
Result<void> method_fromlist(ThreadState& ts, Array& self, Object& list) {
    if (!PyList_Check(&list)) return raise(ts, PyExc_TypeError, "arg must be list");
    Py_ssize_t n = list_size(as<List>(list)), old = size_of(self);
    for (Py_ssize_t i = 0; i < n; ++i) {
        Ref<Object> item = Ref<Object>::share(list_item(as<List>(list), i));
        auto result = append(ts, self, item);
        if (result.ok() && list_size(as<List>(list)) != n)
            result = raise(ts, PyExc_RuntimeError, "list changed size during iteration");
        if (!result.ok()) {
            ErrorKeeper keeper(ts);
            (void)resize(ts, self, old).ok();
            return failure;
        }
    }
    return {};
}
Result<Ref<Object>> method_tolist(ThreadState& ts, Array& self) { return list_of(ts, self); }
Result<void> method_frombytes(ThreadState& ts, Array& self, BufferView& buffer) {
    return append_bytes(ts, self, buffer.data(), buffer.size());
}
Result<Ref<Object>> method_tobytes(ThreadState& ts, Array& self) {
    return bytes_from(ts, {self.items ? self.items : "", size_t(size_of(self) * self.kind->size)});
}
Result<void> method_fromunicode(ThreadState& ts, Array& self, Str& ustr) {
    if (self.kind->code != 'u')
        return raise(ts, PyExc_ValueError, "fromunicode() may only be called on unicode type arrays");
    return append_text(ts, self, ustr);
}
Result<Ref<Object>> method_tounicode(ThreadState& ts, Array& self) {
    if (self.kind->code != 'u')
        return raise(ts, PyExc_ValueError, "tounicode() may only be called on unicode type arrays");
    return text_of(ts, self);
}
Result<void> method_tofile(ThreadState& ts, Array& self, Object& f) {
    Py_ssize_t total = size_of(self) * self.kind->size;
    for (Py_ssize_t done = 0; done < total; done += 65536) {
        Ref<Bytes> block = TRY(bytes_from(ts, {self.items + done, size_t(std::min<Py_ssize_t>(65536, total - done))}));
        (void)TRY(call_method(ts, f, "write"_n, obj(*block)));
    }
    return {};
}
Result<void> method_fromfile(ThreadState& ts, Array& self, Object& f, Py_ssize_t n) {
    if (n < 0) return raise(ts, PyExc_ValueError, "negative count");
    if (n > PY_SSIZE_T_MAX / self.kind->size) return raise_no_memory(ts);
    Ref<Object> size = TRY(int_from(ts, n * self.kind->size));
    Ref<Object> block = TRY(call_method(ts, f, "read"_n, *size));
    if (!PyBytes_Check(block.get())) return raise(ts, PyExc_TypeError, "read() didn't return bytes");
    std::string_view bytes = bytes_view(as<Bytes>(*block));
    TRY(append_bytes(ts, self, bytes.data(), Py_ssize_t(bytes.size())));
    if (Py_ssize_t(bytes.size()) != n * self.kind->size)
        return raise(ts, PyExc_EOFError, "read() didn't return enough bytes");
    return {};
}
Py_ssize_t method_sizeof(Array& self) {
    return type_of(object_of(self)).tp_basicsize + self.allocated * self.kind->size;
}

// The machine formats of PEP-less pickling: a number for kind, size, sign and byte order.
struct Format {
    char kind;  // 'i' integer, 'f' IEEE float, 'u' UTF
    int size;
    bool is_signed, big_endian;
};
constexpr Format formats[] = {
    {'i', 1, false, false}, {'i', 1, true, false}, {'i', 2, false, false}, {'i', 2, false, true},
    {'i', 2, true, false},  {'i', 2, true, true},  {'i', 4, false, false}, {'i', 4, false, true},
    {'i', 4, true, false},  {'i', 4, true, true},  {'i', 8, false, false}, {'i', 8, false, true},
    {'i', 8, true, false},  {'i', 8, true, true},  {'f', 4, false, false}, {'f', 4, false, true},
    {'f', 8, false, false}, {'f', 8, false, true}, {'u', 2, false, false}, {'u', 2, false, true},
    {'u', 4, false, false}, {'u', 4, false, true},
};
int format_of(const Kind& kind) {
    char wanted = kind.is_integer ? 'i' : kind.code == 'u' ? 'u' : 'f';
    for (int i = 0; i < int(std::size(formats)); ++i) {
        const Format& f = formats[i];
        if (f.kind == wanted && f.size == kind.size && !f.big_endian &&
            (wanted != 'i' || f.is_signed == kind.is_signed))
            return i;
    }
    return -1;
}

Result<Ref<Object>> method_reduce_ex(ThreadState& ts, Array& self, Object& value) {
    if (!PyLong_Check(&value)) return raise(ts, PyExc_TypeError, "__reduce_ex__ argument should be an integer");
    long protocol = TRY(int_as_long(ts, value));
    OptRef<Object> given = TRY(getattr_optional(ts, object_of(self), "__dict__"_n));
    Ref<Object> dict = given ? given.take() : new_none();
    Object& type = obj(type_of(object_of(self)));
    Ref<Str> code = TRY(str_from_character(ts, Py_UCS4(self.kind->code)));
    if (protocol < 3) {
        Ref<List> items = TRY(list_of(ts, self));
        Ref<Tuple> arguments = TRY(tuple_of(ts, obj(*code), obj(*items)));
        return TRY(tuple_of(ts, type, obj(*arguments), *dict));
    }
    Ref<Object> bytes = TRY(method_tobytes(ts, self));
    Ref<Object> format = TRY(int_from(ts, format_of(*self.kind)));
    Ref<Tuple> arguments = TRY(tuple_of(ts, type, obj(*code), *format, *bytes));
    return TRY(tuple_of(ts, *state_of_array(object_of(self)).reconstructor, obj(*arguments), *dict));
}

Result<Ref<Object>> reconstruct(ThreadState& ts, Object& module, Type& type, char32_t code, int mformat,
                                Object& items) {
    if (!type_is_subtype(type, *state_of(module).array))
        return raise(ts, PyExc_TypeError, "%.200s is not a subtype of %.200s", type.tp_name,
                     state_of(module).array->tp_name);
    const Kind* kind = kind_for(code);
    if (!kind) return raise(ts, PyExc_ValueError, "second argument must be a valid type code");
    if (mformat < 0 || mformat >= int(std::size(formats)))
        return raise(ts, PyExc_ValueError, "third argument must be a valid machine format code.");
    if (!PyBytes_Check(&items)) return raise(ts, PyExc_TypeError, "fourth argument should be bytes, not %T", &items);
    std::string_view bytes = bytes_view(as<Bytes>(items));
    const Format& format = formats[mformat];
    if (mformat == format_of(*kind)) {
        Ref<Array> self = TRY(make(ts, type, *kind, 0));
        TRY(append_bytes(ts, self, bytes.data(), Py_ssize_t(bytes.size())));
        return self;
    }
    if (bytes.size() % size_t(format.size))
        return raise(ts, PyExc_ValueError, "bytes length not a multiple of item size");
    Ref<Array> self = TRY(make(ts, type, *kind, 0));
    if (format.kind == 'u') {
        Ref<Object> text = TRY(str_decode(ts, bytes,
                                          format.size == 2 ? (format.big_endian ? "utf-16-be" : "utf-16-le")
                                                           : (format.big_endian ? "utf-32-be" : "utf-32-le"),
                                          "strict"));
        TRY(extend(ts, self, text));
        return self;
    }
    for (size_t i = 0; i < bytes.size(); i += size_t(format.size)) {
        unsigned char item[8];
        std::memcpy(item, bytes.data() + i, size_t(format.size));
        Ref<Object> value = new_none();
        if (format.kind == 'i') {
            value = TRY(int_from_bytes(ts, item, size_t(format.size), !format.big_endian, format.is_signed));
        } else {
            if (format.big_endian) std::reverse(item, item + format.size);
            value = TRY(float_from(ts, format.size == 4 ? double(base::load<float>(item)) : base::load<double>(item)));
        }
        TRY(append(ts, self, value));
    }
    return self;
}

Result<Ref<Object>> get_typecode(ThreadState& ts, Array& self) {
    return str_from_character(ts, Py_UCS4(self.kind->code));
}
Result<Ref<Object>> get_itemsize(ThreadState& ts, Array& self) { return int_from(ts, self.kind->size); }

// ---- Iterator ----

struct ArrayIterator {
    PyObject_HEAD
    Object* array;  // null: exhausted
    Py_ssize_t index;
    auto members() { return std::array{&array}; }
};
Result<Ref<Object>> array_iter(ThreadState&, Array& self) {
    Ref<ArrayIterator> it = TRY(make_instance<ArrayIterator>(*state_of_array(object_of(self)).iterator));
    it->array = new_reference(object_of(self));
    return it;
}
Result<OptRef<Object>> iterator_next(ThreadState& ts, ArrayIterator& it) {
    if (!it.array) return nullptr;
    Array& a = as<Array>(*it.array);
    if (it.index < size_of(a)) return TRY(item_at(ts, a, it.index++));
    clear(it.array);
    return nullptr;
}
using Iteration = IndexIterator<&ArrayIterator::array>;
constexpr MethodDef iterator_methods[] = {
    METHOD("__reduce__($self, /)", Iteration::reduce, "Return state information for pickling."),
    METHOD("__setstate__($self, state, /)", Iteration::setstate, "Set state information for unpickling."),
    METHOD_END,
};

constexpr MethodDef array_methods[] = {
    METHOD("append($self, v, /)", method_append, "Append new value v to the end of the array."),
    METHOD("buffer_info($self, /)", method_buffer_info,
           "Return a tuple (address, length) giving the current memory address and the length in items of the buffer "
           "used to hold array's contents."),
    METHOD("byteswap($self, /)", method_byteswap, "Byteswap all items of the array."),
    METHOD("__copy__($self, /)", method_copy, "Return a copy of the array."),
    METHOD("count($self, v, /)", method_count, "Return number of occurrences of v in the array."),
    METHOD("__deepcopy__($self, unused, /)", method_deepcopy, "Return a copy of the array."),
    METHOD("extend($self, bb, /)", method_extend, "Append items to the end of the array."),
    METHOD("fromfile($self, f, n, /)", method_fromfile,
           "Read n objects from the file object f and append them to the end of the array."),
    METHOD("fromlist($self, list, /)", method_fromlist, "Append items to array from list."),
    METHOD("frombytes($self, buffer, /)", method_frombytes,
           "Appends items from the string, interpreting it as an array of machine values, as if it had been read from "
           "a file using the fromfile() method."),
    METHOD("fromunicode($self, ustr, /)", method_fromunicode,
           "Extends this array with data from the unicode string ustr."),
    METHOD("index($self, v, start=0, stop=sys.maxsize, /)", method_index,
           "Return index of first occurrence of v in the array."),
    METHOD("insert($self, i, v, /)", method_insert, "Insert a new item v into the array before position i."),
    METHOD("pop($self, i=-1, /)", method_pop, "Return the i-th element and delete it from the array."),
    METHOD("__reduce_ex__($self, value, /)", method_reduce_ex, "Return state information for pickling."),
    METHOD("remove($self, v, /)", method_remove, "Remove the first occurrence of v in the array."),
    METHOD("reverse($self, /)", method_reverse, "Reverse the order of the items in the array."),
    METHOD("tofile($self, f, /)", method_tofile, "Write all items (as machine values) to the file object f."),
    METHOD("tolist($self, /)", method_tolist, "Convert array to an ordinary list with the same items."),
    METHOD("tobytes($self, /)", method_tobytes,
           "Convert the array to an array of machine values and return the bytes representation."),
    METHOD("tounicode($self, /)", method_tounicode, "Extends this array with data from the unicode string ustr."),
    METHOD("__sizeof__($self, /)", method_sizeof, "Size of the array in memory, in bytes."),
    METHOD_END,
};
constexpr PyGetSetDef array_getset[] = {
    GETTER("typecode", get_typecode, "the typecode character used to create the array"),
    GETTER("itemsize", get_itemsize, "the size, in bytes, of one array item"),
    GETSET_END,
};
constexpr PyMemberDef array_members[] = {
    {"__weaklistoffset__", T_PYSSIZET, offsetof(Array, weakrefs), READONLY, nullptr},
    {},
};

constexpr MethodDef functions[] = {
    METHOD("_array_reconstructor($module, arraytype, typecode, mformat_code, items, /)", reconstruct,
           "Internal. Used for pickling support."),
    METHOD_END,
};

Result<void> execute(ThreadState& ts, Object& module) {
    State& state = state_of(module);
    PyType_Slot slots[] = {
        {Py_tp_dealloc, raw_pointer(array_dealloc)},
        {Py_tp_traverse, raw_pointer(heap_traverse_class)},
        {Py_tp_doc, const_cast<char*>("array(typecode [, initializer]) -> array\n\n"
                                      "Return a new array whose items are restricted by typecode, and\n"
                                      "initialized from the optional initializer value, which must be a list,\n"
                                      "string or iterable over elements of the appropriate type.\n")},
        {Py_tp_new, raw_pointer(array_tp_new)},
        {Py_tp_repr, slot_pointer<reprfunc, array_repr>()},
        {Py_tp_hash, raw_pointer(PyObject_HashNotImplemented)},
        {Py_tp_richcompare, slot_pointer<richcmpfunc, array_compare>()},
        {Py_tp_iter, slot_pointer<getiterfunc, array_iter>()},
        {Py_tp_methods, methods_pointer(array_methods)},
        {Py_tp_getset, const_cast<PyGetSetDef*>(array_getset)},
        {Py_tp_members, const_cast<PyMemberDef*>(array_members)},
        {Py_sq_length, slot_pointer<lenfunc, array_len>()},
        {Py_sq_concat, slot_pointer<binaryfunc, array_concat>()},
        {Py_sq_repeat, slot_pointer<ssizeargfunc, array_repeat>()},
        {Py_sq_item, slot_pointer<ssizeargfunc, array_item>()},
        {Py_sq_ass_item, slot_pointer<ssizeobjargproc, array_assign_item>()},
        {Py_sq_contains, slot_pointer<objobjproc, array_contains>()},
        {Py_sq_inplace_concat, slot_pointer<binaryfunc, array_inplace_concat>()},
        {Py_sq_inplace_repeat, slot_pointer<ssizeargfunc, array_inplace_repeat>()},
        {Py_mp_length, slot_pointer<lenfunc, array_len>()},
        {Py_mp_subscript, slot_pointer<binaryfunc, array_subscript>()},
        {Py_mp_ass_subscript, slot_pointer<objobjargproc, array_assign_subscript>()},
        {Py_bf_getbuffer, raw_pointer(array_get_buffer)},
        {Py_bf_releasebuffer, raw_pointer(array_release_buffer)},
        {0, nullptr}};
    PyType_Spec spec = {"array.array", sizeof(Array), 0, kBaseTypeFlags | Py_TPFLAGS_SEQUENCE, slots};
    state.array = new_reference(*TRY(module_add_type(ts, module, spec)));
    TRY(module_add(ts, module, "ArrayType", obj(*state.array)));
    Ref<Type> iterator = TRY(make_type<ArrayIterator>(
        ts, module, "array.arrayiterator", kTypeFlags | Py_TPFLAGS_DISALLOW_INSTANTIATION,
        {{Py_tp_methods, methods_pointer(iterator_methods)}, ITERATOR_SLOTS(next_pointer<iterator_next>())}));
    state.iterator = std::move(iterator).release();
    state.reconstructor = std::move(TRY(getattr(ts, module, "_array_reconstructor"_n))).release();
    TRY(module_add_text(ts, module, "typecodes", "bBuhHiIlLqQfd"));
    Ref<Object> abc = TRY(import_module(ts, "collections.abc"_n));
    Ref<Object> sequence = TRY(getattr(ts, *abc, "MutableSequence"_n));
    (void)TRY(call_method(ts, *sequence, "register"_n, obj(*state.array)));
    return {};
}

constinit PyModuleDef_Slot slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(module_exec_entry<execute>)},
    {0, nullptr},
};

}  // namespace
}  // namespace array_parts

PyModuleDef array_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "array",
    .m_doc =
        "This module defines an object type which can efficiently represent\n"
        "an array of basic values: characters, integers, floating point\n"
        "numbers.  Arrays are sequence types and behave very much like lists,\n"
        "except that the type of objects stored in them is constrained.\n",
    .m_size = sizeof(array_parts::State),
    .m_methods = METHOD_TABLE(array_parts::functions),
    .m_slots = array_parts::slots,
    .m_traverse = ModuleReferences<array_parts::State>::traverse,
    .m_clear = ModuleReferences<array_parts::State>::clear,
    .m_free = ModuleReferences<array_parts::State>::free,
};

}  // namespace orochi
