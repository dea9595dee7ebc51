// The distribution's Python.h, and the names under which we use its structs.
//
// The structs are the public binary interface of CPython 3.11: extension
// modules that were compiled against it read and write them, so they are
// included, never redeclared. The macros that change reference counts are
// poisoned: objects may be shared by interpreters that run in parallel, and only
// the functions of memory/reference.hpp know which ones must not be written to.
#pragma once

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <frameobject.h>
#include <structmember.h>

#undef Py_INCREF
#undef Py_DECREF
#undef Py_XINCREF
#undef Py_XDECREF
#undef Py_CLEAR
#undef Py_NewRef
#undef Py_XNewRef
#undef Py_RETURN_NONE
#undef Py_RETURN_TRUE
#undef Py_RETURN_FALSE
#undef Py_RETURN_NOTIMPLEMENTED
#undef Py_SETREF
#undef Py_XSETREF
#pragma GCC poison Py_INCREF Py_DECREF Py_XINCREF Py_XDECREF Py_CLEAR Py_NewRef Py_XNewRef
#pragma GCC poison Py_RETURN_NONE Py_RETURN_TRUE Py_RETURN_FALSE Py_RETURN_NOTIMPLEMENTED Py_SETREF Py_XSETREF

namespace orochi {

using Object = PyObject;
using VarObject = PyVarObject;
using Type = PyTypeObject;
using HeapType = PyHeapTypeObject;
using Int = PyLongObject;
using Float = PyFloatObject;
using Complex = PyComplexObject;
using Str = PyUnicodeObject;
using Bytes = PyBytesObject;
using ByteArray = PyByteArrayObject;
using List = PyListObject;
using Tuple = PyTupleObject;
using Dict = PyDictObject;
using Set = PySetObject;
using Slice = PySliceObject;
using Code = PyCodeObject;
using Function = PyFunctionObject;
using Frame = PyFrameObject;
using Generator = PyGenObject;
using Cell = PyCellObject;
using Method = PyMethodObject;
using NativeFunction = PyCFunctionObject;
using WeakReference = PyWeakReference;

}  // namespace orochi
