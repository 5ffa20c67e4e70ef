#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Fetch the libraries that run on the target, and unpack them: sysroot.sh DIR
#
# The packages come from the Debian archive with a private apt state, so this needs no root and
# leaves the machine's package configuration alone. apt checks signatures and hashes as always.
set -eu

packages="libfdt-dev:arm64 libdeflate-dev:arm64 picolibc-aarch64-linux-gnu"
dir=$1
stamp=$dir/.stamp

mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
# Two builds in one tree may come here together.
exec 9>"$dir/.lock"
flock 9
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$packages" ]; then
	touch "$stamp"
	exit 0
fi

apt=$dir/.apt
mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/debs"
cat >"$apt/apt.conf" <<EOF
Dir::State::Lists "$apt/lists";
Dir::Cache "$apt/cache";
Dir::State::status "/var/lib/dpkg/status";
APT::Architecture "$(dpkg --print-architecture)";
APT::Architectures "$(dpkg --print-architecture),arm64";
APT::Sandbox::User "";
Acquire::Languages "none";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "false";
EOF
export APT_CONFIG="$apt/apt.conf"

echo "  FETCH   $packages"
apt-get -qq update
(cd "$apt/debs" && rm -f ./*.deb && apt-get -qq download $packages)
for deb in "$apt"/debs/*.deb; do
	dpkg -x "$deb" "$dir"
done
rm -rf "$apt"
echo "$packages" >"$stamp"
