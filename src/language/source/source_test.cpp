#include "language/source/source.hpp"

#include <gtest/gtest.h>

#include <string>

namespace orochi::language {
namespace {

using namespace std::string_literals;

Source read(std::string_view bytes, SourceOrigin origin = SourceOrigin::Bytes) {
    SourceOptions options;
    options.origin = origin;
    options.filename = "x.py";
    return read_source(bytes, options);
}

TEST(SourceTest, LineEndsBecomeNewlinesAndTheLastLineEnds) {
    EXPECT_EQ(read("a\r\nb\rc").text, "a\nb\nc\n");
    EXPECT_EQ(read("\xEF\xBB\xBF"
                   "a\n")
                  .text,
              "a\n");
}

TEST(SourceTest, CodingCommentsAreObeyedInTheFirstTwoLines) {
    EXPECT_EQ(read("# coding: latin-1\n'\xE9'").text, "# coding: latin-1\n'\xC3\xA9'\n");
    EXPECT_EQ(read("#\n# vim: set fileencoding=koi8-r :\n'\xC1'").text,
              "#\n# vim: set fileencoding=koi8-r :\n'\xD0\xB0'\n");
    EXPECT_EQ(read("x\n# coding: latin-1\n").encoding, "utf-8");
    EXPECT_EQ(read("# coding: nonesuch\n").error.message, "unknown encoding: nonesuch");
    EXPECT_EQ(read("\xEF\xBB\xBF# coding: latin-1\n").error.message, "encoding problem: iso-8859-1 with BOM");
}

TEST(SourceTest, AFileMustBeUtf8UnlessItSaysOtherwise) {
    EXPECT_EQ(read("a\n\xFF\n", SourceOrigin::File).error.message,
              "Non-UTF-8 code starting with '\\xff' in file x.py on line 2, but no encoding declared; "
              "see https://peps.python.org/pep-0263/ for details");
    EXPECT_FALSE(read("# \xFF\n").failed);  // compile() looks at names and strings only
}

TEST(SourceTest, OtherEncodingsComeFromTheEmbedder) {
    SourceOptions options;
    options.decode = [](std::string_view encoding, std::string_view, std::string* utf8, std::string*, void*) {
        *utf8 = "'" + std::string(encoding) + "'";
        return true;
    };
    EXPECT_EQ(read_source("# coding: utf-7\n", options).text, "'utf-7'\n");
}

}  // namespace
}  // namespace orochi::language
