// What every parser made with the system's libexpat needs, for pyexpat and _elementtree.
#pragma once

#include <expat.h>

#include "objects/object.hpp"

namespace orochi::expat {

// A parser whose memory is in the interpreter's heap and whose hash tables are salted with the process's secret. Both
// texts may be null; a separator makes it aware of namespaces. MemoryError without memory.
Result<XML_Parser> new_parser(ThreadState& ts, const char* encoding, const char* namespace_separator);
// Fills the table of a character set of one byte a character that expat does not know, from Python's codec of that
// name.
Result<void> map_encoding(ThreadState& ts, const char* name, XML_Encoding& map);
// Gives expat data of any size, piece by piece.
XML_Status parse(XML_Parser parser, std::string_view data, bool final);
// The data as Parse() methods take it: a str (as UTF-8, which the parser is told) or a bytes-like object.
class Input {
public:
    Result<void> open(ThreadState& ts, XML_Parser parser, Object& data);
    ~Input();
    std::string_view bytes;

private:
    Py_buffer view_ = {};
};

}  // namespace orochi::expat
