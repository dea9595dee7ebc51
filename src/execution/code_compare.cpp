// When code objects count as equal: with the same instructions, names, constants and places.
#include <cmath>

#include "execution/code.hpp"
#include "objects/bytes.hpp"
#include "objects/errors.hpp"
#include "objects/float.hpp"
#include "objects/set.hpp"
#include "objects/tuple.hpp"

namespace orochi {

namespace {

// Constants compare with their types: 1, True and 1.0 differ, and so do 0.0 and -0.0. What the compiler makes no
// constants of is equal to nothing but itself.
Result<bool> constants_equal(ThreadState& ts, Object& a, Object& b) {
    if (&a == &b) return true;
    if (&type_of(a) != &type_of(b)) return false;
    TRY(enter_recursion(ts, " in comparison"));
    RecursionScope scope{ts};
    if (PyTuple_CheckExact(&a)) {
        Tuple &x = as<Tuple>(a), &y = as<Tuple>(b);
        if (tuple_size(x) != tuple_size(y)) return false;
        for (Py_ssize_t i = 0; i < tuple_size(x); ++i) {
            if (!TRY(constants_equal(ts, tuple_item(x, i), tuple_item(y, i)))) return false;
        }
        return true;
    }
    if (PyFrozenSet_CheckExact(&a)) {
        if (set_size(as<Set>(a)) != set_size(as<Set>(b))) return false;
        Object* item;
        for (Py_ssize_t position = 0; set_next(as<Set>(a), position, &item);) {
            OptRef<Object> other = TRY(set_find(ts, as<Set>(b), *item));
            if (!other || !TRY(constants_equal(ts, *item, *other))) return false;
        }
        return true;
    }
    if (PyFloat_CheckExact(&a)) {
        double x = as<Float>(a).ob_fval, y = as<Float>(b).ob_fval;
        return x == y && std::signbit(x) == std::signbit(y);
    }
    if (PyComplex_CheckExact(&a)) {
        Py_complex x = as<Complex>(a).cval, y = as<Complex>(b).cval;
        return x.real == y.real && x.imag == y.imag && std::signbit(x.real) == std::signbit(y.real) &&
               std::signbit(x.imag) == std::signbit(y.imag);
    }
    bool by_value = PyLong_CheckExact(&a) || PyUnicode_CheckExact(&a) || PyBytes_CheckExact(&a) || PyCode_Check(&a);
    return by_value && TRY(compare_bool(ts, a, b, Py_EQ));
}

}  // namespace

Result<bool> code_equal(ThreadState& ts, const Code& a, const Code& b) {
    if (a.co_argcount != b.co_argcount || a.co_posonlyargcount != b.co_posonlyargcount ||
        a.co_kwonlyargcount != b.co_kwonlyargcount || a.co_flags != b.co_flags ||
        a.co_firstlineno != b.co_firstlineno || code_word_count(a) != code_word_count(b)) {
        return false;
    }
    if (!TRY(compare_bool(ts, *a.co_name, *b.co_name, Py_EQ))) return false;
    Ref<Bytes> code_a = TRY(code_original_bytes(ts, a));
    Ref<Bytes> code_b = TRY(code_original_bytes(ts, b));
    if (bytes_view(*code_a) != bytes_view(*code_b)) return false;
    if (!TRY(constants_equal(ts, *a.co_consts, *b.co_consts))) return false;
    Object* pairs[][2] = {{a.co_names, b.co_names},
                          {a.co_localsplusnames, b.co_localsplusnames},
                          {a.co_linetable, b.co_linetable},
                          {a.co_exceptiontable, b.co_exceptiontable}};
    for (auto& pair : pairs) {
        if (!TRY(compare_bool(ts, *pair[0], *pair[1], Py_EQ))) return false;
    }
    return true;
}

Result<Py_hash_t> code_hash(ThreadState& ts, const Code& code) {
    size_t result = 0;
    for (Object* member : {code.co_name, code.co_consts, code.co_names, code.co_localsplusnames, code.co_linetable,
                           code.co_exceptiontable}) {
        result = result * 1000003 ^ size_t(TRY(hash(ts, *member)));
    }
    for (int number : {code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_flags})
        result = result * 1000003 ^ size_t(number);
    return Py_hash_t(result) == -1 ? -2 : Py_hash_t(result);
}

}  // namespace orochi
