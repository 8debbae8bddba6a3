// Manual, "Refused forwards": sockets that a killed ssh has left behind.
#include "autossh/system/left_sockets.hpp"

#include "support/catch.hpp"
#include "support/machine/temporary_directory.hpp"
#include "support/process/process.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <optional>
#include <unistd.h>

using namespace autossh;
using UnixAcceptor = boost::asio::local::stream_protocol::acceptor;
using UnixPath = boost::asio::local::stream_protocol::endpoint;

TEST_CASE("Left sockets: only the very file that was ours goes, when nobody answers there")
{
    const autossh_test::TemporaryDirectory directory;
    const std::string path = directory / "socket";
    const std::vector<std::string> paths{path};
    boost::asio::io_context io{1};
    std::optional<UnixAcceptor> listener(std::in_place, io, UnixPath(path));
    LeftSockets sockets;

    SECTION("somebody answers")
    {
        sockets.note(::getpid(), paths);
        CHECK(sockets.remove_dead().empty());
        CHECK(std::filesystem::exists(path));
    }
    SECTION("it is left behind")
    {
        sockets.note(::getpid(), paths);
        listener.reset();
        CHECK(sockets.remove_dead() == paths);
        CHECK_FALSE(std::filesystem::exists(path));
        CHECK(sockets.remove_dead().empty());
    }
    SECTION("it was that of one below the process")
    {
        sockets.note(::getppid(), paths);
        listener.reset();
        CHECK(sockets.remove_dead() == paths);
    }
    SECTION("it has been linked to its place")
    {
        const std::string place = directory / "sock";
        std::filesystem::rename(path, directory / "sock.AbCdEf");
        listener.emplace(io, UnixPath(directory / "sock.0123"));
        std::filesystem::create_hard_link(directory / "sock.0123", place);
        sockets.note(::getpid(), std::vector{place});
        listener.reset();
        CHECK(sockets.remove_dead() == std::vector{place});
    }
    SECTION("it was another process's")
    {
        ::fcntl(listener->native_handle(), F_SETFD, FD_CLOEXEC);
        const autossh_test::Process another({.arguments = {"sleep", "1000"}});
        sockets.note(another.pid(), paths);
        listener.reset();
        CHECK(sockets.remove_dead().empty());
        CHECK(std::filesystem::exists(path));
    }
    SECTION("another socket is in its place")
    {
        sockets.note(::getpid(), paths);
        std::filesystem::rename(path, directory / "kept");  // so that its inode is not given anew
        listener.emplace(io, UnixPath(path));
        listener.reset();
        CHECK(sockets.remove_dead().empty());
        CHECK(std::filesystem::exists(path));
    }
    SECTION("a file is in its place, or a link to it")
    {
        sockets.note(::getpid(), paths);
        listener.reset();
        std::filesystem::rename(path, directory / "kept");
        std::ofstream(path) << "text";
        CHECK(sockets.remove_dead().empty());
        CHECK(std::filesystem::exists(path));
        std::filesystem::remove(path);
        std::filesystem::create_symlink(directory / "kept", path);
        CHECK(sockets.remove_dead().empty());
        CHECK(std::filesystem::is_symlink(path));
    }
}
