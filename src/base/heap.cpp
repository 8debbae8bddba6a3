#include "autossh/base/heap.hpp"

#include <cstdint>
#include <cstdlib>  // says whether it is glibc

#include <sys/mman.h>
#include <unistd.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace autossh {

namespace {

/// The pages below ours, which a deeper call has written to. Of the first thread alone: no other mapping
/// comes near its stack.
void give_back_stack()
{
#ifdef __linux__
    constexpr std::uintptr_t depth = 128 * 1024;
    if (::gettid() != ::getpid())
        return;
    const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)) / page * page;
    ::madvise(reinterpret_cast<void*>(here - page - depth), depth, MADV_DONTNEED);  // one is for this call
#endif
}

}  // namespace

void give_back_memory()
{
#ifdef __GLIBC__
    ::malloc_trim(0);
#endif
    give_back_stack();
}

}  // namespace autossh
