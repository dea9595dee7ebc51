// Tracebacks and exceptions as text: what an uncaught exception prints (PEP 657 markers, chained exceptions,
// exception groups, notes, "Did you mean").
#pragma once

#include <string>

#include "objects/frame_access.hpp"
#include "objects/object.hpp"

namespace orochi {

// The report is assembled as WTF-8 (UTF-8 in which lone surrogates are allowed) and written in one go.
// Errors inside str() or repr() of what is shown become part of the text; nothing here raises.
std::string format_exception(ThreadState& ts, Object& exception);
std::string format_traceback(ThreadState& ts, Object& traceback);  // with its "Traceback ..." line

// Writes to a Python file object. PyErr_Display and PyTraceBack_Print.
Result<void> display_exception(ThreadState& ts, Object& exception, Object& file);
// sys.__excepthook__: to sys.stderr, if there is one.
void display_to_stderr(ThreadState& ts, Object& exception);

// The line of a file as the traceback shows it, found as CPython finds it (also along sys.path); false when there is
// none. `line` comes back without its newline.
bool find_source_line(ThreadState& ts, const std::string& filename, int number, std::string& line);

// The bytes of a line of a file, with the newline if it has one; of a very long line the end alone, as in CPython.
bool find_file_line(const std::string& filename, int number, std::string& line);

// Whether the pending exception is a SystemExit that ends the process: then it is cleared, what it has to say
// is printed, and `code` is the exit code.
bool take_system_exit(ThreadState& ts, int& code);
// PyErr_PrintEx without the exit: shows the pending exception through sys.excepthook and clears it.
// Returns whether the hook itself ended in a SystemExit, with its code.
bool print_pending_error(ThreadState& ts, bool set_last_variables, int& exit_code);

// "Did you mean" for an AttributeError or NameError: the text to append, or empty.
std::string suggestion_for(ThreadState& ts, Object& exception);

}  // namespace orochi
