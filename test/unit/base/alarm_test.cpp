#include "autossh/base/alarm.hpp"

#include "support/catch.hpp"

#include <chrono>
#include <memory>
#include <optional>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

using namespace autossh;
using namespace std::chrono_literals;

TEST_CASE("Event loop: an alarm calls once, at the last time that was set")
{
    boost::asio::io_context io;
    int calls = 0;
    Alarm alarm(io.get_executor(), [&calls] { ++calls; });
    const Time begin = Clock::now();
    alarm.set_after(1ms);
    alarm.set(begin + 20ms);
    io.run();
    CHECK(calls == 1);
    CHECK(Clock::now() - begin >= 20ms);
    alarm.set_after(0ms);  // again
    io.restart();
    io.run();
    CHECK(calls == 2);
}

TEST_CASE("Event loop: an alarm that is cancelled, set anew or gone does not call, though its time has come")
{
    boost::asio::io_context io;
    int calls = 0;
    std::optional<Alarm> cancelled;
    std::optional<Alarm> gone;
    std::optional<Alarm> later;
    // Its time comes together with those of the others, whose handlers are in the queue then.
    Alarm first(io.get_executor(), [&] {
        cancelled->cancel();
        gone.reset();
        later->set_after(1h);
    });
    first.set_after(0ms);
    for (auto* const other : {&cancelled, &gone, &later}) {
        other->emplace(io.get_executor(), [&calls] { ++calls; });
        (*other)->set_after(0ms);
    }
    io.run_for(50ms);
    CHECK(calls == 0);
}

TEST_CASE("Event loop: an alarm may go while it calls")
{
    boost::asio::io_context io;
    bool called = false;
    std::unique_ptr<Alarm> alarm;
    alarm = std::make_unique<Alarm>(io.get_executor(), [&alarm, &called] {
        alarm.reset();
        called = true;
    });
    alarm->set_after(0ms);
    io.run();
    CHECK(called);
}
