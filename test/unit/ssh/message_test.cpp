#include "autossh/ssh/message.hpp"

#include "support/catch.hpp"

#include <iterator>
#include <random>
#include <set>
#include <string>
#include <string_view>

using namespace autossh;
using enum FailureClass;

TEST_CASE("Diagnostics: words that are not known mean nothing")
{
    for (const std::string line :
         {"",
          " ",
          ":",
          "*",
          "$1",
          "hello",
          "Authenticated",
          "Bytes per second: sent 1.0, received 1.0",
          "debug1: Connection established.",
          "debug1: connect to address 127.0.0.1 port 42999: Connection refused",
          "@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@",
          "This private key will be ignored.",
          "Warning: Permanently added '[127.0.0.1]:42201' (ED25519) to the list of known hosts.",
          "Warning: No xauth data; using fake authentication data for X11 forwarding.",
          "X11 forwarding request failed on channel 0",
          "PTY allocation request failed on channel 0",
          "Offending ED25519 key in kh_changed:1",
          "Connection to 127.0.0.1 closed.",
          "/bin/bash: line 1: exec: nc: not found",
          R"(cf line 3: Deprecated option "useprivilegedport")",
          "bind [::1]:43333: Cannot assign requested address",
          "socket [::1]:43333: Address family not supported by protocol"}) {
        CAPTURE(line);
        CHECK((parse_message(line).kind == SshMessage::Kind::unknown));
        CHECK(parse_message(line).weight == 0);
    }
}

TEST_CASE("Diagnostics: the server's own words pass for no others")
{
    const SshMessage word =
        parse_message("Received disconnect from 192.0.2.1 port 22:2: ssh: Could not resolve hostname x: y");
    CHECK(name(word.failure.failure_class) == "connection lost");
    CHECK(parse_message("Received disconnect from 192.0.2.1 port 22:2: a\x1b[31m\nb\xff").failure.cause ==
          "disconnected by 192.0.2.1 port 22: a\\x1b[31m\\x0ab\\xff");
}

TEST_CASE("Diagnostics: a cause is one line of at most 200 bytes")
{
    const std::string name(5000, 'x');
    for (const std::string& line :
         {"ssh: Could not resolve hostname " + name + ": " + name,
          name + "@host: Permission denied (publickey).", "ssh: Could not resolve hostname a: " + name,
          "Error: remote port forwarding failed for listen path " + name,
          "Authenticated to " + name.substr(0, 900) + R"( ([127.0.0.1]:22) using "publickey".)"}) {
        const SshMessage word = parse_message(line);
        CHECK(word.failure.cause.size() <= 200);
        CHECK(word.subject.size() <= 200);
    }
    CHECK(parse_message("Write failed: " + name).failure.cause.size() < 200);
    CHECK((parse_message(std::string(100'000, '@')).kind == SshMessage::Kind::unknown));
    CHECK((parse_message(std::string(100'000, '\0')).kind == SshMessage::Kind::unknown));
    const std::string nul = std::string("Bad owner or permissions on a") + '\0' + "b";
    CHECK(parse_message(nul).failure.cause == "bad owner or permissions on a\\x00b");
}

TEST_CASE("Diagnostics: no bytes whatever do harm")
{
    std::mt19937 random(4711);
    const std::string pieces[] = {"Connection ",
                                  " port ",
                                  ": ",
                                  "[",
                                  "]:",
                                  "bind [",
                                  "Permission denied (",
                                  ").",
                                  "Authenticated to ",
                                  "*",
                                  "$1",
                                  "listen port ",
                                  "\"",
                                  "channel ",
                                  "line ",
                                  "Bad ",
                                  " from agent: ",
                                  "signing failed for ",
                                  "ssh: connect to host "};
    for (int i = 0; i < 20'000; ++i) {
        std::string line;
        for (auto n = random() % 12; n > 0; --n) {
            if (random() % 2 == 0)
                line += pieces[random() % std::size(pieces)];
            else
                line += static_cast<char>(random());
        }
        const SshMessage word = parse_message(line);
        only_at_verbose(line);
        for (const std::string& text : {word.failure.cause, word.subject}) {
            const bool fits = text.size() <= 200 && text.find_first_of("\r\n\x1b\x7f") == std::string::npos;
            REQUIRE(fits);
        }
    }
}

TEST_CASE("Diagnostics: what a user would see without us is told from what only VERBOSE says")
{
    for (const char* const line :
         {R"(Authenticated to 127.0.0.1 ([127.0.0.1]:42201) using "publickey".)",
          R"(Authenticated to 127.0.0.1 (via proxy) using "publickey".)",
          R"(Authenticated using "publickey" with partial success.)",
          "Transferred: sent 3472, received 3288 bytes, in 0.1 seconds",
          "Bytes per second: sent 26236.9, received 24846.5", "Killed by signal 15.",
          "bind [::1]:43333: Cannot assign requested address",
          "socket [::1]:43333: Address family not supported by protocol", "debug1: x"}) {
        CAPTURE(line);
        CHECK(only_at_verbose(line));
    }
    for (const char* const line : {"debug1: x", "debug3: Remote: y"}) {
        CAPTURE(line);
        CHECK(is_debug_line(line));
        CHECK_FALSE(is_shown_at(SshLogLevel::verbose, line));
    }
    CHECK(is_shown_at(SshLogLevel::verbose, "Transferred: sent 3472, received 3288 bytes, in 0.1 seconds"));
    for (const char* const line : {"debug", "debug1", "debug1:x", "debug4: x", "debugger: x"}) {
        CAPTURE(line);
        CHECK_FALSE(is_debug_line(line));
        CHECK(is_shown_at(SshLogLevel::info, line));
    }
    for (const char* const line :
         {"", "Host key verification failed.", "Allocated port 46645 for remote forward to 127.0.0.1:1",
          "Warning: Permanently added '[127.0.0.1]:42201' (ED25519) to the list of known hosts.",
          "bind [127.0.0.1]:42602: Address already in use", "Authenticated",
          "client_loop: send disconnect: x"}) {
        CAPTURE(line);
        CHECK_FALSE(only_at_verbose(line));
    }
}

TEST_CASE("Diagnostics: each class of failure has a name and a remedy of its own")
{
    std::set<std::string_view> names;
    std::set<std::string_view> remedies;
    for (int i = 0; i <= static_cast<int>(other); ++i) {
        const auto failure = static_cast<FailureClass>(i);
        CAPTURE(name(failure));
        CHECK(names.insert(name(failure)).second);
        CHECK(remedies.insert(remedy(failure)).second);
        CHECK(remedy(failure).empty() == (failure == other));
        CHECK_FALSE(remedy(failure).ends_with('.'));
        CHECK(remedy(failure).find("StrictHostKeyChecking") == std::string_view::npos);
    }
    CHECK(name(host_key_changed) == "host key changed");
}
