// What date.isocalendar() returns: a tuple of three with names.
#include "modules/datetime/datetime.hpp"
#include "objects/int.hpp"

namespace orochi::datetime {

namespace {

Result<Ref<Object>> make(ThreadState& ts, Type& type, const base::IsoWeekDate& date) {
    Ref<Object> made = TRY(allocate_instance(ts, type, 3));
    Py_ssize_t index = 0;
    for (int value : {date.year, date.week, date.weekday})
        tuple_init_item(as<Tuple>(*made), index++, TRY(int_from(ts, value)));
    return made;
}

Result<Ref<Object>> construct(ThreadState& ts, Type& type, Object& year, Object& week, Object& weekday) {
    return make(ts, type,
                {TRY(number_argument(ts, year)), TRY(number_argument(ts, week)), TRY(number_argument(ts, weekday))});
}

Result<Ref<Str>> type_repr(ThreadState& ts, Tuple& self) {
    return str_format(ts, "%s(year=%S, week=%S, weekday=%S)", type_of(obj(self)).tp_name, &tuple_item(self, 0),
                      &tuple_item(self, 1), &tuple_item(self, 2));
}

// As a plain tuple: the class cannot be found by its name.
Result<Ref<Object>> reduce(ThreadState& ts, Tuple& self) {
    Ref<Tuple> items = TRY(tuple_from_items(ts, self.ob_item, 3));
    return TRY(tuple_of(ts, PyTuple_Type, *TRY(tuple_of(ts, *items))));
}

template <Py_ssize_t Index>
Ref<Object> item(Tuple& self) {
    return Ref<Object>::share(tuple_item(self, Index));
}

constexpr MethodDef methods[] = {
    METHOD_PLAIN("__reduce__($self, /)", reduce, "__reduce__() -> (cls, state)"),
    METHOD_END,
};
constexpr PyGetSetDef getset[] = {
    GETTER("year", item<0>, nullptr),
    GETTER("week", item<1>, nullptr),
    GETTER("weekday", item<2>, nullptr),
    GETSET_END,
};

}  // namespace

Result<Ref<Object>> new_iso_calendar_date(ThreadState& ts, const State& state, const base::IsoWeekDate& date) {
    return make(ts, *state.iso_calendar_date, date);
}

Result<void> add_iso_calendar_date(ThreadState& ts, Object& module, State& state) {
    PyType_Slot slots[] = {
        {Py_tp_new, new_pointer(NEW_SLOT("IsoCalendarDate($type, /, year, week, weekday)", construct))},
        {Py_tp_repr, slot_pointer<reprfunc, type_repr>()},
        {Py_tp_methods, methods_pointer(methods)},
        {Py_tp_getset, const_cast<PyGetSetDef*>(getset)},
        {Py_tp_doc, const_cast<char*>("The result of date.isocalendar() or datetime.isocalendar()\n\n"
                                      "This object may be accessed either as a tuple of\n"
                                      "  ((year, week, weekday)\n"
                                      "or via the object attributes as named in the above tuple.")},
        {0, nullptr}};
    PyType_Spec spec = {"datetime.IsoCalendarDate", 0, 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE, slots};
    state.iso_calendar_date = TRY(type_from_spec(ts, &module, spec, obj(&PyTuple_Type))).release();
    return {};
}

}  // namespace orochi::datetime
