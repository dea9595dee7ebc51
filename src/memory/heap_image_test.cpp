#include <gtest/gtest.h>

#include <cstring>

#include "memory/heap.hpp"

namespace orochi {
namespace {

#ifndef OROCHI_HEAP_IS_MALLOC

char* const kPlace = reinterpret_cast<char*>(uintptr_t{0x6100} << 32);

TEST(HeapImage, BlocksOfAnImageHaveTheirSizesAndAreNeverHandedOutAgain) {
    static const uint32_t starts[] = {0, 48, 64, 40000};
    Heap heap;
    char* image = heap.make_image(kPlace, starts);
    ASSERT_EQ(image, kPlace + Heap::kImageOffset);
    EXPECT_EQ(&Heap::of(image), &heap);
    EXPECT_EQ(Heap::usable_size(image), 48u);
    EXPECT_EQ(Heap::usable_size(image + 48), 16u);
    EXPECT_EQ(Heap::usable_size(image + 64), 39936u);
    EXPECT_EQ(heap.blocks_in_use(), 3u);
    EXPECT_EQ(heap.bytes_in_use(), 40000u);
    EXPECT_GE(heap.reserved_bytes(), 40000u);

    std::memset(image + 48, 7, 16);
    EXPECT_EQ(heap.reallocate(image + 48, 10), image + 48);
    char* moved = static_cast<char*>(heap.reallocate(image + 48, 100));
    ASSERT_NE(moved, image + 48);
    EXPECT_EQ(moved[15], 7);
    Heap::free(image);
    for (int i = 0; i < 5000; ++i) {
        char* block = static_cast<char*>(heap.allocate(48));
        EXPECT_TRUE(block < image || block >= image + 40000);
    }
    std::vector<Heap::Block> blocks = heap.live_blocks();
    ASSERT_EQ(blocks.size(), 3u + 1u + 5000u);
    EXPECT_EQ(blocks[1].address, image + 48);
    EXPECT_EQ(blocks[1].size, 16u);
}

TEST(HeapImage, APlaceThatIsTakenIsRefused) {
    static const uint32_t starts[] = {0, 64};
    Heap first, second;
    ASSERT_NE(first.make_image(kPlace, starts), nullptr);
    EXPECT_EQ(second.make_image(kPlace, starts), nullptr);
    EXPECT_EQ(second.reserved_bytes(), 0u);
    EXPECT_NE(second.allocate(10), nullptr);
}

#endif

}  // namespace
}  // namespace orochi
