// listdir() and scandir().
#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include "modules/posix/posix.hpp"
#include "objects/warnings.hpp"

namespace orochi {

namespace {

struct DirEntry {
    PyObject ob_base;
    Object* name;
    Object* path;
    Object* stat;  // cached; null: not asked yet
    Object* lstat;
    unsigned char kind;  // d_type
    ino_t inode;
    int dir_fd;  // of scandir(fd); -1: path is complete
};

struct ScandirIterator {
    PyObject ob_base;
    Object* path;    // as given; null: None
    Object* prefix;  // bytes to put before names; null with a descriptor
    bool wants_bytes;
    int fd;
    DIR* stream;  // null: closed
};

// The open directory for a path argument; null with the error raised.
Result<DIR*> open_directory(ThreadState& ts, const AnyPath& path) {
    if (path.is_descriptor()) {
        // closedir() closes the descriptor, which is the caller's: use another one.
        auto copy = unlocked_call(ts, [&] { return fcntl(path.fd, F_DUPFD_CLOEXEC, 0); });
        TRY(check_system(ts, copy));
        int error = 0;
        DIR* stream = nullptr;
        unlocked_call(ts, [&] {
            stream = fdopendir(copy.value);
            if (!stream) {
                error = errno;
                close(copy.value);
            }
            return 0;
        });
        if (!stream) return raise_path_error(ts, error, path);
        return stream;
    }
    const char* name = path.name ? path.name : ".";
    int error = 0;
    DIR* stream = nullptr;
    unlocked_call(ts, [&] {
        stream = opendir(name);
        if (!stream) error = errno;
        return 0;
    });
    if (!stream) return raise_path_error(ts, error, path);
    return stream;
}

// The next entry that is not "." or "..": null at the end or, with errno set, on failure. Without the lock.
dirent* next_entry(DIR* stream) {
    for (;;) {
        errno = 0;
        dirent* entry = readdir(stream);
        if (!entry) return nullptr;
        const char* n = entry->d_name;
        if (n[0] == '.' && (n[1] == 0 || (n[1] == '.' && n[2] == 0))) continue;
        return entry;
    }
}

void close_directory(ThreadState& ts, DIR* stream, bool rewind) {
    unlocked_call(ts, [&] {
        // A duplicated descriptor shares its position with the original.
        if (rewind) rewinddir(stream);
        return closedir(stream);
    });
}

Result<Ref<Object>> entry_name(ThreadState& ts, const char* name, bool wants_bytes) {
    if (wants_bytes) return bytes_from(ts, name);
    return str_decode_filesystem(ts, name);
}

Result<void> list_names(ThreadState& ts, DIR* stream, const AnyPath& path, List& list) {
    for (;;) {
        dirent* entry;
        int error = 0;
        {
            Unlocked unlocked(ts);
            entry = next_entry(stream);
            error = errno;
        }
        if (!entry) {
            if (error) return raise_path_error(ts, error, path);
            return {};
        }
        TRY(list_append(ts, list, TRY(entry_name(ts, entry->d_name, path.is_bytes))));
    }
}

Result<Ref<Object>> posix_listdir(ThreadState& ts, Object&, AnyPath& path) {
    TRY(audit(ts, "os.listdir", "(O)", path.object ? path.object : &none()));
    DIR* stream = TRY(open_directory(ts, path));
    Ref<List> list = TRY(list_new(ts, 0));
    auto result = list_names(ts, stream, path, *list);
    close_directory(ts, stream, path.is_descriptor());
    if (!result.ok()) return failure;
    return list;
}

// The iterator.
void scandir_close(ThreadState& ts, ScandirIterator& self) {
    DIR* stream = self.stream;
    if (!stream) return;
    self.stream = nullptr;
    close_directory(ts, stream, self.fd != -1);
}

Result<Ref<Object>> posix_scandir(ThreadState& ts, Object& module, AnyPath& path) {
    TRY(audit(ts, "os.scandir", "(O)", path.object ? path.object : &none()));
    Ref<Object> made = TRY(allocate_instance(ts, *posix_state(module).scandir_iterator));
    ScandirIterator& self = as<ScandirIterator>(*made);
    self.path = new_reference_optional(path.object);
    self.wants_bytes = path.is_bytes;
    self.fd = path.fd;
    if (!path.is_descriptor()) {
        std::string prefix(path.name ? path.name : ".");
        if (prefix.empty() || prefix.back() != '/') prefix += '/';
        if (path.name && path.size == 0) prefix.clear();
        self.prefix = obj(std::move(TRY(bytes_from(ts, prefix))).release());
    }
    self.stream = TRY(open_directory(ts, path));
    ts.interpreter().ends_visibly = true;  // a stream that is never closed belongs to the C library
    return made;
}

Result<Ref<Object>> make_entry(ThreadState& ts, PosixState& state, ScandirIterator& iterator, const dirent& data) {
    Ref<Object> made = TRY(allocate_instance(ts, *state.dir_entry));
    DirEntry& entry = as<DirEntry>(*made);
    entry.kind = data.d_type;
    entry.inode = data.d_ino;
    entry.dir_fd = iterator.fd;
    entry.name = std::move(TRY(entry_name(ts, data.d_name, iterator.wants_bytes))).release();
    if (iterator.prefix) {
        std::string path(bytes_view(as<Bytes>(*iterator.prefix)));
        path += data.d_name;
        entry.path = std::move(TRY(entry_name(ts, path.c_str(), iterator.wants_bytes))).release();
    } else {
        entry.path = new_reference(*entry.name);
    }
    return made;
}

Result<PosixState*> state_of(ThreadState& ts, Object& self) {
    Object* module = type_module(type_of(self));
    if (!module) return raise(ts, PyExc_TypeError, "Type '%s' has no associated module", type_of(self).tp_name);
    return &posix_state(*module);
}

Result<OptRef<Object>> scandir_next(ThreadState& ts, ScandirIterator& self) {
    if (!self.stream) return nullptr;
    dirent* entry;
    int error;
    {
        Unlocked unlocked(ts);
        entry = next_entry(self.stream);
        error = errno;
    }
    if (!entry) {
        scandir_close(ts, self);
        if (error) return raise_os_error(ts, error, self.path);
        return nullptr;
    }
    PosixState* state = TRY(state_of(ts, obj(self)));
    auto made = make_entry(ts, *state, self, *entry);
    if (!made.ok()) {
        scandir_close(ts, self);
        return failure;
    }
    return std::move(made).take();
}
Result<void> scandir_close_method(ThreadState& ts, ScandirIterator& self) {
    scandir_close(ts, self);
    return {};
}
Result<Ref<Object>> scandir_enter(ThreadState&, Object& self) { return Ref<Object>::share(self); }
Result<void> scandir_exit(ThreadState& ts, ScandirIterator& self, Rest) {
    scandir_close(ts, self);
    return {};
}
void scandir_finalize(ThreadState& ts, ScandirIterator& self) {
    if (!self.stream) return;
    ErrorKeeper keeper(ts);
    Ref<Str> message = TRY_OR((void)0, str_format(ts, "unclosed scandir iterator %R", &self));
    if (!warn_object(ts, obj(*message), PyExc_ResourceWarning, 1, obj(&self)).ok()) {
        if (error_matches(ts, PyExc_Warning)) write_unraisable(ts, obj(&self));
    }
    scandir_close(ts, self);
}
void scandir_dealloc(Object* object) {
    ThreadState& ts = current_thread();
    if (finalize_on_dealloc(ts, *object)) return;
    ScandirIterator& self = as<ScandirIterator>(*object);
    if (self.stream) scandir_close(ts, self);
    Type& type = type_of(*object);
    clear(self.path);
    clear(self.prefix);
    type.tp_free(object);
    decref(type);
}

// DirEntry.
void entry_dealloc(Object* object) {
    DirEntry& self = as<DirEntry>(*object);
    Type& type = type_of(*object);
    clear(self.name);
    clear(self.path);
    clear(self.stat);
    clear(self.lstat);
    type.tp_free(object);
    decref(type);
}
Result<Ref<Str>> entry_repr(ThreadState& ts, DirEntry& self) { return str_format(ts, "<DirEntry %R>", self.name); }
Result<Ref<Object>> entry_fspath(ThreadState&, DirEntry& self) { return Ref<Object>::share(*self.path); }

Result<Ref<Object>> fetch_stat(ThreadState& ts, DirEntry& self, bool follow) {
    Ref<Bytes> name = TRY(filesystem_bytes(ts, *self.path));
    struct stat data;
    auto result = unlocked_call(ts, [&] {
        return fstatat(self.dir_fd == -1 ? AT_FDCWD : self.dir_fd, bytes_data(*name), &data,
                       follow ? 0 : AT_SYMLINK_NOFOLLOW);
    });
    if (result.failed()) return raise_os_error(ts, result.error, self.path);
    PosixState* state = TRY(state_of(ts, obj(self)));
    return stat_object(ts, *state, data);
}
Result<Ref<Object>> entry_lstat(ThreadState& ts, DirEntry& self) {
    if (!self.lstat) self.lstat = std::move(TRY(fetch_stat(ts, self, false))).release();
    return Ref<Object>::share(*self.lstat);
}
Result<Ref<Object>> entry_stat(ThreadState& ts, DirEntry& self, bool follow) {
    if (!follow) return entry_lstat(ts, self);
    if (!self.stat) {
        bool is_link = self.kind == DT_LNK;
        if (self.kind == DT_UNKNOWN) {
            Ref<Object> own = TRY(entry_lstat(ts, self));
            is_link = S_ISLNK(TRY(int_as_long(ts, tuple_item(as<Tuple>(*own), 0))));
        }
        self.stat = std::move(is_link ? TRY(fetch_stat(ts, self, true)) : TRY(entry_lstat(ts, self))).release();
    }
    return Ref<Object>::share(*self.stat);
}
Result<bool> has_mode(ThreadState& ts, DirEntry& self, bool follow, unsigned mode, unsigned char kind) {
    bool needs_stat = self.kind == DT_UNKNOWN || (follow && self.kind == DT_LNK);
    if (!needs_stat) return self.kind == kind;
    auto result = entry_stat(ts, self, follow);
    if (!result.ok()) {
        if (!error_matches(ts, PyExc_FileNotFoundError)) return failure;
        error_clear(ts);  // it went away, or is a link to nowhere
        return false;
    }
    Ref<Object> data = std::move(result).take();
    return (TRY(int_as_long(ts, tuple_item(as<Tuple>(*data), 0))) & S_IFMT) == mode;
}
Result<bool> entry_is_dir(ThreadState& ts, DirEntry& self, bool follow) {
    return has_mode(ts, self, follow, S_IFDIR, DT_DIR);
}
Result<bool> entry_is_file(ThreadState& ts, DirEntry& self, bool follow) {
    return has_mode(ts, self, follow, S_IFREG, DT_REG);
}
Result<bool> entry_is_symlink(ThreadState& ts, DirEntry& self) {
    if (self.kind != DT_UNKNOWN) return self.kind == DT_LNK;
    return has_mode(ts, self, false, S_IFLNK, DT_LNK);
}
unsigned long entry_inode(DirEntry& self) { return self.inode; }

const MethodDef entry_methods[] = {
    METHOD("is_dir($self, /, *, follow_symlinks=True)", entry_is_dir,
           "Return True if the entry is a directory; cached per entry."),
    METHOD("is_file($self, /, *, follow_symlinks=True)", entry_is_file,
           "Return True if the entry is a file; cached per entry."),
    METHOD("is_symlink($self, /)", entry_is_symlink, "Return True if the entry is a symbolic link; cached per entry."),
    METHOD("stat($self, /, *, follow_symlinks=True)", entry_stat,
           "Return stat_result object for the entry; cached per entry."),
    METHOD("inode($self, /)", entry_inode, "Return inode of the entry; cached per entry."),
    METHOD("__fspath__($self, /)", entry_fspath, "Returns the path for the entry."),
    METHOD_PLAIN_FLAGS("__class_getitem__($type, item, /)", class_getitem, "See PEP 585", 0),
    METHOD_END,
};
const PyMemberDef entry_members[] = {
    {"name", T_OBJECT_EX, offsetof(DirEntry, name), READONLY,
     "the entry's base filename, relative to scandir() \"path\" argument"},
    {"path", T_OBJECT_EX, offsetof(DirEntry, path), READONLY,
     "the entry's full path name; equivalent to os.path.join(scandir_path, entry.name)"},
    {},
};
const MethodDef scandir_iterator_methods[] = {
    METHOD_PLAIN("__enter__($self, /)", scandir_enter, nullptr),
    METHOD_PLAIN("__exit__($self, /, *args)", scandir_exit, nullptr),
    METHOD_PLAIN("close($self, /)", scandir_close_method, nullptr),
    METHOD_END,
};

}  // namespace

const MethodDef posix_scandir_methods[] = {
    METHOD("listdir($module, /, path=None)", posix_listdir,
           "Return a list containing the names of the files in the directory."),
    METHOD("scandir($module, /, path=None)", posix_scandir, "Return an iterator of DirEntry objects for given path."),
    METHOD_END,
};

Result<void> posix_add_scandir_classes(ThreadState& ts, Object& module, PosixState& state) {
    PyType_Slot entry_slots[] = {
        {Py_tp_dealloc, reinterpret_cast<void*>(entry_dealloc)},
        {Py_tp_repr, slot_pointer<reprfunc, entry_repr>()},
        {Py_tp_methods, METHOD_TABLE(entry_methods)},
        {Py_tp_members, MEMBER_TABLE(entry_members)},
        {0, nullptr},
    };
    PyType_Spec entry_spec = {"posix.DirEntry", sizeof(DirEntry), 0,
                              Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, entry_slots};
    state.dir_entry = std::move(TRY(module_add_type(ts, module, entry_spec))).release();
    PyType_Slot iterator_slots[] = {
        {Py_tp_dealloc, reinterpret_cast<void*>(scandir_dealloc)},
        {Py_tp_finalize, slot_pointer<destructor, scandir_finalize>()},
        {Py_tp_iter, reinterpret_cast<void*>(PyObject_SelfIter)},
        {Py_tp_iternext, slot_pointer<iternextfunc, scandir_next>()},
        {Py_tp_methods, METHOD_TABLE(scandir_iterator_methods)},
        {0, nullptr},
    };
    PyType_Spec iterator_spec = {"posix.ScandirIterator", sizeof(ScandirIterator), 0,
                                 Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, iterator_slots};
    state.scandir_iterator = std::move(TRY(type_from_spec(ts, &module, iterator_spec, nullptr))).release();
    return {};
}

}  // namespace orochi
