#!/bin/sh
# autossh.host under dash: it starts an agent, finds it again, replaces a dead one, and then becomes autossh.
set -u
cd "$(dirname "$0")/.." || exit
wrapper=$PWD/autossh.host
directory=$(mktemp -d)
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
memory="$directory/a home/.ssh/autossh-agent"
remember_agent() { agents="$agents $(sed -n 2p "$memory")"; }

first=$(run "$wrapper" host -N 'two words') || fail 'it fails'
remember_agent
[ "${first#*|}" = '0|-M|0|host|-N|two words|' ] || fail "autossh gets: ${first#*|}"
[ -S "${first%%|*}" ] || fail 'no agent was started'
[ "$(stat -c %a "$memory")" = 600 ] || fail 'the remembered agent is not private'

second=$(run "$wrapper" host) || fail 'it fails the second time'
[ "${second%%|*}" = "${first%%|*}" ] || fail 'the agent is not reused'

kill "$(sed -n 2p "$memory")"
third=$(run "$wrapper" host) || fail 'it fails with a dead agent'
remember_agent
[ "${third%%|*}" != "${first%%|*}" ] || fail 'a dead agent is not replaced'
[ -S "${third%%|*}" ] || fail 'no agent was started for the dead one'

ln -s "$wrapper" "$directory/autossh.example.org"
linked=$(run "$directory/autossh.example.org" -N) || fail 'it fails through a link'
[ "${linked#*|}" = '0|-M|0|example.org|-N|' ] || fail "through a link autossh gets: ${linked#*|}"

if run "$wrapper" >/dev/null; then fail 'no host is no error'; fi
exit 0
