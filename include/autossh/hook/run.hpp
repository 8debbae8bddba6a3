// One run of a hook's program: started, told, heard, and ended with all of its process group.
#pragma once

#include "autossh/base/alarm.hpp"
#include "autossh/base/asio.hpp"
#include "autossh/base/exit_status.hpp"
#include "autossh/base/lifetime.hpp"
#include "autossh/base/readable.hpp"
#include "autossh/base/time.hpp"
#include "autossh/hook/news.hpp"
#include "autossh/hook/output_lines.hpp"
#include "autossh/system/child.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace autossh {

class HookRun {
public:
    /// From SIGTERM to SIGKILL.
    static constexpr Duration time_to_obey = std::chrono::seconds(2);

    struct Result {
        std::optional<ExitStatus> status;  ///< nothing: not even SIGKILL has ended it
        bool timed_out = false;
        bool given_up = false;     ///< autossh ends, and did not wait
        std::size_t left_out = 0;  ///< bytes of its output that the log does not have
    };
    struct Listener {
        std::function<void(const std::string&)> on_line;  ///< a line of its output
        std::function<void(const Result&)> on_end;        ///< once; this may be destroyed then
    };

    /// Starts it. Throws std::system_error.
    HookRun(const ProcessContext& context, const HookCall& call, std::string_view fleet, Listener listener);
    ~HookRun();
    HookRun(const HookRun&) = delete;
    HookRun& operator=(const HookRun&) = delete;

    /// It is not waited for any longer: SIGTERM, and SIGKILL.
    void give_up();

private:
    void write_more();
    void read_more();
    bool read_some_more();
    void pass_on(const std::vector<std::string>& lines);
    void has_changed();
    void time_is_up();
    void end_group();
    bool group_lives() const;
    void finish();

    ProcessContext context_;
    Listener listener_;
    std::string input_;
    std::size_t written_ = 0;
    Descriptor in_;
    Descriptor out_;
    Readable<Descriptor> readable_;
    HookOutputLines lines_;
    Alarm alarm_;
    enum class Stage { runs, is_told_to_end, is_killed, group_ends, group_is_killed } stage_ = Stage::runs;
    Result result_;
    int looks_ = 0;
    std::optional<Child> child_;
    pid_t group_ = 0;
    Lifetime lifetime_;
};

}  // namespace autossh
