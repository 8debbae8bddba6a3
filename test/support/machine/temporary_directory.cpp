#include "support/machine/temporary_directory.hpp"

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace autossh_test {

TemporaryDirectory::TemporaryDirectory()
{
    // Without links in it, so that a program's own view of the path compares equal.
    const auto parent = std::filesystem::canonical(std::filesystem::temp_directory_path());
    std::string name = (parent / "autossh-test-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr)
        throw std::system_error(errno, std::generic_category(), name);
    path_ = name;
}

TemporaryDirectory::~TemporaryDirectory()
{
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string read_file(const std::filesystem::path& path)
{
    std::string text;
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    char buffer[16384];
    while (file >= 0) {
        const ssize_t size = read(file, buffer, sizeof buffer);
        if (size > 0)
            text.append(buffer, static_cast<std::size_t>(size));
        else if (size == 0 || errno != EINTR)
            break;
    }
    if (file >= 0)
        close(file);
    return text;
}

void write_file(const std::filesystem::path& path, const std::string& text)
{
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << text;
    file.flush();
    if (!file)
        throw std::runtime_error("cannot write " + path.string());
}

}  // namespace autossh_test
