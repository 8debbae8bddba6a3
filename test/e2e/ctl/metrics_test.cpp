// autossh-fleet(5), "Metrics", with the real ssh and sshd.
#include "e2e/ctl/ctl_lab.hpp"
#include "e2e/hub/hub_lab.hpp"
#include "e2e/support/autossh.hpp"
#include "e2e/support/server.hpp"
#include "support/catch.hpp"
#include "support/machine/ports.hpp"
#include "support/occurrences.hpp"
#include "support/tested_autossh.hpp"
#include "support/waiting.hpp"

#include <csignal>
#include <list>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace autossh_test;

namespace {

/// A fleet with metrics, in a directory of its own.
class MetricsLab {
public:
    MetricsLab() : port_(free_port_pair()) {}

    unsigned short port() const { return port_; }
    std::string file() const { return lab_ / "a.prom"; }
    std::string log() const { return read_file(lab_ / "log"); }

    void write(const std::string& text) const
    {
        write_file(lab_ / "lab.toml", "[fleet]\nname = \"metrics\"\n" + text);
        ::chmod((lab_ / "lab.toml").c_str(), 0600);
    }

    ProcessOptions fleet(std::vector<std::string> words = {}) const
    {
        ProcessOptions options;
        options.arguments = {tested_autossh()};
        if (words.empty())
            words = {"--fleet", "--log-file", lab_ / "log", lab_ / "lab.toml"};
        options.arguments.insert(options.arguments.end(), words.begin(), words.end());
        options.changes = {{"XDG_RUNTIME_DIR", lab_.place()}, {"XDG_STATE_HOME", lab_.place()}};
        return options;
    }

    ProcessOptions explain() const { return fleet({"--explain", "--fleet", lab_ / "lab.toml"}); }

    /// What autosshctl prints, and its exit status behind it.
    std::string told(const std::vector<std::string>& words) const
    {
        const Process process(lab_.options(words));
        const auto result = process.wait_for_exit();
        return process.output() + process.errors() + (result ? result->text() : "no end");
    }

    bool has_logged(const std::string& words) const
    {
        return wait_until([&] { return log().find(words) != std::string::npos; });
    }

    /// "GET /metrics"
    std::string answer(const std::string& request, unsigned short port = 0) const
    {
        const HeldConnection connection(port == 0 ? port_ : port);
        connection.send(request + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
        return connection.receive(1'000'000);
    }

    bool comes_to_answer(const std::string& request, const std::string& words) const
    {
        return wait_until([&] { return answer(request).find(words) != std::string::npos; });
    }

private:
    CtlLab lab_;
    unsigned short port_;
};

bool is_in(const std::string& text, const std::string& words)
{
    return text.find(words) != std::string::npos;
}

constexpr const char* up_of_a = "\nautossh_tunnel_up{daemon=\"metrics\",tunnel=\"a\"} ";

}  // namespace

TEST_CASE("Metrics: the port, the file and autosshctl tell that a tunnel is up, and that it is down")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    MetricsLab lab;
    lab.write(fmt::format("[metrics]\nlisten = \"127.0.0.1:{}\"\nfile = \"a.prom\"\ninterval = \"1s\"\n"
                          "[defaults]\nhost = \"server\"\noptions = [\"-F\", \"{}\"]\n"
                          "[tunnel.a]\n[tunnel.b]\nenabled = false\n",
                          lab.port(), sshd.client_config().string()));
    const Process fleet(lab.fleet());
    REQUIRE(lab.has_logged("]: a: up: "));
    const auto file_says = [&](const std::string& words) {
        return wait_until([&] { return is_in(read_file(lab.file()), words); });
    };
    CHECK(lab.comes_to_answer("GET /metrics", fmt::format("{}1\n", up_of_a)));
    CHECK(file_says(fmt::format("{}1\n", up_of_a)));
    CHECK(is_in(lab.told({"metrics"}), fmt::format("{}1\n", up_of_a)));
    CHECK(lab.answer("GET /health").starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(lab.answer("GET /health").ends_with("\r\n\r\nmetrics: 2 tunnels: 1 up, 1 stopped\n"));
    CHECK(is_in(lab.answer("GET /metrics"), "\nautossh_tunnel_wanted{daemon=\"metrics\",tunnel=\"b\"} 0\n"));

    sshd.stop();
    CHECK(lab.comes_to_answer("GET /metrics", fmt::format("{}0\n", up_of_a)));
    CHECK(lab.comes_to_answer("GET /metrics", "\nautossh_tunnel_failure{daemon=\"metrics\",tunnel=\"a\","
                                              "class=\"refused\"} 1\n"));
    CHECK(lab.comes_to_answer("GET /health", "HTTP/1.1 503 Service Unavailable\r\n"));
    CHECK(file_says(fmt::format("{}0\n", up_of_a)));

    fleet.signal(SIGTERM);
    REQUIRE(fleet.wait_for_exit());
    CHECK(::access(lab.file().c_str(), F_OK) != 0);  // nobody would keep it true
    // Other tests may run autosshs, too.
    CHECK(lab.told({"metrics", "-D", "metrics"}) ==
          "autosshctl: no autossh has the name or pid \"metrics\"\nexit 69");
    CHECK(lab.told({"metrics", "-D", "metrics", "--output", lab.file()}) == "exit 0");
    CHECK(read_file(lab.file()).empty());
    CHECK(is_in(lab.told({"metrics", "--output", lab.file() + "/none"}), "Not a directory\nexit 71"));
}

TEST_CASE("Metrics: clients that are silent, rude or many take no answer from others")
{
    const MetricsLab lab;
    lab.write(fmt::format("[metrics]\nlisten = {}\n[hub]\nlisten = \"{}.hub\"\n", lab.port(), lab.file()));
    const Process fleet(lab.fleet());
    REQUIRE(lab.has_logged(fmt::format("metrics: listening on 127.0.0.1:{}\n", lab.port())));
    std::list<HeldConnection> held;
    for (int i = 0; i < 20; ++i) {
        held.emplace_back(lab.port());
        held.back().send(i % 2 == 0 ? "" : "GET /metrics HTTP/1.1\r\nHost:");
        CHECK(lab.answer("GET /health").starts_with("HTTP/1.1 200 OK\r\n"));
    }
    CHECK(wait_until([&] { return held.front().has_been_closed(); }));
    CHECK(lab.answer("GET /").starts_with("HTTP/1.1 404 Not Found\r\n"));
    CHECK(lab.answer("DELETE /metrics").starts_with("HTTP/1.1 405 Method Not Allowed\r\n"));
    CHECK(lab.answer("nonsense").starts_with("HTTP/1.1 400 Bad Request\r\n"));
    const std::string head = lab.answer("HEAD /metrics");
    CHECK(head.starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(head.ends_with("\r\n\r\n"));
    CHECK_FALSE(is_in(head, "Content-Length: 0\r\n"));
    CHECK(lab.answer("GET http://localhost/health").starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(lab.answer("GET http://example.org/metrics").starts_with("HTTP/1.1 421 Misdirected Request\r\n"));
    const HeldConnection talker(lab.port());
    talker.send(std::string(9000, 'x'));
    CHECK(talker.receive(100).starts_with("HTTP/1.1 431 Request Header Fields Too Large\r\n"));
    const HeldConnection poster(lab.port());
    poster.send("POST /metrics HTTP/1.1\r\nContent-Length: 60000\r\n\r\n" + std::string(60000, 'x'));
    CHECK(poster.receive(1'000'000).ends_with(": there are GET /metrics and GET /health\n"));
    // Who stays without a word is sent away after ten seconds.
    CHECK(wait_until([&] { return held.back().has_been_closed(); }));
}

TEST_CASE("Metrics: a port that somebody has, or a file in no directory, ends all before it begins")
{
    const MetricsLab lab;
    const Server somebody;
    lab.write(fmt::format("[metrics]\nlisten = {}\n[tunnel.a]\nssh = \"/bin/true\"\n", somebody.port()));
    const Process fleet(lab.fleet());
    CHECK(fleet.wait_for_exit() == exited(1));
    CHECK(is_in(lab.log(),
                fmt::format("metrics: listen: cannot listen on 127.0.0.1:{}: Address already in use: "
                            "pid {} (",
                            somebody.port(), ::getpid())));
    CHECK(is_in(lab.log(), "; take another port, or end what has this one\n"));
    CHECK_FALSE(is_in(lab.log(), "starting ssh"));
    lab.write("[metrics]\nfile = \"none/a.prom\"\n[tunnel.a]\nssh = \"/bin/true\"\n");
    const Process other(lab.fleet());
    CHECK(other.wait_for_exit() == exited(1));
    CHECK(is_in(lab.log(), "metrics: file: there is no directory "));
}

TEST_CASE("Metrics: a reload moves the port and the file, and ends both")
{
    const MetricsLab lab;
    const std::string hub = fmt::format("[hub]\nlisten = \"{}.hub\"\n", lab.file());
    lab.write(hub);
    const Process fleet(lab.fleet());
    REQUIRE(wait_until([&] { return is_in(lab.told({"metrics", "-D", "metrics"}), "exit 0"); }));
    lab.write(fmt::format("[metrics]\nlisten = {}\nfile = \"a.prom\"\ninterval = 1\n{}", lab.port(), hub));
    CHECK(is_in(lab.told({"reload"}), "[metrics]: start\n"));
    CHECK(lab.answer("GET /health").starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(wait_until([&] { return ::access(lab.file().c_str(), F_OK) == 0; }));

    const unsigned short other = free_port_pair();
    lab.write(fmt::format("[metrics]\nlisten = {}\nfile = \"b.prom\"\ninterval = 1\n{}", other, hub));
    CHECK(is_in(lab.told({"reload"}), "[metrics]: times\n"));
    CHECK(lab.answer("GET /health", other).starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(lab.answer("GET /health").empty());
    CHECK(wait_until([&] { return ::access(lab.file().c_str(), F_OK) != 0; }));

    const Server somebody;
    lab.write(fmt::format("[metrics]\nlisten = {}\n{}", somebody.port(), hub));
    CHECK(is_in(lab.told({"reload"}), ":4:10: error: listen: cannot listen on "));
    CHECK(is_in(lab.answer("GET /metrics", other),
                "\nautossh_fleet_config_last_reload_successful{daemon=\"metrics\"} 0\n"));
    lab.write(hub);
    CHECK(is_in(lab.told({"reload"}), "[metrics]: stop: it is not in the file any more\n"));
    CHECK(lab.answer("GET /health", other).empty());
}

TEST_CASE("Metrics: a file that cannot be written is told once, and again when it can")
{
    const MetricsLab lab;
    const std::string directory = lab.file() + ".d";
    REQUIRE(::mkdir(directory.c_str(), 0700) == 0);
    lab.write(fmt::format("[metrics]\nfile = \"{}/b.prom\"\ninterval = \"1s\"\n[hub]\nlisten = \"{}.hub\"\n",
                          directory, lab.file()));
    const Process explained(lab.explain());
    CHECK(explained.wait_for_exit() == exited(0));
    CHECK(is_in(explained.output(), fmt::format("\nmetrics: {}/b.prom every 1 s\n", directory)));
    const Process fleet(lab.fleet());
    const auto is_there = [&] { return ::access((directory + "/b.prom").c_str(), F_OK) == 0; };
    REQUIRE(wait_until(is_there));
    REQUIRE(::rename(directory.c_str(), (directory + ".away").c_str()) == 0);
    CHECK(lab.has_logged(fmt::format(
        "metrics: the file cannot be written: {}/b.prom.new: No such file or directory\n", directory)));
    REQUIRE(::mkdir(directory.c_str(), 0700) == 0);
    CHECK(lab.has_logged("metrics: the file is written again\n"));
    CHECK(is_there());
    CHECK(occurrences(lab.log(), "cannot be written") == 1);
}

TEST_CASE("Metrics: autosshctl tells of all that run, also of two with one name")
{
    SKIP_WITHOUT_SSHD();
    const Sshd sshd;
    const MetricsLab lab;
    std::list<Process> plain;
    for (int i = 0; i < 2; ++i)
        plain.emplace_back(lab.fleet({"-M", "0", "-N", "-F", sshd.client_config().string(), "server"}));
    const auto told_of = [&](const Process& process) {
        return fmt::format("\nautossh_tunnel_up{{daemon=\"server:{}\",tunnel=\"server\"}} 1\n",
                           process.pid());
    };
    CHECK(wait_until([&] {
        const std::string text = lab.told({"metrics"});
        return is_in(text, told_of(plain.front())) && is_in(text, told_of(plain.back()));
    }));
    CHECK(occurrences(lab.told({"metrics"}), "# TYPE autossh_tunnel_up gauge\n") == 1);
    CHECK(is_in(lab.told({"metrics"}), "exit 0"));
}
