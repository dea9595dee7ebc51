// _struct: Python values to and from C structs.
#include "base/bits.hpp"
#include "modules/heap_type.hpp"
#include "modules/module_references.hpp"
#include "objects/byte_strings.hpp"
#include "objects/convert.hpp"
#include "objects/dict.hpp"
#include "objects/exceptions.hpp"
#include "objects/float.hpp"
#include "objects/int.hpp"
#include "objects/number.hpp"
#include "objects/str_internal.hpp"
#include "objects/tuple.hpp"

#include <cmath>

namespace orochi {

namespace structs {

namespace {

// One item, or a run of equal ones.
struct Field {
    char code;
    uint8_t size;  // of one item; for 's' and 'p' the run is one item of `count` bytes
    Py_ssize_t offset;
    Py_ssize_t count;
};

struct Struct {
    PyObject_HEAD
    Py_ssize_t size;    // in bytes
    Py_ssize_t values;  // Python values that it takes; read at this place by the stock module _testbuffer
    Object* format;     // bytes
    Object* weakrefs;
    Field* fields;
    Py_ssize_t field_count;
    char order;  // '@', '=', '<' or '>'
    auto members() { return std::array{&format}; }
    bool big() const { return order == '>'; }
    bool native() const { return order == '@'; }
};

struct State {
    Type *struct_type, *iterator_type;
    Object *error, *cache;
    // What the module refers to.
    template <class F>
    void each(F f) {
        f(struct_type);
        f(iterator_type);
        f(error);
        f(cache);
    }
};

State& state_of(Object& module) { return *static_cast<State*>(module_state(module)); }
Result<Object*> error_class(ThreadState& ts, Struct& self);

// -- Formats. ---------------------------------------------------------------------------------------------------------

struct Layout {
    uint8_t size, alignment;
};
bool layout_of(char code, bool native, Layout& layout) {
    uint8_t size;
    switch (code) {
        case 'x':
        case 'c':
        case 'b':
        case 'B':
        case '?':
        case 's':
        case 'p': size = 1; break;
        case 'h':
        case 'H':
        case 'e': size = 2; break;
        case 'i':
        case 'I':
        case 'f': size = 4; break;
        case 'l':
        case 'L': size = native ? 8 : 4; break;
        case 'q':
        case 'Q':
        case 'd': size = 8; break;
        case 'n':
        case 'N':
        case 'P':
            if (!native) return false;
            size = 8;
            break;
        default: return false;
    }
    layout = {size, native ? size : uint8_t(1)};
    return true;
}

Result<void> parse(ThreadState& ts, Struct& self, Object* error, std::string_view text) {
    if (text.find('\0') != text.npos) return raise(ts, error, "embedded null character");
    char order = '@';
    if (!text.empty()) {
        char c = text[0];
        if (c == '<' || c == '>' || c == '=' || c == '!' || c == '@') {
            order = c == '!' ? '>' : c == '=' ? '<' : c;
            text.remove_prefix(1);
        }
    }
    bool native = order == '@';
    auto* fields = static_cast<Field*>(ts.heap().allocate((text.size() + 1) * sizeof(Field)));
    if (!fields) return raise_no_memory(ts);
    Heap::free(self.fields);
    self.fields = fields;
    self.field_count = 0;
    self.order = order;
    Py_ssize_t size = 0, values = 0;
    auto too_long = [&] { return raise(ts, error, "total struct size too long"); };
    for (size_t i = 0; i < text.size();) {
        char c = text[i++];
        if (c == ' ' || (c >= 9 && c <= 13)) continue;
        Py_ssize_t count = 1;
        if (c >= '0' && c <= '9') {
            count = c - '0';
            for (; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i) {
                if (count > (PY_SSIZE_T_MAX - 9) / 10) return too_long();
                count = count * 10 + (text[i] - '0');
            }
            if (i >= text.size()) return raise(ts, error, "repeat count given without format specifier");
            c = text[i++];
        }
        Layout layout;
        if (!layout_of(c, native, layout)) return raise(ts, error, "bad char in struct format");
        Py_ssize_t alignment = layout.alignment;
        if (size > PY_SSIZE_T_MAX - alignment) return too_long();
        size = (size + alignment - 1) / alignment * alignment;
        if (count > (PY_SSIZE_T_MAX - size) / layout.size) return too_long();
        if (c != 'x' && (count > 0 || c == 's' || c == 'p')) {
            self.fields[self.field_count++] = Field{c, layout.size, size, count};
            Py_ssize_t more = c == 's' || c == 'p' ? 1 : count;
            if (values > PY_SSIZE_T_MAX - more) return too_long();
            values += more;
        }
        size += count * layout.size;
    }
    self.size = size;
    self.values = values;
    return {};
}

// -- Items. -----------------------------------------------------------------------------------------------------------

double half_to_double(uint16_t bits) {
    int exponent = bits >> 10 & 31;
    double fraction = bits & 0x3FF;
    double value;
    if (exponent == 31) {
        value = fraction ? std::nan("") : INFINITY;
    } else if (exponent == 0) {
        value = std::ldexp(fraction, -24);
    } else {
        value = std::ldexp(1.0 + fraction / 1024.0, exponent - 15);
    }
    return bits >> 15 ? -value : value;
}
// False when too large.
bool double_to_half(double value, uint16_t& bits) {
    uint16_t sign = std::signbit(value) ? 0x8000 : 0;
    if (std::isnan(value)) {
        bits = sign | 0x7E00;
        return true;
    }
    value = std::fabs(value);
    if (std::isinf(value)) {
        bits = sign | 0x7C00;
        return true;
    }
    if (value == 0) {
        bits = sign;
        return true;
    }
    int exponent;
    double fraction = std::frexp(value, &exponent) * 2;  // in [1, 2)
    --exponent;
    unsigned result;
    if (exponent < -14) {
        result = unsigned(std::nearbyint(std::ldexp(value, 24)));  // subnormal; may round up to the least normal one
    } else {
        result = unsigned(exponent + 15) << 10;
        result += unsigned(std::nearbyint((fraction - 1) * 1024));
    }
    if (result >= 0x7C00) return false;
    bits = uint16_t(sign | result);
    return true;
}

template <class T>
T load_as(const char* p, bool big) {
    T value = base::load<T>(p);
    if constexpr (sizeof(T) > 1) {
        if (big) value = T(base::byte_swap(std::make_unsigned_t<T>(value)));
    }
    return value;
}
uint64_t load_bits(const char* p, int size, bool big) {
    switch (size) {
        case 1: return uint8_t(*p);
        case 2: return load_as<uint16_t>(p, big);
        case 4: return load_as<uint32_t>(p, big);
        default: return load_as<uint64_t>(p, big);
    }
}
void store_bits(char* p, uint64_t value, int size, bool big) {
    switch (size) {
        case 1: *p = char(value); break;
        case 2: base::store(p, big ? base::byte_swap(uint16_t(value)) : uint16_t(value)); break;
        case 4: base::store(p, big ? base::byte_swap(uint32_t(value)) : uint32_t(value)); break;
        default: base::store(p, big ? base::byte_swap(value) : value); break;
    }
}
bool is_signed_code(char code) {
    return code == 'b' || code == 'h' || code == 'i' || code == 'l' || code == 'q' || code == 'n';
}

Result<Ref<Object>> unpack_one(ThreadState& ts, const Struct& self, char code, int size, const char* p) {
    bool big = self.big();
    switch (code) {
        case 'c': return bytes_from(ts, {p, 1});
        case '?': return new_bool(*p != 0);
        case 'e': return float_from(ts, half_to_double(uint16_t(load_bits(p, 2, big))));
        case 'f': return float_from(ts, double(std::bit_cast<float>(uint32_t(load_bits(p, 4, big)))));
        case 'd': return float_from(ts, std::bit_cast<double>(load_bits(p, 8, big)));
        default: break;
    }
    uint64_t bits = load_bits(p, size, big);
    if (!is_signed_code(code)) return int_from_unsigned(ts, bits);
    int shift = 64 - 8 * size;
    return int_from(ts, static_cast<long long>(bits << shift) >> shift);
}

Failure raise_range(ThreadState& ts, Object* error, char code, int size) {
    switch (code) {
        case 'b': return raise(ts, error, "byte format requires -128 <= number <= 127");
        case 'B': return raise(ts, error, "ubyte format requires 0 <= number <= 255");
        case 'h': return raise(ts, error, "short format requires -32768 <= number <= 32767");
        case 'H': return raise(ts, error, "ushort format requires 0 <= number <= 65535");
        default: break;
    }
    if (size == 4 && is_signed_code(code))
        return raise(ts, error, "'%c' format requires -2147483648 <= number <= 2147483647", int(code));
    if (size == 4) return raise(ts, error, "'%c' format requires 0 <= number <= 4294967295", int(code));
    return raise(ts, error, "argument out of range");
}

Result<void> pack_int(ThreadState& ts, const Struct& self, Object* error, char code, int size, Object& given, char* p) {
    OptRef<Object> converted;
    Object* value = &given;
    if (!PyLong_Check(value)) {
        if (!is_index(given)) return raise(ts, error, "required argument is not an integer");
        Ref<Object> index = TRY(number_index(ts, given));
        converted = OptRef<Object>(std::move(index));
        value = converted.get();
    }
    int overflow = 0;
    long long number = TRY(int_as_long_long_overflow(ts, *value, overflow));
    bool signed_code = is_signed_code(code);
    if (size == 8) {
        uint64_t bits = uint64_t(number);
        if (overflow || (!signed_code && number < 0 && code != 'P')) {
            if (signed_code || overflow < 0 || !overflow) return raise(ts, error, "argument out of range");
            Result<unsigned long long> wide = int_as_unsigned_long_long(ts, *value);
            if (!wide.ok()) {
                error_clear(ts);
                return raise(ts, error,
                             self.big() || code == 'P' ? "int too large to convert" : "argument out of range");
            }
            bits = std::move(wide).take();
        }
        store_bits(p, bits, 8, self.big());
        return {};
    }
    if (overflow) return raise(ts, error, "argument out of range");
    long long low = signed_code ? -(1ll << (8 * size - 1)) : 0;
    long long high = signed_code ? (1ll << (8 * size - 1)) - 1 : (1ll << (8 * size)) - 1;
    if (number < low || number > high) {
        if (size == 4 && !signed_code && number < 0) return raise(ts, error, "argument out of range");
        return raise_range(ts, error, code, size);
    }
    store_bits(p, uint64_t(number), size, self.big());
    return {};
}

Result<void> pack_one(ThreadState& ts, const Struct& self, Object* error, char code, int size, Object& value, char* p) {
    switch (code) {
        case 'c':
            if (!PyBytes_Check(&value) || as<Bytes>(value).ob_base.ob_size != 1)
                return raise(ts, error, "char format requires a bytes object of length 1");
            *p = bytes_data(as<Bytes>(value))[0];
            return {};
        case '?': *p = TRY(is_true(ts, value)); return {};
        case 'e':
        case 'f':
        case 'd': {
            Result<double> number = float_as_double(ts, value);
            if (!number.ok()) {
                error_clear(ts);
                return raise(ts, error, "required argument is not a float");
            }
            double d = std::move(number).take();
            if (code == 'd') {
                store_bits(p, std::bit_cast<uint64_t>(d), 8, self.big());
            } else if (code == 'f') {
                float f = float(d);
                if (!self.native() && std::isinf(f) && !std::isinf(d))
                    return raise(ts, PyExc_OverflowError, "float too large to pack with f format");
                store_bits(p, std::bit_cast<uint32_t>(f), 4, self.big());
            } else {
                uint16_t bits;
                if (!double_to_half(d, bits))
                    return raise(ts, PyExc_OverflowError, "float too large to pack with e format");
                store_bits(p, bits, 2, self.big());
            }
            return {};
        }
        default: return pack_int(ts, self, error, code, size, value, p);
    }
}

Result<void> pack_all(ThreadState& ts, Struct& self, Object* const* values, char* out) {
    Object* error = TRY(error_class(ts, self));
    memset(out, 0, size_t(self.size));
    for (Py_ssize_t f = 0; f < self.field_count; ++f) {
        const Field& field = self.fields[f];
        char* p = out + field.offset;
        if (field.code == 's' || field.code == 'p') {
            Object& value = **values++;
            std::string_view bytes;
            if (PyBytes_Check(&value)) {
                bytes = bytes_view(as<Bytes>(value));
            } else if (PyByteArray_Check(&value)) {
                bytes = bytearray_view(as<ByteArray>(value));
            } else {
                return raise(ts, error, "argument for '%c' must be a bytes object", int(field.code));
            }
            if (field.code == 's') {
                memcpy(p, bytes.data(), std::min(bytes.size(), size_t(field.count)));
            } else if (field.count > 0) {
                size_t n = std::min(bytes.size(), size_t(field.count - 1));
                memcpy(p + 1, bytes.data(), n);
                *p = char(std::min<size_t>(n, 255));
            }
            continue;
        }
        for (Py_ssize_t i = 0; i < field.count; ++i, p += field.size)
            TRY(pack_one(ts, self, error, field.code, field.size, **values++, p));
    }
    return {};
}

Result<Ref<Object>> unpack_all(ThreadState& ts, Struct& self, const char* in) {
    Ref<Tuple> tuple = TRY(tuple_new(ts, self.values));
    Py_ssize_t at = 0;
    for (Py_ssize_t f = 0; f < self.field_count; ++f) {
        const Field& field = self.fields[f];
        const char* p = in + field.offset;
        if (field.code == 's' || field.code == 'p') {
            std::string_view bytes(p, size_t(field.count));
            if (field.code == 'p')
                bytes = field.count ? bytes.substr(1, size_t(static_cast<unsigned char>(*p))) : std::string_view();
            Ref<Bytes> item = TRY(bytes_from(ts, bytes));
            tuple_init_item(tuple, at++, std::move(item));
            continue;
        }
        for (Py_ssize_t i = 0; i < field.count; ++i, p += field.size) {
            Ref<Object> item = TRY(unpack_one(ts, self, field.code, field.size, p));
            tuple_init_item(tuple, at++, std::move(item));
        }
    }
    return Ref<Object>(std::move(tuple));
}

// -- Struct. ----------------------------------------------------------------------------------------------------------

Result<Ref<Object>> struct_allocate(ThreadState& ts, Type& type) {
    Object* o = type.tp_alloc(&type, 0);
    if (!o) return failure;
    Struct& self = as<Struct>(*o);
    self.size = self.values = -1;
    return Ref<Object>::steal(*o);
}
Object* struct_new(Type* type, Object*, Object*) {
    return std::move(struct_allocate(current_thread(), *type)).release();
}

Result<void> struct_init(ThreadState& ts, Struct& self, Object& format) {
    Ref<Object> bytes = Ref<Object>::share(format);
    if (PyUnicode_Check(&format)) {
        bytes = TRY(str_encode(ts, as<Str>(format), "ascii", nullptr));
    } else if (!PyBytes_Check(&format)) {
        return raise(ts, PyExc_TypeError, "Struct() argument 1 must be a str or bytes object, not %T", &format);
    }
    Object* error = TRY(error_class(ts, self));
    assign(self.format, std::move(bytes));
    return parse(ts, self, error, bytes_view(as<Bytes>(*self.format)));
}

Result<void> check_ready(ThreadState& ts, Struct& self) {
    if (self.size < 0) return raise(ts, PyExc_RuntimeError, "Struct object is not initialized");
    return {};
}

Result<Ref<Object>> pack_values(ThreadState& ts, Struct& self, Object* const* values, Py_ssize_t count) {
    if (count != self.values) {
        Object* error = TRY(error_class(ts, self));
        return raise(ts, error, "pack expected %zd items for packing (got %zd)", self.values, count);
    }
    Ref<Bytes> bytes = TRY(bytes_new(ts, self.size));
    if (self.size == 0) return Ref<Object>(std::move(bytes));
    TRY(pack_all(ts, self, values, bytes_data(bytes)));
    return Ref<Object>(std::move(bytes));
}
Result<Ref<Object>> struct_pack(ThreadState& ts, Struct& self, Rest values) {
    return pack_values(ts, self, values.items, values.count);
}

Result<void> struct_pack_into(ThreadState& ts, Struct& self, Rest arguments) {
    Object* error = TRY(error_class(ts, self));
    if (arguments.count - 2 != self.values) {
        if (arguments.count == 0) return raise(ts, error, "pack_into expected buffer argument");
        if (arguments.count == 1) return raise(ts, error, "pack_into expected offset argument");
        return raise(ts, error, "pack_into expected %zd items for packing (got %zd)", self.values, arguments.count - 2);
    }
    BufferView buffer;
    if (!get_buffer(ts, arguments[0], buffer.raw(), PyBUF_WRITABLE).ok()) {
        buffer.raw().obj = nullptr;
        return raise(ts, PyExc_TypeError, "argument must be read-write bytes-like object, not %T", &arguments[0]);
    }
    Py_ssize_t offset = TRY(number_as_ssize(ts, arguments[1], PyExc_IndexError));
    if (offset < 0) {
        if (offset + self.size > 0)
            return raise(ts, error, "no space to pack %zd bytes at offset %zd", self.size, offset);
        if (offset + buffer.size() < 0)
            return raise(ts, error, "offset %zd out of range for %zd-byte buffer", offset, buffer.size());
        offset += buffer.size();
    }
    if (buffer.size() - offset < self.size)
        return raise(ts, error,
                     "pack_into requires a buffer of at least %zu bytes for packing %zd bytes at offset %zd (actual "
                     "buffer size is %zd)",
                     size_t(self.size) + size_t(offset), self.size, offset, buffer.size());
    return pack_all(ts, self, arguments.items + 2, reinterpret_cast<char*>(buffer.writable_data()) + offset);
}

Result<Ref<Object>> struct_unpack(ThreadState& ts, Struct& self, Object& data) {
    TRY(check_ready(ts, self));
    BufferView buffer;
    TRY(get_buffer(ts, data, buffer.raw(), PyBUF_SIMPLE));
    if (buffer.size() != self.size) {
        Object* error = TRY(error_class(ts, self));
        return raise(ts, error, "unpack requires a buffer of %zd bytes", self.size);
    }
    return unpack_all(ts, self, buffer.text().data());
}
Result<Ref<Object>> struct_unpack_from(ThreadState& ts, Struct& self, BufferView& buffer, Py_ssize_t offset) {
    TRY(check_ready(ts, self));
    Object* error = TRY(error_class(ts, self));
    if (offset < 0) {
        if (offset + self.size > 0)
            return raise(ts, error, "not enough data to unpack %zd bytes at offset %zd", self.size, offset);
        if (offset + buffer.size() < 0)
            return raise(ts, error, "offset %zd out of range for %zd-byte buffer", offset, buffer.size());
        offset += buffer.size();
    }
    if (buffer.size() - offset < self.size)
        return raise(
            ts, error,
            "unpack_from requires a buffer of at least %zu bytes for unpacking %zd bytes at offset %zd (actual "
            "buffer size is %zd)",
            size_t(self.size) + size_t(offset), self.size, offset, buffer.size());
    return unpack_all(ts, self, buffer.text().data() + offset);
}

struct UnpackIterator {
    PyObject_HEAD
    Object* so;
    Py_buffer buffer;
    Py_ssize_t index;
    auto members() { return std::array{&so, &buffer.obj}; }
};
void iterator_dealloc(Object* object) {
    auto& self = as<UnpackIterator>(*object);
    release_buffer(self.buffer);
    heap_dealloc<UnpackIterator>(object);
}
Result<OptRef<Object>> iterator_next(ThreadState& ts, UnpackIterator& self) {
    if (!self.so) return nullptr;
    Struct& format = as<Struct>(*self.so);
    if (self.index >= self.buffer.len) {
        clear(self.so);
        release_buffer(self.buffer);
        return nullptr;
    }
    Ref<Object> result = TRY(unpack_all(ts, format, static_cast<char*>(self.buffer.buf) + self.index));
    self.index += format.size;
    return result;
}
Py_ssize_t iterator_length_hint(UnpackIterator& self) {
    return self.so ? (self.buffer.len - self.index) / as<Struct>(*self.so).size : 0;
}
constexpr MethodDef iterator_methods[] = {
    METHOD_PLAIN("__length_hint__($self, /)", iterator_length_hint, nullptr),
    METHOD_END,
};

Result<State*> state_of_struct(ThreadState& ts, Struct& self);

Result<Ref<Object>> struct_iter_unpack(ThreadState& ts, Struct& self, Object& data) {
    TRY(check_ready(ts, self));
    State& state = *TRY(state_of_struct(ts, self));
    if (self.size == 0) return raise(ts, state.error, "cannot iteratively unpack with a struct of length 0");
    Ref<UnpackIterator> iterator = TRY(make_instance<UnpackIterator>(*state.iterator_type));
    TRY(get_buffer(ts, data, iterator->buffer, PyBUF_SIMPLE));
    if (iterator->buffer.len % self.size)
        return raise(ts, state.error, "iterative unpacking requires a buffer of a multiple of %zd bytes", self.size);
    iterator->so = new_reference(*reinterpret_cast<Object*>(&self));
    return Ref<Object>(std::move(iterator));
}

Result<Ref<Object>> get_format(ThreadState& ts, Struct& self) {
    if (!self.format) return new_none();
    return str_from_latin1(ts, bytes_view(as<Bytes>(*self.format)));
}
Py_ssize_t get_size(Struct& self) { return self.size; }
Result<Ref<Object>> get_size_object(ThreadState& ts, Struct& self) { return int_from(ts, get_size(self)); }
Py_ssize_t struct_sizeof(Struct& self) {
    return type_of(*reinterpret_cast<Object*>(&self)).tp_basicsize + (self.field_count + 1) * Py_ssize_t(sizeof(Field));
}
void struct_dealloc(Object* object) {
    auto& self = as<Struct>(*object);
    if (self.weakrefs) clear_weakrefs(current_thread(), *object);
    Heap::free(self.fields);
    heap_dealloc<Struct>(object);
}

constexpr MethodDef struct_methods[] = {
    METHOD("iter_unpack($self, buffer, /)", struct_iter_unpack,
           "Return an iterator yielding tuples.\n\n"
           "Tuples are unpacked from the given bytes source, like a repeated\n"
           "invocation of unpack_from().\n\n"
           "Requires that the bytes length be a multiple of the struct size."),
    METHOD_PLAIN("pack($self, *args)", struct_pack,
                 "S.pack(v1, v2, ...) -> bytes\n\n"
                 "Return a bytes object containing values v1, v2, ... packed according\n"
                 "to the format string S.format.  See help(struct) for more on format\n"
                 "strings."),
    METHOD_PLAIN("pack_into($self, *args)", struct_pack_into,
                 "S.pack_into(buffer, offset, v1, v2, ...)\n\n"
                 "Pack the values v1, v2, ... according to the format string S.format\n"
                 "and write the packed bytes into the writable buffer buf starting at\n"
                 "offset.  Note that the offset is a required argument.  See\n"
                 "help(struct) for more on format strings."),
    METHOD("unpack($self, buffer, /)", struct_unpack,
           "Return a tuple containing unpacked values.\n\n"
           "Unpack according to the format string Struct.format. The buffer's size\n"
           "in bytes must be Struct.size.\n\n"
           "See help(struct) for more on format strings."),
    METHOD("unpack_from($self, /, buffer, offset=0)", struct_unpack_from,
           "Return a tuple containing unpacked values.\n\n"
           "Values are unpacked according to the format string Struct.format.\n\n"
           "The buffer's size in bytes, starting at position offset, must be\n"
           "at least Struct.size.\n\n"
           "See help(struct) for more on format strings."),
    METHOD_PLAIN("__sizeof__($self, /)", struct_sizeof, "S.__sizeof__() -> size of S in memory, in bytes"),
    METHOD_END,
};
constexpr PyGetSetDef struct_getset[] = {
    GETTER("format", get_format, "struct format string"),
    GETTER("size", get_size_object, "struct size in bytes"),
    GETSET_END,
};
const PyMemberDef struct_members[] = {
    {"__weaklistoffset__", T_PYSSIZET, offsetof(Struct, weakrefs), READONLY, nullptr},
    {},
};

// -- Module. ----------------------------------------------------------------------------------------------------------

// The Struct of a format, from the cache.
Result<Ref<Object>> cached_struct(ThreadState& ts, Object& module, Object& format) {
    State& state = state_of(module);
    Dict& cache = as<Dict>(*state.cache);
    if (Object* found = TRY(dict_get(ts, cache, format))) return Ref<Object>::share(*found);
    Ref<Object> made = TRY(struct_allocate(ts, *state.struct_type));
    TRY(struct_init(ts, as<Struct>(*made), format));
    if (dict_size(cache) >= 100) dict_clear(ts, cache);
    TRY(dict_set(ts, cache, format, made));
    return made;
}

Result<Py_ssize_t> module_calcsize(ThreadState& ts, Object& module, Object& format) {
    Ref<Object> s = TRY(cached_struct(ts, module, format));
    return as<Struct>(*s).size;
}
Result<Ref<Object>> module_pack(ThreadState& ts, Object& module, Rest arguments) {
    if (arguments.count == 0) return raise(ts, PyExc_TypeError, "missing format argument");
    Ref<Object> s = TRY(cached_struct(ts, module, arguments[0]));
    return pack_values(ts, as<Struct>(*s), arguments.items + 1, arguments.count - 1);
}
Result<void> module_pack_into(ThreadState& ts, Object& module, Rest arguments) {
    if (arguments.count == 0) return raise(ts, PyExc_TypeError, "missing format argument");
    Ref<Object> s = TRY(cached_struct(ts, module, arguments[0]));
    return struct_pack_into(ts, as<Struct>(*s), Rest{arguments.items + 1, arguments.count - 1});
}
Result<Ref<Object>> module_unpack(ThreadState& ts, Object& module, Object& format, Object& buffer) {
    Ref<Object> s = TRY(cached_struct(ts, module, format));
    return struct_unpack(ts, as<Struct>(*s), buffer);
}
Result<Ref<Object>> module_unpack_from(ThreadState& ts, Object& module, Object& format, BufferView& buffer,
                                       Py_ssize_t offset) {
    Ref<Object> s = TRY(cached_struct(ts, module, format));
    return struct_unpack_from(ts, as<Struct>(*s), buffer, offset);
}
Result<Ref<Object>> module_iter_unpack(ThreadState& ts, Object& module, Object& format, Object& buffer) {
    Ref<Object> s = TRY(cached_struct(ts, module, format));
    return struct_iter_unpack(ts, as<Struct>(*s), buffer);
}
Result<void> module_clearcache(ThreadState& ts, Object& module) {
    dict_clear(ts, as<Dict>(*state_of(module).cache));
    return {};
}

constexpr MethodDef functions[] = {
    METHOD("_clearcache($module, /)", module_clearcache, "Clear the internal cache."),
    METHOD("calcsize($module, format, /)", module_calcsize,
           "Return size in bytes of the struct described by the format string."),
    METHOD("iter_unpack($module, format, buffer, /)", module_iter_unpack,
           "Return an iterator yielding tuples unpacked from the given bytes.\n\n"
           "The bytes are unpacked according to the format string, like\n"
           "a repeated invocation of unpack_from().\n\n"
           "Requires that the bytes length be a multiple of the format struct size."),
    METHOD_PLAIN("pack($module, *args)", module_pack,
                 "pack(format, v1, v2, ...) -> bytes\n\n"
                 "Return a bytes object containing the values v1, v2, ... packed according\n"
                 "to the format string.  See help(struct) for more on format strings."),
    METHOD_PLAIN("pack_into($module, *args)", module_pack_into,
                 "pack_into(format, buffer, offset, v1, v2, ...)\n\n"
                 "Pack the values v1, v2, ... according to the format string and write\n"
                 "the packed bytes into the writable buffer buf starting at offset.  Note\n"
                 "that the offset is a required argument.  See help(struct) for more\n"
                 "on format strings."),
    METHOD("unpack($module, format, buffer, /)", module_unpack,
           "Return a tuple containing values unpacked according to the format string.\n\n"
           "The buffer's size in bytes must be calcsize(format).\n\n"
           "See help(struct) for more on format strings."),
    METHOD("unpack_from($module, format, /, buffer, offset=0)", module_unpack_from,
           "Return a tuple containing values unpacked according to the format string.\n\n"
           "The buffer's size, minus offset, must be at least calcsize(format).\n\n"
           "See help(struct) for more on format strings."),
    METHOD_END,
};

Result<void> execute(ThreadState& ts, Object& module) {
    State& state = state_of(module);
    state.struct_type =
        TRY(add_type<Struct>(ts, module, "_struct.Struct", kBaseTypeFlags,
                             {{Py_tp_dealloc, raw_pointer(struct_dealloc)},
                              {Py_tp_new, raw_pointer(struct_new)},
                              {Py_tp_init, init_pointer(NEW_SLOT("Struct($self, /, format)", struct_init))},
                              {Py_tp_methods, methods_pointer(struct_methods)},
                              {Py_tp_getset, const_cast<PyGetSetDef*>(struct_getset)},
                              {Py_tp_members, const_cast<PyMemberDef*>(struct_members)},
                              {Py_tp_doc, const_cast<char*>("Struct(fmt) --> compiled struct object\n\n")}}));
    incref(*state.struct_type);
    Ref<Type> iterator = TRY(make_type<UnpackIterator>(ts, module, "_struct.unpack_iterator",
                                                       kTypeFlags | Py_TPFLAGS_DISALLOW_INSTANTIATION,
                                                       {{Py_tp_dealloc, raw_pointer(iterator_dealloc)},
                                                        ITERATOR_SLOTS(next_pointer<iterator_next>()),
                                                        {Py_tp_methods, methods_pointer(iterator_methods)}}));
    state.iterator_type = std::move(iterator).release();
    Ref<Dict> cache = TRY(dict_new(ts));
    state.cache = obj(std::move(cache).release());
    return module_add_exception(ts, module, state.error, "struct.error");
}

constinit PyModuleDef_Slot slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(module_exec_entry<execute>)},
    {0, nullptr},
};

}  // namespace
}  // namespace structs

PyModuleDef struct_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_struct",
    .m_doc =
        "Functions to convert between Python values and C structs.\n"
        "Python bytes objects are used to hold the data representing the C struct\n"
        "and also as format strings (explained below) to describe the layout of data\n"
        "in the C struct.\n"
        "\n"
        "The optional first format char indicates byte order, size and alignment:\n"
        "  @: native order, size & alignment (default)\n"
        "  =: native order, std. size & alignment\n"
        "  <: little-endian, std. size & alignment\n"
        "  >: big-endian, std. size & alignment\n"
        "  !: same as >\n"
        "\n"
        "The remaining chars indicate types of args and must match exactly;\n"
        "these can be preceded by a decimal repeat count:\n"
        "  x: pad byte (no data); c:char; b:signed byte; B:unsigned byte;\n"
        "  ?: _Bool (requires C99; if not available, char is used instead)\n"
        "  h:short; H:unsigned short; i:int; I:unsigned int;\n"
        "  l:long; L:unsigned long; f:float; d:double; e:half-float.\n"
        "Special cases (preceding decimal count indicates length):\n"
        "  s:string (array of char); p: pascal string (with count byte).\n"
        "Special cases (only available in native format):\n"
        "  n:ssize_t; N:size_t;\n"
        "  P:an integer type that is wide enough to hold a pointer.\n"
        "Special case (not in native mode unless 'long long' in platform C):\n"
        "  q:long long; Q:unsigned long long\n"
        "Whitespace between formats is ignored.\n"
        "\n"
        "The variable struct.error is an exception raised on errors.\n",
    .m_size = sizeof(structs::State),
    .m_methods = METHOD_TABLE(structs::functions),
    .m_slots = structs::slots,
    .m_traverse = ModuleReferences<structs::State>::traverse,
    .m_clear = ModuleReferences<structs::State>::clear,
    .m_free = ModuleReferences<structs::State>::free,
};

namespace structs {
namespace {

Result<State*> state_of_struct(ThreadState& ts, Struct& self) {
    Object* module = TRY(type_module_by_definition(ts, type_of(*reinterpret_cast<Object*>(&self)), struct_module));
    return &state_of(*module);
}
Result<Object*> error_class(ThreadState& ts, Struct& self) {
    State* state = TRY(state_of_struct(ts, self));
    return state->error;
}

}  // namespace
}  // namespace structs

}  // namespace orochi
