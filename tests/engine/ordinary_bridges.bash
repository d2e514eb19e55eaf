# ordinary_bridges.bash - what the tests of an ordinary user's networks of bridges share: each test has a user with the
# image `box` and without containers, and nothing that serves networks is left after it.
# shellcheck shell=bash disable=SC2154,SC2034
load engine
load ordinary

setup()
{
	engine_setup
	import_box
}

teardown()
{
	ordinary_teardown
}

# The process that keeps the namespace of the user's networks; a command in there.
holder()
{
	cat "$T/run/taru/containers/.network/holder"
}

inside()
{
	nsenter --net="/proc/$(holder)/ns/net" "$@"
}
