// What a server may have ssh log before the log-in: any bytes. The process of ssh shows that it has not
// logged in.
#include "autossh/base/log_format.hpp"
#include "autossh/base/text.hpp"
#include "autossh/ssh/client_state.hpp"
#include "autossh/ssh/login_proof.hpp"

#include "require.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

using namespace autossh;
using fuzz::require;

namespace {

void check_log(std::string_view raw_line)
{
    LogLine line{Level::info, LogEvent::ssh, without_end(raw_line), {}, {}, false, 1, {}};
    line.context.ssh = 2;
    for (const std::string& text : {words_alone(line), stamped(line), as_json(line)})
        require(std::ranges::none_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; }),
                "no line of the log has a control character");
}

void check(const ClientState& client_state)
{
    require(!client_state.logged_in(), "no words are a log-in");
    require(client_state.allocated_ports().empty() && client_state.dead_target().cause.empty(),
            "no words are of what comes after the log-in");
    for (const SshMessage& word : client_state.refused_forwards())
        require(word.failure.failure_class == FailureClass::host_key_changed,
                "before the log-in ssh drops forwards for a host key alone");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    std::string_view input(reinterpret_cast<const char*>(data), size);
    ClientState client_state;
    LoginProof proof([] { return LoginProgress::before_login; },
                     [&](const LoggedLine& line, LoginProgress progress) {
                         client_state.read_line(without_end(line.text), progress, line.is_of_users_level);
                         check_log(line.text);
                         check(client_state);
                     });
    if (size % 3 == 0)
        proof.begin(size % 2 == 0 ? SshLogLevel::quiet : SshLogLevel::error);
    while (!input.empty()) {
        const std::size_t length = std::min(input.find('\n'), input.size() - 1) + 1;
        proof.read_line(input.substr(0, length), client_state.logged_in());
        input.remove_prefix(length);
    }
    proof.ssh_has_ended(client_state.logged_in());
    require(!proof.waits(), "nothing waits when ssh has ended");
    const Failure failure = client_state.failure(ExitStatus::exited(255), {});
    require(failure.cause.find('\n') == std::string::npos, "a cause is one line");
    return 0;
}
