#include "autossh/ctl/command_values.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace autossh {

namespace {

template <class Value>
Value* place_of(std::string_view option, std::span<const std::pair<std::string_view, Value*>> places)
{
    const auto found = std::ranges::find(places, option, &std::pair<std::string_view, Value*>::first);
    return found == places.end() ? nullptr : found->second;
}

}  // namespace

std::string* text_for(std::string_view option, CtlCommand& command)
{
    const std::array<std::pair<std::string_view, std::string*>, 6> places{
        {{"daemon", &command.daemon},
         {"name", &command.name},
         {"forget", &command.forget},
         {"file", &command.file},
         {"state-directory", &command.state_directory},
         {"output", &command.output}}};
    return place_of<std::string>(option, places);
}

bool* flag_for(std::string_view option, CtlCommand& command)
{
    const std::array<std::pair<std::string_view, bool*>, 12> places{{{"down", &command.down_only},
                                                                     {"wide", &command.wide},
                                                                     {"json", &command.json},
                                                                     {"yes", &command.yes},
                                                                     {"dry-run", &command.dry_run},
                                                                     {"follow", &command.follow},
                                                                     {"read-only", &command.read_only},
                                                                     {"snapshot", &command.snapshot},
                                                                     {"write", &command.write},
                                                                     {"running", &command.running},
                                                                     {"unplanned", &command.unplanned},
                                                                     {"login", &command.login}}};
    return place_of<bool>(option, places);
}

}  // namespace autossh
