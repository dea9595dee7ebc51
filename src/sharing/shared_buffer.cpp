#include "sharing/shared_buffer.hpp"

#include <algorithm>

#include "modules/heap_type.hpp"
#include "objects/bytes.hpp"
#include "sharing/part.hpp"
#include "state/pending_calls.hpp"

namespace orochi {

namespace {

// A pending call of the owner.
int release_exports(void* exports) {
    static_cast<Exports*>(exports)->release_done();
    return 0;
}

}  // namespace

void Exports::release_done() {
    std::vector<Py_buffer> views;
    {
        base::MutexGuard guard(mutex);
        views.swap(done);
        scheduled = false;
    }
    for (Py_buffer& view : views) release_buffer(view);
}

Result<std::shared_ptr<const SharedBuffer>> SharedBuffer::from(ThreadState& ts, Object& object) {
    Py_buffer view;
    TRY(get_buffer(ts, object, view, PyBUF_FULL_RO));
    return std::shared_ptr<const SharedBuffer>(
        std::make_shared<SharedBuffer>(sharing_part(ts).exports, ts.interpreter(), view));
}

SharedBuffer::SharedBuffer(std::shared_ptr<Exports> exports, Interpreter& owner, const Py_buffer& view)
    : exports_(std::move(exports)), owner_(owner), view_(view) {
    interpreter_hold_memory(owner_);
}

SharedBuffer::~SharedBuffer() {
    {
        base::MutexGuard guard(exports_->mutex);
        if (Interpreter* owner = exports_->interpreter) {
            exports_->done.push_back(view_);
            // When there is no room for the call, the next one to be done, or the interpreter's end, sees to it.
            exports_->scheduled = exports_->scheduled || add_pending_call(*owner, release_exports, exports_.get(),
                                                                          PendingCalls::By::kAnyThread);
        }
    }
    interpreter_release_memory(owner_);
}

// ---- The receiver's side

struct BufferObject {
    PyObject_HEAD
    Held<const SharedBuffer> buffer;

    static const Py_buffer& view_of(BufferObject& self) { return self.buffer->view_; }
};

namespace {

void buffer_dealloc(Object* self) {
    gc_untrack_if_tracked(*self);
    std::destroy_at(&as<BufferObject>(*self).buffer);
    Type& type = type_of(*self);
    type.tp_free(self);
    decref(type);
}

Result<void> buffer_get(ThreadState& ts, BufferObject& self, Py_buffer* out, int flags) {
    const Py_buffer& view = BufferObject::view_of(self);
    out->obj = nullptr;
    if ((flags & PyBUF_WRITABLE) && view.readonly) {
        return raise(ts, PyExc_BufferError, "the shared buffer is read-only");
    }
    auto wants = [&](int what) { return (flags & what) == what; };
    bool plain = !wants(PyBUF_STRIDES);
    if (((plain || wants(PyBUF_C_CONTIGUOUS)) && !buffer_is_contiguous(view, 'C')) ||
        (wants(PyBUF_F_CONTIGUOUS) && !buffer_is_contiguous(view, 'F')) ||
        (wants(PyBUF_ANY_CONTIGUOUS) && !buffer_is_contiguous(view, 'A')) ||
        (!wants(PyBUF_INDIRECT) && view.suboffsets)) {
        return raise(ts, PyExc_BufferError, "the shared buffer is not laid out as asked for");
    }
    *out = view;
    out->obj = new_reference(obj(self));
    out->internal = nullptr;
    if (!wants(PyBUF_FORMAT)) out->format = nullptr;
    if (plain) out->strides = nullptr;
    if (!wants(PyBUF_ND)) out->shape = nullptr;
    return {};
}
int buffer_get_entry(Object* self, Py_buffer* out, int flags) {
    return to_c(buffer_get(current_thread(), as<BufferObject>(*self), out, flags));
}

}  // namespace

Result<Ref<Object>> SharedBuffer::view(ThreadState& ts, std::shared_ptr<const SharedBuffer> buffer) {
    SharingPart* part = TRY(sharing_part_with_types(ts));
    Ref<BufferObject> exporter = TRY(make_instance<BufferObject>(*part->buffer_type));
    std::construct_at(&exporter->buffer, part->held, std::move(buffer));
    return call(ts, obj(PyMemoryView_Type), obj(*exporter));
}

Result<Ref<Type>> make_shared_buffer_type(ThreadState& ts, Object& module) {
    PyType_Slot slots[] = {
        {Py_tp_dealloc, raw_pointer(buffer_dealloc)},
        {Py_tp_traverse, raw_pointer(heap_traverse_class)},
        {Py_bf_getbuffer, raw_pointer(buffer_get_entry)},
        {Py_tp_doc, const_cast<char*>("A buffer that belongs to another interpreter.")},
        {0, nullptr},
    };
    PyType_Spec spec = {"_interpreters.SharedBuffer", int(sizeof(BufferObject)), 0,
                        kTypeFlags | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots};
    return type_from_spec(ts, &module, spec, nullptr);
}

}  // namespace orochi
