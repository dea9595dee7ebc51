// The module _operator.
#include "modules/operator/getters.hpp"
#include "objects/bytes.hpp"
#include "objects/int.hpp"

namespace orochi {

namespace operators {

namespace {

template <Operator op>
Result<Ref<Object>> binary(ThreadState& ts, Object&, Object& a, Object& b) {
    return binary_operation(ts, op, a, b);
}
template <Result<Ref<Object>> (*F)(ThreadState&, Object&)>
Result<Ref<Object>> unary(ThreadState& ts, Object&, Object& a) {
    return F(ts, a);
}
template <int op>
Result<Ref<Object>> op_compare(ThreadState& ts, Object&, Object& a, Object& b) {
    return compare(ts, a, b, op);
}
template <SequenceSearch what>
Result<Py_ssize_t> op_search(ThreadState& ts, Object&, Object& a, Object& b) {
    return sequence_search(ts, a, b, what);
}
template <bool same>
bool op_is(Object&, Object& a, Object& b) {
    return (&a == &b) == same;
}
Result<bool> op_truth(ThreadState& ts, Object&, Object& a) { return is_true(ts, a); }
Result<bool> op_not(ThreadState& ts, Object&, Object& a) { return !TRY(is_true(ts, a)); }
Result<bool> op_contains(ThreadState& ts, Object&, Object& a, Object& b) { return contains(ts, a, b); }
Result<Ref<Object>> op_concat(ThreadState& ts, Object&, Object& a, Object& b) { return sequence_concat(ts, a, b); }
Result<Ref<Object>> op_iconcat(ThreadState& ts, Object&, Object& a, Object& b) {
    return sequence_inplace_concat(ts, a, b);
}
Result<Ref<Object>> op_getitem(ThreadState& ts, Object&, Object& a, Object& b) { return getitem(ts, a, b); }
Result<void> op_setitem(ThreadState& ts, Object&, Object& a, Object& b, Object& c) { return setitem(ts, a, b, c); }
Result<void> op_delitem(ThreadState& ts, Object&, Object& a, Object& b) { return delitem(ts, a, b); }
Result<Ref<Object>> op_pow(ThreadState& ts, Object&, Object& a, Object& b) { return number_power(ts, a, b, none()); }
Result<Ref<Object>> op_ipow(ThreadState& ts, Object&, Object& a, Object& b) {
    return number_inplace_power(ts, a, b, none());
}
Result<Py_ssize_t> op_length_hint(ThreadState& ts, Object&, Object& object, Py_ssize_t fallback) {
    return length_hint(ts, object, fallback);
}
Result<Ref<Object>> op_call(ThreadState& ts, Object&, Object& callable, Rest arguments, Keywords keywords) {
    return call_dict(ts, callable, arguments.items, size_t(arguments.count), obj(keywords.dict));
}

// Takes a time that does not depend on where the texts differ.
bool same_bytes(std::string_view a, std::string_view b) {
    const volatile char* left = a.data();
    const volatile char* right = b.data();
    volatile unsigned char difference = a.size() != b.size();
    if (difference) left = right;
    for (size_t i = 0; i < b.size(); ++i) difference = static_cast<unsigned char>(difference | (left[i] ^ right[i]));
    return difference == 0;
}
Result<bool> compare_digest(ThreadState& ts, Object&, Object& a, Object& b) {
    if (PyUnicode_Check(&a) && PyUnicode_Check(&b)) {
        if (!str_is_ascii(as<Str>(a)) || !str_is_ascii(as<Str>(b)))
            return raise(ts, PyExc_TypeError, "comparing strings with non-ASCII characters is not supported");
        return same_bytes(str_ascii_view(as<Str>(a)), str_ascii_view(as<Str>(b)));
    }
    if (!has_buffer(a) && !has_buffer(b))
        return raise(ts, PyExc_TypeError, "unsupported operand types(s) or combination of types: '%.100s' and '%.100s'",
                     type_of(a).tp_name, type_of(b).tp_name);
    BufferView left, right;
    TRY(get_buffer(ts, a, left.raw(), PyBUF_SIMPLE));
    if (left.raw().ndim > 1) return raise(ts, PyExc_BufferError, "Buffer must be single dimension");
    TRY(get_buffer(ts, b, right.raw(), PyBUF_SIMPLE));
    return same_bytes(left.text(), right.text());
}

constexpr MethodDef functions[] = {
    METHOD("truth($module, a, /)", op_truth, "Return True if a is true, False otherwise."),
    METHOD("contains($module, a, b, /)", op_contains, "Same as b in a (note reversed operands)."),
    METHOD("indexOf($module, a, b, /)", op_search<SequenceSearch::kIndex>, "Return the first index of b in a."),
    METHOD("countOf($module, a, b, /)", op_search<SequenceSearch::kCount>,
           "Return the number of items in a which are, or which equal, b."),
    METHOD("is_($module, a, b, /)", op_is<true>, "Same as a is b."),
    METHOD("is_not($module, a, b, /)", op_is<false>, "Same as a is not b."),
    METHOD("add($module, a, b, /)", binary<Operator::kAdd>, "Same as a + b."),
    METHOD("sub($module, a, b, /)", binary<Operator::kSubtract>, "Same as a - b."),
    METHOD("mul($module, a, b, /)", binary<Operator::kMultiply>, "Same as a * b."),
    METHOD("matmul($module, a, b, /)", binary<Operator::kMatrixMultiply>, "Same as a @ b."),
    METHOD("floordiv($module, a, b, /)", binary<Operator::kFloorDivide>, "Same as a // b."),
    METHOD("truediv($module, a, b, /)", binary<Operator::kTrueDivide>, "Same as a / b."),
    METHOD("mod($module, a, b, /)", binary<Operator::kRemainder>, "Same as a % b."),
    METHOD("neg($module, a, /)", unary<number_negative>, "Same as -a."),
    METHOD("pos($module, a, /)", unary<number_positive>, "Same as +a."),
    METHOD("abs($module, a, /)", unary<number_absolute>, "Same as abs(a)."),
    METHOD("inv($module, a, /)", unary<number_invert>, "Same as ~a."),
    METHOD("invert($module, a, /)", unary<number_invert>, "Same as ~a."),
    METHOD("lshift($module, a, b, /)", binary<Operator::kLeftShift>, "Same as a << b."),
    METHOD("rshift($module, a, b, /)", binary<Operator::kRightShift>, "Same as a >> b."),
    METHOD("not_($module, a, /)", op_not, "Same as not a."),
    METHOD("and_($module, a, b, /)", binary<Operator::kAnd>, "Same as a & b."),
    METHOD("xor($module, a, b, /)", binary<Operator::kXor>, "Same as a ^ b."),
    METHOD("or_($module, a, b, /)", binary<Operator::kOr>, "Same as a | b."),
    METHOD("iadd($module, a, b, /)", binary<Operator::kInplaceAdd>, "Same as a += b."),
    METHOD("isub($module, a, b, /)", binary<Operator::kInplaceSubtract>, "Same as a -= b."),
    METHOD("imul($module, a, b, /)", binary<Operator::kInplaceMultiply>, "Same as a *= b."),
    METHOD("imatmul($module, a, b, /)", binary<Operator::kInplaceMatrixMultiply>, "Same as a @= b."),
    METHOD("ifloordiv($module, a, b, /)", binary<Operator::kInplaceFloorDivide>, "Same as a //= b."),
    METHOD("itruediv($module, a, b, /)", binary<Operator::kInplaceTrueDivide>, "Same as a /= b."),
    METHOD("imod($module, a, b, /)", binary<Operator::kInplaceRemainder>, "Same as a %= b."),
    METHOD("ilshift($module, a, b, /)", binary<Operator::kInplaceLeftShift>, "Same as a <<= b."),
    METHOD("irshift($module, a, b, /)", binary<Operator::kInplaceRightShift>, "Same as a >>= b."),
    METHOD("iand($module, a, b, /)", binary<Operator::kInplaceAnd>, "Same as a &= b."),
    METHOD("ixor($module, a, b, /)", binary<Operator::kInplaceXor>, "Same as a ^= b."),
    METHOD("ior($module, a, b, /)", binary<Operator::kInplaceOr>, "Same as a |= b."),
    METHOD("concat($module, a, b, /)", op_concat, "Same as a + b, for a and b sequences."),
    METHOD("iconcat($module, a, b, /)", op_iconcat, "Same as a += b, for a and b sequences."),
    METHOD("getitem($module, a, b, /)", op_getitem, "Same as a[b]."),
    METHOD("setitem($module, a, b, c, /)", op_setitem, "Same as a[b] = c."),
    METHOD("delitem($module, a, b, /)", op_delitem, "Same as del a[b]."),
    METHOD("pow($module, a, b, /)", op_pow, "Same as a ** b."),
    METHOD("ipow($module, a, b, /)", op_ipow, "Same as a **= b."),
    METHOD("eq($module, a, b, /)", op_compare<Py_EQ>, "Same as a == b."),
    METHOD("ne($module, a, b, /)", op_compare<Py_NE>, "Same as a != b."),
    METHOD("lt($module, a, b, /)", op_compare<Py_LT>, "Same as a < b."),
    METHOD("le($module, a, b, /)", op_compare<Py_LE>, "Same as a <= b."),
    METHOD("gt($module, a, b, /)", op_compare<Py_GT>, "Same as a > b."),
    METHOD("ge($module, a, b, /)", op_compare<Py_GE>, "Same as a >= b."),
    METHOD("index($module, a, /)", unary<number_index>, "Same as a.__index__()"),
    METHOD("length_hint($module, obj, default=0, /)", op_length_hint,
           "Return an estimate of the number of items in obj.\n\n"
           "This is useful for presizing containers when building from an iterable.\n\n"
           "If the object supports len(), the result will be exact.\n"
           "Otherwise, it may over- or under-estimate by an arbitrary amount.\n"
           "The result will be an integer >= 0."),
    METHOD("call($module, obj, /, *args, **kwargs)", op_call, "Same as obj(*args, **kwargs)."),
    METHOD("_compare_digest($module, a, b, /)", compare_digest,
           "Return 'a == b'.\n\nThis function uses an approach designed to prevent\n"
           "timing analysis, making it appropriate for cryptography.\n\n"
           "a and b must both be of the same type: either str (ASCII only),\nor any bytes-like object.\n\n"
           "Note: If a and b are of different lengths, or if an error occurs,\n"
           "a timing attack could theoretically reveal information about the\n"
           "types and lengths of a and b--but not their values."),
    METHOD_END,
};
constinit PyModuleDef_Slot slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(module_exec_entry<add_getters>)},
    {0, nullptr},
};

}  // namespace
}  // namespace operators

PyModuleDef operator_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_operator",
    .m_doc =
        "Operator interface.\n\n"
        "This module exports a set of functions implemented in C corresponding\n"
        "to the intrinsic operators of Python.  For example, operator.add(x, y)\n"
        "is equivalent to the expression x+y.",
    .m_methods = METHOD_TABLE(operators::functions),
    .m_slots = operators::slots,
};

}  // namespace orochi
