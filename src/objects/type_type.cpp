// PyType_Type: calling classes, their repr, and their end.
#include "objects/dict.hpp"
#include "objects/instance_dict.hpp"
#include "objects/native.hpp"
#include "objects/slot_table.hpp"
#include "objects/special_call.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type_attributes.hpp"
#include "objects/type_internal.hpp"
#include "objects/union.hpp"

namespace orochi {

Result<Ref<Object>> type_new(ThreadState& ts, Type& metatype, Object& arguments, Object* keywords);

namespace {

// type(x), and class(...): __new__, then __init__ when that gave an instance of the class.
Result<Ref<Object>> type_call(ThreadState& ts, Type& type, Object& arguments, Object* keywords) {
    if (&type == &PyType_Type) {
        Py_ssize_t count = tuple_size(as<Tuple>(arguments));
        bool has_keywords = keywords && dict_size(as<Dict>(*keywords));
        if (count == 1 && !has_keywords) return Ref<Object>::share(obj(type_of(tuple_item(as<Tuple>(arguments), 0))));
        if (count != 3) return raise(ts, PyExc_TypeError, "type() takes 1 or 3 arguments");
    }
    if (!type.tp_new) return raise(ts, PyExc_TypeError, "cannot create '%s' instances", type.tp_name);
    Ref<Object> object = TRY(check_call_result(ts, &obj(type), type.tp_new(&type, &arguments, keywords), nullptr));
    if (!is_instance_of(*object, type)) return object;
    if (initproc init = type_of(*object).tp_init) {
        if (init(object.get(), &arguments, keywords) < 0) return failure;
    }
    return object;
}

Result<void> type_init(ThreadState& ts, Type&, Object& arguments, Object* keywords) {
    Py_ssize_t count = tuple_size(as<Tuple>(arguments));
    if (keywords && count == 1 && dict_size(as<Dict>(*keywords)))
        return raise(ts, PyExc_TypeError, "type.__init__() takes no keyword arguments");
    if (count != 1 && count != 3) return raise(ts, PyExc_TypeError, "type.__init__() takes 1 or 3 arguments");
    return {};
}

// type(x) without a tuple; other calls of `type` are rare.
Object* type_vectorcall(Object* callable, Object* const* arguments, size_t nargsf, Object* keyword_names) {
    Py_ssize_t count = PyVectorcall_NARGS(nargsf);
    if (count == 1 && callable == &obj(PyType_Type) && (!keyword_names || tuple_size(as<Tuple>(*keyword_names)) == 0)) {
        return new_reference(obj(type_of(*arguments[0])));
    }
    return call_without_vectorcall(current_thread(), *callable, arguments, count, keyword_names).release();
}

Result<Ref<Str>> type_repr(ThreadState& ts, Type& type) {
    auto module = type_module_name(ts, type);
    OptRef<Object> module_name;
    if (module.ok()) {
        module_name = std::move(module).take();
        if (!PyUnicode_Check(module_name.get())) module_name.reset();
    } else {
        error_clear(ts);
    }
    Ref<Object> name = TRY(type_qualified_name(ts, type));
    if (module_name && !str_equals_ascii(as<Str>(*module_name), "builtins"))
        return str_format(ts, "<class '%U.%U'>", module_name.get(), name.get());
    return str_format(ts, "<class '%s'>", type.tp_name);
}

Result<Ref<Object>> type_or(ThreadState& ts, Object& left, Object& right) { return union_or(ts, left, right); }

void type_dealloc(ThreadState& ts, Type& type) {
    HeapType& heap = reinterpret_cast<HeapType&>(type);
    gc_untrack_if_tracked(obj(type));
    {
        ErrorKeeper keep(ts);
        type_remove_from_bases(ts, type, type.tp_bases);
    }
    clear_weakrefs(ts, obj(type));
    clear(type.tp_base);
    clear(type.tp_dict);
    clear(type.tp_bases);
    clear(type.tp_mro);
    clear(reinterpret_cast<Object*&>(type.tp_cache));
    clear(reinterpret_cast<Object*&>(type.tp_subclasses));
    Heap::free(const_cast<char*>(type.tp_doc));
    clear(heap.ht_name);
    clear(heap.ht_qualname);
    clear(heap.ht_slots);
    if (heap.ht_cached_keys) keys_release(ts, *heap.ht_cached_keys);
    clear(heap.ht_module);
    Heap::free(heap._ht_tpname);
    type_of(obj(type)).tp_free(&obj(type));
}

int type_traverse(Object* self, visitproc visit, void* argument) {
    Type& type = as<Type>(*self);
    if (!is_heap_type(type)) return 0;
    auto one = [&](Object* object) { return object ? visit(object, argument) : 0; };
    for (Object* part : {type.tp_dict, static_cast<Object*>(type.tp_cache), type.tp_mro, type.tp_bases,
                         reinterpret_cast<Object*>(type.tp_base), reinterpret_cast<HeapType&>(type).ht_module}) {
        if (int stop = one(part)) return stop;
    }
    return 0;
}

// Enough to break the cycles a class is in: its dict, its MRO (which starts with the class itself) and its module.
int type_clear(Object* self) {
    Type& type = as<Type>(*self);
    ThreadState& ts = current_thread();
    type_modified(ts, type);
    HeapType& heap = reinterpret_cast<HeapType&>(type);
    if (heap.ht_cached_keys) {
        keys_release(ts, *heap.ht_cached_keys);
        heap.ht_cached_keys = nullptr;
    }
    if (type.tp_dict) dict_clear(ts, as<Dict>(*type.tp_dict));
    clear(heap.ht_module);
    clear(type.tp_mro);
    return 0;
}

int type_is_container(Object* self) { return is_heap_type(as<Type>(*self)); }

const PyNumberMethods type_number = {.nb_or = slot<type_or>};

}  // namespace

// class(...) for classes whose __new__ is object's: no argument tuple is made.
Result<Ref<Object>> type_call_vector(ThreadState& ts, Type& type, Object* const* arguments, size_t nargsf,
                                     Object* keyword_names, bool& done) {
    done = false;
    if (type.tp_new != PyBaseObject_Type.tp_new || (type.tp_flags & Py_TPFLAGS_IS_ABSTRACT)) return failure;
    Py_ssize_t count = PyVectorcall_NARGS(nargsf);
    Py_ssize_t keyword_count = keyword_names ? tuple_size(as<Tuple>(*keyword_names)) : 0;
    if (type.tp_init == PyBaseObject_Type.tp_init) {
        if (count + keyword_count) return failure;
        done = true;
        return Result<Ref<Object>>::adopt(type.tp_alloc(&type, 0));
    }
    if (type.tp_init != slot_tp_init_pointer) return failure;
    Object* init = type_lookup(ts, type, "__init__"_n);
    if (!init || !(type_of(*init).tp_flags & Py_TPFLAGS_METHOD_DESCRIPTOR)) return failure;
    constexpr Py_ssize_t kInline = 10;
    Py_ssize_t total = count + keyword_count;
    if (total >= kInline && !(nargsf & PY_VECTORCALL_ARGUMENTS_OFFSET)) return failure;
    done = true;
    Ref<Object> keep_init = Ref<Object>::share(*init);
    Ref<Object> self = TRY(Result<Ref<Object>>::adopt(type.tp_alloc(&type, 0)));
    OptRef<Object> result;
    if (nargsf & PY_VECTORCALL_ARGUMENTS_OFFSET) {
        Object** stack = const_cast<Object**>(arguments) - 1;
        Object* saved = stack[0];
        stack[0] = self.get();
        auto called = call_vector(ts, *init, stack, size_t(count + 1), keyword_names);
        stack[0] = saved;
        result = TRY(std::move(called));
    } else {
        Object* stack[kInline + 2];
        stack[1] = self.get();
        std::copy_n(arguments, total, stack + 2);
        result =
            TRY(call_vector(ts, *init, stack + 1, size_t(count + 1) | PY_VECTORCALL_ARGUMENTS_OFFSET, keyword_names));
    }
    if (!is_none(result.get()))
        return raise(ts, PyExc_TypeError, "__init__() should return None, not '%T'", result.get());
    return self;
}

}  // namespace orochi

using namespace orochi;

extern "C" {
constinit PyTypeObject PyType_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "type",
    .tp_basicsize = sizeof(PyHeapTypeObject),
    .tp_itemsize = sizeof(PyMemberDef),
    .tp_dealloc = slot<type_dealloc>,
    .tp_vectorcall_offset = offsetof(PyTypeObject, tp_vectorcall),
    .tp_repr = slot<type_repr>,
    .tp_as_number = const_cast<PyNumberMethods*>(&type_number),
    .tp_call = slot<type_call>,
    .tp_getattro = slot<type_getattro>,
    .tp_setattro = slot<type_setattro>,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_TYPE_SUBCLASS |
                Py_TPFLAGS_HAVE_VECTORCALL,
    .tp_doc = "type(object) -> the object's type\ntype(name, bases, dict, **kwds) -> a new type",
    .tp_traverse = type_traverse,
    .tp_clear = type_clear,
    .tp_weaklistoffset = offsetof(PyTypeObject, tp_weaklist),
    .tp_methods = METHOD_TABLE(type_methods),
    .tp_members = MEMBER_TABLE(type_members),
    .tp_getset = GETSET_TABLE(type_getsets),
    .tp_dictoffset = offsetof(PyTypeObject, tp_dict),
    .tp_init = slot<type_init>,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = slot<type_new>,
    .tp_free = PyObject_GC_Del,
    .tp_is_gc = type_is_container,
    .tp_vectorcall = type_vectorcall,
};
}
