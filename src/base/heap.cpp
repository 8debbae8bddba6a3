#include "autossh/base/heap.hpp"

#include <cstdlib>  // says whether it is glibc

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace autossh {

void give_back_memory()
{
#ifdef __GLIBC__
    ::malloc_trim(0);
#endif
}

}  // namespace autossh
