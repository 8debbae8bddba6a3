#include "autossh/doctor/socket_folder.hpp"

#include "autossh/base/environment.hpp"
#include "autossh/base/paths.hpp"

#include <cstdlib>

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr std::size_t longest_place = 50;

}  // namespace

SocketFolder::SocketFolder()
{
    const std::string place = environment_variable("XDG_RUNTIME_DIR").value_or("");
    const bool is_fit = !place.empty() && place.size() <= longest_place;
    std::string name = fmt::format("{}/autossh-doctor.XXXXXX", is_fit ? place : "/tmp");
    path_ = ::mkdtemp(name.data()) == nullptr ? "" : name;
}

SocketFolder::~SocketFolder()
{
    if (!path_.empty())
        remove_tree(path_);
}

}  // namespace autossh
