// A file that is edited in a copy beside it, and takes its place only when it is wanted.
#pragma once

#include "autossh/base/unique_fd.hpp"

#include <memory>
#include <optional>
#include <string>

#include <sys/stat.h>

namespace autossh {

class EditedFile {
public:
    struct Start {
        std::unique_ptr<EditedFile> file = {};  ///< null: it cannot be edited
        std::string why = {};
        int exit_status = 0;
    };

    /// Makes the copy, of `text_of_new` where there is no file yet, and its directory where that is missing,
    /// too. Nobody else can edit a file of this directory meanwhile.
    static Start begin(const std::string& path, const std::string& text_of_new);

    /// Leaves the copy where it is.
    ~EditedFile() = default;
    EditedFile(const EditedFile&) = delete;
    EditedFile& operator=(const EditedFile&) = delete;

    const std::string& copy() const { return copy_; }
    /// Nothing: it cannot be read.
    std::optional<std::string> text() const;
    /// Also where there was no file.
    const std::string& text_before() const { return before_; }
    /// Somebody else has written the file itself since.
    bool has_changed_meanwhile() const;

    /// Writes the text in the place of the file, whose mode and owner it gets, and removes the copy. Returns
    /// why it could not, and then leaves all as it is; empty: it has.
    std::string put_in_place(const std::string& text);
    /// Removes the copy.
    void discard();

private:
    EditedFile() = default;
    std::string write_new(const std::string& text, const std::string& path) const;

    std::string path_;       ///< without a link
    std::string directory_;  ///< of that
    UniqueFd lock_;
    std::optional<struct stat> status_;  ///< nothing: there was no file
    std::string before_;
    std::string copy_;
};

}  // namespace autossh
