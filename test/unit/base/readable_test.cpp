#include "autossh/base/readable.hpp"

#include "autossh/base/descriptors.hpp"
#include "support/catch.hpp"

#include <memory>
#include <optional>
#include <span>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <unistd.h>

using namespace autossh;

namespace {

/// A pipe in the event loop, and what is done with a byte that comes out of it.
struct WatchedPipe {
    WatchedPipe() : source(io.get_executor()) { source.assign(pipe.read_end.release()); }
    void write() const { REQUIRE(::write(pipe.write_end.get(), "x", 1) == 1); }
    void read_byte()
    {
        char byte = 0;
        bytes += static_cast<int>(read_some(source.native_handle(), std::span(&byte, 1)));
    }
    void run()
    {
        io.restart();
        io.poll();
    }

    boost::asio::io_context io;
    Pipe pipe;
    Descriptor source;
    int bytes = 0;
};

}  // namespace

TEST_CASE("Event loop: a function is called as long as there is something to read")
{
    WatchedPipe pipe;
    Readable<Descriptor> readable(pipe.source, [&pipe] { pipe.read_byte(); });
    pipe.write();
    pipe.run();
    CHECK(pipe.bytes == 0);  // not yet
    readable.start();
    readable.start();
    pipe.write();
    pipe.run();
    CHECK(pipe.bytes == 2);
    pipe.write();
    pipe.run();
    CHECK(pipe.bytes == 3);
}

TEST_CASE("Event loop: a reader that has stopped is not called until it starts again")
{
    WatchedPipe pipe;
    std::optional<Readable<Descriptor>> readable;
    readable.emplace(pipe.source, [&] {
        pipe.read_byte();
        readable->stop();
    });
    readable->start();
    pipe.write();
    pipe.write();
    pipe.run();
    CHECK(pipe.bytes == 1);
    readable->start();
    pipe.run();
    CHECK(pipe.bytes == 2);
    readable->start();
    readable->stop();
    pipe.write();
    pipe.run();
    CHECK(pipe.bytes == 2);
}

TEST_CASE("Event loop: a reader whose descriptor is closed, or that is gone, is not called")
{
    WatchedPipe pipe;
    auto readable = std::make_unique<Readable<Descriptor>>(pipe.source, [&pipe] { pipe.read_byte(); });
    readable->start();
    pipe.write();
    SECTION("closed")
    {
        pipe.source.close();
    }
    SECTION("gone")
    {
        readable.reset();
    }
    pipe.run();
    CHECK(pipe.bytes == 0);
}

TEST_CASE("Event loop: a reader may close its descriptor, or go, while it calls")
{
    WatchedPipe pipe;
    int calls = 0;
    const bool goes = GENERATE(false, true);
    std::unique_ptr<Readable<Descriptor>> readable;
    readable = std::make_unique<Readable<Descriptor>>(pipe.source, [&, goes] {
        ++calls;
        if (goes)
            readable.reset();
        else
            pipe.source.close();
    });
    readable->start();
    pipe.write();
    pipe.run();
    CHECK(calls == 1);
}
