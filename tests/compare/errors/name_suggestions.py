# "Did you mean": names, attributes, imports; shown by the traceback display only.
import sys
import traceback


class Box:
    def __init__(self):
        self.width = 1
        self.height = 2
        self._private = 3

    def area_of_box(self):
        return 1


global_variable = 1


def last_line(code):
    try:
        exec(code, globals())
    except Exception as e:
        print(repr(code), "|", e, "|", traceback.format_exception_only(e)[-1].strip())


for code in ("global_varable", "prnt('x')", "Box().widht", "Box().heigth", "Box().area", "Box().area_of_bix()", "Box().private", "Box().zzzzzz", "[].appendd", "''.spilt()", "{}.itmes()", "sys.exut()", "import sys; sys.modulse", "lenn([1])", "Truee", "nonee",
             "from collections import OrderdDict", "from sys import exti", "import collectoins", "x", "ab", "global_variableX", "Box.widthh", "(1).bit_lenght()", "int.from_byte", "Bax()", "range_", "__fil__", "a" * 800, "(lambda local_name: local_nam)(1)", "_Box"):
    last_line(code)


def local_suggestion():
    some_local = 1
    try:
        return some_lacal
    except NameError as e:
        print(traceback.format_exception_only(e)[-1].strip(), e.name)


local_suggestion()


class WithSelf:
    attribute = 1

    def method(self):
        try:
            return attribute
        except NameError as e:
            print(traceback.format_exception_only(e)[-1].strip())
        try:
            return methd
        except NameError as e:
            print(traceback.format_exception_only(e)[-1].strip())


WithSelf().method()
try:
    Box().nope
except AttributeError as e:
    print(e.name, type(e.obj).__name__)
e = AttributeError("custom", name="widht", obj=Box())
print(traceback.format_exception_only(e))
e = NameError("plain")
print(traceback.format_exception_only(e), e.name)
try:
    Box.__getattribute__(Box(), "widt")
except AttributeError as e:
    print(e, e.name)


class Getattr:
    def __getattr__(self, name):
        raise AttributeError(name)


try:
    Getattr().x
except AttributeError as e:
    print(repr(e), e.name)
Box().widht
