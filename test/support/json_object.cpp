#include "support/json_object.hpp"

#include <cctype>
#include <sstream>
#include <stdexcept>

namespace autossh_test {
namespace {

/// Reads from the front of a text. What is no JSON is a std::runtime_error.
class Reader {
public:
    explicit Reader(std::string_view text) : rest_(text) {}

    bool at_end() const { return rest_.empty(); }
    bool skip(char wanted)
    {
        const bool found = !rest_.empty() && rest_.front() == wanted;
        if (found)
            rest_.remove_prefix(1);
        return found;
    }
    void expect(char wanted)
    {
        if (!skip(wanted))
            throw std::runtime_error(std::string("no ") + wanted);
    }
    char next()
    {
        if (rest_.empty())
            throw std::runtime_error("cut off");
        const char first = rest_.front();
        rest_.remove_prefix(1);
        return first;
    }

    std::string string()
    {
        std::string result;
        expect('"');
        for (char c; (c = next()) != '"';) {
            if (static_cast<unsigned char>(c) < 0x20)
                throw std::runtime_error("a control character");
            result += c == '\\' ? escape() : std::string(1, c);
        }
        return result;
    }

    std::string value()
    {
        if (!rest_.empty() && rest_.front() == '"')
            return string();
        std::string digits;
        while (!rest_.empty() && std::isdigit(static_cast<unsigned char>(rest_.front())) != 0)
            digits += next();
        if (digits.empty())
            throw std::runtime_error("neither a string nor a number");
        return digits;
    }

private:
    /// \uXXXX stands for itself but where it is ASCII: nothing else is written so.
    std::string escape()
    {
        const char kind = next();
        switch (kind) {
        case '"':
        case '\\':
        case '/': return {kind};
        case 'n': return "\n";
        case 'r': return "\r";
        case 't': return "\t";
        case 'b': return "\b";
        case 'f': return "\f";
        case 'u': break;
        default: throw std::runtime_error("an unknown escape");
        }
        std::string digits;
        for (int i = 0; i < 4; ++i)
            digits += next();
        if (digits.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos)
            throw std::runtime_error("an escape of no number");
        const int code = std::stoi(digits, nullptr, 16);
        return code < 0x80 ? std::string(1, static_cast<char>(code)) : "\\u" + digits;
    }

    std::string_view rest_;
};

JsonObject object(std::string_view text)
{
    Reader reader(text);
    JsonObject members;
    reader.expect('{');
    do {
        const std::string name = reader.string();
        reader.expect(':');
        if (!members.emplace(name, reader.value()).second)
            throw std::runtime_error("twice: " + name);
    } while (reader.skip(','));
    reader.expect('}');
    if (!reader.at_end())
        throw std::runtime_error("more behind it");
    return members;
}

}  // namespace

std::optional<JsonObject> json_object(std::string_view text)
{
    try {
        return object(text);
    } catch (const std::runtime_error&) {
        return std::nullopt;
    }
}

std::vector<JsonObject> json_lines(const std::string& text)
{
    std::vector<JsonObject> objects;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        const auto parsed = json_object(line);
        if (!parsed)
            throw std::runtime_error("no JSON object: " + line);
        objects.push_back(*parsed);
    }
    return objects;
}

}  // namespace autossh_test
