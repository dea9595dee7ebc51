// The entry point of a fuzz target, as libFuzzer wants it. The return value is always 0.
#pragma once

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
