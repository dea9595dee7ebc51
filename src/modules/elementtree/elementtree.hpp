// _elementtree: the elements of xml.etree.ElementTree, what builds trees of them, and the parser that feeds it.
//
// Element is a sequence of its children and has a tag, text, tail and attributes (element.cpp, element_children.cpp,
// element_search.cpp). TreeBuilder makes a tree of events (tree_builder.cpp); XMLParser gets these from expat and calls
// a TreeBuilder directly, any other target through its methods (xml_parser.cpp). Paths are the business of
// xml.etree.ElementPath, which is Python.
#pragma once

#include "modules/heap_type.hpp"

namespace orochi {
extern PyModuleDef elementtree_module;
}

namespace orochi::elementtree {

struct State {
    Object *parse_error, *deepcopy, *element_path, *comment_factory, *pi_factory;
    Type *element_type, *iterator_type, *builder_type, *parser_type;
    auto members() { return std::array{&parse_error, &deepcopy, &element_path, &comment_factory, &pi_factory}; }
    auto types() { return std::array{&element_type, &iterator_type, &builder_type, &parser_type}; }
    // What the module refers to.
    template <class F>
    void each(F f) {
        for (Object** member : members()) f(*member);
        for (Type** member : types()) f(*member);
    }
};
// The state of the module that owns the type or one of its bases.
Result<State*> state_of(ThreadState& ts, Type& type);
inline Result<State*> state_of(ThreadState& ts, Object& self) { return state_of(ts, type_of(self)); }

// -- Elements. --------------------------------------------------------------------------------------------------------

struct Element;

// What most leaves of a tree do without. Its size, and the element's, are seen through __sizeof__().
struct Extra {
    static constexpr Py_ssize_t kInline = 4;
    Object* attributes;  // dict, or null
    Py_ssize_t count, capacity;
    Element** children;  // owned; in inline_children or a block of the heap
    Element* inline_children[kInline];
};

struct Element {
    PyObject_HEAD
    Object *tag, *text, *tail;
    Extra* extra;
    Object* weakrefs;
};

inline Py_ssize_t child_count(const Element& element) { return element.extra ? element.extra->count : 0; }
inline Element& child_at(const Element& element, Py_ssize_t index) { return *element.extra->children[index]; }

inline bool is_element(const State& state, const Object& object) { return is_instance_of(object, *state.element_type); }
// TypeError 'expected an Element, not "x"' unless it is one.
Result<void> check_element(ThreadState& ts, const State& state, Object& object);
// A plain Element, with that very dict of attributes when that is not null and not empty.
Result<Ref<Element>> element_new(ThreadState& ts, const State& state, Object& tag, Object* attributes);
// Makes room for `more` children behind the present ones.
Result<void> reserve_children(ThreadState& ts, Element& element, Py_ssize_t more);
Result<void> append_child(ThreadState& ts, Element& element, Element& child);
void drop_extra(Element& element);
Result<Dict*> attributes_of(ThreadState& ts, Element& element);  // made when there are none; borrowed

// Methods in other files than element.cpp.
Result<void> element_extend(ThreadState& ts, Element& self, Object& elements);
Result<void> element_insert(ThreadState& ts, Element& self, Py_ssize_t index, Object& subelement);
Result<void> element_remove(ThreadState& ts, Element& self, Object& subelement);
Result<Ref<Object>> element_item(ThreadState& ts, Element& self, Py_ssize_t index);
Result<Ref<Object>> element_get_item(ThreadState& ts, Element& self, Object& index);
Result<void> element_set_item(ThreadState& ts, Element& self, Object& index, Object* value);
Result<void> element_set_item_at(ThreadState& ts, Element& self, Py_ssize_t index, Object* value);
Result<Ref<Object>> element_find(ThreadState& ts, Element& self, Object& path, Object* namespaces);
Result<Ref<Object>> element_findtext(ThreadState& ts, Element& self, Object& path, Object* fallback,
                                     Object* namespaces);
Result<Ref<Object>> element_findall(ThreadState& ts, Element& self, Object& path, Object* namespaces);
Result<Ref<Object>> element_iterfind(ThreadState& ts, Element& self, Object& path, Object* namespaces);
Result<Ref<Object>> element_iter(ThreadState& ts, Element& self, Object* tag);
Result<Ref<Object>> element_itertext(ThreadState& ts, Element& self);
Result<Ref<Object>> element_copy(ThreadState& ts, Element& self);
Result<Ref<Object>> element_deepcopy(ThreadState& ts, Element& self, Dict& memo);
Result<Ref<Object>> element_getstate(ThreadState& ts, Element& self);
Result<void> element_setstate(ThreadState& ts, Element& self, Object& state);

// -- Trees. -----------------------------------------------------------------------------------------------------------

enum class Event { kStart, kEnd, kStartNamespace, kEndNamespace, kComment, kProcessingInstruction };
inline constexpr int kEventCount = 6;
inline constexpr const char* kEventNames[kEventCount] = {"start", "end", "start-ns", "end-ns", "comment", "pi"};

struct TreeBuilder {
    PyObject_HEAD
    Object* root;         // null: none yet
    Object* current;      // the element that is open; null: none
    Object* last;         // the element begun or ended last; null: none
    Object* last_tailed;  // what text that comes next is the tail of; null: it is the text of `last`
    Object* data;         // list of pieces of text that belong nowhere yet, or null
    Object* open;         // list of the elements around `current`; may hold None
    Object *element_factory, *comment_factory, *pi_factory;  // null: none
    Object* report;                                          // gets (event, value) of the events below, or null
    Object* event_names[kEventCount];                        // null: not wanted
    bool insert_comments, insert_instructions;
    std::array<Object**, 10 + kEventCount> members();
};

Result<Ref<Object>> builder_start(ThreadState& ts, const State& state, TreeBuilder& self, Object& tag,
                                  Object* attributes);
Result<Ref<Object>> builder_end(ThreadState& ts, TreeBuilder& self);
Result<void> builder_data(ThreadState& ts, TreeBuilder& self, Object& data);
Result<Ref<Object>> builder_comment(ThreadState& ts, TreeBuilder& self, Object& text);
Result<Ref<Object>> builder_instruction(ThreadState& ts, TreeBuilder& self, Object& target, Object& text);
Result<void> builder_report(ThreadState& ts, TreeBuilder& self, Event event, Object& value);
Ref<Object> builder_close(TreeBuilder& self);

Result<void> add_element_type(ThreadState& ts, Object& module, State& state);
Result<void> add_iterator_type(ThreadState& ts, Object& module, State& state);
Result<void> add_builder_type(ThreadState& ts, Object& module, State& state);
Result<void> add_parser_type(ThreadState& ts, Object& module, State& state);
Result<Ref<Object>> subelement_new(ThreadState& ts, Object& module, Rest arguments, Keywords keywords);

}  // namespace orochi::elementtree
