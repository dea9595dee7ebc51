// The program `orochi`: the command line of python3.11.
#include "memory/python.hpp"

int main(int argc, char** argv) { return Py_BytesMain(argc, argv); }
