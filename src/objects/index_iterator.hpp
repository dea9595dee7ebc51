// What the iterators that walk a built-in sequence by index have in common: making, taking apart, and the three
// methods. Such an iterator is a struct with a member `index` and a pointer to its sequence (null: exhausted); how the
// next item is made is each type's own affair.
#pragma once

#include "objects/containers.hpp"
#include "objects/int.hpp"
#include "objects/module.hpp"

namespace orochi {

// What iter() is called with by __reduce__ of an exhausted iterator.
inline Result<Ref<Object>> exhausted_as_tuple(ThreadState&) { return Ref<Object>::share(obj(empty_tuple())); }

// Member: the member of the iterator that points to the sequence, such as &ListIterator::list.
template <auto Member, auto Exhausted = exhausted_as_tuple>
struct IndexIterator;

template <class Iterator, class Sequence, Sequence* Iterator::*Member, auto Exhausted>
struct IndexIterator<Member, Exhausted> {
    static Py_ssize_t length(const Sequence& sequence) {
        if constexpr (std::is_same_v<Sequence, Str>) {
            return str_length(sequence);
        } else {
            return reinterpret_cast<const PyVarObject&>(sequence).ob_size;
        }
    }

    static Result<Ref<Object>> make(ThreadState& ts, Type& type, Sequence& sequence, Py_ssize_t index = 0) {
        Ref<Iterator> it = TRY(new_container<Iterator>(ts, type));
        it->index = index;
        it.get()->*Member = new_reference(sequence);
        gc_track(ts, it);
        return Ref<Object>(std::move(it));
    }

    static void dealloc(Object* self) {
        gc_untrack_if_tracked(*self);
        decref_optional(as<Iterator>(*self).*Member);
        free_container(*self);
    }

    static int traverse(Object* self, visitproc visit, void* argument) {
        VISIT(as<Iterator>(*self).*Member);
        return 0;
    }

    static Py_ssize_t length_hint(Iterator& it) {
        return it.*Member ? std::max<Py_ssize_t>(length(*(it.*Member)) - it.index, 0) : 0;
    }

    // (FUNCTION, (sequence,), index); `function` is looked up first, as that may run code that uses the iterator up.
    static Result<Ref<Object>> reduce_by(ThreadState& ts, Iterator& it, const Ref<Object>& function) {
        if (!(it.*Member)) {
            Ref<Object> nothing = TRY(Exhausted(ts));
            Ref<Tuple> arguments = TRY(tuple_of(ts, nothing));
            return tuple_of(ts, function, arguments);
        }
        Ref<Tuple> arguments = TRY(tuple_of(ts, *(it.*Member)));
        Ref<Object> index = TRY(int_from(ts, it.index));
        return tuple_of(ts, function, arguments, index);
    }
    static Result<Ref<Object>> reduce(ThreadState& ts, Iterator& it) {
        Ref<Object> function = TRY(builtin_attribute(ts, "iter"_s));
        return reduce_by(ts, it, function);
    }

    static Result<void> setstate(ThreadState& ts, Iterator& it, Object& state) {
        Py_ssize_t index = TRY(int_as_ssize(ts, state));
        if (it.*Member) it.index = std::clamp<Py_ssize_t>(index, 0, length(*(it.*Member)));
        return {};
    }

    static constexpr MethodDef methods[] = {
        METHOD_PLAIN("__length_hint__($self, /)", length_hint,
                     "Private method returning an estimate of len(list(it))."),
        METHOD_PLAIN("__reduce__($self, /)", reduce, "Return state information for pickling."),
        METHOD_PLAIN("__setstate__($self, state, /)", setstate, "Set state information for unpickling."),
        METHOD_END,
    };
};

}  // namespace orochi
