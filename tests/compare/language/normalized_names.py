# Names that are not ASCII become what unicodedata.normalize() says, or its error.
import ast
import sys
import unicodedata

normalize = unicodedata.normalize
asked = set()


class Text(str):
    pass


def show(label, function):
    unicodedata.normalize = function
    for source in SOURCES:
        try:
            print(label, ascii(source), ascii(ast.dump(ast.parse(source))))
        except Exception as error:
            print(label, ascii(source), type(error).__name__, ascii(error.args), type(error.__cause__), type(error.__context__))


def log(*arguments):
    asked.add(arguments)
    return normalize(*arguments)


def fail(*arguments):
    raise KeyError(arguments)


def complain():
    try:
        compile("\u03d5", "<source>", "exec")
    except Exception as error:
        print(type(error), error)


SOURCES = ['\u03d5', 'abc', "'\u03d5'", "f'{\u03d5}{\u03d5}' + \u03d5.\u03d5(\u03d5=1)",
           'import \u03d5.a\u03d5 as \u03d5', 'def \u03d5(\u03d5): global a\u03d5', 'x \u03d5', '\u03d5 $',
           '$ \u03d5', '\u03d5 = (', "\u03d5 '\\d'", '1 2 \u03d5', 'a b \u03d5', 'f(\u03d5 for x in y, 1)',
           "match \u03d5:\n case \u03d5.a|{'a':1,**\u03d5}: pass", '\u03d5\u03d5\u03d5\n\u03d5', '\ufb01 = \ufb01',
           '(\u03d5, 1) = \u03d5', 'lambda \u03d5: \u03d5', 'class \u03d5(\u03d5=1): pass',
           'try: pass\nexcept \u03d5 as \u03d5: pass', '\u03d5: int', 'with \u03d5 as \u03d5: pass', 'print \u03d5',
           '\u03d5 += 1; del \u03d5']
show("normal form", log)
show("None", lambda form, name: None)
show("another name", lambda form, name: "q\u03d5 1")
show("a subclass", lambda form, name: Text("q"))
show("bytes", lambda form, name: b"q")
show("fails", fail)
show("no function", 5)
print(ascii(sorted(asked)))
del unicodedata.normalize
complain()
sys.modules["unicodedata"] = None
complain()
compile("a", "<source>", "exec")
