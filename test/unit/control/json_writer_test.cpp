#include "autossh/control/json_writer.hpp"

#include "support/catch.hpp"

#include <limits>
#include <optional>

using namespace autossh;

TEST_CASE("Control protocol: a JSON object is written member by member")
{
    JsonWriter json;
    json.text("name", "a \"b\"");
    json.text_or_null("none", "");
    json.number("count", 18446744073709551615U);
    json.number_or_null("pid", 0);
    json.real("half", 0.5);
    json.real("unknown", std::nullopt);
    json.real("no number", std::numeric_limits<double>::quiet_NaN());
    json.flag("yes", true);
    json.open_list("empty");
    json.close_list();
    json.open_list("list");
    json.text_element("x");
    json.open_object_element();
    json.flag("no", false);
    json.close_object();
    json.close_list();
    json.open_object("object");
    json.close_object();
    json.formed("formed", "7");
    CHECK(
        json.take() ==
        R"({"name":"a \"b\"","none":null,"count":18446744073709551615,"pid":null,"half":0.5,"unknown":null,)"
        R"("no number":null,"yes":true,"empty":[],"list":["x",{"no":false}],"object":{},"formed":7})");
}

TEST_CASE("Control protocol: what is no UTF-8 does not get into JSON")
{
    JsonWriter json;
    json.text("text", "a\xff\xc3\xa4\x01");
    CHECK(json.take() == "{\"text\":\"a\xEF\xBF\xBD\xc3\xa4\\u0001\"}");
}
