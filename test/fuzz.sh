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
    clang++ -std=c++20 -O1 -g1 -Wall -Wextra -Wpedantic -Wconversion -Werror \
        -fno-sanitize-recover=undefined -fno-omit-frame-pointer -DFMT_USE_LOCALE=0 \
        "-DFMT_STATIC_THOUSANDS_SEPARATOR=','" '-DAUTOSSH_SSH="/usr/bin/ssh"' -Iinclude "$@"
}

# object SOURCE: the name of what it is compiled to.
object() { echo "$directory/$(echo "$1" | tr / _).o"; }

# of WING NAME…: sources of src/WING.
of() {
    wing=$1
    shift
    printf "src/$wing/%s.cpp\n" "$@"
}

# together SOURCE…: one source for those of each folder, as the headers are most of the work. Prints their names.
together() {
    mkdir -p "$directory/folders"
    printf '%s\n' "$@" | sort -u | while read -r source; do
        folder=$directory/folders/$(dirname "$source" | tr / _).cpp
        echo "$folder"
        echo "#include \"$PWD/$source\"" >>"$folder.new"
    done | sort -u
    for folder in "$directory"/folders/*.new; do mv "$folder" "${folder%.new}"; done
}

# compile SOURCE…: each once, for all fuzzers, as many at a time as there are processors. The headers of the libraries
# are read once.
compile() {
    printf '#include <%s>\n' algorithm charconv chrono functional map optional set span string string_view system_error \
        utility vector fmt/format.h >"$directory/headers.hpp"
    clang -fsanitize="$sanitizers" -x c++-header "$directory/headers.hpp" -o "$directory/headers.pch" || return
    # What fmt's own branches are is nothing to look for.
    clang -fsanitize=address,undefined -c src/libraries/fmt.cpp -o "$(object src/libraries/fmt.cpp)" &
    fmt=$!
    printf '%s\n' "$@" | xargs -P "$(nproc)" -I '{}' "$self" compile '{}' && wait "$fmt"
}

# link NAME: the fuzzer NAME, with what it uses.
link() {
    clang++ -fsanitize="$sanitizers" "$(object "test/fuzz/$1_fuzzer.cpp")" "$directory/code.a" -o "$directory/$1_fuzzer"
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

# What the fuzzers are about, with what that uses.
sources=$(
    echo src/settings/*.cpp
    of base descriptors destination environment failure ip_address json_text log_format numbers paths \
        socket_address text
    of control answer_reader answer_writer facts_reader facts_writer hub_json json_fields json_writer \
        outages_json request request_id selection wall_time
    of hub beat_reader
    of login ask_message prompt_rules
    of program metrics_request
    of rules state
    of ssh cause circumstances client_state client_state_forwards config configured_forward explanation \
        explanation_table forced_log forward forward_cause forward_reply forward_states forward_states_words \
        job_message_table line_origin login_proof loop_lines loopback_proof message message_table mux_message \
        probe_lines prompt
)
# shellcheck disable=SC2046,SC2086 # words
compile test/fuzz/*_fuzzer.cpp src/libraries/json.cpp $(together $sources) || exit
rm -f "$directory/code.a"
ar qc "$directory/code.a" "$directory"/*folders_*.o "$(object src/libraries/fmt.cpp)" "$(object src/libraries/json.cpp)" || exit
for fuzzer in test/fuzz/*_fuzzer.cpp; do
    link "$(basename "$fuzzer" _fuzzer.cpp)" || exit
done

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
