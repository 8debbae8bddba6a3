#!/bin/sh
# autossh.host under dash: it starts an agent, finds it again, replaces a dead one, and then becomes autossh.
set -u
cd "$(dirname "$0")/.." || exit
wrapper=$PWD/autossh.host
directory=$(cd "$(mktemp -d)" && pwd -P) || exit
agents=
# shellcheck disable=SC2317 # called by the trap
cleanup() {
    for pid in $agents; do kill "$pid" 2>/dev/null; done
    rm -rf "$directory"
}
trap cleanup EXIT
fail() {
    echo "wrapper_test: $1"
    exit 1
}

mkdir "$directory/bin" "$directory/a home" "$directory/a home/.ssh"
cat >"$directory/bin/autossh" <<'EOF'
#!/bin/sh
printf '%s|' "$SSH_AUTH_SOCK" "${AUTOSSH_GATETIME-}" "$@"
EOF
chmod +x "$directory/bin/autossh"

# run WORDS…: the wrapper with nothing of the caller's environment.
run() {
    env -i PATH="$directory/bin:$PATH" HOME="$directory/a home" TMPDIR="$directory" dash "$@" </dev/null 2>/dev/null
}
memory="$directory/a home/.ssh/agent.sock.pid"
remember_agent() { agents="$agents $(cat "$memory")"; }

first=$(run "$wrapper" host -N 'two words') || fail 'it fails'
remember_agent
[ "${first#*|}" = '0|-M|0|host|-N|two words|' ] || fail "autossh gets: ${first#*|}"
[ "${first%%|*}" = "$directory/a home/.ssh/agent.sock" ] || fail "the agent listens at ${first%%|*}"
[ -S "${first%%|*}" ] || fail 'no agent was started'
[ "$(stat -c %a "${first%%|*}")" = 600 ] || fail 'the socket is not private'
agent=$(cat "$memory")

second=$(run "$wrapper" host) || fail 'it fails the second time'
[ "${second%%|*}" = "${first%%|*}" ] || fail 'it names another agent the second time'
[ "$(cat "$memory")" = "$agent" ] || fail 'the agent is not reused'

# KILL: it leaves its socket behind.
kill -KILL "$agent"
while case $(ps -o stat= -p "$agent") in '' | Z*) false ;; esac do sleep 0.1; done
third=$(run "$wrapper" host) || fail 'it fails with a dead agent'
remember_agent
[ "${third%%|*}" = "${first%%|*}" ] || fail 'the next agent listens elsewhere'
[ "$(cat "$memory")" != "$agent" ] || fail 'a dead agent is not replaced'
kill -0 "$(cat "$memory")" 2>/dev/null || fail 'no agent was started for the dead one'

# An agent in the environment that answers comes first.
cp "$wrapper" "$directory/bin/autossh.host"
other=$(env -i PATH="$PATH" ssh-agent -s -a "$directory/other") || fail 'no other agent'
agents="$agents $(printf '%s\n' "$other" | sed -n 's/^SSH_AGENT_PID=\([0-9]*\);.*/\1/p')"
given=$(SSH_AUTH_SOCK="$directory/other" PATH="$directory/bin:$PATH" HOME="$directory/nowhere" dash "$wrapper" host \
    </dev/null 2>/dev/null) || fail 'it fails with an agent in the environment'
[ "${given%%|*}" = "$directory/other" ] || fail "the agent of the environment is not used: ${given%%|*}"

# Installed, it finds ssh-agent-wrapper beside it or in PATH.
ln -s "$PWD/scripts/ssh-agent-wrapper" "$directory/bin/ssh-agent-wrapper"
installed=$(run "$directory/bin/autossh.host" host) || fail 'it does not find ssh-agent-wrapper beside it'
mv "$directory/bin/autossh.host" "$directory/autossh.host"
[ "$(run "$directory/autossh.host" host)" = "$installed" ] || fail 'it does not find ssh-agent-wrapper in PATH'

ln -s "$wrapper" "$directory/autossh.example.org"
linked=$(run "$directory/autossh.example.org" -N) || fail 'it fails through a link'
[ "${linked#*|}" = '0|-M|0|example.org|-N|' ] || fail "through a link autossh gets: ${linked#*|}"

if run "$wrapper" >/dev/null; then fail 'no host is no error'; fi
exit 0
