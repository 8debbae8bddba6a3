#!/bin/bash
# The files of many tunnels in share/fleet, docs/fleet.md and README.md are such as the program takes, and they are what
# the pages say they are.
#     fleet_documents_test.sh [PROGRAM]      the autossh to run (default: build/release/autossh)
set -uo pipefail
cd "$(dirname "$0")/.." || exit
program=$(realpath "${1:-build/release/autossh}")
[ -x "$program" ] || { echo "fleet_documents_test: no program $program"; exit 1; }
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
failed=0

# explains FILE: the program takes it. What it says is on stdout.
explains()
{
    env -i PATH="$PATH" HOME="$directory" "$program" --explain --fleet "$1" 2>"$directory/said" && return
    echo "fleet_documents_test: $1: $(cat "$directory/said")"
    failed=1
}

# tunnels FILE NUMBER: so many does it have.
tunnels()
{
    explains "$1" >"$directory/tunnels"
    found=$(grep -c '^[^ ].*:$' "$directory/tunnels")
    [ "$found" = "$2" ] || { echo "fleet_documents_test: $1: $found tunnels, not $2"; failed=1; }
}

# Nobody else may write them, as they name commands; a working copy may be otherwise.
cp -R share/fleet "$directory/fleet" && chmod -R u=rwX,go= "$directory/fleet" || exit
tunnels "$directory/fleet/laptop.toml" 6
tunnels "$directory/fleet/field/fleet.toml" 155
tunnels "$directory/fleet/production.toml" 2
tunnels "$directory/fleet/hub/hub.toml" 0

# And that of docs/hub.md, which is the example.
# shellcheck disable=SC2016 # that is no command substitution
cmp -s <(grep -v '^#' share/fleet/hub/hub.toml) <(sed -n '/^```toml$/,/^```$/p' docs/hub.md | grep -v '^```') ||
    { echo 'fleet_documents_test: the example of docs/hub.md is not share/fleet/hub/hub.toml'; failed=1; }

# Each block of docs/fleet.md, in a directory with files of autossh@.service.
awk -v to="$directory/block" '/^```$/ { on = 0 } on { print > (to n ".toml") } /^```toml$/ { on = 1; n++ }' docs/fleet.md
cp "$directory/fleet/field/office.conf" "$directory/office.conf"
chmod 600 "$directory"/*.toml "$directory"/*.conf
tunnels "$directory/block1.toml" 6
tunnels "$directory/block2.toml" 1
tunnels "$directory/block3.toml" 1
tunnels "$directory/block4.toml" 150
printf '#!/bin/sh\n' >"$directory/page" && chmod 700 "$directory/page"
tunnels "$directory/block5.toml" 1
env -i PATH="$PATH" "${program}ctl" import -- autossh -M 0 -f -N -L 8080:web:80 me@host >"$directory/imported"
cmp "$directory/imported" "$directory/block2.toml" || failed=1
sed -n '/^    \[tunnel\]$/,/^$/s/^    //p' README.md >"$directory/readme.toml"
chmod 600 "$directory/readme.toml"
tunnels "$directory/readme.toml" 3
cmp -s <(grep -v '^#' share/fleet/laptop.toml | sed 's/ *# .*//') <(sed 's/ *# .*//' "$directory/block1.toml") ||
    { echo 'fleet_documents_test: the first example of docs/fleet.md is not share/fleet/laptop.toml'; failed=1; }
exit $failed
