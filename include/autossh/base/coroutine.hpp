// How this program uses Asio's coroutines.
//
// g++ 12 miscompiles a co_await in a condition, in ?: and in a call with a braced aggregate or a capturing
// lambda: it stands alone, as a statement or as the whole initialiser of a named variable
// (test/source_rules.sh).
#pragma once

#include "autossh/base/asio.hpp"

#include <exception>
#include <memory>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace autossh {

/// The completion token for every awaited operation: errors are values.
inline constexpr auto no_throw = boost::asio::as_tuple(boost::asio::use_awaitable_t<Executor>());

/// Runs a coroutine, which sees to what it needs. What it throws ends the event loop.
inline void spawn_coroutine(const Executor& executor, Awaitable<void> coroutine)
{
    boost::asio::co_spawn(executor, std::move(coroutine), [](std::exception_ptr error) {
        if (error)
            std::rethrow_exception(error);
    });
}

/// Runs a coroutine of `owner`, which lives at least as long. What it throws ends the event loop.
template <typename Owner>
void spawn_coroutine(const Executor& executor, Awaitable<void> coroutine, std::shared_ptr<Owner> owner)
{
    boost::asio::co_spawn(executor, std::move(coroutine), [owner](std::exception_ptr error) {
        if (error)
            std::rethrow_exception(error);
    });
}

}  // namespace autossh
