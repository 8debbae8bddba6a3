// Manual, "--check": whoever asks gets the whole answer, and nobody who does not read it is in the way.
#include "autossh/base/socket_address.hpp"
#include "autossh/base/unique_fd.hpp"
#include "autossh/program/status_socket.hpp"
#include "support/catch.hpp"
#include "support/waiting.hpp"

#include <array>
#include <chrono>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <sys/socket.h>

using namespace autossh;

TEST_CASE("Check: an answer that is longer than the socket holds comes as a whole, whoever else does not "
          "read theirs")
{
    boost::asio::io_context io{1};
    PrivatePlace place;
    place.renew();
    REQUIRE(place.directory());
    const std::string path = place.directory()->path() + "/" + std::string(StatusSocket::name);
    const std::string report(std::size_t{1} << 20, 'x');  // no socket holds as much
    StatusSocket socket(
        io.get_executor(), place, [&] { return report; }, [](StreamSocket) {});
    io.run_for(std::chrono::milliseconds(20));

    std::vector<UniqueFd> idle;
    for (std::size_t i = 0; i < StatusSocket::most_clients + 4; ++i) {
        idle.push_back(connect_to_socket(path));
        REQUIRE(idle.back());
        io.run_for(std::chrono::milliseconds(2));
    }
    const UniqueFd reader = connect_to_socket(path);
    REQUIRE(reader);
    std::string answer;
    bool over = false;
    CHECK(autossh_test::wait_until([&] {
        io.run_for(std::chrono::milliseconds(2));
        std::array<char, 65536> part;
        ssize_t size = 0;
        while ((size = ::recv(reader.get(), part.data(), part.size(), MSG_DONTWAIT)) > 0)
            answer.append(part.data(), static_cast<std::size_t>(size));
        over = size == 0;
        return over;
    }));
    CHECK(answer == report);
}
