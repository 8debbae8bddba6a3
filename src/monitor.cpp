#include "autossh/monitor.hpp"

#include "autossh/descriptors.hpp"
#include "autossh/probe.hpp"

#include <utility>

namespace autossh {

using boost::asio::ip::tcp;

namespace {

tcp::acceptor listen_on(const boost::asio::any_io_executor& executor, std::uint16_t port)
{
    const tcp::endpoint endpoint(boost::asio::ip::address_v4::loopback(), port);
    tcp::acceptor listener(executor);
    boost::system::error_code error;

    listener.open(endpoint.protocol(), error);
    if (!error) {
        close_on_exec(listener.native_handle());
        listener.set_option(tcp::acceptor::reuse_address(true), error);
    }
    if (!error)
        listener.non_blocking(true, error);
    if (!error)
        listener.bind(endpoint, error);
    if (!error)
        listener.listen(boost::asio::socket_base::max_listen_connections, error);
    if (error)
        throw ConfigError(fmt::format("bind on 127.0.0.1:{}: {}", port, error.message()));
    return listener;
}

}  // namespace

Monitor::Monitor(boost::asio::any_io_executor executor, const TunnelSettings& settings, Log& log,
                 std::function<void()> on_result)
    : executor_(std::move(executor)), settings_(settings), log_(log), on_result_(std::move(on_result))
{
    if (!settings.monitor->echo_port)
        listener_ = listen_on(executor_, static_cast<std::uint16_t>(settings.monitor->port + 1));
}

Monitor::~Monitor()
{
    abandon();
}

void Monitor::start_test()
{
    abandon();
    probe_ = std::make_shared<Probe>(executor_, settings_, log_, listener_ ? &*listener_ : nullptr,
                                     [this](bool passed) {
                                         result_ = passed;
                                         probe_.reset();
                                         on_result_();
                                     });
    probe_->start();
}

std::optional<bool> Monitor::take_result()
{
    return std::exchange(result_, std::nullopt);
}

void Monitor::abandon()
{
    if (probe_)
        std::exchange(probe_, nullptr)->cancel();
    result_.reset();
}

}  // namespace autossh
