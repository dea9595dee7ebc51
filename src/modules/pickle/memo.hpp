// The memos: what a pickle has already written or read. References are owned.
#pragma once

#include "objects/object.hpp"

namespace orochi::pickle {

// Objects by identity, numbered in the order of arrival: open addressing, with the numbers in the table.
class Memo {
public:
    struct Entry {
        Object* object;
        Py_ssize_t index;
    };
    // -1 when absent.
    Py_ssize_t find(const Object& object) const;
    Result<void> put(ThreadState& ts, Object& object, Py_ssize_t index);
    Py_ssize_t size() const { return used_; }
    // The memory is kept by forget(), returned by release().
    void forget();
    void release();
    // f(Entry&) for each; f may not change the memo.
    template <class F>
    Result<void> each(F f) const {
        for (size_t i = 0; i < capacity_; ++i) {
            if (table_[i].object) TRY(f(table_[i]));
        }
        return {};
    }
    void swap(Memo& other);
    int traverse(visitproc visit, void* argument) const;
    size_t bytes() const { return capacity_ * sizeof(Entry); }

private:
    Entry& place(const Object& object) const;
    Entry* table_;
    size_t capacity_;  // a power of two, at most two thirds full; 0 without a table
    Py_ssize_t used_;
};

// Objects by number.
class IndexedMemo {
public:
    // Borrowed; null when absent.
    Object* get(size_t index) const { return index < capacity_ ? items_[index] : nullptr; }
    Result<void> put(ThreadState& ts, size_t index, Object& object);
    Py_ssize_t size() const { return used_; }
    size_t capacity() const { return capacity_; }
    void release();
    void swap(IndexedMemo& other);
    int traverse(visitproc visit, void* argument) const;

private:
    Object** items_;
    size_t capacity_;
    Py_ssize_t used_;
};

}  // namespace orochi::pickle
