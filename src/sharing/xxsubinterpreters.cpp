// _xxsubinterpreters: CPython 3.11's low-level module, as its own tests and test.support.interpreters use it.
#include <string>
#include <vector>

#include "modules/heap_type.hpp"
#include "objects/dict.hpp"
#include "objects/exceptions.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "sharing/created.hpp"
#include "sharing/interpreters.hpp"
#include "sharing/low_level_ids.hpp"
#include "sharing/mailbox_object.hpp"
#include "sharing/sharing.hpp"
#include "sharing/sharing_errors.hpp"

namespace orochi {

namespace low_level {

namespace {

struct State : SharingErrors {
    Object* run_failed;
    IdTypes ids;

    template <class F>
    void each(F f) {
        SharingErrors::each(f);
        f(run_failed);
        f(ids.interpreter_id);
        f(ids.channel_id);
    }
};
State& state_of(Object& module) { return *static_cast<State*>(module_state(module)); }

// ---- Interpreters

Result<Ref<Object>> make_id(ThreadState& ts, Object& module, long long number) {
    return interpreter_id_new(ts, *state_of(module).ids.interpreter_id, number, true);
}

Result<Ref<Object>> create(ThreadState& ts, Object& module, bool isolated) {
    InterpreterOptions options;
    options.whence = Whence::kModule;
    options.allow_fork = options.allow_exec = !isolated;
    return make_id(ts, module, TRY(created_start(ts, module, options)));
}
Result<void> destroy(ThreadState& ts, Object& module, Object& id) {
    return created_close(ts, module, TRY(id_number(ts, id, "interpreter")), false);
}
Result<Ref<Object>> list_all(ThreadState& ts, Object& module) {
    Ref<Object> all = TRY(list_interpreters(ts));
    Ref<List> ids = TRY(list_new(ts, 0));
    for (Py_ssize_t i = 0; i < tuple_size(as<Tuple>(*all)); ++i) {
        Object& number = tuple_item(as<Tuple>(tuple_item(as<Tuple>(*all), i)), 0);
        TRY(list_append(ts, ids, TRY(make_id(ts, module, TRY(int_as_long_long(ts, number))))));
    }
    return ids;
}
Result<Ref<Object>> get_current(ThreadState& ts, Object& module) { return make_id(ts, module, ts.interpreter().id); }
Result<Ref<Object>> get_main(ThreadState& ts, Object& module) { return make_id(ts, module, ts.runtime().main->id); }
Result<bool> is_running(ThreadState& ts, Object& module, Object& id) {
    return created_is_running(ts, module, TRY(id_number(ts, id, "interpreter")));
}

bool can_cross(Object& module, Object& object) {
    return is_none(object) || PyLong_CheckExact(&object) || PyUnicode_CheckExact(&object) ||
           PyBytes_CheckExact(&object) || &type_of(object) == state_of(module).ids.channel_id;
}
Result<void> check_crosses(ThreadState& ts, Object& module, Object& object) {
    if (PyLong_CheckExact(&object)) {
        int overflow = 0;
        TRY(int_as_long_long_overflow(ts, object, overflow));
        if (overflow) return raise(ts, PyExc_OverflowError, "try sending as bytes");
    }
    if (!can_cross(module, object))
        return raise(ts, PyExc_ValueError, "%S does not support cross-interpreter data", &object);
    return {};
}

// "<class 'builtins.name'>: message", as RunFailedError has always said it. A SyntaxError is its arguments still.
Result<Ref<Object>> failure_text(ThreadState& ts, Tuple& failed) {
    Object &qualified = tuple_item(failed, 1), &module = tuple_item(failed, 2);
    bool plain = PyUnicode_Check(&module) && str_equals_ascii(as<Str>(module), "builtins");
    Ref<Object> name = plain ? Ref<Object>::share(qualified) : TRY(str_format(ts, "%S.%S", &module, &qualified));
    Ref<Object> message = Ref<Object>::share(tuple_item(failed, 3));
    if (!is_none(tuple_item(failed, 5))) {
        Ref<Object> crossing = TRY(import_module(ts, "_crossing"_n));
        Ref<Object> exception = TRY(call_method(ts, *crossing, "load_exception"_n, tuple_item(failed, 5)));
        if (TRY(isinstance(ts, *exception, *PyExc_SyntaxError))) {
            message = TRY(str(ts, *TRY(getattr(ts, *exception, "args"_n))));
        }
    }
    if (is_none(*message)) return str_format(ts, "<class '%S'>", name.get());
    return str_format(ts, "<class '%S'>: %S", name.get(), message.get());
}

Result<void> run_string(ThreadState& ts, Object& module, Object& id, Object& script, Object* shared) {
    if (!PyUnicode_Check(&script)) {
        return raise(ts, PyExc_TypeError, "run_string() argument 2 must be str, not %T", &script);
    }
    long long number = TRY(id_number(ts, id, "interpreter"));
    std::string_view source = TRY(str_utf8(ts, as<Str>(script)));
    if (source.find('\0') != source.npos) {
        return raise(ts, PyExc_ValueError, "source code string cannot contain null bytes");
    }
    if (shared && PyDict_Check(shared)) {
        Py_ssize_t position = 0;
        Object *key, *value;
        Ref<Object> items = TRY(call_method(ts, *shared, "copy"_n));
        while (dict_next(as<Dict>(*items), position, &key, &value)) TRY(check_crosses(ts, module, *value));
    }
    Ref<Object> failed = TRY(run_source(ts, module, number, source, shared, int(Crossing::kData)));
    if (is_none(*failed)) return {};
    Ref<Object> text = TRY(failure_text(ts, as<Tuple>(*failed)));
    return raise_value(ts, state_of(module).run_failed, text.get());
}

// ---- Channels

struct Given {
    long long number;
    std::shared_ptr<Channel> channel;
};
Result<Given> given_channel(ThreadState& ts, Object& module, Object& id) {
    long long number = TRY(id_number(ts, id, "channel"));
    std::shared_ptr<Channel> channel = find(sharing_of(ts.runtime()), &Sharing::channels, number);
    if (!channel) return raise(ts, channel_errors(module).not_found, "channel %lld not found", number);
    return Given{number, std::move(channel)};
}
Failure is_closed(ThreadState& ts, Object& module, const Given& given) {
    return raise(ts, channel_errors(module).closed, "channel %lld closed", given.number);
}
// The current interpreter uses the end.
Result<void> use(ThreadState& ts, Object& module, const Given& given, Mailbox::Side side) {
    Channel& channel = *given.channel;
    bool sending = side == Mailbox::Side::kSending;
    if (channel.is_closed() && (sending || channel.size() == 0)) return is_closed(ts, module, given);
    if (channel.associate(ts.interpreter().id, side)) return {};
    return raise(ts, channel_errors(module).closed, "channel already closed");
}

Result<Ref<Object>> channel_create(ThreadState& ts, Object& module) {
    auto channel = std::make_shared<Channel>();
    int64_t number = enter(sharing_of(ts.runtime()), &Sharing::channels, channel);
    return channel_id_new(ts, *state_of(module).ids.channel_id, number, std::move(channel), End::kBoth);
}
Result<void> channel_destroy(ThreadState& ts, Object& module, Object& id) {
    return destroy_channel(ts, module, TRY(id_number(ts, id, "channel")));
}
Result<Ref<Object>> channel_list_all(ThreadState& ts, Object& module) {
    Sharing& sharing = sharing_of(ts.runtime());
    Ref<List> ids = TRY(list_new(ts, 0));
    for (int64_t number : numbers(sharing, &Sharing::channels)) {
        auto channel = find(sharing, &Sharing::channels, number);
        Type& type = *state_of(module).ids.channel_id;
        TRY(list_append(ts, ids, TRY(channel_id_new(ts, type, number, std::move(channel), End::kBoth))));
    }
    return ids;
}
Result<Ref<Object>> channel_list_interpreters(ThreadState& ts, Object& module, Object& id, bool send) {
    Given given = TRY(given_channel(ts, module, id));
    std::vector<int64_t> users;
    if (!given.channel->users(send ? Mailbox::Side::kSending : Mailbox::Side::kReceiving, users)) {
        return is_closed(ts, module, given);
    }
    Ref<List> ids = TRY(list_new(ts, 0));
    for (int64_t user : users) TRY(list_append(ts, ids, TRY(make_id(ts, module, user))));
    return ids;
}
Result<void> channel_send(ThreadState& ts, Object& module, Object& id, Object& object) {
    Given given = TRY(given_channel(ts, module, id));
    if (given.channel->is_closed()) return is_closed(ts, module, given);
    TRY(check_crosses(ts, module, object));
    Letter letter;
    TRY(SharedValue::take(ts, object, Crossing::kData, letter.value));
    letter.sender = ts.interpreter().id;
    TRY(use(ts, module, given, Mailbox::Side::kSending));
    if (given.channel->post(std::move(letter)) == Mail::kClosed) return is_closed(ts, module, given);
    return {};
}
Result<Ref<Object>> channel_recv(ThreadState& ts, Object& module, Object& id, Object* fallback) {
    Given given = TRY(given_channel(ts, module, id));
    TRY(use(ts, module, given, Mailbox::Side::kReceiving));
    Letter letter;
    switch (TRY(given.channel->get(ts, letter, base::Deadline::immediately()))) {
        case Mail::kDone: return letter.value.make(ts);
        case Mail::kClosed: return is_closed(ts, module, given);
        default: break;
    }
    if (fallback) return Ref<Object>::share(*fallback);
    return raise(ts, channel_errors(module).empty, "channel %lld is empty", given.number);
}

Result<bool> is_set(ThreadState& ts, Object* flag) {
    if (!flag || is_none(flag)) return false;
    return is_true(ts, *flag);
}
Result<void> channel_close(ThreadState& ts, Object& module, Object& id, Object* send, Object* recv, bool force) {
    Given given = TRY(given_channel(ts, module, id));
    bool sending_only = TRY(is_set(ts, send)) && !TRY(is_set(ts, recv));
    if (!force && !sending_only && given.channel->size()) {
        if (given.channel->is_closed()) return is_closed(ts, module, given);
        return raise(ts, channel_errors(module).not_empty, "may not be closed if not empty (try force=True)");
    }
    if (!given.channel->close(force)) return is_closed(ts, module, given);
    return {};
}
Result<void> channel_release(ThreadState& ts, Object& module, Object& id, Object* send, Object* recv, bool) {
    Given given = TRY(given_channel(ts, module, id));
    bool sending = TRY(is_set(ts, send)), receiving = TRY(is_set(ts, recv));
    if (!sending && !receiving) sending = receiving = true;
    if (!given.channel->release(ts.interpreter().id, sending, receiving)) return is_closed(ts, module, given);
    return {};
}

// `resolve` asks CPython for a channel end of the module `interpreters` instead, once the ID has arrived elsewhere.
Result<Ref<Object>> make_channel_id(ThreadState& ts, Object& module, Object& id, Object* send, Object* recv, bool force,
                                    bool) {
    long long number = TRY(id_number(ts, id, "channel"));
    bool sending = TRY(is_set(ts, send)), receiving = TRY(is_set(ts, recv));
    auto refused = [&](Object* flag, bool set) { return flag && !is_none(flag) && !set; };
    if (refused(send, sending) && refused(recv, receiving)) {
        return raise(ts, PyExc_ValueError, "'send' and 'recv' cannot both be False");
    }
    std::shared_ptr<Channel> channel = find(sharing_of(ts.runtime()), &Sharing::channels, number);
    if (!channel && !force) return raise(ts, channel_errors(module).not_found, "channel %lld not found", number);
    End end = sending == receiving ? End::kBoth : sending ? End::kSend : End::kRecv;
    return channel_id_new(ts, *state_of(module).ids.channel_id, number, std::move(channel), end);
}

bool is_shareable(Object& module, Object& object) { return can_cross(module, object); }

constexpr MethodDef functions[] = {
    METHOD_PLAIN("create($module, *, isolated=True)", create,
                 "create() -> ID\n\nCreate a new interpreter and return a unique generated ID."),
    METHOD_PLAIN("destroy($module, id)", destroy,
                 "destroy(id)\n\nDestroy the identified interpreter.\n\nAttempting to destroy the current interpreter "
                 "results in a RuntimeError.\nSo does an unrecognized ID."),
    METHOD_PLAIN("list_all($module)", list_all,
                 "list_all() -> [ID]\n\nReturn a list containing the ID of every existing interpreter."),
    METHOD_PLAIN("get_current($module)", get_current, "get_current() -> ID\n\nReturn the ID of current interpreter."),
    METHOD_PLAIN("get_main($module)", get_main, "get_main() -> ID\n\nReturn the ID of main interpreter."),
    METHOD_PLAIN("is_running($module, id)", is_running,
                 "is_running(id) -> bool\n\nReturn whether or not the identified interpreter is running."),
    METHOD_PLAIN("run_string($module, id, script, shared=None)", run_string,
                 "run_string(id, script, shared)\n\nExecute the provided string in the identified interpreter.\n\n"
                 "See PyRun_SimpleStrings."),
    METHOD_PLAIN("is_shareable($module, obj)", is_shareable,
                 "is_shareable(obj) -> bool\n\nReturn True if the object's data may be shared between interpreters "
                 "and\nFalse otherwise."),
    METHOD_PLAIN("channel_create($module)", channel_create,
                 "channel_create() -> cid\n\nCreate a new cross-interpreter channel and return a unique generated ID."),
    METHOD_PLAIN("channel_destroy($module, cid)", channel_destroy,
                 "channel_destroy(cid)\n\nClose and finalize the channel.  Afterward attempts to use the channel\n"
                 "will behave as though it never existed."),
    METHOD_PLAIN("channel_list_all($module)", channel_list_all,
                 "channel_list_all() -> [cid]\n\nReturn the list of all IDs for active channels."),
    METHOD_PLAIN("channel_list_interpreters($module, cid, *, send)", channel_list_interpreters,
                 "channel_list_interpreters(cid, *, send) -> [id]\n\nReturn the list of all interpreter IDs associated "
                 "with an end of the channel.\n\nThe 'send' argument should be a boolean indicating whether to use "
                 "the send or\nreceive end."),
    METHOD_PLAIN("channel_send($module, cid, obj)", channel_send,
                 "channel_send(cid, obj)\n\nAdd the object's data to the channel's queue."),
    METHOD_PLAIN("channel_recv($module, cid, default=<unrepresentable>)", channel_recv,
                 "channel_recv(cid, [default]) -> obj\n\nReturn a new object from the data at the front of the "
                 "channel's queue.\n\nIf there is nothing to receive then raise ChannelEmptyError, unless\na default "
                 "value is provided.  In that case return it."),
    METHOD_PLAIN("channel_close($module, cid, *, send=None, recv=None, force=False)", channel_close,
                 "channel_close(cid, *, send=None, recv=None, force=False)\n\nClose the channel for all interpreters."),
    METHOD_PLAIN("channel_release($module, cid, *, send=None, recv=None, force=True)", channel_release,
                 "channel_release(cid, *, send=None, recv=None, force=True)\n\nClose the channel for the current "
                 "interpreter.  'send' and 'recv'\n(bool) may be used to indicate the ends to close.  By default "
                 "both\nends are closed.  Closing an already closed end is a noop."),
    METHOD_PLAIN("_channel_id($module, id, *, send=None, recv=None, force=False, _resolve=False)", make_channel_id,
                 nullptr),
    METHOD_END,
};

Result<void> execute(ThreadState& ts, Object& module) {
    State& state = state_of(module);
    // InterpreterError is a later invention.
    state.interpreters = {new_reference(*PyExc_RuntimeError), new_reference(*PyExc_RuntimeError)};
    ChannelErrors& channels = state.channels;
    TRY(module_add_exception(ts, module, state.run_failed, "_xxsubinterpreters.RunFailedError", PyExc_RuntimeError));
    TRY(module_add_exception(ts, module, channels.channel_error, "_xxsubinterpreters.ChannelError",
                             PyExc_RuntimeError));
    Object* base = channels.channel_error;
    TRY(module_add_exception(ts, module, channels.not_found, "_xxsubinterpreters.ChannelNotFoundError", base));
    TRY(module_add_exception(ts, module, channels.closed, "_xxsubinterpreters.ChannelClosedError", base));
    TRY(module_add_exception(ts, module, channels.empty, "_xxsubinterpreters.ChannelEmptyError", base));
    TRY(module_add_exception(ts, module, channels.not_empty, "_xxsubinterpreters.ChannelNotEmptyError", base));
    return add_id_types(ts, module, state.ids);
}

constinit PyModuleDef_Slot slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(module_exec_entry<execute>)},
    {0, nullptr},
};

}  // namespace

}  // namespace low_level

Result<Ref<Object>> low_level_channel_id(ThreadState& ts, long long code) {
    Ref<Object> module = TRY(import_module(ts, "_xxsubinterpreters"_n));
    return low_level::channel_id_from_code(ts, *low_level::state_of(*module).ids.channel_id, code);
}

extern PyModuleDef xxsubinterpreters_module;
PyModuleDef xxsubinterpreters_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_xxsubinterpreters",
    .m_doc =
        "This module provides primitive operations to manage Python interpreters.\n"
        "The 'interpreters' module provides a more convenient interface.",
    .m_size = sizeof(low_level::State),
    .m_methods = METHOD_TABLE(low_level::functions),
    .m_slots = low_level::slots,
    .m_traverse = ModuleReferences<low_level::State>::traverse,
    .m_clear = ModuleReferences<low_level::State>::clear,
    .m_free = ModuleReferences<low_level::State>::free,
};

}  // namespace orochi
