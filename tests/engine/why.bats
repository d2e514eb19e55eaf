#!/usr/bin/env bats
# why.bats - `taru why`: how a container has ended, or why it did not start, each with a container that ends so.
# shellcheck disable=SC2154,SC2016
load engine
load ordinary

why_says()
{
	local words
	works why "$1"
	shift
	for words; do
		[[ "$output" == *"$words"* ]] || { echo "it does not say '$words'"; return 1; }
	done
}

# linked_box: the image `linked`: ls of this machine with its loader, and without one of its libraries.
linked_box()
{
	local program loader name library
	program=$(readlink -f "$(command -v ls)")
	loader=$(ldd "$program" | sed -n 's|^\s*\(/[^ ]*\) (.*|\1|p')
	lacking=$(ldd "$program" | awk '/=> \// && !/libc\.so\.6/ { print $1; exit }')
	if [ -z "$loader" ] || [ -z "$lacking" ]; then
		skip "the ls of this machine is linked in another way"
	fi
	cp -r "$WORLD/box" "$T/linked"
	rm "$T/linked/bin/ls"
	mkdir -p "$T/linked$(dirname "$loader")" "$T/linked/lib"
	cp "$program" "$T/linked/bin/ls"
	cp -L "$loader" "$T/linked$loader"
	while read -r name library; do
		[ "$name" = "$lacking" ] || cp -L "$library" "$T/linked/lib/$name"
	done < <(ldd "$program" | sed -n 's|^\s*\([^ ]*\) => \(/[^ ]*\) .*|\1 \2|p')
}

@test "a program without its shared libraries: which they are, and who needs them" {
	linked_box
	tar -C "$T/linked" -c . | "$TARU" import - linked >/dev/null
	fails 127 "" -- run --network none --name one linked ls
	why_says one "one ended with status 127." "/bin/ls lacks shared libraries:" "  $lacking, which /bin/ls needs: it is nowhere" \
		"LD_LIBRARY_PATH"
	[[ "$output" != *libc.so.6* ]]
	# Without a name it is the last one; a volume counts, as it does for the program.
	mkdir "$T/more"
	cp -L "$(ldd "$(command -v ls)" | sed -n "s|.*$lacking => \(/[^ ]*\) .*|\1|p")" "$T/more"
	taru run --network none --name two -v "$T/more:/more" -e LD_LIBRARY_PATH=/more linked sh -c 'exit 127'
	works why
	[[ "$output" == "two ended"*"/bin/sh needs no shared libraries."*"taru logs two"* ]]
	taru run --network none --name three -v "$T/more:/more" -e LD_LIBRARY_PATH=/more linked ls /nowhere
	why_says three "three ended with status"
	[[ "$output" != *"$lacking"* ]]
	# For another processor it is as good as none.
	printf '\177ELF\002\001' >"$T/more/$lacking"
	fails 127 "" -- run --network none --name four -v "$T/more:/more" -e LD_LIBRARY_PATH=/more linked ls
	why_says four "$lacking, which /bin/ls needs: there are only files of that name that do not fit"
}

@test "a start that failed: in the words of the error" {
	fails 127 "executable file not found" -- run --network none --name one box nosuch
	local said=${stderr#taru: }
	why_says one "one could not be started:" "$said"
}

@test "memory that ran out, with its limit" {
	fails 137 "ran out of memory" -- run --network none --name one -m 16m box sh -c 'a=x; while :; do a=$a$a; done'
	why_says one "for want of memory: its limit is 16.0 MiB" "taru update --memory 32m one"
	works run -d --network none --name two -m 16m box sh -c 'a=x; while :; do a=$a$a; done'
	works wait two
	why_says two "for want of memory: its limit is 16.0 MiB"
	# A program of the first one's, which goes on and ends with a status of its own.
	taru run --network none --name three -m 16m box sh -c 'sh -c "a=x; while :; do a=\$a\$a; done"; exit 3'
	[ "$status" = 3 ]
	why_says three "for want of memory: its limit is 16.0 MiB" "a process that the first one had started; that one ended itself"
	# What is advised works, also where swap has the same limit.
	taru run --network none --name four -m 16m --memory-swap 16m box sh -c 'a=x; while :; do a=$a$a; done'
	why_says four "taru update --memory 32m --memory-swap 32m four, and taru start four"
	works update --memory 32m --memory-swap 32m four
}

# eater NAME: a program in /x of what is run with "${EATER[@]}", which takes memory until it is killed.
eater()
{
	mkdir -p "$T/x"
	printf '#!/bin/sh\na=x; while :; do a=$a$a; done\n' >"$T/x/$1"
	chmod +x "$T/x/$1"
	EATER=(--network none -m 16m -v "$T/x:/x" box sh -c)
}

log_is_read()
{
	dd if=/dev/kmsg of=/dev/null bs=8192 count=1 iflag=nonblock 2>/dev/null || skip "the kernel's log may not be read here"
}

# named NAME WORD…: the program names this process as the one that was killed.
# The kernel leaves out names where it kills more than ten processes in five seconds, which other tests may have it do.
named()
{
	local name=$1 try
	shift
	for try in 1 2 3; do
		taru "$@"
		[[ "$stderr" != *"'$name' (process "* ]] || return 0
		[ "$try" = 3 ] || sleep 5
	done
	echo "it does not name '$name'"
	return 1
}

@test "memory that ran out: which process it was, also where that is not the first one" {
	log_is_read
	eater "hungry one"
	named "hungry one" run --replace --name one "${EATER[@]}" '"/x/hungry one"; exit 3'
	[ "$status" = 3 ]
	[[ "$stderr" =~ "killed 1 of its processes; '--memory' is 16.0 MiB and "[0-9.]+" MiB were in use at most; it was 'hungry one' (process "[0-9]+" on the host), which held 1"[0-9.]+" MiB" ]]
	why_says one "a process that the first one had started" "The process that it killed was 'hungry one' (process " "which held 1"
	[[ "$output" != *dmesg* ]]
	works why --json one
	echo "$output" | jq -e '.Memory | .Process == "hungry one" and .Kills == 1 and .Pid > 1 and .Held > 8000000'
	works start one
	works wait one
	why_says one "The process that it killed was 'hungry one' (process "
}

@test "memory that ran out: a name that is a command to the terminal, and the last of several" {
	log_is_read
	eater first
	eater $'b\xc3\xa4r\e[31m'
	named 'bär?[31m' run --replace --name one "${EATER[@]}" '/x/first; /x/b*; exit 3'
	[[ "$stderr" == *"killed 2 of its processes; "*"; the last one was 'bär?[31m' (process "* ]]
	why_says one "Of the 2 processes that it killed, the last one was 'bär?[31m' (process "
}

# in_namespace COMMAND…: in a cgroup namespace, whose root is a cgroup of memory that is not the hierarchy's.
in_namespace()
(
	memory=/sys/fs/cgroup/memory
	mkdir -p "$memory/${WORLD##*/}"
	echo "$BASHPID" >"$memory/${WORLD##*/}/cgroup.procs"
	exec unshare --cgroup --mount sh -c 'umount "$0" && mount -t cgroup -o memory none "$0" && exec "$@"' "$memory" "$@"
)

@test "memory that ran out: seen from a cgroup namespace" {
	log_is_read
	[ -f /sys/fs/cgroup/memory/cgroup.procs ] || skip "memory has no hierarchy of its own here (cgroup v1)"
	local program=$TARU
	eater "hungry one"
	printf '#!/bin/bash\n%s\nin_namespace "%s" "$@"\n' "$(declare -f in_namespace)" "$program" >"$T/apart"
	chmod +x "$T/apart"
	WORLD=$WORLD TARU=$T/apart named "hungry one" run --rm "${EATER[@]}" '"/x/hungry one"; exit 3'
	TARU=$program
	rmdir "/sys/fs/cgroup/memory/${WORLD##*/}"
	[ "$status" = 3 ]
}

@test "memory that ran out, and the kernel's log may not be read: where that is to be seen" {
	eater "hungry one"
	mount --bind /dev/null /dev/kmsg
	taru run --name one "${EATER[@]}" '"/x/hungry one"; exit 3'
	umount /dev/kmsg
	[ "$status" = 3 ]
	[[ "$stderr" == *"killed 1 of its processes; "*" in use at most" ]]
	why_says one "a process that the first one had started" "The kernel's log may have its name: dmesg, as root."
	works why --json one
	echo "$output" | jq -e '.Memory | .Process == "" and .Kills == 1 and .Pid == 0 and .Held == 0'
}

@test "a process of exec that ran out of memory: which it was; and one that did not" {
	eater "hungry one"
	works run -d --name one --network none -m 16m -v "$T/x:/x" box sleep 1000
	taru exec one sh -c '"/x/hungry one"; exit 3'
	[ "$status" = 3 ]
	[[ "$stderr" == *"it ran out of memory meanwhile, and the kernel killed 1 of its processes; '--memory' is 16.0 MiB"* ]]
	# What was before it is not its end's cause.
	taru exec one sh -c 'exit 3'
	[ "$status:$stderr" = 3: ]
	taru exec one sh -c 'kill -9 $$'
	[ "$status:$stderr" = 137: ]
	taru exec one sh -c '"/x/hungry one"; true'
	[ "$status" = 0 ]
	[[ "$stderr" != *memory* ]]
	log_is_read
	named "hungry one" exec one "/x/hungry one"
	[ "$status" = 137 ]
	[[ "$stderr" == *"killed 1 of its processes; "*"; it was 'hungry one' (process "* ]]
}

@test "a status that stands for a signal, and none has ended it: with and without a monitor, an init, a trap" {
	taru run --network none --name one box sh -c 'exit 137'
	[ "$status" = 137 ]
	why_says one "No signal has ended it: it chose that status itself" "SIGKILL" "taru logs one"
	[[ "$output" != *"has killed it"* ]]
	works run -d --network none --name two box sh -c 'exit 139'
	works wait two
	why_says two "No signal has ended it" "SIGSEGV has ended a program of its own" "memory that is not its own"
	works why --format '{{.EndedBy}}' two
	[ "$output" = exit ]
	# Without a PID namespace of its own it is no process 1, which signals of its own do not reach.
	works run -d --network none --pid host --name three box sh -c 'kill -SEGV $$; sleep 100'
	works wait three
	why_says three "three ended with status 139." "It was ended by SIGSEGV." "Mostly that means"
	works run -d --network none --name four box sh -c 'trap "exit 143" TERM; echo ready; while :; do sleep 0.1; done'
	until_true eval '"$TARU" logs four | grep -q ready'
	works stop four
	why_says four "Somebody has sent it SIGTERM by taru stop, and it ended itself with the status that stands for that."
	# Process 1 of --init says what its program did.
	fails 127 "nosuch" -- run --init --network none --name seven box nosuch
	why_says seven "nosuch is not in the container, or in none of the folders of its PATH."
	fails 126 "/etc/passwd" -- run --init --network none --name eight box /etc/passwd
	why_says eight "Its program could not be executed"
	works run -d --init --network none --name five box sleep 100
	kill -KILL "$(pgrep -P "$("$TARU" inspect --format '{{.State.Pid}}' five)")"
	works wait five
	why_says five "It was ended by SIGKILL."
	taru run --network none --timeout 1 --name six box sleep 100
	works why --format '{{.EndedBy}} {{.ExitCode}}' six
	[ "$output" = "time 255" ]
	why_says six "(--timeout 1), and it was killed."
	[[ "$output" != *"chose that"* ]]
}

@test "who has ended it: a stop that took too long, a signal of taru's, one of somebody else, its own" {
	works run -d --network none --name one box sh -c 'trap "" TERM; while :; do sleep 1; done'
	why_says one "one runs."
	works stop -t 1 one
	why_says one "did not end by SIGTERM within the time" "--init"
	works run -d --network none --name two box sleep 100
	works kill two
	works wait two
	why_says two "ended by SIGKILL." "Somebody has killed it with taru."
	works run -d --network none --name three box sleep 100
	kill -KILL "$("$TARU" inspect --format '{{.State.Pid}}' three)"
	works wait three
	why_says three "Somebody else has killed it"
	# What was done to the run before counts no more.
	works start two
	kill -KILL "$("$TARU" inspect --format '{{.State.Pid}}' two)"
	works wait two
	why_says two "Somebody else has killed it"
	taru run --network none --name four box sh -c 'sh -c "kill -SEGV \$\$"; exit $?'
	why_says four "SIGSEGV has ended a program of its own" "memory that is not its own"
	taru run --network none --name five box true
	why_says five "all was well"
	works create --name six box true
	why_says six "was not started yet: taru start six"
}

@test "a health check that had it killed" {
	works run -d --network none --name one --health-cmd 'echo bad; false' --health-interval 100ms --health-retries 1 \
		--health-on-failure kill box sleep 100
	works wait one
	why_says one "Its health check had found it unhealthy"
	works run -d --network none --name killed --health-cmd false --health-interval 100ms --health-retries 1 box sleep 100
	until_true eval '"$TARU" why killed | grep -q unhealthy'
	works kill killed
	works wait killed
	why_says killed "Somebody has killed it with taru"
	works run -d --network none --name two --health-cmd 'echo no answer; false' --health-interval 100ms --health-retries 1 box sleep 100
	until_true eval '"$TARU" why two | grep -q "unhealthy. The last one wrote: no answer"'
}

@test "a time that was over is named, with what else the status may mean" {
	taru run --network none --timeout 1 --name one box sleep 100
	[ "$status" = 255 ]
	why_says one "Its time was over (--timeout 1)"
}

@test "an ordinary user's, and one that is not there" {
	linked_box
	tar -C "$T/linked" -c . >"$T/linked.tar"
	as_user ranges import "$T/linked.tar" linked
	as_user ranges run --network none --name one linked ls
	[ "$status" = 127 ]
	as_user ranges why one
	[[ "$output" == *"$lacking, which /bin/ls needs"* ]]
	as_user ranges rm one
	fails 1 "nosuch" -- why nosuch
	fails 1 "there is no container" -- why
	fails 125 "why" -- why one two
}

# refused WORDS... -- OPTIONS... IMAGE COMMAND: what `run --why` says at the end.
refused()
{
	local words=()
	while [ "$1" != -- ]; do words+=("$1"); shift; done
	shift
	taru run --why --rm --network none "$@"
	local word
	for word in "${words[@]}"; do
		[[ "$stderr" == *"$word"* ]] || { echo "it does not say '$word', but: $stderr"; return 1; }
	done
}

@test "what the kernel refuses to a program, and what would allow it: capabilities, the filter, mounts, modes" {
	refused "refused nothing" -- box true
	[ "$status" = 0 ]
	refused "mount(2) of '/mnt' by mount (process 1): EPERM" "The seccomp filter refuses it" "CAP_SYS_ADMIN" "--cap-add SYS_ADMIN" -- \
		box mount -t tmpfs none /mnt
	[ "$status" = 1 ]
	refused "sethostname(2)" "The container was not given CAP_SYS_ADMIN" -- --security-opt seccomp=unconfined box hostname x
	refused "chown" "Giving a file to somebody else needs CAP_CHOWN" "this process has not" -- -u 1000 box chown 7 /tmp
	refused "'/x'" "EROFS" "--read-only" -- --read-only box touch /x
	refused "'/proc/sys' is read-only" -- box sh -c 'echo x >/proc/sys/kernel/hostname'
	refused "the mount at '/w'" "noexec" -- --tmpfs /w:noexec box sh -c 'cp /bin/busybox /w/true; /w/true'
	refused "'/etc' belongs to 0:0 with mode 0755, and this process is 1000:1001" "CAP_DAC_OVERRIDE" -- \
		-u 1000 box sh -c 'echo >/etc/new'
	refused "cgroup do not allow" "'b 8:0 rwm'" -- box sh -c 'mknod /tmp/sda b 8 0; cat /tmp/sda'
	cp "$(command -v busybox)" "$T/su"
	chmod 4755 "$T/su"
	refused "'/su' is setuid" "no-new-privileges" -- -u 1000 --security-opt no-new-privileges -v "$T/su:/su" box /su id
}

@test "settings of the network that refuse a port, or allow it without the capability" {
	refused "Port 80 is below the sysctl" "ip_unprivileged_port_start=80" -- --cap-drop NET_BIND_SERVICE \
		--sysctl net.ipv4.ip_unprivileged_port_start=1024 box sh -c 'nc -l -p 80 </dev/null'
	refused "It may have port 80 without CAP_NET_BIND_SERVICE" -- --cap-drop NET_BIND_SERVICE \
		--sysctl net.ipv4.ip_unprivileged_port_start=0 box sh -c 'nc -l -p 80 & n=$!; usleep 300000; kill $n'
	refused "Raw sockets need CAP_NET_RAW" "--cap-add NET_RAW" -- --cap-drop NET_RAW box ping -c 1 127.0.0.1
}

@test "which system call the seccomp filter killed a program for, and by which of its rules" {
	cat >"$T/profile.json" <<-'JSON'
		{ "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
			{ "names": [ "swapoff" ], "action": "SCMP_ACT_ALLOW" },
			{ "names": [ "mkdir", "mkdirat" ], "action": "SCMP_ACT_KILL_PROCESS" },
			{ "names": [ "chdir" ], "action": "SCMP_ACT_ERRNO", "errnoRet": 95 } ] }
	JSON
	refused "of '/x' by mkdir (process 1): SIGSYS" "by the rule linux.seccomp.syscalls[1] (SCMP_ACT_KILL_PROCESS)" -- \
		--security-opt "seccomp=$T/profile.json" box mkdir /x
	[ "$status" = 159 ]
	# A program that it starts, and an errno of the profile's own.
	refused "by mkdir (process 2): SIGSYS" "chdir(2) of '/tmp' by sh (process 1): EOPNOTSUPP" "syscalls[2] (SCMP_ACT_ERRNO)" -- \
		--security-opt "seccomp=$T/profile.json" box sh -c 'mkdir /x; cd /tmp; true'
}

# traced NAME: makes a program of the C text that is read, as $T/NAME.
traced()
{
	gcc -static -O1 -w -x c -o "$T/$1" -
}

@test "a program of 32 bits: its calls are named by their own numbers, and judged" {
	[ "$(uname -m)" = x86_64 ] || skip "the calls of 32 bits are made by an instruction of x86"
	traced ia32 <<-'C'
		static long call(long n, long a, long b)
		{
			long r;
			__asm__ volatile("int $0x80" : "=a"(r) : "a"(n), "b"(a), "c"(b) : "memory", "r8", "r9", "r10", "r11");
			return r;
		}
		int main(int argc, char **argv)
		{
			/* The text must lie below 4 GiB, as all of this program does. */
			static char name[] = "x", file[] = "/proc/sys/kernel/hostname";
			if (call(20, 0, 0) <= 0)
				return 7;
			return call(74, (long)name, 1) == -1 && call(5, (long)file, 1) == -30 ? 0 : 1;
		}
	C
	"$T/ia32" || [ $? != 139 ] || skip "this kernel does not run calls of 32 bits"
	refused "sethostname(2) by ia32 (process 1): EPERM" "CAP_SYS_ADMIN" \
		"open(2) of '/proc/sys/kernel/hostname' by ia32 (process 1): EROFS" "'/proc/sys' is read-only" -- -v "$T/ia32:/ia32" box /ia32
	[ "$status" = 0 ]
	[[ "$stderr" != *fsync* && "$stderr" != *fstat* ]]
	echo '{ "defaultAction": "SCMP_ACT_ALLOW", "architectures": [ "SCMP_ARCH_X86_64" ], "syscalls": [] }' >"$T/profile.json"
	refused "getpid(2) by ia32 (process 1): SIGSYS" "linux.seccomp.architectures does not have the kind of this program" -- \
		--security-opt "seccomp=$T/profile.json" -v "$T/ia32:/ia32" box /ia32
	# The program is informed, and goes on: of which call is in the signal.
	echo '{ "defaultAction": "SCMP_ACT_ALLOW", "architectures": [ "SCMP_ARCH_X86_64", "SCMP_ARCH_X86" ], "syscalls": [
		{ "names": [ "sethostname" ], "action": "SCMP_ACT_TRAP" } ] }' >"$T/profile.json"
	refused "sethostname(2) by ia32 (process 1): SIGSYS" "syscalls[0] (SCMP_ACT_TRAP)" -- \
		--security-opt "seccomp=$T/profile.json" -v "$T/ia32:/ia32" box /ia32
}

@test "a program that traces itself, threads that become programs, and signals at the begin of a process hold up nothing" {
	traced itself <<-'C'
		#include <stdio.h>
		#include <sys/ptrace.h>
		int main(void) { perror(ptrace(PTRACE_TRACEME, 0, 0, 0) ? "refused" : "traced"); return 0; }
	C
	refused "ptrace(2) by itself (process 1): EPERM" "It asks to be traced, and is traced already" "Without --why it works" -- \
		-v "$T/itself:/itself" box /itself
	[ "$status" = 0 ]
	taru run --rm --network none -v "$T/itself:/itself" box /itself
	[[ "$stderr" == traced* ]]
	traced thread <<-'C'
		#include <pthread.h>
		#include <unistd.h>
		static void *become(void *words) { execv("/bin/hostname", words); return 0; }
		int main(void)
		{
			char *words[] = { "hostname", "x", 0 };
			pthread_t thread;
			pthread_create(&thread, 0, become, words);
			for (;;) pause();
		}
	C
	refused "sethostname(2) by hostname (process 1): EPERM" -- -v "$T/thread:/thread" box /thread
	traced storm <<-'C'
		#include <signal.h>
		#include <sys/wait.h>
		#include <unistd.h>
		int main(void)
		{
			int sender;
			signal(SIGUSR1, SIG_IGN);
			setpgid(0, 0);
			sender = fork();
			for (;!sender;) kill(0, SIGUSR1);
			for (int i = 0; i < 300; i++)
				if (fork() == 0)
					_exit(0);
			for (int i = 0; i < 300; i++)
				if (wait(0) == sender)
					return 1;
			kill(sender, SIGKILL);
			return 3;
		}
	C
	refused "refused nothing" -- --init -v "$T/storm:/storm" box /storm
	[ "$status" = 3 ]
}

@test "processes that stop again and again do not keep the others from going on" {
	traced many <<-'C'
		#include <signal.h>
		#include <unistd.h>
		int main(void)
		{
			int sender;
			signal(SIGUSR1, SIG_IGN);
			setpgid(0, 0);
			for (int i = 0; i < 150; i++)
				if (fork() == 0)
					for (;;) pause();
			sender = fork();
			for (; !sender; usleep(500)) kill(0, SIGUSR1);
			for (int i = 0; i < 50; i++)
				usleep(1000);
			kill(sender, SIGKILL);
			return 3;
		}
	C
	refused "refused nothing" -- --init -v "$T/many:/many" box /many
	[ "$status" = 3 ]
}

@test "more processes at once than can be looked at go on unseen, and that is told" {
	refused "processes were not looked at: there were more than 1024 at once" -- box sh -c \
		'i=0; while [ $i -lt 1100 ]; do (: >/tmp/$i; exec sleep 100) & i=$((i + 1)); done
		until set -- /tmp/*; [ $# = 1100 ]; do usleep 50000; done; kill -9 -1; wait'
}

@test "a container that has ended is started again to see what is refused to it; what cannot be traced is told" {
	works run -d --network none --name one box sh -c 'hostname x; exit 3'
	works wait one
	taru why --again one
	[ "$status" = 3 ]
	[[ "$stderr" == *"sethostname(2) by hostname (process 2): EPERM"*"CAP_SYS_ADMIN"* ]]
	why_says one "one ended with status 3."
	works create -t --network none --name two box true
	fails 1 "has a terminal" -- why --again two
	fails 125 "option '--why'" -- run --why -d --network none box true
	fails 127 "no such file or directory" -- run --why --rm --network none box /nosuch
}

@test "what is refused to an ordinary user's container" {
	tar -C "$WORLD/box" -c . >"$T/box.tar"
	as_user ranges import "$T/box.tar" box
	as_user ranges run --rm --why --network none --security-opt seccomp=unconfined --cap-add SYS_TIME box date -s 2020-01-01
	[[ "$stderr$output" == *"user namespace of its own, whose CAP_SYS_TIME does not count for the host"* ]]
	as_user ranges run --rm --why --network none -u 1000 box sh -c 'echo >/etc/new'
	[[ "$stderr$output" == *"'/etc' belongs to 0:0"*"this process is 1000:"* ]]
}

@test "--json and templates: what is known, for programs; with --again there is none" {
	taru run --name one --network none box sh -c 'exit 3'
	works why --json one
	echo "$output" | jq -e '.Name == "one" and .ExitCode == 3 and .Known and .Status == "exited" and
		(.Sentences | length) >= 1 and .MissingLibraries == [] and (.Memory.RanOut | not)'
	works why --format '{{.ExitCode}} {{.Stopped}}' one
	[ "$output" = "3 false" ]
	LANG=ja_JP.UTF-8 works why --json one
	[[ "$output" == *"one ended"* ]]
	run -0 "$TARU" create --name two --network none box true
	works why --json two
	[ "$(echo "$output" | jq -r '.Status, .Known')" = $'created\nfalse' ]
	fails 1 "'--again' and '--format'" -- why --again --json one
	works rm one two
}
