#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Fetch the libraries that run on the target, and unpack them: sysroot.sh DIR
#
# The packages come from the Debian archive with a private apt state, so this needs no root and
# leaves the machine's package configuration alone. apt checks signatures and hashes as always.
set -eu
. "$(dirname "$0")/private-apt.sh"

packages="libbearssl-dev:arm64 libfdt-dev:arm64 libdeflate-dev:arm64 picolibc-aarch64-linux-gnu"
dir=$1
stamp=$dir/.stamp

mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
# Two builds in one tree may come here together.
exec 9>"$dir/.lock"
flock 9
# Not touched: this script may be a newer copy's, and what was built with the same libraries stays as it is.
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$packages" ]; then
	exit 0
fi

private_apt "$dir" "$(dpkg --print-architecture),arm64"

echo "  FETCH   $packages"
apt-get -qq update
(cd "$apt/debs" && rm -f ./*.deb && apt-get -qq download $packages)
for deb in "$apt"/debs/*.deb; do
	dpkg -x "$deb" "$dir"
done
rm -rf "$apt"
echo "$packages" >"$stamp"
