// bool: True and False are ints with the values 1 and 0.

#include "objects/int_arithmetic.hpp"
#include "objects/native.hpp"
#include "objects/str.hpp"

namespace orochi {

namespace {

Result<Ref<Str>> bool_repr(Object& self) {
    return Ref<Str>::share(&self == obj(&_Py_TrueStruct) ? "True"_s : "False"_s);
}

Result<Ref<Object>> bool_type_new(ThreadState& ts, Type& type, Object* x) {
    if (!x) return new_bool(false);
    return new_bool(TRY(is_true(ts, *x)));
}

Result<Ref<Object>> bool_vectorcall(ThreadState& ts, Object& type, Object* const* arguments, size_t nargsf,
                                    Object* names) {
    Py_ssize_t count = PyVectorcall_NARGS(nargsf);
    if (names && PyTuple_GET_SIZE(names)) return raise(ts, PyExc_TypeError, "bool() takes no keyword arguments");
    if (count > 1) return raise(ts, PyExc_TypeError, "bool expected at most 1 argument, got %zd", count);
    if (!count) return new_bool(false);
    return new_bool(TRY(is_true(ts, *arguments[0])));
}

template <base::BitOperation Operation>
Result<Ref<Object>> bitwise(ThreadState& ts, Object& left, Object& right) {
    if (!PyLong_Check(&left) || !PyLong_Check(&right)) return new_not_implemented();
    if (!PyBool_Check(&left) || !PyBool_Check(&right)) return int_bitwise(ts, Operation, as<Int>(left), as<Int>(right));
    bool a = &left == obj(&_Py_TrueStruct), b = &right == obj(&_Py_TrueStruct);
    return new_bool(Operation == base::BitOperation::and_  ? a && b
                    : Operation == base::BitOperation::or_ ? a || b
                                                           : a != b);
}

PyNumberMethods bool_as_number = {
    .nb_and = slot<bitwise<base::BitOperation::and_>>,
    .nb_xor = slot<bitwise<base::BitOperation::xor_>>,
    .nb_or = slot<bitwise<base::BitOperation::or_>>,
};

}  // namespace

}  // namespace orochi

using namespace orochi;

PyTypeObject PyBool_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "bool",
    .tp_basicsize = sizeof(Int),
    .tp_repr = slot<bool_repr>,
    .tp_as_number = &bool_as_number,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_doc =
        "bool(x) -> bool\n"
        "\n"
        "Returns True when the argument x is true, False otherwise.\n"
        "The builtins True and False are the only two instances of the class bool.\n"
        "The class bool is a subclass of the class int, and cannot be subclassed.",
    .tp_base = &PyLong_Type,
    .tp_new = NEW_SLOT("bool($type, x=False, /)", bool_type_new),
    .tp_vectorcall = slot<bool_vectorcall>,
};

struct _longobject _Py_FalseStruct = {.ob_base = {{kImmortalCount, &PyBool_Type}, 0}, .ob_digit = {0}};
struct _longobject _Py_TrueStruct = {.ob_base = {{kImmortalCount, &PyBool_Type}, 1}, .ob_digit = {1}};
