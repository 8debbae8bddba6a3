#include "autossh/doctor/examination.hpp"

#include "autossh/doctor/login_look.hpp"
#include "autossh/doctor/looks.hpp"
#include "autossh/doctor/manner_check.hpp"
#include "autossh/doctor/process_facts.hpp"
#include "autossh/doctor/running_check.hpp"
#include "autossh/ssh/client.hpp"
#include "autossh/ssh/jump_hosts.hpp"
#include "autossh/ssh/listening_places.hpp"
#include "autossh/ssh/login_identity.hpp"
#include "autossh/ssh/offer.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <tuple>

#include <fmt/core.h>

namespace autossh {

namespace {

/// A tunnel with what ssh has said of it.
struct Examined {
    const Patient* patient = nullptr;
    std::optional<SshConfig> config = {};
    std::optional<SshConfig> first = {};  ///< of the server that ssh connects to: a jump host's, or the same
    bool is_behind_command = false;       ///< a ProxyCommand: nothing is known of the way
};

std::string server_of(const SshConfig& config)
{
    return fmt::format("{} {} {}", config.value("hostname"), config.value("port"),
                       config.value("addressfamily"));
}

/// Who has a local one is seen by trying it.
std::vector<std::string> claims_on_server(const SshConfig& config)
{
    std::vector<std::string> claims = claims_of_granted(listening_places(config), {});
    std::erase_if(claims, [](const std::string& claim) { return !claim.starts_with("R "); });
    return claims;
}

class Examination {
public:
    explicit Examination(bool login) : login_(login) {}

    Findings run(const std::vector<Patient>& patients)
    {
        for (const Patient& patient : patients)
            ask_about(patient);
        look_at_all_servers();
        for (const Examined& one : all_)
            examine(one);
        if (login_)
            log_in();
        return std::move(findings_);
    }

private:
    void add(const Patient& patient, Findings findings)
    {
        for (Finding& finding : findings) {
            finding.tunnels = {patient.name};
            findings_.push_back(std::move(finding));
        }
    }

    const ClientLook& client_of(const Settings& settings)
    {
        const auto found = clients_.find(settings.tunnel.ssh.file);
        return found != clients_.end()
                   ? found->second
                   : clients_.emplace(settings.tunnel.ssh.file, look_at_client(settings)).first->second;
    }

    void ask_about(const Patient& patient)
    {
        if (patient.live)
            add(patient, running_findings(*patient.live));
        if (!patient.settings)
            return;
        const WorkingDirectory there(patient.directory);
        ClientLook client = client_of(*patient.settings);
        Examined one{&patient};
        if (client.is_asked) {
            one.config = ask_configuration(command_to_ask(patient.settings->tunnel), client.complaint);
            client.has_answered = one.config.has_value();
        }
        add(patient, client_findings(client));
        if (!one.config)
            return;
        one.first = one.config;
        one.is_behind_command = is_set(one.config->value("proxycommand"));
        if (const auto jumps = jump_hosts(one.config->value("proxyjump")); !jumps.empty()) {
            Failure complaint;
            one.first =
                ask_configuration(command_for(jumps.front(), patient.settings->tunnel.ssh), complaint);
            one.is_behind_command = !one.first || is_set(one.first->value("proxycommand"));
        }
        if (patient.is_up() && one.first)
            up_servers_.insert(server_of(*one.first));
        if (patient.live && patient.live->cause.failure_class == "shut-out" && one.first)
            shut_servers_.insert(server_of(*one.first));
        all_.push_back(std::move(one));
    }

    void examine(const Examined& one)
    {
        const Patient& patient = *one.patient;
        const WorkingDirectory there(patient.directory);
        const SshConfig& config = *one.config;
        examine_server(one);
        add(patient, key_findings(look_at_keys(patient, config)));
        for (const PlaceLook& place : look_at_places(patient, config))
            add(patient, place_findings(place));
        if (!login_)
            add(patient, public_port_findings(*patient.settings, config));
        add(patient, manner_findings(*patient.settings, config, patient.attended));
        if (!patient.is_up())
            add(patient, rival_findings(claims_on_server(config), others_than(patient.keeper)));
    }

    void examine_server(const Examined& one)
    {
        const Patient& patient = *one.patient;
        const std::string& ssh = patient.settings->tunnel.ssh.file;
        ServerLook look{.host = one.config->value("hostname"), .port = one.config->value("port")};
        look.why = "it is reached by a ProxyCommand";
        if (!one.is_behind_command && one.first)
            look = servers_.at(server_of(*one.first));
        const Findings findings = server_findings(look);
        add(patient, findings);
        if (exit_status(findings) != 0)
            return;  // another server may be meant
        add(patient, host_key_findings(host_key(*one.config, ssh)));
        if (one.first && one.first->text() != one.config->text())
            add(patient, host_key_findings(host_key(*one.first, ssh)));
    }

    void look_at_all_servers()
    {
        std::map<std::string, const SshConfig*> to_try;
        for (const Examined& one : all_) {
            if (!one.first || one.is_behind_command)
                continue;
            const std::string key = server_of(*one.first);
            ServerLook& look = servers_[key];
            look = {.host = one.first->value("hostname"), .port = one.first->value("port")};
            look.reach = ServerLook::Reach::connected;
            if (!up_servers_.contains(key) && shut_servers_.contains(key))
                look.reach = ServerLook::Reach::shut_out;  // another connection would make it worse
            else if (!up_servers_.contains(key))
                to_try.emplace(key, &*one.first);
        }
        std::vector<const SshConfig*> configs;
        for (const auto& [key, config] : to_try)
            configs.push_back(config);
        std::vector<ServerLook> looks = look_at_servers(configs);
        for (auto at = looks.begin(); const auto& [key, config] : to_try)
            servers_[key] = std::move(*at++);
    }

    const HostKeyLook& host_key(const SshConfig& config, const std::string& ssh)
    {
        std::string key = ssh;
        for (const char* const keyword :
             {"hostname", "port", "user", "hostkeyalias", "userknownhostsfile", "globalknownhostsfile",
              "stricthostkeychecking", "knownhostscommand", "verifyhostkeydns"})
            key += "\n" + config.value(keyword);
        const auto found = host_keys_.find(key);
        return found != host_keys_.end()
                   ? found->second
                   : host_keys_.emplace(key, look_at_host_key(config, ssh)).first->second;
    }

    const std::vector<OtherClient>& others_than(pid_t keeper)
    {
        const auto found = others_.find(keeper);
        return found != others_.end() ? found->second
                                      : others_.emplace(keeper, look_for_others(keeper)).first->second;
    }

    /// Once for those whose log-ins are the same.
    void log_in()
    {
        std::map<std::uint64_t, std::vector<const Examined*>> alike;
        for (const Examined& one : all_)
            alike[login_identity(*one.config, one.patient->settings->tunnel)].push_back(&one);
        for (const auto& [identity, ones] : alike) {
            const Examined& first = *ones.front();
            if (!first.patient->settings->tunnel.secrets.empty()) {
                for (const Examined* const one : ones)
                    add(*one->patient, {fine("login", "not tried, as autossh alone gives its secret")});
                continue;
            }
            std::set<std::string> remote;
            for (const Examined* const one : ones)
                if (!one->patient->is_up())
                    for (const std::string& words : one->config->values("remoteforward"))
                        remote.insert(words);
            const WorkingDirectory there(first.patient->directory);
            const LoginResult result = look_at_login(first.patient->settings->tunnel.ssh, *first.config,
                                                     {remote.begin(), remote.end()});
            for (const Examined* const one : ones)
                tell_login(*one, result);
        }
    }

    void tell_login(const Examined& one, const LoginResult& result)
    {
        const auto forwards = forwards_of(*one.config, std::nullopt);
        add(*one.patient, login_findings(result.look, forwards));
        if (!result.look.logged_in)
            return;
        note_login(findings_, one.patient->name);
        add(*one.patient, server_setting_findings(result.settings, forwards));
        if (result.settings.empty())
            add(*one.patient, public_port_findings(*one.patient->settings, *one.config));
        for (const AskedForward& asked : result.asked)
            if (std::ranges::any_of(forwards, [&](const Forward& forward) {
                    return forward.kind == Forward::Kind::remote && forward.place == asked.port;
                }))
                add(*one.patient, asked_forward_findings(asked));
    }

    bool login_;
    Findings findings_;
    std::vector<Examined> all_;
    std::set<std::string> up_servers_;
    std::set<std::string> shut_servers_;
    std::map<std::string, ClientLook> clients_;
    std::map<std::string, ServerLook> servers_;
    std::map<std::string, HostKeyLook> host_keys_;
    std::map<pid_t, std::vector<OtherClient>> others_;
};

}  // namespace

Findings examined(const std::vector<Patient>& patients, bool login)
{
    return Examination(login).run(patients);
}

}  // namespace autossh
