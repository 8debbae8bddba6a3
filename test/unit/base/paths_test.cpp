#include "autossh/base/paths.hpp"

#include "support/catch.hpp"
#include "support/machine/temporary_directory.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <unistd.h>

using namespace autossh;
using autossh_test::TemporaryDirectory;
using namespace std::string_literals;

TEST_CASE("Paths: a relative one is below the directory that we are in")
{
    std::error_code error;
    CHECK(absolute_path("/a/../b", error) == "/a/../b");
    CHECK(absolute_path("a/b", error) == (std::filesystem::current_path() / "a/b").string());
    CHECK_FALSE(error);
}

TEST_CASE("Paths: the directory part is what stands before the last slash")
{
    CHECK(directory_part("/a/b") == "/a");
    CHECK(directory_part("/a") == "/");
    CHECK(directory_part("/") == "/");
    CHECK(directory_part("a") == "");
    CHECK(directory_part("a/b/") == "a/b");
}

TEST_CASE("Paths: dots are taken out by the text alone")
{
    CHECK(without_dots("/usr/libexec/../bin/./autossh") == "/usr/bin/autossh");
    CHECK(without_dots("/a//b/") == "/a/b");
    CHECK(without_dots("/../../a") == "/a");
    CHECK(without_dots("/a/..") == "/");
    CHECK(without_dots("/") == "/");
}

TEST_CASE("Paths: a link's target, and where it leads")
{
    const TemporaryDirectory place;
    const std::string link = place.path().string() + "/link";
    REQUIRE(::symlink("nowhere/..", link.c_str()) == 0);
    CHECK(link_target(link) == "nowhere/.."s);
    CHECK_FALSE(link_target(place.path().string()));
    CHECK_FALSE(resolved_path(link));
    const std::string other = place.path().string() + "/other";
    REQUIRE(::symlink(".", other.c_str()) == 0);
    CHECK(resolved_path(other) == std::filesystem::canonical(place.path()).string());
}

TEST_CASE("Paths: the names in a directory, without its own and its parent's")
{
    const TemporaryDirectory place;
    std::error_code error;
    CHECK(names_in(place.path().string(), error).empty());
    std::filesystem::create_directory(place.path().string() + "/b");
    std::ofstream(place.path().string() + "/.a");
    auto names = names_in(place.path().string(), error);
    std::ranges::sort(names);
    CHECK(names == std::vector{".a"s, "b"s});
    CHECK_FALSE(error);
    CHECK(names_in(place.path().string() + "/none", error).empty());
    CHECK(error == std::errc::no_such_file_or_directory);
}

TEST_CASE("Paths: of a directory with many names none is missing")
{
    const TemporaryDirectory place;
    constexpr std::size_t many = 300;
    for (std::size_t i = 0; i < many; ++i)
        std::ofstream(place / ("a name of some length " + std::to_string(i)));
    std::error_code error;
    auto names = names_in(place.path().string(), error);
    CHECK(!error);
    std::ranges::sort(names);
    CHECK(std::ranges::adjacent_find(names) == names.end());
    CHECK(names.size() == many);
}

TEST_CASE("Paths: a tree is removed with all in it, and nothing that a link leads to")
{
    const TemporaryDirectory place;
    const std::string tree = place.path().string() + "/tree";
    std::filesystem::create_directories(tree + "/a/b");
    std::ofstream(tree + "/a/file");
    std::ofstream(place.path().string() + "/kept");
    REQUIRE(::symlink(place.path().c_str(), (tree + "/a/link").c_str()) == 0);
    remove_tree(tree);
    CHECK_FALSE(std::filesystem::exists(tree));
    CHECK(std::filesystem::exists(place.path().string() + "/kept"));
}
