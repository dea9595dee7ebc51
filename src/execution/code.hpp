// Code objects: made from the compiler's CodeUnit, from a .pyc, or by
// types.CodeType(...); read by the evaluation loop, which also rewrites their
// instructions in place (co_code_adaptive). What Python sees as co_code is the
// original form, reconstructed.
#pragma once

#include <cstdint>
#include <vector>

#include "language/compiler/code_unit.hpp"
#include "objects/object.hpp"

namespace orochi {

using CodeWord = _Py_CODEUNIT;

// Everything a code object is made of; all objects borrowed.
struct CodeFields {
    Str* filename;
    Str* name;
    Str* qualname;
    int flags;
    Bytes* code;
    int firstlineno;
    Bytes* linetable;
    Tuple* consts;
    Tuple* names;
    Tuple* localsplusnames;
    Bytes* localspluskinds;
    int argcount, posonlyargcount, kwonlyargcount;
    int stacksize;
    Bytes* exceptiontable;
};
// Validates (ValueError "code: ...", SystemError), interns the names and identifier-like constants in their tuples.
Result<Ref<Code>> code_new(ThreadState& ts, const CodeFields& fields);
// How many variables are parameters.
inline int64_t code_parameter_count(int argcount, int kwonlyargcount, int flags) {
    return int64_t{argcount} + kwonlyargcount + !!(flags & CO_VARARGS) + !!(flags & CO_VARKEYWORDS);
}
bool code_interns(const Str& text);  // whether it does so with a constant of this text
// What language::Constant::object numbers.
using ConstantObjects = std::vector<Ref<Object>>;
// `filename` is what co_filename is; the arena has the names of the program, `objects` what its constants stand for.
Result<Ref<Code>> code_from_unit(ThreadState& ts, const language::CodeUnit& unit, const language::Arena& arena,
                                 Str& filename, const ConstantObjects& objects);
Result<Ref<Object>> object_from_constant(ThreadState& ts, const language::Constant& constant);

inline CodeWord* code_words(const Code& code) {
    return reinterpret_cast<CodeWord*>(const_cast<char*>(code.co_code_adaptive));
}
inline Py_ssize_t code_word_count(const Code& code) { return code.ob_base.ob_size; }

// Positions. `offset` is in bytes from the first instruction, as in tb_lasti; -1 gives the first line.
// A line of -1 means "none".
struct CodePosition {
    int line, end_line, column, end_column;  // columns in UTF-8 bytes; -1: unknown
};
CodePosition code_position(const Code& code, int offset);
int code_line(const Code& code, int offset);

// The entries of a location table, one after the other.
class LocationReader {
public:
    explicit LocationReader(const Code& code);
    LocationReader(std::string_view linetable, int first_line);
    // Advances to the next entry; false at the end.
    bool next();
    int start() const { return start_; }  // byte offsets
    int end() const { return end_; }
    const CodePosition& position() const { return position_; }

private:
    const uint8_t* at_;
    const uint8_t* limit_;
    int start_ = 0, end_ = 0;
    int line_;
    CodePosition position_{};
    int read_varint();
    int read_signed_varint();
};

// The table without columns, for -X no_debug_ranges.
Result<Ref<Bytes>> linetable_without_columns(ThreadState& ts, const Bytes& linetable);

// The exception table: where an exception raised at `offset` (in words) is handled.
struct Handler {
    int target;  // word index
    int depth;   // of the stack to keep
    bool push_lasti;
};
bool find_handler(const Code& code, int word_offset, Handler& handler);

// How often a code object is executed (calls, and jumps back) before its instructions become adaptive.
inline constexpr int kExecutionsUntilWarm = 8;

// Names of the local variables of one kind, as co_varnames etc. give them.
Result<Ref<Tuple>> code_names_of_kind(ThreadState& ts, const Code& code, int kind);
// The instructions without specialisation, into room for code_word_count() words (which may be the code's own).
void code_original_words(const Code& code, CodeWord* to);
Result<Ref<Bytes>> code_original_bytes(ThreadState& ts, const Code& code);

// Equality as == has it: of all but the names of the file and of the class around, and of the depth of the stack.
Result<bool> code_equal(ThreadState& ts, const Code& a, const Code& b);
Result<Py_hash_t> code_hash(ThreadState& ts, const Code& code);

// Drops what extensions stored with _PyCode_SetExtra (PEP 523).
void code_free_extra(ThreadState& ts, Code& code);

inline int local_kind(const Code& code, int index) {
    return uint8_t(as<Bytes>(code.co_localspluskinds)->ob_sval[index]);
}
inline Str& local_name(const Code& code, int index) {
    return *as<Str>(as<Tuple>(code.co_localsplusnames)->ob_item[index]);
}

}  // namespace orochi
