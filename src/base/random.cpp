#include "autossh/base/random.hpp"

#include <cerrno>
#include <system_error>

#include <unistd.h>
#ifdef __APPLE__
#include <sys/random.h>
#endif

namespace autossh {

std::uint32_t random_number()
{
    std::uint32_t number = 0;
    if (::getentropy(&number, sizeof number) != 0)
        throw std::system_error(errno, std::generic_category(), "getentropy");
    return number;
}

}  // namespace autossh
