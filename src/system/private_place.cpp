#include "autossh/system/private_place.hpp"

#include "autossh/base/environment.hpp"

#include <stdexcept>
#include <system_error>

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

std::shared_ptr<PrivateFolder> PrivatePlace::folder(const std::string& name)
{
    if (!directory_)
        return nullptr;
    try {
        return std::make_shared<PrivateFolder>(directory_, name);
    } catch (const std::system_error& error) {
        complaint_ = error.what();
        return nullptr;
    }
}

}  // namespace autossh
