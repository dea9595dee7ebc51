# Compiler and linker settings shared by every target.

set(OROCHI_SANITIZE "" CACHE STRING "Sanitizers to build with, as for -fsanitize= (empty: none)")
option(OROCHI_FUZZ "Build the targets of tests/fuzz for libFuzzer (clang only)" OFF)
set(OROCHI_PROFILE "" CACHE STRING
    "Profile-guided optimisation: 'generate' builds what collects a profile, 'use' applies the one beside the object files")
option(OROCHI_ASSERTIONS "Check internal invariants at run time" OFF)

# The reference: its headers give the object layouts, its library the Python
# modules. It must be the distribution's own, whatever else is on the PATH.
set(OROCHI_REFERENCE_PYTHON /usr/bin/python3.11 CACHE FILEPATH "The distribution's python3.11")
set(OROCHI_PYTHON_INCLUDE /usr/include/python3.11 CACHE PATH "Folder of the distribution's Python.h")
set(OROCHI_STDLIB /usr/lib/python3.11 CACHE PATH "The installed standard library")

add_library(orochi_settings INTERFACE)
target_include_directories(orochi_settings INTERFACE ${CMAKE_SOURCE_DIR}/src ${CMAKE_BINARY_DIR}/generated)
target_include_directories(orochi_settings SYSTEM INTERFACE ${OROCHI_PYTHON_INCLUDE})
target_compile_options(orochi_settings INTERFACE
  -fno-exceptions -fno-rtti -fno-strict-aliasing -fwrapv -fno-semantic-interposition
  -fno-plt -ftls-model=initial-exec
  -Wall -Wextra -Wno-missing-field-initializers -Wno-cast-function-type -Wno-unused-parameter)
# GCC 12's modref pass takes the argument that a function reads through for unused when another pass has taken that
# function's other parameters apart: the caller then leaves the argument unwritten (datetime + timedelta, with a profile).
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(orochi_settings INTERFACE $<$<CONFIG:Release>:-fno-ipa-modref>)
  target_link_options(orochi_settings INTERFACE $<$<CONFIG:Release>:-fno-ipa-modref>)
endif()
if(OROCHI_ASSERTIONS)
  target_compile_definitions(orochi_settings INTERFACE OROCHI_ASSERTIONS=1)
endif()
if(OROCHI_SANITIZE)
  target_compile_options(orochi_settings INTERFACE -fsanitize=${OROCHI_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(orochi_settings INTERFACE -fsanitize=${OROCHI_SANITIZE})
endif()
if(OROCHI_PROFILE STREQUAL "generate")
  # Interpreters run in parallel, so that counters are updated atomically where the machine can.
  target_compile_options(orochi_settings INTERFACE -fprofile-generate -fprofile-update=prefer-atomic)
  target_link_options(orochi_settings INTERFACE -fprofile-generate)
elseif(OROCHI_PROFILE STREQUAL "use")
  # What the training did not reach is optimised as without a profile, not for size.
  target_compile_options(orochi_settings INTERFACE
    -fprofile-use -fprofile-correction -fprofile-partial-training -Wno-missing-profile -Wno-coverage-mismatch)
  target_link_options(orochi_settings INTERFACE -fprofile-use)
endif()

if(OROCHI_FUZZ)
  # clang takes no reinterpret_cast in what constinit demands to be constant, though it makes a constant of it all the same.
  target_compile_definitions(orochi_settings INTERFACE constinit=)
  # A compact str is smaller than the struct that stands for all strings.
  target_compile_options(orochi_settings INTERFACE -fno-sanitize=object-size)
endif()

# ccache: paths below the checkout count relative to it, so that checkouts share what they compile. A precompiled
# header would defeat that, since it records absolute paths; it is used where there is no ccache.
find_program(OROCHI_CCACHE ccache)
if(OROCHI_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${OROCHI_CCACHE})
  option(OROCHI_PRECOMPILED_HEADERS "Precompile what nearly every file includes" OFF)
else()
  option(OROCHI_PRECOMPILED_HEADERS "Precompile what nearly every file includes" ON)
endif()

find_program(OROCHI_MOLD mold)
if(OROCHI_MOLD AND NOT CMAKE_INTERPROCEDURAL_OPTIMIZATION)
  add_link_options(-fuse-ld=mold)
endif()

find_package(GTest)
find_package(Threads REQUIRED)
enable_testing()
