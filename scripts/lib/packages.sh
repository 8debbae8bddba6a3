# shellcheck shell=sh
# What the project needs from the system, for scripts to source:
#   need_packages LIST…     build: compiler and libraries; unit: to build tests; client: ssh; run: ssh and sshd;
#                           test: run, the reference and the checkers
#                           deb, rpm, package: to make a .deb, an .rpm, both; cross: to build for aarch64 and run that
# On Debian and its kin it installs what is missing; elsewhere it says what is needed, and ends the script
# if something is missing. Nothing is run and nothing is said when nothing is missing.

boost_wanted=1.81

packages_of() {
    case $1 in
    build) echo g++ cmake ninja-build libfmt-dev libncurses-dev libtomlplusplus-dev ;;
    unit) echo catch2 ;;
    client) echo openssh-client ;;
    run) echo openssh-client openssh-server ;;
    test)
        echo openssh-client openssh-server autossh dropbear-bin mandoc shellcheck clang clang-format lld dash procps iproute2 \
            bash-completion busybox csh libclang-rt-dev libpam0g-dev mmdebstrap python3-jsonschema python3-yaml systemd zsh \
            ansible-core borgbackup git rsync sshfs
        ;;
    deb) echo debhelper dpkg-dev lintian ;;
    rpm) echo rpm ;;
    package) packages_of deb && packages_of rpm ;;
    cross) echo g++-aarch64-linux-gnu libstdc++6-arm64-cross qemu-user-static ;;
    *) echo "need_packages: no list \"$1\"" >&2 && exit 1 ;;
    esac
}

# Boost by its header, from wherever: on Debian 12 only a package with another name than usual will do.
boost_is_there() {
    for include in /usr/include /usr/local/include; do
        found=$(sed -n 's/^#define BOOST_VERSION \([0-9]*\).*/\1/p' "$include/boost/version.hpp" 2>/dev/null)
        [ "${found:-0}" -ge 108100 ] && return
    done
    return 1
}

is_installed() {
    case $(dpkg-query -W -f='${db:Status-Abbrev}' "$1" 2>/dev/null) in
    ?i*) return 0 ;;
    *) return 1 ;;
    esac
}

# The version that could be installed, if any.
candidate() {
    LC_ALL=C apt-cache policy "$1" | sed -n '/(none)/d; s/^ *Candidate: *//p'
}

boost_packages() {
    version=$(candidate libboost-dev)
    if ! dpkg --compare-versions "${version:-0}" ge "$boost_wanted"; then
        echo "libboost$boost_wanted-dev"
        return
    fi
    echo libboost-dev
    # Since 1.86 Boost.Process is a compiled library.
    ! dpkg --compare-versions "$version" ge 1.86 || [ -z "$(candidate libboost-process-dev)" ] ||
        echo libboost-process-dev
}

# Runs a command as root, its output shown only when it fails.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        set -- env DEBIAN_FRONTEND=noninteractive "$@"
    elif command -v sudo >/dev/null; then
        set -- sudo env DEBIAN_FRONTEND=noninteractive "$@"
    else
        echo "Neither root nor sudo. As root, run: $*" >&2
        exit 1
    fi
    said=$(mktemp)
    "$@" >"$said" </dev/null 2>&1 || {
        cat "$said" >&2
        rm -f "$said"
        echo "Failed: $*" >&2
        exit 1
    }
    rm -f "$said"
}

refresh_lists_for() {
    for package in "$@"; do
        if [ -z "$(candidate "$package")" ]; then
            as_root apt-get update
            return
        fi
    done
}

install_packages() {
    echo "Installing $*" >&2
    for package in "$@"; do
        # The package starts a server that nobody has asked for. This file is Debian's own way to keep it from
        # that, now and at the next boot, and nothing is to be undone afterwards, as with a policy-rc.d.
        [ "$package" = openssh-server ] || continue
        as_root mkdir -p /etc/ssh
        as_root touch /etc/ssh/sshd_not_to_be_run
        echo "(the system's own ssh service stays off as long as /etc/ssh/sshd_not_to_be_run exists)" >&2
    done
    # --no-remove: another version of Boost that somebody works with is not ours to replace.
    as_root apt-get install -y --no-install-recommends --no-remove "$@"
}

need_debian_packages() {
    missing=
    for list in "$@"; do
        for package in $(packages_of "$list"); do
            is_installed "$package" || missing="$missing $package"
        done
    done
    needs_boost=false
    case " $* " in
    *" build "*) boost_is_there || needs_boost=true ;;
    esac
    if [ -z "$missing" ] && ! $needs_boost; then
        return
    fi

    # shellcheck disable=SC2086 # words
    if $needs_boost; then
        refresh_lists_for $missing libboost-dev
        missing="$missing $(boost_packages)"
    else
        refresh_lists_for $missing
    fi
    # shellcheck disable=SC2046,SC2086
    install_packages $(printf '%s\n' $missing | sort -u)
}

need_commands() {
    for list in "$@"; do
        case $list in
        build) set -- "$@" c++ cmake ninja ;;
        client) set -- "$@" ssh ;;
        run) set -- "$@" ssh ssh-keygen ;;
        test) set -- "$@" ssh ssh-keygen mandoc shellcheck clang++ clang-format dash ps ip ;;
        deb) set -- "$@" dpkg-buildpackage dh ;;
        rpm | package) set -- "$@" rpmbuild ;; # a .deb is made only where dh is
        cross) set -- "$@" aarch64-linux-gnu-g++ qemu-aarch64-static ;;
        esac
        shift
    done
    for command in "$@"; do
        command -v "$command" >/dev/null || echo "$command"
    done
}

has_header() { [ -e "/usr/include/$1" ] || [ -e "/usr/local/include/$1" ]; }

# Where there is no apt: looks for the commands and headers.
need_anything_else() {
    missing=$(need_commands "$@")
    case " $* " in
    *" build "*)
        boost_is_there || missing="$missing Boost>=$boost_wanted"
        has_header fmt/core.h || missing="$missing fmt"
        has_header toml++/toml.h || missing="$missing toml++"
        has_header curses.h || has_header ncursesw/curses.h || missing="$missing ncurses"
        ;;
    esac
    case " $* " in
    *" unit "*) has_header catch2 || missing="$missing Catch2" ;;
    esac
    case " $* " in
    *" run "* | *" test "*) PATH=$PATH:/usr/sbin:/usr/local/sbin command -v sshd >/dev/null || missing="$missing sshd" ;;
    esac
    [ -n "$missing" ] || return 0
    # shellcheck disable=SC2086
    echo "Please install:" $missing >&2
    echo "(needed to build: a C++20 compiler, CMake >= 3.25, Ninja, Boost >= $boost_wanted, fmt, ncurses, toml++;" >&2
    echo "to run: OpenSSH; to test also: Catch2, OpenSSH's sshd, autossh 1.4g, mandoc, shellcheck, clang, dash, ps, ip)" >&2
    exit 1
}

need_packages() {
    if command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; then
        need_debian_packages "$@"
    else
        need_anything_else "$@"
    fi
}
