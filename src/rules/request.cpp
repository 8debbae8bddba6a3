#include "autossh/rules/request.hpp"

namespace autossh {

void Requests::add(Request request, int signal)
{
    // Whoever orders it twice is in no hurry.
    if (request == Request::stop && (signal != by_order || asked_ != Request::stop))
        ++stops_;
    if (request <= asked_)
        return;
    asked_ = request;
    signal_ = signal;
}

void Requests::ssh_is_ending()
{
    if (asked_ == Request::restart)
        asked_ = Request::retry;
}

}  // namespace autossh
