#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Fetch real kernels to boot, and make a ramdisk for them: payloads.sh DIR
#
#   DIR/Image        Debian's linux-image-arm64, as the arm64 Image that it is
#   DIR/Image.gz     the same, gzip
#   DIR/xen          Debian's Xen hypervisor, an arm64 Image (needs EL2)
#   DIR/initramfs.cpio.gz   busybox and an init that says where it got to, and powers off
#   DIR/zImage       Debian's linux-image-armmp: Linux for AArch32
#   DIR/initramfs-armhf.cpio.gz   the same ramdisk with an AArch32 busybox
#   DIR/versions     the packages that were used
#
# Everything comes from the Debian archive with a private apt state: no root, no change of the
# machine. apt checks signatures and hashes. About 120 MB are fetched, once.
set -eu
. "$(dirname "$0")/private-apt.sh"

here=$(cd "$(dirname "$0")" && pwd)
fetch_once "$1"
private_apt "$dir" "$(dpkg --print-architecture),arm64,armhf"

echo "  FETCH   linux-image-arm64 linux-image-armmp busybox-static xen-hypervisor (payloads of the tests)"
# A mirror in the middle of its sync lacks the list of one suite: the kernel of another will do
timeout 300 apt-get -qq update || echo "payloads.sh: going on with the lists that came" >&2
# These packages hold nothing: each depends on the kernel of the day
kernel_of() {
	of=$(apt-cache depends "$1" | sed -n 's/^ *Depends: \(linux-image-[0-9][^: ]*\).*/\1/p' | head -1)
	if [ -z "$of" ]; then
		echo "payloads.sh: $1 depends on no kernel here" >&2
		exit 1
	fi
	echo "$of"
}
linux=$(kernel_of linux-image-arm64:arm64)
linux32=$(kernel_of linux-image-armmp:armhf)
xen=$(apt-cache pkgnames xen-hypervisor- | sed -n 's/^\(xen-hypervisor-[0-9.]*-arm64\)$/\1/p' | sort -V | tail -1)
(cd "$apt/debs" && rm -f ./*.deb && timeout 900 apt-get -qq download \
	"$linux:arm64" "$linux32:armhf" busybox-static:arm64 busybox-static:armhf ${xen:+"$xen:arm64"})

# The kernels' modules are not wanted: only /boot is taken out
rm -rf "$apt/root"
for arch in arm64 armhf; do
	mkdir -p "$apt/root/$arch"
	for deb in "$apt"/debs/linux-image-*_$arch.deb "$apt"/debs/xen-hypervisor-*_$arch.deb; do
		[ -e "$deb" ] && dpkg --fsys-tarfile "$deb" | tar -x -C "$apt/root/$arch" --wildcards './boot/*'
	done
	dpkg --fsys-tarfile "$apt"/debs/busybox-static_*_$arch.deb |
		tar -x -C "$apt/root/$arch" --wildcards '*bin/busybox'
done

# Write "$1" as a plain file: the archive may hold it as gzip
plain() {
	if [ "$(od -An -tx1 -N2 "$1" | tr -d ' ')" = 1f8b ]; then
		gzip -dc "$1" >"$2"
	else
		cp "$1" "$2"
	fi
}
plain "$(ls "$apt"/root/arm64/boot/vmlinuz-* | tail -1)" "$dir/Image"
gzip -1 -nc "$dir/Image" >"$dir/Image.gz"
cp "$(ls "$apt"/root/armhf/boot/vmlinuz-* | tail -1)" "$dir/zImage"
for image in "$apt"/root/arm64/boot/xen-*; do
	[ -e "$image" ] && plain "$image" "$dir/xen"
done
ramdisk() {
	python3 "$here/mkinitramfs.py" "$(find "$apt/root/$1" -name busybox -type f | head -1)" "$2"
}
ramdisk arm64 "$dir/initramfs.cpio.gz"
ramdisk armhf "$dir/initramfs-armhf.cpio.gz"

(cd "$apt/debs" && ls ./*.deb | sed 's,^\./,,') >"$dir/versions"
fetched
