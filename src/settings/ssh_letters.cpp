#include "autossh/settings/ssh_letters.hpp"

#include <string_view>

namespace autossh {

SshOption ssh_option(char letter)
{
    static constexpr std::string_view with_value = "BbcDEeFIiJLlmOoPpQRSWw";
    static constexpr std::string_view flags = "1246AaCfGgKkNnqsTtvXxYy";

    if (letter == '\0')
        return SshOption::unknown;
    if (with_value.find(letter) != std::string_view::npos)
        return SshOption::takes_value;
    return flags.find(letter) != std::string_view::npos ? SshOption::flag : SshOption::unknown;
}

SshQuestion ssh_question(char letter)
{
    switch (letter) {
    case 'G': return SshQuestion::of_host;
    case 'Q':
    case 'V': return SshQuestion::alone;
    default: return SshQuestion::none;
    }
}

}  // namespace autossh
