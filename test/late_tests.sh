#!/bin/sh
# Runs the tests of the program with one that writes each line of its log late, and goes on late behind each, to
# find those that count on it to be quick: after new end-to-end tests, and when one has failed once. By hand: it takes
# twice as long as the tests.
# Usage: late_tests.sh [BUILD [REGEX]]; BUILD: build/release, without a sanitizer. REGEX: of the tests' names.
set -eu
cd "$(dirname "$0")/.."
build=${1:-build/release}
writer=$PWD/$build/test/late_writer.so
[ -e "$writer" ] || { echo "late_tests: there is no $writer: scripts/build release" >&2; exit 2; }
failed=0
for when in before after; do
    echo "each write takes 40 ms more, $when it"
    LATE_WRITES=$when LD_PRELOAD=$writer \
        ctest --test-dir "$build" -j $((4 * $(nproc))) -E '^unit:|^tunnels:' -R "${2:-.}" --output-on-failure || failed=1
done
exit $failed
