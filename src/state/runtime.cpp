#include "state/runtime.hpp"

namespace orochi {

// Constant initialisation and no destructor: usable before main() and until the process is gone.
constinit Runtime the_runtime;

Runtime& process_runtime() { return the_runtime; }

}  // namespace orochi
