// Cells: the boxes of variables that closures share.
#include "objects/native.hpp"
#include "objects/str.hpp"
#include "objects/type.hpp"

namespace orochi {

namespace {

Result<Ref<Object>> type_new(ThreadState& ts, Type&, Object* contents) {
    return Result<Ref<Object>>::adopt(PyCell_New(contents));
}
void dealloc(Cell& self) {
    gc_untrack_if_tracked(obj(self));
    clear(self.ob_ref);
    free_container(obj(self));
}
int traverse(Cell& self, visitproc visit, void* arg) {
    Py_VISIT(self.ob_ref);
    return 0;
}
int clear_slot(Cell& self) {
    clear(self.ob_ref);
    return 0;
}
Result<Ref<Str>> type_repr(ThreadState& ts, Cell& self) {
    if (!self.ob_ref) return str_format(ts, "<cell at %p: empty>", &self);
    return str_format(ts, "<cell at %p: %.80s object at %p>", &self, type_of(*self.ob_ref).tp_name, self.ob_ref);
}
// By contents; an empty cell is less than any other.
Result<Ref<Object>> compare_slot(ThreadState& ts, Object& left, Object& right, int op) {
    if (!PyCell_Check(&left) || !PyCell_Check(&right)) return new_not_implemented();
    Object *a = as<Cell>(left).ob_ref, *b = as<Cell>(right).ob_ref;
    if (a && b) return compare(ts, *a, *b, op);
    int order = (a != nullptr) - (b != nullptr);
    switch (op) {
        case Py_LT: return new_bool(order < 0);
        case Py_LE: return new_bool(order <= 0);
        case Py_EQ: return new_bool(order == 0);
        case Py_NE: return new_bool(order != 0);
        case Py_GT: return new_bool(order > 0);
        default: return new_bool(order >= 0);
    }
}
Result<Ref<Object>> get_contents(ThreadState& ts, Cell& self) {
    if (!self.ob_ref) return raise(ts, PyExc_ValueError, "Cell is empty");
    return Ref<Object>::share(*self.ob_ref);
}
void set_contents(Cell& self, Object* value) { assign(self.ob_ref, OptRef<Object>::share(value)); }
int set_contents_slot(Cell& self, Object* value) {
    set_contents(self, value);
    return 0;
}

constexpr PyGetSetDef getset[] = {GETTER_SETTER("cell_contents", get_contents, set_contents_slot, nullptr), GETSET_END};

}  // namespace

}  // namespace orochi

using namespace orochi;

PyTypeObject PyCell_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "cell",
    .tp_basicsize = sizeof(Cell),
    .tp_dealloc = slot<dealloc>,
    .tp_repr = slot<type_repr>,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_doc =
        "cell([contents])\n--\n\nCreate a new cell object.\n\n  contents\n    the contents of the cell. If not "
        "specified, the "
        "cell will be empty,\n    and \n further attempts to access its cell_contents attribute will\n    raise a "
        "ValueError.",
    .tp_traverse = slot<traverse>,
    .tp_clear = slot<clear_slot>,
    .tp_richcompare = slot<compare_slot>,
    .tp_getset = GETSET_TABLE(getset),
    .tp_new = NEW_SLOT("cell($type, contents=None, /)", type_new),
};

extern "C" {

PyObject* PyCell_New(PyObject* contents) {
    ThreadState& ts = current_thread();
    auto made = new_container<Cell>(ts, PyCell_Type);
    if (!made.ok()) return nullptr;
    Cell* cell = std::move(made).release();
    cell->ob_ref = new_reference_optional(contents);
    gc_track(ts, obj(*cell));
    return obj(cell);
}

PyObject* PyCell_Get(PyObject* cell) {
    ThreadState& ts = current_thread();
    if (!PyCell_Check(cell)) {
        (void)raise_bad_internal_call(ts);
        return nullptr;
    }
    return new_reference_optional(as<Cell>(cell)->ob_ref);
}

int PyCell_Set(PyObject* cell, PyObject* value) {
    ThreadState& ts = current_thread();
    if (!PyCell_Check(cell)) {
        (void)raise_bad_internal_call(ts);
        return -1;
    }
    assign(as<Cell>(cell)->ob_ref, OptRef<Object>::share(value));
    return 0;
}

}  // extern "C"
