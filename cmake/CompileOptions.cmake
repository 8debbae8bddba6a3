# What the targets of the project are compiled and linked with.
include(CheckCXXSourceCompiles)
include(CheckCXXSourceRuns)
include(CheckPIESupported)
check_pie_supported()

# Of the program and its tests.
add_library(autossh_common_options INTERFACE)
target_compile_options(autossh_common_options INTERFACE -Wall -Wextra -Wpedantic -Wconversion)
# Of sources that are compiled together, clang takes each other's names for shadowed; g++ does not.
if(NOT AUTOSSH_UNITY OR NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    target_compile_options(autossh_common_options INTERFACE -Wshadow)
endif()
if(AUTOSSH_WERROR)
    target_compile_options(autossh_common_options INTERFACE -Werror)
endif()
# g++ begins to look for memory that it needs no more at 1 GiB, not at 128 MiB: a tenth of its time, for a fifth more
# memory, where there is enough.
cmake_host_system_information(RESULT memory_in_mib QUERY TOTAL_PHYSICAL_MEMORY)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND memory_in_mib GREATER 3500)
    target_compile_options(autossh_common_options INTERFACE --param=ggc-min-heapsize=1048576)
endif()
# Nothing asks for the type of an object. The names of all types are 27 kB, and the pointers to them, which the loader
# writes, two pages of each process's own memory. The sanitizer's checks of types need them.
if(NOT AUTOSSH_SANITIZE)
    target_compile_options(autossh_common_options INTERFACE -fno-rtti)
endif()
if(AUTOSSH_SANITIZE)
    target_compile_options(autossh_common_options INTERFACE
        -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
    # clang 14 marks functions for this check in a way that no coroutine can bear; g++ has no such check.
    target_compile_options(autossh_common_options INTERFACE
        "$<$<CXX_COMPILER_ID:Clang,AppleClang>:-fno-sanitize=function>")
    target_link_options(autossh_common_options INTERFACE -fsanitize=address,undefined)
    # A process of it starts and ends in less than half the time without relocations, and without what nobody uses.
    if(NOT APPLE)
        target_compile_options(autossh_common_options INTERFACE -fno-pie)
        target_link_options(autossh_common_options INTERFACE -no-pie -Wl,--gc-sections)
        find_program(AUTOSSH_LLD ld.lld)
        if(AUTOSSH_LLD AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
            target_link_options(autossh_common_options INTERFACE -fuse-ld=lld)
        endif()
    endif()
endif()

add_library(autossh_compile_options INTERFACE)
target_link_libraries(autossh_compile_options INTERFACE autossh_common_options)
target_compile_options(autossh_compile_options INTERFACE -ffunction-sections -fdata-sections)

if(AUTOSSH_HARDEN)
    # The libraries', too, is code of a program: it is smaller than a shared library's, and all can have the same
    # precompiled headers.
    if(NOT AUTOSSH_SANITIZE)
        target_compile_options(autossh_compile_options INTERFACE -fPIE)
    endif()
    target_compile_options(autossh_compile_options INTERFACE -fstack-protector-strong)
    if(NOT APPLE)
        target_link_options(autossh_compile_options INTERFACE -Wl,-z,relro -Wl,-z,now)
    endif()
    # The relocations of a PIE in a tenth of the room. Run, as the loader must know them, too (glibc 2.36, musl 1.2.4).
    if(NOT APPLE AND NOT CMAKE_CROSSCOMPILING AND NOT AUTOSSH_SANITIZE)
        set(CMAKE_REQUIRED_FLAGS -fPIE)
        set(CMAKE_REQUIRED_LINK_OPTIONS -pie -Wl,-z,pack-relative-relocs -Wl,--fatal-warnings)
        check_cxx_source_runs("
            int one = 1;
            int* pointers[] = {&one, &one, &one};
            int main(int argc, char**) { return *pointers[argc] - 1; }" AUTOSSH_PACKS_RELOCATIONS)
        unset(CMAKE_REQUIRED_FLAGS)
        unset(CMAKE_REQUIRED_LINK_OPTIONS)
    endif()
    if(AUTOSSH_PACKS_RELOCATIONS)
        target_link_options(autossh_compile_options INTERFACE -Wl,-z,pack-relative-relocs)
    endif()
    # Fortify needs optimisation, and hides from the sanitizer what it looks for.
    if(NOT AUTOSSH_SANITIZE)
        target_compile_options(autossh_compile_options INTERFACE
            "$<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=2>")
    endif()
endif()

# order_text(TARGET): what a process of one tunnel runs stands in one piece of the file, and the rest, which is never read
# then, in another: a third less private memory. By the linker of binutils; lld and gold cannot.
set(text_order "${PROJECT_SOURCE_DIR}/cmake/text_order.ld")
set(CMAKE_REQUIRED_LINK_OPTIONS "-Wl,-T,${text_order}" -Wl,--fatal-warnings)
check_cxx_source_compiles("int main() { return 0; }" AUTOSSH_ORDERS_TEXT)
unset(CMAKE_REQUIRED_LINK_OPTIONS)
function(order_text target)
    if(AUTOSSH_ORDERS_TEXT)
        target_link_options(${target} PRIVATE "-Wl,-T,${text_order}")
        set_target_properties(${target} PROPERTIES LINK_DEPENDS "${text_order}")
    endif()
endfunction()
