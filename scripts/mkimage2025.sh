#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Fetch mkimage 2025.01 from Debian 13 and unpack it, without installing: mkimage2025.sh DIR
#
# mkimage 2023.01, of Debian 12, does not sign with P-384. DIR/mkimage runs the newer one with the
# loader and the libraries of its own release.
set -eu
. "$(dirname "$0")/private-apt.sh"

fetch_once "$1"
private_apt "$dir" "$(dpkg --print-architecture)"
apt_suites "deb debian trixie main"

echo "  FETCH   u-boot-tools (trixie)"
timeout 300 apt-get -qq update
# What mkimage is linked with; each is only unpacked. It runs dtc, which may be the machine's.
apt_unpack 300 u-boot-tools libc6 libssl3t64 libgnutls30t64 \
	libuuid1 zlib1g libzstd1 libp11-kit0 libidn2-0 libunistring5 libtasn1-6 libnettle8t64 \
	libhogweed6t64 libgmp10 libffi8

cat >"$dir/mkimage" <<'END'
#!/bin/sh
root=$(cd "$(dirname "$0")" && pwd)/root
loader=$(ls "$root"/usr/lib/*-linux-gnu/ld-linux-*.so.* | head -1)
exec "$loader" --library-path "$(dirname "$loader")" "$root/usr/bin/mkimage" "$@"
END
chmod +x "$dir/mkimage"
"$dir/mkimage" -V
fetched
