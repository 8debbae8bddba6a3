# shellcheck shell=sh
# For scripts to source.

# Runs a command again and again until it succeeds, for 10 s and more.
wait_for() {
    tries=0
    until "$@"; do
        tries=$((tries + 1))
        [ $tries -lt 500 ] || return 1
        sleep 0.02
    done
}
