// functools.lru_cache: the callable that remembers results.
//
// A dict maps keys to links, which form a ring in the order of use. Both own the links, since the collector may clear
// the dict before it clears the cache. All of it is under the interpreter's lock, which a hit gives up only when
// comparing keys runs Python code; after that, and after the function has run, what others may have changed is looked
// at anew.
#include "modules/functools/functools.hpp"
#include "objects/descriptor.hpp"
#include "objects/dict_detail.hpp"
#include "objects/int.hpp"

namespace orochi::functools {

namespace {

struct Link {
    PyObject_HEAD
    Link *previous, *next;
    Py_hash_t hash;
    Object *key, *result;
};
struct Cache {
    PyObject_HEAD
    Link* oldest;  // the ring's ends; null when empty, and in an unbounded cache
    Link* newest;
    Object* function;
    Object* entries;  // a dict from key to link, or to the result itself in an unbounded cache
    Object* info_type;
    Object* keyword_mark;
    Object* dict;
    Object* weakrefs;
    vectorcallfunc vectorcall;
    Py_ssize_t hits, misses, maxsize;  // maxsize -1: unbounded
    Type* link_type;
    bool typed;
};

Dict& entries(Cache& self) { return as<Dict>(*self.entries); }

Result<Ref<Object>> make_key(ThreadState& ts, Cache& self, Object* const* arguments, Py_ssize_t count,
                             Object* keyword_names) {
    Py_ssize_t names = keyword_names ? tuple_size(as<Tuple>(*keyword_names)) : 0;
    if (!self.typed && !names && count == 1 && (PyUnicode_CheckExact(arguments[0]) || PyLong_CheckExact(arguments[0])))
        return Ref<Object>::share(*arguments[0]);
    Py_ssize_t size = count + (names ? 1 + 2 * names : 0) + (self.typed ? count + names : 0);
    Ref<Tuple> key = TRY(tuple_new(ts, size));
    Py_ssize_t at = 0;
    auto add = [&](Object& item) { tuple_init_item(*key, at++, Ref<Object>::share(item)); };
    for (Py_ssize_t i = 0; i < count; ++i) add(*arguments[i]);
    if (names) {
        add(*self.keyword_mark);
        for (Py_ssize_t i = 0; i < names; ++i) {
            add(tuple_item(as<Tuple>(*keyword_names), i));
            add(*arguments[count + i]);
        }
    }
    for (Py_ssize_t i = 0; self.typed && i < count + names; ++i) add(obj(type_of(*arguments[i])));
    return Ref<Object>(std::move(key));
}

// These two leave the ring's reference to whoever calls.
void unlink(Cache& self, Link& link) {
    (link.previous ? link.previous->next : self.oldest) = link.next;
    (link.next ? link.next->previous : self.newest) = link.previous;
    link.previous = link.next = nullptr;
}
void append(Cache& self, Link& link) {
    link.previous = self.newest;
    link.next = nullptr;
    (self.newest ? self.newest->next : self.oldest) = &link;
    self.newest = &link;
}
bool is_linked(const Cache& self, const Link& link) { return link.previous || self.oldest == &link; }

Result<Ref<Object>> call_function(ThreadState& ts, Cache& self, Object* const* arguments, Py_ssize_t count,
                                  Object* names) {
    Ref<Object> function = Ref<Object>::share(*self.function);
    return call_vector(ts, *function, arguments, size_t(count), names);
}

Result<Ref<Object>> call_unbounded(ThreadState& ts, Cache& self, Object* const* arguments, Py_ssize_t count,
                                   Object* names) {
    Ref<Object> key = TRY(make_key(ts, self, arguments, count, names));
    Py_hash_t key_hash = TRY(hash(ts, key));
    Object* found = TRY(dict_get_hashed(ts, entries(self), key, key_hash));
    if (found) {
        ++self.hits;
        return Ref<Object>::share(*found);
    }
    ++self.misses;
    Ref<Object> result = TRY(call_function(ts, self, arguments, count, names));
    TRY(dict_set_hashed(ts, entries(self), key, result, key_hash));
    return result;
}

Result<Ref<Object>> call_bounded(ThreadState& ts, Cache& self, Object* const* arguments, Py_ssize_t count,
                                 Object* names) {
    Ref<Object> key = TRY(make_key(ts, self, arguments, count, names));
    Py_hash_t key_hash = TRY(hash(ts, key));
    Object* found = TRY(dict_get_hashed(ts, entries(self), key, key_hash));
    if (found) {
        Link& link = as<Link>(*found);
        if (self.newest != &link && is_linked(self, link)) {
            unlink(self, link);
            append(self, link);
        }
        ++self.hits;
        return Ref<Object>::share(*link.result);
    }
    ++self.misses;
    Ref<Object> result = TRY(call_function(ts, self, arguments, count, names));
    found = TRY(dict_get_hashed(ts, entries(self), key, key_hash));
    if (found) return result;  // put there meanwhile by the function itself or by another thread
    if (dict_size(entries(self)) < self.maxsize || !self.oldest) {
        Ref<Object> made = TRY(allocate_instance(ts, *self.link_type));
        Link& link = as<Link>(*made);
        link.hash = key_hash;
        link.key = new_reference(*key);
        link.result = new_reference(*result);
        TRY(dict_set_hashed(ts, entries(self), key, *made, key_hash));
        append(self, as<Link>(*std::move(made).release()));
        return result;
    }
    // Full: the link that was not used for longest takes the new result over.
    Ref<Link> link = Ref<Link>::steal(*self.oldest);
    unlink(self, *link);
    OptRef<Object> popped = TRY(dict_pop_hashed(ts, entries(self), *link->key, link->hash));
    if (!popped) return result;  // comparing keys has run code that dropped it
    Ref<Object> old_key = Ref<Object>::steal(link->key), old_result = Ref<Object>::steal(link->result);
    link->hash = key_hash;
    link->key = new_reference(*key);
    link->result = new_reference(*result);
    TRY(dict_set_hashed(ts, entries(self), key, obj(*link), key_hash));
    append(self, *std::move(link).release());
    return result;
}

// Otherwise the collector has taken it apart, and a finalizer still uses it.
bool is_whole(const Cache& self) { return self.entries && self.function; }
Failure not_whole(ThreadState& ts) {
    return raise(ts, PyExc_SystemError, "the cache has been cleared by the collector");
}

Object* cache_vectorcall(Object* object, Object* const* arguments, size_t nargsf, Object* keyword_names) {
    ThreadState& ts = current_thread();
    Cache& self = as<Cache>(*object);
    if (!is_whole(self)) {
        (void)not_whole(ts);
        return nullptr;
    }
    Py_ssize_t count = PyVectorcall_NARGS(nargsf);
    if (self.maxsize < 0) return to_c(call_unbounded(ts, self, arguments, count, keyword_names));
    if (self.maxsize > 0) return to_c(call_bounded(ts, self, arguments, count, keyword_names));
    ++self.misses;
    return to_c(call_function(ts, self, arguments, count, keyword_names));
}

Result<Ref<Object>> cache_new(ThreadState& ts, Type& type, Object& function, Object& maxsize, bool typed,
                              Object& info_type) {
    if (!is_callable(function)) return raise(ts, PyExc_TypeError, "the first argument must be callable");
    Py_ssize_t size = -1;
    if (!is_none(maxsize)) {
        if (!is_index(maxsize)) return raise(ts, PyExc_TypeError, "maxsize should be integer or None");
        size = std::max<Py_ssize_t>(TRY(number_as_ssize(ts, maxsize, PyExc_OverflowError)), 0);
    }
    Object* module = TRY(type_module_by_definition(ts, type, functools_module));
    State& state = *static_cast<State*>(module_state(*module));
    Ref<Dict> dict = TRY(dict_new(ts));
    Ref<Cache> self = TRY(make_instance<Cache>(type));
    self->entries = obj(std::move(dict).release());
    self->function = new_reference(function);
    self->info_type = new_reference(info_type);
    self->keyword_mark = new_reference(*state.keyword_mark);
    self->link_type = new_reference(*state.cache_link);
    self->maxsize = size;
    self->typed = typed;
    self->vectorcall = cache_vectorcall;
    return self;
}

// Nobody may find the links in the dict any more.
void drop_links(Cache& self) {
    Link* link = std::exchange(self.oldest, nullptr);
    self.newest = nullptr;
    while (link) {
        Link* next = std::exchange(link->next, nullptr);
        link->previous = nullptr;
        decref(*std::exchange(link, next));
    }
}
int cache_tp_clear(Object* object) {
    Cache& self = as<Cache>(*object);
    clear(self.entries);
    drop_links(self);
    clear(self.function);
    clear(self.info_type);
    clear(self.keyword_mark);
    clear(self.link_type);
    clear(self.dict);
    return 0;
}
void cache_dealloc(ThreadState& ts, Cache& self) {
    gc_untrack_if_tracked(obj(self));
    if (self.weakrefs) clear_weakrefs(ts, obj(self));
    cache_tp_clear(&obj(self));
    Type& type = type_of(obj(self));
    type.tp_free(&self);
    decref(type);
}
int cache_traverse(Object* object, visitproc visit, void* argument) {
    Cache& self = as<Cache>(*object);
    VISIT(&type_of(*object));
    // Links are not containers themselves.
    for (Link* link = self.oldest; link; link = link->next) {
        VISIT(link->key);
        VISIT(link->result);
        VISIT(&type_of(obj(*link)));
    }
    VISIT(self.entries);
    VISIT(self.function);
    VISIT(self.info_type);
    VISIT(self.keyword_mark);
    VISIT(self.link_type);
    VISIT(self.dict);
    return 0;
}
void link_dealloc(Object* object) {
    Link& link = as<Link>(*object);
    clear(link.key);
    clear(link.result);
    Type& type = type_of(*object);
    type.tp_free(object);
    decref(type);
}

Result<Ref<Object>> cache_get(ThreadState& ts, Object& self, Object* instance, Object*) {
    if (!instance || is_none(instance)) return Ref<Object>::share(self);
    return method_new(ts, self, *instance);
}
Result<Ref<Object>> cache_info(ThreadState& ts, Cache& self) {
    if (!is_whole(self)) return not_whole(ts);
    Ref<Object> hits = TRY(int_from(ts, self.hits)), misses = TRY(int_from(ts, self.misses));
    Ref<Object> maxsize = self.maxsize < 0 ? new_none() : TRY(int_from(ts, self.maxsize));
    Ref<Object> size = TRY(int_from(ts, dict_size(entries(self))));
    return call(ts, *self.info_type, *hits, *misses, *maxsize, *size);
}
Result<void> cache_clear(ThreadState& ts, Cache& self) {
    self.hits = self.misses = 0;
    Ref<Dict> fresh = TRY(dict_new(ts));
    OptRef<Object> old = OptRef<Object>::steal(std::exchange(self.entries, obj(std::move(fresh).release())));
    drop_links(self);
    return {};
}
Result<Ref<Object>> cache_reduce(ThreadState& ts, Object& self) { return getattr(ts, self, "__qualname__"_n); }
Ref<Object> cache_copy(Object& self) { return Ref<Object>::share(self); }
Ref<Object> cache_deepcopy(Object& self, Object&) { return Ref<Object>::share(self); }

constexpr MethodDef cache_methods[] = {
    METHOD_PLAIN("cache_info($self, /)", cache_info, "Report cache statistics"),
    METHOD_PLAIN("cache_clear($self, /)", cache_clear, "Clear the cache and cache statistics"),
    METHOD_PLAIN("__reduce__($self, /)", cache_reduce, nullptr),
    METHOD_PLAIN("__copy__($self, /)", cache_copy, nullptr),
    METHOD_PLAIN("__deepcopy__($self, memo, /)", cache_deepcopy, nullptr),
    METHOD_END,
};
constexpr PyGetSetDef cache_getset[] = {
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, nullptr, nullptr},
    GETSET_END,
};
constexpr PyMemberDef cache_members[] = {
    {"__dictoffset__", T_PYSSIZET, offsetof(Cache, dict), READONLY, nullptr},
    {"__weaklistoffset__", T_PYSSIZET, offsetof(Cache, weakrefs), READONLY, nullptr},
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(Cache, vectorcall), READONLY, nullptr},
    {},
};

}  // namespace

Result<void> add_cache(ThreadState& ts, Object& module, State& state) {
    PyType_Slot link_slots[] = {{Py_tp_dealloc, raw_pointer(link_dealloc)}, {0, nullptr}};
    PyType_Spec link_spec = {"functools._lru_list_elem", sizeof(Link), 0,
                             Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
                             link_slots};
    state.cache_link = std::move(TRY(type_from_spec(ts, &module, link_spec, nullptr))).release();
    PyType_Slot slots[] = {
        {Py_tp_dealloc, slot_pointer<destructor, cache_dealloc>()},
        {Py_tp_traverse, raw_pointer(cache_traverse)},
        {Py_tp_clear, raw_pointer(cache_tp_clear)},
        {Py_tp_call, raw_pointer(PyVectorcall_Call)},
        {Py_tp_descr_get, slot_pointer<descrgetfunc, cache_get>()},
        {Py_tp_doc, const_cast<char*>("Create a cached callable that wraps another function.\n\n"
                                      "user_function:      the function being cached\n\n"
                                      "maxsize:  0         for no caching\n"
                                      "          None      for unlimited cache size\n"
                                      "          n         for a bounded cache\n\n"
                                      "typed:    False     cache f(3) and f(3.0) as identical calls\n"
                                      "          True      cache f(3) and f(3.0) as distinct calls\n\n"
                                      "cache_info_type:    namedtuple class with the fields:\n"
                                      "                        hits misses currsize maxsize\n")},
        {Py_tp_methods, methods_pointer(cache_methods)},
        {Py_tp_members, const_cast<PyMemberDef*>(cache_members)},
        {Py_tp_getset, const_cast<PyGetSetDef*>(cache_getset)},
        {Py_tp_new,
         new_pointer(NEW_SLOT("lru_cache($type, /, user_function, maxsize, typed, cache_info_type)", cache_new))},
        {0, nullptr},
    };
    PyType_Spec spec = {"functools._lru_cache_wrapper", sizeof(Cache), 0,
                        kTypeFlags | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_METHOD_DESCRIPTOR, slots};
    (void)TRY(module_add_type(ts, module, spec));
    return {};
}

}  // namespace orochi::functools
