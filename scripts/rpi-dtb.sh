#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Fetch the Raspberry Pi's device trees that belong to Debian's kernel: rpi-dtb.sh DIR
#
#   DIR/bcm2837-rpi-3-b.dtb, DIR/bcm2711-rpi-4-b.dtb
#
# By a private apt state, as payloads.sh does; 60 MB are fetched for them, once.
set -eu
. "$(dirname "$0")/private-apt.sh"

dir=$1
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
exec 9>"$dir/.lock"
flock 9
[ -f "$dir/bcm2711-rpi-4-b.dtb" ] && exit 0

private_apt "$dir" "$(dpkg --print-architecture),arm64"

echo "  FETCH   linux-image-arm64 (device trees)"
timeout 300 apt-get -qq update
linux=$(apt-cache depends linux-image-arm64:arm64 |
	sed -n 's/^ *Depends: \(linux-image-[0-9][^: ]*\).*/\1/p' | head -1)
(cd "$apt/debs" && rm -f ./*.deb && timeout 900 apt-get -qq download "$linux:arm64")
mkdir -p "$apt/root"
dpkg --fsys-tarfile "$apt"/debs/linux-image-*.deb |
	tar -x -C "$apt/root" --wildcards '*/broadcom/bcm2837-rpi-3-b.dtb' '*/broadcom/bcm2711-rpi-4-b.dtb'
find "$apt/root" -name '*.dtb' -exec cp {} "$dir" \;
rm -rf "$apt"
