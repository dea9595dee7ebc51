#include "execution/code_extra.hpp"

#include "execution/shared_code.hpp"

namespace orochi {

namespace {

// Part::kExecution.
struct ExecutionPart {
    Py_ssize_t count = 0;
    freefunc release[kMaxCodeExtras];
};
struct Extras {
    Py_ssize_t count;
    void* items[];
};
ExecutionPart* slots_of(ThreadState& ts) { return part<ExecutionPart>(ts.interpreter(), Part::kExecution); }

}  // namespace

Py_ssize_t code_extra_request(ThreadState& ts, freefunc release) {
    ExecutionPart* slots = slots_of(ts);
    if (!slots) {
        slots = static_cast<ExecutionPart*>(ts.heap().allocate_zeroed(sizeof(ExecutionPart)));
        if (!slots) return -1;
        ts.interpreter().parts[size_t(Part::kExecution)] = slots;
    }
    if (slots->count == kMaxCodeExtras) return -1;
    slots->release[slots->count] = release;
    return slots->count++;
}

void* code_extra_get(ThreadState& ts, const Code& code, Py_ssize_t index) {
    const Code* holder = is_shared_code(code) ? own_code_if_any(ts, code) : &code;
    auto* extras = holder ? static_cast<const Extras*>(holder->co_extra) : nullptr;
    return extras && index >= 0 && index < extras->count ? extras->items[index] : nullptr;
}

Result<void> code_extra_set(ThreadState& ts, Code& code, Py_ssize_t index, void* content) {
    ExecutionPart* slots = slots_of(ts);
    if (!slots || index < 0 || index >= slots->count) return raise_bad_internal_call(ts);
    Code* holder = is_shared_code(code) ? own_code(ts, code) : &code;
    if (!holder) return raise_no_memory(ts);
    auto* extras = static_cast<Extras*>(holder->co_extra);
    if (!extras || extras->count <= index) {
        auto* larger =
            static_cast<Extras*>(ts.heap().allocate_zeroed(sizeof(Extras) + size_t(slots->count) * sizeof(void*)));
        if (!larger) return raise_no_memory(ts);
        larger->count = slots->count;
        if (extras) {
            std::copy_n(extras->items, extras->count, larger->items);
            Heap::free(extras);
        }
        holder->co_extra = extras = larger;
    }
    void* old = std::exchange(extras->items[index], content);
    if (old && slots->release[index]) slots->release[index](old);
    return {};
}

void code_free_extra(ThreadState& ts, Code& code) {
    auto* extras = static_cast<Extras*>(std::exchange(code.co_extra, nullptr));
    if (!extras) return;
    ExecutionPart* slots = slots_of(ts);
    for (Py_ssize_t i = 0; slots && i < extras->count; ++i) {
        if (extras->items[i] && slots->release[i]) slots->release[i](extras->items[i]);
    }
    Heap::free(extras);
}

}  // namespace orochi
