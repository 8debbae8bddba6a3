#pragma once

#include <string>
#include <vector>

/// The forwardings of fake_ssh.
namespace fake_ssh {

/// Opens the listener for the first "-L P:127.0.0.1:Q" in `words` and serves it in threads. With a
/// "-R P:127.0.0.1:R" it is a loop: what is said to P is to come out of a connection made to R. Without,
/// it is the echo service itself. `how`:
///
///   ok              every message (line) is given back
///   late TIME       ... that much later
///   long-way TIME   ok, and the far end connects that much later
///   slow TIME       ... a byte at a time, with TIME before each
///   garbage         another text of the same length; garbage-again: on a second connection too;
///                   garbage-once: the second connection is good (loop)
///   truncated       half of it, then nothing; cut: half of it, then the connection is closed
///   prefix, suffix  with noise before or after it
///   silent          the connection stands, nothing is given back
///   closing         connections are closed as soon as they stand
///   blackhole       accepts and swallows; the loop's other end is never connected
///   full            the listener's queue is full: connecting to it hangs
///   refuse          no listener at all
///   stranger        a stranger who talks connects to the loop's read port first, then as ok; strangers:
///   three silent-stranger the same with one who says nothing
///
/// Each message heard is noted in the file `notes`.
void forward(const std::vector<std::string>& words, const std::vector<std::string>& how, int notes);

}  // namespace fake_ssh
