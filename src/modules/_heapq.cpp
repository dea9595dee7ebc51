// The module _heapq: binary heaps in lists.
#include "modules/heap_type.hpp"
#include "objects/list.hpp"

namespace orochi {

namespace heapq_parts {

namespace {

// Whether a belongs nearer to the top than b.
template <bool max>
Result<bool> before(ThreadState& ts, Object& a, Object& b) {
    Ref<Object> keep_a = Ref<Object>::share(a);
    Ref<Object> keep_b = Ref<Object>::share(b);
    return max ? compare_bool_strict(ts, b, a) : compare_bool_strict(ts, a, b);
}
Failure changed(ThreadState& ts) { return raise(ts, PyExc_RuntimeError, "list changed size during iteration"); }

// Moves the item at `at` up to where it belongs, not above `start`.
template <bool max>
Result<void> sift_up(ThreadState& ts, List& heap, Py_ssize_t start, Py_ssize_t at) {
    Py_ssize_t size = list_size(heap);
    if (at >= size) return raise(ts, PyExc_IndexError, "index out of range");
    while (at > start) {
        Py_ssize_t parent = (at - 1) >> 1;
        bool rises = TRY(before<max>(ts, list_item(heap, at), list_item(heap, parent)));
        if (list_size(heap) != size) return changed(ts);
        if (!rises) break;
        std::swap(heap.ob_item[at], heap.ob_item[parent]);
        at = parent;
    }
    return {};
}

// Moves the item at `at` down to a leaf along the smaller children, and then up again: fewer comparisons than
// stopping on the way, since the item mostly comes from the bottom.
template <bool max>
Result<void> sift_down(ThreadState& ts, List& heap, Py_ssize_t at) {
    Py_ssize_t size = list_size(heap), start = at;
    if (at >= size) return raise(ts, PyExc_IndexError, "index out of range");
    Py_ssize_t limit = size >> 1;
    while (at < limit) {
        Py_ssize_t child = 2 * at + 1;
        if (child + 1 < size) {
            bool left = TRY(before<max>(ts, list_item(heap, child), list_item(heap, child + 1)));
            if (list_size(heap) != size) return changed(ts);
            if (!left) ++child;
        }
        std::swap(heap.ob_item[at], heap.ob_item[child]);
        at = child;
    }
    return sift_up<max>(ts, heap, start, at);
}

Result<void> heappush(ThreadState& ts, Object&, List& heap, Object& item) {
    TRY(list_append(ts, heap, item));
    return sift_up<false>(ts, heap, 0, list_size(heap) - 1);
}
template <bool max>
Result<Ref<Object>> pop(ThreadState& ts, Object&, List& heap) {
    Py_ssize_t n = list_size(heap);
    if (n == 0) return raise(ts, PyExc_IndexError, "index out of range");
    Ref<Object> last = TRY(list_pop(ts, heap, n - 1));
    if (n == 1) return last;
    Ref<Object> top = Ref<Object>::steal(*std::exchange(heap.ob_item[0], std::move(last).release()));
    TRY(sift_down<max>(ts, heap, 0));
    return top;
}
template <bool max>
Result<Ref<Object>> replace(ThreadState& ts, Object&, List& heap, Object& item) {
    if (list_size(heap) == 0) return raise(ts, PyExc_IndexError, "index out of range");
    Ref<Object> top = Ref<Object>::steal(*std::exchange(heap.ob_item[0], new_reference(item)));
    TRY(sift_down<max>(ts, heap, 0));
    return top;
}
Result<Ref<Object>> heappushpop(ThreadState& ts, Object&, List& heap, Object& item) {
    if (list_size(heap) == 0) return Ref<Object>::share(item);
    bool smaller = TRY(before<false>(ts, list_item(heap, 0), item));
    if (!smaller) return Ref<Object>::share(item);
    if (list_size(heap) == 0) return raise(ts, PyExc_IndexError, "index out of range");
    Ref<Object> top = Ref<Object>::steal(*std::exchange(heap.ob_item[0], new_reference(item)));
    TRY(sift_down<false>(ts, heap, 0));
    return top;
}
template <bool max>
Result<void> heapify(ThreadState& ts, Object&, List& heap) {
    for (Py_ssize_t i = (list_size(heap) >> 1) - 1; i >= 0; --i) TRY(sift_down<max>(ts, heap, i));
    return {};
}

constexpr MethodDef functions[] = {
    METHOD("heappush($module, heap, item, /)", heappush, "Push item onto heap, maintaining the heap invariant."),
    METHOD("heappushpop($module, heap, item, /)", heappushpop,
           "Push item on the heap, then pop and return the smallest item from the heap.\n\n"
           "The combined action runs more efficiently than heappush() followed by\na separate call to heappop()."),
    METHOD("heappop($module, heap, /)", pop<false>,
           "Pop the smallest item off the heap, maintaining the heap invariant."),
    METHOD("heapreplace($module, heap, item, /)", replace<false>,
           "Pop and return the current smallest value, and add the new item.\n\n"
           "This is more efficient than heappop() followed by heappush(), and can be\n"
           "more appropriate when using a fixed-size heap.  Note that the value\n"
           "returned may be larger than item!  That constrains reasonable uses of\n"
           "this routine unless written as part of a conditional replacement:\n\n"
           "    if item > heap[0]:\n        item = heapreplace(heap, item)"),
    METHOD("heapify($module, heap, /)", heapify<false>, "Transform list into a heap, in-place, in O(len(heap)) time."),
    METHOD("_heappop_max($module, heap, /)", pop<true>, "Maxheap variant of heappop."),
    METHOD("_heapify_max($module, heap, /)", heapify<true>, "Maxheap variant of heapify."),
    METHOD("_heapreplace_max($module, heap, item, /)", replace<true>, "Maxheap variant of heapreplace."),
    METHOD_END,
};

Result<void> execute(ThreadState& ts, Object& module) {
    return module_add_text(
        ts, module, "__about__",
        "Heap queues\n\n[explanation by Francois Pinard]\n\nHeaps are arrays for which a[k] <= a[2*k+1] and "
        "a[k] <= a[2*k+2] for\nall k, counting elements from 0.");
}
constinit PyModuleDef_Slot slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(module_exec_entry<execute>)},
    {0, nullptr},
};

}  // namespace
}  // namespace heapq_parts

PyModuleDef heapq_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_heapq",
    .m_doc =
        "Heap queue algorithm (a.k.a. priority queue).\n\n"
        "Heaps are arrays for which a[k] <= a[2*k+1] and a[k] <= a[2*k+2] for\n"
        "all k, counting elements from 0.",
    .m_methods = METHOD_TABLE(heapq_parts::functions),
    .m_slots = heapq_parts::slots,
};

}  // namespace orochi
