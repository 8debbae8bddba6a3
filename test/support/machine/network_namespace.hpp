#pragma once

#include <functional>
#include <optional>
#include <string>

namespace autossh_test {

/// Runs `body` in a process with a network of its own, and gives what it returns. That network has a loopback
/// that is up, and a virtual cable from "here" to "there" (both ends down, without addresses). Nothing where
/// that is not permitted, or not possible. What `body` throws comes back as "error: …".
std::optional<std::string> in_network_namespace(const std::function<std::string()>& body);

/// In such a body, where no assertion of Catch's would be heard: it is another process. Throws `what`.
void must(bool so, const std::string& what);

/// Runs ip(8) with these words. Throws std::runtime_error when it fails. Only for use in such a body.
void ip(const std::string& words);

/// Sets both ends of the cable up, and gives "here" the address 192.0.2.1/24. Only for use in such a body.
void plug_in();

/// Why a test that needs one is skipped.
inline constexpr const char* no_namespaces = "network namespaces are not permitted here";

}  // namespace autossh_test
