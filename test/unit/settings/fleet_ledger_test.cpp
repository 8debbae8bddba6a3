#include "autossh/settings/fleet_ledger.hpp"

#include "support/catch.hpp"

#include <memory>
#include <string>
#include <variant>
#include <vector>

using namespace autossh;

TEST_CASE("The ledger: its place and size stand in [fleet]")
{
    struct Row {
        std::string keys;
        std::string directory;
        std::uint64_t size;
    };
    constexpr std::uint64_t usual = 64 * 1024 * 1024;
    const std::vector<Row> rows{
        {"", "", usual},
        {"state-directory = '/s'", "/s", usual},
        {"state-directory = 's'\nledger-size = '1M'", "s", 1024 * 1024},
        {"ledger-size = '2G'", "", std::uint64_t{2} << 30U},
        {"ledger-size = '1024K'", "", 1024 * 1024},
        {"ledger-size = 2000000", "", 2'000'000},
    };
    for (const Row& row : rows) {
        CAPTURE(row.keys);
        const auto parsed = read_toml(row.keys, std::make_shared<const std::string>("f.toml"));
        const TomlValue* const document = std::get_if<TomlValue>(&parsed);
        REQUIRE(document != nullptr);
        FleetErrors errors;
        for (const TomlEntry& entry : document->entries) {
            CHECK(is_ledger_key(entry.key));
            check_ledger_key(entry, errors);
        }
        CHECK(errors.empty());
        const FleetLedger ledger = fleet_ledger("f.toml", document->entries);
        CHECK(ledger.state_directory == row.directory);
        CHECK(ledger.size == row.size);
    }
    CHECK_FALSE(is_ledger_key("name"));
}
