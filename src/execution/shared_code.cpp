#include "execution/shared_code.hpp"

#include <cstring>
#include <utility>

#include "execution/specialize.hpp"
#include "state/start_image.hpp"

namespace orochi {

namespace {

// Interpreter::shared_codes, by number: the address of the interpreter's own, or how often the shared one was executed.
uintptr_t& entry_of(ThreadState& ts, const Code& shared) { return ts.interpreter().shared_codes[shared.co_warmup]; }
Code* own_in(uintptr_t entry) { return entry > kExecutionsUntilWarm ? reinterpret_cast<Code*>(entry) : nullptr; }

}  // namespace

void make_code_shared(Code& code, int number) {
    code_original_words(code, code_words(code));
    code.co_warmup = decltype(code.co_warmup)(number);
}

Code* own_code_if_any(ThreadState& ts, const Code& shared) { return own_in(entry_of(ts, shared)); }

Code* own_code(ThreadState& ts, Code& shared) {
    if (Code* present = own_code_if_any(ts, shared)) return present;
    size_t size = offsetof(Code, co_code_adaptive) + size_t(code_word_count(shared)) * sizeof(CodeWord);
    void* block = ts.heap().allocate(size);
    if (!block) return nullptr;
    std::memcpy(block, &shared, size);
    Code* own = static_cast<Code*>(block);
    obj(*own).ob_refcnt = 1;
    own->co_warmup = -kExecutionsUntilWarm;
    own->_co_linearray = reinterpret_cast<char*>(&shared);
    entry_of(ts, shared) = reinterpret_cast<uintptr_t>(own);
    return own;
}

Code* own_code_if_warm(ThreadState& ts, Code& shared) {
    uintptr_t& entry = entry_of(ts, shared);
    if (Code* present = own_in(entry)) return present;
    if (++entry < kExecutionsUntilWarm) return nullptr;
    entry = 0;  // for when there is no memory
    Code* own = own_code(ts, shared);
    if (!own) return nullptr;
    own->co_warmup = 0;
    quicken(*own);
    return own;
}

void own_codes_release(ThreadState& ts) {
    Interpreter& interpreter = ts.interpreter();
    for (int i = 0; interpreter.start_image && i < interpreter.start_image->shared_codes; ++i) {
        if (Code* own = own_in(std::exchange(interpreter.shared_codes[i], 0))) decref(*own);
    }
}

}  // namespace orochi
