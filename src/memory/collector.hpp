// The generational cycle collector of one interpreter.
//
// Every container object is preceded by a GcHeader, which links it into the
// list of its generation while it is tracked. A collection finds, by
// subtracting the references inside a set of objects from their counts, those
// that only each other keep alive; runs their finalisers (PEP 442) and weak
// reference callbacks; and clears what is still unreachable.
#pragma once

#include <cstdint>

#include "memory/python.hpp"
#include "memory/reference.hpp"

namespace orochi {

struct ThreadState;

struct GcHeader {
    GcHeader* next;       // null: not tracked
    uintptr_t prev_bits;  // previous header, and flags in the low bits

    static constexpr uintptr_t kFinalized = 1;   // tp_finalize has run
    static constexpr uintptr_t kCollecting = 2;  // in the set under collection

    GcHeader* prev() const { return reinterpret_cast<GcHeader*>(prev_bits & ~uintptr_t{3}); }
    void set_prev(GcHeader* header) { prev_bits = reinterpret_cast<uintptr_t>(header) | (prev_bits & 3); }
};
static_assert(sizeof(GcHeader) == 16);

inline GcHeader& gc_header(const Object& object) {
    return *(reinterpret_cast<GcHeader*>(const_cast<Object*>(&object)) - 1);
}
inline Object& gc_object(GcHeader& header) { return *reinterpret_cast<Object*>(&header + 1); }

struct GcGeneration {
    GcHeader head;  // a circular list
    int threshold = 0;
    int count = 0;
};

struct GcGenerationStats {
    Py_ssize_t collections = 0, collected = 0, uncollectable = 0;
};

// All of the collector's state; a part of the interpreter.
struct Collector {
    GcGeneration generations[3];
    GcHeader permanent;  // gc.freeze()
    GcGenerationStats stats[3];
    Object* garbage = nullptr;    // the list gc.garbage
    Object* callbacks = nullptr;  // the list gc.callbacks
    bool enabled = true;
    bool collecting = false;
    int debug = 0;
    Py_ssize_t long_lived_total = 0;
    Py_ssize_t long_lived_pending = 0;

    Collector();
};

// Whether the object's type takes part in collection, and this object has a header.
inline bool gc_is_container(const Object& object) {
    Type& type = type_of(object);
    return (type.tp_flags & Py_TPFLAGS_HAVE_GC) && (!type.tp_is_gc || type.tp_is_gc(const_cast<Object*>(&object)));
}
inline bool gc_is_tracked(const Object& object) { return gc_header(object).next != nullptr; }

// Links the object into the youngest generation / takes it out. The object has a header.
inline void gc_link(Collector& collector, Object& object) {
    GcHeader& header = gc_header(object);
    GcHeader& head = collector.generations[0].head;
    GcHeader* last = head.prev();
    last->next = &header;
    header.set_prev(last);
    header.next = &head;
    head.set_prev(&header);
}
// gc_track(ThreadState&, Object&) is in state/thread_state.hpp.
inline void gc_untrack(Object& object) {
    GcHeader& header = gc_header(object);
    GcHeader* prev = header.prev();
    prev->next = header.next;
    header.next->set_prev(prev);
    header.next = nullptr;
    header.prev_bits &= GcHeader::kFinalized;
}
inline void gc_untrack_if_tracked(Object& object) {
    if (gc_is_tracked(object)) gc_untrack(object);
}
inline bool gc_is_finalized(const Object& object) { return gc_header(object).prev_bits & GcHeader::kFinalized; }
inline void gc_set_finalized(Object& object) { gc_header(object).prev_bits |= GcHeader::kFinalized; }

// Lists of headers, circular, with a head that is not an object.
void gc_list_init(GcHeader& list);
inline bool gc_list_is_empty(const GcHeader& list) { return list.next == &list; }
void gc_list_append(GcHeader& list, GcHeader& header);
void gc_list_move(GcHeader& list, GcHeader& header);  // from the list it is in
void gc_list_merge(GcHeader& from, GcHeader& to);     // `from` becomes empty
Py_ssize_t gc_list_size(const GcHeader& list);
void gc_list_clear_collecting(GcHeader& list);
inline bool gc_is_collecting(const Object& object) { return gc_header(object).prev_bits & GcHeader::kCollecting; }

// Moves what is not reachable from outside of `base` to `unreachable` (an empty list), where objects keep the
// mark kCollecting. Calls nothing but tp_traverse.
void gc_find_unreachable(GcHeader& base, GcHeader& unreachable);
// Stops tracking tuples that can never be part of a cycle.
void gc_untrack_tuples(GcHeader& list);
// Whether the object is tracked, or may become tracked later.
inline bool gc_may_be_tracked(Object& object) {
    return gc_is_container(object) && (!PyTuple_CheckExact(&object) || gc_is_tracked(object));
}

// Runs a collection of the generation and all younger ones, unless one is running. Returns the number of
// unreachable objects. A pending exception is kept. (objects/garbage_collection.cpp)
Py_ssize_t gc_collect(ThreadState& ts, int generation);
// The same at the end of an interpreter: without callbacks, exceptions dropped.
Py_ssize_t gc_collect_silently(ThreadState& ts);
// Serves EvalBreaker::kCollect: collects the oldest generation that is over its threshold, if any.
void gc_collect_if_due(ThreadState& ts);
// Clears what the collector holds (gc.garbage, gc.callbacks), after a warning about garbage that
// is left when gc.DEBUG_UNCOLLECTABLE asks for it.
void gc_shut_down(ThreadState& ts);

}  // namespace orochi
