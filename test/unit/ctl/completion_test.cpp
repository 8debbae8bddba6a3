// autosshctl(1), "Completion".
#include "autossh/ctl/completion.hpp"

#include "support/catch.hpp"

#include <algorithm>
#include <string>
#include <vector>

using namespace autossh;

namespace {

std::vector<SeenDaemon> daemons_to_complete()
{
    SeenDaemon fleet;
    fleet.facts.name = "laptop";
    fleet.facts.kind = "fleet";
    fleet.facts.pid = 7;
    for (const std::string name : {"db", "web", "$(reboot)"}) {
        TunnelFacts tunnel;
        tunnel.name = name;
        tunnel.state = "up";
        tunnel.groups = {"prod"};
        fleet.facts.tunnels.push_back(tunnel);
    }
    return {fleet};
}

std::vector<std::string> offered_words(const std::vector<std::string>& words)
{
    std::vector<std::string> offered;
    for (const CompletionOffer& offer : completions(words, daemons_to_complete))
        offered.push_back(offer.word);
    return offered;
}

}  // namespace

TEST_CASE("autosshctl, completion: what the last word may become")
{
    struct Row {
        std::vector<std::string> words;
        std::vector<std::string> offered;
    };
    const std::vector<Row> rows{
        {{"st"}, {"status", "start", "stop"}},
        {{"--color", ""}, {"always", "never", "auto"}},
        {{"stop", "d"}, {"db"}},
        {{"stop", "db", ""}, {"web", "$(reboot)", "@prod"}},
        {{"stop", "@"}, {"@prod"}},
        {{"stop", "--w"}, {"--wait"}},
        {{"stop", "--wait", ""}, {}},
        {{"logs", "--fo"}, {"--follow"}},
        {{"reload", "--d"}, {"--daemon", "--dry-run"}},
        {{"import", "--from", "c"}, {"crontab", "conf", "compose"}},
        {{"import", ""}, {}},
        {{"reload", ""}, {}},
        {{"check", ""}, {}},
        {{"-D", ""}, {"laptop"}},
        {{"nonsense", ""}, {}},
        {{"stop", "--", "--w"}, {}},
    };
    for (const Row& row : rows) {
        INFO(row.words.back());
        CHECK(offered_words(row.words) == row.offered);
    }
    CHECK(offered_words({}).size() == ctl_verbs().size());
}

TEST_CASE("autosshctl, completion: a line for each, but for what a shell would stumble over")
{
    const auto offers = completions(std::vector<std::string>{"stop", ""}, daemons_to_complete);
    CHECK(completion_text(offers) == "db\tup\nweb\tup\n@prod\tgroup\n");
}
