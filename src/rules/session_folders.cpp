#include "autossh/rules/session_folders.hpp"

namespace autossh {

void SessionFolders::ssh_starts()
{
    if (of_predecessor_ != 0)
        of_ssh_ = 0;
}

int SessionFolders::for_another()
{
    of_another_ = 0;
    while (of_another_ == of_ssh_ || of_another_ == of_predecessor_)
        ++of_another_;
    return of_another_;
}

void SessionFolders::another_takes_over(bool last_lives_on)
{
    if (last_lives_on)
        of_predecessor_ = of_ssh_;
    of_ssh_ = of_another_;
}

}  // namespace autossh
