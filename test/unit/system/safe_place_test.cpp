// Manual, "FILES": where nothing of ours is made, because somebody else could change it there.
#include "autossh/system/safe_place.hpp"

#include "support/catch.hpp"
#include "support/machine/temporary_directory.hpp"
#include "support/process/forked.hpp"
#include "support/skip.hpp"

#include <filesystem>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace autossh;
using autossh_test::exited;
using autossh_test::Forked;
using autossh_test::TemporaryDirectory;
using autossh_test::write_file;
namespace fs = std::filesystem;

namespace {

constexpr uid_t stranger = 65534;

/// With a directory PARENT/place below it.
struct Nested {
    TemporaryDirectory top;
    std::string parent = top / "parent";
    std::string place = parent + "/place";

    Nested() { fs::create_directories(place); }
};

void set_mode(const std::string& path, mode_t mode)
{
    REQUIRE(chmod(path.c_str(), mode) == 0);
}

}  // namespace

TEST_CASE("Safe place: one directory, by its owner and its mode")
{
    struct Row {
        uid_t owner;
        mode_t mode;
        uid_t us;
        std::string danger;
    };
    const std::vector<Row> rows{
        {1000, 0700, 1000, ""},
        {1000, 0755, 1000, ""},
        {0, 0755, 1000, ""},
        {0, 01777, 1000, ""},
        {0, 01777, 0, ""},
        {1000, 01777, 1000, ""},
        {0, 0750, 1000, ""},
        {1001, 0700, 1000, "belongs to uid 1001"},
        {1001, 0755, 1000, "belongs to uid 1001"},
        {1001, 01777, 1000, "belongs to uid 1001"},
        {1000, 0700, 0, "belongs to uid 1000"},
        {65534, 0755, 0, "belongs to uid 65534"},
        {0, 0777, 1000, "can be written by others (mode 0777) and is not sticky"},
        {0, 0775, 1000, "can be written by others (mode 0775) and is not sticky"},
        {1000, 0770, 1000, "can be written by others (mode 0770) and is not sticky"},
        {1000, 0702, 1000, "can be written by others (mode 0702) and is not sticky"},
        {1000, 02775, 1000, "can be written by others (mode 2775) and is not sticky"},
        {0, 0777, 0, "can be written by others (mode 0777) and is not sticky"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.owner, row.mode, row.us);
        CHECK(danger_of_directory(row.owner, S_IFDIR | row.mode, row.us) == row.danger);
    }
}

TEST_CASE("Safe place: each directory on the way must be safe, and the first that is not is named")
{
    const Nested nested;
    CHECK(safe_place(nested.place).path == nested.place);
    CHECK(safe_place(nested.place + "/").path == nested.place);
    CHECK(safe_place("/").path == "/");

    set_mode(nested.place, 0777);
    CHECK_FALSE(safe_place(nested.place));
    CHECK(safe_place(nested.place).complaint ==
          nested.place + " can be written by others (mode 0777) and is not sticky");
    set_mode(nested.place, 01777);
    CHECK(safe_place(nested.place).path == nested.place);

    set_mode(nested.parent, 0770);
    CHECK(safe_place(nested.place).complaint ==
          nested.parent + " can be written by others (mode 0770) and is not sticky");
    CHECK(safe_place(nested.parent).path.empty());
    CHECK(safe_place(nested.top.path()).path == nested.top.path());
}

TEST_CASE("Safe place: no directory of another user's, wherever on the way")
{
    SKIP_UNLESS(geteuid() == 0, "only root can give a directory away");
    const Nested nested;
    REQUIRE(chown(nested.parent.c_str(), stranger, stranger) == 0);
    CHECK(safe_place(nested.place).complaint == nested.parent + " belongs to uid 65534");
    set_mode(nested.parent, 01777);
    CHECK(safe_place(nested.place).complaint == nested.parent + " belongs to uid 65534");
    REQUIRE(chown(nested.parent.c_str(), 0, 0) == 0);
    REQUIRE(chown(nested.place.c_str(), stranger, stranger) == 0);
    CHECK(safe_place(nested.place).complaint == nested.place + " belongs to uid 65534");
}

TEST_CASE("Safe place: where the system's root is a stranger, what stands in / is his, and nothing deeper")
{
    SKIP_UNLESS(geteuid() == 0, "only root can give a user namespace another user");
    const TemporaryDirectory of_root;
    set_mode(of_root.path(), 0755);
    const std::string deeper = of_root.path();
    const Forked sandbox([&](const Forked::Step& step) {
        if (::unshare(CLONE_NEWUSER) < 0)
            return 2;
        step('u');
        if (::setuid(0) < 0)
            return 3;
        return safe_place("/tmp") && safe_place(deeper).complaint == deeper + " belongs to uid 65534" ? 0 : 1;
    });
    const bool has_namespace = sandbox.reached('u');
    SKIP_UNLESS(has_namespace, "no user namespaces here");
    write_file(fmt::format("/proc/{}/uid_map", sandbox.pid()), "0 65533 1");
    sandbox.go_on();
    CHECK(sandbox.wait_for_exit() == exited(0));
}

TEST_CASE("Safe place: the path is what a link leads to, and that is what must be safe")
{
    const Nested nested;
    const std::string link = nested.top / "link";
    fs::create_directory_symlink(nested.place, link);
    CHECK(safe_place(link).path == nested.place);
    CHECK(safe_place(nested.parent + "/../link/.").path == nested.place);
    set_mode(nested.parent, 0777);
    CHECK(safe_place(link).complaint.starts_with(nested.parent + " can be written by others"));

    set_mode(nested.parent, 0700);
    fs::create_directory(nested.top / "open");
    set_mode(nested.top / "open", 0777);
    fs::create_directory_symlink(nested.place, nested.top / "open/link");
    CHECK(safe_place(nested.top / "open/link").path == nested.place);
}

TEST_CASE("Safe place: what is no directory is none")
{
    const Nested nested;
    write_file(nested.place + "/file", "");
    CHECK(safe_place("").complaint == "Invalid argument");
    CHECK(safe_place("relative").complaint == "Invalid argument");
    CHECK(safe_place(nested.place + "/nowhere").complaint == "No such file or directory");
    CHECK(safe_place(nested.place + "/file").complaint == "Not a directory");
    fs::create_symlink("loop", nested.place + "/loop");
    CHECK(safe_place(nested.place + "/loop").complaint == "Too many levels of symbolic links");
}

TEST_CASE("Safe place: a file is safe where it and its place are")
{
    const Nested nested;
    const std::string file = nested.place + "/file";
    write_file(file, "");
    set_mode(file, 0755);
    CHECK(is_safe_file(file));
    fs::create_symlink(file, nested.place + "/link");
    CHECK_FALSE(is_safe_file(nested.place + "/link"));
    CHECK_FALSE(is_safe_file(nested.place));
    CHECK_FALSE(is_safe_file(nested.place + "/nowhere"));
    CHECK_FALSE(is_safe_file("file"));
    for (const mode_t mode : {0775U, 0757U}) {
        set_mode(file, mode);
        CHECK_FALSE(is_safe_file(file));
    }
    set_mode(file, 0755);
    set_mode(nested.parent, 0777);
    CHECK_FALSE(is_safe_file(file));
    set_mode(nested.parent, 01777);
    CHECK(is_safe_file(file));
    fs::create_directory_symlink(nested.place, nested.top / "way");
    CHECK_FALSE(is_safe_file(nested.top / "way/file"));
}
