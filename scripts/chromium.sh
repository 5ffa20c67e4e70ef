#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Fetch Debian's Chromium without a screen and unpack it, without installing: chromium.sh DIR
#
# DIR/chromium runs it with the libraries beside it; the test of the recovery page drives it. About 80 MB
# are fetched, once.
set -eu
. "$(dirname "$0")/private-apt.sh"

fetch_once "$1"
private_apt "$dir" "$(dpkg --print-architecture)"
apt_suites "deb debian bookworm main" "deb debian-security bookworm-security main"

echo "  FETCH   chromium-headless-shell (for the test of the recovery page)"
timeout 300 apt-get -qq update
wanted=$(apt_wanted chromium-headless-shell)
if [ -z "$wanted" ]; then      # it is installed
	ln -sf "$(command -v chromium-headless-shell)" "$dir/chromium"
	fetched
	exit
fi
# shellcheck disable=SC2086
apt_unpack 900 $wanted

apt_program chromium <<'END'
exec "$root/usr/lib/chromium/chromium-headless-shell" "$@"
END
"$dir/chromium" --version
fetched
