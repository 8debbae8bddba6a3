// What autosshctl watch has on the screen, line by line. Pure: the time is given.
#pragma once

#include "autossh/ctl/watch_model.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace autossh {

enum class WatchStyle { plain, heading, good, impaired, bad, dim, strong };

struct WatchSpan {
    std::string text = {};  ///< fit for the screen
    WatchStyle style = WatchStyle::plain;
};

struct WatchLine {
    std::vector<WatchSpan> spans = {};
    bool is_current = false;
};

struct WatchPicture {
    std::vector<WatchLine> lines = {};
    std::optional<std::size_t> cursor = {};  ///< its column in the last line; nothing: it is not shown
};

struct WatchForm {
    std::size_t rows = 24;
    std::size_t columns = 80;
    bool utf8 = true;
    std::string clock = {};  ///< "12:34:56"
};

/// Rows of the list or of a text that there is room for.
std::size_t watch_page(const WatchForm& form);

/// Each line as wide as the screen at most. Scrolls what does not fit.
WatchPicture watch_picture(WatchModel& model, const WatchForm& form, WallTime now);

}  // namespace autossh
