# What every target of the project is compiled and linked with.
include(CheckCXXSourceRuns)
include(CheckPIESupported)
check_pie_supported()

add_library(autossh_compile_options INTERFACE)
target_compile_options(autossh_compile_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
    -ffunction-sections -fdata-sections)
if(AUTOSSH_WERROR)
    target_compile_options(autossh_compile_options INTERFACE -Werror)
endif()

if(AUTOSSH_SANITIZE)
    target_compile_options(autossh_compile_options INTERFACE
        -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
    target_link_options(autossh_compile_options INTERFACE -fsanitize=address,undefined)
endif()

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
