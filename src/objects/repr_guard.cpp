// The objects whose repr() is under way, in a list kept in the thread's dict as CPython does.
#include "objects/dict.hpp"
#include "objects/list.hpp"
#include "objects/object.hpp"
#include "objects/str.hpp"

namespace orochi {

namespace {
Result<List*> active_list(ThreadState& ts, bool create) {
    if (!ts.dict) {
        if (!create) return nullptr;
        ts.dict = obj(std::move(TRY(dict_new(ts))).release());
    }
    Object* found = TRY(dict_get(ts, as<Dict>(*ts.dict), "Py_Repr"_n));
    if (found && PyList_Check(found)) return as<List>(found);
    if (!create) return nullptr;
    Ref<List> list = TRY(list_new(ts, 0));
    TRY(dict_set(ts, as<Dict>(*ts.dict), "Py_Repr"_n, obj(*list)));
    return list.get();  // kept alive by the dict
}
}  // namespace

Result<bool> repr_enter(ThreadState& ts, Object& object) {
    List& list = *TRY(active_list(ts, true));
    for (Py_ssize_t i = list_size(list); i-- > 0;) {
        if (&list_item(list, i) == &object) return true;
    }
    TRY(list_append(ts, list, object));
    return false;
}

void repr_leave(ThreadState& ts, Object& object) {
    ErrorKeeper keep(ts);
    auto found = active_list(ts, false);
    if (!found.ok()) return error_clear(ts);
    List* list = std::move(found).take();
    if (!list) return;
    for (Py_ssize_t i = list_size(*list); i-- > 0;) {
        if (&list_item(*list, i) != &object) continue;
        if (!list_set_slice(ts, *list, i, i + 1, nullptr).ok()) error_clear(ts);
        return;
    }
}

}  // namespace orochi
