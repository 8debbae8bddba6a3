#include "autossh/login/ask_message.hpp"

#include "support/catch.hpp"

#include <optional>
#include <string>

using namespace autossh;
using namespace std::string_literals;

namespace {

const AskRequest request{"0123abcd", "confirm", "Add key k (SHA256:x) to agent?"};

}  // namespace

TEST_CASE("Secrets: a question arrives as it was asked, whatever bytes it has")
{
    const AskRequest rows[] = {
        {},
        request,
        {"t", "", "(u@h) Password: "},
        {"", "none", "\n\n"},
        {"a\0b"s, "\0"s, "\xff\xfe\0\r\n autossh ask 1\n"s},
        {"t", "", std::string(60'000, '\x80')},
    };
    for (const AskRequest& row : rows) {
        CAPTURE(row.prompt.size());
        CHECK((ask_request_from(to_bytes(row)) == row));
    }
}

TEST_CASE("Secrets: a question that is cut, or has anything behind it, is none")
{
    const std::string bytes = to_bytes(request);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        CAPTURE(size);
        CHECK_FALSE(ask_request_from(bytes.substr(0, size)));
    }
    CHECK_FALSE(ask_request_from(bytes + '\0'));
    CHECK_FALSE(ask_request_from(bytes + bytes));
}

TEST_CASE("Secrets: a question in the form of another version is none")
{
    std::string bytes = to_bytes(request);
    bytes.replace(bytes.find('1'), 1, "2");
    CHECK_FALSE(ask_request_from(bytes));
    CHECK_FALSE(ask_request_from("GET / HTTP/1.1\r\n\r\n"));
}

TEST_CASE("Secrets: a length beyond the end is not believed")
{
    for (const std::string& length :
         {"\xff\xff\xff\xff"s, "\0\0\xff\xff"s, "\x7f\xff\xff\xff"s, "\0\0\0\x09"s}) {
        std::string bytes = to_bytes({"", "", "12345678"});
        bytes.replace(bytes.size() - 12, 4, length);
        CHECK_FALSE(ask_request_from(bytes));
    }
}

TEST_CASE("Secrets: the longest question is read, and none that is longer")
{
    const std::size_t around = to_bytes({}).size();
    const AskRequest longest{"", "", std::string(longest_ask_request - around, 'x')};
    CHECK((ask_request_from(to_bytes(longest)) == longest));
    const AskRequest longer{"", "", longest.prompt + 'x'};
    CHECK_FALSE(ask_request_from(to_bytes(longer)));
}

TEST_CASE("Secrets: an answer is told by its first byte, and only a secret has more")
{
    struct Row {
        std::string bytes;
        std::optional<AskReply> reply;
    };
    const Row rows[] = {
        {"", {}},
        {"s", {}},  // the supervisor has died, or an empty answer would be a wrong try
        {"ss", AskReply::secret},
        {"s open sesame ", AskReply::secret},
        {"s\0"s, AskReply::secret},
        {"n", AskReply::none},
        {"p", AskReply::person},
        {"no", {}},
        {"person", {}},
        {"S1", {}},
        {"\0"s, {}},
        {"x", {}},
        {"\xff", {}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.bytes);
        CHECK((ask_reply_from(row.bytes) == row.reply));
    }
}
