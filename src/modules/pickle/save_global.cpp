// Classes and functions: written as where they are found.
#include "modules/pickle/saver.hpp"
#include "objects/dict.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"

namespace orochi::pickle {

Result<Ref<List>> dotted_path(ThreadState& ts, Object& name, Object* owner) {
    Ref<Object> parts = TRY(str_split(ts, as<Str>(name), &"."_n, -1));
    List& list = as<List>(*parts);
    for (Py_ssize_t i = 0; i < list_size(list); ++i) {
        if (!str_equals_ascii(as<Str>(list_item(list, i)), "<locals>")) continue;
        if (owner) return raise(ts, PyExc_AttributeError, "Can't pickle local attribute %R on %R", &name, owner);
        return raise(ts, PyExc_AttributeError, "Can't pickle local object %R", &name);
    }
    return std::move(parts).cast<List>();
}

Result<OptRef<Object>> deep_attribute(ThreadState& ts, Object& owner, List& path, OptRef<Object>* parent) {
    Ref<Object> object = Ref<Object>::share(owner);
    for (Py_ssize_t i = 0; i < list_size(path); ++i) {
        OptRef<Object> next = TRY(getattr_optional(ts, *object, list_item(path, i)));
        if (!next) return nullptr;
        if (parent) *parent = OptRef<Object>(Ref<Object>::share(*object));
        object = next.take();
    }
    return object;
}

// Where an object says it is from, else the first module that has it under its name.
Result<Ref<Object>> Saver::module_name_of(Object& object, List& path) {
    OptRef<Object> named = TRY(getattr_optional(ts_, object, "__module__"_n));
    if (named && !is_none(named.get())) return named.take();
    Object* modules = sys_get(ts_, "modules"_s);
    if (!modules) return raise(ts_, PyExc_RuntimeError, "unable to get sys.modules");
    // Looking an attribute up may import.
    Ref<Object> copy = PyDict_CheckExact(modules) ? Ref<Object>(TRY(dict_copy(ts_, as<Dict>(*modules))))
                                                  : TRY(call(ts_, obj(PyDict_Type), *modules));
    Py_ssize_t position = 0;
    Object *name, *module;
    while (dict_next(as<Dict>(*copy), position, &name, &module)) {
        if (is_none(module) || (PyUnicode_Check(name) && str_equals_ascii(as<Str>(*name), "__main__"))) continue;
        auto candidate = deep_attribute(ts_, *module, path, nullptr);
        if (!candidate.ok()) return failure;
        OptRef<Object> found = std::move(candidate).take();
        if (found && found.get() == &object) return Ref<Object>::share(*name);
    }
    return Ref<Object>::share("__main__"_n);
}

Result<bool> Saver::save_extension(Object& object, Object& module_name, Object& name) {
    Ref<Tuple> key = TRY(tuple_of(ts_, module_name, name));
    Object* code = TRY(dict_get(ts_, as<Dict>(*state_.extension_registry), obj(*key)));
    if (!code) return false;
    if (!PyLong_Check(code))
        return pickling_error("Can't pickle %R: extension code %R isn't an integer", &object, code);
    int overflow;
    long long number = TRY(int_as_long_long_overflow(ts_, *code, overflow));
    if (overflow || number <= 0 || number > 0x7fffffff) {
        if (overflow) number = overflow < 0 ? -1 : 0x7fffffffffffffff;
        return raise(ts_, PyExc_RuntimeError, "Can't pickle %R: extension code %ld is out of range", &object,
                     long(number));
    }
    if (number <= 0xff) {
        TRY(put_with(kExt1, uint8_t(number)));
    } else if (number <= 0xffff) {
        TRY(put_with(kExt2, uint16_t(number)));
    } else {
        TRY(put_with(kExt4, uint32_t(number)));
    }
    return true;
}

// Python 3's names under which Python 2 knows them (_compat_pickle).
Result<void> Saver::map_names(OptRef<Object>& module_name, OptRef<Object>& name) {
    Ref<Tuple> key = TRY(tuple_of(ts_, *module_name, *name));
    if (Object* mapped = TRY(dict_get(ts_, as<Dict>(*state_.name_mapping_3to2), obj(*key)))) {
        if (!PyTuple_Check(mapped) || tuple_size(as<Tuple>(*mapped)) != 2)
            return raise(ts_, PyExc_RuntimeError,
                         "_compat_pickle.REVERSE_NAME_MAPPING values should be 2-tuples, not %.200s",
                         type_of(*mapped).tp_name);
        Object &module = tuple_item(as<Tuple>(*mapped), 0), &attribute = tuple_item(as<Tuple>(*mapped), 1);
        if (!PyUnicode_Check(&module) || !PyUnicode_Check(&attribute))
            return raise(ts_, PyExc_RuntimeError,
                         "_compat_pickle.REVERSE_NAME_MAPPING values should be pairs of str, not (%.200s, %.200s)",
                         type_of(module).tp_name, type_of(attribute).tp_name);
        module_name = Ref<Object>::share(module);
        name = Ref<Object>::share(attribute);
        return {};
    }
    Object* mapped = TRY(dict_get(ts_, as<Dict>(*state_.import_mapping_3to2), *module_name));
    if (!mapped) return {};
    if (!PyUnicode_Check(mapped))
        return raise(ts_, PyExc_RuntimeError,
                     "_compat_pickle.REVERSE_IMPORT_MAPPING values should be strings, not %.200s",
                     type_of(*mapped).tp_name);
    module_name = Ref<Object>::share(*mapped);
    return {};
}

Result<void> Saver::save_name_line(Object& text, const char* what) {
    auto encoded = str_encode(ts_, as<Str>(text), self_.protocol >= 3 ? "utf-8" : "ascii", "strict");
    if (!encoded.ok()) {
        if (error_matches(ts_, PyExc_UnicodeEncodeError))
            return pickling_error("can't pickle %s identifier '%S' using pickle protocol %i", what, &text,
                                  self_.protocol);
        return failure;
    }
    Ref<Object> bytes = std::move(encoded).take();
    TRY(put(bytes_view(as<Bytes>(*bytes))));
    return put("\n");
}

Result<void> Saver::save_global(Object& object, Object* given_name) {
    OptRef<Object> name = OptRef<Object>::share(given_name);
    if (!name) name = TRY(getattr_optional(ts_, object, "__qualname__"_n));
    if (!name) name = TRY(getattr(ts_, object, "__name__"_n));
    if (!PyUnicode_Check(name.get()))
        return raise(ts_, PyExc_TypeError, "must be str, not %.200s", type_of(*name).tp_name);
    Ref<List> path = TRY(dotted_path(ts_, *name, nullptr));
    OptRef<Object> module_name = OptRef<Object>(TRY(module_name_of(object, *path)));

    auto imported = import_module(ts_, *module_name);
    if (!imported.ok())
        return pickling_error("Can't pickle %R: import of module %R failed", &object, module_name.get());
    Ref<Object> module = std::move(imported).take();
    OptRef<Object> parent;
    auto looked_up = deep_attribute(ts_, *module, *path, &parent);
    OptRef<Object> found;
    if (looked_up.ok()) found = std::move(looked_up).take();
    if (!found)
        return pickling_error("Can't pickle %R: attribute lookup %S on %S failed", &object, name.get(),
                              module_name.get());
    if (found.get() != &object)
        return pickling_error("Can't pickle %R: it's not the same object as %S.%S", &object, module_name.get(),
                              name.get());

    if (self_.protocol >= 2 && TRY(save_extension(object, *module_name, *name))) return {};
    Object& last_name = list_item(*path, list_size(*path) - 1);
    if (parent.get() == module.get()) name = Ref<Object>::share(last_name);
    if (self_.protocol >= 4) {
        TRY(save(*module_name));
        TRY(save(*name));
        TRY(put(kStackGlobal));
    } else if (parent.get() != module.get()) {
        Ref<Object> getter = TRY(builtin_attribute(ts_, "getattr"_s));
        Ref<Tuple> arguments = TRY(tuple_of(ts_, *parent, last_name));
        Ref<Tuple> reduced = TRY(tuple_of(ts_, *getter, *arguments));
        TRY(save_reduced(*reduced, nullptr));
    } else {
        if (self_.protocol < 3 && self_.fix_imports) TRY(map_names(module_name, name));
        TRY(put(kGlobal));
        TRY(save_name_line(*module_name, "module"));
        TRY(save_name_line(*name, "global"));
    }
    return memoize(object);
}

Result<void> Saver::save_type(Object& type) {
    // The classes of singletons are not found anywhere: type(None) makes them again.
    for (Object* singleton : {&none(), Py_Ellipsis, Py_NotImplemented}) {
        if (&type != &obj(type_of(*singleton))) continue;
        Ref<Tuple> arguments = TRY(tuple_of(ts_, *singleton));
        Ref<Tuple> reduced = TRY(tuple_of(ts_, obj(PyType_Type), *arguments));
        return save_reduced(*reduced, &type);
    }
    return save_global(type, nullptr);
}

}  // namespace orochi::pickle
