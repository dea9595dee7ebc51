// product, permutations, combinations, combinations_with_replacement.
//
// Each holds the pool of items, the current choice as indices into it, and the last result: a tuple that is filled
// again while nobody else holds it.
#include "modules/itertools/itertools.hpp"

namespace orochi::itertools {

namespace {

struct Choice {
    PyObject_HEAD
    Object* pool;         // tuple of items; product: tuple of pools
    Object* result;       // null: nothing given yet
    Py_ssize_t* indices;  // product, combinations*: of the choice; permutations: the whole pool's order
    Py_ssize_t* cycles;   // permutations
    Py_ssize_t count;     // length of results
    bool stopped;
    auto members() { return std::array{&pool, &result}; }
};

void choice_dealloc(Object* self) {
    Heap::free(as<Choice>(*self).indices);
    Heap::free(as<Choice>(*self).cycles);
    heap_dealloc<Choice>(self);
}

Result<Py_ssize_t*> allocate_indices(ThreadState& ts, Py_ssize_t count) {
    if (size_t(count) > size_t(PY_SSIZE_T_MAX) / sizeof(Py_ssize_t)) return raise_no_memory(ts);
    void* block = ts.heap().allocate(size_t(count) * sizeof(Py_ssize_t));
    if (!block) return raise_no_memory(ts);
    return static_cast<Py_ssize_t*>(block);
}

Tuple& pool_of(Choice& self) { return as<Tuple>(*self.pool); }

// The result, ours to change: the old one, or a copy when someone holds it.
Result<Tuple*> fresh_result(ThreadState& ts, Choice& self) {
    if (self.result->ob_refcnt > 1) {
        Tuple& old = as<Tuple>(*self.result);
        assign(self.result, TRY(tuple_from_items(ts, old.ob_item, tuple_size(old))));
    } else if (!gc_is_tracked(*self.result)) {
        gc_track(ts, *self.result);
    }
    return as<Tuple>(self.result);
}
void put(Tuple& result, Py_ssize_t at, Object& item) {
    Object* old = std::exchange(result.ob_item[at], new_reference(item));
    decref_optional(old);
}
OptRef<Object> stop(Choice& self) {
    self.stopped = true;
    return nullptr;
}
Result<OptRef<Object>> give(Choice& self) { return OptRef<Object>(Ref<Object>::share(*self.result)); }

Result<Ref<Tuple>> indices_tuple(ThreadState& ts, const Py_ssize_t* indices, Py_ssize_t count) {
    Ref<Tuple> tuple = TRY(tuple_new(ts, count));
    for (Py_ssize_t i = 0; i < count; ++i) tuple_init_item(tuple, i, TRY(int_from(ts, indices[i])));
    return tuple;
}
Result<Py_ssize_t> index_in(ThreadState& ts, Tuple& state, Py_ssize_t i, Py_ssize_t low, Py_ssize_t high) {
    Py_ssize_t value = TRY(int_as_ssize(ts, tuple_item(state, i)));
    if (value > high) value = high;
    if (value < low) value = low;
    return value;
}
// The result that the indices stand for.
Result<void> result_from_indices(ThreadState& ts, Choice& self) {
    Ref<Tuple> result = TRY(tuple_new(ts, self.count));
    for (Py_ssize_t i = 0; i < self.count; ++i)
        tuple_init_item(result, i, Ref<Object>::share(tuple_item(pool_of(self), self.indices[i])));
    assign(self.result, std::move(result));
    return {};
}
Failure bad_state(ThreadState& ts) { return raise(ts, PyExc_ValueError, "invalid arguments"); }

Py_ssize_t choice_sizeof(Choice& self) {
    return Py_ssize_t(sizeof(Choice)) + self.count * Py_ssize_t(sizeof(Py_ssize_t)) +
           (self.cycles ? tuple_size(pool_of(self)) * Py_ssize_t(sizeof(Py_ssize_t)) : 0);
}

Result<Ref<Choice>> choice_make(ThreadState& ts, Type& type, Ref<Tuple> pool, Py_ssize_t index_count,
                                Py_ssize_t count) {
    Py_ssize_t* indices = TRY(allocate_indices(ts, index_count));
    auto made = make_instance<Choice>(type);
    if (!made.ok()) {
        Heap::free(indices);
        return failure;
    }
    Ref<Choice> self = std::move(made).take();
    self->pool = obj(std::move(pool).release());
    self->indices = indices;
    self->count = count;
    return self;
}

// ---- product ----

Object* product_tp_new(Type* type, Object* arguments, Object* keywords) {
    ThreadState& ts = current_thread();
    auto run = [&]() -> Result<Ref<Object>> {
        Py_ssize_t repeat = 1;
        if (keywords) {
            Py_ssize_t position = 0;
            Object *key, *value;
            while (dict_next(as<Dict>(*keywords), position, &key, &value)) {
                if (!PyUnicode_Check(key) || !str_equals_ascii(as<Str>(*key), "repeat"))
                    return raise(ts, PyExc_TypeError, "'%S' is an invalid keyword argument for product()", key);
                repeat = TRY(convert_ssize(ts, *value));
                if (repeat < 0) return raise(ts, PyExc_ValueError, "repeat argument cannot be negative");
            }
        }
        Tuple& a = as<Tuple>(*arguments);
        Py_ssize_t given = repeat == 0 ? 0 : tuple_size(a);
        if (given && repeat > PY_SSIZE_T_MAX / 8 / given)
            return raise(ts, PyExc_OverflowError, "repeat argument too large");
        Py_ssize_t n = given * repeat;
        Ref<Tuple> pools = TRY(tuple_new(ts, n));
        for (Py_ssize_t i = 0; i < given; ++i) tuple_init_item(pools, i, TRY(sequence_tuple(ts, tuple_item(a, i))));
        for (Py_ssize_t i = given; i < n; ++i)
            tuple_init_item(pools, i, Ref<Object>::share(tuple_item(pools, i - given)));
        Ref<Choice> self = TRY(choice_make(ts, *type, std::move(pools), n, n));
        std::fill_n(self->indices, n, 0);
        return self;
    };
    return to_c(run());
}

Tuple& product_pool(Choice& self, Py_ssize_t i) { return as<Tuple>(tuple_item(pool_of(self), i)); }

Result<OptRef<Object>> product_next(ThreadState& ts, Choice& self) {
    if (self.stopped) return nullptr;
    Py_ssize_t n = self.count;
    if (!self.result) {
        Ref<Tuple> result = TRY(tuple_new(ts, n));
        for (Py_ssize_t i = 0; i < n; ++i) {
            Tuple& pool = product_pool(self, i);
            if (tuple_size(pool) == 0) return stop(self);
            tuple_init_item(result, i, Ref<Object>::share(tuple_item(pool, 0)));
        }
        self.result = obj(std::move(result).release());
        return give(self);
    }
    if (n == 0) return stop(self);
    Tuple& result = *TRY(fresh_result(ts, self));
    Py_ssize_t i = n - 1;
    for (; i >= 0; --i) {
        Tuple& pool = product_pool(self, i);
        if (++self.indices[i] < tuple_size(pool)) {
            put(result, i, tuple_item(pool, self.indices[i]));
            break;
        }
        self.indices[i] = 0;
        put(result, i, tuple_item(pool, 0));
    }
    if (i < 0) return stop(self);
    return give(self);
}
Result<Ref<Object>> product_reduce(ThreadState& ts, Choice& self) {
    Object& type = obj(type_of(obj(self)));
    if (self.stopped) {
        Ref<Tuple> nothing = TRY(tuple_of(ts, obj(empty_tuple())));
        return TRY(tuple_of(ts, type, obj(*nothing)));
    }
    if (!self.result) return TRY(tuple_of(ts, type, *self.pool));
    Ref<Tuple> indices = TRY(indices_tuple(ts, self.indices, self.count));
    return TRY(tuple_of(ts, type, *self.pool, obj(*indices)));
}
Result<void> product_setstate(ThreadState& ts, Choice& self, Object& state) {
    if (!PyTuple_Check(&state) || tuple_size(as<Tuple>(state)) != self.count) return bad_state(ts);
    for (Py_ssize_t i = 0; i < self.count; ++i) {
        Py_ssize_t size = tuple_size(product_pool(self, i));
        if (size == 0) {
            self.stopped = true;
            return {};
        }
        self.indices[i] = TRY(index_in(ts, as<Tuple>(state), i, 0, size - 1));
    }
    Ref<Tuple> result = TRY(tuple_new(ts, self.count));
    for (Py_ssize_t i = 0; i < self.count; ++i)
        tuple_init_item(result, i, Ref<Object>::share(tuple_item(product_pool(self, i), self.indices[i])));
    assign(self.result, std::move(result));
    return {};
}

// ---- combinations, with and without replacement ----

Result<Ref<Object>> combinations_new(ThreadState& ts, Type& type, Object& iterable, Py_ssize_t r) {
    Ref<Tuple> pool = TRY(sequence_tuple(ts, iterable));
    Py_ssize_t n = tuple_size(pool);
    if (r < 0) return raise(ts, PyExc_ValueError, "r must be non-negative");
    Ref<Choice> self = TRY(choice_make(ts, type, std::move(pool), r, r));
    for (Py_ssize_t i = 0; i < r; ++i) self->indices[i] = i;
    self->stopped = r > n;
    return self;
}
Result<OptRef<Object>> combinations_next(ThreadState& ts, Choice& self) {
    if (self.stopped) return nullptr;
    Tuple& pool = pool_of(self);
    Py_ssize_t n = tuple_size(pool), r = self.count;
    if (!self.result) {
        TRY(result_from_indices(ts, self));
        return give(self);
    }
    Tuple& result = *TRY(fresh_result(ts, self));
    Py_ssize_t i = r - 1;
    while (i >= 0 && self.indices[i] == i + n - r) --i;
    if (i < 0) return stop(self);
    ++self.indices[i];
    for (Py_ssize_t j = i + 1; j < r; ++j) self.indices[j] = self.indices[j - 1] + 1;
    for (; i < r; ++i) put(result, i, tuple_item(pool, self.indices[i]));
    return give(self);
}
Result<Ref<Object>> combinations_reduce(ThreadState& ts, Choice& self) {
    Ref<Object> r = TRY(int_from(ts, self.count));
    if (!self.result) return reduce_to(ts, obj(self), *self.pool, *r);
    if (self.stopped) return reduce_to(ts, obj(self), obj(empty_tuple()), *r);
    Ref<Tuple> indices = TRY(indices_tuple(ts, self.indices, self.count));
    return reduce_with_state(ts, obj(self), obj(*indices), *self.pool, *r);
}
Result<void> combinations_setstate(ThreadState& ts, Choice& self, Object& state) {
    if (!PyTuple_Check(&state) || tuple_size(as<Tuple>(state)) != self.count) return bad_state(ts);
    Py_ssize_t n = tuple_size(pool_of(self));
    if (self.count > n) return {};
    for (Py_ssize_t i = 0; i < self.count; ++i)
        self.indices[i] = TRY(index_in(ts, as<Tuple>(state), i, 0, i + n - self.count));
    return result_from_indices(ts, self);
}

Result<Ref<Object>> replacement_new(ThreadState& ts, Type& type, Object& iterable, Py_ssize_t r) {
    Ref<Tuple> pool = TRY(sequence_tuple(ts, iterable));
    Py_ssize_t n = tuple_size(pool);
    if (r < 0) return raise(ts, PyExc_ValueError, "r must be non-negative");
    Ref<Choice> self = TRY(choice_make(ts, type, std::move(pool), r, r));
    std::fill_n(self->indices, r, 0);
    self->stopped = n == 0 && r > 0;
    return self;
}
Result<OptRef<Object>> replacement_next(ThreadState& ts, Choice& self) {
    if (self.stopped) return nullptr;
    Tuple& pool = pool_of(self);
    Py_ssize_t n = tuple_size(pool), r = self.count;
    if (!self.result) {
        TRY(result_from_indices(ts, self));
        return give(self);
    }
    Tuple& result = *TRY(fresh_result(ts, self));
    Py_ssize_t i = r - 1;
    while (i >= 0 && self.indices[i] == n - 1) --i;
    if (i < 0) return stop(self);
    Py_ssize_t index = self.indices[i] + 1;
    for (; i < r; ++i) {
        self.indices[i] = index;
        put(result, i, tuple_item(pool, index));
    }
    return give(self);
}
Result<void> replacement_setstate(ThreadState& ts, Choice& self, Object& state) {
    if (!PyTuple_Check(&state) || tuple_size(as<Tuple>(state)) != self.count) return bad_state(ts);
    Py_ssize_t n = tuple_size(pool_of(self));
    if (n == 0 && self.count > 0) return {};
    for (Py_ssize_t i = 0; i < self.count; ++i) self.indices[i] = TRY(index_in(ts, as<Tuple>(state), i, 0, n - 1));
    return result_from_indices(ts, self);
}

// ---- permutations ----

Result<Ref<Object>> permutations_new(ThreadState& ts, Type& type, Object& iterable, Object* length) {
    Ref<Tuple> pool = TRY(sequence_tuple(ts, iterable));
    Py_ssize_t n = tuple_size(pool), r = n;
    if (length && !is_none(length)) {
        if (!PyLong_Check(length)) return raise(ts, PyExc_TypeError, "Expected int as r");
        r = TRY(int_as_ssize(ts, *length));
    }
    if (r < 0) return raise(ts, PyExc_ValueError, "r must be non-negative");
    Py_ssize_t* cycles = TRY(allocate_indices(ts, r));
    auto made = choice_make(ts, type, std::move(pool), n, r);
    if (!made.ok()) {
        Heap::free(cycles);
        return failure;
    }
    Ref<Choice> self = std::move(made).take();
    for (Py_ssize_t i = 0; i < n; ++i) self->indices[i] = i;
    for (Py_ssize_t i = 0; i < r; ++i) cycles[i] = n - i;
    self->cycles = cycles;
    self->stopped = r > n;
    return self;
}
Result<OptRef<Object>> permutations_next(ThreadState& ts, Choice& self) {
    if (self.stopped) return nullptr;
    Tuple& pool = pool_of(self);
    Py_ssize_t n = tuple_size(pool), r = self.count;
    if (!self.result) {
        TRY(result_from_indices(ts, self));
        return give(self);
    }
    if (n == 0) return stop(self);
    Tuple& result = *TRY(fresh_result(ts, self));
    Py_ssize_t* indices = self.indices;
    for (Py_ssize_t i = r - 1; i >= 0; --i) {
        if (--self.cycles[i] == 0) {
            // The place has had every item: rotate it to the back.
            Py_ssize_t index = indices[i];
            std::memmove(indices + i, indices + i + 1, size_t(n - 1 - i) * sizeof(Py_ssize_t));
            indices[n - 1] = index;
            self.cycles[i] = n - i;
        } else {
            std::swap(indices[i], indices[n - self.cycles[i]]);
            for (Py_ssize_t k = i; k < r; ++k) put(result, k, tuple_item(pool, indices[k]));
            return give(self);
        }
    }
    return stop(self);
}
Result<Ref<Object>> permutations_reduce(ThreadState& ts, Choice& self) {
    Ref<Object> r = TRY(int_from(ts, self.count));
    if (!self.result) return reduce_to(ts, obj(self), *self.pool, *r);
    if (self.stopped) return reduce_to(ts, obj(self), obj(empty_tuple()), *r);
    Ref<Tuple> indices = TRY(indices_tuple(ts, self.indices, tuple_size(pool_of(self))));
    Ref<Tuple> cycles = TRY(indices_tuple(ts, self.cycles, self.count));
    Ref<Tuple> state = TRY(tuple_of(ts, obj(*indices), obj(*cycles)));
    return reduce_with_state(ts, obj(self), obj(*state), *self.pool, *r);
}
Result<void> permutations_setstate(ThreadState& ts, Choice& self, Object& state) {
    if (!PyTuple_Check(&state)) return raise(ts, PyExc_TypeError, "state is not a tuple");
    Tuple& parts = as<Tuple>(state);
    if (tuple_size(parts) != 2 || !PyTuple_Check(&tuple_item(parts, 0)) || !PyTuple_Check(&tuple_item(parts, 1)))
        return raise(ts, PyExc_TypeError, "function takes exactly 2 arguments (%zd given)", tuple_size(parts));
    Tuple& indices = as<Tuple>(tuple_item(parts, 0));
    Tuple& cycles = as<Tuple>(tuple_item(parts, 1));
    Py_ssize_t n = tuple_size(pool_of(self));
    if (tuple_size(indices) != n || tuple_size(cycles) != self.count) return bad_state(ts);
    for (Py_ssize_t i = 0; i < n; ++i) self.indices[i] = TRY(index_in(ts, indices, i, 0, n - 1));
    for (Py_ssize_t i = 0; i < self.count; ++i) self.cycles[i] = TRY(index_in(ts, cycles, i, 1, n - i));
    if (self.count > n) return {};
    return result_from_indices(ts, self);
}

#define SIZEOF METHOD_PLAIN("__sizeof__($self, /)", choice_sizeof, "Returns size in memory, in bytes.")
constexpr MethodDef product_methods[] = {REDUCE(product_reduce), SETSTATE(product_setstate), SIZEOF, METHOD_END};
constexpr MethodDef combinations_methods[] = {REDUCE(combinations_reduce), SETSTATE(combinations_setstate), SIZEOF,
                                              METHOD_END};
constexpr MethodDef replacement_methods[] = {REDUCE(combinations_reduce), SETSTATE(replacement_setstate), SIZEOF,
                                             METHOD_END};
constexpr MethodDef permutations_methods[] = {REDUCE(permutations_reduce), SETSTATE(permutations_setstate), SIZEOF,
                                              METHOD_END};

}  // namespace

#define DOC(TEXT) \
    { Py_tp_doc, const_cast<char*>(TEXT) }
#define METHODS(TABLE) \
    { Py_tp_methods, methods_pointer(TABLE) }
#define DEALLOC \
    { Py_tp_dealloc, raw_pointer(choice_dealloc) }

Result<void> add_combinatoric(ThreadState& ts, Object& module, State&) {
    (void)TRY(add_type<Choice>(ts, module, "itertools.product", kBaseTypeFlags,
                               {DOC("product(*iterables, repeat=1) --> product object\n\nCartesian product of input "
                                    "iterables.  Equivalent to nested for-loops.\n\n"
                                    "For example, product(A, B) returns the same as:  ((x,y) for x in A for y in B).\n"
                                    "To compute the product of an iterable with itself, specify the number of\n"
                                    "repetitions with the optional repeat keyword argument."),
                                {Py_tp_new, raw_pointer(product_tp_new)},
                                DEALLOC,
                                METHODS(product_methods),
                                ITERATOR_SLOTS(next_pointer<product_next>())}));
    (void)TRY(
        add_type<Choice>(ts, module, "itertools.combinations", kBaseTypeFlags,
                         {DOC("combinations(iterable, r)\n--\n\nReturn successive r-length combinations of elements in "
                              "the iterable.\n\ncombinations(range(4), 3) --> (0,1,2), (0,1,3), (0,2,3), (1,2,3)"),
                          {Py_tp_new, new_pointer(NEW_SLOT("combinations($type, iterable, r)", combinations_new))},
                          DEALLOC,
                          METHODS(combinations_methods),
                          ITERATOR_SLOTS(next_pointer<combinations_next>())}));
    (void)TRY(add_type<Choice>(
        ts, module, "itertools.combinations_with_replacement", kBaseTypeFlags,
        {DOC("combinations_with_replacement(iterable, r)\n--\n\nReturn successive r-length combinations of elements in "
             "the iterable allowing individual elements to have successive repeats."),
         {Py_tp_new, new_pointer(NEW_SLOT("combinations_with_replacement($type, iterable, r)", replacement_new))},
         DEALLOC,
         METHODS(replacement_methods),
         ITERATOR_SLOTS(next_pointer<replacement_next>())}));
    (void)TRY(add_type<Choice>(
        ts, module, "itertools.permutations", kBaseTypeFlags,
        {DOC("permutations(iterable, r=None)\n--\n\nReturn successive r-length permutations of elements in the "
             "iterable.\n\npermutations(range(3), 2) --> (0,1), (0,2), (1,0), (1,2), (2,0), (2,1)"),
         {Py_tp_new, new_pointer(NEW_SLOT("permutations($type, iterable, r=None)", permutations_new))},
         DEALLOC,
         METHODS(permutations_methods),
         ITERATOR_SLOTS(next_pointer<permutations_next>())}));
    return {};
}

}  // namespace orochi::itertools
