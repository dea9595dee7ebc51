// groupby, tee, zip_longest, pairwise.
#include "modules/itertools/itertools.hpp"
#include "objects/module.hpp"

namespace orochi::itertools {

namespace {

// ---- groupby: gives (key, grouper); a grouper reads on in the shared iterator while the key stays the same ----

struct GroupBy {
    PyObject_HEAD
    Object* iterator;
    Object* key_function;
    Object* target_key;     // key of the group given last
    Object* current_key;    // key of the item read last
    Object* current_value;  // that item, until someone takes it
    Object* grouper_type;
    const void* current_grouper;  // the only grouper that may still read; not owned
    auto members() {
        return std::array{&iterator, &key_function, &target_key, &current_key, &current_value, &grouper_type};
    }
};
struct Grouper {
    PyObject_HEAD
    Object* parent;
    Object* target_key;
    auto members() { return std::array{&parent, &target_key}; }
};

Result<Ref<Object>> groupby_new(ThreadState& ts, Type& type, Object& iterable, Object* key) {
    Ref<Object> iterator = TRY(get_iter(ts, iterable));
    Ref<GroupBy> self = TRY(make_instance<GroupBy>(type));
    self->iterator = std::move(iterator).release();
    self->key_function = new_reference(key ? *key : none());
    State& state = *TRY(state_of(ts, obj(*self)));
    self->grouper_type = obj(new_reference(*state.grouper));
    return self;
}

// Reads the next item and its key. False at the end.
Result<bool> groupby_step(ThreadState& ts, GroupBy& self) {
    Object* taken = take(self.iterator);
    if (!taken) {
        if (error_pending(ts)) return failure;
        return false;
    }
    Ref<Object> value = Ref<Object>::steal(*taken);
    Ref<Object> key = is_none(self.key_function) ? value.copy() : TRY(call(ts, *self.key_function, *value));
    assign(self.current_value, std::move(value));
    assign(self.current_key, std::move(key));
    return true;
}

Result<bool> same_key(ThreadState& ts, Object& left, Object& right) {
    Ref<Object> a = Ref<Object>::share(left);
    Ref<Object> b = Ref<Object>::share(right);
    return compare_bool(ts, a, b, Py_EQ);
}

Result<OptRef<Object>> groupby_next(ThreadState& ts, GroupBy& self) {
    self.current_grouper = nullptr;
    // Skip what is left of the group before.
    for (;;) {
        if (self.current_key) {
            if (!self.target_key) break;
            if (!TRY(same_key(ts, *self.target_key, *self.current_key))) break;
        }
        if (!TRY(groupby_step(ts, self))) return nullptr;
    }
    assign(self.target_key, Ref<Object>::share(*self.current_key));
    Ref<Grouper> grouper = TRY(make_instance<Grouper>(*as<Type>(self.grouper_type)));
    grouper->parent = new_reference(obj(self));
    grouper->target_key = new_reference(*self.target_key);
    self.current_grouper = grouper.get();
    return TRY(tuple_of(ts, *self.current_key, obj(*grouper)));
}
Result<Ref<Object>> groupby_reduce(ThreadState& ts, GroupBy& self) {
    if (self.target_key && self.current_key && self.current_value) {
        Ref<Tuple> state = TRY(tuple_of(ts, *self.current_value, *self.target_key, *self.current_key));
        return reduce_with_state(ts, obj(self), obj(*state), *self.iterator, *self.key_function);
    }
    return reduce_to(ts, obj(self), *self.iterator, *self.key_function);
}
Result<void> groupby_setstate(ThreadState& ts, GroupBy& self, Object& state) {
    if (!PyTuple_Check(&state)) return raise(ts, PyExc_TypeError, "state is not a tuple");
    Tuple& parts = as<Tuple>(state);
    if (tuple_size(parts) != 3)
        return raise(ts, PyExc_TypeError, "function takes exactly 3 arguments (%zd given)", tuple_size(parts));
    assign(self.current_value, Ref<Object>::share(tuple_item(parts, 0)));
    assign(self.target_key, Ref<Object>::share(tuple_item(parts, 1)));
    assign(self.current_key, Ref<Object>::share(tuple_item(parts, 2)));
    return {};
}
constexpr MethodDef groupby_methods[] = {REDUCE(groupby_reduce), SETSTATE(groupby_setstate), METHOD_END};

Result<Ref<Object>> grouper_new(ThreadState& ts, Type& type, Object& parent, Object& key) {
    State& state = *static_cast<State*>(module_state(*type_module(type)));
    if (!is_instance_of(parent, *state.groupby))
        return raise(ts, PyExc_TypeError, "_grouper() argument 1 must be itertools.groupby, not %T", &parent);
    Ref<Grouper> self = TRY(make_instance<Grouper>(type));
    self->parent = new_reference(parent);
    self->target_key = new_reference(key);
    as<GroupBy>(parent).current_grouper = self.get();
    return self;
}
Result<OptRef<Object>> grouper_next(ThreadState& ts, Grouper& self) {
    GroupBy& parent = as<GroupBy>(*self.parent);
    if (parent.current_grouper != &self) return nullptr;
    if (!parent.current_value && !TRY(groupby_step(ts, parent))) return nullptr;
    if (!TRY(same_key(ts, *self.target_key, *parent.current_key))) return nullptr;
    return OptRef<Object>::steal(std::exchange(parent.current_value, nullptr));
}
Result<Ref<Object>> grouper_reduce(ThreadState& ts, Grouper& self) {
    if (as<GroupBy>(*self.parent).current_grouper != &self) {
        Ref<Object> function = TRY(builtin_attribute(ts, "iter"_s));
        Ref<Tuple> arguments = TRY(tuple_of(ts, obj(empty_tuple())));
        return TRY(tuple_of(ts, *function, obj(*arguments)));
    }
    return reduce_to(ts, obj(self), *self.parent, *self.target_key);
}
constexpr MethodDef grouper_methods[] = {REDUCE(grouper_reduce), METHOD_END};

// ---- tee: the iterators walk a linked list of blocks, which the one ahead extends ----

constexpr int kBlockItems = 57;

struct TeeData {
    PyObject_HEAD
    Object* iterator;
    int read;      // items in the block
    bool running;  // the iterator is being asked: it must not ask us
    Object* next;  // the following block
    Object* values[kBlockItems];
};
struct Tee {
    PyObject_HEAD
    Object* data;
    int index;
    Object* weakrefs;
};

int tee_data_traverse(Object* self, visitproc visit, void* argument) {
    TeeData& data = as<TeeData>(*self);
    VISIT(&type_of(*self));
    VISIT(data.iterator);
    for (int i = 0; i < data.read; ++i) VISIT(data.values[i]);
    VISIT(data.next);
    return 0;
}
// Long chains of blocks that nobody else holds are dropped in a loop, not by recursion.
void drop_chain(Object* block) {
    while (block && block->ob_refcnt == 1) {
        Object* next = std::exchange(as<TeeData>(*block).next, nullptr);
        decref(*block);
        block = next;
    }
    decref_optional(block);
}
int tee_data_clear(Object* self) {
    TeeData& data = as<TeeData>(*self);
    clear(data.iterator);
    for (int i = 0, n = data.read; i < n; ++i) clear(data.values[i]);
    data.read = 0;
    drop_chain(std::exchange(data.next, nullptr));
    return 0;
}
void tee_data_dealloc(Object* self) {
    gc_untrack_if_tracked(*self);
    tee_data_clear(self);
    Type& type = type_of(*self);
    type.tp_free(self);
    decref(type);
}

Result<Ref<Object>> tee_data_make(ThreadState&, Type& type, Object& iterator) {
    Ref<TeeData> self = TRY(make_instance<TeeData>(type));
    self->iterator = new_reference(iterator);
    return self;
}
Result<Object*> tee_data_item(ThreadState& ts, TeeData& data, int i) {
    if (i < data.read) return data.values[i];
    if (data.running) return raise(ts, PyExc_RuntimeError, "cannot re-enter the tee iterator");
    if (!data.iterator) return nullptr;
    data.running = true;
    Object* value = take(data.iterator);
    data.running = false;
    if (!value) {
        if (error_pending(ts)) return failure;
        return nullptr;
    }
    data.values[data.read++] = value;
    return value;
}
Result<Object*> tee_data_next_block(ThreadState& ts, TeeData& data) {
    if (!data.next) data.next = std::move(TRY(tee_data_make(ts, type_of(obj(data)), *data.iterator))).release();
    return data.next;
}
Result<Ref<Object>> tee_data_reduce(ThreadState& ts, TeeData& data) {
    Ref<List> values = TRY(list_from_items(ts, data.values, data.read));
    return reduce_to(ts, obj(data), or_none(data.iterator), obj(*values), or_none(data.next));
}
Result<Ref<Object>> tee_data_new(ThreadState& ts, Type& type, Object& iterator, List& values, Object& next) {
    Ref<Object> self = TRY(tee_data_make(ts, type, iterator));
    TeeData& data = as<TeeData>(*self);
    Py_ssize_t n = list_size(values);
    if (n > kBlockItems) return raise(ts, PyExc_ValueError, "Invalid arguments");
    for (Py_ssize_t i = 0; i < n; ++i) data.values[i] = new_reference(list_item(values, i));
    data.read = int(n);
    if (n == kBlockItems) {
        if (!is_none(next)) {
            if (&type_of(next) != &type) return raise(ts, PyExc_ValueError, "Invalid arguments");
            data.next = new_reference(next);
        }
    } else if (!is_none(next)) {
        return raise(ts, PyExc_ValueError, "Invalid arguments");
    }
    return self;
}
constexpr MethodDef tee_data_methods[] = {REDUCE(tee_data_reduce), METHOD_END};

int tee_traverse(Object* self, visitproc visit, void* argument) {
    VISIT(&type_of(*self));
    VISIT(as<Tee>(*self).data);
    return 0;
}
int tee_clear(Object* self) {
    clear_weakrefs(current_thread(), *self);
    clear(as<Tee>(*self).data);
    return 0;
}
void tee_dealloc(Object* self) {
    gc_untrack_if_tracked(*self);
    tee_clear(self);
    Type& type = type_of(*self);
    type.tp_free(self);
    decref(type);
}
Result<OptRef<Object>> tee_next(ThreadState& ts, Tee& self) {
    if (self.index >= kBlockItems) {
        Object* next = TRY(tee_data_next_block(ts, as<TeeData>(*self.data)));
        assign(self.data, Ref<Object>::share(*next));
        self.index = 0;
    }
    Object* value = TRY(tee_data_item(ts, as<TeeData>(*self.data), self.index));
    if (!value) return nullptr;
    ++self.index;
    return OptRef<Object>(Ref<Object>::share(*value));
}
Result<Ref<Object>> tee_copy(ThreadState&, Tee& self) {
    Ref<Tee> copy = TRY(make_instance<Tee>(type_of(obj(self))));
    copy->data = new_reference(*self.data);
    copy->index = self.index;
    return copy;
}
Result<Ref<Object>> tee_from(ThreadState& ts, State& state, Object& iterable) {
    Ref<Object> iterator = TRY(get_iter(ts, iterable));
    if (is_instance_of(iterator, *state.tee)) return tee_copy(ts, as<Tee>(*iterator));
    Ref<Object> data = TRY(tee_data_make(ts, *state.tee_data, iterator));
    Ref<Tee> self = TRY(make_instance<Tee>(*state.tee));
    self->data = std::move(data).release();
    return self;
}
Result<Ref<Object>> tee_new(ThreadState& ts, Type& type, Object& iterable) {
    Object* module = type_module(type);
    return tee_from(ts, *static_cast<State*>(module_state(*module)), iterable);
}
Result<Ref<Object>> tee_reduce(ThreadState& ts, Tee& self) {
    Ref<Tuple> arguments = TRY(tuple_of(ts, obj(empty_tuple())));
    Ref<Object> index = TRY(int_from(ts, self.index));
    Ref<Tuple> state = TRY(tuple_of(ts, *self.data, *index));
    return TRY(tuple_of(ts, obj(type_of(obj(self))), obj(*arguments), obj(*state)));
}
Result<void> tee_setstate(ThreadState& ts, Tee& self, Object& state_object) {
    if (!PyTuple_Check(&state_object)) return raise(ts, PyExc_TypeError, "state is not a tuple");
    Tuple& parts = as<Tuple>(state_object);
    State& state = *static_cast<State*>(module_state(*type_module(type_of(obj(self)))));
    if (tuple_size(parts) != 2 || !is_instance_of(tuple_item(parts, 0), *state.tee_data))
        return raise(ts, PyExc_TypeError, "function takes exactly 2 arguments (%zd given)", tuple_size(parts));
    int index = TRY(int_as_int(ts, tuple_item(parts, 1)));
    if (index < 0 || index > kBlockItems) return raise(ts, PyExc_ValueError, "Index out of range");
    assign(self.data, Ref<Object>::share(tuple_item(parts, 0)));
    self.index = index;
    return {};
}
constexpr MethodDef tee_methods[] = {
    METHOD_PLAIN("__copy__($self, /)", tee_copy, "Returns an independent iterator."),
    REDUCE(tee_reduce),
    SETSTATE(tee_setstate),
    METHOD_END,
};
constexpr PyMemberDef tee_members[] = {
    {"__weaklistoffset__", T_PYSSIZET, offsetof(Tee, weakrefs), READONLY, nullptr},
    {},
};

// ---- zip_longest ----

struct ZipLongest {
    PyObject_HEAD
    Object* iterators;  // tuple; exhausted ones are null
    Object* result;
    Object* fill_value;
    Py_ssize_t active;
    auto members() { return std::array{&iterators, &result, &fill_value}; }
};

Object* zip_longest_tp_new(Type* type, Object* arguments, Object* keywords) {
    ThreadState& ts = current_thread();
    auto run = [&]() -> Result<Ref<Object>> {
        Object* fill = &none();
        if (keywords && dict_size(as<Dict>(*keywords)) > 0) {
            Object* given = dict_get_name(ts, as<Dict>(*keywords), "fillvalue"_s);
            if (!given || dict_size(as<Dict>(*keywords)) > 1)
                return raise(ts, PyExc_TypeError, "zip_longest() got an unexpected keyword argument");
            fill = given;
        }
        Tuple& a = as<Tuple>(*arguments);
        Py_ssize_t n = tuple_size(a);
        Ref<Tuple> iterators = TRY(tuple_new(ts, n));
        for (Py_ssize_t i = 0; i < n; ++i) tuple_init_item(iterators, i, TRY(get_iter(ts, tuple_item(a, i))));
        Ref<Tuple> result = TRY(tuple_new(ts, n));
        for (Py_ssize_t i = 0; i < n; ++i) tuple_init_item(result, i, new_none());
        Ref<ZipLongest> self = TRY(make_instance<ZipLongest>(*type));
        self->iterators = obj(std::move(iterators).release());
        self->result = obj(std::move(result).release());
        self->fill_value = new_reference(*fill);
        self->active = n;
        return self;
    };
    return to_c(run());
}
// The next item of iterator i, the fill value when it is exhausted, or empty when all are.
Result<OptRef<Object>> zip_longest_item(ThreadState& ts, ZipLongest& self, Py_ssize_t i) {
    Tuple& iterators = as<Tuple>(*self.iterators);
    Object* iterator = iterators.ob_item[i];
    if (iterator) {
        if (Object* item = take(iterator)) return OptRef<Object>::steal(item);
        --self.active;
        if (error_pending(ts)) {
            self.active = 0;
            return failure;
        }
        if (self.active == 0) return nullptr;
        if (iterators.ob_item[i]) clear(iterators.ob_item[i]);
    }
    return OptRef<Object>(Ref<Object>::share(*self.fill_value));
}
Result<OptRef<Object>> zip_longest_next(ThreadState& ts, ZipLongest& self) {
    Py_ssize_t n = tuple_size(as<Tuple>(*self.iterators));
    if (n == 0 || self.active == 0) return nullptr;
    if (self.result->ob_refcnt == 1) {
        Ref<Object> result = Ref<Object>::share(*self.result);
        Tuple& items = as<Tuple>(*result);
        for (Py_ssize_t i = 0; i < n; ++i) {
            OptRef<Object> item = TRY(zip_longest_item(ts, self, i));
            if (!item) return nullptr;
            Object* old = std::exchange(items.ob_item[i], item.release());
            decref_optional(old);
        }
        if (!gc_is_tracked(*result)) gc_track(ts, *result);
        return OptRef<Object>(std::move(result));
    }
    Ref<Tuple> result = TRY(tuple_new(ts, n));
    for (Py_ssize_t i = 0; i < n; ++i) {
        OptRef<Object> item = TRY(zip_longest_item(ts, self, i));
        if (!item) return nullptr;
        tuple_init_item(result, i, item.take());
    }
    return OptRef<Object>(Ref<Object>(std::move(result)));
}
Result<Ref<Object>> zip_longest_reduce(ThreadState& ts, ZipLongest& self) {
    Tuple& iterators = as<Tuple>(*self.iterators);
    Py_ssize_t n = tuple_size(iterators);
    Ref<Tuple> arguments = TRY(tuple_new(ts, n));
    for (Py_ssize_t i = 0; i < n; ++i) {
        Object* iterator = iterators.ob_item[i];
        tuple_init_item(arguments, i, Ref<Object>::share(iterator ? *iterator : obj(empty_tuple())));
    }
    return TRY(tuple_of(ts, obj(type_of(obj(self))), obj(*arguments), *self.fill_value));
}
Result<void> zip_longest_setstate(ThreadState&, ZipLongest& self, Object& state) {
    assign(self.fill_value, Ref<Object>::share(state));
    return {};
}
constexpr MethodDef zip_longest_methods[] = {REDUCE(zip_longest_reduce), SETSTATE(zip_longest_setstate), METHOD_END};

// ---- pairwise ----

struct Pairwise {
    PyObject_HEAD
    Object* iterator;  // null: exhausted
    Object* old;       // the item before
    auto members() { return std::array{&iterator, &old}; }
};
Result<Ref<Object>> pairwise_new(ThreadState& ts, Type& type, Object& iterable) {
    Ref<Object> iterator = TRY(get_iter(ts, iterable));
    Ref<Pairwise> self = TRY(make_instance<Pairwise>(type));
    self->iterator = std::move(iterator).release();
    return self;
}
Result<OptRef<Object>> pairwise_next(ThreadState& ts, Pairwise& self) {
    if (!self.iterator) return nullptr;
    auto finish = [&]() -> Result<OptRef<Object>> {
        clear(self.iterator);
        clear(self.old);
        if (error_pending(ts)) return failure;
        return nullptr;
    };
    if (!self.old) {
        Object* first = take(self.iterator);
        if (!first) return finish();
        assign(self.old, Ref<Object>::steal(*first));
        if (!self.iterator) return finish();
    }
    Ref<Object> old = Ref<Object>::share(*self.old);
    Object* taken = take(self.iterator);
    if (!taken) return finish();
    Ref<Object> fresh = Ref<Object>::steal(*taken);
    Ref<Tuple> pair = TRY(tuple_of(ts, *old, *fresh));
    assign(self.old, std::move(fresh));
    return OptRef<Object>(Ref<Object>(std::move(pair)));
}

}  // namespace

Result<Ref<Object>> tee(ThreadState& ts, Object& module, Object& iterable, Py_ssize_t count) {
    State& state = *static_cast<State*>(module_state(module));
    if (count < 0) return raise(ts, PyExc_ValueError, "n must be >= 0");
    Ref<Tuple> result = TRY(tuple_new(ts, count));
    if (count == 0) return result;
    Ref<Object> iterator = TRY(get_iter(ts, iterable));
    OptRef<Object> copy = TRY(getattr_optional(ts, *iterator, "__copy__"_n));
    if (!copy) {
        iterator = TRY(tee_from(ts, state, *iterator));
        copy = TRY(getattr(ts, *iterator, "__copy__"_n));
    }
    for (Py_ssize_t i = 1; i < count; ++i) tuple_init_item(result, i, TRY(call(ts, *copy)));
    tuple_init_item(result, 0, std::move(iterator));
    return result;
}

#define DOC(TEXT) \
    { Py_tp_doc, const_cast<char*>(TEXT) }
#define METHODS(TABLE) \
    { Py_tp_methods, methods_pointer(TABLE) }

Result<void> add_grouping(ThreadState& ts, Object& module, State& state) {
    state.groupby = new_reference(*TRY(add_type<GroupBy>(
        ts, module, "itertools.groupby", kBaseTypeFlags,
        {DOC("groupby(iterable, key=None)\n--\n\nmake an iterator that returns consecutive keys and groups from the "
             "iterable\n\n"
             "  iterable\n    Elements to divide into groups according to the key function.\n"
             "  key\n    A function for computing the group category for each element.\n"
             "    If the key function is not specified or is None, the element itself\n    is used for grouping."),
         {Py_tp_new, new_pointer(NEW_SLOT("groupby($type, iterable, key=None)", groupby_new))},
         METHODS(groupby_methods),
         ITERATOR_SLOTS(next_pointer<groupby_next>())})));
    state.grouper = new_reference(
        *TRY(add_type<Grouper>(ts, module, "itertools._grouper", kTypeFlags,
                               {{Py_tp_new, new_pointer(NEW_SLOT("_grouper($type, parent, tgtkey, /)", grouper_new))},
                                METHODS(grouper_methods),
                                ITERATOR_SLOTS(next_pointer<grouper_next>())})));
    (void)TRY(add_type<Pairwise>(ts, module, "itertools.pairwise", kBaseTypeFlags,
                                 {DOC("pairwise(iterable, /)\n--\n\nReturn an iterator of overlapping pairs taken from "
                                      "the input iterator.\n\n    s -> (s0,s1), (s1,s2), (s2, s3), ..."),
                                  {Py_tp_new, new_pointer(NEW_SLOT("pairwise($type, iterable, /)", pairwise_new))},
                                  ITERATOR_SLOTS(next_pointer<pairwise_next>())}));
    (void)TRY(add_type<ZipLongest>(ts, module, "itertools.zip_longest", kBaseTypeFlags,
                                   {DOC("zip_longest(iter1 [,iter2 [...]], [fillvalue=None]) --> zip_longest object\n\n"
                                        "Return a zip_longest object whose .__next__() method returns a tuple where\n"
                                        "the i-th element comes from the i-th iterable argument.  The .__next__()\n"
                                        "method continues until the longest iterable in the argument sequence\n"
                                        "is exhausted and then it raises StopIteration.  When the shorter iterables\n"
                                        "are exhausted, the fillvalue is substituted in their place.  The fillvalue\n"
                                        "defaults to None or can be specified by a keyword argument."),
                                    {Py_tp_new, raw_pointer(zip_longest_tp_new)},
                                    METHODS(zip_longest_methods),
                                    ITERATOR_SLOTS(next_pointer<zip_longest_next>())}));

    PyType_Slot data_slots[] = {
        {Py_tp_dealloc, raw_pointer(tee_data_dealloc)},
        {Py_tp_traverse, raw_pointer(tee_data_traverse)},
        {Py_tp_clear, raw_pointer(tee_data_clear)},
        DOC("teedataobject(iterable, values, next, /)\n--\n\nData container common to multiple tee objects."),
        {Py_tp_new, new_pointer(NEW_SLOT("teedataobject($type, iterable, values, next, /)", tee_data_new))},
        METHODS(tee_data_methods),
        {0, nullptr}};
    PyType_Spec data_spec = {"itertools._tee_dataobject", sizeof(TeeData), 0, kTypeFlags, data_slots};
    state.tee_data = new_reference(*TRY(module_add_type(ts, module, data_spec)));
    PyType_Slot tee_slots[] = {{Py_tp_dealloc, raw_pointer(tee_dealloc)},
                               {Py_tp_traverse, raw_pointer(tee_traverse)},
                               {Py_tp_clear, raw_pointer(tee_clear)},
                               DOC("Iterator wrapped to make it copyable."),
                               {Py_tp_new, new_pointer(NEW_SLOT("_tee($type, iterable, /)", tee_new))},
                               METHODS(tee_methods),
                               {Py_tp_members, const_cast<PyMemberDef*>(tee_members)},
                               ITERATOR_SLOTS(next_pointer<tee_next>()),
                               {0, nullptr}};
    PyType_Spec tee_spec = {"itertools._tee", sizeof(Tee), 0, kTypeFlags, tee_slots};
    state.tee = new_reference(*TRY(module_add_type(ts, module, tee_spec)));
    return {};
}

}  // namespace orochi::itertools
