#pragma once

namespace autossh_test {

/// A port P such that P and P+1 are free on 127.0.0.1 now. No other call, in this or another test
/// process, gets either of them while this process lives.
unsigned short free_port_pair();

/// Whether the port can be bound on 127.0.0.1 now (as a server binds it, with SO_REUSEADDR).
bool port_is_free(unsigned short port);

}  // namespace autossh_test
