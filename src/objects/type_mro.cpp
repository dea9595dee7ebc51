// The method resolution order: C3 linearisation ("The Python 2.3 Method Resolution Order" in the documentation),
// or what the metaclass's own mro() says.
#include <vector>

#include "objects/dict.hpp"
#include "objects/list.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type_internal.hpp"

namespace orochi {

namespace {

struct Sequence {
    Tuple* items;
    Py_ssize_t next = 0;
    bool done() const { return next >= tuple_size(*items); }
    Object& head() const { return tuple_item(*items, next); }
    bool tail_contains(const Object& object) const {
        for (Py_ssize_t i = next + 1; i < tuple_size(*items); ++i) {
            if (&tuple_item(*items, i) == &object) return true;
        }
        return false;
    }
};

[[gnu::cold]] Failure raise_inconsistent(ThreadState& ts, const std::vector<Sequence>& sequences) {
    Ref<Dict> heads = TRY(dict_new(ts));
    for (const Sequence& sequence : sequences) {
        if (!sequence.done()) TRY(dict_set(ts, *heads, sequence.head(), none()));
    }
    StrBuilder text(ts);
    Py_ssize_t position = 0;
    Object *key, *value;
    bool first = true;
    while (dict_next(*heads, position, &key, &value)) {
        if (!first) TRY(text.append_ascii(", "));
        first = false;
        if (PyType_Check(key)) {
            TRY(text.append_utf8(type_short_name(as<Type>(*key))));
        } else {
            TRY(text.append(*TRY(str(ts, *key))));
        }
    }
    Ref<Str> names = TRY(text.finish());
    return raise(ts, PyExc_TypeError, "Cannot create a consistent method resolution\norder (MRO) for bases %U",
                 names.get());
}

}  // namespace

Result<Ref<Object>> mro_compute(ThreadState& ts, Type& type) {
    Tuple& bases = as<Tuple>(*type.tp_bases);
    Py_ssize_t count = tuple_size(bases);
    for (Py_ssize_t i = 0; i < count; ++i) {
        Type& base = as<Type>(tuple_item(bases, i));
        if (!base.tp_mro) return raise(ts, PyExc_TypeError, "Cannot extend an incomplete type '%.100s'", base.tp_name);
    }
    Ref<List> result = TRY(list_new(ts, 0));
    TRY(list_append(ts, *result, obj(type)));
    if (count == 1) {
        Tuple& base_mro = as<Tuple>(*as<Type>(tuple_item(bases, 0)).tp_mro);
        for (Py_ssize_t i = 0; i < tuple_size(base_mro); ++i) TRY(list_append(ts, *result, tuple_item(base_mro, i)));
        return result;
    }
    for (Py_ssize_t i = 0; i < count; ++i) {
        for (Py_ssize_t k = i + 1; k < count; ++k) {
            if (&tuple_item(bases, i) != &tuple_item(bases, k)) continue;
            return raise(ts, PyExc_TypeError, "duplicate base class %s",
                         type_short_name(as<Type>(tuple_item(bases, i))));
        }
    }
    std::vector<Sequence> sequences;
    for (Py_ssize_t i = 0; i < count; ++i) sequences.push_back({as<Tuple>(as<Type>(tuple_item(bases, i)).tp_mro)});
    sequences.push_back({&bases});
    for (;;) {
        Object* candidate = nullptr;
        bool left = false;
        for (const Sequence& sequence : sequences) {
            if (sequence.done()) continue;
            left = true;
            bool blocked = false;
            for (const Sequence& other : sequences) {
                if (other.tail_contains(sequence.head())) {
                    blocked = true;
                    break;
                }
            }
            if (blocked) continue;
            candidate = &sequence.head();
            break;
        }
        if (!left) return result;
        if (!candidate) return raise_inconsistent(ts, sequences);
        TRY(list_append(ts, *result, *candidate));
        for (Sequence& sequence : sequences) {
            if (!sequence.done() && &sequence.head() == candidate) ++sequence.next;
        }
    }
}

namespace {

Result<Ref<Tuple>> custom_mro(ThreadState& ts, Type& type) {
    Object* method = type_lookup(ts, type_of(obj(type)), "mro"_n);
    if (!method) return raise_value(ts, PyExc_AttributeError, &"mro"_n);
    Ref<Object> keep = Ref<Object>::share(*method);
    Ref<Object> list = TRY(call(ts, *keep, obj(type)));
    Ref<Tuple> result = TRY(sequence_tuple(ts, *list));
    Type& solid = solid_base(type);
    for (Py_ssize_t i = 0; i < tuple_size(*result); ++i) {
        Object& item = tuple_item(*result, i);
        if (!PyType_Check(&item)) return raise(ts, PyExc_TypeError, "mro() returned a non-class ('%T')", &item);
        if (!type_is_subtype(solid, solid_base(as<Type>(item))))
            return raise(ts, PyExc_TypeError, "mro() returned base with unsuitable layout ('%.500s')",
                         as<Type>(item).tp_name);
    }
    return result;
}

}  // namespace

Result<void> mro_update(ThreadState& ts, Type& type) {
    Object* before = type.tp_mro;
    Ref<Object> keep = Ref<Object>::share(before ? *before : none());
    bool custom = &type_of(obj(type)) != &PyType_Type &&
                  type_lookup(ts, type_of(obj(type)), "mro"_n) != type_lookup(ts, PyType_Type, "mro"_n);
    OptRef<Tuple> made;
    if (custom) {
        made = TRY(custom_mro(ts, type));
        if (type.tp_mro != before) return {};  // changed by a nested assignment of __bases__
    } else {
        Ref<Object> list = TRY(mro_compute(ts, type));
        made = TRY(list_as_tuple(ts, as<List>(*list)));
    }
    assign(type.tp_mro, std::move(made));
    type_modified(ts, type);
    return {};
}

}  // namespace orochi
