#include "autossh/import/compose_service.hpp"

#include "autossh/import/command.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include <fmt/core.h>

namespace autossh {

namespace {

/// The names of its variables since version 2, and those before.
constexpr std::array<std::array<std::string_view, 2>, 9> variable_names{
    {{"SSH_REMOTE_USER", "SSH_HOSTUSER"},
     {"SSH_REMOTE_HOST", "SSH_HOSTNAME"},
     {"SSH_REMOTE_PORT", "SSH_HOSTPORT"},
     {"SSH_TUNNEL_PORT", "SSH_TUNNEL_REMOTE"},
     {"SSH_TARGET_HOST", "SSH_TUNNEL_HOST"},
     {"SSH_TARGET_PORT", "SSH_TUNNEL_LOCAL"},
     {"SSH_KNOWN_HOSTS_FILE", "SSH_KNOWN_HOSTS"},
     {"SSH_SERVER_ALIVE_INTERVAL", "SERVER_ALIVE_INTERVAL"},
     {"SSH_SERVER_ALIVE_COUNT_MAX", "SERVER_ALIVE_COUNT_MAX"}}};

constexpr std::array<std::string_view, 4> other_variables{"SSH_MODE", "SSH_BIND_IP", "SSH_KEY_FILE",
                                                          "SSH_STRICT_HOST_IP_CHECK"};

class ImageReader {
public:
    explicit ImageReader(const ComposeService& service) : service_(service) { start(); }

    Imported by_variables()
    {
        const std::string host = value_of("SSH_REMOTE_HOST", "");
        if (host.empty())
            return error("SSH_REMOTE_HOST is not set");
        tunnel_.words = {"-M", "0", "-N"};
        add_host_keys();
        add_key();
        add("-o", "ServerAliveInterval=" + value_of("SSH_SERVER_ALIVE_INTERVAL", "10"));
        add("-o", "ServerAliveCountMax=" + value_of("SSH_SERVER_ALIVE_COUNT_MAX", "3"));
        add("-o", "ExitOnForwardFailure=yes");
        if (const std::string mistake = add_forward(); !mistake.empty())
            return error(mistake);
        add("-p", value_of("SSH_REMOTE_PORT", "22"));
        tunnel_.words.push_back(fmt::format("{}@{}", value_of("SSH_REMOTE_USER", "root"), host));
        take_environment();
        return {{tunnel_}, {}};
    }

    Imported by_command()
    {
        std::vector<std::string> words = service_.command;
        const bool is_bare = !words.empty() && words.front().starts_with('-') && !service_.has_entrypoint &&
                             file_name_of(service_.image).starts_with("autossh");
        if (is_bare) {
            words.insert(words.begin(), "autossh");
            tunnel_.notes.emplace_back("its command is taken for words of autossh, which the image runs");
        }
        take_environment();
        return tunnels_of_command(
            words, tunnel_, [](std::string_view) -> std::optional<std::string> { return std::nullopt; });
    }

    Imported error(const std::string& why) const
    {
        return {{}, {fmt::format("{}: service {}: {}", service_.source, service_.name, why)}};
    }

private:
    void start()
    {
        tunnel_.source = fmt::format("{}, service {}", service_.source, service_.name);
        tunnel_.name = service_.name;
        tunnel_.ending =
            fmt::format("docker compose rm --stop {0}, and take {0} out of the file", service_.name);
        if (!service_.is_on_host)
            tunnel_.notes.emplace_back("names and addresses are those that the container sees: check them");
        if (!service_.ports.empty()) {
            std::string ports;
            for (const std::string& port : service_.ports)
                ports += " " + port;
            tunnel_.notes.push_back(fmt::format("the container publishes{}: here it listens itself", ports));
        }
    }

    void add(const std::string& letter, const std::string& value)
    {
        tunnel_.words.insert(tunnel_.words.end(), {letter, value});
    }

    std::string variable(std::string_view name) const
    {
        for (const auto& [known, value] : service_.environment)
            if (known == name)
                return value;
        return "";
    }

    std::string value_of(std::string_view name, const std::string& otherwise) const
    {
        std::string value = variable(name);
        for (const auto& [now, before] : variable_names)
            if (value.empty() && now == name)
                value = variable(before);
        return value.empty() ? otherwise : value;
    }

    /// Here, of one in the container. Nothing: it is not mounted.
    std::optional<std::string> mounted(const std::string& path) const
    {
        for (const auto& [here, there] : service_.volumes) {
            if (there == path)
                return here;
            if (path.starts_with(there + "/"))
                return here + path.substr(there.size());
        }
        return std::nullopt;
    }

    /// Where no file of host keys is mounted, the image turns the check off. That is not carried over.
    void add_host_keys()
    {
        const auto file = mounted(value_of("SSH_KNOWN_HOSTS_FILE", "/known_hosts"));
        if (!file) {
            tunnel_.notes.emplace_back(
                "the image takes any host key (StrictHostKeyChecking=no), which is not carried over: log in "
                "once, and compare the key");
            return;
        }
        add("-o", "StrictHostKeyChecking=yes");
        add("-o", "UserKnownHostsFile=" + *file);
        if (value_of("SSH_STRICT_HOST_IP_CHECK", "") == "false")
            add("-o", "CheckHostIP=no");
    }

    void add_key()
    {
        const std::string path = value_of("SSH_KEY_FILE", "/id_rsa");
        if (const auto file = mounted(path))
            add("-i", *file);
        else
            tunnel_.notes.push_back(fmt::format("its key is {} in the container: name the one here", path));
    }

    std::string add_forward()
    {
        std::string mode = value_of("SSH_MODE", "-R");
        if (mode.starts_with("-D ")) {
            add("-D", mode.substr(3));
            return "";
        }
        if (mode != "-R" && mode != "-L")
            return fmt::format("SSH_MODE={} is not understood", mode);
        std::string port = value_of("SSH_TUNNEL_PORT", "");
        if (port.empty() && mode == "-L")
            return "SSH_TUNNEL_PORT is not set, and the image takes another port each time: write one";
        if (port.empty()) {
            port = "0";
            tunnel_.notes.emplace_back("SSH_TUNNEL_PORT is not set: the server chooses the port");
        }
        add(mode, fmt::format("{}:{}:{}:{}", value_of("SSH_BIND_IP", "127.0.0.1"), port,
                              value_of("SSH_TARGET_HOST", "localhost"), value_of("SSH_TARGET_PORT", "22")));
        return "";
    }

    void take_environment()
    {
        const auto is_of_image = [](std::string_view name) {
            return std::ranges::find(other_variables, name) != other_variables.end() ||
                   std::ranges::any_of(variable_names, [&](const auto& names) {
                       return names[0] == name || names[1] == name;
                   });
        };
        std::string left_out;
        for (const auto& [name, value] : service_.environment)
            if (name.starts_with("AUTOSSH_") || name == "SSH_AUTH_SOCK")
                tunnel_.environment.emplace_back(name, value);
            else if (!is_of_image(name))
                left_out += (left_out.empty() ? "" : ", ") + name;
        if (!left_out.empty())
            tunnel_.notes.push_back(fmt::format("variables of the container are left out: {}", left_out));
    }

    const ComposeService& service_;
    ImportedTunnel tunnel_;
};

}  // namespace

bool is_known_image(const std::string& image)
{
    const std::string name = image.substr(0, image.find_first_of("@", 0));
    const std::size_t tag = name.rfind(':');
    const std::string bare =
        tag != name.npos && name.find('/', tag) == name.npos ? name.substr(0, tag) : name;
    return bare == "jnovack/autossh" || bare.ends_with("/jnovack/autossh");
}

Imported import_compose_service(const ComposeService& service)
{
    ImageReader reader(service);
    if (is_known_image(service.image) && !service.has_entrypoint)
        return reader.by_variables();
    Imported found = reader.by_command();
    if (found.tunnels.empty() && found.errors.empty() && service.image.find("autossh") != std::string::npos)
        return reader.error(fmt::format("what the image {} runs is not known", service.image));
    return found;
}

}  // namespace autossh
