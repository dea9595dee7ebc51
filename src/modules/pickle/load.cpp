// The stack and the dispatch of instructions.
#include <algorithm>
#include <cstring>

#include "modules/pickle/loader.hpp"
#include "objects/dict.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"
#include "objects/set.hpp"
#include "objects/tuple.hpp"

namespace orochi::pickle {

Stack::~Stack() {
    drop(0);
    Heap::free(items_);
    Heap::free(marks_);
}

void Stack::drop(size_t start) {
    while (size_ > start) decref(*items_[--size_]);
}

Failure Stack::underflow() {
    return raise(ts_, state_.unpickling_error, mark_count_ ? "unexpected MARK found" : "unpickling stack underflow");
}

Result<void> Stack::push(Ref<Object>&& item) {
    if (size_ == capacity_) [[unlikely]] {
        size_t capacity = std::max<size_t>(16, capacity_ * 2);
        auto* items = static_cast<Object**>(items_ ? Heap::of(items_).reallocate(items_, capacity * sizeof(Object*))
                                                   : ts_.heap().allocate(capacity * sizeof(Object*)));
        if (!items) return raise_no_memory(ts_);
        items_ = items;
        capacity_ = capacity;
    }
    items_[size_++] = std::move(item).release();
    return {};
}

Result<Ref<Object>> Stack::pop() {
    if (size_ <= fence_) return underflow();
    return Ref<Object>::steal(*items_[--size_]);
}

Result<Object*> Stack::top() {
    if (size_ <= fence_) return underflow();
    return items_[size_ - 1];
}

Result<void> Stack::mark() {
    if (mark_count_ == mark_capacity_) {
        size_t capacity = std::max<size_t>(16, mark_capacity_ * 2);
        auto* marks = static_cast<size_t*>(marks_ ? Heap::of(marks_).reallocate(marks_, capacity * sizeof(size_t))
                                                  : ts_.heap().allocate(capacity * sizeof(size_t)));
        if (!marks) return raise_no_memory(ts_);
        marks_ = marks;
        mark_capacity_ = capacity;
    }
    marks_[mark_count_++] = fence_ = size_;
    return {};
}

Result<size_t> Stack::pop_mark() {
    if (!mark_count_) return raise(ts_, state_.unpickling_error, "could not find MARK");
    size_t at = marks_[--mark_count_];
    fence_ = mark_count_ ? marks_[mark_count_ - 1] : 0;
    return at;
}

Result<Ref<Tuple>> Stack::take_tuple(size_t start) {
    if (start < fence_) return underflow();
    Ref<Tuple> tuple = TRY(tuple_new(ts_, Py_ssize_t(size_ - start)));
    for (size_t i = start; i < size_; ++i)
        tuple_init_item(*tuple, Py_ssize_t(i - start), Ref<Object>::steal(*items_[i]));
    size_ = start;
    return tuple;
}

Result<Ref<List>> Stack::take_list(size_t start) {
    if (start < fence_) return underflow();
    Ref<List> list = TRY(list_new(ts_, Py_ssize_t(size_ - start)));
    for (size_t i = start; i < size_; ++i) list_init_item(*list, Py_ssize_t(i - start), Ref<Object>::steal(*items_[i]));
    size_ = start;
    return list;
}

Result<uint64_t> Loader::take_number(size_t width) {
    uint64_t number = 0;
    std::memcpy(&number, TRY(take(width)), width);
    return number;
}

Result<size_t> Loader::take_size(size_t width, const char* what) {
    uint64_t size = TRY(take_number(width));
    if (size > uint64_t(PY_SSIZE_T_MAX))
        return raise(ts_, PyExc_OverflowError, "%s exceeds system's maximum size of %zd bytes", what, PY_SSIZE_T_MAX);
    return size_t(size);
}

Result<std::string_view> Loader::take_argument() {
    std::string_view line = TRY(take_line());
    if (line.size() < 2) return truncated();
    return line.substr(0, line.size() - 1);
}

Result<void> Loader::load_proto() {
    uint64_t protocol = TRY(take_number(1));
    if (protocol > kHighestProtocol)
        return raise(ts_, PyExc_ValueError, "unsupported pickle protocol: %d", int(protocol));
    self_.protocol = int(protocol);
    return {};
}

// A frame only says how much may be read at once.
Result<void> Loader::load_frame() {
    uint64_t size = TRY(take_number(8));
    if (size > uint64_t(PY_SSIZE_T_MAX))
        return raise(ts_, PyExc_OverflowError, "FRAME length exceeds system's maximum of %zd bytes", PY_SSIZE_T_MAX);
    TRY(take(size_t(size)));
    self_.input.next -= size_t(size);
    return {};
}

Result<void> Loader::step(unsigned char opcode) {
    switch (opcode) {
        case kNone: return stack_.push(Ref<Object>::share(none()));
        case kNewTrue: return stack_.push(Ref<Object>::share(*Py_True));
        case kNewFalse: return stack_.push(Ref<Object>::share(*Py_False));
        case kBinInt: return stack_.push(TRY(int_from(ts_, int32_t(TRY(take_number(4))))));
        case kBinInt1: return stack_.push(TRY(int_from(ts_, long(TRY(take_number(1))))));
        case kBinInt2: return stack_.push(TRY(int_from(ts_, long(TRY(take_number(2))))));
        case kInt: return load_int();
        case kLong: return load_long();
        case kLong1: return load_counted_long(1);
        case kLong4: return load_counted_long(4);
        case kFloat: return load_float();
        case kBinFloat: return load_bin_float();
        case kShortBinBytes: return load_counted_bytes(1);
        case kBinBytes: return load_counted_bytes(4);
        case kBinBytes8: return load_counted_bytes(8);
        case kByteArray8: return load_counted_bytearray();
        case kNextBuffer: return load_next_buffer();
        case kReadonlyBuffer: return load_readonly_buffer();
        case kShortBinString: return load_counted_string(1);
        case kBinString: return load_counted_string(4);
        case kString: return load_string();
        case kUnicode: return load_unicode();
        case kShortBinUnicode: return load_counted_unicode(1);
        case kBinUnicode: return load_counted_unicode(4);
        case kBinUnicode8: return load_counted_unicode(8);
        case kEmptyTuple: return load_tuple(0);
        case kTuple1: return load_tuple(1);
        case kTuple2: return load_tuple(2);
        case kTuple3: return load_tuple(3);
        case kTuple: return load_marked_tuple();
        case kEmptyList: return stack_.push(TRY(list_new(ts_, 0)));
        case kList: return load_list();
        case kEmptyDict: return stack_.push(TRY(dict_new(ts_)));
        case kDict: return load_dict();
        case kEmptySet: return stack_.push(TRY(set_new(ts_, nullptr)));
        case kAddItems: return load_add_items();
        case kFrozenSet: return load_frozenset();
        case kObj: return load_obj();
        case kInst: return load_inst();
        case kNewObj: return load_newobj(false);
        case kNewObjEx: return load_newobj(true);
        case kGlobal: return load_global();
        case kStackGlobal: return load_stack_global();
        case kAppend: return load_appends(stack_.size() - 1);
        case kAppends: return load_appends(TRY(stack_.pop_mark()));
        case kBuild: return load_build();
        case kDup: return load_dup();
        case kBinGet: return get(TRY(take_number(1)));
        case kLongBinGet: return get(TRY(take_number(4)));
        case kGet: return load_get();
        case kMark: return stack_.mark();
        case kBinPut: return put(TRY(take_number(1)));
        case kLongBinPut: return put(TRY(take_number(4)));
        case kPut: return load_put();
        case kMemoize: return put(static_cast<unsigned long long>(self_.memo.size()));
        case kPop: return load_pop();
        case kPopMark: return load_pop_mark();
        case kSetItem: return load_set_items(stack_.size() - 2);
        case kSetItems: return load_set_items(TRY(stack_.pop_mark()));
        case kPersistentId: return load_persistent();
        case kBinPersistentId: return load_bin_persistent();
        case kReduce: return load_reduce();
        case kProto: return load_proto();
        case kFrame: return load_frame();
        case kExt1: return load_extension(1);
        case kExt2: return load_extension(2);
        case kExt4: return load_extension(4);
        default: break;
    }
    if (opcode >= 0x20 && opcode <= 0x7e && opcode != '\'' && opcode != '\\')
        return unpickling_error("invalid load key, '%c'.", int(opcode));
    return unpickling_error("invalid load key, '\\x%02x'.", unsigned(opcode));
}

Result<Ref<Object>> Loader::run() {
    for (;;) {
        auto next = take(1);
        if (!next.ok()) {
            if (error_matches(ts_, state_.unpickling_error)) return raise(ts_, PyExc_EOFError, "Ran out of input");
            return failure;
        }
        auto opcode = static_cast<unsigned char>(*std::move(next).take());
        if (opcode == kStop) break;
        TRY(step(opcode));
    }
    TRY(self_.input.settle(ts_));
    return stack_.pop();
}

Result<Ref<Object>> load(ThreadState& ts, State& state, Unpickler& self) {
    self.protocol = 0;
    return Loader(ts, state, self).run();
}

}  // namespace orochi::pickle
