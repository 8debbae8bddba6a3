#include "autossh/settings/same_tunnel.hpp"

#include "support/catch.hpp"

#include <string>
#include <vector>

using namespace autossh;

TEST_CASE("Pid file: which command lines ask for the same tunnel")
{
    using Words = std::vector<std::string>;
    struct Row {
        Words some;
        Words others;
        bool same;
    };
    const Row rows[] = {
        {{"-N", "host"}, {"-N", "host"}, true},
        {{"-fN", "host"}, {"-N", "host"}, true},
        {{"-N", "host"}, {"-f", "-N", "host"}, true},
        {{"-M", "0", "host"}, {"-M0", "-f", "host"}, true},
        {{"-M", "0", "host"}, {"--port", "0", "host"}, true},
        {{"--poll", "30s", "-N", "host"}, {"-N", "host"}, true},
        {{"-N", "host"}, {"-N", "other"}, false},
        {{"-N", "host"}, {"host", "-N"}, false},
        {{"-N", "-L", "1:a:1", "host"}, {"-N", "-L", "2:a:1", "host"}, false},
        {{"-M", "20000", "host"}, {"-M", "20002", "host"}, false},
        {{"-M", "20000", "host"}, {"host"}, false},
        {{"-N", "host"}, {"-N", "host", "-f", "true"}, false},
        {{"host", "tail", "-f", "x"}, {"host", "tail", "x"}, false},
        {{"-N", "host"}, {}, false},
        {{"--from-a-later-version", "host"}, {"--from-a-later-version", "host"}, true},
        {{"--from-a-later-version", "-f", "host"}, {"--from-a-later-version", "host"}, false},
        {{"--from-a-later-version", "host"}, {"host"}, false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.some, row.others);
        CHECK(ask_for_same_tunnel(row.some, row.others) == row.same);
        CHECK(ask_for_same_tunnel(row.others, row.some) == row.same);
    }
}
