// What the file of the user's ssh shows of it: OpenSSH's client, a script, or another program.
#pragma once

#include <string>

namespace autossh {

/// Whether `file` has the name of OpenSSH's client, without which it is not taken for it.
bool is_named_ssh(const std::string& file);

/// Whether `file` is a program that may be run for a question: it is named ssh, is no script, which might
/// do anything, and has the name of OpenSSH in it. Looked up in PATH when it has no slash, as execvp(3) does.
bool may_be_asked(const std::string& file);

/// Whether `file` is a script in which its arguments are named, as one must that passes them on to ssh; not
/// one that names dbclient, which takes -G for a mistake and connects.
bool passes_arguments_on(const std::string& file);

/// Whether `file` is a script that says in a line of its first 4096 bytes that it answers -G as ssh does, and
/// words its own messages for us: "# autossh: answers -G".
bool claims_to_answer(const std::string& file);

/// Why may_be_asked() cannot tell: "cannot read PATH: REASON", for want of descriptors, say. Or empty.
std::string cannot_be_read(const std::string& file);

/// Whether `file` is OpenSSH's client itself: one that may be asked, and has what only its loop behind the
/// log-in knows of.
bool is_openssh_client(const std::string& file);

}  // namespace autossh
