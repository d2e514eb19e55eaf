#!/usr/bin/env bats
# network_picture.bats - network inspect --format text and svg: what is drawn is what is there.
# shellcheck disable=SC2154,SC2016
load network

OWN_DEVICES="out world"

# A way out of this machine, by the device `out`.
make_way_out()
{
	ip link add out type veth peer name world
	ip address add 192.168.7.20/24 dev out
	ip link set world up
	ip link set out up
	ip route add default via 192.168.7.1
}

# svg WORD…: the picture of these networks, in $T/picture.svg, which is well-formed.
svg()
{
	works network inspect --format svg "$@"
	printf '%s\n' "$output" >"$T/picture.svg"
	xmllint --noout "$T/picture.svg"
}

@test "text: the machine, the bridge, pairs of devices, containers, ports and names" {
	local id
	make_way_out
	works network create --subnet 10.201.0.0/24 wine
	works run -d --name web --network wine --network-alias www -p 8080:80 -p 9000-9001:90-91 -p 127.0.0.1:53:53/udp \
		box sleep 100
	id=$output
	LC_ALL=C.UTF-8 works network inspect --format text wine
	for words in "machine $(hostname)" "outside  out" "192.168.7.20/24" "network wine" "bridge br-" "10.201.0.1/24" \
		"web (${id:0:12})" "tv${id:0:10}0" "eth0" "10.201.0.2/24" "names    web www" "8080 → 80/tcp" \
		"9000-9001 → 90-91/tcp" "127.0.0.1:53 → 53/udp"; do
		[[ "$output" == *"$words"* ]]
	done
	[[ "$output" == *"$("$TARU" exec web cat /sys/class/net/eth0/address)"* ]]
	ip link show "tv${id:0:10}0"
}

@test "text is plain ASCII where the terminal may have no more, and never wider than 80 columns" {
	works network create wine
	works run -d --name web --network wine -p 8080:80 box sleep 100
	LC_ALL=C works network inspect --format text wine bridge host
	not grep -qP '[^\x20-\x7e]' <<<"$output"
	not grep -q '.\{81\}' <<<"$output"
	[[ "$output" == *"8080 -> 80/tcp"* ]]
}

@test "a container has its ports in the network that they lead to, and in no other" {
	works network create one
	works network create two
	works run -d --name web --network one --network two -p 8080:80 box sleep 100
	works network inspect --format text one
	[[ "$output" == *8080* ]]
	works network inspect --format text two
	[[ "$output" == *web* ]]
	[[ "$output" != *8080* ]]
}

@test "who does not run is in no picture" {
	works create --name made --network bridge box true
	works network inspect --format text bridge
	[[ "$output" != *made* ]]
}

@test "macvlan: the device below stands in the bridge's place" {
	make_way_out
	works network create -d macvlan --subnet 192.168.7.0/25 lan
	works network inspect --format text lan
	[[ "$output" == *"macvlan on out"* ]]
	svg lan
	grep -q 'macvlan on out' "$T/picture.svg"
}

@test "svg: well-formed, of several networks, without a script, with all names" {
	works network create --internal vault
	works network create wine
	works run -d --name web --network wine --network vault -p 8080:80 box sleep 100
	works run -d --name db --network vault box sleep 100
	svg wine vault bridge
	[ "$(xmllint --xpath 'count(//*[local-name()="script"])' "$T/picture.svg")" = 0 ]
	[ "$(grep -c '>web<' "$T/picture.svg")" -ge 2 ]
	for words in '>db<' '>vault<' 'internal' '8080 → web 80/tcp' '>8080 → 80/tcp<' '>wine<' 'viewBox="0 0 '; do
		grep -q "$words" "$T/picture.svg"
	done
}

@test "a network that is not there is told, and the others are drawn" {
	works network create wine
	fails 1 "no such network: beer" -- network inspect --format svg beer wine
	[[ "$output" == *'>wine<'* ]]
	fails 1 "no such network: beer" -- network inspect --format text beer
	[ "$output" = "" ]
}

@test "a browser shows the picture in its size" {
	local browser
	browser=$(command -v chromium chromium-browser google-chrome | head -1) || true
	[ -n "$browser" ] || skip "there is no chromium on this machine"
	works network create wine
	works run -d --name web --network wine -p 8080:80 box sleep 100
	svg wine
	HOME=$T timeout 60 "$browser" --headless --no-sandbox --disable-gpu --window-size=1200,800 \
		--screenshot="$T/picture.png" "file://$T/picture.svg"
	"$PYTHON" - "$T/picture.png" <<-'CHECK'
		import struct, sys
		data = open(sys.argv[1], "rb").read()
		assert data[:8] == b"\x89PNG\r\n\x1a\n" and struct.unpack(">II", data[16:24]) == (1200, 800)
		assert len(data) > 10000, "there is hardly anything in it"
	CHECK
}
