// Finding elements: find() and its kin, and the iterator of a whole tree.
#include "modules/elementtree/elementtree.hpp"
#include "objects/bytes.hpp"
#include "objects/list.hpp"

namespace orochi::elementtree {

namespace {

// Whether it may be more than a tag. What stands in braces is a namespace, whose name may contain anything.
template <class At>
bool is_path(size_t size, At at) {
    if (size >= 3 && at(0) == '{' && (at(1) == '}' || (at(1) == '*' && at(2) == '}'))) return true;  // {}tag, {*}tag
    bool in_braces = false;
    for (size_t i = 0; i < size; ++i) {
        auto c = at(i);
        if (c == '{') {
            in_braces = true;
        } else if (c == '}') {
            in_braces = false;
        } else if (!in_braces && (c == '/' || c == '*' || c == '[' || c == '@' || c == '.')) {
            return true;
        }
    }
    return false;
}
bool is_path(Object& path) {
    if (PyUnicode_Check(&path)) {
        Str& text = as<Str>(path);
        return is_path(size_t(str_length(text)), [&](size_t i) { return str_at(text, Py_ssize_t(i)); });
    }
    if (PyBytes_Check(&path)) {
        std::string_view bytes = bytes_view(as<Bytes>(path));
        return is_path(bytes.size(), [&](size_t i) { return bytes[i]; });
    }
    return true;  // unknown to us
}

// The first child from `index` on whose tag is equal; `index` moves behind it.
Result<OptRef<Element>> next_child(ThreadState& ts, Element& self, Object& tag, Py_ssize_t& index) {
    while (index < child_count(self)) {
        Ref<Element> child = Ref<Element>::share(child_at(self, index++));
        Ref<Object> own_tag = Ref<Object>::share(*child->tag);
        if (TRY(compare_bool(ts, *own_tag, tag, Py_EQ))) return OptRef<Element>(std::move(child));
    }
    return nullptr;
}

Result<Ref<Object>> element_path(ThreadState& ts, Element& self) {
    return Ref<Object>::share(*TRY(state_of(ts, obj(self)))->element_path);
}

}  // namespace

Result<Ref<Object>> element_find(ThreadState& ts, Element& self, Object& path, Object* namespaces) {
    if (is_path(path) || (namespaces && !is_none(*namespaces))) {
        Ref<Object> module = TRY(element_path(ts, self));
        return call_method(ts, *module, "find"_n, self, path, namespaces ? *namespaces : none());
    }
    Py_ssize_t index = 0;
    OptRef<Element> child = TRY(next_child(ts, self, path, index));
    if (!child) return new_none();
    return child.take();
}

Result<Ref<Object>> element_findtext(ThreadState& ts, Element& self, Object& path, Object* fallback,
                                     Object* namespaces) {
    if (is_path(path) || (namespaces && !is_none(*namespaces))) {
        Ref<Object> module = TRY(element_path(ts, self));
        return call_method(ts, *module, "findtext"_n, self, path, fallback ? *fallback : none(),
                           namespaces ? *namespaces : none());
    }
    Py_ssize_t index = 0;
    OptRef<Element> child = TRY(next_child(ts, self, path, index));
    if (!child) return Ref<Object>::share(fallback ? *fallback : none());
    return Ref<Object>::share(is_none(*child->text) ? obj(empty_str()) : *child->text);
}

Result<Ref<Object>> element_findall(ThreadState& ts, Element& self, Object& path, Object* namespaces) {
    if (is_path(path) || (namespaces && !is_none(*namespaces))) {
        Ref<Object> module = TRY(element_path(ts, self));
        return call_method(ts, *module, "findall"_n, self, path, namespaces ? *namespaces : none());
    }
    Ref<List> found = TRY(list_new(ts, 0));
    Py_ssize_t index = 0;
    while (OptRef<Element> child = TRY(next_child(ts, self, path, index))) TRY(list_append(ts, *found, obj(*child)));
    return found;
}

Result<Ref<Object>> element_iterfind(ThreadState& ts, Element& self, Object& path, Object* namespaces) {
    Ref<Object> module = TRY(element_path(ts, self));
    return call_method(ts, *module, "iterfind"_n, self, path, namespaces ? *namespaces : none());
}

// -- The iterator. ----------------------------------------------------------------------------------------------------

namespace {

struct Position {
    Element* parent;   // owned
    Py_ssize_t index;  // of the child that comes next
};
struct Iterator {
    PyObject_HEAD
    Element* root;  // null once it has been visited
    Object* tag;    // null: any
    bool text;      // gives texts and tails, not elements
    Position* stack;
    Py_ssize_t depth, capacity;
};

Result<void> push(ThreadState& ts, Iterator& self, Ref<Element>&& parent) {
    if (self.depth == self.capacity) {
        Py_ssize_t capacity = self.capacity ? self.capacity * 2 : 8;
        void* block = ts.heap().reallocate(self.stack, size_t(capacity) * sizeof(Position));
        if (!block) return raise_no_memory(ts);
        self.stack = static_cast<Position*>(block);
        self.capacity = capacity;
    }
    self.stack[self.depth++] = {std::move(parent).release(), 0};
    return {};
}

// The next element in document order, entered; or the one that is left, with `left` set. Empty: the end.
Result<OptRef<Element>> advance(ThreadState& ts, Iterator& self, bool& left) {
    left = false;
    OptRef<Element> entered;
    if (self.root) {
        entered = OptRef<Element>::steal(std::exchange(self.root, nullptr));
    } else {
        if (self.depth == 0) return nullptr;
        Position& top = self.stack[self.depth - 1];
        if (top.index >= child_count(*top.parent)) {
            --self.depth;
            left = true;
            return OptRef<Element>::steal(top.parent);
        }
        entered = OptRef<Element>::share(&child_at(*top.parent, top.index++));
    }
    TRY(push(ts, self, Ref<Element>::share(*entered)));
    return entered;
}

Result<OptRef<Object>> iterator_next(ThreadState& ts, Iterator& self) {
    bool left;
    while (OptRef<Element> element = TRY(advance(ts, self, left))) {
        if (self.text) {
            if (left && self.depth == 0) continue;  // the tail of the whole is no part of it
            Ref<Object> text = Ref<Object>::share(left ? *element->tail : *element->text);
            if (!is_none(*text) && TRY(is_true(ts, *text))) return text;
        } else if (!left) {
            if (!self.tag) return element.take();
            Ref<Object> tag = Ref<Object>::share(*element->tag), sought = Ref<Object>::share(*self.tag);
            if (TRY(compare_bool(ts, *tag, *sought, Py_EQ))) return element.take();
        }
    }
    return nullptr;
}

int iterator_traverse(Object* object, visitproc visit, void* argument) {
    Iterator& self = as<Iterator>(*object);
    VISIT(&type_of(*object));
    VISIT(self.root);
    VISIT(self.tag);
    for (Py_ssize_t i = 0; i < self.depth; ++i) VISIT(self.stack[i].parent);
    return 0;
}
int iterator_clear(Object* object) {
    Iterator& self = as<Iterator>(*object);
    clear(self.root);
    clear(self.tag);
    while (self.depth) decref(*self.stack[--self.depth].parent);
    return 0;
}
void iterator_dealloc(Object* object) {
    gc_untrack_if_tracked(*object);
    iterator_clear(object);
    Heap::free(as<Iterator>(*object).stack);
    Type& type = type_of(*object);
    type.tp_free(object);
    decref(type);
}

Result<Ref<Object>> iterator_new(ThreadState& ts, Element& root, Object* tag, bool text) {
    State& state = *TRY(state_of(ts, obj(root)));
    Ref<Iterator> made = TRY(make_instance<Iterator>(*state.iterator_type));
    made->root = new_reference(root);
    made->tag = new_reference_optional(tag);
    made->text = text;
    return made;
}

}  // namespace

Result<Ref<Object>> element_iter(ThreadState& ts, Element& self, Object* tag) {
    bool any = !tag || is_none(*tag) || (PyUnicode_Check(tag) && str_equals_ascii(as<Str>(*tag), "*")) ||
               (PyBytes_Check(tag) && bytes_view(as<Bytes>(*tag)) == "*");
    return iterator_new(ts, self, any ? nullptr : tag, false);
}
Result<Ref<Object>> element_itertext(ThreadState& ts, Element& self) { return iterator_new(ts, self, nullptr, true); }

Result<void> add_iterator_type(ThreadState& ts, Object& module, State& state) {
    PyType_Slot slots[] = {{Py_tp_dealloc, raw_pointer(iterator_dealloc)},
                           {Py_tp_traverse, raw_pointer(iterator_traverse)},
                           {Py_tp_clear, raw_pointer(iterator_clear)},
                           ITERATOR_SLOTS(next_pointer<iterator_next>()),
                           {0, nullptr}};
    PyType_Spec spec = {"_elementtree._element_iterator", sizeof(Iterator), 0,
                        kTypeFlags | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots};
    state.iterator_type = TRY(type_from_spec(ts, &module, spec, nullptr)).release();
    return {};
}

}  // namespace orochi::elementtree
