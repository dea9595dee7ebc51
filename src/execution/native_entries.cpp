#include "execution/native_entries.hpp"

#include "execution/function.hpp"
#include "objects/bytes.hpp"
#include "objects/dict.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"

namespace orochi {

Result<Ref<Code>> code_new_empty(ThreadState& ts, const char* filename, const char* name, int line) {
    Ref<Str> name_text = TRY(str_from_utf8(ts, name));
    Ref<Str> file_text = TRY(str_decode_filesystem(ts, filename));
    // LOAD_ASSERTION_ERROR, RAISE_VARARGS 1. One location entry for both.
    constexpr unsigned char kCode[] = {74, 0, 130, 1};
    constexpr unsigned char kLocations[] = {0x80 | (13 << 3) | 1, 0};
    Ref<Bytes> code = TRY(bytes_from(ts, {reinterpret_cast<const char*>(kCode), sizeof kCode}));
    Ref<Bytes> locations = TRY(bytes_from(ts, {reinterpret_cast<const char*>(kLocations), sizeof kLocations}));
    Ref<Bytes> none_at_all = TRY(bytes_from(ts, {}));
    return code_new(ts, {.filename = file_text.get(),
                         .name = name_text.get(),
                         .qualname = name_text.get(),
                         .flags = 0,
                         .code = code.get(),
                         .firstlineno = line,
                         .linetable = locations.get(),
                         .consts = &empty_tuple(),
                         .names = &empty_tuple(),
                         .localsplusnames = &empty_tuple(),
                         .localspluskinds = none_at_all.get(),
                         .argcount = 0,
                         .posonlyargcount = 0,
                         .kwonlyargcount = 0,
                         .stacksize = 1,
                         .exceptiontable = none_at_all.get()});
}

Result<Ref<Frame>> frame_new(ThreadState& ts, Code& code, Object& globals, Object* locals) {
    Ref<Function> function = TRY(function_new(ts, code, globals));
    bool fast = code.co_flags & CO_OPTIMIZED;
    OptRef<Object> names = OptRef<Object>::share(fast ? nullptr : locals ? locals : &globals);
    InterpreterFrame* frame = data_stack_push(ts, frame_slots(code));
    if (!frame) return failure;
    frame_initialize(*frame, *std::move(function).release(), names.release(), code, 0);
    frame->previous = nullptr;
    Frame* object = new_reference_optional(frame_object(ts, *frame));
    frame_clear(ts, *frame);  // the object takes the content over
    data_stack_pop(ts, frame);
    return Result<Ref<Frame>>::adopt(object);
}

void traceback_add(ThreadState& ts, const char* filename, const char* function_name, int line) {
    PendingError error = error_fetch(ts);
    auto make = [&]() -> Result<Ref<Frame>> {
        Ref<Code> code = TRY(code_new_empty(ts, filename, function_name, line));
        Ref<Dict> globals = TRY(dict_new(ts));
        return frame_new(ts, *code, obj(*globals), nullptr);
    };
    auto made = make();
    if (!made.ok()) error_clear(ts);
    error_restore(ts, std::move(error));
    if (!made.ok()) return;
    Ref<Frame> frame = std::move(made).take();
    (void)traceback_here(ts, *frame);  // its own error takes the place of this one
}

}  // namespace orochi
