// bool: the objects True and False are reached through objects/singletons.hpp.
#pragma once

#include "objects/object.hpp"
