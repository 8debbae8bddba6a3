#pragma once

#include "autossh/base/socket_address.hpp"

#include <string>

/// The address that a literal means.
inline autossh::IpAddress address(const std::string& literal)
{
    return autossh::ip_address_of(autossh::SocketAddress::from_literal(literal, 0).value().get()).value();
}
