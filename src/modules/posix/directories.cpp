// Names in the file system: directories, links, renaming, removing, extended attributes.
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "modules/posix/posix.hpp"

namespace orochi {

namespace {

Result<Ref<Object>> posix_fspath(ThreadState& ts, Object&, Object& path) { return fspath(ts, path); }

Result<std::string> current_directory(ThreadState& ts) {
    std::string buffer(1024, '\0');
    for (;;) {
        char* data = buffer.data();
        size_t size = buffer.size();
        int error = unlocked_call(ts, [&] { return getcwd(data, size) ? 0 : errno; }).value;
        if (!error) {
            buffer.resize(std::strlen(data));
            return buffer;
        }
        if (error != ERANGE) return raise_os_error(ts, error);
        buffer.resize(size * 2);
    }
}
Result<Ref<Object>> posix_getcwd(ThreadState& ts, Object&) {
    std::string name = TRY(current_directory(ts));
    return str_decode_filesystem(ts, name);
}
Result<Ref<Object>> posix_getcwdb(ThreadState& ts, Object&) {
    std::string name = TRY(current_directory(ts));
    return bytes_from(ts, name);
}
Result<void> posix_chdir(ThreadState& ts, Object&, PathOrDescriptor& path) {
    TRY(audit(ts, "os.chdir", "(O)", path.object));
    auto result = unlocked_call(ts, [&] { return path.is_descriptor() ? fchdir(path.fd) : chdir(path.name); });
    return check_path(ts, result, path);
}
Result<void> posix_fchdir(ThreadState& ts, Object&, Descriptor fd) {
    TRY(audit(ts, "os.chdir", "(i)", fd.fd));
    return check_system(ts, TRY(blocking_call(ts, [&] { return fchdir(fd.fd); })));
}
Result<void> posix_chroot(ThreadState& ts, Object&, Path& path) {
    return check_path(ts, unlocked_call(ts, [&] { return chroot(path.name); }), path);
}

int shown(DirectoryDescriptor fd) { return fd.given() ? fd.fd : -1; }

Result<void> posix_mkdir(ThreadState& ts, Object&, Path& path, int mode, DirectoryDescriptor dir_fd) {
    TRY(audit(ts, "os.mkdir", "Oii", path.object, mode, shown(dir_fd)));
    return check_path(ts, unlocked_call(ts, [&] { return mkdirat(dir_fd.fd, path.name, mode_t(mode)); }), path);
}
Result<void> posix_rmdir(ThreadState& ts, Object&, Path& path, DirectoryDescriptor dir_fd) {
    TRY(audit(ts, "os.rmdir", "Oi", path.object, shown(dir_fd)));
    return check_path(ts, unlocked_call(ts, [&] { return unlinkat(dir_fd.fd, path.name, AT_REMOVEDIR); }), path);
}
Result<void> posix_unlink(ThreadState& ts, Object&, Path& path, DirectoryDescriptor dir_fd) {
    TRY(audit(ts, "os.remove", "Oi", path.object, shown(dir_fd)));
    return check_path(ts, unlocked_call(ts, [&] { return unlinkat(dir_fd.fd, path.name, 0); }), path);
}
Result<void> posix_rename(ThreadState& ts, Object&, Path& source, Path& target, DirectoryDescriptor source_fd,
                          DirectoryDescriptor target_fd) {
    TRY(audit(ts, "os.rename", "OOii", source.object, target.object, shown(source_fd), shown(target_fd)));
    auto result = unlocked_call(ts, [&] { return renameat(source_fd.fd, source.name, target_fd.fd, target.name); });
    if (result.failed()) return raise_path_error2(ts, result.error, source, target);
    return {};
}
Result<void> posix_link(ThreadState& ts, Object&, Path& source, Path& target, DirectoryDescriptor source_fd,
                        DirectoryDescriptor target_fd, bool follow) {
    TRY(audit(ts, "os.link", "OOii", source.object, target.object, shown(source_fd), shown(target_fd)));
    auto result = unlocked_call(ts, [&] {
        // Without directories the plain call decides itself whether it follows links.
        if (!source_fd.given() && !target_fd.given() && follow) return link(source.name, target.name);
        return linkat(source_fd.fd, source.name, target_fd.fd, target.name, follow ? AT_SYMLINK_FOLLOW : 0);
    });
    if (result.failed()) return raise_path_error2(ts, result.error, source, target);
    return {};
}
Result<void> posix_symlink(ThreadState& ts, Object&, Path& source, Path& target, bool, DirectoryDescriptor dir_fd) {
    TRY(audit(ts, "os.symlink", "OOi", source.object, target.object, shown(dir_fd)));
    auto result = unlocked_call(ts, [&] { return symlinkat(source.name, dir_fd.fd, target.name); });
    if (result.failed()) return raise_path_error2(ts, result.error, source, target);
    return {};
}
Result<Ref<Object>> posix_readlink(ThreadState& ts, Object&, Path& path, DirectoryDescriptor dir_fd) {
    char buffer[4096 + 1];
    auto result = unlocked_call(ts, [&] { return readlinkat(dir_fd.fd, path.name, buffer, sizeof buffer - 1); });
    TRY(check_path(ts, result, path));
    std::string_view text(buffer, size_t(result.value));
    if (path.is_bytes) return bytes_from(ts, text);
    return str_decode_filesystem(ts, text);
}
Result<void> posix_mkfifo(ThreadState& ts, Object&, Path& path, int mode, DirectoryDescriptor dir_fd) {
    return check_system(ts, TRY(blocking_call(ts, [&] { return mkfifoat(dir_fd.fd, path.name, mode_t(mode)); })));
}
Result<void> posix_mknod(ThreadState& ts, Object&, Path& path, int mode, Object* device, DirectoryDescriptor dir_fd) {
    dev_t number = 0;
    if (device) {
        if (!PyLong_Check(device)) return raise(ts, PyExc_TypeError, "an integer is required");
        number = TRY(int_as_unsigned_long_long(ts, *device));
    }
    return check_system(ts,
                        TRY(blocking_call(ts, [&] { return mknodat(dir_fd.fd, path.name, mode_t(mode), number); })));
}

// Extended attributes.
Result<void> check_follow(ThreadState& ts, const char* function, const PathArgument& path, bool follow) {
    return check_descriptor_alone(ts, function, path, AT_FDCWD, follow);
}

// Grows a buffer until the call's answer fits.
template <class F>
Result<Ref<Bytes>> attribute_bytes(ThreadState& ts, const PathArgument& path, F f) {
    for (size_t size : {size_t(256), size_t(4096), size_t(XATTR_SIZE_MAX)}) {
        Ref<Bytes> buffer = TRY(bytes_new(ts, Py_ssize_t(size)));
        char* data = bytes_data(*buffer);
        auto result = unlocked_call(ts, [&] { return f(data, size); });
        if (result.failed()) {
            if (result.error == ERANGE) continue;
            return raise_path_error(ts, result.error, path);
        }
        return bytes_resize(ts, std::move(buffer), result.value);
    }
    return raise_path_error(ts, ERANGE, path);
}

Result<Ref<Object>> posix_getxattr(ThreadState& ts, Object&, PathOrDescriptor& path, Path& attribute, bool follow) {
    TRY(check_follow(ts, "getxattr", path, follow));
    TRY(audit(ts, "os.getxattr", "OO", path.object, attribute.object));
    return attribute_bytes(ts, path, [&](char* data, size_t size) {
        if (path.is_descriptor()) return fgetxattr(path.fd, attribute.name, data, size);
        return follow ? getxattr(path.name, attribute.name, data, size)
                      : lgetxattr(path.name, attribute.name, data, size);
    });
}
Result<void> posix_setxattr(ThreadState& ts, Object&, PathOrDescriptor& path, Path& attribute, BufferView& value,
                            int flags, bool follow) {
    TRY(check_follow(ts, "setxattr", path, follow));
    TRY(audit(ts, "os.setxattr", "OOy#i", path.object, attribute.object, value.data(), value.size(), flags));
    auto result = unlocked_call(ts, [&] {
        if (path.is_descriptor()) return fsetxattr(path.fd, attribute.name, value.data(), size_t(value.size()), flags);
        return follow ? setxattr(path.name, attribute.name, value.data(), size_t(value.size()), flags)
                      : lsetxattr(path.name, attribute.name, value.data(), size_t(value.size()), flags);
    });
    return check_path(ts, result, path);
}
Result<void> posix_removexattr(ThreadState& ts, Object&, PathOrDescriptor& path, Path& attribute, bool follow) {
    TRY(check_follow(ts, "removexattr", path, follow));
    TRY(audit(ts, "os.removexattr", "OO", path.object, attribute.object));
    auto result = unlocked_call(ts, [&] {
        if (path.is_descriptor()) return fremovexattr(path.fd, attribute.name);
        return follow ? removexattr(path.name, attribute.name) : lremovexattr(path.name, attribute.name);
    });
    return check_path(ts, result, path);
}
Result<Ref<Object>> posix_listxattr(ThreadState& ts, Object&, AnyPath& path, bool follow) {
    TRY(check_follow(ts, "listxattr", path, follow));
    TRY(audit(ts, "os.listxattr", "(O)", path.object ? path.object : &none()));
    const char* name = path.name ? path.name : ".";
    Ref<Bytes> names = TRY(attribute_bytes(ts, path, [&](char* data, size_t size) {
        if (path.is_descriptor()) return flistxattr(path.fd, data, size);
        return follow ? listxattr(name, data, size) : llistxattr(name, data, size);
    }));
    Ref<List> list = TRY(list_new(ts, 0));
    std::string_view rest = bytes_view(*names);
    while (!rest.empty()) {
        size_t end = rest.find('\0');
        if (end == rest.npos) break;
        TRY(list_append(ts, *list, Ref<Object>(TRY(str_decode_filesystem(ts, rest.substr(0, end))))));
        rest.remove_prefix(end + 1);
    }
    return list;
}

// "a//b/./c/../d" as "a/b/d". What comes to nothing, such as "a/..", is "", but "." alone stays (observed). Leading:
// exactly two slashes are kept as they are.
Result<Ref<Object>> posix_path_normpath(ThreadState& ts, Object&, Object& path) {
    if (!PyUnicode_Check(&path))
        return raise(ts, PyExc_TypeError, "expected str, bytes or os.PathLike object, not %T", &path);
    Str& text = as<Str>(path);
    Py_ssize_t length = str_length(text);
    if (length == 1 && str_at(text, 0) == '.') return Ref<Object>::share("."_n);
    Py_ssize_t slashes = 0;
    while (slashes < length && str_at(text, slashes) == '/') ++slashes;
    Py_ssize_t root = slashes == 2 ? 2 : slashes > 0 ? 1 : 0;
    struct Part {
        Py_ssize_t start, end;
        bool parent;
    };
    std::string parts;  // of Part
    auto part_count = [&] { return parts.size() / sizeof(Part); };
    auto last_part = [&] {
        Part part;
        std::memcpy(&part, parts.data() + parts.size() - sizeof part, sizeof part);
        return part;
    };
    for (Py_ssize_t i = slashes; i < length;) {
        Py_ssize_t start = i;
        while (i < length && str_at(text, i) != '/') ++i;
        Py_ssize_t size = i - start;
        bool dot = size == 1 && str_at(text, start) == '.';
        bool parent = size == 2 && str_at(text, start) == '.' && str_at(text, start + 1) == '.';
        if (size > 0 && !dot) {
            if (parent && part_count() && !last_part().parent) {
                parts.resize(parts.size() - sizeof(Part));
            } else if (!(parent && root)) {
                Part part{start, i, parent};
                parts.append(reinterpret_cast<char*>(&part), sizeof part);
            }
        }
        ++i;
    }
    StrBuilder builder(ts);
    TRY(builder.append_fill('/', root));
    for (size_t i = 0; i < part_count(); ++i) {
        Part part;
        std::memcpy(&part, parts.data() + i * sizeof part, sizeof part);
        if (i) TRY(builder.append('/'));
        TRY(builder.append(text, part.start, part.end));
    }
    return builder.finish();
}

}  // namespace

const MethodDef posix_directory_methods[] = {
    METHOD("fspath($module, /, path)", posix_fspath, "Return the file system path representation of the object."),
    METHOD("getcwd($module, /)", posix_getcwd, "Return a unicode string representing the current working directory."),
    METHOD("getcwdb($module, /)", posix_getcwdb, "Return a bytes string representing the current working directory."),
    METHOD("chdir($module, /, path)", posix_chdir, "Change the current working directory to the specified path."),
    METHOD("fchdir($module, /, fd)", posix_fchdir, "Change to the directory of the given file descriptor."),
    METHOD("chroot($module, /, path)", posix_chroot, "Change root directory to path."),
    METHOD("mkdir($module, /, path, mode=511, *, dir_fd=None)", posix_mkdir, "Create a directory."),
    METHOD("rmdir($module, /, path, *, dir_fd=None)", posix_rmdir, "Remove a directory."),
    METHOD("unlink($module, /, path, *, dir_fd=None)", posix_unlink, "Remove a file (same as remove())."),
    METHOD("remove($module, /, path, *, dir_fd=None)", posix_unlink, "Remove a file (same as unlink())."),
    METHOD("rename($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None)", posix_rename,
           "Rename a file or directory."),
    METHOD("replace($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None)", posix_rename,
           "Rename a file or directory, overwriting the destination."),
    METHOD("link($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None, follow_symlinks=True)", posix_link,
           "Create a hard link to a file."),
    METHOD("symlink($module, /, src, dst, target_is_directory=False, *, dir_fd=None)", posix_symlink,
           "Create a symbolic link pointing to src named dst."),
    METHOD("readlink($module, /, path, *, dir_fd=None)", posix_readlink,
           "Return a string representing the path to which the symbolic link points."),
    METHOD("mkfifo($module, /, path, mode=438, *, dir_fd=None)", posix_mkfifo,
           "Create a \"fifo\" (a POSIX named pipe)."),
    METHOD("mknod($module, /, path, mode=384, device=0, *, dir_fd=None)", posix_mknod,
           "Create a node in the file system."),
    METHOD("getxattr($module, /, path, attribute, *, follow_symlinks=True)", posix_getxattr,
           "Return the value of extended attribute attribute on path."),
    METHOD("setxattr($module, /, path, attribute, value, flags=0, *, follow_symlinks=True)", posix_setxattr,
           "Set extended attribute attribute on path to value."),
    METHOD("removexattr($module, /, path, attribute, *, follow_symlinks=True)", posix_removexattr,
           "Remove extended attribute attribute on path."),
    METHOD("listxattr($module, /, path=None, *, follow_symlinks=True)", posix_listxattr,
           "Return a list of extended attributes on path."),
    METHOD("_path_normpath($module, /, path)", posix_path_normpath, "Basic path normalization."),
    METHOD_END,
};

}  // namespace orochi
