// Asio's types for the one executor of this program, that of its event loop. (Asio's default, which may hold
// any executor, takes a sixth more of the time to build, and of the memory.)
#pragma once

#include <chrono>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_signal_set.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>

namespace autossh {

using Executor = boost::asio::io_context::executor_type;

template <typename Result>
using Awaitable = boost::asio::awaitable<Result, Executor>;

using Timer =
    boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                      boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;

using Descriptor = boost::asio::posix::basic_stream_descriptor<Executor>;

using SignalSet = boost::asio::basic_signal_set<Executor>;

}  // namespace autossh
