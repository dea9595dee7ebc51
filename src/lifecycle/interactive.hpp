// The interactive prompt.
#pragma once

#include <cstdio>

#include "objects/object.hpp"

namespace orochi {

// Reads and runs statements from standard input until its end; the exit code. `banner`: greet.
int run_interactive(ThreadState& ts, bool banner);

// Reads statements from the file until its end and runs each in __main__; exceptions are shown. Sets sys.ps1 and
// sys.ps2 unless they are there. The exit code that
// SystemExit asks for, else 0.
int run_statements(ThreadState& ts, std::FILE* input, Str& filename);
// One statement. False: the file has ended. The future features (CO_FUTURE_*) that the statement imports join
// `features`.
Result<bool> run_next_statement(ThreadState& ts, std::FILE* input, Str& filename, uint32_t& features);

// A line from a terminal, through the readline module where that is loaded (PyOS_Readline): with its newline, empty
// at the end of input. Other threads run meanwhile, but only one may read from the terminal, whose state readline keeps
// for the process. KeyboardInterrupt when a signal ended it.
Result<std::string> read_terminal_line(ThreadState& ts, std::FILE* input, std::FILE* output, const char* prompt);

}  // namespace orochi
