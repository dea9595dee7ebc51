// Code objects from what types.CodeType(...) and PyCode_New() are given: variables, cells and free variables apart.
#pragma once

#include "execution/code.hpp"

namespace orochi {

// All objects borrowed.
struct CodeParts {
    int argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize, flags;
    Bytes* code;
    Tuple *consts, *names, *varnames;
    Str *filename, *name, *qualname;
    int firstlineno;
    Bytes *linetable, *exceptiontable;
    Tuple *freevars, *cellvars;
};

// The code object keeps `consts` and `names` themselves, whose strings it interns in place. SystemError for what is no
// name or has no meaning, ValueError for what does not fit together.
Result<Ref<Code>> code_from_parts(ThreadState& ts, const CodeParts& parts);

}  // namespace orochi
