#include "support/machine/network_namespace.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>

#ifdef __linux__
#include <sched.h>
#endif
#include <sys/wait.h>
#include <unistd.h>

namespace autossh_test {

namespace {

#ifdef __linux__

constexpr int not_permitted = 77;
constexpr unsigned longest_run = 120;  // seconds

void write_to(const char* path, const std::string& text)
{
    if (std::FILE* const file = std::fopen(path, "we")) {
        std::fputs(text.c_str(), file);
        std::fclose(file);
    }
}

bool enter_network_namespace()
{
    if (::unshare(CLONE_NEWNET) == 0)
        return true;
    const auto user = std::to_string(::geteuid());
    const auto group = std::to_string(::getegid());
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0)
        return false;
    write_to("/proc/self/setgroups", "deny");
    write_to("/proc/self/uid_map", "0 " + user + " 1");
    write_to("/proc/self/gid_map", "0 " + group + " 1");
    return true;
}

bool make_network()
{
    if (!enter_network_namespace())
        return false;
    try {
        ip("link set lo up");
        ip("link add here type veth peer name there");
        ip("addr add 2001:db8::/128 dev there nodad");  // IPv6 may be disabled
        ip("addr flush dev there");
        return true;
    } catch (const std::runtime_error&) {
        return false;
    }
}

[[noreturn]] void run_and_exit(const std::function<std::string()>& body, int answer)
{
    ::alarm(longest_run);  // ends this process
    if (!make_network())
        ::_exit(not_permitted);
    std::string text;
    try {
        text = body();
    } catch (const std::exception& error) {
        text = std::string("error: ") + error.what();
    }
    const bool written = ::write(answer, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    ::_exit(written ? 0 : 1);
}

#endif

}  // namespace

#ifdef __linux__

std::optional<std::string> in_network_namespace(const std::function<std::string()>& body)
{
    int ends[2] = {};
    if (::pipe(ends) < 0)
        return "error: no pipe";
    std::fflush(nullptr);
    const pid_t child = ::fork();
    if (child == 0)
        run_and_exit(body, ends[1]);
    ::close(ends[1]);
    std::string text;
    char buffer[4096];
    for (ssize_t size = 0; (size = ::read(ends[0], buffer, sizeof buffer)) > 0;)
        text.append(buffer, static_cast<std::size_t>(size));
    ::close(ends[0]);
    int status = 0;
    if (child < 0 || ::waitpid(child, &status, 0) != child)
        return "error: no process";
    if (WIFEXITED(status) && WEXITSTATUS(status) == not_permitted)
        return std::nullopt;
    if (status != 0)
        return "error: ended with wait status " + std::to_string(status);
    return text;
}

#else

std::optional<std::string> in_network_namespace(const std::function<std::string()>&)
{
    return std::nullopt;
}

#endif

void must(bool so, const std::string& what)
{
    if (!so)
        throw std::runtime_error("not so: " + what);
}

void ip(const std::string& words)
{
    const std::string command = "PATH=$PATH:/usr/sbin:/sbin; exec ip " + words + " >/dev/null 2>&1";
    if (std::system(command.c_str()) != 0)
        throw std::runtime_error("ip " + words);
}

void plug_in()
{
    ip("addr add 192.0.2.1/24 dev here");
    ip("link set here up");
    ip("link set there up");
}

}  // namespace autossh_test
