// Who and what we are. The version is that of the language and of its C API.
#pragma once

namespace orochi {

// sys.version, in the form that platform.python_build() and its kin take apart.
extern const char* const kVersionText;
extern const char* const kBuildText;
extern const char* const kCompilerText;
extern const char* const kCopyrightText;
inline constexpr const char* kPlatform = "linux";

}  // namespace orochi
