#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Fetch real kernels to boot, and make a ramdisk for them: payloads.sh DIR
#
#   DIR/Image        Debian's linux-image-arm64, as the arm64 Image that it is
#   DIR/Image.gz     the same, gzip
#   DIR/xen          Debian's Xen hypervisor, an arm64 Image (needs EL2)
#   DIR/initramfs.cpio.gz   busybox and an init that says where it got to, and powers off
#   DIR/versions     the packages that were used
#
# Everything comes from the Debian archive with a private apt state: no root, no change of the
# machine. apt checks signatures and hashes. About 80 MB are fetched, once.
set -eu
. "$(dirname "$0")/private-apt.sh"

here=$(cd "$(dirname "$0")" && pwd)
dir=$1
recipe=$(cksum <"$0" | cut -d' ' -f1)

mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
exec 9>"$dir/.lock"
flock 9
if [ -f "$dir/.stamp" ] && [ "$(cat "$dir/.stamp")" = "$recipe" ]; then
	exit 0
fi

private_apt "$dir" "$(dpkg --print-architecture),arm64"

echo "  FETCH   linux-image-arm64 busybox-static xen-hypervisor (payloads of the tests)"
timeout 300 apt-get -qq update
# linux-image-arm64 holds nothing: it depends on the kernel of the day
linux=$(apt-cache depends linux-image-arm64:arm64 |
	sed -n 's/^ *Depends: \(linux-image-[0-9][^: ]*\).*/\1/p' | head -1)
if [ -z "$linux" ]; then
	echo "payloads.sh: linux-image-arm64 depends on no kernel here" >&2
	exit 1
fi
xen=$(apt-cache pkgnames xen-hypervisor- | sed -n 's/^\(xen-hypervisor-[0-9.]*-arm64\)$/\1/p' | sort -V | tail -1)
(cd "$apt/debs" && rm -f ./*.deb && timeout 900 apt-get -qq download \
	"$linux:arm64" busybox-static:arm64 ${xen:+"$xen:arm64"})

# The kernel's modules are not wanted: only /boot is taken out
rm -rf "$apt/root"
mkdir -p "$apt/root"
for deb in "$apt"/debs/linux-image-*.deb "$apt"/debs/xen-hypervisor-*.deb; do
	[ -e "$deb" ] && dpkg --fsys-tarfile "$deb" | tar -x -C "$apt/root" --wildcards './boot/*'
done
dpkg --fsys-tarfile "$apt"/debs/busybox-static_*.deb | tar -x -C "$apt/root" --wildcards '*bin/busybox'

# Write "$1" as a plain file: the archive may hold it as gzip
plain() {
	if [ "$(od -An -tx1 -N2 "$1" | tr -d ' ')" = 1f8b ]; then
		gzip -dc "$1" >"$2"
	else
		cp "$1" "$2"
	fi
}
plain "$(ls "$apt"/root/boot/vmlinuz-* | tail -1)" "$dir/Image"
gzip -1 -nc "$dir/Image" >"$dir/Image.gz"
for image in "$apt"/root/boot/xen-*; do
	[ -e "$image" ] && plain "$image" "$dir/xen"
done
busybox=$(find "$apt/root" -name busybox -type f | head -1)
python3 "$here/mkinitramfs.py" "$busybox" "$dir/initramfs.cpio.gz"

(cd "$apt/debs" && ls ./*.deb | sed 's,^\./,,') >"$dir/versions"
rm -rf "$apt"
echo "$recipe" >"$dir/.stamp"
