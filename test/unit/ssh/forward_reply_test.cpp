#include "autossh/ssh/forward_reply.hpp"

#include "autossh/ssh/client_state.hpp"
#include "support/catch.hpp"

using namespace autossh;

namespace {

Forward remote_forward(const std::string& words, const std::string& place)
{
    auto configured = configured_forward(ConfiguredForward::Kind::remote, words);
    REQUIRE(configured);
    return {.kind = Forward::Kind::remote,
            .place = place,
            .bind = "",
            .target = "localhost:22",
            .configured = std::make_shared<ConfiguredForward>(*configured)};
}

/// The states of a -R after that answer of a master's, as if ssh had asked for it at its start.
std::string told_of(const Forward& forward, const MuxAnswer& answer)
{
    SessionTerms terms;
    terms.forwards = {forward};
    ClientState said(terms);
    said.read_line("Authenticated to h ([192.0.2.1]:22) using \"publickey\".");
    for (const std::string& line : lines_of_reply(*forward.configured, answer))
        said.read_lines(line);
    return said.forwards();
}

}  // namespace

TEST_CASE("Replacement: a master's answer for a forward is taken for what ssh says at its start")
{
    const MuxAnswer granted{.kind = MuxAnswer::Kind::granted, .reason = ""};
    const MuxAnswer refused{.kind = MuxAnswer::Kind::refused, .reason = "Port forwarding failed"};
    struct Row {
        const char* words;
        const char* place;
    };
    const Row rows[] = {{"2222 [localhost]:22", "2222"},
                        {"[127.0.0.1]:2222 [localhost]:22", "2222"},
                        {"[::1]:2222 [localhost]:22", "2222"},
                        {"/run/x/sock [localhost]:22", "/run/x/sock"}};
    for (const Row& row : rows) {
        CAPTURE(row.words);
        const Forward forward = remote_forward(row.words, row.place);
        CHECK(told_of(forward, granted) == in_words(forward) + " working");
        CHECK(told_of(forward, refused) == in_words(forward) + " refused");
    }
}

TEST_CASE("Replacement: of two -R with one port each has its own answer")
{
    const MuxAnswer granted{.kind = MuxAnswer::Kind::granted, .reason = ""};
    const MuxAnswer refused{.kind = MuxAnswer::Kind::refused, .reason = "Port forwarding failed"};
    const char* const listens[][2] = {{"[127.0.0.1]:2222", "[127.0.0.2]:2222"}, {"[127.0.0.1]:2222", "2222"}};
    for (const auto& [first_words, second_words] : listens) {
        CAPTURE(first_words, second_words);
        const Forward first = remote_forward(std::string(first_words) + " [localhost]:22", "2222");
        const Forward second = remote_forward(std::string(second_words) + " [localhost]:22", "2222");
        SessionTerms terms;
        terms.forwards = {first, second};
        ClientState said(terms);
        said.read_line("Authenticated to h ([192.0.2.1]:22) using \"publickey\".");
        for (const std::string& line : lines_of_reply(*first.configured, granted))
            said.read_lines(line);
        for (const std::string& line : lines_of_reply(*second.configured, refused))
            said.read_lines(line);
        CHECK(said.users_forwards().front().state == Forward::State::working);
        CHECK(said.users_forwards().back().state == Forward::State::refused);
    }
}

TEST_CASE("Replacement: of -R 0 the port that the server has chosen is known")
{
    const Forward forward = remote_forward("0 [localhost]:22", "0");
    SessionTerms terms;
    terms.forwards = {forward};
    ClientState said(terms);
    said.read_line("Authenticated to h ([192.0.2.1]:22) using \"publickey\".");
    for (const std::string& line :
         lines_of_reply(*forward.configured, {.kind = MuxAnswer::Kind::granted, .reason = "", .port = 40123}))
        said.read_lines(line);
    CHECK(said.allocated_ports() == std::vector<std::string>{"40123"});
}

TEST_CASE("Replacement: of what ssh listens for here it logs a refusal itself")
{
    for (const auto kind : {ConfiguredForward::Kind::local, ConfiguredForward::Kind::dynamic}) {
        const auto forward = configured_forward(kind, "8080 [localhost]:80");
        const auto socks = configured_forward(kind, "1080");
        CHECK(lines_of_reply(forward ? *forward : *socks, {.kind = MuxAnswer::Kind::refused, .reason = ""})
                  .empty());
    }
}

TEST_CASE("Replacement: that a forward here is refused is taken from its master's answer")
{
    struct Row {
        const char* words;
        const char* place;
        const char* cause;
    };
    const Row rows[] = {{"[*]:8080 [localhost]:80", "8080", "cannot listen on local port 8080"},
                        {"/run/x/sock [localhost]:80", "/run/x/sock", "local socket /run/x/sock is in use"}};
    for (const Row& row : rows) {
        CAPTURE(row.words);
        auto configured = configured_forward(ConfiguredForward::Kind::local, row.words);
        REQUIRE(configured);
        Forward forward{.kind = Forward::Kind::local,
                        .place = row.place,
                        .bind = "",
                        .target = "localhost:80",
                        .configured = std::make_shared<ConfiguredForward>(*configured)};
        SessionTerms terms;
        terms.forwards = {forward};
        ClientState said(terms);
        said.read_line("Authenticated to h ([192.0.2.1]:22) using \"publickey\".");
        said.read_line("debug1: Entering interactive session.");  // from here on its log may be a server's
        const std::string line = line_of_refusal_here(*configured);
        said.read_line(line);
        CHECK(said.refused_forwards().empty());
        said.read_refusal(line);
        CHECK(said.forwards() == in_words(forward) + " refused");
        REQUIRE(said.refused_forwards().size() == 1);
        CHECK(said.refused_forwards().front().failure.cause == row.cause);
        CHECK(said.fails_wholly(said.refused_forwards().front()));
    }
}
