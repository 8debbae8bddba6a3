#!/bin/bash
# Becomes the first process of a machine (machine.sh), in fresh namespaces: mounts its root and executes systemd.
set -eu
work=$1
root=$work/root

mount -t overlay overlay -o "lowerdir=/,upperdir=$work/layer/upper,workdir=$work/layer/work" "$root"
mount -t proc proc "$root/proc"
# The kernel is shared: nothing of it may be changed from inside.
mount --bind "$root/proc/sys" "$root/proc/sys"
mount -o remount,bind,ro "$root/proc/sys"
[ ! -e "$root/proc/sysrq-trigger" ] || mount --bind /dev/null "$root/proc/sysrq-trigger"
mount -t sysfs -o ro,nosuid,nodev,noexec sysfs "$root/sys"
mount -t cgroup2 -o nosuid,nodev,noexec cgroup2 "$root/sys/fs/cgroup"

mount -t tmpfs -o mode=755,nosuid tmpfs "$root/dev"
while read -r name major minor; do
    mknod -m 666 "$root/dev/$name" c "$major" "$minor"
done <<'EOF'
null 1 3
zero 1 5
full 1 7
random 1 8
urandom 1 9
tty 5 0
EOF
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
for stream in 0:stdin 1:stdout 2:stderr; do ln -s "/proc/self/fd/${stream%:*}" "$root/dev/${stream#*:}"; done
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"

hostname autossh-test
ip link set lo up
echo 0123456789abcdef0123456789abcdef >"$root/etc/machine-id"
units=$root/etc/systemd/system
mkdir -p "$units"
for unit in systemd-{sysctl,modules-load,remount-fs,udevd,udev-trigger,timesyncd,networkd,resolved,update-utmp,firstboot}.service \
    e2scrub_reap.service console-getty.service getty@.service modprobe@.service \
    dev-hugepages.mount sys-kernel-debug.mount sys-kernel-tracing.mount sys-fs-fuse-connections.mount \
    proc-sys-fs-binfmt_misc.automount tmp.mount \
    {apt-daily,apt-daily-upgrade,dpkg-db-backup,e2scrub_all,fstrim}.timer; do
    ln -sf /dev/null "$units/$unit"
done
ln -sf /lib/systemd/system/multi-user.target "$units/default.target"
rm -f "$root/etc/fstab"

cd "$root"
mkdir -p .old
pivot_root . .old
cd /
umount -l /.old
rmdir /.old || true
mount --make-rshared / # systemd hands out credentials by mounts
exec env -i container=unshare PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
    setpriv --bounding-set=-sys_time,-sys_module,-sys_rawio,-mac_admin,-mac_override --inh-caps=-all \
    /lib/systemd/systemd --system --show-status=0
