#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Install what scripts/packages.txt lists and the machine lacks; without root, say how.
set -eu

list=$(sed 's/#.*//' "$(dirname "$0")/packages.txt")
missing=
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
sh -c "$install" >/tmp/loft-setup.log 2>&1 || {
	tail -20 /tmp/loft-setup.log >&2
	echo "Installing packages failed; the line was: $install" >&2
	exit 1
}
