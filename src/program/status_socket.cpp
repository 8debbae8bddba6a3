#include "autossh/program/status_socket.hpp"

#include <chrono>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <fmt/core.h>

namespace autossh {

namespace {

/// A restart changes the status some times within a millisecond; its socket is looked for once.
constexpr Duration one_restart = std::chrono::milliseconds(50);

}  // namespace

/// Of a fleet it may be more than the socket holds. Kept alive by what it waits for.
class StatusSocket::Answer : public std::enable_shared_from_this<Answer> {
public:
    Answer(StreamSocket client, std::string text)
        : client_(std::move(client)), text_(std::move(text)), limit_(client_.get_executor())
    {}

    void start()
    {
        limit_.expires_after(longest_answer);
        limit_.async_wait([self = shared_from_this()](const boost::system::error_code& cancelled) {
            if (!cancelled)
                self->give_up();
        });
        boost::asio::async_write(client_, boost::asio::buffer(text_),
                                 [self = shared_from_this()](const boost::system::error_code&, std::size_t) {
                                     self->limit_.cancel();
                                 });
    }

    void give_up()
    {
        boost::system::error_code ignored;
        client_.close(ignored);
    }

private:
    StreamSocket client_;
    std::string text_;
    Timer limit_;
};

StatusSocket::StatusSocket(const Executor& executor, PrivatePlace& place, std::function<std::string()> report,
                           std::function<void(StreamSocket)> on_control)
    : place_(place), report_(std::move(report)),
      listener_(executor, [this](StreamSocket client) { answer(std::move(client)); }),
      control_(executor, std::move(on_control)), next_look_(executor, [this] {
          look();
          look_now_and_then();
      })
{
    // The start of ssh, or of the ssh that is asked what it will do, does not wait for us: it is in the next
    // turn.
    boost::asio::post(executor, [this, executor] { boost::asio::post(executor, [this] { open(); }); });
}

void StatusSocket::answer(StreamSocket client)
{
    std::erase_if(answers_, [](const std::weak_ptr<Answer>& one) { return one.expired(); });
    if (answers_.size() >= most_clients) {
        if (const auto oldest = answers_.front().lock())
            oldest->give_up();
        answers_.pop_front();
    }
    const auto next = std::make_shared<Answer>(std::move(client), report_());
    answers_.push_back(next);
    next->start();
}

void StatusSocket::open()
{
    if (std::exchange(open_, true))
        return;
    listen();
    place_.remove_leftovers();
    look_now_and_then();
}

/// The first change is that ssh is about to start; the second, that it runs, is what -f may end with.
void StatusSocket::renew()
{
    if (open_ && Clock::now() - looked_ >= one_restart)
        look();
    else if (!open_ && std::exchange(start_is_told_, true))
        open();
}

void StatusSocket::look()
{
    looked_ = Clock::now();
    if (listener_.is_there() && control_.is_there())
        return;
    if (!place_.directory() || !place_.directory()->exists())
        place_.renew();
    listen();
}

/// The last logout takes $XDG_RUNTIME_DIR away, and nothing tells us.
void StatusSocket::look_now_and_then()
{
    next_look_.set_after(std::chrono::minutes(1));
}

void StatusSocket::listen()
{
    if (!place_.directory() || !place_.directory()->exists())
        return;
    listener_.listen(fmt::format("{}/{}", place_.directory()->path(), name));
    control_.listen(fmt::format("{}/{}", place_.directory()->path(), control_name));
}

}  // namespace autossh
