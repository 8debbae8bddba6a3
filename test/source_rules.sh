#!/bin/sh
# Rules of the sources that no compiler checks. Prints each line that breaks one.
set -u
cd "$(dirname "$0")/.." || exit
broken=0

# forbid REASON PATTERN FILE…
forbid()
{
    reason=$1 pattern=$2
    shift 2
    if grep -nE "$pattern" "$@"; then
        echo "^ $reason"
        broken=1
    fi
}

# g++ 12 miscompiles these (see include/autossh/base/coroutine.hpp).
forbid 'a co_await stands alone, or initialises a named variable' \
    '\b(if|while|switch) \(([^=;]|[=!<>]=)*co_await|\? *co_await|co_await [^;]*\{|co_await [^;]*\[' src/*/*.cpp
# shellcheck disable=SC2046
forbid 'only child knows Boost.Process' 'boost/process' $(find src include -name '*.?pp' ! -name 'child.*')
forbid 'rules know no clock, process or socket' '(Clock::now|boost/|sys/socket|sys/stat|unistd)' src/rules/*.cpp include/autossh/rules/*.hpp

# ctest would run no test, and call that a success.
# shellcheck disable=SC2046
forbid 'no semicolon in the name of a test, and no hyphen at its beginning' 'TEST_CASE\("([^"]*;|-)' \
    $(find test -name '*.cpp')

# What may be longer, a file or a function (FILE:FUNCTION), each with its reason.
may_be_longer='
src/settings/table.cpp      the table of the settings: knowledge, a line for each
'

# is_longer WHAT LINES LIMIT: and may not be.
is_longer()
{
    [ "$2" -gt "$3" ] && ! printf '%s' "$may_be_longer" | grep -q "^$1 "
}

for file in src/*.cpp src/*/*.cpp include/autossh/*/*.hpp; do
    limit=250
    case $file in *.hpp) limit=150 ;; esac
    lines=$(wc -l <"$file")
    if is_longer "$file" "$lines" "$limit"; then
        echo "$file: $lines lines, more than $limit: does it hold two ideas?"
        broken=1
    fi
done

# A function is what stands between two braces that are alone on their lines, as the format has it; its name is the
# last word before the first parenthesis.
functions=$(awk '
    FNR == 1 { begin = 0; name = "" }
    !begin && /^ *[^ #\/].*\(/ { name = $0; sub(/\(.*/, "", name); sub(/.*[ :&*]/, "", name) }
    !begin && /^ *\{$/ { begin = FNR; match($0, / */); indent = RLENGTH }
    begin && /^ *\}$/ { match($0, / */); if (RLENGTH == indent) { print FILENAME, name, FNR - begin - 1; begin = 0 } }
' src/*.cpp src/*/*.cpp include/autossh/*/*.hpp)
while read -r file name lines; do
    if is_longer "$file:$name" "$lines" 50; then
        echo "$file: $name has $lines lines, more than 50: does it do two things?"
        broken=1
    fi
done <<END
$functions
END
exit $broken
