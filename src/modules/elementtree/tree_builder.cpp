// The class TreeBuilder.
#include "modules/elementtree/elementtree.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"

namespace orochi::elementtree {

std::array<Object**, 10 + kEventCount> TreeBuilder::members() {
    std::array<Object**, 10 + kEventCount> all = {
        &root, &current, &last, &last_tailed, &data, &open, &element_factory, &comment_factory, &pi_factory, &report};
    for (int i = 0; i < kEventCount; ++i) all[size_t(10 + i)] = &event_names[i];
    return all;
}

namespace {

// The pieces of text as one. A single piece may be anything.
Result<Ref<Object>> join(ThreadState& ts, List& pieces) {
    if (list_size(pieces) == 1) return Ref<Object>::share(list_item(pieces, 0));
    return str_join_items(ts, empty_str(), pieces.ob_item, list_size(pieces));
}

// Gives the element (of any type) more text: `name` is text or tail.
Result<void> add_text(ThreadState& ts, const State& state, Object& element, Object& text, bool tail) {
    if (&type_of(element) == state.element_type) {
        Object*& place = tail ? as<Element>(element).tail : as<Element>(element).text;
        if (is_none(*place)) {
            assign(place, Ref<Object>::share(text));
            return {};
        }
    }
    Object& name = tail ? "tail"_n : "text"_n;
    Ref<Object> previous = TRY(getattr(ts, element, name));
    if (is_none(*previous)) return setattr(ts, element, name, text);
    Ref<Object> sum = TRY(number_add(ts, *previous, text));
    return setattr(ts, element, name, *sum);
}

// Puts the text gathered so far where it belongs.
Result<void> flush(ThreadState& ts, TreeBuilder& self) {
    if (!self.data) return {};
    Ref<List> pieces = Ref<List>::steal(as<List>(std::exchange(self.data, nullptr)));
    bool tail = self.last_tailed != nullptr;
    Object* element = tail ? self.last_tailed : self.last;
    if (!element) return {};
    Ref<Object> held = Ref<Object>::share(*element);
    Ref<Object> text = TRY(join(ts, *pieces));
    return add_text(ts, *TRY(state_of(ts, obj(self))), *held, *text, tail);
}

Result<void> add_child(ThreadState& ts, const State& state, Object& parent, Object& child) {
    if (&type_of(parent) == state.element_type) {
        TRY(check_element(ts, state, child));
        return append_child(ts, as<Element>(parent), as<Element>(child));
    }
    TRY(call_method(ts, parent, "append"_n, child));
    return {};
}

// A comment or processing instruction as a node of the tree.
Result<void> insert_node(ThreadState& ts, TreeBuilder& self, Object& node) {
    TRY(add_child(ts, *TRY(state_of(ts, obj(self))), *self.current, node));
    assign(self.last_tailed, Ref<Object>::share(node));
    return {};
}

Result<void> builder_init(ThreadState& ts, Object& object, Object* element_factory, Object* comment_factory,
                          Object* pi_factory, bool insert_comments, bool insert_pis) {
    State& state = *TRY(state_of(ts, object));
    TreeBuilder& self = as<TreeBuilder>(object);
    auto given = [](Object* factory, Object* fallback) {
        return OptRef<Object>::share(factory && !is_none(*factory) ? factory : fallback);
    };
    assign(self.element_factory, given(element_factory, nullptr));
    assign(self.comment_factory, given(comment_factory, state.comment_factory));
    assign(self.pi_factory, given(pi_factory, state.pi_factory));
    self.insert_comments = self.comment_factory && insert_comments;
    self.insert_instructions = self.pi_factory && insert_pis;
    return {};
}

Result<Ref<Object>> method_start(ThreadState& ts, TreeBuilder& self, Object& tag, Dict& attrs) {
    return builder_start(ts, *TRY(state_of(ts, obj(self))), self, tag, obj(&attrs));
}
Result<Ref<Object>> method_end(ThreadState& ts, TreeBuilder& self, Object&) { return builder_end(ts, self); }
Result<Ref<Object>> method_pi(ThreadState& ts, TreeBuilder& self, Object& target, Object* text) {
    return builder_instruction(ts, self, target, text ? *text : none());
}

constexpr MethodDef methods[] = {
    METHOD_NODOC("data($self, data, /)", builder_data),
    METHOD_NODOC("start($self, tag, attrs, /)", method_start),
    METHOD_NODOC("end($self, tag, /)", method_end),
    METHOD_NODOC("comment($self, text, /)", builder_comment),
    METHOD_NODOC("pi($self, target, text=None, /)", method_pi),
    METHOD_NODOC("close($self, /)", builder_close),
    METHOD_END,
};

}  // namespace

Result<void> builder_report(ThreadState& ts, TreeBuilder& self, Event event, Object& value) {
    Object* name = self.event_names[int(event)];
    if (!self.report || !name) return {};
    Ref<Object> report = Ref<Object>::share(*self.report);
    Ref<Tuple> pair = TRY(tuple_of(ts, *name, value));
    TRY(call(ts, *report, *pair));
    return {};
}

Result<Ref<Object>> builder_start(ThreadState& ts, const State& state, TreeBuilder& self, Object& tag,
                                  Object* attributes) {
    TRY(flush(ts, self));
    auto make = [&]() -> Result<Ref<Object>> {
        if (!self.element_factory) return element_new(ts, state, tag, attributes);
        Ref<Object> factory = Ref<Object>::share(*self.element_factory);
        if (attributes) return call(ts, *factory, tag, *attributes);
        Ref<Dict> nothing = TRY(dict_new(ts));
        return call(ts, *factory, tag, *nothing);
    };
    Ref<Object> node = TRY(make());
    clear(self.last_tailed);
    if (self.current) {
        Ref<Object> parent = Ref<Object>::share(*self.current);
        TRY(add_child(ts, state, *parent, *node));
    } else {
        if (self.root) return raise(ts, state.parse_error, "multiple elements on top level");
        self.root = new_reference(*node);
    }
    if (!self.open) {
        Ref<List> open = TRY(list_new(ts, 0));
        assign(self.open, std::move(open));
    }
    TRY(list_append(ts, as<List>(*self.open), self.current ? *self.current : none()));
    assign(self.current, node.copy());
    assign(self.last, node.copy());
    TRY(builder_report(ts, self, Event::kStart, *node));
    return node;
}

Result<Ref<Object>> builder_end(ThreadState& ts, TreeBuilder& self) {
    TRY(flush(ts, self));
    if (!self.open || list_size(as<List>(*self.open)) == 0) return raise(ts, PyExc_IndexError, "pop from empty stack");
    Ref<Object> around = TRY(list_pop(ts, as<List>(*self.open), -1));
    Ref<Object> ended = Ref<Object>::share(self.current ? *self.current : none());
    assign(self.last, ended.copy());
    assign(self.last_tailed, ended.copy());
    assign(self.current, is_none(*around) ? OptRef<Object>() : OptRef<Object>(std::move(around)));
    TRY(builder_report(ts, self, Event::kEnd, *ended));
    return ended;
}

Result<void> builder_data(ThreadState& ts, TreeBuilder& self, Object& data) {
    if (!self.data) {
        if (!self.last) return {};  // outside of the root
        Ref<List> pieces = TRY(list_new(ts, 0));
        assign(self.data, std::move(pieces));
    }
    return list_append(ts, as<List>(*self.data), data);
}

Result<Ref<Object>> builder_comment(ThreadState& ts, TreeBuilder& self, Object& text) {
    TRY(flush(ts, self));
    Ref<Object> comment = Ref<Object>::share(text);
    if (self.comment_factory) {
        Ref<Object> factory = Ref<Object>::share(*self.comment_factory);
        comment = TRY(call(ts, *factory, text));
        if (self.insert_comments && self.current) TRY(insert_node(ts, self, *comment));
    }
    TRY(builder_report(ts, self, Event::kComment, *comment));
    return comment;
}

Result<Ref<Object>> builder_instruction(ThreadState& ts, TreeBuilder& self, Object& target, Object& text) {
    TRY(flush(ts, self));
    auto make = [&]() -> Result<Ref<Object>> {
        if (!self.pi_factory) return tuple_of(ts, target, text);
        Ref<Object> factory = Ref<Object>::share(*self.pi_factory);
        return call(ts, *factory, target, text);
    };
    Ref<Object> instruction = TRY(make());
    if (self.pi_factory && self.insert_instructions && self.current) TRY(insert_node(ts, self, *instruction));
    TRY(builder_report(ts, self, Event::kProcessingInstruction, *instruction));
    return instruction;
}

Ref<Object> builder_close(TreeBuilder& self) { return Ref<Object>::share(self.root ? *self.root : none()); }

Result<void> add_builder_type(ThreadState& ts, Object& module, State& state) {
    state.builder_type = TRY(add_type<TreeBuilder>(
        ts, module, "xml.etree.ElementTree.TreeBuilder", kBaseTypeFlags,
        {{Py_tp_new, raw_pointer(PyType_GenericNew)},
         {Py_tp_init,
          init_pointer(NEW_SLOT("TreeBuilder($self, element_factory=None, *, comment_factory=None, pi_factory=None, "
                                "insert_comments=False, insert_pis=False)",
                                builder_init))},
         {Py_tp_methods, methods_pointer(methods)}}));
    incref(*state.builder_type);
    return {};
}

}  // namespace orochi::elementtree
