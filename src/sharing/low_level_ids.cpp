#include "sharing/low_level_ids.hpp"

#include "modules/heap_type.hpp"
#include "objects/dict.hpp"
#include "objects/int.hpp"
#include "objects/number.hpp"
#include "objects/str.hpp"
#include "sharing/created.hpp"
#include "sharing/sharing.hpp"

namespace orochi::low_level {

namespace {

struct Id {
    PyObject_HEAD
    long long number;
};
struct InterpreterId : Id {
    bool counted;  // a reference of the interpreter's
};
struct ChannelId : Id {
    End end;
    std::shared_ptr<Channel> channel;
};

long long id_value(Id& id) { return id.number; }
Py_hash_t id_hash(Id& id) { return Py_hash_t(id.number); }
Result<Ref<Object>> id_text(ThreadState& ts, Id& id) { return str_format(ts, "%lld", id.number); }

// Equal to the number as an int. `same_kind`: both are IDs of one type, and equal in all but the number.
Result<Ref<Object>> compare_id(ThreadState& ts, Id& id, Object& other, int op, bool same_kind) {
    if (op != Py_EQ && op != Py_NE) return new_not_implemented();
    if (&type_of(other) == &type_of(obj(id))) {
        return new_bool((same_kind && as<Id>(other).number == id.number) == (op == Py_EQ));
    }
    if (!is_number(other)) return new_not_implemented();
    Ref<Object> number = TRY(int_from(ts, id.number));
    return compare(ts, *number, other, op);
}

void dealloc(Object* self) {
    gc_untrack_if_tracked(*self);
    Type& type = type_of(*self);
    type.tp_free(self);
    decref(type);
}
// ---- InterpreterID

Result<Ref<Object>> interpreter_id_construct(ThreadState& ts, Type& type, Object& id, bool force) {
    return interpreter_id_new(ts, type, TRY(id_number(ts, id, "interpreter")), force);
}
void interpreter_id_dealloc(Object* self) {
    InterpreterId& id = as<InterpreterId>(*self);
    if (id.counted) created_release(current_thread(), id.number);
    dealloc(self);
}
Result<Ref<Object>> interpreter_id_repr(ThreadState& ts, Id& id) {
    return str_format(ts, "%s(%lld)", type_of(obj(id)).tp_name, id.number);
}
Result<Ref<Object>> interpreter_id_compare(ThreadState& ts, Object& self, Object& other, int op) {
    return compare_id(ts, as<Id>(self), other, op, true);
}

// ---- ChannelID

constexpr const char* kEndNames[] = {"both", "send", "recv"};

void channel_id_dealloc(Object* self) {
    std::destroy_at(&as<ChannelId>(*self).channel);
    dealloc(self);
}
Result<Ref<Object>> channel_id_repr(ThreadState& ts, ChannelId& id) {
    if (id.end == End::kBoth) return str_format(ts, "ChannelID(%lld)", id.number);
    return str_format(ts, "ChannelID(%lld, %s=True)", id.number, kEndNames[int(id.end)]);
}
Result<Ref<Object>> channel_id_compare(ThreadState& ts, Object& self, Object& other, int op) {
    ChannelId& id = as<ChannelId>(self);
    bool same_type = &type_of(other) == &type_of(self);
    return compare_id(ts, id, other, op, same_type && as<ChannelId>(other).end == id.end);
}
Result<Ref<Object>> channel_id_end(ThreadState& ts, ChannelId& id) {
    return str_from_ascii(ts, kEndNames[int(id.end)]);
}
Result<Ref<Object>> channel_id_send(ThreadState& ts, ChannelId& id) {
    return channel_id_new(ts, type_of(obj(id)), id.number, id.channel, End::kSend);
}
Result<Ref<Object>> channel_id_recv(ThreadState& ts, ChannelId& id) {
    return channel_id_new(ts, type_of(obj(id)), id.number, id.channel, End::kRecv);
}

// What SharedValue asks of objects that stand for something of the process.
Result<Ref<Object>> channel_id_crosses_as(ThreadState& ts, ChannelId&) {
    return str_from_ascii(ts, "_interpreters:low_level_channel_id");
}
long long channel_id_code(ChannelId& id) { return id.number * 4 + int(id.end); }
Result<Ref<Object>> channel_id_mailbox(ThreadState& ts, ChannelId& id) {
    if (!id.channel) return new_none();
    Ref<Object> module = TRY(import_module(ts, "_interpreters"_n));
    Ref<Object> number = TRY(int_from(ts, id.number));
    return call_method(ts, *module, "Channel"_n, *number);
}

constexpr PyGetSetDef channel_id_getters[] = {
    GETTER("end", channel_id_end, "'send', 'recv', or 'both'"),
    GETTER("send", channel_id_send, "the 'send' end of the channel"),
    GETTER("recv", channel_id_recv, "the 'recv' end of the channel"),
    GETTER("_crosses_as_", channel_id_crosses_as, nullptr),
    GETTER("_id", channel_id_code, nullptr),
    GETTER("_mailbox", channel_id_mailbox, nullptr),
    {},
};

}  // namespace

Result<long long> id_number(ThreadState& ts, Object& id, const char* what) {
    if (!is_index(id)) return raise(ts, PyExc_TypeError, "%s ID must be an int, got %.100s", what, type_of(id).tp_name);
    Ref<Object> index = TRY(number_index(ts, id));
    long long number = TRY(int_as_long_long(ts, *index));
    if (number < 0) return raise(ts, PyExc_ValueError, "%s ID must be a non-negative int, got %R", what, &id);
    return number;
}

Result<Ref<Object>> interpreter_id_new(ThreadState& ts, Type& type, long long number, bool force) {
    bool counted = true;
    if (!created_refer(ts, *type_module(type), number).ok()) {
        if (!force) return failure;
        error_clear(ts);
        counted = false;
    }
    auto made = make_instance<InterpreterId>(type);
    if (!made.ok()) {
        if (counted) created_release(ts, number);
        return failure;
    }
    Ref<InterpreterId> id = std::move(made).take();
    id->number = number;
    id->counted = counted;
    return id;
}

Result<Ref<Object>> channel_id_new(ThreadState& ts, Type& type, long long number, std::shared_ptr<Channel> channel,
                                   End end) {
    Ref<ChannelId> id = TRY(make_instance<ChannelId>(type));
    std::construct_at(&id->channel, std::move(channel));
    id->number = number;
    id->end = end;
    return id;
}

Result<Ref<Object>> channel_id_from_code(ThreadState& ts, Type& type, long long code) {
    long long number = code / 4;
    return channel_id_new(ts, type, number, find(sharing_of(ts.runtime()), &Sharing::channels, number), End(code % 4));
}

Result<void> add_id_types(ThreadState& ts, Object& module, IdTypes& types) {
    PyType_Slot interpreter_id[] = {
        {Py_tp_doc, const_cast<char*>("A interpreter ID identifies a interpreter and may be used as an int.")},
        {Py_tp_new,
         new_pointer(NEW_SLOT("InterpreterID.__init__($type, id, *, force=False)", interpreter_id_construct))},
        {Py_tp_dealloc, raw_pointer(interpreter_id_dealloc)},
        {Py_tp_traverse, raw_pointer(heap_traverse_class)},
        {Py_tp_repr, slot_pointer<reprfunc, interpreter_id_repr>()},
        {Py_tp_str, slot_pointer<reprfunc, id_text>()},
        {Py_tp_hash, slot_pointer<hashfunc, id_hash>()},
        {Py_tp_richcompare, slot_pointer<richcmpfunc, interpreter_id_compare>()},
        {Py_nb_int, slot_pointer<unaryfunc, id_value>()},
        {Py_nb_index, slot_pointer<unaryfunc, id_value>()},
        {0, nullptr},
    };
    PyType_Spec spec = {"InterpreterID", int(sizeof(InterpreterId)), 0, kBaseTypeFlags, interpreter_id};
    Ref<Type> type = TRY(type_from_spec(ts, &module, spec, nullptr));
    // CPython's says no more than its name, and so counts as one of builtins.
    TRY(dict_set(ts, as<Dict>(*type->tp_dict), "__module__"_n, "builtins"_n));
    TRY(module_add(ts, module, "InterpreterID", obj(*type)));
    types.interpreter_id = std::move(type).release();

    PyType_Slot channel_id[] = {
        {Py_tp_doc, const_cast<char*>("A channel ID identifies a channel and may be used as an int.")},
        {Py_tp_dealloc, raw_pointer(channel_id_dealloc)},
        {Py_tp_traverse, raw_pointer(heap_traverse_class)},
        {Py_tp_repr, slot_pointer<reprfunc, channel_id_repr>()},
        {Py_tp_str, slot_pointer<reprfunc, id_text>()},
        {Py_tp_hash, slot_pointer<hashfunc, id_hash>()},
        {Py_tp_richcompare, slot_pointer<richcmpfunc, channel_id_compare>()},
        {Py_tp_getset, const_cast<PyGetSetDef*>(channel_id_getters)},
        {Py_nb_int, slot_pointer<unaryfunc, id_value>()},
        {Py_nb_index, slot_pointer<unaryfunc, id_value>()},
        {0, nullptr},
    };
    spec = {"_xxsubinterpreters.ChannelID", int(sizeof(ChannelId)), 0,
            kBaseTypeFlags | Py_TPFLAGS_DISALLOW_INSTANTIATION, channel_id};
    type = TRY(type_from_spec(ts, &module, spec, nullptr));
    TRY(module_add(ts, module, "ChannelID", obj(*type)));
    types.channel_id = std::move(type).release();
    return {};
}

}  // namespace orochi::low_level
