// Manual, "Sharing": at which path a tunnel is offered, or why it cannot be.
#include "autossh/ssh/offer.hpp"

#include "support/catch.hpp"
#include "unit/ssh/ssh_answer.hpp"

#include <map>
#include <string>
#include <vector>

using namespace autossh;
using namespace autossh_test;

namespace {

using WordsForOffer = std::vector<std::string>;

TunnelSettings shared_tunnel(std::vector<std::string> words, const std::string& share = "")
{
    TunnelSettings settings;
    settings.share = share;
    words.insert(words.begin(), "ssh");
    settings.ssh = {"ssh", std::move(words)};
    return settings;
}

Offer offer_with(const std::vector<std::string>& words, const std::map<std::string, std::string>& config,
                 const std::string& directory = "/d")
{
    const TunnelSettings settings = shared_tunnel(words);
    const SshChoices choices = choices_of(settings.ssh);
    const SshConfig answer = config_with(config);
    return offer_of(settings, choices, answer,
                    control_line(settings, choices, answer, directory, ControlSocket::unused));
}

}  // namespace

TEST_CASE("Sharing: the path is the one that ssh's configuration gives for the destination")
{
    CHECK(offer_with({"-N", "host"}, {{"controlpath", "/h/cm-1"}}) == Offer{"/h/cm-1", "", ""});
    CHECK(offer_with({"host"}, {{"controlpath", "/h/cm-1"}, {"sessiontype", "none"}}).path == "/h/cm-1");
    CHECK(offer_with({"-N", "host"}, {{"controlpath", "/h/cm-1"}, {"controlmaster", "auto"}}).path ==
          "/h/cm-1");
}

TEST_CASE("Sharing: without --share there is nothing")
{
    TunnelSettings settings = shared_tunnel({"-N", "host"});
    settings.share.reset();
    const SshChoices choices = choices_of(settings.ssh);
    CHECK(offer_of(settings, choices, config_with({{"controlpath", "/h/cm"}}),
                   ControlLine{.path = "/d/control", .reason_against = ""}) == Offer{});
    CHECK(offer_without_answer(settings, "a doubt") == Offer{});
    CHECK(offer_without_client(settings, "a doubt") == Offer{});
    CHECK(command_to_ask(settings).arguments == settings.ssh.arguments);
}

TEST_CASE("Sharing: what a person has to mend is named, with what to do")
{
    const auto mistake = [](const std::vector<std::string>& words,
                            const std::map<std::string, std::string>& config) {
        const Offer offer = offer_with(words, config);
        CHECK(offer.path.empty());
        CHECK(offer.reason_against.empty());
        return offer.mistake;
    };
    const std::string lines =
        "--share: ssh's configuration has no ControlPath for this destination; put these "
        "two lines into ~/.ssh/config: \"Host host\" and \"    ControlPath "
        "~/.ssh/cm-%C\"";
    CHECK(mistake({"-N", "host"}, {}) == lines);
    CHECK(mistake({"-N", "host"}, {{"controlpath", "none"}}) == lines);
    CHECK(mistake({"-N", "host"}, {{"controlpath", "cm"}})
              .starts_with("--share: the ControlPath cm is not abs"));
    CHECK(mistake({"-N", "host"}, {{"controlpath", "/" + std::string(107, 'c')}})
              .ends_with("is too long for a socket: 108 bytes, 107 at most"));
    CHECK(offer_with({"-N", "host"}, {{"controlpath", "/" + std::string(106, 'c')}}).path.size() == 107);
    for (const std::vector<std::string>& words : {std::vector<std::string>{"host"},
                                                  {"host", "command"},
                                                  {"-W", "b:22", "host"},
                                                  {"-s", "host", "sftp"}})
        CHECK(mistake(words, {{"controlpath", "/h/cm"}}) ==
              "--share: only a tunnel without a command or shell can be shared: give -N");
    for (const std::vector<std::string>& words : {std::vector<std::string>{"-N", "-S", "none", "host"},
                                                  {"-N", "-M", "host"},
                                                  {"-N", "-oControlPath=/x", "host"}})
        CHECK(mistake(words, {{"controlpath", "/h/cm"}}).starts_with("--share: ssh's words have -M, -S, "));
}

TEST_CASE("Sharing: what passes is no mistake")
{
    const Offer offer = offer_with({"-N", "host"}, {{"controlpath", "/h/cm"}}, "");
    CHECK(offer.path.empty());
    CHECK(offer.mistake.empty());
    CHECK(offer.reason_against == "there is no private directory for its socket");
    CHECK(offer_without_answer(shared_tunnel({"-N", "host"}), "no answer").reason_against == "no answer");
    CHECK(offer_without_client(shared_tunnel({"-N", "host"}), "it is another").mistake ==
          "--share: it is another; AUTOSSH_PLAIN=no says that it is");
}

TEST_CASE("Sharing: ssh is asked with the path of the option, in which it resolves its own tokens")
{
    CHECK(command_to_ask(shared_tunnel({"-N", "host"})).arguments == WordsForOffer{"ssh", "-N", "host"});
    CHECK(command_to_ask(shared_tunnel({"-N", "host"}, "~/cm-%C")).arguments ==
          WordsForOffer{"ssh", "-o", "ControlPath=~/cm-%C", "-N", "host"});
    CHECK(command_to_ask(shared_tunnel({"-N", "host"}, "/a b/cm")).arguments ==
          WordsForOffer{"ssh", "-o", "ControlPath=\"/a b/cm\"", "-N", "host"});
}
