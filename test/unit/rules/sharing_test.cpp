// Manual, "Sharing": when the control socket is offered, and what is done with what stands at its path.
#include "autossh/rules/sharing.hpp"

#include "support/catch.hpp"

using namespace autossh;

TEST_CASE("Sharing: offered where the tunnel has logged in and is not in doubt")
{
    const auto offered = [](State state) { return may_be_offered({.state = state, .has_its_socket = true}); };
    for (const State well : {State::authenticated, State::up, State::degraded})
        CHECK(offered(well));
    for (const State other : {State::starting, State::connecting, State::suspect, State::stopping,
                              State::waiting, State::gave_up})
        CHECK_FALSE(offered(other));
}

TEST_CASE("Sharing: not offered while ssh is stopped, silent, or without its socket")
{
    const MasterFacts well{.state = State::up, .has_its_socket = true};
    MasterFacts facts = well;
    facts.is_stopped = true;
    CHECK_FALSE(may_be_offered(facts));
    facts = well;
    facts.is_silent = true;
    CHECK_FALSE(may_be_offered(facts));
    facts = well;
    facts.has_its_socket = false;
    CHECK_FALSE(may_be_offered(facts));
}

TEST_CASE("Sharing: what nobody answers is replaced, and nothing is taken from anybody")
{
    CHECK(step_at(AtPath::nothing) == PathStep::make);
    CHECK(step_at(AtPath::our_link) == PathStep::keep);
    CHECK(step_at(AtPath::old_link) == PathStep::replace);
    CHECK(step_at(AtPath::dead_socket) == PathStep::replace);
    CHECK(step_at(AtPath::answered) == PathStep::wait);
    CHECK(step_at(AtPath::strange) == PathStep::leave);
}

TEST_CASE("Sharing: the words of the state")
{
    CHECK(sharing_in_words(false, 0).empty());
    CHECK(sharing_in_words(true, 0) == "shared");
    CHECK(sharing_in_words(true, 1) == "shared with 1 session");
    CHECK(sharing_in_words(true, 2) == "shared with 2 sessions");
    CHECK(sharing_in_words(false, 1) == "1 session shares it");
    CHECK(sharing_in_words(false, 2) == "2 sessions share it");
}
