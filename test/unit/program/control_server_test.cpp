#include "autossh/program/control_server.hpp"

#include "support/catch.hpp"
#include "unit/control/stand_in_target.hpp"

#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <sys/socket.h>
#include <unistd.h>

using namespace autossh;
using autossh_test::StandInTarget;
using namespace std::chrono_literals;

namespace {

/// The other end of a connection.
class TestClient {
public:
    explicit TestClient(int fd) : fd_(fd) {}
    ~TestClient() { hang_up(); }
    TestClient(const TestClient&) = delete;
    TestClient& operator=(const TestClient&) = delete;

    /// As much as goes at once.
    std::size_t send(const std::string& text) const
    {
        const ssize_t size = ::send(fd_, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        return size < 0 ? 0 : static_cast<std::size_t>(size);
    }
    void receive()
    {
        char bytes[16 * 1024];
        for (;;) {
            const ssize_t size = ::recv(fd_, bytes, sizeof bytes, MSG_DONTWAIT);
            if (size > 0)
                text_.append(bytes, static_cast<std::size_t>(size));
            else if (size == 0 || (errno != EAGAIN && errno != EINTR))
                is_closed_ = true;
            if (size <= 0)
                return;
        }
    }
    /// Without those that were taken before.
    std::optional<ControlAnswer> take()
    {
        receive();
        const std::size_t end = text_.find('\n');
        if (end == std::string::npos)
            return std::nullopt;
        const auto answer = read_answer(std::string_view(text_).substr(0, end));
        text_.erase(0, end + 1);
        return answer;
    }
    bool is_closed()
    {
        receive();
        return is_closed_;
    }
    void say_no_more() const { ::shutdown(fd_, SHUT_WR); }
    void hang_up()
    {
        if (fd_ >= 0)
            ::close(fd_);
        fd_ = -1;
    }

private:
    int fd_;
    std::string text_;
    bool is_closed_ = false;
};

class TestServer {
public:
    explicit TestServer(ControlServer::Clients clients = ControlServer::Clients::own_user)
        : server(clients, target, log)
    {
        log.listen([this](std::string_view line) { lines.emplace_back(line); });
        log.configure({.file = "/dev/null"});
        log.set_up_finished();
    }

    TestClient& client()
    {
        int ends[2]{-1, -1};
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
        StreamSocket socket(io_.get_executor());
        socket.assign(StreamProtocol(AF_UNIX, 0), ends[0]);
        server.take(std::move(socket));
        return clients_.emplace_back(ends[1]);
    }

    template <typename Predicate>
    bool until(Predicate is_so)
    {
        const auto deadline = std::chrono::steady_clock::now() + 20s;
        bool is = is_so();
        while (!is && std::chrono::steady_clock::now() < deadline) {
            io_.restart();
            io_.run_for(5ms);
            is = is_so();
        }
        return is;
    }

    /// The next answer.
    ControlAnswer next(TestClient& client)
    {
        std::optional<ControlAnswer> answer;
        CHECK(until([&] { return (answer = client.take()).has_value(); }));
        return answer.value_or(ControlAnswer());
    }

    std::string complaint() const { return lines.empty() ? "" : lines.back(); }

    StandInTarget target;
    Log log;
    std::vector<std::string> lines;

private:
    boost::asio::io_context io_{1};

public:
    ControlServer server;

private:
    std::deque<TestClient> clients_;
};

const std::string order = R"({"id":1,"do":"stop","tunnels":["db"]})"
                          "\n";

/// Another one is served while the first does what it does.
void check_others_are_served(TestServer& server)
{
    TestClient& other = server.client();
    other.send(order);
    CHECK(server.next(other).told == std::vector<std::string>{"db"});
    other.hang_up();
}

StateEvent event_of(const std::string& tunnel)
{
    return {.tunnel = tunnel, .state = "up", .before = "connecting", .health = "up"};
}

}  // namespace

TEST_CASE("Control socket: each line is answered, in the order of the lines")
{
    TestServer server;
    TestClient& client = server.client();
    client.send("{\"id\":1,\"do\":\"status\"}\n\r\n{\"id\":2,\"do\":\"nothing\"}\r\n{\"id\":3,");
    CHECK(server.next(client).daemon.has_value());
    CHECK(server.next(client).id == "2");
    client.send("\"do\":\"try\",\"tunnels\":[\"web\"]}\n");
    CHECK(server.next(client).told == std::vector<std::string>{"web"});
    CHECK_FALSE(client.is_closed());
    client.say_no_more();
    CHECK(server.until([&] { return client.is_closed(); }));
    CHECK(server.until([&] { return !server.server.has_clients(); }));
}

TEST_CASE("Control socket: who says no more is answered yet")
{
    TestServer server;
    TestClient& client = server.client();
    client.send("{\"id\":1,\"do\":\"status\"}\n{\"id\":2,\"do\":\"events\"}\n");
    client.say_no_more();
    CHECK(server.next(client).id == "1");
    CHECK(server.next(client).id == "2");
    server.server.tell({"db"}, event_of("db"));
    CHECK(server.next(client).event.value_or(StateEvent()).tunnel == "db");
    CHECK_FALSE(client.is_closed());
    client.hang_up();
    CHECK(server.until([&] { return !server.server.has_clients(); }));
}

TEST_CASE("Control socket: half a line and garbage harm nobody")
{
    TestServer server;
    server.client().send("{\"do\":\"sto");
    check_others_are_served(server);
    TestClient& garbage = server.client();
    garbage.send(std::string("\0\xff\x80garbage\n[[[[[[\n\n{}\n", 20));
    CHECK(server.next(garbage).error.value_or(ControlError()).code == ErrorCode::bad_request);
    CHECK(server.next(garbage).error.value_or(ControlError()).code == ErrorCode::bad_request);
    check_others_are_served(server);
    TestClient& gone = server.client();
    gone.send("{\"do\":\"stat");
    gone.hang_up();
    check_others_are_served(server);
}

TEST_CASE("Control socket: a line that is too long ends the connection")
{
    TestServer server;
    TestClient& longest = server.client();
    const std::string fill(longest_request - 15, ' ');
    const auto send_all = [&](TestClient& client, std::string text) {
        CHECK(server.until([&] {
            text.erase(0, client.send(text));
            return text.empty();
        }));
    };
    send_all(longest, "{\"do\":\"status\"" + fill + "}\n");
    CHECK(server.next(longest).daemon.has_value());

    TestClient& client = server.client();
    send_all(client, "{\"do\":\"status\"" + fill + " }\n");
    CHECK(server.next(client).error.value_or(ControlError()).code == ErrorCode::too_long);
    CHECK(server.until([&] { return client.is_closed(); }));
    CHECK(server.complaint().find("is turned away: its line is longer than 65536 bytes") !=
          std::string::npos);
    check_others_are_served(server);

    TestClient& endless = server.client();
    CHECK(server.until([&] {
        endless.send(std::string(64 * 1024, 'x'));
        return endless.is_closed();
    }));
}

TEST_CASE("Control socket: a thousand requests at once are answered, and others beside them")
{
    TestServer server;
    TestClient& client = server.client();
    std::string requests;
    for (int i = 0; i < 1000; ++i)
        requests += "{\"id\":" + std::to_string(i) + ",\"do\":\"status\"}\n";
    int answers = 0;
    bool is_in_order = true;
    CHECK(server.until([&] {
        requests.erase(0, client.send(requests));
        while (const auto answer = client.take())
            is_in_order = answer->id == std::to_string(answers++) && is_in_order;
        if (answers > 0 && answers < 1000 && server.target.orders.empty())
            check_others_are_served(server);
        return answers == 1000;
    }));
    CHECK(is_in_order);
    CHECK(client.take() == std::nullopt);
}

TEST_CASE("Control socket: a client that reads nothing is not answered on and on")
{
    TestServer server;
    server.target.description = std::string(100'000, 'x');
    TestClient& client = server.client();
    std::string requests;
    for (int i = 0; i < 100; ++i)
        requests += "{\"do\":\"status\"}\n";
    client.send(requests);
    for (int i = 0; i < 3; ++i)
        check_others_are_served(server);
    CHECK(server.lines.empty());
    CHECK_FALSE(server.target.orders.empty());
    int answers = 0;
    CHECK(server.until([&] {  // it reads after all
        while (client.take())
            ++answers;
        return answers == 100;
    }));
}

TEST_CASE("Control socket: who does not read its events is dropped at 1 MiB")
{
    TestServer server;
    TestClient& client = server.client();
    client.send("{\"id\":1,\"do\":\"events\"}\n");
    CHECK(server.next(client).ok);
    StateEvent event = event_of("db");
    event.cause.text = std::string(10'000, 'x');
    int told = 0;
    CHECK(server.until([&] {
        for (int i = 0; i < 10 && server.server.has_clients(); ++i, ++told)
            server.server.tell({"db"}, event);
        return !server.server.has_clients();
    }));
    CHECK(told > 100);  // 1 MiB, and what the system takes
    CHECK(server.complaint().find("is turned away: it does not read what it has asked for") !=
          std::string::npos);
    check_others_are_served(server);
}

TEST_CASE("Control socket: events and lines of the log go to those who have asked for them")
{
    TestServer server;
    TestClient& client = server.client();
    client.send("{\"id\":1,\"do\":\"events\",\"tunnels\":[\"@prod\"]}\n"
                "{\"id\":2,\"do\":\"logs\",\"lines\":0,\"follow\":true,\"tunnels\":[\"w*\"]}\n");
    CHECK(server.next(client).ok);
    CHECK(server.next(client).logs == std::vector<TunnelLines>{{"web", {}}});
    server.server.tell({"web"}, event_of("web"));
    server.server.tell({"db", {"prod"}}, event_of("db"));
    server.server.tell({"db", {"prod"}}, "a line of db");
    server.server.tell({"web"}, "a line of web");
    const ControlAnswer event = server.next(client);
    CHECK(event.id == "1");
    CHECK(event.event.value_or(StateEvent()).tunnel == "db");
    const ControlAnswer line = server.next(client);
    CHECK(line.id == "2");
    CHECK(line.log_line == TunnelText{"web", "a line of web"});
    for (int i = 3; i < 9; ++i) {
        client.send("{\"id\":" + std::to_string(i) + ",\"do\":\"events\"}\n");
        CHECK(server.next(client).ok);
    }
    client.send("{\"id\":9,\"do\":\"events\"}\n");
    CHECK(server.next(client).error.value_or(ControlError()).code == ErrorCode::not_possible);
}

TEST_CASE("Control socket: there are 32 clients at most, and the next one may come when one has gone")
{
    TestServer server;
    std::vector<TestClient*> clients;
    for (std::size_t i = 0; i < ControlServer::most_clients; ++i)
        clients.push_back(&server.client());
    TestClient& other = server.client();
    CHECK(server.next(other).error.value_or(ControlError()).code == ErrorCode::busy);
    CHECK(server.until([&] { return other.is_closed(); }));
    CHECK(server.complaint().find("is turned away: there are 32 clients already") != std::string::npos);
    server.client();
    CHECK(server.lines.size() == 1);  // once is enough
    clients.front()->hang_up();
    CHECK(server.until([&] {
        TestClient& next = server.client();
        next.send(order);
        std::optional<ControlAnswer> answer;
        server.until([&] { return (answer = next.take()).has_value(); });
        return answer && answer->ok;
    }));
}

TEST_CASE("Control socket: observers are not permitted what changes something")
{
    TestServer server(ControlServer::Clients::observers);
    TestClient& client = server.client();
    client.send(order);
    CHECK(server.next(client).error.value_or(ControlError()).code == ErrorCode::not_permitted);
    client.send("{\"do\":\"status\"}\n");
    CHECK(server.next(client).daemon.has_value());
    CHECK(server.target.orders.empty());
}
