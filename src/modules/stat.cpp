// The module _stat: the bits of st_mode.
#include <sys/stat.h>

#include "modules/os_support.hpp"

namespace orochi {

namespace {

Result<mode_t> mode_of(ThreadState& ts, Object& value) {
    if (!PyLong_Check(&value)) return raise(ts, PyExc_TypeError, "an integer is required");
    if (int_sign(as<Int>(value)) < 0)
        return raise(ts, PyExc_OverflowError, "can't convert negative value to unsigned int");
    int overflow;
    long long mode = TRY(int_as_long_long_overflow(ts, value, overflow));
    if (overflow) return raise(ts, PyExc_OverflowError, "Python int too large to convert to C unsigned long");
    if (mode > 0xffffffffLL) return raise(ts, PyExc_OverflowError, "mode out of range");
    return mode_t(mode);
}

template <mode_t Kind>
Result<bool> is_kind(ThreadState& ts, Object&, Object& mode) {
    mode_t value = TRY(mode_of(ts, mode));
    return Kind != 0 && (value & S_IFMT) == Kind;
}
Result<unsigned> stat_imode(ThreadState& ts, Object&, Object& mode) { return unsigned(TRY(mode_of(ts, mode)) & 07777); }
Result<unsigned> stat_ifmt(ThreadState& ts, Object&, Object& mode) { return unsigned(TRY(mode_of(ts, mode)) & S_IFMT); }

Result<Ref<Str>> stat_filemode(ThreadState& ts, Object&, Object& mode_object) {
    mode_t mode = TRY(mode_of(ts, mode_object));
    char text[10];
    switch (mode & S_IFMT) {
        case S_IFREG: text[0] = '-'; break;
        case S_IFDIR: text[0] = 'd'; break;
        case S_IFLNK: text[0] = 'l'; break;
        case S_IFBLK: text[0] = 'b'; break;
        case S_IFCHR: text[0] = 'c'; break;
        case S_IFIFO: text[0] = 'p'; break;
        case S_IFSOCK: text[0] = 's'; break;
        default: text[0] = '?';
    }
    for (int i = 0; i < 9; ++i) text[i + 1] = mode & (0400 >> i) ? "rwx"[i % 3] : '-';
    if (mode & S_ISUID) text[3] = mode & S_IXUSR ? 's' : 'S';
    if (mode & S_ISGID) text[6] = mode & S_IXGRP ? 's' : 'S';
    if (mode & S_ISVTX) text[9] = mode & S_IXOTH ? 't' : 'T';
    return str_from_ascii(ts, {text, sizeof text});
}

const MethodDef stat_methods[] = {
    METHOD_PLAIN("S_ISDIR($module, mode, /)", is_kind<S_IFDIR>,
                 "S_ISDIR(mode) -> bool\n\nReturn True if mode is from a directory."),
    METHOD_PLAIN("S_ISCHR($module, mode, /)", is_kind<S_IFCHR>,
                 "S_ISCHR(mode) -> bool\n\nReturn True if mode is from a character special device file."),
    METHOD_PLAIN("S_ISBLK($module, mode, /)", is_kind<S_IFBLK>,
                 "S_ISBLK(mode) -> bool\n\nReturn True if mode is from a block special device file."),
    METHOD_PLAIN("S_ISREG($module, mode, /)", is_kind<S_IFREG>,
                 "S_ISREG(mode) -> bool\n\nReturn True if mode is from a regular file."),
    METHOD_PLAIN("S_ISFIFO($module, mode, /)", is_kind<S_IFIFO>,
                 "S_ISFIFO(mode) -> bool\n\nReturn True if mode is from a FIFO (named pipe)."),
    METHOD_PLAIN("S_ISLNK($module, mode, /)", is_kind<S_IFLNK>,
                 "S_ISLNK(mode) -> bool\n\nReturn True if mode is from a symbolic link."),
    METHOD_PLAIN("S_ISSOCK($module, mode, /)", is_kind<S_IFSOCK>,
                 "S_ISSOCK(mode) -> bool\n\nReturn True if mode is from a socket."),
    METHOD_PLAIN("S_ISDOOR($module, mode, /)", is_kind<0>,
                 "S_ISDOOR(mode) -> bool\n\nReturn True if mode is from a door."),
    METHOD_PLAIN("S_ISPORT($module, mode, /)", is_kind<0>,
                 "S_ISPORT(mode) -> bool\n\nReturn True if mode is from an event port."),
    METHOD_PLAIN("S_ISWHT($module, mode, /)", is_kind<0>,
                 "S_ISWHT(mode) -> bool\n\nReturn True if mode is from a whiteout."),
    METHOD_PLAIN("S_IMODE($module, mode, /)", stat_imode,
                 "Return the portion of the file's mode that can be set by os.chmod()."),
    METHOD_PLAIN("S_IFMT($module, mode, /)", stat_ifmt,
                 "Return the portion of the file's mode that describes the file type."),
    METHOD_PLAIN("filemode($module, mode, /)", stat_filemode,
                 "Convert a file's mode to a string of the form '-rwxrwxrwx'"),
    METHOD_END,
};

constexpr IntConstant constants[] = {
    {"S_IFDIR", S_IFDIR},
    {"S_IFCHR", S_IFCHR},
    {"S_IFBLK", S_IFBLK},
    {"S_IFREG", S_IFREG},
    {"S_IFIFO", S_IFIFO},
    {"S_IFLNK", S_IFLNK},
    {"S_IFSOCK", S_IFSOCK},
    {"S_IFDOOR", 0},
    {"S_IFPORT", 0},
    {"S_IFWHT", 0},
    {"S_ISUID", S_ISUID},
    {"S_ISGID", S_ISGID},
    {"S_ISVTX", S_ISVTX},
    {"S_ENFMT", S_ISGID},
    {"S_IREAD", S_IRUSR},
    {"S_IWRITE", S_IWUSR},
    {"S_IEXEC", S_IXUSR},
    {"S_IRWXU", S_IRWXU},
    {"S_IRUSR", S_IRUSR},
    {"S_IWUSR", S_IWUSR},
    {"S_IXUSR", S_IXUSR},
    {"S_IRWXG", S_IRWXG},
    {"S_IRGRP", S_IRGRP},
    {"S_IWGRP", S_IWGRP},
    {"S_IXGRP", S_IXGRP},
    {"S_IRWXO", S_IRWXO},
    {"S_IROTH", S_IROTH},
    {"S_IWOTH", S_IWOTH},
    {"S_IXOTH", S_IXOTH},
    {"UF_NODUMP", 0x1},
    {"UF_IMMUTABLE", 0x2},
    {"UF_APPEND", 0x4},
    {"UF_OPAQUE", 0x8},
    {"UF_NOUNLINK", 0x10},
    {"UF_COMPRESSED", 0x20},
    {"UF_HIDDEN", 0x8000},
    {"SF_ARCHIVED", 0x10000},
    {"SF_IMMUTABLE", 0x20000},
    {"SF_APPEND", 0x40000},
    {"SF_NOUNLINK", 0x100000},
    {"SF_SNAPSHOT", 0x200000},
    {"ST_MODE", 0},
    {"ST_INO", 1},
    {"ST_DEV", 2},
    {"ST_NLINK", 3},
    {"ST_UID", 4},
    {"ST_GID", 5},
    {"ST_SIZE", 6},
    {"ST_ATIME", 7},
    {"ST_MTIME", 8},
    {"ST_CTIME", 9},
};

Result<void> stat_exec(ThreadState& ts, Object& module) { return module_add_constants(ts, module, constants); }
MODULE_EXEC_SLOTS(stat_slots, stat_exec);

}  // namespace

PyModuleDef stat_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_stat",
    .m_doc = "Constants and functions for interpreting the results of os.stat().",
    .m_methods = METHOD_TABLE(stat_methods),
    .m_slots = const_cast<PyModuleDef_Slot*>(stat_slots),
};

}  // namespace orochi
