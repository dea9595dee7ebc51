// list.sort: a stable, adaptive merge sort.
//
// Natural runs are found, short ones are extended by binary insertion, and runs are merged
// in the order that the "powersort" rule gives (Munro & Wild, 2018), galloping through stretches that come
// from one side ("Timsort", as described by Tim Peters).
//
// The elements are copied out of the list, with what comparison needs beside them: for ints and floats the
// number itself, for Latin-1 strings their first eight bytes as a big-endian number. So most comparisons touch
// no object. Only what is left - mixed types, subclasses, other types - is compared by calling `<`.
#include <bit>

#include "base/bits.hpp"
#include "objects/containers.hpp"
#include "objects/float.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"

namespace orochi {

namespace {

enum Less : int { kError = -1, kNo = 0, kYes = 1 };

struct IntElement {
    int64_t key;
    Object* value;
    Object* key_object;
};
struct FloatElement {
    double key;
    Object* value;
    Object* key_object;
};
struct TextElement {
    uint64_t prefix;
    Object* value;
    Object* key;
};
struct AnyElement {
    Object* key;
    Object* value;
};

struct IntLess {
    static constexpr bool can_fail = false;
    int operator()(const IntElement& a, const IntElement& b) const { return a.key < b.key; }
};
struct FloatLess {
    static constexpr bool can_fail = false;
    int operator()(const FloatElement& a, const FloatElement& b) const { return a.key < b.key; }
};
struct TextLess {
    static constexpr bool can_fail = false;
    int operator()(const TextElement& a, const TextElement& b) const {
        if (a.prefix != b.prefix) return a.prefix < b.prefix;
        Py_ssize_t n = str_length(*as<Str>(a.key)), m = str_length(*as<Str>(b.key));
        int order = std::memcmp(str_data(*as<Str>(a.key)), str_data(*as<Str>(b.key)), size_t(std::min(n, m)));
        return order ? order < 0 : n < m;
    }
};
struct StrLess {
    static constexpr bool can_fail = false;
    int operator()(const AnyElement& a, const AnyElement& b) const {
        return str_compare(*as<Str>(a.key), *as<Str>(b.key)) < 0;
    }
};
struct AnyLess {
    static constexpr bool can_fail = true;
    ThreadState& ts;
    int operator()(const AnyElement& a, const AnyElement& b) const {
        auto result = compare(ts, *a.key, *b.key, Py_LT);
        if (!result.ok()) return kError;
        Ref<Object> value = std::move(result).take();
        if (value.get() == &bool_object(true)) return kYes;
        if (value.get() == &bool_object(false)) return kNo;
        auto truth = is_true(ts, *value);
        return truth.ok() ? int(std::move(truth).take()) : kError;
    }
};
// All keys are tuples: the first items that differ decide, mostly the very first.
struct TupleLess {
    static constexpr bool can_fail = true;
    ThreadState& ts;
    int operator()(const AnyElement& x, const AnyElement& y) const {
        Tuple& a = *as<Tuple>(x.key);
        Tuple& b = *as<Tuple>(y.key);
        Py_ssize_t n = tuple_size(a), m = tuple_size(b), i = 0;
        for (; i < n && i < m; ++i) {
            Object &left = tuple_item(a, i), &right = tuple_item(b, i);
            if (&left == &right) continue;
            if (PyLong_CheckExact(&left) && PyLong_CheckExact(&right)) {
                int order = int_compare(as<Int>(left), as<Int>(right));
                if (order) return order < 0;
                continue;
            }
            if (PyUnicode_CheckExact(&left) && PyUnicode_CheckExact(&right)) {
                int order = str_compare(as<Str>(left), as<Str>(right));
                if (order) return order < 0;
                continue;
            }
            auto equal = compare_bool(ts, left, right, Py_EQ);
            if (!equal.ok()) return kError;
            if (!std::move(equal).take()) break;
        }
        if (i >= n || i >= m) return n < m;
        return AnyLess{ts}({&tuple_item(a, i), nullptr}, {&tuple_item(b, i), nullptr});
    }
};

// Everything that returns bool says whether it succeeded: false when a comparison raised. The array is always
// left as a permutation of what it was.
template <class T, class L>
class MergeSort {
public:
    MergeSort(ThreadState& ts, L less) : ts_(ts), less_(less) {}
    ~MergeSort() { Heap::free(temporary_); }

    bool sort(T* items, Py_ssize_t count) {
        if (count < 2) return true;
        base_ = items;
        total_ = count;
        Py_ssize_t least_run = run_length_floor(count);
        T* at = items;
        Py_ssize_t left = count;
        while (left) {
            Py_ssize_t n = count_run(at, left);
            if (n < 0) return false;
            if (n < least_run) {
                Py_ssize_t forced = std::min(left, least_run);
                if (!insertion_sort(at, forced, n)) return false;
                n = forced;
            }
            if (!found_run(at, n)) return false;
            at += n;
            left -= n;
        }
        while (depth_ > 1) {
            if (!merge_top()) return false;
        }
        return true;
    }

private:
    struct Run {
        T* start;
        Py_ssize_t count;
        int power;
    };
    static constexpr int kMinGallop = 7;

    static Py_ssize_t run_length_floor(Py_ssize_t n) {
        Py_ssize_t dropped = 0;
        while (n >= 64) {
            dropped |= n & 1;
            n >>= 1;
        }
        return n + dropped;
    }

    // Length of the run at the start; a descending one is reversed. -1: error.
    Py_ssize_t count_run(T* a, Py_ssize_t count) {
        if (count == 1) return 1;
        int r = less_(a[1], a[0]);
        if (L::can_fail && r < 0) return -1;
        Py_ssize_t n = 2;
        if (r) {
            for (; n < count; ++n) {
                r = less_(a[n], a[n - 1]);
                if (L::can_fail && r < 0) return -1;
                if (!r) break;
            }
            std::reverse(a, a + n);
        } else {
            for (; n < count; ++n) {
                r = less_(a[n], a[n - 1]);
                if (L::can_fail && r < 0) return -1;
                if (r) break;
            }
        }
        return n;
    }

    // Sorts a[0, count), of which the first `sorted` are sorted already.
    bool insertion_sort(T* a, Py_ssize_t count, Py_ssize_t sorted) {
        for (Py_ssize_t i = sorted; i < count; ++i) {
            T pivot = a[i];
            Py_ssize_t low = 0, high = i;
            while (low < high) {
                Py_ssize_t middle = (low + high) >> 1;
                int r = less_(pivot, a[middle]);
                if (L::can_fail && r < 0) return false;
                if (r) {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            std::memmove(static_cast<void*>(a + low + 1), a + low, size_t(i - low) * sizeof(T));
            a[low] = pivot;
        }
        return true;
    }

    // Where `key` belongs in sorted a[0, n): before equals (left) or after (right), searching outwards from `hint`.
    Py_ssize_t gallop_left(const T& key, const T* a, Py_ssize_t n, Py_ssize_t hint) {
        Py_ssize_t last = 0, offset = 1;
        int r = less_(a[hint], key);
        if (L::can_fail && r < 0) return -1;
        if (r) {
            Py_ssize_t most = n - hint;
            while (offset < most) {
                r = less_(a[hint + offset], key);
                if (L::can_fail && r < 0) return -1;
                if (!r) break;
                last = offset;
                offset = (offset << 1) + 1;
                if (offset <= 0) offset = most;
            }
            offset = std::min(offset, most);
            last += hint;
            offset += hint;
        } else {
            Py_ssize_t most = hint + 1;
            while (offset < most) {
                r = less_(a[hint - offset], key);
                if (L::can_fail && r < 0) return -1;
                if (r) break;
                last = offset;
                offset = (offset << 1) + 1;
                if (offset <= 0) offset = most;
            }
            offset = std::min(offset, most);
            Py_ssize_t low = hint - offset;
            offset = hint - last;
            last = low;
        }
        ++last;
        while (last < offset) {
            Py_ssize_t middle = last + ((offset - last) >> 1);
            r = less_(a[middle], key);
            if (L::can_fail && r < 0) return -1;
            if (r) {
                last = middle + 1;
            } else {
                offset = middle;
            }
        }
        return offset;
    }

    Py_ssize_t gallop_right(const T& key, const T* a, Py_ssize_t n, Py_ssize_t hint) {
        Py_ssize_t last = 0, offset = 1;
        int r = less_(key, a[hint]);
        if (L::can_fail && r < 0) return -1;
        if (r) {
            Py_ssize_t most = hint + 1;
            while (offset < most) {
                r = less_(key, a[hint - offset]);
                if (L::can_fail && r < 0) return -1;
                if (!r) break;
                last = offset;
                offset = (offset << 1) + 1;
                if (offset <= 0) offset = most;
            }
            offset = std::min(offset, most);
            Py_ssize_t low = hint - offset;
            offset = hint - last;
            last = low;
        } else {
            Py_ssize_t most = n - hint;
            while (offset < most) {
                r = less_(key, a[hint + offset]);
                if (L::can_fail && r < 0) return -1;
                if (r) break;
                last = offset;
                offset = (offset << 1) + 1;
                if (offset <= 0) offset = most;
            }
            offset = std::min(offset, most);
            last += hint;
            offset += hint;
        }
        ++last;
        while (last < offset) {
            Py_ssize_t middle = last + ((offset - last) >> 1);
            r = less_(key, a[middle]);
            if (L::can_fail && r < 0) return -1;
            if (r) {
                offset = middle;
            } else {
                last = middle + 1;
            }
        }
        return offset;
    }

    bool reserve(Py_ssize_t count) {
        if (count <= temporary_size_) return true;
        Heap::free(temporary_);
        temporary_size_ = 0;
        temporary_ = static_cast<T*>(ts_.heap().allocate(size_t(count) * sizeof(T)));
        if (!temporary_) {
            raise_no_memory(ts_);
            return false;
        }
        temporary_size_ = count;
        return true;
    }

    static void copy(T* to, const T* from, Py_ssize_t count) {
        std::memcpy(static_cast<void*>(to), from, size_t(count) * sizeof(T));
    }
    static void move(T* to, const T* from, Py_ssize_t count) {
        std::memmove(static_cast<void*>(to), from, size_t(count) * sizeof(T));
    }

    // Merges a[0, na) and the adjacent b[0, nb), na <= nb; a's last item belongs at the very end.
    bool merge_low(T* a, Py_ssize_t na, T* b, Py_ssize_t nb) {
        if (!reserve(na)) return false;
        copy(temporary_, a, na);
        T* out = a;
        T* left = temporary_;
        bool ok = merge_low_steps(out, left, na, b, nb);
        // What is still in the temporary fills the gap before b's rest, or ends the merge.
        if (na) copy(out, left, na);
        return ok;
    }
    bool merge_low_steps(T*& out, T*& a, Py_ssize_t& na, T*& b, Py_ssize_t& nb) {
        *out++ = *b++;
        if (--nb == 0) return true;
        if (na == 1) return finish_low(out, a, na, b, nb);
        Py_ssize_t gallop = min_gallop_;
        for (;;) {
            Py_ssize_t from_a = 0, from_b = 0;
            for (;;) {
                int r = less_(*b, *a);
                if (L::can_fail && r < 0) return false;
                if (r) {
                    *out++ = *b++;
                    ++from_b;
                    from_a = 0;
                    if (--nb == 0) return true;
                    if (from_b >= gallop) break;
                } else {
                    *out++ = *a++;
                    ++from_a;
                    from_b = 0;
                    if (--na == 1) return finish_low(out, a, na, b, nb);
                    if (from_a >= gallop) break;
                }
            }
            ++gallop;
            do {
                gallop -= gallop > 1;
                min_gallop_ = gallop;
                Py_ssize_t k = gallop_right(*b, a, na, 0);
                if (L::can_fail && k < 0) return false;
                from_a = k;
                if (k) {
                    copy(out, a, k);
                    out += k;
                    a += k;
                    na -= k;
                    if (na == 1) return finish_low(out, a, na, b, nb);
                    // Only a comparison that contradicts itself gets here.
                    if (na == 0) return true;
                }
                *out++ = *b++;
                if (--nb == 0) return true;
                k = gallop_left(*a, b, nb, 0);
                if (L::can_fail && k < 0) return false;
                from_b = k;
                if (k) {
                    move(out, b, k);
                    out += k;
                    b += k;
                    nb -= k;
                    if (nb == 0) return true;
                }
                *out++ = *a++;
                if (--na == 1) return finish_low(out, a, na, b, nb);
            } while (from_a >= kMinGallop || from_b >= kMinGallop);
            ++gallop;
            min_gallop_ = gallop;
        }
    }
    bool finish_low(T*& out, T*& a, Py_ssize_t& na, T*& b, Py_ssize_t& nb) {
        move(out, b, nb);
        out += nb;
        b += nb;
        nb = 0;
        (void)a;
        (void)na;
        return true;
    }

    // The same for na >= nb, from the end.
    bool merge_high(T* a, Py_ssize_t na, T* b, Py_ssize_t nb) {
        if (!reserve(nb)) return false;
        copy(temporary_, b, nb);
        T* out = b + nb - 1;
        T* a_last = a + na - 1;
        T* b_last = temporary_ + nb - 1;
        bool ok = merge_high_steps(out, a, a_last, na, b_last, nb);
        if (nb) copy(out - (nb - 1), temporary_, nb);
        return ok;
    }
    bool merge_high_steps(T*& out, T* a, T*& a_last, Py_ssize_t& na, T*& b_last, Py_ssize_t& nb) {
        *out-- = *a_last--;
        if (--na == 0) return true;
        if (nb == 1) return finish_high(out, a_last, na);
        Py_ssize_t gallop = min_gallop_;
        for (;;) {
            Py_ssize_t from_a = 0, from_b = 0;
            for (;;) {
                int r = less_(*b_last, *a_last);
                if (L::can_fail && r < 0) return false;
                if (r) {
                    *out-- = *a_last--;
                    ++from_a;
                    from_b = 0;
                    if (--na == 0) return true;
                    if (from_a >= gallop) break;
                } else {
                    *out-- = *b_last--;
                    ++from_b;
                    from_a = 0;
                    if (--nb == 1) return finish_high(out, a_last, na);
                    if (from_b >= gallop) break;
                }
            }
            ++gallop;
            do {
                gallop -= gallop > 1;
                min_gallop_ = gallop;
                Py_ssize_t k = gallop_right(*b_last, a, na, na - 1);
                if (L::can_fail && k < 0) return false;
                k = na - k;
                from_a = k;
                if (k) {
                    out -= k;
                    a_last -= k;
                    move(out + 1, a_last + 1, k);
                    na -= k;
                    if (na == 0) return true;
                }
                *out-- = *b_last--;
                if (--nb == 1) return finish_high(out, a_last, na);
                k = gallop_left(*a_last, temporary_, nb, nb - 1);
                if (L::can_fail && k < 0) return false;
                k = nb - k;
                from_b = k;
                if (k) {
                    out -= k;
                    b_last -= k;
                    copy(out + 1, b_last + 1, k);
                    nb -= k;
                    if (nb == 1) return finish_high(out, a_last, na);
                    if (nb == 0) return true;
                }
                *out-- = *a_last--;
                if (--na == 0) return true;
            } while (from_a >= kMinGallop || from_b >= kMinGallop);
            ++gallop;
            min_gallop_ = gallop;
        }
    }
    bool finish_high(T*& out, T*& a_last, Py_ssize_t& na) {
        out -= na;
        a_last -= na;
        move(out + 1, a_last + 1, na);
        na = 0;
        return true;
    }

    bool merge_top() {
        Run& left = runs_[depth_ - 2];
        Run& right = runs_[depth_ - 1];
        T* a = left.start;
        T* b = right.start;
        Py_ssize_t na = left.count, nb = right.count;
        left.count = na + nb;
        --depth_;
        Py_ssize_t k = gallop_right(*b, a, na, 0);
        if (L::can_fail && k < 0) return false;
        a += k;
        na -= k;
        if (na == 0) return true;
        nb = gallop_left(a[na - 1], b, nb, nb - 1);
        if (nb <= 0) return nb == 0;
        return na <= nb ? merge_low(a, na, b, nb) : merge_high(a, na, b, nb);
    }

    // The depth in a nearly optimal merge tree of the boundary between two adjacent runs: the first binary digit
    // in which the middles of the runs, as fractions of the whole, differ.
    int power(Py_ssize_t start, Py_ssize_t n1, Py_ssize_t n2) const {
        size_t n = size_t(total_);
        size_t a = 2 * size_t(start) + size_t(n1);
        size_t b = a + size_t(n1) + size_t(n2);
        int result = 0;
        for (;;) {
            ++result;
            if (a >= n) {
                a -= n;
                b -= n;
            } else if (b >= n) {
                return result;
            }
            a <<= 1;
            b <<= 1;
        }
    }

    bool found_run(T* start, Py_ssize_t count) {
        if (depth_) {
            Run& last = runs_[depth_ - 1];
            int p = power(last.start - base_, last.count, count);
            while (depth_ > 1 && runs_[depth_ - 2].power > p) {
                if (!merge_top()) return false;
            }
            runs_[depth_ - 1].power = p;
        }
        runs_[depth_++] = {start, count, 0};
        return true;
    }

    ThreadState& ts_;
    L less_;
    T* base_ = nullptr;
    Py_ssize_t total_ = 0;
    T* temporary_ = nullptr;
    Py_ssize_t temporary_size_ = 0;
    Py_ssize_t min_gallop_ = kMinGallop;
    Run runs_[85];
    int depth_ = 0;
};

enum class Keys { kInts, kFloats, kLatin1, kStrings, kTuples, kAny };

bool fits_int64(const Object& value) {
    Py_ssize_t size = reinterpret_cast<const VarObject&>(value).ob_size;
    return size >= -2 && size <= 2;
}
int64_t small_int(const Object& value) {
    const Int& i = reinterpret_cast<const Int&>(value);
    Py_ssize_t size = i.ob_base.ob_size;
    int64_t magnitude = size == 0 ? 0 : i.ob_digit[0];
    if (size == 2 || size == -2) magnitude |= int64_t(i.ob_digit[1]) << PyLong_SHIFT;
    return size < 0 ? -magnitude : magnitude;
}
uint64_t text_prefix(const Str& text) {
    uint64_t bytes = 0;
    std::memcpy(&bytes, str_data(text), size_t(std::min<Py_ssize_t>(str_length(text), 8)));
    return base::byte_swap(bytes);
}

Keys classify(Object* const* keys, Py_ssize_t count) {
    Type* type = &type_of(*keys[0]);
    bool small = true, latin1 = true;
    for (Py_ssize_t i = 0; i < count; ++i) {
        Object& key = *keys[i];
        if (&type_of(key) != type) return Keys::kAny;
        if (type == &PyLong_Type) {
            small &= fits_int64(key);
        } else if (type == &PyUnicode_Type) {
            latin1 &= str_kind(as<Str>(key)) == 1;
        }
    }
    if (type == &PyLong_Type) return small ? Keys::kInts : Keys::kAny;
    if (type == &PyFloat_Type) return Keys::kFloats;
    if (type == &PyUnicode_Type) return latin1 ? Keys::kLatin1 : Keys::kStrings;
    if (type == &PyTuple_Type) return Keys::kTuples;
    return Keys::kAny;
}

// Sorts values by keys (which may be the same array). Both arrays end up in the new order.
template <class T, class L, class Load, class StoreBack>
Result<void> sort_elements(ThreadState& ts, Py_ssize_t count, L less, Load load, StoreBack store) {
    if (size_t(count) > SIZE_MAX / sizeof(T)) return raise_no_memory(ts);
    T* elements = static_cast<T*>(ts.heap().allocate(size_t(count) * sizeof(T)));
    if (!elements) return raise_no_memory(ts);
    for (Py_ssize_t i = 0; i < count; ++i) elements[i] = load(i);
    bool ok;
    {
        MergeSort<T, L> sorter(ts, less);
        ok = sorter.sort(elements, count);
    }
    for (Py_ssize_t i = 0; i < count; ++i) store(i, elements[i]);
    Heap::free(elements);
    if (!ok) return failure;
    return {};
}

Result<void> sort_arrays(ThreadState& ts, Object** keys, Object** values, Py_ssize_t count) {
    switch (classify(keys, count)) {
        case Keys::kInts:
            return sort_elements<IntElement>(
                ts, count, IntLess{},
                [&](Py_ssize_t i) {
                    return IntElement{small_int(*keys[i]), values[i], keys[i]};
                },
                [&](Py_ssize_t i, const IntElement& e) { keys[i] = e.key_object, values[i] = e.value; });
        case Keys::kFloats:
            return sort_elements<FloatElement>(
                ts, count, FloatLess{},
                [&](Py_ssize_t i) {
                    return FloatElement{float_value(*keys[i]), values[i], keys[i]};
                },
                [&](Py_ssize_t i, const FloatElement& e) { keys[i] = e.key_object, values[i] = e.value; });
        case Keys::kLatin1:
            return sort_elements<TextElement>(
                ts, count, TextLess{},
                [&](Py_ssize_t i) {
                    return TextElement{text_prefix(*as<Str>(keys[i])), values[i], keys[i]};
                },
                [&](Py_ssize_t i, const TextElement& e) { keys[i] = e.key, values[i] = e.value; });
        default: break;
    }
    auto load = [&](Py_ssize_t i) { return AnyElement{keys[i], values[i]}; };
    auto store = [&](Py_ssize_t i, const AnyElement& e) { keys[i] = e.key, values[i] = e.value; };
    switch (classify(keys, count)) {
        case Keys::kStrings: return sort_elements<AnyElement>(ts, count, StrLess{}, load, store);
        case Keys::kTuples: return sort_elements<AnyElement>(ts, count, TupleLess{ts}, load, store);
        default: return sort_elements<AnyElement>(ts, count, AnyLess{ts}, load, store);
    }
}

}  // namespace

Result<void> list_sort(ThreadState& ts, List& list, Object* key, bool reverse) {
    if (key && is_none(key)) key = nullptr;
    // The list looks empty meanwhile; allocated = -1 shows whether someone touched it.
    Object** items = list.ob_item;
    Py_ssize_t count = list.ob_base.ob_size;
    Py_ssize_t allocated = list.allocated;
    list.ob_item = nullptr;
    list.ob_base.ob_size = 0;
    list.allocated = -1;

    auto run = [&]() -> Result<void> {
        if (!key) {
            if (count < 2) return {};
            if (reverse) std::reverse(items, items + count);
            auto result = sort_arrays(ts, items, items, count);
            if (reverse) std::reverse(items, items + count);
            return result;
        }
        if (count == 0) return {};
        Object** keys = static_cast<Object**>(ts.heap().allocate(size_t(count) * sizeof(Object*)));
        if (!keys) return raise_no_memory(ts);
        Py_ssize_t made = 0;
        Result<void> result;
        for (; made < count; ++made) {
            auto value = call(ts, *key, *items[made]);
            if (!value.ok()) {
                result = failure;
                break;
            }
            keys[made] = std::move(std::move(value).take()).release();
        }
        if (result.ok() && count > 1) {
            if (reverse) {
                std::reverse(items, items + count);
                std::reverse(keys, keys + count);
            }
            result = sort_arrays(ts, keys, items, count);
            if (reverse) std::reverse(items, items + count);
        }
        for (Py_ssize_t i = 0; i < made; ++i) decref(*keys[i]);
        Heap::free(keys);
        return result;
    };
    Result<void> result = run();
    if (list.allocated != -1 && result.ok()) {
        result = raise(ts, PyExc_ValueError, "list modified during sort");
    }
    // Back in place; what someone put there meanwhile goes.
    Object** intruders = list.ob_item;
    Py_ssize_t intruder_count = list.ob_base.ob_size;
    list.ob_item = items;
    list.ob_base.ob_size = count;
    list.allocated = allocated;
    if (intruders) {
        while (--intruder_count >= 0) decref_optional(intruders[intruder_count]);
        Heap::free(intruders);
    }
    return result;
}

}  // namespace orochi
