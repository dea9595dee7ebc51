#include "objects/pickle_buffer.hpp"

#include "memory/collector.hpp"
#include "objects/bytes.hpp"
#include "objects/memoryview.hpp"
#include "objects/native.hpp"
#include "objects/object.hpp"
#include "objects/type.hpp"

namespace orochi {

namespace {

Result<Ref<Object>> buffer_new(ThreadState& ts, Type& type, Object& object) {
    Ref<Object> made = TRY(allocate_instance(ts, type));
    TRY(get_buffer(ts, object, as<PickleBuffer>(*made).view, PyBUF_FULL_RO));
    return made;
}

Result<void> check_alive(ThreadState& ts, PickleBuffer& self) {
    if (self.view.obj) return {};
    return raise(ts, PyExc_ValueError, "operation forbidden on released PickleBuffer object");
}

int buffer_getbuffer(Object* self, Py_buffer* view, int flags) {
    PickleBuffer& buffer = as<PickleBuffer>(*self);
    if (!check_alive(current_thread(), buffer).ok()) return -1;
    return to_c(get_buffer(current_thread(), *buffer.view.obj, *view, flags));
}
void buffer_releasebuffer(Object* self, Py_buffer* view) { release_buffer(*view); }

// The memory as flat bytes, in whatever order the items lie.
Result<Ref<Object>> buffer_raw(ThreadState& ts, PickleBuffer& self) {
    TRY(check_alive(ts, self));
    if (self.view.suboffsets || !buffer_is_contiguous(self.view, 'A'))
        return raise(ts, PyExc_BufferError, "cannot extract raw buffer from non-contiguous buffer");
    Ref<Object> view = TRY(memoryview_from_object(ts, obj(self)));
    Py_buffer& flat = as<MemoryView>(*view).view;
    flat.format = const_cast<char*>("B");
    flat.ndim = 1;
    flat.itemsize = 1;
    // The view has room for its dimensions in the object itself; a scalar has none, and needs none.
    flat.strides = &flat.itemsize;
    flat.shape = &flat.len;
    return view;
}
void buffer_release(PickleBuffer& self) { release_buffer(self.view); }

void buffer_dealloc(ThreadState& ts, Object& self) {
    PickleBuffer& buffer = as<PickleBuffer>(self);
    gc_untrack_if_tracked(self);
    if (buffer.weakrefs) clear_weakrefs(ts, self);
    release_buffer(buffer.view);
    type_of(self).tp_free(&self);
}
int buffer_traverse(Object* self, visitproc visit, void* argument) {
    Object* owner = as<PickleBuffer>(*self).view.obj;
    return owner ? visit(owner, argument) : 0;
}
int buffer_clear(Object* self) {
    release_buffer(as<PickleBuffer>(*self).view);
    return 0;
}

constexpr MethodDef buffer_methods[] = {
    METHOD("raw($self, /)", buffer_raw,
           "Return a memoryview of the raw memory underlying this buffer.\nWill raise BufferError is the buffer isn't "
           "contiguous."),
    METHOD("release($self, /)", buffer_release, "Release the underlying buffer exposed by the PickleBuffer object."),
    METHOD_END};
constexpr PyBufferProcs buffer_procs = {buffer_getbuffer, buffer_releasebuffer};

}  // namespace

Result<const Py_buffer*> pickle_buffer_view(ThreadState& ts, Object& buffer) {
    TRY(check_alive(ts, as<PickleBuffer>(buffer)));
    return &as<PickleBuffer>(buffer).view;
}
}  // namespace orochi

using namespace orochi;

#pragma GCC visibility push(default)
extern "C" {
constinit PyTypeObject PyPickleBuffer_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "pickle.PickleBuffer",
    .tp_basicsize = sizeof(PickleBuffer),
    .tp_dealloc = slot<buffer_dealloc>,
    .tp_as_buffer = const_cast<PyBufferProcs*>(&buffer_procs),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_doc = "Wrapper for potentially out-of-band buffers",
    .tp_traverse = buffer_traverse,
    .tp_clear = buffer_clear,
    .tp_weaklistoffset = offsetof(PickleBuffer, weakrefs),
    .tp_methods = METHOD_TABLE(buffer_methods),
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = NEW_SLOT("PickleBuffer($type, object, /)", buffer_new),
    .tp_free = PyObject_GC_Del,
};
}
#pragma GCC visibility pop
