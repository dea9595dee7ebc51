// The class Element and the function SubElement.
#include <structmember.h>

#include "modules/elementtree/elementtree.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"

namespace orochi::elementtree {

Result<State*> state_of(ThreadState& ts, Type& type) {
    return static_cast<State*>(module_state(*TRY(type_module_by_definition(ts, type, elementtree_module))));
}

namespace {

constexpr const char* kElement = "xml.etree.ElementTree.Element";

Object* element_tp_new(Type* type, Object*, Object*) {
    Object* made = type->tp_alloc(type, 0);
    if (!made) return nullptr;
    Element& self = as<Element>(*made);
    self.tag = self.text = self.tail = &none();
    return made;
}

// The attributes that arguments give: the dict, or the keyword `attrib`, or none, and the other keywords. A new dict,
// or empty when there are none.
Result<OptRef<Dict>> attributes_from(ThreadState& ts, Object* given, Keywords keywords) {
    Dict* names = keywords.dict;
    if (given) {
        Ref<Dict> attributes = TRY(dict_copy(ts, as<Dict>(*given)));
        if (names) TRY(dict_update(ts, *attributes, obj(*names)));
        return OptRef<Dict>(std::move(attributes));
    }
    if (!names) return nullptr;
    OptRef<Object> named = TRY(dict_pop(ts, *names, "attrib"_n));
    if (!named) return OptRef<Dict>::share(names);
    if (!PyDict_Check(named.get()))
        return raise(ts, PyExc_TypeError, "attrib must be dict, not %.100s", type_of(*named).tp_name);
    Ref<Dict> attributes = TRY(dict_copy(ts, as<Dict>(*named)));
    TRY(dict_update(ts, *attributes, obj(*names)));
    return OptRef<Dict>(std::move(attributes));
}

Result<void> set_attributes(ThreadState& ts, Element& self, Dict& attributes) {
    TRY(reserve_children(ts, self, 0));
    assign(self.extra->attributes, Ref<Object>::share(obj(attributes)));
    return {};
}

Result<void> element_init(ThreadState& ts, Object& object, Rest arguments, Keywords keywords) {
    Py_ssize_t count = arguments.size();
    if (count < 1) return raise(ts, PyExc_TypeError, "Element() takes at least 1 argument (%zd given)", count);
    if (count > 2) return raise(ts, PyExc_TypeError, "Element() takes at most 2 arguments (%zd given)", count);
    Object* given = count > 1 ? &arguments[1] : nullptr;
    if (given && !PyDict_Check(given))
        return raise(ts, PyExc_TypeError, "Element() argument 2 must be dict, not %.50s", type_of(*given).tp_name);
    OptRef<Dict> attributes = TRY(attributes_from(ts, given, keywords));
    Element& self = as<Element>(object);
    if (attributes && dict_size(*attributes) > 0) TRY(set_attributes(ts, self, *attributes));
    assign(self.tag, Ref<Object>::share(arguments[0]));
    assign(self.text, new_none());
    assign(self.tail, new_none());
    return {};
}

Result<Ref<Str>> element_repr(ThreadState& ts, Object& object) {
    if (TRY(repr_enter(ts, object)))
        return raise(ts, PyExc_RuntimeError, "reentrant call inside %s.__repr__", type_of(object).tp_name);
    auto made = str_format(ts, "<Element %R at %p>", as<Element>(object).tag, &object);
    repr_leave(ts, object);
    return made;
}

// For methods that take an element; `place` names the argument: "append() argument".
Result<void> check_argument(ThreadState& ts, Object& self, Object& argument, const char* place) {
    if (is_element(*TRY(state_of(ts, self)), argument)) return {};
    return raise(ts, PyExc_TypeError, "%s must be %s, not %T", place, kElement, &argument);
}
Result<void> method_append(ThreadState& ts, Object& self, Object& subelement) {
    TRY(check_argument(ts, self, subelement, "append() argument"));
    return append_child(ts, as<Element>(self), as<Element>(subelement));
}
Result<void> method_remove(ThreadState& ts, Object& self, Object& subelement) {
    TRY(check_argument(ts, self, subelement, "remove() argument"));
    return element_remove(ts, as<Element>(self), subelement);
}
Result<void> method_insert(ThreadState& ts, Object& self, Py_ssize_t index, Object& subelement) {
    TRY(check_argument(ts, self, subelement, "insert() argument 2"));
    return element_insert(ts, as<Element>(self), index, subelement);
}

void element_clear(Element& self) {
    drop_extra(self);
    assign(self.text, new_none());
    assign(self.tail, new_none());
}

// The key may change the attributes while it is looked up.
Result<Ref<Object>> element_get(ThreadState& ts, Element& self, Object& key, Object* fallback) {
    if (self.extra && self.extra->attributes) {
        Ref<Object> attributes = Ref<Object>::share(*self.extra->attributes);
        if (Object* value = TRY(dict_get(ts, as<Dict>(*attributes), key))) return Ref<Object>::share(*value);
    }
    return Ref<Object>::share(fallback ? *fallback : none());
}
Result<void> element_set(ThreadState& ts, Element& self, Object& key, Object& value) {
    Ref<Dict> attributes = Ref<Dict>::share(*TRY(attributes_of(ts, self)));
    return dict_set(ts, *attributes, key, value);
}
Result<Ref<Object>> element_items(ThreadState& ts, Element& self) {
    if (!self.extra || !self.extra->attributes) return list_new(ts, 0);
    return dict_items(ts, as<Dict>(*self.extra->attributes));
}
Result<Ref<Object>> element_keys(ThreadState& ts, Element& self) {
    if (!self.extra || !self.extra->attributes) return list_new(ts, 0);
    return dict_keys(ts, as<Dict>(*self.extra->attributes));
}

Result<Ref<Object>> element_makeelement(ThreadState& ts, Element& self, Object& tag, Dict& attrib) {
    Ref<Dict> attributes = TRY(dict_copy(ts, attrib));
    return element_new(ts, *TRY(state_of(ts, obj(self))), tag, obj(attributes.get()));
}

Result<Ref<Object>> element_sizeof(ThreadState& ts, Element& self) {
    size_t size = size_t(type_of(obj(self)).tp_basicsize);
    if (self.extra) {
        size += sizeof(Extra);
        if (self.extra->children != self.extra->inline_children)
            size += size_t(self.extra->capacity) * sizeof(Element*);
    }
    return int_from_unsigned(ts, size);
}

// -- Attributes. ------------------------------------------------------------------------------------------------------

template <Object* Element::*Member>
Result<Ref<Object>> get_member(ThreadState&, Element& self) {
    return Ref<Object>::share(*(self.*Member));
}
template <Object* Element::*Member>
Result<void> set_member(ThreadState& ts, Element& self, Object* value) {
    if (!value) return raise(ts, PyExc_AttributeError, "can't delete element attribute");
    assign(self.*Member, Ref<Object>::share(*value));
    return {};
}
Result<Ref<Object>> get_attrib(ThreadState& ts, Element& self) {
    return Ref<Object>::share(obj(*TRY(attributes_of(ts, self))));
}
Result<void> set_attrib(ThreadState& ts, Element& self, Object* value) {
    if (!value) return raise(ts, PyExc_AttributeError, "can't delete element attribute");
    if (!PyDict_Check(value))
        return raise(ts, PyExc_TypeError, "attrib must be dict, not %.200s", type_of(*value).tp_name);
    return set_attributes(ts, self, as<Dict>(*value));
}

// -- The type. --------------------------------------------------------------------------------------------------------

int element_traverse(Object* object, visitproc visit, void* argument) {
    Element& self = as<Element>(*object);
    VISIT(&type_of(*object));
    VISIT(self.tag);
    VISIT(self.text);
    VISIT(self.tail);
    if (self.extra) {
        VISIT(self.extra->attributes);
        for (Py_ssize_t i = 0; i < self.extra->count; ++i) VISIT(self.extra->children[i]);
    }
    return 0;
}
int element_tp_clear(Object* object) {
    Element& self = as<Element>(*object);
    element_clear(self);
    assign(self.tag, new_none());
    return 0;
}
void element_dealloc(Object* object) {
    ThreadState& ts = current_thread();
    gc_untrack_if_tracked(*object);
    if (!trashcan_begin(ts, *object)) return;
    if (as<Element>(*object).weakrefs) clear_weakrefs(ts, *object);
    element_tp_clear(object);
    Type& type = type_of(*object);
    type.tp_free(object);
    decref(type);
    trashcan_end(ts);
}

Py_ssize_t element_length(Element& self) { return child_count(self); }

constexpr MethodDef methods[] = {
    METHOD_NODOC("clear($self, /)", element_clear),
    METHOD_NODOC("get($self, /, key, default=None)", element_get),
    METHOD_NODOC("set($self, key, value, /)", element_set),
    METHOD_NODOC("find($self, /, path, namespaces=None)", element_find),
    METHOD_NODOC("findtext($self, /, path, default=None, namespaces=None)", element_findtext),
    METHOD_NODOC("findall($self, /, path, namespaces=None)", element_findall),
    METHOD_NODOC("append($self, subelement, /)", method_append),
    METHOD_NODOC("extend($self, elements, /)", element_extend),
    METHOD_NODOC("insert($self, index, subelement, /)", method_insert),
    METHOD_NODOC("remove($self, subelement, /)", method_remove),
    METHOD_NODOC("iter($self, /, tag=None)", element_iter),
    METHOD_NODOC("itertext($self, /)", element_itertext),
    METHOD_NODOC("iterfind($self, /, path, namespaces=None)", element_iterfind),
    METHOD_NODOC("items($self, /)", element_items),
    METHOD_NODOC("keys($self, /)", element_keys),
    METHOD_NODOC("makeelement($self, tag, attrib, /)", element_makeelement),
    METHOD_NODOC("__copy__($self, /)", element_copy),
    METHOD_NODOC("__deepcopy__($self, memo, /)", element_deepcopy),
    METHOD_NODOC("__sizeof__($self, /)", element_sizeof),
    METHOD_NODOC("__getstate__($self, /)", element_getstate),
    METHOD_NODOC("__setstate__($self, state, /)", element_setstate),
    METHOD_END,
};
constexpr PyMemberDef members[] = {
    {"__weaklistoffset__", T_PYSSIZET, offsetof(Element, weakrefs), READONLY, nullptr},
    {},
};
constexpr PyGetSetDef attributes[] = {
    GETTER_SETTER("tag", get_member<&Element::tag>, set_member<&Element::tag>,
                  "A string identifying what kind of data this element represents"),
    GETTER_SETTER("text", get_member<&Element::text>, set_member<&Element::text>,
                  "A string of text directly after the start tag, or None"),
    GETTER_SETTER("tail", get_member<&Element::tail>, set_member<&Element::tail>,
                  "A string of text directly after the end tag, or None"),
    GETTER_SETTER("attrib", get_attrib, set_attrib, "A dictionary containing the element\'s attributes"),
    GETSET_END,
};

}  // namespace

Result<Ref<Element>> element_new(ThreadState& ts, const State& state, Object& tag, Object* attributes) {
    Ref<Element> made = TRY(make_instance<Element>(*state.element_type));
    made->tag = new_reference(tag);
    made->text = made->tail = &none();
    if (attributes && dict_size(as<Dict>(*attributes)) > 0) TRY(set_attributes(ts, *made, as<Dict>(*attributes)));
    return made;
}

void drop_extra(Element& element) {
    Extra* extra = std::exchange(element.extra, nullptr);
    if (!extra) return;
    decref_optional(extra->attributes);
    for (Py_ssize_t i = 0; i < extra->count; ++i) decref(*extra->children[i]);
    if (extra->children != extra->inline_children) Heap::free(extra->children);
    Heap::free(extra);
}

Result<Dict*> attributes_of(ThreadState& ts, Element& element) {
    TRY(reserve_children(ts, element, 0));
    if (!element.extra->attributes) {
        Ref<Dict> made = TRY(dict_new(ts));
        if (!element.extra->attributes) element.extra->attributes = obj(std::move(made).release());
    }
    return as<Dict>(element.extra->attributes);
}

Result<Ref<Object>> subelement_new(ThreadState& ts, Object& module, Rest arguments, Keywords keywords) {
    const State& state = *static_cast<State*>(module_state(module));
    Py_ssize_t count = arguments.size();
    if (count < 2) return raise(ts, PyExc_TypeError, "SubElement() takes at least 2 arguments (%zd given)", count);
    if (count > 3) return raise(ts, PyExc_TypeError, "SubElement() takes at most 3 arguments (%zd given)", count);
    if (!is_element(state, arguments[0]))
        return raise(ts, PyExc_TypeError, "SubElement() argument 1 must be %s, not %T", kElement, &arguments[0]);
    Object* given = count > 2 ? &arguments[2] : nullptr;
    if (given && !PyDict_Check(given))
        return raise(ts, PyExc_TypeError, "SubElement() argument 3 must be dict, not %T", given);
    OptRef<Dict> attributes = TRY(attributes_from(ts, given, keywords));
    Ref<Element> made = TRY(element_new(ts, state, arguments[1], attributes ? obj(attributes.get()) : nullptr));
    TRY(append_child(ts, as<Element>(arguments[0]), *made));
    return made;
}

Result<void> add_element_type(ThreadState& ts, Object& module, State& state) {
    PyType_Slot slots[] = {
        {Py_tp_new, raw_pointer(element_tp_new)},
        {Py_tp_init, init_pointer(NEW_SLOT("Element($self, *arguments, **keywords)", element_init))},
        {Py_tp_dealloc, raw_pointer(element_dealloc)},
        {Py_tp_traverse, raw_pointer(element_traverse)},
        {Py_tp_clear, raw_pointer(element_tp_clear)},
        {Py_tp_repr, slot_pointer<reprfunc, element_repr>()},
        {Py_tp_methods, methods_pointer(methods)},
        {Py_tp_members, MEMBER_TABLE(members)},
        {Py_tp_getset, GETSET_TABLE(attributes)},
        {Py_sq_length, slot_pointer<lenfunc, element_length>()},
        {Py_sq_item, slot_pointer<ssizeargfunc, element_item>()},
        {Py_sq_ass_item, slot_pointer<ssizeobjargproc, element_set_item_at>()},
        {Py_mp_length, slot_pointer<lenfunc, element_length>()},
        {Py_mp_subscript, slot_pointer<binaryfunc, element_get_item>()},
        {Py_mp_ass_subscript, slot_pointer<objobjargproc, element_set_item>()},
        {0, nullptr},
    };
    PyType_Spec spec = {kElement, sizeof(Element), 0, kBaseTypeFlags, slots};
    state.element_type = TRY(type_from_spec(ts, &module, spec, nullptr)).release();
    return module_add(ts, module, "Element", obj(*state.element_type));
}

}  // namespace orochi::elementtree
