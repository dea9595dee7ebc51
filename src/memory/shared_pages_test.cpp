#include "memory/shared_pages.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cstring>
#include <thread>
#include <vector>

#include "memory/mapping.hpp"

namespace orochi {
namespace {

constexpr size_t kSize = size_t{1} << 20, kAlignment = size_t{1} << 20, kFirst = 4096;

// A view such as a heap makes: private up to kFirst, then pages that can be shown again, filled with `content`.
char* first_view(char content) {
    char* view = static_cast<char*>(map_aligned(kSize, kAlignment, PROT_READ | PROT_WRITE));
    EXPECT_NE(view, nullptr);
    void* pages =
        mmap(view + kFirst, kSize - kFirst, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    EXPECT_EQ(pages, view + kFirst);
    std::memset(view, content, kSize);
    return view;
}

bool mapped(const char* view) {
    unsigned char resident;
    return mincore(const_cast<char*>(view), 4096, &resident) == 0;
}

TEST(SharedPages, ViewsShowTheSamePagesBehindTheirOwnFirst) {
    char* first = first_view('a');
    PageViews* views = PageViews::make(kSize, kAlignment, kFirst);
    char* second = static_cast<char*>(views->take(first));
    ASSERT_NE(second, nullptr);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(second) % kAlignment, 0u);
    EXPECT_EQ(second[kSize - 1], 'a');
    second[0] = 'b';
    first[kFirst] = 'c';
    EXPECT_EQ(first[0], 'a');
    EXPECT_EQ(second[kFirst], 'c');

    views->give_back(first);  // the others stay
    EXPECT_EQ(second[kFirst], 'c');
    views->give_back(second);
    EXPECT_FALSE(mapped(second));
    EXPECT_FALSE(mapped(first));
}

TEST(SharedPages, UnusedViewsServeAgainAndAreFew) {
    char* first = first_view('a');
    PageViews* views = PageViews::make(kSize, kAlignment, kFirst);
    std::vector<char*> others;
    for (int i = 0; i < 5; ++i) others.push_back(static_cast<char*>(views->take(first)));
    for (char* view : others) views->give_back(view);
    EXPECT_EQ(mapped(others[0]) + mapped(others[1]), 2);
    for (int i = 2; i < 5; ++i) EXPECT_FALSE(mapped(others[size_t(i)]));
    char* again = static_cast<char*>(views->take(first));
    char* more = static_cast<char*>(views->take(first));
    EXPECT_TRUE((again == others[0] && more == others[1]) || (again == others[1] && more == others[0]));
    EXPECT_EQ(again[kFirst], 'a');
    views->give_back(again);
    views->give_back(first);
    views->give_back(more);
    for (char* view : others) EXPECT_FALSE(mapped(view));
    EXPECT_FALSE(mapped(first));
}

TEST(SharedPages, ThreadsTakeAndGiveBackAtOnce) {
    char* first = first_view('a');
    PageViews* views = PageViews::make(kSize, kAlignment, kFirst);
    auto work = [views](char* mine, char mark) {
        for (int i = 0; i < 2000; ++i) {
            char* other = static_cast<char*>(views->take(mine));
            ASSERT_NE(other, nullptr);
            std::memset(other, mark, 64);  // nobody else has it
            ASSERT_EQ(other[kFirst], 'a');
            ASSERT_EQ(other[63], mark);
            views->give_back(mine);
            mine = other;
        }
        views->give_back(mine);
    };
    std::vector<std::thread> threads;
    for (char mark : {'1', '2', '3'}) {
        threads.emplace_back(work, static_cast<char*>(views->take(first)), mark);
    }
    views->give_back(first);
    for (std::thread& thread : threads) thread.join();
    EXPECT_FALSE(mapped(first));
}

}  // namespace
}  // namespace orochi
