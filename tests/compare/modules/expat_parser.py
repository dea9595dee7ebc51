"""pyexpat: what every handler gets, errors and where they are, exceptions out of handlers, encodings, entities."""
import gc
import pyexpat
import traceback
import weakref
from xml.parsers import expat

ParserCreate = expat.ParserCreate

DOCUMENT = b"""<?xml version="1.0" encoding="iso-8859-1" standalone="no"?>
<!DOCTYPE q PUBLIC "p" "s" [
<!NOTATION notation SYSTEM "notation.jpeg">
<!ENTITY acirc "&#226;">
<!ENTITY external_entity SYSTEM "entity.file">
<!ENTITY unparsed SYSTEM "entity.file" NDATA notation>
<!ENTITY % pe "<!--xx-->">
<!ELEMENT q (a|b*|(c,d)+)>
<!ATTLIST q x CDATA #IMPLIED y (a|b) "a">
%pe;
]>
<?t stuff?><q xmlns:n="u" n:a="1"><!-- c -->&acirc;&external_entity;&undef;<![CDATA[x]]>y</q>"""

handlers = [name for name in dir(ParserCreate()) if name.endswith("Handler")]


def show_error(error):
    print(type(error).__name__, error, error.__dict__)


def show(name, arguments):
    if name == "ExternalEntityRefHandler":  # the namespaces in the context come in the order of a salted hash table
        arguments = sorted(arguments[0].split("\f")), *arguments[1:]
    print(" ", name, arguments)
    return 1


def attempt(function, *arguments):
    try:
        print(repr(function(*arguments)))
    except Exception as error:
        show_error(error)


# All handlers at once, then each alone, failing.
for separator in (None, " ", ""):
    parser = ParserCreate(namespace_separator=separator)
    for name in handlers:
        setattr(parser, name, lambda *arguments, name=name: show(name, arguments))
    attempt(parser.Parse, DOCUMENT, True)
    print(sorted(parser.intern, key=str), all(key is parser.intern[key] for key in parser.intern))

for name in handlers:
    def fail(*arguments):
        raise KeyError(name)

    parser = ParserCreate(namespace_separator=" ")
    setattr(parser, name, fail)
    try:
        parser.Parse(DOCUMENT, True)
    except Exception as error:
        print(name, repr(error), [(entry.name, entry.filename[-9:]) for entry in traceback.extract_tb(error.__traceback__)][1:])
        print([getattr(parser, other) for other in handlers if getattr(parser, other)])
        attempt(parser.Parse, b"more", True)

# What handlers return.
for value in (0, 1, None, "x", 2**80):
    parser = ParserCreate()
    parser.NotStandaloneHandler = lambda: value
    parser.ExternalEntityRefHandler = lambda *arguments: value
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_ALWAYS)
    attempt(parser.Parse, b'<!DOCTYPE q SYSTEM "a" [<!ENTITY e SYSTEM "s">]><q>&undef;&e;</q>', True)

# Arguments and attributes.
for arguments in ((1,), (None, 1), (None, "ab"), (None, None, 3), ("x\0",), (1, 2, 3, 4)):
    attempt(ParserCreate, *arguments)
parser = ParserCreate()
for name, value in (("buffer_size", "a"), ("buffer_size", 0), ("buffer_size", 2**40), ("buffer_size", 2**70), ("intern", {}),
                    ("foo", 1), ("ErrorCode", 1), ("buffer_used", 1)):
    attempt(setattr, parser, name, value)
for name in ("buffer_size", "buffer_text", "ordered_attributes", "StartElementHandler", "foo"):
    attempt(delattr, parser, name)
for name in ("ErrorCode", "ErrorLineNumber", "ErrorColumnNumber", "ErrorByteIndex", "CurrentByteIndex", "buffer_size",
             "buffer_text", "buffer_used", "intern", "ordered_attributes", "specified_attributes", "namespace_prefixes"):
    print(name, getattr(parser, name))
attempt(parser.Parse, 3)
attempt(parser.Parse, "x\ud800")
attempt(parser.Parse, b"<a", "x")
attempt(parser.Parse, b"<a>", True)
attempt(parser.Parse, b"</a>")
print(parser.ErrorCode, parser.ErrorLineNumber, parser.ErrorColumnNumber, parser.ErrorByteIndex)
attempt(ParserCreate().SetBase, 1)
attempt(parser.GetBase)
attempt(ParserCreate().ExternalEntityParserCreate, 1)
attempt(ParserCreate().UseForeignDTD)
for code in (5, 500, 2**40, "a"):
    attempt(pyexpat.ErrorString, code)
attempt(type(parser))


def change_too_late():
    parser = ParserCreate()
    parser.Parse(b"<a>")
    parser.UseForeignDTD(True)


attempt(change_too_late)


class File:
    def __init__(self, *pieces):
        self.pieces = list(pieces)

    def read(self, size):
        print("read", size)
        return self.pieces.pop(0) if self.pieces else b""


for pieces in (("a",), (b"a" * 3000,), (3,), (), (b"<a>", bytearray(b"</a>")), (b"<a>", b"</b>", b"")):
    attempt(ParserCreate().ParseFile, File(*pieces))
attempt(ParserCreate().ParseFile, 3)

# Gathering character data.
parser = ParserCreate()
parser.buffer_text = True
parser.buffer_size = 4
parser.CharacterDataHandler = lambda text: print("text", repr(text))
parser.Parse(b"<a>ab\ncd")
print(parser.buffer_used)
parser.Parse(b"efg")
parser.buffer_size = 10
parser.Parse(b"hijklmnopqrstuvwx")
parser.buffer_text = False
parser.Parse(b"one\ntwo</a>", True)

# Encodings that expat leaves to us.
for name in ("cp1252", "koi8-r", "big5", "nope", "utf-7", "hex", "cp037", "iso8859-15", "ascii", "utf-16"):
    parser = ParserCreate()
    parser.CharacterDataHandler = lambda text: print("text", ascii(text))
    attempt(parser.Parse, b'<?xml version="1.0" encoding="' + name.encode() + b'"?><a>abc\xe4</a>', True)
attempt(ParserCreate("cp1252").Parse, b"<a>\x80</a>", True)

# A parser of an external entity.
parser = ParserCreate()
parsers = []


def entity(context, base, system_id, public_id):
    inner = parser.ExternalEntityParserCreate(context)
    print(context, inner.intern is parser.intern, inner.buffer_size, inner.buffer_text, inner.ordered_attributes)
    print(inner.Parse("<b k='v'>x</b>", True))
    parsers.append(inner)
    return 1


parser.ordered_attributes = True
parser.buffer_text = True
parser.buffer_size = 100
parser.ExternalEntityRefHandler = entity
parser.StartElementHandler = lambda *arguments: print(arguments, parser.GetInputContext(), parser.CurrentByteIndex)
parser.CharacterDataHandler = print
parser.Parse('<!DOCTYPE q [<!ENTITY e SYSTEM "s">]><q>zz&e;yy</q>', True)
print(sorted(parser.intern, key=str), parser.GetInputContext())

# Cycles through handlers are collected; a parser of an entity keeps the one it came from.


class Owner:
    def __init__(self):
        self.parser = ParserCreate()
        self.parser.StartElementHandler = self.start

    def start(self, name, attributes):
        pass


owner = Owner()
gone = weakref.ref(owner)
del owner
gc.collect()
print(gone() is None)
inner = ParserCreate().ExternalEntityParserCreate(None)
print(inner.Parse(b"<!ELEMENT a ANY>", True))
print(expat.errors.codes[expat.errors.XML_ERROR_TAG_MISMATCH], expat.errors.messages[7], expat.model.XML_CTYPE_SEQ)
