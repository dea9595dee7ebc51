#include "base/elf.hpp"

#include <dlfcn.h>
#include <elf.h>
#include <gtest/gtest.h>
#include <link.h>

#include <fstream>
#include <iterator>
#include <random>

using namespace orochi::base;

namespace {

// The C library that this program runs with: the loader can be asked about it.
std::vector<std::uint8_t> library_bytes(std::uintptr_t* base) {
    void* handle = dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
    link_map* map = nullptr;
    if (!handle || dlinfo(handle, RTLD_DI_LINKMAP, &map) != 0) return {};
    dlclose(handle);
    *base = map->l_addr;
    std::ifstream file(map->l_name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST(Elf, SymbolsAreWhereTheLoaderFindsThem) {
    std::uintptr_t base = 0;
    auto bytes = library_bytes(&base);
    ElfImage image;
    ASSERT_STREQ(read_elf(bytes.data(), bytes.size(), &image), nullptr);
    EXPECT_EQ(image.soname, "libc.so.6");
    EXPECT_EQ(std::string(reinterpret_cast<const char*>(bytes.data() + image.soname_offset)), "libc.so.6");
    EXPECT_GE(image.segments.size(), 2u);
    EXPECT_EQ(image.build_id.size(), 20u);
    std::size_t defined = 0, checked = 0;
    void* handle = dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
    for (const ElfSymbol& symbol : image.symbols) {
        defined += symbol.defined;
        if (symbol.name == "getpid" || symbol.name == "qsort" || symbol.name == "environ") {
            checked++;
            EXPECT_EQ(reinterpret_cast<std::uintptr_t>(dlsym(handle, std::string(symbol.name).c_str())),
                      base + symbol.value);
            Elf64_Sym record;
            memcpy(&record, bytes.data() + symbol.record, sizeof record);
            EXPECT_EQ(record.st_value, symbol.value);
        }
    }
    dlclose(handle);
    EXPECT_EQ(checked, 3u);
    EXPECT_GT(defined, 1000u);
    EXPECT_LT(defined, image.symbols.size());  // some are wanted from the loader
    ASSERT_FALSE(image.needed.empty());
    EXPECT_EQ(image.needed[0], "ld-linux-x86-64.so.2");
}

TEST(Elf, DamagedFilesAreRefusedWithoutHarm) {
    std::uintptr_t base = 0;
    auto bytes = library_bytes(&base);
    ElfImage image;
    EXPECT_STREQ(read_elf(bytes.data(), 0, &image), "not an ELF file");
    EXPECT_STREQ(read_elf(reinterpret_cast<const std::uint8_t*>("#!/bin/sh"), 9, &image), "not an ELF file");
    for (std::size_t size : {63u, 64u, 100u, 1000u, 20000u}) {
        std::vector<std::uint8_t> cut(bytes.begin(), bytes.begin() + static_cast<long>(size));
        EXPECT_STRNE(read_elf(cut.data(), cut.size(), &image), nullptr) << size;
    }
    ASSERT_STREQ(read_elf(bytes.data(), bytes.size(), &image), nullptr);
    std::uint64_t tables_end = image.symbols.back().record;
    std::mt19937 random(1);
    for (int i = 0; i < 40; i++) {  // for the sanitizers: must come back, with whatever answer
        auto damaged = bytes;
        for (int k = 0; k < 30; k++)
            damaged[64 + random() % (i % 2 ? 1000 : tables_end)] = static_cast<std::uint8_t>(random());
        read_elf(damaged.data(), damaged.size(), &image);
    }
}
