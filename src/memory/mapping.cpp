#include "memory/mapping.hpp"

#include <sys/mman.h>

#include <cstdint>

namespace orochi {

namespace {

constexpr size_t kHugePage = size_t{2} << 20;

size_t round_up(size_t size, size_t unit) { return (size + unit - 1) & ~(unit - 1); }

}  // namespace

void* map_aligned(size_t size, size_t alignment, int protection) {
    // What is only reserved costs nothing; what is usable must count, so that the kernel can refuse the absurd.
    const int flags = MAP_PRIVATE | MAP_ANONYMOUS | (protection == PROT_NONE ? MAP_NORESERVE : 0);
    // Small mappings are placed next to each other, so after the first one this mostly fits at once; whole huge pages
    // are aligned to these by recent kernels.
    const size_t whole = size < kHugePage ? size : round_up(size, kHugePage);
    if (whole < size) return nullptr;
    void* address = mmap(nullptr, whole, protection, flags, -1, 0);
    if (address == MAP_FAILED) return nullptr;
    if ((reinterpret_cast<uintptr_t>(address) & (alignment - 1)) == 0) {
        if (whole != size) munmap(static_cast<char*>(address) + size, whole - size);
        return address;
    }
    munmap(address, whole);
    size_t roomy = size + alignment;
    if (roomy < size) return nullptr;
    char* start = static_cast<char*>(mmap(nullptr, roomy, protection, flags, -1, 0));
    if (start == MAP_FAILED) return nullptr;
    char* aligned = reinterpret_cast<char*>(round_up(reinterpret_cast<uintptr_t>(start), alignment));
    if (aligned != start) munmap(start, size_t(aligned - start));
    size_t tail = size_t(start + roomy - (aligned + size));
    if (tail) munmap(aligned + size, tail);
    return aligned;
}

}  // namespace orochi
