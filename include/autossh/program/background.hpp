// -f: a new session in the background, with word to the waiting caller.
#pragma once

#include "autossh/base/unique_fd.hpp"

#include <functional>

#include <sys/types.h>

namespace autossh {

/// The caller's process waits until the daemon is ready, so that its exit status tells whether set-up has
/// worked.
class Background {
public:
    /// Goes to the background: a new session, directory /, standard streams on /dev/null, nothing inherited
    /// left open. Returns in the daemon only; the parent attends to it (foreground.hpp) and exits with 0 when
    /// it is released, or with the daemon's own status if that ends before. To be called before there is an
    /// io_context. `in_parent` is called there, with the daemon's pid. Throws std::system_error.
    static Background enter(const std::function<void(pid_t)>& in_parent);

    /// Set-up has worked: releases the parent.
    void ready();

    /// For a Caller, which releases the parent in its time.
    UniqueFd take_socket() { return std::move(to_parent_); }

private:
    explicit Background(UniqueFd to_parent) : to_parent_(std::move(to_parent)) {}

    UniqueFd to_parent_;
};

}  // namespace autossh
