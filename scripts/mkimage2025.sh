#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Fetch mkimage 2025.01 from Debian 13 and unpack it, without installing: mkimage2025.sh DIR
#
# mkimage 2023.01, of Debian 12, does not sign with P-384. DIR/mkimage runs the newer one with the
# loader and the libraries of its own release.
set -eu
. "$(dirname "$0")/private-apt.sh"

dir=$1
recipe=$(cksum <"$0" | cut -d' ' -f1)

mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
exec 9>"$dir/.lock"
flock 9
if [ -f "$dir/.stamp" ] && [ "$(cat "$dir/.stamp")" = "$recipe" ]; then
	exit 0
fi

private_apt "$dir" "$(dpkg --print-architecture)"
mkdir -p "$apt/parts"
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
echo "deb [signed-by=$keyring] http://deb.debian.org/debian trixie main" >"$apt/sources.list"
cat >>"$apt/apt.conf" <<END
Dir::Etc::SourceList "$apt/sources.list";
Dir::Etc::SourceParts "$apt/parts";
END

echo "  FETCH   u-boot-tools (trixie)"
timeout 300 apt-get -qq update
# What mkimage is linked with; each is only unpacked. It runs dtc, which may be the machine's.
(cd "$apt/debs" && timeout 300 apt-get -qq download u-boot-tools libc6 libssl3t64 libgnutls30t64 \
	libuuid1 zlib1g libzstd1 libp11-kit0 libidn2-0 libunistring5 libtasn1-6 libnettle8t64 \
	libhogweed6t64 libgmp10 libffi8)
rm -rf "$dir/root"
for deb in "$apt"/debs/*.deb; do
	dpkg -x "$deb" "$dir/root"
done
rm -rf "$apt"

cat >"$dir/mkimage" <<'END'
#!/bin/sh
root=$(cd "$(dirname "$0")" && pwd)/root
loader=$(ls "$root"/usr/lib/*-linux-gnu/ld-linux-*.so.* | head -1)
exec "$loader" --library-path "$(dirname "$loader")" "$root/usr/bin/mkimage" "$@"
END
chmod +x "$dir/mkimage"
"$dir/mkimage" -V
echo "$recipe" >"$dir/.stamp"
