#!/bin/sh
# Every long option and every variable of the settings table has a place of its own in autossh(1): the option heads an
# entry, and the entry names its variable. No entry is of an option that the program does not have.
set -u
cd "$(dirname "$0")/.." || exit
page=man/autossh.1
table=$(find src/settings -name table.cpp)
missing=0
say() {
    echo "$page: $1"
    missing=1
}

# Each line "--OPTION VARIABLE…" is an entry of the list of long options, which an .El or another heading ends.
entries=$(awk '
    /^\.It Fl -/ { printf "%s--%s", end, substr($3, 2); end = "\n"; inside = 1; next }
    /^\.(It|El|Sh|Ss)/ { inside = 0 }
    inside { line = $0; while (match(line, /AUTOSSH_[A-Z_]+/)) {
        printf " %s", substr(line, RSTART, RLENGTH); line = substr(line, RSTART + RLENGTH) } }
    END { print "" }' "$page")
settings=$(sed -nE 's/.*Setting\{"(AUTOSSH_[A-Z_]+)", "([a-z-]+)".*/\1 --\2/p' "$table")
# The table is read by a pattern: of a table in another form, it would find nothing, and nothing would be missing.
variables=$(grep -oE '"AUTOSSH_[A-Z_]+", "' "$table" | sort -u | wc -l)
if [ "$variables" -lt 20 ] || [ "$(echo "$settings" | wc -l)" -ne "$variables" ]; then
    echo "manual_options_test: cannot read the settings in $table"
    exit 1
fi

echo "$settings" | {
    while read -r variable option; do
        entry=$(echo "$entries" | grep -E -- "^$option( |\$)") || { say "no entry $option"; continue; }
        case " $entry " in
        *" $variable "*) ;;
        *) say "the entry $option does not name $variable" ;;
        esac
    done
    for option in check doctor explain fleet help version; do
        echo "$entries" | grep -qE -- "^--$option( |\$)" || say "no entry --$option"
    done
    for option in $(echo "$entries" | sed 's/ .*//'); do
        case $option in
        --check | --doctor | --explain | --fleet | --help | --version) ;;
        *) echo "$settings" | grep -qE -- " $option\$" || say "the program has no $option" ;;
        esac
    done
    exit $missing
} || missing=1

# Likewise each command and each option of autosshctl, in autosshctl(1).
page=man/autosshctl.1
source=src/ctl/options.cpp
commands=$(sed -nE 's/.*CtlVerbEntry\{CtlVerb::[a-z]+, "([a-z]+)".*/\1/p' $source)
options=$(sed -nE 's/.*CtlOption\{"([a-z-]+)".*/\1/p' $source)
if [ "$(echo "$commands" | wc -l)" -lt 10 ] || [ "$(echo "$options" | wc -l)" -lt 10 ]; then
    echo "manual_options_test: cannot read the words in $source"
    exit 1
fi
for command in $commands; do
    grep -qE "^\.It Cm $command( |\$)" $page || say "no entry $command"
done
for option in $options; do
    grep -qE "^\.It Fl (.* )?-$option( |\$)" $page || say "no entry --$option"
done
documented=$(sed -nE 's/^\.It Cm ([a-z]+).*/\1/p; s/^\.It Fl (.* )?-([a-z][a-z-]+).*/\2/p' $page)
for entry in $documented; do
    printf '%s\n' "$commands" "$options" | grep -qx -e "$entry" || say "the program has no $entry"
done
exit $missing
