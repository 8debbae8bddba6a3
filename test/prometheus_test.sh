#!/bin/bash
# shellcheck disable=SC2317 # functions that others call
# share/prometheus and share/ansible with the programs that they are for: promtool checks the rules and our metrics, a
# real Prometheus scrapes a real fleet and a node_exporter that reads its file, and an outage fires an alert.
#     test/prometheus_test.sh AUTOSSH DIRECTORY     with autosshctl beside AUTOSSH
# Prometheus, Alertmanager and node_exporter of Debian are unpacked below DIRECTORY where they are not installed: their
# packages would start servers that nobody has asked for. What is not to be had is skipped by name.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
autossh=$(realpath "${1:?usage: prometheus_test.sh AUTOSSH DIRECTORY}") || exit
tools=$(realpath -m "${2:?usage: prometheus_test.sh AUTOSSH DIRECTORY}")
PATH=$PATH:$tools/usr/bin:/usr/sbin
directory=$(mktemp -d) || exit
failed=0
started=()

end()
{
    [ ${#started[@]} -eq 0 ] || kill "${started[@]}" 2>/dev/null
    wait
    rm -rf "$directory"
}
trap end EXIT
trap 'exit 1' HUP INT TERM

fail()
{
    echo "prometheus_test: $1"
    failed=1
}

skip() { echo "SKIPPED: prometheus: $1"; }

# get_tool COMMAND PACKAGE: unpacks it where it is missing. False: it is not to be had.
get_tool()
{
    ! command -v "$1" >/dev/null || return 0
    command -v apt-get >/dev/null && mkdir -p "$tools" || return 1
    (cd "$tools" && apt-get download "$2" >download.log 2>&1 && dpkg-deb -x "$2"_*.deb . && rm -f "$2"_*.deb)
    command -v "$1" >/dev/null
}

# wait_for COMMAND…: until it is so, for at most 30 s.
wait_for()
{
    local until=$((SECONDS + 30))
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $until ] || return 1
        sleep 0.1
    done
}

# get PATH PORT: the body of an answer.
get() { python3 -c 'import sys, urllib.request as u; sys.stdout.write(u.urlopen(sys.argv[1], timeout=10).read().decode())' "http://127.0.0.1:$2$1"; }

# says WORDS COMMAND…: it prints these.
says()
{
    local words=$1
    shift
    "$@" 2>/dev/null | grep -qF -- "$words"
}

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# checked COMMAND…: it succeeds; otherwise what it says is told.
checked() { "$@" >"$directory/said" 2>&1 || { fail "$*:"; cat "$directory/said"; }; }

# ---- the examples alone

check_examples()
{
    local file
    for file in share/prometheus/*.json; do
        checked python3 -m json.tool "$file" /dev/null
    done
    if command -v ansible-playbook >/dev/null; then
        checked ansible-playbook --syntax-check -i share/ansible/inventory.ini share/ansible/fleet.yml
        cat >"$directory/render.yml" <<END
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - ansible.builtin.set_fact:
        tunnels: "$(sed -n 's/^ *tunnels: "\(.*\)"$/\1/p' share/ansible/fleet.yml | sed "s|'tunnels.csv'|'$PWD/share/ansible/tunnels.csv'|")"
    - ansible.builtin.template:
        src: $PWD/share/ansible/fleet.toml.j2
        dest: $directory/rendered.toml
        mode: "0600"
        validate: ${autossh%/*}/autosshctl check %s
END
        checked ansible-playbook -i localhost, "$directory/render.yml"
        grep -q '^\[tunnel.s001\]$' "$directory/rendered.toml" || fail 'the template makes no tunnel of the table'
    else
        skip 'ansible-playbook (ansible-core) is not installed'
    fi
    if command -v systemd-analyze >/dev/null; then
        sed "s|/usr/bin/autosshctl|${autossh%/*}/autosshctl|" share/prometheus/autossh-metrics.service >"$directory/autossh-metrics.service"
        cp share/prometheus/autossh-metrics.timer "$directory"
        local said
        said=$(systemd-analyze verify --man=no "$directory"/autossh-metrics.{service,timer} 2>&1)
        [ -z "$said" ] || fail "systemd-analyze verify: $said"
    fi
}

check_rules()
{
    checked promtool check rules share/prometheus/alerts.yml
    checked promtool test rules share/prometheus/alerts_test.yml
    checked promtool check config --syntax-only share/prometheus/prometheus.yml
    if get_tool amtool prometheus-alertmanager; then
        checked amtool check-config share/prometheus/alertmanager.yml
    else
        skip 'amtool (prometheus-alertmanager) is not to be had'
    fi
}

# dashboard_answers TITLE…: Prometheus answers each expression, with something but for these panels.
dashboard_answers()
{
    python3 - "$prometheus_port" "$@" <<'END'
import json, sys, urllib.parse, urllib.request
for panel in json.load(open('share/prometheus/grafana.json'))['panels']:
    for target in panel['targets']:
        query = target['expr'].replace('$instance', '.*').replace('$daemon', '.*')
        address = f'http://127.0.0.1:{sys.argv[1]}/api/v1/query?' + urllib.parse.urlencode({'query': query})
        try:
            result = json.load(urllib.request.urlopen(address, timeout=10))['data']['result']
        except urllib.error.HTTPError as error:
            sys.exit(f'{panel["title"]}: {query}: {error.read().decode()}')
        if not result and panel['title'] not in sys.argv[2:]:
            sys.exit(f'{panel["title"]}: nothing: {query}')
END
}

check_dashboard()
{
    wait_for dashboard_answers "$@" && return
    dashboard_answers "$@"
    fail 'an expression of grafana.json'
}

# ---- a fleet, its server, and who measures it

start_server()
{
    "$(command -v sshd)" -D -f "$directory/sshd_config" >/dev/null 2>&1 &
    server=$!
    started+=("$server")
    wait_for python3 -c "import socket; socket.create_connection(('127.0.0.1', $server_port))"
}

start_fleet()
{
    export XDG_RUNTIME_DIR=$directory/run XDG_STATE_HOME=$directory/state
    mkdir -m 700 "$directory/run" "$directory/collected"
    ssh-keygen -q -t ed25519 -N '' -f "$directory/key"
    server_port=$(free_port) metrics_port=$(free_port)
    printf '%s\n' "Port $server_port" 'ListenAddress 127.0.0.1' "HostKey $directory/key" "AuthorizedKeysFile $directory/key.pub" \
        'StrictModes no' 'PidFile none' 'UsePAM no' >"$directory/sshd_config"
    cat >"$directory/fleet.toml" <<END
[fleet]
name = "field"
[metrics]
listen = "127.0.0.1:$metrics_port"
file = "collected/field.prom"
interval = "1s"
[defaults]
host = "127.0.0.1"
options = ["-F", "none", "-i", "$directory/key", "-p", "$server_port", "-oStrictHostKeyChecking=no", "-oUserKnownHostsFile=/dev/null"]
monitor = "auto"
first-poll = "1s"
[tunnel.a]
groups = ["x"]
[tunnel.b]
enabled = false
END
    chmod 600 "$directory/fleet.toml"
    start_server || fail 'sshd does not start'
    "$autossh" --fleet --log-file "$directory/log" "$directory/fleet.toml" >/dev/null 2>&1 &
    started+=($!)
    wait_for says 'autossh_tunnel_round_trip_seconds{' get /metrics "$metrics_port" || fail 'the tunnel does not come up'
}

# The rules of the example, sooner: nobody waits for minutes here.
start_prometheus()
{
    prometheus_port=$(free_port) exporter_port=$(free_port)
    sed -E 's/for: .*/for: 0s/; s/\[2m\]/[2s]/' share/prometheus/alerts.yml >"$directory/alerts.yml"
    local more=
    if get_tool prometheus-node-exporter prometheus-node-exporter; then
        "$(command -v prometheus-node-exporter)" --collector.disable-defaults --collector.textfile --web.listen-address="127.0.0.1:$exporter_port" \
            --collector.textfile.directory="$directory/collected" >"$directory/exporter.log" 2>&1 &
        started+=($!)
        more=", \"127.0.0.1:$exporter_port\""
    else
        skip 'node_exporter (prometheus-node-exporter) is not to be had'
    fi
    cat >"$directory/prometheus.yml" <<END
global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: [$directory/alerts.yml]
scrape_configs: [{job_name: autossh, static_configs: [{targets: ["127.0.0.1:$metrics_port"$more]}]}]
END
    prometheus --config.file="$directory/prometheus.yml" --storage.tsdb.path="$directory/tsdb" \
        --web.listen-address="127.0.0.1:$prometheus_port" >"$directory/prometheus.log" 2>&1 &
    started+=($!)
}

# query EXPRESSION: how many series it has.
query()
{
    python3 - "$prometheus_port" "$1" <<'END'
import json, sys, urllib.parse, urllib.request
address = f'http://127.0.0.1:{sys.argv[1]}/api/v1/query?' + urllib.parse.urlencode({'query': sys.argv[2]})
print(len(json.load(urllib.request.urlopen(address, timeout=10))['data']['result']))
END
}

# comes_to EXPRESSION NUMBER
comes_to() { [ "$(query "$1")" = "$2" ]; }

check_examples
if ! get_tool promtool prometheus && ! get_tool promtool promtool; then
    skip 'promtool is neither installed nor to be had by apt-get download'
    exit $((failed ? 1 : 77))
fi
check_rules
if ! command -v sshd >/dev/null || ! command -v prometheus >/dev/null; then
    skip 'a server or Prometheus is not here'
    exit $((failed ? 1 : 77))
fi
start_fleet
start_prometheus
get /metrics "$metrics_port" >"$directory/metrics"
checked promtool check metrics <"$directory/metrics"
[ ! -s "$directory/said" ] || fail "promtool check metrics: $(<"$directory/said")"
"${autossh%/*}/autosshctl" -D field metrics >"$directory/metrics" || fail 'autosshctl metrics'
checked promtool check metrics <"$directory/metrics"
[ ! -s "$directory/said" ] || fail "promtool check metrics: $(<"$directory/said")"

targets=1
! command -v prometheus-node-exporter >/dev/null || targets=2
wait_for comes_to 'autossh_tunnel_up{daemon="field",tunnel="a"} == 1' $targets ||
    fail "Prometheus does not see the tunnel at $targets places: $(query 'autossh_tunnel_up == 1')"
comes_to 'ALERTS{alertstate="firing"}' 0 || fail 'an alert fires before there is an outage'
check_dashboard 'What is down, since when, and why' 'Outages by class, in an hour' 'Boxes of the hub, since they were seen'
# With its sessions, as when a machine goes.
# shellcheck disable=SC2046 # words
kill "$server" $(pgrep -P "$server")
wait_for comes_to 'ALERTS{alertname="AutosshTunnelDown",alertstate="firing",tunnel="a"}' $targets ||
    fail 'an outage fires no alert'
check_dashboard 'Round trips' 'Boxes of the hub, since they were seen'
comes_to 'ALERTS{alertstate="firing",tunnel="b"}' 0 || fail 'an alert fires for a tunnel that is stopped'
start_server || fail 'sshd does not start again'
wait_for comes_to 'ALERTS{alertname="AutosshTunnelDown",alertstate="firing"}' 0 || fail 'the alert does not end'
exit $failed
