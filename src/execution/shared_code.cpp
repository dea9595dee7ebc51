#include "execution/shared_code.hpp"

#include <cstring>
#include <utility>

#include "state/start_image.hpp"

namespace orochi {

namespace {

// Interpreter::shared_codes, by number: the address of the interpreter's own, or 0.
uintptr_t& entry_of(ThreadState& ts, const Code& shared) { return ts.interpreter().shared_codes[shared.co_warmup]; }

}  // namespace

void make_code_shared(Code& code, int number) {
    code_original_words(code, code_words(code));
    code.co_warmup = decltype(code.co_warmup)(number);
}

Code* own_code_if_any(ThreadState& ts, const Code& shared) { return reinterpret_cast<Code*>(entry_of(ts, shared)); }

Code* own_code(ThreadState& ts, Code& shared) {
    if (Code* present = own_code_if_any(ts, shared)) return present;
    size_t size = offsetof(Code, co_code_adaptive) + size_t(code_word_count(shared)) * sizeof(CodeWord);
    void* block = ts.heap().allocate(size);
    if (!block) return nullptr;
    std::memcpy(block, &shared, size);
    Code* own = static_cast<Code*>(block);
    obj(*own).ob_refcnt = 1;
    entry_of(ts, shared) = reinterpret_cast<uintptr_t>(own);
    return own;
}

void own_codes_release(ThreadState& ts) {
    Interpreter& interpreter = ts.interpreter();
    for (int i = 0; interpreter.start_image && i < interpreter.start_image->shared_codes; ++i) {
        uintptr_t entry = std::exchange(interpreter.shared_codes[i], 0);
        if (entry) decref(*reinterpret_cast<Code*>(entry));
    }
}

}  // namespace orochi
