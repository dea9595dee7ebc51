// count, cycle, repeat, accumulate, chain, compress, dropwhile, takewhile, filterfalse, starmap, islice.
#include "modules/itertools/itertools.hpp"
#include "state/interrupt.hpp"

namespace orochi::itertools {

namespace {

// ---- count ----

struct Count {
    PyObject_HEAD
    Py_ssize_t count;  // PY_SSIZE_T_MAX: `number` counts
    Object* number;    // null in the fast mode
    Object* step;
    auto members() { return std::array{&number, &step}; }
};

Result<Ref<Object>> count_new(ThreadState& ts, Type& type, Object* start, Object* step) {
    if ((start && !is_number(*start)) || (step && !is_number(*step)))
        return raise(ts, PyExc_TypeError, "a number is required");
    bool fast = (!start || PyLong_Check(start)) &&
                (!step || (PyLong_Check(step) && int_is_compact(*step) && int_compact_value(*step) == 1));
    Ref<Object> stride = step ? Ref<Object>::share(*step) : TRY(int_from(ts, 1));
    Py_ssize_t count = 0;
    if (fast && start) {
        int overflow = 0;
        count = TRY(int_as_long_long_overflow(ts, *start, overflow));
        if (overflow || count == PY_SSIZE_T_MAX) fast = false;
    }
    OptRef<Object> number;
    if (!fast) {
        count = PY_SSIZE_T_MAX;
        number = start ? Ref<Object>::share(*start) : TRY(int_from(ts, 0));
    }
    Ref<Count> self = TRY(make_instance<Count>(type));
    self->count = count;
    self->number = number.release();
    self->step = std::move(stride).release();
    return self;
}
Result<OptRef<Object>> count_next(ThreadState& ts, Count& self) {
    if (self.count != PY_SSIZE_T_MAX) return TRY(int_from(ts, self.count++));
    if (!self.number) self.number = std::move(TRY(int_from(ts, PY_SSIZE_T_MAX))).release();
    Ref<Object> next = TRY(number_add(ts, *self.number, *self.step));
    return OptRef<Object>::steal(std::exchange(self.number, std::move(next).release()));
}
Result<Ref<Object>> count_repr(ThreadState& ts, Count& self) {
    const char* name = std::strrchr(type_of(obj(self)).tp_name, '.');
    name = name ? name + 1 : type_of(obj(self)).tp_name;
    if (self.count != PY_SSIZE_T_MAX) return str_format(ts, "%s(%zd)", name, self.count);
    if (PyLong_Check(self.step) && int_is_compact(*self.step) && int_compact_value(*self.step) == 1)
        return str_format(ts, "%s(%R)", name, self.number);
    return str_format(ts, "%s(%R, %R)", name, self.number, self.step);
}
Result<Ref<Object>> count_reduce(ThreadState& ts, Count& self) {
    if (self.count != PY_SSIZE_T_MAX) {
        Ref<Object> count = TRY(int_from(ts, self.count));
        return reduce_to(ts, obj(self), *count);
    }
    if (!self.number) self.number = std::move(TRY(int_from(ts, PY_SSIZE_T_MAX))).release();
    return reduce_to(ts, obj(self), *self.number, *self.step);
}
constexpr MethodDef count_methods[] = {REDUCE(count_reduce), METHOD_END};

// ---- cycle ----

struct Cycle {
    PyObject_HEAD
    Object* iterator;  // null: the saved items are being repeated
    Object* saved;     // a list
    Py_ssize_t index;
    bool first_pass;  // the iterator's items are saved already (they came from a pickle)
    auto members() { return std::array{&iterator, &saved}; }
};

Result<Ref<Object>> cycle_new(ThreadState& ts, Type& type, Object& iterable) {
    Ref<Object> iterator = TRY(get_iter(ts, iterable));
    Ref<List> saved = TRY(list_new(ts, 0));
    Ref<Cycle> self = TRY(make_instance<Cycle>(type));
    self->iterator = std::move(iterator).release();
    self->saved = obj(std::move(saved).release());
    return self;
}
Result<OptRef<Object>> cycle_next(ThreadState& ts, Cycle& self) {
    if (self.iterator) {
        if (Object* item = take(self.iterator)) {
            Ref<Object> owned = Ref<Object>::steal(*item);
            if (!self.first_pass) TRY(list_append(ts, as<List>(*self.saved), *owned));
            return OptRef<Object>(std::move(owned));
        }
        if (error_pending(ts)) return failure;
        clear(self.iterator);
    }
    List& saved = as<List>(*self.saved);
    if (list_size(saved) == 0) return nullptr;
    if (self.index >= list_size(saved)) self.index = 0;
    Object& item = list_item(saved, self.index);
    if (++self.index >= list_size(saved)) self.index = 0;
    return OptRef<Object>(Ref<Object>::share(item));
}
Result<Ref<Object>> cycle_reduce(ThreadState& ts, Cycle& self) {
    if (!self.iterator) {
        Ref<Object> iterator = TRY(get_iter(ts, *self.saved));
        if (self.index) {
            Ref<Object> index = TRY(int_from(ts, self.index));
            (void)TRY(call_method(ts, *iterator, "__setstate__"_n, *index));
        }
        Ref<Tuple> state = TRY(tuple_of(ts, *self.saved, bool_object(true)));
        return reduce_with_state(ts, obj(self), obj(*state), *iterator);
    }
    Ref<Tuple> state = TRY(tuple_of(ts, *self.saved, bool_object(self.first_pass)));
    return reduce_with_state(ts, obj(self), obj(*state), *self.iterator);
}
Result<void> cycle_setstate(ThreadState& ts, Cycle& self, Object& state) {
    if (!PyTuple_Check(&state)) return raise(ts, PyExc_TypeError, "state is not a tuple");
    Tuple& parts = as<Tuple>(state);
    if (tuple_size(parts) != 2)
        return raise(ts, PyExc_TypeError, "function takes exactly 2 arguments (%zd given)", tuple_size(parts));
    Object& saved = tuple_item(parts, 0);
    if (!PyList_Check(&saved)) return raise(ts, PyExc_TypeError, "argument 1 must be list, not %T", &saved);
    self.first_pass = TRY(int_as_long(ts, tuple_item(parts, 1))) != 0;
    assign(self.saved, Ref<Object>::share(saved));
    self.index = 0;
    return {};
}
constexpr MethodDef cycle_methods[] = {REDUCE(cycle_reduce), SETSTATE(cycle_setstate), METHOD_END};

// ---- repeat ----

struct Repeat {
    PyObject_HEAD
    Object* element;
    Py_ssize_t count;  // -1: forever
    auto members() { return std::array{&element}; }
};

Result<Ref<Object>> repeat_new(ThreadState& ts, Type& type, Object& object, Object* times) {
    Py_ssize_t count = -1;
    if (times) count = std::max<Py_ssize_t>(TRY(convert_ssize(ts, *times)), 0);
    Ref<Repeat> self = TRY(make_instance<Repeat>(type));
    self->element = new_reference(object);
    self->count = count;
    return self;
}
Object* repeat_next(Object* self) {
    Repeat& r = as<Repeat>(*self);
    if (r.count == 0) return nullptr;
    if (r.count > 0) --r.count;
    return new_reference(*r.element);
}
Result<Ref<Object>> repeat_repr(ThreadState& ts, Repeat& self) {
    const char* name = std::strrchr(type_of(obj(self)).tp_name, '.');
    name = name ? name + 1 : type_of(obj(self)).tp_name;
    if (self.count < 0) return str_format(ts, "%s(%R)", name, self.element);
    return str_format(ts, "%s(%R, %zd)", name, self.element, self.count);
}
Result<Py_ssize_t> repeat_length_hint(ThreadState& ts, Repeat& self) {
    if (self.count < 0) return raise(ts, PyExc_TypeError, "len() of unsized object");
    return self.count;
}
Result<Ref<Object>> repeat_reduce(ThreadState& ts, Repeat& self) {
    if (self.count < 0) return reduce_to(ts, obj(self), *self.element);
    Ref<Object> count = TRY(int_from(ts, self.count));
    return reduce_to(ts, obj(self), *self.element, *count);
}
constexpr MethodDef repeat_methods[] = {
    METHOD_PLAIN("__length_hint__($self, /)", repeat_length_hint,
                 "Private method returning an estimate of len(list(it))."),
    REDUCE(repeat_reduce),
    METHOD_END,
};

// ---- accumulate ----

struct Accumulate {
    PyObject_HEAD
    Object* total;  // null: nothing taken yet
    Object* iterator;
    Object* function;  // null: addition
    Object* initial;   // null once it was given out
    auto members() { return std::array{&total, &iterator, &function, &initial}; }
};

Result<Ref<Object>> accumulate_new(ThreadState& ts, Type& type, Object& iterable, Object* function, Object* initial) {
    Ref<Object> iterator = TRY(get_iter(ts, iterable));
    Ref<Accumulate> self = TRY(make_instance<Accumulate>(type));
    self->iterator = std::move(iterator).release();
    if (function && !is_none(function)) self->function = new_reference(*function);
    if (initial && !is_none(initial)) self->initial = new_reference(*initial);
    return self;
}
Result<OptRef<Object>> accumulate_next(ThreadState& ts, Accumulate& self) {
    if (self.initial) {
        assign(self.total, Ref<Object>::steal(std::exchange(self.initial, nullptr)));
        return OptRef<Object>(Ref<Object>::share(*self.total));
    }
    Object* taken = take(self.iterator);
    if (!taken) {
        if (error_pending(ts)) return failure;
        return nullptr;
    }
    Ref<Object> item = Ref<Object>::steal(*taken);
    if (!self.total) {
        self.total = new_reference(*item);
        return OptRef<Object>(std::move(item));
    }
    Ref<Object> total =
        self.function ? TRY(call(ts, *self.function, *self.total, *item)) : TRY(number_add(ts, *self.total, item));
    assign(self.total, total.copy());
    return OptRef<Object>(std::move(total));
}
Result<Ref<Object>> accumulate_reduce(ThreadState& ts, Accumulate& self) {
    Object& function = or_none(self.function);
    if (self.initial || (self.total && is_none(self.total))) {
        // A state of None means "none yet", so what is pending becomes the first item.
        State& state = *TRY(state_of(ts, obj(self)));
        Ref<Tuple> first = TRY(tuple_of(ts, self.initial ? *self.initial : *self.total));
        Ref<Object> chained = TRY(call(ts, obj(*state.chain), obj(*first), *self.iterator));
        if (self.initial) return reduce_with_state(ts, obj(self), none(), *chained, function);
        Ref<Tuple> arguments = TRY(tuple_of(ts, *chained, function));
        Ref<Object> restarted = TRY(call_tuple(ts, obj(type_of(obj(self))), obj(*arguments)));
        Ref<Object> one = TRY(int_from(ts, 1));
        Ref<Tuple> slice = TRY(tuple_of(ts, *restarted, *one, none()));
        return TRY(tuple_of(ts, obj(*state.islice), obj(*slice)));
    }
    return reduce_with_state(ts, obj(self), or_none(self.total), *self.iterator, function);
}
Result<void> accumulate_setstate(ThreadState&, Accumulate& self, Object& state) {
    if (is_none(state)) {
        clear(self.total);
    } else {
        assign(self.total, Ref<Object>::share(state));
    }
    return {};
}
constexpr MethodDef accumulate_methods[] = {REDUCE(accumulate_reduce), SETSTATE(accumulate_setstate), METHOD_END};

// ---- chain ----

struct Chain {
    PyObject_HEAD
    Object* source;  // iterator over iterables; null: exhausted
    Object* active;  // iterator in use
    auto members() { return std::array{&source, &active}; }
};

Result<Ref<Object>> chain_from(ThreadState&, Type& type, Ref<Object> source) {
    Ref<Chain> self = TRY(make_instance<Chain>(type));
    self->source = std::move(source).release();
    return self;
}
Object* chain_tp_new(Type* type, Object* arguments, Object* keywords) {
    ThreadState& ts = current_thread();
    auto run = [&]() -> Result<Ref<Object>> {
        if (has_plain_init(*type)) TRY(check_no_keywords(ts, "chain", as<Dict>(keywords)));
        return chain_from(ts, *type, TRY(get_iter(ts, *arguments)));
    };
    return to_c(run());
}
Result<Ref<Object>> chain_from_iterable(ThreadState& ts, Type& type, Object& iterable) {
    return chain_from(ts, type, TRY(get_iter(ts, iterable)));
}
Result<OptRef<Object>> chain_next(ThreadState& ts, Chain& self) {
    while (self.source) {
        if (!self.active) {
            Object* iterable = take(self.source);
            if (!iterable) {
                clear(self.source);
                if (error_pending(ts)) return failure;
                return nullptr;
            }
            auto iterator = get_iter(ts, *iterable);
            decref(*iterable);
            if (!iterator.ok()) {
                clear(self.source);
                return failure;
            }
            self.active = std::move(iterator).release();
        }
        if (Object* item = take(self.active)) return OptRef<Object>::steal(item);
        if (error_pending(ts)) {
            if (!error_matches(ts, PyExc_StopIteration)) return failure;
            error_clear(ts);
        }
        clear(self.active);
        TRY(poll_interrupt(ts));
    }
    return nullptr;
}
Result<Ref<Object>> chain_reduce(ThreadState& ts, Chain& self) {
    Object& type = obj(type_of(obj(self)));
    if (!self.source) return TRY(tuple_of(ts, type, obj(empty_tuple())));
    Ref<Tuple> state = self.active ? TRY(tuple_of(ts, *self.source, *self.active)) : TRY(tuple_of(ts, *self.source));
    return TRY(tuple_of(ts, type, obj(empty_tuple()), obj(*state)));
}
Result<void> chain_setstate(ThreadState& ts, Chain& self, Object& state) {
    if (!PyTuple_Check(&state)) return raise(ts, PyExc_TypeError, "state is not a tuple");
    Tuple& parts = as<Tuple>(state);
    Py_ssize_t n = tuple_size(parts);
    if (n < 1 || n > 2)
        return raise(ts, PyExc_TypeError, "function takes at %s %d argument%s (%zd given)", n < 1 ? "least" : "most",
                     n < 1 ? 1 : 2, n < 1 ? "" : "s", n);
    if (!is_iterator(tuple_item(parts, 0)) || (n == 2 && !is_iterator(tuple_item(parts, 1))))
        return raise(ts, PyExc_TypeError, "Arguments must be iterators.");
    assign(self.source, Ref<Object>::share(tuple_item(parts, 0)));
    if (n == 2) {
        assign(self.active, Ref<Object>::share(tuple_item(parts, 1)));
    } else {
        clear(self.active);
    }
    return {};
}
constexpr MethodDef chain_methods[] = {
    METHOD("from_iterable($type, iterable, /)", chain_from_iterable,
           "Alternative chain() constructor taking a single iterable argument that evaluates lazily."),
    REDUCE(chain_reduce),
    SETSTATE(chain_setstate),
    METHOD_PLAIN("__class_getitem__($type, object, /)", class_getitem, "See PEP 585"),
    METHOD_END,
};

// ---- compress ----

struct Compress {
    PyObject_HEAD
    Object* data;
    Object* selectors;
    auto members() { return std::array{&data, &selectors}; }
};
Result<Ref<Object>> compress_new(ThreadState& ts, Type& type, Object& data, Object& selectors) {
    Ref<Object> items = TRY(get_iter(ts, data));
    Ref<Object> choices = TRY(get_iter(ts, selectors));
    Ref<Compress> self = TRY(make_instance<Compress>(type));
    self->data = std::move(items).release();
    self->selectors = std::move(choices).release();
    return self;
}
Result<OptRef<Object>> compress_next(ThreadState& ts, Compress& self) {
    for (;;) {
        TRY(poll_interrupt(ts));
        // Not data first and then nothing: an item is only taken to be matched with a selector.
        OptRef<Object> item = OptRef<Object>::steal(take(self.data));
        if (!item) break;
        OptRef<Object> choice = OptRef<Object>::steal(take(self.selectors));
        if (!choice) break;
        if (TRY(is_true(ts, *choice))) return item;
    }
    if (error_pending(ts)) return failure;
    return nullptr;
}
Result<Ref<Object>> compress_reduce(ThreadState& ts, Compress& self) {
    return reduce_to(ts, obj(self), *self.data, *self.selectors);
}
constexpr MethodDef compress_methods[] = {REDUCE(compress_reduce), METHOD_END};

// ---- dropwhile, takewhile, filterfalse, starmap: a function and an iterator ----

struct Filtered {
    PyObject_HEAD
    Object* function;
    Object* iterator;
    bool flag;  // dropwhile: dropping is over; takewhile: taking is over
    auto members() { return std::array{&function, &iterator}; }
};
Result<Ref<Object>> filtered_new(ThreadState& ts, Type& type, Object& function, Object& iterable) {
    Ref<Object> iterator = TRY(get_iter(ts, iterable));
    Ref<Filtered> self = TRY(make_instance<Filtered>(type));
    self->function = new_reference(function);
    self->iterator = std::move(iterator).release();
    return self;
}
Result<bool> holds(ThreadState& ts, Object& function, Object& item) {
    Ref<Object> result = TRY(call(ts, function, item));
    return is_true(ts, result);
}
Result<OptRef<Object>> dropwhile_next(ThreadState& ts, Filtered& self) {
    for (;;) {
        TRY(poll_interrupt(ts));
        Object* taken = take(self.iterator);
        if (!taken) break;
        Ref<Object> item = Ref<Object>::steal(*taken);
        if (self.flag) return OptRef<Object>(std::move(item));
        if (!TRY(holds(ts, *self.function, item))) {
            self.flag = true;
            return OptRef<Object>(std::move(item));
        }
    }
    if (error_pending(ts)) return failure;
    return nullptr;
}
Result<OptRef<Object>> takewhile_next(ThreadState& ts, Filtered& self) {
    if (self.flag) return nullptr;
    Object* taken = take(self.iterator);
    if (!taken) {
        if (error_pending(ts)) return failure;
        return nullptr;
    }
    Ref<Object> item = Ref<Object>::steal(*taken);
    if (TRY(holds(ts, *self.function, item))) return OptRef<Object>(std::move(item));
    self.flag = true;
    return nullptr;
}
Result<Ref<Object>> dropwhile_reduce(ThreadState& ts, Filtered& self) {
    Ref<Object> flag = TRY(int_from(ts, self.flag));
    return reduce_with_state(ts, obj(self), *flag, *self.function, *self.iterator);
}
Result<void> flag_setstate(ThreadState& ts, Filtered& self, Object& state) {
    self.flag = TRY(is_true(ts, state));
    return {};
}
constexpr MethodDef while_methods[] = {REDUCE(dropwhile_reduce), SETSTATE(flag_setstate), METHOD_END};

Result<OptRef<Object>> filterfalse_next(ThreadState& ts, Filtered& self) {
    bool by_truth = is_none(self.function) || self.function == &obj(PyBool_Type);
    while (Object* taken = take(self.iterator)) {
        Ref<Object> item = Ref<Object>::steal(*taken);
        if (!TRY(by_truth ? is_true(ts, item) : holds(ts, *self.function, item)))
            return OptRef<Object>(std::move(item));
        TRY(poll_interrupt(ts));
    }
    if (error_pending(ts)) return failure;
    return nullptr;
}
Result<Ref<Object>> filtered_reduce(ThreadState& ts, Filtered& self) {
    return reduce_to(ts, obj(self), *self.function, *self.iterator);
}
Result<OptRef<Object>> starmap_next(ThreadState& ts, Filtered& self) {
    Object* taken = take(self.iterator);
    if (!taken) {
        if (error_pending(ts)) return failure;
        return nullptr;
    }
    Ref<Object> item = Ref<Object>::steal(*taken);
    if (&type_of(*item) != &PyTuple_Type) item = TRY(sequence_tuple(ts, item));
    Tuple& arguments = as<Tuple>(*item);
    return TRY(call_vector(ts, *self.function, arguments.ob_item, size_t(tuple_size(arguments))));
}
constexpr MethodDef filtered_methods[] = {REDUCE(filtered_reduce), METHOD_END};

// ---- islice ----

struct Islice {
    PyObject_HEAD
    Object* iterator;  // null: exhausted
    Py_ssize_t next;
    Py_ssize_t stop;  // -1: none
    Py_ssize_t step;
    Py_ssize_t count;
    auto members() { return std::array{&iterator}; }
};

// A part of the slice; -1 stands for an error that has another message.
Result<Py_ssize_t> slice_part(ThreadState& ts, Object& value) {
    if (!is_index(value)) return Py_ssize_t(-1);
    auto number = number_as_ssize(ts, value, PyExc_OverflowError);
    if (!number.ok()) {
        error_clear(ts);
        return Py_ssize_t(-1);
    }
    return number;
}

Object* islice_tp_new(Type* type, Object* arguments, Object* keywords) {
    ThreadState& ts = current_thread();
    auto run = [&]() -> Result<Ref<Object>> {
        if (has_plain_init(*type)) TRY(check_no_keywords(ts, "islice", as<Dict>(keywords)));
        Tuple& a = as<Tuple>(*arguments);
        Py_ssize_t n = tuple_size(a);
        TRY(check_count(ts, "islice", n, 2, 4));
        Py_ssize_t start = 0, stop = -1, step = 1;
        Object& last = tuple_item(a, n == 2 ? 1 : 2);
        if (!is_none(last)) {
            stop = TRY(slice_part(ts, last));
            if (stop < 0)
                return raise(ts, PyExc_ValueError,
                             "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.");
        }
        if (n > 2 && !is_none(tuple_item(a, 1))) {
            start = TRY(slice_part(ts, tuple_item(a, 1)));
            if (start < 0)
                return raise(ts, PyExc_ValueError,
                             "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.");
        }
        if (n > 3 && !is_none(tuple_item(a, 3))) {
            step = TRY(slice_part(ts, tuple_item(a, 3)));
            if (step < 1) return raise(ts, PyExc_ValueError, "Step for islice() must be a positive integer or None.");
        }
        Ref<Object> iterator = TRY(get_iter(ts, tuple_item(a, 0)));
        Ref<Islice> self = TRY(make_instance<Islice>(*type));
        self->iterator = std::move(iterator).release();
        self->next = start;
        self->stop = stop;
        self->step = step;
        return self;
    };
    return to_c(run());
}
Result<OptRef<Object>> islice_next(ThreadState& ts, Islice& self) {
    if (!self.iterator) return nullptr;
    Py_ssize_t wanted = self.stop;
    auto finish = [&]() -> Result<OptRef<Object>> {
        clear(self.iterator);
        if (error_pending(ts)) return failure;
        return nullptr;
    };
    while (self.count < self.next) {
        TRY(poll_interrupt(ts));
        Object* skipped = take(self.iterator);
        if (!skipped) return finish();
        decref(*skipped);
        ++self.count;
        if (!self.iterator) return nullptr;
    }
    if (wanted != -1 && self.count >= wanted) return finish();
    Object* item = take(self.iterator);
    if (!item) return finish();
    ++self.count;
    // The next place, kept in range when the sum overflows.
    if (__builtin_add_overflow(self.next, self.step, &self.next) || (wanted != -1 && self.next > wanted))
        self.next = wanted == -1 ? PY_SSIZE_T_MAX : wanted;
    return OptRef<Object>::steal(item);
}
Result<Ref<Object>> islice_reduce(ThreadState& ts, Islice& self) {
    if (!self.iterator) {
        Ref<List> nothing = TRY(list_new(ts, 0));
        Ref<Object> iterator = TRY(get_iter(ts, nothing));
        Ref<Object> zero = TRY(int_from(ts, 0));
        return reduce_with_state(ts, obj(self), *zero, *iterator, *zero);
    }
    Ref<Object> next = TRY(int_from(ts, self.next));
    Ref<Object> stop = self.stop == -1 ? new_none() : TRY(int_from(ts, self.stop));
    Ref<Object> step = TRY(int_from(ts, self.step));
    Ref<Object> count = TRY(int_from(ts, self.count));
    return reduce_with_state(ts, obj(self), *count, *self.iterator, *next, *stop, *step);
}
Result<void> islice_setstate(ThreadState& ts, Islice& self, Object& state) {
    self.count = Py_ssize_t(TRY(int_as_size(ts, state)));
    return {};
}
constexpr MethodDef islice_methods[] = {REDUCE(islice_reduce), SETSTATE(islice_setstate), METHOD_END};

}  // namespace

#define DOC(TEXT) \
    { Py_tp_doc, const_cast<char*>(TEXT) }
#define METHODS(TABLE) \
    { Py_tp_methods, methods_pointer(TABLE) }

Result<void> add_simple(ThreadState& ts, Object& module, State& state) {
    (void)TRY(add_type<Count>(ts, module, "itertools.count", kBaseTypeFlags,
                              {DOC("count(start=0, step=1)\n--\n\nReturn a count object whose .__next__() method "
                                   "returns consecutive values."),
                               {Py_tp_new, new_pointer(NEW_SLOT("count($type, start=0, step=1)", count_new))},
                               {Py_tp_repr, slot_pointer<reprfunc, count_repr>()},
                               METHODS(count_methods),
                               ITERATOR_SLOTS(next_pointer<count_next>())}));
    (void)TRY(add_type<Cycle>(ts, module, "itertools.cycle", kBaseTypeFlags,
                              {DOC("cycle(iterable, /)\n--\n\nReturn elements from the iterable until it is exhausted. "
                                   "Then repeat the sequence indefinitely."),
                               {Py_tp_new, new_pointer(NEW_SLOT("cycle($type, iterable, /)", cycle_new))},
                               METHODS(cycle_methods),
                               ITERATOR_SLOTS(next_pointer<cycle_next>())}));
    (void)TRY(add_type<Repeat>(ts, module, "itertools.repeat", kBaseTypeFlags,
                               {DOC("repeat(object [,times]) -> create an iterator which returns the object\nfor the "
                                    "specified number of times.  If not specified, returns the object\nendlessly."),
                                {Py_tp_new, new_pointer(NEW_SLOT("repeat($type, object, times=None)", repeat_new))},
                                {Py_tp_repr, slot_pointer<reprfunc, repeat_repr>()},
                                METHODS(repeat_methods),
                                ITERATOR_SLOTS(raw_pointer(repeat_next))}));
    (void)TRY(add_type<Accumulate>(
        ts, module, "itertools.accumulate", kBaseTypeFlags,
        {DOC("accumulate(iterable, func=None, *, initial=None)\n--\n\nReturn series of accumulated sums (or other "
             "binary function results)."),
         {Py_tp_new, new_pointer(NEW_SLOT("accumulate($type, iterable, func=None, *, initial=None)", accumulate_new))},
         METHODS(accumulate_methods),
         ITERATOR_SLOTS(next_pointer<accumulate_next>())}));
    Type* chain =
        TRY(add_type<Chain>(ts, module, "itertools.chain", kBaseTypeFlags,
                            {DOC("chain(*iterables) --> chain object\n\nReturn a chain object whose .__next__() method "
                                 "returns elements from the\nfirst iterable until it is exhausted, then elements from "
                                 "the next\niterable, until all of the iterables are exhausted."),
                             {Py_tp_new, raw_pointer(chain_tp_new)},
                             METHODS(chain_methods),
                             ITERATOR_SLOTS(next_pointer<chain_next>())}));
    state.chain = new_reference(*chain);
    (void)TRY(add_type<Compress>(
        ts, module, "itertools.compress", kBaseTypeFlags,
        {DOC("compress(data, selectors)\n--\n\nReturn data elements corresponding to true selector elements.\n\nForms "
             "a shorter iterator from selected data elements using the selectors to\nchoose the data elements."),
         {Py_tp_new, new_pointer(NEW_SLOT("compress($type, data, selectors)", compress_new))},
         METHODS(compress_methods),
         ITERATOR_SLOTS(next_pointer<compress_next>())}));
    (void)TRY(add_type<Filtered>(
        ts, module, "itertools.dropwhile", kBaseTypeFlags,
        {DOC("dropwhile(predicate, iterable, /)\n--\n\nDrop items from the iterable while predicate(item) is "
             "true.\n\nAfterwards, return every element until the iterable is exhausted."),
         {Py_tp_new, new_pointer(NEW_SLOT("dropwhile($type, predicate, iterable, /)", filtered_new))},
         METHODS(while_methods),
         ITERATOR_SLOTS(next_pointer<dropwhile_next>())}));
    (void)TRY(add_type<Filtered>(
        ts, module, "itertools.takewhile", kBaseTypeFlags,
        {DOC("takewhile(predicate, iterable, /)\n--\n\nReturn successive entries from an iterable as long as the "
             "predicate evaluates to true for each entry."),
         {Py_tp_new, new_pointer(NEW_SLOT("takewhile($type, predicate, iterable, /)", filtered_new))},
         METHODS(while_methods),
         ITERATOR_SLOTS(next_pointer<takewhile_next>())}));
    (void)TRY(add_type<Filtered>(
        ts, module, "itertools.filterfalse", kBaseTypeFlags,
        {DOC("filterfalse(function, iterable, /)\n--\n\nReturn those items of iterable for which function(item) is "
             "false.\n\nIf function is None, return the items that are false."),
         {Py_tp_new, new_pointer(NEW_SLOT("filterfalse($type, function, iterable, /)", filtered_new))},
         METHODS(filtered_methods),
         ITERATOR_SLOTS(next_pointer<filterfalse_next>())}));
    (void)TRY(
        add_type<Filtered>(ts, module, "itertools.starmap", kBaseTypeFlags,
                           {DOC("starmap(function, iterable, /)\n--\n\nReturn an iterator whose values are returned "
                                "from the function evaluated with an argument tuple taken from the given sequence."),
                            {Py_tp_new, new_pointer(NEW_SLOT("starmap($type, function, iterable, /)", filtered_new))},
                            METHODS(filtered_methods),
                            ITERATOR_SLOTS(next_pointer<starmap_next>())}));
    Type* islice = TRY(add_type<Islice>(
        ts, module, "itertools.islice", kBaseTypeFlags,
        {DOC("islice(iterable, stop) --> islice object\nislice(iterable, start, stop[, step]) --> islice "
             "object\n\nReturn an iterator whose next() method returns selected values from an\niterable.  If start is "
             "specified, will skip all preceding elements;\notherwise, start defaults to zero.  Step defaults to one.  "
             "If\nspecified as another value, step determines how many values are\nskipped between successive calls.  "
             "Works like a slice() on a list\nbut returns an iterator."),
         {Py_tp_new, raw_pointer(islice_tp_new)},
         METHODS(islice_methods),
         ITERATOR_SLOTS(next_pointer<islice_next>())}));
    state.islice = new_reference(*islice);
    return {};
}

}  // namespace orochi::itertools
