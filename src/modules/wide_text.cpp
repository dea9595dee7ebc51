#include "modules/wide_text.hpp"

#include "objects/str.hpp"
#include "state/config.hpp"

namespace orochi {

Result<Ref<Str>> wide_str(ThreadState& ts, std::wstring_view text) { return str_from_wtf8(ts, wide_to_wtf8(text)); }

Result<Ref<Object>> wide_text(ThreadState& ts, const wchar_t* text) {
    if (!text) return new_none();
    return wide_str(ts, text);
}

Result<Ref<List>> wide_text_list(ThreadState& ts, const PyWideStringList& list) {
    Ref<List> result = TRY(list_new(ts, 0));
    for (Py_ssize_t i = 0; i < list.length; ++i) TRY(list_append(ts, *result, TRY(wide_text(ts, list.items[i]))));
    return result;
}

}  // namespace orochi
