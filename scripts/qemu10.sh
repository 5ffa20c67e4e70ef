#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Fetch QEMU 10 from Debian's backports and unpack it, without installing: qemu10.sh DIR
#
# QEMU 10 faults where hardware does and 7.2 does not: unaligned accesses to Device memory, which
# is all memory while the MMU is off. DIR/qemu-system-aarch64 runs it with the libraries beside it:
#
#   QEMU=build/qemu10/qemu-system-aarch64 make check
set -eu
. "$(dirname "$0")/private-apt.sh"

suite=bookworm-backports
fetch_once "$1"
private_apt "$dir" "$(dpkg --print-architecture)"
apt_suites "deb debian bookworm main" "deb debian-security bookworm-security main" "deb debian $suite main"

echo "  FETCH   qemu-system-arm ($suite)"
timeout 300 apt-get -qq update
# An old QEMU's other packages would be upgraded with it; all are only unpacked.
wanted=$(apt_wanted -t "$suite" qemu-system-arm)
if [ -z "$wanted" ]; then
	echo "qemu10.sh: $suite offers no qemu-system-arm that this machine could take" >&2
	exit 1
fi
# shellcheck disable=SC2086
apt_unpack 900 $wanted

apt_program qemu-system-aarch64 <<'END'
QEMU_MODULE_DIR=$(ls -d "$root"/usr/lib/*-linux-gnu/qemu 2>/dev/null | head -1)
export QEMU_MODULE_DIR
exec "$root/usr/bin/qemu-system-aarch64" -L "$root/usr/share/qemu" -L /usr/share/qemu "$@"
END
"$dir/qemu-system-aarch64" --version | head -1
fetched
