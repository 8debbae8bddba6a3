#include "autossh/system/private_place.hpp"

#include "autossh/base/environment.hpp"

#include <stdexcept>

namespace autossh {

const std::shared_ptr<PrivateDirectory>& PrivatePlace::directory() const
{
    if (!tried_)
        make();
    return directory_;
}

void PrivatePlace::renew()
{
    make();
    remove_leftovers();
}

void PrivatePlace::remove_leftovers() const
{
    if (directory())
        directory_->remove_leftovers();
}

void PrivatePlace::make() const
{
    tried_ = true;
    complaint_.clear();
    try {
        directory_ = std::make_shared<PrivateDirectory>(PrivateDirectory::candidates(environment_variable));
    } catch (const std::runtime_error& error) {
        directory_.reset();
        complaint_ = error.what();
    }
}

}  // namespace autossh
