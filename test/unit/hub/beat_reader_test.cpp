// autossh-hub(7), "What a box sends".
#include "autossh/hub/beat_reader.hpp"
#include "support/catch.hpp"

#include <string>
#include <vector>

using namespace autossh;

TEST_CASE("What a box sends: a message names the box, its node and its autossh")
{
    struct Case {
        const char* line;
        std::optional<Beat> beat;
    };
    const std::vector<Case> cases{
        {"n017 autossh 1201 1804289383 office\r", Beat{"office", "n017", 1201}},
        {"n017 autossh 1201 1804289383 office", Beat{"office", "n017", 1201}},
        {"n017 autossh 1201 1804289383 \r", Beat{"n017", "n017", 1201}},  // as both send it without a message
        {"n017 autossh 1201 1804289383", Beat{"n017", "n017", 1201}},
        {"n017 autossh 1201 0    ", Beat{"n017", "n017", 1201}},
        {"n017 keeper 1201 5 a b  c", Beat{"a b  c", "n017", 1201}},
        {"a.b autossh 4194304 9223372036854775807 \xc3\xa4\xe2\x82\xac",
         Beat{"\xc3\xa4\xe2\x82\xac", "a.b", 4194304}},
        {"n autossh 1 1 a\x1b[31m\xff\xc2\x9b", Beat{"a\\x1b[31m\\xff\\xc2\\x9b", "n", 1}},
        {"n autossh 1 1 1234567890123456789012345678901234567890123456789012345678901234",
         Beat{"1234567890123456789012345678901234567890123456789012345678901234", "n", 1}},
        {"n autossh 1 1 12345678901234567890123456789012345678901234567890123456789012345", {}},
        {"", {}},
        {"hello", {}},
        {" autossh 1 1 x", {}},
        {"n  1 1 x", {}},
        {"n autossh x 1 x", {}},
        {"n autossh -1 1 x", {}},
        {"n autossh 1 1x x", {}},
        {"n autossh 99999999999999999999 1 x", {}},
        {"GET / HTTP/1.1\r", {}},
        {"SSH-2.0-OpenSSH_9.2p1 Debian-2\r", {}},
    };
    for (const Case& one : cases) {
        INFO(one.line);
        CHECK(beat_from(one.line) == one.beat);
    }
}

TEST_CASE("What a box sends: a message may come in pieces, and only the first line is one")
{
    const std::string all = "n017 autossh 1201 5 office\r\nn018 autossh 1 5 other\r\n";
    for (std::size_t piece = 1; piece <= all.size(); ++piece) {
        BeatReader reader;
        std::vector<std::string> boxes;
        for (std::size_t at = 0; at < all.size(); at += piece)
            if (const auto beat = reader.take(std::string_view(all).substr(at, piece)))
                boxes.push_back(beat->box);
        CHECK(boxes == std::vector<std::string>{"office"});
    }
}

TEST_CASE("What a box sends: a line that is too long is none, however it comes")
{
    const std::string line = "n autossh 1 1 x" + std::string(BeatReader::longest, ' ') + "\r\n";
    BeatReader whole;
    CHECK_FALSE(whole.take(line));
    BeatReader pieces;
    for (const char byte : line)
        CHECK_FALSE(pieces.take(std::string(1, byte)));
    CHECK_FALSE(pieces.take("n autossh 1 1 x\r\n"));
    CHECK(pieces.is_strange());
}
