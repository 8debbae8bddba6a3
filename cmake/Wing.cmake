# The libraries that the program is made of, each compiled once.

# Debian has fmt as headers and as a shared library alone; compiled here, a source with it takes half the time.
# Up to fmt 8 the headers have to do.
if(fmt_VERSION VERSION_GREATER_EQUAL 9)
    add_library(autossh_fmt STATIC src/libraries/fmt.cpp)
    target_include_directories(autossh_fmt PUBLIC $<TARGET_PROPERTY:fmt::fmt,INTERFACE_INCLUDE_DIRECTORIES>)
    # No locales, which would be a third of the program.
    target_compile_definitions(autossh_fmt PUBLIC FMT_USE_LOCALE=0 FMT_STATIC_THOUSANDS_SEPARATOR=',')
    target_link_libraries(autossh_fmt PRIVATE autossh_compile_options)
    # With these g++ makes the one call of ceil(3) itself, and no process needs libm.
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        target_compile_options(autossh_fmt PRIVATE -fno-trapping-math $<$<CONFIG:MinSizeRel>:-O2>)
    endif()
else()
    add_library(autossh_fmt INTERFACE)
    target_link_libraries(autossh_fmt INTERFACE fmt::fmt-header-only)
endif()

add_library(autossh_asio STATIC src/libraries/asio.cpp)
target_link_libraries(autossh_asio PUBLIC Boost::headers Threads::Threads PRIVATE autossh_compile_options)
target_compile_definitions(autossh_asio PUBLIC
    BOOST_ASIO_SEPARATE_COMPILATION
    BOOST_ASIO_NO_IOSTREAM
    BOOST_ASIO_DISABLE_BOOST_DATE_TIME
    BOOST_ASIO_NO_DEPRECATED
    # Nobody asks an exception where it was thrown: no class more for each kind of them.
    BOOST_EXCEPTION_DISABLE
    # The pidfd flavour of the process handle can block the event loop (boostorg/process #564).
    BOOST_PROCESS_V2_DISABLE_PIDFD_OPEN)
if(TARGET Boost::process)
    target_link_libraries(autossh_asio PUBLIC Boost::process)
endif()

add_library(autossh_json STATIC src/libraries/json.cpp)
target_link_libraries(autossh_json PUBLIC Boost::headers PRIVATE autossh_compile_options)
target_compile_definitions(autossh_json PUBLIC BOOST_EXCEPTION_DISABLE)

# Their headers, and the standard library's, are most of what a compiler reads of a source. No header of ours is among
# them: what a wing may include stays checked.
if(AUTOSSH_PCH)
    add_library(autossh_headers STATIC src/libraries/precompiled.cpp)
    target_link_libraries(autossh_headers PRIVATE autossh_asio autossh_fmt autossh_compile_options)
    target_precompile_headers(autossh_headers PRIVATE src/libraries/precompiled.hpp)
endif()

# wing(NAME [USES WING…] FILES SOURCE…): the library autossh_NAME of src/NAME. Its sources find no header of ours but
# those of NAME and of what it uses: they are looked for in a folder that has links to these alone.
function(wing name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "USES;FILES")
    set(visible "${CMAKE_BINARY_DIR}/wings/${name}")
    file(REMOVE_RECURSE "${visible}")
    file(MAKE_DIRECTORY "${visible}/autossh")
    foreach(wing IN ITEMS ${name} ${arg_USES})
        file(CREATE_LINK "${PROJECT_SOURCE_DIR}/include/autossh/${wing}" "${visible}/autossh/${wing}" SYMBOLIC)
    endforeach()
    list(TRANSFORM arg_FILES PREPEND "src/${name}/")
    add_library(autossh_${name} STATIC ${arg_FILES})
    target_include_directories(autossh_${name} PRIVATE "${visible}")
    target_compile_definitions(autossh_${name} PUBLIC
        AUTOSSH_VERSION="${PROJECT_VERSION}"
        AUTOSSH_SSH="${AUTOSSH_SSH}")
    list(TRANSFORM arg_USES PREPEND "autossh_")
    target_link_libraries(autossh_${name} PUBLIC ${arg_USES} autossh_asio autossh_fmt PRIVATE autossh_compile_options)
    set_target_properties(autossh_${name} PROPERTIES UNITY_BUILD ${AUTOSSH_UNITY} UNITY_BUILD_BATCH_SIZE 31)
    if(AUTOSSH_PCH)
        target_precompile_headers(autossh_${name} REUSE_FROM autossh_headers)
    endif()
endfunction()
