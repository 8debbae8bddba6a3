#!/bin/bash
# condor-ssh and autossh with a real HTCondor (lab, beside this): a machine of Debian 13 in namespaces, without a network.
# Usage: htcondor_test.sh AUTOSSH [DIRECTORY], which keeps the machine's root file system. As root, with mmdebstrap and
# Debian's package mirror; takes four minutes, the first time a minute more.
set -uo pipefail
autossh=$(realpath "${1:?usage: htcondor_test.sh AUTOSSH [DIRECTORY]}")
mkdir -p "${2:-build/htcondor}"
CONDOR_LAB=$(realpath "${2:-build/htcondor}")
export CONDOR_LAB
cd "$(dirname "$0")/../.." || exit
failed=0
fail() {
    echo "htcondor_test: $1"
    failed=1
}
skip() {
    echo "SKIPPED: HTCondor: $1"
    exit 77
}
lab() { test/htcondor/lab "$@" </dev/null; }
run() { lab run "$@"; }

[ "$(id -u)" -eq 0 ] || skip 'only root can boot its machine'
command -v mmdebstrap >/dev/null || skip 'mmdebstrap is not installed'
[ -d "$CONDOR_LAB/root" ] || lab root >"$CONDOR_LAB/root.log" 2>&1 || skip 'mmdebstrap fails'
trap 'lab halt >/dev/null 2>&1' EXIT
lab boot || skip 'its machine does not boot'
lab put "$autossh" autossh
lab put scripts/condor-ssh
run autossh -V >/dev/null 2>&1 || skip 'this autossh does not run on Debian 13'

# await WHAT COMMAND…: until it succeeds, at most a minute.
await() {
    local what=$1
    shift
    for ((i = 0; i < 240; ++i)); do
        "$@" >/dev/null 2>&1 && return
        sleep 0.25
    done
    fail "$what: not within a minute"
    run cat /tmp/log
    exit 1
}
# supervise WORDS…: in the background, with its log in /tmp/log; and at its end its status.
supervise() {
    run rm -f /tmp/log /tmp/status
    # shellcheck disable=SC2016 # for the shell in there
    run sh -c 'setsid sh -c "AUTOSSH_LOGFILE=/tmp/log autossh --ssh condor-ssh \"\$@\" >/tmp/said 2>&1; echo \$? >/tmp/status" sh "$@" &' sh "$@"
}
# supervise_at_terminal WORDS: of autossh, for a shell.
supervise_at_terminal() {
    run rm -f /tmp/log /tmp/status /tmp/keys
    # shellcheck disable=SC2016 # for the shell in there
    run sh -c 'mkfifo /tmp/keys; setsid sh -c "AUTOSSH_LOGFILE=/tmp/log script -qefc \"autossh --gate-time 0 $1\" /tmp/screen <>/tmp/keys >/dev/null 2>&1; echo \$? >/tmp/status" &' sh "$1"
}
# logs NUMBER PATTERN: so many lines match it.
# shellcheck disable=SC2317 # await calls it
has() { [ "$(run grep -c -- "$2" /tmp/log)" -ge "$1" ]; }
logs() { await "line $1 of $2" has "$@"; }
ends() {
    await "the end of autossh" run test -s /tmp/status
    [ "$(run cat /tmp/status)" = "$1" ] || fail "$2: autossh exits $(run cat /tmp/status), not $1"
    left "$2"
}
# shellcheck disable=SC2317 # await calls it
is_clean() {
    ! run pgrep -u alice -f 'condor[-_]ssh|_CONDOR_JOB_PIDS' && [ -z "$(run find /tmp -maxdepth 1 -name '*condor*ssh*')" ]
}
left() { await "$1: nothing is left" is_clean; }
# shellcheck disable=SC2317 # await calls it
page() { run python3 -c 'import urllib.request as u; print(u.urlopen("http://127.0.0.1:3301", timeout=5).read())'; }

# A job that never runs, one on hold, and one that never was: within the gate time.
supervise -N -L 3301:127.0.0.1:8888 "$(lab job idle)"
logs 2 'not up after .*: job .* is idle; trying again in 5 s\|starting ssh (count 2)'
run pkill -x autossh
ends 1 'an idle job'
supervise -N -L 3301:127.0.0.1:8888 "$(lab job held)"
logs 1 'not up after .*: job .* is held: .*; trying again in 5 s'
run pkill -x autossh
ends 1 'a held job'
supervise -N -L 3301:127.0.0.1:8888 4711.0
ends 29 'a job that never was'

# Through the life of a job.
job=$(lab job web)
supervise --restart always -N -L 3301:127.0.0.1:8888 "$job"
logs 1 ': up[: ]'
await 'the page' page
run condor_vacate_job "$job" >/dev/null
logs 1 "down after .*: job $job is idle\|down after .*: connection closed by"
logs 2 ': up[: ]'
await 'the page, after the eviction' page
run condor_hold "$job" >/dev/null
logs 1 ": job $job is held: via condor_hold"
run condor_release "$job" >/dev/null
logs 3 ': up[: ]'
run condor_rm "$job" >/dev/null
logs 1 "gave up after .*: job $job has left the queue"
ends 29 'a removed job'

# From elsewhere through an access point, as docs/jobs.md has it: one autossh here, and one there.
lab root-run sh -c 'mkdir -p /run/sshd && ssh-keygen -A && /usr/sbin/sshd -p 2222' >/dev/null 2>&1
run sh -c 'mkdir -p -m 700 ~/.ssh; ssh-keygen -q -t ed25519 -N "" -f ~/.ssh/id_ed25519; cp ~/.ssh/id_ed25519.pub ~/.ssh/authorized_keys
    printf "Host ap\n HostName 127.0.0.1\n Port 2222\n StrictHostKeyChecking accept-new\n" >~/.ssh/config'
job=$(lab job web)
# shellcheck disable=SC2016 # for the shells in there
run sh -c 'printf "%s\n" "exec env AUTOSSH_LOGFILE=/tmp/inner autossh --ssh condor-ssh -N -L 3302:127.0.0.1:8888 $1" >/tmp/inner.sh; rm -f /tmp/inner' sh "$job"
supervise_at_terminal '-t -L 3301:127.0.0.1:3302 ap sh /tmp/inner.sh'
await 'the page, through an access point' page
# shellcheck disable=SC2016 # for the shell in there
run sh -c 'kill -KILL "$(sed -n "s/.*ssh child pid is //p" /tmp/log | tail -n 1)"'
logs 2 'authenticated after '
await 'the page, through an access point, again' page
run condor_rm "$job" >/dev/null
ends 1 'a removed job, through an access point'
run grep -q 'gave up after .*: job .* has left the queue' /tmp/inner || fail 'the autossh on the access point does not say why'

# One that ends by itself: the slot is free then.
job=$(lab job short)
supervise --restart always -N -L 3301:127.0.0.1:8888 "$job"
ends 0 'a job that ends by itself'
seconds=$(run condor_history -limit 1 "$job" -af RemoteWallClockTime)
[ "${seconds%.*}" -lt 40 ] || fail "a job of 20 s has kept its slot for $seconds s"

# Commands and copies; no mistake of condor_ssh_to_job's own is in the way.
job=$(lab job sleep)
# shellcheck disable=SC2016 # for the job's shell
run condor-ssh "$job" 'test -n "$_CONDOR_SLOT" && exit 7'
[ $? -eq 7 ] || fail 'the status of a command is lost'
# A job has a /tmp of its own.
# shellcheck disable=SC2016 # for the shell in there
run sh -ec 'echo text >/tmp/a; scp -q -S /usr/local/bin/condor-ssh /tmp/a "$1:b"
    echo "get b /tmp/c" | sftp -q -b - -S /usr/local/bin/condor-ssh "$1" >/dev/null; cmp /tmp/a /tmp/c
    rsync -e condor-ssh "$1:b" /tmp/d; cmp /tmp/a /tmp/d' sh "$job" || fail 'a copy fails'

# A terminal: a person ends it by ~., and not the break before it.
types() { run sh -c 'printf "$1" >/tmp/keys' sh "$1"; }
supervise_at_terminal "--ssh condor-ssh -t $job"
logs 1 ': up[: ]'
run pkill -KILL -o -f -- 'sshd-session: alice@'
logs 2 ': up[: ]'
starts=$(run grep -c 'starting ssh' /tmp/log)
types '\r~.'
ends 1 '~.'
[ "$(run grep -c 'starting ssh' /tmp/log)" -eq "$starts" ] || fail '~. is followed by another session'

# What was tried before there was condor-ssh: condor_ssh_to_job as ssh, and ssh's place in it.
run rm -f /tmp/log /tmp/status
# shellcheck disable=SC2016 # for the shell in there
run sh -c 'setsid sh -c "autossh --gate-time 0 --ssh condor_ssh_to_job -M 0 -- -auto-retry $1 -N -L 3301:127.0.0.1:8888 >/tmp/said 2>&1; echo \$? >/tmp/status" &' sh "$job"
await 'the forward of condor_ssh_to_job' run sh -c 'ss -ltn | grep -q :3301'
run pkill -x autossh
await 'its end' run test -s /tmp/status
run sh -c 'rm -rf /tmp/*condor_ssh_to_job*' # its keys, which it leaves behind
left 'condor_ssh_to_job as ssh'
run rm -f /tmp/log /tmp/status
# shellcheck disable=SC2016 # for the shell in there
run sh -c 'setsid sh -c "AUTOSSH_LOGFILE=/tmp/log condor_ssh_to_job -ssh \"autossh -M 0 --gate-time 0 -N\" $1 >/tmp/said 2>&1; echo \$? >/tmp/status" &' sh "$job"
logs 1 ': up[: ]'
run pkill -KILL -x ssh
logs 1 'not up after .*: this session of condor_ssh_to_job is over: it serves one connection; trying again'
logs 1 'remedy: in place of condor_ssh_to_job -ssh autossh: autossh --ssh condor-ssh OPTIONS JOB$'
run pkill -x autossh
await 'its end' run test -s /tmp/status
left 'autossh in the place of its ssh'

# A schedd that takes connections and says nothing.
lab root-run pkill -STOP -x condor_schedd
supervise -N -L 3301:127.0.0.1:8888 "$job"
logs 1 'not up after .*: no answer from the schedd: '
logs 1 'remedy: condor_q must answer here; condor_status -schedd lists the schedds that run$'
lab root-run pkill -CONT -x condor_schedd
logs 1 ': up[: ]'
run pkill -x autossh
ends 1 'a silent schedd'

# SIGINT alone, and Ctrl-C, which all get: the job stays.
for whom in alone all; do
    # shellcheck disable=SC2016 # for the shell in there
    run sh -c 'setsid env --default-signal=INT sh -c "condor-ssh -N -L 3301:127.0.0.1:8888 $1" >/dev/null 2>&1 &' sh "$job"
    await 'the forward' run sh -c 'ss -ltn | grep -q :3301'
    # shellcheck disable=SC2016 # for the shell in there
    run sh -c 'ssh=$(pgrep -o -f "^/bin/sh /usr/local/bin/condor-ssh -N")
        [ "$1" = alone ] || ssh=-$(ps -o pgid= "$ssh" | tr -d " "); kill -INT "$ssh"' sh "$whom"
    left "SIGINT to $whom"
done
[ "$(run condor_q "$job" -af JobStatus)" = 2 ] || fail 'SIGINT has removed the job'

# TERM, and the death of any one process.
for victim in 'condor-ssh -N' 'condor_ssh_to_job -keygen' '^ssh -L' 'condor_ssh_to_job -proxy' 'sshd-session: alice@'; do
    supervise --gate-time 0 -N -L 3301:127.0.0.1:8888 "$job"
    logs 1 ': up[: ]'
    run pkill -KILL -o -f -- "$victim"
    logs 2 ': up[: ]'
    run pkill -x autossh
    ends 1 "the death of $victim"
done
exit $failed
