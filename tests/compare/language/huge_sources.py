# timeout: 120
# Lines, files, strings, comments and names of a million to ten million characters.
import ast
import marshal
import zlib

MILLION = 10 ** 6
TEN = 10 * MILLION


def show(label, source, mode="exec"):
    try:
        code = compile(source, "<huge>", mode)
        tree = ast.parse(source, "<huge>", mode)
    except (SyntaxError, ValueError, MemoryError, OverflowError) as error:
        fields = [str(field)[:60] for field in error.args[1]] if len(error.args) > 1 else ""
        print(label, type(error).__name__, str(error.args[0])[:100], fields)
        return
    last = list(ast.walk(tree))[-1]
    places = [node.end_col_offset for node in ast.walk(tree) if hasattr(node, "end_col_offset")]
    print(label, zlib.crc32(marshal.dumps(code)), type(last).__name__, places[:3], places[-3:])


for data in str, str.encode:
    def make(text):
        return data(text)

    show("string", make("x = '" + "a" * TEN + "'\n"))
    show("string of lines", make("x = '''" + ("a" * 999 + "\n") * 10000 + "'''\ny"))
    show("comment", make("# " + "c" * TEN + "\nx = 1 # " + "d" * MILLION))
    show("file", make(("'" + "a" * 997 + "'\n") * 10000 + "last = 1"))
    show("line", make("x = [" + ("'" + "a" * 997 + "',") * 10000 + "]"))
    show("joined lines", make("x = " + ("'" + "a" * 995 + "' \\\n") * 10000 + "'end'"))
    show("name", make("n" * MILLION + " = 1\ndel " + "n" * MILLION))
    show("blanks", make("x =" + " " * TEN + "1"))
    show("empty lines", make("\n" * MILLION + "x = 1"))
    show("indented", make("if 1:\n" + " " * MILLION + "x\n" + " " * MILLION + "y\n"))
    show("bytes", make("x = b'" + "\\x00" * MILLION + "'"))
    show("escapes", make("x = '" + "\\u00e9" * MILLION + "'"))
    show("not ASCII", make("x = '" + "\u00e9\u20ac" * MILLION + "'"))
    show("field", make("x = f'" + "a" * TEN + "{y}" + "b" * TEN + "'"))
    show("unclosed", make("x = (" + "'" + "a" * TEN + "'"))
    show("no end", make("x = '" + "a" * TEN))
    show("no end in lines", make("x = '''" + ("a" * 999 + "\n") * 10000))
    show("wrong", make("x = '" + "a" * TEN + "' $"))
    show("wrong name", make("n" * MILLION + " m"))
    show("number", make("x = 1" + "0" * MILLION))
    show("hexadecimal", make("x = 0x" + "f" * MILLION + " & 255"))
    show("null", make("# " + "c" * TEN + "\0"))
    show("tabs", make("if 1:\n" + "\t" * 1000 + "x\n" + " " * 8000 + "y\n"))
show("eval", "(" + " " * TEN + "1)", "eval")
show("single", "x = '" + "a" * TEN + "'", "single")
