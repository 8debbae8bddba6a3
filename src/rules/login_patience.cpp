#include "autossh/rules/login_patience.hpp"

#include "autossh/rules/times.hpp"

#include <algorithm>

namespace autossh {

namespace {

constexpr int most_for_greeting = 8;  // 160 s
constexpr int more_for_answers = 5;   // 150 s: times::second_factor

}  // namespace

void LoginPatience::note_silence(SilentStage stage)
{
    if (stage == SilentStage::greeting)
        greeting_ = std::min(2 * greeting_, most_for_greeting);
    else
        greeting_ = 1;
    if (stage == SilentStage::login)
        answers_ = more_for_answers;
}

void LoginPatience::note_login(Duration took)
{
    greeting_ = 1;
    if (took < times::quick_login)
        answers_ = 1;
}

}  // namespace autossh
