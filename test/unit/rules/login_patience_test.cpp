#include "autossh/rules/login_patience.hpp"

#include "support/catch.hpp"

using namespace autossh;
using namespace std::chrono_literals;

TEST_CASE("Connect timeout: a server that takes long for its first line gets more time, until it has said it")
{
    LoginPatience patience;
    CHECK(patience.for_greeting() == 1);
    for (const int factor : {2, 4, 8, 8}) {
        patience.note_silence(SilentStage::greeting);
        CHECK(patience.for_greeting() == factor);
    }
    CHECK(patience.for_answers() == 1);
    patience.note_silence(SilentStage::none);
    CHECK(patience.for_greeting() == 1);
    patience.note_silence(SilentStage::greeting);
    patience.note_login(1s);
    CHECK(patience.for_greeting() == 1);
}

TEST_CASE("Connect timeout: a log-in that waits for a person gets more time, as long as it needs that")
{
    LoginPatience patience;
    patience.note_silence(SilentStage::login);
    CHECK(patience.for_answers() == 5);
    patience.note_silence(SilentStage::none);
    CHECK(patience.for_answers() == 5);
    patience.note_login(40s);
    CHECK(patience.for_answers() == 5);
    patience.note_login(2s);
    CHECK(patience.for_answers() == 1);
}
