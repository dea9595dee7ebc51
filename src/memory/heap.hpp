// The heap of one interpreter.
//
// Address space comes in segments of 1 MiB, aligned to their size, which belong
// to one heap each; a segment is cut into pages of 16 KiB, and a page holds
// blocks of one size class, chained when free. A block that needs more than a
// quarter of a page takes a run of whole pages, and one that would fill most of
// a segment gets a mapping of its own. The head of the segment, found by
// masking the address, names the heap: free() and reallocate() need no state,
// and "whose object is this" is one load.
//
// A few mappings are kept when their blocks are freed (kSpareLimit); a heap with a limit keeps none.
//
// There are no atomics and no lock: the interpreter's lock is the heap's lock.
// Nothing is counted on the fast path. Counts of blocks and bytes are summed up
// from the pages when asked for; the limit is checked when a page is taken, so
// it is exact to a page for each size class. An allocation that would cross it
// returns null, as does one that the system refuses. Sizes are bytes.
//
// A heap may begin with an image: a range in its first segment whose content is copied there by somebody else and
// which holds blocks without gaps, of any size (state/start_image.hpp). Such blocks are never used again once freed.
//
// A big block whose contents never change once it is filled (bytes, str) can be shared with other heaps without
// copying: all its pages but the first, which holds the counts, are memory that the system can show at several
// addresses (share, adopt; memory/shared_pages.hpp). Each heap owns its own view. A child of
// fork() sees the same pages as its parent, which is right for the same reason.
//
// Somebody can be told of every block that is handed out and taken back (HeapObserver). It costs nothing while there is
// nobody: an observed heap keeps the chains of free blocks where the fast paths do not look, so that each call is a
// slow one.
//
// Under the address sanitizer every block is one of malloc's, so that errors show.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "memory/shared_pages.hpp"

namespace orochi {

#if defined(__SANITIZE_ADDRESS__)
#define OROCHI_HEAP_IS_MALLOC 1
#endif

class HeapObserver {
public:
    // A block of `size` bytes has been handed out. False: it is to be taken back, and the allocation fails.
    virtual bool allocated(const void* block, size_t size) = 0;
    // A block is about to be taken back; it may be one from before the observation.
    virtual void freed(const void* block) = 0;

protected:
    ~HeapObserver() = default;
};

class Heap {
public:
    Heap();
    ~Heap();  // gives every range back to the system, live blocks included
    Heap(const Heap&) = delete;
    Heap& operator=(const Heap&) = delete;

    // Blocks are aligned to 16 bytes; a size of 0 gives a distinct block. Null when out of memory.
    [[nodiscard]] void* allocate(size_t size) {
#ifndef OROCHI_HEAP_IS_MALLOC
        if (size - 1 < kFineLimit) [[likely]] {
            Page* page = current_[(size - 1) >> 4];
            if (FreeBlock* block = page->free) [[likely]] {
                page->free = block->next;
                ++page->used;
                return block;
            }
        }
#endif
        return allocate_slowly(size);
    }
    [[nodiscard]] void* allocate_zeroed(size_t size);
    // For contents that will not change: a big block is made such that share() works. Resizing keeps others' views
    // as they were, and may take the ability away.
    [[nodiscard]] void* allocate_shareable(size_t size);
    // Empty when the block was not made so, or the system refuses: then copy. The first kUnsharedBytes of the contents
    // are copied.
    static SharedPages share(const void* block);
    static constexpr size_t kUnsharedBytes = 4096;
    // The same contents as a block of this heap. Null when out of memory; the pages then stay the caller's.
    [[nodiscard]] void* adopt(SharedPages& pages);
    // Null leaves the old block as it was; `block` null allocates. A block of another heap stays in its heap.
    [[nodiscard]] void* reallocate(void* block, size_t size);
    static void free(void* block) {  // null is ignored
#ifndef OROCHI_HEAP_IS_MALLOC
        Segment* segment = segment_of(block);
        if (!segment) [[unlikely]]
            return;
        Page* page = &segment->pages[(reinterpret_cast<uintptr_t>(block) & (kSegmentSize - 1)) >> kPageBits];
        if (page->used > 1 && page->free) [[likely]] {  // neither full nor about to be empty
            FreeBlock* freed = static_cast<FreeBlock*>(block);
            freed->next = page->free;
            page->free = freed;
            --page->used;
            return;
        }
#endif
        free_slowly(block);
    }
    static size_t usable_size(const void* block);
    // The heap that a block belongs to.
    static Heap& of(const void* block);

    // Sums over all pages; not for hot code.
    size_t bytes_in_use() const;
    size_t blocks_in_use() const;
    // What pages and mappings that hold blocks take up, and the most that they ever took.
    size_t reserved_bytes() const { return reserved_bytes_; }
    size_t peak_bytes() const { return peak_bytes_; }
    size_t limit() const { return limit_; }

    // Where an image begins in its segment, and how long it can be.
    static constexpr size_t kImageOffset = 4096;
    static constexpr size_t kImageLimit = (size_t{1} << 20) - kImageOffset;
    // Gives an unused heap an image in a first segment at `where`, a multiple of the segment size; the memory reads as
    // zeros. `starts` are the offsets of the image's blocks, in order, and then its size; they stay where they are.
    // Null when something else is there.
    char* make_image(char* where, std::span<const uint32_t> starts);

    struct Block {
        char* address;
        size_t size;
    };
    // Every block handed out, in the order of addresses. For looking at a heap as a whole; slow.
    std::vector<Block> live_blocks() const;
    // Small blocks are handed out zeroed from now on, so that no word in one looks like an address that nobody wrote
    // there. Slow.
    void hand_out_cleared() { clearing_ = true; }
    // Null ends the observation. The observer may not allocate from or free into the heap while it is told of
    // something. A block that is resized is reported as freed and allocated.
    void observe(HeapObserver* observer);
    void set_limit(size_t bytes) { limit_ = bytes; }  // SIZE_MAX: none; counts reserved_bytes()

private:
    static constexpr int kPageBits = 14;
    static constexpr size_t kPageSize = size_t{1} << kPageBits;
    static constexpr size_t kSegmentSize = size_t{1} << 20;
    static constexpr int kSegmentPages = int(kSegmentSize / kPageSize);
    static constexpr size_t kFineLimit = 512;    // classes 16, 32, ... 512
    static constexpr size_t kSmallLimit = 4096;  // then four a doubling: 640, 768, 896, 1024, ...
    static constexpr int kClasses = 32 + 12;
    static constexpr size_t kRunLimit = kSegmentSize / 2;  // larger blocks have their own mapping
    static constexpr uint8_t kFreePage = 0xff, kRun = 0xfe, kImage = 0xfd, kMapping = 0xfc;

    struct FreeBlock {
        FreeBlock* next;
    };
    struct Page {
        FreeBlock* free;    // chain of free blocks
        uint16_t used;      // blocks handed out; a run or mapping: 1
        uint16_t carved;    // blocks that were ever in the chain; the rest of the page is untouched
        uint16_t capacity;  // blocks that fit; for a run: its pages
        uint8_t size_class;
        bool listed;  // in partial_[size_class]
        Page* next;   // neighbours in partial_
        Page* prev;
    };
    struct Segment {
        Heap* heap;
        Segment* next;
        Segment* prev;
        uint64_t free_pages;  // one bit a page
        size_t mapped;        // bytes of the mapping; more than kSegmentSize for one big block
        size_t block_size;    // of the one big block
        bool shareable;       // its pages but the first can be shown at several addresses,
        PageViews* views;     // and have been; otherwise null
        Page pages[kSegmentPages];
        FreeBlock* hidden[kSegmentPages];        // the pages' chains of free blocks while the heap is observed
        std::span<const uint32_t> image_starts;  // see make_image(); empty: no image
    };
    static_assert(sizeof(Page) == 32);

    static Segment* segment_of(const void* block) {
        return reinterpret_cast<Segment*>(reinterpret_cast<uintptr_t>(block) & ~(kSegmentSize - 1));
    }
    static Page* page_of(const void* block);
    static void link(Segment*& list, Segment* segment);
    static void unlink(Segment*& list, Segment* segment);
    static char* page_start(Page* page);
    static int class_of(size_t size);
    static size_t class_size(int size_class);

    void* allocate_slowly(size_t size);
    void* report(void* block, size_t size);
    void* take(size_t size);
    static void give_back(void* block);
    FreeBlock*& chain(Page* page) const;
    void* allocate_small(int size_class);
    void* allocate_run(size_t size);
    void* allocate_mapping(size_t size);
    void* take_spare(size_t size);
    static void free_slowly(void* block);
    void free_mapping(Segment* segment);
    static void unmap(Segment* segment);
    bool carve(Page* page);
    Page* take_pages(int count);
    void give_pages(Page* page, int count);
    bool reserve(size_t bytes);
    void unreserve(size_t bytes) { reserved_bytes_ -= bytes; }
    template <class Function>
    void for_each_used_page(Function function) const;
    Segment* new_segment();
    void add_segment(void* memory);
    static size_t image_block_size(const void* block);
    bool resize_run(Page* page, size_t size);
    void enter_mapping(Segment* segment, size_t mapped, size_t size);
    void* reallocate_mapping(Segment* segment, size_t size);
    void* resize(void* block, size_t size);
    void* move_block(void* block, size_t usable, size_t size);
    void list_page(Page* page);
    void unlist_page(Page* page);

    // A page without blocks, so that current_ is never null.
    static const Page kEmptyPage;

    Page* current_[kClasses];       // where the next block of the class comes from; not in partial_
    Page* partial_[kClasses] = {};  // other pages of the class that have free blocks
    Segment* available_ = nullptr;  // segments with free pages
    Segment* full_ = nullptr;       // segments without, and big blocks
    Segment* spare_ = nullptr;      // mappings without a block, to be used again
    size_t spare_bytes_ = 0;
    int segment_count_ = 0;
    int empty_segments_ = 0;
    size_t reserved_bytes_ = 0;
    size_t peak_bytes_ = 0;
    size_t limit_ = SIZE_MAX;
    HeapObserver* observer_ = nullptr;
    bool clearing_ = false;  // current_ stays empty, so that every allocation is a slow one
#ifdef OROCHI_HEAP_IS_MALLOC
    struct Header;
    Header* blocks_ = nullptr;
    size_t bytes_ = 0, count_ = 0;
#endif
};

}  // namespace orochi
