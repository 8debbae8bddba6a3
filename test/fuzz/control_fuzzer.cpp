// The lines of the control socket: what any client may send, and what autosshctl may be told.
#include "autossh/control/answer.hpp"
#include "autossh/control/facts_json.hpp"
#include "autossh/control/hub_json.hpp"
#include "autossh/control/request.hpp"
#include "autossh/control/selection.hpp"

#include "require.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

using namespace autossh;
using fuzz::require;

namespace {

bool is_one_line(std::string_view text)
{
    return !text.empty() && text.find('\n') == text.size() - 1;
}

void check_request(std::string_view line)
{
    const ReadRequest read = read_request(line);
    require(read.id.size() <= longest_request_id, "an id that is repeated has its limit");
    if (!read.request) {
        const std::string answer = error_answer(read.id, read.error);
        require(is_one_line(answer), "an error is one line");
        const auto read_back = read_answer(answer);
        require(read_back && read_back->error == read.error, "an error arrives as it was");
        require(read_back->id == read.id, "an id arrives as it was");
        return;
    }
    const ControlRequest& request = *read.request;
    require(request.id == read.id, "there is one id");
    require(line.size() <= longest_request, "nothing longer than the longest is taken");
    require(!is_order(request.ask) || request.ask == Ask::reload || !request.tunnels.empty(),
            "an order names its tunnels");
    const std::string again = to_line(request);
    require(is_one_line(again), "a request is one line");
    require(again.size() > longest_request || read_request(again).request == request,
            "a request arrives as it was");
    const std::vector<TunnelLabel> labels{{"a", {"g"}}, {"b", {}}};
    require(selected(labels, request.tunnels).names.size() <= labels.size(), "none is meant twice");
}

void check_facts(std::string_view json)
{
    const auto facts = facts_from_json(json);
    if (!facts)
        return;
    const std::string line = status_answer("7", *facts);
    require(is_one_line(line), "an answer is one line");
    const auto answer = read_answer(line);
    require(answer && answer->daemon, "what was read can be written and read");
    require(to_json(*answer->daemon) == to_json(*facts), "facts arrive as they were");
}

void check_hub(std::string_view json)
{
    const auto hub = hub_facts_from_json(json);
    if (!hub)
        return;
    const std::string line = hub_answer("7", *hub);
    require(is_one_line(line), "an answer is one line");
    const auto answer = read_answer(line);
    require(answer && answer->hub, "what was read can be written and read");
    require(to_json(*answer->hub) == to_json(*hub), "the facts of a hub arrive as they were");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    check_request(bytes);
    check_facts(bytes);
    check_hub(bytes);
    (void)read_answer(bytes);
    return 0;
}
