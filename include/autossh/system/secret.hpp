// A secret in memory: locked, out of every core dump, wiped when it is not needed any more.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace autossh {

/// Overwrites it, so that no optimizer takes it out.
void wipe(std::span<char> memory);

/// Why a text cannot be given to ssh as a secret.
enum class SecretFlaw { empty, too_long, nul_byte, carriage_return };

/// "is empty", "is longer than …", without any part of the secret.
std::string describe(SecretFlaw flaw);

/// Text in a page of its own, so that nothing else is locked, left out or wiped with it. It is read straight
/// into room(): each copy elsewhere would stay behind.
class Secret {
public:
    /// ssh reads no more from its askpass program.
    static constexpr std::size_t longest = 1023;

    /// Throws std::system_error, with the remedy, where memory cannot be had, locked and kept out of dumps.
    Secret();
    Secret(Secret&& other) noexcept;  ///< `other` has neither text nor room then
    Secret& operator=(Secret&& other) noexcept;
    ~Secret();

    /// The whole page: at least four times the longest secret.
    std::span<char> room() const { return {page_, page_size_}; }
    /// How much of the room is text.
    void set_size(std::size_t size);

    std::string_view text() const { return {page_, size_}; }
    bool empty() const { return size_ == 0; }
    /// One more, in a page of its own. Throws std::system_error.
    Secret copy() const;
    /// Wipes the whole room.
    void clear();

    /// Keeps the first line, without its end, and wipes the rest; all of it if ssh could not take the line as
    /// it stands.
    std::optional<SecretFlaw> cut_to_first_line();

    /// A process forked from now on does not have the page at all: it must not touch this object. (Linux.)
    /// Throws std::system_error.
    void keep_from_children();
    /// For a process that has been forked and goes on with the secret: it does not inherit the lock. Throws
    /// std::system_error.
    void lock_again();

private:
    void release();

    char* page_ = nullptr;
    std::size_t page_size_ = 0;
    std::size_t size_ = 0;
};

}  // namespace autossh
