// Iterators over sequences and callables.
#pragma once

#include "objects/object.hpp"

namespace orochi {

// Iterators that FOR_ITER advances itself.
struct ListIterator {  // PyListIter_Type, and PyListRevIter_Type
    PyObject_HEAD
    Py_ssize_t index;
    List* list;  // null: exhausted
};
struct RangeIterator {  // PyRangeIter_Type: start + index * step fits a long for every index up to length
    PyObject_HEAD
    long index;
    long start;
    long step;
    long length;
};

// iter() of an object with __getitem__ only (PySeqIter_New).
Result<Ref<Object>> sequence_iterator_new(ThreadState& ts, Object& sequence);
// iter(callable, sentinel) (PyCallIter_New).
Result<Ref<Object>> callable_iterator_new(ThreadState& ts, Object& callable, Object& sentinel);
// range(start, stop, step) with ints of any size.
Result<Ref<Object>> range_new(ThreadState& ts, Object& start, Object& stop, Object& step);

}  // namespace orochi
