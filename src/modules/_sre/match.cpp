// re.Match.
#include "modules/_sre/objects.hpp"
#include "objects/dict.hpp"
#include "objects/int.hpp"
#include "objects/number.hpp"
#include "objects/str_internal.hpp"
#include "objects/tuple.hpp"

namespace orochi::sre {

namespace {

Pattern& pattern_of(Match& self) { return *reinterpret_cast<Pattern*>(self.pattern); }

// The group's number, given as one or as a name.
Result<Py_ssize_t> group_number(ThreadState& ts, Match& self, Object& index) {
    Py_ssize_t number = -1;
    if (is_index(index)) {
        number = TRY(number_as_ssize(ts, index, nullptr));
    } else if (self.pattern && pattern_of(self).group_index) {
        Object* found = TRY(dict_get(ts, as<Dict>(*pattern_of(self).group_index), index));
        if (found && PyLong_Check(found)) number = TRY(int_as_ssize(ts, *found));
    }
    if (number < 0 || number >= self.groups) return raise(ts, PyExc_IndexError, "no such group");
    return number;
}

Result<Ref<Object>> slice_of(ThreadState& ts, Match& self, const Text& text, Py_ssize_t index, Object& fallback) {
    Py_ssize_t start = self.mark[2 * index], end = self.mark[2 * index + 1];
    if (!self.string || start < 0) return Ref<Object>::share(fallback);
    // The text may be a buffer that has changed since.
    Py_ssize_t length = Py_ssize_t(text.view.length);
    return text.slice(ts, *self.string, std::min(start, length), std::min(end, length));
}
Result<Ref<Object>> one_group(ThreadState& ts, Match& self, Object& index, Object& fallback) {
    Py_ssize_t number = TRY(group_number(ts, self, index));
    if (PyUnicode_Check(self.string)) {
        if (self.mark[2 * number] < 0) return Ref<Object>::share(fallback);
        return str_substring(ts, as<Str>(*self.string), self.mark[2 * number], self.mark[2 * number + 1]);
    }
    Text text;
    TRY(text.set(ts, *self.string));
    return slice_of(ts, self, text, number, fallback);
}

Result<Ref<Object>> match_group(ThreadState& ts, Match& self, Rest arguments) {
    if (arguments.count == 0) {
        Ref<Object> zero = TRY(int_from(ts, 0));
        return one_group(ts, self, zero, none());
    }
    if (arguments.count == 1) return one_group(ts, self, arguments[0], none());
    Ref<Tuple> tuple = TRY(tuple_new(ts, arguments.count));
    for (Py_ssize_t i = 0; i < arguments.count; ++i) {
        Ref<Object> group = TRY(one_group(ts, self, arguments[i], none()));
        tuple_init_item(tuple, i, std::move(group));
    }
    return Ref<Object>(std::move(tuple));
}
Result<Ref<Object>> match_getitem(ThreadState& ts, Match& self, Object& index) {
    return one_group(ts, self, index, none());
}

Result<Py_ssize_t> match_start(ThreadState& ts, Match& self, Object* group) {
    return self.mark[2 * (group ? TRY(group_number(ts, self, *group)) : 0)];
}
Result<Py_ssize_t> match_end(ThreadState& ts, Match& self, Object* group) {
    return self.mark[2 * (group ? TRY(group_number(ts, self, *group)) : 0) + 1];
}
Result<Ref<Tuple>> span_of(ThreadState& ts, Match& self, Py_ssize_t group) {
    Ref<Object> start = TRY(int_from(ts, self.mark[2 * group]));
    Ref<Object> end = TRY(int_from(ts, self.mark[2 * group + 1]));
    return tuple_of(ts, start, end);
}
Result<Ref<Tuple>> match_span(ThreadState& ts, Match& self, Object* group) {
    return span_of(ts, self, group ? TRY(group_number(ts, self, *group)) : 0);
}

Result<Ref<Tuple>> match_groups(ThreadState& ts, Match& self, Object* fallback) {
    Text text;
    TRY(text.set(ts, *self.string));
    Ref<Tuple> tuple = TRY(tuple_new(ts, self.groups - 1));
    for (Py_ssize_t i = 1; i < self.groups; ++i) {
        Ref<Object> group = TRY(slice_of(ts, self, text, i, fallback ? *fallback : none()));
        tuple_init_item(tuple, i - 1, std::move(group));
    }
    return tuple;
}

Result<Ref<Dict>> match_groupdict(ThreadState& ts, Match& self, Object* fallback) {
    Ref<Dict> result = TRY(dict_new(ts));
    Object* names = pattern_of(self).group_index;
    if (!names) return result;
    Py_ssize_t position = 0;
    Object *key, *value;
    while (dict_next(as<Dict>(*names), position, &key, &value)) {
        Ref<Object> name = Ref<Object>::share(*key);
        Ref<Object> group = TRY(one_group(ts, self, name, fallback ? *fallback : none()));
        TRY(dict_set(ts, result, name, group));
    }
    return result;
}

Result<Ref<Object>> match_expand(ThreadState& ts, Match& self, Object& pattern_template) {
    Object* arguments[] = {self.pattern, reinterpret_cast<Object*>(&self), &pattern_template};
    return call_re(ts, "_expand"_s, arguments, 3);
}

Ref<Object> match_copy(ThreadState&, Object& self) { return Ref<Object>::share(self); }
Ref<Object> match_deepcopy(ThreadState&, Object& self, Object&) { return Ref<Object>::share(self); }

Result<Ref<Str>> match_repr(ThreadState& ts, Match& self) {
    Ref<Object> zero = TRY(int_from(ts, 0));
    Ref<Object> text = TRY(one_group(ts, self, zero, none()));
    return str_format(ts, "<%s object; span=(%zd, %zd), match=%.50R>",
                      type_of(*reinterpret_cast<Object*>(&self)).tp_name, self.mark[0], self.mark[1], text.get());
}

Result<Ref<Object>> get_lastindex(ThreadState& ts, Match& self) {
    if (self.last_index < 0) return new_none();
    return int_from(ts, self.last_index);
}
Result<Ref<Object>> get_lastgroup(ThreadState& ts, Match& self) {
    Object* names = pattern_of(self).index_group;
    if (!names || self.last_index < 0 || self.last_index >= tuple_size(as<Tuple>(*names))) return new_none();
    return Ref<Object>::share(tuple_item(as<Tuple>(*names), self.last_index));
}
Result<Ref<Object>> get_regs(ThreadState& ts, Match& self) {
    if (!self.regs) {
        Ref<Tuple> regs = TRY(tuple_new(ts, self.groups));
        for (Py_ssize_t i = 0; i < self.groups; ++i) {
            Ref<Tuple> span = TRY(span_of(ts, self, i));
            tuple_init_item(regs, i, std::move(span));
        }
        self.regs = obj(std::move(regs).release());
    }
    return Ref<Object>::share(*self.regs);
}

constexpr MethodDef match_methods[] = {
    METHOD_PLAIN("group($self, *args)", match_group,
                 "group([group1, ...]) -> str or tuple.\n"
                 "    Return subgroup(s) of the match by indices or names.\n"
                 "    For 0 returns the entire match."),
    METHOD("start($self, group=0, /)", match_start, "Return index of the start of the substring matched by group."),
    METHOD("end($self, group=0, /)", match_end, "Return index of the end of the substring matched by group."),
    METHOD("span($self, group=0, /)", match_span,
           "For match object m, return the 2-tuple (m.start(group), m.end(group))."),
    METHOD("groups($self, /, default=None)", match_groups,
           "Return a tuple containing all the subgroups of the match, from 1.\n"
           "\n"
           "  default\n"
           "    Is used for groups that did not participate in the match."),
    METHOD("groupdict($self, /, default=None)", match_groupdict,
           "Return a dictionary containing all the named subgroups of the match, keyed by the subgroup name.\n"
           "\n"
           "  default\n"
           "    Is used for groups that did not participate in the match."),
    METHOD("expand($self, /, template)", match_expand,
           "Return the string obtained by doing backslash substitution on the string template, as done by the sub() "
           "method."),
    METHOD_NODOC("__copy__($self, /)", match_copy),
    METHOD_NODOC("__deepcopy__($self, memo, /)", match_deepcopy),
    MethodDef{"__class_getitem__", {.plain = Py_GenericAlias}, METH_O | METH_CLASS, "See PEP 585"},
    METHOD_END,
};
const PyMemberDef match_members[] = {
    {"string", T_OBJECT, offsetof(Match, string), READONLY, "The string passed to match() or search()."},
    {"re", T_OBJECT, offsetof(Match, pattern), READONLY, "The regular expression object."},
    {"pos", T_PYSSIZET, offsetof(Match, pos), READONLY,
     "The index into the string at which the RE engine started looking for a match."},
    {"endpos", T_PYSSIZET, offsetof(Match, endpos), READONLY,
     "The index into the string beyond which the RE engine will not go."},
    {},
};
constexpr PyGetSetDef match_getset[] = {
    GETTER("lastindex", get_lastindex, "The integer index of the last matched capturing group."),
    GETTER("lastgroup", get_lastgroup, "The name of the last matched capturing group."),
    GETTER("regs", get_regs, nullptr),
    GETSET_END,
};

int match_traverse(Object* object, visitproc visit, void* argument) {
    auto& self = as<Match>(*object);
    VISIT(&type_of(*object));
    VISIT(self.string);
    VISIT(self.regs);
    VISIT(self.pattern);
    return 0;
}
int match_clear(Object* object) {
    auto& self = as<Match>(*object);
    clear(self.string);
    clear(self.regs);
    clear(self.pattern);
    return 0;
}
void match_dealloc(Object* object) {
    Type& type = type_of(*object);
    gc_untrack_if_tracked(*object);
    match_clear(object);
    type.tp_free(object);
    decref(type);
}

}  // namespace

Result<void> add_match_type(ThreadState& ts, Object& module, State& state) {
    PyType_Slot slots[] = {
        {Py_tp_dealloc, raw_pointer(match_dealloc)},
        {Py_tp_traverse, raw_pointer(match_traverse)},
        {Py_tp_clear, raw_pointer(match_clear)},
        {Py_tp_repr, slot_pointer<reprfunc, match_repr>()},
        {Py_mp_subscript, slot_pointer<binaryfunc, match_getitem>()},
        {Py_tp_methods, methods_pointer(match_methods)},
        {Py_tp_members, const_cast<PyMemberDef*>(match_members)},
        {Py_tp_getset, const_cast<PyGetSetDef*>(match_getset)},
        {Py_tp_doc, const_cast<char*>("The result of re.match() and re.search().\n"
                                      "Match objects always have a boolean value of True.")},
        {0, nullptr},
    };
    PyType_Spec spec = {"re.Match", int(offsetof(Match, mark)), int(sizeof(Py_ssize_t)),
                        kTypeFlags | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots};
    Ref<Type> match = TRY(type_from_spec(ts, &module, spec, nullptr));
    state.match = std::move(match).release();
    return {};
}

}  // namespace orochi::sre
