# shellcheck shell=bash disable=SC2016,SC2154 # `work` is the caller's
# A machine for a test to source: systemd as the first process of namespaces of its own, over this machine's root
# with a copy-on-write layer in memory. It has a network with nothing but loopback.
#
#   machine_reason        says why there can be none here; nothing if there can
#   boot                  starts it; what was written to it at an earlier boot is still there
#   inside COMMAND…       runs a command in it
#   power_off             stops it as a person would
#   scrap                 ends it, and removes all that is left of it
#
# The caller sets `work`, an empty directory of its own.

machine_cgroup=
machine_outer=
machine_init=

machine_reason() {
    [ "$(id -u)" -eq 0 ] || { echo "root is needed"; return; }
    [ -x /lib/systemd/systemd ] || { echo "systemd is not installed"; return; }
    for tool in unshare nsenter pivot_root setpriv ip; do
        command -v "$tool" >/dev/null || { echo "$tool is not installed"; return; }
    done
    if [ ! -e "$(cgroup_root)/cgroup.procs" ] || ! mkdir "$(cgroup_root)/autossh-test.$$" 2>/dev/null; then
        echo "no cgroup (v2) can be made"
        return
    fi
    rmdir "$(cgroup_root)/autossh-test.$$"
    unshare --mount --pid --fork --ipc --uts --net --cgroup true 2>/dev/null || echo "no namespaces can be made"
}

cgroup_root() {
    if [ -d /sys/fs/cgroup/unified ]; then echo /sys/fs/cgroup/unified; else echo /sys/fs/cgroup; fi
}

boot() {
    if ! mountpoint -q "$work/layer"; then
        mkdir -p "$work/layer" "$work/root"
        mount -t tmpfs -o size=1g,mode=755 autossh-test "$work/layer"
        mkdir "$work/layer/upper" "$work/layer/work"
    fi
    machine_cgroup=$(cgroup_root)/autossh-test.$$
    mkdir "$machine_cgroup"
    setsid bash -c 'echo $$ >"$0/cgroup.procs"
        exec unshare --mount --pid --fork --ipc --uts --net --cgroup --kill-child --propagation private \
            bash "$1" "$2"' "$machine_cgroup" "$(dirname "${BASH_SOURCE[0]}")/first_process.sh" "$work" \
        </dev/null >"$work/console.log" 2>&1 &
    machine_outer=$!
    wait_for machine_is_there || { cat "$work/console.log"; return 1; }
    # In a container some unit or other of the host's may fail: that is not ours to judge.
    wait_for inside systemctl is-active -q multi-user.target || { echo "the boot does not end" >&2 && return 1; }
}

machine_is_there() {
    machine_init=$(pgrep -P "$machine_outer") || return 1
    [ "$(cat "/proc/$machine_init/comm")" = systemd ] && [ -S "/proc/$machine_init/root/run/systemd/private" ]
}

inside() { nsenter -a -r -w -t "$machine_init" "$@" </dev/null; }

power_off() {
    inside systemctl poweroff 2>/dev/null || true
    timeout 30 tail --pid="$machine_outer" -f /dev/null || kill -KILL "$machine_init"
    wait "$machine_outer" 2>/dev/null || true
    machine_outer=
    wait_for remove_cgroup
}

# False while something still lives in it.
remove_cgroup() {
    [ ! -d "$machine_cgroup" ] || find "$machine_cgroup" -depth -type d -exec rmdir {} \; 2>/dev/null
    [ ! -d "$machine_cgroup" ]
}

scrap() {
    if [ -n "$machine_outer" ]; then
        kill -KILL "$machine_init" "$machine_outer" 2>/dev/null || true
        wait "$machine_outer" 2>/dev/null || true
        wait_for remove_cgroup
    fi
    ! mountpoint -q "$work/layer" || umount "$work/layer"
}

# Until the command succeeds; false if it has not after half a minute.
wait_for() {
    for ((tries = 0; tries < 1500; tries++)); do
        ! "$@" || return 0
        sleep 0.02
    done
    return 1
}
