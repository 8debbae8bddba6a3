#include "autossh/base/file_text.hpp"

#include "autossh/base/descriptors.hpp"

#include <algorithm>
#include <array>
#include <span>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace autossh {

std::optional<std::string> text_of_file(const std::string& path, std::size_t limit)
{
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    struct stat status {};
    if (!fd || ::fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode))
        return std::nullopt;
    std::string text;
    std::array<char, 4096> part;
    while (text.size() < limit) {
        const auto room = std::span(part).first(std::min(part.size(), limit - text.size()));
        const ssize_t size = read_some(fd.get(), room);
        if (size <= 0)
            break;
        text.append(part.data(), static_cast<std::size_t>(size));
    }
    return text;
}

}  // namespace autossh
