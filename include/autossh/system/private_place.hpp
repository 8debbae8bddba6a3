// Our private directory, made again when somebody has removed it or a part of it.
#pragma once

#include "autossh/system/private_directory.hpp"

#include <memory>
#include <string>

namespace autossh {

/// Whatever fails here costs what needs a directory, and never the tunnel.
class PrivatePlace {
public:
    /// Leaves the old one to those who still hold it.
    void renew();

    /// What autosshs that were killed have left beside it.
    void remove_leftovers() const;

    /// Made by the first who wants it. Null: none could be made, for the reason in complaint().
    const std::shared_ptr<PrivateDirectory>& directory() const;
    /// The part of it that belongs to one tunnel; null as above.
    std::shared_ptr<PrivateFolder> folder(const std::string& name);
    const std::string& complaint() const { return complaint_; }

private:
    void make() const;

    mutable bool tried_ = false;
    mutable std::shared_ptr<PrivateDirectory> directory_;
    mutable std::string complaint_;
};

}  // namespace autossh
