// collections.OrderedDict.
//
// Our dict keeps the order of insertion already, so an OrderedDict is a dict whose entries can also be moved: to
// the end by removing and appending (amortised constant time), to the front by rebuilding the table. Taking from
// the front remembers how far the removed entries reach.
#pragma once

#include "objects/dict.hpp"

namespace orochi {

struct OrderedDict {
    Dict base;
    PyObject* instance_dict;
    PyObject* weakrefs;
};

Result<Ref<Object>> odict_new(ThreadState& ts);

}  // namespace orochi
