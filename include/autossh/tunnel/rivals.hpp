// Other autosshs of this user on this machine that have a forward of ours: each writes down, in its private
// directory, which places its forwards have taken.
#pragma once

#include "autossh/base/time.hpp"

#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace autossh {

struct Rival {
    pid_t pid = 0;
    std::string claim;  ///< as claims_of_refused()

    bool operator==(const Rival&) const = default;
};

/// "another autossh (pid 123) has port 7004 on gw".
std::string in_words(const Rival& rival);

/// Whatever fails here costs a try at the server, and never the tunnel.
class Rivals {
public:
    enum class News { none, has_come, has_gone };

    /// Writes down what we have, in our private directory, as long as it lives. Of those that were refused
    /// nothing is had any more.
    void claim(const std::string& directory, std::vector<std::string> claims);
    void give_up(const std::string& directory, const std::vector<std::string>& refused);

    /// Looks, every two seconds at most, who has one of these.
    News look(const std::vector<std::string>& wanted, Time now);
    const std::optional<Rival>& rival() const { return rival_; }
    /// Time::max(): nothing is wanted.
    Time next_look() const { return next_look_; }
    /// Nothing is wanted any more.
    void forget();

private:
    void write(const std::string& directory) const;

    std::vector<std::string> claims_;
    std::string directory_;  ///< where they stand
    std::optional<Rival> rival_;
    Time next_look_ = never;
};

}  // namespace autossh
