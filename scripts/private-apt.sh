# SPDX-License-Identifier: BSD-2-Clause
# Sourced by what fetches packages without installing them.
#
# private_apt DIR ARCHITECTURES: from here on apt works with lists, cache and architectures of its
# own in $apt = DIR/.apt: no root, and no change of the machine's package configuration. apt checks
# signatures and hashes as always. Packages go to $apt/debs; `rm -rf "$apt"` is the end of it.
#
# fetch_once DIR: what the script fetches goes to DIR, which is $dir from here on, by one script at a
# time. Where this very script has done it before, with `fetched` as its last word, it ends.
# apt_suites "KIND ARCHIVE SUITE COMPONENT"...: apt takes from these and from nothing else.
#
# apt_wanted PACKAGE: what apt would install here for it, which is what it needs and the machine lacks.
# apt_unpack SECONDS PACKAGE...: they are fetched, within that time, and unpacked to $dir/root, anew.
# apt_program NAME: $dir/NAME becomes a program that has the libraries of $dir/root, its own folder, in
# LD_LIBRARY_PATH, and goes on with the lines of standard input.

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

fetch_once() {
	dir=$1
	recipe=$(cksum <"$0" | cut -d' ' -f1)
	mkdir -p "$dir"
	dir=$(cd "$dir" && pwd)
	exec 9>"$dir/.lock"
	flock 9
	if [ -f "$dir/.stamp" ] && [ "$(cat "$dir/.stamp")" = "$recipe" ]; then
		exit 0
	fi
}

fetched() {
	rm -rf "$apt"
	echo "$recipe" >"$dir/.stamp"
}

apt_suites() {
	mkdir -p "$apt/parts"
	printf '%s\n' "$@" |
		sed 's,^\([^ ]*\) ,\1 [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/,' \
			>"$apt/sources.list"
	cat >>"$apt/apt.conf" <<END
Dir::Etc::SourceList "$apt/sources.list";
Dir::Etc::SourceParts "$apt/parts";
END
}

apt_wanted() {
	apt-get -s install "$@" | sed -n 's/^Inst \([^ ]*\) .*(\([^ ]*\) .*/\1=\2/p'
}

apt_unpack() {
	seconds=$1
	shift
	(cd "$apt/debs" && timeout "$seconds" apt-get -qq download "$@")
	rm -rf "$dir/root"
	for deb in "$apt"/debs/*.deb; do
		dpkg -x "$deb" "$dir/root"
	done
}

apt_program() {
	{
		cat <<'END'
#!/bin/sh
root=$(cd "$(dirname "$0")" && pwd)/root
libs=
for d in "$root"/usr/lib/*-linux-gnu "$root"/usr/lib/*-linux-gnu/*/ "$root"/lib/*-linux-gnu; do
	[ -d "$d" ] && libs="$libs${libs:+:}${d%/}"
done
LD_LIBRARY_PATH=$libs${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
export LD_LIBRARY_PATH
END
		cat
	} >"$dir/$1"
	chmod +x "$dir/$1"
}
