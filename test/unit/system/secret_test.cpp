// Manual, "Secrets": where one is in memory, by looking there.
#include "autossh/system/secret.hpp"

#include "autossh/base/descriptors.hpp"
#include "autossh/login/secret_reader.hpp"
#include "support/catch.hpp"
#include "support/process/forked.hpp"
#include "support/process/memory_search.hpp"
#include "support/sanitizer.hpp"
#include "support/skip.hpp"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

using namespace autossh;
using namespace autossh_test;

namespace {

constexpr const char* mlock_is_off = "AddressSanitizer turns mlock off";

void fill(Secret& secret, std::string_view text)
{
    std::ranges::copy(text, secret.room().begin());
    secret.set_size(text.size());
}

std::size_t page_size()
{
    return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

/// A marker that no process forked before has in memory, sent to one of them through a pipe.
class SentMarker {
public:
    /// In the forked process.
    Secret receive()
    {
        pipe_.write_end.reset();
        const int source = pipe_.read_end.release();
        ::fcntl(source, F_SETFD, 0);  // as whoever starts autossh gives it one
        return secret_from_descriptor(source);
    }
    std::string send()
    {
        const std::string marker = new_marker();
        REQUIRE(write_all(pipe_.write_end.get(), marker + "\n"));
        pipe_.write_end.reset();
        return marker;
    }

private:
    Pipe pipe_;
};

}  // namespace

TEST_CASE("Secrets: the page of one is locked, in no core dump, and shared with nothing")
{
    SKIP_UNLESS(!under_address_sanitizer, mlock_is_off);
    const std::size_t before = locked_bytes(::getpid());
    {
        Secret secret;
        fill(secret, "geheim");
        CHECK(secret.room().size() == page_size());
        CHECK(secret.room().size() >= 4 * Secret::longest);
        CHECK(reinterpret_cast<std::uintptr_t>(secret.room().data()) % page_size() == 0);
        CHECK(page_flags(::getpid(), secret.room().data()).contains("lo"));
        CHECK(page_flags(::getpid(), secret.room().data()).contains("dd"));
        CHECK(locked_bytes(::getpid()) == before + page_size());
        const Secret moved = std::move(secret);
        CHECK(locked_bytes(::getpid()) == before + page_size());
    }
    CHECK(locked_bytes(::getpid()) == before);
}

TEST_CASE("Secrets: where memory cannot be locked, the error names the limit")
{
    SKIP_UNLESS(!under_address_sanitizer, mlock_is_off);
    const Forked process([](const Forked::Step&) {
        const rlimit none{0, 0};
        if (::setrlimit(RLIMIT_MEMLOCK, &none) < 0 || (::geteuid() == 0 && ::setuid(65534) < 0))
            return 2;
        try {
            const Secret secret;
            return 3;
        } catch (const std::system_error& error) {
            const std::string start =
                "cannot lock memory for a secret (raise its limit: ulimit -l, LimitMEMLOCK=): ";
            return std::string(error.what()).starts_with(start) ? 0 : 4;
        }
    });
    CHECK(process.wait_for_exit() == exited(0));
}

TEST_CASE("Secrets: moved there is still one copy, cleared or destroyed there is none")
{
    SentMarker sent;
    const Forked process([&](const Forked::Step& step) {
        {
            Secret first = sent.receive();
            step('h');
            Secret second = std::move(first);
            if (!first.empty() || !first.room().empty() || second.empty())
                return 1;
            step('m');
            second.clear();
            if (!second.empty() || second.room().empty())
                return 2;
            step('c');
        }
        return 0;
    });
    const std::string marker = sent.send();
    REQUIRE(process.reached('h'));
    CHECK(memory_holds(process.pid(), marker, Memory::all));
    CHECK_FALSE(memory_holds(process.pid(), marker, Memory::dumpable));
    process.go_on();
    REQUIRE(process.reached('m'));
    CHECK(memory_holds(process.pid(), marker, Memory::all));
    CHECK_FALSE(memory_holds(process.pid(), marker, Memory::dumpable));
    process.go_on();
    REQUIRE(process.reached('c'));
    CHECK_FALSE(memory_holds(process.pid(), marker, Memory::all));
    process.go_on();
    CHECK(process.wait_for_exit() == exited(0));
}

TEST_CASE("Secrets: nothing is left of one that was destroyed or replaced, and a copy would be found")
{
    SentMarker sent;
    SentMarker later;
    SentMarker copied;
    const Forked process([&](const Forked::Step& step) {
        {
            const Secret destroyed = sent.receive();
        }
        step('d');
        Secret replaced = later.receive();
        replaced = Secret();
        step('r');
        const Secret secret = copied.receive();
        const std::string copy(secret.text());
        step('c');
        return copy.empty() ? 1 : 0;
    });
    const std::string marker = sent.send();
    REQUIRE(process.reached('d'));
    CHECK_FALSE(memory_holds(process.pid(), marker, Memory::all));
    process.go_on();
    const std::string replaced = later.send();
    REQUIRE(process.reached('r'));
    CHECK_FALSE(memory_holds(process.pid(), replaced, Memory::all));
    process.go_on();
    const std::string second = copied.send();
    REQUIRE(process.reached('c'));
    CHECK(memory_holds(process.pid(), second, Memory::dumpable));
    CHECK_FALSE(environment_holds(process.pid(), second));
    CHECK_FALSE(command_line_holds(process.pid(), second));
}

TEST_CASE("Secrets: a real core dump holds all but the secret")
{
    SKIP_UNLESS(!under_address_sanitizer, "AddressSanitizer's memory is too large to be dumped");
    const std::string pattern = read_file("/proc/sys/kernel/core_pattern");
    SKIP_UNLESS(pattern.starts_with("core"), "core dumps do not go to the working directory here");
    rlimit limit{};
    ::getrlimit(RLIMIT_CORE, &limit);
    SKIP_UNLESS(limit.rlim_max == RLIM_INFINITY, "core dumps are limited here");

    const TemporaryDirectory directory;
    SentMarker hidden;
    SentMarker open;
    const Forked process([&](const Forked::Step&) {
        const rlimit unlimited{RLIM_INFINITY, RLIM_INFINITY};
        if (::setrlimit(RLIMIT_CORE, &unlimited) < 0 || ::chdir(directory.path().c_str()) < 0)
            return 1;
        ::signal(SIGABRT, SIG_DFL);
        const Secret secret = hidden.receive();
        const std::string copy(open.receive().text());
        if (!secret.empty() && !copy.empty())
            ::abort();
        return 2;
    });
    const std::string secret = hidden.send();
    const std::string copy = open.send();
    REQUIRE(process.wait_for_exit() == killed_by(SIGABRT));
    const auto files = std::filesystem::directory_iterator(directory.path());
    REQUIRE(files != std::filesystem::directory_iterator());
    const std::string core = read_file(files->path());
    CHECK(core.find(copy) != core.npos);
    CHECK(core.find(secret) == core.npos);
}

TEST_CASE("Secrets: a fork has no lock until it locks again, and can be kept from the page altogether")
{
    Secret secret;
    fill(secret, "geheim");
    const void* const page = secret.room().data();
    {
        const Forked process([&](const Forked::Step& step) {
            step('f');
            secret.lock_again();
            step('l');
            return 0;
        });
        REQUIRE(process.reached('f'));
        CHECK_FALSE(page_flags(process.pid(), page).contains("lo"));
        CHECK(page_flags(process.pid(), page).contains("dd"));
        process.go_on();
        REQUIRE(process.reached('l'));
        CHECK(page_flags(process.pid(), page).contains("lo") == !under_address_sanitizer);
    }
    secret.keep_from_children();
    CHECK(secret.text() == "geheim");
    const Forked process([](const Forked::Step& step) {
        step('f');
        return 0;
    });
    REQUIRE(process.reached('f'));
    CHECK(page_flags(process.pid(), page).empty());
}

TEST_CASE("Secrets: the first line counts, as ssh would take it")
{
    struct Row {
        std::string text;
        std::string kept;
    };
    const std::string longest(Secret::longest, 'x');
    const std::vector<Row> rows = {{"geheim", "geheim"},
                                   {"geheim\n", "geheim"},
                                   {"geheim\r\n", "geheim"},
                                   {"geheim\r", "geheim"},
                                   {"geheim\nmore\n", "geheim"},
                                   {"geheim\n\r\0more", "geheim"},
                                   {" ge heim \t\n", " ge heim \t"},
                                   {"g\xc3\xbc\xff\n", "g\xc3\xbc\xff"},
                                   {longest, longest},
                                   {longest + "\r\nmore", longest}};
    for (const Row& row : rows) {
        CAPTURE(row.text);
        Secret secret;
        fill(secret, row.text);
        CHECK(secret.cut_to_first_line() == std::nullopt);
        CHECK(secret.text() == row.kept);
        const auto behind = secret.room().subspan(row.kept.size());
        CHECK(std::ranges::all_of(behind, [](char byte) { return byte == 0; }));
    }
}

TEST_CASE("Secrets: what ssh would cut off is wiped, with what is wrong with it")
{
    struct Row {
        std::string text;
        SecretFlaw flaw;
        std::string words;
    };
    const std::string too_long = "is longer than 1023 bytes, which is all that ssh takes";
    const std::vector<Row> rows = {
        {"", SecretFlaw::empty, "is empty"},
        {"\n", SecretFlaw::empty, "is empty"},
        {"\r\nmore\n", SecretFlaw::empty, "is empty"},
        {std::string(Secret::longest + 1, 'x'), SecretFlaw::too_long, too_long},
        {std::string(Secret::longest + 1, 'x') + "\n", SecretFlaw::too_long, too_long},
        {std::string("ge\0heim\n", 8), SecretFlaw::nul_byte,
         "has a NUL byte in it, where ssh would cut it off"},
        {"ge\rheim\n", SecretFlaw::carriage_return,
         "has a carriage return in it, where ssh would cut it off"}};
    for (const Row& row : rows) {
        CAPTURE(row.text);
        Secret secret;
        fill(secret, row.text);
        CHECK(secret.cut_to_first_line() == row.flaw);
        CHECK(describe(row.flaw) == row.words);
        CHECK(secret.empty());
        CHECK(std::ranges::all_of(secret.room(), [](char byte) { return byte == 0; }));
    }
}
