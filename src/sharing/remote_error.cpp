#include "sharing/remote_error.hpp"

#include "execution/error_display.hpp"
#include "objects/exceptions.hpp"
#include "objects/module.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type.hpp"

namespace orochi {

namespace {

// str() of the object. An error on the way there leaves None.
void take_text(ThreadState& ts, Result<Ref<Object>>&& object, SharedValue& out) {
    if (object.ok()) {
        auto text = str(ts, *std::move(object).take());
        if (text.ok() && SharedValue::take(ts, obj(*std::move(text).take()), Crossing::kData, out).ok()) return;
    }
    error_clear(ts);
}

Result<void> take_pickle(ThreadState& ts, Object& exception, SharedValue& out) {
    Ref<Object> module = TRY(import_module(ts, "_crossing"_n));
    Ref<Object> pickle = TRY(call_method(ts, *module, "dump_exception"_n, exception));
    return SharedValue::take(ts, *pickle, Crossing::kBuffers, out);
}

}  // namespace

void RemoteError::take(ThreadState& ts) {
    Ref<Object> exception = error_take(ts);
    Object& type = obj(type_of(*exception));
    failed = true;
    std::string_view full_name = as<Type>(type).tp_name;
    known_name = full_name.substr(full_name.rfind('.') + 1);
    display = format_exception(ts, *exception);
    take_text(ts, getattr(ts, type, "__name__"_n), name);
    take_text(ts, getattr(ts, type, "__qualname__"_n), qualified_name);
    take_text(ts, getattr(ts, type, "__module__"_n), module);
    take_text(ts, Ref<Object>::share(*exception), message);
    if (!take_pickle(ts, *exception, pickle).ok()) error_clear(ts);
}

Result<Ref<Object>> RemoteError::make(ThreadState& ts) {
    Ref<Object> display_text = TRY(str_from_wtf8(ts, display));
    auto class_name = [&](SharedValue& given) -> Result<Ref<Object>> {
        Ref<Object> made = TRY(given.make(ts));
        if (is_none(made.get())) return str_from_wtf8(ts, known_name);
        return made;
    };
    Ref<Tuple> result = TRY(tuple_new(ts, 6));
    tuple_init_item(result, 0, TRY(class_name(name)));
    tuple_init_item(result, 1, TRY(class_name(qualified_name)));
    tuple_init_item(result, 2, TRY(module.make(ts)));
    tuple_init_item(result, 3, TRY(message.make(ts)));
    tuple_init_item(result, 4, std::move(display_text));
    tuple_init_item(result, 5, TRY(pickle.make(ts)));
    return result;
}

}  // namespace orochi
