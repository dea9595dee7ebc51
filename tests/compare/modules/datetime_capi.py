# datetime: the function table that extension modules take from the capsule datetime.datetime_CAPI.
import ctypes
import datetime as d
from ctypes import POINTER, Structure, c_int, c_void_p, py_object, pythonapi

INT, OBJECT = c_int, py_object
make = ctypes.PYFUNCTYPE
TYPES = ["DateType", "DateTimeType", "TimeType", "DeltaType", "TZInfoType"]


class Table(Structure):
    _fields_ = [(name, c_void_p) for name in TYPES + ["TimeZone_UTC"]] + [
        ("Date_FromDate", make(OBJECT, INT, INT, INT, OBJECT)),
        ("DateTime_FromDateAndTime", make(OBJECT, *[INT] * 7, OBJECT, OBJECT)),
        ("Time_FromTime", make(OBJECT, *[INT] * 4, OBJECT, OBJECT)),
        ("Delta_FromDelta", make(OBJECT, *[INT] * 4, OBJECT)),
        ("TimeZone_FromTimeZone", make(OBJECT, OBJECT, c_void_p)),
        ("DateTime_FromTimestamp", make(OBJECT, OBJECT, OBJECT, c_void_p)),
        ("Date_FromTimestamp", make(OBJECT, OBJECT, OBJECT)),
        ("DateTime_FromDateAndTimeAndFold", make(OBJECT, *[INT] * 7, OBJECT, INT, OBJECT)),
        ("Time_FromTimeAndFold", make(OBJECT, *[INT] * 4, OBJECT, INT, OBJECT)),
    ]


pythonapi.PyCapsule_Import.restype = POINTER(Table)
pythonapi.PyCapsule_Import.argtypes = [ctypes.c_char_p, c_int]
table = pythonapi.PyCapsule_Import(b"datetime.datetime_CAPI", 0).contents
print([getattr(table, name) == id(cls) for name, cls in zip(TYPES, (d.date, d.datetime, d.time, d.timedelta, d.tzinfo))],
      table.TimeZone_UTC == id(d.timezone.utc))


class Date(d.date):
    pass


class Moment(d.datetime):
    pass


def show(function, *arguments):
    try:
        result = getattr(table, function)(*arguments)
        print(function, type(result).__name__, repr(result), getattr(result, "fold", None))
    except Exception as error:
        print(function, type(error).__name__, error)


show("Date_FromDate", 2024, 2, 29, d.date)
show("Date_FromDate", 2024, 2, 29, Date)
show("Date_FromDate", 2023, 2, 29, d.date)
show("DateTime_FromDateAndTime", 2024, 2, 29, 1, 2, 3, 4, None, d.datetime)
show("DateTime_FromDateAndTime", 2024, 2, 29, 1, 2, 3, 4, d.timezone.utc, Moment)
show("DateTime_FromDateAndTime", 2024, 2, 29, 24, 2, 3, 4, None, d.datetime)
show("DateTime_FromDateAndTime", 2024, 2, 29, 1, 2, 3, 4, 5, d.datetime)
show("Time_FromTime", 1, 2, 3, 4, None, d.time)
show("Time_FromTime", 1, 2, 3, 1000000, None, d.time)
show("Time_FromTime", 1, 2, 3, 4, d.timezone.max, d.time)
show("Delta_FromDelta", -1, 90000, -5, 1, d.timedelta)
show("Delta_FromDelta", 999999999, 90000, 0, 1, d.timedelta)
show("TimeZone_FromTimeZone", d.timedelta(hours=1), None)
name = "name"
show("TimeZone_FromTimeZone", d.timedelta(hours=1), id(name))
show("TimeZone_FromTimeZone", d.timedelta(0), None)
show("TimeZone_FromTimeZone", d.timedelta(1), None)
show("DateTime_FromTimestamp", d.datetime, (86400.5, d.timezone.utc), None)
show("DateTime_FromTimestamp", Moment, (86400, d.timezone.utc), None)
show("Date_FromTimestamp", d.date, (86400 * 365.5,))
show("Date_FromTimestamp", d.date, ("x",))
show("DateTime_FromDateAndTimeAndFold", 2024, 2, 29, 1, 2, 3, 4, None, 1, d.datetime)
show("DateTime_FromDateAndTimeAndFold", 2024, 2, 29, 1, 2, 3, 4, None, 2, d.datetime)
show("Time_FromTimeAndFold", 1, 2, 3, 4, None, 1, d.time)


# What the macros of <datetime.h> read.
def fields(object, size):
    return ctypes.string_at(id(object) + 24, 1 + size).hex()


day, time, moment = d.date(2024, 2, 29), d.time(1, 2, 3, 4, fold=1), d.datetime(2024, 2, 29, 1, 2, 3, 4, fold=1)
print(fields(day, 4), fields(time, 7), fields(moment, 11))
aware = d.datetime(2024, 2, 29, tzinfo=d.timezone.utc)
print(fields(aware, 11), c_void_p.from_address(id(aware) + 40).value == id(d.timezone.utc))
span = d.timedelta(-1, 5, 6)
print([c_int.from_address(id(span) + offset).value for offset in (24, 28, 32)])
