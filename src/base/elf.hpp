// Reads the symbol tables of an ELF shared object given as bytes (64-bit, this machine's byte order): which
// symbols it defines and wants, which libraries it needs, its identity and segments. Every offset is checked
// against the file's size: damaged files give an error text, not a crash.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace orochi::base {

struct ElfSymbol {
    std::string_view name;  // borrows the image
    std::uint64_t value;    // address relative to the load base
    std::uint64_t size;
    std::uint64_t record;  // offset of the Elf64_Sym in the file, for patching
    std::uint8_t binding;  // STB_LOCAL, STB_GLOBAL, STB_WEAK, STB_GNU_UNIQUE
    std::uint8_t type;     // STT_FUNC, STT_OBJECT, ...
    bool defined;          // false: wanted from elsewhere
};

struct ElfSegment {
    std::uint64_t address, memory_size, file_offset, file_size;
    bool readable, writable, executable;
};

struct ElfImage {
    std::string soname;
    std::uint64_t soname_offset = 0;  // of its text in the file, 0: none
    std::vector<std::string> needed;
    std::vector<ElfSymbol> symbols;    // the dynamic symbol table
    std::vector<ElfSegment> segments;  // loadable ones
    std::string build_id;              // raw bytes
};

// Null on success, else a static text that says what is wrong. `bytes` must outlive the image.
const char* read_elf(const std::uint8_t* bytes, std::size_t size, ElfImage* image);

}  // namespace orochi::base
