#include "autossh/system/private_place.hpp"

#include "autossh/base/environment.hpp"

#include <stdexcept>
#include <system_error>

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

std::shared_ptr<PrivateFolder> PrivatePlace::folder(const std::string& name)
{
    if (!directory())
        return nullptr;
    try {
        return std::make_shared<PrivateFolder>(directory_, name);
    } catch (const std::system_error& error) {
        complaint_ = error.what();
        return nullptr;
    }
}

}  // namespace autossh
