#!/usr/bin/env bats
# chaos.bats - kill -9 of taru, its monitors and its cleanups at any moment, while containers come and go: what is told of
# them afterwards is true, none is lost, and all of it can be removed. See chaos.py.
#
#   CHAOS_KILLS   how many are killed in the crowd (200; with THOROUGH=1 2000)
#   CHAOS_SEED    what the moments are drawn with; it is printed
load engine

KILLS=${CHAOS_KILLS:-${THOROUGH:+2000}}
SEED=${CHAOS_SEED:-$RANDOM}

chaos()
{
	"$PYTHON" "$HERE/chaos.py" "$@" "$SEED" 3>&- 4>&-
}

@test "killed at random, many at once: no container is lost, all that is said is true, and nothing stays" {
	chaos crowd "${KILLS:-200}"
}

@test "run -d whose caller is killed at each moment: the container is there or it is not" {
	chaos moments caller
}

@test "run -d that is killed at each moment with all that it has forked: nothing is half" {
	chaos moments all
}
