// The iterator type of ASCII strings, which has no public symbol.
#pragma once

#include "memory/python.hpp"

extern PyTypeObject orochi_str_ascii_iterator_type;
