// What a log-in has shown: by ssh's own log, and by the server's configuration where it may be read. Pure.
#pragma once

#include "autossh/base/failure.hpp"
#include "autossh/doctor/finding.hpp"
#include "autossh/ssh/forward.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace autossh {

struct LoginLook {
    bool logged_in = false;
    std::string login = {};        ///< "HOST ([ADDR]:PORT) with METHOD"
    Failure failure = {};          ///< where it has not
    std::string key_place = {};    ///< FILE:LINE of our key on the server
    std::string key_options = {};  ///< that it has there, with blanks between them
    std::string user = {};
    std::string host = {};
};
Findings login_findings(const LoginLook& look, const std::vector<Forward>& forwards);

/// What has seemed to keep that tunnel from logging in, and has not: there are servers that want no key.
void note_login(Findings& findings, const std::string& tunnel);

/// A -R that was asked for on that connection, and let go again.
struct AskedForward {
    std::string forward = {};  ///< "-R 7004"
    std::string port = {};
    bool granted = false;
    Failure failure = {};      ///< where it was not
    std::string holders = {};  ///< of the port, as ss tells it there; empty: not known
};
Findings asked_forward_findings(const AskedForward& asked);

/// Keywords in lower case, the first value of each counts; of sshd -T or of the files that sshd_config is
/// made of, each with a line "#end of file" behind it, without what stands behind a Match, which ends with
/// its file. The first of these is the value of "match": what counts for us is not known then. Empty: nothing
/// was read.
using ServerSettings = std::map<std::string, std::string>;
ServerSettings server_settings_from(std::string_view text);

Findings server_setting_findings(const ServerSettings& settings, const std::vector<Forward>& forwards);

}  // namespace autossh
