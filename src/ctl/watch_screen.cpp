#include "autossh/ctl/watch_screen.hpp"

#include "autossh/ctl/screen_text.hpp"
#include "autossh/ctl/watch_help.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace autossh {

namespace {

/// The first line, the headings, and the last one.
constexpr std::size_t lines_around_list = 3;

WatchStyle style_of(const WatchedDaemon& daemon, const TunnelFacts& tunnel)
{
    if (!daemon.lost.empty())
        return WatchStyle::bad;
    if (tunnel.health == "up")
        return WatchStyle::good;
    if (tunnel.health == "impaired")
        return WatchStyle::impaired;
    return tunnel.health == "stopped" ? WatchStyle::dim : WatchStyle::bad;
}

/// Draws one screen.
class WatchPainter {
public:
    WatchPainter(WatchModel& model, const WatchForm& form, WallTime now)
        : model_(model), form_(form), now_(now)
    {}

    WatchPicture paint()
    {
        model_.settle();
        add_first_line();
        if (model_.view() == WatchModel::View::text)
            add_text();
        else
            add_list();
        picture_.lines.resize(std::max<std::size_t>(form_.rows, 1));
        if (form_.rows > 1)
            add_last_line(picture_.lines.back());
        return std::move(picture_);
    }

private:
    std::string fit(std::string_view text) const
    {
        const std::string fit = fit_for_screen(text);
        return form_.utf8 ? fit : in_ascii(fit);
    }

    std::string cell(std::string_view text, std::size_t width, bool to_the_right) const
    {
        const std::string cut = cut_to_width(fit(text), width);
        const std::string room(width - std::min(width, screen_width(cut)), ' ');
        return to_the_right ? room + cut : cut + room;
    }

    std::string what_is_shown() const
    {
        std::string words;
        if (model_.choice().down_only)
            words += "; only those not up";
        if (!model_.choice().filter.is_empty())
            words += fmt::format("; only /{}", model_.filter_text());
        return words;
    }

    std::string what_is_lost() const
    {
        const std::size_t all = model_.daemons().size();
        if (all == 0)
            return "no autossh runs, trying again";
        if (model_.lost() == 0)
            return "";
        if (all == 1)
            return "lost the daemon, trying again";
        if (model_.lost() > 1)
            return fmt::format("lost {} of {} daemons, trying again", model_.lost(), all);
        const auto lost = std::ranges::find_if(
            model_.daemons(), [](const WatchedDaemon& daemon) { return !daemon.lost.empty(); });
        return fit(fmt::format("lost {}, trying again", in_words(lost->seen)));
    }

    void add_first_line()
    {
        const std::size_t width = form_.columns;
        const std::string clock = form_.clock.size() + 20 <= width ? form_.clock : "";
        const std::size_t room = clock.empty() ? width : width - clock.size() - 1;
        const std::string lost = cut_to_width(what_is_lost(), room);
        const std::size_t left = room - std::min(room, lost.empty() ? 0 : screen_width(lost) + 2);
        const std::string counts = cut_to_width(fit(watch_counts(model_.daemons()) + what_is_shown()), left);
        WatchLine line;
        if (!lost.empty())
            line.spans.push_back({lost + (left > 0 ? "; " : ""), WatchStyle::bad});
        line.spans.push_back({counts, WatchStyle::strong});
        std::size_t filled = 0;
        for (const WatchSpan& span : line.spans)
            filled += screen_width(span.text);
        if (!clock.empty())
            line.spans.push_back({std::string(width - filled - clock.size(), ' ') + clock});
        picture_.lines.push_back(std::move(line));
    }

    void add_list()
    {
        const WatchWidths widths = watch_widths(form_.columns - 1, model_.longest_name());
        if (form_.rows >= lines_around_list) {
            std::string headings;
            for (std::size_t i = 0; i < widths.size(); ++i)
                if (widths[i] > 0)
                    headings += " " + cell(watch_headings[i], widths[i], is_to_the_right_of_watch(i));
            headings.erase(headings.find_last_not_of(' ') + 1);
            picture_.lines.push_back({{{cut_to_width(headings, form_.columns), WatchStyle::heading}}});
        }
        const std::size_t page = watch_page(form_);
        model_.list().fit(page);
        const std::vector<WatchRow>& rows = model_.list().rows();
        const std::size_t end = std::min(rows.size(), model_.list().top() + page);
        for (std::size_t i = model_.list().top(); i < end; ++i)
            picture_.lines.push_back(row_line(rows[i], widths));
        if (rows.empty() && page > 0)
            picture_.lines.push_back(
                {{{cut_to_width(" no tunnel is shown", form_.columns), WatchStyle::dim}}});
    }

    WatchLine row_line(const WatchRow& row, const WatchWidths& widths) const
    {
        const WatchedDaemon& daemon = model_.daemons()[row.daemon];
        const TunnelFacts& tunnel = daemon.seen.facts.tunnels[row.tunnel];
        const auto cells = watch_cells(daemon, row, form_.utf8, now_);
        WatchLine line;
        line.is_current = model_.list().is_current(row);
        const char* const mark = line.is_current ? ">" : " ";
        line.spans.push_back({model_.list().is_marked(row) ? "*" : mark});
        for (std::size_t i = 0; i < widths.size(); ++i) {
            if (widths[i] == 0)
                continue;
            const bool is_state = i == watch_state_column;
            line.spans.push_back({cell(cells[i], widths[i], is_to_the_right_of_watch(i)),
                                  is_state ? style_of(daemon, tunnel) : WatchStyle::plain});
            line.spans.push_back({" "});
        }
        line.spans.pop_back();
        return line;
    }

    void add_text()
    {
        const std::size_t page = watch_page(form_);
        if (form_.rows >= lines_around_list)
            picture_.lines.push_back(
                {{{cut_to_width(fit(" " + model_.text().title()), form_.columns), WatchStyle::heading}}});
        for (const std::string& text : model_.text().page(page, form_.columns > 2 ? form_.columns - 1 : 2))
            picture_.lines.push_back({{{form_.utf8 ? text : in_ascii(text)}}});
    }

    void add_last_line(WatchLine& line)
    {
        const std::size_t width = form_.columns > 1 ? form_.columns - 1 : 1;
        std::string words;
        if (!model_.question().empty()) {
            words = question_that_fits(width);
            picture_.cursor = screen_width(words);
        } else if (model_.is_typing()) {
            words = end_that_fits("/" + model_.filter_text(), width);
            picture_.cursor = screen_width(words);
        } else if (model_.awaits_command()) {
            words = "the command for which key: t r x S l Enter?";
        } else if (!model_.message().empty()) {
            words = model_.message();
        } else if (model_.view() == WatchModel::View::text) {
            words = "q back  j k PgUp PgDn Home End move";
        } else {
            words = watch_hint(model_.is_read_only());
        }
        line.spans = {{cut_to_width(fit(words), width),
                       picture_.cursor || !model_.message().empty() ? WatchStyle::strong : WatchStyle::dim}};
    }

    /// What is to be answered stands at its end.
    std::string question_that_fits(std::size_t width) const
    {
        constexpr std::string_view answers = " [y/N]";
        const std::string all = fit(model_.question());
        if (screen_width(all) <= width || width <= answers.size())
            return cut_to_width(all, width);
        return cut_to_width(all.substr(0, all.size() - answers.size()), width - answers.size()) +
               std::string(answers);
    }

    /// Its end: that is where somebody types.
    std::string end_that_fits(const std::string& text, std::size_t width) const
    {
        const std::string all = fit(text);
        std::string_view rest = all;
        while (screen_width(rest) > width - std::min<std::size_t>(width, 1))
            rest.remove_prefix(std::max<std::size_t>(bytes_within(rest, 1), 1));
        return std::string(rest);
    }

    WatchModel& model_;
    const WatchForm& form_;
    WallTime now_;
    WatchPicture picture_;
};

}  // namespace

std::size_t watch_page(const WatchForm& form)
{
    return form.rows >= lines_around_list ? form.rows - lines_around_list : 0;
}

WatchPicture watch_picture(WatchModel& model, const WatchForm& form, WallTime now)
{
    return WatchPainter(model, form, now).paint();
}

}  // namespace autossh
