#include "autossh/private_place.hpp"

#include "autossh/environment.hpp"

#include <system_error>

namespace autossh {

void PrivatePlace::renew()
{
    complaint_.clear();
    try {
        directory_ = std::make_shared<PrivateDirectory>(PrivateDirectory::candidates(environment_variable));
    } catch (const std::system_error& error) {
        directory_.reset();
        complaint_ = error.what();
    }
}

}  // namespace autossh
