// The user's words for ssh without those that would keep it from being supervised or heard. Pure.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace autossh {

/// Options of a letter win over -o, so what is to be overruled is left out.
struct DroppedWords {
    bool quiet = false;    ///< -q: its level would win over ours
    bool sharing = false;  ///< -M and -S: another ssh would have the forwards, and nobody watch that one
};

/// `words`: ssh's arguments without argv[0]. A letter is dropped alone or among others, a value with it. So
/// is -f always, as by 1.4g: it can stand there behind --, and nobody would watch an ssh in the background.
std::vector<std::string> without(std::span<const std::string> words, const DroppedWords& dropped);

}  // namespace autossh
