#!/bin/sh
# condor-ssh under dash, with stand-ins for HTCondor's programs (test/support/htcondor) and the real ssh and sshd; then
# autossh with it. Usage: condor_ssh_test.sh [AUTOSSH]; without one that part is skipped by name.
set -u
autossh=${1:+$(realpath "$1")}
cd "$(dirname "$0")/.." || exit
script=$PWD/scripts/condor-ssh
directory=$(mktemp -d) || exit
directory=$(cd "$directory" && pwd -P) || exit
elsewhere=$(mktemp -d) || exit
failed=0
job=
running=
silent=
# shellcheck disable=SC2317 # called by the trap
cleanup() {
    for process in $running $job $silent; do kill -KILL "$process" 2>/dev/null; done
    rm -rf "$directory" "$elsewhere"
}
trap cleanup EXIT
trap 'exit 1' HUP INT PIPE TERM
fail() {
    echo "condor_ssh_test: $1"
    failed=1
}
skip() { echo "condor_ssh_test: skipped: $1"; }

SSHD=$(PATH=$PATH:/usr/sbin command -v sshd) || {
    echo 'SKIPPED: condor-ssh: no sshd is here'
    exit 77
}
[ "$(id -u)" -ne 0 ] || mkdir -p /run/sshd
STAND=$directory/stand
mkdir "$STAND" "$directory/tmp" "$directory/home"
ln -s "$PWD"/test/support/htcondor/* "$STAND/"
ln -s "$script" "$STAND/condor-ssh"
ssh-keygen -q -t ed25519 -N '' -f "$STAND/key"
ssh-keygen -q -t ed25519 -N '' -f "$STAND/host"
echo "condor-job.pool $(cat "$STAND/host.pub")" >"$STAND/known_hosts"
export STAND SSHD TMPDIR="$directory/tmp" PATH="$STAND:$PATH"
unset TMP CONDOR_SSH_KEYGEN AUTOSSH_PLAIN

# await WHAT COMMAND…: until it succeeds, at most half a minute.
await() {
    what=$1
    shift
    tries=0
    until "$@" >/dev/null 2>&1; do
        tries=$((tries + 1))
        [ "$tries" -lt 300 ] || {
            fail "$what: not within half a minute"
            processes
            ls "$TMPDIR"
            exit 1
        }
        sleep 0.1
    done
}
# state STATE: of the job, for HTCondor's programs.
state() { echo "$1" >"$STAND/state"; }
# start_job [COMMAND]: the job's own process, by COMMAND. A job that is there ends.
start_job() {
    [ -z "$job" ] || end_job
    # shellcheck disable=SC2086 # words
    ${1-} sleep 1000 >/dev/null &
    job=$!
    cat >"$STAND/sshd_config" <<END
HostKey $STAND/host
AuthorizedKeysFile $STAND/key.pub
StrictModes no
UsePAM no
Subsystem sftp internal-sftp
AcceptEnv WORDS
SetEnv _CONDOR_JOB_PIDS="$job 1" _CONDOR_SLOT=slot1
END
    state running
}
end_job() {
    [ -n "$job" ] || return 0
    kill -KILL "$job"
    wait "$job" 2>/dev/null
    job=
}
# shellcheck disable=SC2009 # pgrep would count the dead
processes() { ps -A -o pid= -o stat= -o args= | grep -F "$directory" | grep -v ' Z\| grep '; }
# shellcheck disable=SC2317 # await calls it
is_clean() { [ -z "$(ls "$TMPDIR")$(processes)" ]; }
nothing_is_left() {
    await "$1: nothing is left" is_clean
}
# run WORDS…: its output in printed and said, its status in status.
run() {
    timeout --foreground 60 dash "$script" "$@" >"$directory/printed" 2>"$directory/said"
    status=$?
}
# start WORDS…: in the background, as $running.
start() {
    dash "$script" "$@" </dev/null >"$directory/printed" 2>"$directory/said" &
    running=$!
}
ended() {
    wait "$running" 2>/dev/null
    status=$?
    running=
}
# expect WHAT STATUS LINE: of the last run.
expect() {
    [ "$status" -eq "$2" ] || fail "$1: status $status, not $2: $(cat "$directory/said")"
    [ -z "$3" ] || grep -qxF -- "$3" "$directory/said" || fail "$1: it says: $(cat "$directory/said")"
}
# port: one that is free.
port() {
    number=20000
    while
        number=$((number + $$ % 997 + 1))
        ss -ltnH 2>/dev/null | grep -q ":$number "
    do :; done
    echo "$number"
}
port=$(port)

# --- A schedd that takes the connection and says nothing: condor_ssh_to_job would wait without an end. It takes 20 s, so
# meanwhile the others are tried.
mkdir "$elsewhere/tmp"
cp -RP "$STAND" "$elsewhere/stand"
echo stopped >"$elsewhere/stand/state"
STAND=$elsewhere/stand TMPDIR=$elsewhere/tmp PATH=$elsewhere/stand:$PATH dash "$script" -N 23.0 \
    </dev/null >/dev/null 2>"$elsewhere/said" &
silent=$!

# --- What is asked wrongly starts nothing.
state running
: >"$STAND/calls"
refuses() {
    said=$1
    shift
    run "$@"
    expect "$*" 64 "condor-ssh: $said"
}
refuses 'no job is named; condor-ssh --help prints help'
refuses '"web" is no job: CLUSTER, CLUSTER.PROC or CLUSTER.PROC.NODE, as condor_q prints it' -N web
refuses '"1..2" is no job: CLUSTER, CLUSTER.PROC or CLUSTER.PROC.NODE, as condor_q prints it' 1..2
refuses 'behind the @ the name of a schedd is missing' 23.0@
refuses '-x is no name of a schedd' 23.0@-x
refuses '-L requires an argument' -N 23.0 -L
refuses 'ssh has no option -z; condor-ssh --help prints help' -z 23.0
refuses '-l bob: in a job you are who has submitted it' -l bob 23.0
refuses '-J: a job is reached through HTCondor; run condor-ssh on the access point' -J gw 23.0
refuses '-o ProxyCommand=nc %h: a job is reached through HTCondor; run condor-ssh on the access point' \
    -o 'ProxyCommand=nc %h' 23.0
refuses '-N and a command: which of them?' -N 23.0 true
[ ! -s "$STAND/calls" ] || fail "after a mistake HTCondor was asked: $(cat "$STAND/calls")"
run --help
expect --help 0 ''
grep -q '^usage: condor-ssh ' "$directory/printed" || fail '--help prints no usage'
nothing_is_left 'mistakes'
(
    PATH=$directory/empty:/usr/bin:/bin
    command -v condor_q >/dev/null && exit
    run 23.0
    expect 'without HTCondor' 127 'condor-ssh: condor_ssh_to_job is not in PATH: run this where condor_q works'
    exit "$failed"
) || failed=1

# --- Questions.
run -V
expect -V 0 ''
grep -q OpenSSH "$directory/said" || fail "-V says: $(cat "$directory/said")"
run -G -N -L 8888:localhost:8888 23.0
for line in 'hostname condor-job.23.0' 'proxycommand condor_ssh_to_job' 'sessiontype none' \
    'localforward 8888 [localhost]:8888'; do
    grep -qx -- "$(printf '%s' "$line" | sed 's/[][]/\\&/g')" "$directory/printed" || fail "-G does not print: $line"
done
[ ! -s "$STAND/calls" ] || fail "-G and -V have asked HTCondor: $(cat "$STAND/calls")"

# --- Commands: words, status, streams, options on both sides.
start_job
# shellcheck disable=SC2016 # for the far side
run -o 'SetEnv=WORDS="a  %d"' 23.0 'printf "%s|%s|%s" "$_CONDOR_SLOT" "$(cat)" "$WORDS"; echo far >&2; exit 7' <<'END'
near
END
expect 'a command' 7 far
[ "$(cat "$directory/printed")" = 'slot1|near|a  %d' ] || fail "a command prints: $(cat "$directory/printed")"
run 23 -q -- echo "it's" 2>/dev/null
expect 'an unfinished quote' 2 ''
run 23.0.1@ap -T echo "'a  b'" '%h' "\$HOME"
[ "$(cat "$directory/printed")" = "a  b %h $HOME" ] || fail "quoted words print: $(cat "$directory/printed")"
grep -q -- '^-name ap -keygen-options -t ed25519 -ssh /bin/sh [^ ]* 23\.0\.1$' "$STAND/calls" ||
    fail "condor_ssh_to_job gets: $(cat "$STAND/calls")"
CONDOR_SSH_KEYGEN='-t rsa' run -tt 23.0 'tty >/dev/null && exit 5'
expect 'a terminal' 5 ''
grep -q -- '-keygen-options -t rsa -ssh' "$STAND/calls" || fail 'CONDOR_SSH_KEYGEN does not count'
echo 'a file' >"$directory/file"
is_copy() { cmp -s "$directory/file" "$1" || fail "$2 does not work"; }
scp -q -S "$STAND/condor-ssh" "$directory/file" "23.0:$directory/by_scp"
is_copy "$directory/by_scp" scp
echo "get $directory/file $directory/by_sftp" | sftp -q -b - -S "$STAND/condor-ssh" 23.0@ap >/dev/null
is_copy "$directory/by_sftp" sftp
if command -v rsync >/dev/null; then
    rsync -e "$STAND/condor-ssh" "23.0:$directory/file" "$directory/by_rsync"
    is_copy "$directory/by_rsync" rsync
else
    skip 'rsync: not here'
fi
nothing_is_left 'commands'

# --- A shared connection of the configuration is not used: it may be that to another job.
mkdir -m 700 "$directory/home/.ssh"
echo 'ControlPath /nonexistent/path' >"$directory/config"
run -F "$directory/config" -G 23.0
grep -q '^controlpath' "$directory/printed" && fail 'the ControlPath of the configuration counts'
run -S "$directory/control" -G 23.0
grep -qx "controlpath $directory/control" "$directory/printed" || fail '-S does not count'
# A master that was asked for works: without the "-S none" of condor_ssh_to_job.
start -N -M -S "$directory/control" 23.0
await 'a control socket' ssh -S "$directory/control" -O check any
run -S "$directory/control" -O exit 23.0
expect '-O exit' 0 ''
ended
nothing_is_left 'a master'

# --- Why there is no session.
# reports STATE STATUS WORDS
reports() {
    state "$1"
    run -N -L "$port:127.0.0.1:1" 23.0
    expect "$1" "$2" "condor-ssh: $3"
    [ "$(wc -l <"$directory/said")" -eq 1 ] || fail "$1: more than one line: $(cat "$directory/said")"
}
reports idle 255 'job 23.0 is idle'
reports starting 255 'job 23.0 is starting'
reports held 255 'job 23.0 is held: via condor_hold (by user alice)'
reports suspended 255 'job 23.0 is suspended'
reports transferring 255 'job 23.0 is transferring its output'
reports gone 69 'job 23.0 has left the queue'
reports removed 69 'job 23.0 has left the queue'
reports silent 255 'no answer from the schedd: Failed to connect to schedd'
reports denied 255 'no session in job 23.0: Job 23.0 is denied by SCHEDD_ENABLE_SSH_TO_JOB.'
state idle
echo before >"$directory/log"
run -N -E "$directory/log" 23
expect 'idle, with -E' 255 ''
[ "$(cat "$directory/log")" = "before
condor-ssh: job 23.0 is idle" ] || fail "-E has: $(cat "$directory/log")"
[ ! -s "$directory/said" ] || fail "with -E it says: $(cat "$directory/said")"
nothing_is_left 'no session'

# --- A tunnel: up, and at its end.
# shellcheck disable=SC2317 # await calls it
forwards() { ss -ltnH | grep -q "127.0.0.1:$port "; }
tunnel() {
    start_job
    start -N -L "127.0.0.1:$port:127.0.0.1:1" 23.0
    await "$what_for: the forward" forwards
}
what_for='the end of the job'
tunnel
( sleep 1; state gone ) &
end_job
ended
expect "$what_for" 0 'condor-ssh: job 23.0 has ended'
nothing_is_left "$what_for"

what_for='the removal of the job'
tunnel
state gone
echo 3 >"$STAND/history"
end_job
ended
expect "$what_for" 69 'condor-ssh: job 23.0 has left the queue'
rm "$STAND/history"
nothing_is_left "$what_for"

what_for='an eviction'
tunnel
state idle
end_job
ended
expect "$what_for" 255 'condor-ssh: job 23.0 is idle'
nothing_is_left "$what_for"

what_for='-o SessionType=none'
start_job
start -o 'SessionType = none' -o RemoteCommand=none -L "127.0.0.1:$port:127.0.0.1:1" 23.0
await "$what_for: the forward" forwards
state transferring
end_job
ended
expect "$what_for" 0 ''

# --- Signals, and the death of any one of them.
# Under nohup(1) SIGHUP is ignored, SIGINT is in what a shell has started beside it, and condor-ssh cannot take them then.
if env --default-signal=INT,HUP true 2>/dev/null; then
    signals='TERM HUP INT' takes_signals='env --default-signal=INT,HUP'
else
    signals=TERM takes_signals=
    skip 'SIGINT and SIGHUP: env cannot set them'
fi
: >"$STAND/calls"
for signal in $signals; do
    what_for="SIG$signal"
    start_job
    # Alone, and not also to all that it has started, as a terminal does.
    $takes_signals dash "$script" -N -L "127.0.0.1:$port:127.0.0.1:1" 23.0 </dev/null >/dev/null 2>"$directory/said" &
    running=$!
    await "$what_for: the forward" forwards
    kill "-$signal" "$running"
    ended
    expect "$what_for" 255 ''
    nothing_is_left "$what_for"
    end_job
done
grep -q 'condor_rm\|remove' "$STAND/calls" && fail 'a signal has removed the job'
# of_session PATTERN: the process of the session whose words match it.
of_session() { processes | awk -v pattern="$1" '$0 ~ pattern { print $1; found = 1 } END { exit !found }'; }
for victim in '/condor_ssh_to_job -' ' ssh -L' 'sshd.* -i '; do
    what_for="the death of $victim"
    tunnel
    # shellcheck disable=SC2046 # none but numbers
    kill -KILL $(of_session "$victim")
    ended
    expect "$what_for" 255 ''
    nothing_is_left "$what_for"
    end_job
done
what_for='the death of condor-ssh'
tunnel
kill -KILL "$running"
ended
nothing_is_left "$what_for"
end_job
what_for='SIGTERM before there is a session'
state hangs
start -N 23.0
await "$what_for: the call" of_session '/condor_ssh_to_job -'
kill -TERM "$running"
ended
expect "$what_for" 255 ''
running=
nothing_is_left "$what_for"

# --- Where the job's processes are not those of the session.
if unshare --pid --fork --mount-proc true 2>/dev/null && command -v nsenter >/dev/null; then
    # A container, in which HTCondor 24.0.20 and newer run the command.
    start_job 'unshare --pid --fork --kill-child --mount-proc'
    await 'the container' pgrep -P "$job"
    pgrep -P "$job" >"$STAND/container"
    echo "ForceCommand env STAND=$STAND $STAND/enter_container" >>"$STAND/sshd_config"
    # shellcheck disable=SC2317 # await calls it
    are_inside() { [ "$(pgrep --ns "$(cat "$STAND/container")" --nslist pid | wc -l)" -eq "$1" ]; }
    what_for='a container'
    : >"$STAND/calls"
    start -N -L "127.0.0.1:$port:127.0.0.1:1" 23.0
    await "$what_for: the forward" forwards
    await "$what_for: what waits in it" are_inside 2
    run 23.0 true
    ! grep -q condor_q "$STAND/calls" || fail "$what_for: the tunnel does not stay"
    kill -TERM "$running"
    ended
    await "$what_for: nothing is left in it" are_inside 1
    nothing_is_left "$what_for"
    start -N -L "127.0.0.1:$port:127.0.0.1:1" 23.0
    await "$what_for: the forward again" forwards
    await "$what_for: what waits in it again" are_inside 2
    state gone
    end_job
    ended
    expect "$what_for" 0 'condor-ssh: job 23.0 has ended'
    nothing_is_left "$what_for"

    what_for='USE_PID_NAMESPACES'
    start_job
    state apart
    : >"$STAND/calls"
    start -N -L "127.0.0.1:$port:127.0.0.1:1" 23.0
    await "$what_for: the forward" forwards
    run 23.0 true
    ! grep -q condor_q "$STAND/calls" || fail "$what_for: the tunnel does not stay"
    kill -TERM "$running"
    ended
    expect "$what_for" 255 ''
    nothing_is_left "$what_for"
    end_job
else
    skip 'containers: no namespace can be made'
fi

wait "$silent"
status=$?
silent=
cp "$elsewhere/said" "$directory/said"
expect 'a silent schedd' 255 'condor-ssh: no answer from the schedd: Failed to connect to schedd'
[ -z "$(ls "$elsewhere/tmp")" ] || fail "a silent schedd leaves: $(ls "$elsewhere/tmp")"

# --- autossh: its states, its waits and its end.
if [ -z "$autossh" ]; then
    skip 'autossh: not named'
    exit "$failed"
fi
supervise() {
    rm -f "$directory/log"
    env AUTOSSH_LOGFILE="$directory/log" HOME="$directory/home" "$autossh" --ssh "$STAND/condor-ssh" "$@" -N \
        -L "127.0.0.1:$port:127.0.0.1:1" 23.0 </dev/null >/dev/null 2>"$directory/said" &
    running=$!
}
# logs PATTERN: the next line that matches it, behind those that were awaited before.
logs() {
    line=$1
    await "the line $line" has_line
    seen=$(awk -v pattern="$line" -v from="$seen" 'NR > from && $0 ~ pattern { print NR; exit }' "$directory/log")
}
# shellcheck disable=SC2317 # await calls it
has_line() { awk -v pattern="$line" -v from="$seen" 'NR > from && $0 ~ pattern { found = 1; exit } END { exit !found }' "$directory/log"; }
# Now, and not in 5 s.
try_now() { kill -HUP "$running"; }

# The gate time does not count for a job that is not there yet.
seen=0
state idle
supervise --gate-time 30
logs 'not up after .*: job 23.0 is idle; trying again in 5 s$'
logs 'remedy: condor_q -better-analyze JOB says why, if it stays idle$'
state held
try_now
logs 'not up after .*: job 23.0 is held: via condor_hold .by user alice.; trying again in 5 s$'
logs 'remedy: mend the reason, then condor_release JOB$'
start_job
try_now
logs 'authenticated after .*: condor-job.pool .via proxy. with publickey$'
logs ': up[: ]'
await 'the forward' forwards
state idle
end_job
logs 'down after .*: job 23.0 is idle; trying again in 5 s$'
start_job
try_now
logs ': up[: ]'
# The death of what it has started: it comes back, and what that has left is ended.
kill -KILL "$(of_session 'sh [^ ]*/stand/condor-ssh -N' | head -n 1)"
logs 'ssh exited on signal 9, restarting ssh$'
logs ': up[: ]'
kill -TERM "$running"
ended
nothing_is_left 'the end of autossh'
end_job

for restart in on-failure always; do
    seen=0
    start_job
    supervise --restart "$restart"
    logs ': up[: ]'
    state gone
    # shellcheck disable=SC2046 # none but numbers
    kill -KILL $(of_session 'sshd.* -i ')
    ended
    logs 'gave up after .*: job 23.0 has left the queue .ssh exited 69.$'
    [ "$status" -eq 29 ] || fail "a job that is gone, --restart $restart: status $status"
    nothing_is_left "a job that is gone, --restart $restart"
    end_job
done
seen=0
start_job
supervise --gate-time 30 --restart always
logs ': up[: ]'
state transferring
end_job
ended
logs 'job 23.0 has ended'
[ ! -s "$directory/said" ] || [ "$(grep -cv '^condor-ssh: job 23.0 has ended$' "$directory/said")" -eq 0 ] ||
    fail "a job that has ended by itself: autossh says: $(cat "$directory/said")"
[ "$status" -eq 0 ] || fail "a job that has ended by itself: status $status"
nothing_is_left 'a job that has ended by itself'

# --- What people have tried with condor_ssh_to_job alone, and what a job is for ssh otherwise.
# autossh_with WORDS…: in the background, as $running.
autossh_with() {
    seen=0
    rm -f "$directory/log"
    # shellcheck disable=SC2086 # words
    env AUTOSSH_LOGFILE="$directory/log" HOME="$directory/home" $takes_signals "$autossh" "$@" \
        </dev/null >"$directory/printed" 2>"$directory/said" &
    running=$!
}
stops() {
    kill -TERM "$running"
    ended
    nothing_is_left "$1"
    end_job
}

# Forwards behind the job; each kind of test (a monitor port is one here and on the server, which is this machine: its
# loop cannot work here); condor_ssh_to_job in ssh's place.
what_for='options behind the job'
start_job
autossh_with --ssh "$STAND/condor-ssh" 23.0 -N -L "127.0.0.1:$port:127.0.0.1:1"
logs ': up[: ]'
stops "$what_for"
for monitor in 0 auto "$((port + 2000))"; do
    what_for="-M $monitor"
    start_job
    autossh_with --ssh "$STAND/condor-ssh" -M "$monitor" -N -L "127.0.0.1:$port:127.0.0.1:1" 23.0
    logs 'authenticated after '
    await "$what_for: the forward" forwards
    stops "$what_for"
done
what_for='condor_ssh_to_job itself'
start_job
TMP=$TMPDIR autossh_with --ssh "$STAND/condor_ssh_to_job" --gate-time 0 -M 0 -- -auto-retry 23.0 -N \
    -L "127.0.0.1:$port:127.0.0.1:1"
await "$what_for: the forward" forwards
kill -TERM "$running"
ended
rm -rf "$TMPDIR"/*.condor_ssh_to_job_* # left by the stand-in as by the original
nothing_is_left "$what_for"
end_job

# The first start finds no job, with a gate time and without: it waits, or ends at once with the status of its class.
for gate in 30 0; do
    for words in idle:idle held:held: suspended:suspended starting:starting; do
        state "${words%%:*}"
        autossh_with --ssh "$STAND/condor-ssh" --gate-time "$gate" -N 23.0
        logs "not up after .*: job 23.0 is ${words#*:}.*; trying again in 5 s\$"
        stops "${words%%:*}, --gate-time $gate"
    done
    state gone
    autossh_with --ssh "$STAND/condor-ssh" --gate-time "$gate" -N 23.0
    ended
    [ "$status" -eq 29 ] || fail "a job that is gone at the first start, --gate-time $gate: status $status"
    nothing_is_left "gone, --gate-time $gate"
done
state silent
autossh_with --ssh "$STAND/condor-ssh" -N 23.0
logs 'not up after .*: no answer from the schedd: Failed to connect to schedd; trying again '
logs 'remedy: condor_q must answer here; condor_status -schedd lists the schedds that run$'
stops 'a silent schedd'

# A command: its status is autossh's, where it is asked for; else it is told, and ends it.
start_job
autossh_with --ssh "$STAND/condor-ssh" --restart never 23.0 'exit 7'
ended
[ "$status" -eq 7 ] || fail "a command under --restart never: status $status, not 7"
autossh_with --ssh "$STAND/condor-ssh" --gate-time 0 23.0 'exit 7'
logs 'ssh exited with status 7; autossh exiting$'
ended
[ "$status" -eq 1 ] || fail "a command: status $status, not 1"
nothing_is_left 'a command'
end_job

# In the background its words are in the log.
state idle
autossh_with --pid-file "$directory/pid" -f --ssh "$STAND/condor-ssh" -N 23.0
ended
logs 'ssh\[[0-9]*\]: condor-ssh: job 23.0 is idle$'
kill -TERM "$(cat "$directory/pid")"
nothing_is_left '-f'

# The job is removed when a person ends it, and at no restart.
if [ -n "$takes_signals" ]; then
    start_job
    : >"$STAND/calls"
    seen=0
    rm -f "$directory/log"
    # shellcheck disable=SC2086 # words
    env AUTOSSH_LOGFILE="$directory/log" HOME="$directory/home" $takes_signals setsid sh -c \
        "trap 'condor_rm 23.0' INT; '$autossh' --pid-file '$directory/pid' --ssh '$STAND/condor-ssh' --gate-time 0 -N 23.0; :" \
        </dev/null >/dev/null 2>&1 &
    running=$!
    logs ': up[: ]'
    kill -USR1 "$(cat "$directory/pid")"
    logs ': up[: ]'
    # shellcheck disable=SC2046 # none but numbers
    kill -KILL $(of_session ' ssh ')
    logs ': up[: ]'
    grep -q condor_rm "$STAND/calls" && fail 'a restart has removed the job'
    kill -INT "-$running" # as Ctrl-C does
    ended
    [ "$(grep -c condor_rm "$STAND/calls")" -eq 1 ] || fail "Ctrl-C: $(cat "$STAND/calls")"
    nothing_is_left 'Ctrl-C'
    end_job
fi

# A terminal: the session comes back, and ~. or its own end ends it.
if command -v script >/dev/null; then
    start_job
    seen=0
    rm -f "$directory/log"
    mkfifo "$directory/keys"
    AUTOSSH_LOGFILE=$directory/log HOME=$directory/home \
        script -qefc "'$autossh' --ssh '$STAND/condor-ssh' --gate-time 0 -t 23.0 sh" "$directory/screen" \
        <>"$directory/keys" >/dev/null 2>&1 &
    running=$!
    exec 7<>"$directory/keys"
    # Until the far side answers, what is typed may be lost. In two parts: the terminal shows what is typed, too.
    # shellcheck disable=SC2317 # await calls it
    answers() {
        printf "echo in the '%s'\r" "job $1" >&7
        sleep 0.5
        grep -qF "in the job $1" "$directory/screen"
    }
    logs ': up[: ]'
    await 'the shell' answers 1
    # shellcheck disable=SC2046 # none but numbers
    kill -KILL $(of_session 'sshd.* -i ')
    logs 'down after '
    logs ': up[: ]'
    await 'the shell again' answers 2
    printf '\r~.' >&7
    logs 'ssh exited with status 255; autossh exiting$'
    ended
    exec 7>&-
    [ "$status" -eq 1 ] || fail "~.: status $status, not 1"
    nothing_is_left '~.'
    end_job
else
    skip 'a terminal: script(1) is not here'
fi

exit "$failed"
