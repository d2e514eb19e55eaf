#!/usr/bin/env bats
# network_full.bats - the disk is full while containers get into networks and out of them: nothing of these is left, and
# when there is room again all works.
# shellcheck disable=SC2154,SC2030,SC2031
load network

# Where the store and what runs are is small, and has the image.
setup()
{
	[ -e "$WORLD/box.tar" ] || tar -C "$WORLD/box" -c . >"$WORLD/box.tar"
	disk=$WORLD/disk
	mkdir "$disk"
	mount -t tmpfs -o size=24m none "$disk"
	engine_setup
	export TARU_ROOT=$disk/store TARU_RUN_ROOT=$disk/run TARU_LINGER=0
	works import "$WORLD/box.tar" box
	works network create --subnet 10.131.0.0/24 wine
}

teardown()
{
	local wrong=0
	rm -f "$disk/filler"
	network_teardown || wrong=1
	# Who closes what the kernel is slow to close holds it for a moment.
	until_true umount "$disk" || wrong=1
	rmdir "$disk" || wrong=1
	return $wrong
}

# leave KIB: all room is taken but that.
leave()
{
	rm -f "$disk/filler"
	dd if=/dev/zero of="$disk/filler" bs=4k count=20000 status=none 2>/dev/null || true
	truncate -s "$(($(stat -c %s "$disk/filler") - $1 * 1024))" "$disk/filler"
}

@test "a container starts as the disk gets full, wherever that is: no resolver, device or address is left" {
	local room
	for room in 0 4 8 12 16 20 24 28 32 36 40 44 48 52 56 60 64 72 80 96 112 128; do
		leave "$room"
		taru run --rm --name "red$room" --network wine box true
		echo "room $room status $status"
		rm "$disk/filler"
		until_true no_resolver_is_left
		until_true no_device_is_left
		[ -z "$(leases)" ]
		taru system check --repair
		works run --rm --network wine box true
	done
}

@test "the last containers end while the disk is full: no resolver, device or address is left" {
	works run -d --name red --network wine box sleep 1000
	works run -d --name white --network wine box sleep 1000
	leave 0
	taru rm -f red
	taru rm -f white
	rm "$disk/filler"
	until_true no_resolver_is_left
	until_true no_device_is_left
	[ -z "$(leases)" ]
	works system check
}

@test "a container ends while the disk is full: the others find its name no more" {
	works run -d --name red --network wine box sleep 1000
	works run -d --name white --network wine box sleep 1000
	works exec white nslookup red.
	leave 0
	taru rm -f red
	rm "$disk/filler"
	forgotten()
	{
		taru exec white nslookup red.
		[ "$status" != 0 ]
	}
	until_true forgotten
	works exec white nslookup white.
	works run -d --name red --network wine box sleep 1000
	works exec white nslookup red.
}

@test "no new file of names can be written as a container ends: its names go all the same, and those of others stay" {
	works run -d --name red --network wine box sleep 1000
	works run -d --name white --network wine box sleep 1000
	mkdir "$TARU_ROOT/networks/wine/names/hosts.new"
	works rm -f red
	forgotten()
	{
		taru exec white nslookup red.
		[ "$status" != 0 ]
	}
	until_true forgotten
	works exec white nslookup white.
	[ "$(leases | wc -l)" = 1 ]
	# Without names the resolver ends.
	works rm -f white
	until_true no_resolver_is_left
	[ -z "$(leases)" ]
	rm -rf "$TARU_ROOT/networks/wine/names/hosts.new"
	works system check
}

@test "the names of one that ends cannot be written at all: nobody gets its address by chance" {
	local address names=$TARU_ROOT/networks/wine/names
	works run -d --name white --network wine box sleep 1000
	works run -d --name red --network wine box sleep 1000
	address=$(address red wine)
	mount --bind "$names" "$names"
	mount -o remount,ro,bind "$names"
	works rm -f red
	umount "$names"
	works exec white nslookup red.
	[[ "$(leases)" == *"$address"* ]]
	# Who asks for it has it, and is who is found there.
	works run -d --name rose --network wine --ip "$address" box sleep 1000
	works exec white nslookup rose.
	[[ "$output" == *"$address"* ]]
	fails 1 "" -- exec white nslookup red.
}
