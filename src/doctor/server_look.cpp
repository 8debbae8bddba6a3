#include "autossh/base/find_program.hpp"
#include "autossh/base/numbers.hpp"
#include "autossh/base/signals.hpp"
#include "autossh/base/socket_address.hpp"
#include "autossh/base/text.hpp"
#include "autossh/base/time.hpp"
#include "autossh/doctor/looks.hpp"
#include "autossh/doctor/program_output.hpp"
#include "autossh/ssh/configured_keys.hpp"
#include "autossh/ssh/path.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <memory>
#include <system_error>
#include <thread>

#include <fmt/core.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace autossh {

namespace {

constexpr Duration patience_with_server = std::chrono::seconds(10);

constexpr Duration patience_with_greeting = std::chrono::seconds(3);

/// A thread each.
constexpr std::size_t most_at_a_time = 64;
constexpr std::string_view own_greeting = "SSH-2.0-autosshctl_doctor\r\n";

using Addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

bool wait_for(int fd, short events, Time end)
{
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
    pollfd one{fd, events, 0};
    return left > 0 && ::poll(&one, 1, static_cast<int>(left)) > 0;
}

ServerLook::Reach reach_by(int error)
{
    if (error == ECONNREFUSED)
        return ServerLook::Reach::refused;
    const bool no_way = error == EHOSTUNREACH || error == ENETUNREACH || error == EADDRNOTAVAIL ||
                        error == EAFNOSUPPORT || error == EACCES || error == EPERM;
    return no_way ? ServerLook::Reach::no_route : ServerLook::Reach::no_answer;
}

int error_of_connection(int socket, const addrinfo& address)
{
    if (::connect(socket, address.ai_addr, address.ai_addrlen) == 0)
        return 0;
    if (errno != EINPROGRESS)
        return errno;
    if (!wait_for(socket, POLLOUT, Clock::now() + patience_with_server))
        return ETIMEDOUT;
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size);
    return error;
}

/// A server may say other lines before its greeting (RFC 4253, section 4.2). npos: it is not there.
std::size_t begin_of_greeting(const std::string& text)
{
    if (text.starts_with("SSH-"))
        return 0;
    const std::size_t at = text.find("\nSSH-");
    return at == std::string::npos ? at : at + 1;
}

bool has_whole_greeting(const std::string& text)
{
    const std::size_t at = begin_of_greeting(text);
    return at != std::string::npos && text.find('\n', at) != std::string::npos;
}

/// `from`: where it begins.
std::string line_from(const std::string& text, std::size_t from)
{
    return one_line(text.substr(from, text.find_first_of("\r\n", from) - from));
}

void read_greeting(int socket, ServerLook& look)
{
    const Time end = Clock::now() + patience_with_server;
    std::string text;
    std::array<char, 512> piece;
    ssize_t size = 1;
    // An sshd speaks first. Who waits for us to speak tells what he is when he has heard an ssh.
    if (!wait_for(socket, POLLIN, Clock::now() + patience_with_greeting))
        static_cast<void>(!::send(socket, own_greeting.data(), own_greeting.size(), MSG_NOSIGNAL));
    while (text.size() < 8192 && !has_whole_greeting(text) && wait_for(socket, POLLIN, end) &&
           (size = ::recv(socket, piece.data(), piece.size(), 0)) > 0)
        text.append(piece.data(), static_cast<std::size_t>(size));
    const std::size_t at = begin_of_greeting(text);
    look.greeting = line_from(text, at == text.npos ? 0 : at);
    if (text.find("Exceeded MaxStartups") != text.npos)
        look.reach = ServerLook::Reach::too_many;
    else if (text.find("Not allowed at this time") != text.npos)
        look.reach = ServerLook::Reach::shut_out;
    else if (at != text.npos && !own_greeting.starts_with(look.greeting))  // an echo is none
        look.reach = ServerLook::Reach::answers;
    else if (!text.empty())
        look.reach = ServerLook::Reach::stranger;
    else
        look.reach = size <= 0 ? ServerLook::Reach::no_greeting : ServerLook::Reach::silent;
}

std::string address_in_words(const addrinfo& address)
{
    std::array<char, NI_MAXHOST> text{};
    ::getnameinfo(address.ai_addr, address.ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST);
    return text.data();
}

int family_of(const std::string& configured)
{
    if (configured == "inet")
        return AF_INET;
    return configured == "inet6" ? AF_INET6 : AF_UNSPEC;
}

std::vector<std::string> files_of_hosts(const SshConfig& config)
{
    const SshPaths paths(configured_keys(config).path_tokens);
    std::vector<std::string> files;
    for (const char* const keyword : {"userknownhostsfile", "globalknownhostsfile"})
        for (const std::string& word : words_of(config.value(keyword)))
            if (const auto path = paths(word); path && word != "none")
                files.push_back(*path);
    return files;
}

std::string keygen_beside(const std::string& ssh)
{
    const std::string path = find_program(ssh);
    const std::string beside = path.substr(0, path.rfind('/') + 1) + "ssh-keygen";
    return ::access(beside.c_str(), X_OK) == 0 ? beside : find_program("ssh-keygen");
}

}  // namespace

ServerLook look_at_server(const SshConfig& config)
{
    ServerLook look;
    look.host = config.value("hostname");
    look.port = config.value("port");
    addrinfo hints{};
    hints.ai_family = family_of(config.value("addressfamily"));
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int error = ::getaddrinfo(look.host.c_str(), look.port.c_str(), &hints, &found);
    const Addresses addresses(found, &::freeaddrinfo);
    if (error != 0) {
        look.reach =
            error == EAI_AGAIN ? ServerLook::Reach::name_server_silent : ServerLook::Reach::name_unknown;
        return look;
    }
    for (const addrinfo* one = addresses.get(); one != nullptr; one = one->ai_next) {
        const UniqueFd socket = open_socket(one->ai_family, SOCK_STREAM);
        const int trouble = socket ? error_of_connection(socket.get(), *one) : errno;
        look.address = address_in_words(*one);
        if (trouble == 0) {
            read_greeting(socket.get(), look);
            return look;
        }
        look.reach = reach_by(trouble);
    }
    return look;
}

std::vector<ServerLook> look_at_servers(const std::vector<const SshConfig*>& configs)
{
    std::vector<ServerLook> looks(configs.size());
    std::atomic<std::size_t> next = 0;
    const auto work = [&] {
        for (std::size_t i = next++; i < configs.size(); i = next++)
            looks[i] = look_at_server(*configs[i]);
    };
    std::vector<std::thread> others;
    try {
        const SignalsBlocked blocked;
        while (others.size() + 1 < std::min(configs.size(), most_at_a_time))
            others.emplace_back(work);
    } catch (const std::system_error&) {
        // As many as the system lets us have.
    }
    work();
    for (std::thread& other : others)
        other.join();
    return looks;
}

HostKeyLook look_at_host_key(const SshConfig& config, const std::string& ssh)
{
    HostKeyLook look;
    const std::string alias = config.value("hostkeyalias");
    const std::string host = lower_case(config.value("hostname"));
    const bool usual_port = config.value("port") == "22";
    look.name = usual_port ? host : fmt::format("[{}]:{}", host, config.value("port"));
    if (is_set(alias))
        look.name = lower_case(alias);
    look.login = fmt::format("{}{}@{}", usual_port ? "" : fmt::format("-p {} ", config.value("port")),
                             config.value("user"), config.value("hostname"));
    look.checking = config.value("stricthostkeychecking");
    if (look.checking == "true")
        look.checking = "yes";
    const std::string usual_files = config.value("userknownhostsfile");
    look.is_elsewhere = usual_files.find("/.ssh/known_hosts") == std::string::npos;
    const std::string keygen = keygen_beside(ssh);
    if (is_set(config.value("knownhostscommand")))
        look.why = "KnownHostsCommand is asked";
    else if (config.value("verifyhostkeydns") == "yes" || config.value("verifyhostkeydns") == "true")
        look.why = "DNS is asked (VerifyHostKeyDNS)";
    else if (keygen.empty())
        look.why = "there is no ssh-keygen";
    look.can_be_known = look.why.empty();
    if (!look.can_be_known)
        return look;
    const auto note_keys_of = [&](const std::string& name) {
        std::string found;
        for (const std::string& file : files_of_hosts(config))
            found += output_of({keygen, {keygen, "-F", name, "-f", file}}, std::chrono::seconds(5)).out;
        note_known_keys(look, found);
    };
    note_keys_of(look.name);
    // ssh looks there, too (sshconnect.c): "checking without port identifier".
    if (!look.is_known && !look.is_revoked && look.name.starts_with('['))
        note_keys_of(host);
    return look;
}

}  // namespace autossh
