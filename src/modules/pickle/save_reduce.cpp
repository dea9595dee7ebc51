// Objects of any other type: by copyreg.dispatch_table, __reduce_ex__() and __reduce__() (PEP 307).
#include "modules/pickle/saver.hpp"
#include "objects/dict.hpp"
#include "objects/int.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"

namespace orochi::pickle {

Result<void> Saver::save_by_reducing(Object& object) {
    OptRef<Object> reduced;
    if (self_.reducer_override) {
        Ref<Object> answer = TRY(call(ts_, *self_.reducer_override, object));
        if (answer.get() != Py_NotImplemented) reduced = std::move(answer);
    }
    Type& type = type_of(object);
    if (!reduced) {
        if (&type == &PyType_Type) return save_type(object);
        if (&type == &PyFunction_Type) return save_global(object, nullptr);

        OptRef<Object> function;
        if (!self_.dispatch_table) {
            function = OptRef<Object>::share(TRY(dict_get(ts_, as<Dict>(*state_.dispatch_table), obj(type))));
        } else {
            auto found = getitem(ts_, *self_.dispatch_table, obj(type));
            if (found.ok()) {
                function = std::move(found).take();
            } else {
                if (!error_matches(ts_, PyExc_KeyError)) return failure;
                error_clear(ts_);
            }
        }
        if (function) {
            reduced = TRY(call(ts_, *function, object));
        } else if (type_is_subtype(type, PyType_Type)) {
            return save_global(object, nullptr);
        } else {
            function = TRY(getattr_optional(ts_, object, "__reduce_ex__"_n));
            if (function) {
                Ref<Object> protocol = TRY(int_from(ts_, self_.protocol));
                reduced = TRY(call(ts_, *function, *protocol));
            } else {
                function = TRY(getattr_optional(ts_, object, "__reduce__"_n));
                if (!function) return pickling_error("can't pickle '%.200s' object: %R", type.tp_name, &object);
                reduced = TRY(call(ts_, *function));
            }
        }
    }
    if (PyUnicode_Check(reduced.get())) return save_global(object, reduced.get());
    if (!PyTuple_Check(reduced.get())) return pickling_error("__reduce__ must return a string or tuple");
    return save_reduced(as<Tuple>(*reduced), &object);
}

Result<bool> Saver::save_newobj(Object& callable, Tuple& arguments, Object* object) {
    OptRef<Object> name = TRY(getattr_optional(ts_, callable, "__name__"_n));
    if (!name || !PyUnicode_Check(name.get())) return false;
    if (str_equals_ascii(as<Str>(*name), "__newobj_ex__")) {
        if (tuple_size(arguments) != 3)
            return pickling_error("length of the NEWOBJ_EX argument tuple must be exactly 3, not %zd",
                                  tuple_size(arguments));
        Object &cls = tuple_item(arguments, 0), &positional = tuple_item(arguments, 1),
               &keywords = tuple_item(arguments, 2);
        if (!PyType_Check(&cls))
            return pickling_error("first item from NEWOBJ_EX argument tuple must be a class, not %.200s",
                                  type_of(cls).tp_name);
        if (!PyTuple_Check(&positional))
            return pickling_error("second item from NEWOBJ_EX argument tuple must be a tuple, not %.200s",
                                  type_of(positional).tp_name);
        if (!PyDict_Check(&keywords))
            return pickling_error("third item from NEWOBJ_EX argument tuple must be a dict, not %.200s",
                                  type_of(keywords).tp_name);
        if (self_.protocol >= 4) {
            TRY(save(cls));
            TRY(save(positional));
            TRY(save(keywords));
            TRY(put(kNewObjEx));
            return true;
        }
        // Older protocols have no keywords: functools.partial(cls.__new__, cls, *args, **kwargs)().
        Ref<Object> constructor = TRY(getattr(ts_, cls, "__new__"_n));
        Ref<Tuple> front = TRY(tuple_of(ts_, *constructor, cls));
        Ref<Object> all = TRY(sequence_concat(ts_, obj(*front), positional));
        Ref<Object> made = TRY(call_tuple(ts_, *state_.partial, *all, &keywords));
        TRY(save(*made));
        TRY(save(obj(empty_tuple())));
        TRY(put(kReduce));
        return true;
    }
    if (!str_equals_ascii(as<Str>(*name), "__newobj__")) return false;
    if (tuple_size(arguments) < 1) return pickling_error("__newobj__ arglist is empty");
    Object& cls = tuple_item(arguments, 0);
    if (!PyType_Check(&cls)) return pickling_error("args[0] from __newobj__ args is not a type");
    if (object) {
        Ref<Object> actual = TRY(getattr(ts_, *object, "__class__"_n));
        if (actual.get() != &cls) return pickling_error("args[0] from __newobj__ args has the wrong class");
    }
    TRY(save(cls));
    Ref<Tuple> rest = TRY(tuple_slice(ts_, arguments, 1, tuple_size(arguments)));
    TRY(save(obj(*rest)));
    TRY(put(kNewObj));
    return true;
}

Result<void> Saver::save_reduced(Tuple& reduced, Object* object) {
    Py_ssize_t size = tuple_size(reduced);
    if (size < 2 || size > 6) return pickling_error("tuple returned by __reduce__ must contain 2 through 6 elements");
    auto part = [&](Py_ssize_t i) -> Object* {
        Object* value = i < size ? &tuple_item(reduced, i) : nullptr;
        return value && i >= 2 && is_none(value) ? nullptr : value;
    };
    Object &callable = *part(0), &arguments = *part(1);
    Object *content = part(2), *items = part(3), *pairs = part(4), *setter = part(5);
    if (!is_callable(callable))
        return pickling_error("first item of the tuple returned by __reduce__ must be callable");
    if (!PyTuple_Check(&arguments))
        return pickling_error("second item of the tuple returned by __reduce__ must be a tuple");
    if (items && !is_iterator(*items))
        return pickling_error("fourth element of the tuple returned by __reduce__ must be an iterator, not %s",
                              type_of(*items).tp_name);
    if (pairs && !is_iterator(*pairs))
        return pickling_error("fifth element of the tuple returned by __reduce__ must be an iterator, not %s",
                              type_of(*pairs).tp_name);
    if (setter && !is_callable(*setter))
        return pickling_error("sixth element of the tuple returned by __reduce__ must be a function, not %s",
                              type_of(*setter).tp_name);

    if (self_.protocol < 2 || !TRY(save_newobj(callable, as<Tuple>(arguments), object))) {
        TRY(save(callable));
        TRY(save(arguments));
        TRY(put(kReduce));
    }
    if (object) {
        // Writing the arguments may have written the object: then that one counts.
        Py_ssize_t known = self_.memo.find(*object);
        if (known >= 0) {
            TRY(put(kPop));
            return put_get(known);
        }
        TRY(memoize(*object));
    }
    if (items) TRY(save_items(*items));
    if (pairs) TRY(save_pairs(*pairs));
    if (!content) return {};
    if (!setter) {
        TRY(save(*content));
        return put(kBuild);
    }
    // setter(object, state), whose result is of no interest.
    TRY(save(*setter));
    TRY(save(object ? *object : none()));
    TRY(save(*content));
    TRY(put(kTuple2));
    TRY(put(kReduce));
    return put(kPop);
}

}  // namespace orochi::pickle
