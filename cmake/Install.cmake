# What is installed, and where: GNU's directories, and where systemd and the shells look for theirs.
if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
    set(has_systemd ON)
else()
    set(has_systemd OFF)
endif()
option(AUTOSSH_SYSTEMD_UNITS "Install the systemd units and the file that declares their user" ${has_systemd})
# The package bash-completion has a file of the name "autossh" itself, in /usr/share.
set(AUTOSSH_BASH_COMPLETION "share/bash-completion/completions/autossh" CACHE STRING
    "Where the completion for bash goes, with its name")
set(AUTOSSH_ZSH_DIR "share/zsh/site-functions" CACHE STRING "Where the completion for zsh goes")
set(AUTOSSH_FISH_DIR "share/fish/vendor_completions.d" CACHE STRING "Where the completion for fish goes")

install(TARGETS autossh autosshctl RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(PROGRAMS scripts/condor-ssh scripts/ssh-agent-wrapper DESTINATION ${CMAKE_INSTALL_BINDIR})
# By that name ssh runs our program to ask for a secret.
install(CODE "
    cmake_path(ABSOLUTE_PATH CMAKE_INSTALL_PREFIX OUTPUT_VARIABLE prefix)
    cmake_path(APPEND prefix \"${CMAKE_INSTALL_LIBEXECDIR}\" OUTPUT_VARIABLE directory)
    file(MAKE_DIRECTORY \"\$ENV{DESTDIR}\${directory}\")
    set(link \"\${directory}/autossh-askpass\")
    file(CREATE_LINK \"${binary_from_askpass}\" \"\$ENV{DESTDIR}\${link}\" SYMBOLIC)
    list(APPEND CMAKE_INSTALL_MANIFEST_FILES \"\${link}\")
    message(STATUS \"Installing: \$ENV{DESTDIR}\${link}\")")
# Reads a tunnel's file where there is no systemd.
install(PROGRAMS scripts/autossh-tunnel DESTINATION ${CMAKE_INSTALL_LIBEXECDIR})
install(FILES man/autossh.1 man/autosshctl.1 man/condor-ssh.1 man/ssh-agent-wrapper.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES man/autossh-fleet.5 man/autossh.conf.5 DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)
install(FILES man/autossh-compat.7 man/autossh-diagnostics.7 man/autossh-secrets.7 man/autossh-service.7
        man/autossh-supervision.7 man/autossh-control.7
        man/autossh-hub.7 DESTINATION ${CMAKE_INSTALL_MANDIR}/man7)

# Editors check the file of a fleet by it.
install(FILES share/fleet.schema.json DESTINATION ${CMAKE_INSTALL_DATADIR}/autossh)

get_filename_component(bash_completion_dir ${AUTOSSH_BASH_COMPLETION} DIRECTORY)
get_filename_component(bash_completion_name ${AUTOSSH_BASH_COMPLETION} NAME)
install(FILES scripts/completions/autossh.bash DESTINATION ${bash_completion_dir} RENAME ${bash_completion_name})
install(FILES scripts/completions/autosshctl.bash DESTINATION ${bash_completion_dir} RENAME autosshctl)
install(FILES scripts/completions/_autossh scripts/completions/_autosshctl DESTINATION ${AUTOSSH_ZSH_DIR})
install(FILES scripts/completions/autossh.fish scripts/completions/autosshctl.fish DESTINATION ${AUTOSSH_FISH_DIR})

install(FILES README.md CHANGELOG.md CONTRIBUTING.md SECURITY.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(PROGRAMS autossh.host DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)
install(DIRECTORY share/fleet share/prometheus share/ansible DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)
install(DIRECTORY share/hooks DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples USE_SOURCE_PERMISSIONS)
install(DIRECTORY scripts/systemd/examples/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples/systemd)
install(DIRECTORY scripts/launchd scripts/openrc scripts/procd scripts/sysv scripts/container
        DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples USE_SOURCE_PERMISSIONS)
install(PROGRAMS scripts/cygrunsrv-install DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)
# An example only: Debian's openssh-client has a user unit of the same name.
install(FILES scripts/systemd/user/ssh-agent.service DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples/systemd)

if(AUTOSSH_SYSTEMD_UNITS)
    install(FILES scripts/systemd/autossh.sysusers DESTINATION lib/sysusers.d RENAME autossh.conf)
    install(FILES scripts/systemd/autossh.tmpfiles DESTINATION lib/tmpfiles.d RENAME autossh.conf)
    foreach(unit IN ITEMS system/autossh@ user/autossh@ system/autossh-fleet user/autossh-fleet)
        get_filename_component(manager ${unit} DIRECTORY)
        install(FILES scripts/systemd/${unit}.service DESTINATION lib/systemd/${manager})
        # The units name /usr/bin; the prefix may be another one, and is known only now.
        install(CODE "
            cmake_path(ABSOLUTE_PATH CMAKE_INSTALL_PREFIX OUTPUT_VARIABLE prefix)
            set(unit \"\$ENV{DESTDIR}\${prefix}/lib/systemd/${unit}.service\")
            cmake_path(APPEND program \"\${prefix}\" \"${CMAKE_INSTALL_BINDIR}\" autossh)
            file(READ \"\${unit}\" text)
            string(REPLACE \"=/usr/bin/autossh\" \"=\${program}\" text \"\${text}\")
            file(WRITE \"\${unit}\" \"\${text}\")")
    endforeach()
endif()
