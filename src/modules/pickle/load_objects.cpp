// Classes and functions, and instances of classes.
#include "modules/pickle/loader.hpp"
#include "objects/dict.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"

namespace orochi::pickle {

// Python 2's names for what Python 3 has elsewhere (_compat_pickle).
static Result<void> map_names(ThreadState& ts, State& state, OptRef<Object>& module_name, OptRef<Object>& name) {
    Ref<Tuple> key = TRY(tuple_of(ts, *module_name, *name));
    if (Object* mapped = TRY(dict_get(ts, as<Dict>(*state.name_mapping_2to3), obj(*key)))) {
        if (!PyTuple_Check(mapped) || tuple_size(as<Tuple>(*mapped)) != 2)
            return raise(ts, PyExc_RuntimeError, "_compat_pickle.NAME_MAPPING values should be 2-tuples, not %.200s",
                         type_of(*mapped).tp_name);
        Object &module = tuple_item(as<Tuple>(*mapped), 0), &attribute = tuple_item(as<Tuple>(*mapped), 1);
        if (!PyUnicode_Check(&module) || !PyUnicode_Check(&attribute))
            return raise(ts, PyExc_RuntimeError,
                         "_compat_pickle.NAME_MAPPING values should be pairs of str, not (%.200s, %.200s)",
                         type_of(module).tp_name, type_of(attribute).tp_name);
        module_name = Ref<Object>::share(module);
        name = Ref<Object>::share(attribute);
        return {};
    }
    Object* mapped = TRY(dict_get(ts, as<Dict>(*state.import_mapping_2to3), *module_name));
    if (!mapped) return {};
    if (!PyUnicode_Check(mapped))
        return raise(ts, PyExc_RuntimeError, "_compat_pickle.IMPORT_MAPPING values should be strings, not %.200s",
                     type_of(*mapped).tp_name);
    module_name = Ref<Object>::share(*mapped);
    return {};
}

Result<Ref<Object>> find_class(ThreadState& ts, State& state, Unpickler& self, Object& given_module,
                               Object& given_name) {
    TRY(audit(ts, "pickle.find_class", "OO", &given_module, &given_name));
    OptRef<Object> module_name = OptRef<Object>::share(&given_module), name = OptRef<Object>::share(&given_name);
    if (self.protocol < 3 && self.fix_imports) TRY(map_names(ts, state, module_name, name));
    Ref<Object> module = TRY(import_module(ts, *module_name));
    OptRef<Object> found;
    if (self.protocol >= 4) {
        if (!PyUnicode_Check(name.get()))
            return raise(ts, PyExc_TypeError, "must be str, not %.200s", type_of(*name).tp_name);
        Ref<List> path = TRY(dotted_path(ts, *name, module.get()));
        found = TRY(deep_attribute(ts, *module, *path, nullptr));
    } else {
        found = TRY(getattr_optional(ts, *module, *name));
    }
    if (!found) return raise(ts, PyExc_AttributeError, "Can't get attribute %R on %R", name.get(), module.get());
    return found.take();
}

// A subclass may have a find_class of its own.
Result<Ref<Object>> Loader::find(Object& module_name, Object& name) {
    return call_method(ts_, *reinterpret_cast<Object*>(&self_), "find_class"_n, module_name, name);
}

Result<void> Loader::load_global() {
    Ref<Object> module_name = TRY(str_decode(ts_, TRY(take_argument()), "utf-8", "strict"));
    Ref<Object> name = TRY(str_decode(ts_, TRY(take_argument()), "utf-8", "strict"));
    return stack_.push(TRY(find(*module_name, *name)));
}

Result<void> Loader::load_stack_global() {
    Ref<Object> name = TRY(stack_.pop());
    Ref<Object> module_name = TRY(stack_.pop());
    if (!PyUnicode_CheckExact(name.get()) || !PyUnicode_CheckExact(module_name.get()))
        return unpickling_error("STACK_GLOBAL requires str");
    return stack_.push(TRY(find(*module_name, *name)));
}

Result<void> Loader::load_extension(size_t width) {
    uint64_t number = TRY(take_number(width));
    long code = width == 4 ? long(int32_t(number)) : long(number);
    if (code <= 0) return unpickling_error("EXT specifies code <= 0");
    Ref<Object> key = TRY(int_from(ts_, code));
    if (Object* cached = TRY(dict_get(ts_, as<Dict>(*state_.extension_cache), *key)))
        return stack_.push(Ref<Object>::share(*cached));
    Object* pair = TRY(dict_get(ts_, as<Dict>(*state_.inverted_registry), *key));
    if (!pair) return raise(ts_, PyExc_ValueError, "unregistered extension code %ld", code);
    if (!PyTuple_Check(pair) || tuple_size(as<Tuple>(*pair)) != 2 ||
        !PyUnicode_Check(&tuple_item(as<Tuple>(*pair), 0)) || !PyUnicode_Check(&tuple_item(as<Tuple>(*pair), 1)))
        return raise(ts_, PyExc_ValueError, "_inverted_registry[%ld] isn't a 2-tuple of strings", code);
    Ref<Object> kept = Ref<Object>::share(*pair);
    Ref<Object> found = TRY(find(tuple_item(as<Tuple>(*kept), 0), tuple_item(as<Tuple>(*kept), 1)));
    TRY(dict_set(ts_, as<Dict>(*state_.extension_cache), *key, *found));
    return stack_.push(std::move(found));
}

Result<void> Loader::persistent(Object& id) {
    return stack_.push(TRY(self_.persistent_load.call(ts_, *reinterpret_cast<Object*>(&self_), id)));
}

static constexpr const char* kNoPersistentLoad =
    "A load persistent id instruction was encountered,\nbut no persistent_load function was specified.";

Result<void> Loader::load_persistent() {
    if (!self_.persistent_load.given()) return unpickling_error(kNoPersistentLoad);
    std::string_view line = TRY(take_line());
    auto decoded = str_decode(ts_, line.substr(0, line.size() - 1), "ascii", "strict");
    if (!decoded.ok()) {
        if (error_matches(ts_, PyExc_UnicodeDecodeError))
            return unpickling_error("persistent IDs in protocol 0 must be ASCII strings");
        return failure;
    }
    Ref<Object> id = std::move(decoded).take();
    return persistent(*id);
}

Result<void> Loader::load_bin_persistent() {
    if (!self_.persistent_load.given()) return unpickling_error(kNoPersistentLoad);
    Ref<Object> id = TRY(stack_.pop());
    return persistent(*id);
}

Result<void> Loader::load_reduce() {
    Ref<Object> arguments = TRY(stack_.pop());
    Ref<Object> callable = TRY(stack_.pop());
    if (!PyTuple_Check(arguments.get())) return raise(ts_, PyExc_TypeError, "argument list must be a tuple");
    return stack_.push(TRY(call_tuple(ts_, *callable, *arguments)));
}

Result<void> Loader::load_newobj(bool with_keywords) {
    const char* what = with_keywords ? "NEWOBJ_EX" : "NEWOBJ";
    OptRef<Object> keywords;
    if (with_keywords) keywords = TRY(stack_.pop());
    Ref<Object> arguments = TRY(stack_.pop());
    Ref<Object> cls = TRY(stack_.pop());
    if (!PyType_Check(cls.get()))
        return unpickling_error("%s class argument must be a type, not %.200s", what, type_of(*cls).tp_name);
    Type& type = as<Type>(*cls);
    if (!type.tp_new) return unpickling_error("%s class argument '%.200s' must have __new__", what, type.tp_name);
    if (!PyTuple_Check(arguments.get()))
        return unpickling_error("%s args argument must be a tuple, not %.200s", what, type_of(*arguments).tp_name);
    if (keywords && !PyDict_Check(keywords.get()))
        return unpickling_error("%s kwargs argument must be a dict, not %.200s", what, type_of(*keywords).tp_name);
    return stack_.push(TRY(Result<Ref<Object>>::adopt(type.tp_new(&type, arguments.get(), keywords.get()))));
}

// Instances as protocol 0 and 1 wrote those of Python 2's classes.
Result<Ref<Object>> Loader::instantiate(Object& cls, Tuple& arguments) {
    if (!tuple_size(arguments) && PyType_Check(&cls)) {
        OptRef<Object> initial = TRY(getattr_optional(ts_, cls, "__getinitargs__"_n));
        if (!initial) return call_method(ts_, cls, "__new__"_n, cls);
    }
    return call_tuple(ts_, cls, obj(arguments));
}

Result<void> Loader::load_obj() {
    size_t start = TRY(stack_.pop_mark());
    if (stack_.size() - start < 1) return stack_.underflow();
    Ref<Tuple> arguments = TRY(stack_.take_tuple(start + 1));
    Ref<Object> cls = TRY(stack_.pop());
    return stack_.push(TRY(instantiate(*cls, *arguments)));
}

Result<void> Loader::load_inst() {
    size_t start = TRY(stack_.pop_mark());
    Ref<Object> module_name = TRY(str_decode(ts_, TRY(take_argument()), "ascii", "strict"));
    Ref<Object> name = TRY(str_decode(ts_, TRY(take_argument()), "ascii", "strict"));
    Ref<Object> cls = TRY(find(*module_name, *name));
    Ref<Tuple> arguments = TRY(stack_.take_tuple(start));
    return stack_.push(TRY(instantiate(*cls, *arguments)));
}

Result<void> Loader::set_attributes(Object& instance, Object& content, Object& slots) {
    if (!is_none(&content)) {
        if (!PyDict_Check(&content)) return unpickling_error("state is not a dictionary");
        Ref<Object> dict = TRY(getattr(ts_, instance, "__dict__"_n));
        Py_ssize_t position = 0;
        Object *key, *value;
        while (dict_next(as<Dict>(content), position, &key, &value)) {
            Ref<Object> name = Ref<Object>::share(*key), kept = Ref<Object>::share(*value);
            // Attribute names are interned in every class; here too, to save memory and time.
            if (PyUnicode_CheckExact(name.get())) name = intern(ts_, std::move(name).cast<Str>());
            TRY(setitem(ts_, *dict, *name, *kept));
        }
    }
    if (is_none(&slots)) return {};
    if (!PyDict_Check(&slots)) return unpickling_error("slot state is not a dictionary");
    Py_ssize_t position = 0;
    Object *key, *value;
    while (dict_next(as<Dict>(slots), position, &key, &value)) {
        Ref<Object> name = Ref<Object>::share(*key), kept = Ref<Object>::share(*value);
        TRY(setattr(ts_, instance, *name, *kept));
    }
    return {};
}

Result<void> Loader::load_build() {
    if (stack_.size() < 2 || stack_.size() - 2 < stack_.fence()) return stack_.underflow();
    Ref<Object> content = TRY(stack_.pop());
    Ref<Object> instance = Ref<Object>::share(*TRY(stack_.top()));
    OptRef<Object> setter = TRY(getattr_optional(ts_, *instance, "__setstate__"_n));
    if (setter) {
        TRY(call(ts_, *setter, *content));
        return {};
    }
    // (the instance's dict, its slots), either of which may be None; or the dict alone.
    if (PyTuple_Check(content.get()) && tuple_size(as<Tuple>(*content)) == 2)
        return set_attributes(*instance, tuple_item(as<Tuple>(*content), 0), tuple_item(as<Tuple>(*content), 1));
    return set_attributes(*instance, *content, none());
}

}  // namespace orochi::pickle
