#include "objects/list.hpp"

#include "objects/index_iterator.hpp"
#include "objects/iterators.hpp"
#include "objects/module.hpp"
#include "objects/number.hpp"
#include "objects/slice.hpp"
#include "objects/type.hpp"
#include "state/interrupt.hpp"

namespace orochi {

namespace {

Py_ssize_t& size_of(List& list) { return list.ob_base.ob_size; }

// Room for `size` items, and the size set; grows by an eighth. Items beyond the old size are not initialised.
Result<void> resize(ThreadState& ts, List& list, Py_ssize_t size) {
    Py_ssize_t allocated = list.allocated;
    if (allocated >= size && size >= (allocated >> 1)) {
        size_of(list) = size;
        return {};
    }
    size_t wanted = (size_t(size) + (size_t(size) >> 3) + 6) & ~size_t{3};
    // A large step (extend) is a poor reason to expect another.
    if (size - size_of(list) > Py_ssize_t(wanted - size_t(size))) wanted = (size_t(size) + 3) & ~size_t{3};
    if (size == 0) wanted = 0;
    if (wanted > size_t(PY_SSIZE_T_MAX) / sizeof(Object*)) return raise_no_memory(ts);
    if (wanted == 0) {
        Heap::free(list.ob_item);
        list.ob_item = nullptr;
    } else {
        void* block = ts.heap().reallocate(list.ob_item, wanted * sizeof(Object*));
        if (!block) return raise_no_memory(ts);
        list.ob_item = static_cast<Object**>(block);
    }
    size_of(list) = size;
    list.allocated = Py_ssize_t(wanted);
    return {};
}

}  // namespace

Result<Ref<List>> list_new(ThreadState& ts, Py_ssize_t size) {
    if (size < 0) return raise_bad_internal_call(ts);
    Object** items = nullptr;
    if (size) {
        if (size_t(size) > size_t(PY_SSIZE_T_MAX) / sizeof(Object*)) return raise_no_memory(ts);
        items = static_cast<Object**>(ts.heap().allocate_zeroed(size_t(size) * sizeof(Object*)));
        if (!items) return raise_no_memory(ts);
    }
    Object* block = static_cast<Object*>(ts.interpreter().free_lists.lists.pop());
    if (block) {
        block->ob_refcnt = 1;
    } else {
        block = allocate_container(ts, PyList_Type, sizeof(List));
        if (!block) {
            Heap::free(items);
            return failure;
        }
    }
    List& list = *as<List>(block);
    list.ob_base.ob_size = size;
    list.ob_item = items;
    list.allocated = size;
    gc_track(ts, *block);
    return Ref<List>::steal(list);
}

Result<Ref<List>> list_from_items(ThreadState& ts, Object* const* items, Py_ssize_t count) {
    Ref<List> list = TRY(list_new(ts, count));
    for (Py_ssize_t i = 0; i < count; ++i) list->ob_item[i] = new_reference(*items[i]);
    return list;
}

Result<void> list_append_growing(ThreadState& ts, List& list, Ref<Object>&& item) {
    Py_ssize_t n = size_of(list);
    TRY(resize(ts, list, n + 1));
    list.ob_item[n] = std::move(item).release();
    return {};
}

Result<void> list_insert(ThreadState& ts, List& list, Py_ssize_t index, Object& item) {
    Py_ssize_t n = size_of(list);
    if (n == PY_SSIZE_T_MAX) return raise(ts, PyExc_OverflowError, "cannot add more objects to list");
    TRY(resize(ts, list, n + 1));
    if (index < 0) index = std::max<Py_ssize_t>(index + n, 0);
    index = std::min(index, n);
    std::memmove(list.ob_item + index + 1, list.ob_item + index, size_t(n - index) * sizeof(Object*));
    list.ob_item[index] = new_reference(item);
    return {};
}

Result<void> list_extend(ThreadState& ts, List& list, Object& iterable) {
    if (&type_of(iterable) == &PyList_Type || &type_of(iterable) == &PyTuple_Type || &iterable == &obj(list)) {
        std::span<Object* const> items = sequence_fast_items(iterable);
        Py_ssize_t count = Py_ssize_t(items.size());
        if (count == 0) return {};
        Py_ssize_t n = size_of(list);
        if (!list.ob_item) {
            // A fresh list gets exactly what it needs.
            Object** block = static_cast<Object**>(ts.heap().allocate(size_t(count) * sizeof(Object*)));
            if (!block) return raise_no_memory(ts);
            list.ob_item = block;
            list.allocated = count;
            size_of(list) = count;
        } else {
            TRY(resize(ts, list, n + count));
        }
        items = sequence_fast_items(iterable);  // the same list may have moved
        for (Py_ssize_t i = 0; i < count; ++i) list.ob_item[n + i] = new_reference(*items[i]);
        return {};
    }
    Ref<Object> iterator = TRY(get_iter(ts, iterable));
    Py_ssize_t expected = TRY(length_hint(ts, iterable, 8));
    Py_ssize_t n = size_of(list);
    if (n > PY_SSIZE_T_MAX - expected) {
        // Take the hint for a lie.
    } else if (!list.ob_item) {
        if (expected) {
            Object** block = size_t(expected) > size_t(PY_SSIZE_T_MAX) / sizeof(Object*)
                                 ? nullptr
                                 : static_cast<Object**>(ts.heap().allocate(size_t(expected) * sizeof(Object*)));
            if (!block) return raise_no_memory(ts);
            list.ob_item = block;
            list.allocated = expected;
        }
    } else {
        TRY(resize(ts, list, n + expected));
        size_of(list) = n;
    }
    iternextfunc next = type_of(*iterator).tp_iternext;
    for (;;) {
        TRY(poll_interrupt(ts));
        Object* item = next(iterator.get());
        if (!item) {
            if (error_pending(ts)) {
                if (!error_matches(ts, PyExc_StopIteration)) return failure;
                error_clear(ts);
            }
            break;
        }
        TRY(list_append(ts, list, Ref<Object>::steal(*item)));
    }
    if (size_of(list) < list.allocated) TRY(resize(ts, list, size_of(list)));
    return {};
}

Result<Ref<Object>> list_get_slice(ThreadState& ts, List& list, Py_ssize_t low, Py_ssize_t high) {
    Py_ssize_t n = size_of(list);
    low = std::clamp<Py_ssize_t>(low, 0, n);
    high = std::clamp(high, low, n);
    Ref<List> result = TRY(list_new(ts, high - low));
    // Allocating may have run a collection, and that may have changed the list.
    high = std::min(high, size_of(list));
    Py_ssize_t count = 0;
    for (Py_ssize_t i = low; i < high; ++i) result->ob_item[count++] = new_reference(*list.ob_item[i]);
    size_of(*result) = count;
    return result;
}

Result<void> list_set_slice(ThreadState& ts, List& list, Py_ssize_t low, Py_ssize_t high, Object* source) {
    OptRef<Object> keeper;
    std::span<Object* const> items;
    if (source) {
        if (source == &obj(list)) {
            keeper = TRY(list_get_slice(ts, list, 0, size_of(list)));
        } else {
            keeper = TRY(sequence_fast(ts, *source, "can only assign an iterable"));
        }
        items = sequence_fast_items(*keeper);
    }
    Py_ssize_t n = Py_ssize_t(items.size());
    Py_ssize_t size = size_of(list);
    low = std::clamp<Py_ssize_t>(low, 0, size);
    high = std::clamp(high, low, size);
    Py_ssize_t removed = high - low;
    Py_ssize_t growth = n - removed;
    if (size + growth == 0) {
        MUST(list_clear(ts, list));
        return {};
    }
    // Old items are dropped last: their destructors may look at the list.
    Object* inline_dropped[16];
    Object** dropped = inline_dropped;
    if (removed > 16) {
        dropped = static_cast<Object**>(ts.heap().allocate(size_t(removed) * sizeof(Object*)));
        if (!dropped) return raise_no_memory(ts);
    }
    if (removed) std::memcpy(dropped, list.ob_item + low, size_t(removed) * sizeof(Object*));
    Result<void> result;
    if (growth < 0) {
        std::memmove(list.ob_item + high + growth, list.ob_item + high, size_t(size - high) * sizeof(Object*));
        // Shrinking may fail to reallocate: the block that is there is large enough.
        if (!resize(ts, list, size + growth).ok()) {
            error_clear(ts);
            size_of(list) = size + growth;
        }
    } else if (growth > 0) {
        result = resize(ts, list, size + growth);
        if (result.ok())
            std::memmove(list.ob_item + high + growth, list.ob_item + high, size_t(size - high) * sizeof(Object*));
    }
    if (result.ok()) {
        for (Py_ssize_t i = 0; i < n; ++i) list.ob_item[low + i] = new_reference(*items[i]);
        for (Py_ssize_t i = removed; --i >= 0;) decref_optional(dropped[i]);
    }
    if (dropped != inline_dropped) Heap::free(dropped);
    return result;
}

Result<void> list_clear(ThreadState&, List& list) {
    Object** items = list.ob_item;
    if (!items) return {};  // empty; also while it is being sorted, and that is no change
    Py_ssize_t n = size_of(list);
    list.ob_item = nullptr;
    size_of(list) = 0;
    list.allocated = 0;
    while (--n >= 0) decref_optional(items[n]);
    Heap::free(items);
    return {};
}

Result<void> list_reverse(ThreadState&, List& list) {
    std::reverse(list.ob_item, list.ob_item + size_of(list));
    return {};
}

Result<Ref<Tuple>> list_as_tuple(ThreadState& ts, List& list) {
    return tuple_from_items(ts, list.ob_item, size_of(list));
}

Result<void> list_set_item(ThreadState& ts, List& list, Py_ssize_t index, Ref<Object>&& item) {
    if (size_t(index) >= size_t(size_of(list)))
        return raise(ts, PyExc_IndexError, "list assignment index out of range");
    assign(list.ob_item[index], std::move(item));
    return {};
}

Result<Ref<Object>> list_pop(ThreadState& ts, List& list, Py_ssize_t index) {
    Py_ssize_t n = size_of(list);
    if (n == 0) return raise(ts, PyExc_IndexError, "pop from empty list");
    if (index < 0) index += n;
    if (size_t(index) >= size_t(n)) return raise(ts, PyExc_IndexError, "pop index out of range");
    Object* item = list.ob_item[index];
    std::memmove(list.ob_item + index, list.ob_item + index + 1, size_t(n - index - 1) * sizeof(Object*));
    if (!resize(ts, list, n - 1).ok()) {
        error_clear(ts);
        size_of(list) = n - 1;
    }
    return Ref<Object>::steal(*item);
}

// ---- The type ----

namespace {

void list_dealloc(Object* self) {
    ThreadState& ts = current_thread();
    List& list = as<List>(*self);
    gc_untrack_if_tracked(*self);
    if (!trashcan_begin(ts, *self)) return;
    if (list.ob_item) {
        for (Py_ssize_t i = size_of(list); --i >= 0;) decref_optional(list.ob_item[i]);
        Heap::free(list.ob_item);
        list.ob_item = nullptr;
    }
    if (&type_of(*self) != &PyList_Type || !ts.interpreter().free_lists.lists.push(self)) type_of(*self).tp_free(self);
    trashcan_end(ts);
}

int list_traverse(Object* self, visitproc visit, void* argument) {
    List& list = as<List>(*self);
    for (Py_ssize_t i = size_of(list); --i >= 0;) VISIT(list.ob_item[i]);
    return 0;
}

int list_tp_clear(Object* self) {
    MUST(list_clear(current_thread(), as<List>(*self)));
    return 0;
}

Result<Ref<Object>> list_repr(ThreadState& ts, List& self) {
    if (size_of(self) == 0) return str_from_ascii(ts, "[]");
    if (TRY(repr_enter(ts, obj(self)))) return str_from_ascii(ts, "[...]");
    auto run = [&]() -> Result<Ref<Object>> {
        StrBuilder builder(ts);
        TRY(builder.append('['));
        for (Py_ssize_t i = 0; i < size_of(self); ++i) {
            if (i) TRY(builder.append_ascii(", "));
            Ref<Object> item = Ref<Object>::share(list_item(self, i));
            TRY(builder.append(TRY(repr(ts, item))));
        }
        TRY(builder.append(']'));
        return builder.finish();
    };
    auto result = run();
    repr_leave(ts, obj(self));
    return result;
}

Result<Ref<Object>> list_compare(ThreadState& ts, Object& left_object, Object& right_object, int op) {
    if (!PyList_Check(&left_object) || !PyList_Check(&right_object)) return new_not_implemented();
    List& left = as<List>(left_object);
    List& right = as<List>(right_object);
    if (size_of(left) != size_of(right) && (op == Py_EQ || op == Py_NE)) return new_bool(op == Py_NE);
    Py_ssize_t i = 0;
    for (; i < size_of(left) && i < size_of(right); ++i) {
        Object& a = list_item(left, i);
        Object& b = list_item(right, i);
        if (&a == &b) continue;
        Ref<Object> keep_a = Ref<Object>::share(a);
        Ref<Object> keep_b = Ref<Object>::share(b);
        if (!TRY(compare_bool(ts, a, b, Py_EQ))) break;
    }
    Py_ssize_t n = size_of(left), m = size_of(right);
    if (i >= n || i >= m) {
        bool result = op == Py_EQ   ? n == m
                      : op == Py_NE ? n != m
                      : op == Py_LT ? n < m
                      : op == Py_LE ? n <= m
                      : op == Py_GT ? n > m
                                    : n >= m;
        return new_bool(result);
    }
    if (op == Py_EQ) return new_bool(false);
    if (op == Py_NE) return new_bool(true);
    Ref<Object> a = Ref<Object>::share(list_item(left, i));
    Ref<Object> b = Ref<Object>::share(list_item(right, i));
    return compare(ts, a, b, op);
}

Py_ssize_t list_len(List& self) { return size_of(self); }

Result<bool> list_contains(ThreadState& ts, List& self, Object& value) {
    for (Py_ssize_t i = 0; i < size_of(self); ++i) {
        Object& item = list_item(self, i);
        if (&item == &value) return true;
        Ref<Object> keeper = Ref<Object>::share(item);
        if (TRY(compare_bool(ts, item, value, Py_EQ))) return true;
    }
    return false;
}

Result<Ref<Object>> list_getitem(ThreadState& ts, List& self, Py_ssize_t i) {
    if (size_t(i) >= size_t(size_of(self))) return raise(ts, PyExc_IndexError, "list index out of range");
    return Ref<Object>::share(list_item(self, i));
}

Result<Ref<Object>> list_concat(ThreadState& ts, List& self, Object& other) {
    if (!PyList_Check(&other))
        return raise(ts, PyExc_TypeError, "can only concatenate list (not \"%T\") to list", &other);
    List& right = as<List>(other);
    Py_ssize_t n = size_of(self), m = size_of(right);
    if (n > PY_SSIZE_T_MAX - m) return raise_no_memory(ts);
    Ref<List> result = TRY(list_new(ts, n + m));
    for (Py_ssize_t i = 0; i < n; ++i) result->ob_item[i] = new_reference(list_item(self, i));
    for (Py_ssize_t i = 0; i < m; ++i) result->ob_item[n + i] = new_reference(list_item(right, i));
    return result;
}

Result<Ref<Object>> list_repeat(ThreadState& ts, List& self, Py_ssize_t count) {
    Py_ssize_t n = size_of(self);
    if (count <= 0 || n == 0) return list_new(ts, 0);
    if (n > PY_SSIZE_T_MAX / count) return raise_no_memory(ts);
    Ref<List> result = TRY(list_new(ts, n * count));
    Object** out = result->ob_item;
    if (n == 1) {
        Object* item = self.ob_item[0];
        if (!is_immortal(*item)) item->ob_refcnt += count;
        std::fill(out, out + count, item);
        return result;
    }
    for (Py_ssize_t k = 0; k < count; ++k) {
        for (Py_ssize_t i = 0; i < n; ++i) *out++ = new_reference(list_item(self, i));
    }
    return result;
}

Result<Ref<Object>> list_inplace_concat(ThreadState& ts, List& self, Object& other) {
    TRY(list_extend(ts, self, other));
    return Ref<Object>::share(obj(self));
}

Result<Ref<Object>> list_inplace_repeat(ThreadState& ts, List& self, Py_ssize_t count) {
    Py_ssize_t n = size_of(self);
    if (n == 0 || count == 1) return Ref<Object>::share(obj(self));
    if (count < 1) {
        TRY(list_clear(ts, self));
        return Ref<Object>::share(obj(self));
    }
    if (n > PY_SSIZE_T_MAX / count) return raise_no_memory(ts);
    TRY(resize(ts, self, n * count));
    Object** out = self.ob_item + n;
    for (Py_ssize_t k = 1; k < count; ++k) {
        for (Py_ssize_t i = 0; i < n; ++i) *out++ = new_reference(*self.ob_item[i]);
    }
    return Ref<Object>::share(obj(self));
}

Result<void> list_assign_item(ThreadState& ts, List& self, Py_ssize_t i, Object* value) {
    if (size_t(i) >= size_t(size_of(self))) return raise(ts, PyExc_IndexError, "list assignment index out of range");
    if (!value) return list_set_slice(ts, self, i, i + 1, nullptr);
    assign(self.ob_item[i], Ref<Object>::share(*value));
    return {};
}

Result<Ref<Object>> list_subscript(ThreadState& ts, List& self, Object& index) {
    if (is_index(index)) {
        Py_ssize_t i = TRY(number_as_ssize(ts, index, PyExc_IndexError));
        if (i < 0) i += size_of(self);
        return list_getitem(ts, self, i);
    }
    if (PySlice_Check(&index)) {
        Py_ssize_t start, stop, step;
        TRY(slice_unpack(ts, index, start, stop, step));
        Py_ssize_t count = slice_adjust(size_of(self), start, stop, step);
        if (count <= 0) return list_new(ts, 0);
        if (step == 1) return list_get_slice(ts, self, start, start + count);
        Ref<List> result = TRY(list_new(ts, count));
        Py_ssize_t made = 0;
        for (size_t at = size_t(start); made < count && at < size_t(size_of(self)); at += size_t(step))
            result->ob_item[made++] = new_reference(*self.ob_item[at]);
        size_of(*result) = made;
        return result;
    }
    return raise(ts, PyExc_TypeError, "list indices must be integers or slices, not %T", &index);
}

Result<void> delete_extended_slice(ThreadState& ts, List& self, Py_ssize_t start, Py_ssize_t step, Py_ssize_t count) {
    if (count <= 0) return {};
    if (step < 0) {
        start += step * (count - 1);
        step = -step;
    }
    Object** dropped = static_cast<Object**>(ts.heap().allocate(size_t(count) * sizeof(Object*)));
    if (!dropped) return raise_no_memory(ts);
    Py_ssize_t size = size_of(self), out = start, taken = 0;
    for (Py_ssize_t i = start; i < size; ++i) {
        if (taken < count && i == start + taken * step) {
            dropped[taken++] = self.ob_item[i];
        } else {
            self.ob_item[out++] = self.ob_item[i];
        }
    }
    if (!resize(ts, self, out).ok()) {
        error_clear(ts);
        size_of(self) = out;
    }
    for (Py_ssize_t i = 0; i < taken; ++i) decref(*dropped[i]);
    Heap::free(dropped);
    return {};
}

Result<void> list_assign_subscript(ThreadState& ts, List& self, Object& index, Object* value) {
    if (is_index(index)) {
        Py_ssize_t i = TRY(number_as_ssize(ts, index, PyExc_IndexError));
        if (i < 0) i += size_of(self);
        return list_assign_item(ts, self, i, value);
    }
    if (!PySlice_Check(&index))
        return raise(ts, PyExc_TypeError, "list indices must be integers or slices, not %T", &index);
    Py_ssize_t start, stop, step;
    TRY(slice_unpack(ts, index, start, stop, step));
    Py_ssize_t count = slice_adjust(size_of(self), start, stop, step);
    if (step == 1) return list_set_slice(ts, self, start, std::max(start, stop), value);
    if (!value) return delete_extended_slice(ts, self, start, step, count);
    Ref<Object> source = &obj(self) == value ? TRY(list_get_slice(ts, self, 0, size_of(self)))
                                             : TRY(sequence_fast(ts, *value, "must assign iterable to extended slice"));
    std::span<Object* const> items = sequence_fast_items(source);
    // Making the sequence may have run code that changed the list.
    TRY(slice_unpack(ts, index, start, stop, step));
    count = slice_adjust(size_of(self), start, stop, step);
    if (Py_ssize_t(items.size()) != count)
        return raise(ts, PyExc_ValueError,
                     "attempt to assign sequence of size %zd to extended "
                     "slice of size %zd",
                     Py_ssize_t(items.size()), count);
    if (count == 0) return {};
    Object** dropped = static_cast<Object**>(ts.heap().allocate(size_t(count) * sizeof(Object*)));
    if (!dropped) return raise_no_memory(ts);
    Py_ssize_t at = start;
    for (Py_ssize_t i = 0; i < count; ++i, at += step) {
        dropped[i] = self.ob_item[at];
        self.ob_item[at] = new_reference(*items[size_t(i)]);
    }
    for (Py_ssize_t i = 0; i < count; ++i) decref_optional(dropped[i]);
    Heap::free(dropped);
    return {};
}

// ---- Construction ----

Result<void> initialise(ThreadState& ts, List& self, Object* iterable) {
    if (self.ob_item) TRY(list_clear(ts, self));
    if (iterable) TRY(list_extend(ts, self, *iterable));
    return {};
}

Result<void> list_init(ThreadState& ts, List& self, Object* iterable) { return initialise(ts, self, iterable); }

Object* list_vectorcall(Object* type, Object* const* arguments, size_t nargsf, Object* keyword_names) {
    ThreadState& ts = current_thread();
    auto run = [&]() -> Result<Ref<Object>> {
        if (keyword_names && tuple_size(as<Tuple>(*keyword_names)))
            return raise(ts, PyExc_TypeError, "list() takes no keyword arguments");
        Py_ssize_t count = PyVectorcall_NARGS(nargsf);
        TRY(check_count(ts, "list", count, 0, 1));
        Ref<Object> self = type == &obj(PyList_Type)
                               ? Ref<Object>(TRY(list_new(ts, 0)))
                               : TRY(Result<Ref<Object>>::adopt(as<Type>(*type).tp_alloc(as<Type>(type), 0)));
        if (count) TRY(initialise(ts, as<List>(*self), arguments[0]));
        return self;
    };
    return to_c(run());
}

// ---- Methods ----

Result<void> method_append(ThreadState& ts, List& self, Object& object) { return list_append(ts, self, object); }
Result<void> method_extend(ThreadState& ts, List& self, Object& iterable) { return list_extend(ts, self, iterable); }
Result<void> method_insert(ThreadState& ts, List& self, Py_ssize_t index, Object& object) {
    return list_insert(ts, self, index, object);
}
Result<Ref<Object>> method_pop(ThreadState& ts, List& self, Py_ssize_t index) { return list_pop(ts, self, index); }
Result<void> method_clear(ThreadState& ts, List& self) { return list_clear(ts, self); }
Result<Ref<Object>> method_copy(ThreadState& ts, List& self) { return list_get_slice(ts, self, 0, size_of(self)); }
Result<void> method_reverse(ThreadState& ts, List& self) { return list_reverse(ts, self); }

Result<void> method_remove(ThreadState& ts, List& self, Object& value) {
    for (Py_ssize_t i = 0; i < size_of(self); ++i) {
        Ref<Object> item = Ref<Object>::share(list_item(self, i));
        if (TRY(compare_bool(ts, item, value, Py_EQ))) return list_set_slice(ts, self, i, i + 1, nullptr);
    }
    return raise(ts, PyExc_ValueError, "list.remove(x): x not in list");
}

Result<Ref<Object>> method_index(ThreadState& ts, List& self, Object& value, Object* start_object,
                                 Object* stop_object) {
    Py_ssize_t start = start_object ? TRY(number_as_slice_index(ts, *start_object)) : 0;
    Py_ssize_t stop = stop_object ? TRY(number_as_slice_index(ts, *stop_object)) : PY_SSIZE_T_MAX;
    if (start < 0) start = std::max<Py_ssize_t>(start + size_of(self), 0);
    if (stop < 0) stop = std::max<Py_ssize_t>(stop + size_of(self), 0);
    for (Py_ssize_t i = start; i < stop && i < size_of(self); ++i) {
        Ref<Object> item = Ref<Object>::share(list_item(self, i));
        if (TRY(compare_bool(ts, item, value, Py_EQ))) return Result<Ref<Object>>::adopt(new_int_object(ts, i));
    }
    return raise(ts, PyExc_ValueError, "%R is not in list", &value);
}

Result<Py_ssize_t> method_count(ThreadState& ts, List& self, Object& value) {
    Py_ssize_t count = 0;
    for (Py_ssize_t i = 0; i < size_of(self); ++i) {
        Object& item = list_item(self, i);
        if (&item == &value) {
            ++count;
            continue;
        }
        Ref<Object> keeper = Ref<Object>::share(item);
        count += TRY(compare_bool(ts, item, value, Py_EQ));
    }
    return count;
}

Result<void> method_sort(ThreadState& ts, List& self, Object* key, int reverse) {
    return list_sort(ts, self, key, reverse != 0);
}

Py_ssize_t method_sizeof(List& self) {
    return type_of(obj(self)).tp_basicsize + self.allocated * Py_ssize_t(sizeof(Object*));
}

// ---- Iterators ----

Result<Ref<Object>> empty_list(ThreadState& ts) { return list_new(ts, 0); }
using Iteration = IndexIterator<&ListIterator::list, empty_list>;

Result<Ref<Object>> list_iter(ThreadState& ts, List& self) { return Iteration::make(ts, PyListIter_Type, self); }
Result<Ref<Object>> method_reversed(ThreadState& ts, List& self) {
    return Iteration::make(ts, PyListRevIter_Type, self, size_of(self) - 1);
}
Object* iterator_next(Object* self) {
    ListIterator& it = as<ListIterator>(*self);
    if (!it.list) return nullptr;
    if (it.index < size_of(*it.list)) [[likely]]
        return new_reference(*it.list->ob_item[it.index++]);
    clear(it.list);
    return nullptr;
}
Object* reverse_iterator_next(Object* self) {
    ListIterator& it = as<ListIterator>(*self);
    if (!it.list) return nullptr;
    if (it.index >= 0 && it.index < size_of(*it.list)) return new_reference(*it.list->ob_item[it.index--]);
    it.index = -1;
    clear(it.list);
    return nullptr;
}
Py_ssize_t reverse_iterator_length_hint(ListIterator& it) {
    Py_ssize_t n = it.index + 1;
    return !it.list || size_of(*it.list) < n ? 0 : n;
}
Result<Ref<Object>> reverse_iterator_reduce(ThreadState& ts, ListIterator& it) {
    Ref<Object> function = TRY(builtin_attribute(ts, it.list ? "reversed"_s : "iter"_s));
    return Iteration::reduce_by(ts, it, function);
}
Result<void> reverse_iterator_setstate(ThreadState& ts, ListIterator& it, Object& state) {
    Py_ssize_t index = TRY(int_as_ssize(ts, state));
    if (it.list) it.index = std::clamp<Py_ssize_t>(index, -1, size_of(*it.list) - 1);
    return {};
}

constexpr MethodDef reverse_iterator_methods[] = {
    METHOD_PLAIN("__length_hint__($self, /)", reverse_iterator_length_hint,
                 "Private method returning an estimate of len(list(it))."),
    METHOD_PLAIN("__reduce__($self, /)", reverse_iterator_reduce, "Return state information for pickling."),
    METHOD_PLAIN("__setstate__($self, state, /)", reverse_iterator_setstate, "Set state information for unpickling."),
    METHOD_END,
};

constexpr MethodDef list_methods[] = {
    METHOD_FLAGS("__getitem__($self, index, /)", list_subscript, "Return self[index].", METH_COEXIST),
    METHOD("__reversed__($self, /)", method_reversed, "Return a reverse iterator over the list."),
    METHOD("__sizeof__($self, /)", method_sizeof, "Return the size of the list in memory, in bytes."),
    METHOD("clear($self, /)", method_clear, "Remove all items from list."),
    METHOD("copy($self, /)", method_copy, "Return a shallow copy of the list."),
    METHOD("append($self, object, /)", method_append, "Append object to the end of the list."),
    METHOD("insert($self, index, object, /)", method_insert, "Insert object before index."),
    METHOD("extend($self, iterable, /)", method_extend, "Extend list by appending elements from the iterable."),
    METHOD("pop($self, index=-1, /)", method_pop,
           "Remove and return item at index (default last).\n\nRaises IndexError if list is empty or index is out of "
           "range."),
    METHOD("remove($self, value, /)", method_remove,
           "Remove first occurrence of value.\n\nRaises ValueError if the value is not present."),
    METHOD("index($self, value, start=0, stop=sys.maxsize, /)", method_index,
           "Return first index of value.\n\nRaises ValueError if the value is not present."),
    METHOD("count($self, value, /)", method_count, "Return number of occurrences of value."),
    METHOD("reverse($self, /)", method_reverse, "Reverse *IN PLACE*."),
    METHOD("sort($self, /, *, key=None, reverse=False)", method_sort,
           "Sort the list in ascending order and return None.\n\n"
           "The sort is in-place (i.e. the list itself is modified) and stable (i.e. the\n"
           "order of two equal elements is maintained).\n\n"
           "If a key function is given, apply it once to each list item and sort them,\n"
           "ascending or descending, according to their function values.\n\n"
           "The reverse flag can be set to sort in descending order."),
    METHOD_PLAIN("__class_getitem__($type, object, /)", class_getitem, "See PEP 585"),
    METHOD_END,
};

constinit PySequenceMethods list_sequence = {
    .sq_length = slot<list_len>,
    .sq_concat = slot<list_concat>,
    .sq_repeat = slot<list_repeat>,
    .sq_item = slot<list_getitem>,
    .sq_ass_item = slot<list_assign_item>,
    .sq_contains = slot<list_contains>,
    .sq_inplace_concat = slot<list_inplace_concat>,
    .sq_inplace_repeat = slot<list_inplace_repeat>,
};
constinit PyMappingMethods list_mapping = {
    .mp_length = slot<list_len>,
    .mp_subscript = slot<list_subscript>,
    .mp_ass_subscript = slot<list_assign_subscript>,
};

}  // namespace

}  // namespace orochi

using namespace orochi;

constinit PyTypeObject PyList_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "list",
    .tp_basicsize = sizeof(List),
    .tp_dealloc = list_dealloc,
    .tp_repr = slot<list_repr>,
    .tp_as_sequence = &list_sequence,
    .tp_as_mapping = &list_mapping,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_LIST_SUBCLASS |
                _Py_TPFLAGS_MATCH_SELF | Py_TPFLAGS_SEQUENCE,
    .tp_doc =
        "list(iterable=(), /)\n--\n\n"
        "Built-in mutable sequence.\n\n"
        "If no argument is given, the constructor creates a new empty list.\n"
        "The argument must be an iterable if specified.",
    .tp_traverse = list_traverse,
    .tp_clear = list_tp_clear,
    .tp_richcompare = slot<list_compare>,
    .tp_iter = slot<list_iter>,
    .tp_methods = METHOD_TABLE(list_methods),
    .tp_init = NEW_SLOT("list($self, iterable=(), /)", list_init),
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = PyType_GenericNew,
    .tp_free = PyObject_GC_Del,
    .tp_vectorcall = list_vectorcall,
};

constinit PyTypeObject PyListIter_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "list_iterator",
    .tp_basicsize = sizeof(ListIterator),
    .tp_dealloc = Iteration::dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = Iteration::traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = iterator_next,
    .tp_methods = METHOD_TABLE(Iteration::methods),
};

constinit PyTypeObject PyListRevIter_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "list_reverseiterator",
    .tp_basicsize = sizeof(ListIterator),
    .tp_dealloc = Iteration::dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = Iteration::traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = reverse_iterator_next,
    .tp_methods = METHOD_TABLE(reverse_iterator_methods),
};
