# posix._path_normpath over every short path of some characters, null characters, and what posixpath makes of it.
import hashlib
import itertools
import posix
import posixpath

for path in ("\0", "a\0b", "a/\0b", "a\0/b/..", "\0/..", "//\0/../x", "..\0/..", "", ".", "./.", "//", "/../a", "./\0", "\ud800/./é"):
    print(ascii(path), ascii(posix._path_normpath(path)), ascii(posixpath.normpath(path)))

every = hashlib.sha256()
for length in range(8):
    for characters in itertools.product("./a", repeat=length):
        every.update(posix._path_normpath("".join(characters)).encode() + b"\n")
print(every.hexdigest())
