# What the targets of the project are compiled and linked with.
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
if(AUTOSSH_SANITIZE)
    target_compile_options(autossh_common_options INTERFACE
        -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
    # clang 14 marks functions for this check in a way that no coroutine can bear; g++ has no such check.
    target_compile_options(autossh_common_options INTERFACE
        "$<$<CXX_COMPILER_ID:Clang,AppleClang>:-fno-sanitize=function>")
    target_link_options(autossh_common_options INTERFACE -fsanitize=address,undefined)
endif()

add_library(autossh_compile_options INTERFACE)
target_link_libraries(autossh_compile_options INTERFACE autossh_common_options)
target_compile_options(autossh_compile_options INTERFACE -ffunction-sections -fdata-sections)

if(AUTOSSH_HARDEN)
    set(CMAKE_POSITION_INDEPENDENT_CODE ON)
    target_compile_options(autossh_compile_options INTERFACE -fstack-protector-strong)
    if(NOT APPLE)
        target_link_options(autossh_compile_options INTERFACE -Wl,-z,relro -Wl,-z,now)
    endif()
    # The relocations of a PIE in a tenth of the room. Run, as the loader must know them, too (glibc 2.36, musl 1.2.4).
    if(NOT APPLE AND NOT CMAKE_CROSSCOMPILING)
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
