// The slot table itself. Entries of one slot must stand together.
#include "objects/slot_table.hpp"

#include "objects/slot_functions.hpp"
#include "objects/slot_wrappers.hpp"

namespace orochi {

namespace {

using namespace slots;

// The name as an object; mentioning the registrar enters it into the table of names.
template <NameText Text>
constexpr Object* name_object() {
    (void)&NameHolder<Text>::registrar;
    return const_cast<Object*>(&NameHolder<Text>::object.head.ob_base);
}

#define SLOT(TYPE, ...) (void*)(static_cast<TYPE>(native::Slot<&slots::__VA_ARGS__>{}))
#define POINTER(TYPE, FUNCTION) (void*)(static_cast<TYPE>(&slots::FUNCTION))
#define BINARY(MEMBER, NAME, REFLECTED) \
    (void*)(static_cast<binaryfunc>(&slots::binary<offsetof(PyNumberMethods, MEMBER), NAME, REFLECTED>))
#define KEYWORDS(WRAPPER) (wrapperfunc)(&wrap::WRAPPER)
#define NAME(TEXT) name_object<TEXT>()

// One row a line.
// clang-format off
const SlotEntry table[] = {
    {"__repr__", offsetof(HeapType, ht_type.tp_repr), SLOT(reprfunc, repr), wrap::unary, "__repr__($self, /)\n--\n\nReturn repr(self).", 0, NAME("__repr__")},
    {"__hash__", offsetof(HeapType, ht_type.tp_hash), SLOT(hashfunc, hash), wrap::hash, "__hash__($self, /)\n--\n\nReturn hash(self).", 0, NAME("__hash__")},
    {"__call__", offsetof(HeapType, ht_type.tp_call), SLOT(ternaryfunc, call), KEYWORDS(call), "__call__($self, /, *args, **kwargs)\n--\n\nCall self as a function.", PyWrapperFlag_KEYWORDS, NAME("__call__")},
    {"__str__", offsetof(HeapType, ht_type.tp_str), SLOT(reprfunc, str), wrap::unary, "__str__($self, /)\n--\n\nReturn str(self).", 0, NAME("__str__")},
    {"__getattribute__", offsetof(HeapType, ht_type.tp_getattro), SLOT(getattrofunc, getattr_hook), wrap::binary, "__getattribute__($self, name, /)\n--\n\nReturn getattr(self, name).", 0, NAME("__getattribute__")},
    {"__getattr__", offsetof(HeapType, ht_type.tp_getattro), SLOT(getattrofunc, getattr_hook), nullptr, "", 0, NAME("__getattr__")},
    {"__setattr__", offsetof(HeapType, ht_type.tp_setattro), SLOT(setattrofunc, setattr), wrap::set_attribute, "__setattr__($self, name, value, /)\n--\n\nImplement setattr(self, name, value).", 0, NAME("__setattr__")},
    {"__delattr__", offsetof(HeapType, ht_type.tp_setattro), SLOT(setattrofunc, setattr), wrap::delete_attribute, "__delattr__($self, name, /)\n--\n\nImplement delattr(self, name).", 0, NAME("__delattr__")},
    {"__lt__", offsetof(HeapType, ht_type.tp_richcompare), SLOT(richcmpfunc, richcompare), wrap::less, "__lt__($self, value, /)\n--\n\nReturn self<value.", 0, NAME("__lt__")},
    {"__le__", offsetof(HeapType, ht_type.tp_richcompare), SLOT(richcmpfunc, richcompare), wrap::less_equal, "__le__($self, value, /)\n--\n\nReturn self<=value.", 0, NAME("__le__")},
    {"__eq__", offsetof(HeapType, ht_type.tp_richcompare), SLOT(richcmpfunc, richcompare), wrap::equal, "__eq__($self, value, /)\n--\n\nReturn self==value.", 0, NAME("__eq__")},
    {"__ne__", offsetof(HeapType, ht_type.tp_richcompare), SLOT(richcmpfunc, richcompare), wrap::not_equal, "__ne__($self, value, /)\n--\n\nReturn self!=value.", 0, NAME("__ne__")},
    {"__gt__", offsetof(HeapType, ht_type.tp_richcompare), SLOT(richcmpfunc, richcompare), wrap::greater, "__gt__($self, value, /)\n--\n\nReturn self>value.", 0, NAME("__gt__")},
    {"__ge__", offsetof(HeapType, ht_type.tp_richcompare), SLOT(richcmpfunc, richcompare), wrap::greater_equal, "__ge__($self, value, /)\n--\n\nReturn self>=value.", 0, NAME("__ge__")},
    {"__iter__", offsetof(HeapType, ht_type.tp_iter), SLOT(getiterfunc, iter), wrap::unary, "__iter__($self, /)\n--\n\nImplement iter(self).", 0, NAME("__iter__")},
    {"__next__", offsetof(HeapType, ht_type.tp_iternext), SLOT(iternextfunc, iternext), wrap::iterate_next, "__next__($self, /)\n--\n\nImplement next(self).", 0, NAME("__next__")},
    {"__get__", offsetof(HeapType, ht_type.tp_descr_get), SLOT(descrgetfunc, descr_get), wrap::descr_get, "__get__($self, instance, owner=None, /)\n--\n\nReturn an attribute of instance, which is of type owner.", 0, NAME("__get__")},
    {"__set__", offsetof(HeapType, ht_type.tp_descr_set), SLOT(descrsetfunc, descr_set), wrap::descr_set, "__set__($self, instance, value, /)\n--\n\nSet an attribute of instance to value.", 0, NAME("__set__")},
    {"__delete__", offsetof(HeapType, ht_type.tp_descr_set), SLOT(descrsetfunc, descr_set), wrap::descr_delete, "__delete__($self, instance, /)\n--\n\nDelete an attribute of instance.", 0, NAME("__delete__")},
    {"__init__", offsetof(HeapType, ht_type.tp_init), SLOT(initproc, init), KEYWORDS(init), "__init__($self, /, *args, **kwargs)\n--\n\nInitialize self.  See help(type(self)) for accurate signature.", PyWrapperFlag_KEYWORDS, NAME("__init__")},
    {"__new__", offsetof(HeapType, ht_type.tp_new), SLOT(newfunc, make_new), nullptr, "__new__(type, /, *args, **kwargs)\n--\n\nCreate and return new object.  See help(type) for accurate signature.", 0, NAME("__new__")},
    {"__del__", offsetof(HeapType, ht_type.tp_finalize), SLOT(destructor, finalize), wrap::finalize, "", 0, NAME("__del__")},
    {"__await__", offsetof(HeapType, as_async.am_await), SLOT(unaryfunc, unary<"__await__">), wrap::unary, "__await__($self, /)\n--\n\nReturn an iterator to be used in await expression.", 0, NAME("__await__")},
    {"__aiter__", offsetof(HeapType, as_async.am_aiter), SLOT(unaryfunc, unary<"__aiter__">), wrap::unary, "__aiter__($self, /)\n--\n\nReturn an awaitable, that resolves in asynchronous iterator.", 0, NAME("__aiter__")},
    {"__anext__", offsetof(HeapType, as_async.am_anext), SLOT(unaryfunc, unary<"__anext__">), wrap::unary, "__anext__($self, /)\n--\n\nReturn a value or raise StopAsyncIteration.", 0, NAME("__anext__")},
    {"__add__", offsetof(HeapType, as_number.nb_add), BINARY(nb_add, "__add__", "__radd__"), wrap::binary, "__add__($self, value, /)\n--\n\nReturn self+value.", 0, NAME("__add__")},
    {"__radd__", offsetof(HeapType, as_number.nb_add), BINARY(nb_add, "__add__", "__radd__"), wrap::binary_reflected, "__radd__($self, value, /)\n--\n\nReturn value+self.", 0, NAME("__radd__")},
    {"__sub__", offsetof(HeapType, as_number.nb_subtract), BINARY(nb_subtract, "__sub__", "__rsub__"), wrap::binary, "__sub__($self, value, /)\n--\n\nReturn self-value.", 0, NAME("__sub__")},
    {"__rsub__", offsetof(HeapType, as_number.nb_subtract), BINARY(nb_subtract, "__sub__", "__rsub__"), wrap::binary_reflected, "__rsub__($self, value, /)\n--\n\nReturn value-self.", 0, NAME("__rsub__")},
    {"__mul__", offsetof(HeapType, as_number.nb_multiply), BINARY(nb_multiply, "__mul__", "__rmul__"), wrap::binary, "__mul__($self, value, /)\n--\n\nReturn self*value.", 0, NAME("__mul__")},
    {"__rmul__", offsetof(HeapType, as_number.nb_multiply), BINARY(nb_multiply, "__mul__", "__rmul__"), wrap::binary_reflected, "__rmul__($self, value, /)\n--\n\nReturn value*self.", 0, NAME("__rmul__")},
    {"__mod__", offsetof(HeapType, as_number.nb_remainder), BINARY(nb_remainder, "__mod__", "__rmod__"), wrap::binary, "__mod__($self, value, /)\n--\n\nReturn self%value.", 0, NAME("__mod__")},
    {"__rmod__", offsetof(HeapType, as_number.nb_remainder), BINARY(nb_remainder, "__mod__", "__rmod__"), wrap::binary_reflected, "__rmod__($self, value, /)\n--\n\nReturn value%self.", 0, NAME("__rmod__")},
    {"__divmod__", offsetof(HeapType, as_number.nb_divmod), BINARY(nb_divmod, "__divmod__", "__rdivmod__"), wrap::binary, "__divmod__($self, value, /)\n--\n\nReturn divmod(self, value).", 0, NAME("__divmod__")},
    {"__rdivmod__", offsetof(HeapType, as_number.nb_divmod), BINARY(nb_divmod, "__divmod__", "__rdivmod__"), wrap::binary_reflected, "__rdivmod__($self, value, /)\n--\n\nReturn divmod(value, self).", 0, NAME("__rdivmod__")},
    {"__pow__", offsetof(HeapType, as_number.nb_power), POINTER(ternaryfunc, power), wrap::ternary, "__pow__($self, value, mod=None, /)\n--\n\nReturn pow(self, value, mod).", 0, NAME("__pow__")},
    {"__rpow__", offsetof(HeapType, as_number.nb_power), POINTER(ternaryfunc, power), wrap::ternary_reflected, "__rpow__($self, value, mod=None, /)\n--\n\nReturn pow(value, self, mod).", 0, NAME("__rpow__")},
    {"__neg__", offsetof(HeapType, as_number.nb_negative), SLOT(unaryfunc, unary<"__neg__">), wrap::unary, "__neg__($self, /)\n--\n\n-self", 0, NAME("__neg__")},
    {"__pos__", offsetof(HeapType, as_number.nb_positive), SLOT(unaryfunc, unary<"__pos__">), wrap::unary, "__pos__($self, /)\n--\n\n+self", 0, NAME("__pos__")},
    {"__abs__", offsetof(HeapType, as_number.nb_absolute), SLOT(unaryfunc, unary<"__abs__">), wrap::unary, "__abs__($self, /)\n--\n\nabs(self)", 0, NAME("__abs__")},
    {"__bool__", offsetof(HeapType, as_number.nb_bool), SLOT(inquiry, nb_bool), wrap::boolean, "__bool__($self, /)\n--\n\nTrue if self else False", 0, NAME("__bool__")},
    {"__invert__", offsetof(HeapType, as_number.nb_invert), SLOT(unaryfunc, unary<"__invert__">), wrap::unary, "__invert__($self, /)\n--\n\n~self", 0, NAME("__invert__")},
    {"__lshift__", offsetof(HeapType, as_number.nb_lshift), BINARY(nb_lshift, "__lshift__", "__rlshift__"), wrap::binary, "__lshift__($self, value, /)\n--\n\nReturn self<<value.", 0, NAME("__lshift__")},
    {"__rlshift__", offsetof(HeapType, as_number.nb_lshift), BINARY(nb_lshift, "__lshift__", "__rlshift__"), wrap::binary_reflected, "__rlshift__($self, value, /)\n--\n\nReturn value<<self.", 0, NAME("__rlshift__")},
    {"__rshift__", offsetof(HeapType, as_number.nb_rshift), BINARY(nb_rshift, "__rshift__", "__rrshift__"), wrap::binary, "__rshift__($self, value, /)\n--\n\nReturn self>>value.", 0, NAME("__rshift__")},
    {"__rrshift__", offsetof(HeapType, as_number.nb_rshift), BINARY(nb_rshift, "__rshift__", "__rrshift__"), wrap::binary_reflected, "__rrshift__($self, value, /)\n--\n\nReturn value>>self.", 0, NAME("__rrshift__")},
    {"__and__", offsetof(HeapType, as_number.nb_and), BINARY(nb_and, "__and__", "__rand__"), wrap::binary, "__and__($self, value, /)\n--\n\nReturn self&value.", 0, NAME("__and__")},
    {"__rand__", offsetof(HeapType, as_number.nb_and), BINARY(nb_and, "__and__", "__rand__"), wrap::binary_reflected, "__rand__($self, value, /)\n--\n\nReturn value&self.", 0, NAME("__rand__")},
    {"__xor__", offsetof(HeapType, as_number.nb_xor), BINARY(nb_xor, "__xor__", "__rxor__"), wrap::binary, "__xor__($self, value, /)\n--\n\nReturn self^value.", 0, NAME("__xor__")},
    {"__rxor__", offsetof(HeapType, as_number.nb_xor), BINARY(nb_xor, "__xor__", "__rxor__"), wrap::binary_reflected, "__rxor__($self, value, /)\n--\n\nReturn value^self.", 0, NAME("__rxor__")},
    {"__or__", offsetof(HeapType, as_number.nb_or), BINARY(nb_or, "__or__", "__ror__"), wrap::binary, "__or__($self, value, /)\n--\n\nReturn self|value.", 0, NAME("__or__")},
    {"__ror__", offsetof(HeapType, as_number.nb_or), BINARY(nb_or, "__or__", "__ror__"), wrap::binary_reflected, "__ror__($self, value, /)\n--\n\nReturn value|self.", 0, NAME("__ror__")},
    {"__int__", offsetof(HeapType, as_number.nb_int), SLOT(unaryfunc, unary<"__int__">), wrap::unary, "__int__($self, /)\n--\n\nint(self)", 0, NAME("__int__")},
    {"__float__", offsetof(HeapType, as_number.nb_float), SLOT(unaryfunc, unary<"__float__">), wrap::unary, "__float__($self, /)\n--\n\nfloat(self)", 0, NAME("__float__")},
    {"__iadd__", offsetof(HeapType, as_number.nb_inplace_add), SLOT(binaryfunc, one_argument<"__iadd__">), wrap::binary, "__iadd__($self, value, /)\n--\n\nReturn self+=value.", 0, NAME("__iadd__")},
    {"__isub__", offsetof(HeapType, as_number.nb_inplace_subtract), SLOT(binaryfunc, one_argument<"__isub__">), wrap::binary, "__isub__($self, value, /)\n--\n\nReturn self-=value.", 0, NAME("__isub__")},
    {"__imul__", offsetof(HeapType, as_number.nb_inplace_multiply), SLOT(binaryfunc, one_argument<"__imul__">), wrap::binary, "__imul__($self, value, /)\n--\n\nReturn self*=value.", 0, NAME("__imul__")},
    {"__imod__", offsetof(HeapType, as_number.nb_inplace_remainder), SLOT(binaryfunc, one_argument<"__imod__">), wrap::binary, "__imod__($self, value, /)\n--\n\nReturn self%=value.", 0, NAME("__imod__")},
    {"__ipow__", offsetof(HeapType, as_number.nb_inplace_power), POINTER(ternaryfunc, inplace_power), wrap::ternary, "__ipow__($self, value, /)\n--\n\nReturn self**=value.", 0, NAME("__ipow__")},
    {"__ilshift__", offsetof(HeapType, as_number.nb_inplace_lshift), SLOT(binaryfunc, one_argument<"__ilshift__">), wrap::binary, "__ilshift__($self, value, /)\n--\n\nReturn self<<=value.", 0, NAME("__ilshift__")},
    {"__irshift__", offsetof(HeapType, as_number.nb_inplace_rshift), SLOT(binaryfunc, one_argument<"__irshift__">), wrap::binary, "__irshift__($self, value, /)\n--\n\nReturn self>>=value.", 0, NAME("__irshift__")},
    {"__iand__", offsetof(HeapType, as_number.nb_inplace_and), SLOT(binaryfunc, one_argument<"__iand__">), wrap::binary, "__iand__($self, value, /)\n--\n\nReturn self&=value.", 0, NAME("__iand__")},
    {"__ixor__", offsetof(HeapType, as_number.nb_inplace_xor), SLOT(binaryfunc, one_argument<"__ixor__">), wrap::binary, "__ixor__($self, value, /)\n--\n\nReturn self^=value.", 0, NAME("__ixor__")},
    {"__ior__", offsetof(HeapType, as_number.nb_inplace_or), SLOT(binaryfunc, one_argument<"__ior__">), wrap::binary, "__ior__($self, value, /)\n--\n\nReturn self|=value.", 0, NAME("__ior__")},
    {"__floordiv__", offsetof(HeapType, as_number.nb_floor_divide), BINARY(nb_floor_divide, "__floordiv__", "__rfloordiv__"), wrap::binary, "__floordiv__($self, value, /)\n--\n\nReturn self//value.", 0, NAME("__floordiv__")},
    {"__rfloordiv__", offsetof(HeapType, as_number.nb_floor_divide), BINARY(nb_floor_divide, "__floordiv__", "__rfloordiv__"), wrap::binary_reflected, "__rfloordiv__($self, value, /)\n--\n\nReturn value//self.", 0, NAME("__rfloordiv__")},
    {"__truediv__", offsetof(HeapType, as_number.nb_true_divide), BINARY(nb_true_divide, "__truediv__", "__rtruediv__"), wrap::binary, "__truediv__($self, value, /)\n--\n\nReturn self/value.", 0, NAME("__truediv__")},
    {"__rtruediv__", offsetof(HeapType, as_number.nb_true_divide), BINARY(nb_true_divide, "__truediv__", "__rtruediv__"), wrap::binary_reflected, "__rtruediv__($self, value, /)\n--\n\nReturn value/self.", 0, NAME("__rtruediv__")},
    {"__ifloordiv__", offsetof(HeapType, as_number.nb_inplace_floor_divide), SLOT(binaryfunc, one_argument<"__ifloordiv__">), wrap::binary, "__ifloordiv__($self, value, /)\n--\n\nReturn self//=value.", 0, NAME("__ifloordiv__")},
    {"__itruediv__", offsetof(HeapType, as_number.nb_inplace_true_divide), SLOT(binaryfunc, one_argument<"__itruediv__">), wrap::binary, "__itruediv__($self, value, /)\n--\n\nReturn self/=value.", 0, NAME("__itruediv__")},
    {"__index__", offsetof(HeapType, as_number.nb_index), SLOT(unaryfunc, index), wrap::unary, "__index__($self, /)\n--\n\nReturn self converted to an integer, if self is suitable for use as an index into a list.", 0, NAME("__index__")},
    {"__matmul__", offsetof(HeapType, as_number.nb_matrix_multiply), BINARY(nb_matrix_multiply, "__matmul__", "__rmatmul__"), wrap::binary, "__matmul__($self, value, /)\n--\n\nReturn self@value.", 0, NAME("__matmul__")},
    {"__rmatmul__", offsetof(HeapType, as_number.nb_matrix_multiply), BINARY(nb_matrix_multiply, "__matmul__", "__rmatmul__"), wrap::binary_reflected, "__rmatmul__($self, value, /)\n--\n\nReturn value@self.", 0, NAME("__rmatmul__")},
    {"__imatmul__", offsetof(HeapType, as_number.nb_inplace_matrix_multiply), SLOT(binaryfunc, one_argument<"__imatmul__">), wrap::binary, "__imatmul__($self, value, /)\n--\n\nReturn self@=value.", 0, NAME("__imatmul__")},
    {"__len__", offsetof(HeapType, as_mapping.mp_length), SLOT(lenfunc, length), wrap::length, "__len__($self, /)\n--\n\nReturn len(self).", 0, NAME("__len__")},
    {"__getitem__", offsetof(HeapType, as_mapping.mp_subscript), SLOT(binaryfunc, one_argument<"__getitem__">), wrap::binary, "__getitem__($self, key, /)\n--\n\nReturn self[key].", 0, NAME("__getitem__")},
    {"__setitem__", offsetof(HeapType, as_mapping.mp_ass_subscript), SLOT(objobjargproc, assign_subscript), wrap::set_subscript, "__setitem__($self, key, value, /)\n--\n\nSet self[key] to value.", 0, NAME("__setitem__")},
    {"__delitem__", offsetof(HeapType, as_mapping.mp_ass_subscript), SLOT(objobjargproc, assign_subscript), wrap::delete_subscript, "__delitem__($self, key, /)\n--\n\nDelete self[key].", 0, NAME("__delitem__")},
    {"__len__", offsetof(HeapType, as_sequence.sq_length), SLOT(lenfunc, length), wrap::length, "__len__($self, /)\n--\n\nReturn len(self).", 0, NAME("__len__")},
    {"__add__", offsetof(HeapType, as_sequence.sq_concat), nullptr, wrap::binary, "__add__($self, value, /)\n--\n\nReturn self+value.", 0, NAME("__add__")},
    {"__mul__", offsetof(HeapType, as_sequence.sq_repeat), nullptr, wrap::repeat, "__mul__($self, value, /)\n--\n\nReturn self*value.", 0, NAME("__mul__")},
    {"__rmul__", offsetof(HeapType, as_sequence.sq_repeat), nullptr, wrap::repeat, "__rmul__($self, value, /)\n--\n\nReturn value*self.", 0, NAME("__rmul__")},
    {"__getitem__", offsetof(HeapType, as_sequence.sq_item), SLOT(ssizeargfunc, item), wrap::item, "__getitem__($self, key, /)\n--\n\nReturn self[key].", 0, NAME("__getitem__")},
    {"__setitem__", offsetof(HeapType, as_sequence.sq_ass_item), SLOT(ssizeobjargproc, assign_item), wrap::set_item, "__setitem__($self, key, value, /)\n--\n\nSet self[key] to value.", 0, NAME("__setitem__")},
    {"__delitem__", offsetof(HeapType, as_sequence.sq_ass_item), SLOT(ssizeobjargproc, assign_item), wrap::delete_item, "__delitem__($self, key, /)\n--\n\nDelete self[key].", 0, NAME("__delitem__")},
    {"__contains__", offsetof(HeapType, as_sequence.sq_contains), SLOT(objobjproc, contains), wrap::contains, "__contains__($self, key, /)\n--\n\nReturn key in self.", 0, NAME("__contains__")},
    {"__iadd__", offsetof(HeapType, as_sequence.sq_inplace_concat), nullptr, wrap::binary, "__iadd__($self, value, /)\n--\n\nImplement self+=value.", 0, NAME("__iadd__")},
    {"__imul__", offsetof(HeapType, as_sequence.sq_inplace_repeat), nullptr, wrap::repeat, "__imul__($self, value, /)\n--\n\nImplement self*=value.", 0, NAME("__imul__")},
};
// clang-format on

}  // namespace

std::span<const SlotEntry> slot_table() { return table; }

constinit const initproc slot_tp_init_pointer = native::Slot<&slots::init>{};
constinit const getattrofunc slot_tp_getattro_pointer = native::Slot<&slots::getattribute>{};
constinit const setattrofunc slot_tp_setattro_pointer = native::Slot<&slots::setattr>{};
constinit const newfunc slot_tp_new_pointer = native::Slot<&slots::make_new>{};
constinit const iternextfunc slot_tp_iternext_pointer = native::Slot<&slots::iternext>{};

}  // namespace orochi
