#include "autossh/import/ssh_words.hpp"

#include "autossh/settings/ssh_letters.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace autossh {

namespace {

class SshWordReader {
public:
    explicit SshWordReader(std::span<const std::string> words) : rest_(words) {}

    std::optional<SshWords> read()
    {
        bool options_end = false;
        while (!rest_.empty() && good_) {
            const std::string word = take();
            const bool is_option = !options_end && word.size() > 1 && word.front() == '-';
            if (is_option && word == "--") {
                options_end = true;
            } else if (is_option) {
                take_letters(word);
            } else if (!has_destination_) {
                found_.destination = word;
                has_destination_ = true;
            } else {
                found_.command.assign(1, word);
                found_.command.insert(found_.command.end(), rest_.begin(), rest_.end());
                break;
            }
        }
        if (!good_ || found_.destination.empty())
            return std::nullopt;
        return found_;
    }

private:
    std::string take()
    {
        std::string word = rest_.front();
        rest_ = rest_.subspan(1);
        return word;
    }

    void take_letters(const std::string& word)
    {
        for (std::size_t i = 1; i < word.size() && good_; ++i) {
            const SshOption kind = ssh_option(word[i]);
            if (kind == SshOption::takes_value) {
                const std::string attached = word.substr(i + 1);
                good_ = !attached.empty() || !rest_.empty();
                if (good_)
                    take_value(word[i], attached.empty() ? take() : attached);
                return;
            }
            if (word[i] == 'N')
                found_.no_command = true;
            else
                found_.options.push_back({word[i]});
            good_ = kind == SshOption::flag;
        }
    }

    void take_value(char letter, const std::string& value)
    {
        switch (letter) {
        case 'L': found_.local.push_back(value); break;
        case 'R': found_.remote.push_back(value); break;
        case 'D': found_.dynamic.push_back(value); break;
        default: found_.options.push_back({letter, value});
        }
    }

    std::span<const std::string> rest_;
    SshWords found_;
    bool has_destination_ = false;
    bool good_ = true;
};

}  // namespace

std::vector<std::string> SshWords::option_words() const
{
    std::vector<std::string> words;
    for (const SshWordOption& option : options) {
        words.push_back(fmt::format("-{}", option.letter));
        if (option.value)
            words.push_back(*option.value);
    }
    return words;
}

std::vector<std::string> SshWords::words() const
{
    std::vector<std::string> all = option_words();
    if (no_command)
        all.emplace_back("-N");
    for (const auto& [letter, forwards] :
         {std::pair("-L", &local), std::pair("-R", &remote), std::pair("-D", &dynamic)})
        for (const std::string& forward : *forwards)
            all.insert(all.end(), {letter, forward});
    all.push_back(destination);
    if (!command.empty() && command.front().starts_with('-'))
        all.emplace_back("--");
    all.insert(all.end(), command.begin(), command.end());
    return all;
}

std::optional<SshWords> read_ssh_words(std::span<const std::string> words)
{
    return SshWordReader(words).read();
}

bool have_same_meaning(SshWords one, SshWords other)
{
    for (SshWords* const words : {&one, &other})
        for (std::vector<std::string>* const forwards : {&words->local, &words->remote, &words->dynamic})
            std::ranges::sort(*forwards);
    return one.options == other.options && one.local == other.local && one.remote == other.remote &&
           one.dynamic == other.dynamic && one.no_command == other.no_command &&
           one.destination == other.destination &&
           fmt::format("{}", fmt::join(one.command, " ")) == fmt::format("{}", fmt::join(other.command, " "));
}

}  // namespace autossh
