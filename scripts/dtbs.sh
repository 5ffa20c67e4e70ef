#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Fetch the device trees of Debian's kernels, all of them: dtbs.sh DIR
#
#   DIR/arm64/VENDOR/BOARD.dtb   those of linux-image-arm64
#   DIR/armhf/BOARD.dtb          those of linux-image-armmp
#   DIR/versions                 the packages that were used
#
# By a private apt state, as payloads.sh does; about 110 MB are fetched for them, once.
set -eu
. "$(dirname "$0")/private-apt.sh"

fetch_once "$1"
private_apt "$dir" "$(dpkg --print-architecture),arm64,armhf"

echo "  FETCH   linux-image-arm64 linux-image-armmp (device trees)"
# A mirror in the middle of its sync lacks the list of one suite: the kernel of another will do
timeout 300 apt-get -qq update || echo "dtbs.sh: going on with the lists that came" >&2
# fetch PACKAGE ARCHITECTURE: the kernel of the day, which is what that package depends on
fetch() {
	of=$(apt-cache depends "$1:$2" | sed -n 's/^ *Depends: \(linux-image-[0-9][^: ]*\).*/\1/p' | head -1)
	if [ -z "$of" ]; then
		echo "dtbs.sh: $1 depends on no kernel here" >&2
		exit 1
	fi
	(cd "$apt/debs" && rm -f ./*.deb && timeout 900 apt-get -qq download "$of:$2")
	rm -rf "$apt/root" "${dir:?}/$2"
	mkdir -p "$apt/root"
	for deb in "$apt"/debs/*.deb; do
		dpkg --fsys-tarfile "$deb" | tar -x -C "$apt/root" --wildcards '*.dtb'
	done
	mv "$apt"/root/usr/lib/linux-image-* "$dir/$2"
	(cd "$apt/debs" && ls ./*.deb | sed 's,^\./,,') >>"$apt/versions"
}
rm -f "$apt/versions"
fetch linux-image-arm64 arm64
fetch linux-image-armmp armhf
mv "$apt/versions" "$dir/versions"
fetched
