#include "differential/cases.hpp"
#include "support/catch.hpp"

#include <sys/stat.h>

namespace autossh_test {
namespace {

const Environment with_pid_file{{"AUTOSSH_PIDFILE", "{DIR}/pid"}};

Action write(const std::string& name, const std::string& text)
{
    return [name, text](Run& run) { write_file(run.file(name), text); };
}

Action note_mode(const std::string& name)
{
    return [name](Run& run) {
        struct stat status = {};
        stat(run.file(name).c_str(), &status);
        run.note(name + " has mode " + std::to_string(status.st_mode & 0777U));
    };
}

/// {DIR}/pid -> {DIR}/real
Action link_pid_file(const std::string& text)
{
    return [text](Run& run) {
        if (!text.empty())
            write_file(run.file("real"), text);
        std::filesystem::create_symlink(run.file("real"), run.file("pid"));
    };
}

/// Notes at the very end, when autossh is gone.
Case and_then(Case situation, const std::vector<std::string>& files)
{
    situation.events.push_back(on_exit([files](Run& run) {
        for (const auto& name : files)
            note_file(name)(run);
    }));
    return situation;
}

std::vector<Case> pid_file_cases()
{
    const Event stop = on_start(1, all({note_pid_file(), note_mode("pid"), tell(SIGTERM)}));
    std::vector<Case> cases{
        and_then(with_script("while ssh runs", "sleep", with_pid_file, {stop}), {"pid"}),
        and_then(with_script("after a normal end", "exit 0",
                             {{"AUTOSSH_GATETIME", "0"}, {"AUTOSSH_PIDFILE", "{DIR}/pid"}}),
                 {"pid"}),
        and_then(with_script("after giving up", "exit 3", with_pid_file), {"pid"}),
        and_then(with_script("after the last start", "die 9",
                             {{"AUTOSSH_MAXSTART", "1"}, {"AUTOSSH_PIDFILE", "{DIR}/pid"}}),
                 {"pid"}),
        with_script("empty name", "exit 0", {{"AUTOSSH_PIDFILE", ""}}),
        and_then(with_script("a usage error", "exit 0", with_pid_file, {}, "-Z"), {"pid"}),
    };
    auto umask = and_then(with_script("with a umask", "sleep", with_pid_file, {stop}), {"pid"});
    umask.options.umask = 077;
    cases.push_back(umask);
    auto existing = and_then(with_script("over an older one", "sleep", with_pid_file, {stop}), {"pid"});
    existing.prepare = write("pid", "12345678901234567890\nmore\n");
    cases.push_back(existing);
    auto link = and_then(with_script("through a link", "sleep", with_pid_file, {stop}), {"pid", "real"});
    link.prepare = link_pid_file("old");
    cases.push_back(link);
    auto relative = and_then(with_script("relative", "sleep", {{"AUTOSSH_PIDFILE", "pid"}}, {stop}), {"pid"});
    cases.push_back(relative);
    auto bad = with_script("no such directory", "exit 0", {{"AUTOSSH_PIDFILE", "{DIR}/none/pid"}});
    bad.error = "cannot open pid file \"<DIR>/none/pid\": No such file or directory";
    cases.push_back(bad);
    return cases;
}

std::vector<Case> log_file_cases()
{
    auto existing = one_start("appended to", "-M 0 host");
    existing.prepare = write("log", "1999/12/31 23:59:59 autossh[1]: an old line\n");
    auto relative = one_start("relative", "-M 0 host", {{"AUTOSSH_LOGFILE", "other"}});
    relative.events = {on_exit([](Run& run) {
        for (const auto& line : run.log_named(read_file(run.file("other"))))
            run.note(line);
    })};
    auto bad = start_up_error("no such directory", "-M 0 host", "<DIR>/none/log: No such file or directory",
                              {{"AUTOSSH_LOGFILE", "{DIR}/none/log"}});
    auto debug = one_start("with AUTOSSH_DEBUG", "-M 0 host", {{"AUTOSSH_DEBUG", ""}});
    auto piped =
        one_start("none, and stderr a pipe, with AUTOSSH_PLAIN", "-M 0 host", {{"AUTOSSH_PLAIN", "yes"}});
    piped.unset = {"AUTOSSH_LOGFILE"};
    piped.errors_piped = true;
    return {existing, relative, bad, debug, piped};
}

}  // namespace

TEST_CASE("differential: pid file")
{
    check_agreement("pid file", pid_file_cases());
}

TEST_CASE("differential: log file")
{
    check_agreement("log file", log_file_cases());
}

}  // namespace autossh_test
