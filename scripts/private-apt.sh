# SPDX-License-Identifier: BSD-2-Clause
# Sourced by what fetches packages without installing them.
#
# private_apt DIR ARCHITECTURES: from here on apt works with lists, cache and architectures of its
# own in $apt = DIR/.apt: no root, and no change of the machine's package configuration. apt checks
# signatures and hashes as always. Packages go to $apt/debs; `rm -rf "$apt"` is the end of it.

private_apt() {
	apt=$1/.apt
	mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/debs"
	cat >"$apt/apt.conf" <<END
Dir::State::Lists "$apt/lists";
Dir::Cache "$apt/cache";
Dir::State::status "/var/lib/dpkg/status";
APT::Architecture "$(dpkg --print-architecture)";
APT::Architectures "$2";
APT::Sandbox::User "";
APT::Install-Recommends "false";
Acquire::Languages "none";
Acquire::Retries "3";
Acquire::http::Timeout "60";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "false";
END
	export APT_CONFIG="$apt/apt.conf"
}
