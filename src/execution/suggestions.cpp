// "Did you mean": the name most like the one that was not found.
#include <algorithm>
#include <vector>

#include "execution/code.hpp"
#include "execution/error_display.hpp"
#include "execution/frame.hpp"
#include "execution/traceback.hpp"
#include "language/source/utf8.hpp"
#include "objects/dict.hpp"
#include "objects/exceptions.hpp"
#include "objects/list.hpp"
#include "objects/str.hpp"
#include "objects/type.hpp"

namespace orochi {

namespace {

constexpr size_t kMaxCandidates = 750, kMaxSize = 40;
constexpr size_t kMoveCost = 2, kCaseCost = 1;

size_t substitution_cost(char a, char b) {
    if (a == b) return 0;
    auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; };
    return lower(a) == lower(b) ? kCaseCost : kMoveCost;
}

// Edit distance with costs, or more than `limit`.
size_t distance(std::string_view a, std::string_view b, size_t limit) {
    while (!a.empty() && !b.empty() && a.front() == b.front()) {
        a.remove_prefix(1);
        b.remove_prefix(1);
    }
    while (!a.empty() && !b.empty() && a.back() == b.back()) {
        a.remove_suffix(1);
        b.remove_suffix(1);
    }
    if (a.empty() || b.empty()) return (a.size() + b.size()) * kMoveCost;
    if (a.size() > kMaxSize || b.size() > kMaxSize) return limit + 1;
    if (b.size() < a.size()) std::swap(a, b);
    if ((b.size() - a.size()) * kMoveCost > limit) return limit + 1;
    std::vector<size_t> row(a.size());
    for (size_t i = 0; i < a.size(); ++i) row[i] = (i + 1) * kMoveCost;
    size_t result = 0;
    for (size_t j = 0; j < b.size(); ++j) {
        size_t diagonal = result = j * kMoveCost;
        size_t minimum = SIZE_MAX;
        for (size_t i = 0; i < a.size(); ++i) {
            size_t substitute = diagonal + substitution_cost(b[j], a[i]);
            diagonal = row[i];
            size_t insert_delete = std::min(result, diagonal) + kMoveCost;
            result = std::min(insert_delete, substitute);
            row[i] = result;
            minimum = std::min(minimum, result);
        }
        if (minimum > limit) return limit + 1;
    }
    return result;
}

std::string utf8(Str& text) {
    std::string out;
    for (Py_ssize_t i = 0; i < str_length(text); ++i) language::append_utf8(out, str_at(text, i));
    return out;
}

std::string closest(ThreadState& ts, Object& candidates, Str& wanted) {
    std::span<Object* const> items = sequence_fast_items(candidates);
    if (items.size() >= kMaxCandidates) return {};
    std::string name = utf8(wanted), best;
    size_t best_distance = SIZE_MAX;
    for (Object* item : items) {
        if (!PyUnicode_Check(item)) continue;
        std::string candidate = utf8(as<Str>(*item));
        if (candidate == name) continue;
        size_t limit = (name.size() + candidate.size() + 3) * kMoveCost / 6;
        limit = std::min(limit, best_distance - 1);
        size_t found = distance(name, candidate, limit);
        if (found > limit) continue;
        if (best.empty() || found < best_distance) {
            best = std::move(candidate);
            best_distance = found;
        }
    }
    (void)ts;
    return best;
}

std::string among_attributes(ThreadState& ts, PyAttributeErrorObject& e) {
    if (!e.name || !e.obj || !PyUnicode_Check(e.name)) return {};
    auto names = dir(ts, e.obj);
    if (!names.ok()) return error_clear(ts), std::string();
    Ref<Object> list = std::move(names).take();
    return closest(ts, *list, as<Str>(*e.name));
}

std::string among_keys(ThreadState& ts, Object* mapping, Str& name) {
    if (!mapping || !PyDict_Check(mapping)) return {};
    auto keys = dict_keys(ts, as<Dict>(*mapping));
    if (!keys.ok()) return error_clear(ts), std::string();
    Ref<List> list = std::move(keys).take();
    return closest(ts, obj(*list), name);
}

std::string among_names(ThreadState& ts, Object& exception, PyNameErrorObject& e) {
    Object* traceback = exception_traceback(exception);
    if (!e.name || !PyUnicode_Check(e.name) || !traceback || !PyTraceBack_Check(traceback)) return {};
    Traceback* last = as<Traceback>(traceback);
    while (last->tb_next) last = last->tb_next;
    InterpreterFrame& frame = *last->tb_frame->frame;
    Str& name = as<Str>(*e.name);
    Ref<List> locals = TRY_OR(std::string(), list_new(ts, 0));
    for (int i = 0; i < frame.code->co_nlocalsplus; ++i) {
        TRY_OR(std::string(), list_append(ts, *locals, obj(local_name(*frame.code, i))));
    }
    std::string best = closest(ts, obj(*locals), name);
    if (best.empty()) best = among_keys(ts, frame.globals, name);
    if (best.empty()) best = among_keys(ts, frame.builtins, name);
    return best;
}

}  // namespace

std::string suggestion_for(ThreadState& ts, Object& exception) {
    std::string best;
    if (&type_of(exception) == &_PyExc_AttributeError) {
        best = among_attributes(ts, as<PyAttributeErrorObject>(exception));
    } else if (&type_of(exception) == &_PyExc_NameError) {
        best = among_names(ts, exception, as<PyNameErrorObject>(exception));
    }
    error_clear(ts);
    return best.empty() ? best : ". Did you mean: '" + best + "'?";
}

}  // namespace orochi
