#include "autossh/rules/request.hpp"

namespace autossh {

void Requests::add(Request request, int signal)
{
    if (request == Request::stop)
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
