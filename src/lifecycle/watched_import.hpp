// Importing `site` while watching whether it reaches outside of the interpreter.
#pragma once

#include "objects/object.hpp"

namespace orochi {

// Imports `site`, with all the .pth files, sitecustomize and usercustomize that this runs. True when everything that
// these did stayed inside the interpreter, so that a copy of the interpreter has the same as one that imports for
// itself. What they only asked of the file system is whether modules exist, and where.
bool import_site_watched(ThreadState& ts);

}  // namespace orochi
