#include "autossh/import/yaml.hpp"

#include "autossh/base/text.hpp"
#include "autossh/import/imported_settings.hpp"
#include "autossh/import/yaml_flow.hpp"
#include "autossh/import/yaml_lines.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr int deepest_yaml = 64;
constexpr std::size_t most_lines_of_value = 1000;

constexpr std::size_t most_copied = 100'000;

struct YamlFailure {
    std::string text;
};

class YamlReader {
public:
    explicit YamlReader(std::string_view text) : lines_(yaml_lines(text)) {}

    /// Throws YamlFailure.
    TomlValue read()
    {
        skip_empty();
        if (at_ < lines_.size() && without_yaml_comment(lines_[at_].text) == "---")
            ++at_;
        TomlValue document = read_block(0);
        skip_empty();
        if (at_ < lines_.size())
            fail("it does not belong to what stands before it");
        return document;
    }

private:
    [[noreturn]] void fail(const std::string& why) const
    {
        const std::size_t number = lines_.empty() ? 1 : lines_[std::min(at_, lines_.size() - 1)].number;
        throw YamlFailure{fmt::format("{}: {}", number, why)};
    }

    void skip_empty()
    {
        while (at_ < lines_.size() && without_yaml_comment(lines_[at_].text).empty())
            ++at_;
    }

    /// What stands at `least` or deeper; a value that is not there is an empty text.
    TomlValue read_block(std::size_t least)
    {
        skip_empty();
        if (at_ >= lines_.size() || lines_[at_].indent < least)
            return imported_text("");
        if (++depth_ > deepest_yaml)
            fail("it is nested too deeply");
        const YamlLine& first = lines_[at_];
        TomlValue value = is_item(first)                                     ? read_list(first.indent)
                          : end_of_yaml_key(first.text) != std::string::npos ? read_table(first.indent)
                                                                             : read_inline(first.indent, "");
        --depth_;
        return value;
    }

    static bool is_item(const YamlLine& line) { return line.text == "-" || line.text.starts_with("- "); }

    TomlValue read_list(std::size_t indent)
    {
        TomlValue list;
        list.kind = TomlKind::list;
        list.at.line = lines_[at_].number;
        for (skip_empty(); at_ < lines_.size() && lines_[at_].indent == indent && is_item(lines_[at_]);
             skip_empty()) {
            YamlLine& line = lines_[at_];
            const std::size_t begin = std::min(line.text.find_first_not_of(' ', 1), line.text.size());
            const std::string rest(line.text.substr(begin));
            if (without_yaml_comment(rest).empty()) {
                ++at_;
                list.items.push_back(read_block(indent + 1));
            } else if (end_of_yaml_key(without_yaml_comment(rest)) != std::string::npos || rest == "-" ||
                       rest.starts_with("- ")) {
                line.indent += begin;
                line.text = rest;
                list.items.push_back(read_block(line.indent));
            } else {
                list.items.push_back(read_inline(indent + 1, rest));
            }
        }
        return list;
    }

    TomlValue read_table(std::size_t indent)
    {
        TomlValue table;
        table.at.line = lines_[at_].number;
        for (skip_empty(); at_ < lines_.size() && lines_[at_].indent == indent; skip_empty()) {
            const YamlLine line = lines_[at_];
            if (line.text.starts_with('\t'))
                fail("a tab is no indent");
            const std::size_t end = end_of_yaml_key(line.text);
            const auto key =
                end == std::string::npos ? std::nullopt : read_yaml_flow(line.text.substr(0, end));
            if (!key || line.text.starts_with('?'))
                fail("a key with a value is expected");
            const std::string rest(without_blanks(std::string_view(line.text).substr(end + 1)));
            TomlValue value = read_inline_or_block(indent, rest);
            value.at.line = line.number;
            if (key->text == "<<")
                merge(table, value);
            else
                put(table, {key->text, {nullptr, line.number, indent + 1}, std::move(value)});
        }
        return table;
    }

    void put(TomlValue& table, TomlEntry entry) const
    {
        const auto same = std::ranges::find(table.entries, entry.key, &TomlEntry::key);
        if (same == table.entries.end())
            table.entries.push_back(std::move(entry));
        else
            *same = std::move(entry);  // one that was merged
    }

    static void merge(TomlValue& table, const TomlValue& other)
    {
        for (const TomlValue& item : other.items)
            merge(table, item);
        for (const TomlEntry& entry : other.entries)
            if (find_entry(table.entries, entry.key) == nullptr)
                table.entries.push_back(entry);
    }

    /// Behind "KEY:". A list may stand as far left as its key.
    TomlValue read_inline_or_block(std::size_t indent, const std::string& rest)
    {
        if (!without_yaml_comment(rest).empty())
            return read_inline(indent + 1, rest);
        ++at_;
        skip_empty();
        const bool is_list = at_ < lines_.size() && lines_[at_].indent == indent && is_item(lines_[at_]);
        return read_block(is_list ? indent : indent + 1);
    }

    /// `text`: what stands on this line; empty: all of it. What is deeper than `least` goes on with it.
    TomlValue read_inline(std::size_t least, std::string text)
    {
        if (text.empty())
            text = lines_[at_].text;
        if (text.front() == '&')
            return read_anchor(least, text);
        if (text.front() == '*')
            return alias(std::string(without_yaml_comment(text)).substr(1));
        if (text.front() == '!')
            fail("a tag (!) is not understood");
        if (text.front() == '|' || text.front() == '>')
            return read_text_block(least, text);
        std::string whole(without_yaml_comment(text));
        const bool has_brackets = whole.front() == '[' || whole.front() == '{';
        const bool is_quoted = whole.front() == '"' || whole.front() == '\'';
        const std::size_t end = std::min(++at_ + most_lines_of_value, lines_.size());
        while (at_ < end && (lines_[at_].indent >= least || lines_[at_].text.empty())) {
            const std::string more(without_yaml_comment(lines_[at_].text));
            if (has_brackets ? open_yaml_brackets(whole) == 0 : is_quoted && read_yaml_flow(whole))
                break;
            if (!more.empty())
                whole += " " + more;
            ++at_;
        }
        auto value = read_yaml_flow(whole);
        if (!value) {
            --at_;
            fail("this value is not understood");  // which may be a secret one
        }
        return *value;
    }

    TomlValue read_anchor(std::size_t least, const std::string& text)
    {
        const std::size_t end = std::min(text.find(' '), text.size());
        const std::string name = text.substr(1, end - 1);
        const std::string rest(without_blanks(std::string_view(text).substr(end)));
        TomlValue value = read_inline_or_block(least - 1, rest);
        anchors_[name] = value;
        return value;
    }

    TomlValue alias(const std::string& name)
    {
        const auto found = anchors_.find(name);
        if (found == anchors_.end())
            fail(fmt::format("there is no anchor &{}", name));
        copied_ += size_of(found->second);
        if (copied_ > most_copied)
            fail("its anchors are used too often");
        ++at_;
        return found->second;
    }

    /// | keeps its lines, > puts them together.
    TomlValue read_text_block(std::size_t least, const std::string& header)
    {
        const bool is_folded = header.front() == '>';
        const bool is_stripped = header.find('-') != std::string::npos;
        std::string text;
        std::size_t indent = 0;
        for (++at_; at_ < lines_.size(); ++at_) {
            const YamlLine& line = lines_[at_];
            if (!line.text.empty() && line.indent < std::max(least, indent))
                break;
            if (indent == 0 && !line.text.empty())
                indent = line.indent;
            const bool is_first = text.empty();
            text += is_first ? "" : is_folded ? " " : "\n";
            text += std::string(line.indent > indent ? line.indent - indent : 0, ' ') + line.text;
        }
        text.erase(text.find_last_not_of(" \n") + 1);
        return imported_text(is_stripped ? text : text + "\n");
    }

    std::vector<YamlLine> lines_;
    std::size_t at_ = 0;
    int depth_ = 0;
    std::map<std::string, TomlValue> anchors_;
    std::size_t copied_ = 0;  ///< values, by aliases
};

}  // namespace

std::variant<TomlValue, YamlError> read_yaml(std::string_view text)
{
    try {
        return YamlReader(text).read();
    } catch (const YamlFailure& failure) {
        return YamlError{printable(failure.text)};
    }
}

}  // namespace autossh
