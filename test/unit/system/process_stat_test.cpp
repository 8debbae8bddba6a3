#include "autossh/system/process_stat.hpp"

#include "support/catch.hpp"

#include <string>

#include <fmt/core.h>
#include <unistd.h>

using namespace autossh;

namespace {

std::string line_of(pid_t pid, pid_t parent, char state, const std::string& name = "sleep")
{
    return fmt::format(
        "{} ({}) {} {} 20 30 34816 40 4194304 97 0 0 0 0 1 0 0 20 0 1 0 123456789 2949120 184\n", pid, name,
        state, parent);
}

}  // namespace

TEST_CASE("Ending ssh: a line of /proc/PID/stat is understood, whatever the name")
{
    for (const char* const name : {"sleep", "a b", ") S 1 2 (", ""}) {
        CAPTURE(name);
        const auto stat = parse_stat(line_of(11, 12, 'T', name));
        REQUIRE(stat);
        CHECK(stat->pid == 11);
        CHECK(stat->command == name);
        CHECK(stat->state == 'T');
        CHECK(stat->parent == 12);
        CHECK(stat->group == 20);
        CHECK(stat->session == 30);
        CHECK(stat->started == 123456789);
        CHECK_FALSE(stat->has_ended());
    }
    CHECK(parse_stat(line_of(11, 12, 'Z'))->has_ended());
    for (const char* text : {"", "11", "11 (sleep", "11 sleep) S 12", "(sleep) S 12 20 30",
                             "11 (sleep) S 12 20 30 34816 40 4194304 97 0 0"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_stat(text));
    }
}

TEST_CASE("Processes: the parent is read behind the name, whatever that is")
{
    CHECK(parse_stat(line_of(12, 7, 'S', "ssh"))->parent == 7);
    CHECK(parse_stat(line_of(12, 3, 'S', "a b) S 7 1"))->parent == 3);
    CHECK(parse_stat(line_of(12, 0, 'Z', ""))->parent == 0);
    for (const char* junk : {"", "12", "12 (ssh", "12 (ssh)", "12 (ssh) S", "12 (ssh) S x"})
        CHECK_FALSE(parse_stat(junk));
}

#ifdef __linux__
TEST_CASE("Processes: a living one is read from its directory, one that is not there tells nothing")
{
    const auto self = stat_of("/proc/self");
    REQUIRE(self);
    CHECK(self->pid == ::getpid());
    CHECK(parent_of(::getpid()) == ::getppid());
    CHECK_FALSE(parent_of(0));
    CHECK_FALSE(stat_of("/proc/none"));
}
#endif
