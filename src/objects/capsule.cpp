// Capsules: C pointers that travel through Python by name (C API manual, "Capsules").
#include "objects/module.hpp"
#include "objects/native.hpp"
#include "objects/str.hpp"

namespace orochi {

namespace {

struct Capsule {
    PyObject ob_base;
    void* pointer;
    const char* name;
    void* context;
    PyCapsule_Destructor destructor;
};

bool same_name(const char* a, const char* b) { return a && b ? strcmp(a, b) == 0 : a == b; }

bool is_legal(Object* object) { return object && PyCapsule_CheckExact(object) && as<Capsule>(object)->pointer; }

// The thread is looked up for the error alone: numpy asks its capsules without holding the lock.
Capsule* checked(Object* object, const char* function) {
    if (is_legal(object)) return as<Capsule>(object);
    (void)raise(current_thread(), PyExc_ValueError, "%s called with invalid PyCapsule object", function);
    return nullptr;
}

void dealloc(Object& self) {
    if (as<Capsule>(self).destructor) as<Capsule>(self).destructor(&self);
    free_object(self);
}

Result<Ref<Str>> type_repr(ThreadState& ts, Capsule& self) {
    const char* quote = self.name ? "\"" : "";
    return str_format(ts, "<capsule object %s%s%s at %p>", quote, self.name ? self.name : "NULL", quote, &self);
}

}  // namespace

}  // namespace orochi

using namespace orochi;

PyTypeObject PyCapsule_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "PyCapsule",
    .tp_basicsize = sizeof(Capsule),
    .tp_dealloc = slot<dealloc>,
    .tp_repr = slot<type_repr>,
    .tp_doc =
        "Capsule objects let you wrap a C \"void *\" pointer in a Python\nobject.  They're a way of passing data "
        "through "
        "the Python interpreter\nwithout creating your own custom type.\n\nCapsules are used for communication between "
        "extension modules.\nThey provide a way for an extension module to export a C interface\nto other extension "
        "modules, so that extension modules can use the\nPython import mechanism to link to one another.\n",
};

extern "C" {

PyObject* PyCapsule_New(void* pointer, const char* name, PyCapsule_Destructor destructor) {
    ThreadState& ts = current_thread();
    if (!pointer) {
        (void)raise(ts, PyExc_ValueError, "PyCapsule_New called with null pointer");
        return nullptr;
    }
    auto made = new_object<Capsule>(ts, PyCapsule_Type);
    if (!made.ok()) return nullptr;
    Capsule* capsule = std::move(made).release();
    capsule->pointer = pointer;
    capsule->name = name;
    capsule->context = nullptr;
    capsule->destructor = destructor;
    return obj(capsule);
}

int PyCapsule_IsValid(PyObject* object, const char* name) {
    return is_legal(object) && same_name(as<Capsule>(object)->name, name);
}

void* PyCapsule_GetPointer(PyObject* object, const char* name) {
    Capsule* capsule = checked(object, "PyCapsule_GetPointer");
    if (!capsule) return nullptr;
    if (!same_name(name, capsule->name)) {
        (void)raise(current_thread(), PyExc_ValueError, "PyCapsule_GetPointer called with incorrect name");
        return nullptr;
    }
    return capsule->pointer;
}

const char* PyCapsule_GetName(PyObject* object) {
    Capsule* capsule = checked(object, "PyCapsule_GetName");
    return capsule ? capsule->name : nullptr;
}
PyCapsule_Destructor PyCapsule_GetDestructor(PyObject* object) {
    Capsule* capsule = checked(object, "PyCapsule_GetDestructor");
    return capsule ? capsule->destructor : nullptr;
}
void* PyCapsule_GetContext(PyObject* object) {
    Capsule* capsule = checked(object, "PyCapsule_GetContext");
    return capsule ? capsule->context : nullptr;
}
int PyCapsule_SetPointer(PyObject* object, void* pointer) {
    if (!pointer) {
        (void)raise(current_thread(), PyExc_ValueError, "PyCapsule_SetPointer called with null pointer");
        return -1;
    }
    Capsule* capsule = checked(object, "PyCapsule_SetPointer");
    if (!capsule) return -1;
    capsule->pointer = pointer;
    return 0;
}
int PyCapsule_SetName(PyObject* object, const char* name) {
    Capsule* capsule = checked(object, "PyCapsule_SetName");
    if (!capsule) return -1;
    capsule->name = name;
    return 0;
}
int PyCapsule_SetDestructor(PyObject* object, PyCapsule_Destructor destructor) {
    Capsule* capsule = checked(object, "PyCapsule_SetDestructor");
    if (!capsule) return -1;
    capsule->destructor = destructor;
    return 0;
}
int PyCapsule_SetContext(PyObject* object, void* context) {
    Capsule* capsule = checked(object, "PyCapsule_SetContext");
    if (!capsule) return -1;
    capsule->context = context;
    return 0;
}

void* PyCapsule_Import(const char* name, int) {
    ThreadState& ts = current_thread();
    // "package.module.attribute": the first part is imported, the others are attributes.
    std::string_view rest = name;
    OptRef<Object> object;
    while (!rest.empty()) {
        size_t dot = rest.find('.');
        std::string_view part = rest.substr(0, dot);
        rest = dot == rest.npos ? std::string_view() : rest.substr(dot + 1);
        Ref<Str> text = TRY_OR(nullptr, str_from_utf8(ts, part));
        if (!object) {
            object = TRY_OR(nullptr, import_module(ts, text));
        } else {
            object = TRY_OR(nullptr, getattr(ts, *object, text));
        }
    }
    if (!object || !PyCapsule_IsValid(object.get(), name)) {
        (void)raise(ts, PyExc_AttributeError, "PyCapsule_Import \"%s\" is not valid", name);
        return nullptr;
    }
    return as<Capsule>(object.get())->pointer;
}

}  // extern "C"
