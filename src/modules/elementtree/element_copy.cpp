// Copies of elements, and their state for pickles.
#include "modules/elementtree/elementtree.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"

namespace orochi::elementtree {

namespace {

// Whether copy.deepcopy() would give an equal dict: of str only.
bool is_dict_of_text(Object& object) {
    if (!PyDict_CheckExact(&object)) return false;
    Py_ssize_t position = 0;
    Object *key, *value;
    while (dict_next(as<Dict>(object), position, &key, &value)) {
        if (!PyUnicode_CheckExact(key) || !PyUnicode_CheckExact(value)) return false;
    }
    return true;
}

Result<Ref<Object>> deep_copy(ThreadState& ts, State& state, Object& part, Dict& memo) {
    if (is_none(part) || PyUnicode_CheckExact(&part)) return Ref<Object>::share(part);
    // What is held in two places has to be found in the memo.
    bool held_once = part.ob_refcnt == 1;
    Ref<Object> held = Ref<Object>::share(part);
    if (held_once && is_dict_of_text(part)) return dict_copy(ts, as<Dict>(part));
    if (held_once && &type_of(part) == state.element_type) return element_deepcopy(ts, as<Element>(part), memo);
    Ref<Object> function = Ref<Object>::share(*state.deepcopy);
    return call(ts, *function, part, memo);
}

Result<Ref<Element>> deep_copy_of(ThreadState& ts, State& state, Element& self, Dict& memo) {
    Ref<Object> tag = TRY(deep_copy(ts, state, *self.tag, memo));
    Ref<Element> made = TRY(element_new(ts, state, *tag, nullptr));
    if (self.extra && self.extra->attributes) {
        Ref<Object> attributes = TRY(deep_copy(ts, state, *self.extra->attributes, memo));
        TRY(reserve_children(ts, *made, 0));
        made->extra->attributes = std::move(attributes).release();
    }
    assign(made->text, TRY(deep_copy(ts, state, *self.text, memo)));
    assign(made->tail, TRY(deep_copy(ts, state, *self.tail, memo)));
    for (Py_ssize_t i = 0; i < child_count(self); ++i) {
        Ref<Object> child = TRY(deep_copy(ts, state, obj(child_at(self, i)), memo));
        TRY(check_element(ts, state, *child));
        TRY(append_child(ts, *made, as<Element>(*child)));
    }
    Ref<Object> id = TRY(int_from_pointer(ts, &self));
    TRY(dict_set(ts, memo, *id, obj(*made)));
    return made;
}

}  // namespace

// A copy has the same attributes and children.
Result<Ref<Object>> element_copy(ThreadState& ts, Element& self) {
    State& state = *TRY(state_of(ts, obj(self)));
    Ref<Element> made = TRY(element_new(ts, state, *self.tag, self.extra ? self.extra->attributes : nullptr));
    assign(made->text, Ref<Object>::share(*self.text));
    assign(made->tail, Ref<Object>::share(*self.tail));
    if (child_count(self) > 0) TRY(reserve_children(ts, *made, child_count(self)));
    for (Py_ssize_t i = 0; i < child_count(self); ++i) TRY(append_child(ts, *made, child_at(self, i)));
    return made;
}

Result<Ref<Object>> element_deepcopy(ThreadState& ts, Element& self, Dict& memo) {
    State& state = *TRY(state_of(ts, obj(self)));
    TRY(enter_recursion(ts, " in __deepcopy__"));
    auto made = deep_copy_of(ts, state, self, memo);
    leave_recursion(ts);
    return made;
}

Result<Ref<Object>> element_getstate(ThreadState& ts, Element& self) {
    Ref<List> children = TRY(list_new(ts, child_count(self)));
    for (Py_ssize_t i = 0; i < child_count(self); ++i)
        list_init_item(*children, i, Ref<Object>::share(obj(child_at(self, i))));
    OptRef<Object> attributes;
    if (self.extra && self.extra->attributes) {
        attributes = OptRef<Object>::share(self.extra->attributes);
    } else {
        attributes = TRY(dict_new(ts));
    }
    Ref<Dict> state = TRY(dict_new(ts));
    TRY(dict_set(ts, *state, "tag"_n, *self.tag));
    TRY(dict_set(ts, *state, "_children"_n, obj(*children)));
    TRY(dict_set(ts, *state, "attrib"_n, *attributes));
    TRY(dict_set(ts, *state, "text"_n, *self.text));
    TRY(dict_set(ts, *state, "tail"_n, *self.tail));
    return state;
}

Result<void> element_setstate(ThreadState& ts, Element& self, Object& given) {
    if (!PyDict_CheckExact(&given))
        return raise(ts, PyExc_TypeError, "Don't know how to unpickle \"%.200R\" as an Element", &given);
    Dict& dict = as<Dict>(given);
    State& state = *TRY(state_of(ts, obj(self)));
    auto value = [&](Str& name) -> Result<OptRef<Object>> {
        return OptRef<Object>::share(TRY(dict_get(ts, dict, obj(name))));
    };
    OptRef<Object> tag = TRY(value("tag"_s)), attributes = TRY(value("attrib"_s)), text = TRY(value("text"_s)),
                   tail = TRY(value("tail"_s)), children = TRY(value("_children"_s));
    if (!tag) return raise(ts, PyExc_TypeError, "tag may not be NULL");
    if (attributes && !PyDict_Check(attributes.get()))
        return raise(ts, PyExc_TypeError, "attrib must be dict, not %.200s", type_of(*attributes).tp_name);
    assign(self.tag, std::move(tag));
    assign(self.text, text ? text.take() : new_none());
    assign(self.tail, tail ? tail.take() : new_none());
    if (!children && !attributes) return {};
    if (children) {
        if (!PyList_Check(children.get())) return raise(ts, PyExc_TypeError, "'_children' is not a list");
        for (Py_ssize_t i = 0; i < list_size(as<List>(*children)); ++i)
            TRY(check_element(ts, state, list_item(as<List>(*children), i)));
    }
    drop_extra(self);
    if (children) {
        for (Py_ssize_t i = 0; i < list_size(as<List>(*children)); ++i) {
            Object& child = list_item(as<List>(*children), i);
            TRY(check_element(ts, state, child));  // dropping the old ones may have changed the list
            TRY(append_child(ts, self, as<Element>(child)));
        }
    }
    if (attributes) {
        TRY(reserve_children(ts, self, 0));
        assign(self.extra->attributes, std::move(attributes));
    }
    return {};
}

}  // namespace orochi::elementtree
