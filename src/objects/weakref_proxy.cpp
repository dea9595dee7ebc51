// weakref.proxy: everything done to the proxy is done to its referent.
#include "objects/native.hpp"
#include "objects/number.hpp"
#include "objects/str.hpp"
#include "objects/weakref.hpp"

namespace orochi {

namespace {

// The object behind a proxy; any other object itself. ReferenceError when it is gone.
Result<Ref<Object>> unwrap(ThreadState& ts, Object& object) {
    if (!PyWeakref_CheckProxy(&object)) return Ref<Object>::share(object);
    Object* target = weakref_target(object);
    if (!target) return raise(ts, PyExc_ReferenceError, "weakly-referenced object no longer exists");
    return Ref<Object>::share(*target);
}

template <auto F>
Result<Ref<Object>> unary(ThreadState& ts, Object& self) {
    Ref<Object> target = TRY(unwrap(ts, self));
    return F(ts, *target);
}
template <Operator Op>
Result<Ref<Object>> binary(ThreadState& ts, Object& left, Object& right) {
    Ref<Object> a = TRY(unwrap(ts, left));
    Ref<Object> b = TRY(unwrap(ts, right));
    return binary_operation(ts, Op, *a, *b);
}
Result<Ref<Object>> proxy_divmod(ThreadState& ts, Object& left, Object& right) {
    Ref<Object> a = TRY(unwrap(ts, left));
    Ref<Object> b = TRY(unwrap(ts, right));
    return number_divmod(ts, *a, *b);
}
template <auto F>
Result<Ref<Object>> ternary(ThreadState& ts, Object& base, Object& exponent, Object& modulus) {
    Ref<Object> a = TRY(unwrap(ts, base));
    Ref<Object> b = TRY(unwrap(ts, exponent));
    Ref<Object> c = TRY(unwrap(ts, modulus));
    return F(ts, *a, *b, *c);
}

Result<bool> proxy_bool(ThreadState& ts, Object& self) { return is_true(ts, *TRY(unwrap(ts, self))); }
Result<Py_ssize_t> proxy_length(ThreadState& ts, Object& self) { return length(ts, *TRY(unwrap(ts, self))); }
Result<bool> proxy_contains(ThreadState& ts, Object& self, Object& value) {
    return contains(ts, *TRY(unwrap(ts, self)), value);
}
Result<Ref<Object>> proxy_getitem(ThreadState& ts, Object& self, Object& key) {
    return getitem(ts, *TRY(unwrap(ts, self)), key);
}
Result<void> proxy_setitem(ThreadState& ts, Object& self, Object& key, Object* value) {
    Ref<Object> target = TRY(unwrap(ts, self));
    return value ? setitem(ts, *target, key, *value) : delitem(ts, *target, key);
}
Result<Ref<Object>> proxy_getattro(ThreadState& ts, Object& self, Object& name) {
    return getattr(ts, *TRY(unwrap(ts, self)), name);
}
Result<void> proxy_setattro(ThreadState& ts, Object& self, Object& name, Object* value) {
    Ref<Object> target = TRY(unwrap(ts, self));
    return value ? setattr(ts, *target, name, *value) : delattr(ts, *target, name);
}
Result<Ref<Str>> proxy_str(ThreadState& ts, Object& self) { return str(ts, *TRY(unwrap(ts, self))); }
Result<Ref<Str>> proxy_repr(ThreadState& ts, WeakReference& self) {
    return str_format(ts, "<weakproxy at %p to %s at %p>", &self, type_of(*self.wr_object).tp_name, self.wr_object);
}
Result<Ref<Object>> proxy_compare(ThreadState& ts, Object& left, Object& right, int op) {
    Ref<Object> a = TRY(unwrap(ts, left));
    Ref<Object> b = TRY(unwrap(ts, right));
    return compare(ts, *a, *b, op);
}
Result<Ref<Object>> proxy_iter(ThreadState& ts, Object& self) { return get_iter(ts, *TRY(unwrap(ts, self))); }
Result<OptRef<Object>> proxy_next(ThreadState& ts, Object& self) {
    Ref<Object> target = TRY(unwrap(ts, self));
    if (!is_iterator(*target))
        return raise(ts, PyExc_TypeError, "Weakref proxy referenced a non-iterator '%T' object", target.get());
    return iter_next(ts, *target);
}
Result<Ref<Object>> proxy_call(ThreadState& ts, Object& self, Object& arguments, Object* keywords) {
    return call_tuple(ts, *TRY(unwrap(ts, self)), arguments, keywords);
}
Result<Ref<Object>> proxy_bytes(ThreadState& ts, Object& self) {
    return call_method(ts, *TRY(unwrap(ts, self)), "__bytes__"_n);
}
Result<Ref<Object>> proxy_reversed(ThreadState& ts, Object& self) {
    return call_method(ts, *TRY(unwrap(ts, self)), "__reversed__"_n);
}

constexpr MethodDef proxy_methods[] = {METHOD_PLAIN("__bytes__($self)", proxy_bytes, nullptr),
                                       METHOD_PLAIN("__reversed__($self)", proxy_reversed, nullptr), METHOD_END};
const PyNumberMethods proxy_number = {
    .nb_add = slot<binary<Operator::kAdd>>,
    .nb_subtract = slot<binary<Operator::kSubtract>>,
    .nb_multiply = slot<binary<Operator::kMultiply>>,
    .nb_remainder = slot<binary<Operator::kRemainder>>,
    .nb_divmod = slot<proxy_divmod>,
    .nb_power = slot<ternary<number_power>>,
    .nb_negative = slot<unary<number_negative>>,
    .nb_positive = slot<unary<number_positive>>,
    .nb_absolute = slot<unary<number_absolute>>,
    .nb_bool = slot<proxy_bool>,
    .nb_invert = slot<unary<number_invert>>,
    .nb_lshift = slot<binary<Operator::kLeftShift>>,
    .nb_rshift = slot<binary<Operator::kRightShift>>,
    .nb_and = slot<binary<Operator::kAnd>>,
    .nb_xor = slot<binary<Operator::kXor>>,
    .nb_or = slot<binary<Operator::kOr>>,
    .nb_int = slot<unary<number_int>>,
    .nb_float = slot<unary<number_float>>,
    .nb_inplace_add = slot<binary<Operator::kInplaceAdd>>,
    .nb_inplace_subtract = slot<binary<Operator::kInplaceSubtract>>,
    .nb_inplace_multiply = slot<binary<Operator::kInplaceMultiply>>,
    .nb_inplace_remainder = slot<binary<Operator::kInplaceRemainder>>,
    .nb_inplace_power = slot<ternary<number_inplace_power>>,
    .nb_inplace_lshift = slot<binary<Operator::kInplaceLeftShift>>,
    .nb_inplace_rshift = slot<binary<Operator::kInplaceRightShift>>,
    .nb_inplace_and = slot<binary<Operator::kInplaceAnd>>,
    .nb_inplace_xor = slot<binary<Operator::kInplaceXor>>,
    .nb_inplace_or = slot<binary<Operator::kInplaceOr>>,
    .nb_floor_divide = slot<binary<Operator::kFloorDivide>>,
    .nb_true_divide = slot<binary<Operator::kTrueDivide>>,
    .nb_inplace_floor_divide = slot<binary<Operator::kInplaceFloorDivide>>,
    .nb_inplace_true_divide = slot<binary<Operator::kInplaceTrueDivide>>,
    .nb_index = slot<unary<number_index>>,
    .nb_matrix_multiply = slot<binary<Operator::kMatrixMultiply>>,
    .nb_inplace_matrix_multiply = slot<binary<Operator::kInplaceMatrixMultiply>>,
};
const PySequenceMethods proxy_sequence = {.sq_length = slot<proxy_length>, .sq_contains = slot<proxy_contains>};
const PyMappingMethods proxy_mapping = {
    .mp_length = slot<proxy_length>, .mp_subscript = slot<proxy_getitem>, .mp_ass_subscript = slot<proxy_setitem>};

}  // namespace
}  // namespace orochi

using namespace orochi;

extern "C" {
#define PROXY(SYMBOL, NAME, CALL, METHODS)                                 \
    constinit PyTypeObject SYMBOL = {                                      \
        .ob_base = static_head(&PyType_Type),                              \
        .tp_name = NAME,                                                   \
        .tp_basicsize = sizeof(PyWeakReference),                           \
        .tp_dealloc = slot<weakref_dealloc>,                               \
        .tp_repr = slot<proxy_repr>,                                       \
        .tp_as_number = const_cast<PyNumberMethods*>(&proxy_number),       \
        .tp_as_sequence = const_cast<PySequenceMethods*>(&proxy_sequence), \
        .tp_as_mapping = const_cast<PyMappingMethods*>(&proxy_mapping),    \
        .tp_call = CALL,                                                   \
        .tp_str = slot<proxy_str>,                                         \
        .tp_getattro = slot<proxy_getattro>,                               \
        .tp_setattro = slot<proxy_setattro>,                               \
        .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,               \
        .tp_traverse = weakref_traverse,                                   \
        .tp_clear = weakref_tp_clear,                                      \
        .tp_richcompare = slot<proxy_compare>,                             \
        .tp_iter = slot<proxy_iter>,                                       \
        .tp_iternext = slot<proxy_next>,                                   \
        .tp_methods = METHODS,                                             \
        .tp_free = PyObject_GC_Del,                                        \
    };
PROXY(_PyWeakref_ProxyType, "weakref.ProxyType", nullptr, METHOD_TABLE(proxy_methods))
PROXY(_PyWeakref_CallableProxyType, "weakref.CallableProxyType", slot<proxy_call>, nullptr)
#undef PROXY
}
