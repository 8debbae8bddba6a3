// How ssh is run, how its log is read, how it is tested, from its own answer on.
#pragma once

#include "autossh/base/asio.hpp"
#include "autossh/base/unique_fd.hpp"
#include "autossh/heartbeat/tests.hpp"
#include "autossh/login/prompt_answerer.hpp"
#include "autossh/rules/session_folders.hpp"
#include "autossh/ssh/log_pipe.hpp"
#include "autossh/tunnel/prepare.hpp"
#include "autossh/tunnel/status_tracker.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace autossh {

/// Settled once, and again when somebody has removed our private directory or a part of it. Whatever fails
/// here costs the words of ssh and the tests, and never the tunnel.
class SshSetup {
public:
    /// Nothing is added at first. `on_words` is called when `tracker` has taken a line.
    SshSetup(Executor executor, const TunnelSettings& settings, Log& log, StatusTracker& account,
             ConnectionTests& tests, PromptAnswerer& answerer, PrivatePlace& place, std::string folder_name,
             std::function<void()> on_words);

    /// ssh has answered what it will do, or was not given the time (nothing). Throws TunnelMistake
    /// before the first start.
    void settle(std::optional<Answer> answer);

    /// ssh is none that may be asked; why, is looked at now. Throws TunnelMistake.
    void leave_unasked();

    /// Before each start.
    void renew();

    /// For another ssh beside the one that runs: in a folder of its own, without forwards, and it asks
    /// nobody. Nothing: that cannot be had.
    std::optional<Prepared> prepare_beside();
    /// As far as is known without a folder.
    bool can_prepare_beside() const;
    /// That other ssh is the one that runs now, until the next start. `beside_last`: the last one lives on,
    /// and keeps its folder until predecessor_has_ended().
    void move_to(Prepared prepared, SshOutput output, bool beside_last);
    /// Of the ssh that has run until now, and lives on elsewhere.
    SshOutput release_output();
    void predecessor_has_ended() { folders_.predecessor_has_ended(); }

    /// ssh has not said what it will do, or what it says next decides who gets which secret, or may be about
    /// another host.
    bool must_ask_again() const;
    /// There are secrets, and ssh cannot be made to ask us for them.
    std::optional<Failure> reason_not_to_start() const;

    const SshPlan& plan() const { return *prepared_.plan; }
    const std::string& doubt() const { return prepared_.doubt; }  ///< why nothing is added
    /// What ssh finds wrong in its options or configuration, in its words; or empty.
    std::string mistake() const;
    const std::string& complaint() const { return prepared_.complaint; }
    const SshChoices& choices() const { return choices_; }
    const Prepared& prepared() const { return prepared_; }
    const std::optional<Answer>& answer() const { return answer_; }
    /// ssh is to ask us what it would ask a person.
    bool takes_questions() const
    {
        return prepared_.askable.secrets || prepared_.askable.caller || prepared_.askable.declined;
    }
    bool may_ask_caller() const { return prepared_.askable.caller; }

    /// The tunnel's own directory; empty where there is none.
    std::string directory() const { return prepared_.folder ? home_ : ""; }
    /// For an ssh that is about to start: where it and what it runs (a jump host's ssh, a ProxyCommand) write
    /// what goes past its log. None: to our standard error.
    UniqueFd errors_of_ssh();

    /// ssh is to say little, by -q or a low LogLevel, which we have raised.
    bool is_hushed() const { return prepared_.plan->log.is_hushed(); }

    /// Hands out what ssh has said by now. False: there is no more.
    bool drain() { return output_.drain(); }
    /// The same, when ssh has ended.
    void finish();

private:
    void tell_doubt();
    void prepare_anew();
    std::string name_of_folder(int place) const;
    void take_error(std::string_view line);
    void use_directory();
    void take_line(std::string_view line);
    bool take_questions(const PrivateFolder& folder);
    bool directory_is_whole();

    Executor executor_;
    const TunnelSettings& settings_;
    SshChoices choices_;  ///< of its words
    Log& log_;
    StatusTracker& tracker_;
    ConnectionTests& tests_;
    PromptAnswerer& answerer_;
    PrivatePlace& place_;
    std::string folder_name_;
    std::function<void()> on_words_;
    std::optional<Answer> answer_;
    bool answer_has_let_in_ = false;  ///< an ssh that was run by it has logged in
    Prepared prepared_;
    std::string home_;  ///< the folder that the tunnel keeps for all its life
    SessionFolders folders_;
    bool must_prepare_ = false;  ///< before the next start: the last was prepared to take another's place
    std::string doubt_told_;
    bool has_started_ = false;  ///< then a mistake does not end a tunnel that has been up
    SshOutput output_;          ///< of the ssh that runs, or is started next
};

}  // namespace autossh
