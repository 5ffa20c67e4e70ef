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
# What apt would install here is what it needs and the machine lacks.
wanted=$(apt-get -s install chromium-headless-shell | sed -n 's/^Inst \([^ ]*\) .*(\([^ ]*\) .*/\1=\2/p')
if [ -z "$wanted" ]; then      # it is installed
	ln -sf "$(command -v chromium-headless-shell)" "$dir/chromium"
	fetched
	exit
fi
# shellcheck disable=SC2086
(cd "$apt/debs" && timeout 900 apt-get -qq download $wanted)
rm -rf "$dir/root"
for deb in "$apt"/debs/*.deb; do
	dpkg -x "$deb" "$dir/root"
done

cat >"$dir/chromium" <<'END'
#!/bin/sh
root=$(cd "$(dirname "$0")" && pwd)/root
libs=
for d in "$root"/usr/lib/*-linux-gnu "$root"/usr/lib/*-linux-gnu/*/ "$root"/lib/*-linux-gnu; do
	[ -d "$d" ] && libs="$libs${libs:+:}${d%/}"
done
LD_LIBRARY_PATH=$libs${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
export LD_LIBRARY_PATH
exec "$root/usr/lib/chromium/chromium-headless-shell" "$@"
END
chmod +x "$dir/chromium"
"$dir/chromium" --version
fetched
