#include "autossh/ssh/dropped_words.hpp"

#include "support/catch.hpp"

#include <string>
#include <vector>

using namespace autossh;

TEST_CASE(
    "Dropped words: letters alone or among others, with their values, and no word that is not ssh's own")
{
    using Arguments = std::vector<std::string>;
    struct Row {
        Arguments words;
        DroppedWords dropped;
        Arguments left;
    };
    const DroppedWords none;
    const DroppedWords quiet{.quiet = true};
    const DroppedWords sharing{.sharing = true};
    const Row rows[] = {
        {{"-q", "-M", "-S", "p", "-N", "h"}, none, {"-q", "-M", "-S", "p", "-N", "h"}},
        {{"-f", "-N", "h"}, none, {"-N", "h"}},
        {{"-4fN", "h", "ls", "-f"}, none, {"-4N", "h", "ls", "-f"}},
        {{"-N", "h", "-f"}, none, {"-N", "h"}},
        {{"-F", "-f", "-ifile", "h"}, none, {"-F", "-f", "-ifile", "h"}},
        {{"-N", "--", "h", "-f"}, none, {"-N", "--", "h", "-f"}},
        {{"-qN", "-b", "-q", "h", "-q", "tee", "-q"}, quiet, {"-N", "-b", "-q", "h", "tee", "-q"}},
        {{"-MMN", "-S", "p", "h"}, sharing, {"-N", "h"}},
        {{"-MSp", "-NS", "p", "h"}, sharing, {"-N", "h"}},
        {{"-N", "-Sp", "h", "-S", "h", "tar", "-S", "x"}, sharing, {"-N", "h", "tar", "-S", "x"}},
        {{"-o", "-M", "-L", "-S", "h"}, sharing, {"-o", "-M", "-L", "-S", "h"}},
        {{"-q", "-S", "p", "h"}, sharing, {"-q", "h"}},
        {{"-S"}, sharing, {}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.words);
        CHECK(without(row.words, row.dropped) == row.left);
    }
}
