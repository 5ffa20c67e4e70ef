#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The screen's font, of Debian's console-setup-linux: font.sh DIR
#
#   DIR/Lat15-Fixed16.psf.gz    X11's misc-fixed, 8x16, public domain
#
# The machine's own where the package is installed; else by a private apt state, as sysroot.sh does.
set -eu
. "$(dirname "$0")/private-apt.sh"

dir=$1
font=Lat15-Fixed16.psf.gz
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
exec 9>"$dir/.lock"
flock 9
[ -f "$dir/$font" ] && exit 0
if [ -f "/usr/share/consolefonts/$font" ]; then
	cp "/usr/share/consolefonts/$font" "$dir/$font"
	exit 0
fi

private_apt "$dir" "$(dpkg --print-architecture)"

echo "  FETCH   console-setup-linux (font)"
timeout 300 apt-get -qq update
(cd "$apt/debs" && rm -f ./*.deb && timeout 300 apt-get -qq download console-setup-linux)
mkdir -p "$apt/root"
dpkg -x "$apt"/debs/console-setup-linux*.deb "$apt/root"
cp "$apt/root/usr/share/consolefonts/$font" "$dir/$font"
rm -rf "$apt"
