#include "autossh/login/secret_sources.hpp"

#include <exception>
#include <system_error>

namespace autossh {

Awaitable<std::optional<Secret>> SecretSources::get(std::size_t rule)
{
    const SecretSource& source = rules_.at(rule).source;
    std::optional<Secret> secret;
    if (source.kind == SecretSource::Kind::command)
        secret = co_await run(source);
    else
        secret = read(rule);
    co_return secret;
}

void SecretSources::give_up()
{
    for (SecretCommand* const command : running_)
        command->give_up();
}

std::optional<Secret> SecretSources::read(std::size_t rule)
{
    try {
        return store_.read(rule);
    } catch (const std::exception& error) {  // also: no locked memory
        complaint_ = error.what();
        return std::nullopt;
    }
}

Awaitable<std::optional<Secret>> SecretSources::run(const SecretSource& source)
{
    std::optional<Secret> secret;
    try {
        SecretCommand command(process_, source.command);
        running_.push_back(&command);
        secret = co_await command.run();
        complaint_ = command.complaint();
        std::erase(running_, &command);
    } catch (const std::system_error& error) {
        complaint_ = error.what();
    }
    co_return secret;
}

}  // namespace autossh
