#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Fetch file systems that others filled, with the same files, and unpack them: samples.sh DIR
#
# Debian's forensics-samples: DIR/fs.exfat, fs.vfat, fs.ext2, fs.ext4 and fs.btrfs, 50 MB each, made under
# Linux, with files that were deleted between those that are left. Nothing else copies files to exFAT
# without mounting it. 150 MB are fetched.
set -eu
. "$(dirname "$0")/private-apt.sh"

fetch_once "$1"
private_apt "$dir" "$(dpkg --print-architecture)"
apt_suites "deb debian bookworm main"

echo "  FETCH   forensics-samples (bookworm)"
timeout 300 apt-get -qq update
apt_unpack 900 forensics-samples-exfat forensics-samples-vfat forensics-samples-ext2 forensics-samples-ext4 \
	forensics-samples-btrfs
for file in "$dir"/root/usr/share/forensics-samples/fs.*.xz; do
	xz -dc "$file" >"$dir/$(basename "$file" .xz)"
done
rm -rf "$dir/root"
fetched
