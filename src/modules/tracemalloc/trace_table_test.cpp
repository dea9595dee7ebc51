#include "modules/tracemalloc/trace_table.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace orochi {
namespace {

struct Numbers {
    struct Entry {
        uint64_t key, value;
    };
    static bool used(const Entry& entry) { return entry.key; }
    static uint64_t hash(const Entry& entry) { return entry.key % 50; }  // many are alike
};

TEST(TraceTable, BehavesLikeAMap) {
    std::mt19937 random(3);
    TraceTable<Numbers> table;
    std::map<uint64_t, uint64_t> expected;
    auto find = [&](uint64_t key) {
        return table.find(key % 50, [key](const Numbers::Entry& entry) { return entry.key == key; });
    };
    for (int step = 0; step < 100000; ++step) {
        uint64_t key = 1 + random() % 400;
        Numbers::Entry* entry = find(key);
        ASSERT_EQ(entry != nullptr, expected.count(key) == 1);
        if (!entry) {
            ASSERT_NE(table.insert({key, uint64_t(step)}), nullptr);
            expected[key] = uint64_t(step);
        } else {
            ASSERT_EQ(entry->value, expected[key]);
            table.erase(entry);
            expected.erase(key);
        }
        ASSERT_EQ(table.count(), expected.size());
    }
    std::map<uint64_t, uint64_t> seen;
    table.for_each([&](const Numbers::Entry& entry) { seen[entry.key] = entry.value; });
    EXPECT_EQ(seen, expected);
}

}  // namespace
}  // namespace orochi
