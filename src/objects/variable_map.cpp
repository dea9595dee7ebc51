#include "objects/variable_map.hpp"

#include <bit>

#include "objects/containers.hpp"

extern "C" PyTypeObject orochi_variable_node_type;

namespace orochi {

namespace {

constexpr int kBits = 5;

uint64_t hash_of(const Object& key) { return (reinterpret_cast<uintptr_t>(&key) >> 4) * 0x9E3779B97F4A7C15u; }
uint32_t branch(uint64_t hash, int shift) { return uint32_t(1) << ((hash >> shift) & 31); }
int index_of(const VariableNode& node, uint32_t bit) { return 2 * std::popcount(node.present & (bit - 1)); }
Py_ssize_t slot_count(const VariableNode& node) { return node.ob_base.ob_size; }
VariableNode* child(const VariableNode& node, int index) {
    return reinterpret_cast<VariableNode*>(node.slots[index + 1]);
}

// Slots null, not tracked yet.
Result<Ref<VariableNode>> make_node(ThreadState& ts, uint32_t present) {
    Py_ssize_t count = 2 * std::popcount(present);
    Object* made =
        allocate_container(ts, orochi_variable_node_type, sizeof(VariableNode) + size_t(count) * sizeof(Object*));
    if (!made) return failure;
    VariableNode& node = as<VariableNode>(*made);
    node.ob_base.ob_size = count;
    node.present = present;
    std::memset(node.slots, 0, size_t(count) * sizeof(Object*));
    return Ref<VariableNode>::steal(node);
}
Ref<VariableNode> finished(ThreadState& ts, Ref<VariableNode>&& node) {
    gc_track(ts, obj(*node));
    return std::move(node);
}
// A copy with the pair at `index` replaced.
Result<Ref<VariableNode>> replaced(ThreadState& ts, VariableNode& node, int index, Object* key, Object& value) {
    Ref<VariableNode> copy = TRY(make_node(ts, node.present));
    for (Py_ssize_t i = 0; i < slot_count(node); ++i) {
        Object* item = i == index ? key : i == index + 1 ? &value : node.slots[i];
        copy->slots[i] = new_reference_optional(item);
    }
    return finished(ts, std::move(copy));
}

Result<Ref<VariableNode>> make_pair(ThreadState& ts, int shift, Object& key1, Object& value1, Object& key2,
                                    Object& value2) {
    uint32_t bit1 = branch(hash_of(key1), shift), bit2 = branch(hash_of(key2), shift);
    Ref<VariableNode> node = TRY(make_node(ts, bit1 | bit2));
    if (bit1 == bit2) {
        Ref<VariableNode> below = TRY(make_pair(ts, shift + kBits, key1, value1, key2, value2));
        node->slots[1] = obj(std::move(below).release());
    } else {
        int first = bit1 < bit2 ? 0 : 2;
        node->slots[first] = new_reference(key1);
        node->slots[first + 1] = new_reference(value1);
        node->slots[2 - first] = new_reference(key2);
        node->slots[3 - first] = new_reference(value2);
    }
    return finished(ts, std::move(node));
}

Result<Ref<VariableNode>> with(ThreadState& ts, VariableNode* node, int shift, Object& key, Object& value,
                               bool& added) {
    uint32_t bit = branch(hash_of(key), shift);
    if (!node) {
        Ref<VariableNode> single = TRY(make_node(ts, bit));
        single->slots[0] = new_reference(key);
        single->slots[1] = new_reference(value);
        added = true;
        return finished(ts, std::move(single));
    }
    int index = index_of(*node, bit);
    if (!(node->present & bit)) {
        Ref<VariableNode> copy = TRY(make_node(ts, node->present | bit));
        for (Py_ssize_t i = 0; i < slot_count(*node); ++i)
            copy->slots[i < index ? i : i + 2] = new_reference_optional(node->slots[i]);
        copy->slots[index] = new_reference(key);
        copy->slots[index + 1] = new_reference(value);
        added = true;
        return finished(ts, std::move(copy));
    }
    Object* present = node->slots[index];
    if (present == &key) {
        added = false;
        return replaced(ts, *node, index, present, value);
    }
    if (!present) {
        Ref<VariableNode> below = TRY(with(ts, child(*node, index), shift + kBits, key, value, added));
        return replaced(ts, *node, index, nullptr, obj(*below));
    }
    added = true;
    Ref<VariableNode> below = TRY(make_pair(ts, shift + kBits, *present, *node->slots[index + 1], key, value));
    return replaced(ts, *node, index, nullptr, obj(*below));
}

Result<OptRef<VariableNode>> without(ThreadState& ts, VariableNode& node, int shift, Object& key) {
    uint32_t bit = branch(hash_of(key), shift);
    int index = index_of(node, bit);
    if (!node.slots[index]) {
        OptRef<VariableNode> below = TRY(without(ts, *child(node, index), shift + kBits, key));
        if (below) {
            // A lone pair moves up.
            if (slot_count(*below) == 2 && below->slots[0])
                return TRY(replaced(ts, node, index, below->slots[0], *below->slots[1]));
            return TRY(replaced(ts, node, index, nullptr, obj(*below)));
        }
    }
    if (slot_count(node) == 2) return nullptr;
    Ref<VariableNode> copy = TRY(make_node(ts, node.present & ~bit));
    for (Py_ssize_t i = 0, at = 0; i < slot_count(node); ++i) {
        if (i == index || i == index + 1) continue;
        copy->slots[at++] = new_reference_optional(node.slots[i]);
    }
    return finished(ts, std::move(copy));
}

void node_dealloc(VariableNode& node) {
    gc_untrack_if_tracked(obj(node));
    for (Py_ssize_t i = 0; i < slot_count(node); ++i) clear(node.slots[i]);
    free_container(obj(node));
}
int node_traverse(VariableNode& node, visitproc visit, void* argument) {
    for (Py_ssize_t i = 0; i < slot_count(node); ++i) VISIT(node.slots[i]);
    return 0;
}

}  // namespace

Object* variable_map_find(const VariableNode* map, Object& key) {
    uint64_t hash = hash_of(key);
    for (int shift = 0; map; shift += kBits) {
        uint32_t bit = branch(hash, shift);
        if (!(map->present & bit)) return nullptr;
        int index = index_of(*map, bit);
        if (map->slots[index]) return map->slots[index] == &key ? map->slots[index + 1] : nullptr;
        map = child(*map, index);
    }
    return nullptr;
}
Result<Ref<VariableNode>> variable_map_with(ThreadState& ts, VariableNode* map, Object& key, Object& value,
                                            bool& added) {
    return with(ts, map, 0, key, value, added);
}
Result<OptRef<VariableNode>> variable_map_without(ThreadState& ts, VariableNode& map, Object& key) {
    return without(ts, map, 0, key);
}
bool variable_map_visit(const VariableNode* map, VariableVisitor visitor, void* context) {
    if (!map) return true;
    for (Py_ssize_t i = 0; i < slot_count(*map); i += 2) {
        bool go_on = map->slots[i] ? visitor(context, *map->slots[i], *map->slots[i + 1])
                                   : variable_map_visit(child(*map, int(i)), visitor, context);
        if (!go_on) return false;
    }
    return true;
}

}  // namespace orochi

using namespace orochi;

// Immutable, so that no cycle can consist of nodes alone: clearing is left to the contexts and variables.
PyTypeObject orochi_variable_node_type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "hamt_bitmap_node",
    .tp_basicsize = sizeof(VariableNode),
    .tp_itemsize = sizeof(Object*),
    .tp_dealloc = slot<node_dealloc>,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_traverse = slot<node_traverse>,
};
