#include "autossh/hub/box_probes.hpp"

#include "autossh/base/descriptors.hpp"
#include "autossh/base/socket_address.hpp"

#include <array>
#include <cerrno>
#include <utility>

#include <boost/asio/post.hpp>
#include <fmt/core.h>
#include <sys/socket.h>

namespace autossh {

namespace {

/// So long after the first beat: its other forwards are made by then.
constexpr Duration before_first = std::chrono::seconds(2);

StreamProtocol::endpoint endpoint_of(const HubPlace& place, boost::system::error_code& error)
{
    if (!place.path.empty())
        return unix_endpoint(place.path, error);
    const auto address = SocketAddress::from_literal(place.address, place.port);
    if (!address) {
        error = boost::asio::error::address_family_not_supported;
        return {};
    }
    return {address->get(), address->size()};
}

}  // namespace

bool has_ssh_banner(std::string_view text)
{
    constexpr std::string_view begin = "SSH-";
    return text.starts_with(begin) || text.find("\nSSH-") != text.npos;
}

BannerProbe::BannerProbe(const Executor& executor, const HubPlace& place, Done done)
    : socket_(executor), place_(place), done_(std::move(done)), limit_(executor, [this] {
          finish(text_.empty() ? fmt::format("{} is silent", in_words(place_))
                               : fmt::format("what answers at {} is no ssh server", in_words(place_)));
      })
{}

void BannerProbe::begin()
{
    boost::system::error_code error;
    const StreamProtocol::endpoint endpoint = endpoint_of(place_, error);
    if (!error)
        socket_.open(endpoint.protocol(), error);
    if (error)
        return has_connected(error);
    close_on_exec(socket_.native_handle());
    limit_.set_after(patience);
    socket_.async_connect(
        endpoint, lifetime_.guarded([this](const boost::system::error_code& its) { has_connected(its); }));
}

void BannerProbe::has_connected(const boost::system::error_code& error)
{
    if (error)
        return finish(fmt::format("{}: {}", in_words(place_), error.message()));
    if (is_connected_to_itself(socket_))
        return finish(fmt::format("nobody listens on {}", in_words(place_)));
    read();
}

void BannerProbe::read()
{
    socket_.async_wait(
        StreamSocket::wait_read, lifetime_.guarded([this](const boost::system::error_code& error) {
            std::array<char, 512> bytes;
            const ssize_t size =
                error ? 0 : ::recv(socket_.native_handle(), bytes.data(), bytes.size(), MSG_DONTWAIT);
            if (size < 0 && (errno == EAGAIN || errno == EINTR))
                return read();
            if (size > 0)
                text_.append(bytes.data(), static_cast<std::size_t>(size));
            if (has_ssh_banner(text_))
                return finish({});
            if (size <= 0)
                return finish(fmt::format("{} was closed without a banner", in_words(place_)));
            if (text_.size() > longest)
                return finish(fmt::format("what answers at {} is no ssh server", in_words(place_)));
            read();
        }));
}

void BannerProbe::finish(std::string unreached)
{
    lifetime_.renew();
    limit_.cancel();
    boost::system::error_code ignored;
    socket_.close(ignored);
    if (const Done done = std::exchange(done_, nullptr))
        done(*this, unreached);
}

BoxProbes::BoxProbes(const Executor& executor, Questions questions, OnAnswer on_answer)
    : executor_(executor), questions_(std::move(questions)), on_answer_(std::move(on_answer)),
      alarm_(executor, [this] { ask_all(); })
{}

void BoxProbes::begin()
{
    if (!std::exchange(is_timed_, true))
        alarm_.set_after(before_first);
}

void BoxProbes::ask_all()
{
    is_timed_ = false;
    if (waiting_.empty())
        waiting_ = questions_();
    if (waiting_.empty() && running_.empty())
        return;
    is_timed_ = true;
    alarm_.set_after(interval);
    ask_next();
}

void BoxProbes::ask_next()
{
    while (!waiting_.empty() && running_.size() < most_at_once) {
        auto [box, where] = std::move(waiting_.back());
        waiting_.pop_back();
        const auto place = hub_place_from(where);
        if (!place) {
            on_answer_(box, fmt::format("\"{}\" is no address", where));
            continue;
        }
        running_.emplace_back(executor_, *place,
                              [this, name = box](BannerProbe& probe, const std::string& unreached) {
                                  has_answered(probe, name, unreached);
                              });
        BannerProbe* const probe = &running_.back();
        boost::asio::post(executor_, lifetime_.guarded([probe] { probe->begin(); }));
    }
}

/// It calls us, and is removed later.
void BoxProbes::has_answered(BannerProbe& probe, const std::string& box, const std::string& unreached)
{
    on_answer_(box, unreached);
    boost::asio::post(executor_, lifetime_.guarded([this, ended = &probe] {
        running_.remove_if([ended](const BannerProbe& one) { return &one == ended; });
        ask_next();
    }));
}

}  // namespace autossh
