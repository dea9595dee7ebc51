// The module posix: what os.py makes os of. One file a subject; each has a table of functions, which module.cpp
// joins. Arguments that name files are declared below, as parameters of native functions.
#pragma once

#include "modules/os_support.hpp"

namespace orochi {

struct PosixState {
    Type* stat_result;
    Type* statvfs_result;
    Type* terminal_size;
    Type* times_result;
    Type* uname_result;
    Type* waitid_result;
    Type* sched_param;
    Type* dir_entry;
    Type* scandir_iterator;
    // What the module refers to.
    template <class F>
    void each(F f) {
        for (Type** type : {&stat_result, &statvfs_result, &terminal_size, &times_result, &uname_result, &waitid_result,
                            &sched_param, &dir_entry, &scandir_iterator}) {
            f(*type);
        }
    }
};
inline PosixState& posix_state(Object& module) { return *static_cast<PosixState*>(module_state(module)); }

extern const MethodDef posix_file_methods[];
extern const MethodDef posix_transfer_methods[];
extern const MethodDef posix_stat_methods[];
extern const MethodDef posix_directory_methods[];
extern const MethodDef posix_scandir_methods[];
extern const MethodDef posix_process_methods[];
extern const MethodDef posix_execution_methods[];
extern const MethodDef posix_identity_methods[];
extern const MethodDef posix_scheduling_methods[];
extern const MethodDef posix_configuration_methods[];
Result<void> posix_add_stat_classes(ThreadState& ts, Object& module, PosixState& state);
Result<void> posix_add_process_classes(ThreadState& ts, Object& module, PosixState& state);
Result<void> posix_add_scandir_classes(ThreadState& ts, Object& module, PosixState& state);
Result<void> posix_add_scheduling_classes(ThreadState& ts, Object& module, PosixState& state);
Result<void> posix_add_configuration_names(ThreadState& ts, Object& module);

// A file name: str, bytes or os.PathLike, or, where the kind says so, a file descriptor or None.
enum class PathKind { kName, kNameOrDescriptor, kNameOrNone, kAny };

struct PathArgument {
    Object* object = nullptr;  // as errors show it; kept alive by `keeper` or the caller
    OptRef<Object> keeper;
    OptRef<Object> bytes;
    const char* name = nullptr;  // null: a descriptor, or None
    Py_ssize_t size = 0;
    int fd = -1;
    bool is_bytes = false;  // bytes were given: names in the answer are bytes too
    bool is_descriptor() const { return fd != -1; }
};
Result<void> convert_path(ThreadState& ts, Object* argument, PathKind kind, std::string_view function,
                          std::string_view parameter, PathArgument& path);
// OSError with the path as its file name.
[[gnu::cold]] Failure raise_path_error(ThreadState& ts, int error, const PathArgument& path);
[[gnu::cold]] Failure raise_path_error2(ThreadState& ts, int error, const PathArgument& a, const PathArgument& b);

template <PathKind Kind>
struct PathOf : PathArgument {};
using Path = PathOf<PathKind::kName>;
using PathOrDescriptor = PathOf<PathKind::kNameOrDescriptor>;
using PathOrNone = PathOf<PathKind::kNameOrNone>;
using AnyPath = PathOf<PathKind::kAny>;

template <PathKind Kind, class Sig, int Index>
struct Holder<PathOf<Kind>&, Sig, Index> {
    PathOf<Kind> value;
    Result<void> set(ThreadState& ts, Object* argument) {
        return convert_path(ts, argument, Kind, Sig::value.name(), Sig::value.parameter(Index), value);
    }
    PathOf<Kind>& get() { return value; }
};

// dir_fd: None means the current directory.
struct DirectoryDescriptor {
    int fd = AT_FDCWD;
    bool given() const { return fd != AT_FDCWD; }
};
Result<int> convert_directory_descriptor(ThreadState& ts, Object& argument);
template <class Sig, int Index>
struct Holder<DirectoryDescriptor, Sig, Index> {
    DirectoryDescriptor value;
    Result<void> set(ThreadState& ts, Object* argument) {
        if (argument && !is_none(argument)) value.fd = TRY(convert_directory_descriptor(ts, *argument));
        return {};
    }
    DirectoryDescriptor get() { return value; }
};

// os.stat() and its like (stat.cpp), for DirEntry too.
struct StatData;
Result<Ref<Object>> stat_object(ThreadState& ts, PosixState& state, const struct stat& data);

// Whether the path names a descriptor together with an argument that makes no sense then.
Result<void> check_descriptor_alone(ThreadState& ts, const char* function, const PathArgument& path, int dir_fd,
                                    bool follow_symlinks);

// None, or the OSError of a call that returned -1.
template <class T>
inline Result<void> check_system(ThreadState& ts, const SystemResult<T>& result) {
    if (result.failed()) return raise_os_error(ts, result.error);
    return {};
}
template <class T>
inline Result<void> check_path(ThreadState& ts, const SystemResult<T>& result, const PathArgument& path) {
    if (result.failed()) return raise_path_error(ts, result.error, path);
    return {};
}

}  // namespace orochi
