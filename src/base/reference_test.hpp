// For tests only: runs a program on the reference interpreter and gives back what it printed.
#pragma once

#include <unistd.h>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace orochi::base {

inline std::string reference(const std::string& program, const std::string& environment = "") {
    char path[] = "/tmp/orochi_reference_XXXXXX";
    int fd = mkstemp(path);
    if (fd < 0) return "";
    if (write(fd, program.data(), program.size()) != static_cast<ssize_t>(program.size())) return "";
    close(fd);
    std::string output;
    std::string command = environment + " /usr/bin/python3.11 -S -E " + path;
    if (!environment.empty()) command = environment + " /usr/bin/python3.11 -S " + path;
    if (FILE* pipe = popen(command.c_str(), "r")) {
        char buffer[65536];
        while (std::size_t n = fread(buffer, 1, sizeof buffer, pipe)) output.append(buffer, n);
        pclose(pipe);
    }
    unlink(path);
    return output;
}

inline std::vector<std::string> reference_lines(const std::string& program, const std::string& environment = "") {
    std::vector<std::string> lines;
    std::string output = reference(program, environment);
    for (std::size_t start = 0; start < output.size();) {
        std::size_t end = output.find('\n', start);
        if (end == std::string::npos) end = output.size();
        lines.push_back(output.substr(start, end - start));
        start = end + 1;
    }
    return lines;
}

}  // namespace orochi::base
