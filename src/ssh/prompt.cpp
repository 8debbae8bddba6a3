#include "autossh/ssh/prompt.hpp"

#include "autossh/base/text.hpp"
#include "autossh/base/text_pool.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

#include <fmt/core.h>

namespace autossh {

namespace {

using Kind = Prompt::Kind;

// Of the words of a server, in lower case and without the signs between them.
constexpr std::string_view of_a_password = "password|passwd|passphrase|pin";
constexpr std::string_view of_a_change = "new|old|current|retype|reenter|change|changed|expired|again";
constexpr std::string_view of_a_code =
    "code|codes|passcode|passcodes|tokencode|token|one time|onetime|otp|totp|hotp|pin|"
    "verification|challenge|duo|yubikey|2fa|mfa|two factor|second factor|multi factor|2 factor|"
    "twofactor";

// What may stand before "password" where the password of an account is meant.
constexpr std::string_view before_password =
    "please enter type provide your the account user login logon system local network "
    "domain windows unix linux ldap ad kerberos krb5 radius tacacs tacacs+ ssh sso "
    "password";

constexpr std::string_view host_key_questions[] = {"Please type 'yes', 'no' or the fingerprint: ",
                                                   "Please type 'yes' or 'no': "};
// Most come with a hint, too.
constexpr std::string_view confirmations[] = {"Accept updated hostkeys? (yes/no): ",
                                              "Add key ",
                                              "Allow forward to ",
                                              "Allow multiplex proxy connection?",
                                              "Allow shared connection to ",
                                              "Disable further multiplexing on shared connection to ",
                                              "Terminate shared connection to "};

bool is_control(char letter)
{
    const auto value = static_cast<unsigned char>(letter);
    return value < 0x20 || value == 0x7f;
}

bool is_letter(char letter)
{
    const bool ascii = (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9');
    return ascii || static_cast<unsigned char>(letter) >= 0x80;
}

/// What stands between the two, which are not all of `text`.
std::optional<std::string_view> what_is_between(std::string_view before, std::string_view text,
                                                std::string_view after)
{
    if (text.size() <= before.size() + after.size() || !text.starts_with(before) || !text.ends_with(after))
        return std::nullopt;
    return text.substr(before.size(), text.size() - before.size() - after.size());
}

/// `USER@HOST`. A user may have an @ in the name, and a blank.
bool is_account(std::string_view text)
{
    const std::size_t at = text.rfind('@');
    return at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
           std::ranges::none_of(text, is_control);
}

bool starts_with_any(std::string_view text, std::span<const std::string_view> beginnings)
{
    return std::ranges::any_of(beginnings, [text](std::string_view each) { return text.starts_with(each); });
}

/// In lower case, with one blank around each: " enter one time password for u ".
std::string spaced_words(std::string_view text)
{
    std::string words = " ";
    for (const char letter : lower_case(text))
        if (is_letter(letter))
            words += letter;
        else if (words.back() != ' ')
            words += ' ';
    if (words.back() != ' ')
        words += ' ';
    return words;
}

bool speaks_of(std::string_view spaced, std::string_view subjects)
{
    return any_part(subjects, '|', [spaced](std::string_view each) {
        return spaced.find(fmt::format(" {} ", each)) != std::string_view::npos;
    });
}

bool may_stand_before_password(std::string_view word)
{
    return word.ends_with("'s") || is_one_of(before_password, word);
}

/// "Password:", "Please enter your LDAP password:", "u@h's password:", "Kerberos password for u@REALM:".
/// Strict, as a password given to another question is a wrong try.
bool asks_for_password(std::string_view line)
{
    if (line.ends_with(':'))
        line.remove_suffix(1);
    const std::vector<std::string> words = words_of(lower_case(line));
    const auto password = std::ranges::find(words, "password");
    if (password == words.end() || !std::all_of(words.begin(), password, may_stand_before_password))
        return false;
    const std::span behind(password + 1, words.end());
    const bool whose = behind.size() == 2 || (behind.size() == 3 && behind[1] == "user");
    return behind.empty() || (whose && behind[0] == "for");
}

/// `question`: without blanks around it.
Kind kind_of_challenge(std::string_view question)
{
    const std::string words = spaced_words(question);
    if (speaks_of(words, of_a_password) && speaks_of(words, of_a_change))
        return Kind::new_password;
    if (speaks_of(words, of_a_code))
        return Kind::code;
    const std::size_t end_of_others = question.find_last_of("\r\n");
    const std::string_view last_line = question.substr(end_of_others + 1);  // npos + 1 is 0
    return asks_for_password(last_line) ? Kind::password : Kind::challenge;
}

/// `(USER@HOST) WHAT THE SERVER SAYS`. Nothing else of ssh's begins so, and nothing else is read from it.
Prompt understand_challenge(std::string_view text)
{
    const std::size_t end = text.find(") ");
    const std::string_view account = text.substr(1, end == std::string_view::npos ? 0 : end - 1);
    if (!is_account(account) || account.find(' ') != std::string_view::npos)
        return {Kind::unknown, "", std::string(without_blanks(text))};
    const std::string_view question = without_blanks(text.substr(end + 2));
    return {kind_of_challenge(question), std::string(account), std::string(question)};
}

/// What the method "password" asks.
std::optional<Prompt> understand_password(std::string_view text)
{
    struct Form {
        std::string_view before;
        std::string_view after;
        Kind kind;
        std::string_view question;
    };
    static constexpr Form forms[] = {
        {"Enter ", "'s old password: ", Kind::new_password, "old password:"},
        {"Enter ", "'s new password: ", Kind::new_password, "new password:"},
        {"Retype ", "'s new password: ", Kind::new_password, "new password:"},
        {"", "'s password: ", Kind::password, "password:"},
    };
    for (const Form& form : forms) {
        const auto account = what_is_between(form.before, text, form.after);
        if (account && is_account(*account))
            return Prompt{form.kind, std::string(*account), std::string(form.question)};
    }
    return std::nullopt;
}

Kind kind_by_beginning(std::string_view text)
{
    if (text.starts_with("Enter PIN"))
        return Kind::pin;
    if (text.find("continue connecting (yes/no") != std::string_view::npos ||
        starts_with_any(text, host_key_questions))
        return Kind::host_key;
    return starts_with_any(text, confirmations) ? Kind::confirmation : Kind::unknown;
}

Kind kind_by_hint(std::string_view hint)
{
    if (hint == "confirm")
        return Kind::confirmation;
    return hint == "none" ? Kind::notice : Kind::unknown;
}

}  // namespace

std::string_view name(Prompt::Kind kind)
{
    switch (kind) {
    case Kind::passphrase: return "passphrase";
    case Kind::password: return "password";
    case Kind::code: return "code";
    case Kind::challenge: return "challenge";
    case Kind::new_password: return "new password";
    case Kind::host_key: return "host key";
    case Kind::pin: return "PIN";
    case Kind::confirmation: return "confirmation";
    case Kind::notice: return "notice";
    case Kind::unknown: return "unknown";
    }
    return "unknown";
}

bool is_hidden(Prompt::Kind kind)
{
    return kind != Prompt::Kind::host_key && kind != Prompt::Kind::confirmation;
}

bool is_from_server(Prompt::Kind kind)
{
    return kind == Kind::password || kind == Kind::code || kind == Kind::challenge ||
           kind == Kind::new_password;
}

Prompt understand_prompt(std::string_view text, std::string_view hint)
{
    const std::string whole(without_blanks(text));
    if (!hint.empty())
        return {kind_by_hint(hint), "", whole};
    if (text.starts_with('('))
        return understand_challenge(text);
    if (const auto key = what_is_between("Enter passphrase for key '", text, "': ");
        key && std::ranges::none_of(*key, is_control))
        return {Kind::passphrase, std::string(*key), ""};
    const Kind kind = kind_by_beginning(text);
    if (kind != Kind::unknown)
        return {kind, "", whole};
    return understand_password(text).value_or(Prompt{Kind::unknown, "", whole});
}

}  // namespace autossh
