#include "autossh/system/terminal.hpp"

#include "support/catch.hpp"

#include <cstring>

using namespace autossh;

namespace {

/// What the C library leaves alone (the padding) is `rubbish`.
termios on_top_of(int rubbish)
{
    termios modes;
    std::memset(&modes, rubbish, sizeof modes);
    modes.c_iflag = ICRNL;
    modes.c_oflag = OPOST;
    modes.c_cflag = CS8;
    modes.c_lflag = ICANON | ECHO;
    std::memset(modes.c_cc, 0, sizeof modes.c_cc);
    modes.c_cc[VMIN] = 1;
    ::cfsetispeed(&modes, B9600);
    ::cfsetospeed(&modes, B9600);
    return modes;
}

}  // namespace

TEST_CASE("Terminal modes: the same whatever lies between them in memory")
{
    CHECK(same_modes(on_top_of(0x00), on_top_of(0xFF)));
}

TEST_CASE("Terminal modes: each of them counts")
{
    const termios before = on_top_of(0);
    const auto differs = [&](const auto& change) {
        termios modes = before;
        change(modes);
        return !same_modes(before, modes);
    };
    CHECK(differs([](termios& modes) { modes.c_iflag = IXON; }));
    CHECK(differs([](termios& modes) { modes.c_oflag = 0; }));
    CHECK(differs([](termios& modes) { modes.c_cflag = CS7; }));
    CHECK(differs([](termios& modes) { modes.c_lflag = ICANON; }));
    CHECK(differs([](termios& modes) { modes.c_cc[VMIN] = 2; }));
    CHECK(differs([](termios& modes) { ::cfsetospeed(&modes, B19200); }));
}
