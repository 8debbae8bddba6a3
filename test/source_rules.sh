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

for file in src/*/*.cpp include/autossh/*/*.hpp; do
    lines=$(wc -l <"$file")
    if [ "$lines" -gt 400 ]; then
        echo "$file: $lines lines: does it hold two ideas?"
        broken=1
    fi
done
exit $broken
