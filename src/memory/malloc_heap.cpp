// The heap under the address sanitizer: malloc with a header that names the heap.
#include "memory/heap.hpp"

#ifdef OROCHI_HEAP_IS_MALLOC

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace orochi {

struct Heap::Header {
    Heap* heap;
    size_t size;
    Header* next;
    Header* prev;
};

Heap::Heap() {}

Heap::~Heap() {
    while (blocks_) {
        Header* next = blocks_->next;
        std::free(blocks_);
        blocks_ = next;
    }
}

void* Heap::allocate_slowly(size_t size) {
    if (size > SIZE_MAX / 2 || size > limit_ || bytes_ > limit_ - size) return nullptr;
    Header* header = static_cast<Header*>(std::malloc(sizeof(Header) + size));
    if (!header) return nullptr;
    *header = {this, size, blocks_, nullptr};
    if (blocks_) blocks_->prev = header;
    blocks_ = header;
    bytes_ += size;
    reserved_bytes_ = bytes_;
    peak_bytes_ = std::max(peak_bytes_, bytes_);
    ++count_;
    if (observer_ && !observer_->allocated(header + 1, size)) {
        give_back(header + 1);
        return nullptr;
    }
    return header + 1;
}

void Heap::observe(HeapObserver* observer) { observer_ = observer; }

// Blocks of malloc cannot be shared: everything is copied.
void* Heap::allocate_shareable(size_t size) { return allocate(size); }
SharedPages Heap::share(const void*) { return {}; }
void* Heap::adopt(SharedPages&) { return nullptr; }

// Nor do they lie where an image is to be (lifecycle/start_image_cache.cpp makes none).
char* Heap::make_image(char*, std::span<const uint32_t>) { return nullptr; }
std::vector<Heap::Block> Heap::live_blocks() const {
    std::vector<Block> blocks;
    for (Header* header = blocks_; header; header = header->next) {
        blocks.push_back({reinterpret_cast<char*>(header + 1), header->size});
    }
    return blocks;
}

void* Heap::allocate_zeroed(size_t size) {
    void* block = allocate_slowly(size);
    if (block) std::memset(block, 0, size);
    return block;
}

void Heap::free_slowly(void* block) {
    if (!block) return;
    if (HeapObserver* observer = of(block).observer_) observer->freed(block);
    give_back(block);
}

void Heap::give_back(void* block) {
    Header* header = static_cast<Header*>(block) - 1;
    Heap& heap = *header->heap;
    (header->prev ? header->prev->next : heap.blocks_) = header->next;
    if (header->next) header->next->prev = header->prev;
    heap.bytes_ -= header->size;
    heap.reserved_bytes_ = heap.bytes_;
    --heap.count_;
    std::free(header);
}

void* Heap::reallocate(void* block, size_t size) {
    if (!block) return allocate_slowly(size);
    Header* header = static_cast<Header*>(block) - 1;
    void* copy = header->heap->allocate_slowly(size);
    if (!copy) return nullptr;
    std::memcpy(copy, block, std::min(size, header->size));
    free_slowly(block);
    return copy;
}

size_t Heap::usable_size(const void* block) { return (static_cast<const Header*>(block) - 1)->size; }
Heap& Heap::of(const void* block) { return *(static_cast<const Header*>(block) - 1)->heap; }
size_t Heap::bytes_in_use() const { return bytes_; }
size_t Heap::blocks_in_use() const { return count_; }

}  // namespace orochi

#endif
