// What objects of an interpreter hold of the process: mailboxes, buffers of other interpreters.
//
// Each interpreter lists its own (SharingPart::held), so that it can let go of them when it ends without its objects
// ending one by one. The list is the interpreter's: its lock is held whenever something enters or leaves.
#pragma once

#include <memory>
#include <utility>

namespace orochi {

// One place in such a list, which is a ring; by itself, the list.
class HeldLink {
public:
    HeldLink() = default;
    HeldLink(const HeldLink&) = delete;
    virtual ~HeldLink() { leave(); }

    // Of the list: afterwards the objects hold nothing, and all that may be done with them is to free them.
    void let_go_of_all() {
        while (next_ != this) {
            HeldLink& link = *next_;
            link.leave();
            link.let_go();
        }
    }

protected:
    explicit HeldLink(HeldLink& list) : prev_(&list), next_(list.next_) { next_->prev_ = list.next_ = this; }
    virtual void let_go() {}

private:
    void leave() {
        prev_->next_ = next_;
        next_->prev_ = prev_;
        prev_ = next_ = this;
    }
    HeldLink *prev_ = this, *next_ = this;
};

template <class T>
class Held final : public HeldLink {
public:
    Held(HeldLink& list, std::shared_ptr<T> value) : HeldLink(list), value_(std::move(value)) {}
    T* operator->() const { return value_.get(); }
    T& operator*() const { return *value_; }
    const std::shared_ptr<T>& shared() const { return value_; }

private:
    void let_go() override { value_.reset(); }
    std::shared_ptr<T> value_;
};

}  // namespace orochi
