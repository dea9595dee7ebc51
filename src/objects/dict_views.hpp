// Views of dicts, and what only the C API asks of dicts.
#pragma once

#include "objects/dict.hpp"

namespace orochi {

// A view (PyDictKeys_Type, PyDictItems_Type, PyDictValues_Type or a type derived from them).
Result<Ref<Object>> dict_view(ThreadState& ts, Type& type, Dict& dict);
// view & other, either of them a keys or items view.
Result<Ref<Object>> dict_view_intersect(ThreadState& ts, Object& left, Object& right);
// dict.update() with an iterable of pairs.
Result<void> dict_merge_pairs(ThreadState& ts, Dict& dict, Object& pairs, bool override_existing);
// sys.getsizeof() without the collector's header.
size_t dict_size_of(Dict& dict);

}  // namespace orochi
