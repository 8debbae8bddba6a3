// Stream sockets over TCP or Unix: what listens is inherited by no ssh, and what is connected to itself is
// found.
#pragma once

#include "autossh/base/asio.hpp"

#include <string>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>

namespace autossh {

/// Over TCP ports or Unix sockets: who uses it need not know which.
using StreamProtocol = boost::asio::generic::stream_protocol;
using StreamSocket = boost::asio::basic_stream_socket<StreamProtocol, Executor>;
using Listener = boost::asio::basic_socket_acceptor<StreamProtocol, Executor>;

/// Opens `listener`, close-on-exec and non-blocking, and has it listen on a port.
boost::system::error_code listen_on_port(Listener& listener, const StreamProtocol::endpoint& endpoint);

/// The same on a Unix socket, which is made for our user alone, and takes the place of one that is there.
boost::system::error_code listen_on_path(Listener& listener, const std::string& path);

/// A free port of this machine, in the range for outgoing connections, can be connected to itself.
bool is_connected_to_itself(const StreamSocket& socket);

/// The address of a Unix socket; `error` when the path is too long for one.
StreamProtocol::endpoint unix_endpoint(const std::string& path, boost::system::error_code& error);

}  // namespace autossh
