#include "autossh/program/observer_socket.hpp"

#include "autossh/base/errors.hpp"
#include "support/catch.hpp"
#include "support/machine/temporary_directory.hpp"

#include <filesystem>
#include <optional>
#include <string>

#include <boost/asio/io_context.hpp>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace autossh;

namespace {

Environment with_runtime_directory(std::optional<std::string> value)
{
    return [value](std::string_view name) { return name == "RUNTIME_DIRECTORY" ? value : std::nullopt; };
}

std::string own_group()
{
    const group* const its = ::getgrgid(::getegid());
    return its != nullptr ? its->gr_name : "root";
}

}  // namespace

TEST_CASE("Observers: they need a group and a directory of the service manager's")
{
    CHECK(observer_path(with_runtime_directory(std::nullopt)).empty());
    CHECK(observer_path(with_runtime_directory("/run/autossh/field")) == "/run/autossh/field/observe");
    CHECK(observer_path(with_runtime_directory("/run/a:/run/b")) == "/run/a/observe");
    CHECK(reason_against_observers(own_group(), with_runtime_directory("/run/a")).empty());
    CHECK(reason_against_observers("no such group", with_runtime_directory("/run/a")) ==
          "there is no group \"no such group\"");
    CHECK(reason_against_observers(own_group(), with_runtime_directory(std::nullopt))
              .starts_with("there is no RUNTIME_DIRECTORY"));
}

TEST_CASE("Observers: their socket is open to the group, and one process has it")
{
    const autossh_test::TemporaryDirectory directory;
    const std::string path = directory.path() / "observe";
    boost::asio::io_context io{1};
    {
        const ObserverSocket socket(io.get_executor(), path, own_group(), [](StreamSocket) {});
        struct stat status {};
        REQUIRE(::stat(path.c_str(), &status) == 0);
        CHECK((status.st_mode & 07777U) == 0660U);
        CHECK(status.st_gid == ::getegid());
        CHECK_THROWS_AS(ObserverSocket(io.get_executor(), path, own_group(), [](StreamSocket) {}),
                        ConfigError);
        CHECK(std::filesystem::exists(path));
    }
    CHECK_FALSE(std::filesystem::exists(path));
}
