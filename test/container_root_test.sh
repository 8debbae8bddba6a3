#!/bin/sh
# The image of scripts/container/Containerfile without a container engine: the file system of its last stage is made
# from the same packages by the same commands, and autossh runs in it as the first process of its pid namespace, as the
# user of the image, without capabilities and with a read-only root, against an sshd on loopback of its own network.
#   test/container_root_test.sh [AUTOSSH]      default build/release/autossh, which must have been built on Debian 12
# As root, with mmdebstrap and Debian's package mirror; takes a minute. AUTOSSH_TEST_ROOT=DIRECTORY keeps the packages'
# file system there, and takes it from there the next time.
set -u
cd "$(dirname "$0")/.." || exit
autossh=$(realpath -m "${1:-build/release/autossh}")
containerfile=scripts/container/Containerfile

skip() {
    echo "SKIPPED: the container's file system: $1"
    exit 77
}
# One line an instruction of the last stage, without comments.
instructions=$(sed -e '/^#/d' -e '/^$/d' "$containerfile" | sed -e ':join' -e '/\\$/{N;s/\\\n *//;bjoin' -e '}' |
    awk '$1 == "FROM" { last = "" } { last = last $0 "\n" } END { printf "%s", last }')
# said PATTERN: what a part of the line that matches says.
said() { echo "$instructions" | sed -nE "s/$1/\1/p" | xargs; }
uid=$(said '^USER ([0-9]+):.*')
entry=$(said '^ENTRYPOINT \["([^"]+)"\]$')
environment=$(said '^ENV (.*)')

if [ "${INSIDE-}" != yes ]; then
    [ "$(id -u)" -eq 0 ] || skip 'not root'
    for command in mmdebstrap unshare setpriv ip ssh-keygen; do
        command -v "$command" >/dev/null || skip "$command is not here"
    done
    [ -x "$autossh" ] || skip 'autossh is not built'
    [ "$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)" = bookworm ] || skip 'this is not Debian 12'
    packed=${AUTOSSH_TEST_ROOT:-$(mktemp -d)}
    [ -n "${AUTOSSH_TEST_ROOT-}" ] || trap 'rm -rf --one-file-system "$packed"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    if ! [ -e "$packed/etc/os-release" ]; then
        packages=$(said '^RUN .*apt-get install -y --no-install-recommends (.*) && .*' | tr ' ' ,)
        mmdebstrap --quiet --variant=minbase --include="$packages" "$(said '^FROM [^:]*:([a-z]+)-slim$')" "$packed" >&2 ||
            skip 'mmdebstrap fails'
    fi
    # All mounts and processes end with this one, and no port of the system is touched.
    INSIDE=yes AUTOSSH_TEST_ROOT=$packed unshare --mount --net --pid --fork --kill-child --mount-proc \
        --propagation private "$0" "$autossh"
    exit
fi

directory=$(mktemp -d)
chmod 755 "$directory" # sshd reads authorized_keys as the user who logs in
failures=0
# shellcheck disable=SC2317 # called by the trap
cleanup() {
    umount -R -l "$directory/memory" 2>/dev/null
    rm -rf --one-file-system "$directory"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

fail() {
    echo "container_root_test: $*"
    failures=$((failures + 1))
}

give_up() {
    fail "$@"
    exit 1
}

# shellcheck source=test/support/wait_for.sh
. test/support/wait_for.sh

# ---- the file system, written to memory

mkdir "$directory/memory"
mount -t tmpfs tmpfs "$directory/memory" || give_up 'no tmpfs'
mkdir "$directory/memory/upper" "$directory/memory/work" "$directory/memory/root"
root=$directory/memory/root
mount -t overlay overlay -o "lowerdir=$AUTOSSH_TEST_ROOT,upperdir=$directory/memory/upper,workdir=$directory/memory/work" "$root" ||
    give_up 'no overlay'
while read -r instruction words; do
    case $instruction in
    RUN)
        case $words in
        *apt-get*) ;; # done by mmdebstrap
        *) chroot "$root" sh -c "$words" || give_up "RUN $words fails" ;;
        esac
        ;;
    COPY)
        case $words in
        --from=build\ */autossh\ *) install -D -m 755 "$autossh" "$root${words##* }" ;;
        --from=*) give_up "COPY $words is not understood" ;;
        *) install -D -m 644 "${words%% *}" "$root${words##* }" ;;
        esac
        ;;
    WORKDIR) mkdir -p "$root$words" ;;
    esac
done <<EOF2
$instructions
EOF2

# ---- the server

ip link set lo up
mkdir -p /run/sshd
ssh-keygen -q -t ed25519 -N '' -f "$directory/host_key"
ssh-keygen -q -t ed25519 -N '' -f "$directory/key"
start_server() {
    : >"$directory/sshd.log"
    /usr/sbin/sshd -D -f /dev/null -E "$directory/sshd.log" -h "$directory/host_key" -p 2222 -o ListenAddress=127.0.0.1 \
        -o AuthorizedKeysFile="$directory/key.pub" -o StrictModes=no -o UsePAM=no -o PidFile=none &
    server=$!
    wait_for grep -q 'Server listening' "$directory/sshd.log" || give_up "sshd does not start: $(cat "$directory/sshd.log")"
}
start_server

# ---- the settings, as Kubernetes mounts them: root's, of the group fsGroup, mode 0440

settings=$directory/memory/settings
mkdir "$settings"
cp "$directory/key" "$settings/key"
echo "[127.0.0.1]:2222 $(cat "$directory/host_key.pub")" >"$settings/known_hosts"
printf 'Host tunnel\n    HostName 127.0.0.1\n    Port 2222\n    User nobody\n' >"$settings/config"
chown -R "root:$uid" "$settings"
chmod 0750 "$settings"
chmod 0440 "$settings"/*
# The root is made read-only as the engine does it, and what is mounted comes upon it.
read_only() { mount --bind "$1" "$2" && mount -o remount,bind,ro "$2"; }
read_only "$root" "$root" || give_up 'no read-only root'
read_only "$settings" "$root/etc/autossh" || give_up 'no settings'
mount --bind /dev "$root/dev" || give_up 'no /dev'
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp" || give_up 'no /tmp'

# contained USER COMMAND…: in the image, as the first process; in the background, or in a subshell.
contained() {
    # shellcheck disable=SC2016
    environment=$environment exec unshare --mount --pid --fork --kill-child sh -c 'user=$1; shift; mount -t proc proc "$0/proc" &&
        exec chroot "$0" env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        $environment AUTOSSH_NAME=db AUTOSSH_DEBUG=1 setpriv --reuid="$user" --regid="$user" --groups="$user" \
        --inh-caps=-all --bounding-set=-all --no-new-privs "$@"' "$root" "$@"
}

# What ssh says when it logs in as USER. The account at the server may have no shell.
log_in() { (contained "$1" /usr/bin/ssh -v -o BatchMode=yes tunnel true) 2>&1 </dev/null; }

# expect WHAT PART TEXT
expect() {
    case $3 in
    *"$2"*) ;;
    *) fail "$1: \"$2\" is not in: $3" ;;
    esac
}

passes() {
    ssh-keyscan -T 3 -t ed25519 -p 5432 127.0.0.1 2>/dev/null | grep -qF "$(cut -d ' ' -f 1,2 "$directory/host_key.pub")"
}

child_of() { tr -d ' ' <"/proc/$1/task/$1/children"; }

status_of() { awk -v key="$1:" '$1 == key { print $NF }' "/proc/$first/status"; }

is_autossh() {
    first=$(child_of "$engine")
    [ -n "$first" ] && [ "$(cat "/proc/$first/comm" 2>/dev/null)" = autossh ]
}

# The health check of the image, run as an engine does it.
check() {
    nsenter --target "$first" --mount --pid --root --wd setpriv --reuid="$uid" --regid="$uid" --groups="$uid" \
        --bounding-set=-all --no-new-privs env AUTOSSH_NAME=db "$entry" --check
}
checks() { # the exit status that is wanted
    answer=$(check 2>&1)
    [ $? -eq "$1" ]
}

# ---- the tunnel

(contained "$uid" "$entry" -N -L 0.0.0.0:5432:127.0.0.1:2222 tunnel) >"$directory/log" 2>&1 </dev/null &
engine=$!
wait_for is_autossh || give_up "autossh does not start: $(cat "$directory/log")"
wait_for passes || give_up "the tunnel does not come up: $(cat "$directory/log")"
[ "$(status_of NSpid)" = 1 ] || fail 'autossh is not the first process'
[ "$(status_of Uid)" = "$uid" ] || fail 'autossh runs as another user'
[ "$(status_of CapBnd)$(status_of CapEff)" = 00000000000000000000000000000000 ] || fail 'autossh has capabilities'
[ "$(status_of NoNewPrivs)" = 1 ] || fail 'autossh may get privileges'
! touch "$root/x" 2>/dev/null || fail 'the root can be written to'
can_check=true
if check 2>&1 | grep -q 'unknown option'; then
    can_check=false
    echo 'SKIPPED: autossh --check in the container: this autossh has none'
fi
! $can_check || wait_for checks 0 || fail "--check, with the tunnel up: $answer"

kill "$server"
wait "$server" 2>/dev/null
for pid in $(pgrep -x sshd); do # of this pid namespace, so none but ours
    kill "$pid" 2>/dev/null
done
! passes || fail 'there is a tunnel without a server'
! $can_check || wait_for checks 2 || fail "--check, without a server: $answer"
is_autossh || fail "autossh has not waited for the server: $(cat "$directory/log")"
start_server
wait_for passes || fail "the tunnel does not come back: $(tail -n 5 "$directory/log")"
! $can_check || wait_for checks 0 || fail "--check, with the tunnel up again: $answer"

kill "$first"
wait_for test ! -e "/proc/$first" || fail 'SIGTERM does not end the container'
wait "$engine"
[ "$(find "$root/tmp" -mindepth 1 | wc -l)" -eq 0 ] || fail "files are left behind: $(ls "$root/tmp")"

# ---- what the files say about keys and users

expect 'a key of root that our group may read' 'Authenticated to' "$(log_in "$uid")"
chmod 0400 "$settings/key"
expect 'a key that only root may read' 'Permission denied' "$(log_in "$uid")"
chown "$uid" "$settings/key"
expect 'a key of our own' 'Authenticated to' "$(log_in "$uid")"
chmod 0440 "$settings/key"
expect 'a key of our own that our group may read' 'UNPROTECTED PRIVATE KEY FILE' "$(log_in "$uid")"
chmod 0400 "$settings/key"
mv "$settings/known_hosts" "$settings/elsewhere"
expect 'no known_hosts' 'Host key verification failed' "$(log_in "$uid")"
mv "$settings/elsewhere" "$settings/known_hosts"

stranger=54321
expect 'a uid that has no user' "No user exists for uid $stranger" "$(log_in $stranger)"
chown -R $stranger:$stranger "$settings"
printf 'tunnel:x:%s:0::/tmp:/usr/sbin/nologin\n' $stranger >"$directory/passwd"
mount --bind "$directory/passwd" "$root/etc/passwd"
expect 'a uid with a passwd of its own' 'Authenticated to' "$(log_in $stranger)"

[ "$failures" -eq 0 ]
