#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Fetch Debian's installer for a boot by network and unpack it, without installing: netboot.sh DIR
#
#   DIR/tree    what a TFTP server serves: debian-installer/arm64/{linux,initrd.gz}
set -eu
. "$(dirname "$0")/private-apt.sh"

fetch_once "$1"
private_apt "$dir" "$(dpkg --print-architecture)"

echo "  FETCH   debian-installer-12-netboot-arm64"
timeout 300 apt-get -qq update
apt_unpack 900 debian-installer-12-netboot-arm64
rm -rf "$dir/tree"
mv "$dir"/root/usr/lib/debian-installer/images/*/arm64/text "$dir/tree"
rm -rf "$dir/root"
ls "$dir/tree/debian-installer/arm64/linux" "$dir/tree/debian-installer/arm64/initrd.gz"
fetched
