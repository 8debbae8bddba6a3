// A hub as its users have it: an autossh --fleet with [hub] in its file, seen by autosshctl.
#pragma once

#include "e2e/ctl/ctl_lab.hpp"
#include "support/machine/ports.hpp"
#include "support/machine/temporary_directory.hpp"
#include "support/process/process.hpp"
#include "support/waiting.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace autossh_test {

/// The time in which a box is late or lost whose gaps are short: 15 s are added to them.
inline constexpr std::chrono::milliseconds time_to_be_lost{90000};

class HubLab {
public:
    /// `keys`: of [hub], besides a port on loopback and a Unix socket. `table`: the text of boxes.csv.
    explicit HubLab(const std::string& keys = "", const std::string& table = "");

    unsigned short port() const { return port_; }
    std::string path() const { return lab_ / "echo"; }
    std::string log() const { return read_file(lab_ / "log"); }
    bool has_logged(const std::string& words, std::chrono::milliseconds deadline = generous) const;

    void write(const std::string& text, const std::string& table = "") const;
    void start();
    void stop();
    const Process& process() const { return *hub_; }

    /// About this hub alone: other tests have fleets, too.
    ProcessOptions ctl(std::vector<std::string> words) const;
    /// What autosshctl prints, and its exit status behind it.
    std::string told(const std::vector<std::string>& words) const;
    /// Until these words stand in that.
    bool comes_to_tell(const std::vector<std::string>& words, const std::string& text,
                       std::chrono::milliseconds deadline = generous) const;

    /// Sends a message of a box, and takes it back. False: it did not come back as it was.
    bool beat(const std::string& box) const;
    std::string place() const { return lab_.place(); }

private:
    CtlLab lab_;
    unsigned short port_;
    std::unique_ptr<Process> hub_;
};

/// All that comes back on a new connection, to a port or to the path of a Unix socket, after `text` was sent
/// and the sending end was closed.
std::string echo_of(unsigned short port, const std::string& text);
std::string echo_of(const std::string& path, const std::string& text);

/// One that stays open.
class HeldConnection {
public:
    explicit HeldConnection(unsigned short port);
    ~HeldConnection();
    HeldConnection(const HeldConnection&) = delete;
    HeldConnection& operator=(const HeldConnection&) = delete;

    void send(const std::string& text) const;
    /// So many bytes, or fewer where it ends before or nothing more comes.
    std::string receive(std::size_t most) const;
    bool has_been_closed() const;

private:
    int socket_;
};

}  // namespace autossh_test
