#include "memory/heap.hpp"

#include <gtest/gtest.h>
#include <algorithm>

#include <cstring>
#include <map>
#include <random>
#include <vector>

namespace orochi {
namespace {

struct Block {
    unsigned char* address;
    size_t size;
    unsigned char mark;
};

bool intact(const Block& block) {
    for (size_t i = 0; i < block.size; ++i)
        if (block.address[i] != block.mark) return false;
    return true;
}

TEST(Heap, RandomTrafficKeepsContents) {
    std::mt19937 random(7);
    auto any_size = [&] {
        switch (random() % 16) {
            case 0: return size_t(random() % 40000);
            case 1: return size_t(random() % 2000000);
            default: return size_t(random() % 700);
        }
    };
    Heap heap;
    {
        std::vector<Block> blocks;
        for (int step = 0; step < 30000; ++step) {
            if (blocks.empty() || (random() % 3 && blocks.size() < 3000)) {
                Block block{nullptr, any_size(), static_cast<unsigned char>(random())};
                block.address = static_cast<unsigned char*>(heap.allocate(block.size));
                ASSERT_NE(block.address, nullptr);
                ASSERT_EQ(reinterpret_cast<uintptr_t>(block.address) % 16, 0u);
                ASSERT_EQ(&Heap::of(block.address), &heap);
                ASSERT_GE(Heap::usable_size(block.address), block.size);
                std::memset(block.address, block.mark, block.size);
                blocks.push_back(block);
            } else {
                size_t which = random() % blocks.size();
                Block& block = blocks[which];
                if (random() % 4 == 0) {
                    size_t size = any_size();
                    unsigned char* moved = static_cast<unsigned char*>(heap.reallocate(block.address, size));
                    ASSERT_NE(moved, nullptr);
                    block.address = moved;
                    block.size = std::min(block.size, size);
                    ASSERT_TRUE(intact(block));
                    block.size = size;
                    std::memset(moved, block.mark, size);
                } else {
                    ASSERT_TRUE(intact(block));
                    Heap::free(block.address);
                    blocks[which] = blocks.back();
                    blocks.pop_back();
                }
            }
            if (step % 10000 == 0) {
                ASSERT_EQ(heap.blocks_in_use(), blocks.size());
            }
        }
        for (Block& block : blocks) {
            ASSERT_TRUE(intact(block));
            Heap::free(block.address);
        }
    }
    EXPECT_EQ(heap.blocks_in_use(), 0u);
    EXPECT_EQ(heap.bytes_in_use(), 0u);
}

TEST(Heap, LimitIsKept) {
    Heap heap;
    heap.set_limit(8 << 20);
    size_t total = 0;
    while (void* block = heap.allocate(100000)) {
        std::memset(block, 1, 100000);
        total += 100000;
        ASSERT_LE(total, size_t{8} << 20);
    }
    EXPECT_GT(total, size_t{6} << 20);
    EXPECT_EQ(heap.allocate(SIZE_MAX - 10), nullptr);
}

TEST(Heap, ZeroedAfterReuse) {
    Heap heap;
    for (size_t size : {24u, 900u, 9000u, 700000u}) {
        char* first = static_cast<char*>(heap.allocate(size));
        std::memset(first, 0x55, size);
        Heap::free(first);
        char* second = static_cast<char*>(heap.allocate_zeroed(size));
        for (size_t i = 0; i < size; ++i) ASSERT_EQ(second[i], 0) << size;
        Heap::free(second);
    }
}

// Keeps the sizes of the blocks that it was told of.
struct Recorder final : HeapObserver {
    std::map<const void*, size_t> blocks;
    bool refuses = false;
    bool allocated(const void* block, size_t size) override {
        if (refuses) return false;
        EXPECT_TRUE(blocks.emplace(block, size).second);
        return true;
    }
    void freed(const void* block) override { blocks.erase(block); }
};

TEST(Heap, ObserverIsToldOfEveryBlock) {
    std::mt19937 random(11);
    Heap heap;
    Recorder recorder;
    std::map<const void*, size_t> since;  // the start of the observation
    std::vector<void*> live;
    bool observed = false;
    for (int step = 0; step < 60000; ++step) {
        if (step % 5000 == 2500) {  // with blocks from before
            observed = !observed;
            heap.observe(observed ? &recorder : nullptr);
            since.clear();
            recorder.blocks.clear();
        }
        size_t size = random() % 300 == 0 ? random() % 1500000 : random() % 8 == 0 ? random() % 20000 : random() % 200;
        if (live.empty() || (live.size() < 2000 && random() % 2)) {
            void* block = random() % 4 ? heap.allocate(size) : heap.allocate_zeroed(size);
            ASSERT_NE(block, nullptr);
            live.push_back(block);
            since[block] = size;
        } else {
            void*& block = live[random() % live.size()];
            since.erase(block);
            if (random() % 3 == 0) {
                block = heap.reallocate(block, size);
                ASSERT_NE(block, nullptr);
                since[block] = size;
            } else {
                Heap::free(block);
                block = live.back();
                live.pop_back();
            }
        }
        if (observed && step % 500 == 499) {
            ASSERT_EQ(recorder.blocks, since);
        }
        if (step % 5000 == 4999) {
            ASSERT_EQ(heap.blocks_in_use(), live.size());
            ASSERT_EQ(heap.live_blocks().size(), live.size());
        }
    }
    for (void* block : live) Heap::free(block);
    EXPECT_EQ(heap.blocks_in_use(), 0u);
}

TEST(Heap, ObserverCanRefuseABlock) {
    Heap heap;
    Recorder recorder;
    heap.observe(&recorder);
    (void)heap.allocate(100);
    recorder.refuses = true;
    for (size_t size : {100u, 900u, 9000u, 700000u, 70'000'000u}) {
        EXPECT_EQ(heap.allocate(size), nullptr);
        EXPECT_EQ(heap.allocate_zeroed(size), nullptr);
        EXPECT_EQ(heap.allocate_shareable(size), nullptr);
    }
    EXPECT_EQ(heap.blocks_in_use(), 1u);
    EXPECT_EQ(recorder.blocks.size(), 1u);
}

#ifndef OROCHI_HEAP_IS_MALLOC
TEST(Heap, SharedBlockKeepsItsContents) {
    constexpr size_t size = 12'000'000;
    Heap sender, receiver;
    unsigned char* block = static_cast<unsigned char*>(sender.allocate_shareable(size));
    std::memset(block, 7, size);
    SharedPages pages = Heap::share(block);
    ASSERT_TRUE(pages);
    unsigned char* view = static_cast<unsigned char*>(receiver.adopt(pages));
    ASSERT_NE(view, nullptr);
    EXPECT_FALSE(pages);
    EXPECT_EQ(&Heap::of(view), &receiver);
    EXPECT_TRUE(intact({view, size, 7}));

    // Resizing the original moves it away from what others see.
    unsigned char* grown = static_cast<unsigned char*>(sender.reallocate(block, size + 1));
    std::memset(grown, 8, size + 1);
    EXPECT_TRUE(intact({view, size, 7}));
    Heap::free(grown);

    // A view can be shared in turn, and outlives the first.
    SharedPages again = Heap::share(view);
    Heap::free(view);
    unsigned char* third = static_cast<unsigned char*>(sender.adopt(again));
    EXPECT_TRUE(intact({third, size, 7}));
}

TEST(Heap, ShareableBlockShrinksInPlaceAndRespectsTheLimit) {
    Heap heap, small;
    unsigned char* block = static_cast<unsigned char*>(heap.allocate_shareable(12'000'000));
    std::memset(block, 5, 1'000'000);
    EXPECT_EQ(heap.reallocate(block, 1'000'000), block);
    EXPECT_LT(heap.reserved_bytes(), 1'100'000u);
    SharedPages pages = Heap::share(block);
    small.set_limit(500'000);
    EXPECT_EQ(small.adopt(pages), nullptr);
    EXPECT_TRUE(pages);
    EXPECT_FALSE(Heap::share(heap.allocate(12'000'000)));
}
#endif

}  // namespace
}  // namespace orochi
