#!/bin/bash
# The package on a machine with systemd, from the installation to the reboot. Usage: boot_test.sh PACKAGE.deb
# Says what fails, one line each; exit status 77 where it cannot be run.
# shellcheck disable=SC2016,SC2154 # what stands in single quotes is expanded inside; machine.sh sets the rest
set -uo pipefail
if ! [ -e "${1:?usage: boot_test.sh PACKAGE.deb}" ]; then
    echo "SKIPPED: boot test: there is no $1"
    exit 77
fi
package=$(realpath "$1")
work=$(mktemp -d)
# shellcheck source=test/boot/machine.sh
. "$(dirname "$(realpath "$0")")/machine.sh"
failures=0

cleanup() {
    scrap
    rm -rf "$work"
}
trap cleanup EXIT

fail() {
    echo "boot_test: $1" >&2
    failures=$((failures + 1))
}

# The machine is of no more use: what it has said may explain it.
give_up() {
    fail "$1"
    inside journalctl --no-pager -b -u 'autossh@*' -u ssh | tail -n 60 >&2
    exit 1
}

property() { inside systemctl show -P "$1" autossh@home; }
has_state() { [ "$(property ActiveState)" = "$1" ]; }
# Through the tunnel there is the server itself, which greets at once.
carries_data() { inside timeout 5 bash -c 'exec 3<>/dev/tcp/127.0.0.1/$0 && head -c 4 <&3' "${1:-2200}" 2>/dev/null | grep -q SSH-; }
is_down() { ! carries_data; }
is_up() { has_state active && carries_data; }
ssh_of_tunnel() { inside pgrep -P "$(property MainPID)"; }
milliseconds() { echo $(($(date +%s%N) / 1000000)); }

reason=$(machine_reason)
if [ -n "$reason" ]; then
    echo "SKIPPED: boot test: $reason"
    exit 77
fi

set_up() {
    boot || exit 1
    inside systemctl is-active -q ssh || inside ssh-keygen -A >/dev/null
    # A container's policy would keep any package from starting and stopping anything.
    inside rm -f /etc/ssh/sshd_not_to_be_run /usr/sbin/policy-rc.d
    # Not started by the installation, and off until the test says so.
    inside systemctl mask --now ssh.service ssh.socket 2>/dev/null
    cp "$package" "/proc/$machine_init/root/root/autossh.deb"
    inside dpkg -i /root/autossh.deb >"$work/install.log" 2>&1 || {
        cat "$work/install.log" >&2
        give_up "the package cannot be installed"
    }
    inside bash -euc '
        runuser -u autossh -- ssh-keygen -q -t ed25519 -N "" -f /var/lib/autossh/.ssh/id_ed25519
        useradd -m -s /bin/sh far
        usermod -p "*" far
        install -d -o far -g far -m 700 /home/far/.ssh
        install -o far -m 600 /var/lib/autossh/.ssh/id_ed25519.pub /home/far/.ssh/authorized_keys
        echo "127.0.0.1 $(cat /etc/ssh/ssh_host_ed25519_key.pub)" >/var/lib/autossh/.ssh/known_hosts
        chown autossh: /var/lib/autossh/.ssh/known_hosts
        echo "OPTIONS=\"-N -L 127.0.0.1:2200:127.0.0.1:22 far@127.0.0.1\"" >/etc/autossh/home.conf
        systemctl enable -q autossh@home' || give_up "the tunnel's key and configuration cannot be made"
}

start_when_the_server_comes() {
    inside systemctl start --no-block autossh@home
    wait_for has_state activating || give_up "the unit is not started"
    wait_for said "waiting .*refused" || fail "the status does not say why the tunnel is down: $(property StatusText)"
    has_state activating || fail "the unit is $(property ActiveState) while the server is away"
    inside systemctl unmask -q ssh.service
    inside systemctl start ssh || give_up "sshd cannot be started"
    wait_for has_state active || give_up "the unit does not become active: $(property StatusText)"
    carries_data || fail "the unit is active and the tunnel carries no data"
    wait_for said "^up for " || fail "the status of a tunnel that is up: $(property StatusText)"
    check="$(inside autossh --check home)" || fail "autossh --check home: exit status $?, $check"
}

said() { property StatusText | grep -q "$1"; }

ssh_is_killed() {
    local before signal
    for signal in KILL TERM; do # after TERM it exits 0
        before=$(ssh_of_tunnel)
        inside kill -"$signal" "$before"
        wait_for other_ssh "$before" || give_up "ssh was ended by $signal, and no other one runs"
        wait_for is_up || give_up "ssh was ended by $signal, and the tunnel does not come back"
    done
    [ "$(property NRestarts)" = 0 ] || fail "the supervisor was restarted when only ssh was killed"
}

other_ssh() { [ -n "$(ssh_of_tunnel)" ] && [ "$(ssh_of_tunnel)" != "$1" ]; }

supervisor_is_killed() {
    local orphan
    orphan=$(ssh_of_tunnel)
    inside systemctl kill -s KILL --kill-who=main autossh@home
    wait_for was_restarted 1 || give_up "the supervisor was killed, and is not started again"
    wait_for is_up || give_up "the supervisor was killed, and the tunnel does not come back"
    inside kill -0 "$orphan" 2>/dev/null && fail "an ssh of the killed supervisor lives on"
}

was_restarted() { [ "$(property NRestarts)" -ge "$1" ]; }

supervisor_hangs() {
    inside systemctl kill -s STOP --kill-who=main autossh@home
    # The watchdog's two minutes are not waited for: a person would not either.
    inside autossh --check home >/dev/null
    [ $? -eq 2 ] || fail "autossh --check takes a stopped supervisor for a living one"
    inside systemctl kill -s CONT --kill-who=main autossh@home
    wait_for is_up || give_up "the supervisor was stopped for a moment, and the tunnel is down"
}

stop() {
    local began took
    began=$(milliseconds)
    inside systemctl stop autossh@home
    took=$(($(milliseconds) - began))
    [ "$(property Result)" = success ] || fail "a stop is told as $(property Result)"
    has_state inactive || fail "after a stop the unit is $(property ActiveState)"
    [ "$took" -lt 1000 ] || fail "a stop takes $took ms"
    wait_for is_down || fail "after a stop the tunnel is up"
    inside autossh --check home >/dev/null
    [ $? -eq 2 ] || fail "autossh --check after a stop"
}

reboot() {
    power_off || fail "the machine cannot be powered off"
    boot || exit 1
    wait_for is_up || give_up "after a reboot the tunnel does not come up"
}

boot_is_not_held_up() {
    inside systemctl mask -q --now ssh.service
    power_off || fail "the machine cannot be powered off while the tunnel is down"
    boot || exit 1
    wait_for target_is_reached || give_up "a tunnel whose server is away holds up the boot"
    has_state activating || fail "without a server the unit is $(property ActiveState)"
    inside systemctl unmask -q ssh.service
    inside systemctl start ssh
    wait_for is_up || give_up "the tunnel does not come up when the server comes"
}

target_is_reached() { inside systemctl is-active -q multi-user.target; }

# A person logs in once after the boot and gives the key to an agent, for which the tunnel has been waiting.
agent_gets_key() {
    local began took owner
    inside bash -euc '
        useradd -m -s /bin/sh alice
        cd /home/alice
        install -d -o alice -g alice -m 700 .ssh
        runuser -u alice -- ssh-keygen -q -t ed25519 -N secret -f /home/alice/.ssh/id_ed25519
        cat .ssh/id_ed25519.pub >>/home/far/.ssh/authorized_keys
        cp /var/lib/autossh/.ssh/known_hosts .ssh/ && chown alice: .ssh/known_hosts
        mkdir -p /etc/systemd/system/autossh@agent.service.d
        printf "[Service]\nUser=alice\n" >/etc/systemd/system/autossh@agent.service.d/user.conf
        echo "OPTIONS=\"-N -L 127.0.0.1:2201:127.0.0.1:22 far@127.0.0.1\"
SSH_AUTH_SOCK=$(runuser -u alice -- env HOME=/home/alice ssh-agent-wrapper --socket-path)" >/etc/autossh/agent.conf
        systemctl daemon-reload
        systemctl start --no-block autossh@agent' || give_up "the tunnel with an agent cannot be set up"
    wait_for agent_tunnel_waits || give_up "the tunnel without an agent does not wait"
    printf '#!/bin/sh\necho secret\n' >"/proc/$machine_init/root/root/passphrase"
    inside install -o alice -m 700 /root/passphrase /home/alice/passphrase
    inside runuser -u alice -- sh -euc '
        export HOME=/home/alice
        eval "$(ssh-agent-wrapper)"
        DISPLAY=:0 SSH_ASKPASS=/home/alice/passphrase setsid ssh-add -q /home/alice/.ssh/id_ed25519 </dev/null' 2>&1 ||
        give_up "the key cannot be added"
    began=$(milliseconds)
    wait_for agent_tunnel_is_up || give_up "the agent has the key, and the tunnel does not come up"
    took=$(($(milliseconds) - began))
    echo "from ssh-add to a tunnel that is up: $took ms"
    inside journalctl --sync
    inside journalctl --no-pager -b -u autossh@agent >"$work/journal"
    grep -Eq "the agent has other keys|agent.sock has changed" "$work/journal" || {
        fail "it was not the agent that ended the wait"
        cat "$work/journal" >&2
    }
    owner=$(inside stat -c %U /var/lib/autossh)
    [ "$owner" = autossh ] || fail "a drop-in with User= gives the keys of the other tunnels to $owner"
}

agent_tunnel_waits() { inside systemctl show -P StatusText autossh@agent | grep -q '^waiting '; }
agent_tunnel_is_up() { [ "$(inside systemctl show -P ActiveState autossh@agent)" = active ]; }

# A key that only root can read in its file.
key_is_a_credential() {
    inside bash -euc '
        ssh-keygen -q -t ed25519 -N "" -f /etc/autossh/locked.key
        cat /etc/autossh/locked.key.pub >>/home/far/.ssh/authorized_keys
        mkdir -p /etc/systemd/system/autossh@locked.service.d
        printf "[Service]\nLoadCredential=key:/etc/autossh/%%i.key\n" \
            >/etc/systemd/system/autossh@locked.service.d/credential.conf
        echo "OPTIONS=\"-N -o IdentitiesOnly=yes -o IdentityFile=\${CREDENTIALS_DIRECTORY}/key \
-L 127.0.0.1:2202:127.0.0.1:22 far@127.0.0.1\"" >/etc/autossh/locked.conf
        systemctl daemon-reload
        systemctl start --no-block autossh@locked' || give_up "the tunnel with a credential cannot be set up"
    wait_for locked_tunnel_is_up ||
        fail "a key by LoadCredential= is not used: $(inside systemctl show -P StatusText autossh@locked)"
}

locked_tunnel_is_up() { [ "$(inside systemctl show -P ActiveState autossh@locked)" = active ]; }

# The unit of a fleet: there for the machine and for its users, and neither enabled nor started by the installation.
fleet_is_left_alone() {
    local state
    for whose in --system --global; do
        state=$(inside systemctl "$whose" is-enabled autossh-fleet.service)
        [ "$state" = disabled ] || fail "autossh-fleet.service of $whose is \"$state\" after the installation"
    done
    state=$(inside systemctl show -P ActiveState autossh-fleet)
    [ "$state" = inactive ] || fail "autossh-fleet.service is $state after the installation"
}

# It runs, and a new package does not stop it; once the package is removed, nothing of it is left.
fleet_runs() {
    local before left
    inside bash -euc '
        printf "[tunnel.%s]\nhost = \"far@127.0.0.1\"\nlocal = [\"127.0.0.1:%d:127.0.0.1:22\"]\n" one 2211 two 2212 \
            >/etc/autossh/fleet.toml
        systemctl enable -q --now autossh-fleet' || give_up "the fleet is not started"
    wait_for fleet_is_up || give_up "the tunnels of the fleet are not up: $(inside systemctl show -P StatusText autossh-fleet)"
    before=$(inside systemctl show -P MainPID autossh-fleet)
    inside dpkg -i /root/autossh.deb >"$work/again.log" 2>&1 || fail "the package cannot be installed again"
    [ "$(inside systemctl show -P MainPID autossh-fleet)" = "$before" ] || fail "a new package has stopped the fleet"
    inside dpkg -P autossh >"$work/remove.log" 2>&1 || fail "the package cannot be purged"
    left=$(inside pgrep -a -u autossh) && fail "something runs on when the package is gone: $left; $(cat "$work/remove.log")"
    [ -z "$(inside find /etc/systemd/system -name 'autossh-fleet.service')" ] ||
        fail "a link to autossh-fleet.service is left"
}

fleet_is_up() {
    [ "$(inside systemctl show -P ActiveState autossh-fleet)" = active ] && carries_data 2211 && carries_data 2212
}

set_up
fleet_is_left_alone
start_when_the_server_comes
ssh_is_killed
supervisor_is_killed
supervisor_hangs
stop
reboot
boot_is_not_held_up
agent_gets_key
key_is_a_credential
fleet_runs
power_off || fail "the machine cannot be powered off in the end"
[ "$failures" -eq 0 ]
