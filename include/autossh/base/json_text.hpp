// Text as JSON (RFC 8259) has it. Pure.
#pragma once

#include <string>
#include <string_view>

namespace autossh {

/// `text` as a JSON string, in its quotes. Each byte that is no part of valid UTF-8 becomes U+FFFD: ssh and
/// the server may say anything, and no reader of JSON takes it.
std::string json_string(std::string_view text);
/// The same, behind what `result` has.
void append_json_string(std::string& result, std::string_view text);

}  // namespace autossh
