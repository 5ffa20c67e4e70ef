#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# A Raspberry Pi's card, laid out as Raspberry Pi OS lays its own: rpi-disk.sh DIR DEBIAN
#
#   DIR/card.img     MBR; the firmware's FAT with kernel8.img, initramfs8, config.txt, cmdline.txt and
#                    the board's tree; root on ext4
#   DIR/versions     the packages that are on it
#
# Its root is what debian-disk.sh made in DEBIAN, which then installs Debian's other kernel, that has
# the Pi's drivers, and makes the ramdisk for it, in QEMU: no root and no other emulator are needed.
# Ours are what Raspberry Pi OS's image writes: the FAT's files, /etc/fstab and /etc/hostname; and that
# root has no password. 70 MB are fetched; it takes some minutes of processor time. Its log is DIR/log.
set -eu
. "$(dirname "$0")/private-apt.sh"
PATH=$PATH:/usr/sbin:/sbin

debian=$(cd "$2" && pwd)
fetch_once "$1"
private_apt "$dir" "$(dpkg --print-architecture),arm64"
apt_suites "deb debian bookworm main"
: >"$dir/log"

echo "  FETCH   linux-image-arm64 (a card with it)"
timeout 300 apt-get -qq update
linux=$(apt-cache depends linux-image-arm64:arm64 |
	sed -n 's/^ *Depends: \(linux-image-[0-9][^: ]*\).*/\1/p' | head -1)
(cd "$apt/debs" && rm -f ./*.deb && timeout 900 apt-get -qq download "$linux:arm64")
# Unpacking xz is what an emulated processor would do longest
mkdir -p "$apt/deb" "$apt/tree"
(cd "$apt/deb" && ar x "$apt"/debs/linux-image-*.deb && xz -qd ./*.xz &&
	ar rcD "$apt/linux.deb" debian-binary control.tar data.tar)
tar -xf "$apt/deb/data.tar" -C "$apt/tree" --wildcards '*/broadcom/bcm2837-rpi-3-b.dtb'

cat >"$apt/stage" <<'END'
#!/bin/sh
export PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive
mount -t proc proc /proc
mount -t sysfs sysfs /sys
date -s "@$(sed -n 's/.*now=\([0-9]*\).*/\1/p' /proc/cmdline)"
echo raspberrypi >/etc/hostname
mkdir -p /boot/firmware
printf '%s\n' 'proc /proc proc defaults 0 0' 'PARTUUID=4c6f6674-01 /boot/firmware vfat defaults 0 2' \
	'PARTUUID=4c6f6674-02 / ext4 defaults,noatime 0 1' >/etc/fstab
echo MODULES=list >/etc/initramfs-tools/conf.d/rpi
printf '%s\n' sdhci_iproc mmc_block ext4 >>/etc/initramfs-tools/modules
if dpkg --purge u-boot-menu && rm -rf /boot/extlinux && dpkg --install /linux.deb; then
	ls -l /boot
	dpkg-query -W
	rm -f /stage /linux.deb
	echo 'stage: end'
fi
cd /
sync
for key in s u o; do
	echo $key >/proc/sysrq-trigger
done
sleep 60
END

rm -f "$apt/root.ext4"
dd if="$debian/mbr.img" of="$apt/root.ext4" bs=1M skip=4 count=1024 conv=sparse status=none
truncate -s 1500M "$apt/root.ext4"
e2fsck -fp "$apt/root.ext4" >>"$dir/log"
resize2fs "$apt/root.ext4" >>"$dir/log" 2>&1
cloud=$(debugfs -R 'ls -p /boot' "$apt/root.ext4" 2>/dev/null | sed -n 's,.*/\(vmlinuz-[^/]*\)/.*,\1,p')
debugfs -R "dump /boot/$cloud $apt/vmlinuz" "$apt/root.ext4" 2>>"$dir/log"
printf '%s\n' "write $apt/linux.deb linux.deb" "write $apt/stage stage" 'sif stage mode 0100755' |
	debugfs -w -f - "$apt/root.ext4" >>"$dir/log" 2>&1

echo "  QEMU    Debian installs its kernel for the Pi"
timeout 3600 qemu-system-aarch64 -M virt -cpu cortex-a57 -smp 2 -m 1G -nographic -nic none -no-reboot \
	-kernel "$apt/vmlinuz" -append "root=/dev/nvme0n1 rw init=/stage console=ttyAMA0 now=$(date +%s)" \
	-drive "if=none,id=d,format=raw,cache=unsafe,discard=unmap,file=$apt/root.ext4" \
	-device nvme,serial=1,drive=d </dev/null >>"$dir/log" 2>&1 || true
grep -q '^stage: end' "$dir/log" || { tail -30 "$dir/log" >&2; exit 1; }
e2fsck -fp "$apt/root.ext4" >>"$dir/log" || [ $? = 1 ]
sed -n 's/^\([a-z0-9][^ \t]*\)\t\([^\r]*\).*/\1 \2/p' "$dir/log" >"$dir/versions"

version=${linux#linux-image-}
fat=$apt/fat
mkdir -p "$fat/overlays"
debugfs -R "dump /boot/vmlinuz-$version $apt/vmlinuz" "$apt/root.ext4" 2>>"$dir/log"
debugfs -R "dump /boot/initrd.img-$version $fat/initramfs8" "$apt/root.ext4" 2>>"$dir/log"
gzip -9 <"$apt/vmlinuz" >"$fat/kernel8.img"
cp "$(find "$apt/tree" -name '*.dtb')" "$fat/bcm2710-rpi-3-b.dtb"
printf '%s\n' '# As the image of Raspberry Pi OS has it' 'dtparam=audio=on' 'camera_auto_detect=1' \
	'display_auto_detect=1' 'auto_initramfs=1' 'dtoverlay=vc4-kms-v3d' 'max_framebuffers=2' \
	'disable_fw_kms_setup=1' 'arm_64bit=1' 'disable_overscan=1' 'arm_boost=1' '[cm4]' 'otg_mode=1' \
	'[all]' 'kernel=loft.bin' >"$fat/config.txt"
echo 'console=serial0,115200 console=tty1 root=PARTUUID=4c6f6674-02 rootfstype=ext4 fsck.repair=yes rootwait' \
	>"$fat/cmdline.txt"

rm -f "$dir/card.img"
truncate -s 2G "$dir/card.img"
printf '%s\n' 'label: dos' 'label-id: 0x4c6f6674' 'start=8192,size=1048576,type=c' \
	'start=1056768,size=3072000,type=83' | sfdisk -q "$dir/card.img"
mkfs.vfat -F 32 -n bootfs --offset 8192 "$dir/card.img" 524288 >>"$dir/log"
mcopy -s -i "$dir/card.img@@4M" "$fat"/* ::
dd if="$apt/root.ext4" of="$dir/card.img" bs=1M seek=516 conv=notrunc,sparse status=none
fetched
