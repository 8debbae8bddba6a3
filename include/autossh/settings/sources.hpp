// Where the value of each setting comes from.
#pragma once

#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace autossh {

/// A long option's name to "AUTOSSH_POLL", "--poll", "-f", "-M", "fleet.toml:7". Copies share one memory
/// until they are changed.
class SettingSources {
    using Map = std::map<std::string, std::string, std::less<>>;

public:
    SettingSources() = default;
    SettingSources(std::initializer_list<Map::value_type> all) : map_(std::make_shared<Map>(all)) {}

    /// Of a setting that is not there: empty.
    std::string& operator[](std::string_view option) { return own()[std::string(option)]; }
    const std::string& at(std::string_view option) const { return map().at(std::string(option)); }
    bool contains(std::string_view option) const { return map().contains(option); }
    std::size_t size() const { return map().size(); }
    Map::const_iterator find(std::string_view option) const { return map().find(option); }
    Map::const_iterator begin() const { return map().begin(); }
    Map::const_iterator end() const { return map().end(); }

    /// Where `other` says the same, as it does of all tunnels of a range, one memory is enough.
    void share(const SettingSources& other)
    {
        if (map() == other.map())
            map_ = other.map_;
    }

private:
    const Map& map() const
    {
        static const Map none;
        return map_ ? *map_ : none;
    }
    Map& own()
    {
        if (map_.use_count() != 1)
            map_ = std::make_shared<Map>(map());
        return *map_;
    }

    std::shared_ptr<Map> map_;  ///< null: none
};

}  // namespace autossh
