#!/bin/sh
# The sshd of a newer Debian with what it needs, unpacked below DIRECTORY, for the tests that have one (NewerSshd).
# Usage: newer_sshd.sh DIRECTORY. As root, with mmdebstrap and Debian's package mirror; takes 10 s, the first time.
set -u
root=${1:?usage: newer_sshd.sh DIRECTORY}

skip() {
    echo "SKIPPED: newer sshd: $1"
    exit 77
}

[ ! -x "$root/usr/sbin/sshd" ] || exit 0
[ "$(id -u)" -eq 0 ] || skip 'only root can unpack it'
command -v mmdebstrap >/dev/null || skip 'mmdebstrap is not installed'
new=$root.new
rm -rf "$new" "$root"
mkdir -p "$(dirname "$root")"
mmdebstrap --quiet --variant=extract --include=openssh-server,base-files,dash trixie "$new" || {
    rm -rf "$new"
    skip 'mmdebstrap fails'
}
# No script of a package has been run.
printf 'root:x:0:0::/root:/bin/sh\nsshd:x:100:65534::/run/sshd:/usr/sbin/nologin\n' >"$new/etc/passwd"
printf 'root:*:19000::::::\n' >"$new/etc/shadow"
mkdir -p "$new/run/sshd" "$new/dev" "$new/proc" "$new/tmp"
mv "$new" "$root"
