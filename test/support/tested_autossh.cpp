#include "support/tested_autossh.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace autossh_test {

const std::string& tested_autossh()
{
    static const std::string path = [] {
        const char* const other = std::getenv("TESTED_AUTOSSH");
        return std::string(other == nullptr ? BUILT_AUTOSSH : other);
    }();
    return path;
}

bool tested_autossh_has_address_sanitizer()
{
    static const bool has = [] {
        std::ifstream file(tested_autossh(), std::ios::binary);
        const std::string bytes(std::istreambuf_iterator<char>(file), {});
        return bytes.find("__asan_init") != std::string::npos;
    }();
    return has;
}

}  // namespace autossh_test
