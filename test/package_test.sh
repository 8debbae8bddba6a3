#!/bin/bash
# scripts/package deb builds a package that has every file in its place, and scripts/package tarball gives the same bytes
# twice and again from what was unpacked. Skipped by name (exit status 77) where debhelper is missing.
# The unit tests are left out: they are run elsewhere.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
if ! command -v dh >/dev/null; then
    echo 'SKIPPED: package: debhelper is not installed'
    exit 77
fi
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
failed=0

fail()
{
    echo "package_test: $1"
    failed=1
}

if command -v ccache >/dev/null; then
    # debhelper gives the build another home.
    CCACHE_DIR=$(ccache -k cache_dir)
    export CCACHE_DIR CMAKE_CXX_COMPILER_LAUNCHER=ccache
fi

tarball=$(scripts/package tarball) || exit 1
sum=$(sha256sum <"$tarball")
tar -xzf "$tarball" -C "$directory" || exit 1
unpacked=$(echo "$directory"/autossh-*)
again=$("$unpacked/scripts/package" tarball) || exit 1
[ "$(sha256sum <"$again")" = "$sum" ] || fail 'the tarball of the unpacked tarball is another one'
[ "$(sha256sum <"$(scripts/package tarball)")" = "$sum" ] || fail 'two tarballs differ'

# The distribution's -O2 -g takes more than twice as long, and the package is the same but for its speed and symbols.
export DEB_CXXFLAGS_APPEND='-Og -g0'
package=$(DEB_BUILD_OPTIONS="nocheck noautodbgsym parallel=$(nproc)" scripts/package deb | grep -v dbgsym) || exit 1
dpkg-deb -c "$package" | awk '{print $1, $2, $6}' >"$directory/list"
while read -r mode path; do
    grep -qE "^$mode root/root \./$path$" "$directory/list" || fail "the package has no $path ($mode)"
done <<'END'
-rwxr-xr-x usr/bin/autossh
-rwxr-xr-x usr/bin/autosshctl
-rwxr-xr-x usr/bin/condor-ssh
-rwxr-xr-x usr/bin/ssh-agent-wrapper
-rwxr-xr-x usr/bin/rscreen
l......... usr/bin/ruscreen
l......... usr/bin/rtmux
-rwxr-xr-x usr/bin/autossh-argv0
-rw-r--r-- usr/share/man/man1/autossh.1.gz
-rw-r--r-- usr/share/man/man1/autosshctl.1.gz
-rw-r--r-- usr/share/man/man1/condor-ssh.1.gz
-rw-r--r-- usr/share/man/man1/ssh-agent-wrapper.1.gz
-rw-r--r-- usr/share/man/man1/rscreen.1.gz
-rw-r--r-- usr/share/man/man1/autossh-argv0.1.gz
-rw-r--r-- usr/share/man/man5/autossh-fleet.5.gz
-rw-r--r-- usr/share/man/man5/autossh.conf.5.gz
-rw-r--r-- usr/share/man/man7/autossh-compat.7.gz
-rw-r--r-- usr/share/man/man7/autossh-control.7.gz
-rw-r--r-- usr/share/man/man7/autossh-diagnostics.7.gz
-rw-r--r-- usr/share/man/man7/autossh-hub.7.gz
-rw-r--r-- usr/share/man/man7/autossh-secrets.7.gz
-rw-r--r-- usr/share/man/man7/autossh-service.7.gz
-rw-r--r-- usr/share/man/man7/autossh-supervision.7.gz
-rw-r--r-- (usr/)?lib/systemd/system/autossh@.service
-rw-r--r-- usr/lib/systemd/user/autossh@.service
-rw-r--r-- (usr/)?lib/systemd/system/autossh-fleet.service
-rw-r--r-- usr/lib/systemd/user/autossh-fleet.service
-rw-r--r-- usr/lib/sysusers.d/autossh.conf
-rw-r--r-- usr/lib/tmpfiles.d/autossh.conf
l......... usr/libexec/autossh-askpass
-rwxr-xr-x usr/libexec/autossh-tunnel
-rwxr-xr-x usr/share/doc/autossh/examples/sysv/autossh
-rw-r--r-- usr/share/bash-completion/completions/autossh.bash
-rw-r--r-- usr/share/bash-completion/completions/autosshctl
-rw-r--r-- etc/bash_completion.d/autossh
-rw-r--r-- usr/share/zsh/vendor-completions/_autossh
-rw-r--r-- usr/share/zsh/vendor-completions/_autosshctl
-rw-r--r-- usr/share/fish/vendor_completions.d/autossh.fish
-rw-r--r-- usr/share/fish/vendor_completions.d/autosshctl.fish
-rw-r--r-- etc/logcheck/ignore.d.server/autossh
drwxr-xr-x etc/autossh/
-rwxr-xr-x usr/share/doc/autossh/examples/autossh.host
-rw-r--r-- usr/share/doc/autossh/examples/systemd/ssh-agent.service
-rw-r--r-- usr/share/doc/autossh/README.md
-rw-r--r-- usr/share/doc/autossh/docs/service.md
-rw-r--r-- usr/share/doc/autossh/examples/fleet/laptop.toml
-rw-r--r-- usr/share/doc/autossh/examples/prometheus/alerts.yml
-rw-r--r-- usr/share/doc/autossh/examples/prometheus/grafana.json
-rw-r--r-- usr/share/doc/autossh/examples/prometheus/autossh-metrics.timer
-rw-r--r-- usr/share/doc/autossh/examples/ansible/fleet.yml
-rwxr-xr-x usr/share/doc/autossh/examples/hooks/mail
-rw-r--r-- usr/share/autossh/fleet.schema.json
-rw-r--r-- usr/share/doc/autossh/copyright
-rw-r--r-- usr/share/doc/autossh/changelog.gz
-rw-r--r-- usr/share/doc/autossh/changelog.Debian.gz
-rw-r--r-- usr/share/doc/autossh/NEWS.Debian.gz
END
# Boost's part is in the headers; nothing is missing on the system it was built for.
dpkg-deb -x "$package" "$directory/root"
"$directory/root/usr/bin/autossh" -V >/dev/null || fail 'the program of the package does not run'
"$directory/root/usr/bin/autosshctl" --version >/dev/null || fail 'autosshctl of the package does not run'
[ "$(readlink -f "$directory/root/usr/libexec/autossh-askpass")" = "$(readlink -f "$directory/root/usr/bin/autossh")" ] ||
    fail 'ssh would not find our program by autossh-askpass'
for unit in "$directory"/root/lib/systemd/system/autossh@.service "$directory"/root/usr/lib/systemd/user/autossh@.service; do
    [ ! -e "$unit" ] || grep -q '^ExecStart=/usr/bin/autossh ' "$unit" || fail "ExecStart in $unit"
done
exit $failed
