#include "memory/heap.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "memory/mapping.hpp"

namespace orochi {

#ifndef OROCHI_HEAP_IS_MALLOC

namespace {

constexpr size_t kBlockOffset = 4096;  // of the block in a mapping of its own
// Below, copying costs less than pages that can be shared do, which are dearer to get than others and are not kept.
constexpr size_t kShareableFrom = size_t{8} << 20;
// Mappings that are kept when their block is freed: in all, and each. Their pages would have to be got and cleared
// anew, which costs more than most uses of the block.
constexpr size_t kSpareLimit = size_t{32} << 20, kSpareEach = kSpareLimit / 2;

size_t round_up(size_t size, size_t unit) { return (size + unit - 1) & ~(unit - 1); }

// The lowest position of `count` set bits in a row, or -1.
int find_run(uint64_t bits, int count) {
    int have = 1;
    while (have < count && bits) {
        int shift = std::min(have, count - have);
        bits &= bits >> shift;
        have += shift;
    }
    return bits ? std::countr_zero(bits) : -1;
}

uint64_t run_mask(int first, int count) { return (count == 64 ? ~uint64_t{0} : (uint64_t{1} << count) - 1) << first; }

}  // namespace

// What is seldom done inside of a function that often is. The function then ends in a jump, and saves no registers.
#define OUT_OF_LINE __attribute__((noinline, cold))

const Heap::Page Heap::kEmptyPage{};

Heap::Heap() {
    for (Page*& page : current_) page = const_cast<Page*>(&kEmptyPage);
}

Heap::~Heap() {
    for (Segment* list : {available_, full_, spare_}) {
        while (list) {
            Segment* next = list->next;
            unmap(list);
            list = next;
        }
    }
}

// Pages that hold blocks, the first one of each run and of an image.
template <class Function>
void Heap::for_each_used_page(Function function) const {
    for (const Segment* list : {available_, full_}) {
        for (const Segment* s = list; s; s = s->next) {
            if (s->block_size) {
                function(s->pages[0]);
                continue;
            }
            if (!s->image_starts.empty()) function(s->pages[0]);
            for (int i = 1; i < kSegmentPages; ++i) {
                const Page& page = s->pages[i];
                if ((s->free_pages >> i & 1) || page.size_class == kImage) continue;
                function(page);
                if (page.size_class == kRun) i += page.capacity - 1;  // the pages inside a run say nothing
            }
        }
    }
}

Heap::Page* Heap::page_of(const void* block) {
    return &segment_of(block)->pages[(reinterpret_cast<uintptr_t>(block) & (kSegmentSize - 1)) >> kPageBits];
}

char* Heap::page_start(Page* page) {
    Segment* segment = segment_of(page);
    return reinterpret_cast<char*>(segment) + (size_t(page - segment->pages) << kPageBits);
}

void Heap::link(Segment*& list, Segment* segment) {
    segment->prev = nullptr;
    segment->next = list;
    if (list) list->prev = segment;
    list = segment;
}

void Heap::unlink(Segment*& list, Segment* segment) {
    (segment->prev ? segment->prev->next : list) = segment->next;
    if (segment->next) segment->next->prev = segment->prev;
}

int Heap::class_of(size_t size) {
    if (size <= kFineLimit) return int((size - 1) >> 4);
    int doubling = std::bit_width(size - 1) - 10;  // 513..1024: 0
    int quarter = int((size - 1) >> (doubling + 7)) - 4;
    return 32 + doubling * 4 + quarter;
}

size_t Heap::class_size(int size_class) {
    if (size_class < 32) return size_t(size_class + 1) << 4;
    int doubling = (size_class - 32) >> 2, quarter = (size_class - 32) & 3;
    return size_t(5 + quarter) << (doubling + 7);
}

bool Heap::reserve(size_t bytes) {
    if (bytes > limit_ || reserved_bytes_ > limit_ - bytes) return false;
    reserved_bytes_ += bytes;
    peak_bytes_ = std::max(peak_bytes_, reserved_bytes_);
    return true;
}

Heap::Segment* Heap::new_segment() {
    void* memory = map_aligned(kSegmentSize, kSegmentSize, PROT_READ | PROT_WRITE);
    if (!memory) return nullptr;
    add_segment(memory);
    return static_cast<Segment*>(memory);
}

void Heap::add_segment(void* memory) {
    // A small interpreter must stay small: the kernel's huge pages would touch two segments at once.
    if (segment_count_ < 8) madvise(memory, kSegmentSize, MADV_NOHUGEPAGE);
    Segment* segment = static_cast<Segment*>(memory);
    segment->heap = this;
    segment->mapped = kSegmentSize;
    segment->free_pages = ~uint64_t{1};  // the first page holds this head
    link(available_, segment);
    ++segment_count_;
    ++empty_segments_;
}

char* Heap::make_image(char* where, std::span<const uint32_t> starts) {
    size_t size = starts.back();
    static_assert(sizeof(Segment) <= kImageOffset);
    if (size > kImageLimit || segment_count_ || !reserve(size)) return nullptr;
    void* memory =
        mmap(where, kSegmentSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (memory != where) {
        if (memory != MAP_FAILED) munmap(memory, kSegmentSize);  // a kernel that does not know the flag
        unreserve(size);
        return nullptr;
    }
    add_segment(memory);
    Segment* segment = static_cast<Segment*>(memory);
    int pages = int(round_up(kImageOffset + size, kPageSize) >> kPageBits);
    for (int i = 0; i < pages; ++i) segment->pages[i].size_class = kImage;
    segment->free_pages &= ~run_mask(0, pages);
    --empty_segments_;
    if (!segment->free_pages) {
        unlink(available_, segment);
        link(full_, segment);
    }
    segment->image_starts = starts;
    return where + kImageOffset;
}

size_t Heap::image_block_size(const void* block) {
    Segment* segment = segment_of(block);
    auto offset = uint32_t(static_cast<const char*>(block) - reinterpret_cast<char*>(segment) - kImageOffset);
    return *std::upper_bound(segment->image_starts.begin(), segment->image_starts.end(), offset) - offset;
}

// A run of free pages, marked as taken. The caller fills in the page.
Heap::Page* Heap::take_pages(int count) {
    if (!reserve(size_t(count) << kPageBits)) return nullptr;
    Segment* found = nullptr;
    int first = -1;
    int looked_at = 0;
    for (Segment* s = available_; s && looked_at < 32; s = s->next, ++looked_at) {
        first = find_run(s->free_pages, count);
        if (first >= 0) {
            found = s;
            break;
        }
    }
    if (!found) {
        found = new_segment();
        if (!found) {
            unreserve(size_t(count) << kPageBits);
            return nullptr;
        }
        first = 1;
    }
    if (found->free_pages == ~uint64_t{1}) --empty_segments_;
    found->free_pages &= ~run_mask(first, count);
    if (!found->free_pages) {
        unlink(available_, found);
        link(full_, found);
    }
    return &found->pages[first];
}

void Heap::give_pages(Page* page, int count) {
    Segment* segment = segment_of(page);
    unreserve(size_t(count) << kPageBits);
    page->size_class = kFreePage;
    page->used = 0;
    chain(page) = nullptr;
    bool was_full = !segment->free_pages;
    segment->free_pages |= run_mask(int(page - segment->pages), count);
    if (was_full) {
        unlink(full_, segment);
        link(available_, segment);
    }
    if (segment->free_pages == ~uint64_t{1}) {
        if (empty_segments_ > segment_count_ / 8) {
            unlink(available_, segment);
            --segment_count_;
            munmap(segment, kSegmentSize);
        } else {
            ++empty_segments_;
        }
    }
}

void Heap::list_page(Page* page) {
    Page*& list = partial_[page->size_class];
    page->listed = true;
    page->prev = nullptr;
    page->next = list;
    if (list) list->prev = page;
    list = page;
}

void Heap::unlist_page(Page* page) {
    page->listed = false;
    (page->prev ? page->prev->next : partial_[page->size_class]) = page->next;
    if (page->next) page->next->prev = page->prev;
}

// Chains further blocks of the page, as many as the system's page holds, so that little memory is touched early.
bool Heap::carve(Page* page) {
    int more = page->capacity - page->carved;
    if (more <= 0) return false;
    size_t size = class_size(page->size_class);
    more = std::min(more, std::max(1, int(4096 / size)));
    char* block = page_start(page) + page->carved * size;
    page->carved = uint16_t(page->carved + more);
    FreeBlock* first = chain(page);
    for (char* b = block + size * size_t(more - 1); b >= block; b -= size) {
        FreeBlock* item = reinterpret_cast<FreeBlock*>(b);
        item->next = first;
        first = item;
    }
    chain(page) = first;
    return true;
}

// Where the page keeps the first of its free blocks.
Heap::FreeBlock*& Heap::chain(Page* page) const {
    if (!observer_) [[likely]]
        return page->free;
    Segment* segment = segment_of(page);
    return segment->hidden[page - segment->pages];
}

void Heap::observe(HeapObserver* observer) {
    bool moves = !observer_ != !observer;
    observer_ = observer;
    if (!moves) return;
    for_each_used_page([](const Page& page) {
        if (page.size_class >= kClasses) return;
        Segment* segment = segment_of(&page);
        auto index = size_t(&page - segment->pages);
        std::swap(segment->pages[index].free, segment->hidden[index]);
    });
}

// Tells of a new block, if there is one, and of its size.
void* Heap::report(void* block, size_t size) {
    if (!observer_ || !block || observer_->allocated(block, size)) [[likely]]
        return block;
    give_back(block);
    return nullptr;
}

void* Heap::allocate_small(int size_class) {
    Page* page = current_[size_class];
    if (!page->capacity || (!chain(page) && !carve(page))) {
        page = partial_[size_class];
        if (page) {
            unlist_page(page);
        } else {
            page = take_pages(1);
            if (!page) return nullptr;
            *page = Page{};
            page->size_class = uint8_t(size_class);
            page->capacity = uint16_t(kPageSize / class_size(size_class));
            carve(page);
        }
        current_[size_class] = page;
    }
    FreeBlock*& first = chain(page);
    FreeBlock* block = first;
    first = block->next;
    ++page->used;
    if (clearing_) [[unlikely]] {
        std::memset(block, 0, class_size(size_class));
        current_[size_class] = const_cast<Page*>(&kEmptyPage);
        if (first || carve(page)) list_page(page);
    }
    return block;
}

void* Heap::allocate_run(size_t size) {
    int count = int(round_up(size, kPageSize) >> kPageBits);
    Page* page = take_pages(count);
    if (!page) return nullptr;
    *page = Page{};
    page->size_class = kRun;
    page->capacity = uint16_t(count);
    page->used = 1;
    return page_start(page);
}

void* Heap::allocate_mapping(size_t size) {
    if (size > SIZE_MAX / 2) return nullptr;
    size_t bytes = round_up(size + kBlockOffset, 4096);
    if (!reserve(bytes)) return nullptr;
    Segment* segment = static_cast<Segment*>(map_aligned(bytes, kSegmentSize, PROT_READ | PROT_WRITE));
    if (!segment) {
        unreserve(bytes);
        return nullptr;
    }
    enter_mapping(segment, bytes, size);
    return reinterpret_cast<char*>(segment) + kBlockOffset;
}

// A kept mapping that fits without wasting half of itself, with what it held before; null when there is none.
void* Heap::take_spare(size_t size) {
    for (Segment* segment = spare_; segment; segment = segment->next) {
        size_t room = segment->mapped - kBlockOffset;
        if (room < size || room / 2 > size) continue;
        if (!reserve(segment->mapped)) return nullptr;
        unlink(spare_, segment);
        spare_bytes_ -= segment->mapped;
        enter_mapping(segment, segment->mapped, size);
        return reinterpret_cast<char*>(segment) + kBlockOffset;
    }
    return nullptr;
}

void Heap::enter_mapping(Segment* segment, size_t mapped, size_t size) {
    segment->heap = this;
    segment->mapped = mapped;
    segment->block_size = size;
    segment->pages[0].size_class = kMapping;
    segment->pages[0].used = 1;
    link(full_, segment);
}

void* Heap::allocate_shareable(size_t size) {
    if (size <= kShareableFrom) return allocate(size);
    auto map = [this, size]() OUT_OF_LINE -> void* {
        char* block = static_cast<char*>(allocate_mapping(size));
        if (!block) return nullptr;
        Segment* segment = segment_of(block);
        char* rest = block + kUnsharedBytes;
        segment->shareable = mmap(rest, segment->mapped - kBlockOffset - kUnsharedBytes, PROT_READ | PROT_WRITE,
                                  MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == rest;
        return report(block, size);
    };
    return map();
}

SharedPages Heap::share(const void* block) {
    SharedPages result;
    const Page* page = page_of(block);
    Segment* segment = segment_of(block);
    if (page->size_class != kMapping || !segment->shareable) return result;
    if (!segment->views) {
        segment->views = PageViews::make(segment->mapped, kSegmentSize, kBlockOffset + kUnsharedBytes);
        if (!segment->views) return result;
    }
    char* start = static_cast<char*>(segment->views->take(segment));
    if (!start) return result;
    std::memcpy(start + kBlockOffset, block, kUnsharedBytes);
    result.start_ = start;
    result.views_ = segment->views;
    result.block_size_ = segment->block_size;
    return result;
}

void* Heap::adopt(SharedPages& pages) {
    if (!reserve(pages.views_->size())) return nullptr;
    Segment* segment = static_cast<Segment*>(std::exchange(pages.start_, nullptr));
    enter_mapping(segment, pages.views_->size(), pages.block_size_);
    segment->shareable = true;
    segment->views = pages.views_;
    return report(reinterpret_cast<char*>(segment) + kBlockOffset, segment->block_size);
}

// Of one big block, that is in no list any more.
void Heap::unmap(Segment* segment) {
    segment->views ? segment->views->give_back(segment) : void(munmap(segment, segment->mapped));
}

void Heap::free_mapping(Segment* segment) {
    unlink(full_, segment);
    unreserve(segment->mapped);
    // Pages that can be shared are the same in a child of fork(), so that nobody may write to them again;
    // a heap whose blocks must be cleared takes mappings that the system has cleared.
    if (!segment->shareable && !clearing_ && limit_ == SIZE_MAX && segment->mapped <= kSpareEach &&
        spare_bytes_ + segment->mapped <= kSpareLimit) {
        link(spare_, segment);
        spare_bytes_ += segment->mapped;
        return;
    }
    unmap(segment);
}

void* Heap::allocate_slowly(size_t size) {
    if (!observer_) [[likely]]
        return take(size);
    auto reported = [this, size]() OUT_OF_LINE { return report(take(size), size); };
    return reported();
}

// A block, without telling of it.
void* Heap::take(size_t size) {
    if (size == 0) size = 1;
    if (size <= kSmallLimit) return allocate_small(class_of(size));
    if (size <= kRunLimit) return allocate_run(size);
    void* kept = take_spare(size);
    return kept ? kept : allocate_mapping(size);
}

void* Heap::allocate_zeroed(size_t size) {
    if (size > kSpareEach) return report(allocate_mapping(size), size);  // zeroed by the system
    void* block = allocate(size);
    if (block) std::memset(block, 0, size);
    return block;
}

void Heap::free_slowly(void* block) {
    if (!of(block).observer_) [[likely]]
        return give_back(block);
    auto reported = [block]() OUT_OF_LINE {
        of(block).observer_->freed(block);
        give_back(block);
    };
    reported();
}

// Frees a block without telling of it.
void Heap::give_back(void* block) {
    Page* page = page_of(block);
    Segment* segment = segment_of(block);
    Heap& heap = *segment->heap;
    if (page->size_class == kMapping) return heap.free_mapping(segment);
    if (page->size_class == kRun) return heap.give_pages(page, page->capacity);
    if (page->size_class == kImage) return;
    FreeBlock* freed = static_cast<FreeBlock*>(block);
    FreeBlock*& first = heap.chain(page);
    freed->next = first;
    first = freed;
    --page->used;
    if (heap.current_[page->size_class] == page) return;
    if (page->used == 0) {
        if (page->listed) heap.unlist_page(page);
        heap.give_pages(page, 1);
    } else if (!page->listed && page->used <= page->capacity - page->capacity / 8) {
        // Not for a single block, so that what is made in a row also lies together.
        heap.list_page(page);
    }
}

bool Heap::resize_run(Page* page, size_t size) {
    int count = int(round_up(size, kPageSize) >> kPageBits);
    int have = page->capacity;
    if (count == have) return true;
    if (count < have) {
        Page* tail = page + count;
        page->capacity = uint16_t(count);
        give_pages(tail, have - count);
        return true;
    }
    Segment* segment = segment_of(page);
    int first = int(page - segment->pages);
    if (first + count > kSegmentPages) return false;
    uint64_t mask = run_mask(first + have, count - have);
    if ((segment->free_pages & mask) != mask || !reserve(size_t(count - have) << kPageBits)) return false;
    segment->free_pages &= ~mask;
    if (!segment->free_pages) {
        unlink(available_, segment);
        link(full_, segment);
    }
    page->capacity = uint16_t(count);
    return true;
}

// Moves pages instead of bytes.
void* Heap::reallocate_mapping(Segment* segment, size_t size) {
    if (size > SIZE_MAX / 2) return nullptr;
    size_t bytes = round_up(size + kBlockOffset, 4096);
    size_t old = segment->mapped;
    if (segment->shareable && (segment->views || bytes > old)) {
        // Others see these pages, or they cannot become more.
        return move_block(reinterpret_cast<char*>(segment) + kBlockOffset, segment->block_size, size);
    }
    if (segment->shareable && bytes < old) {  // two mappings side by side, which mremap() does not take
        munmap(reinterpret_cast<char*>(segment) + bytes, old - bytes);
        unreserve(old - bytes);
        segment->mapped = bytes;
    }
    old = segment->mapped;
    if (bytes > old && !reserve(bytes - old)) return nullptr;
    if (bytes != old && mremap(segment, old, bytes, 0) == MAP_FAILED) {
        // Some room behind the block makes the next growth a cheap one, if nothing is mapped there meanwhile.
        void* target = map_aligned(bytes, kSegmentSize, PROT_NONE);
        if (!target) {
            unreserve(bytes - old);
            return nullptr;
        }
        unlink(full_, segment);
        void* moved = mremap(segment, old, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, target);
        if (moved == MAP_FAILED) {
            munmap(target, bytes);
            unreserve(bytes - old);
            link(full_, segment);
            return nullptr;
        }
        segment = static_cast<Segment*>(moved);
        link(full_, segment);
    }
    if (bytes < old) unreserve(old - bytes);
    segment->mapped = bytes;
    segment->block_size = size;
    return reinterpret_cast<char*>(segment) + kBlockOffset;
}

void* Heap::reallocate(void* block, size_t size) {
    if (!block) return allocate(size);
    Heap& heap = of(block);
    if (!heap.observer_) [[likely]]
        return heap.resize(block, size);
    auto reported = [&heap, block, size]() OUT_OF_LINE {
        void* resized = heap.resize(block, size);
        if (resized) {
            // It is there by now, whatever the observer says.
            heap.observer_->freed(block);
            (void)heap.observer_->allocated(resized, size);
        }
        return resized;
    };
    return reported();
}

void* Heap::resize(void* block, size_t size) {
    if (size == 0) size = 1;
    Page* page = page_of(block);
    Segment* segment = segment_of(block);
    size_t usable;
    if (page->size_class == kMapping) {
        if (size > kRunLimit) return reallocate_mapping(segment, size);
        usable = segment->block_size;
    } else if (page->size_class == kRun) {
        if (size > kSmallLimit && size <= kRunLimit && resize_run(page, size)) return block;
        usable = size_t(page->capacity) << kPageBits;
    } else if (page->size_class == kImage) {
        usable = image_block_size(block);
        if (size <= usable) return block;
    } else {
        usable = class_size(page->size_class);
        // Small savings are not worth a move.
        if (size <= usable && (size * 4 > usable * 3 || usable <= 64)) return block;
    }
    void* copy = move_block(block, usable, size);
    return copy || size > usable ? copy : block;
}

void* Heap::move_block(void* block, size_t usable, size_t size) {
    void* copy = observer_ ? take(size) : allocate(size);  // reallocate() tells of it
    if (!copy) return nullptr;
    std::memcpy(copy, block, std::min(usable, size));
    observer_ ? give_back(block) : free(block);
    return copy;
}

size_t Heap::usable_size(const void* block) {
    Page* page = page_of(block);
    if (page->size_class == kMapping) return segment_of(block)->mapped - kBlockOffset;
    if (page->size_class == kRun) return size_t(page->capacity) << kPageBits;
    if (page->size_class == kImage) return image_block_size(block);
    return class_size(page->size_class);
}

Heap& Heap::of(const void* block) { return *segment_of(block)->heap; }

size_t Heap::blocks_in_use() const {
    size_t total = 0;
    for_each_used_page([&](const Page& page) {
        total += page.size_class == kImage ? segment_of(&page)->image_starts.size() - 1 : page.used;
    });
    return total;
}

size_t Heap::bytes_in_use() const {
    size_t total = 0;
    for_each_used_page([&](const Page& page) {
        if (page.size_class == kMapping) {
            total += segment_of(&page)->block_size;
        } else if (page.size_class == kImage) {
            total += segment_of(&page)->image_starts.back();
        } else if (page.size_class == kRun) {
            total += size_t(page.capacity) << kPageBits;
        } else {
            total += page.used * class_size(page.size_class);
        }
    });
    return total;
}

std::vector<Heap::Block> Heap::live_blocks() const {
    std::vector<Block> blocks;
    for_each_used_page([&](const Page& page) {
        char* start = page_start(const_cast<Page*>(&page));
        if (page.size_class == kMapping) {
            blocks.push_back({start + kBlockOffset, segment_of(&page)->block_size});
        } else if (page.size_class == kImage) {
            std::span<const uint32_t> starts = segment_of(&page)->image_starts;
            for (size_t i = 0; i + 1 < starts.size(); ++i)
                blocks.push_back({start + kImageOffset + starts[i], starts[i + 1] - starts[i]});
        } else if (page.size_class == kRun) {
            blocks.push_back({start, size_t(page.capacity) << kPageBits});
        } else {
            size_t size = class_size(page.size_class);
            std::vector<bool> free(page.carved);
            for (const FreeBlock* block = chain(const_cast<Page*>(&page)); block; block = block->next)
                free[size_t(reinterpret_cast<const char*>(block) - start) / size] = true;
            for (size_t i = 0; i < page.carved; ++i) {
                if (!free[i]) blocks.push_back({start + i * size, size});
            }
        }
    });
    std::sort(blocks.begin(), blocks.end(), [](const Block& a, const Block& b) { return a.address < b.address; });
    return blocks;
}

#endif

}  // namespace orochi
