// abstract.h: numbers, sequences, mappings, iteration, instance checks.
#include <cstdlib>
#include <cstring>

#include "objects/bytes.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"
#include "objects/number.hpp"
#include "objects/object.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type.hpp"

using namespace orochi;

namespace {

// A null argument is the caller's bug, and reported as CPython reports it.
Failure null_error(ThreadState& ts) {
    if (error_pending(ts)) return failure;
    return raise(ts, PyExc_SystemError, "null argument to internal routine");
}
#define CHECK_ARGUMENT(CONDITION, RESULT) \
    ThreadState& ts = current_thread();   \
    if (!(CONDITION)) {                   \
        (void)null_error(ts);             \
        return RESULT;                    \
    }

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

PyObject* PyObject_Type(PyObject* o) {
    CHECK_ARGUMENT(o, nullptr)
    return new_reference(obj(type_of(*o)));
}
Py_ssize_t PyObject_Size(PyObject* o) {
    CHECK_ARGUMENT(o, -1)
    return to_c(length(ts, *o));
}
#undef PyObject_Length
Py_ssize_t PyObject_Length(PyObject* o) { return PyObject_Size(o); }
int _PyObject_HasLen(PyObject* o) {
    return (o->ob_type->tp_as_sequence && o->ob_type->tp_as_sequence->sq_length) ||
           (o->ob_type->tp_as_mapping && o->ob_type->tp_as_mapping->mp_length);
}
Py_ssize_t PyObject_LengthHint(PyObject* o, Py_ssize_t fallback) {
    return to_c(length_hint(current_thread(), *o, fallback));
}
PyObject* PyObject_GetItem(PyObject* o, PyObject* key) {
    CHECK_ARGUMENT(o && key, nullptr)
    return to_c(getitem(ts, *o, *key));
}
int PyObject_SetItem(PyObject* o, PyObject* key, PyObject* value) {
    CHECK_ARGUMENT(o && key && value, -1)
    return to_c(setitem(ts, *o, *key, *value));
}
int PyObject_DelItem(PyObject* o, PyObject* key) {
    CHECK_ARGUMENT(o && key, -1)
    return to_c(delitem(ts, *o, *key));
}
int PyObject_DelItemString(PyObject* o, const char* key) {
    CHECK_ARGUMENT(o && key, -1)
    Ref<Str> text = TRY_OR(-1, str_from_utf8(ts, key));
    return to_c(delitem(ts, *o, obj(*text)));
}
PyObject* PyObject_Format(PyObject* o, PyObject* spec) { return to_c(format(current_thread(), *o, spec)); }

PyObject* PyObject_GetIter(PyObject* o) { return to_c(get_iter(current_thread(), *o)); }
PyObject* PyObject_GetAIter(PyObject* o) { return to_c(get_aiter(current_thread(), *o)); }
#undef PyIter_Check
int PyIter_Check(PyObject* o) { return is_iterator(*o); }
int PyAIter_Check(PyObject* o) {
    PyAsyncMethods* methods = o->ob_type->tp_as_async;
    return methods && methods->am_anext && methods->am_anext != &_PyObject_NextNotImplemented;
}
PyObject* PyIter_Next(PyObject* o) {
    auto item = iter_next(current_thread(), *o);
    return item.ok() ? std::move(item).take().release() : nullptr;
}
int PyObject_IsInstance(PyObject* o, PyObject* cls) { return to_c(isinstance(current_thread(), *o, *cls)); }
int PyObject_IsSubclass(PyObject* o, PyObject* cls) { return to_c(issubclass(current_thread(), *o, *cls)); }
int _PyObject_RealIsInstance(PyObject* o, PyObject* cls) {
    return to_c(isinstance_without_hook(current_thread(), *o, *cls));
}
int _PyObject_RealIsSubclass(PyObject* o, PyObject* cls) {
    return to_c(issubclass_without_hook(current_thread(), *o, *cls));
}

// ---- Numbers ----

int PyNumber_Check(PyObject* o) { return o && is_number(*o); }
#undef PyIndex_Check
int PyIndex_Check(PyObject* o) { return is_index(*o); }
#define BINARY(NAME, OPERATOR)                                                       \
    PyObject* PyNumber_##NAME(PyObject* a, PyObject* b) {                            \
        return to_c(binary_operation(current_thread(), Operator::OPERATOR, *a, *b)); \
    }
BINARY(Add, kAdd)
BINARY(Subtract, kSubtract)
BINARY(Multiply, kMultiply)
BINARY(MatrixMultiply, kMatrixMultiply)
BINARY(FloorDivide, kFloorDivide)
BINARY(TrueDivide, kTrueDivide)
BINARY(Remainder, kRemainder)
BINARY(Lshift, kLeftShift)
BINARY(Rshift, kRightShift)
BINARY(And, kAnd)
BINARY(Xor, kXor)
BINARY(Or, kOr)
BINARY(InPlaceAdd, kInplaceAdd)
BINARY(InPlaceSubtract, kInplaceSubtract)
BINARY(InPlaceMultiply, kInplaceMultiply)
BINARY(InPlaceMatrixMultiply, kInplaceMatrixMultiply)
BINARY(InPlaceFloorDivide, kInplaceFloorDivide)
BINARY(InPlaceTrueDivide, kInplaceTrueDivide)
BINARY(InPlaceRemainder, kInplaceRemainder)
BINARY(InPlaceLshift, kInplaceLeftShift)
BINARY(InPlaceRshift, kInplaceRightShift)
BINARY(InPlaceAnd, kInplaceAnd)
BINARY(InPlaceXor, kInplaceXor)
BINARY(InPlaceOr, kInplaceOr)
#undef BINARY
PyObject* PyNumber_Divmod(PyObject* a, PyObject* b) { return to_c(number_divmod(current_thread(), *a, *b)); }
PyObject* PyNumber_Power(PyObject* a, PyObject* b, PyObject* c) {
    return to_c(number_power(current_thread(), *a, *b, *c));
}
PyObject* PyNumber_InPlacePower(PyObject* a, PyObject* b, PyObject* c) {
    return to_c(number_inplace_power(current_thread(), *a, *b, *c));
}
#define UNARY(NAME, FUNCTION)          \
    PyObject* NAME(PyObject* o) {      \
        CHECK_ARGUMENT(o, nullptr)     \
        return to_c(FUNCTION(ts, *o)); \
    }
UNARY(PyNumber_Negative, number_negative)
UNARY(PyNumber_Positive, number_positive)
UNARY(PyNumber_Invert, number_invert)
UNARY(PyNumber_Absolute, number_absolute)
UNARY(PyNumber_Index, number_index)
UNARY(_PyNumber_Index, number_index_any)
UNARY(PyNumber_Long, number_int)
UNARY(PyNumber_Float, number_float)
PyObject* PyNumber_ToBase(PyObject* o, int base) {
    ThreadState& ts = current_thread();
    if (base != 2 && base != 8 && base != 10 && base != 16) {
        (void)raise(ts, PyExc_SystemError, "PyNumber_ToBase: base must be 2, 8, 10 or 16");
        return nullptr;
    }
    return to_c(number_to_base(ts, *o, base));
}
Py_ssize_t PyNumber_AsSsize_t(PyObject* o, PyObject* overflow) {
    return to_c(number_as_ssize(current_thread(), *o, overflow));
}

// ---- Sequences ----

int PySequence_Check(PyObject* o) { return is_sequence(*o); }
Py_ssize_t PySequence_Size(PyObject* o) {
    CHECK_ARGUMENT(o, -1)
    PySequenceMethods* methods = o->ob_type->tp_as_sequence;
    if (methods && methods->sq_length) return methods->sq_length(o);
    if (o->ob_type->tp_as_mapping && o->ob_type->tp_as_mapping->mp_length) {
        (void)raise(ts, PyExc_TypeError, "%T is not a sequence", o);
        return -1;
    }
    (void)raise(ts, PyExc_TypeError, "object of type '%T' has no len()", o);
    return -1;
}
#undef PySequence_Length
Py_ssize_t PySequence_Length(PyObject* o) { return PySequence_Size(o); }
PyObject* PySequence_GetItem(PyObject* o, Py_ssize_t i) {
    CHECK_ARGUMENT(o, nullptr)
    return to_c(sequence_getitem(ts, *o, i));
}
int PySequence_SetItem(PyObject* o, Py_ssize_t i, PyObject* value) {
    CHECK_ARGUMENT(o, -1)
    return value ? to_c(sequence_setitem(ts, *o, i, *value)) : to_c(sequence_delitem(ts, *o, i));
}
int PySequence_DelItem(PyObject* o, Py_ssize_t i) {
    CHECK_ARGUMENT(o, -1)
    return to_c(sequence_delitem(ts, *o, i));
}
PyObject* PySequence_GetSlice(PyObject* o, Py_ssize_t low, Py_ssize_t high) {
    CHECK_ARGUMENT(o, nullptr)
    return to_c(sequence_getslice(ts, *o, low, high));
}
int PySequence_SetSlice(PyObject* o, Py_ssize_t low, Py_ssize_t high, PyObject* value) {
    CHECK_ARGUMENT(o, -1)
    return to_c(sequence_set_slice(ts, *o, low, high, value));
}
int PySequence_DelSlice(PyObject* o, Py_ssize_t low, Py_ssize_t high) {
    CHECK_ARGUMENT(o, -1)
    return to_c(sequence_set_slice(ts, *o, low, high, nullptr));
}
PyObject* PySequence_Concat(PyObject* a, PyObject* b) {
    CHECK_ARGUMENT(a && b, nullptr)
    return to_c(sequence_concat(ts, *a, *b));
}
PyObject* PySequence_Repeat(PyObject* o, Py_ssize_t count) {
    CHECK_ARGUMENT(o, nullptr)
    return to_c(sequence_repeat(ts, *o, count));
}
PyObject* PySequence_InPlaceConcat(PyObject* a, PyObject* b) {
    CHECK_ARGUMENT(a && b, nullptr)
    return to_c(sequence_inplace_concat(ts, *a, *b));
}
PyObject* PySequence_InPlaceRepeat(PyObject* o, Py_ssize_t count) {
    CHECK_ARGUMENT(o, nullptr)
    return to_c(sequence_inplace_repeat(ts, *o, count));
}
PyObject* PySequence_List(PyObject* o) {
    CHECK_ARGUMENT(o, nullptr)
    return to_c(sequence_list(ts, *o));
}
PyObject* PySequence_Tuple(PyObject* o) {
    CHECK_ARGUMENT(o, nullptr)
    return to_c(sequence_tuple(ts, *o));
}
PyObject* PySequence_Fast(PyObject* o, const char* message) {
    CHECK_ARGUMENT(o, nullptr)
    return to_c(sequence_fast(ts, *o, message));
}
int PySequence_Contains(PyObject* o, PyObject* value) { return to_c(contains(current_thread(), *o, *value)); }
#undef PySequence_In
int PySequence_In(PyObject* o, PyObject* value) { return PySequence_Contains(o, value); }
Py_ssize_t PySequence_Count(PyObject* o, PyObject* value) {
    return to_c(sequence_search(current_thread(), *o, *value, SequenceSearch::kCount));
}
Py_ssize_t PySequence_Index(PyObject* o, PyObject* value) {
    return to_c(sequence_search(current_thread(), *o, *value, SequenceSearch::kIndex));
}
Py_ssize_t _PySequence_IterSearch(PyObject* o, PyObject* value, int operation) {
    SequenceSearch what = operation == 1   ? SequenceSearch::kCount
                          : operation == 2 ? SequenceSearch::kIndex
                                           : SequenceSearch::kContains;
    return to_c(sequence_search(current_thread(), *o, *value, what));
}

// ---- Mappings ----

int PyMapping_Check(PyObject* o) { return o && is_mapping(*o); }
Py_ssize_t PyMapping_Size(PyObject* o) {
    CHECK_ARGUMENT(o, -1)
    PyMappingMethods* methods = o->ob_type->tp_as_mapping;
    if (methods && methods->mp_length) return methods->mp_length(o);
    if (o->ob_type->tp_as_sequence && o->ob_type->tp_as_sequence->sq_length) {
        (void)raise(ts, PyExc_TypeError, "%T is not a mapping", o);
        return -1;
    }
    (void)raise(ts, PyExc_TypeError, "object of type '%T' has no len()", o);
    return -1;
}
#undef PyMapping_Length
Py_ssize_t PyMapping_Length(PyObject* o) { return PyMapping_Size(o); }
PyObject* PyMapping_GetItemString(PyObject* o, const char* key) {
    CHECK_ARGUMENT(key, nullptr)
    Ref<Str> text = TRY_OR(nullptr, str_from_utf8(ts, key));
    return PyObject_GetItem(o, obj(text.get()));
}
int PyMapping_SetItemString(PyObject* o, const char* key, PyObject* value) {
    CHECK_ARGUMENT(key, -1)
    Ref<Str> text = TRY_OR(-1, str_from_utf8(ts, key));
    return PyObject_SetItem(o, obj(text.get()), value);
}
int PyMapping_HasKey(PyObject* o, PyObject* key) {
    PyObject* value = PyObject_GetItem(o, key);
    if (!value) error_clear(current_thread());
    decref_optional(value);
    return value != nullptr;
}
int PyMapping_HasKeyString(PyObject* o, const char* key) {
    PyObject* value = PyMapping_GetItemString(o, key);
    if (!value) error_clear(current_thread());
    decref_optional(value);
    return value != nullptr;
}
PyObject* PyMapping_Keys(PyObject* o) {
    CHECK_ARGUMENT(o, nullptr)
    return to_c(mapping_keys(ts, *o));
}
PyObject* PyMapping_Items(PyObject* o) {
    CHECK_ARGUMENT(o, nullptr)
    return to_c(mapping_items(ts, *o));
}
PyObject* PyMapping_Values(PyObject* o) {
    CHECK_ARGUMENT(o, nullptr)
    return to_c(mapping_values(ts, *o));
}

// ---- The rest ----

int _Py_convert_optional_to_ssize_t(PyObject* o, void* result) {
    ThreadState& ts = current_thread();
    if (o == &none()) return 1;
    if (!is_index(*o)) {
        (void)raise(ts, PyExc_TypeError, "argument should be integer or None, not %.200s", type_of(*o).tp_name);
        return 0;
    }
    Py_ssize_t value = PyNumber_AsSsize_t(o, PyExc_OverflowError);
    if (value == -1 && error_pending(ts)) return 0;
    *static_cast<Py_ssize_t*>(result) = value;
    return 1;
}
// Odometers over index arrays, in C's and in Fortran's order.
void _Py_add_one_to_index_C(int nd, Py_ssize_t* index, const Py_ssize_t* shape) {
    for (int k = nd - 1; k >= 0; --k) {
        if (index[k] < shape[k] - 1) {
            ++index[k];
            break;
        }
        index[k] = 0;
    }
}
void _Py_add_one_to_index_F(int nd, Py_ssize_t* index, const Py_ssize_t* shape) {
    for (int k = 0; k < nd; ++k) {
        if (index[k] < shape[k] - 1) {
            ++index[k];
            break;
        }
        index[k] = 0;
    }
}
void _Py_FreeCharPArray(char* const array[]) {
    for (Py_ssize_t i = 0; array[i]; ++i) std::free(array[i]);
    std::free(const_cast<char**>(array));
}
char* const* _PySequence_BytesToCharpArray(PyObject* o) {
    ThreadState& ts = current_thread();
    Py_ssize_t count = PySequence_Size(o);
    if (count < 0) return nullptr;
    auto** array = static_cast<char**>(std::calloc(size_t(count) + 1, sizeof(char*)));
    if (!array) {
        (void)raise_no_memory(ts);
        return nullptr;
    }
    for (Py_ssize_t i = 0; i < count; ++i) {
        PyObject* item = PySequence_GetItem(o, i);
        char* data;
        Py_ssize_t size;
        bool ok = item && PyBytes_AsStringAndSize(item, &data, &size) == 0;
        if (ok) {
            array[i] = static_cast<char*>(std::malloc(size_t(size) + 1));
            ok = array[i] != nullptr;
            if (ok) {
                std::memcpy(array[i], data, size_t(size) + 1);
            } else {
                (void)raise_no_memory(ts);
            }
        }
        decref_optional(item);
        if (!ok) {
            _Py_FreeCharPArray(array);
            return nullptr;
        }
    }
    return array;
}

}  // extern "C"
#pragma GCC visibility pop
