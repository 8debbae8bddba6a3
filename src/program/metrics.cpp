#include "autossh/program/metrics.hpp"

#include <utility>

#include <boost/asio/post.hpp>
#include <fmt/core.h>

namespace autossh {

Metrics::Metrics(const Executor& executor, Log& log, MetricsSource source)
    : executor_(executor), log_(log), source_(std::move(source)),
      forget_alarm_(executor, [this] { kept_.reset(); }),
      server_(executor, [this](MetricsRequest request) { return answer(request); }),
      write_alarm_(executor, [this] { write(); })
{}

std::vector<FleetError> Metrics::prepare(const MetricsSettings& next)
{
    std::vector<FleetError> obstacles;
    forget_prepared();
    if (!next.file.empty() && next.file != settings_.file)
        if (std::string reason = MetricsFile::obstacle(next.file); !reason.empty())
            obstacles.push_back({next.file_at, fmt::format("file: {}", reason), {}});
    if (next.listen)
        if (std::string reason = server_.prepare(*next.listen); !reason.empty())
            obstacles.push_back({next.listen->at, fmt::format("listen: {}", reason),
                                 "take another port, or end what has this one"});
    if (!obstacles.empty())
        forget_prepared();
    return obstacles;
}

void Metrics::take_over(const MetricsSettings& next)
{
    server_.listen(next.listen);
    if (next.listen && next.listen != settings_.listen)
        log_.info("metrics: listening on {}", in_words(*next.listen));
    if (next.file != settings_.file || !file_) {
        file_.reset();
        if (!next.file.empty())
            file_ = std::make_unique<MetricsFile>(
                next.file,
                [this, executor = executor_, observer = lifetime_.observer()](const std::string& complaint) {
                    boost::asio::post(executor, [this, observer, complaint] {
                        if (!observer.is_over())
                            tell_of_file(complaint);
                    });
                });
    }
    settings_ = next;
    write_alarm_.cancel();
    if (file_)
        write_alarm_.set_after(Duration());  // the tunnels may not be made yet
}

MetricsAnswer Metrics::answer(MetricsRequest request)
{
    if (request == MetricsRequest::health) {
        auto words = std::make_shared<const std::string>(source_.summary() + '\n');
        return {http_head_of_health(source_.is_well(), words->size()), words};
    }
    if (request != MetricsRequest::metrics)
        return {http_refusal(request)};
    if (!kept_) {
        kept_ = std::make_shared<const std::string>(source_.text());
        forget_alarm_.set_after(kept_for);
    }
    return {http_head_of_metrics(kept_->size()), kept_};
}

void Metrics::write()
{
    file_->write(source_.text());
    write_alarm_.set_after(settings_.interval);
}

void Metrics::tell_of_file(const std::string& complaint)
{
    if (complaint.empty())
        log_.info("metrics: the file is written again");
    else
        log_.error("metrics: the file cannot be written: {}", complaint);
}

}  // namespace autossh
