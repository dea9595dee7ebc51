// The methods of str, as str_methods.cpp tables them. None of them is called from elsewhere.
#pragma once

#include "objects/str.hpp"

namespace orochi {

Result<Py_ssize_t> str_method_find(ThreadState& ts, Str& self, Object& sub, Object* start, Object* end);
Result<Py_ssize_t> str_method_rfind(ThreadState& ts, Str& self, Object& sub, Object* start, Object* end);
Result<Py_ssize_t> str_method_index(ThreadState& ts, Str& self, Object& sub, Object* start, Object* end);
Result<Py_ssize_t> str_method_rindex(ThreadState& ts, Str& self, Object& sub, Object* start, Object* end);
Result<Py_ssize_t> str_method_count(ThreadState& ts, Str& self, Object& sub, Object* start, Object* end);
Result<bool> str_method_startswith(ThreadState& ts, Str& self, Object& part, Object* start, Object* end);
Result<bool> str_method_endswith(ThreadState& ts, Str& self, Object& part, Object* start, Object* end);
Result<Ref<Str>> str_method_replace(ThreadState& ts, Str& self, Str& old_part, Str& new_part, Py_ssize_t count);
Result<Ref<Str>> str_method_removeprefix(ThreadState& ts, Str& self, Str& prefix);
Result<Ref<Str>> str_method_removesuffix(ThreadState& ts, Str& self, Str& suffix);
Result<Ref<Object>> str_method_strip(ThreadState& ts, Str& self, Object* chars);
Result<Ref<Object>> str_method_lstrip(ThreadState& ts, Str& self, Object* chars);
Result<Ref<Object>> str_method_rstrip(ThreadState& ts, Str& self, Object* chars);
Result<Ref<Object>> str_method_maketrans(ThreadState& ts, Object& x, Object* y, Object* z);
Result<Ref<Str>> str_method_upper(ThreadState& ts, Str& self);
Result<Ref<Str>> str_method_lower(ThreadState& ts, Str& self);
Result<Ref<Str>> str_method_casefold(ThreadState& ts, Str& self);
Result<Ref<Str>> str_method_swapcase(ThreadState& ts, Str& self);
Result<Ref<Str>> str_method_capitalize(ThreadState& ts, Str& self);
Result<Ref<Str>> str_method_title(ThreadState& ts, Str& self);
bool str_method_isascii(Str& self);
bool str_method_isspace(Str& self);
bool str_method_isdecimal(Str& self);
bool str_method_isdigit(Str& self);
bool str_method_isnumeric(Str& self);
bool str_method_isalpha(Str& self);
bool str_method_isalnum(Str& self);
bool str_method_isprintable(Str& self);
bool str_method_islower(Str& self);
bool str_method_isupper(Str& self);
bool str_method_istitle(Str& self);
bool str_method_isidentifier(Str& self);
Result<Ref<Str>> str_method_dunder_format(ThreadState& ts, Str& self, Str& spec);

}  // namespace orochi
