// The FIFO of ssh's log, with real writers.
#include "autossh/ssh/log_pipe.hpp"
#include "support/catch.hpp"
#include "support/machine/temporary_directory.hpp"

#include <fstream>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <fcntl.h>
#include <sys/stat.h>

using namespace autossh;
using autossh_test::TemporaryDirectory;

namespace {

class Reader {
public:
    std::string path() const { return log_.path(); }
    SshLog& log() { return log_; }
    const std::vector<std::string>& lines() const { return lines_; }
    void turn() { io_.poll(); }
    void write(const std::string& text) const
    {
        std::ofstream file(path(), std::ios::app);
        file << text << std::flush;
    }

private:
    TemporaryDirectory directory_;
    boost::asio::io_context io_;
    std::vector<std::string> lines_;
    SshLog log_{io_.get_executor(), directory_ / "log",
                [this](std::string_view line) { lines_.emplace_back(line); }};
};

}  // namespace

TEST_CASE("Words of ssh: lines come as they were written, whoever opens the FIFO how often")
{
    Reader reader;
    reader.write("one\r\ntwo\r\n");
    reader.turn();
    CHECK(reader.lines() == std::vector<std::string>{"one\r\n", "two\r\n"});
    reader.write("three\n");
    reader.turn();
    CHECK(reader.lines().size() == 3);
}

TEST_CASE("Words of ssh: a line in pieces is one line, and the last one needs no end")
{
    Reader reader;
    reader.write("be");
    reader.turn();
    CHECK(reader.lines().empty());
    reader.write("gun\nunfini");
    reader.turn();
    CHECK(reader.lines() == std::vector<std::string>{"begun\n"});
    reader.write("shed");
    reader.log().finish();
    CHECK(reader.lines() == std::vector<std::string>{"begun\n", "unfinished"});
    reader.log().finish();
    CHECK(reader.lines().size() == 2);
}

TEST_CASE("Words of ssh: any bytes, and a line without an end is cut")
{
    Reader reader;
    reader.write(std::string("\0\xff\n", 3));
    reader.turn();
    CHECK(reader.lines() == std::vector<std::string>{std::string("\0\xff\n", 3)});
    reader.write(std::string(40'000, 'x'));
    reader.log().finish();
    std::size_t bytes = 0;
    for (const std::string& line : reader.lines())
        bytes += line.size();
    CHECK(bytes == 40'003);
}

TEST_CASE("Words of ssh: the FIFO is ours alone, and is removed")
{
    std::string path;
    {
        Reader reader;
        path = reader.path();
        struct stat status {};
        REQUIRE(::stat(path.c_str(), &status) == 0);
        CHECK(S_ISFIFO(status.st_mode));
        CHECK((status.st_mode & 0777) == 0600);
    }
    CHECK(::access(path.c_str(), F_OK) != 0);
}

TEST_CASE("Words of ssh: a FIFO that was removed, or replaced, is not there any more")
{
    Reader reader;
    CHECK(reader.log().exists());
    REQUIRE(::unlink(reader.path().c_str()) == 0);
    CHECK_FALSE(reader.log().exists());
    reader.write("as the next ssh would\n");
    CHECK_FALSE(reader.log().exists());
}
