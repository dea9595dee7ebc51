#include "state/version.hpp"

#include "memory/python.hpp"

#define OROCHI_TEXT_(x) #x
#define OROCHI_TEXT(x) OROCHI_TEXT_(x)
#define OROCHI_BUILD "main, " __DATE__ ", " __TIME__
#define OROCHI_COMPILER \
    "[GCC " OROCHI_TEXT(__GNUC__) "." OROCHI_TEXT(__GNUC_MINOR__) "." OROCHI_TEXT(__GNUC_PATCHLEVEL__) "]"

namespace orochi {

const char* const kVersionText = PY_VERSION " (" OROCHI_BUILD ") " OROCHI_COMPILER;
const char* const kBuildText = OROCHI_BUILD;
const char* const kCompilerText = OROCHI_COMPILER;
const char* const kCopyrightText =
    "Copyright (c) 2001-2023 Python Software Foundation.\nAll Rights Reserved.\n\n"
    "Copyright (c) 2000 BeOpen.com.\nAll Rights Reserved.\n\n"
    "Copyright (c) 1995-2001 Corporation for National Research Initiatives.\nAll Rights Reserved.\n\n"
    "Copyright (c) 1991-1995 Stichting Mathematisch Centrum, Amsterdam.\nAll Rights Reserved.";

}  // namespace orochi
