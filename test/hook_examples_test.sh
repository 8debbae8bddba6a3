#!/bin/bash
# The example hooks of share/hooks: each at most 20 lines, clean for shellcheck, and run with stand-ins for the programs
# that it calls, which note their words and their input.
# shellcheck disable=SC2016 # no shell is to expand what a server says
set -uo pipefail
cd "$(dirname "$0")/.." || exit
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
failed=0

fail()
{
    echo "hook_examples_test: $1"
    failed=1
}

for program in notify-send mail curl systemd-cat nsupdate; do
    cat >"$directory/$program" <<'END'
#!/bin/sh
{
    printf '%s' "${0##*/}"
    for word; do printf ' [%s]' "$word"; done
    printf '\n'
    [ "${0##*/}" = notify-send ] || cat
} >"${0%/*}/noted"
END
    chmod +x "$directory/$program"
done

# run HOOK EVENT [WORD…]: as autossh runs it. Some do not read what they get.
run()
{
    hook=$1 event=$2
    shift 2
    rm -f "$directory/noted"
    env -i PATH="$directory:/usr/bin:/bin" HOME=/nonexistent AUTOSSH_EVENT="$event" AUTOSSH_TUNNEL=db \
        AUTOSSH_STATE=waiting AUTOSSH_CLASS=refused AUTOSSH_CAUSE='refused; $(touch /nonexistent/x) "by" 192.0.2.1'"${MORE-}" \
        AUTOSSH_REMEDY='start sshd' AUTOSSH_SINCE=2026-11-29T08:14:02.125Z AUTOSSH_LASTED="${LASTED-}" \
        AUTOSSH_PORT= "share/hooks/$hook" "$@" \
        < <(printf '{"v":1,"event":"%s","tunnel":"db"}\n' "$event") || fail "$hook ($event) has failed"
    noted=$(cat "$directory/noted" 2>/dev/null) || fail "$hook ($event) has called nothing"
}

# expect TEXT: it is in what was noted.
expect()
{
    case $noted in
    *"$1"*) ;;
    *) fail "$hook ($event): no \"$1\" in: $noted" ;;
    esac
}

for hook in share/hooks/*; do
    [ -x "$hook" ] || fail "$hook cannot be run"
    [ "$(wc -l <"$hook")" -le 20 ] || fail "$hook has more than 20 lines"
    ! command -v shellcheck >/dev/null || shellcheck "$hook" || fail "$hook is not clean"
done

run desktop-notice down
expect 'notify-send [--app-name=autossh] [--urgency=normal] [--] [Tunnel db: down] [refused; $(touch /nonexistent/x) "by" 192.0.2.1'
expect 'start sshd]'
MORE=' <img src="x">&' run desktop-notice down
expect '192.0.2.1 &lt;img src="x"&gt;&amp;'
run desktop-notice needs-person
expect '[--urgency=critical]'
run mail down ops@example.org
expect ': down db] [ops@example.org]'
expect 'Cause:  refused; $(touch /nonexistent/x) "by" 192.0.2.1'
LASTED=131 run mail recovered ops@example.org
expect 'What:   recovered, after 131 s'
run web-hook down https://ops.example.org/autossh
expect 'curl [--json] [@-]'
expect '[https://ops.example.org/autossh]'
expect '{"v":1,"event":"down","tunnel":"db"}'
run journal gave-up
expect 'systemd-cat [--identifier=autossh-event] [--priority=err]'
expect '{"v":1,"event":"gave-up","tunnel":"db"}'
run dynamic-dns up tunnels.example.org 192.0.2.7 /etc/dns.key
expect 'nsupdate [-t] [10] [-k] [/etc/dns.key]'
expect $'update delete db.tunnels.example.org A\nupdate add db.tunnels.example.org 60 A 192.0.2.7\nsend'
run dynamic-dns down tunnels.example.org 192.0.2.7 /etc/dns.key
expect $'update delete db.tunnels.example.org A\nsend'
exit $failed
