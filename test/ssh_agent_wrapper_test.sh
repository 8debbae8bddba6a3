#!/bin/sh
# ssh-agent-wrapper under dash: one agent at a known place, and none where somebody else could have put his own.
# Checks that need root or csh are skipped by name without it.
set -u
cd "$(dirname "$0")/.." || exit
wrapper=$PWD/scripts/ssh-agent-wrapper
directory=$(mktemp -d) || exit
# mktemp may answer with a path that has symbolic links in it.
directory=$(cd "$directory" && pwd -P) || exit
failed=0
# shellcheck disable=SC2317 # called by the trap
cleanup() {
    for memory in "$directory"/*/.ssh/*.pid "$directory"/*/*.pid "$directory"/*.others; do
        [ ! -f "$memory" ] || kill -KILL "$(cat "$memory")" 2>/dev/null
    done
    rm -rf "$directory"
}
trap cleanup EXIT
trap 'exit 1' HUP INT PIPE TERM
fail() {
    echo "ssh_agent_wrapper_test: $1"
    failed=1
}
skip() { echo "ssh_agent_wrapper_test: skipped: $1"; }

# run WORDS…: the wrapper with nothing of the caller's environment, and a limit, because one that hangs is a failure too.
run() { env -i PATH="$PATH" HOME="$home" timeout 60 dash "$wrapper" "$@" </dev/null 2>"$directory/said"; }
# refuses WHAT WORDS… with a message about it: the last argument is a pattern of what is said.
refuses() {
    what=$1 said=$2
    shift 2
    if run "$@" >"$directory/printed"; then fail "$what is no error"; fi
    grep -q "$said" "$directory/said" || fail "of $what it says: $(cat "$directory/said")"
    [ ! -s "$directory/printed" ] || fail "for $what it prints: $(cat "$directory/printed")"
}
# new_home NAME: a home directory of its own for each check.
new_home() {
    home=$directory/$1
    mkdir -m 700 "$home"
    socket=$home/.ssh/agent.sock
}
agent() { cat "$socket.pid" 2>/dev/null; }
# A process that nobody has waited for yet is dead as well.
lives() { [ -n "$1" ] && case $(ps -o stat= -p "$1" 2>/dev/null) in '' | Z*) false ;; esac }
# How many agents listen at $socket? Through a file, because grep is a process with these words too.
number_of_agents() {
    ps -A -o stat= -o args= >"$directory/processes"
    grep -v '^Z' "$directory/processes" | grep -cF "ssh-agent -s -a $socket"
}
answers() {
    SSH_AUTH_SOCK=$1 ssh-add -l >/dev/null 2>&1
    [ $? -ne 2 ]
}

# --- Start and reuse.
new_home "a home's, really!"
printed=$(run) || fail "it fails: $(cat "$directory/said")"
# shellcheck disable=SC2016 # the shells below expand it
found=$(env -i PATH="$PATH" SSH_AGENT_PID=1 dash -c 'eval "$1"; printf "%s|%s" "$SSH_AUTH_SOCK" "${SSH_AGENT_PID-none}"' \
    dash "$printed")
[ "$found" = "$socket|none" ] || fail "sh reads: $found"
answers "$socket" || fail 'no agent answers'
[ "$(stat -c %a "$socket")" = 600 ] || fail "the socket has mode $(stat -c %a "$socket")"
[ "$(stat -c %a "$home/.ssh")" = 700 ] || fail "the directory has mode $(stat -c %a "$home/.ssh")"
first=$(agent)
printed_again=$(run) || fail 'it fails the second time'
[ "$printed_again" = "$printed" ] || fail "the second time it prints: $printed_again"
[ "$(agent)" = "$first" ] || fail 'the agent is not reused'
[ "$(ps -o sid= -p "$first" | tr -d ' ')" = "$first" ] || fail 'the agent belongs to the session of its caller'

# --- A command, and the path alone.
[ "$(run sh -c 'printf "%s|" "$SSH_AUTH_SOCK" "$@"' sh 'two  words' --stop)" = "$socket|two  words|--stop|" ] ||
    fail 'the command does not get the socket and its words'
run sh -c 'exit 7'
[ $? -eq 7 ] || fail 'the status of the command is lost'
[ "$(run --socket-path)" = "$socket" ] || fail "the path is $(run --socket-path)"
[ "$(run --socket "$home/x/y" --socket-path)" = "$home/x/y" ] || fail '--socket does not count'
[ ! -e "$home/x" ] || fail '--socket-path makes a directory'
[ "$(env -i PATH="$PATH" SSH_AGENT_SOCKET=/s/t dash "$wrapper" --socket-path)" = /s/t ] ||
    fail 'SSH_AGENT_SOCKET does not count, or HOME is needed for it'
refuses 'a relative path' 'no absolute path' --socket x/y
refuses 'an unknown option' 'unknown option' --nonsense
if env -i PATH="$PATH" dash "$wrapper" >/dev/null 2>&1; then fail 'no HOME is no error'; fi

# --- csh.
if command -v csh >/dev/null 2>&1; then
    # shellcheck disable=SC2016
    [ "$(env -i PATH="$PATH" HOME="$home" WRAPPER="$wrapper" csh -f -c \
        'eval `"$WRAPPER" -c`; printf %s "$SSH_AUTH_SOCK"' 2>&1)" = "$socket" ] || fail 'csh does not read it'
else
    skip 'csh: not here'
fi

# --- A stale socket. KILL leaves it behind.
kill -KILL "$first"
while lives "$first"; do sleep 0.1; done
[ -S "$socket" ] || fail 'the dead agent has left no socket'
run >/dev/null || fail "it fails with a stale socket: $(cat "$directory/said")"
second=$(agent)
[ "$second" != "$first" ] || fail 'a dead agent is not replaced'
answers "$socket" || fail 'after a stale socket no agent answers'

# --- Stop.
[ "$(run --stop)" = 'unset SSH_AUTH_SOCK;
unset SSH_AGENT_PID;' ] || fail "--stop prints: $(run --stop)"
if lives "$second"; then fail 'the agent outlives --stop'; fi
if [ -e "$socket" ] || [ -e "$socket.pid" ]; then fail '--stop leaves files behind'; fi
run --stop >/dev/null || fail '--stop without an agent fails'
run >/dev/null || fail 'it does not start after --stop'
kill -STOP "$(agent)"
third=$(agent)
run --stop >/dev/null || fail "--stop of a stopped agent: $(cat "$directory/said")"
if lives "$third"; then fail 'a stopped agent outlives --stop'; fi

# --- Another process has the number of the agent now.
run >/dev/null
agent >"$directory/number.others"
sleep 1000 &
bystander=$!
echo "$bystander" >"$socket.pid"
refuses 'an agent with the number of another process' 'was not started by' --stop
lives "$bystander" || fail '--stop has ended another process'
kill "$bystander"

# --- No descriptor of the caller is kept: a reader of its pipes comes to their end. 12 is one that dash cannot close.
new_home descriptors
mkfifo "$home/low" "$home/high"
for pipe in low high; do cat "$home/$pipe" >"$home/$pipe.read" & done
# shellcheck disable=SC2016 # bash expands it
env -i PATH="$PATH" HOME="$home" bash -c 'exec 5>"$1" 12>"$2"; dash "$0" >/dev/null' "$wrapper" "$home/low" "$home/high"
held=$(for descriptor in /proc/"$(agent)"/fd/*; do readlink "$descriptor"; done | grep -c "$home/")
[ "$held" -eq 0 ] || fail "the agent holds $held descriptors of its caller"

# --- Two at once, and ten: one agent.
for existing in none stale; do
    new_home "at once, $existing"
    if [ "$existing" = stale ]; then
        run >/dev/null
        first=$(agent)
        kill -KILL "$first"
        while lives "$first"; do sleep 0.1; done
    fi
    callers=
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        env -i PATH="$PATH" HOME="$home" dash "$wrapper" >/dev/null 2>&1 </dev/null &
        callers="$callers $!"
    done
    for caller in $callers; do wait "$caller" || fail "of ten at once, $existing, one fails"; done
    number=$(number_of_agents)
    [ "$number" -eq 1 ] || fail "ten at once, $existing, have started $number agents"
    answers "$socket" || fail "after ten at once, $existing, no agent answers"
done

# --- The same without flock, as on systems that have none, with a lock that a dead process has left behind.
new_home 'no flock'
mkdir -m 700 "$home/.ssh" "$home/bin"
for tool in bash cat chmod dash find id kill ln ls mkdir mv ps readlink rm sed sleep ssh-add ssh-agent timeout; do
    ln -s "$(command -v "$tool")" "$home/bin/$tool" 2>/dev/null
done
sh -c 'exit 0' &
dead=$!
wait "$dead"
ln -s "$dead" "$socket.lock.link"
callers=
for _ in 1 2 3 4 5 6 7 8 9 10; do
    env -i PATH="$home/bin" HOME="$home" dash "$wrapper" >/dev/null 2>&1 </dev/null &
    callers="$callers $!"
done
for caller in $callers; do wait "$caller" || fail 'without flock, of ten at once one fails'; done
number=$(number_of_agents)
[ "$number" -eq 1 ] || fail "without flock, ten at once have started $number agents"
if [ -h "$socket.lock.link" ]; then fail 'without flock, the lock is left behind'; fi

# --- What is in the place of the socket.
new_home planted
mkdir -m 700 "$home/.ssh"
env -i PATH="$PATH" ssh-agent -s -a "$home/other.sock" | sed -n 's/^SSH_AGENT_PID=\([0-9]*\);.*/\1/p' \
    >"$directory/planted.others"
ln -s "$home/other.sock" "$socket"
refuses 'a symbolic link to an agent' 'is a symbolic link'
refuses 'a symbolic link to an agent, on --stop,' 'is a symbolic link' --stop
answers "$home/other.sock" || fail 'the agent behind the link has been ended'
rm "$socket"
ln -s "$home/nowhere" "$socket"
refuses 'a dangling link' 'is a symbolic link'
if [ -e "$home/nowhere" ]; then fail 'a dangling link is followed'; fi
rm "$socket"
echo precious >"$socket"
refuses 'a plain file' 'is no socket'
[ "$(cat "$socket")" = precious ] || fail 'the plain file is gone'
rm "$socket"
echo precious >"$home/file"
ln -sf "$home/file" "$socket.lock"
refuses 'a link in place of the lock' 'is no plain file'
rm "$socket.lock"
ln -sf "$home/file" "$socket.pid"
refuses 'a link in place of the number' 'is no plain file'
[ "$(cat "$home/file")" = precious ] || fail 'a link in place of the lock or the number is followed'
rm "$socket.pid"

# --- Who can write there.
new_home unsafe
mkdir "$home/.ssh"
for mode in 770 702 1777; do
    chmod "$mode" "$home/.ssh"
    refuses "a directory of mode $mode" "chmod go-w '$home/.ssh'"
done
chmod 700 "$home/.ssh"
chmod 777 "$home"
refuses 'a home that others can write' "chmod go-w '$home'"
chmod 1777 "$home"
run >/dev/null || fail "in a directory of its own below one like /tmp: $(cat "$directory/said")"
run --stop >/dev/null
chmod 700 "$home"
mv "$home/.ssh" "$home/elsewhere"
ln -s elsewhere "$home/.ssh"
found=$(run sh -c 'echo "$SSH_AUTH_SOCK"') || fail "a link to a directory of its own is refused: $(cat "$directory/said")"
[ "$found" = "$home/elsewhere/agent.sock" ] || fail "through a link, the socket is $found"
[ -S "$home/elsewhere/agent.sock" ] || fail 'no agent behind the link to the directory'
run --stop >/dev/null || fail "--stop behind a link: $(cat "$directory/said")"

# --- Somebody else's.
if [ "$(id -u)" -eq 0 ] && id nobody >/dev/null 2>&1; then
    chmod 755 "$directory"
    new_home foreign
    mkdir -m 700 "$home/.ssh"
    chown nobody "$home/.ssh"
    refuses "somebody else's directory" 'is not yours'
    chown 0 "$home/.ssh"
    run >/dev/null
    agent >"$directory/foreign.others"
    chown nobody "$socket"
    refuses "somebody else's socket" 'is not yours'
    refuses "somebody else's socket, on --stop," 'is not yours' --stop
    lives "$(cat "$directory/foreign.others")" || fail "the agent at somebody else's socket has been ended"
    chown nobody "$home"
    refuses "a directory below somebody else's" 'belongs to somebody else'
    # The other way round: nobody, in a home of root's.
    chown 0 "$home" "$socket"
    chmod 777 "$home" "$home/.ssh"
    cp "$wrapper" "$directory/wrapper"
    if su -s /bin/sh nobody -c "HOME='$home' dash '$directory/wrapper'" >"$directory/printed" 2>"$directory/said"; then
        fail "nobody is given root's agent"
    fi
    grep -q 'is not yours' "$directory/said" || fail "nobody is told: $(cat "$directory/said")"
else
    skip 'sockets and directories of somebody else: needs root'
fi
exit $failed
