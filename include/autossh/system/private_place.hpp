// Our private directory, made again when somebody has removed it or a part of it.
#pragma once

#include "autossh/system/private_directory.hpp"

#include <memory>
#include <string>

namespace autossh {

/// Whatever fails here costs what needs a directory, and never the tunnel.
class PrivatePlace {
public:
    PrivatePlace() { renew(); }

    /// Leaves the old one to those who still hold it.
    void renew();

    /// Null: none could be made, for the reason in complaint().
    const std::shared_ptr<PrivateDirectory>& directory() const { return directory_; }
    /// The part of it that belongs to one tunnel; null as above.
    std::shared_ptr<PrivateFolder> folder(const std::string& name);
    const std::string& complaint() const { return complaint_; }

private:
    std::shared_ptr<PrivateDirectory> directory_;
    std::string complaint_;
};

}  // namespace autossh
