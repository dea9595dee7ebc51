#include "imports/runtime_block.hpp"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <new>

// For the dynamic linker, which wants the name defined. Images that are loaded by us refer to a block instead.
extern "C" [[gnu::visibility("default")]] const char _PyRuntime[sizeof(orochi::RuntimeBlock)] = {};

namespace orochi {

namespace {

constexpr size_t kWholeSize = 166'688;  // sizeof(_PyRuntimeState)

// Calls f(address) for each place in the object that holds the address of `_PyRuntime`.
template <class F>
void for_each_slot(const link_map& object, F f) {
    const char* names = nullptr;
    const Elf64_Sym* symbols = nullptr;
    const Elf64_Rela* relocations = nullptr;
    size_t size = 0;
    for (const Elf64_Dyn* entry = object.l_ld; entry->d_tag != DT_NULL; ++entry) {
        switch (entry->d_tag) {
            case DT_STRTAB: names = reinterpret_cast<const char*>(entry->d_un.d_ptr); break;
            case DT_SYMTAB: symbols = reinterpret_cast<const Elf64_Sym*>(entry->d_un.d_ptr); break;
            case DT_RELA: relocations = reinterpret_cast<const Elf64_Rela*>(entry->d_un.d_ptr); break;
            case DT_RELASZ: size = entry->d_un.d_val; break;
        }
    }
    if (!names || !symbols || !relocations) return;
    for (size_t i = 0; i < size / sizeof(Elf64_Rela); ++i) {
        const Elf64_Rela& relocation = relocations[i];
        uint64_t kind = ELF64_R_TYPE(relocation.r_info);
        if (kind != R_X86_64_GLOB_DAT && kind != R_X86_64_64) continue;
        if (std::strcmp(names + symbols[ELF64_R_SYM(relocation.r_info)].st_name, "_PyRuntime") != 0) continue;
        f(object.l_addr + relocation.r_offset);
    }
}

// Whether the linker has made the address read-only after relocating (PT_GNU_RELRO).
bool is_read_only(void* handle, const link_map& object, uintptr_t address, uintptr_t page_size) {
    const Elf64_Phdr* headers = nullptr;
    int count = dlinfo(handle, RTLD_DI_PHDR, &headers);
    for (int i = 0; i < count; ++i) {
        if (headers[i].p_type != PT_GNU_RELRO) continue;
        uintptr_t start = object.l_addr + headers[i].p_vaddr;
        uintptr_t end = (start + headers[i].p_memsz) & ~(page_size - 1);
        if (address >= start && address < end) return true;
    }
    return false;
}

}  // namespace

void RuntimeBlockDeleter::operator()(RuntimeBlock* block) const { munmap(block, kWholeSize); }

std::shared_ptr<RuntimeBlock> runtime_block_new() {
    void* place = mmap(nullptr, kWholeSize, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (place == MAP_FAILED) return nullptr;
    if (mprotect(place, sizeof(RuntimeBlock), PROT_READ | PROT_WRITE) != 0) {
        munmap(place, kWholeSize);
        return nullptr;
    }
    auto* block = static_cast<RuntimeBlock*>(place);
    block->small_ints = small_ints;
    return {block, RuntimeBlockDeleter()};
}

bool image_wants_runtime_block(void* handle) {
    bool found = false;
    for_each_slot(*static_cast<link_map*>(handle), [&](uintptr_t) { found = true; });
    return found;
}

bool image_set_runtime_block(void* handle, RuntimeBlock& block) {
    const auto& object = *static_cast<link_map*>(handle);
    auto page_size = uintptr_t(sysconf(_SC_PAGESIZE));
    bool good = true;
    for_each_slot(object, [&](uintptr_t address) {
        bool locked = is_read_only(handle, object, address, page_size);
        auto* page = reinterpret_cast<void*>(address & ~(page_size - 1));
        if (locked && mprotect(page, page_size, PROT_READ | PROT_WRITE) != 0) {
            good = false;
            return;
        }
        *reinterpret_cast<RuntimeBlock**>(address) = &block;
        if (locked) mprotect(page, page_size, PROT_READ);
    });
    return good;
}

}  // namespace orochi
