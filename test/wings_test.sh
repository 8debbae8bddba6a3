#!/bin/bash
# No wing can include what stands above it: the folder that its sources look for our headers in has links to what it
# may use and to nothing else, and a forbidden include ends the build.
#   test/wings_test.sh BUILD_DIRECTORY
set -euo pipefail
cd "$(dirname "$0")/.."
build=$(realpath "${1:?a configured build directory is needed}")
failed=0

complain()
{
    echo "$1"
    failed=1
}

# uses WING: what CMakeLists.txt lets it use, in alphabetical order, on one line.
uses()
{
    sed -nE "/^wing\\($1\$/,/\\)/ { s/^ *USES //p }" CMakeLists.txt | tr ' ' '\n' | sort | xargs
}

mapfile -t wings < <(sed -nE 's/^wing\((.*)$/\1/p' CMakeLists.txt)
[ "${#wings[@]}" -ge 9 ] || complain "only ${#wings[@]} wings"
below=
for wing in "${wings[@]}"; do
    for used in $(uses "$wing"); do
        case " $below " in
        *" $used "*) ;;
        *) complain "$wing uses $used, which does not stand below it" ;;
        esac
    done
    below+=" $wing"
    seen=$(find "$build/wings/$wing/autossh" -mindepth 1 -printf '%f\n' | sort | xargs)
    wanted=$(xargs -n 1 <<<"$wing $(uses "$wing")" | sort | xargs)
    [ "$seen" = "$wanted" ] || complain "$wing sees $seen, and should see $wanted"
    # The map says the same.
    row=$(sed -nE "s/^\\| \`$wing\` \\|.*\\| ([^|]*) \\|\$/\\1/p" CONTRIBUTING.md)
    case $row in
    'all above it') [ "$(uses "$wing" | wc -w)" -eq "$(($(wc -w <<<"$below") - 1))" ] || complain "CONTRIBUTING.md: $wing uses less" ;;
    –) [ -z "$(uses "$wing")" ] || complain "CONTRIBUTING.md: $wing uses $(uses "$wing")" ;;
    *) [ "$(xargs -n 1 <<<"$row" | sort | xargs)" = "$(uses "$wing")" ] || complain "CONTRIBUTING.md: $wing uses \"$row\"" ;;
    esac
done

# The real build, of a copy with a forbidden include.
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
cp -r CMakeLists.txt cmake src include scripts man autossh.host ./*.md LICENSE "$copy"
cmake -S "$copy" -B "$copy/build" -G Ninja -DBUILD_TESTING=OFF -DCMAKE_BUILD_TYPE=Debug -DAUTOSSH_UNITY=OFF -DAUTOSSH_PCH=OFF \
    >/dev/null
object=CMakeFiles/autossh_rules.dir/src/rules/backoff.cpp.o
cmake --build "$copy/build" --target "$object" >/dev/null || complain 'the wing rules cannot be built'
sed -i '1i #include "autossh/tunnel/tunnel.hpp"' "$copy/src/rules/backoff.cpp"
if output=$(cmake --build "$copy/build" --target "$object" 2>&1); then
    complain 'the wing rules was built with an include of the wing tunnel'
elif ! grep -q 'autossh/tunnel/tunnel.hpp.*\(No such file\|not found\)' <<<"$output"; then
    complain "$output"
fi
exit $failed
