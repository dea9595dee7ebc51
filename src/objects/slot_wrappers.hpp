// The wrappers of the slot table: how a special method of a type from C calls the slot it stands for.
// All have CPython's type wrapperfunc (or wrapperfunc_kwds): (self, args, slot [, keywords]).
#pragma once

#include "memory/python.hpp"

namespace orochi::wrap {

using Wrapper = PyObject*(PyObject* self, PyObject* arguments, void* slot);
using KeywordWrapper = PyObject*(PyObject* self, PyObject* arguments, void* slot, PyObject* keywords);

Wrapper length, boolean, binary, binary_reflected, ternary, ternary_reflected, unary, repeat, item, set_item,
    delete_item, contains, set_subscript, delete_subscript, set_attribute, delete_attribute, hash, iterate_next,
    descr_get, descr_set, descr_delete, finalize, less, less_equal, equal, not_equal, greater, greater_equal;
KeywordWrapper call, init;

}  // namespace orochi::wrap
