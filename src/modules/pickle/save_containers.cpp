// Tuples, lists, dicts and sets.
#include "modules/pickle/saver.hpp"
#include "objects/dict.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"
#include "objects/set.hpp"
#include "objects/tuple.hpp"

namespace orochi::pickle {

namespace {
// In fast mode, which has no memo, cycles are looked for below this depth.
constexpr int kFastNestingLimit = 50;
}  // namespace

Result<void> Saver::fast_enter(Object& object) {
    if (!self_.fast || ++self_.fast_nesting < kFastNestingLimit) return {};
    if (!self_.fast_memo) self_.fast_memo = obj(TRY(dict_new(ts_)).release());
    Ref<Object> key = TRY(int_from_pointer(ts_, &object));
    if (TRY(dict_contains(ts_, as<Dict>(*self_.fast_memo), *key))) {
        self_.fast_nesting = -1;
        return raise(ts_, PyExc_ValueError, "fast mode: can't pickle cyclic objects including object type %.200s at %p",
                     type_of(object).tp_name, &object);
    }
    return dict_set(ts_, as<Dict>(*self_.fast_memo), *key, none());
}

void Saver::fast_leave(Object& object) {
    if (!self_.fast || self_.fast_nesting-- < kFastNestingLimit || !self_.fast_memo) return;
    ErrorKeeper keeper(ts_);
    auto key = int_from_pointer(ts_, &object);
    if (!key.ok() || !dict_discard(ts_, as<Dict>(*self_.fast_memo), *std::move(key).take()).ok()) error_clear(ts_);
}

Result<void> Saver::save_tuple(Tuple& value) {
    Py_ssize_t size = tuple_size(value);
    if (size == 0) return self_.binary ? put(kEmptyTuple) : put("(t");
    bool counted = size <= 3 && self_.protocol >= 2;
    if (!counted) TRY(put(kMark));
    for (Py_ssize_t i = 0; i < size; ++i) TRY(save(tuple_item(value, i)));
    // A tuple that contains itself, through something else, has been written by now: what is on the stack is dropped.
    Py_ssize_t known = self_.memo.find(obj(value));
    if (known >= 0) {
        if (!counted && self_.binary) {
            TRY(put(kPopMark));
        } else {
            for (Py_ssize_t i = 0; i < size + !counted; ++i) TRY(put(kPop));
        }
        return put_get(known);
    }
    static constexpr unsigned char kCounted[] = {kEmptyTuple, kTuple1, kTuple2, kTuple3};
    TRY(put(counted ? kCounted[size] : static_cast<unsigned char>(kTuple)));
    return memoize(obj(value));
}

Result<void> Saver::save_list(Object& value) {
    TRY(fast_enter(value));
    auto write = [&]() -> Result<void> {
        TRY(self_.binary ? put(kEmptyList) : put("(l"));
        TRY(memoize(value));
        List& list = as<List>(value);
        if (!list_size(list)) return {};
        if (self_.protocol > 0) return save_list_items(list);
        Ref<Object> iterator = TRY(get_iter(ts_, value));
        return save_items(*iterator);
    };
    auto result = write();
    fast_leave(value);
    return result;
}

Result<void> Saver::save_list_items(List& list) {
    if (list_size(list) == 1) {
        Ref<Object> item = Ref<Object>::share(list_item(list, 0));
        TRY(save(*item));
        return put(kAppend);
    }
    // Writing an item may change the list.
    Py_ssize_t total = 0;
    do {
        TRY(put(kMark));
        for (int n = 0; n < kBatch && total < list_size(list); ++n) {
            Ref<Object> item = Ref<Object>::share(list_item(list, total));
            TRY(save(*item));
            ++total;
        }
        TRY(put(kAppends));
    } while (total < list_size(list));
    return {};
}

Result<void> Saver::save_items(Object& iterator) {
    for (;;) {
        OptRef<Object> first = TRY(iter_next(ts_, iterator));
        if (!first) return {};
        if (self_.protocol == 0) {
            TRY(save(*first));
            TRY(put(kAppend));
            continue;
        }
        OptRef<Object> item = TRY(iter_next(ts_, iterator));
        if (!item) {
            TRY(save(*first));
            return put(kAppend);
        }
        TRY(put(kMark));
        TRY(save(*first));
        for (int n = 1; item;) {
            TRY(save(*item));
            if (++n == kBatch) break;
            item = TRY(iter_next(ts_, iterator));
        }
        TRY(put(kAppends));
        if (!item) return {};
    }
}

Result<void> Saver::save_dict(Object& value) {
    TRY(fast_enter(value));
    auto write = [&]() -> Result<void> {
        TRY(self_.binary ? put(kEmptyDict) : put("(d"));
        TRY(memoize(value));
        Dict& dict = as<Dict>(value);
        if (!dict_size(dict)) return {};
        if (self_.protocol > 0) return save_dict_items(dict);
        Ref<Object> items = TRY(call_method(ts_, value, "items"_n));
        Ref<Object> iterator = TRY(get_iter(ts_, *items));
        return save_pairs(*iterator);
    };
    auto result = write();
    fast_leave(value);
    return result;
}

Result<void> Saver::save_dict_items(Dict& dict) {
    Py_ssize_t size = dict_size(dict), position = 0;
    Object *key, *value;
    auto save_pair = [&]() -> Result<void> {
        Ref<Object> kept_key = Ref<Object>::share(*key), kept_value = Ref<Object>::share(*value);
        TRY(save(*kept_key));
        return save(*kept_value);
    };
    if (size == 1) {
        if (!dict_next(dict, position, &key, &value)) return {};
        TRY(save_pair());
        return put(kSetItem);
    }
    int n;
    do {
        n = 0;
        TRY(put(kMark));
        while (n < kBatch && dict_next(dict, position, &key, &value)) {
            TRY(save_pair());
            ++n;
        }
        TRY(put(kSetItems));
        if (dict_size(dict) != size) return raise(ts_, PyExc_RuntimeError, "dictionary changed size during iteration");
    } while (n == kBatch);
    return {};
}

Result<void> Saver::save_pairs(Object& iterator) {
    auto next_pair = [&]() -> Result<OptRef<Object>> {
        OptRef<Object> pair = TRY(iter_next(ts_, iterator));
        if (pair && (!PyTuple_Check(pair.get()) || tuple_size(as<Tuple>(*pair)) != 2))
            return raise(ts_, PyExc_TypeError, "dict items iterator must return 2-tuples");
        return pair;
    };
    auto save_pair = [&](Object& pair) -> Result<void> {
        TRY(save(tuple_item(as<Tuple>(pair), 0)));
        return save(tuple_item(as<Tuple>(pair), 1));
    };
    for (;;) {
        OptRef<Object> first = TRY(next_pair());
        if (!first) return {};
        if (self_.protocol == 0) {
            TRY(save_pair(*first));
            TRY(put(kSetItem));
            continue;
        }
        OptRef<Object> pair = TRY(next_pair());
        if (!pair) {
            TRY(save_pair(*first));
            return put(kSetItem);
        }
        TRY(put(kMark));
        TRY(save_pair(*first));
        for (int n = 1; pair;) {
            TRY(save_pair(*pair));
            if (++n == kBatch) break;
            pair = TRY(next_pair());
        }
        TRY(put(kSetItems));
        if (!pair) return {};
    }
}

Result<void> Saver::save_set(Object& value) {
    if (self_.protocol < 4) {
        Ref<List> items = TRY(sequence_list(ts_, value));
        Ref<Tuple> arguments = TRY(tuple_of(ts_, *items));
        Ref<Tuple> reduced = TRY(tuple_of(ts_, obj(PySet_Type), *arguments));
        return save_reduced(*reduced, &value);
    }
    TRY(put(kEmptySet));
    TRY(memoize(value));
    Set& set = as<Set>(value);
    Py_ssize_t size = set_size(set), position = 0;
    if (!size) return {};
    int n;
    do {
        n = 0;
        TRY(put(kMark));
        Object* item;
        while (n < kBatch && set_next(set, position, &item)) {
            Ref<Object> kept = Ref<Object>::share(*item);
            TRY(save(*kept));
            ++n;
        }
        TRY(put(kAddItems));
        if (set_size(set) != size) return raise(ts_, PyExc_RuntimeError, "set changed size during iteration");
    } while (n == kBatch);
    return {};
}

Result<void> Saver::save_frozenset(Object& value) {
    if (self_.protocol < 4) {
        Ref<List> items = TRY(sequence_list(ts_, value));
        Ref<Tuple> arguments = TRY(tuple_of(ts_, *items));
        Ref<Tuple> reduced = TRY(tuple_of(ts_, obj(PyFrozenSet_Type), *arguments));
        return save_reduced(*reduced, &value);
    }
    TRY(put(kMark));
    Ref<Object> iterator = TRY(get_iter(ts_, value));
    while (OptRef<Object> item = TRY(iter_next(ts_, *iterator))) TRY(save(*item));
    Py_ssize_t known = self_.memo.find(value);
    if (known >= 0) {
        TRY(put(kPopMark));
        return put_get(known);
    }
    TRY(put(kFrozenSet));
    return memoize(value);
}

}  // namespace orochi::pickle
