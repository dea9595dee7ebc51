// The global flags of pydebug.h that PyConfig replaces.
#include "memory/python.hpp"

#pragma GCC visibility push(default)
extern "C" {

// Set by embedding programs before initialisation; afterwards they show the configuration.
int Py_BytesWarningFlag = 0;
int Py_DebugFlag = 0;
int Py_DontWriteBytecodeFlag = 0;
int Py_FrozenFlag = 0;
int Py_HashRandomizationFlag = 0;
int Py_IgnoreEnvironmentFlag = 0;
int Py_InspectFlag = 0;
int Py_InteractiveFlag = 0;
int Py_IsolatedFlag = 0;
int Py_NoSiteFlag = 0;
int Py_NoUserSiteDirectory = 0;
int Py_OptimizeFlag = 0;
int Py_QuietFlag = 0;
int Py_UTF8Mode = 0;
int Py_UnbufferedStdioFlag = 0;
int Py_VerboseFlag = 0;

}  // extern "C"
#pragma GCC visibility pop
