#include "autossh/ssh/prompt.hpp"

#include "support/catch.hpp"

#include <span>
#include <string>
#include <string_view>

using namespace autossh;
using namespace std::string_literals;
using Kind = Prompt::Kind;

namespace {

struct Row {
    std::string text;
    Prompt prompt;
};

void check_each(std::span<const Row> rows)
{
    for (const Row& row : rows) {
        const Prompt prompt = understand_prompt(row.text, "");
        CAPTURE(row.text);
        CHECK(name(prompt.kind) == name(row.prompt.kind));
        CHECK(prompt.subject == row.prompt.subject);
        CHECK(prompt.question == row.prompt.question);
    }
}

/// What a server asks by keyboard-interactive.
Kind kind_of(const std::string& challenge)
{
    return understand_prompt("(u@h) " + challenge, "").kind;
}

}  // namespace

TEST_CASE("Secrets: the questions of ssh itself are known by their whole text")
{
    const std::string cut(100, 'k');
    const Row rows[] = {
        {"Enter passphrase for key '/home/u/.ssh/id_ed25519': ",
         {Kind::passphrase, "/home/u/.ssh/id_ed25519", ""}},
        {"Enter passphrase for key 'it's mine': ': ", {Kind::passphrase, "it's mine': ", ""}},
        {"Enter passphrase for key '(u@h) x': ", {Kind::passphrase, "(u@h) x", ""}},
        {"Enter passphrase for key '" + cut + "': ", {Kind::passphrase, cut, ""}},
        {"Enter passphrase for key '\xc3\xa9': ", {Kind::passphrase, "\xc3\xa9", ""}},
        {"u@h's password: ", {Kind::password, "u@h", "password:"}},
        {"u@corp.example@2001:db8::1's password: ",
         {Kind::password, "u@corp.example@2001:db8::1", "password:"}},
        {"John Doe@h's password: ", {Kind::password, "John Doe@h", "password:"}},
        {"Enter u@h's old password: ", {Kind::new_password, "u@h", "old password:"}},
        {"Enter u@h's new password: ", {Kind::new_password, "u@h", "new password:"}},
        {"Retype u@h's new password: ", {Kind::new_password, "u@h", "new password:"}},
        {"Enter PIN for ECDSA-SK key /k/id: ", {Kind::pin, "", "Enter PIN for ECDSA-SK key /k/id:"}},
        {"Enter PIN for 'token': ", {Kind::pin, "", "Enter PIN for 'token':"}},
        {"Enter PIN and confirm user presence for ED25519-SK key k: ",
         {Kind::pin, "", "Enter PIN and confirm user presence for ED25519-SK key k:"}},
        {"Accept updated hostkeys? (yes/no): ",
         {Kind::confirmation, "", "Accept updated hostkeys? (yes/no):"}},
        {"Allow forward to h:22? ", {Kind::confirmation, "", "Allow forward to h:22?"}},
        {"Allow shared connection to h? ", {Kind::confirmation, "", "Allow shared connection to h?"}},
        {"Terminate shared connection to h? ", {Kind::confirmation, "", "Terminate shared connection to h?"}},
        {"Add key k (SHA256:x) to agent?", {Kind::confirmation, "", "Add key k (SHA256:x) to agent?"}},
        {"Please type 'yes' or 'no': ", {Kind::host_key, "", "Please type 'yes' or 'no':"}},
        {"Please type 'yes', 'no' or the fingerprint: ",
         {Kind::host_key, "", "Please type 'yes', 'no' or the fingerprint:"}},
    };
    check_each(rows);
}

TEST_CASE("Secrets: the question for a host key is known by its last line")
{
    const std::string beginning = "The authenticity of host 'h (192.0.2.1)' can't be established.\n"
                                  "ED25519 key fingerprint is SHA256:x.\n";
    for (const std::string end : {"Are you sure you want to continue connecting (yes/no/[fingerprint])? ",
                                  "Are you sure you want to continue connecting (yes/no)? "}) {
        const Prompt prompt = understand_prompt(beginning + end, "");
        CHECK((prompt.kind == Kind::host_key));
        CHECK(prompt.subject.empty());
        CHECK(prompt.question.starts_with("The authenticity"));
    }
}

TEST_CASE("Secrets: what is almost a question of ssh's is none")
{
    for (const std::string& text : {
             ""s,
             " "s,
             "("s,
             "()"s,
             "() "s,
             "Password: "s,
             "u@h's password:"s,
             " 's password: "s,
             "u's password: "s,
             "@h's password: "s,
             "u@'s password: "s,
             "u@h\n's password: "s,
             "hello\nu@h's password: "s,
             "u@h's password: \n"s,
             "u\0@h's password: "s,
             "U@H'S PASSWORD: "s,
             "Enter passphrase for key '': "s,
             "Enter passphrase for key 'k':"s,
             "Enter passphrase for key 'k': x"s,
             " Enter passphrase for key 'k': "s,
             "enter passphrase for key 'k': "s,
             "Enter passphrase for key 'a\nb': "s,
             "Enter passphrase for key 'a\0b': "s,
             "Enter passphrase for k: "s,
             "Enter u's old password: "s,
             "(u@h)"s,
             "(u@h)Password: "s,
             "(u) Password: "s,
             "(@h) Password: "s,
             "(u@) Password: "s,
             "(a b@h) Password: "s,
             "(u\n@h) Password: "s,
             "(u@h x's password: "s,
             "(x) Enter PIN for k: "s,
             "(x) Are you sure you want to continue connecting (yes/no)? "s,
         }) {
        CAPTURE(text);
        CHECK(name(understand_prompt(text, "").kind) == "unknown");
        CHECK(understand_prompt(text, "").subject.empty());
    }
}

TEST_CASE("Secrets: whatever a server says, it is what the server says")
{
    const Row rows[] = {
        {"(u@h) Enter passphrase for key '/home/u/.ssh/id': ",
         {Kind::challenge, "u@h", "Enter passphrase for key '/home/u/.ssh/id':"}},
        {"(u@h) Are you sure you want to continue connecting (yes/no)? ",
         {Kind::challenge, "u@h", "Are you sure you want to continue connecting (yes/no)?"}},
        {"(u@h) Enter PIN for 'token': ", {Kind::code, "u@h", "Enter PIN for 'token':"}},
        {"(u@h) (root@jump) Password: ", {Kind::challenge, "u@h", "(root@jump) Password:"}},
        {"(u@h) ", {Kind::challenge, "u@h", ""}},
        {"(u@h) \n\t \r", {Kind::challenge, "u@h", ""}},
        {"(u@h)  Welcome\n\nWho are you?\n", {Kind::challenge, "u@h", "Welcome\n\nWho are you?"}},
        {"(u@h) a\0b\xff"s, {Kind::challenge, "u@h", "a\0b\xff"s}},
        {"(u@h) root@jump's password: ", {Kind::password, "u@h", "root@jump's password:"}},
        {"(u@corp.example@h) Password: ", {Kind::password, "u@corp.example@h", "Password:"}},
    };
    check_each(rows);
}

TEST_CASE("Secrets: a challenge that asks for the password is told by its last line")
{
    for (const char* const text :
         {"Password:", "Password: ", "password", "PASSWORD :", "Password for u@h:", "Password for user bob:",
          "u@h's password:", "bob's Password: ", "Enter password:", "Please enter your password:",
          "UNIX password: ", "LDAP Password: ", "Kerberos password for u@EXAMPLE.COM:", "SSH password:",
          "Welcome to this machine.\nPassword: ", "Welcome\r\n\r\n  Password:\n"}) {
        CAPTURE(text);
        CHECK(name(kind_of(text)) == "password");
    }
    for (const char* const text :
         {"Password: x", "Password\nfor what?", "Database password:", "Enter the password of the vault:",
          "Password for the vault of bob:", "password password:", "Passwords:", "Passphrase:",
          "Password:\nlogin:", "No password:", "[sudo] password for u:"}) {
        CAPTURE(text);
        CHECK(name(kind_of(text)) == "challenge");
    }
}

TEST_CASE("Secrets: a challenge that speaks of a code anywhere asks for no password")
{
    for (const char* const text :
         {"Verification code: ", "One-time password (OATH) for `u': ", "Enter PASSCODE: ",
          "Passcode or option (1-3): ", "Duo two-factor login for u\n\nPassword:", "YubiKey for `u': ",
          "Enter your token code", "PIN:", "OTP", "Enter your 2FA password:", "Second factor:",
          "This is a one time\npassword\nPassword:", "code\nPassword:", "Challenge 1234\nPassword:"}) {
        CAPTURE(text);
        CHECK(name(kind_of(text)) == "code");
    }
    for (const char* const text : {"Decode: ", "Spinning:", "Tokens of love?", "Duotone:"}) {
        CAPTURE(text);
        CHECK(name(kind_of(text)) == "challenge");
    }
}

TEST_CASE("Secrets: a challenge that wants another password is told from one that wants the password")
{
    for (const char* const text : {"New password: ", "Retype new password: ", "Current password: ",
                                   "(current) UNIX password: ", "Old Password:", "Enter password again:",
                                   "Password expired. Change your password now.\nCurrent password:",
                                   "You must change your password now.\nPassword:", "Enter your new PIN:"}) {
        CAPTURE(text);
        CHECK(name(kind_of(text)) == "new password");
    }
    CHECK(name(kind_of("Newton's password:")) == "password");
}

TEST_CASE("Secrets: ssh's hint says more than the text")
{
    struct Hinted {
        std::string hint;
        std::string_view kind;
    };
    const Hinted rows[] = {{"confirm", "confirmation"},
                           {"none", "notice"},
                           {"new", "unknown"},
                           {"None", "unknown"},
                           {" ", "unknown"}};
    for (const Hinted& row : rows)
        for (const std::string text :
             {"u@h's password: ", "(u@h) Password: ", "Enter passphrase for key 'k': ",
              "Confirm user presence for key ED25519-SK SHA256:x", ""}) {
            const Prompt prompt = understand_prompt(text, row.hint);
            CAPTURE(row.hint, text);
            CHECK(name(prompt.kind) == row.kind);
            CHECK(prompt.subject.empty());
        }
    CHECK(understand_prompt(" Touch it \n", "none").question == "Touch it");
}

TEST_CASE("Secrets: it is known which answers leave this machine")
{
    for (const Kind kind : {Kind::password, Kind::code, Kind::challenge, Kind::new_password})
        CHECK(is_from_server(kind));
    for (const Kind kind :
         {Kind::passphrase, Kind::host_key, Kind::pin, Kind::confirmation, Kind::notice, Kind::unknown})
        CHECK_FALSE(is_from_server(kind));
}
