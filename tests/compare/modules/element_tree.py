"""_elementtree: elements as sequences, their attributes, searches and copies; trees from events; the parser and its errors."""
import copy
import pickle
import re
import warnings
import xml.etree.ElementTree as ET
from xml.etree.ElementTree import Element, SubElement, TreeBuilder, XMLParser


def attempt(function, *arguments, **keywords):
    try:
        shown = repr(function(*arguments, **keywords))
    except Exception as error:
        shown = f"{type(error).__name__} {error}"
    print(re.sub(r" at 0x\w+", "", shown))


def content(element):
    return [(e.tag, e.attrib, e.text, e.tail) for e in element.iter()]


# Making elements.
class Sub(Element):
    pass


parent = Element("a", {"x": "1"})
for arguments, keywords in (((), {}), ((1, 2), {}), (("a", {}, 3), {}), (("a",), {"attrib": 3}), ((), {"tag": "a"})):
    attempt(Element, *arguments, **keywords)
print(Element("a", attrib={"z": "1"}, y="2").attrib, Element("a", {"q": 1}, attrib={"y": "2"}).attrib)
for arguments, keywords in (((), {}), ((1, "a"), {}), ((parent,), {}), ((parent, "b", 3), {}), ((parent, "b"), {"attrib": 3})):
    attempt(SubElement, *arguments, **keywords)
print(SubElement(parent, "b", {"x": 1}, y="2").attrib, type(SubElement(Sub("x"), "b")))
attempt(parent.makeelement, "a", 3)
attempt(parent.makeelement, "a")
attributes = {"k": "v"}
print(parent.makeelement("a", attributes).attrib is attributes)

# Wrong arguments.
for name, arguments in (
    ("append", (3,)), ("extend", (3,)), ("extend", ([3],)), ("insert", ("a", parent)), ("insert", (0, 3)),
    ("remove", (Element("q"),)), ("remove", (3,)), ("__getitem__", (7,)), ("__getitem__", ("a",)),
    ("__setitem__", (9, parent)), ("__setitem__", (0, 3)), ("__setitem__", ("a", 3)), ("__delitem__", (9,)),
    ("__delitem__", ("a",)), ("__setitem__", (slice(0, 1), 3)), ("__setitem__", (slice(0, 1), [3])),
    ("__setitem__", (slice(0, 2, 2), [parent, parent, parent])), ("__deepcopy__", (3,)), ("__setstate__", (3,)),
    ("__setstate__", ({"tag": "z", "_children": [3]},)), ("__setstate__", ({"tag": "z", "_children": 3},)),
    ("__setstate__", ({},)), ("__setattr__", ("attrib", 3)), ("__delattr__", ("text",)), ("__setattr__", ("foo", 3)),
    ("get", ()), ("set", ("a",)),
):
    attempt(getattr(parent, name), *arguments)
attempt(parent.get, "q", default=4)
print(parent.tag, parent.keys(), Element("a").items(), bool(Element("a")), Element.__new__(Element).tag)
own = Element("r")
own.tag = own
attempt(repr, own)
own.tag = None

# Slices, as a list has them.
digits = [Element(str(i)) for i in range(10)]


def fresh():
    element = Element("a")
    element.extend(digits)
    return element


def tags(elements):
    return "".join(e.tag for e in elements)


def delete(part):
    element = fresh()
    del element[part]
    return tags(element)


def replace(part, count):
    element = fresh()
    element[part] = [Element("N")] * count
    return tags(element)


for part in (slice(2, 5), slice(None, None, 2), slice(None, None, -3), slice(8, 2, -2), slice(20, 30), slice(-3, None)):
    print(part, tags(fresh()[part]), delete(part))
    for count in range(5):
        attempt(replace, part, count)
element = fresh()
element[-1] = Element("Z")
del element[0]
element.insert(-1, Element("I"))
element.insert(100, Element("J"))
element.insert(-100, Element("K"))
element.remove(element[3])
print(tags(element), len(element))
element.clear()
print(len(element))

# Searches.
top = Element("x")
top.text, top.tail = "t", "q"
inner = SubElement(top, "y")
inner.text, inner.tail = "u", "v"
odd = SubElement(top, len)
odd.text, odd.tail = "c", "d"
last = SubElement(top, "w")
last.text, last.tail = 5, b""
print(list(top.itertext()))
for tag in (None, "*", b"*", "y", 3):
    print([e.tag for e in top.iter(tag)])
for path in ("y", len, b"y", "", "./y", "{*}y", "nope", 3):
    attempt(top.find, path)
    attempt(top.findall, path)
    attempt(top.findtext, path)
attempt(top.findtext, "nope", default=3)
attempt(top.findtext, "w")
print([e.tag for e in top.iterfind("y")], top.find("y", {}).tag)
attempt(type(top.iter()))


class Grows:
    """Equal to every tag, and changes the tree when it is compared."""

    def __eq__(self, other):
        if len(top) < 6:
            SubElement(top, "new")
        return True


print([e.tag for e in top.iter(Grows())], len(top.findall(Grows())))

# Copies and pickles.
element = Element("a", {"k": "v"})
element.text = "x"
SubElement(element, "b").tail = "y"
shallow, deep = copy.copy(element), copy.deepcopy(element)
print(shallow[0] is element[0], shallow.attrib is element.attrib, deep.attrib is element.attrib, content(deep))
for protocol in range(6):
    attempt(lambda: content(pickle.loads(pickle.dumps(element, protocol))))

# Trees from events.
attempt(TreeBuilder, 1, 2)
attempt(TreeBuilder, foo=1)
builder = TreeBuilder()
for name, arguments in (("start", ("a", 3)), ("start", ("a",)), ("end", ("x",)), ("close", ()), ("data", ("x",)),
                        ("start", ("a", {})), ("data", ("x",)), ("data", ("y",)), ("comment", ("c",)), ("pi", ("c",)),
                        ("pi", ("c", "d")), ("end", ("b",)), ("data", ("tail",)), ("start", ("c", {}))):
    attempt(getattr(builder, name), *arguments)
print(content(builder.close()), builder.close().tail)
builder = TreeBuilder(insert_comments=True, insert_pis=True, comment_factory=lambda text: Element("C" + text),
                      pi_factory=lambda target, text: Element("P"))
builder.start("a", {})
builder.comment("c")
builder.data("after")
builder.pi("c")
builder.data("after2")
builder.end("a")
print(content(builder.close()))
builder = TreeBuilder(element_factory=lambda tag, attributes: (tag, attributes))
attempt(builder.start, "a", {})
attempt(builder.start, "b", {})
for pieces in ((b"x",), (b"x", "y"), (3,), (3, 4)):
    builder = TreeBuilder()
    builder.start("a", {})
    for piece in pieces:
        builder.data(piece)
    attempt(lambda: builder.end("a").text)

# The parser.
attempt(XMLParser, 1)
attempt(XMLParser, encoding=3)
attempt(XMLParser(target=1).feed, "<a/>")
attempt(XMLParser().feed, 3)
parser = XMLParser()
parser.entity["foo"] = "bar"
parser.feed('<!DOCTYPE a SYSTEM "x"><a>&foo;</a>')
print(parser.close().text)
for text in ("<a>&foo;</a>", '<!DOCTYPE a SYSTEM "x"><a>&foo;</a>', "<a><b></a>", "<a/><b/>", "<a>"):
    parser = XMLParser()
    attempt(parser.feed, text)
    attempt(parser.close)
try:
    XMLParser().feed("<a><b></a>")
except ET.ParseError as error:
    print(error.code, error.position, error.__dict__, error.args)
parser = XMLParser()
for arguments in (([], ["x"]), (3,), ([], 3), ([], [3]), ([],)):
    attempt(parser._setevents, *arguments)
attempt(XMLParser(target=object())._setevents, [])

DOCUMENT = ('<!DOCTYPE a PUBLIC "p" "s"><a xmlns:n="v"><!-- c --><?p q?><?e?><n:b z="1" n:w="2">t</n:b>u'
            "<![CDATA[<&]]></a>")
events = []
parser = XMLParser()
parser._setevents(events, ["start", "end", "start-ns", "end-ns", "comment", "pi"])
parser.feed(DOCUMENT)
parser.close()
attempt(lambda: events)


class Target:
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *arguments: print(name, arguments)


parser = XMLParser(target=Target())
parser.feed(DOCUMENT)
print(parser.close(), parser.entity)


class Fails:
    def start(self, tag, attributes):
        raise ZeroDivisionError(tag)

    def data(self, data):
        print("data", data)


parser = XMLParser(target=Fails())
attempt(parser.feed, "<a>text")
attempt(parser.feed, "more")


class OldStyle(XMLParser):
    def doctype(self, name, public_id, system_id):
        pass


with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("always")
    OldStyle().feed(DOCUMENT)
    print([str(warning.message) for warning in seen])


class File:
    def __init__(self, *pieces):
        self.pieces = list(pieces)

    def read(self, size):
        return self.pieces.pop(0) if self.pieces else b""


for pieces in ((b"<a>", b"x</a>"), ("<a>", "\ud800x</a>"), ("<a>", "\xe9</a>"), (3,), (bytearray(b"<a/>"),)):
    attempt(lambda: content(XMLParser()._parse_whole(File(*pieces))))
attempt(XMLParser.__new__(XMLParser).feed, "")
old = ET._set_factories(None, None)
print([factory.__name__ for factory in old], ET._set_factories(*old))
attempt(ET._set_factories, 1, 2)
print(ET.tostring(ET.fromstring(DOCUMENT)), ET.tostring(ET.fromstring('<?xml version="1.0" encoding="koi8-r"?><a>\xc1</a>'.encode("latin-1"))))
print([(event, e.tag) for event, e in ET.iterparse(File(DOCUMENT.encode()))])
