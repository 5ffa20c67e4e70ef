#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Fetch the programs of test rigs and unpack them, without installing: rigs.sh DIR
#
#   DIR/python       what Python finds them in: labgrid, lava_dispatcher and the packages they import
#   DIR/u-boot-test  the test/py of U-Boot's source, as Debian has it
#   DIR/versions     the packages that were used
#
# tbot is in no Debian release. What is not Python (LAVA's systemd, libguestfs) is left out: a test
# that drives a console needs none of it. About 40 MB are fetched, once.
set -eu
. "$(dirname "$0")/private-apt.sh"

fetch_once "$1"
private_apt "$dir" "$(dpkg --print-architecture)"
apt_suites "deb debian bookworm main" "deb-src debian bookworm main"

echo "  FETCH   labgrid lava-dispatcher u-boot's test/py (the programs of test rigs)"
timeout 300 apt-get -qq update
# What they import is what apt would install with them, as far as it is Python
wanted=$(apt-get -s install python3-labgrid lava-dispatcher |
	sed -n -e '/^Inst python3-\(bpfcc\|guestfs\) /d' \
		-e 's/^Inst \(python3-[^ ]*\|lava-[^ ]*\|libyaml[^ ]*\) .*(\([^ ]*\) .*/\1=\2/p')
# shellcheck disable=SC2086
(cd "$apt/debs" && timeout 900 apt-get -qq download $wanted &&
	timeout 900 apt-get -qq source --download-only u-boot)

rm -rf "$dir/python" "$dir/u-boot-test" "$apt/root"
for deb in "$apt"/debs/*.deb; do
	dpkg -x "$deb" "$apt/root"
done
mv "$apt/root/usr/lib/python3/dist-packages" "$dir/python"
mv "$apt/root/usr/share/lava-common" "$apt/root/usr/share/lava-dispatcher" "$dir" 2>/dev/null || true
mkdir "$dir/u-boot-test"
tar -x -C "$dir/u-boot-test" --strip-components=1 --wildcards -f "$(ls "$apt"/debs/u-boot_*.orig.tar.*)" \
	'*/test/py/*' '*/scripts/*.awk'

(cd "$apt/debs" && ls ./*.deb ./*.dsc | sed 's,^\./,,') >"$dir/versions"
fetched
