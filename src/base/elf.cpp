#include "base/elf.hpp"

#include <elf.h>

#include <algorithm>

#include "base/bits.hpp"

namespace orochi::base {

namespace {

// The file's bytes, readable only inside their bounds.
struct File {
    const std::uint8_t* bytes;
    std::uint64_t size;

    bool holds(std::uint64_t offset, std::uint64_t length) const { return offset <= size && length <= size - offset; }
    template <typename T>
    bool read(std::uint64_t offset, T* out) const {
        if (!holds(offset, sizeof(T))) return false;
        *out = load<T>(bytes + offset);
        return true;
    }
    // The text at an offset, up to its terminator, which must come before `end`.
    bool text(std::uint64_t offset, std::uint64_t end, std::string_view* out) const {
        if (end > size || offset >= end) return false;
        auto* start = reinterpret_cast<const char*>(bytes + offset);
        auto* stop = static_cast<const char*>(std::memchr(start, 0, end - offset));
        if (!stop) return false;
        *out = {start, static_cast<std::size_t>(stop - start)};
        return true;
    }
};

struct DynamicTable {
    std::uint64_t strings = 0, strings_size = 0, symbols = 0, hash = 0, gnu_hash = 0, soname = 0;
    bool has_soname = false;
    std::vector<std::uint64_t> needed;
};

// File offset of a virtual address; false when no segment has it in the file.
bool offset_of(const ElfImage& image, std::uint64_t address, std::uint64_t* offset) {
    for (const ElfSegment& segment : image.segments)
        if (address >= segment.address && address - segment.address < segment.file_size) {
            *offset = segment.file_offset + (address - segment.address);
            return true;
        }
    return false;
}

// The dynamic symbol table does not say how long it is: its hash table does.
bool count_from_hash(const File& file, std::uint64_t offset, std::uint64_t* count) {
    std::uint32_t chains;
    if (!file.read(offset + 4, &chains)) return false;
    *count = chains;
    return true;
}

bool count_from_gnu_hash(const File& file, std::uint64_t offset, std::uint64_t* count) {
    std::uint32_t buckets, first, bloom_words, last = 0;
    if (!file.read(offset, &buckets) || !file.read(offset + 4, &first) || !file.read(offset + 8, &bloom_words))
        return false;
    std::uint64_t bucket_offset = offset + 16 + bloom_words * 8ull;
    std::uint64_t chain_offset = bucket_offset + buckets * 4ull;
    if (!file.holds(bucket_offset, buckets * 4ull)) return false;
    for (std::uint32_t i = 0; i < buckets; i++)
        last = std::max(last, load<std::uint32_t>(file.bytes + bucket_offset + i * 4ull));
    if (last < first) {
        *count = first;
        return true;
    }
    for (std::uint64_t i = last;; i++) {  // the last chain ends at an odd entry
        std::uint32_t entry;
        if (!file.read(chain_offset + (i - first) * 4, &entry)) return false;
        if (entry & 1) {
            *count = i + 1;
            return true;
        }
    }
}

const char* read_segments(const File& file, const Elf64_Ehdr& header, ElfImage* image, Elf64_Phdr* dynamic,
                          bool* has_dynamic) {
    if (header.e_phentsize != sizeof(Elf64_Phdr) || !file.holds(header.e_phoff, header.e_phnum * sizeof(Elf64_Phdr)))
        return "program headers outside the file";
    for (unsigned i = 0; i < header.e_phnum; i++) {
        auto segment = load<Elf64_Phdr>(file.bytes + header.e_phoff + i * sizeof(Elf64_Phdr));
        if (segment.p_type != PT_LOAD && segment.p_type != PT_DYNAMIC && segment.p_type != PT_NOTE) continue;
        if (!file.holds(segment.p_offset, segment.p_filesz)) return "segment outside the file";
        if (segment.p_type == PT_LOAD) {
            image->segments.push_back({segment.p_vaddr, segment.p_memsz, segment.p_offset, segment.p_filesz,
                                       (segment.p_flags & PF_R) != 0, (segment.p_flags & PF_W) != 0,
                                       (segment.p_flags & PF_X) != 0});
        } else if (segment.p_type == PT_DYNAMIC) {
            *dynamic = segment;
            *has_dynamic = true;
        } else {
            std::uint64_t at = segment.p_offset, end = at + segment.p_filesz;
            while (end - at >= sizeof(Elf64_Nhdr)) {
                auto note = load<Elf64_Nhdr>(file.bytes + at);
                std::uint64_t name = at + sizeof note, text = name + align_up<std::uint64_t>(note.n_namesz, 4);
                std::uint64_t next = text + align_up<std::uint64_t>(note.n_descsz, 4);
                if (next > end) break;
                if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 &&
                    std::memcmp(file.bytes + name, "GNU", 4) == 0)
                    image->build_id.assign(reinterpret_cast<const char*>(file.bytes + text), note.n_descsz);
                at = next;
            }
        }
    }
    return nullptr;
}

const char* read_dynamic(const File& file, const Elf64_Phdr& segment, DynamicTable* table) {
    for (std::uint64_t at = 0; at + sizeof(Elf64_Dyn) <= segment.p_filesz; at += sizeof(Elf64_Dyn)) {
        auto entry = load<Elf64_Dyn>(file.bytes + segment.p_offset + at);
        switch (entry.d_tag) {
            case DT_NULL: return nullptr;
            case DT_STRTAB: table->strings = entry.d_un.d_ptr; break;
            case DT_STRSZ: table->strings_size = entry.d_un.d_val; break;
            case DT_SYMTAB: table->symbols = entry.d_un.d_ptr; break;
            case DT_HASH: table->hash = entry.d_un.d_ptr; break;
            case DT_GNU_HASH: table->gnu_hash = entry.d_un.d_ptr; break;
            case DT_NEEDED: table->needed.push_back(entry.d_un.d_val); break;
            case DT_SYMENT:
                if (entry.d_un.d_val != sizeof(Elf64_Sym)) return "unknown symbol format";
                break;
            case DT_SONAME:
                table->soname = entry.d_un.d_val;
                table->has_soname = true;
                break;
            default: break;
        }
    }
    return "dynamic table without end";
}

}  // namespace

const char* read_elf(const std::uint8_t* bytes, std::size_t size, ElfImage* image) {
    *image = ElfImage();
    File file{bytes, size};
    Elf64_Ehdr header;
    if (!file.read(0, &header) || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) return "not an ELF file";
    unsigned char order = std::endian::native == std::endian::little ? ELFDATA2LSB : ELFDATA2MSB;
    if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != order)
        return "ELF file for another machine";
    if (header.e_type != ET_DYN) return "not a shared object";
    Elf64_Phdr dynamic{};
    bool has_dynamic = false;
    if (const char* problem = read_segments(file, header, image, &dynamic, &has_dynamic)) return problem;
    if (!has_dynamic) return "no dynamic table";
    DynamicTable table;
    if (const char* problem = read_dynamic(file, dynamic, &table)) return problem;

    std::uint64_t strings = 0, symbols = 0, hash = 0, count = 0;
    if (!offset_of(*image, table.strings, &strings) || !file.holds(strings, table.strings_size))
        return "string table outside the file";
    std::uint64_t strings_end = strings + table.strings_size;
    auto string_at = [&](std::uint64_t offset, std::string_view* out) {
        return offset < table.strings_size && file.text(strings + offset, strings_end, out);
    };
    std::string_view text;
    for (std::uint64_t offset : table.needed) {
        if (!string_at(offset, &text)) return "library name outside the string table";
        image->needed.emplace_back(text);
    }
    if (table.has_soname) {
        if (!string_at(table.soname, &text)) return "name outside the string table";
        image->soname = text;
        image->soname_offset = strings + table.soname;
    }
    if (table.gnu_hash) {
        if (!offset_of(*image, table.gnu_hash, &hash) || !count_from_gnu_hash(file, hash, &count))
            return "hash table outside the file";
    }
    if (table.hash) {
        if (!offset_of(*image, table.hash, &hash) || !count_from_hash(file, hash, &count))
            return "hash table outside the file";
    }
    if (!offset_of(*image, table.symbols, &symbols) || count > size || !file.holds(symbols, count * sizeof(Elf64_Sym)))
        return "symbol table outside the file";
    image->symbols.reserve(static_cast<std::size_t>(count));
    for (std::uint64_t i = 1; i < count; i++) {
        std::uint64_t record = symbols + i * sizeof(Elf64_Sym);
        auto symbol = load<Elf64_Sym>(bytes + record);
        if (!string_at(symbol.st_name, &text)) return "symbol name outside the string table";
        image->symbols.push_back(
            {text, symbol.st_value, symbol.st_size, record, static_cast<std::uint8_t>(ELF64_ST_BIND(symbol.st_info)),
             static_cast<std::uint8_t>(ELF64_ST_TYPE(symbol.st_info)), symbol.st_shndx != SHN_UNDEF});
    }
    return nullptr;
}

}  // namespace orochi::base
