// deque: a ring buffer whose size is a power of two.
//
// Both ends grow and shrink in amortised constant time, and unlike in a list of blocks any place is found by
// one addition. `state` counts the changes that iterators must notice.
#include <bit>

#include "modules/collections/collections.hpp"

namespace orochi {
extern PyModuleDef collections_module;
}

namespace orochi::collections {

namespace {

struct Deque {
    PyVarObject ob_base;  // ob_size: the length
    Object** items;       // null while the capacity is 0
    size_t capacity;
    size_t head;  // slot of the first item
    size_t state;
    Py_ssize_t max_length;  // -1: none
    Object* weakrefs;
};

Py_ssize_t& size_of(Deque& d) { return d.ob_base.ob_size; }
Object*& at(Deque& d, Py_ssize_t i) { return d.items[(d.head + size_t(i)) & (d.capacity - 1)]; }

State& state_of(Object& deque) {
    // The deque type itself or a subclass: the module of the first that has one of ours.
    for (Type* type = &type_of(deque); type; type = type->tp_base) {
        Object* module = type_module(*type);
        if (module && module_definition(*module) == &collections_module)
            return *static_cast<State*>(module_state(*module));
    }
    std::abort();
}
bool is_deque(Object& like, Object& o) { return is_instance_of(o, *state_of(like).deque); }

Result<void> grow(ThreadState& ts, Deque& d, size_t least) {
    if (least <= d.capacity) return {};
    if (least > size_t(PY_SSIZE_T_MAX) / sizeof(Object*) / 2) return raise_no_memory(ts);
    size_t capacity = std::bit_ceil(std::max<size_t>(least, 8));
    Object** items = static_cast<Object**>(ts.heap().allocate(capacity * sizeof(Object*)));
    if (!items) return raise_no_memory(ts);
    for (Py_ssize_t i = 0; i < size_of(d); ++i) items[i] = at(d, i);
    Heap::free(d.items);
    d.items = items;
    d.capacity = capacity;
    d.head = 0;
    return {};
}

Ref<Object> take_first(Deque& d) {
    Object* item = d.items[d.head];
    d.head = (d.head + 1) & (d.capacity - 1);
    --size_of(d);
    ++d.state;
    return Ref<Object>::steal(*item);
}
Ref<Object> take_last(Deque& d) {
    Object* item = at(d, --size_of(d));
    ++d.state;
    return Ref<Object>::steal(*item);
}

Result<void> push_last(ThreadState& ts, Deque& d, Ref<Object> item) {
    TRY(grow(ts, d, size_t(size_of(d)) + 1));
    at(d, size_of(d)++) = std::move(item).release();
    ++d.state;
    if (d.max_length >= 0 && size_of(d) > d.max_length) (void)take_first(d);
    return {};
}
Result<void> push_first(ThreadState& ts, Deque& d, Ref<Object> item) {
    TRY(grow(ts, d, size_t(size_of(d)) + 1));
    d.head = (d.head - 1) & (d.capacity - 1);
    d.items[d.head] = std::move(item).release();
    ++size_of(d);
    ++d.state;
    if (d.max_length >= 0 && size_of(d) > d.max_length) (void)take_last(d);
    return {};
}

void drop_all(Deque& d) {
    Object** items = std::exchange(d.items, nullptr);
    size_t mask = d.capacity - 1, head = d.head;
    Py_ssize_t n = std::exchange(size_of(d), 0);
    d.capacity = d.head = 0;
    ++d.state;
    for (Py_ssize_t i = 0; i < n; ++i) decref(*items[(head + size_t(i)) & mask]);
    Heap::free(items);
}

Result<void> extend(ThreadState& ts, Deque& d, Object& iterable, bool left) {
    OptRef<Object> copy;
    Object* source = &iterable;
    if (source == &obj(d)) {
        copy = Ref<Object>(TRY(sequence_list(ts, iterable)));
        source = copy.get();
    }
    Ref<Object> iterator = TRY(get_iter(ts, *source));
    for (;;) {
        OptRef<Object> item = TRY(iter_next(ts, *iterator));
        if (!item) return {};
        if (d.max_length == 0) continue;
        TRY(left ? push_first(ts, d, item.take()) : push_last(ts, d, item.take()));
    }
}

// ---- Life ----

Object* deque_tp_new(Type* type, Object*, Object*) {
    Object* block = type->tp_alloc(type, 0);
    if (block) as<Deque>(*block).max_length = -1;
    return block;
}
Result<void> deque_init(ThreadState& ts, Deque& self, Object* iterable, Object* max_length) {
    Py_ssize_t limit = -1;
    if (max_length && !is_none(max_length)) {
        if (!PyLong_Check(max_length)) return raise(ts, PyExc_TypeError, "an integer is required");
        limit = TRY(int_as_ssize(ts, *max_length));
        if (limit < 0) return raise(ts, PyExc_ValueError, "maxlen must be non-negative");
    }
    self.max_length = limit;
    if (size_of(self)) drop_all(self);
    if (iterable) TRY(extend(ts, self, *iterable, false));
    return {};
}
void deque_dealloc(Object* self) {
    ThreadState& ts = current_thread();
    Deque& d = as<Deque>(*self);
    gc_untrack_if_tracked(*self);
    if (!trashcan_begin(ts, *self)) return;
    if (d.weakrefs) clear_weakrefs(ts, *self);
    drop_all(d);
    Type& type = type_of(*self);
    type.tp_free(self);
    decref(type);
    trashcan_end(ts);
}
int deque_traverse(Object* self, visitproc visit, void* argument) {
    Deque& d = as<Deque>(*self);
    VISIT(&type_of(*self));
    for (Py_ssize_t i = 0; i < size_of(d); ++i) VISIT(at(d, i));
    return 0;
}
int deque_tp_clear(Object* self) {
    drop_all(as<Deque>(*self));
    return 0;
}

// ---- Methods ----

Result<void> method_append(ThreadState& ts, Deque& self, Object& x) {
    return push_last(ts, self, Ref<Object>::share(x));
}
Result<void> method_appendleft(ThreadState& ts, Deque& self, Object& x) {
    return push_first(ts, self, Ref<Object>::share(x));
}
Result<Ref<Object>> method_pop(ThreadState& ts, Deque& self) {
    if (size_of(self) == 0) return raise(ts, PyExc_IndexError, "pop from an empty deque");
    return take_last(self);
}
Result<Ref<Object>> method_popleft(ThreadState& ts, Deque& self) {
    if (size_of(self) == 0) return raise(ts, PyExc_IndexError, "pop from an empty deque");
    return take_first(self);
}
Result<void> method_extend(ThreadState& ts, Deque& self, Object& iterable) { return extend(ts, self, iterable, false); }
Result<void> method_extendleft(ThreadState& ts, Deque& self, Object& iterable) {
    return extend(ts, self, iterable, true);
}
void method_clear(Deque& self) { drop_all(self); }

Result<Ref<Object>> method_copy(ThreadState& ts, Deque& self) {
    Type& type = type_of(obj(self));
    if (&type == state_of(obj(self)).deque) {
        Ref<Object> copy = TRY(Result<Ref<Object>>::adopt(deque_tp_new(&type, nullptr, nullptr)));
        as<Deque>(*copy).max_length = self.max_length;
        TRY(extend(ts, as<Deque>(*copy), obj(self), false));
        return copy;
    }
    Ref<Object> copy = new_none();
    if (self.max_length < 0) {
        copy = TRY(call(ts, obj(type), obj(self)));
    } else {
        Ref<Object> limit = TRY(int_from(ts, self.max_length));
        copy = TRY(call(ts, obj(type), obj(self), *limit));
    }
    if (!is_deque(obj(self), copy))
        return raise(ts, PyExc_TypeError, "%.200s() must return a deque, not %T", type.tp_name, copy.get());
    return copy;
}

void rotate(Deque& d, Py_ssize_t n) {
    Py_ssize_t size = size_of(d);
    if (size <= 1) return;
    n %= size;
    if (n > size / 2) n -= size;
    if (n < -size / 2) n += size;
    size_t mask = d.capacity - 1;
    ++d.state;
    if (size_t(size) == d.capacity) {
        d.head = (d.head - size_t(n)) & mask;
        return;
    }
    for (; n > 0; --n) {
        d.head = (d.head - 1) & mask;
        d.items[d.head] = at(d, size);
    }
    for (; n < 0; ++n) {
        at(d, size) = d.items[d.head];
        d.head = (d.head + 1) & mask;
    }
}
Result<void> method_rotate(ThreadState&, Deque& self, Py_ssize_t n) {
    rotate(self, n);
    return {};
}
void method_reverse(Deque& self) {
    for (Py_ssize_t i = 0, j = size_of(self) - 1; i < j; ++i, --j) std::swap(at(self, i), at(self, j));
    ++self.state;
}

// Calls f(i, equal) for the items in [start, stop) until it returns true.
template <class F>
Result<void> compare_items(ThreadState& ts, Deque& d, Object& value, Py_ssize_t start, Py_ssize_t stop, Object* error,
                           const char* message, F f) {
    size_t state = d.state;
    for (Py_ssize_t i = start; i < stop; ++i) {
        Ref<Object> item = Ref<Object>::share(*at(d, i));
        bool equal = TRY(compare_bool(ts, item, value, Py_EQ));
        if (state != d.state) return raise(ts, error, message);
        if (equal && f(i)) return {};
    }
    return {};
}
constexpr const char* kMutated = "deque mutated during iteration";

Result<Py_ssize_t> method_count(ThreadState& ts, Deque& self, Object& value) {
    Py_ssize_t count = 0;
    TRY(compare_items(ts, self, value, 0, size_of(self), PyExc_RuntimeError, kMutated, [&](Py_ssize_t) {
        ++count;
        return false;
    }));
    return count;
}
Result<bool> deque_contains(ThreadState& ts, Deque& self, Object& value) {
    bool found = false;
    TRY(compare_items(ts, self, value, 0, size_of(self), PyExc_RuntimeError, kMutated,
                      [&](Py_ssize_t) { return found = true; }));
    return found;
}
Result<Ref<Object>> method_index(ThreadState& ts, Deque& self, Object& value, Object* start_object,
                                 Object* stop_object) {
    Py_ssize_t size = size_of(self);
    Py_ssize_t start = start_object ? TRY(number_as_slice_index(ts, *start_object)) : 0;
    Py_ssize_t stop = stop_object ? TRY(number_as_slice_index(ts, *stop_object)) : size;
    if (start < 0) start = std::max<Py_ssize_t>(start + size, 0);
    if (stop < 0) stop = std::max<Py_ssize_t>(stop + size, 0);
    stop = std::min(stop, size);
    Py_ssize_t found = -1;
    TRY(compare_items(ts, self, value, start, stop, PyExc_RuntimeError, kMutated, [&](Py_ssize_t i) {
        found = i;
        return true;
    }));
    if (found < 0) return raise(ts, PyExc_ValueError, "%R is not in deque", &value);
    return int_from(ts, found);
}

// Takes item i out, moving the shorter side.
Ref<Object> take_at(Deque& d, Py_ssize_t i) {
    Object* item = at(d, i);
    Py_ssize_t size = size_of(d);
    if (i < size / 2) {
        for (Py_ssize_t k = i; k > 0; --k) at(d, k) = at(d, k - 1);
        d.head = (d.head + 1) & (d.capacity - 1);
    } else {
        for (Py_ssize_t k = i; k < size - 1; ++k) at(d, k) = at(d, k + 1);
    }
    --size_of(d);
    ++d.state;
    return Ref<Object>::steal(*item);
}
Result<void> method_remove(ThreadState& ts, Deque& self, Object& value) {
    Py_ssize_t found = -1;
    TRY(compare_items(ts, self, value, 0, size_of(self), PyExc_IndexError, "deque mutated during remove().",
                      [&](Py_ssize_t i) {
                          found = i;
                          return true;
                      }));
    if (found < 0) return raise(ts, PyExc_ValueError, "%R is not in deque", &value);
    (void)take_at(self, found);
    return {};
}
Result<void> method_insert(ThreadState& ts, Deque& self, Py_ssize_t index, Object& value) {
    Py_ssize_t size = size_of(self);
    if (self.max_length == size) return raise(ts, PyExc_IndexError, "deque already at its maximum size");
    if (index >= size) return push_last(ts, self, Ref<Object>::share(value));
    if (index <= -size || index == 0) return push_first(ts, self, Ref<Object>::share(value));
    if (index < 0) index += size;
    TRY(grow(ts, self, size_t(size) + 1));
    if (index < size / 2) {
        self.head = (self.head - 1) & (self.capacity - 1);
        for (Py_ssize_t k = 0; k < index; ++k) at(self, k) = at(self, k + 1);
    } else {
        for (Py_ssize_t k = size; k > index; --k) at(self, k) = at(self, k - 1);
    }
    at(self, index) = new_reference(value);
    ++size_of(self);
    ++self.state;
    return {};
}

Py_ssize_t deque_len(Deque& self) { return size_of(self); }
Result<Ref<Object>> deque_item(ThreadState& ts, Deque& self, Py_ssize_t i) {
    if (size_t(i) >= size_t(size_of(self))) return raise(ts, PyExc_IndexError, "deque index out of range");
    return Ref<Object>::share(*at(self, i));
}
Result<void> deque_assign_item(ThreadState& ts, Deque& self, Py_ssize_t i, Object* value) {
    if (size_t(i) >= size_t(size_of(self))) return raise(ts, PyExc_IndexError, "deque index out of range");
    if (!value) {
        (void)take_at(self, i);
    } else {
        assign(at(self, i), Ref<Object>::share(*value));
    }
    return {};
}
Result<Ref<Object>> deque_concat(ThreadState& ts, Deque& self, Object& other) {
    if (!is_deque(obj(self), other))
        return raise(ts, PyExc_TypeError, "can only concatenate deque (not \"%T\") to deque", &other);
    Ref<Object> result = TRY(method_copy(ts, self));
    TRY(extend(ts, as<Deque>(*result), other, false));
    return result;
}
Result<Ref<Object>> deque_inplace_concat(ThreadState& ts, Deque& self, Object& other) {
    TRY(extend(ts, self, other, false));
    return Ref<Object>::share(obj(self));
}
Result<Ref<Object>> deque_inplace_repeat(ThreadState& ts, Deque& self, Py_ssize_t count) {
    Py_ssize_t size = size_of(self);
    if (size == 0 || count == 1) return Ref<Object>::share(obj(self));
    if (count <= 0) {
        drop_all(self);
        return Ref<Object>::share(obj(self));
    }
    // With a limit, only the last repetitions stay.
    if (self.max_length >= 0 && count > self.max_length / size + 2) count = self.max_length / size + 2;
    if (size > PY_SSIZE_T_MAX / 16 / count) return raise_no_memory(ts);
    Ref<List> items = TRY(sequence_list(ts, obj(self)));
    for (Py_ssize_t k = 1; k < count; ++k) TRY(extend(ts, self, items, false));
    return Ref<Object>::share(obj(self));
}
Result<Ref<Object>> deque_repeat(ThreadState& ts, Deque& self, Py_ssize_t count) {
    Ref<Object> result = TRY(method_copy(ts, self));
    return deque_inplace_repeat(ts, as<Deque>(*result), count);
}

Result<Ref<Object>> deque_repr(ThreadState& ts, Deque& self) {
    if (TRY(repr_enter(ts, obj(self)))) return str_from_ascii(ts, "[...]");
    auto run = [&]() -> Result<Ref<Object>> {
        Ref<List> items = TRY(sequence_list(ts, obj(self)));
        const char* name = type_of(obj(self)).tp_name;
        if (const char* dot = std::strrchr(name, '.')) name = dot + 1;
        if (self.max_length >= 0) return str_format(ts, "%s(%R, maxlen=%zd)", name, &obj(*items), self.max_length);
        return str_format(ts, "%s(%R)", name, &obj(*items));
    };
    auto result = run();
    repr_leave(ts, obj(self));
    return result;
}

Result<Ref<Object>> deque_compare(ThreadState& ts, Object& left, Object& right, int op) {
    State& state = state_of(left);
    if (!is_instance_of(left, *state.deque) || !is_instance_of(right, *state.deque)) return new_not_implemented();
    Py_ssize_t n = size_of(as<Deque>(left)), m = size_of(as<Deque>(right));
    if (op == Py_EQ || op == Py_NE) {
        if (&left == &right) return new_bool(op == Py_EQ);
        if (n != m) return new_bool(op == Py_NE);
    }
    Ref<Object> a = TRY(get_iter(ts, left));
    Ref<Object> b = TRY(get_iter(ts, right));
    for (;;) {
        OptRef<Object> x = TRY(iter_next(ts, *a));
        OptRef<Object> y = TRY(iter_next(ts, *b));
        if (!x || !y) {
            bool more_left = bool(x), more_right = bool(y);
            bool result = op == Py_LT   ? !more_left && more_right
                          : op == Py_LE ? !more_left
                          : op == Py_EQ ? more_left == more_right
                          : op == Py_NE ? more_left != more_right
                          : op == Py_GT ? more_left && !more_right
                                        : !more_right;
            return new_bool(result);
        }
        if (!TRY(compare_bool(ts, *x, *y, Py_EQ))) {
            if (op == Py_EQ) return new_bool(false);
            if (op == Py_NE) return new_bool(true);
            return compare(ts, *x, *y, op);
        }
    }
}

Result<Ref<Object>> deque_max_length(ThreadState& ts, Deque& self) {
    if (self.max_length < 0) return new_none();
    return int_from(ts, self.max_length);
}
Result<Ref<Object>> method_reduce(ThreadState& ts, Deque& self) {
    Ref<Object> state = TRY(call_method(ts, obj(self), "__getstate__"_n));
    Ref<Object> iterator = TRY(get_iter(ts, obj(self)));
    Object& type = obj(type_of(obj(self)));
    if (self.max_length < 0) return TRY(tuple_of(ts, type, obj(empty_tuple()), *state, *iterator));
    Ref<Object> limit = TRY(int_from(ts, self.max_length));
    Ref<Tuple> arguments = TRY(tuple_of(ts, obj(empty_tuple()), *limit));
    return TRY(tuple_of(ts, type, obj(*arguments), *state, *iterator));
}
Py_ssize_t method_sizeof(Deque& self) {
    return type_of(obj(self)).tp_basicsize + Py_ssize_t(self.capacity * sizeof(Object*));
}

// ---- Iterators ----

struct DequeIterator {
    PyObject_HEAD
    Object* deque;
    Py_ssize_t index;  // items given
    Py_ssize_t remaining;
    size_t state;
    auto members() { return std::array{&deque}; }
};

Result<Ref<Object>> iterator_make(Type& type, Deque& deque) {
    Ref<DequeIterator> it = TRY(make_instance<DequeIterator>(type));
    it->deque = new_reference(obj(deque));
    it->remaining = size_of(deque);
    it->state = deque.state;
    return it;
}
Result<Ref<Object>> deque_iter(ThreadState&, Deque& self) {
    return iterator_make(*state_of(obj(self)).deque_iterator, self);
}
Result<Ref<Object>> deque_reversed(ThreadState&, Deque& self) {
    return iterator_make(*state_of(obj(self)).deque_reverse_iterator, self);
}
template <bool reverse>
Object* iterator_next(Object* self) {
    DequeIterator& it = as<DequeIterator>(*self);
    Deque& d = as<Deque>(*it.deque);
    if (it.state != d.state) {
        it.remaining = 0;
        raise(current_thread(), PyExc_RuntimeError, kMutated);
        return nullptr;
    }
    if (it.remaining == 0) return nullptr;
    Py_ssize_t i = it.index++;
    --it.remaining;
    return new_reference(*at(d, reverse ? size_of(d) - 1 - i : i));
}
Result<Ref<Object>> iterator_new(ThreadState& ts, Type& type, Object& deque, Py_ssize_t index) {
    State& state = *static_cast<State*>(module_state(*type_module(type)));
    if (!is_instance_of(deque, *state.deque))
        return raise(ts, PyExc_TypeError, "argument 1 must be collections.deque, not %T", &deque);
    Ref<Object> it = TRY(iterator_make(type, as<Deque>(deque)));
    DequeIterator& iterator = as<DequeIterator>(*it);
    index = std::clamp<Py_ssize_t>(index, 0, iterator.remaining);
    iterator.index = index;
    iterator.remaining -= index;
    return it;
}
Py_ssize_t iterator_length_hint(DequeIterator& it) { return it.remaining; }
Result<Ref<Object>> iterator_reduce(ThreadState& ts, DequeIterator& it) {
    Ref<Object> index = TRY(int_from(ts, size_of(as<Deque>(*it.deque)) - it.remaining));
    Ref<Tuple> arguments = TRY(tuple_of(ts, *it.deque, *index));
    return TRY(tuple_of(ts, obj(type_of(obj(it))), obj(*arguments)));
}
constexpr MethodDef iterator_methods[] = {
    METHOD_PLAIN("__length_hint__($self, /)", iterator_length_hint,
                 "Private method returning an estimate of len(list(it))."),
    METHOD_PLAIN("__reduce__($self, /)", iterator_reduce, "Return state information for pickling."),
    METHOD_END,
};

constexpr MethodDef deque_methods[] = {
    METHOD_PLAIN("append($self, x, /)", method_append, "Add an element to the right side of the deque."),
    METHOD_PLAIN("appendleft($self, x, /)", method_appendleft, "Add an element to the left side of the deque."),
    METHOD_PLAIN("clear($self, /)", method_clear, "Remove all elements from the deque."),
    METHOD_PLAIN("__copy__($self, /)", method_copy, "Return a shallow copy of a deque."),
    METHOD_PLAIN("copy($self, /)", method_copy, "Return a shallow copy of a deque."),
    METHOD_PLAIN("count($self, value, /)", method_count,
                 "D.count(value) -> integer -- return number of occurrences of value"),
    METHOD_PLAIN("extend($self, iterable, /)", method_extend,
                 "Extend the right side of the deque with elements from the iterable"),
    METHOD_PLAIN("extendleft($self, iterable, /)", method_extendleft,
                 "Extend the left side of the deque with elements from the iterable"),
    METHOD_PLAIN("index($self, value, start=0, stop=sys.maxsize, /)", method_index,
                 "D.index(value, [start, [stop]]) -> integer -- return first index of value.\n"
                 "Raises ValueError if the value is not present."),
    METHOD_PLAIN("insert($self, index, object, /)", method_insert,
                 "D.insert(index, object) -- insert object before index"),
    METHOD_PLAIN("pop($self, /)", method_pop, "Remove and return the rightmost element."),
    METHOD_PLAIN("popleft($self, /)", method_popleft, "Remove and return the leftmost element."),
    METHOD_PLAIN("__reduce__($self, /)", method_reduce, "Return state information for pickling."),
    METHOD_PLAIN("remove($self, value, /)", method_remove, "D.remove(value) -- remove first occurrence of value."),
    METHOD_PLAIN("__reversed__($self, /)", deque_reversed,
                 "D.__reversed__() -- return a reverse iterator over the deque"),
    METHOD_PLAIN("reverse($self, /)", method_reverse, "D.reverse() -- reverse *IN PLACE*"),
    METHOD_PLAIN("rotate($self, n=1, /)", method_rotate,
                 "Rotate the deque n steps to the right (default n=1).  If n is negative, rotates left."),
    METHOD_PLAIN("__sizeof__($self, /)", method_sizeof, "D.__sizeof__() -- size of D in memory, in bytes"),
    METHOD_PLAIN("__class_getitem__($type, object, /)", class_getitem, "See PEP 585"),
    METHOD_END,
};
constexpr PyGetSetDef deque_getset[] = {
    GETTER("maxlen", deque_max_length, "maximum size of a deque or None if unbounded"),
    GETSET_END,
};
constexpr PyMemberDef deque_members[] = {
    {"__weaklistoffset__", T_PYSSIZET, offsetof(Deque, weakrefs), READONLY, nullptr},
    {},
};

}  // namespace

Result<void> add_deque(ThreadState& ts, Object& module, State& state) {
    PyType_Slot slots[] = {
        {Py_tp_dealloc, raw_pointer(deque_dealloc)},
        {Py_tp_traverse, raw_pointer(deque_traverse)},
        {Py_tp_clear, raw_pointer(deque_tp_clear)},
        {Py_tp_doc, const_cast<char*>("deque([iterable[, maxlen]]) --> deque object\n\n"
                                      "A list-like sequence optimized for data accesses near its endpoints.")},
        {Py_tp_new, raw_pointer(deque_tp_new)},
        {Py_tp_init, init_pointer(NEW_SLOT("deque($self, iterable=(), maxlen=None)", deque_init))},
        {Py_tp_repr, slot_pointer<reprfunc, deque_repr>()},
        {Py_tp_hash, raw_pointer(PyObject_HashNotImplemented)},
        {Py_tp_richcompare, slot_pointer<richcmpfunc, deque_compare>()},
        {Py_tp_iter, slot_pointer<getiterfunc, deque_iter>()},
        {Py_tp_methods, methods_pointer(deque_methods)},
        {Py_tp_getset, const_cast<PyGetSetDef*>(deque_getset)},
        {Py_tp_members, const_cast<PyMemberDef*>(deque_members)},
        {Py_sq_length, slot_pointer<lenfunc, deque_len>()},
        {Py_sq_concat, slot_pointer<binaryfunc, deque_concat>()},
        {Py_sq_repeat, slot_pointer<ssizeargfunc, deque_repeat>()},
        {Py_sq_item, slot_pointer<ssizeargfunc, deque_item>()},
        {Py_sq_ass_item, slot_pointer<ssizeobjargproc, deque_assign_item>()},
        {Py_sq_contains, slot_pointer<objobjproc, deque_contains>()},
        {Py_sq_inplace_concat, slot_pointer<binaryfunc, deque_inplace_concat>()},
        {Py_sq_inplace_repeat, slot_pointer<ssizeargfunc, deque_inplace_repeat>()},
        {0, nullptr}};
    PyType_Spec spec = {"collections.deque", sizeof(Deque), 0, kBaseTypeFlags | Py_TPFLAGS_SEQUENCE, slots};
    state.deque = new_reference(*TRY(module_add_type(ts, module, spec)));
    state.deque_iterator = new_reference(*TRY(add_type<DequeIterator>(
        ts, module, "_collections._deque_iterator", kTypeFlags,
        {{Py_tp_new, new_pointer(NEW_SLOT("_deque_iterator($type, deque, index=0, /)", iterator_new))},
         {Py_tp_methods, methods_pointer(iterator_methods)},
         ITERATOR_SLOTS(raw_pointer(iterator_next<false>))})));
    state.deque_reverse_iterator = new_reference(*TRY(add_type<DequeIterator>(
        ts, module, "_collections._deque_reverse_iterator", kTypeFlags,
        {{Py_tp_new, new_pointer(NEW_SLOT("_deque_reverse_iterator($type, deque, index=0, /)", iterator_new))},
         {Py_tp_methods, methods_pointer(iterator_methods)},
         ITERATOR_SLOTS(raw_pointer(iterator_next<true>))})));
    return {};
}

}  // namespace orochi::collections
