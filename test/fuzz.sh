#!/bin/sh
# The fuzzers, for ${FUZZ_SECONDS:-30} seconds each, over their corpora (0: the corpora alone). What they find stays in
# build/fuzz, and is where they go on the next time.
set -u
cd "$(dirname "$0")/.." || exit
self=$PWD/test/fuzz.sh
seconds=${FUZZ_SECONDS:-30}
directory=build/fuzz
sanitizers=fuzzer,address,undefined

skip() {
    echo "$1"
    exit 77
}

# clang ARGUMENTS…: with the flags of all.
clang() {
    # fmt as CMake has it compiled: as headers it would be most of the work.
    clang++ -std=c++20 -O1 -g1 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror \
        -fno-sanitize-recover=undefined -fno-omit-frame-pointer -DFMT_USE_LOCALE=0 \
        "-DFMT_STATIC_THOUSANDS_SEPARATOR=','" '-DAUTOSSH_SSH="/usr/bin/ssh"' -Iinclude "$@"
}

# object SOURCE: the name of what it is compiled to.
object() { echo "$directory/$(echo "$1" | tr / _).o"; }

# compile SOURCE…: each once, for all fuzzers, as many at a time as there are processors. The headers of the libraries
# are read once.
compile() {
    printf '#include <%s>\n' algorithm charconv chrono functional map optional set span string string_view system_error \
        utility vector fmt/format.h >"$directory/headers.hpp"
    clang -fsanitize="$sanitizers" -x c++-header "$directory/headers.hpp" -o "$directory/headers.pch" || return
    # What fmt's own branches are is nothing to look for.
    clang -fsanitize=address,undefined -c src/libraries/fmt.cpp -o "$(object src/libraries/fmt.cpp)" &
    fmt=$!
    printf '%s\n' "$@" | sort -u | xargs -P "$(nproc)" -I '{}' "$self" compile '{}' && wait "$fmt"
}

# link NAME SOURCE…: the fuzzer NAME, of these sources.
link() {
    name=$1
    shift
    objects=
    for source in "test/fuzz/${name}_fuzzer.cpp" src/libraries/fmt.cpp "$@"; do
        objects="$objects $(object "$source")"
    done
    # shellcheck disable=SC2086 # words
    clang++ -fsanitize="$sanitizers" $objects -o "$directory/${name}_fuzzer"
}

# start NAME: runs it in the background, as $!.
start() {
    found=$directory/found/$1
    crashes=$directory/crashes/$1
    rm -rf "$crashes"
    mkdir -p "$found" "$crashes" || exit
    limit=-max_total_time=$seconds
    [ "$seconds" -gt 0 ] || limit=-runs=0 # no seconds are no limit
    "$directory/$1_fuzzer" "$limit" -timeout=10 -rss_limit_mb=2048 "-artifact_prefix=$crashes/" \
        "$found" "test/fuzz/corpus/$1" >"$directory/$1.log" 2>&1 &
}

# finish NAME PID: waits for it, and shows what it has said if it fails.
finish() {
    wait "$2" && return
    failed=1
    tail -n 60 "$directory/$1.log"
    for input in "$directory/crashes/$1"/*; do
        [ -e "$input" ] || continue
        echo "fuzz: $1 fails with $input:"
        od -A d -c "$input" | head -n 100
    done
}

if [ "${1-}" = compile ]; then
    clang -fsanitize="$sanitizers" -include-pch "$directory/headers.pch" -c "$2" -o "$(object "$2")"
    exit
fi
case $seconds in
'' | *[!0-9]*) echo "fuzz: FUZZ_SECONDS is no number: $seconds" && exit 1 ;;
esac
command -v clang++ >/dev/null || skip 'clang++ is not here'
mkdir -p "$directory" || exit
echo 'extern "C" int LLVMFuzzerTestOneInput(const unsigned char*, unsigned long) { return 0; }' |
    clang++ -x c++ -fsanitize="$sanitizers" - -o "$directory/trial" 2>/dev/null || skip 'libFuzzer is not here'

ask_message='src/login/ask_message.cpp'
beat='src/hub/beat_reader.cpp src/base/text.cpp'
control='src/control/answer_reader.cpp src/control/answer_writer.cpp src/control/facts_reader.cpp
    src/control/facts_writer.cpp src/control/hub_json.cpp src/control/outages_json.cpp src/control/json_fields.cpp src/control/json_writer.cpp src/control/request.cpp
    src/control/selection.cpp src/control/wall_time.cpp src/base/json_text.cpp src/base/text.cpp src/libraries/json.cpp'
fleet='src/settings/*.cpp src/base/descriptors.cpp src/base/destination.cpp src/base/environment.cpp src/base/failure.cpp
    src/base/ip_address.cpp src/base/json_text.cpp src/base/numbers.cpp src/base/paths.cpp src/base/socket_address.cpp
    src/base/text.cpp'
metrics_request='src/program/metrics_request.cpp src/base/descriptors.cpp src/base/ip_address.cpp
    src/base/socket_address.cpp src/base/text.cpp'
mux_message='src/ssh/mux_message.cpp src/ssh/configured_forward.cpp src/ssh/config.cpp src/base/text.cpp'
prompt='src/ssh/prompt.cpp src/login/prompt_rules.cpp src/ssh/message_table.cpp src/ssh/job_message_table.cpp src/ssh/message.cpp src/base/text.cpp'
server_words='src/base/json_text.cpp src/base/log_format.cpp src/ssh/login_proof.cpp src/ssh/message_table.cpp src/ssh/job_message_table.cpp src/ssh/message.cpp
    src/rules/state.cpp src/base/text.cpp src/ssh/client_state.cpp src/ssh/line_origin.cpp src/ssh/loop_lines.cpp
    src/ssh/forward.cpp src/ssh/forward_states.cpp src/ssh/forward_states_words.cpp src/ssh/configured_forward.cpp src/ssh/config.cpp
    src/base/socket_address.cpp src/base/ip_address.cpp src/base/descriptors.cpp src/ssh/cause.cpp src/ssh/forward_cause.cpp src/ssh/client_state_forwards.cpp src/ssh/forward_reply.cpp src/ssh/circumstances.cpp src/ssh/explanation.cpp src/ssh/explanation_table.cpp
    src/base/failure.cpp src/base/numbers.cpp src/settings/fleet_difference.cpp src/settings/fleet_forward.cpp
    src/settings/ssh_letters.cpp'
# shellcheck disable=SC2086 # words
compile test/fuzz/*_fuzzer.cpp $ask_message $beat $control $fleet $metrics_request $mux_message $prompt $server_words || exit
# shellcheck disable=SC2086
link ask_message $ask_message && link beat $beat && link control $control && link fleet $fleet && link metrics_request $metrics_request && link mux_message $mux_message && link prompt $prompt && link server_words $server_words || exit

failed=0
start ask_message
ask_message=$!
start beat
beat=$!
start control
control=$!
start fleet
fleet=$!
start metrics_request
metrics_request=$!
start mux_message
mux_message=$!
start prompt
prompt=$!
start server_words
server_words=$!
trap 'kill "$ask_message" "$beat" "$control" "$fleet" "$metrics_request" "$mux_message" "$prompt" "$server_words" 2>/dev/null; exit 1' HUP INT TERM
finish ask_message "$ask_message"
finish beat "$beat"
finish control "$control"
finish fleet "$fleet"
finish metrics_request "$metrics_request"
finish mux_message "$mux_message"
finish prompt "$prompt"
finish server_words "$server_words"
exit $failed
