#include "autossh/system/private_place.hpp"

#include "autossh/base/environment.hpp"

#include <stdexcept>

namespace autossh {

void PrivatePlace::renew()
{
    complaint_.clear();
    try {
        directory_ = std::make_shared<PrivateDirectory>(PrivateDirectory::candidates(environment_variable));
    } catch (const std::runtime_error& error) {
        directory_.reset();
        complaint_ = error.what();
    }
}

}  // namespace autossh
