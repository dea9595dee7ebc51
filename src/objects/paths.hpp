// File names: str, bytes and os.PathLike (PEP 519), and their form for the system.
#pragma once

#include "objects/object.hpp"

namespace orochi {

// os.fspath(): a str or bytes. TypeError for anything else.
Result<Ref<Object>> fspath(ThreadState& ts, Object& path);
// A file name as the system wants it; ValueError "embedded null byte".
Result<Ref<Bytes>> filesystem_bytes(ThreadState& ts, Object& path);
// The same as str.
Result<Ref<Str>> filesystem_text(ThreadState& ts, Object& path);
// As filesystem_text(), but any buffer is still taken for bytes, with a DeprecationWarning; ValueError "embedded null
// character". PyUnicode_FSDecoder: the file names of compile() and symtable().
Result<Ref<Str>> lenient_filesystem_text(ThreadState& ts, Object& path);

}  // namespace orochi
