#include "objects/free_lists.hpp"

#include "objects/object.hpp"

namespace orochi {

namespace {

template <int Capacity>
void limit(FreeList<Capacity>& list, bool keep) {
    list.limit = keep ? Capacity : 0;
}

}  // namespace

void free_lists_clear(ThreadState& ts) {
    FreeLists& lists = ts.interpreter().free_lists;
    auto free_containers = [](auto& list) {
        while (void* object = list.pop()) free_container(*static_cast<Object*>(object));
    };
    auto free_blocks = [](auto& list) {
        while (void* block = list.pop()) Heap::free(block);
    };
    for (auto& list : lists.tuples) free_containers(list);
    free_containers(lists.lists);
    free_containers(lists.dicts);
    free_containers(lists.methods);
    free_containers(lists.slices);
    free_blocks(lists.floats);
    free_blocks(lists.dict_keys);
}

void free_lists_use(ThreadState& ts, bool keep) {
    if (!keep) free_lists_clear(ts);
    FreeLists& lists = ts.interpreter().free_lists;
    for (auto& list : lists.tuples) limit(list, keep);
    limit(lists.lists, keep);
    limit(lists.dicts, keep);
    limit(lists.methods, keep);
    limit(lists.slices, keep);
    limit(lists.floats, keep);
    limit(lists.dict_keys, keep);
}

}  // namespace orochi
