#include "sharing/interpreter_reference.hpp"

#include "modules/heap_type.hpp"
#include "sharing/created.hpp"
#include "sharing/part.hpp"

namespace orochi {

namespace {

class HeldInterpreter final : public HeldLink {
public:
    explicit HeldInterpreter(SharingPart& part) : HeldLink(part.held), part_(part) {}
    void hold(long long id) { id_ = id; }
    // To be released; -1 for none, as when the end of the holder's interpreter has seen to it.
    long long id() const { return id_; }

private:
    void let_go() override {
        if (id_ >= 0) part_.left_references.push_back(std::exchange(id_, -1));
    }

    SharingPart& part_;
    long long id_ = -1;
};

struct Reference {
    PyObject_HEAD
    HeldInterpreter held;
};

void reference_dealloc(Object* self) {
    gc_untrack_if_tracked(*self);
    long long id = as<Reference>(*self).held.id();
    std::destroy_at(&as<Reference>(*self).held);
    Type& type = type_of(*self);
    type.tp_free(self);
    decref(type);
    if (id >= 0) created_release(current_thread(), id);
}

}  // namespace

Result<Ref<Object>> interpreter_reference_new(ThreadState& ts, Object& module, long long id) {
    SharingPart* part = TRY(sharing_part_with_types(ts));
    Ref<Reference> made = TRY(make_instance<Reference>(*part->reference_type));
    std::construct_at(&made->held, *part);
    TRY(created_refer(ts, module, id));
    made->held.hold(id);
    return made;
}

Result<Ref<Type>> make_interpreter_reference_type(ThreadState& ts, Object& module) {
    PyType_Slot slots[] = {
        {Py_tp_dealloc, raw_pointer(reference_dealloc)},
        {Py_tp_traverse, raw_pointer(heap_traverse_class)},
        {Py_tp_doc, const_cast<char*>("Keeps an interpreter open.")},
        {0, nullptr},
    };
    PyType_Spec spec = {"_interpreters.Reference", int(sizeof(Reference)), 0,
                        kTypeFlags | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots};
    return type_from_spec(ts, &module, spec, nullptr);
}

}  // namespace orochi
