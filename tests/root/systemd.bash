# systemd.bash - for tests that need a real systemd, and a user who has one: load it after lib.
# shellcheck shell=bash

# Runs a command as that user.
AS_USER=$BATS_TEST_DIRNAME/../vm/as-user

# The user's systemd stays, once it is there.
setup_file()
{
	if [ -n "${WORLD_IS_MACHINE:-}" ] && [ -x "$AS_USER" ]; then
		"$AS_USER" true
	fi
}

needs_systemd()
{
	if [ ! -d /run/systemd/system ] || [ -z "${WORLD_IS_MACHINE:-}" ]; then
		skip "no systemd that may be played with runs here (see tests/vm/run --systemd)"
	fi
}
