// Wide strings of the configuration (PEP 587) as Python objects.
#pragma once

#include "objects/list.hpp"

namespace orochi {

Result<Ref<Str>> wide_str(ThreadState& ts, std::wstring_view text);
Result<Ref<Object>> wide_text(ThreadState& ts, const wchar_t* text);  // None for null
Result<Ref<List>> wide_text_list(ThreadState& ts, const PyWideStringList& list);

}  // namespace orochi
