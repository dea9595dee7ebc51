// Pages that several heaps see, each at an address of its own.
//
// PageViews is what the views of one block have in common, whichever heap they are in; it has no lock, so that a child
// of fork() finds none held. Making a view takes four system calls and two page faults, several times what the
// rest of a message takes, so one that is no longer used is kept for the next message, its page tables filled.
//
// SharedPages is a view on its way from one heap to another, in no heap meanwhile.
#pragma once

#include <atomic>
#include <cstddef>

namespace orochi {

// Shared by all threads; every method can be called at any time.
class PageViews {
public:
    // For one view that exists already, `size` bytes at a multiple of `alignment`, of which the bytes from `first` on
    // are memory that mremap(2) can show again. Null when there is no memory.
    [[nodiscard]] static PageViews* make(size_t size, size_t alignment, size_t first);
    PageViews(const PageViews&) = delete;
    PageViews& operator=(const PageViews&) = delete;

    // One more view, like `pattern`, which is one in use: what lies before `first` is private, writable and of any
    // content. Null when the system refuses. It has to be given back.
    [[nodiscard]] void* take(const void* pattern);
    // Ends the use of a view. With the last one all of them are unmapped, and this object is gone.
    void give_back(void* view);

    size_t size() const { return size_; }

private:
    // How many unused views are kept: the system counts what each shows once more among what the process has in memory.
    static constexpr int kSpareViews = 2;
    struct Spare {
        Spare* next;
    };

    PageViews(size_t size, size_t alignment, size_t first) : size_(size), alignment_(alignment), first_(first) {}
    ~PageViews() = default;
    Spare* take_spare();
    void keep(Spare* views);

    const size_t size_, alignment_, first_;
    std::atomic<size_t> users_{1};
    std::atomic<int> spare_count_{0};
    // Only ever taken as a whole, so that a view that comes back meanwhile cannot be mistaken for what was first.
    std::atomic<Spare*> spare_{nullptr};
};

class SharedPages {
public:
    SharedPages() = default;
    SharedPages(SharedPages&& other) noexcept;
    SharedPages& operator=(SharedPages&& other) noexcept;
    ~SharedPages();
    explicit operator bool() const { return start_ != nullptr; }

private:
    friend class Heap;
    void* start_ = nullptr;  // a view that is laid out as a heap's mapping
    PageViews* views_ = nullptr;
    size_t block_size_ = 0;
};

}  // namespace orochi
