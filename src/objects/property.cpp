// property
#include "objects/dict.hpp"
#include "objects/instance_dict.hpp"
#include "objects/native.hpp"
#include "objects/object.hpp"
#include "objects/str.hpp"
#include "objects/type.hpp"

namespace orochi {

struct Property {
    PyObject ob_base;
    Object* get;
    Object* set;
    Object* del;
    Object* doc;
    Object* name;
    int getter_doc;  // the doc string came from the getter, and follows it
};

Object* property_getter(Object& property) { return as<Property>(property).get; }

namespace {

void property_dealloc(Object& self) {
    Property& p = as<Property>(self);
    gc_untrack_if_tracked(self);
    clear(p.get);
    clear(p.set);
    clear(p.del);
    clear(p.doc);
    clear(p.name);
    type_of(self).tp_free(&self);
}
int property_traverse(Object* self, visitproc visit, void* argument) {
    Property& p = as<Property>(*self);
    for (Object* part : {p.get, p.set, p.del, p.doc, p.name}) {
        if (part) {
            if (int stop = visit(part, argument)) return stop;
        }
    }
    return 0;
}
int property_clear(Object* self) {
    clear(as<Property>(*self).doc);
    return 0;
}

OptRef<Object> given(Object* value) { return OptRef<Object>::share(is_none(value) ? nullptr : value); }

Result<void> property_init(ThreadState& ts, Property& p, Object* get, Object* set, Object* del, Object* doc) {
    assign(p.get, given(get));
    assign(p.set, given(set));
    assign(p.del, given(del));
    assign(p.doc, given(doc));
    clear(p.name);
    p.getter_doc = 0;
    OptRef<Object> text = given(doc);
    if (!text && p.get) {
        auto found = getattr_optional(ts, *p.get, "__doc__"_n);
        if (!found.ok()) {
            if (!error_matches(ts, PyExc_Exception)) return failure;
            error_clear(ts);
        } else {
            text = std::move(found).take();
            if (is_none(text.get())) text.reset();
            if (text) p.getter_doc = 1;
        }
    }
    if (!text) return {};
    if (&type_of(obj(p)) == &PyProperty_Type) {
        assign(p.doc, std::move(text));
        return {};
    }
    // An instance of a subclass keeps it where `help` looks: the class has a __doc__ of its own.
    return setattr(ts, obj(p), "__doc__"_n, *text);
}

[[gnu::cold]] Failure raise_access(ThreadState& ts, Property& p, Object& object, const char* what) {
    Ref<Object> owner = TRY(type_qualified_name(ts, type_of(object)));
    if (p.name) {
        return raise(ts, PyExc_AttributeError, "property %R of %R object has no %s", p.name, owner.get(), what);
    }
    return raise(ts, PyExc_AttributeError, "property of %R object has no %s", owner.get(), what);
}

Result<Ref<Object>> property_get(ThreadState& ts, Property& p, Object* object, Object*) {
    if (!object || is_none(object)) return Ref<Object>::share(obj(p));
    if (!p.get) {
        return raise_access(ts, p, *object, "getter");
    }
    return call(ts, *p.get, *object);
}

Result<void> property_set(ThreadState& ts, Property& p, Object& object, Object* value) {
    Object* function = value ? p.set : p.del;
    if (!function) {
        return raise_access(ts, p, object, value ? "setter" : "deleter");
    }
    if (value) {
        TRY(call(ts, *function, object, *value));
    } else {
        TRY(call(ts, *function, object));
    }
    return {};
}

// A copy of the property, of the same class, with one function replaced.
Result<Ref<Object>> copy_with(ThreadState& ts, Property& p, Object* get, Object* set, Object* del) {
    auto pick = [](Object* replacement, Object* current) -> Object& {
        if (replacement && !is_none(replacement)) return *replacement;
        return current ? *current : none();
    };
    Object& new_get = pick(get, p.get);
    Object& new_set = pick(set, p.set);
    Object& new_del = pick(del, p.del);
    Object& doc = p.getter_doc && !is_none(new_get) ? none() : p.doc ? *p.doc : none();
    Ref<Object> made = TRY(call(ts, obj(type_of(obj(p))), new_get, new_set, new_del, doc));
    if (PyObject_TypeCheck(made.get(), &PyProperty_Type) && p.name)
        assign(as<Property>(*made).name, Ref<Object>::share(*p.name));
    return made;
}
Result<Ref<Object>> property_getter(ThreadState& ts, Property& p, Object& f) {
    return copy_with(ts, p, &f, nullptr, nullptr);
}
Result<Ref<Object>> property_setter(ThreadState& ts, Property& p, Object& f) {
    return copy_with(ts, p, nullptr, &f, nullptr);
}
Result<Ref<Object>> property_deleter(ThreadState& ts, Property& p, Object& f) {
    return copy_with(ts, p, nullptr, nullptr, &f);
}

Result<void> property_set_name(ThreadState& ts, Property& p, Rest arguments) {
    if (arguments.size() != 2)
        return raise(ts, PyExc_TypeError, "__set_name__() takes 2 positional arguments but %zd were given",
                     arguments.size());
    assign(p.name, Ref<Object>::share(arguments[1]));
    return {};
}

Result<bool> is_abstract(ThreadState& ts, Object* function) {
    if (!function) return false;
    OptRef<Object> flag = TRY(getattr_optional(ts, *function, "__isabstractmethod__"_n));
    if (!flag) return false;
    return is_true(ts, *flag);
}
Result<bool> property_is_abstract(ThreadState& ts, Property& p) {
    for (Object* function : {p.get, p.set, p.del}) {
        if (TRY(is_abstract(ts, function))) return true;
    }
    return false;
}

constexpr MethodDef property_methods[] = {
    METHOD_PLAIN("getter($self, fget, /)", property_getter,
                 "Descriptor to obtain a copy of the property with a different getter."),
    METHOD_PLAIN("setter($self, fset, /)", property_setter,
                 "Descriptor to obtain a copy of the property with a different setter."),
    METHOD_PLAIN("deleter($self, fdel, /)", property_deleter,
                 "Descriptor to obtain a copy of the property with a different deleter."),
    METHOD_PLAIN("__set_name__($self, *args)", property_set_name, "Method to set name of a property."), METHOD_END};
constexpr PyMemberDef property_members[] = {{"fget", T_OBJECT, offsetof(Property, get), READONLY, nullptr},
                                            {"fset", T_OBJECT, offsetof(Property, set), READONLY, nullptr},
                                            {"fdel", T_OBJECT, offsetof(Property, del), READONLY, nullptr},
                                            {"__doc__", T_OBJECT, offsetof(Property, doc), 0, nullptr},
                                            {}};
constexpr PyGetSetDef property_getsets[] = {GETTER("__isabstractmethod__", property_is_abstract, nullptr), GETSET_END};

constexpr const char property_doc[] =
    "property(fget=None, fset=None, fdel=None, doc=None)\n--\n\n"
    "Property attribute.\n\n  fget\n    function to be used for getting an attribute value\n  fset\n    function to be "
    "used for setting an attribute value\n  fdel\n    function to be used for del'ing an attribute\n  doc\n    "
    "docstring\n\nTypical use is to define a managed attribute x:\n\nclass C(object):\n    def getx(self): return "
    "self._x\n    def setx(self, value): self._x = value\n    def delx(self): del self._x\n    x = property(getx, "
    "setx, delx, \"I'm the 'x' property.\")\n\nDecorators make defining new properties or modifying existing ones "
    "easy:\n\nclass C(object):\n    @property\n    def x(self):\n        \"I am the 'x' property.\"\n        return "
    "self._x\n    @x.setter\n    def x(self, value):\n        self._x = value\n    @x.deleter\n    def x(self):\n     "
    "   del self._x";

}  // namespace
}  // namespace orochi

using namespace orochi;

extern "C" {
constinit PyTypeObject PyProperty_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "property",
    .tp_basicsize = sizeof(Property),
    .tp_dealloc = slot<property_dealloc>,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_doc = property_doc,
    .tp_traverse = property_traverse,
    .tp_clear = property_clear,
    .tp_methods = METHOD_TABLE(property_methods),
    .tp_members = MEMBER_TABLE(property_members),
    .tp_getset = GETSET_TABLE(property_getsets),
    .tp_descr_get = slot<property_get>,
    .tp_descr_set = slot<property_set>,
    .tp_init = NEW_SLOT("property($self, fget=None, fset=None, fdel=None, doc=None)", property_init),
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = PyType_GenericNew,
    .tp_free = PyObject_GC_Del,
};
}
