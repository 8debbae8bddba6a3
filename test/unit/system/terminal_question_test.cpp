// Manual, "Secrets": a question to the person at the terminal.
#include "autossh/system/terminal_question.hpp"

#include "support/catch.hpp"
#include "support/process/process.hpp"
#include "support/process/pseudo_terminal.hpp"

#include <csignal>
#include <optional>

#include <fcntl.h>
#include <unistd.h>

#include <fmt/core.h>

using namespace autossh;
using namespace autossh_test;

namespace {

constexpr const char* prompt = "Password: ";

/// ask_person as the foreground job of a shell. Its leader stays when the question is over.
class Asked {
public:
    explicit Asked(const std::vector<std::string>& words, std::optional<termios> modes = std::nullopt)
    {
        if (modes)
            set_modes(*modes);
        before_ = terminal_.modes();
        std::vector<std::string> arguments{ASK_PERSON_PATH};
        arguments.insert(arguments.end(), words.begin(), words.end());
        shell_.emplace(
            ProcessOptions{.arguments = arguments, .terminal = terminal_.path(), .job_control = true});
    }

    const PseudoTerminal& terminal() const { return terminal_; }
    const Process& shell() const { return *shell_; }
    bool shows(const std::string& text) const { return terminal_.wait_for_text(text); }
    bool asks(int times = 1) const
    {
        return wait_until([&] { return times_shown(prompt) == times; });
    }
    int times_shown(const std::string& text) const { return terminal_.times_shown(text); }

    bool echoes() const { return (terminal_.modes().c_lflag & tcflag_t{ECHO}) != 0; }
    const termios& before() const { return before_; }
    bool is_as_before() const { return terminal_.has_modes(before_); }
    void set_modes(const termios& modes) const
    {
        const int tty = ::open(terminal_.path().c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC);
        REQUIRE(::tcsetattr(tty, TCSANOW, &modes) == 0);
        ::close(tty);
    }

    /// Who asks; after asks().
    pid_t asker() const
    {
        const std::string shown = terminal_.shown();
        return std::stoi(shown.substr(shown.find("asked by ") + 9));
    }
    bool is_stopped() const
    {
        return wait_until([&] { return state_of(asker()) == 'T'; });
    }

private:
    PseudoTerminal terminal_;
    termios before_{};
    std::optional<Process> shell_;
};

}  // namespace

TEST_CASE("Secrets: what is typed at a hidden question is not shown")
{
    Asked person({"hidden", prompt});
    REQUIRE(person.asks());
    CHECK_FALSE(person.echoes());
    CHECK((person.terminal().modes().c_lflag & tcflag_t{ICANON}) != 0);
    CHECK((person.terminal().modes().c_lflag & tcflag_t{ECHONL}) == 0);
    person.terminal().type("geheim\n");
    CHECK(person.shows("Password: \r\nanswer <geheim>\r\n"));
    CHECK(person.times_shown("geheim") == 1);
    CHECK(person.shows("ended with 0"));
    CHECK(person.is_as_before());
}

TEST_CASE("Secrets: what is typed at an open question is shown")
{
    Asked person({"shown", prompt});
    REQUIRE(person.asks());
    person.terminal().type("yes\n");
    CHECK(person.shows("Password: yes\r\nanswer <yes>\r\n"));
    CHECK(person.is_as_before());
}

TEST_CASE("Secrets: the line is edited as any other, and may be empty")
{
    Asked person({"hidden", prompt});
    REQUIRE(person.asks());
    person.terminal().type("wrong\x15ge\x04heinn\x7fm\x7f\x7fm\n");
    CHECK(person.shows("answer <geheim>"));

    Asked other({"hidden", prompt});
    REQUIRE(other.asks());
    other.terminal().type("\n");
    CHECK(other.shows("answer <>"));
}

TEST_CASE("Secrets: the end of the file is no answer")
{
    Asked person({"hidden", prompt});
    REQUIRE(person.asks());
    person.terminal().type("\x04");
    CHECK(person.shows("Password: \r\nno answer\r\n"));
    CHECK(person.is_as_before());
}

TEST_CASE("Secrets: without a terminal nobody is asked")
{
    const Process process({.arguments = {ASK_PERSON_PATH, "hidden", prompt}, .new_session = true});
    CHECK(wait_until([&] { return process.output().ends_with(".\nno answer\nended with 0\n"); }));
}

TEST_CASE("Secrets: as much is typed as ssh takes, and what is longer is no answer")
{
    const std::string longest(Secret::longest, 'x');
    Asked person({"hidden", prompt});
    REQUIRE(person.asks());
    person.terminal().type(longest + "\n");
    CHECK(person.shows("answer <" + longest + ">"));

    for (const std::size_t size : {std::size_t{1024}, std::size_t{4000}}) {
        CAPTURE(size);
        Asked other({"hidden", prompt});
        REQUIRE(other.asks());
        other.terminal().type(std::string(size, 'x') + "\n");
        CHECK(
            other.shows("Password: \r\nautossh: what was typed is longer than 1023 bytes, which is all that "
                        "ssh takes\r\nno answer\r\n"));
        CHECK(other.is_as_before());
        CHECK(other.times_shown("xxx") == 0);
    }
}

TEST_CASE("Secrets: a signal that ends the process finds the terminal as it was")
{
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGALRM, SIGUSR1, SIGUSR2, SIGPIPE}) {
        CAPTURE(number);
        Asked person({"hidden", prompt});
        REQUIRE(person.asks());
        REQUIRE_FALSE(person.echoes());
        person.terminal().type("gehe");
        REQUIRE(::kill(person.asker(), number) == 0);
        CHECK(person.shows(fmt::format("ended by signal {}", number)));
        CHECK(person.is_as_before());
        CHECK(person.times_shown("gehe") == 0);
    }
}

TEST_CASE("Secrets: Ctrl-C ends a question, and a handler of it is kept")
{
    Asked person({"hidden", prompt});
    REQUIRE(person.asks());
    person.terminal().type("gehe\x03");
    CHECK(person.shows(fmt::format("ended by signal {}", SIGINT)));
    CHECK(person.is_as_before());

    Asked other({"hidden", prompt, "handle"});
    REQUIRE(other.asks());
    other.terminal().type("\x03");
    CHECK(other.shows("Password: \r\nhandled\r\nno answer\r\n"));
    CHECK(other.is_as_before());
}

TEST_CASE("Secrets: a hang-up ends a question")
{
    PseudoTerminal terminal;
    const Process person({.arguments = {ASK_PERSON_PATH, "hidden", prompt}, .terminal = terminal.path()});
    REQUIRE(terminal.wait_for_text(prompt));
    terminal.hang_up();
    CHECK(person.wait_until_nothing_left());
}

TEST_CASE("Secrets: Ctrl-Z gives the shell its terminal, and the question is asked again afterwards")
{
    Asked person({"hidden", prompt});
    REQUIRE(person.asks());
    for (int times = 1; times <= 2; ++times) {
        CHECK_FALSE(person.echoes());
        person.terminal().type("gehe\x1a");
        REQUIRE(person.is_stopped());
        CHECK(wait_until([&] { return person.times_shown("[stopped]") == times; }));
        CHECK(person.is_as_before());
        person.shell().foreground();
        REQUIRE(person.asks(times + 1));
    }
    CHECK_FALSE(person.echoes());
    person.terminal().type("geheim\n");
    CHECK(person.shows("answer <geheim>"));
    CHECK(person.is_as_before());
}

TEST_CASE("Secrets: in the background a question waits for the terminal, and leaves it alone")
{
    Asked person({"hidden", prompt});
    REQUIRE(person.asks());
    person.terminal().type("\x1a");
    REQUIRE(person.is_stopped());
    REQUIRE(person.shows("[stopped]"));
    for (int times = 0; times < 2; ++times) {  // the shell's `bg`
        const pid_t job = ::getpgid(person.asker());
        REQUIRE(::kill(-job, SIGCONT) == 0);
        REQUIRE(person.is_stopped());
    }
    CHECK(person.is_as_before());
    CHECK(person.asks(1));
    person.shell().foreground();
    REQUIRE(person.asks(2));
    person.terminal().type("geheim\n");
    CHECK(person.shows("answer <geheim>"));
    CHECK(person.is_as_before());
}

TEST_CASE("Secrets: after a stop that could not be seen, the echo is off again")
{
    Asked person({"hidden", prompt});
    REQUIRE(person.asks());
    REQUIRE(::kill(person.asker(), SIGSTOP) == 0);
    REQUIRE(person.is_stopped());
    person.set_modes(person.before());  // as shells do
    REQUIRE(person.echoes());
    REQUIRE(::kill(person.asker(), SIGCONT) == 0);
    REQUIRE(person.asks(2));
    CHECK_FALSE(person.echoes());
    person.terminal().type("geheim\n");
    CHECK(person.shows("answer <geheim>"));
    CHECK(person.is_as_before());
}

TEST_CASE("Secrets: a question works on a terminal that was left raw, and leaves it so")
{
    termios raw{};
    {
        const PseudoTerminal terminal;
        raw = terminal.modes();
    }
    ::cfmakeraw(&raw);
    Asked person({"hidden", prompt}, raw);
    REQUIRE(person.asks());
    person.terminal().type("geheim\r");
    CHECK(person.shows("answer <geheim>"));
    CHECK(person.terminal().is_raw());
    CHECK(person.is_as_before());
}

TEST_CASE("Secrets: a prompt cannot act on the terminal")
{
    struct Row {
        std::string text;
        std::string shown;
    };
    const std::vector<Row> rows = {
        {"(me@host) Password: ", "(me@host) Password: "},
        {"one\n\ttwo", "one\n\ttwo"},
        {"\x1b]0;title\x07", "\\x1b]0;title\\x07"},
        {"safe\rfake", "safe\\x0dfake"},
        {"a\bb\x7f", "a\\x08b\\x7f"},
        {std::string("a\0b", 3), "a\\x00b"},
        {"Passwort f\xc3\xbcr \xe2\x82\xac \xf0\x9f\x94\x91",
         "Passwort f\xc3\xbcr \xe2\x82\xac \xf0\x9f\x94\x91"},
        {"\xc2\x9b"
         "31m",
         "\\xc2\\x9b31m"},  // CSI as UTF-8,
        {"\x9b"
         "31m",
         "\\x9b31m"},  // as a byte,
        {"\xe0\x82\x9b"
         "31m",
         "\\xe0\\x82\\x9b31m"},  // and written too long
        {"cut \xe2\x82", "cut \\xe2\\x82"},
        {"\xc2\xa0", "\xc2\xa0"},
        {"", ""},
    };
    for (const Row& row : rows)
        CHECK(fit_for_terminal(row.text) == row.shown);

    Asked person({"hidden", "\x1b[2JPassword: "});
    CHECK(person.shows("\\x1b[2JPassword: "));
    CHECK(person.times_shown("\x1b") == 0);
}
