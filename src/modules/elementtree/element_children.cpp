// An element as the sequence of its children.
#include "modules/elementtree/elementtree.hpp"
#include "objects/list.hpp"
#include "objects/slice.hpp"

namespace orochi::elementtree {

namespace {

// A list or tuple of the elements.
Result<Ref<Object>> as_sequence(ThreadState& ts, Object& elements) {
    if (is_sequence(elements) || type_of(elements).tp_iter) return sequence_fast(ts, elements, "expected sequence");
    return raise(ts, PyExc_TypeError, "expected sequence, not \"%.200s\"", type_of(elements).tp_name);
}
Result<void> check_elements(ThreadState& ts, Element& self, std::span<Object* const> items) {
    State& state = *TRY(state_of(ts, obj(self)));
    for (Object* item : items) TRY(check_element(ts, state, *item));
    return {};
}

}  // namespace

Result<void> check_element(ThreadState& ts, const State& state, Object& object) {
    if (is_element(state, object)) return {};
    return raise(ts, PyExc_TypeError, "expected an Element, not \"%.200s\"", type_of(object).tp_name);
}

Result<void> reserve_children(ThreadState& ts, Element& element, Py_ssize_t more) {
    if (!element.extra) {
        auto* extra = static_cast<Extra*>(ts.heap().allocate(sizeof(Extra)));
        if (!extra) return raise_no_memory(ts);
        extra->attributes = nullptr;
        extra->count = 0;
        extra->children = extra->inline_children;
        extra->capacity = Extra::kInline;
        element.extra = extra;
    }
    Extra& extra = *element.extra;
    Py_ssize_t wanted = extra.count + more;
    if (wanted <= extra.capacity) return {};
    // As much more as CPython's, which __sizeof__() shows.
    Py_ssize_t capacity = wanted + (wanted >> 3) + (wanted < 9 ? 3 : 6);
    bool was_inline = extra.children == extra.inline_children;
    void* block = ts.heap().reallocate(was_inline ? nullptr : extra.children, size_t(capacity) * sizeof(Element*));
    if (!block) return raise_no_memory(ts);
    if (was_inline) std::memcpy(block, extra.inline_children, size_t(extra.count) * sizeof(Element*));
    extra.children = static_cast<Element**>(block);
    extra.capacity = capacity;
    return {};
}

Result<void> append_child(ThreadState& ts, Element& element, Element& child) {
    TRY(reserve_children(ts, element, 1));
    element.extra->children[element.extra->count++] = new_reference(child);
    return {};
}

Result<void> element_extend(ThreadState& ts, Element& self, Object& elements) {
    Ref<Object> sequence = TRY(as_sequence(ts, elements));
    std::span<Object* const> items = sequence_fast_items(*sequence);
    TRY(check_elements(ts, self, items));
    TRY(reserve_children(ts, self, Py_ssize_t(items.size())));
    for (Object* item : items) self.extra->children[self.extra->count++] = as<Element>(new_reference(*item));
    return {};
}

Result<void> element_insert(ThreadState& ts, Element& self, Py_ssize_t index, Object& subelement) {
    TRY(reserve_children(ts, self, 1));
    Extra& extra = *self.extra;
    if (index < 0) index = std::max<Py_ssize_t>(index + extra.count, 0);
    index = std::min(index, extra.count);
    std::memmove(extra.children + index + 1, extra.children + index, size_t(extra.count - index) * sizeof(Element*));
    extra.children[index] = as<Element>(new_reference(subelement));
    ++extra.count;
    return {};
}

Result<void> element_remove(ThreadState& ts, Element& self, Object& subelement) {
    Py_ssize_t index = 0;
    while (index < child_count(self) && obj(&child_at(self, index)) != &subelement) ++index;
    if (index >= child_count(self)) {
        // No identical one: an equal one, whose comparison may change the children.
        for (index = 0; index < child_count(self); ++index) {
            Ref<Element> child = Ref<Element>::share(child_at(self, index));
            if (TRY(compare_bool(ts, obj(*child), subelement, Py_EQ))) break;
        }
    }
    if (index >= child_count(self)) return raise(ts, PyExc_ValueError, "list.remove(x): x not in list");
    return element_set_item_at(ts, self, index, nullptr);
}

Result<Ref<Object>> element_item(ThreadState& ts, Element& self, Py_ssize_t index) {
    if (index < 0 || index >= child_count(self)) return raise(ts, PyExc_IndexError, "child index out of range");
    return Ref<Object>::share(obj(child_at(self, index)));
}

Result<Ref<Object>> element_get_item(ThreadState& ts, Element& self, Object& index) {
    if (is_index(index)) {
        Py_ssize_t at = TRY(number_as_ssize(ts, index, PyExc_IndexError));
        return element_item(ts, self, at < 0 ? at + child_count(self) : at);
    }
    if (!PySlice_Check(&index)) return raise(ts, PyExc_TypeError, "element indices must be integers");
    Py_ssize_t start, stop, step;
    TRY(slice_unpack(ts, index, start, stop, step));
    Py_ssize_t count = slice_adjust(child_count(self), start, stop, step);
    Ref<List> list = TRY(list_new(ts, count));
    for (Py_ssize_t i = 0; i < count; ++i)
        list_init_item(*list, i, Ref<Object>::share(obj(child_at(self, start + i * step))));
    return list;
}

Result<void> element_set_item_at(ThreadState& ts, Element& self, Py_ssize_t index, Object* value) {
    if (index < 0 || index >= child_count(self))
        return raise(ts, PyExc_IndexError, "child assignment index out of range");
    if (value) TRY(check_element(ts, *TRY(state_of(ts, obj(self))), *value));
    Extra& extra = *self.extra;
    Ref<Element> old = Ref<Element>::steal(extra.children[index]);
    if (value) {
        extra.children[index] = as<Element>(new_reference(*value));
    } else {
        --extra.count;
        std::memmove(extra.children + index, extra.children + index + 1,
                     size_t(extra.count - index) * sizeof(Element*));
    }
    return {};
}

namespace {

// Takes the children of a slice out, into a list.
Result<Ref<List>> cut(ThreadState& ts, Element& self, Py_ssize_t start, Py_ssize_t step, Py_ssize_t count) {
    Ref<List> old = TRY(list_new(ts, count));
    Extra& extra = *self.extra;
    if (step < 0) {
        start += (count - 1) * step;
        step = -step;
    }
    Py_ssize_t to = start;
    for (Py_ssize_t from = start, taken = 0; from < extra.count; ++from) {
        if (taken < count && from == start + taken * step) {
            list_init_item(*old, taken++, Ref<Object>::steal(obj(extra.children[from])));
        } else {
            extra.children[to++] = extra.children[from];
        }
    }
    extra.count = to;
    return old;
}

Result<void> set_slice(ThreadState& ts, Element& self, Object& slice, Object* value) {
    Py_ssize_t start, stop, step;
    TRY(slice_unpack(ts, slice, start, stop, step));
    if (!value) {
        Py_ssize_t count = slice_adjust(child_count(self), start, stop, step);
        if (count > 0) Ref<List> old = TRY(cut(ts, self, start, step, count));
        return {};
    }
    Ref<Object> sequence = TRY(as_sequence(ts, *value));
    // No Python code runs from here until the children are in place.
    std::span<Object* const> items = sequence_fast_items(*sequence);
    auto size = Py_ssize_t(items.size());
    Py_ssize_t count = slice_adjust(child_count(self), start, stop, step);
    if (step != 1 && size != count)
        return raise(ts, PyExc_ValueError, "attempt to assign sequence of size %zd to extended slice of size %zd", size,
                     count);
    TRY(check_elements(ts, self, items));
    TRY(reserve_children(ts, self, size));
    Extra& extra = *self.extra;
    if (step != 1) {
        Ref<List> old = TRY(list_new(ts, count));
        for (Py_ssize_t i = 0; i < count; ++i) {
            Element*& place = extra.children[start + i * step];
            list_init_item(*old, i, Ref<Object>::steal(obj(place)));
            place = as<Element>(new_reference(*items[size_t(i)]));
        }
        return {};
    }
    Ref<List> old = TRY(cut(ts, self, start, 1, count));
    std::memmove(extra.children + start + size, extra.children + start, size_t(extra.count - start) * sizeof(Element*));
    for (Py_ssize_t i = 0; i < size; ++i) extra.children[start + i] = as<Element>(new_reference(*items[size_t(i)]));
    extra.count += size;
    return {};
}

}  // namespace

Result<void> element_set_item(ThreadState& ts, Element& self, Object& index, Object* value) {
    if (is_index(index)) {
        Py_ssize_t at = TRY(number_as_ssize(ts, index, PyExc_IndexError));
        return element_set_item_at(ts, self, at < 0 ? at + child_count(self) : at, value);
    }
    if (PySlice_Check(&index)) return set_slice(ts, self, index, value);
    return raise(ts, PyExc_TypeError, "element indices must be integers");
}

}  // namespace orochi::elementtree
