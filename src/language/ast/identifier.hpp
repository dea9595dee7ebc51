// Identifier: a name interned in the arena of its compilation.
//
// It is one pointer. Within one arena equal names are equal pointers, so
// comparing is one comparison, and `index()` numbers the names from 0, so that
// a table over names can be an array. The text is UTF-8 (NFKC-normalised by the
// tokenizer; a tree made by a program may hold any string, lone surrogates in
// their three-byte form included) and NUL-terminated.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace orochi::language {

class Arena;

class Identifier {
public:
    constexpr Identifier() = default;
    constexpr Identifier(std::nullptr_t) {}

    explicit operator bool() const { return data_ != nullptr; }
    friend bool operator==(Identifier a, Identifier b) { return a.data_ == b.data_; }
    bool is(std::string_view text) const { return view() == text; }

    std::string_view view() const { return {data_->text, data_->size}; }
    const char* c_str() const { return data_->text; }
    uint32_t size() const { return data_->size; }
    uint32_t index() const { return data_->index; }
    uint32_t hash() const { return data_->hash; }

private:
    friend class IdentifierTable;
    struct Data {
        uint32_t hash;
        uint32_t index;
        uint32_t size;
        char text[];
    };
    explicit Identifier(const Data* data) : data_(data) {}

    const Data* data_ = nullptr;
};

// Open-addressed set of the identifiers of one arena.
class IdentifierTable {
public:
    Identifier intern(Arena& arena, std::string_view text);
    Identifier find(std::string_view text) const;  // or none
    uint32_t count() const { return count_; }

private:
    size_t slot_of(std::string_view text, uint32_t hash) const;
    void grow();

    std::vector<Identifier> slots_;
    uint32_t count_ = 0;
};

}  // namespace orochi::language
