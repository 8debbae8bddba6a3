#include "autossh/import/imported_paths.hpp"

#include "autossh/base/paths.hpp"
#include "autossh/base/text.hpp"
#include "autossh/import/ssh_words.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/core.h>

namespace autossh {

std::string imported_path(const std::string& path, const std::string& directory)
{
    if (path.empty() || directory.empty() || std::string_view("/~%$").find(path.front()) != std::string::npos)
        return path;
    return without_dots(fmt::format("{}/{}", directory, path));
}

namespace {

/// Options of ssh_config(5) whose value is a path.
constexpr std::array<std::string_view, 8> path_options{
    "identityfile", "certificatefile", "userknownhostsfile", "globalknownhostsfile",
    "controlpath",  "identityagent",   "revokedhostkeys",    "xauthlocation"};

/// "none", "SSH_AUTH_SOCK" and their likes.
bool is_word_for_path(const std::string& value)
{
    return value == "none" || value == "SSH_AUTH_SOCK" || value == "yes" || value == "no";
}

/// Of "KEY=VALUE" or "KEY VALUE", with a path below `directory`.
std::string with_absolute_value(const std::string& option, const std::string& directory)
{
    const std::size_t end = std::min(option.find_first_of("= \t"), option.size());
    const std::size_t begin = std::min(option.find_first_not_of("= \t", end), option.size());
    const std::string value = option.substr(begin);
    const bool is_path =
        std::ranges::find(path_options, lower_case(option.substr(0, end))) != path_options.end() &&
        !is_word_for_path(value) && value.find_first_of(" \t\"") == std::string::npos;
    return is_path ? option.substr(0, begin) + imported_path(value, directory) : option;
}

/// The socket on our side of a forward: a part is a path where it has a slash.
std::string with_absolute_socket(const std::string& forward, char letter, const std::string& directory)
{
    const bool is_local = letter != 'R';
    const std::size_t colon = is_local ? std::min(forward.find(':'), forward.size()) : forward.rfind(':');
    if (colon == forward.npos)
        return forward;
    const std::string path = is_local ? forward.substr(0, colon) : forward.substr(colon + 1);
    if (path.find('/') == path.npos)
        return forward;
    return is_local ? imported_path(path, directory) + forward.substr(colon)
                    : forward.substr(0, colon + 1) + imported_path(path, directory);
}

/// `ssh` with the paths that begin where it is started below `directory`.
SshWords moved(SshWords ssh, const std::string& directory)
{
    for (SshWordOption& option : ssh.options) {
        if (!option.value)
            continue;
        if (std::string_view("iFES").find(option.letter) != std::string_view::npos)
            option.value =
                is_word_for_path(*option.value) ? *option.value : imported_path(*option.value, directory);
        if (option.letter == 'o')
            option.value = with_absolute_value(*option.value, directory);
    }
    for (std::string& forward : ssh.local)
        forward = with_absolute_socket(forward, 'L', directory);
    for (std::string& forward : ssh.remote)
        forward = with_absolute_socket(forward, 'R', directory);
    return ssh;
}

/// Of the several words of an option, one that is a relative path.
bool has_relative_word(const std::string& option)
{
    const std::size_t end = std::min(option.find_first_of("= \t"), option.size());
    if (std::ranges::find(path_options, lower_case(option.substr(0, end))) == path_options.end())
        return false;
    std::string values = option.substr(end);
    std::ranges::replace(values, '=', ' ');
    std::erase(values, '"');
    return std::ranges::any_of(words_of(values), [](const std::string& value) {
        return !is_word_for_path(value) && imported_path(value, "/") != value;
    });
}

}  // namespace

std::vector<std::string> with_absolute_paths(const std::vector<std::string>& words,
                                             const std::string& directory)
{
    const auto ssh = read_ssh_words(words);
    if (!ssh)
        return words;
    const SshWords made = moved(*ssh, directory);
    return made.words() != ssh->words() ? made.words() : words;
}

std::vector<std::string> relative_paths_in(const std::vector<std::string>& words)
{
    const auto ssh = read_ssh_words(words);
    if (!ssh)
        return {};
    std::vector<std::string> found;
    const SshWords made = moved(*ssh, "/");
    for (std::size_t i = 0; i < made.options.size(); ++i) {
        const SshWordOption& option = ssh->options[i];
        if (made.options[i].value != option.value ||
            (option.letter == 'o' && option.value && has_relative_word(*option.value)))
            found.push_back(fmt::format("-{} {}", option.letter, *option.value));
    }
    for (std::size_t i = 0; i < made.local.size(); ++i)
        if (made.local[i] != ssh->local[i])
            found.push_back("-L " + ssh->local[i]);
    for (std::size_t i = 0; i < made.remote.size(); ++i)
        if (made.remote[i] != ssh->remote[i])
            found.push_back("-R " + ssh->remote[i]);
    return found;
}

}  // namespace autossh
