// slice and what indexing does with it.
#pragma once

#include "objects/object.hpp"

namespace orochi {

// Null parts are None.
Result<Ref<Object>> slice_new(ThreadState& ts, Object* start, Object* stop, Object* step);
// The parts as numbers, clipped to Py_ssize_t; a step of 0 is a ValueError (PySlice_Unpack).
Result<void> slice_unpack(ThreadState& ts, Object& slice, Py_ssize_t& start, Py_ssize_t& stop, Py_ssize_t& step);
// Clips start and stop to a sequence of that length and returns how many items the slice has (PySlice_AdjustIndices).
Py_ssize_t slice_adjust(Py_ssize_t length, Py_ssize_t& start, Py_ssize_t& stop, Py_ssize_t step);
// The parts for a sequence of any length, as ints (_PySlice_GetLongIndices). `length` is a non-negative int.
struct SliceBounds {
    OptRef<Object> start, stop, step;
};
Result<SliceBounds> slice_bounds(ThreadState& ts, Slice& slice, Object& length);

}  // namespace orochi
