#include "autossh/ssh/circumstances.hpp"

#include "autossh/base/text.hpp"
#include "autossh/ssh/message.hpp"

#include <algorithm>
#include <optional>

namespace autossh {

namespace {

constexpr std::size_t longest_word = 120;
constexpr std::size_t most_words = 8;
constexpr std::size_t most_channels = 32;

std::string as_field(std::string_view text)
{
    return shortened(printable(text), longest_word);
}

/// What follows `beginning`.
std::optional<std::string_view> what_follows(std::string_view line, std::string_view beginning)
{
    if (!line.starts_with(beginning))
        return std::nullopt;
    return line.substr(beginning.size());
}

std::string_view part_between(std::string_view text, std::string_view from, std::string_view to)
{
    return between(text, from, to).value_or("");
}

/// FILE TYPE FINGERPRINT [explicit] [agent], or a comment in place of the file.
std::string_view name_of_key(std::string_view words)
{
    return words.substr(
        0, std::min({words.find(" ED25519"), words.find(" RSA"), words.find(" ECDSA"), words.find(" DSA")}));
}

void add(std::vector<std::string>& words, std::string_view word)
{
    if (words.size() < most_words && !word.empty())
        words.push_back(as_field(word));
}

/// What the server sends is printed as it is, with the ends of lines in it.
bool may_have_words_of_server(std::string_view line)
{
    constexpr std::string_view beginnings[] = {"Remote: ", ": open failed: ", " rtype ", " ctype ",
                                               "originator "};
    return std::ranges::any_of(beginnings,
                               [&](std::string_view part) { return line.find(part) != line.npos; });
}

/// channels.c: "channel 0: filter stops". The session's filter is that of the escape character.
bool is_filter_stop(std::string_view words)
{
    return words.starts_with("channel ") && words.ends_with(": filter stops");
}

}  // namespace

void CircumstanceReader::read_stray_line(std::string_view line)
{
    if (std::string words = one_line(line); !words.empty())
        known().stray_words = shortened(std::move(words), longest_word);
}

void CircumstanceReader::read_line(std::string_view line, bool logged_in)
{
    if (found().logged_in != logged_in)
        known().logged_in = logged_in;
    if (logged_in && may_have_words_of_server(line))
        ++known().server_words;
    if (!is_debug_line(line)) {
        if (!line.starts_with("Transferred: ") && !line.starts_with("Bytes per second: "))
            request_.clear();
        if (logged_in || server_has_spoken_)
            return;
        if (line.find("_exchange_identification: ") != std::string_view::npos ||
            line.starts_with("banner exchange: "))
            known().no_greeting = true;
        else if (const auto offending = what_follows(line, "Offending "))
            known().known_host =
                as_field(offending->substr(std::min(offending->size(), offending->rfind(' ') + 1)));
        else if (line.find("with partial success.") != std::string_view::npos)
            known().first_factor = true;
        return;
    }
    constexpr std::string_view first_level = "debug1: ";
    // What follows, is known by the first level alone.
    if (!logged_in || line.starts_with(first_level))
        read_debug(line.substr(first_level.size()), logged_in);
    else if (is_filter_stop(line.substr(first_level.size())))
        known().escaped = true;
}

void CircumstanceReader::read_debug(std::string_view words, bool logged_in)
{
    if (words == "forking to background")
        known().left_to = LeftTo::background;
    else if (words.starts_with("mux_client_request_session: master session id: ") && !logged_in)
        known().left_to = LeftTo::master;
    else if (const auto remote = what_follows(words, "Remote: ")) {
        server_has_spoken_ = server_has_spoken_ || !logged_in;
        read_remote(*remote);
    } else if (const auto refused = what_follows(words, "remote forward success for: ")) {
        known().remote_words.clear();
    } else if (logged_in) {
        read_channel(words);
        read_control(words);
    } else if (!server_has_spoken_) {
        read_connecting(words);
        read_log_in(words);
    }
}

void CircumstanceReader::note_address(std::string_view address)
{
    const bool ipv6 = address.find(':') != std::string_view::npos;
    known().only_ipv6 = ipv6 && (known().address.empty() || known().only_ipv6);
    known().address = as_field(address);
}

void CircumstanceReader::read_connecting(std::string_view words)
{
    if (const auto to = what_follows(words, "Connecting to ")) {  // HOST [ADDRESS] port N.
        known().host = as_field(to->substr(0, to->find(' ')));
        const std::size_t port = to->rfind(" port ");
        if (port != std::string_view::npos)
            known().port = as_field(to->substr(port + 6, to->find_last_not_of('.') - port - 5));
        note_address(part_between(*to, "[", "]"));
        known().connected = false;
    } else if (words == "Connection established.") {
        known().connected = true;
    } else if (const auto command = what_follows(words, "Executing proxy command: exec ")) {
        known().proxy_command = as_field(*command);
    } else if (words.starts_with("Setting implicit ProxyCommand from ProxyJump: ")) {
        known().jumps = true;
    } else if (words.starts_with("Executing command: '")) {
        add(known().run, part_between(words, "'", "'"));
    } else if (const auto version =
                   what_follows(words, "Remote protocol version 2.0, remote software version ")) {
        known().is_openssh = version->starts_with("OpenSSH_") &&
                             version->find_first_of("0123456789") == std::size("OpenSSH_") - 1;
    } else if (words.find("_exchange_identification: banner line 0: ") != std::string_view::npos) {
        known().greeting = as_field(words.substr(words.find(" 0: ") + 4));
    }
}

void CircumstanceReader::read_log_in(std::string_view words)
{
    if (const auto to = what_follows(words, "Authenticating to ")) {  // HOST:PORT as 'USER'
        const std::string_view place = to->substr(0, to->find(" as '"));
        const std::size_t colon = place.rfind(':');
        known().host = as_field(place.substr(0, colon));
        if (colon != std::string_view::npos)
            known().port = as_field(place.substr(colon + 1));
        known().user = as_field(part_between(*to, " as '", "'"));
    } else if (const auto alias = what_follows(words, "using hostkeyalias: ")) {
        known().host_key_alias = as_field(*alias);
    } else if (const auto key = what_follows(words, "Offering public key: ")) {
        add(known().offered, name_of_key(*key));
    } else if (words == "Next authentication method: publickey") {
        known().tries_keys = true;
    } else if (const auto taken = what_follows(words, "Server accepts key: ")) {
        add(known().accepted, name_of_key(*taken));
    } else if (const auto methods = what_follows(words, "Authentications that can continue: ")) {
        known().methods = as_field(*methods);
    } else if (words.find("agent contains no identities") != std::string_view::npos) {
        known().agent_is_empty = true;
    }
}

/// sshd sends the first for our key, and one of the others before it refuses a forward.
void CircumstanceReader::read_remote(std::string_view words)
{
    const std::size_t options = words.find(": key options:");
    if (options == std::string_view::npos) {
        known().remote_words = as_field(words);
        return;
    }
    // It goes into a remedy: a path and a line, and no words of the server's.
    const std::string_view place = words.substr(0, options);
    const bool is_path =
        place.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "/._-+@%:") == std::string_view::npos;
    known().key_place = is_path ? as_field(place) : "its authorized_keys";
    known().key_options = as_field(words.substr(options + std::string_view(": key options:").size()));
}

/// channels.c: port_open_helper, and of -W and -w.
void CircumstanceReader::read_channel(std::string_view words)
{
    if (words.starts_with("Connection to port ")) {  // P forwarding to HOST port P requested.
        const std::string_view host = part_between(words, " forwarding to ", " port ");
        const std::size_t port = words.rfind(" port ") + 6;
        const std::size_t end = words.rfind(" requested.");
        next_target_ = end == std::string_view::npos || end < port || host.empty()
                           ? ""
                           : as_field(std::string(host) + ":" + std::string(words.substr(port, end - port)));
    } else if (const auto stdio = what_follows(words, "channel_connect_stdio_fwd: ")) {
        next_target_ = as_field(*stdio);
    } else if (words.starts_with("channel ") && words.find(": new ") != std::string_view::npos) {
        targets_.emplace_front(words.substr(0, words.find(':')), next_target_of(words));
        if (targets_.size() > most_channels)
            targets_.pop_back();
    }
}

/// Of ssh -O exit a master says no more than that a request has come in, and closes all channels, the one of
/// the request after that of its socket. What is answered closes its own alone.
void CircumstanceReader::read_control(std::string_view words)
{
    const std::string_view channel = words.substr(0, words.find(':'));
    const bool of_channel = words.starts_with("channel ");
    known().told_to_stop = known().told_to_stop || words.starts_with("mux_master_process_stop_listening: ");
    if (of_channel && words.find(": free: ") != std::string_view::npos) {
        if (channel == request_ && !known().told_to_exit)
            request_.clear();
        known().told_to_exit = !request_.empty();
    } else if (!words.starts_with("fd ") && !words.starts_with("Exit status ")) {
        const bool is_request = of_channel && words.find("mux-control") != std::string_view::npos;
        request_ = is_request ? channel : "";
        known().told_to_exit = false;
    }
}

/// "channel 0: new session [client-session] …"
std::string CircumstanceReader::next_target_of(std::string_view words)
{
    if (words.find(": new tun ") != std::string_view::npos)
        return "tun";
    if (words.find("client-session") != std::string_view::npos)
        return std::string(session_channel);
    return std::exchange(next_target_, {});
}

std::string CircumstanceReader::target_of(std::string_view line) const
{
    const std::string channel(line.substr(0, line.find(':')));
    const auto found = std::ranges::find(targets_, channel, &std::pair<std::string, std::string>::first);
    return found == targets_.end() ? "" : found->second;
}

}  // namespace autossh
