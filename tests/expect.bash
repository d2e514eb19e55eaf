# expect.bash - what must be so, for tests that have what was done in $status, $output and $errors. What is not so is
# told, with all of that.
# shellcheck shell=bash disable=SC2154

told()
{
	echo "status: $status"
	echo "stdout: $output"
	echo "stderr: $errors"
}

# is ACTUAL EXPECTED [WHAT]
is()
{
	if [ "$1" != "$2" ]; then
		echo "${3:-value}: expected '$2', got '$1'"
		told
		return 1
	fi
}

# has TEXT PART: the text has this in it.
has()
{
	case $1 in *"$2"*) return 0 ;; esac
	echo "expected to find '$2' in:"
	echo "$1"
	told
	return 1
}

lacks()
{
	case $1 in
	*"$2"*)
		echo "did not expect '$2' in:"
		echo "$1"
		told
		return 1 ;;
	esac
}

ends()
{
	is "$status" "$1" "exit status"
}
