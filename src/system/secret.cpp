#ifdef __APPLE__
#define __STDC_WANT_LIB_EXT1__ 1  // memset_s
#endif
#include "autossh/system/secret.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <fmt/core.h>

namespace autossh {

namespace {

[[noreturn]] void fail(const char* what)
{
    throw std::system_error(errno, std::generic_category(), what);
}

void lock(void* page, std::size_t size)
{
    if (::mlock(page, size) < 0)
        fail("cannot lock memory for a secret (raise its limit: ulimit -l, LimitMEMLOCK=)");
}

/// What is never written to a disk by a crash.
void leave_out_of_dumps(void* page, std::size_t size)
{
#if defined(MADV_DONTDUMP)
    if (::madvise(page, size, MADV_DONTDUMP) < 0)
        fail("cannot keep a secret out of core dumps (Linux 3.4 or later is needed)");
#elif defined(MADV_NOCORE)
    if (::madvise(page, size, MADV_NOCORE) < 0)
        fail("cannot keep a secret out of core dumps");
#else
    static_cast<void>(page);
    static_cast<void>(size);
#endif
}

/// As ssh takes it apart: it stops at the first of these.
std::optional<SecretFlaw> flaw_of(std::string_view line)
{
    if (line.empty())
        return SecretFlaw::empty;
    if (line.size() > Secret::longest)
        return SecretFlaw::too_long;
    if (line.find('\0') != line.npos)
        return SecretFlaw::nul_byte;
    if (line.find('\r') != line.npos)
        return SecretFlaw::carriage_return;
    return std::nullopt;
}

}  // namespace

void wipe(std::span<char> memory)
{
#ifdef __APPLE__
    ::memset_s(memory.data(), memory.size(), 0, memory.size());
#else
    ::explicit_bzero(memory.data(), memory.size());
#endif
}

std::string describe(SecretFlaw flaw)
{
    switch (flaw) {
    case SecretFlaw::empty: return "is empty";
    case SecretFlaw::too_long:
        return fmt::format("is longer than {} bytes, which is all that ssh takes", Secret::longest);
    case SecretFlaw::nul_byte: return "has a NUL byte in it, where ssh would cut it off";
    case SecretFlaw::carriage_return: return "has a carriage return in it, where ssh would cut it off";
    }
    return {};
}

Secret::Secret() : page_size_(static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)))
{
    void* const page =
        ::mmap(nullptr, page_size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED)
        fail("cannot get memory for a secret");
    page_ = static_cast<char*>(page);
    try {
        lock(page_, page_size_);
        leave_out_of_dumps(page_, page_size_);
    } catch (...) {
        release();
        throw;
    }
}

Secret::Secret(Secret&& other) noexcept
    : page_(std::exchange(other.page_, nullptr)), page_size_(std::exchange(other.page_size_, 0)),
      size_(std::exchange(other.size_, 0))
{}

Secret& Secret::operator=(Secret&& other) noexcept
{
    if (this != &other) {
        release();
        page_ = std::exchange(other.page_, nullptr);
        page_size_ = std::exchange(other.page_size_, 0);
        size_ = std::exchange(other.size_, 0);
    }
    return *this;
}

Secret::~Secret()
{
    release();
}

void Secret::release()
{
    clear();
    if (page_ != nullptr)
        ::munmap(page_, page_size_);  // takes the lock away as well
    page_ = nullptr;
    page_size_ = 0;
}

void Secret::set_size(std::size_t size)
{
    size_ = std::min(size, page_size_);
}

Secret Secret::copy() const
{
    Secret other;
    std::memcpy(other.room().data(), page_, size_);
    other.set_size(size_);
    return other;
}

void Secret::clear()
{
    size_ = 0;
    if (page_ != nullptr)
        wipe(room());
}

std::optional<SecretFlaw> Secret::cut_to_first_line()
{
    std::string_view line = text().substr(0, text().find('\n'));
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    if (const auto flaw = flaw_of(line)) {
        clear();
        return flaw;
    }
    // Also behind the text: somebody may have read more into the room.
    wipe(room().subspan(line.size()));
    size_ = line.size();
    return std::nullopt;
}

void Secret::keep_from_children()
{
#ifdef MADV_DONTFORK
    if (page_ != nullptr && ::madvise(page_, page_size_, MADV_DONTFORK) < 0)
        fail("cannot keep a secret from children");
#endif
}

void Secret::lock_again()
{
    if (page_ != nullptr)
        lock(page_, page_size_);
}

}  // namespace autossh
