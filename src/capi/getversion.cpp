// The texts of pylifecycle.h.
#include "memory/python.hpp"
#include "state/version.hpp"

using namespace orochi;

#pragma GCC visibility push(default)
extern "C" {

const char* Py_GetVersion() { return kVersionText; }
const char* Py_GetBuildInfo() { return kBuildText; }
const char* Py_GetCompiler() { return kCompilerText; }
const char* Py_GetPlatform() { return kPlatform; }
const char* Py_GetCopyright() { return kCopyrightText; }
const unsigned long Py_Version = PY_VERSION_HEX;
}
#pragma GCC visibility pop
