// Manual, "-f": what the daemon and its caller say to each other.
#include "autossh/login/caller_message.hpp"

#include "support/catch.hpp"

#include <array>
#include <string>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace autossh;

namespace {

/// Both ends of what Background makes.
class Ends {
public:
    Ends() { REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends_.data()) == 0); }
    ~Ends()
    {
        hang_up();
        ::close(ends_[0]);
    }
    Ends(const Ends&) = delete;
    Ends& operator=(const Ends&) = delete;

    int here() const { return ends_[0]; }
    int there() const { return ends_[1]; }
    void hang_up()
    {
        if (ends_[1] >= 0)
            ::close(ends_[1]);
        ends_[1] = -1;
    }

private:
    std::array<int, 2> ends_{-1, -1};
};

std::string body(int socket, const CallerMessageHeader& header, std::size_t room)
{
    std::string text(room, '\0');
    text.resize(receive_body(socket, header, text));
    return text;
}

}  // namespace

TEST_CASE("Caller: a message arrives as it was sent")
{
    const Ends ends;
    for (const auto message :
         {CallerMessage::release, CallerMessage::text, CallerMessage::ask, CallerMessage::ask_hidden,
          CallerMessage::cancel, CallerMessage::answer, CallerMessage::no_answer})
        for (const std::string& text : {std::string(), std::string("one\ntwo\0three", 13)}) {
            REQUIRE(send_message(ends.there(), message, text, 7));
            const auto header = receive_header(ends.here());
            REQUIRE(header);
            CHECK(header->message == message);
            CHECK(header->question == 7);
            CHECK(header->size == text.size());
            CHECK(body(ends.here(), *header, 100) == text);
        }
}

TEST_CASE("Caller: what there is no room for is dropped, and the next message is whole")
{
    const Ends ends;
    REQUIRE(send_message(ends.there(), CallerMessage::text, std::string(1000, 'x') + "end"));
    REQUIRE(send_message(ends.there(), CallerMessage::text, "next"));
    for (const auto& [room, expected] :
         {std::pair(std::size_t{3}, "xxx"), std::pair(std::size_t{9}, "next")}) {
        const auto header = receive_header(ends.here());
        REQUIRE(header);
        CHECK(body(ends.here(), *header, room) == expected);
    }
}

TEST_CASE("Caller: a message that no buffer holds arrives, also from a socket that does not wait")
{
    const Ends ends;
    std::string text(8 << 20, 'x');
    for (std::size_t i = 0; i < text.size(); i += 4093)
        text[i] = static_cast<char>(i % 251);
    REQUIRE(::fcntl(ends.there(), F_SETFL, O_NONBLOCK) == 0);
    bool sent = false;
    std::thread sender([&] { sent = send_message(ends.there(), CallerMessage::text, text); });
    const auto header = receive_header(ends.here());
    const bool is_same = header && body(ends.here(), *header, text.size()) == text;
    sender.join();
    CHECK(sent);
    CHECK(is_same);
}

TEST_CASE("Caller: the end of the other side is noticed, wherever it comes")
{
    {
        Ends ends;
        ends.hang_up();
        CHECK_FALSE(send_message(ends.here(), CallerMessage::text, "hello"));
        CHECK_FALSE(receive_header(ends.here()));
    }
    {
        Ends ends;
        REQUIRE(::send(ends.there(), "\1\0", 2, 0) == 2);  // a part of a header
        ends.hang_up();
        CHECK_FALSE(receive_header(ends.here()));
    }
    {
        Ends ends;
        const CallerMessageHeader longer{CallerMessage::answer, 1, 10};
        REQUIRE(::send(ends.there(), "short", 5, 0) == 5);
        ends.hang_up();
        CHECK(body(ends.here(), longer, 20).empty());
    }
}

TEST_CASE("Caller: a short message is there as a whole when anything of it is")
{
    const Ends ends;
    const std::string secret(1023, 's');
    for (int times = 0; times < 100; ++times) {
        std::array<char, 4096> bytes{};
        std::thread sender([&] { send_message(ends.there(), CallerMessage::answer, secret); });
        const ssize_t size = ::recv(ends.here(), bytes.data(), bytes.size(), 0);
        sender.join();
        CHECK(size == static_cast<ssize_t>(sizeof(CallerMessageHeader) + secret.size()));
    }
}
