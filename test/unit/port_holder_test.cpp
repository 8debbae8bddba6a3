#include "autossh/port_holder.hpp"

#include "autossh/unique_fd.hpp"
#include "support/catch.hpp"
#include "support/ports.hpp"

#include <string>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace autossh;

#ifdef __linux__
TEST_CASE("Diagnostics: the program that listens on a local port is named")
{
    const std::uint16_t port = autossh_test::free_port_pair();
    CHECK(port_holder(port).empty());

    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    const UniqueFd fd(::socket(AF_INET, SOCK_STREAM, 0));
    REQUIRE(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    CHECK(port_holder(port).empty());  // bound, but nobody listens

    REQUIRE(::listen(fd.get(), 1) == 0);
    CHECK(port_holder(port) == "pid " + std::to_string(::getpid()) + " (unit_tests)");
}
#endif
