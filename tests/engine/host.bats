#!/usr/bin/env bats
# host.bats - the image `host`: this machine's own root file system, without what not everybody may read.
# shellcheck disable=SC2154,SC2016
load engine

@test "it needs no image and no network, and runs this machine's programs" {
	export TARU_ROOT=$T/empty
	works run --rm host sh -c 'bash -c "echo \$BASH_VERSION"; "$0" --version | head -1' "$PYTHON"
	[ "${lines[0]}" = "$BASH_VERSION" ]
	[[ "${lines[1]}" == Python* ]]
}

@test "what not everybody may read is hidden: shadow, keys, data" {
	echo secret >"$T/secret"
	works run --rm host sh -c 'cat /etc/shadow /etc/gshadow; ls -A /root /home /srv /mnt /media /boot /tmp 2>/dev/null | grep -v : | grep .; ls "$1" 2>/dev/null; true' sh "$T"
	[ -z "$output" ]
	[ "$(find /etc -xdev -type f ! -perm -004 | wc -l)" -gt 0 ]
	works run --rm host sh -c 'find /etc -xdev -type f ! -perm -004 -size +0'
	[ -z "$output" ]
}

@test "what is changed is the container's alone" {
	works run --rm host sh -c 'echo changed >/etc/hostname.taru-test; echo x >/usr/bin/taru-test; rm -rf /etc/passwd; cat /usr/bin/taru-test'
	[ "$output" = x ]
	[ ! -e /usr/bin/taru-test ]
	[ ! -e /etc/hostname.taru-test ]
	[ -s /etc/passwd ]
}

@test "there is room where programs want it, and what is known of packages" {
	works run --rm host sh -c 'for d in /root /tmp /var/tmp /run; do touch $d/x || exit 1; done; [ ! -d /var/lib/dpkg ] || dpkg-query -W bash >/dev/null && echo good'
	[ "$output" = good ]
}

@test "it is no image of the store: what is asked of one says so" {
	works run --name one host true
	works ps -a --format '{{.Image}}'
	[ "$output" = host ]
	for verb in rmi "image inspect" history; do
		# shellcheck disable=SC2086
		fails 1 "this machine's own root file system" -- $verb host
	done
	# A network has that name, too.
	works inspect --format '{{.Driver}}' host
	[ "$output" = host ]
	fails 1 "there is nothing to bring" -- pull host
}
