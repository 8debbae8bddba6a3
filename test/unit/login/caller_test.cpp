// Manual, "-f": the process of the caller, as the daemon sees it.
#include "autossh/login/caller.hpp"

#include "autossh/login/caller_message.hpp"
#include "support/catch.hpp"
#include "support/sanitizer.hpp"
#include "support/skip.hpp"
#include "support/waiting.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace autossh;
using namespace autossh_test;
namespace asio = boost::asio;

namespace {

/// A daemon's Caller, and the other end.
class Conversation {
public:
    Conversation()
        : ends_(socket_pair()), caller_(io_.get_executor(), std::move(ends_[0]), [this] { ++gone_; })
    {}

    Caller& caller() { return caller_; }
    int gone() const { return gone_; }
    void hang_up() { ends_[1].reset(); }

    /// Its answer comes into answers().
    void ask(const std::string& prompt, bool hidden = true)
    {
        const std::size_t index = answers_.size();
        answers_.emplace_back();
        asio::co_spawn(io_, caller_.ask(prompt, hidden),
                       [this, index](const std::exception_ptr&, const std::optional<Secret>& typed) {
                           answers_[index] = typed ? std::string(typed->text()) : "(none)";
                       });
        run_until([] { return false; }, std::chrono::milliseconds(1));
    }
    /// "" until there is one, "(none)" if there is none.
    const std::vector<std::string>& answers() const { return answers_; }

    /// What has been said to the process: "KIND text".
    struct Heard {
        CallerMessage message;
        std::uint32_t question;
        std::string text;
    };
    std::optional<Heard> hears() const
    {
        const auto header = receive_header(ends_[1].get());
        if (!header)
            return std::nullopt;
        std::string text(header->size, '\0');
        receive_body(ends_[1].get(), *header, text);
        return Heard{header->message, header->question, text};
    }
    void say(CallerMessage message, const std::string& text, std::uint32_t question) const
    {
        send_message(ends_[1].get(), message, text, question);
    }

    bool run_until(const auto& is_so, std::chrono::milliseconds limit = generous)
    {
        const auto end = std::chrono::steady_clock::now() + limit;
        while (!is_so() && std::chrono::steady_clock::now() < end)
            io_.run_one_for(std::chrono::milliseconds(1));
        return is_so();
    }

private:
    static std::array<UniqueFd, 2> socket_pair()
    {
        int ends[2];
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
            throw std::system_error(errno, std::generic_category(), "socketpair");
        return {UniqueFd(ends[0]), UniqueFd(ends[1])};
    }

    asio::io_context io_{1};
    std::array<UniqueFd, 2> ends_;
    int gone_ = 0;
    std::vector<std::string> answers_;
    Caller caller_;
};

/// For a process of its own.
bool lives_without_locked_memory()
{
    const rlimit nothing{};
    if (::setrlimit(RLIMIT_MEMLOCK, &nothing) != 0 || (::geteuid() == 0 && ::setuid(65534) != 0))
        return false;
    Conversation talk;
    talk.ask("Password: ");
    const auto heard = talk.hears();
    talk.say(CallerMessage::answer, "geheim", heard->question);
    const bool answered = talk.run_until([&] { return talk.answers()[0] == "(none)"; });
    const auto told = talk.hears();
    return answered && talk.gone() == 0 && told && told->text.starts_with("autossh: cannot lock memory");
}

}  // namespace

TEST_CASE("Caller: a question is passed on, and its answer comes back")
{
    Conversation talk;
    talk.ask("Password: ");
    const auto heard = talk.hears();
    REQUIRE(heard);
    CHECK(heard->message == CallerMessage::ask_hidden);
    CHECK(heard->text == "Password: ");
    talk.say(CallerMessage::answer, "geheim", heard->question);
    CHECK(talk.run_until([&] { return talk.answers()[0] == "geheim"; }));

    talk.ask("yes or no? ", false);
    const auto other = talk.hears();
    REQUIRE(other);
    CHECK(other->message == CallerMessage::ask);
    CHECK(other->question != heard->question);
    talk.say(CallerMessage::no_answer, "", other->question);
    CHECK(talk.run_until([&] { return talk.answers()[1] == "(none)"; }));
    CHECK(talk.gone() == 0);
}

TEST_CASE("Caller: only one question is asked at a time")
{
    Conversation talk;
    talk.ask("first");
    const auto first = talk.hears();
    REQUIRE(first);
    talk.ask("second");
    CHECK(talk.run_until([&] { return talk.answers()[1] == "(none)"; }));
    talk.say(CallerMessage::answer, "one", first->question);
    CHECK(talk.run_until([&] { return talk.answers()[0] == "one"; }));
}

TEST_CASE("Caller: what was typed for a question that was taken back answers no other")
{
    Conversation talk;
    talk.ask("jump's password: ");
    const auto first = talk.hears();
    REQUIRE(first);
    talk.caller().cancel();
    talk.ask("server's password: ");  // before anybody has heard of the end of the first one
    CHECK(talk.run_until([&] { return talk.answers()[0] == "(none)"; }));
    talk.say(CallerMessage::answer, "for jump alone", first->question);

    CHECK(talk.hears()->message == CallerMessage::cancel);
    const auto second = talk.hears();
    REQUIRE(second);
    talk.say(CallerMessage::answer, "for the server", second->question);
    CHECK(talk.run_until([&] { return !talk.answers()[1].empty(); }));
    CHECK(talk.answers()[1] == "for the server");
}

TEST_CASE("Caller: the end of its process ends the question")
{
    Conversation talk;
    talk.ask("Password: ");
    talk.hang_up();
    CHECK(talk.run_until([&] { return talk.answers()[0] == "(none)"; }));
    CHECK(talk.gone() == 1);
    CHECK_FALSE(talk.caller().is_there());
    talk.caller().tell("too late\n");
    talk.caller().release();
    CHECK(talk.gone() == 1);
}

TEST_CASE("Caller: who is released is not gone, but who cannot be released any more is")
{
    {
        Conversation talk;
        talk.caller().tell("line\n");
        talk.caller().release();
        CHECK(talk.hears()->text == "line\n");
        CHECK(talk.hears()->message == CallerMessage::release);
        CHECK_FALSE(talk.hears());
        talk.hang_up();
        talk.run_until([] { return false; }, std::chrono::milliseconds(5));
        CHECK(talk.gone() == 0);
    }
    {
        Conversation talk;
        talk.hang_up();
        talk.caller().release();  // before the event loop has seen it
        CHECK(talk.gone() == 1);
    }
}

TEST_CASE("Caller: where no memory can be locked there is no answer, and the daemon lives")
{
    SKIP_UNLESS(!under_address_sanitizer, "AddressSanitizer makes mlock(2) do nothing");
    const pid_t process = ::fork();
    if (process == 0)
        ::_exit(lives_without_locked_memory() ? 0 : 1);
    int status = 0;
    REQUIRE(::waitpid(process, &status, 0) == process);
    CHECK(status == 0);
}
