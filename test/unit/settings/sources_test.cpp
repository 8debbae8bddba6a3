#include "autossh/settings/sources.hpp"

#include "support/catch.hpp"

using namespace autossh;

TEST_CASE("Sources: what is changed in a copy stays as it was in the other one")
{
    SettingSources one{{"poll", "--poll"}};
    SettingSources other = one;
    other["poll"] = "AUTOSSH_POLL";
    other["port"] = "-M";
    CHECK(one.at("poll") == "--poll");
    CHECK(one.size() == 1);
    CHECK_FALSE(one.contains("port"));
    CHECK(other.at("poll") == "AUTOSSH_POLL");
    CHECK(other.find("name") == other.end());
}

TEST_CASE("Sources: those that say the same share one memory, others do not, and neither is changed by that")
{
    const SettingSources first{{"poll", "fleet.toml:2"}, {"name", "--fleet"}};
    SettingSources same{{"name", "--fleet"}, {"poll", "fleet.toml:2"}};
    CHECK(&same.at("poll") != &first.at("poll"));
    same.share(first);
    CHECK(&same.at("poll") == &first.at("poll"));
    same["poll"] = "fleet.toml:9";
    CHECK(first.at("poll") == "fleet.toml:2");
    same.share(first);
    CHECK(same.at("poll") == "fleet.toml:9");
    SettingSources none;
    none.share(SettingSources());
    CHECK(none.size() == 0);
}
