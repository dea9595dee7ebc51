// Encodings of one byte a character, from tables generated at build time with
// the reference's codecs.
#pragma once

#include <string>
#include <string_view>

namespace orochi::language {

// Decodes into UTF-8. False with an empty `error` if the encoding is not one of these, else with the codec's
// words.
bool decode_single_byte(std::string_view encoding, std::string_view bytes, std::string& utf8, std::string& error);

}  // namespace orochi::language
