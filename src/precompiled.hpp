// What nearly every file above the ground floor includes; compiled once a floor.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdarg>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "memory/python.hpp"
#include "objects/native.hpp"
#include "objects/object.hpp"
