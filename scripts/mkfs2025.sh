#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Fetch mkfs.btrfs and mkfs.erofs from Debian 13 and unpack them, without installing: mkfs2025.sh DIR
#
# Those of Debian 12 neither compress what they put into btrfs, nor make subvolumes of it. DIR/mkfs.btrfs
# and its neighbours run the newer ones with the loader and the libraries of their own release.
set -eu
. "$(dirname "$0")/private-apt.sh"

fetch_once "$1"
private_apt "$dir" "$(dpkg --print-architecture)"
apt_suites "deb debian trixie main"

echo "  FETCH   btrfs-progs, erofs-utils (trixie)"
timeout 300 apt-get -qq update
# What they are linked with; each is only unpacked.
apt_unpack 300 btrfs-progs erofs-utils libc6 libblkid1 libuuid1 libudev1 libcap2 zlib1g libzstd1 liblzo2-2 \
	liblz4-1 liblzma5 libdeflate0 libselinux1 libpcre2-8-0 libgcc-s1

for name in mkfs.btrfs btrfs mkfs.erofs; do
	cat >"$dir/$name" <<END
#!/bin/sh
root=\$(cd "\$(dirname "\$0")" && pwd)/root
loader=\$(ls "\$root"/usr/lib/*-linux-gnu/ld-linux-*.so.* | head -1)
exec "\$loader" --library-path "\$(dirname "\$loader")" "\$(ls "\$root"/usr/*bin/$name)" "\$@"
END
	chmod +x "$dir/$name"
done
"$dir/mkfs.btrfs" --version
"$dir/mkfs.erofs" -V
fetched
