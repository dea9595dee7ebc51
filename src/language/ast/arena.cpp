#include "language/ast/arena.hpp"

#include <cstdlib>

namespace orochi::language {

struct Arena::Block {
    Block* next;
};

Arena::~Arena() {
    while (blocks_) {
        Block* next = blocks_->next;
        std::free(blocks_);
        blocks_ = next;
    }
}

void* Arena::allocate_slow(size_t size, size_t align) {
    // Blocks double with the size of the compilation, up to 1 MiB.
    size_t payload = reserved_ < 16384 ? 16384 : reserved_ > (size_t(1) << 20) ? size_t(1) << 20 : reserved_;
    bool own_block = size + align > payload / 4;
    if (own_block) payload = size + align;
    auto* block = static_cast<Block*>(std::malloc(sizeof(Block) + payload));
    if (!block) std::abort();
    block->next = blocks_;
    blocks_ = block;
    reserved_ += payload;
    uintptr_t start = reinterpret_cast<uintptr_t>(block + 1);
    uintptr_t at = (start + (align - 1)) & ~uintptr_t(align - 1);
    if (!own_block) {
        next_ = at + size;
        end_ = start + payload;
    }
    return reinterpret_cast<void*>(at);
}

std::string_view Arena::copy_text(std::string_view text) {
    char* data = static_cast<char*>(allocate(text.size() + 1, 1));
    if (!text.empty()) std::memcpy(data, text.data(), text.size());
    data[text.size()] = '\0';
    return {data, text.size()};
}

static uint32_t hash_text(std::string_view text) {
    uint32_t hash = 2166136261u;
    for (unsigned char c : text) hash = (hash ^ c) * 16777619u;
    return hash;
}

// The identifier's slot, or the empty one where it belongs.
size_t IdentifierTable::slot_of(std::string_view text, uint32_t hash) const {
    size_t mask = slots_.size() - 1;
    size_t i = hash & mask;
    for (; slots_[i].data_; i = (i + 1) & mask) {
        const Identifier::Data* d = slots_[i].data_;
        if (d->hash == hash && std::string_view(d->text, d->size) == text) break;
    }
    return i;
}

Identifier IdentifierTable::find(std::string_view text) const {
    return slots_.empty() ? Identifier() : slots_[slot_of(text, hash_text(text))];
}

Identifier IdentifierTable::intern(Arena& arena, std::string_view text) {
    if (count_ * 2 >= slots_.size()) grow();
    uint32_t hash = hash_text(text);
    size_t i = slot_of(text, hash);
    if (slots_[i]) return slots_[i];
    auto* data = static_cast<Identifier::Data*>(
        arena.allocate(sizeof(Identifier::Data) + text.size() + 1, alignof(Identifier::Data)));
    data->hash = hash;
    data->index = count_++;
    data->size = static_cast<uint32_t>(text.size());
    if (!text.empty()) std::memcpy(data->text, text.data(), text.size());
    data->text[text.size()] = '\0';
    slots_[i] = Identifier(data);
    return slots_[i];
}

void IdentifierTable::grow() {
    std::vector<Identifier> old(slots_.empty() ? 256 : slots_.size() * 2);
    old.swap(slots_);
    size_t mask = slots_.size() - 1;
    for (Identifier id : old) {
        if (!id.data_) continue;
        size_t i = id.data_->hash & mask;
        while (slots_[i].data_) i = (i + 1) & mask;
        slots_[i] = id;
    }
}

}  // namespace orochi::language
