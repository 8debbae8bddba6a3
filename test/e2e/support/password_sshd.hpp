#pragma once

#include "e2e/support/autossh.hpp"
#include "e2e/support/sshd.hpp"
#include "support/stand_in/questions.hpp"

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

/// Where nobody may give an sshd accounts of its own.
#define SKIP_WITHOUT_ACCOUNTS()                                                                              \
    SKIP_WITHOUT_SSHD();                                                                                     \
    SKIP_UNLESS(autossh_test::PasswordSshd::may_have_accounts(),                                             \
                "only root, where mount namespaces are allowed, can give an sshd accounts of its own")

#define SKIP_WITHOUT_QUESTIONS()                                                                             \
    SKIP_WITHOUT_ACCOUNTS();                                                                                 \
    SKIP_UNLESS(autossh_test::PasswordSshd::can_ask(), "built without PAM")

namespace autossh_test {

/// An sshd with two accounts that only it knows, "tunnel" and "jump": its mount namespace has files of the
/// test's over those of the system. No log-in leaves anything in the system's own files.
///
/// The client knows the hosts "server", where it is "tunnel", and "jump" (for ProxyJump), where it is "jump";
/// both are this sshd. It has the key of an Sshd (key_of()), which no account lets in before allow_key().
class PasswordSshd : public Sshd {
public:
    enum class Manner {
        shadow,     ///< without PAM: sshd checks the method "password" against its /etc/shadow
        questions,  ///< PAM asks what the test says: the method "keyboard-interactive"
    };
    explicit PasswordSshd(Manner manner = Manner::shadow);

    static bool may_have_accounts();
    static bool can_ask();

    /// Manner::shadow: before the first time, no password is right. No new start is needed.
    void set_password(const std::string& account, const std::string& password);
    /// Manner::questions: asked one after another at each try; without any, every try fails. (Should the
    /// server also be configured to take the method "password", then that password answers all of them.)
    void ask(const std::string& account, const std::vector<Question>& questions) const;
    /// Manner::questions: the account is let in without a question, as by a server that has other means (a
    /// push to a telephone), after so long.
    void ask_nothing(const std::string& account, std::chrono::seconds takes = {}) const;
    /// Manner::questions: what PAM says of an account that has proved who it is.
    enum class Account {
        refused = 6,       ///< PAM_PERM_DENIED, as by pam_nologin
        password_old = 12  ///< PAM_NEW_AUTHTOK_REQD: it must have a new one
    };
    void judge(const std::string& account, Account result, const std::string& words) const;
    void judge_no_more(const std::string& account) const;
    /// One more key, by the path of its secret half.
    void allow_key(const std::string& account, const std::filesystem::path& key) const;

    /// What Manner::questions has been answered so far.
    std::vector<std::string> answers(const std::string& account) const;
    /// Tries with a wrong password or answer since the last start, as sshd counts them in its log: so many
    /// come to be there (ssh may know of one first), and no more.
    bool has_wrong_tries(const std::string& account, int number) const;

    /// The account's own, which finds itself there after a log-in. Nothing else in directory() can it read.
    std::filesystem::path home(const std::string& account) const { return directory() / "home" / account; }

private:
    using Sshd::script;  // not for these accounts

    void make_account_files() const;
    void write_shadow() const;
    void configure(Manner manner);

    std::map<std::string, std::string> hashes_;  ///< of the passwords, by account
};

}  // namespace autossh_test
