#include "e2e/support/password_sshd.hpp"
#include "support/occurrences.hpp"

#include <cerrno>
#include <fcntl.h>
#include <stdexcept>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

namespace autossh_test {
namespace {

struct Account {
    const char* name;
    uid_t id;  ///< of the group, too; in a range that no system gives to anybody
};
constexpr Account accounts[] = {{"tunnel", 65101}, {"jump", 65102}};

/// Not /home: the build may be there, or $TMPDIR.
constexpr const char* homes = "/var/spool";

void give(const std::filesystem::path& path, const std::string& account)
{
    for (const auto& [name, id] : accounts)
        if (name == account && chown(path.c_str(), id, id) < 0)
            throw std::system_error(errno, std::generic_category(), path);
}

/// Whatever our umask is: the accounts need it.
void let_all_read(const std::filesystem::path& path)
{
    using std::filesystem::perms;
    const auto needed = is_directory(path) ? perms::group_exec | perms::others_exec : perms::none;
    permissions(path, perms::group_read | perms::others_read | needed, std::filesystem::perm_options::add);
}

/// Of one length for all passwords. Few rounds: what it keeps is not worth more.
std::string hash_of(const std::string& password)
{
    const char* const hash = crypt(password.c_str(), "$6$rounds=1000$autossh$");
    if (hash == nullptr || hash[0] == '*')
        throw std::runtime_error("crypt knows no SHA-512");
    return hash;
}

/// Keeps the file itself, over which others have a mount, and its text whole for whom reads it meanwhile.
void overwrite_file(const std::filesystem::path& path, const std::string& text)
{
    const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0)
        throw std::system_error(errno, std::generic_category(), path);
    const bool written = write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                         ftruncate(file, static_cast<off_t>(text.size())) == 0;
    const std::error_code error(errno, std::generic_category());
    close(file);
    if (!written)
        throw std::system_error(error, path);
}

/// The words before a program's own that make it run with these mounts: for each, the file or directory and
/// what it covers.
std::vector<std::string> with_mounts(const std::vector<std::string>& mounts)
{
    const char* const script = "while [ \"$1\" != -- ]; do\n"
                               "    mount --bind \"$1\" \"$2\"\n"
                               "    shift 2\n"
                               "done\n"
                               "shift\n"
                               "exec \"$@\"\n";
    std::vector<std::string> words{"unshare", "--mount", "--propagation", "private",
                                   "sh",      "-euc",    script,          "sh"};
    words.insert(words.end(), mounts.begin(), mounts.end());
    words.push_back("--");
    return words;
}

}  // namespace

PasswordSshd::PasswordSshd(Manner manner)
{
    make_account_files();
    std::vector<std::string> mounts;
    for (const auto& [name, covered] : {std::pair{"passwd", "/etc/passwd"},
                                        {"shadow", "/etc/shadow"},
                                        {"pam.d", "/etc/pam.d"},
                                        {"log", "/var/log"},
                                        {"utmp", "/run/utmp"},
                                        {"home", homes}})
        if (std::filesystem::exists(covered)) {
            mounts.push_back(directory() / name);
            mounts.push_back(covered);
        }
    run_by(with_mounts(mounts));
    configure(manner);
}

bool PasswordSshd::may_have_accounts()
{
    if (getuid() != 0)
        return false;
    const TemporaryDirectory directory;
    auto trial = with_mounts({directory.path(), directory.path()});
    trial.push_back("true");
    const Process process({.arguments = trial});
    return process.wait_for_exit() == exited(0);
}

bool PasswordSshd::can_ask()
{
#ifdef PAM_QUESTIONS
    return true;
#else
    return false;
#endif
}

void PasswordSshd::make_account_files() const
{
    for (const char* name : {"pam.d", "log"})
        std::filesystem::create_directory(directory() / name);
    write_file(directory() / "utmp", "");
    std::string lines;
    for (const auto& [name, id] : accounts) {
        lines += fmt::format("{0}:x:{1}:{1}::{2}/{0}:/bin/sh\n", name, id, homes);
        std::filesystem::create_directory(home(name));
        give(home(name), name);
    }
    write_file(directory() / "passwd", lines + read_file("/etc/passwd"));
    let_all_read(directory() / "passwd");
    let_all_read(directory() / "home");
    write_shadow();
#ifdef PAM_QUESTIONS
    std::string service;
    for (const char* part : {"auth", "account", "password", "session"})
        service += fmt::format("{} required {} {}\n", part, PAM_QUESTIONS, directory().string());
    write_file(directory() / "pam.d/sshd", service);
#endif
}

void PasswordSshd::write_shadow() const
{
    std::string lines;
    for (const auto& account : accounts) {
        const auto hash = hashes_.find(account.name);
        lines += fmt::format("{}:{}:19000:0:99999:7:::\n", account.name,
                             hash == hashes_.end() ? "*" : hash->second);
    }
    overwrite_file(directory() / "shadow", lines);
}

void PasswordSshd::configure(Manner manner)
{
    configure_client("User tunnel\nBatchMode no");
    const std::string server = read_file(client_config());
    const std::string ours = "Host server\nUser tunnel\n";
    write_file(client_config(),
               server + "Host jump\nUser jump\nHostKeyAlias jump\n" + server.substr(ours.size()));
    write_file(directory() / "known_hosts",
               read_file(directory() / "known_hosts") + "jump " + read_file(directory() / "host_key.pub"));

    const bool asks = manner == Manner::questions;
    configure_server(fmt::format("UsePAM {}\nKbdInteractiveAuthentication {}\nPasswordAuthentication {}\n"
                                 "AuthorizedKeysFile .ssh/authorized_keys\n"
                                 "LogLevel VERBOSE\n"  // counts every wrong answer
                                 "SetEnv LC_ALL=C\n",  // and not another HOME
                                 asks ? "yes" : "no", asks ? "yes" : "no", asks ? "no" : "yes"));
}

void PasswordSshd::set_password(const std::string& account, const std::string& password)
{
    hashes_[account] = hash_of(password);
    write_shadow();
}

void PasswordSshd::ask(const std::string& account, const std::vector<Question>& questions) const
{
    write_questions(directory() / (account + ".questions"), questions);
}

void PasswordSshd::ask_nothing(const std::string& account, std::chrono::seconds takes) const
{
    write_file(directory() / (account + ".open"), std::to_string(takes.count()));
}

void PasswordSshd::judge(const std::string& account, Account result, const std::string& words) const
{
    write_file(directory() / (account + ".account"), fmt::format("{} {}\n", static_cast<int>(result), words));
}

void PasswordSshd::judge_no_more(const std::string& account) const
{
    std::filesystem::remove(directory() / (account + ".account"));
}

void PasswordSshd::allow_key(const std::string& account, const std::filesystem::path& key) const
{
    const auto file = home(account) / ".ssh/authorized_keys";
    std::filesystem::create_directory(file.parent_path());
    write_file(file, read_file(file) + read_file(key.string() + ".pub"));
    give(file.parent_path(), account);
    give(file, account);
}

std::vector<std::string> PasswordSshd::answers(const std::string& account) const
{
    return read_answers(directory() / (account + ".answers"));
}

bool PasswordSshd::has_wrong_tries(const std::string& account, int number) const
{
    const auto found = [&] {
        const std::string text = log();
        int lines = 0;
        for (const char* method : {"password", "keyboard-interactive/pam"})
            lines += occurrences(text, fmt::format("Failed {} for {} from ", method, account));
        return lines;
    };
    return wait_until([&] { return found() >= number; }) && found() == number;
}

}  // namespace autossh_test
