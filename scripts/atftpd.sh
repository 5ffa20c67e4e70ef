#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Fetch atftpd and unpack it, without installing, which tftpd-hpa would not bear: atftpd.sh DIR
#
#   DIR/atftpd    the program
set -eu
. "$(dirname "$0")/private-apt.sh"

fetch_once "$1"
private_apt "$dir" "$(dpkg --print-architecture)"

echo "  FETCH   atftpd (another TFTP server)"
timeout 300 apt-get -qq update
apt_unpack 300 atftpd libwrap0 libpcre2-8-0
apt_program atftpd <<'END'
exec "$root/usr/sbin/atftpd" "$@"
END
"$dir/atftpd" --version
fetched
