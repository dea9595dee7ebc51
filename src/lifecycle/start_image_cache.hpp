// The image that further interpreters begin with: built when the first of them starts, kept in the runtime.
#pragma once

#include "state/start_image.hpp"
#include "state/thread_state.hpp"

namespace orochi {

// Null when there is none for this configuration, or when something may watch the steps of a start (audit hooks, -v):
// then every interpreter takes them itself.
const StartImage* start_image_for(Runtime& runtime, const Config& config);
// After start_image_restore: brings up to date what comes from outside of the process.
Result<void> start_image_refresh(ThreadState& ts);
// When no interpreter is left.
void start_image_forget(Runtime& runtime);

}  // namespace orochi
