#include "autossh/program/origin.hpp"

#include "support/catch.hpp"

#include <string>
#include <vector>

using namespace autossh;

TEST_CASE("Control socket: by which unit a process was started")
{
    struct Row {
        std::string cgroup;
        std::string unit;
        bool is_users;
    };
    const std::vector<Row> rows{
        {"0::/system.slice/system-autossh.slice/autossh@home.service\n", "autossh@home.service", false},
        {"0::/user.slice/user-1000.slice/user@1000.service/app.slice/app-autossh.slice/"
         "autossh@home.service\n",
         "autossh@home.service", true},
        {"0::/system.slice/cron.service\n", "cron.service", false},
        {"0::/system.slice/autossh@home.service/part\n", "autossh@home.service", false},
        {"0::/user.slice/user-1000.slice/session-3.scope\n", "", false},
        {"0::/user.slice/user-1000.slice/user@1000.service/app.slice/app-gnome-x-1.scope\n", "", false},
        {"0::/user.slice/user-1000.slice/user@1000.service/init.scope\n", "", false},
        {"0::/\n", "", false},
        {"12:pids:/x.service\n1:name=systemd:/system.slice/autossh@old.service\n", "autossh@old.service",
         false},
        {"12:pids:/system.slice/x.service\n", "", false},
        {"garbage", "", false},
        {"", "", false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.cgroup);
        const Origin origin = origin_by_cgroup(row.cgroup);
        CHECK(origin.unit == row.unit);
        CHECK(origin.is_users_unit == row.is_users);
    }
}

TEST_CASE("Control socket: what has started a process, and how it is started again")
{
    struct Row {
        Origin origin;
        std::string words;
        std::string way;
    };
    const std::vector<Row> rows{
        {{.unit = "autossh@a.service"}, "autossh@a.service", "systemctl start autossh@a.service"},
        {{.unit = "a.service", .is_users_unit = true}, "a.service", "systemctl --user start a.service"},
        {{.in_background = true}, "-f", "by the same command, with -f"},
        {{.terminal = "/dev/pts/3", .parent = "bash"},
         "terminal /dev/pts/3",
         "by the same command, at /dev/pts/3"},
        {{.parent = "cron"}, "cron", "by cron, which has started it"},
        {{}, "", "by the same command"},
    };
    for (const Row& row : rows) {
        CHECK(in_words(row.origin) == row.words);
        CHECK(way_to_start(row.origin) == row.way);
    }
}
