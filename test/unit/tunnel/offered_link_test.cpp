// Manual, "Sharing": what stands at the path, and the link that is put there.
#include "autossh/tunnel/offered_link.hpp"

#include "autossh/base/paths.hpp"
#include "autossh/base/socket_address.hpp"
#include "support/catch.hpp"
#include "support/machine/temporary_directory.hpp"

#include <filesystem>
#include <string>

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace autossh;
using autossh_test::TemporaryDirectory;
using autossh_test::write_file;
namespace fs = std::filesystem;

namespace {

UniqueFd bound_to(const std::string& path, bool listens)
{
    UniqueFd socket = open_socket(AF_UNIX, SOCK_STREAM);
    const auto address = UnixAddress::of_path(path);
    REQUIRE(address);
    REQUIRE(::bind(socket.get(), address->get(), address->size()) == 0);
    if (listens)
        REQUIRE(::listen(socket.get(), 4) == 0);
    return socket;
}

/// Two directories: one for the path, and one that is named as an autossh's private one.
struct Places {
    TemporaryDirectory top;
    std::string path = top / "cm";
    std::string private_directory = top / "auto-ssh.1.abcdef";
    std::string socket = private_directory + "/control";

    Places()
    {
        fs::create_directory(private_directory);
        REQUIRE(::chmod(top.path().c_str(), 0700) == 0);
    }
    AtPath look() const { return look_at_path(path, socket).what; }
};

}  // namespace

TEST_CASE("Sharing: each thing that may stand at the path is told apart")
{
    const Places places;
    CHECK(places.look() == AtPath::nothing);

    CHECK(make_link(places.path, places.socket).empty());
    CHECK(places.look() == AtPath::our_link);
    CHECK(look_at_path(places.path, places.socket + "2").what == AtPath::old_link);
    {
        const UniqueFd answers = bound_to(places.socket, true);
        CHECK(look_at_path(places.path, places.socket + "2").what == AtPath::answered);
    }
    CHECK(look_at_path(places.path, places.socket + "2").what == AtPath::old_link);
    REQUIRE(fs::remove(places.path));

    {
        const UniqueFd answers = bound_to(places.path, true);
        CHECK(places.look() == AtPath::answered);
    }
    CHECK(places.look() == AtPath::dead_socket);
    REQUIRE(fs::remove(places.path));

    fs::create_symlink("/nowhere", places.path);
    CHECK(places.look() == AtPath::strange);
    REQUIRE(fs::remove(places.path));
    write_file(places.path, "the user's");
    CHECK(places.look() == AtPath::strange);
    CHECK(look_at_path(places.path, places.socket).reason ==
          "it is neither a socket nor a link of autossh's, and is left alone");
    REQUIRE(fs::remove(places.path));
    fs::create_directory(places.path);
    CHECK(places.look() == AtPath::strange);
    CHECK(look_at_path(places.path + "/cm/cm", places.socket).what == AtPath::nothing);
    CHECK(look_at_path(places.top / "cm-file/x", places.socket).what == AtPath::nothing);
}

TEST_CASE("Sharing: a link replaces what is dead, and is taken away where it is ours")
{
    const Places places;
    static_cast<void>(bound_to(places.path, false));
    CHECK(make_link(places.path, places.socket) == "File exists");
    CHECK(replace_by_link(places.path, places.socket).empty());
    CHECK(places.look() == AtPath::our_link);
    remove_link(places.path, places.socket + "2");
    CHECK(places.look() == AtPath::our_link);
    remove_link(places.path, places.socket);
    CHECK(places.look() == AtPath::nothing);
    std::error_code error;
    CHECK(names_in(places.top.path(), error).size() == 1);

    write_file(places.path, "the user's");
    remove_link(places.path, places.socket);
    CHECK(fs::exists(places.path));
}

TEST_CASE("Sharing: a path is refused with its reason where others can write, or something else stands there")
{
    const Places places;
    const Offer offer{places.path, "", ""};
    CHECK(checked({}) == Offer{});
    const Offer well = checked(offer);
    CHECK(well.mistake.empty());
    CHECK(well.path == fs::canonical(places.top.path()).string() + "/cm");

    REQUIRE(::chmod(places.top.path().c_str(), 01777) == 0);
    CHECK(checked(offer).path.empty());
    CHECK(checked(offer).mistake.find(" can be written by others (mode 1777)") != std::string::npos);
    REQUIRE(::chmod(places.top.path().c_str(), 0700) == 0);

    write_file(places.path, "the user's");
    CHECK(checked(offer).mistake ==
          "--share: nothing can be offered at " + places.path +
              ": it is neither a socket nor a link of autossh's, and is left alone");
    CHECK(checked({places.top / "none/cm", "", ""}).mistake.ends_with(": No such file or directory"));
    CHECK(checked({places.top.path().string() + "/", "", ""}).mistake.ends_with(": Is a directory"));
}
