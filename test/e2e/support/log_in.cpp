#include "e2e/support/log_in.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace autossh_test {
namespace {

std::vector<std::string> words_for(const PasswordSshd& sshd, const std::vector<std::string>& options)
{
    std::vector<std::string> words{"ssh", "-F", sshd.client_config()};
    words.insert(words.end(), options.begin(), options.end());
    words.insert(words.end(), {"server", "echo this is $(id -un)"});
    return words;
}

}  // namespace

LogIn::LogIn(const PasswordSshd& sshd, const Answers& answers, const std::vector<std::string>& options)
    : askpass_(write_askpass(answers)),
      ssh_({.arguments = words_for(sshd, options),
            .changes = {{"SSH_ASKPASS", askpass_}, {"SSH_ASKPASS_REQUIRE", "force"}},
            .new_session = true})
{}

bool LogIn::succeeds() const
{
    return ssh_.wait_for_exit() == exited(0) && ssh_.output() == "this is tunnel\n";
}

bool LogIn::is_refused() const
{
    return ssh_.wait_for_exit() == exited(255) &&
           ssh_.errors().find("Permission denied (") != std::string::npos;
}

std::string LogIn::prompts() const
{
    return read_file(directory_ / "prompts");
}

int LogIn::asked(const std::string& prompt) const
{
    const std::string all = prompts();
    int found = 0;
    for (std::size_t begin = 0; begin < all.size();) {
        const std::size_t end = std::min(all.find('\0', begin), all.size());
        found += all.compare(begin, end - begin, prompt) == 0 ? 1 : 0;
        begin = end + 1;
    }
    return found;
}

std::string LogIn::write_askpass(const Answers& answers) const
{
    std::string script = fmt::format("#!/bin/sh\nprintf '%s\\0' \"$1\" >>'{}'\ncase $1 in\n",
                                     (directory_ / "prompts").string());
    for (const auto& [prompt, answer] : answers)
        script += fmt::format("*\"{}\"*) printf '%s\\n' '{}' ;;\n", prompt, answer);
    script += "*) exit 1 ;;\nesac\n";
    std::string path = directory_ / "askpass";
    write_file(path, script);
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return path;
}

}  // namespace autossh_test
