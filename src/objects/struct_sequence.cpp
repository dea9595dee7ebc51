#include "objects/struct_sequence.hpp"

#include <cstring>
#include <string>

#include "objects/dict.hpp"
#include "objects/int.hpp"
#include "objects/native.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type.hpp"

// Compared by address, as the public header says.
const char* const PyStructSequence_UnnamedField = "unnamed field";

namespace orochi {

namespace {

Result<Py_ssize_t> type_number(ThreadState& ts, Type& type, Object& name) {
    Object* value = type_lookup(ts, type, name);
    if (!value || !PyLong_Check(value)) {
        return raise(ts, PyExc_TypeError, "Missed attribute '%U' of type %s", &name, type.tp_name);
    }
    return Py_ssize_t(int_compact_value(*value));
}
Result<Py_ssize_t> field_count(ThreadState& ts, Type& type) { return type_number(ts, type, "n_fields"_n); }
Result<Py_ssize_t> unnamed_count(ThreadState& ts, Type& type) { return type_number(ts, type, "n_unnamed_fields"_n); }

// The room of an instance; its ob_size says how many items the tuple shows.
Py_ssize_t real_size(ThreadState& ts, Tuple& self) {
    auto count = field_count(ts, type_of(obj(self)));
    if (count.ok()) return std::move(count).take();
    error_clear(ts);
    return tuple_size(self);
}

void dealloc(ThreadState& ts, Tuple& self) {
    gc_untrack_if_tracked(obj(self));
    Type& type = type_of(obj(self));
    Py_ssize_t count = real_size(ts, self);
    for (Py_ssize_t i = 0; i < count; ++i) clear(self.ob_item[i]);
    free_container(obj(self));
    if (is_heap_type(type)) decref(type);
}

int traverse(Tuple& self, visitproc visit, void* arg) {
    Type& type = type_of(obj(self));
    if (is_heap_type(type)) Py_VISIT(&type);
    Py_ssize_t count = real_size(current_thread(), self);
    for (Py_ssize_t i = 0; i < count; ++i) Py_VISIT(self.ob_item[i]);
    return 0;
}

Result<Ref<Object>> type_new(ThreadState& ts, Type& type, Object& sequence, Object* dict) {
    auto items_result = sequence_fast(ts, sequence, "constructor requires a sequence");
    Ref<Object> items = TRY(std::move(items_result));
    if (dict && !PyDict_Check(dict)) {
        return raise(ts, PyExc_TypeError, "%.500s() takes a dict as second arg, if any", type.tp_name);
    }
    Py_ssize_t visible = TRY(type_number(ts, type, "n_sequence_fields"_n));
    Py_ssize_t all = TRY(field_count(ts, type));
    Py_ssize_t unnamed = TRY(unnamed_count(ts, type));
    auto given = sequence_fast_items(*items);
    Py_ssize_t count = Py_ssize_t(given.size());
    if (visible != all) {
        if (count < visible) {
            return raise(ts, PyExc_TypeError, "%.500s() takes an at least %zd-sequence (%zd-sequence given)",
                         type.tp_name, visible, count);
        }
        if (count > all) {
            return raise(ts, PyExc_TypeError, "%.500s() takes an at most %zd-sequence (%zd-sequence given)",
                         type.tp_name, all, count);
        }
    } else if (count != visible) {
        return raise(ts, PyExc_TypeError, "%.500s() takes a %zd-sequence (%zd-sequence given)", type.tp_name, visible,
                     count);
    }
    Ref<Tuple> result = TRY(struct_sequence_new(ts, type));
    for (Py_ssize_t i = 0; i < count; ++i) result->ob_item[i] = new_reference(*given[size_t(i)]);
    for (Py_ssize_t i = count; i < all; ++i) {
        Object* value = nullptr;
        if (dict) {
            Ref<Str> name = TRY(str_from_utf8(ts, type.tp_members[i - unnamed].name));
            value = TRY(dict_get(ts, as<Dict>(*dict), obj(name.get()[0])));
        }
        result->ob_item[i] = new_reference(value ? *value : none());
    }
    return result;
}

Result<Ref<Str>> type_repr(ThreadState& ts, Tuple& self) {
    Type& type = type_of(obj(self));
    StrBuilder out(ts);
    TRY(out.append_utf8(type.tp_name));
    TRY(out.append('('));
    for (Py_ssize_t i = 0; i < tuple_size(self); ++i) {
        if (i) TRY(out.append_ascii(", "));
        const char* name = type.tp_members[i].name;
        if (!name)
            return raise(ts, PyExc_SystemError, "In structseq_repr(), member %zd name is NULL for type %.500s", i,
                         type.tp_name);
        TRY(out.append_utf8(name));
        TRY(out.append('='));
        Ref<Str> value = TRY(repr(ts, tuple_item(self, i)));
        TRY(out.append(*value));
    }
    TRY(out.append(')'));
    return out.finish();
}

Result<Ref<Object>> reduce(ThreadState& ts, Tuple& self) {
    Type& type = type_of(obj(self));
    Py_ssize_t all = TRY(field_count(ts, type));
    Py_ssize_t unnamed = TRY(unnamed_count(ts, type));
    Ref<Tuple> items = TRY(tuple_from_items(ts, self.ob_item, tuple_size(self)));
    Ref<Dict> dict = TRY(dict_new(ts));
    for (Py_ssize_t i = tuple_size(self); i < all; ++i) {
        TRY(dict_set_text(ts, *dict, type.tp_members[i - unnamed].name, *self.ob_item[i]));
    }
    Ref<Tuple> arguments = TRY(tuple_of(ts, obj(*items), obj(*dict)));
    return tuple_of(ts, obj(type), obj(*arguments));
}

constexpr MethodDef methods[] = {METHOD_PLAIN("__reduce__($self)", reduce, nullptr), METHOD_END};

// The fields of a description, and the attributes for those that have a name.
struct Fields {
    Py_ssize_t all = 0, unnamed = 0;
    PyMemberDef members[64] = {};
    Py_ssize_t member_count() const { return all - unnamed; }

    Result<void> read(ThreadState& ts, const PyStructSequence_Desc& description) {
        for (; description.fields[all].name; ++all) {
            const PyStructSequence_Field& field = description.fields[all];
            if (field.name == PyStructSequence_UnnamedField) {
                ++unnamed;
                continue;
            }
            if (member_count() + 1 >= Py_ssize_t(std::size(members)))
                return raise(ts, PyExc_SystemError, "too many fields");
            members[member_count()] = {field.name, T_OBJECT,
                                       Py_ssize_t(offsetof(Tuple, ob_item) + size_t(all) * sizeof(Object*)), READONLY,
                                       field.doc};
        }
        return {};
    }
};

constexpr auto construct = NEW_SLOT("structseq($type, /, sequence, dict={})", type_new);
constexpr Py_ssize_t kBasicSize = sizeof(Tuple) - sizeof(Object*);

// The class attributes that hold the counts, and __match_args__.
Result<void> add_attributes(ThreadState& ts, Type& type, const PyStructSequence_Desc& description,
                            const Fields& fields) {
    Dict& dict = as<Dict>(*type.tp_dict);
    auto number = [&](const char* name, Py_ssize_t value) -> Result<void> {
        Ref<Object> boxed = TRY(int_from_ssize(ts, value));
        return dict_set_text(ts, dict, name, boxed);
    };
    Py_ssize_t visible = description.n_in_sequence;
    TRY(number("n_sequence_fields", visible));
    TRY(number("n_fields", fields.all));
    TRY(number("n_unnamed_fields", fields.unnamed));
    Ref<Tuple> match = TRY(tuple_new(ts, visible - std::min(fields.unnamed, visible)));
    Py_ssize_t at = 0;
    for (Py_ssize_t i = 0; i < visible; ++i) {
        if (description.fields[i].name == PyStructSequence_UnnamedField) continue;
        if (at < tuple_size(*match)) tuple_init_item(*match, at++, TRY(str_from_utf8(ts, description.fields[i].name)));
    }
    TRY(dict_set(ts, dict, "__match_args__"_n, obj(*match)));
    type_modified(ts, type);
    return {};
}

}  // namespace

Result<Ref<Type>> struct_sequence_type(ThreadState& ts, const PyStructSequence_Desc& description, unsigned long flags) {
    Fields fields;
    TRY(fields.read(ts, description));
    PyType_Slot slots[] = {{Py_tp_dealloc, slot_pointer<destructor, dealloc>()},
                           {Py_tp_repr, slot_pointer<reprfunc, type_repr>()},
                           {Py_tp_doc, const_cast<char*>(description.doc)},
                           {Py_tp_methods, METHOD_TABLE(methods)},
                           {Py_tp_new, reinterpret_cast<void*>(static_cast<newfunc>(construct))},
                           {Py_tp_members, fields.members},
                           {Py_tp_traverse, slot_pointer<traverseproc, traverse>()},
                           {0, nullptr}};
    // A name without a module stands for a type of builtins.
    std::string full_name =
        strchr(description.name, '.') ? description.name : std::string("builtins.") + description.name;
    PyType_Spec spec = {full_name.c_str(), int(kBasicSize), sizeof(Object*),
                        unsigned(Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | flags), slots};
    Ref<Tuple> bases = TRY(tuple_of(ts, obj(PyTuple_Type)));
    Ref<Type> type = TRY(type_from_spec(ts, nullptr, spec, obj(bases.get())));
    type->tp_name = description.name;
    TRY(add_attributes(ts, *type, description, fields));
    return type;
}

Result<void> struct_sequence_init(ThreadState& ts, Type& type, const PyStructSequence_Desc& description) {
    if (type.ob_base.ob_base.ob_refcnt > 1)
        return raise(ts, PyExc_RuntimeError, "%s", "PyStructSequence_InitType2: the type is in use already");
    Fields fields;
    TRY(fields.read(ts, description));
    size_t count = size_t(fields.member_count()) + 1;  // the last one is the end
    auto* members = static_cast<PyMemberDef*>(ts.heap().allocate(count * sizeof(PyMemberDef)));
    if (!members) return raise_no_memory(ts);
    std::copy_n(fields.members, count, members);
    type = Type{};
    type.ob_base = {{1, &PyType_Type}, 0};
    type.tp_name = description.name;
    type.tp_basicsize = kBasicSize;
    type.tp_itemsize = sizeof(Object*);
    type.tp_dealloc = slot<dealloc>;
    type.tp_repr = slot<type_repr>;
    type.tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC;
    type.tp_doc = description.doc;
    type.tp_traverse = slot<traverse>;
    type.tp_methods = METHOD_TABLE(methods);
    type.tp_members = members;
    type.tp_base = &PyTuple_Type;
    type.tp_new = construct;
    TRY(type_ready(ts, type));
    return add_attributes(ts, type, description, fields);
}

Py_ssize_t struct_sequence_field_count(const Type& type) {
    auto count = field_count(current_thread(), const_cast<Type&>(type));
    return count.ok() ? std::move(count).take() : 0;
}

Result<Ref<Tuple>> struct_sequence_new(ThreadState& ts, Type& type) {
    Py_ssize_t all = TRY(field_count(ts, type));
    Py_ssize_t visible = TRY(type_number(ts, type, "n_sequence_fields"_n));
    Object* allocated = allocate_container(ts, type, offsetof(Tuple, ob_item) + size_t(all) * sizeof(Object*));
    if (!allocated) return failure;
    Tuple& tuple = *as<Tuple>(allocated);
    tuple.ob_base.ob_size = visible;
    for (Py_ssize_t i = 0; i < all; ++i) tuple.ob_item[i] = nullptr;
    gc_track(ts, obj(tuple));
    return Ref<Tuple>::steal(tuple);
}

Result<void> struct_sequence_forbid_new(ThreadState& ts, Type& type) {
    type.tp_new = nullptr;
    type.tp_flags |= Py_TPFLAGS_DISALLOW_INSTANTIATION;
    TRY(dict_discard(ts, as<Dict>(*type.tp_dict), "__new__"_n));
    type_modified(ts, type);
    return {};
}

}  // namespace orochi
