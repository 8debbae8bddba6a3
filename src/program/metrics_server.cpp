#include "autossh/program/metrics_server.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include <boost/asio/post.hpp>

namespace autossh {

MetricsServer::MetricsServer(const Executor& executor, std::function<MetricsAnswer(MetricsRequest)> answer)
    : executor_(executor), host_{std::move(answer),
                                 [this] {
                                     if (!std::exchange(is_to_remove_, true))
                                         boost::asio::post(executor_,
                                                           lifetime_.guarded([this] { remove_ended(); }));
                                 }},
      alarm_(executor, [this] { end_old(); })
{}

std::string MetricsServer::prepare(const HubPlace& place)
{
    prepared_.reset();
    if (listener_ && listener_->place() == place)
        return {};
    auto opened =
        EchoListener::open(executor_, place, [this](StreamSocket socket) { take(std::move(socket)); });
    if (auto* const reason = std::get_if<std::string>(&opened))
        return *reason;
    prepared_ = std::get<std::unique_ptr<EchoListener>>(std::move(opened));
    return {};
}

void MetricsServer::listen(const std::optional<HubPlace>& place)
{
    if (!place)
        listener_.reset();
    if (!prepared_)
        return;
    listener_ = std::move(prepared_);
    listener_->begin();
}

void MetricsServer::take(StreamSocket socket)
{
    const auto lives = [](const MetricsClient& client) { return !client.has_ended(); };
    if (static_cast<std::size_t>(std::ranges::count_if(clients_, lives)) >= most_clients)
        std::ranges::find_if(clients_, lives)->end();
    if (clients_.empty())
        alarm_.set_after(MetricsClient::patience);
    clients_.emplace_back(std::move(socket), Clock::now() + MetricsClient::patience, host_).begin();
}

void MetricsServer::remove_ended()
{
    is_to_remove_ = false;
    clients_.remove_if([](const MetricsClient& client) { return client.has_ended(); });
    if (clients_.empty())
        alarm_.cancel();
}

void MetricsServer::end_old()
{
    const Time now = Clock::now();
    for (MetricsClient& client : clients_)
        if (client.ends_at() <= now)
            client.end();
    const auto next =
        std::ranges::find_if(clients_, [](const MetricsClient& one) { return !one.has_ended(); });
    if (next != clients_.end())
        alarm_.set(next->ends_at());
}

}  // namespace autossh
