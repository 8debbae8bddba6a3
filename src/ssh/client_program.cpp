#include "autossh/ssh/client_program.hpp"

#include "autossh/base/file_text.hpp"
#include "autossh/base/find_program.hpp"
#include "autossh/base/unique_fd.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string_view>

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

namespace autossh {

namespace {

/// Of a program.
bool has_text(const std::string& path, std::string_view wanted)
{
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    std::array<char, 4096> part;
    std::size_t kept = 0;  // of the last part, in which it may begin
    for (ssize_t size = 0; fd && (size = ::read(fd.get(), part.data() + kept, part.size() - kept)) > 0;) {
        const std::string_view text(part.data(), kept + static_cast<std::size_t>(size));
        if (text.find(wanted) != std::string_view::npos)
            return true;
        kept = std::min(text.size(), wanted.size());
        std::ranges::copy(text.substr(text.size() - kept), part.begin());
    }
    return false;
}

/// A dropbear by the name of ssh would not answer the question but connect.
bool is_openssh(const std::string& path)
{
    return has_text(path, "OpenSSH_");
}

/// Not "#!" only: what has no NUL byte near its beginning is a text, which execvp(3) gives to the shell.
bool is_script(std::string_view text)
{
    return text.starts_with("#!") || text.substr(0, 4096).find('\0') == std::string_view::npos;
}

}  // namespace

std::string cannot_be_read(const std::string& file)
{
    const std::string path = find_program(file);
    const UniqueFd program(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    const bool for_want = !program && (errno == EMFILE || errno == ENFILE || errno == ENOMEM);
    return for_want ? fmt::format("cannot read {}: {}", path, std::strerror(errno)) : "";
}

bool is_named_ssh(const std::string& file)
{
    const std::string name = file.substr(file.rfind('/') + 1);  // npos + 1 is 0
    return name == "ssh" || name == "ssh.exe";
}

bool may_be_asked(const std::string& file)
{
    if (!is_named_ssh(file))
        return false;
    const std::string path = find_program(file);
    return !path.empty() && !is_script(text_of_file(path, 4096).value_or("")) && is_openssh(path);
}

bool passes_arguments_on(const std::string& file)
{
    static constexpr std::size_t most_text = 65536;
    static constexpr std::array<std::string_view, 4> ways{"$@", "$*", "argv", "ARGV"};
    const std::string text = text_of_file(find_program(file), most_text).value_or("");
    const auto has = [&](std::string_view word) { return text.find(word) != std::string::npos; };
    return is_script(text) && std::ranges::any_of(ways, has) && !has("dbclient");
}

bool claims_to_answer(const std::string& file)
{
    const std::string text = text_of_file(find_program(file), 4096).value_or("");
    return is_script(text) && text.find("\n# autossh: answers -G\n") != std::string::npos;
}

bool is_openssh_client(const std::string& file)
{
    return may_be_asked(file) && has_text(find_program(file), "hostkeys-00@openssh.com");
}

}  // namespace autossh
