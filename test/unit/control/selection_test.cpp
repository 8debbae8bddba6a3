#include "autossh/control/selection.hpp"

#include "support/catch.hpp"

#include <string>
#include <vector>

using namespace autossh;

namespace {

using Names = std::vector<std::string>;

const std::vector<TunnelLabel>& fleet_labels()
{
    static const std::vector<TunnelLabel> labels{{"db", {"prod", "data"}},
                                                 {"web", {"prod"}},
                                                 {"box-1", {"field"}},
                                                 {"box-2", {"field"}},
                                                 {"@odd", {}}};
    return labels;
}

}  // namespace

TEST_CASE("Selection of tunnels: names, patterns and groups")
{
    struct Row {
        Names patterns;
        Names names;
        Names strange;
    };
    const std::vector<Row> rows{
        {{}, {}, {}},
        {{"web"}, {"web"}, {}},
        {{"web", "db", "web"}, {"db", "web"}, {}},
        {{"box-*"}, {"box-1", "box-2"}, {}},
        {{"box-[2-9]", "d?"}, {"db", "box-2"}, {}},
        {{"@prod"}, {"db", "web"}, {}},
        {{"@f*", "@data"}, {"db", "box-1", "box-2"}, {}},
        {{"*"}, {"db", "web", "box-1", "box-2", "@odd"}, {}},
        {{"@odd"}, {"@odd"}, {}},
        {{"nas", "web", "@lab"}, {"web"}, {"nas", "@lab"}},
        {{"WEB"}, {}, {"WEB"}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.patterns);
        const Selection selection = selected(fleet_labels(), row.patterns);
        CHECK(selection.names == row.names);
        CHECK(selection.strange == row.strange);
    }
}
