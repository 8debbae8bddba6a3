#include "autossh/ssh/mux_message.hpp"

#include "support/catch.hpp"

#include <string>
#include <string_view>

using namespace autossh;
using namespace std::string_literals;

namespace {

/// As PROTOCOL.mux has it.
std::string mux_number(std::uint32_t value)
{
    return {static_cast<char>(value >> 24), static_cast<char>(value >> 16), static_cast<char>(value >> 8),
            static_cast<char>(value)};
}

std::string mux_text(const std::string& text)
{
    return mux_number(static_cast<std::uint32_t>(text.size())) + text;
}

std::string mux_packet(const std::string& body)
{
    return mux_text(body);
}

ConfiguredForward mux_forward(ConfiguredForward::Kind kind, std::string_view words)
{
    const auto found = configured_forward(kind, words);
    REQUIRE(found);
    return *found;
}

MuxRequest mux_request(MuxRequest::Kind kind)
{
    MuxRequest made;
    made.kind = kind;
    return made;
}

const std::string mux_ok = mux_number(0x80000001) + mux_number(7);
const std::string mux_failure = mux_number(0x80000003) + mux_number(7) + mux_text("Port forwarding failed");
const std::string mux_alive = mux_number(0x80000005) + mux_number(7) + mux_number(4711);
const std::string mux_connected = mux_number(0x80000006) + mux_number(7) + mux_number(3);
const std::string mux_remote_port = mux_number(0x80000007) + mux_number(7) + mux_number(40243);

}  // namespace

TEST_CASE("Mux: what we say, byte for byte")
{
    CHECK(mux_hello() == mux_packet(mux_number(1) + mux_number(4)));
    CHECK(to_bytes(mux_request(MuxRequest::Kind::alive_check), 1) ==
          mux_packet(mux_number(0x10000004) + mux_number(1)));
    CHECK(to_bytes(mux_request(MuxRequest::Kind::terminate), 2) ==
          mux_packet(mux_number(0x10000005) + mux_number(2)));
    CHECK(to_bytes(mux_request(MuxRequest::Kind::stop_listening), 0xfffffffe) ==
          mux_packet(mux_number(0x10000009) + mux_number(0xfffffffe)));
}

TEST_CASE("Mux: a connection from the server is asked for as that of -W is")
{
    MuxRequest made = mux_request(MuxRequest::Kind::connect);
    made.forward.target = {.host = "127.0.0.1", .port = 7000, .path = ""};
    CHECK(to_bytes(made, 4) == mux_packet(mux_number(0x10000008) + mux_number(4) + mux_text("") +
                                          mux_text("127.0.0.1") + mux_number(7000)));
}

TEST_CASE("Mux: a forward is asked for in the words of ssh's own list")
{
    struct Case {
        ConfiguredForward::Kind kind;
        const char* words;
        std::string fields;
    };
    const std::uint32_t path = 0xfffffffe;
    const Case cases[] = {
        {ConfiguredForward::Kind::local, "8080 [localhost]:80",
         mux_number(1) + mux_text("") + mux_number(8080) + mux_text("localhost") + mux_number(80)},
        {ConfiguredForward::Kind::local, "[localhost]:8080 [::1]:80",
         mux_number(1) + mux_text("localhost") + mux_number(8080) + mux_text("::1") + mux_number(80)},
        {ConfiguredForward::Kind::local, "[]:8080 [h]:80",
         mux_number(1) + mux_text("*") + mux_number(8080) + mux_text("h") + mux_number(80)},
        {ConfiguredForward::Kind::remote, "[*]:0 [h]:80",
         mux_number(2) + mux_text("*") + mux_number(0) + mux_text("h") + mux_number(80)},
        {ConfiguredForward::Kind::remote, "1080 [socks]:0",
         mux_number(2) + mux_text("") + mux_number(1080) + mux_text("socks") + mux_number(0)},
        {ConfiguredForward::Kind::remote, "/run/r /run/l",
         mux_number(2) + mux_text("/run/r") + mux_number(path) + mux_text("/run/l") + mux_number(path)},
        {ConfiguredForward::Kind::dynamic, "[::1]:1080",
         mux_number(3) + mux_text("::1") + mux_number(1080) + mux_text("socks") + mux_number(0)},
    };
    for (const Case& each : cases) {
        INFO(each.words);
        MuxRequest made{.kind = MuxRequest::Kind::open_forward,
                        .forward = mux_forward(each.kind, each.words)};
        CHECK(to_bytes(made, 3) == mux_packet(mux_number(0x10000006) + mux_number(3) + each.fields));
        made.kind = MuxRequest::Kind::close_forward;
        CHECK(to_bytes(made, 3) == mux_packet(mux_number(0x10000007) + mux_number(3) + each.fields));
    }
}

TEST_CASE("Mux: the same forward in other words has the same place")
{
    for (const char* words : {"8080 [localhost]:80", "8080 /run/s", "8080 run/s", "[*]:1 [socks]:0"}) {
        INFO(words);
        const ConfiguredForward one = mux_forward(ConfiguredForward::Kind::local, words);
        const ConfiguredForward other = in_other_words(one);
        CHECK(other.listen == one.listen);
        CHECK(other.target.port == one.target.port);
        CHECK_FALSE(other == one);
    }
    CHECK(in_other_words(mux_forward(ConfiguredForward::Kind::local, "1 [h]:2")).target.host == "h.");
    CHECK(in_other_words(mux_forward(ConfiguredForward::Kind::local, "1 /run/s")).target.path == "/./run/s");
    CHECK(in_other_words(mux_forward(ConfiguredForward::Kind::local, "1 run/s")).target.path == "./run/s");
}

TEST_CASE("Mux: the length in front of a message is bounded")
{
    CHECK(mux_length(mux_number(4)) == 4U);
    CHECK(mux_length(mux_number(longest_mux_message)) == longest_mux_message);
    for (const std::uint32_t length : {0U, 3U, 0x4001U, 0x10000U, 0x7fffffffU, 0x80000000U, 0xffffffffU}) {
        CAPTURE(length);
        CHECK_FALSE(mux_length(mux_number(length)));
    }
    for (const std::string& bytes : {""s, "\0\0\0"s, "\0\0\0\4\0"s})
        CHECK_FALSE(mux_length(bytes));
}

TEST_CASE("Mux: what a master says")
{
    using Said = MuxReply::Kind;
    struct Case {
        std::string message;
        Said kind;
        std::uint32_t id, number;
        std::string reason;
    };
    const Case cases[] = {
        {mux_number(1) + mux_number(4), Said::hello, 0, 4, ""},
        {mux_number(1) + mux_number(4) + mux_text("info") + mux_text("0"), Said::hello, 0, 4, ""},  // 10.3
        {mux_number(1) + mux_number(5) + "\xff\xff", Said::hello, 0, 5, ""},
        {mux_ok, Said::ok, 7, 0, ""},
        {mux_failure, Said::failure, 7, 0, "Port forwarding failed"},
        {mux_number(0x80000002) + mux_number(7) + mux_text("Permission denied"), Said::permission_denied, 7,
         0, "Permission denied"},
        {mux_number(0x80000003) + mux_number(7) + mux_text("a\nb\x1b[1m"), Said::failure, 7, 0,
         "a\\x0ab\\x1b[1m"},
        {mux_alive, Said::alive, 7, 4711, ""},
        {mux_remote_port, Said::remote_port, 7, 40243, ""},
        {mux_number(0x80000004) + mux_number(3) + mux_number(255), Said::other, 0, 0, "exit message"},
        {mux_connected, Said::connected, 7, 0, ""},
        {mux_number(0x90000001) + mux_number(7) + mux_number(1) + mux_text("x"), Said::other, 0, 0, "info"},
    };
    for (const Case& each : cases) {
        const MuxReply reply = mux_reply_from(each.message);
        INFO(reply.reason);
        CHECK(reply.kind == each.kind);
        CHECK(reply.id == each.id);
        CHECK(reply.number == each.number);
        CHECK(reply.reason == each.reason);
    }
    const MuxReply longest =
        mux_reply_from(mux_number(0x80000003) + mux_number(7) + mux_text(std::string(9000, 'x')));
    CHECK(longest.reason.size() <= 203);
}

TEST_CASE("Mux: what is no message of a master's")
{
    for (const std::string& whole :
         {mux_ok, mux_failure, mux_alive, mux_remote_port, mux_connected, mux_number(1) + mux_number(4)}) {
        for (std::size_t size = 0; size < whole.size(); ++size) {
            CAPTURE(whole, size);
            CHECK(mux_reply_from(whole.substr(0, size)).kind == MuxReply::Kind::nonsense);
        }
        if (whole != mux_number(1) + mux_number(4))
            CHECK(mux_reply_from(whole + '\0').kind == MuxReply::Kind::nonsense);
    }
    struct Case {
        std::string message, what;
    };
    const Case cases[] = {
        {"", "a message of 0 bytes"},
        {"\x80\0\0"s, "a message of 3 bytes"},
        {std::string(longest_mux_message + 1, '\0'), "a message of 16385 bytes"},
        {mux_number(0x80000099) + mux_number(7), "a message of the unknown type 0x80000099"},
        {mux_number(0) + mux_number(7), "a message of the unknown type 0x00000000"},
        {mux_number(0x10000004) + mux_number(7), "a message of the unknown type 0x10000004"},
        {mux_number(0x80000001), "a message \"ok\" that is none, of 4 bytes"},
        {mux_number(0x80000004), "a message \"exit message\" that is none, of 4 bytes"},
        {mux_number(0x80000003) + mux_number(7) + mux_number(0xffffffff) + "x",
         "a message \"failure\" that is none, of 13 bytes"},
        {mux_number(0x80000005) + mux_number(7) + mux_number(0),
         "a message \"alive\" that is none, of 12 bytes"},
        {mux_number(0x80000005) + mux_number(7) + mux_number(0x80000000),
         "a message \"alive\" that is none, of 12 bytes"},
        {mux_number(0x80000007) + mux_number(7) + mux_number(65536),
         "a message \"remote port\" that is none, of 12 bytes"},
    };
    for (const Case& each : cases) {
        const MuxReply reply = mux_reply_from(each.message);
        CHECK(reply.kind == MuxReply::Kind::nonsense);
        CHECK(reply.reason == each.what);
    }
}

TEST_CASE("Mux: what a message means for the request")
{
    using Asked = MuxRequest::Kind;
    const auto answer = [](Asked kind, const std::string& message,
                           ConfiguredForward::Kind forwards = ConfiguredForward::Kind::remote) {
        MuxRequest made = mux_request(kind);
        made.forward.kind = forwards;
        const MuxAnswer found = mux_answer(made, 7, mux_reply_from(message));
        switch (found.kind) {
        case MuxAnswer::Kind::granted:
            return "granted " + std::to_string(found.port) + " " + std::to_string(found.pid);
        case MuxAnswer::Kind::refused: return "refused " + found.reason;
        case MuxAnswer::Kind::silent: return "silent"s;
        case MuxAnswer::Kind::gone: return "gone " + found.reason;
        }
        return ""s;
    };
    const std::string other_kind = "gone the master's answer is one to another kind of request";

    CHECK(answer(Asked::alive_check, mux_alive) == "granted 0 4711");
    CHECK(answer(Asked::alive_check, mux_ok) == other_kind);
    CHECK(answer(Asked::alive_check, mux_remote_port) == other_kind);
    CHECK(answer(Asked::open_forward, mux_ok) == "granted 0 0");
    CHECK(answer(Asked::open_forward, mux_remote_port) == "granted 40243 0");
    CHECK(answer(Asked::open_forward, mux_remote_port, ConfiguredForward::Kind::local) == other_kind);
    const std::string no_port = mux_number(0x80000007) + mux_number(7) + mux_number(0);
    CHECK(answer(Asked::open_forward, no_port) == "refused the server has allocated no port");
    CHECK(answer(Asked::close_forward, no_port) == other_kind);
    CHECK(answer(Asked::open_forward, mux_alive) == other_kind);
    CHECK(answer(Asked::close_forward, mux_ok) == "granted 0 0");
    CHECK(answer(Asked::close_forward, mux_remote_port) == other_kind);
    CHECK(answer(Asked::connect, mux_connected) == "granted 0 0");
    CHECK(answer(Asked::connect, mux_ok) == other_kind);
    CHECK(answer(Asked::alive_check, mux_connected) == other_kind);
    CHECK(answer(Asked::open_forward, mux_connected) == other_kind);
    CHECK(answer(Asked::stop_listening, mux_ok) == "granted 0 0");
    CHECK(answer(Asked::terminate, mux_ok) == "granted 0 0");
    for (const Asked kind :
         {Asked::alive_check, Asked::open_forward, Asked::close_forward, Asked::terminate, Asked::connect}) {
        CHECK(answer(kind, mux_failure) == "refused Port forwarding failed");
        CHECK(answer(kind, mux_number(0x80000002) + mux_number(7) + mux_text("no")) == "refused no");
        CHECK(answer(kind, mux_number(0x80000001) + mux_number(8)) ==
              "gone the master answered request 8 in place of 7");
        CHECK(answer(kind, "x") == "gone the master sent a message of 1 bytes");
        CHECK(answer(kind, mux_number(1) + mux_number(4)) ==
              "gone the master sent \"hello\", for which nobody has asked");
        CHECK(answer(kind, mux_number(0x80000004) + mux_number(7) + mux_number(1)) ==
              "gone the master sent \"exit message\", for which nobody has asked");
    }
}
