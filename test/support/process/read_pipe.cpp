#include "support/process/read_pipe.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace autossh_test {

ReadPipe::ReadPipe()
{
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) < 0)
        throw std::system_error(errno, std::generic_category(), "pipe");
    read_end_ = ends[0];
    write_end_ = ends[1];
    fcntl(read_end_, F_SETFL, O_NONBLOCK);
}

ReadPipe::~ReadPipe()
{
    close_write_end();
    close(read_end_);
}

void ReadPipe::close_write_end()
{
    if (write_end_ >= 0)
        close(write_end_);
    write_end_ = -1;
}

std::string ReadPipe::text() const
{
    std::array<char, 4096> buffer;
    for (ssize_t size; (size = read(read_end_, buffer.data(), buffer.size())) > 0;)
        text_.append(buffer.data(), static_cast<std::size_t>(size));
    return text_;
}

}  // namespace autossh_test
