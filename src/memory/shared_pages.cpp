#include "memory/shared_pages.hpp"

#include <sys/mman.h>

#include <new>
#include <utility>

#include "memory/mapping.hpp"

namespace orochi {

PageViews* PageViews::make(size_t size, size_t alignment, size_t first) {
    return new (std::nothrow) PageViews(size, alignment, first);
}

void* PageViews::take(const void* pattern) {
    void* view = take_spare();
    if (!view) {
        char* start = static_cast<char*>(map_aligned(size_, alignment_, PROT_READ | PROT_WRITE));
        if (!start) return nullptr;
        // An old size of 0 asks for a second view of the same pages.
        char* pages = static_cast<char*>(const_cast<void*>(pattern)) + first_;
        if (mremap(pages, 0, size_ - first_, MREMAP_MAYMOVE | MREMAP_FIXED, start + first_) == MAP_FAILED) {
            munmap(start, size_);
            return nullptr;
        }
        view = start;
    }
    users_.fetch_add(1, std::memory_order_relaxed);  // whoever calls is one of them
    return view;
}

void PageViews::give_back(void* view) {
    if (spare_count_.fetch_add(1, std::memory_order_relaxed) < kSpareViews) {
        keep(new (view) Spare{nullptr});
    } else {
        spare_count_.fetch_sub(1, std::memory_order_relaxed);
        munmap(view, size_);
    }
    if (users_.fetch_sub(1, std::memory_order_acq_rel) > 1) return;
    for (Spare* spare = spare_.load(std::memory_order_acquire); spare;) {
        Spare* next = spare->next;
        munmap(spare, size_);
        spare = next;
    }
    delete this;
}

PageViews::Spare* PageViews::take_spare() {
    Spare* first = spare_.exchange(nullptr, std::memory_order_acquire);
    if (!first) return nullptr;
    spare_count_.fetch_sub(1, std::memory_order_relaxed);
    if (first->next) keep(std::exchange(first->next, nullptr));
    return first;
}

// Adds views, linked, to the spare ones.
void PageViews::keep(Spare* views) {
    Spare* last = views;
    while (last->next) last = last->next;
    last->next = spare_.load(std::memory_order_relaxed);
    while (!spare_.compare_exchange_weak(last->next, views, std::memory_order_release, std::memory_order_relaxed)) {
    }
}

SharedPages::SharedPages(SharedPages&& other) noexcept
    : start_(std::exchange(other.start_, nullptr)), views_(other.views_), block_size_(other.block_size_) {}

SharedPages& SharedPages::operator=(SharedPages&& other) noexcept {
    std::swap(start_, other.start_);
    std::swap(views_, other.views_);
    std::swap(block_size_, other.block_size_);
    return *this;
}

SharedPages::~SharedPages() {
    if (start_) views_->give_back(start_);
}

}  // namespace orochi
