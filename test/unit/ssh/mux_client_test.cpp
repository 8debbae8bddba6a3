#include "autossh/ssh/mux_client.hpp"

#include "autossh/base/coroutine.hpp"
#include "autossh/system/unix_listener.hpp"
#include "support/catch.hpp"
#include "support/machine/temporary_directory.hpp"
#include "support/waiting.hpp"

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

using namespace autossh;
using namespace std::chrono_literals;
using namespace std::string_literals;
namespace asio = boost::asio;

namespace {

const std::string hello_of_master = "\0\0\0\x08\0\0\0\x01\0\0\0\x04"s;
const std::string says_alive = "\0\0\0\x0c\x80\0\0\x05\0\0\0\x01\0\0\x12\x67"s;
const std::string says_ok = "\0\0\0\x08\x80\0\0\x01\0\0\0\x01"s;

/// A master that says, to each connection, its hello and its replies, one to each request.
class StandInMaster {
public:
    enum class Then { waits, closes };

    StandInMaster(asio::io_context& io, std::string path, std::string hello, std::vector<std::string> replies,
                  Then then = Then::waits, bool in_pieces = false)
        : hello_(std::move(hello)), replies_(std::move(replies)), then_(then), in_pieces_(in_pieces),
          executor_(io.get_executor()),
          listener_(io.get_executor(), [this](StreamSocket socket) { take(std::move(socket)); })
    {
        REQUIRE(listener_.listen(path));
    }

    const std::string& requests() const { return requests_; }
    int connections() const { return connections_; }
    int ended() const { return ended_; }

private:
    using Client = std::shared_ptr<StreamSocket>;

    void take(StreamSocket socket)
    {
        ++connections_;
        auto client = std::make_shared<StreamSocket>(std::move(socket));
        spawn_coroutine(executor_, serve(client), client);
    }

    Awaitable<void> serve(Client client)
    {
        co_await read_message(client);
        co_await say(client, hello_);
        bool there = true;
        for (std::size_t i = 0; there && i < replies_.size(); ++i) {
            const std::string request = co_await read_message(client);
            requests_ += request;
            there = !request.empty();
            co_await say(client, replies_[i]);
        }
        if (there && then_ == Then::waits) {
            char byte = 0;
            co_await asio::async_read(*client, asio::buffer(&byte, 1), no_throw);
        }
        client->close();
        ++ended_;
    }

    /// Empty: the client has gone. (Asio does not see the same end a second time.)
    Awaitable<std::string> read_message(Client client)
    {
        std::array<char, 4> length{};
        const auto [error, size] = co_await asio::async_read(*client, asio::buffer(length), no_throw);
        std::string message(mux_length({length.data(), size}).value_or(0), '\0');
        if (!error)
            co_await asio::async_read(*client, asio::buffer(message), no_throw);
        co_return message;
    }

    Awaitable<void> say(Client client, std::string words)
    {
        const std::size_t piece = in_pieces_ ? 1 : words.size();
        for (std::size_t at = 0; at < words.size(); at += piece) {
            const std::string part = words.substr(at, piece);
            co_await asio::async_write(*client, asio::buffer(part), no_throw);
            Timer pause(executor_, in_pieces_ ? 1ms : 0ms);
            co_await pause.async_wait(no_throw);
        }
    }

    std::string hello_;
    std::vector<std::string> replies_;
    Then then_;
    bool in_pieces_;
    std::string requests_;
    int connections_ = 0;
    int ended_ = 0;
    Executor executor_;
    UnixListener listener_;
};

/// Waits for an answer in the event loop.
class Answered {
public:
    Answered(asio::io_context& io, Awaitable<MuxAnswer> awaited) : io_(io)
    {
        asio::co_spawn(io, std::move(awaited), [answer = answer_](std::exception_ptr, MuxAnswer found) {
            *answer = std::move(found);
        });
    }

    MuxAnswer get()
    {
        const Time end = Clock::now() + autossh_test::generous;
        io_.restart();
        while (!*answer_ && Clock::now() < end)
            io_.run_one_until(end);
        REQUIRE(*answer_);
        return **answer_;
    }

private:
    asio::io_context& io_;
    std::shared_ptr<std::optional<MuxAnswer>> answer_ = std::make_shared<std::optional<MuxAnswer>>();
};

ConfiguredForward some_forward(const char* words = "8080 [h]:1")
{
    return *configured_forward(ConfiguredForward::Kind::local, words);
}

struct Lab {
    asio::io_context io{1};
    autossh_test::TemporaryDirectory directory;
    std::string path = (directory / "ctl").string();
    MuxLimits limits{.alive = std::chrono::duration_cast<Duration>(autossh_test::generous),
                     .request = std::chrono::duration_cast<Duration>(autossh_test::generous)};
};

std::string refusal(const std::string& reason, char id)
{
    return "\0\0\0"s + static_cast<char>(12 + reason.size()) + "\x80\0\0\x03\0\0\0"s + id + "\0\0\0"s +
           static_cast<char>(reason.size()) + reason;
}

std::string consent(char id)
{
    return says_ok.substr(0, 11) + id;
}

}  // namespace

TEST_CASE("Mux client: a request is answered, also in pieces of one byte, each over a connection of its own")
{
    for (const bool in_pieces : {false, true}) {
        Lab lab;
        StandInMaster master(lab.io, lab.path, hello_of_master, {says_alive}, StandInMaster::Then::waits,
                             in_pieces);
        MuxClient client(lab.io.get_executor(), lab.path, lab.limits);
        for (int i = 1; i <= 2; ++i) {
            const MuxAnswer answer = Answered(lab.io, client.alive()).get();
            CHECK(answer.is_granted());
            CHECK(answer.pid == 0x1267);
            CHECK(master.connections() == i);
        }
        while (master.ended() < 2)
            lab.io.run_one_for(1s);
        CHECK(master.requests() == "\x10\0\0\x04\0\0\0\x01\x10\0\0\x04\0\0\0\x01"s);
    }
}

TEST_CASE("Mux client: what a master does wrong is named")
{
    using Then = StandInMaster::Then;
    struct Case {
        std::string hello;
        std::optional<std::string> reply;
        Then then;
        const char* reason;
    };
    const Case cases[] = {
        {"", std::nullopt, Then::closes, "the master closed the connection"},
        {"\0\0\0\x08"s, std::nullopt, Then::closes, "the master closed the connection"},
        {hello_of_master, "", Then::closes, "the master closed the connection"},
        {hello_of_master, says_alive.substr(0, 15), Then::closes, "the master closed the connection"},
        {"\xff\xff\xff\xff"s, "", Then::waits, "the master sent a message of an impossible length"},
        {"SSH-2.0-OpenSSH_9.2\r\n", "", Then::waits, "the master sent a message of an impossible length"},
        {hello_of_master, "\0\0\0\x03xyz"s, Then::waits, "the master sent a message of an impossible length"},
        {"\0\0\0\x04wxyz"s, "", Then::waits, "the master sent a message of the unknown type 0x7778797a"},
        {says_ok, "", Then::waits, "the master did not say hello"},
        {"\0\0\0\x08\0\0\0\x01\0\0\0\x05"s, "", Then::waits, "the master speaks version 5 of the protocol"},
        {hello_of_master, hello_of_master, Then::waits,
         "the master sent \"hello\", for which nobody has asked"},
        {hello_of_master, "\0\0\0\x0c\x80\0\0\x05\0\0\0\x02\0\0\x12\x67"s, Then::waits,
         "the master answered request 2 in place of 1"},
        {hello_of_master, says_ok, Then::waits, "the master's answer is one to another kind of request"},
    };
    for (const Case& each : cases) {
        INFO(each.reason);
        Lab lab;
        std::vector<std::string> replies;
        if (each.reply)
            replies.push_back(*each.reply);
        StandInMaster master(lab.io, lab.path, each.hello, replies, each.then);
        MuxClient client(lab.io.get_executor(), lab.path, lab.limits);
        const MuxAnswer answer = Answered(lab.io, client.alive()).get();
        CHECK(answer.kind == MuxAnswer::Kind::gone);
        CHECK(answer.reason == each.reason);
    }
}

TEST_CASE("Mux client: nobody at the path, or a path too long for a socket")
{
    Lab lab;
    const auto reason_at = [&](const std::string& path) {
        MuxClient client(lab.io.get_executor(), path, lab.limits);
        const MuxAnswer answer = Answered(lab.io, client.alive()).get();
        CHECK(answer.kind == MuxAnswer::Kind::gone);
        return answer.reason;
    };
    CHECK(reason_at(lab.path) == "No such file or directory");
    CHECK(reason_at(lab.path + std::string(108, 'x')) == "File name too long");
    {
        StandInMaster master(lab.io, lab.path, "", {});
    }
    CHECK(reason_at(lab.path) == "Connection refused");
}

TEST_CASE("Mux client: a master that says nothing is silent when the time is up, and no longer bothered")
{
    for (const std::string& hello : {""s, "\0\0\0\x08\0"s, hello_of_master}) {
        Lab lab;
        StandInMaster master(lab.io, lab.path, hello, {""});
        MuxClient client(lab.io.get_executor(), lab.path, {.alive = 50ms, .request = 50ms});
        for (int i = 1; i <= 2; ++i) {
            const MuxAnswer answer = Answered(lab.io, client.alive()).get();
            CHECK(answer.kind == MuxAnswer::Kind::silent);
            CHECK(answer.reason == "no answer within 50 ms");
            while (master.ended() < i)
                lab.io.run_one_for(1s);
        }
    }
}

TEST_CASE("Mux client: a forward that could not be opened is closed first, and by the same connection")
{
    struct Case {
        std::vector<std::string> replies;
        const char* requests;  ///< their types and the ends of the target's names
        MuxAnswer::Kind kind;
        const char* reason;
    };
    using Came = MuxAnswer::Kind;
    const Case cases[] = {
        {{consent(1), consent(2)}, "close h, open h", Came::granted, ""},
        {{refusal("port not forwarded", 1), consent(2)}, "close h, open h", Came::granted, ""},
        {{consent(1), refusal("Port forwarding failed", 2)},
         "close h, open h",
         Came::refused,
         "Port forwarding failed"},
        // As from OpenSSH 10.1 on.
        {{refusal("port not found", 1), consent(2), consent(3), consent(4)},
         "close h, open h., close h, open h",
         Came::granted,
         ""},
        {{refusal("port not found", 1), refusal("Port forwarding failed", 2)},
         "close h, open h.",
         Came::refused,
         "Port forwarding failed"},
        {{refusal("port not found", 1), consent(2), refusal("port not found", 3)},
         "close h, open h., close h",
         Came::refused,
         "port not found"},
        {{says_alive}, "close h", Came::gone, "the master's answer is one to another kind of request"},
    };
    for (const Case& each : cases) {
        INFO(each.requests);
        Lab lab;
        StandInMaster master(lab.io, lab.path, hello_of_master, each.replies);
        MuxClient client(lab.io.get_executor(), lab.path, lab.limits);
        const MuxAnswer answer = Answered(lab.io, client.ask_again(some_forward())).get();
        CHECK(answer.kind == each.kind);
        CHECK(answer.reason == each.reason);
        CHECK(master.connections() == 1);
        std::string said;
        const std::string& requests = master.requests();
        for (std::size_t at = 0; at < requests.size(); at += said.ends_with('.') ? 30 : 29) {
            said += said.empty() ? "" : ", ";
            said += requests[at + 3] == 6 ? "open " : "close ";
            said += requests.substr(at + 24, static_cast<unsigned char>(requests[at + 23]));
        }
        CHECK(said == each.requests);
    }
}

TEST_CASE("Mux client: of a path that 10.1 does not take from its list, its refusal is told")
{
    Lab lab;
    StandInMaster master(lab.io, lab.path, hello_of_master, {refusal("port not found", 1)});
    MuxClient client(lab.io.get_executor(), lab.path, lab.limits);
    const MuxAnswer answer = Answered(lab.io, client.ask_again(some_forward("/run/s [h]:1"))).get();
    CHECK(answer.kind == MuxAnswer::Kind::refused);
    CHECK(answer.reason == "port not found");
}

TEST_CASE("Mux client: its end is an answer to what is in flight, and to what has not begun")
{
    Lab lab;
    StandInMaster master(lab.io, lab.path, hello_of_master, {""});
    auto client = std::make_unique<MuxClient>(lab.io.get_executor(), lab.path, lab.limits);
    Answered in_flight(lab.io, client->alive());
    Answered another(lab.io, client->ask_again(some_forward()));
    while (master.requests().size() < 8 + 29)
        lab.io.run_one_for(1s);
    Awaitable<MuxAnswer> later = client->alive();
    client.reset();
    Answered not_begun(lab.io, std::move(later));
    for (Answered* each : {&in_flight, &another, &not_begun}) {
        const MuxAnswer answer = each->get();
        CHECK(answer.kind == MuxAnswer::Kind::gone);
        CHECK(answer.reason == "the connection was given up");
    }
    while (master.ended() < 2)
        lab.io.run_one_for(1s);
    CHECK(master.connections() == 2);
}

TEST_CASE("Mux connection: it stays open for request after request, one at a time, until it ends")
{
    Lab lab;
    StandInMaster master(lab.io, lab.path, hello_of_master, {consent(1), consent(2), consent(1), ""});
    const auto connection = std::make_shared<MuxConnection>(lab.io.get_executor(), lab.path);
    const auto ask = [&] {
        MuxRequest request;
        request.kind = MuxRequest::Kind::stop_listening;
        return MuxConnection::ask(connection, request, lab.limits.request);
    };
    Answered first(lab.io, ask());
    Answered at_once(lab.io, ask());
    CHECK(at_once.get().reason == "another request has not been answered yet");
    CHECK(first.get().is_granted());
    CHECK(Answered(lab.io, ask()).get().is_granted());
    for (int i = 0; i < 2; ++i)
        CHECK(Answered(lab.io, ask()).get().reason == "the master answered request 1 in place of 3");
    CHECK(master.connections() == 1);
}

TEST_CASE("Mux client: the event loop may go while a request is in flight")
{
    auto lab = std::make_unique<Lab>();
    auto master =
        std::make_unique<StandInMaster>(lab->io, lab->path, hello_of_master, std::vector<std::string>{""});
    auto client = std::make_unique<MuxClient>(lab->io.get_executor(), lab->path, lab->limits);
    Answered in_flight(lab->io, client->open(some_forward()));
    while (master->requests().empty())
        lab->io.run_one_for(1s);
    client.reset();
    master.reset();
    lab.reset();
}
