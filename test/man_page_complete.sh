#!/bin/sh
# Every long option and every variable of the settings table stands in the man page and in the README.
set -u
cd "$(dirname "$0")/.." || exit
missing=0
for word in $(grep -oE 'AUTOSSH_[A-Z_]+"' src/settings/table.cpp | tr -d '"' | sort -u); do
    for document in man/autossh.1 README.md; do
        grep -q "$word" "$document" || { echo "$document: no $word"; missing=1; }
    done
done
for option in $(sed -nE 's/.*Setting\{"AUTOSSH_[A-Z_]+", "([a-z-]+)".*/\1/p' src/settings/table.cpp) help version; do
    grep -q -- "--$option" README.md || { echo "README.md: no --$option"; missing=1; }
    grep -qE -- "(Fl -|-\\\\-|--)$option" man/autossh.1 || { echo "man/autossh.1: no --$option"; missing=1; }
done
exit $missing
