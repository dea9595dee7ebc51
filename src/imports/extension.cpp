#include "imports/extension.hpp"

#include <dlfcn.h>
#include <elf.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <new>
#include <string>
#include <utility>

#include "base/elf.hpp"
#include "imports/runtime_block.hpp"
#include "imports/single_phase.hpp"
#include "objects/bytes.hpp"
#include "objects/dict.hpp"
#include "objects/module.hpp"
#include "objects/str.hpp"
#include "state/start_image.hpp"

namespace orochi {

namespace {

// A single-phase module without state of its own (m_size -1) that an image has made: importing it again gives its first
// names again (m_base.m_copy), since its C globals belong to those.
struct SinglePhase {
    InitFunction function;
    PyModuleDef* definition;
};

// One loaded copy of a file. `owner` is the interpreter that uses it, null when that has closed.
struct Image {
    Image* next;
    char* path;
    dev_t device;
    ino_t inode;
    timespec modified;
    void* handle;  // its link_map
    Interpreter* owner;
    bool pinned = false;  // some thread may come back to its code: never unloaded
    // The closed interpreter whose threads may come back to its code, until they have left; or -1.
    int64_t left_by = -1;
    std::shared_ptr<RuntimeBlock> runtime_block;  // of the interpreter, if the image refers to it
    std::vector<SinglePhase> single_phase;        // touched by the owner alone, under its lock
};

// All images of the process, in Runtime::images, guarded by Runtime::mutex.
struct ImageTable {
    Image* first = nullptr;
    uint32_t copies = 0;  // made so far
};

// A path to a descriptor that no other copy has had. The dynamic linker takes equal paths for the same object, and
// descriptor numbers come again; so the copy's number is spelled into the path, in redundant dots and slashes.
std::string unique_path(int descriptor, uint32_t number) {
    std::string path = "/proc/self/fd/";
    for (; number; number >>= 1) path += number & 1 ? ".//" : "./";
    return path + std::to_string(descriptor);
}

ImageTable* image_table(Runtime& runtime) {
    auto* table = static_cast<ImageTable*>(runtime.images.load());
    if (!table) {
        table = new (std::nothrow) ImageTable();
        runtime.images.store(table);
    }
    return table;
}

bool same_file(const Image& image, const struct stat& info) {
    return image.device == info.st_dev && image.inode == info.st_ino && image.modified.tv_sec == info.st_mtim.tv_sec &&
           image.modified.tv_nsec == info.st_mtim.tv_nsec;
}

// Symbols marked unique are the same in all objects of a process, which is what a copy is to prevent: makes them
// ordinary. What is no sound ELF file is left for the dynamic linker to refuse.
void make_unique_symbols_ordinary(int file, size_t size) {
    void* memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (memory == MAP_FAILED) return;
    auto* bytes = static_cast<uint8_t*>(memory);
    base::ElfImage image;
    if (!base::read_elf(bytes, size, &image)) {
        for (const base::ElfSymbol& symbol : image.symbols) {
            if (symbol.binding != STB_GNU_UNIQUE) continue;
            bytes[symbol.record + offsetof(Elf64_Sym, st_info)] = ELF64_ST_INFO(STB_GLOBAL, symbol.type);
        }
    }
    munmap(memory, size);
}

// An anonymous file with the content of `path`, to be loaded in its place. -1: errno is set.
int copy_to_memory(const char* path, off_t size) {
    int from = open(path, O_RDONLY | O_CLOEXEC);
    if (from < 0) return -1;
    int to = memfd_create("orochi-image", MFD_CLOEXEC);
    if (to >= 0) {
        off_t offset = 0;
        while (offset < size) {
            ssize_t sent = sendfile(to, from, &offset, size_t(size - offset));
            if (sent <= 0) {
                close(to);
                to = -1;
                break;
            }
        }
    }
    close(from);
    if (to >= 0) make_unique_symbols_ordinary(to, size_t(size));
    return to;
}

// Whether the address is in the object.
bool is_code_of(void* handle, const void* address) {
    dl_find_object found;
    return address && _dl_find_object(const_cast<void*>(address), &found) == 0 && found.dlfo_link_map == handle;
}

// Whether the process keeps pointers into the object that outlive the interpreter.
bool is_registered(Runtime& runtime, void* handle) {
    for (auto* hook = runtime.audit_hooks.load(); hook; hook = hook->next) {
        if (is_code_of(handle, reinterpret_cast<void*>(hook->function))) return true;
    }
    for (int i = 0; i < runtime.exit_function_count; ++i) {
        if (is_code_of(handle, reinterpret_cast<void*>(runtime.exit_functions[i]))) return true;
    }
    return is_code_of(handle, reinterpret_cast<void*>(runtime.open_code_hook)) ||
           is_code_of(handle, reinterpret_cast<void*>(PyOS_ReadlineFunctionPointer)) ||
           is_code_of(handle, reinterpret_cast<void*>(PyOS_InputHook));
}

// The block that the interpreter's images share, made for the first one. Null: out of memory.
std::shared_ptr<RuntimeBlock> runtime_block_of(const ImageTable& table, const Interpreter& interpreter) {
    for (Image* image = table.first; image; image = image->next) {
        if (image->owner == &interpreter && image->runtime_block) return image->runtime_block;
    }
    return runtime_block_new();
}

struct Loaded {
    Image* image = nullptr;
    std::string error;  // why there is none
};

Loaded load_image(Interpreter& interpreter, const char* path) {
    Loaded result;
    struct stat info;
    if (stat(path, &info) != 0) {
        // dlopen has the better message.
        (void)dlopen(path, RTLD_NOW);
        const char* why = dlerror();
        result.error = why ? why : "cannot open shared object file";
        return result;
    }
    Runtime& runtime = *interpreter.runtime;
    base::MutexGuard guard(runtime.mutex);
    ImageTable* table = image_table(runtime);
    if (!table) {
        result.error = "out of memory";
        return result;
    }
    bool taken = false;
    for (Image* image = table->first; image; image = image->next) {
        if (!same_file(*image, info)) continue;
        if (image->owner == &interpreter) {
            result.image = image;
            return result;
        }
        taken = true;
    }
    int copy = -1;
    std::string name = path;
    if (taken) {
        copy = copy_to_memory(path, info.st_size);
        if (copy < 0) {
            result.error = std::string("cannot copy ") + path;
            return result;
        }
        name = unique_path(copy, ++table->copies);
    }
    // A relative path would be searched for, not opened.
    if (!taken && name.find('/') == name.npos) name = "./" + name;
    void* handle = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        const char* why = dlerror();
        result.error = why ? why : "unknown dlopen() error";
    }
    if (copy >= 0) close(copy);
    if (!handle) return result;
    std::shared_ptr<RuntimeBlock> block;
    Image* image = nullptr;
    bool good = true;
    if (image_wants_runtime_block(handle)) {
        block = runtime_block_of(*table, interpreter);
        good = block && image_set_runtime_block(handle, *block);
    }
    if (good) {
        image = new (std::nothrow) Image{.next = table->first,
                                         .path = strdup(path),
                                         .device = info.st_dev,
                                         .inode = info.st_ino,
                                         .modified = info.st_mtim,
                                         .handle = handle,
                                         .owner = &interpreter,
                                         .runtime_block = std::move(block)};
    }
    if (!image) {
        dlclose(handle);
        result.error = "out of memory";
        return result;
    }
    table->first = image;
    result.image = image;
    return result;
}

// After the init function has made a module for the first time.
Result<void> remember(ThreadState& ts, Image& image, InitFunction function, Object& module) {
    PyModuleDef* definition = module_definition(module);
    if (!definition || definition->m_size != -1) return {};
    Ref<Dict> names = TRY(dict_copy(ts, module_dict(module)));
    definition->m_base.m_init = function;
    definition->m_base.m_copy = obj(std::move(names).release());
    image.single_phase.push_back({function, definition});
    return {};
}

Result<Ref<Object>> make_again(ThreadState& ts, Object& name, PyModuleDef& definition) {
    OptRef<Object> existing = TRY(imported_module(ts, name));
    Ref<Object> module = existing ? existing.take() : TRY(module_new(ts, name));
    if (!PyModule_Check(module.get())) return raise(ts, PyExc_ImportError, "%U is no module in sys.modules", &name);
    TRY(dict_update(ts, module_dict(*module), *definition.m_base.m_copy));
    TRY(state_add_module(ts, *module, definition));
    return module;
}

// PyInit_NAME, or PyInitU_ and punycode for names outside ASCII (PEP 489).
Result<std::string> init_function_name(ThreadState& ts, Str& full_name) {
    Py_ssize_t length = str_length(full_name);
    Py_ssize_t dot = -1;
    for (Py_ssize_t i = 0; i < length; ++i) {
        if (str_at(full_name, i) == '.') dot = i;
    }
    Ref<Str> last = TRY(str_substring(ts, full_name, dot + 1, length));
    bool ascii = str_is_ascii(*last);
    Ref<Object> encoded = TRY(str_encode(ts, *last, ascii ? "ascii" : "punycode", nullptr));
    std::string result = ascii ? "PyInit_" : "PyInitU_";
    for (char c : bytes_view(as<Bytes>(*encoded))) result += c == '-' ? '_' : c;
    return result;
}

}  // namespace

Result<Ref<Object>> extension_initialize(ThreadState& ts, Object& spec) {
    Ref<Object> name = TRY(getattr(ts, spec, "name"_n));
    Ref<Object> origin = TRY(getattr(ts, spec, "origin"_n));
    if (!PyUnicode_Check(name.get())) return raise(ts, PyExc_TypeError, "spec.name must be a string");
    if (!PyUnicode_Check(origin.get())) return raise(ts, PyExc_TypeError, "spec.origin must be a string");
    std::string function_name = TRY(init_function_name(ts, as<Str>(*name)));
    TRY(audit(ts, "import", "OOOOO", name.get(), origin.get(), &none(), &none(), &none()));
    Ref<Object> path = TRY(str_encode_filesystem(ts, as<Str>(*origin)));
    std::string path_text(bytes_view(as<Bytes>(*path)));
    start_image_load_all(ts.interpreter());  // compiled code may read the words of objects without asking
    Loaded loaded;
    {
        // Constructors of the object may take long, and may not touch Python.
        Unlocked unlocked(ts);
        loaded = load_image(ts.interpreter(), path_text.c_str());
    }
    if (!loaded.image) {
        Ref<Object> message = TRY(str_decode_filesystem(ts, loaded.error));
        return raise_import_error(ts, PyExc_ImportError, message, name.get(), origin.get());
    }
    Image& image = *loaded.image;
    if (image.runtime_block) {
        // The lock keeps the copy from here on.
        image.runtime_block->tstate_current.store(&ts, std::memory_order_relaxed);
        ts.interpreter().parts[size_t(Part::kHolderCopy)] = &image.runtime_block->tstate_current;
    }
    auto function = reinterpret_cast<InitFunction>(dlsym(image.handle, function_name.c_str()));
    if (!function) {
        Ref<Str> message =
            TRY(str_format(ts, "dynamic module does not define module export function (%s)", function_name.c_str()));
        return raise_import_error(ts, PyExc_ImportError, obj(message.get()[0]), name.get(), origin.get());
    }
    for (const SinglePhase& made : image.single_phase) {
        if (made.function == function) return make_again(ts, *name, *made.definition);
    }
    Ref<Object> result = TRY(run_init_function(ts, function, *name));
    if (PyModule_Check(result.get())) TRY(remember(ts, image, function, *result));
    return result;
}

Result<Ref<Object>> run_init_function(ThreadState& ts, InitFunction function, Object& name) {
    // A single-phase module learns its full name from the context.
    std::string full_name(TRY(str_utf8(ts, as<Str>(name))));
    const char* outer = std::exchange(ts.package_context, full_name.c_str());
    Object* result = function();
    ts.package_context = outer;
    if (!result) {
        if (!error_pending(ts)) {
            return raise(ts, PyExc_SystemError, "initialization of %U failed without raising an exception", &name);
        }
        return failure;
    }
    if (error_pending(ts)) {
        decref(*result);
        return raise_from_pending(ts, PyExc_SystemError, "initialization of %U raised unreported exception", &name);
    }
    if (!result->ob_type) {
        return raise(ts, PyExc_SystemError, "init function of %U returned uninitialized object", &name);
    }
    return Ref<Object>::steal(*result);
}

bool extensions_in_use(Interpreter& interpreter) {
    base::MutexGuard guard(interpreter.runtime->mutex);
    auto* table = static_cast<ImageTable*>(interpreter.runtime->images.load());
    for (Image* image = table ? table->first : nullptr; image; image = image->next) {
        if (image->owner == &interpreter) return true;
    }
    return false;
}

void extensions_forget_modules(ThreadState& ts) {
    Interpreter& interpreter = ts.interpreter();
    std::vector<SinglePhase> forgotten;
    {
        base::MutexGuard guard(interpreter.runtime->mutex);
        auto* table = static_cast<ImageTable*>(interpreter.runtime->images.load());
        for (Image* image = table ? table->first : nullptr; image; image = image->next) {
            if (image->owner != &interpreter) continue;
            forgotten.insert(forgotten.end(), image->single_phase.begin(), image->single_phase.end());
            image->single_phase.clear();
        }
    }
    for (const SinglePhase& made : forgotten) clear(made.definition->m_base.m_copy);
}

namespace {

// Whether the interpreter is there, or threads of it are. Runtime::mutex is held.
bool is_listed(Runtime& runtime, int64_t id) {
    for (Interpreter* list : {runtime.interpreters, runtime.orphaned}) {
        for (Interpreter* each = list; each; each = each->next) {
            if (each->id == id) return true;
        }
    }
    return false;
}

}  // namespace

std::vector<void*> extensions_release(Interpreter& interpreter, bool threads_left) {
    std::vector<void*> unused;
    Runtime& runtime = *interpreter.runtime;
    base::MutexGuard guard(runtime.mutex);
    interpreter.parts[size_t(Part::kHolderCopy)] = nullptr;
    auto* table = static_cast<ImageTable*>(runtime.images.load());
    for (Image* image = table ? table->first : nullptr; image; image = image->next) {
        if (image->owner == &interpreter) {
            image->owner = nullptr;
            image->left_by = threads_left ? interpreter.id : -1;
        }
        // Also of interpreters that closed before, when what was registered then no longer is, or the last thread has
        // left.
        if (image->owner || image->pinned || is_registered(runtime, image->handle)) continue;
        if (image->left_by < 0 || !is_listed(runtime, image->left_by)) unused.push_back(image->handle);
    }
    return unused;
}

void extensions_unload(Runtime& runtime, const std::vector<void*>& images) {
    base::MutexGuard guard(runtime.mutex);
    auto* table = static_cast<ImageTable*>(runtime.images.load());
    for (void* handle : images) {
        Image** link = &table->first;
        while (*link && (*link)->handle != handle) link = &(*link)->next;
        Image* image = *link;
        if (!image || image->owner) continue;  // another closing interpreter was faster
        dlclose(handle);
        // The linker may be bound to keep it (unique symbols, -z nodelete); then its globals stay dirty.
        if (void* still = dlopen(image->path, RTLD_LAZY | RTLD_NOLOAD)) {
            dlclose(still);
            if (still == handle) {
                image->pinned = true;
                continue;
            }
        }
        *link = image->next;
        free(image->path);
        delete image;
    }
}

CodeOwner owner_of_calling_code(Runtime& runtime, const void* address) {
    dl_find_object found;
    if (_dl_find_object(const_cast<void*>(address), &found) != 0) return {false, nullptr};
    base::MutexGuard guard(runtime.mutex);
    auto* table = static_cast<ImageTable*>(runtime.images.load());
    for (Image* image = table ? table->first : nullptr; image; image = image->next) {
        if (image->handle != found.dlfo_link_map) continue;
        image->pinned = true;
        return {true, image->owner};
    }
    return {false, nullptr};
}

}  // namespace orochi
