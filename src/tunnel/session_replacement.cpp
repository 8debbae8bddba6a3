// The part of Session that has another ssh log in beside one whose connection is doubted.
#include "autossh/system/tcp_table.hpp"
#include "autossh/tunnel/session.hpp"

#include <algorithm>
#include <memory>
#include <system_error>
#include <utility>

namespace autossh {

/// Manual, "A better connection first". Nobody is asked anything for it.
bool Session::can_be_replaced() const
{
    const ClientState& said = tracker_.client_state();
    const std::string& login = said.login();
    const bool by_key = login.ends_with(" publickey") || login.ends_with(" hostbased") ||
                        login.find(" with gssapi") != std::string::npos || login.ends_with(" with none");
    const bool asks_nobody =
        by_key && !said.has_first_factor() && settings_.secrets.empty() && !answerer_.has_asked_person();
    return beside_ && settings_.restart != RestartPolicy::none && asks_nobody &&
           setup_.can_prepare_beside() && own_master_.client() != nullptr && !process_.stops().is_stopped() &&
           !connection_.waits_for_way();
}

/// Manual, "Renewal".
Time Session::renewal() const
{
    const auto logged_in = tracker_.logged_in_at();
    return settings_.renew && logged_in ? *logged_in + *settings_.renew : never;
}

/// Empty: it can be. A socket on the server keeps its file when the old ssh closes it, and most servers would
/// not listen there again.
std::string Session::reason_against_renewal() const
{
    const auto& forwards = plan().forwards.all;
    if (std::ranges::any_of(forwards, [](const Forward& forward) {
            return forward.kind == Forward::Kind::remote && forward.configured &&
                   !forward.configured->listen.path.empty();
        }))
        return "a server does not listen again on a socket whose file is there (-R with a path)";
    if (settings_.restart == RestartPolicy::none)
        return "--restart never allows no other start";
    if (!beside_)
        return "--max-start allows no other start";
    return can_be_replaced() ? "" : "that needs -N, no ports of -M, and a log-in that asks nobody";
}

/// One after the other: the last old ssh may still have connections.
bool Session::is_to_be_renewed(Time now) const
{
    return now >= renewal() && reason_against_renewal().empty() && !predecessor_.is_there();
}

/// Nothing better is to be had yet than a connection that may be down.
bool Session::is_spared(Time now)
{
    return can_be_replaced() && !replacement_.is_in() && now < replacement_pace_.spared_until();
}

void Session::look_at_replacement(Time now)
{
    const bool suspect = tracker_.status().state == State::suspect;
    const bool doubted = suspect && can_be_replaced();
    const bool renewed = is_to_be_renewed(now);
    const std::string reason_against =
        now >= renewal() && !suspect && !no_renewal_told_ ? reason_against_renewal() : "";
    if (!reason_against.empty()) {
        no_renewal_told_ = true;
        log_.info("the connection is not renewed: {}", reason_against);
    }
    keep_connection(suspect);
    using Need = ReplacementPace::Need;
    replacement_pace_.note(doubted ? Need::better : renewed ? Need::newer : Need::none, now);
    if (const auto end = replacement_.look(now)) {
        log_.info("another ssh could not log in beside this one: {}", end->failure.cause);
        replacement_pace_.failed(end->failure.failure_class, end->may_be_refused, now);
        place_beside_.stop_knocking();
    }
    if (replacement_.is_running() && !doubted && !renewed) {
        log_.info("the connection is well: ending ssh ({}) beside it", replacement_.pid());
        replacement_.drop();
    }
    hurry_replacement(now, doubted);
    if (!replacement_.is_running() && has_turn_beside(now, doubted))
        start_replacement(now, doubted);
    if (doubted && is_spared(now))
        connection_.test_on(now);
}

/// autossh-fleet(5), "Starting". Of a single tunnel it is so at once.
bool Session::has_turn_beside(Time now, bool doubted)
{
    if (!beside_ || now < replacement_pace_.next_start()) {
        place_beside_.withdraw();
        return false;
    }
    const bool is_new = !place_beside_.has_asked();
    if (is_new) {
        StartRequest request = *beside_;
        request.failures = replacement_pace_.failures();
        request.down_since = now;
        request.can_wait = !doubted;
        place_beside_.ask(request);
    }
    if (is_new && !place_beside_.has_come())
        log_.debug("another ssh waits {} to log in beside this one", place_beside_.hold_in_words());
    return place_beside_.has_come();
}

/// The system sends the first packet of a connection again ever later: one that was begun in an outage comes
/// to its end up to 16 s late, and a new one at once.
void Session::hurry_replacement(Time now, bool doubted)
{
    if (!doubted || !is_spared(now)) {
        place_beside_.stop_knocking();
        way_is_open_ = false;
        return;
    }
    const bool connects = replacement_.is_running() && is_still_connecting(replacement_.pid());
    if (std::exchange(way_is_open_, false) && (connects || !replacement_.is_running())) {
        if (connects)
            replacement_.drop();
        replacement_pace_.hurry(now);
    }
    const auto server = tracker_.server_address();
    if (!place_beside_.is_knocking() && server)
        place_beside_.knock(*server, now, [this] {
            way_is_open_ = true;
            event_.notify();
        });
}

/// The server may not hear of its end: it is told when another has logged in.
void Session::keep_connection(bool doubted)
{
    if (!doubted)
        kept_connection_.reset();
    else if (!kept_connection_)
        kept_connection_ = connection_.kept_connection(process_.pid());
}

void Session::look_at_predecessor(Time now)
{
    const bool may_hold_port = tracker_.client_state().some_forward_failed();
    const Duration silence = longest_silence_of_predecessor(predecessor_is_well_, may_hold_port);
    if (const auto started = predecessor_.look(now, silence)) {
        setup_.predecessor_has_ended();
        process_.predecessor_ended(*started);
        own_master_.ask_soon(now);
    }
}

void Session::tell_of_replacement(const std::string& down_because)
{
    if (!predecessor_is_well_ && !down_because.empty())
        tracker_.waiting(down_because, Duration::zero(), {});
}

bool Session::hand_over(const Ruling& reason)
{
    if (!reason.may_hand_over || reason.verdict != Verdict::restart || !replacement_.is_in())
        return false;
    shared_socket_.ssh_gives_way();
    predecessor_is_well_ = !reason.failure;
    tests_.abandon();
    tracker_.ending(reason.cause);
    log_.write(reason.level, "{}", reason.line);
    predecessors_master_ = own_master_.client();
    replacement_pace_.succeeded();
    return true;
}

void Session::start_replacement(Time now, bool doubted)
{
    replacement_pace_.started();
    std::optional<Prepared> prepared = setup_.prepare_beside();
    if (!prepared) {
        place_beside_.withdraw();
        replacement_pace_.failed(FailureClass::other, false, now);
        return;
    }
    Command command = command_for(settings_.ssh, *prepared->plan, {}, facts_.start_terms());
    try {
        replacement_.start(std::move(*prepared), process_.for_another(std::move(command)),
                           process_.streams());
        log_.info("{}: another ssh ({}) logs in beside it",
                  doubted ? "the connection is in doubt" : "the connection is to be renewed",
                  replacement_.pid());
    } catch (const std::system_error& error) {
        log_.info("another ssh could not be started beside this one: {}", error.what());
        place_beside_.withdraw();
        replacement_pace_.failed(FailureClass::other, false, now);
    }
}

}  // namespace autossh
