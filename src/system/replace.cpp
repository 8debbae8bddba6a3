#include "autossh/system/replace.hpp"

#include <cerrno>
#include <string>
#include <system_error>
#include <vector>

#include <unistd.h>

namespace autossh {

void become(const Command& command, const InheritedSignals& inherited)
{
    std::vector<char*> words;
    for (const std::string& word : command.arguments)
        words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    inherited.restore();
    ::execvp(command.file.c_str(), words.data());
    throw std::system_error(errno, std::generic_category(), command.file);
}

}  // namespace autossh
