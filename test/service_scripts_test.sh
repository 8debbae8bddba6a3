#!/bin/sh
# The scripts for service managers other than systemd, for Windows and for containers: each is checked, and run as far
# as that is possible here, with stand-ins for what its system would provide.
#   test/service_scripts_test.sh [AUTOSSH]     default build/release/autossh, for what runs a real tunnel
set -u
cd "$(dirname "$0")/.." || exit
autossh=$(realpath -m "${1:-build/release/autossh}")
directory=$(mktemp -d)
chmod 755 "$directory" # for another user's tunnel
pids=
failures=0
# shellcheck disable=SC2317 # called by the trap
cleanup() {
    for pid in $pids; do kill "$pid" 2>/dev/null; done
    for file in "$directory"/run/*/autossh.pid; do
        [ ! -f "$file" ] || kill "$(cat "$file")" 2>/dev/null
    done
    rm -rf "$directory"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

fail() {
    echo "service_scripts_test: $*"
    failures=$((failures + 1))
}

skip() { echo "SKIPPED: $1"; }

has() { command -v "$1" >/dev/null; }

# equal WHAT WANTED GOT
equal() { [ "$2" = "$3" ] || fail "$1: wanted \"$2\", got \"$3\""; }

# contains WHAT PART TEXT
contains() {
    case $3 in
    *"$2"*) ;;
    *) fail "$1: \"$2\" is not in \"$3\"" ;;
    esac
}

# shellcheck source=test/support/wait_for.sh
. test/support/wait_for.sh

shells='dash'
if has busybox; then
    shells='dash busybox'
else
    skip 'service scripts under busybox: it is not here'
fi
# in_shell NAME WORDS…
in_shell() {
    shell=$1
    shift
    case $shell in
    busybox) busybox sh "$@" ;;
    *) "$shell" "$@" ;;
    esac
}

mkdir "$directory/bin"
cat >"$directory/bin/autossh" <<'EOF2'
#!/bin/sh
printf '%s|' "${AUTOSSH_NAME-}" "${AUTOSSH_POLL-}" "${AUTOSSH_MESSAGE-}" "$@"
EOF2
chmod +x "$directory/bin/autossh"

# ---- shellcheck, each in the dialect that runs it

if has shellcheck; then
    shellcheck -s dash scripts/autossh-tunnel scripts/cygrunsrv-install scripts/procd/autossh.init scripts/sysv/autossh ||
        fail 'shellcheck has found something'
    # OpenRC reads these variables itself.
    shellcheck -s sh -e SC2034 scripts/openrc/autossh scripts/openrc/autossh.confd ||
        fail 'shellcheck has found something in the scripts for OpenRC'
else
    skip 'shellcheck of the service scripts: it is not here'
fi

# ---- autossh-tunnel: systemd's EnvironmentFile and its splitting of $OPTIONS. What is expected here is what
# ---- systemd 252 makes of the same file.

cat >"$directory/gw.conf" <<'EOF2'
# a comment that goes \
on
; another
  AUTOSSH_POLL = 12\
0  
AUTOSSH_MESSAGE='it "is" $HOME'"  \"x\" \n "more' text'	
bad-key=1
no assignment
OPTIONS="-N -o 'ProxyCommand=nc %h %p' -o \"A b\" \\x '' a\"b c\"d 'it\\'s' $HOME `id` user@host"
EOF2
wanted="gw|120|it \"is\" \$HOME  \"x\" \\n more' text'|-f|a b|-N|-o|ProxyCommand=nc %h %p|-o|A b|x||ab cd|it's|\$HOME|\`id\`|user@host|"
mkdir "$directory/busybox"
! has busybox || ln -s "$(command -v busybox)" "$directory/busybox/awk"
for shell in $shells; do
    [ "$shell" = busybox ] && path=$directory/busybox:$directory/bin:$PATH || path=$directory/bin:$PATH
    got=$(PATH=$path in_shell "$shell" scripts/autossh-tunnel -c "$directory/gw.conf" gw -f 'a b' 2>"$directory/errors")
    equal "autossh-tunnel under $shell" "$wanted" "$got"
    equal "autossh-tunnel's errors under $shell" 'autossh-tunnel: not a variable: bad-key' "$(cat "$directory/errors")"
    printf 'OPTIONS=host' >"$directory/short.conf"
    equal "a file without a last line break, under $shell" 'a|||host|' \
        "$(PATH=$path in_shell "$shell" scripts/autossh-tunnel -c "$directory/short.conf" a)"
    printf 'AUTOSSH_NAME=other\r\nOPTIONS="host"\r\n' >"$directory/short.conf"
    equal "a file with Windows' line breaks, under $shell" 'other|||host|' \
        "$(PATH=$path in_shell "$shell" scripts/autossh-tunnel -c "$directory/short.conf" a)"
    printf 'AUTOSSH_MESSAGE="a b " \t\nOPTIONS=host  \n' >"$directory/short.conf"
    equal "blanks at the end, under $shell" 'a||a b |host|' \
        "$(PATH=$path in_shell "$shell" scripts/autossh-tunnel -c "$directory/short.conf" a)"
    echo 'AUTOSSH_POLL=5' >"$directory/short.conf"
    if PATH=$path in_shell "$shell" scripts/autossh-tunnel -c "$directory/short.conf" a 2>/dev/null; then
        fail "a file without OPTIONS is no error under $shell"
    fi
    for name in '' ../x -x 'a b' 'a;b'; do
        if PATH=$path in_shell "$shell" scripts/autossh-tunnel -c "$directory/gw.conf" "$name" 2>/dev/null; then
            fail "the name \"$name\" is no error under $shell"
        fi
    done
    errors=$(PATH=$path in_shell "$shell" scripts/autossh-tunnel nowhere 2>&1) && fail 'a missing file is no error'
    contains 'a missing file' '/etc/autossh/nowhere.conf is not there' "$errors"
done

# ---- procd: what the script asks of it

cat >"$directory/procd" <<'EOF2'
extra_command() { echo "extra_command $1"; }
config_load() { echo "config_load $1"; }
config_foreach() { for section in office off cfg01; do "$1" "$section"; done; }
config_get() {
    case $2.$3 in
    office.ssh) value='-i /root/.ssh/id -N -R 2222:localhost:22 a*@host' ;;
    office.poll) value=120 ;;
    office.monitorport) value=20000 ;;
    office.gatetime) value=30 ;;
    office.dropbearproxy) value='nc -x 127.0.0.1 h' ;;
    cfg01.ssh) value='-N host' ;;
    cfg01.home) value=/home/t ;;
    cfg01.user) value=tunnel ;;
    *) value=${4-} ;;
    esac
    eval "$1=\$value"
}
config_get_bool() { [ "$2" = off ] && eval "$1=0" || eval "$1=\$4"; }
config_list_foreach() {
    case $1.$2 in
    cfg01.argument) "$3" 'uptime -p' ;;
    cfg01.env) "$3" 'AUTOSSH_MESSAGE=a b' ;;
    cfg01.file) "$3" /root/.ssh/config ;;
    esac
}
call() { printf '%s' "$1"; shift; printf ' <%s>' "$@"; echo; }
procd_open_instance() { call open "$@"; }
procd_close_instance() { echo close; }
procd_set_param() { call set "$@"; }
procd_append_param() { call append "$@"; }
procd_add_reload_trigger() { call trigger "$@"; }
procd_send_signal() { call signal "$@"; }
EOF2
cat >"$directory/procd.wanted" <<'EOF2'
extra_command retry
extra_command check
config_load autossh
open <office>
set <command> </usr/sbin/autossh>
append <command> <-M> <20000>
append <command> <-i> </root/.ssh/id> <-N> <-R> <2222:localhost:22> <a*@host>
append <command> <-J> <nc -x 127.0.0.1 h>
set <env> <HOME=/root> <AUTOSSH_NAME=office> <AUTOSSH_GATETIME=30> <AUTOSSH_RESTART=always>
append <env> <AUTOSSH_POLL=120>
set <respawn> <3600> <30> <0>
set <term_timeout> <15>
set <stderr> <1>
close
open <cfg01>
set <command> </usr/sbin/autossh>
append <command> <-N> <host>
append <command> <uptime -p>
set <env> <HOME=/home/t> <AUTOSSH_NAME=cfg01> <AUTOSSH_GATETIME=0> <AUTOSSH_RESTART=always>
append <env> <AUTOSSH_MESSAGE=a b>
append <file> </root/.ssh/config>
set <user> <tunnel>
set <respawn> <3600> <30> <0>
set <term_timeout> <15>
set <stderr> <1>
close
trigger <autossh>
signal <autossh> <*> <HUP>
signal <autossh> <office> <HUP>
EOF2
touch "$directory/a1@host" # would be found if the * were a pattern
for shell in $shells; do
    # shellcheck disable=SC2016
    (cd "$directory" && in_shell "$shell" -c '. "$1"; . "$2"; start_service; service_triggers; retry; retry office' \
        sh "$directory/procd" "$OLDPWD/scripts/procd/autossh.init") >"$directory/procd.got" 2>&1
    difference=$(diff "$directory/procd.wanted" "$directory/procd.got") || fail "procd under $shell: $difference"
done
equal "the options of OpenWrt's own package are in the sample" 'enabled gatetime monitorport poll ssh ' \
    "$(sed -nE "s/^\t#?option (enabled|gatetime|monitorport|poll|ssh) .*/\1/p" scripts/procd/autossh.config | sort | tr '\n' ' ')"

# ---- OpenRC: what the script leaves for it

cat >"$directory/openrc" <<'EOF2'
eerror() { echo "eerror: $*"; }
ebegin() { echo "ebegin: $*"; }
eend() { echo "eend: $1"; }
checkpath() { echo "checkpath: $*"; }
for function in use need after before provide; do eval "$function() { echo \"$function: \$*\"; }"; done
autossh() { echo "autossh: $RUNTIME_DIRECTORY $*"; return "$health"; }
EOF2
cat >"$directory/openrc.wanted" <<'EOF2'
supervise-daemon /usr/libexec/autossh-tunnel -c /etc/autossh/gw.x.conf gw.x
autossh 30 0 SIGTERM/15/SIGKILL/5 /run/autossh.gw.x.pid reload check /run/autossh/gw.x/errors
use: net dns logger
after: firewall
eerror: /dev/null is not there
checkpath: --directory --mode 0755 /run/autossh
checkpath: --directory --mode 0700 --owner autossh /run/autossh/gw.x
ebegin: Telling autossh.gw.x to try now
supervise-daemon: autossh.gw.x --signal HUP --pidfile /run/autossh.gw.x.pid
eend: 0
autossh: /run/autossh/gw.x --check gw.x
check 2
healthcheck 0 at 0
healthcheck 0 at 1
healthcheck 1 at 2
EOF2
printf '#!/bin/sh\necho "supervise-daemon: $*"\n' >"$directory/bin/supervise-daemon"
chmod +x "$directory/bin/supervise-daemon"
# openrc SERVICE CODE: runs it after the script has been read
openrc() {
    PATH=$directory/bin:$PATH RC_SVCNAME=$1 dash -c ". '$directory/openrc'; . scripts/openrc/autossh; $2" 2>&1
}
# shellcheck disable=SC2016
openrc autossh.gw.x 'health=2
    echo "$supervisor $command $command_args"
    echo "$command_user $respawn_delay $respawn_max $retry $pidfile $extra_started_commands $error_log"
    depend; configuration=/dev/null; start_pre; configuration=/etc/passwd; start_pre; reload; check; echo "check $?"
    for health in 0 1 2; do healthcheck; echo "healthcheck $? at $health"; done' >"$directory/openrc.got"
difference=$(diff "$directory/openrc.wanted" "$directory/openrc.got") || fail "OpenRC: $difference"
contains 'OpenRC without a tunnel' refused "$(openrc autossh 'start_pre || echo refused')"

# ---- System V: a real tunnel

sysv=$directory/sysv
mkdir "$directory/etc" "$directory/run"
sed -e "s#^configurations=.*#configurations=$directory/etc#" -e "s#^runtime=.*#runtime=$directory/run#" \
    -e "s#/etc/default/autossh#$directory/default#g" -e "s#^PATH=.*#PATH=${autossh%/*}:/usr/sbin:/usr/bin:/sbin:/bin#" \
    scripts/sysv/autossh >"$sysv"
printf 'RUNNER=%s\nTUNNEL_USER=nobody\n' "$directory/autossh-tunnel" >"$directory/default"
cp scripts/autossh-tunnel "$directory"

# exits WHAT STATUS SHELL WORDS…: the script's exit status; its words are left in $output
exits() {
    what=$1
    status=$2
    shell=$3
    shift 3
    output=$(in_shell "$shell" "$sysv" "$@" 2>&1)
    got=$?
    [ $got -eq "$status" ] || fail "System V under $shell: $what: wanted exit status $status, got $got: $output"
}

free_port() { echo $((20000 + ($$ * 41 + $1 * 997) % 12000)); }

start_server() {
    sshd=$(PATH=$PATH:/usr/sbin:/usr/local/sbin command -v sshd) || return 1
    mkdir -p /run/sshd
    ssh-keygen -q -t ed25519 -N '' -f "$directory/host_key" && ssh-keygen -q -t ed25519 -N '' -f "$directory/key" || return 1
    chown nobody "$directory/key"
    cat >"$directory/ssh_config" <<EOF2
Host *
    HostKeyAlias server
    IdentityFile $directory/key
    IdentitiesOnly yes
    UserKnownHostsFile $directory/known_hosts
    GlobalKnownHostsFile /dev/null
EOF2
    echo "server $(cat "$directory/host_key.pub")" >"$directory/known_hosts"
    for try in 1 2 3 4 5 6 7 8; do
        port=$(free_port "$try")
        : >"$directory/sshd.log"
        "$sshd" -D -f /dev/null -E "$directory/sshd.log" -h "$directory/host_key" -p "$port" -o ListenAddress=127.0.0.1 \
            -o AuthorizedKeysFile="$directory/key.pub" -o StrictModes=no -o UsePAM=no -o PidFile=none &
        server=$!
        pids="$pids $server"
        wait_for grep -qE 'Server listening|Bind to port|Cannot bind' "$directory/sshd.log"
        ! grep -q 'Server listening' "$directory/sshd.log" || return 0
    done
    return 1
}

# The server's own key comes through the tunnel.
passes() {
    ssh-keyscan -T 3 -t ed25519 -p "$1" 127.0.0.1 2>/dev/null | grep -qF "$(cut -d ' ' -f 1,2 "$directory/host_key.pub")"
}

write_tunnel() {
    cat >"$directory/etc/$1.conf" <<EOF2
# read by autossh-tunnel, as user nobody
AUTOSSH_LOGFILE=$directory/run/$1/log
OPTIONS="-N -F $directory/ssh_config -p $port -L '127.0.0.1:$2:127.0.0.1:$port' nobody@127.0.0.1"
EOF2
}

can_check=false
! [ -x "$autossh" ] || "$autossh" --check --pid-file /nonexistent 2>&1 | grep -q 'unknown option' || can_check=true

run_system_v() {
    exits 'status, not started' 3 "$1" status gw
    exits start 0 "$1" start
    contains 'both tunnels are started' 'autossh: db started
autossh: gw started' "$output"
    wait_for passes "$gw_port" || fail "System V under $1: the tunnel gw is not up: $(tail -n 5 "$directory/run/gw/log")"
    wait_for passes "$db_port" || fail "System V under $1: the tunnel db is not up: $(tail -n 5 "$directory/run/db/log")"
    pid=$(cat "$directory/run/gw/autossh.pid")
    equal 'the user of the tunnel' nobody "$(stat -c %U "/proc/$pid")"
    equal 'its variables' "AUTOSSH_NAME=gw HOME=/nonexistent RUNTIME_DIRECTORY=$directory/run/gw " \
        "$(tr '\0' '\n' <"/proc/$pid/environ" | grep -E '^(AUTOSSH_NAME|HOME|RUNTIME_DIRECTORY)=' | sort | tr '\n' ' ')"
    exits 'start, when it runs' 0 "$1" start gw
    contains 'start, when it runs' 'runs already' "$output"
    exits 'status, when it runs' 0 "$1" status
    contains 'status tells the pid' "gw runs (pid $pid)" "$output"
    exits reload 0 "$1" reload gw
    equal 'a reload keeps the process' "$pid" "$(cat "$directory/run/gw/autossh.pid")"
    ! $can_check || exits 'check, when up' 0 "$1" check gw
    exits force-reload 0 "$1" force-reload gw
    wait_for passes "$gw_port" || fail "System V under $1: the tunnel is not up after force-reload"
    [ "$pid" != "$(cat "$directory/run/gw/autossh.pid")" ] || fail "System V under $1: force-reload keeps the process"
    exits stop 0 "$1" stop gw
    [ ! -e "$directory/run/gw/autossh.pid" ] || fail "System V under $1: the pid file is left after stop"
    passes "$db_port" || fail "System V under $1: stop of one tunnel has stopped the other"
    exits 'stop, when it does not run' 0 "$1" stop gw
    exits 'reload, when it does not run' 7 "$1" reload gw
    exits 'try-restart, when it does not run' 0 "$1" try-restart gw
    exits 'status of all, one down' 3 "$1" status
    ! $can_check || exits 'check, when it does not run' 2 "$1" check gw
    # A pid file that names somebody else's process is not believed.
    echo "$server" >"$directory/run/gw/autossh.pid"
    exits 'status with a wrong pid file' 1 "$1" status gw
    exits 'stop with a wrong pid file' 0 "$1" stop gw
    kill -0 "$server" || fail "System V under $1: stop has killed a stranger"
    setpriv --reuid=nobody --clear-groups sleep 60 &
    stranger=$!
    pids="$pids $stranger"
    echo "$stranger" >"$directory/run/gw/autossh.pid"
    exits 'status with the pid of another program of the user' 1 "$1" status gw
    kill "$stranger"
    rm "$directory/run/gw/autossh.pid"
    echo 'OPTIONS="-Y"' >"$directory/etc/bad.conf"
    exits 'a bad option' 1 "$1" start bad
    contains 'a bad option is told' usage "$output"
    rm "$directory/etc/bad.conf"
    exits 'a tunnel that is not there' 6 "$1" start nowhere
    mv "$directory/etc/db.conf" "$directory/etc/db.conf.old"
    exits 'status, when the file is gone' 3 "$1" status
    contains 'status, when the file is gone' 'db runs' "$output"
    exits 'stop all' 0 "$1" stop
    contains 'stop, when the file is gone' 'db stopped' "$output"
    mv "$directory/etc/db.conf.old" "$directory/etc/db.conf"
    exits 'status, all stopped' 3 "$1" status
}

for shell in $shells; do
    exits 'no action' 2 "$shell"
    exits 'a wrong action' 2 "$shell" leap
    exits 'a wrong name' 2 "$shell" status ../x
    exits 'no tunnels: status' 3 "$shell" status
done
if [ "$(id -u)" -ne 0 ]; then
    skip 'the System V script with a real tunnel: not root'
    exits 'start by a user' 4 dash start
elif ! [ -x "$autossh" ] || ! has setpriv; then
    skip 'the System V script with a real tunnel: autossh is not built, or setpriv is not here'
elif ! start_server; then
    fail "sshd does not start: $(cat "$directory/sshd.log" 2>/dev/null)"
else
    exits 'no tunnels: start' 0 dash start
    gw_port=$(free_port 21)
    db_port=$(free_port 22)
    write_tunnel gw "$gw_port"
    write_tunnel db "$db_port"
    $can_check || skip 'autossh --check in the System V script: this autossh has none'
    for shell in $shells; do
        run_system_v "$shell"
    done
    # And where there is no start-stop-daemon: over su.
    sed -i 's/command -v start-stop-daemon/false/' "$sysv"
    exits 'start over su' 0 dash start gw
    wait_for passes "$gw_port" || fail "System V over su: the tunnel is not up"
    equal 'the user of the tunnel over su' nobody "$(stat -c %U "/proc/$(cat "$directory/run/gw/autossh.pid")")"
    exits 'stop over su' 0 dash stop gw
    sed -i '/RUNNER/d' "$directory/default"
    exits 'not installed' 5 dash start gw
fi

# ---- Windows: what cygrunsrv is given

cat >"$directory/bin/cygrunsrv" <<'EOF2'
#!/bin/sh
printf '%s\0' cygrunsrv "$@" >>"$CALLS"
EOF2
sed 's/cygrunsrv/editrights/' "$directory/bin/cygrunsrv" >"$directory/bin/editrights"
chmod +x "$directory/bin/cygrunsrv" "$directory/bin/editrights"
mkdir "$directory/windows"
cp scripts/cygrunsrv-install scripts/autossh-tunnel "$directory/windows"
windows() {
    : >"$directory/calls"
    PATH=$directory/bin:$PATH CALLS=$directory/calls dash "$directory/windows/cygrunsrv-install" "$@" 2>&1
}
me=$(id -un)
home=$(getent passwd "$me" | cut -d: -f6)
# shellcheck disable=SC2016 # not to be expanded
output=$(windows --name gw --config "$directory/windows/gw.conf" --user "$me" -- \
    -o 'ProxyCommand=nc "a b" '"'c'"' $HOME `id` \n %h' '' -R 2222:localhost:22 user@host) || fail "cygrunsrv-install: $output"
printf '%s\0' editrights -u "$me" -a SeServiceLogonRight cygrunsrv -I gw -p /bin/sh \
    -a "$directory/windows/autossh-tunnel -c $directory/windows/gw.conf gw -M 0" -d 'autossh gw' \
    -f "Keeps the ssh tunnel of $directory/windows/gw.conf up" -t auto -y tcpip -e AUTOSSH_NTSERVICE=yes \
    -e "HOME=$home" -e AUTOSSH_GATETIME=0 -1 /var/log/gw.log -2 /var/log/gw.log --neverexits --shutdown \
    -u "$me" >"$directory/calls.wanted"
cmp -s "$directory/calls.wanted" "$directory/calls" ||
    fail "cygrunsrv-install: wanted $(tr '\0' '|' <"$directory/calls.wanted"), got $(tr '\0' '|' <"$directory/calls")"
# The string of arguments, taken apart at its blanks, leads to the words that were given.
# shellcheck disable=SC2046,SC2016
equal 'the words that reach autossh from the Windows service' \
    'gw|||-M|0|-o|ProxyCommand=nc "a b" '"'c'"' $HOME `id` \n %h||-R|2222:localhost:22|user@host|' \
    "$(PATH=$directory/bin:$PATH dash $(tr '\0' '\n' <"$directory/calls" | grep -- ' -c '))"
if output=$(windows --name gw --config "$directory/windows/gw.conf" -- host); then
    fail 'cygrunsrv-install overwrites a file'
fi
[ ! -s "$directory/calls" ] || fail 'cygrunsrv-install installs after an error'
output=$(windows --name gw --config "$directory/windows/gw.conf" --user SYSTEM --log '/var/log/a b' --monitor 20000) ||
    fail "cygrunsrv-install with a file that is there: $output"
output=$(tr '\0' '|' <"$directory/calls")
contains 'the monitor port' 'gw -M 20000|' "$output"
contains 'the log' '|-1|/var/log/a b|-2|/var/log/a b|' "$output"
case $output in *'|-u|'*) fail 'SYSTEM is given as a user' ;; esac
output=$(windows --remove gw) || fail "cygrunsrv-install --remove: $output"
equal 'what --remove does' 'cygrunsrv|-E|gw|cygrunsrv|-R|gw|' "$(tr '\0' '|' <"$directory/calls")"
output=$(windows --dry-run --name gw --config "$directory/windows/new.conf" -- 'a b' host) || fail "--dry-run: $output"
contains '--dry-run' "cygrunsrv -I gw -p /bin/sh -a '" "$output"
contains '--dry-run' "#   OPTIONS=\"'a b' host\"" "$output"
if [ -s "$directory/calls" ] || [ -e "$directory/windows/new.conf" ]; then fail '--dry-run does something'; fi
for words in '--name ../x -- h' '--name gw --' '--password x -- h' '--user no_such_user -- h' '--config relative -- h'; do
    # shellcheck disable=SC2086
    if windows $words >/dev/null; then fail "cygrunsrv-install $words is no error"; fi
    [ ! -s "$directory/calls" ] || fail "cygrunsrv-install $words calls cygrunsrv"
done

# ---- launchd

plist=scripts/launchd/org.autossh.tunnel.plist
if has python3; then
    python3 - "$plist" <<'EOF2' || fail "$plist"
import plistlib, sys
with open(sys.argv[1], "rb") as file:
    job = plistlib.load(file)
assert job["Label"] == "org.autossh.tunnel"
assert job["KeepAlive"] is True and job["RunAtLoad"] is True
assert job["ThrottleInterval"] >= 10 and job["ExitTimeOut"] > 10
assert job["ProgramArguments"][0].startswith("/") and "-f" not in job["ProgramArguments"]
assert all(isinstance(word, str) for word in job["ProgramArguments"])
assert all(isinstance(value, str) for value in job["EnvironmentVariables"].values())
assert not set(job) - {"Label", "ProgramArguments", "UserName", "EnvironmentVariables", "RunAtLoad", "KeepAlive",
                       "ThrottleInterval", "ExitTimeOut", "ProcessType", "StandardErrorPath"}
EOF2
elif has xmllint; then
    xmllint --noout --nonet "$plist" || fail "$plist is no XML"
    skip 'the keys of the launchd property list: python3 is not here'
else
    skip 'the launchd property list: neither python3 nor xmllint is here'
fi

# ---- containers

# One line an instruction, without comments.
containerfile=scripts/container/Containerfile
sed -e '/^#/d' -e '/^$/d' "$containerfile" | sed -e ':join' -e '/\\$/{N;s/\\\n *//;bjoin' -e '}' >"$directory/build"
awk '$1 == "FROM" { last = "" } { last = last $0 "\n" } END { printf "%s", last }' "$directory/build" >"$directory/last"
only() { # only INSTRUCTION FILE: what follows it, where it stands once
    [ "$(grep -c "^$1 " "$2")" -eq 1 ] || fail "$containerfile: not one $1"
    sed -n "s/^$1 //p" "$2"
}
grep -qE '^(ADD|MAINTAINER|VOLUME)\b' "$directory/build" && fail "$containerfile: ADD, MAINTAINER or VOLUME"
grep -qE '\b(curl|wget|git)\b' "$directory/build" && fail "$containerfile: something is fetched"
equal 'where the images come from' 'docker.io/library/debian:bookworm docker.io/library/debian:bookworm-slim ' \
    "$(sed -nE 's/^FROM ([^ ]+).*/\1/p' "$directory/build" | tr '\n' ' ')"
equal 'the entry point' '["/usr/bin/autossh"]' "$(only ENTRYPOINT "$directory/last")"
contains 'the health check' ' CMD ["/usr/bin/autossh", "--check"]' " $(only HEALTHCHECK "$directory/last")"
uid=$(sed -nE 's/^RUN useradd .*--uid ([0-9]+) .*/\1/p' "$directory/last")
equal 'the user' "$uid:$uid" "$(only USER "$directory/last")"
grep 'apt-get install' "$directory/build" | while read -r line; do
    contains 'apt-get install' '--no-install-recommends' "$line"
    contains 'apt-get install' 'rm -rf /var/lib/apt/lists' "$line"
done
sed -n 's/^COPY \([^-].*\) [^ ]*$/\1/p' "$directory/build" | tr ' ' '\n' >"$directory/copied"
while read -r path; do
    [ -e "$path" ] || fail "$containerfile copies $path, which is not there"
done <"$directory/copied"
if has cmake && has c++ && has ninja; then
    mkdir "$directory/source"
    while read -r path; do
        case $path in
        scripts/*) ;;
        *) cp -r "$path" "$directory/source" ;;
        esac
    done <"$directory/copied"
    # shellcheck disable=SC2046 # words
    (cd "$directory/source" && cmake $(sed -n 's/^RUN cmake \(.*\) && cmake --build.*/\1/p' "$directory/build" |
        sed "s#/build#$directory/build.d#") >"$directory/cmake.log" 2>&1) ||
        fail "what $containerfile copies is not enough for cmake: $(tail -n 3 "$directory/cmake.log")"
else
    skip 'cmake over what the Containerfile copies: no build tools'
fi

if has python3 && python3 -c 'import yaml' 2>/dev/null; then
    python3 - scripts/container/kubernetes.yaml "$uid" <<'EOF2' || fail 'scripts/container/kubernetes.yaml'
import sys, yaml
with open(sys.argv[1]) as file:
    found = {document["kind"]: document for document in yaml.safe_load_all(file)}
uid = int(sys.argv[2])
assert set(found) == {"Secret", "ConfigMap", "Deployment", "Service"}, found.keys()
assert set(found["Secret"]["stringData"]) == {"key"}
assert set(found["ConfigMap"]["data"]) == {"known_hosts", "config"}
deployment = found["Deployment"]["spec"]
assert deployment["replicas"] == 1 and deployment["strategy"]["type"] == "Recreate"
labels = deployment["template"]["metadata"]["labels"]
assert deployment["selector"]["matchLabels"] == labels == found["Service"]["spec"]["selector"]
pod = deployment["template"]["spec"]
assert pod["automountServiceAccountToken"] is False
assert pod["terminationGracePeriodSeconds"] > 10
security = pod["securityContext"]
assert security["runAsNonRoot"] is True and security["seccompProfile"] == {"type": "RuntimeDefault"}
assert security["runAsUser"] == security["runAsGroup"] == security["fsGroup"] == uid
(container,) = pod["containers"]
assert container["securityContext"] == {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True,
                                        "capabilities": {"drop": ["ALL"]}}
assert "command" not in container and container["args"][0] == "-N"
assert container["readinessProbe"]["exec"]["command"] == ["/usr/bin/autossh", "--check"]
alive = container["livenessProbe"]["exec"]["command"]
assert alive[:2] == ["/bin/sh", "-c"] and "--check" in alive[2] and "does not answer" in alive[2]
volumes = {volume["name"]: volume for volume in pod["volumes"]}
mounts = {mount["name"]: mount for mount in container["volumeMounts"]}
assert set(volumes) == set(mounts)
assert mounts["settings"]["mountPath"] == "/etc/autossh" and mounts["settings"]["readOnly"] is True
assert volumes["settings"]["projected"]["defaultMode"] == 0o400
assert mounts["tmp"]["mountPath"] == "/tmp" and "emptyDir" in volumes["tmp"]
names = {kind: found[kind]["metadata"]["name"] for kind in ("Secret", "ConfigMap")}
sources = volumes["settings"]["projected"]["sources"]
assert sources == [{"secret": {"name": names["Secret"]}}, {"configMap": {"name": names["ConfigMap"]}}]
ports = {port["name"]: port["containerPort"] for port in container["ports"]}
assert found["Service"]["spec"]["ports"][0]["targetPort"] in ports
EOF2
else
    skip "the Kubernetes manifest: python3's yaml is not here"
fi

[ "$failures" -eq 0 ]
