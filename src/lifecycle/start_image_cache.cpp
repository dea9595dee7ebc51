#include "lifecycle/start_image_cache.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <new>

#include "lifecycle/lifecycle.hpp"
#include "lifecycle/start_image_build.hpp"
#include "lifecycle/start_steps.hpp"
#include "lifecycle/watched_import.hpp"
#include "modules/posix/environment.hpp"
#include "objects/dict.hpp"
#include "objects/list.hpp"
#include "objects/module.hpp"
#include "objects/str.hpp"
#include "state/config.hpp"

extern "C" char** environ;

namespace orochi {

namespace {

std::vector<std::string> process_environment() {
    std::vector<std::string> result;
    for (char** entry = environ; entry && *entry; ++entry) result.push_back(*entry);
    return result;
}

StartImage::FileState file_state(std::string path) {
    StartImage::FileState result{std::move(path)};
    struct stat info;
    if (stat(result.path.c_str(), &info) == 0) {
        result.inode = info.st_ino;
        result.modified = info.st_mtim;
    }
    return result;
}

void add_file(ThreadState& ts, StartImage& image, Object& path) {
    if (!PyUnicode_Check(&path)) return;
    if (auto text = str_utf8(ts, as<Str>(path)); text.ok())
        image.files.push_back(file_state(std::string(std::move(text).take())));
}

// What importing `site` has looked at: the directories for modules and for .pth files, and the files of modules that
// were found there.
Result<void> list_files(ThreadState& ts, StartImage& image) {
    Ref<Object> site = TRY(import_module(ts, "site"_n));
    Ref<Object> directories = TRY(call_method(ts, *site, "getsitepackages"_n));
    Ref<Object> user_directory = TRY(call_method(ts, *site, "getusersitepackages"_n));
    add_file(ts, image, *user_directory);
    for (Object* list : {directories.get(), sys_get(ts, "path"_s)}) {
        if (!list || !PyList_Check(list)) return raise(ts, PyExc_TypeError, "a path is no list");
        for (Py_ssize_t i = 0; i < list_size(as<List>(*list)); ++i) add_file(ts, image, list_item(as<List>(*list), i));
    }
    Py_ssize_t position = 0;
    Object *key, *module;
    while (dict_next(as<Dict>(*ts.interpreter().modules), position, &key, &module)) {
        if (Object* file = TRY(dict_get(ts, module_dict(*module), "__file__"_n))) add_file(ts, image, *file);
    }
    return {};
}

void destroy_source(StartImage& image) {
    Interpreter* source = std::exchange(image.source, nullptr);
    if (!source) return;
    Config* config = source->config;
    interpreter_delete(source);
    delete config;
}

// The standard files are there while `site` runs, which may ask for them, but every interpreter has its own.
Result<bool> start_with_site(ThreadState& ts, StartImage& image) {
    TRY(open_standard_files(ts));
    Dict& sys = as<Dict>(*ts.interpreter().sys_dict);
    struct Opened {
        Str* name;
        OptRef<Object> file;
    } opened[] = {{&"stdin"_s, {}},     {&"stdout"_s, {}},     {&"stderr"_s, {}},
                  {&"__stdin__"_s, {}}, {&"__stdout__"_s, {}}, {&"__stderr__"_s, {}}};
    for (Opened& entry : opened) entry.file = OptRef<Object>::share(sys_get(ts, *entry.name));
    if (!import_site_watched(ts)) return false;
    for (Opened& entry : opened) {
        if (sys_get(ts, *entry.name) != entry.file.get()) return false;
        TRY(dict_discard(ts, sys, obj(*entry.name)));
    }
    TRY(list_files(ts, image));
    return true;
}

// sys has just come from the image.
void complete_sys(ThreadState& ts) {
    ErrorKeeper keep(ts);
    if (!open_standard_files(ts).ok()) error_clear(ts);
    sharing_sys_is_there(ts);
}

bool succeeded(Result<bool>&& result) { return result.ok() && std::move(result).take(); }

// Starts an interpreter that nobody sees and takes its state.
void fill(StartImage& image, Runtime& runtime, const Config& config, bool with_site) {
    Interpreter* source = image.source = interpreter_new_hidden(runtime);
    if (!source) return;
    source->heap.hand_out_cleared();
    source->config = new (std::nothrow) Config();
    if (!source->config || !config_copy(*source->config, config)) return;
    source->config->int_max_str_digits = source->int_max_str_digits = config.int_max_str_digits;
    source->config->utf8_mode = config.utf8_mode;
    ThreadState* ts = thread_state_new(*source);
    if (!ts) return;
    image.environment = process_environment();
    ThreadState* previous = thread_state_swap(ts);
    const char* step;
    image.has_site = with_site;
    image.after_sys = complete_sys;
    image.usable = start_alike(*ts, step).ok() && (!with_site || succeeded(start_with_site(*ts, image))) &&
                   start_image_build(*ts, image);
    error_clear(*ts);
    thread_state_swap(previous);
    thread_state_delete(ts);
}

// A new image, in front of the runtime's others.
void build(Runtime& runtime, const Config& config) {
    for (bool with_site : {true, false}) {
        if (with_site && !config.site_import) continue;
        auto* image = new (std::nothrow) StartImage();
        if (!image) return;
        fill(*image, runtime, config, with_site);
        if (image->usable || !with_site) {
            image->older = std::exchange(runtime.start_image, image);
            return;
        }
        // Something in `site` reaches outside: every interpreter is to import it for itself.
        destroy_source(*image);
        delete image;
    }
}

bool same_configuration(const StartImage& image, const Config& config) {
    const Config* own = image.source ? image.source->config : nullptr;
    return own && own->int_max_str_digits == config.int_max_str_digits && own->utf8_mode == config.utf8_mode &&
           config_equal(*own, config);
}

bool is_outdated(const StartImage& image) {
    return std::any_of(image.files.begin(), image.files.end(),
                       [](const StartImage::FileState& file) { return file_state(file.path) != file; });
}

}  // namespace

const StartImage* start_image_for(Runtime& runtime, const Config& config) {
#ifdef OROCHI_HEAP_IS_MALLOC
    return nullptr;  // a heap of malloc's blocks can begin with no image
#endif
    // Whoever watches the steps of a start is to see them.
    if (config.verbose || config.import_time || runtime.audit_hooks.load() || runtime.open_code_hook) return nullptr;
    if (!config._install_importlib) return nullptr;
    base::MutexGuard guard(runtime.start_image_mutex);
    if (!runtime.start_image || is_outdated(*runtime.start_image)) build(runtime, config);
    StartImage* image = runtime.start_image;
    return image && image->usable && same_configuration(*image, config) ? image : nullptr;
}

Result<void> start_image_refresh(ThreadState& ts) {
    if (process_environment() != ts.interpreter().start_image->environment) TRY(posix_environ_refresh(ts));
    return {};
}

void start_image_forget(Runtime& runtime) {
    base::MutexGuard guard(runtime.start_image_mutex);
    while (StartImage* image = runtime.start_image) {
        runtime.start_image = image->older;
        destroy_source(*image);
        delete image;
    }
}

}  // namespace orochi
