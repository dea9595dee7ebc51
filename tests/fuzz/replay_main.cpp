// Replays a corpus where there is no libFuzzer.
//
//     replay_NAME [--mutants N] FILE_OR_FOLDER...
//
// Runs the target on every file and on N mutants of each, which are the same in every run. A crash is the
// failure; the name of the file that is being run stands on standard error before it.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "target.hpp"

namespace {

using Bytes = std::vector<uint8_t>;

void run(const Bytes& input) {
    // A copy of exactly that size: reading past the end is found by the sanitizer.
    Bytes exact(input.begin(), input.end());
    LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

Bytes mutant(Bytes input, const Bytes& other, std::mt19937& chance) {
    auto below = [&](size_t n) { return n ? chance() % n : 0; };
    for (size_t changes = 1 + below(4); changes > 0; --changes) {
        size_t at = below(input.size() + 1), length = 1 + below(8);
        auto place = input.begin() + static_cast<ptrdiff_t>(at);
        size_t rest = std::min(length, input.size() - at);
        switch (below(4)) {
            case 0:
                if (at < input.size()) *place = static_cast<uint8_t>(chance());
                break;
            case 1: input.insert(place, static_cast<uint8_t>(chance())); break;
            case 2: input.erase(place, place + static_cast<ptrdiff_t>(rest)); break;
            default: {
                size_t from = below(other.size());
                size_t count = std::min(length, other.size() - from);
                auto source = other.begin() + static_cast<ptrdiff_t>(from);
                input.insert(place, source, source + static_cast<ptrdiff_t>(count));
            }
        }
    }
    return input;
}

}  // namespace

int main(int argc, char** argv) {
    int mutants = 0;
    std::set<std::filesystem::path> paths;
    for (int i = 1; i < argc; ++i) {
        if (std::string_view(argv[i]) == "--mutants" && i + 1 < argc) {
            mutants = std::atoi(argv[++i]);
        } else if (std::filesystem::is_directory(argv[i])) {
            for (const auto& entry : std::filesystem::directory_iterator(argv[i])) paths.insert(entry.path());
        } else {
            paths.insert(argv[i]);
        }
    }
    std::vector<Bytes> corpus;
    for (const auto& path : paths) {
        std::ifstream file(path, std::ios::binary);
        corpus.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
    std::mt19937 chance(1);
    size_t number = 0;
    for (const auto& path : paths) {
        std::fprintf(stderr, "%s\n", path.c_str());
        run(corpus[number]);
        for (int i = 0; i < mutants; ++i) run(mutant(corpus[number], corpus[chance() % corpus.size()], chance));
        ++number;
    }
    if (number == 0) {
        std::fprintf(stderr, "nothing to replay\n");
        return 1;
    }
    return 0;
}
