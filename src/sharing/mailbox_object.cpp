#include "sharing/mailbox_object.hpp"

#include <cerrno>
#include <cmath>

#include "modules/heap_type.hpp"
#include "objects/float.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"
#include "sharing/part.hpp"
#include "sharing/sharing.hpp"
#include "sharing/sharing_errors.hpp"

namespace orochi {

namespace {

struct MailboxObject {
    PyObject_HEAD
    Held<Mailbox> mailbox;
    int64_t id;
};

void mailbox_dealloc(Object* self) {
    gc_untrack_if_tracked(*self);
    std::destroy_at(&as<MailboxObject>(*self).mailbox);
    Type& type = type_of(*self);
    type.tp_free(self);
    decref(type);
}
Result<Ref<Object>> make_object(ThreadState& ts, Type& type, std::shared_ptr<Mailbox> mailbox, int64_t id) {
    Ref<MailboxObject> object = TRY(make_instance<MailboxObject>(type));
    std::construct_at(&object->mailbox, sharing_part(ts).held, std::move(mailbox));
    object->id = id;
    return object;
}

ChannelErrors& errors_of(MailboxObject& self) { return channel_errors(*type_module(type_of(obj(self)))); }

Py_ssize_t mailbox_size(MailboxObject& self) { return Py_ssize_t(self.mailbox->size()); }
Result<int> mailbox_descriptor(ThreadState& ts, MailboxObject& self, bool sending) {
    int descriptor = self.mailbox->descriptor(sending ? Mailbox::Side::kSending : Mailbox::Side::kReceiving);
    if (descriptor < 0) return raise_os_error(ts, errno);
    return descriptor;
}
long long mailbox_id(MailboxObject& self) { return self.id; }

#define MAILBOX_METHODS                                                                            \
    METHOD("size($self, /)", mailbox_size, "How many objects are waiting to be received."),        \
        METHOD("descriptor($self, sending=False, /)", mailbox_descriptor,                          \
               "A file descriptor that is readable while receiving (sending) would not block.\n\n" \
               "It belongs to the channel or queue, and is closed with it.")
constexpr PyGetSetDef mailbox_getters[] = {GETTER("id", mailbox_id, "The number."), {}};

// ---- Channel

Channel& channel_of(MailboxObject& self) { return static_cast<Channel&>(*self.mailbox); }

Failure channel_is_closed(ThreadState& ts, MailboxObject& self) {
    return raise(ts, errors_of(self).closed, "channel %lld closed", (long long)self.id);
}

Result<void> use_channel(ThreadState& ts, MailboxObject& self, Mailbox::Side side) {
    if (!channel_of(self).associate(ts.interpreter().id, side)) return channel_is_closed(ts, self);
    return {};
}

Result<Letter> channel_letter(ThreadState& ts, Object& object) {
    Letter letter;
    TRY(SharedValue::take(ts, object, Crossing::kBuffers, letter.value));
    letter.sender = ts.interpreter().id;
    return letter;
}

Result<Ref<Object>> channel_new(ThreadState& ts, Type& type, Object* id) {
    Sharing& sharing = sharing_of(ts.runtime());
    if (!id) {
        auto channel = std::make_shared<Channel>();
        int64_t number = enter(sharing, &Sharing::channels, channel);
        return make_object(ts, type, std::move(channel), number);
    }
    long long number = TRY(int_as_long_long(ts, *id));
    std::shared_ptr<Channel> channel = find(sharing, &Sharing::channels, number);
    if (!channel) return raise(ts, channel_errors(*type_module(type)).not_found, "channel %lld not found", number);
    return make_object(ts, type, std::move(channel), number);
}
Result<void> channel_send(ThreadState& ts, MailboxObject& self, Object& object, Object* timeout) {
    base::Deadline deadline = TRY(deadline_of(ts, timeout));
    Letter letter = TRY(channel_letter(ts, object));
    TRY(use_channel(ts, self, Mailbox::Side::kSending));
    switch (TRY(channel_of(self).deliver(ts, std::move(letter), deadline))) {
        case Mail::kClosed: return channel_is_closed(ts, self);
        case Mail::kTimedOut: return raise(ts, PyExc_TimeoutError, "nobody received the object in time");
        default: return {};
    }
}
Result<bool> channel_send_nowait(ThreadState& ts, MailboxObject& self, Object& object) {
    Letter letter = TRY(channel_letter(ts, object));
    TRY(use_channel(ts, self, Mailbox::Side::kSending));
    Mail status = channel_of(self).post(std::move(letter));
    if (status == Mail::kClosed) return channel_is_closed(ts, self);
    return status == Mail::kDone;
}
Result<Ref<Object>> channel_recv(ThreadState& ts, MailboxObject& self, Object* timeout, Object* fallback) {
    base::Deadline deadline = TRY(deadline_of(ts, timeout));
    TRY(use_channel(ts, self, Mailbox::Side::kReceiving));
    Letter letter;
    switch (TRY(channel_of(self).get(ts, letter, deadline))) {
        case Mail::kClosed: return channel_is_closed(ts, self);
        case Mail::kTimedOut:
            if (fallback) return Ref<Object>::share(*fallback);
            if (deadline.nanoseconds != base::Deadline::immediately().nanoseconds) {
                return raise(ts, PyExc_TimeoutError, "nothing was sent in time");
            }
            return raise(ts, errors_of(self).empty, "channel %lld is empty", (long long)self.id);
        default: return letter.value.make(ts);
    }
}
Result<void> channel_close(ThreadState& ts, MailboxObject& self, bool force) {
    if (!channel_of(self).close(force)) return channel_is_closed(ts, self);
    return {};
}
Result<void> channel_release(ThreadState& ts, MailboxObject& self, bool sending, bool receiving) {
    if (!channel_of(self).release(ts.interpreter().id, sending, receiving)) return channel_is_closed(ts, self);
    return {};
}
Result<Ref<Object>> channel_interpreters(ThreadState& ts, MailboxObject& self, bool sending) {
    std::vector<int64_t> ids;
    if (!channel_of(self).users(sending ? Mailbox::Side::kSending : Mailbox::Side::kReceiving, ids)) {
        return channel_is_closed(ts, self);
    }
    return list_of_ids(ts, ids);
}
bool channel_closed(MailboxObject& self) { return self.mailbox->is_closed(); }

constexpr MethodDef channel_methods[] = {
    METHOD("send($self, obj, timeout=None, /)", channel_send, "Send the object and wait until it is received."),
    METHOD("send_nowait($self, obj, /)", channel_send_nowait,
           "Leave the object; whether a receiver was waiting for it."),
    METHOD("recv($self, timeout=None, default=<unrepresentable>, /)", channel_recv,
           "Wait for the next object and return it."),
    METHOD("close($self, force=False, /)", channel_close, "Close the channel for further sends."),
    METHOD("closed($self, /)", channel_closed, "Whether the channel is closed for sends."),
    METHOD("release($self, send, recv, /)", channel_release, "The current interpreter is done with the ends."),
    METHOD("interpreters($self, send, /)", channel_interpreters, "The numbers of the interpreters that use the end."),
    MAILBOX_METHODS,
    METHOD_END,
};

// ---- Queue

Queue& queue_of(MailboxObject& self) { return static_cast<Queue&>(*self.mailbox); }

Result<Ref<Object>> queue_new(ThreadState& ts, Type& type, Object* id, Py_ssize_t maxsize, int unbound) {
    Sharing& sharing = sharing_of(ts.runtime());
    if (!id || is_none(id)) {
        auto queue = std::make_shared<Queue>(maxsize <= 0 ? SIZE_MAX : size_t(maxsize), Unbound(unbound));
        int64_t number = enter(sharing, &Sharing::queues, queue);
        return make_object(ts, type, std::move(queue), number);
    }
    long long number = TRY(int_as_long_long(ts, *id));
    std::shared_ptr<Queue> queue = find(sharing, &Sharing::queues, number);
    if (!queue) return raise(ts, channel_errors(*type_module(type)).queue_not_found, "queue %lld not found", number);
    return make_object(ts, type, std::move(queue), number);
}
Result<bool> queue_put(ThreadState& ts, MailboxObject& self, Object& object, Object* timeout, int unbound) {
    base::Deadline deadline = TRY(deadline_of(ts, timeout));
    Letter letter;
    TRY(SharedValue::take(ts, object, Crossing::kAnything, letter.value));
    letter.sender = ts.interpreter().id;
    letter.unbound = unbound > 0 ? Unbound(unbound) : queue_of(self).unbound;
    return TRY(queue_of(self).put(ts, std::move(letter), deadline)) == Mail::kDone;
}
Result<Ref<Object>> queue_get(ThreadState& ts, MailboxObject& self, Object* timeout, Object& empty, Object& error,
                              Object& placeholder) {
    base::Deadline deadline = TRY(deadline_of(ts, timeout));
    Letter letter;
    if (TRY(queue_of(self).get(ts, letter, deadline)) != Mail::kDone) return Ref<Object>::share(empty);
    if (letter.lost) return Ref<Object>::share(letter.unbound == Unbound::kError ? error : placeholder);
    return letter.value.make(ts);
}
Py_ssize_t queue_maxsize(MailboxObject& self) {
    size_t capacity = self.mailbox->capacity();
    return capacity == SIZE_MAX ? 0 : Py_ssize_t(capacity);
}
int queue_unbound(MailboxObject& self) { return int(queue_of(self).unbound); }

constexpr MethodDef queue_methods[] = {
    METHOD("put($self, obj, timeout=None, unbound=0, /)", queue_put,
           "Wait for room and leave the object; False when there was none in time."),
    METHOD(
        "get($self, timeout, empty, error, placeholder, /)", queue_get,
        "Wait for the next object and return it; `empty` when none came in time.\n\n`error` or `placeholder` stand for "
        "an object whose interpreter has ended, as its sender wished."),
    METHOD("maxsize($self, /)", queue_maxsize, "How many objects there is room for; 0: any number."),
    METHOD("unbound($self, /)", queue_unbound, "What becomes of objects whose interpreter ends."),
    MAILBOX_METHODS,
    METHOD_END,
};

Result<void> add_mailbox_type(ThreadState& ts, Object& module, const char* name, Object& base, newfunc make,
                              const MethodDef* methods, const char* doc) {
    PyType_Slot slots[] = {
        {Py_tp_new, raw_pointer(make)},
        {Py_tp_traverse, raw_pointer(heap_traverse_class)},
        {Py_tp_methods, methods_pointer(methods)},
        {Py_tp_doc, const_cast<char*>(doc)},
        {0, nullptr},
    };
    PyType_Spec spec = {name, int(sizeof(MailboxObject)), 0, kTypeFlags, slots};
    Ref<Type> type = TRY(type_from_spec(ts, &module, spec, &base));
    return module_add(ts, module, std::strrchr(name, '.') + 1, obj(*type));
}

}  // namespace

Result<std::shared_ptr<Mailbox>> mailbox_of(ThreadState& ts, Object& object) {
    SharingPart* part = TRY(sharing_part_with_types(ts));
    if (!PyObject_TypeCheck(&object, part->mailbox_type)) {
        return raise(ts, PyExc_TypeError, "expected a channel or queue, not '%T'", &object);
    }
    return as<MailboxObject>(object).mailbox.shared();
}

Result<void> add_mailbox_types(ThreadState& ts, Object& module, Type*& base) {
    PyType_Slot slots[] = {
        {Py_tp_dealloc, raw_pointer(mailbox_dealloc)},
        {Py_tp_traverse, raw_pointer(heap_traverse_class)},
        {Py_tp_getset, const_cast<PyGetSetDef*>(mailbox_getters)},
        {0, nullptr},
    };
    PyType_Spec spec = {"_interpreters.Mailbox", int(sizeof(MailboxObject)), 0,
                        kBaseTypeFlags | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots};
    base = TRY(type_from_spec(ts, &module, spec, nullptr)).release();
    TRY(add_mailbox_type(ts, module, "_interpreters.Channel", obj(*base),
                         NEW_SLOT("Channel($type, id=<unrepresentable>, /)", channel_new), channel_methods,
                         "A channel: a new one, or the one with the number."));
    return add_mailbox_type(ts, module, "_interpreters.Queue", obj(*base),
                            NEW_SLOT("Queue($type, id=None, maxsize=0, unbound=0, /)", queue_new), queue_methods,
                            "A queue: a new one, or the one with the number.");
}

Result<Ref<Object>> list_of_ids(ThreadState& ts, const std::vector<int64_t>& ids) {
    Ref<List> list = TRY(list_new(ts, 0));
    for (int64_t id : ids) TRY(list_append(ts, list, TRY(int_from(ts, id))));
    return list;
}
Result<Ref<Object>> list_channels(ThreadState& ts) {
    return list_of_ids(ts, numbers(sharing_of(ts.runtime()), &Sharing::channels));
}
Result<Ref<Object>> list_queues(ThreadState& ts) {
    return list_of_ids(ts, numbers(sharing_of(ts.runtime()), &Sharing::queues));
}
Result<void> destroy_channel(ThreadState& ts, Object& module, long long id) {
    Sharing& sharing = sharing_of(ts.runtime());
    std::shared_ptr<Channel> channel = find(sharing, &Sharing::channels, id);
    if (!channel || !forget(sharing, &Sharing::channels, id)) {
        return raise(ts, channel_errors(module).not_found, "channel %lld not found", id);
    }
    (void)channel->close(true);
    return {};
}

Result<base::Deadline> deadline_of(ThreadState& ts, Object* timeout) {
    if (!timeout || is_none(timeout)) return base::Deadline::never();
    double seconds = TRY(float_as_double(ts, *timeout));
    if (std::isnan(seconds) || seconds < 0) return raise(ts, PyExc_ValueError, "timeout must be non-negative");
    if (seconds == 0) return base::Deadline::immediately();
    if (seconds > 9e9) return base::Deadline::never();
    return base::Deadline::after(int64_t(seconds * 1e9));
}

}  // namespace orochi
