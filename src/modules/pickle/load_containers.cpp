// Tuples, lists, dicts and sets; the memo.
#include "modules/pickle/loader.hpp"
#include "objects/dict.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"
#include "objects/set.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"

namespace orochi::pickle {

Result<void> Loader::load_tuple(size_t count) {
    if (count == 0) return stack_.push(Ref<Object>::share(obj(empty_tuple())));
    if (stack_.size() < count || stack_.size() - count < stack_.fence()) return stack_.underflow();
    return stack_.push(TRY(stack_.take_tuple(stack_.size() - count)));
}

Result<void> Loader::load_marked_tuple() { return stack_.push(TRY(stack_.take_tuple(TRY(stack_.pop_mark())))); }
Result<void> Loader::load_list() { return stack_.push(TRY(stack_.take_list(TRY(stack_.pop_mark())))); }

Result<void> Loader::load_dict() {
    size_t start = TRY(stack_.pop_mark());
    if ((stack_.size() - start) % 2) return unpickling_error("odd number of items for DICT");
    Ref<Dict> dict = TRY(dict_new(ts_));
    Ref<Tuple> items = TRY(stack_.take_tuple(start));
    for (Py_ssize_t i = 0; i < tuple_size(*items); i += 2)
        TRY(dict_set(ts_, *dict, tuple_item(*items, i), tuple_item(*items, i + 1)));
    return stack_.push(std::move(dict));
}

Result<void> Loader::load_frozenset() {
    Ref<Tuple> items = TRY(stack_.take_tuple(TRY(stack_.pop_mark())));
    return stack_.push(TRY(frozenset_new(ts_, &obj(*items))));
}

Result<void> Loader::load_appends(size_t start) {
    if (start > stack_.size() || start <= stack_.fence()) return stack_.underflow();
    if (start == stack_.size()) return {};
    Ref<Object> target = Ref<Object>::share(stack_[start - 1]);
    Ref<List> items = TRY(stack_.take_list(start));
    if (PyList_CheckExact(target.get())) {
        Py_ssize_t end = list_size(as<List>(*target));
        return list_set_slice(ts_, as<List>(*target), end, end, &obj(*items));
    }
    // extend() takes them at once; what only pretends to be a list may have nothing but append() (PEP 307).
    OptRef<Object> extend = TRY(getattr_optional(ts_, *target, "extend"_n));
    if (extend) {
        TRY(call(ts_, *extend, *items));
        return {};
    }
    Ref<Object> append = TRY(getattr(ts_, *target, "append"_n));
    for (Py_ssize_t i = 0; i < list_size(*items); ++i) TRY(call(ts_, *append, list_item(*items, i)));
    return {};
}

Result<void> Loader::load_set_items(size_t start) {
    if (start > stack_.size() || start <= stack_.fence()) return stack_.underflow();
    if (start == stack_.size()) return {};
    if ((stack_.size() - start) % 2) return unpickling_error("odd number of items for SETITEMS");
    Ref<Object> target = Ref<Object>::share(stack_[start - 1]);
    Ref<Tuple> items = TRY(stack_.take_tuple(start));
    bool exact = PyDict_CheckExact(target.get());
    for (Py_ssize_t i = 0; i < tuple_size(*items); i += 2) {
        Object &key = tuple_item(*items, i), &value = tuple_item(*items, i + 1);
        TRY(exact ? dict_set(ts_, as<Dict>(*target), key, value) : setitem(ts_, *target, key, value));
    }
    return {};
}

Result<void> Loader::load_add_items() {
    size_t start = TRY(stack_.pop_mark());
    if (start > stack_.size() || start <= stack_.fence()) return stack_.underflow();
    if (start == stack_.size()) return {};
    Ref<Object> target = Ref<Object>::share(stack_[start - 1]);
    Ref<Tuple> items = TRY(stack_.take_tuple(start));
    if (PySet_Check(target.get())) return set_update(ts_, as<Set>(*target), obj(*items));
    Ref<Object> add = TRY(getattr(ts_, *target, "add"_n));
    for (Py_ssize_t i = 0; i < tuple_size(*items); ++i) TRY(call(ts_, *add, tuple_item(*items, i)));
    return {};
}

// POP takes a mark when that is what lies on top.
Result<void> Loader::load_pop() {
    if (stack_.has_mark() && stack_.size() == stack_.fence()) {
        TRY(stack_.pop_mark());
        return {};
    }
    TRY(stack_.pop());
    return {};
}

Result<void> Loader::load_pop_mark() {
    stack_.drop(TRY(stack_.pop_mark()));
    return {};
}

Result<void> Loader::load_dup() { return stack_.push(Ref<Object>::share(*TRY(stack_.top()))); }

Result<void> Loader::get(unsigned long long index) {
    Object* found = self_.memo.get(index);
    if (!found) return unpickling_error("Memo value not found at index %ld", long(index));
    return stack_.push(Ref<Object>::share(*found));
}

Result<void> Loader::put(unsigned long long index) { return self_.memo.put(ts_, index, *TRY(stack_.top())); }

static Result<Py_ssize_t> memo_index(ThreadState& ts, std::string_view text) {
    std::string shown = std::string(text) + "\n";
    Ref<Str> original = TRY(str_from_latin1(ts, shown));
    Ref<Object> number = TRY(int_from_text(ts, text, 10, &obj(*original)));
    return int_as_ssize(ts, *number);
}

Result<void> Loader::load_get() {
    Py_ssize_t index = TRY(memo_index(ts_, TRY(take_argument())));
    return get(static_cast<unsigned long long>(index));
}

Result<void> Loader::load_put() {
    std::string_view text = TRY(take_argument());
    TRY(stack_.top());
    Py_ssize_t index = TRY(memo_index(ts_, text));
    if (index < 0) return raise(ts_, PyExc_ValueError, "negative PUT argument");
    return put(static_cast<unsigned long long>(index));
}

}  // namespace orochi::pickle
