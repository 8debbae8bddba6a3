#include "autossh/base/errors.hpp"
#include "autossh/base/paths.hpp"
#include "autossh/ctl/commands.hpp"
#include "autossh/ctl/console.hpp"
#include "autossh/ctl/daemons.hpp"
#include "autossh/ctl/edited_file.hpp"
#include "autossh/ctl/editor.hpp"
#include "autossh/ctl/exit_status.hpp"
#include "autossh/ctl/reload_fleets.hpp"
#include "autossh/program/fleet_check.hpp"
#include "autossh/system/supervisor_places.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr std::string_view first_text = R"(# Tunnels that autossh --fleet keeps: see autossh-fleet(5).
# One that "Host db" of ~/.ssh/config describes needs no more than its name:
#
# [tunnel.db]
#
# [tunnel.web]
# host = "me@server.example.com"
# local = ["8080:localhost:80"]
)";

std::vector<SeenDaemon> fleets_that_run(const CtlCommand& command, const Environment& environment)
{
    auto daemons = look_around(places_of_supervisors(environment), answer_is_due).daemons;
    std::erase_if(daemons, [](const SeenDaemon& daemon) { return daemon.facts.config.empty(); });
    return meant_daemons(std::move(daemons), command.daemon);
}

/// Throws UsageError where it cannot be told.
std::string file_to_edit(const CtlCommand& command, const std::vector<SeenDaemon>& fleets,
                         const Environment& environment)
{
    if (!command.file.empty())
        return command.file;
    if (fleets.size() > 1)
        throw UsageError("several fleets run: name the file, or the fleet with -D");
    if (fleets.empty() && !command.daemon.empty())
        throw UsageError(fmt::format("no fleet has the name or pid \"{}\"", command.daemon));
    return fleets.empty() ? default_fleet_file(environment) : fleets.front().facts.config;
}

/// The dialogue: until the text is in its place, or given up.
class Editing {
public:
    Editing(const std::string& path, EditedFile& file, const Environment& environment)
        : path_(path), file_(file), environment_(environment)
    {}

    /// Nothing: it is in its place.
    std::optional<int> run()
    {
        for (;;) {
            const std::string failure = run_editor(file_.copy(), environment_);
            const auto text = file_.text();
            if (!failure.empty() || !text)
                return broken_off(failure.empty() ? "the copy cannot be read" : failure, text);
            if (*text == file_.text_before()) {
                file_.discard();
                print_all("nothing has changed\n");
                return 0;
            }
            const auto answer = ask_about(*text);
            if (answer == Choice::put_in_place)
                return put_in_place(*text);
            if (answer == Choice::keep_copy)
                return kept(ctl_exit::configuration);
            if (answer == Choice::discard) {
                file_.discard();
                complain(fmt::format("discarded: {} is as it was", path_));
                return ctl_exit::configuration;
            }
        }
    }

private:
    enum class Choice { put_in_place, edit_again, discard, keep_copy };

    Choice ask_about(const std::string& text)
    {
        const FleetCheck found = checked_fleet(path_, text, environment_);
        if (!found.errors.empty()) {
            complain_lines(found.errors.text());
            return choice("e: edit again, x: discard [e] ", false);
        }
        result_ = no_mistakes_in(path_, found);
        if (!file_.has_changed_meanwhile())
            return Choice::put_in_place;
        complain(fmt::format("{} has been changed by somebody else meanwhile", path_));
        return choice("e: edit again, x: discard, o: put mine in its place all the same [e] ", true);
    }

    static Choice choice(std::string_view question, bool may_overwrite)
    {
        for (;;) {
            const auto answer = answer_to(question);
            if (!answer)
                return Choice::keep_copy;
            if (answer->empty() || *answer == "e")
                return Choice::edit_again;
            if (*answer == "x")
                return Choice::discard;
            if (*answer == "o" && may_overwrite)
                return Choice::put_in_place;
        }
    }

    std::optional<int> put_in_place(const std::string& text)
    {
        const std::string why = file_.put_in_place(text);
        if (why.empty()) {
            print_all(result_ + "\n");
            return std::nullopt;
        }
        complain(fmt::format("{} cannot be written: {}", path_, why));
        return kept(ctl_exit::system_error);
    }

    int kept(int exit_status) const
    {
        complain(fmt::format("{} is as it was, the copy is in {}", path_, file_.copy()));
        return exit_status;
    }

    int broken_off(const std::string& failure, const std::optional<std::string>& text)
    {
        complain(failure);
        if (text && *text != file_.text_before())
            return kept(ctl_exit::refused);
        file_.discard();
        complain(fmt::format("{} is as it was", path_));
        return ctl_exit::refused;
    }

    const std::string& path_;
    EditedFile& file_;
    const Environment& environment_;
    std::string result_;
};

}  // namespace

int edit(const CtlCommand& command, const Environment& environment)
{
    const std::string path = file_to_edit(command, fleets_that_run(command, environment), environment);
    EditedFile::Start start = EditedFile::begin(path, std::string(first_text));
    if (!start.file) {
        complain(start.why);
        return start.exit_status;
    }
    if (const auto exit_status = Editing(path, *start.file, environment).run())
        return *exit_status;
    auto fleets = fleets_that_run(command, environment);
    const auto edited = resolved_path(path);
    std::erase_if(fleets,
                  [&](const SeenDaemon& fleet) { return resolved_path(fleet.facts.config) != edited; });
    if (!fleets.empty())
        return reload_fleets(fleets, false);
    print_all(fmt::format("no fleet runs with it: \"autossh --fleet {}\" starts its tunnels\n", path));
    return 0;
}

}  // namespace autossh
