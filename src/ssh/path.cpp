#include "autossh/ssh/path.hpp"

#include "autossh/base/environment.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <pwd.h>
#include <unistd.h>

namespace autossh {

namespace {

/// Takes the user's name, or nothing, off the front of `path`, and gives the home directory.
std::optional<std::string> take_home(std::string_view& path, const HomeOf& home_of)
{
    if (!path.starts_with('~'))
        return "";
    const std::string user(path.substr(1, path.find('/') - 1));
    path.remove_prefix(std::min(user.size() + 1, path.size()));
    return home_of(user);
}

/// Of `${NAME}`, which is taken off the front. Nothing where ssh would give up.
std::optional<std::string> take_variable(std::string_view& text, const Environment& environment)
{
    const std::size_t end = text.find('}');
    if (end == std::string_view::npos)
        return std::nullopt;
    const std::string_view name = text.substr(2, end - 2);
    text.remove_prefix(end + 1);
    return environment(name);
}

std::optional<std::string> take_token(std::string_view& text, const PathTokens& tokens)
{
    const char letter = text.size() > 1 ? text[1] : '\0';
    text.remove_prefix(std::min<std::size_t>(2, text.size()));
    if (letter == '%')
        return "%";
    const auto found = tokens.find(letter);
    return found == tokens.end() ? std::nullopt : std::optional(found->second);
}

/// In the form of the lookups that may be repeated with a larger buffer: getpwnam(3) itself is not used, as
/// its result is shared by the whole process.
template <typename Lookup>
std::optional<passwd> entry(std::vector<char>& buffer, const Lookup& look_up)
{
    constexpr std::size_t largest = 1024 * 1024;
    passwd found{};
    passwd* result = nullptr;
    int error = 0;
    for (buffer.resize(4096);
         (error = look_up(&found, buffer, &result)) == ERANGE && buffer.size() < largest;)
        buffer.resize(buffer.size() * 2);
    return error == 0 && result != nullptr ? std::optional(found) : std::nullopt;
}

std::optional<passwd> own_entry(std::vector<char>& buffer)
{
    return entry(buffer, [](passwd* found, std::vector<char>& room, passwd** result) {
        return ::getpwuid_r(::getuid(), found, room.data(), room.size(), result);
    });
}

struct StatusTracker {
    std::string name;
    std::string home;
};

/// Looked up once, as that may take its time where the user database is on the network, and does not change.
const std::optional<StatusTracker>& own_account()
{
    static std::optional<StatusTracker> known;
    std::vector<char> buffer;
    if (!known)
        if (const auto own = own_entry(buffer))
            known = StatusTracker{own->pw_name, own->pw_dir};
    return known;
}

std::optional<std::string> home_of_user(const std::string& user)
{
    if (user.empty())
        return own_account() ? std::optional(own_account()->home) : std::nullopt;
    std::vector<char> buffer;
    const auto found = entry(buffer, [&user](passwd* its, std::vector<char>& room, passwd** result) {
        return ::getpwnam_r(user.c_str(), its, room.data(), room.size(), result);
    });
    return found ? std::optional<std::string>(found->pw_dir) : std::nullopt;
}

/// What the letter stands for whatever the destination is.
std::optional<std::string> local_token(char letter)
{
    if (letter == 'i')
        return std::to_string(::getuid());
    if (letter == 'l' || letter == 'L') {
        std::array<char, 256> machine{};
        if (::gethostname(machine.data(), machine.size() - 1) != 0)
            return std::nullopt;
        const std::string name = machine.data();
        return letter == 'l' ? name : name.substr(0, name.find('.'));
    }
    if ((letter != 'd' && letter != 'u') || !own_account())
        return std::nullopt;
    return letter == 'd' ? own_account()->home : own_account()->name;
}

}  // namespace

std::optional<std::string> expanded_path(std::string_view path, const PathTokens& tokens,
                                         const Environment& environment, const HomeOf& home_of)
{
    const auto home = take_home(path, home_of);
    if (!home)
        return std::nullopt;
    // ssh looks for tokens in the home directory, too.
    const std::string whole = *home + std::string(path);
    std::string_view rest = whole;
    std::string expanded;
    while (!rest.empty()) {
        std::optional<std::string> piece(std::in_place, 1, rest.front());
        if (rest.starts_with("${"))
            piece = take_variable(rest, environment);
        else if (rest.starts_with('%'))
            piece = take_token(rest, tokens);
        else
            rest.remove_prefix(1);
        if (!piece)
            return std::nullopt;
        expanded += *piece;
    }
    return expanded;
}

std::optional<std::string> SshPaths::operator()(std::string_view path) const
{
    PathTokens tokens = tokens_;
    for (const char letter : {'d', 'i', 'l', 'L', 'u'})
        if (path.find(std::string{'%', letter}) != std::string_view::npos)
            if (auto value = local_token(letter))
                tokens[letter] = std::move(*value);
    return expanded_path(path, tokens, environment_variable, home_of_user);
}

}  // namespace autossh
