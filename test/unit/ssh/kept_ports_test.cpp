#include "autossh/ssh/kept_ports.hpp"

#include "support/catch.hpp"

#include <memory>
#include <string>
#include <vector>

using namespace autossh;
using namespace std::chrono_literals;

namespace {

constexpr Duration keeping = 15min;

Forward chosen_by_server(const std::string& target, std::uint16_t allocated)
{
    Forward forward;
    forward.kind = Forward::Kind::remote;
    forward.place = "0";
    forward.state = allocated == 0 ? Forward::State::unknown : Forward::State::working;
    forward.allocated = allocated;
    forward.configured = std::make_shared<const ConfiguredForward>(
        ConfiguredForward{.kind = ConfiguredForward::Kind::remote,
                          .listen = {.host = std::nullopt, .port = 0, .path = ""},
                          .target = {.host = target, .port = 1, .path = ""}});
    return forward;
}

std::string wanted_in_words(const KeptPorts& kept, const std::vector<Forward>& forwards)
{
    std::string words;
    for (const KeptPorts::Wanted& wanted : kept.wanted(forwards))
        words += *wanted.forward.target.host + " " + std::to_string(wanted.has) + " " +
                 std::to_string(wanted.had_once) + "\n";
    return words;
}

}  // namespace

TEST_CASE("Kept ports: each forward is to have the port that it had first")
{
    KeptPorts kept;
    kept.note(std::vector{chosen_by_server("a", 0), chosen_by_server("b", 0)}, {}, keeping);
    const std::vector first{chosen_by_server("a", 5001), chosen_by_server("b", 5002)};
    kept.note(first, {}, keeping);
    CHECK(wanted_in_words(kept, first).empty());
    const std::vector second{chosen_by_server("b", 6002), chosen_by_server("a", 6001),
                             chosen_by_server("c", 6003)};
    kept.note(second, {}, keeping);
    CHECK(wanted_in_words(kept, second) == "b 6002 5002\na 6001 5001\n");
    const std::vector half{chosen_by_server("b", 6002), chosen_by_server("a", 5001),
                           chosen_by_server("c", 0)};
    CHECK(wanted_in_words(kept, half) == "b 6002 5002\n");
}

TEST_CASE("Kept ports: what cannot be had for long is given up for what is there")
{
    const Time begin{};
    KeptPorts kept;
    kept.note(std::vector{chosen_by_server("a", 5001)}, begin, keeping);
    const std::vector now{chosen_by_server("a", 6001)};
    const auto wanted = kept.wanted(now);
    REQUIRE(wanted.size() == 1);
    CHECK(kept.refused(wanted.front(), begin));
    CHECK_FALSE(kept.refused(wanted.front(), begin + 5s));
    kept.note(now, begin + keeping - 1s, keeping);
    CHECK(wanted_in_words(kept, now) == "a 6001 5001\n");
    kept.note(now, begin + keeping, keeping);
    CHECK(wanted_in_words(kept, now).empty());
    CHECK(wanted_in_words(kept, {chosen_by_server("a", 7001)}) == "a 7001 6001\n");
    // It was had in between: the time begins anew.
    CHECK(kept.refused(kept.wanted(std::vector{chosen_by_server("a", 7001)}).front(), begin + 1h));
    kept.note(std::vector{chosen_by_server("a", 6001)}, begin + 1h, keeping);
    CHECK(kept.refused(kept.wanted(std::vector{chosen_by_server("a", 7001)}).front(), begin + 2h));
}

TEST_CASE("Kept ports: two forwards with the same words cannot be told apart")
{
    KeptPorts kept;
    kept.note(std::vector{chosen_by_server("a", 5001), chosen_by_server("a", 5002)}, {}, keeping);
    CHECK(wanted_in_words(kept, {chosen_by_server("a", 6001), chosen_by_server("a", 6002)}).empty());
}

TEST_CASE("Kept ports: a port in place of the server's choice")
{
    const ConfiguredForward forward = *chosen_by_server("a", 0).configured;
    const ConfiguredForward same = with_port(forward, 5001);
    CHECK(same.listen.port == 5001);
    CHECK(with_port(same, 0) == forward);
}
