// The module _bisect.
#include "modules/heap_type.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"

namespace orochi {

namespace bisect_parts {

namespace {

// Where x belongs in the sorted sequence a: before items equal to it, or after them.
template <bool left>
Result<Py_ssize_t> search(ThreadState& ts, Object& a, Object& x, Py_ssize_t low, Object* high_object, Object* key) {
    if (low < 0) return raise(ts, PyExc_ValueError, "lo must be non-negative");
    Py_ssize_t high = high_object && !is_none(high_object) ? TRY(convert_ssize(ts, *high_object)) : -1;
    if (high == -1) high = TRY(length(ts, a));
    if (key && is_none(key)) key = nullptr;
    while (low < high) {
        // No overflow: both are at most PY_SSIZE_T_MAX.
        Py_ssize_t middle = Py_ssize_t((size_t(low) + size_t(high)) / 2);
        Ref<Object> item = TRY(sequence_getitem(ts, a, middle));
        if (key) item = TRY(call(ts, *key, *item));
        bool less = left ? TRY(compare_bool_strict(ts, item, x)) : TRY(compare_bool_strict(ts, x, item));
        if (less == left) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

template <bool left>
Result<Py_ssize_t> bisect(ThreadState& ts, Object&, Object& a, Object& x, Py_ssize_t lo, Object* hi, Object* key) {
    return search<left>(ts, a, x, lo, hi, key);
}

template <bool left>
Result<void> insort(ThreadState& ts, Object&, Object& a, Object& x, Py_ssize_t lo, Object* hi, Object* key) {
    if (key && is_none(key)) key = nullptr;
    Ref<Object> wanted = key ? TRY(call(ts, *key, x)) : Ref<Object>::share(x);
    Py_ssize_t index = TRY(search<left>(ts, a, wanted, lo, hi, key));
    if (&type_of(a) == &PyList_Type) return list_insert(ts, as<List>(a), index, x);
    Ref<Object> place = TRY(int_from(ts, index));
    (void)TRY(call_method(ts, a, "insert"_n, *place, x));
    return {};
}

constexpr MethodDef functions[] = {
    METHOD("bisect_right($module, /, a, x, lo=0, hi=None, *, key=None)", bisect<false>,
           "Return the index where to insert item x in list a, assuming a is sorted.\n\n"
           "The return value i is such that all e in a[:i] have e <= x, and all e in\n"
           "a[i:] have e > x.  So if x already appears in the list, a.insert(i, x) will\n"
           "insert just after the rightmost x already there.\n\n"
           "Optional args lo (default 0) and hi (default len(a)) bound the\nslice of a to be searched."),
    METHOD("insort_right($module, /, a, x, lo=0, hi=None, *, key=None)", insort<false>,
           "Insert item x in list a, and keep it sorted assuming a is sorted.\n\n"
           "If x is already in a, insert it to the right of the rightmost x."),
    METHOD("bisect_left($module, /, a, x, lo=0, hi=None, *, key=None)", bisect<true>,
           "Return the index where to insert item x in list a, assuming a is sorted.\n\n"
           "The return value i is such that all e in a[:i] have e < x, and all e in\n"
           "a[i:] have e >= x.  So if x already appears in the list, a.insert(i, x) will\n"
           "insert just before the leftmost x already there."),
    METHOD("insort_left($module, /, a, x, lo=0, hi=None, *, key=None)", insort<true>,
           "Insert item x in list a, and keep it sorted assuming a is sorted.\n\n"
           "If x is already in a, insert it to the left of the leftmost x."),
    METHOD_END,
};
constinit PyModuleDef_Slot slots[] = {{0, nullptr}};

}  // namespace
}  // namespace bisect_parts

PyModuleDef bisect_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_bisect",
    .m_doc =
        "Bisection algorithms.\n\n"
        "This module provides support for maintaining a list in sorted order without\n"
        "having to sort the list after each insertion.",
    .m_methods = METHOD_TABLE(bisect_parts::functions),
    .m_slots = bisect_parts::slots,
};

}  // namespace orochi
