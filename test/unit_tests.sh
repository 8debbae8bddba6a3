#!/bin/bash
# The unit tests, those of a source in one process: under the sanitizers a process costs more than most tests. Each test
# counts by itself, a failing one is named, and the last line is their count.
#   test/unit_tests.sh BUILD_DIRECTORY [PROCESSES]
set -uo pipefail
build=${1:?a build directory is needed}
program=$build/test/unit_tests
[ -x "$program" ] || { echo "unit_tests: no $program"; exit 1; }
reports=$(mktemp -d "$build/unit_reports.XXXXXX") || exit
trap 'rm -rf "$reports"' EXIT

# run TAG: the tests with this tag, which Catch2 gives to all those of a source.
run()
{
    local report=$reports/${1//[^a-z0-9_]/}
    "$program" --filenames-as-tags --list-test-names-only "$1" >"$report.names"
    timeout 600 "$program" --filenames-as-tags --reporter xml "$1" </dev/null >"$report.xml" 2>"$report.errors"
    echo $? >"$report.status"
}
export -f run
export program reports

# shellcheck disable=SC2016 # the inner shell expands
"$program" --filenames-as-tags --list-tags | sed -nE 's/^ +[0-9]+ +.*(\[#[^]]+\]).*/\1/p' |
    xargs -d '\n' -P "${2:-$(nproc)}" -I '{}' bash -c 'run "$1"' run '{}'

# judge REPORT: prints the names of those that have failed, each with "FAILED: unit: " before it.
judge()
{
    sed -nE 's/^ *<TestCase name="([^"]*)".*/test \1/p; s/^ *<OverallResult success="([a-z]*)".*/result \1/p' "$1.xml" |
        sed 's/&quot;/"/g; s/&lt;/</g; s/&gt;/>/g; s/&amp;/\&/g' | awk '
        $1 == "test" { name = substr($0, 6) }
        $1 == "result" { if ($2 != "true") print "FAILED: unit: " name; name = "" }
        END { if (name != "") print "FAILED: unit: " name " (the process has ended)" }'
}

passed=0 failed=0 skipped=0
for names in "$reports"/*.names; do
    report=${names%.names}
    all=$(wc -l <"$names")
    good=$(grep -c '<OverallResult success="true"' "$report.xml")
    skips=$(grep -o 'SKIPPED: .*' "$report.xml" | sort -u)
    [ -z "$skips" ] || { echo "$skips"; skipped=$((skipped + $(wc -l <<<"$skips"))) good=$((good - $(wc -l <<<"$skips"))); }
    bad=$(judge "$report")
    passed=$((passed + good)) failed=$((failed + all - good - $(grep -c . <<<"$skips")))
    [ -n "$bad" ] || [ "$(cat "$report.status")" -ne 0 ] || continue
    # A leak that the sanitizer finds at the end belongs to no test.
    [ -n "$bad" ] || { bad="FAILED: unit: ${report##*/}: exit status $(cat "$report.status")"; failed=$((failed + 1)); }
    printf '%s\n' "$bad"
    cat "$report.xml" "$report.errors"
done
[ $((passed + failed + skipped)) -gt 0 ] || { echo 'unit_tests: no test was found'; failed=1; }
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
