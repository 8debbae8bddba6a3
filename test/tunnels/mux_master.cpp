#include "tunnels/mux_master.hpp"

#include "e2e/support/newer_root.hpp"

#include <stdexcept>

#include <boost/asio/co_spawn.hpp>

namespace autossh_test {

using namespace autossh;

std::vector<MuxMaster::Version> MuxMaster::versions()
{
    if (newer_root_has("/usr/bin/ssh"))
        return {Version::ours, Version::newer};
    return {Version::ours};
}

/// In the server's directory, which the newer ssh finds as well.
MuxMaster::MuxMaster(const Sshd& sshd, Version version, const std::vector<std::string>& words,
                     const MuxLimits& limits)
    : directory_(sshd.directory() / outer_.path().filename()), path_((directory_ / "ctl").string()),
      client_(io_.get_executor(), path_, limits)
{
    std::filesystem::create_directory(directory_);
    std::vector<std::string> arguments;
    if (version == Version::newer)
        arguments = below_newer_root(sshd.directory());
    for (const std::string& word :
         {std::string("ssh"), std::string("-F"), sshd.client_config().string(), std::string("-E"),
          (directory_ / "log").string(), std::string("-M"), std::string("-S"), path_})
        arguments.push_back(word);
    arguments.insert(arguments.end(), words.begin(), words.end());
    ssh_.emplace(ProcessOptions{.arguments = arguments});
    if (!wait_until([this] { return alive().is_granted() || ssh_->exit_result(); }) || ssh_->exit_result())
        throw std::runtime_error("no master: " + log() + ssh_->errors());
}

MuxAnswer MuxMaster::wait(Awaitable<MuxAnswer> awaited)
{
    std::optional<MuxAnswer> answer;
    boost::asio::co_spawn(io_, std::move(awaited),
                          [&answer](std::exception_ptr, MuxAnswer found) { answer = std::move(found); });
    io_.restart();
    while (!answer && io_.run_one() > 0) {
    }
    return answer.value();
}

}  // namespace autossh_test
