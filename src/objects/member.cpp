// Fields of C structs as attributes: every type code of structmember.h.
#include <cstring>

#include "objects/descriptor.hpp"
#include "objects/float.hpp"
#include "objects/int.hpp"
#include "objects/str.hpp"
#include "state/start_image.hpp"

namespace orochi {

namespace {
template <class T>
inline T read(const char* address) {
    T value;
    std::memcpy(&value, address, sizeof value);
    return value;
}
template <class T>
inline void write(char* address, T value) {
    std::memcpy(address, &value, sizeof value);
}

// A value that was cut short is worth a warning, as CPython thinks.
template <class T>
Result<void> write_checked(ThreadState& ts, char* address, long value, const char* message) {
    write<T>(address, T(value));
    if (long(T(value)) != value) return warn(ts, PyExc_RuntimeWarning, 1, "%s", message);
    return {};
}

// Unsigned fields take negative numbers too, with a warning.
Result<unsigned long> unsigned_value(ThreadState& ts, Object& value, bool* negative) {
    int overflow = 0;
    long long number = TRY(int_as_long_long_overflow(ts, value, overflow));
    *negative = overflow < 0 || (!overflow && number < 0);
    if (!overflow) return static_cast<unsigned long>(number);
    return int_as_unsigned_long(ts, value);
}

[[gnu::cold]] Failure raise_readonly(ThreadState& ts) { return raise(ts, PyExc_AttributeError, "readonly attribute"); }
}  // namespace

Result<Ref<Object>> member_get(ThreadState& ts, const char* base, const PyMemberDef& member) {
    const char* address = base + member.offset;
    switch (member.type) {
        case T_BOOL: return new_bool(read<char>(address) != 0);
        case T_BYTE: return int_from(ts, read<signed char>(address));
        case T_UBYTE: return int_from(ts, read<unsigned char>(address));
        case T_SHORT: return int_from(ts, read<short>(address));
        case T_USHORT: return int_from(ts, read<unsigned short>(address));
        case T_INT: return int_from(ts, read<int>(address));
        case T_UINT: return int_from(ts, read<unsigned>(address));
        case T_LONG: return int_from(ts, read<long>(address));
        case T_ULONG: return int_from_unsigned(ts, read<unsigned long>(address));
        case T_PYSSIZET: return int_from(ts, read<Py_ssize_t>(address));
        case T_LONGLONG: return int_from(ts, read<long long>(address));
        case T_ULONGLONG: return int_from_unsigned(ts, read<unsigned long long>(address));
        case T_FLOAT: return float_from(ts, read<float>(address));
        case T_DOUBLE: return float_from(ts, read<double>(address));
        case T_STRING: {
            const char* text = read<const char*>(address);
            if (!text) return new_none();
            return str_from_utf8(ts, text);
        }
        case T_STRING_INPLACE: return str_from_utf8(ts, address);
        case T_CHAR: return str_from_utf8(ts, {address, 1});
        case T_OBJECT: {
            Object* value = read<Object*>(address);
            auto* owner = reinterpret_cast<const Object*>(base);
            if (!value && (PyModule_Check(owner) || PyFunction_Check(owner))) [[unlikely]] {
                start_image_load_word(address);  // the dict of a module that nobody has looked into
                value = read<Object*>(address);
            }
            return Ref<Object>::share(value ? *value : none());
        }
        case T_OBJECT_EX: {
            Object* value = read<Object*>(address);
            if (value) return Ref<Object>::share(*value);
            Object& object = *reinterpret_cast<Object*>(const_cast<char*>(base));
            return raise(ts, PyExc_AttributeError, "'%.200s' object has no attribute '%s'", type_of(object).tp_name,
                         member.name);
        }
        case T_NONE: return new_none();
        default: return raise(ts, PyExc_SystemError, "bad memberdescr type");
    }
}

Result<void> member_set(ThreadState& ts, char* base, const PyMemberDef& member, Object* value) {
    char* address = base + member.offset;
    if (member.flags & READONLY) return raise_readonly(ts);
    if (!value) {
        if (member.type == T_OBJECT_EX) {
            // Deleting what is not there is an error.
            if (!read<Object*>(address)) {
                Ref<Str> name = TRY(str_from_utf8(ts, member.name));
                return raise_value(ts, PyExc_AttributeError, obj(name.get()));
            }
        } else if (member.type != T_OBJECT) {
            return raise(ts, PyExc_TypeError, "can't delete numeric/char attribute");
        }
    }
    switch (member.type) {
        case T_BOOL:
            if (!PyBool_Check(value)) return raise(ts, PyExc_TypeError, "attribute value type must be bool");
            write<char>(address, value == &bool_object(true));
            return {};
        case T_BYTE:
            return write_checked<char>(ts, address, TRY(int_as_long(ts, *value)), "Truncation of value to char");
        case T_UBYTE:
            return write_checked<unsigned char>(ts, address, TRY(int_as_long(ts, *value)),
                                                "Truncation of value to unsigned char");
        case T_SHORT:
            return write_checked<short>(ts, address, TRY(int_as_long(ts, *value)), "Truncation of value to short");
        case T_USHORT:
            return write_checked<unsigned short>(ts, address, TRY(int_as_long(ts, *value)),
                                                 "Truncation of value to unsigned short");
        case T_INT: return write_checked<int>(ts, address, TRY(int_as_long(ts, *value)), "Truncation of value to int");
        case T_UINT: {
            bool negative;
            unsigned long number = TRY(unsigned_value(ts, *value, &negative));
            write<unsigned>(address, unsigned(number));
            if (negative) return warn(ts, PyExc_RuntimeWarning, 1, "Writing negative value into unsigned field");
            if (number != unsigned(number))
                return warn(ts, PyExc_RuntimeWarning, 1, "Truncation of value to unsigned int");
            return {};
        }
        case T_LONG: write<long>(address, TRY(int_as_long(ts, *value))); return {};
        case T_ULONG: {
            bool negative;
            write<unsigned long>(address, TRY(unsigned_value(ts, *value, &negative)));
            if (negative) return warn(ts, PyExc_RuntimeWarning, 1, "Writing negative value into unsigned field");
            return {};
        }
        case T_PYSSIZET: write<Py_ssize_t>(address, TRY(int_as_ssize(ts, *value))); return {};
        case T_FLOAT: write<float>(address, float(TRY(float_as_double(ts, *value)))); return {};
        case T_DOUBLE: write<double>(address, TRY(float_as_double(ts, *value))); return {};
        case T_OBJECT:
        case T_OBJECT_EX: {
            Object* old = read<Object*>(address);
            write<Object*>(address, new_reference_optional(value));
            decref_optional(old);
            return {};
        }
        case T_CHAR: {
            if (!PyUnicode_Check(value)) return raise(ts, PyExc_TypeError, "bad argument type for built-in operation");
            std::string_view text = TRY(str_utf8(ts, as<Str>(*value)));
            if (text.size() != 1) return raise(ts, PyExc_TypeError, "bad argument type for built-in operation");
            *address = text[0];
            return {};
        }
        case T_STRING:
        case T_STRING_INPLACE: return raise(ts, PyExc_TypeError, "readonly attribute");
        case T_LONGLONG: write<long long>(address, TRY(int_as_long_long(ts, *value))); return {};
        case T_ULONGLONG: {
            // Negative numbers wrap, without a warning here.
            write<unsigned long long>(address, PyLong_Check(value) ? TRY(int_as_unsigned_long_long(ts, *value))
                                                                   : (unsigned long long)TRY(int_as_long(ts, *value)));
            return {};
        }
        default: return raise(ts, PyExc_SystemError, "bad memberdescr type for %s", member.name);
    }
}

}  // namespace orochi
