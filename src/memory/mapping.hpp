// Memory from the system at an address with a given alignment. See mmap(2).
#pragma once

#include <cstddef>

namespace orochi {

// `size` bytes of fresh zeroed memory, or null when the system refuses. Whoever calls owns it and returns it with
// munmap(). `alignment` is a power of two and a multiple of the page size; `protection` is one of mmap's.
[[nodiscard]] void* map_aligned(size_t size, size_t alignment, int protection);

}  // namespace orochi
