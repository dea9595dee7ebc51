#include "modules/builtins/functions.hpp"
#include "objects/bytes.hpp"
#include "objects/int.hpp"
#include "objects/module.hpp"
#include "objects/number.hpp"
#include "objects/str.hpp"
#include "objects/type.hpp"

namespace orochi::builtins {

Result<Ref<Object>> builtin_abs(ThreadState& ts, Object&, Object& x) { return number_absolute(ts, x); }
Result<Ref<Str>> builtin_ascii(ThreadState& ts, Object&, Object& x) { return ascii(ts, x); }
Result<Ref<Object>> builtin_bin(ThreadState& ts, Object&, Object& x) { return number_to_base(ts, x, 2); }
Result<Ref<Object>> builtin_oct(ThreadState& ts, Object&, Object& x) { return number_to_base(ts, x, 8); }
Result<Ref<Object>> builtin_hex(ThreadState& ts, Object&, Object& x) { return number_to_base(ts, x, 16); }
bool builtin_callable(Object&, Object& x) { return is_callable(x); }

Result<Ref<Object>> builtin_chr(ThreadState& ts, Object&, int i) {
    if (i < 0 || i > 0x10FFFF) return raise(ts, PyExc_ValueError, "chr() arg not in range(0x110000)");
    return str_from_character(ts, Py_UCS4(i));
}

Result<Ref<Object>> builtin_ord(ThreadState& ts, Object&, Object& c) {
    Py_ssize_t size;
    if (PyUnicode_Check(&c)) {
        size = str_length(as<Str>(c));
        if (size == 1) return int_from(ts, str_at(as<Str>(c), 0));
    } else if (PyBytes_Check(&c)) {
        size = Py_ssize_t(bytes_view(as<Bytes>(c)).size());
        if (size == 1) return int_from(ts, (unsigned char)bytes_data(as<Bytes>(c))[0]);
    } else if (PyByteArray_Check(&c)) {
        size = as<ByteArray>(c).ob_base.ob_size;
        if (size == 1) return int_from(ts, (unsigned char)bytearray_data(as<ByteArray>(c))[0]);
    } else {
        return raise(ts, PyExc_TypeError, "ord() expected string of length 1, but %T found", &c);
    }
    return raise(ts, PyExc_TypeError, "ord() expected a character, but string of length %zd found", size);
}

Result<Ref<Object>> builtin_divmod(ThreadState& ts, Object&, Object& x, Object& y) { return number_divmod(ts, x, y); }
Result<Ref<Object>> builtin_pow(ThreadState& ts, Object&, Object& base, Object& exponent, Object* modulus) {
    return number_power(ts, base, exponent, modulus ? *modulus : none());
}

Result<Ref<Object>> builtin_round(ThreadState& ts, Object&, Object& number, Object* digits) {
    OptRef<Object> method = TRY(lookup_special(ts, number, "__round__"_n));
    if (!method)
        return raise(ts, PyExc_TypeError, "type %.100s doesn't define __round__ method", type_of(number).tp_name);
    if (!digits || is_none(digits)) return call(ts, *method);
    return call(ts, *method, *digits);
}

Result<Ref<Object>> builtin_format(ThreadState& ts, Object&, Object& value, Str* spec) {
    return format(ts, value, obj(spec));
}

Result<Ref<Object>> builtin_getattr(ThreadState& ts, Object&, Object& object, Object& name, Object* fallback) {
    if (!fallback) return getattr(ts, object, name);
    OptRef<Object> value = TRY(getattr_optional(ts, object, name));
    return value ? value.take() : Ref<Object>::share(*fallback);
}
Result<bool> builtin_hasattr(ThreadState& ts, Object&, Object& object, Object& name) {
    OptRef<Object> value = TRY(getattr_optional(ts, object, name));
    return bool(value);
}
Result<void> builtin_setattr(ThreadState& ts, Object&, Object& object, Object& name, Object& value) {
    return setattr(ts, object, name, value);
}
Result<void> builtin_delattr(ThreadState& ts, Object&, Object& object, Object& name) {
    return delattr(ts, object, name);
}

Result<Py_hash_t> builtin_hash(ThreadState& ts, Object&, Object& object) { return hash(ts, object); }
Result<Ref<Object>> builtin_id(ThreadState& ts, Object&, Object& object) {
    Ref<Object> id = TRY(int_from_pointer(ts, &object));
    TRY(audit(ts, "builtins.id", "O", id.get()));
    return id;
}
Result<bool> builtin_isinstance(ThreadState& ts, Object&, Object& object, Object& classes) {
    return isinstance(ts, object, classes);
}
Result<bool> builtin_issubclass(ThreadState& ts, Object&, Object& cls, Object& classes) {
    return issubclass(ts, cls, classes);
}
Result<Py_ssize_t> builtin_len(ThreadState& ts, Object&, Object& object) { return length(ts, object); }
Result<Ref<Str>> builtin_repr(ThreadState& ts, Object&, Object& object) { return repr(ts, object); }

}  // namespace orochi::builtins
