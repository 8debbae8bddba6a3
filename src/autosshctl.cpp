// Shows and steers the tunnels of the autosshs that run.
#include "autossh/base/descriptors.hpp"
#include "autossh/base/environment.hpp"
#include "autossh/ctl/commands.hpp"
#include "autossh/ctl/live_screen.hpp"

#include <string>
#include <vector>

int main(int argc, char** argv)
{
    autossh::reserve_standard_streams();
    const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
#ifdef AUTOSSH_HAS_CURSES
    const autossh::OpenLiveScreen open = autossh::open_curses_screen;
#else
    const autossh::OpenLiveScreen open;
#endif
    return autossh::run_ctl(words, autossh::environment_variable, open);
}
