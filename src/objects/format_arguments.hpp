#pragma once

#include <cstdarg>
