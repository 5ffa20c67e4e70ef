#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Install Debian on two disk images, as nobody but Debian does it: debian-disk.sh DIR
#
#   DIR/gpt.img      GPT, an EFI system partition, root on ext4
#   DIR/mbr.img      MBR, the same root
#   DIR/versions     the packages that are on it
#
# debootstrap unpacks a minimal system with a kernel, u-boot-menu and systemd; then that system
# installs itself in QEMU: each package's own scripts run, so initramfs-tools makes the ramdisk and
# u-boot-menu /boot/extlinux/extlinux.conf. No root and no other emulator are needed. Ours are:
# /etc/fstab and /etc/hostname, as an installer writes them, and that root has no password.
# 60 MB are fetched; it takes ten minutes of processor time. Its log is DIR/log.
set -eu
. "$(dirname "$0")/private-apt.sh"
PATH=$PATH:/usr/sbin:/sbin

fetch_once "$1"
private_apt "$dir" "$(dpkg --print-architecture),arm64"
apt_suites "deb debian bookworm main"
uuid=6f1d6d1a-0f0b-4c1e-9d5b-3f0c0a1b2c3d
tree=$apt/tree

echo "  FETCH   Debian bookworm for arm64 (a disk with it)"
(cd "$apt/debs" && timeout 300 apt-get -qq update && timeout 300 apt-get -qq download debootstrap)
dpkg-deb -x "$apt"/debs/debootstrap_*.deb "$apt/debootstrap"

cat >"$apt/second-stage" <<'END'
#!/bin/sh
export PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive
mount -t proc proc /proc
mount -t sysfs sysfs /sys
date -s "@$(sed -n 's/.*now=\([0-9]*\).*/\1/p' /proc/cmdline)"
if /debootstrap/debootstrap --second-stage; then
	cat /boot/extlinux/extlinux.conf
	passwd -d root
	dpkg-query -W
	rm -f /second-stage /var/cache/apt/archives/*.deb
	fstrim /
	echo 'second-stage: end'
else
	tail -30 /debootstrap/debootstrap.log
fi
mount -t proc proc /proc
cd /
sync
for key in s u o; do
	echo $key >/proc/sysrq-trigger
done
sleep 60
END

# In one fakeroot: what is unpacked belongs to whom the packages say
cat >"$apt/first-stage" <<END
set -eu
export DEBOOTSTRAP_DIR="$apt/debootstrap/usr/share/debootstrap"
rm -rf "$tree"
sh "$apt/debootstrap/usr/sbin/debootstrap" --foreign --arch=arm64 --variant=minbase \\
	--include=systemd-sysv,linux-image-cloud-arm64,u-boot-menu,initramfs-tools,udev \\
	bookworm "$tree" http://deb.debian.org/debian
rm -f "$tree/proc"
mkdir -p "$tree/proc" "$tree/sys" "$tree/run"
echo "UUID=$uuid / ext4 errors=remount-ro 0 1" >"$tree/etc/fstab"
echo debian >"$tree/etc/hostname"
cp "$apt/second-stage" "$tree"
chmod 755 "$tree/second-stage"
# Unpacking xz is what an emulated processor would do longest
for deb in "$tree"/var/cache/apt/archives/*.deb; do
	rm -rf "$apt/deb"
	mkdir "$apt/deb"
	(cd "$apt/deb" && ar x "\$deb" && xz -qd *.xz && rm "\$deb" &&
		ar rcD "\$deb" debian-binary control.tar data.tar) || exit
done
truncate -s 0 "$apt/root.ext4"
truncate -s 1G "$apt/root.ext4"
mke2fs -q -t ext4 -U $uuid -d "$tree" "$apt/root.ext4"
END
fakeroot sh "$apt/first-stage" >"$dir/log" 2>&1 || { tail -5 "$dir/log" >&2; exit 1; }
dpkg --fsys-tarfile "$tree"/var/cache/apt/archives/linux-image-6*.deb |
	tar -xO --wildcards './boot/vmlinuz-*' >"$apt/vmlinuz"

# Its NVMe driver and ext4 are in the kernel: no ramdisk yet
echo "  QEMU    Debian installs itself"
timeout 3600 qemu-system-aarch64 -M virt -cpu cortex-a57 -smp 2 -m 1G -nographic -nic none -no-reboot \
	-kernel "$apt/vmlinuz" -append "root=/dev/nvme0n1 rw init=/second-stage console=ttyAMA0 now=$(date +%s)" \
	-drive "if=none,id=d,format=raw,cache=unsafe,discard=unmap,file=$apt/root.ext4" \
	-device nvme,serial=1,drive=d </dev/null >>"$dir/log" 2>&1 || true
grep -q '^second-stage: end' "$dir/log" || { tail -30 "$dir/log" >&2; exit 1; }
# 1: it took from the table what programs still had open that had been replaced
e2fsck -fp "$apt/root.ext4" >>"$dir/log" || [ $? = 1 ]
sed -n 's/^\([a-z0-9][^ \t]*\)\t\([^\r]*\).*/\1 \2/p' "$dir/log" >"$dir/versions"

truncate -s 0 "$dir/gpt.img" "$dir/mbr.img"
truncate -s 1061M "$dir/gpt.img"
truncate -s 1029M "$dir/mbr.img"
sgdisk -o -n 1:2048:+33M -t 1:ef00 -n 2:71680:+1G -t 2:8305 "$dir/gpt.img" >>"$dir/log"
printf 'label: dos\nstart=8192,size=2097152,type=83,bootable\n' | sfdisk -q "$dir/mbr.img"
mkfs.vfat -F 16 --offset 2048 "$dir/gpt.img" 33792 >>"$dir/log"
mmd -i "$dir/gpt.img@@1M" ::EFI
dd if="$apt/root.ext4" of="$dir/gpt.img" bs=1M seek=35 conv=notrunc,sparse status=none
dd if="$apt/root.ext4" of="$dir/mbr.img" bs=1M seek=4 conv=notrunc,sparse status=none
fetched
