# For the checks that look at what the objects of a folder import; to be read with `.`. A violation
# sets $fail to 1.
# shellcheck shell=sh disable=SC2034

# imports_only BUILD FOLDER <patterns: what the objects import from elsewhere is one of these lines;
# plan/ may also call spec/.
imports_only()
{
	library=$1/src/$2/lib$2.a
	if ! [ -e "$library" ]; then
		echo "$library is not there"
		fail=1
		return
	fi
	allowed=$(paste -s -d '|' -)
	known=$(symbols --defined-only "$library")
	if [ "$2" = plan ]; then
		known="$known
$(symbols --defined-only "$1/src/spec/libspec.a")"
	fi
	for stranger in $(symbols --undefined-only "$library" | grep -vxE "$allowed" |
			  grep -vxF "$known"); do
		echo "src/$2 imports $stranger"
		fail=1
	done
}

symbols()
{
	nm --format=posix --extern-only "$1" "$2" 2>/dev/null | awk 'NF > 1 { print $1 }' | sort -u
}

# no_system_calls BUILD FOLDER: not an instruction that enters the kernel.
no_system_calls()
{
	if objdump -d "$1/src/$2/lib$2.a" | grep -wE 'syscall|sysenter|svc' | head -3 | grep .; then
		echo "src/$2 enters the kernel"
		fail=1
	fi
}
