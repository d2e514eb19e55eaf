# packages.bash - gets Debian packages for a test machine and unpacks them into folders below $CACHE; nothing is
# installed. Sourced by kernel, userland-arm64 and build-arm64.
#
# They come from the mirror that this system's apt has, with this system's keys. What apt knows by itself is
# asked of it; another suite or architecture has a configuration of its own, $CACHE/apt/SUITE-ARCH.
# shellcheck shell=bash

CACHE=${BUILD:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/build}/vm

# No machine can be made here, and why: the status that skips a test.
cannot()
{
	echo "vm: $*" >&2
	exit 77
}

needs_program()
{
	local program
	for program; do
		command -v "$program" >/dev/null || cannot "there is no $program here; try 'tools/install-packages vm'"
	done
}


# use_suite SUITE ARCH: after this, apt knows only this suite, for this architecture, and no installed package.
use_suite()
{
	local folder=$CACHE/apt/$1-$2 mirror key
	needs_program apt-get dpkg-deb
	if [ ! -e "$folder/ready" ]; then
		mirror=$(apt-get indextargets --format "\$(REPO_URI)" 'Created-By: Packages' |
			grep -E '/debian/?$' | head -n 1)
		[ -n "$mirror" ] || cannot "apt has no mirror of Debian here"
		key=/usr/share/keyrings/debian-archive-keyring.gpg
		[ -e "$key" ] || cannot "there is no $key here"
		mkdir -p "$folder"/{lists,archives}/partial
		: >"$folder/status"
		echo "deb [signed-by=$key] $mirror $1 main" >"$folder/sources.list"
		cat >"$folder/apt.conf" <<-END
			Dir::Etc::SourceList "$folder/sources.list";
			Dir::Etc::SourceParts "/dev/null";
			Dir::State::Status "$folder/status";
			Dir::State::Lists "$folder/lists";
			Dir::Cache "$folder";
			APT::Architecture "$2";
			APT::Architectures { "$2"; };
			APT::Sandbox::User "root";
			APT::Update::Post-Invoke-Success "";
			APT::Install-Recommends "false";
			Acquire::Languages "none";
		END
		APT_CONFIG=$folder/apt.conf apt-get update -qq -o APT::Update::Error-Mode=any >"$folder/log" 2>&1 ||
			cannot "apt cannot read the suite $1 for $2: $(tail -n 1 "$folder/log")"
		touch "$folder/ready"
	fi
	export APT_CONFIG=$folder/apt.conf
}

# unpack PACKAGE FOLDER
unpack()
{
	# A link to a folder stays, as /bin.
	dpkg-deb --fsys-tarfile "$1" | tar -x --keep-directory-symlink --no-same-owner -C "$2"
}

# download PACKAGE FOLDER: unpacks one package.
download()
{
	local work=$2.get
	rm -rf "$work"
	mkdir -p "$work" "$2"
	(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "$1") >"$work/log" 2>&1 || {
		cannot "cannot get the package $1: $(tail -n 1 "$work/log")"
	}
	unpack "$work"/*.deb "$2"
	rm -rf "$work"
}

# download_all FOLDER PACKAGE...: unpacks packages with all that they depend on. After use_suite.
download_all()
{
	local folder=$1 package archives=${APT_CONFIG%/*}/archives
	shift
	apt-get install -qq --yes --download-only "$@" >"$archives/../log" 2>&1 ||
		cannot "cannot get packages: $(tail -n 1 "$archives/../log")"
	mkdir -p "$folder"
	for package in "$archives"/*.deb; do
		unpack "$package" "$folder"
	done
	rm -f "$archives"/*.deb
}

# once FOLDER COMMAND...: makes a folder of the cache if it is not there: COMMAND fills $FOLDER.new. Others wait meanwhile.
once()
{
	[ ! -d "$1" ] || return 0
	mkdir -p "$CACHE"
	exec 9>"$CACHE/lock"
	flock 9
	if [ ! -d "$1" ]; then
		make_folder "$@"
	fi
	exec 9>&-
}

make_folder()
{
	local folder=$1
	shift
	rm -rf "$folder.new"
	mkdir -p "$folder.new"
	"$@" "$folder.new"
	mv "$folder.new" "$folder"
}

# once_for SUM FOLDER COMMAND...: the same for what is made of files that have this sum: FOLDER-SUM. Those of other
# sums are removed.
once_for()
{
	local sum=$1 folder=$2
	shift 2
	once "$folder-$sum" replace_folder "$folder" "$@"
}

replace_folder()
{
	local folder=$1 old
	shift
	for old in "$folder"-????????????; do
		rm -rf "$old"
	done
	"$@"
}

# sum_of FILE...
sum_of()
{
	cat "$@" | sha256sum | cut -c 1-12
}
