// Interned strings: equal ones are the same object.
//
// Up to three tables are asked in turn. The process's table of names holds every string literal written "name"_s, the
// one-character Latin-1 strings, and what is interned while the shared objects are being built; it is read-only
// once the first interpreter runs. The start image that an interpreter began with has one of its own. The interpreter's
// own table holds the rest. Strings in it are mortal: the table owns no reference, and a string that dies takes itself
// out.
#pragma once

#include <cstddef>
#include <string_view>

#include "memory/python.hpp"
#include "memory/result.hpp"
#include "state/interpreter.hpp"

namespace orochi {

struct Runtime;

struct InternSlot {
    Str* text;  // null: never used
    Py_hash_t hash;
};
struct InternTable {
    InternSlot* slots = nullptr;  // open addressing; null: never used
    size_t mask = 0;
    size_t filled = 0;  // slots that are not null, dead ones included
    size_t live = 0;
};

// Builds the table of names from static_names: needs the hash secret. Called by the first interning, which belongs to
// the first interpreter's start; calling it again does nothing.
void names_ready(Runtime& runtime);

// The interned string of these Latin-1 characters / of this UTF-8 text in its generalised form, where lone surrogates
// are three bytes. Where there is one already, nothing is made to find it.
Result<Ref<Str>> intern_latin1(ThreadState& ts, std::string_view text);
Result<Ref<Str>> intern_wtf8(ThreadState& ts, std::string_view text);

// Out of the interpreter's table: called when an interned string dies.
void intern_forget(Interpreter& interpreter, Str& text);

// Marks the strings of a table as immortal, when the interpreter that filled it becomes a start image.
void intern_make_shared(InternTable& table);

}  // namespace orochi
