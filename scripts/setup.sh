#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# setup.sh GROUP...: install what scripts/packages.txt lists in these groups and the machine lacks;
# without root, say how. Where there is no dpkg, the build's tools are looked for by their names.
set -eu

list=$(for group in "$@"; do
	sed "s/#.*//; 1,/^\[$group\]/d; /^\[/,\$d" "$(dirname "$0")/packages.txt"
done)
missing=

if ! command -v dpkg-query >/dev/null; then
	cross=${CROSS_COMPILE:-aarch64-linux-gnu-}
	tools="${cross}gcc ${cross}ld dtc"
	case " $* " in *" clang "*) tools="$tools clang ld.lld llvm-nm" ;; esac
	case " $* " in *" run "*) tools="$tools qemu-system-aarch64" ;; esac
	case " $* " in *" test "*) tools="$tools gcc" ;; esac
	for tool in $tools; do
		command -v "$tool" >/dev/null || missing="$missing $tool"
	done
	/usr/bin/python3 -c 'import kconfiglib' 2>/dev/null || missing="$missing python3:kconfiglib"
	[ -n "$missing" ] || exit 0
	echo "Loft needs tools that are not here:$missing" >&2
	echo "doc/building.md has what other distributions than Debian call them." >&2
	exit 1
fi

for package in $list; do
	status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
	[ "$status" = "install ok installed" ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

install="apt-get update && apt-get install -y --no-install-recommends$missing"
if [ "$(id -u)" != 0 ]; then
	echo "Loft needs Debian packages that are not installed:$missing" >&2
	echo "Install them with this line:" >&2
	echo "  sudo sh -c '$install'" >&2
	exit 1
fi
echo "  SETUP  $missing"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
sh -c "$install" >"$log" 2>&1 || {
	tail -20 "$log" >&2
	echo "Installing packages failed; the line was: $install" >&2
	exit 1
}
rm -f "$log"
