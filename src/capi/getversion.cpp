// Who and what we are (pylifecycle.h). The version is that of the language and its C API.
#include "memory/python.hpp"

#define OROCHI_TEXT_(x) #x
#define OROCHI_TEXT(x) OROCHI_TEXT_(x)
#define OROCHI_COMPILER "[GCC " OROCHI_TEXT(__GNUC__) "." OROCHI_TEXT(__GNUC_MINOR__) "." OROCHI_TEXT(__GNUC_PATCHLEVEL__) "]"

#pragma GCC visibility push(default)
extern "C" {

// In the form that platform.python_build() and its kin take apart.
const char* Py_GetVersion() { return PY_VERSION " (main, " __DATE__ ", " __TIME__ ") " OROCHI_COMPILER; }
const char* Py_GetBuildInfo() { return "main, " __DATE__ ", " __TIME__; }
const char* Py_GetCompiler() { return OROCHI_COMPILER; }
const char* Py_GetPlatform() { return "linux"; }
const char* Py_GetCopyright() {
    return "Copyright (c) 2001-2022 Python Software Foundation.\nAll Rights Reserved.\n\n"
           "Copyright (c) 2000 BeOpen.com.\nAll Rights Reserved.\n\n"
           "Copyright (c) 1995-2001 Corporation for National Research Initiatives.\nAll Rights Reserved.\n\n"
           "Copyright (c) 1991-1995 Stichting Mathematisch Centrum, Amsterdam.\nAll Rights Reserved.";
}
const unsigned long Py_Version = PY_VERSION_HEX;
}
#pragma GCC visibility pop
