#include "e2e/support/waits.hpp"

#include <csignal>

namespace autossh_test {

int starts(const Autossh& autossh)
{
    return autossh.log().count("]: starting ssh (count ");
}

bool lengthen_wait(const Autossh& autossh)
{
    for (int waits = 1; waits < lengthened_waits; ++waits) {
        if (!autossh.log().wait_for("; trying again in ", waits))
            return false;
        autossh.process().signal(SIGHUP);
    }
    return autossh.log().wait_for("; trying again in ", lengthened_waits);
}

}  // namespace autossh_test
