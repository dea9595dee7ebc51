#include "lifecycle/silent_end.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "imports/extension.hpp"
#include "modules/builtin_modules.hpp"
#include "objects/dict.hpp"
#include "objects/list.hpp"
#include "objects/module.hpp"
#include "objects/str.hpp"
#include "objects/type.hpp"

namespace orochi {

namespace {

using std::string_view_literals::operator""sv;

// Built-in modules whose objects consist of memory in the interpreter's heap and nothing else, but for what
// sharing_end() lets go of. Files and generators are found by their finalisers.
constexpr std::string_view kModulesOfMemory[] = {
    "_abc",       "_bisect",   "_blake2",     "_codecs",       "_collections", "_csv",      "_datetime", "_elementtree",
    "_functools", "_heapq",    "_imp",        "_interpreters", "_io",          "_json",     "_locale",   "_md5",
    "_opcode",    "_operator", "_random",     "_sha1",         "_sha256",      "_sha3",     "_sha512",   "_signal",
    "_sre",       "_stat",     "_statistics", "_string",       "_struct",      "_symtable", "_thread",   "_typing",
    "_warnings",  "_weakref",  "array",       "atexit",        "binascii",     "builtins",  "cmath",     "errno",
    "gc",         "grp",       "itertools",   "marshal",       "math",         "posix",     "pwd",       "pyexpat",
    "sys",        "time",      "unicodedata"};

// The objects that make up sys.stdin, sys.stdout and sys.stderr.
struct StandardFiles {
    std::array<const Object*, 9> objects{};
    bool contains(const Object& object) const {
        return std::find(objects.begin(), objects.end(), &object) != objects.end();
    }
};

// False when one of them has been replaced: what is buffered in the original would be written at its end.
bool find_standard_files(ThreadState& ts, StandardFiles& files) {
    const Str* names[][2] = {
        {&"stdin"_s, &"__stdin__"_s}, {&"stdout"_s, &"__stdout__"_s}, {&"stderr"_s, &"__stderr__"_s}};
    size_t count = 0;
    for (auto& [name, original] : names) {
        Object* file = sys_get(ts, const_cast<Str&>(*name));
        if (file != sys_get(ts, const_cast<Str&>(*original))) return false;
        if (!file || is_none(file)) continue;
        files.objects[count++] = file;
        Ref<Object> layer = Ref<Object>::share(*file);
        for (Str* inner : {&"buffer"_s, &"raw"_s}) {
            auto next = getattr_optional(ts, *layer, obj(*inner));
            if (!next.ok()) {
                error_clear(ts);
                return false;
            }
            OptRef<Object> found = std::move(next).take();
            if (!found) break;  // unbuffered
            layer = found.take();
            files.objects[count++] = layer.get();  // kept alive by the one around it
        }
    }
    return true;
}

bool is_module_of_memory(Object& module) {
    PyModuleDef* definition = module_definition(module);
    if (!definition) return true;  // written in Python
    return std::find(std::begin(kModulesOfMemory), std::end(kModulesOfMemory), definition->m_name) !=
               std::end(kModulesOfMemory) &&
           find_builtin_module(definition->m_name) == definition;
}

// What the library makes callbacks of weak references of to tidy up tables of its own, and which does nothing else.
struct Tidier {
    std::string_view module, qualname;
};
constexpr Tidier kTidiers[] = {
    {"_weakrefset", "WeakSet.__init__.<locals>._remove"},
    {"weakref", "WeakValueDictionary.__init__.<locals>.remove"},
    {"weakref", "WeakKeyDictionary.__init__.<locals>.remove"},
    {"logging", "_removeHandlerRef"},
};

bool only_tidies_up(ThreadState& ts, Object& callback) {
    if (PyCFunction_CheckExact(&callback)) {  // that of the registries of abstract classes
        auto& function = as<PyCFunctionObject>(callback);
        return function.m_ml->ml_name == "_destroy"sv && function.m_self && PyWeakref_Check(function.m_self);
    }
    if (!PyFunction_Check(&callback)) return false;
    auto& function = as<Function>(callback);
    Object* module = dict_get_name(ts, as<Dict>(*function.func_globals), "__name__"_s);
    if (!module || !PyUnicode_Check(module)) return false;
    const Str& qualname = as<Str>(*as<Code>(function.func_code)->co_qualname);
    return std::any_of(std::begin(kTidiers), std::end(kTidiers), [&](const Tidier& tidier) {
        return str_equals_ascii(qualname, tidier.qualname) && str_equals_ascii(as<Str>(*module), tidier.module);
    });
}

bool object_ends_silently(ThreadState& ts, Object& object, const StandardFiles& files) {
    Type& type = type_of(object);
    if (PyModule_Check(&object)) return is_module_of_memory(object);
    if (PyType_Check(&object) && is_heap_type(as<Type>(object))) {
        // There may be instances, of which the collector need not know.
        Object* module = as<HeapType>(object).ht_module;
        if (module && !is_module_of_memory(*module)) return false;
    }
    if (PyWeakref_Check(&object)) {
        auto& reference = as<WeakReference>(object);
        return !reference.wr_callback || is_none(reference.wr_object) || only_tidies_up(ts, *reference.wr_callback);
    }
    return (!type.tp_finalize && !type.tp_del) || files.contains(object);
}

// A fork may be looking in from another thread.
bool is_only_thread(ThreadState& ts) {
    base::MutexGuard guard(ts.interpreter().threads_mutex);
    return !ts.next && !ts.prev;
}

bool is_empty_list(Object* list) { return !list || (PyList_Check(list) && list_size(as<List>(*list)) == 0); }

}  // namespace

bool ends_silently(ThreadState& ts) {
    Interpreter& interpreter = ts.interpreter();
    Collector& collector = interpreter.collector;
    if (!interpreter.start_image || interpreter.ends_visibly || !is_only_thread(ts)) return false;
    if (collector.debug || !is_empty_list(collector.garbage) || !is_empty_list(collector.callbacks)) return false;
    // While others look at its buffers, the heap stays; then all that nobody looks at is to be freed.
    if (extensions_in_use(interpreter) || interpreter.memory_holders.load() > 1) return false;
    StandardFiles files;
    if (interpreter.sys_dict && !find_standard_files(ts, files)) return false;
    for (GcHeader* list : {&collector.generations[0].head, &collector.generations[1].head,
                           &collector.generations[2].head, &collector.permanent}) {
        for (GcHeader* header = list->next; header != list; header = header->next) {
            if (!object_ends_silently(ts, gc_object(*header), files)) return false;
        }
    }
    return true;
}

}  // namespace orochi
