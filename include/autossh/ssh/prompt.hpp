// What ssh asks, by the text that it gives its askpass program. Pure.
#pragma once

#include <string>
#include <string_view>

namespace autossh {

/// One question of ssh's. Who asks can be believed from OpenSSH 8.5 on, where ssh itself puts `(USER@HOST)`
/// in front of whatever a server wants to know; the rest of such a question is the server's.
struct Prompt {
    enum class Kind {
        passphrase,    ///< `Enter passphrase for key 'KEY': `
        password,      ///< `USER@HOST's password: `, and challenges that ask for the same
        code,          ///< a challenge for a second factor: it has another answer each time
        challenge,     ///< any other challenge (keyboard-interactive)
        new_password,  ///< the server wants the password to be changed, by either method
        host_key,      ///< is this the server? yes, no or a fingerprint
        pin,           ///< of a token, which a wrong one may lock
        confirmation,  ///< yes or no
        notice,        ///< nothing is asked: a touch of a token is awaited
        unknown,
    };

    Kind kind = Kind::unknown;
    std::string subject;   ///< passphrase: the key's path, of which ssh tells 100 bytes at most; what comes
                           ///< from a server: `USER@HOST`; else empty
    std::string question;  ///< what stands behind the subject, without blanks around it: "Verification
                           ///< code:", "password:" (by the password method); empty for a passphrase

    bool operator==(const Prompt&) const = default;
};

/// "passphrase", "password", … for the log.
std::string_view name(Prompt::Kind kind);

/// Whether a server, at the other end, asks for it: an answer goes over the wire.
bool is_from_server(Prompt::Kind kind);

/// Whether nobody may see what a person types.
bool is_hidden(Prompt::Kind kind);

/// `text`: the only argument of the askpass program. `hint`: $SSH_ASKPASS_PROMPT ("confirm", "none", or
/// empty). Any bytes are fit.
Prompt understand_prompt(std::string_view text, std::string_view hint);

}  // namespace autossh
