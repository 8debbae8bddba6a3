#include "autossh/base/file_marks.hpp"

#include "support/catch.hpp"
#include "support/machine/temporary_directory.hpp"

#include <filesystem>
#include <fstream>

using namespace autossh;
using autossh_test::TemporaryDirectory;

TEST_CASE("A file that comes, goes, is written or is replaced has another mark")
{
    const TemporaryDirectory directory;
    const std::vector<std::string> paths{(directory / "a").string(), (directory / "b").string()};
    const auto write = [](const std::string& path, const char* text) { std::ofstream(path) << text; };

    const auto none = marks_of(paths);
    CHECK(none.size() == 2);
    CHECK(marks_of(paths) == none);
    write(paths[0], "key");
    const auto there = marks_of(paths);
    CHECK_FALSE(there == none);
    CHECK(there[1] == none[1]);
    CHECK(marks_of(paths) == there);
    write(paths[0], "another key");
    const auto written = marks_of(paths);
    CHECK_FALSE(written == there);
    write(paths[1], "another key");
    std::filesystem::rename(paths[1], paths[0]);
    CHECK_FALSE(marks_of(paths) == written);
    std::filesystem::remove(paths[0]);
    CHECK(marks_of(paths) == none);
}

TEST_CASE("A device has no mark")
{
    const std::vector<std::string> paths{"/dev/null", "/dev/zero"};
    for (const FileMark& mark : marks_of(paths))
        CHECK(mark == FileMark{});
}
