#include "differential/actions.hpp"

#include "differential/words.hpp"
#include "support/occurrences.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <csignal>
#include <memory>
#include <netinet/in.h>
#include <regex>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace autossh_test {

Event on_start(int number, Action act)
{
    return {"start " + std::to_string(number),
            [number](const Run& run) { return run.starts().size() >= static_cast<std::size_t>(number); },
            std::move(act)};
}

Event on_log(const std::string& text, Action act)
{
    return on_log(text, 1, std::move(act));
}

Event on_log(const std::string& text, int times, Action act)
{
    return {"log line " + text,
            [text, times](const Run& run) { return occurrences(run.log(), text) >= times; }, std::move(act)};
}

Event on_exit(Action act)
{
    return {"exit of the command", [](const Run& run) { return run.process().exit_result().has_value(); },
            std::move(act)};
}

Event on_signals(const std::string& text, Action act)
{
    return {"signal to ssh " + text,
            [text](const Run& run) { return read_file(run.file("signals")).find(text) != std::string::npos; },
            std::move(act)};
}

Event on_message(Action act)
{
    return {"heartbeat", [](const Run& run) { return !read_file(run.file("messages")).empty(); },
            std::move(act)};
}

Event on_ssh_stopped(int number, Action act)
{
    const auto stopped = [number](const Run& run) {
        const auto starts = run.starts();
        if (starts.size() < static_cast<std::size_t>(number))
            return false;
        const pid_t pid = starts[static_cast<std::size_t>(number - 1)].pid;
        return read_file("/proc/" + std::to_string(pid) + "/stat").find(") T ") != std::string::npos;
    };
    return {"stop of ssh " + std::to_string(number), stopped, std::move(act)};
}

Action tell(int signal)
{
    return [signal](Run& run) { run.send(signal); };
}

Action tell_ssh(int signal)
{
    return [signal](Run& run) { kill(run.starts().back().pid, signal); };
}

Action all(std::vector<Action> actions)
{
    return [actions](Run& run) {
        for (const auto& act : actions)
            act(run);
    };
}

Action nothing()
{
    return [](Run&) {};
}

Action note_pid_file()
{
    return note_file("pid");
}

Action note_file(const std::string& name)
{
    return [name](Run& run) {
        const bool exists = std::filesystem::exists(run.file(name));
        run.note(name + ": " + (exists ? run.with_names(read_file(run.file(name))) : "(none)"));
    };
}

Action note_state(int number, std::vector<std::string> names)
{
    return [number, names](Run& run) {
        for (const auto& line : lines_of(read_file(run.file("state." + std::to_string(number)))))
            for (const auto& name : names)
                if (starts_with(line, name + " ") || line == name)
                    run.note(std::to_string(number) + ": " + run.with_names(line));
    };
}

Action note_family()
{
    return [](Run& run) { run.note("alive: " + std::to_string(run.process().family().size())); };
}

Action note_command()
{
    return [](Run& run) {
        const auto result = run.process().exit_result();
        run.note("command: " + (result ? result->text() : "running"));
    };
}

Action note_messages()
{
    return [](Run& run) {
        static const std::regex random(R"(^"(\S+ autossh \S+) \d+ )");
        for (const auto& line : lines_of(read_file(run.file("messages"))))
            run.note(std::regex_replace(run.with_names(line), random, "\"$1 <random> "));
    };
}

Action note_end_of_autossh()
{
    return [](Run& run) {
        const pid_t pid = run.autossh();
        std::optional<ExitResult> result;
        wait_until([&] { return (result = exit_of(pid)).has_value(); });
        run.note("autossh: " + (result ? result->text() : "running"));
    };
}

Action occupy_read_port()
{
    return [](Run& run) {
        const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const int yes = 1;  // the last user's connections may still be remembered
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        sockaddr_in address = {};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(static_cast<in_port_t>(run.port() + 1));
        if (bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0 ||
            listen(listener, 5) < 0)
            throw std::runtime_error("cannot occupy the read port");
        run.keep([listener] { close(listener); });
    };
}

}  // namespace autossh_test
