#!/bin/sh
# The systemd units as systemd itself reads them: no unknown key, nothing missing, and a sandbox worth the name.
#     systemd_units_test.sh [PROGRAM]      the autossh to run (default: build/release/autossh)
# No systemd needs to run. Where there is none of its tools, exit status 77: skipped.
set -u
cd "$(dirname "$0")/.." || exit
if ! command -v systemd-analyze >/dev/null 2>&1; then
    echo 'systemd_units_test: skipped: systemd-analyze is not here'
    exit 77
fi
program=$(realpath "${1:-build/release/autossh}")
[ -x "$program" ] || { echo "systemd_units_test: no program $program"; exit 1; }
directory=$(mktemp -d) || exit
trap 'rm -rf "$directory"' EXIT
trap 'exit 1' HUP INT TERM
failed=0
fail() {
    echo "systemd_units_test: $1"
    failed=1
}

# Copies that run the given program, as verify looks whether it is there.
mkdir -m 700 "$directory/runtime"
for kind in system user; do
    mkdir "$directory/$kind"
    for unit in scripts/systemd/"$kind"/*.service; do
        sed "s|/usr/bin/autossh|$program|" "$unit" >"$directory/$kind/${unit##*/}"
    done
done

# verify KIND UNIT…: that nothing is said is the test, because an unknown key is only a warning.
verify() {
    kind=$1
    shift
    for unit in "$@"; do
        shift
        set -- "$@" "$directory/$kind/$unit"
    done
    said=$(XDG_RUNTIME_DIR="$directory/runtime" systemd-analyze verify --man=no --"$kind" "$@" 2>&1) ||
        fail "verify of $*: exit status $?"
    [ -z "$said" ] || fail "verify of $*: $said"
}
verify system autossh@example.service autossh-fleet.service
verify user autossh@example.service autossh-fleet.service ssh-agent.service

# The examples of drop-ins, as part of the unit.
for example in user credential; do
    mkdir "$directory/system/autossh@$example.service.d"
    cp "scripts/systemd/examples/$example.conf" "$directory/system/autossh@$example.service.d/"
    verify system "autossh@$example.service"
done

# 3.0 of 10, where 10 is no sandbox.
for unit in autossh@ autossh-fleet; do
    systemd-analyze security --offline=true --no-pager --threshold=30 "$directory/system/$unit.service" \
        >"$directory/security" 2>&1 || fail "the sandbox of $unit: $(tail -1 "$directory/security")"
done
# What one tunnel may do, many may do, and no more.
sandbox() { sed -n '/^# What an ssh client does not need/,/^\[Install\]/p' "$1"; }
[ "$(sandbox "$directory/system/autossh@.service")" = "$(sandbox "$directory/system/autossh-fleet.service")" ] ||
    fail 'the sandbox of autossh-fleet.service is another one than that of autossh@.service'

# The promises that no tool checks. A default dependency would hold up the boot, a start limit end the tunnel for good,
# and HOME would be that of another user after a drop-in with User=.
for unit in "$directory"/*/autossh@.service "$directory"/*/autossh-fleet.service; do
    for line in DefaultDependencies=no TimeoutStartSec=infinity StartLimitIntervalSec=0 Type=notify Restart=always; do
        grep -qx "$line" "$unit" || fail "$unit: no $line"
    done
    grep -q '^Environment=.*HOME=' "$unit" && fail "$unit sets HOME"
done
grep -q '^StateDirectory=' "$directory/system/autossh@.service" &&
    fail 'a drop-in with User= would give the keys of all tunnels to its user'

# The example of a configuration is one that autossh takes.
OPTIONS=$(sed -n 's/^OPTIONS="\(.*\)"$/\1/p' scripts/systemd/examples/tunnel.conf)
[ -n "$OPTIONS" ] || fail 'examples/tunnel.conf has no OPTIONS'
# shellcheck disable=SC2086 # words
env -i PATH="$PATH" HOME="$directory" "$program" --explain $OPTIONS >/dev/null 2>"$directory/said" ||
    fail "examples/tunnel.conf: $(cat "$directory/said")"

# The user, in an empty system.
if [ "$(id -u)" -eq 0 ] && command -v systemd-sysusers >/dev/null 2>&1; then
    mkdir -p "$directory/root/etc" "$directory/root/usr/lib/sysusers.d"
    cp scripts/systemd/autossh.sysusers "$directory/root/usr/lib/sysusers.d/autossh.conf"
    systemd-sysusers --root="$directory/root" >"$directory/said" 2>&1 || fail "systemd-sysusers: $(cat "$directory/said")"
    grep -q '^autossh:.*:/var/lib/autossh:/usr/sbin/nologin$' "$directory/root/etc/passwd" ||
        fail "systemd-sysusers makes: $(grep autossh "$directory/root/etc/passwd")"
else
    echo 'systemd_units_test: skipped: the user autossh: needs root and systemd-sysusers'
fi
exit $failed
