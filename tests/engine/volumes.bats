#!/usr/bin/env bats
# volumes.bats - directories that outlive containers: -v NAME:PATH, --mount type=volume, VOLUME of an image, `taru volume`.
# shellcheck disable=SC2154,SC2016
load engine

# Has files of all kinds in /data, of two layers' owners and modes, and an empty directory that belongs to alice.
make_stocked()
{
	cp -a "$WORLD/box" "$T/stocked"
	mkdir -p "$T/stocked/data/sub" "$T/stocked/empty"
	echo text >"$T/stocked/data/sub/file"
	chmod 4750 "$T/stocked/data/sub/file"
	ln "$T/stocked/data/sub/file" "$T/stocked/data/again"
	ln -s ../etc/passwd "$T/stocked/data/link"
	mkfifo "$T/stocked/data/pipe"
	chown -R 1000:1001 "$T/stocked/data" "$T/stocked/empty"
	chmod 2710 "$T/stocked/data"
	chmod 4750 "$T/stocked/data/sub/file"
	chmod 700 "$T/stocked/empty"
	tar -C "$T/stocked" -c . | "$TARU" import --change 'VOLUME ["/data", "/empty"]' - stocked >/dev/null
}

# What a test leaves goes with it.
teardown()
{
	local wrong=0 ids
	ids=$("$TARU" ps -aq)
	# One word for each.
	# shellcheck disable=SC2086
	[ -z "$ids" ] || "$TARU" rm -f $ids >/dev/null || wrong=1
	ids=$("$TARU" images -q stocked)
	[ -z "$ids" ] || "$TARU" rmi -f stocked >/dev/null || wrong=1
	ids=$("$TARU" volume ls -q)
	# shellcheck disable=SC2086
	[ -z "$ids" ] || "$TARU" volume rm $ids >/dev/null || wrong=1
	[ -z "$(ls -A "$TARU_ROOT/volumes" 2>/dev/null)" ] || { echo "left of a volume: $(ls -A "$TARU_ROOT/volumes")"; wrong=1; }
	engine_teardown || wrong=1
	return $wrong
}

data_of()
{
	echo "$TARU_ROOT/volumes/$1/data"
}

@test "a directory of this machine by a path from here: ., ./dir and ../dir, in both forms" {
	mkdir -p "$T/here/sub"
	echo cask >"$T/here/sub/file"
	cd "$T/here/sub"
	works run --rm -v .:/x --mount type=bind,source=./file,target=/y -v ../sub/file:/z box cat /x/file /y /z
	[ "$output" = $'cask\ncask\ncask' ]
	works run --rm --mount type=bind,src=..,dst=/x box cat /x/sub/file
	fails 125 "'--mount': the source '$T/here/sub/none' does not exist" -- run --rm --mount type=bind,source=./none,target=/x box true
	fails 125 "'--mount': the source 'file' does not exist, or is no path that begins with / or ." -- run --rm --mount type=bind,source=file,target=/x box true
	# Else it would be the folder of the container that is mounted.
	mkdir "$T/gone"
	cd "$T/gone"
	rmdir "$T/gone"
	fails 125 "'--volume': '.': the working directory has been removed" -- run --rm -v .:/x box ls /x
	fails 125 "'--mount': the source '.' does not exist" -- run --rm --mount type=bind,source=.,target=/x box ls /x
	cd /
}

@test "a volume with a name is made where it is first used, and outlives its containers" {
	works run --rm -v wine:/cellar box sh -c 'echo red >/cellar/cask'
	works run --rm -v wine:/other:ro box sh -c 'cat /other/cask; touch /other/x 2>/dev/null || echo refused'
	[ "$output" = $'red\nrefused' ]
	works volume ls -q
	[ "$output" = wine ]
	works volume rm wine
	[ "$output" = wine ]
	[ ! -e "$TARU_ROOT/volumes/wine" ]
}

@test "volume create, ls, inspect: docker's columns and keys" {
	works volume create --label kind=red --label year=2020 wine
	[ "$output" = wine ]
	works volume create wine
	[ "$output" = wine ]
	works volume create
	[[ "$output" =~ ^[0-9a-f]{64}$ ]]
	works volume ls
	[ "${lines[0]}" = "DRIVER    VOLUME NAME" ]
	[ "${lines[2]}" = "local     wine" ]
	works volume ls --filter label=kind=red --format '{{.Name}} {{.Labels}} {{.Mountpoint}}'
	[ "$output" = "wine kind=red,year=2020 $(data_of wine)" ]
	works volume ls -q --filter name=in --filter driver=local
	[ "$output" = wine ]
	works volume ls -q --filter label=kind=white
	[ -z "$output" ]
	works volume inspect wine --format '{{.Name}} {{.Driver}} {{.Scope}} {{index .Labels "year"}} {{.Options}}'
	[ "$output" = "wine local local 2020 <nil>" ] || [ "$output" = "wine local local 2020 <no value>" ]
	works volume inspect wine
	"$PYTHON" -c 'import json, sys; [v] = json.load(sys.stdin); assert v["Name"] == "wine" and v["CreatedAt"].startswith("20")' <<<"$output"
	works volume ls --format json
	"$PYTHON" -c 'import json, sys; [json.loads(line) for line in sys.stdin]' <<<"$output"
}

@test "what is no name, option or volume is refused, with what there could be" {
	fails 1 "volume name '../x'" -- volume create ../x
	fails 1 "volume name '.x'" -- volume create .x
	fails 1 "2 to 255 characters" -- volume create x
	fails 1 "the only driver is local" -- volume create -d nfs wine
	fails 1 "'size' is none of type, device, o" -- volume create -o size=1g wine
	fails 1 'missing required option: "device"' -- volume create -o type=tmpfs wine
	fails 1 "KEY=VALUE" -- volume create --label =x wine
	fails 1 "no such volume: wine" -- volume inspect wine
	fails 1 "no such volume: wine" -- volume rm wine
	fails 1 "no such volume: ../images" -- volume rm ../images
	works volume rm -f wine
	fails 1 "there is no filter" -- volume ls --filter odd=1
	fails 125 "volume name 'a b'" -- run --rm -v "a b:/x" box true
	fails 125 "volume name" -- run --rm -v "relative/dir:/x" box true
	fails 125 "no absolute path" -- run --rm -v wine:x box true
	fails 125 "no absolute path below /" -- run --rm -v wine:/ box true
	fails 125 "no absolute path below /" -- run --rm -v wine:/a/../.. box true
	fails 125 "is none of ro, rw" -- run --rm -v wine:/x:odd box true
	fails 125 "no place for a volume" -- run --rm -v wine:/proc box true
	fails 125 "no place for a volume" -- run --rm -v wine:/sys/fs/cgroup box true
	fails 125 "no place for a volume" -- run --rm -v wine:/dev box true
	fails 125 "duplicate mount point: /x" -- run --rm -v wine:/x --tmpfs /x/ box true
	[ -z "$("$TARU" volume ls -q)" ]
}

@test "a volume without a name goes with its container: --rm, rm -v; and stays without them" {
	works run --rm -v /data box sh -c 'touch /data/x; grep -c " /data " /proc/self/mountinfo'
	[ "$output" = 1 ]
	[ -z "$("$TARU" volume ls -q)" ]
	works run --name one -v /data -v wine:/wine box true
	[ "$("$TARU" volume ls -q | wc -l)" = 2 ]
	works rm -v one
	[ "$("$TARU" volume ls -q)" = wine ]
	works run --name one -v /data box true
	works rm one
	[ "$("$TARU" volume ls -q | wc -l)" = 2 ]
	works volume prune -f
	[[ "$output" =~ ^"Deleted Volumes:"$'\n'[0-9a-f]{64}$'\n\n'"Total reclaimed space: 0B"$ ]]
	[ "$("$TARU" volume ls -q)" = wine ]
	works volume prune -af --filter label=none
	[ "$output" = "Total reclaimed space: 0B" ]
	works volume prune -af
	[ -z "$("$TARU" volume ls -q)" ]
}

@test "one that a container has is not removed, whether it runs or not" {
	works create --name one -v wine:/wine box true
	fails 1 "volume is in use by container one" -- volume rm wine
	fails 1 "volume is in use" -- volume rm -f wine
	works volume prune -af
	works volume ls -q --filter dangling=false
	[ "$output" = wine ]
	works volume ls -q --filter dangling=true
	[ -z "$output" ]
	works rm one
	works volume rm wine
}

@test "ps and inspect know of volumes" {
	works run --name one -v wine:/wine -v "$T:/this" -v /own box true
	works run --name two box true
	works ps -aq --filter volume=wine --format '{{.Names}} {{.LocalVolumes}} {{.Mounts}}'
	[[ "$output" =~ ^"one 2 wine,"[^,]{14}…,[0-9a-f]{14}…$ ]]
	works ps -a --filter volume=/this --format '{{.Names}}'
	[ "$output" = one ]
	works inspect wine --format '{{.Name}} {{.Scope}}'
	[ "$output" = "wine local" ]
	works inspect --type volume wine
	fails 1 "no such volume: box" -- inspect --type volume box
	works rm -v one
}

@test "an empty volume gets what the image has there: files, owners, modes, links; once" {
	make_stocked
	works run --rm -v wine:/data stocked sh -c 'cd /data; stat -c "%n %u:%g %a %h" . sub sub/file again; readlink link; [ -p pipe ] && cat again'
	[ "$output" = $'. 1000:1001 2710 3\nsub 1000:1001 755 2\nsub/file 1000:1001 4750 2\nagain 1000:1001 4750 2\n../etc/passwd\ntext' ]
	[ "$(stat -c %u:%a "$(data_of wine)")" = 1000:2710 ]
	[ "$(ls -A "$TARU_ROOT/volumes/wine")" = $'data\nvolume.json' ]
	works run --rm -v wine:/data stocked rm -r /data/sub /data/again
	works run --rm -v wine:/data stocked ls /data
	[ "$output" = $'link\npipe' ]
	works run --rm -v bare:/data:nocopy stocked ls -A /data
	[ -z "$output" ]
	works run --rm -v kept:/empty stocked stat -c %u:%a /empty
	[ "$output" = 1000:700 ]
	works run --rm --mount type=volume,source=bare,target=/data,volume-nocopy stocked ls -A /data
	[ -z "$output" ]
	works run --rm --mount type=volume,source=bare,target=/data stocked cat /data/again
	[ "$output" = text ]
}

@test "VOLUME of an image is a volume without a name, unless something else is mounted there" {
	make_stocked
	works run --rm --read-only stocked sh -c 'cat /data/again; touch /data/x /empty/y && echo written; touch /z 2>/dev/null || echo refused'
	[ "$output" = $'text\nwritten\nrefused' ]
	[ -z "$("$TARU" volume ls -q)" ]
	works create --name one --tmpfs /empty -v wine:/data/ stocked true
	[ "$("$TARU" volume ls -q)" = wine ]
	works container inspect one --format '{{range .Mounts}}{{.Type}} {{.Name}} {{.Source}} {{.Destination}} {{.Driver}} {{.RW}}{{end}}'
	[ "$output" = "volume wine $(data_of wine) /data local true" ]
	tar -C "$WORLD/box" -c . | "$TARU" import --change 'VOLUME /proc' - odd >/dev/null
	taru run --rm odd true
	"$TARU" rmi odd >/dev/null
	[ "$status" = 125 ]
	[[ "$stderr" == *"the image's VOLUME: '/proc' is no place for a volume"* ]]
}

@test "--image-volume: a volume, files in memory, or nothing where the image says VOLUME" {
	local given look='cat /data/again 2>/dev/null; grep -c " /data .*tmpfs" /proc/mounts'
	make_stocked
	works run --rm --image-volume tmpfs stocked sh -c "$look; cp /bin/busybox /data/echo; /data/echo it runs; ls -d /empty"
	[ "$output" = $'1\nit runs\n/empty' ]
	[ -z "$("$TARU" volume ls -q)" ]
	works run --rm --image-volume ignore stocked sh -c "$look; grep -c empty /proc/mounts; :"
	[ "$output" = $'text\n0\n0' ]
	# What is asked for there stands, and each start has it as it was asked for.
	works create --name one --image-volume tmpfs -v wine:/empty stocked sh -c "$look; touch /data/x /empty/y; ls /empty"
	[ "$("$TARU" volume ls -q)" = wine ]
	works start -a one
	[ "$output" = $'1\ny' ]
	works start -a one
	[ "$output" = $'1\ny' ]
	for given in bind anonymous ''; do
		works create --image-volume "$given" stocked true
		[ "$("$TARU" volume ls -q | wc -l)" = 3 ]
		works rm -v "$output"
	done
	fails 125 "option '--image-volume': 'nothing' is none of bind, tmpfs, ignore" -- run --rm --image-volume nothing box true
}

@test "a directory that is a link of the image is followed in the image, not on this machine" {
	cp -a "$WORLD/box" "$T/stocked"
	mkdir "$T/outside"
	echo secret >"$T/outside/file"
	ln -s "$T/outside" "$T/stocked/out"
	ln -s /etc "$T/stocked/in"
	tar -C "$T/stocked" -c . | "$TARU" import - stocked >/dev/null
	taru run --rm -v wine:/out stocked ls -A /out
	[ -z "$(ls -A "$(data_of wine)")" ]
	works run --rm -v other:/in/ stocked grep -c alice /in/passwd
	[ "$output" = 1 ]
}

# layered FOLDER…: an image `stocked` with a layer for each of the folders, as docker would save it.
layered()
{
	"$PYTHON" - "$T/layered.tar" "$@" <<'PYTHON'
import hashlib, io, json, sys, tarfile
layers = []
for folder in sys.argv[2:]:
    bytes = io.BytesIO()
    with tarfile.open(fileobj=bytes, mode="w") as tar:
        tar.add(folder, arcname=".")
    layers.append(bytes.getvalue())
config = {"architecture": "amd64", "os": "linux", "config": {}, "rootfs": {"type": "layers",
    "diff_ids": ["sha256:" + hashlib.sha256(layer).hexdigest() for layer in layers]}}
files = {"config.json": json.dumps(config).encode()}
files.update({f"{i}.tar": layer for i, layer in enumerate(layers)})
files["manifest.json"] = json.dumps([{"Config": "config.json", "RepoTags": ["stocked:latest"],
    "Layers": [f"{i}.tar" for i in range(len(layers))]}]).encode()
with tarfile.open(sys.argv[1], "w") as tar:
    for name, data in files.items():
        entry = tarfile.TarInfo(name)
        entry.size = len(data)
        tar.addfile(entry, io.BytesIO(data))
PYTHON
	"$TARU" load -i "$T/layered.tar" >/dev/null
}

@test "the layers are merged before they are copied: what an upper one hides or removes is not there" {
	cp -a "$WORLD/box" "$T/below"
	mkdir -p "$T/below/data/hidden" "$T/upper/data/hidden"
	echo below >"$T/below/data/changed"
	echo below >"$T/below/data/removed"
	echo below >"$T/below/data/hidden/below"
	echo upper >"$T/upper/data/changed"
	: >"$T/upper/data/.wh.removed"
	: >"$T/upper/data/hidden/.wh..wh..opq"
	echo upper >"$T/upper/data/hidden/upper"
	layered "$T/below" "$T/upper"
	works run --rm -v wine:/data stocked sh -c 'cd /data; find . | sort; cat changed'
	[ "$output" = $'.\n./changed\n./hidden\n./hidden/upper\nupper' ]
	[ -z "$(find "$(data_of wine)" -type c)" ]
}

@test "--volumes-from: the same volumes and directories in the same places; --rm of one does not take them from the other" {
	mkdir "$T/dir"
	works create --name first -v wine:/wine -v /own -v "$T/dir:/dir:ro" box true
	works run --rm --volumes-from first box sh -c 'echo x >/wine/f; echo y >/own/g; touch /dir/z 2>/dev/null || echo refused'
	[ "$output" = refused ]
	[ "$("$TARU" volume ls -q | wc -l)" = 2 ]
	works run --rm --volumes-from first:ro -v other:/own box sh -c 'cat /wine/f; ls -A /own; touch /wine/h 2>/dev/null || echo refused'
	[ "$output" = $'x\nrefused' ]
	works create --name second --volumes-from first box cat /own/g
	works rm -v first
	works start -a second
	[ "$output" = y ]
	works rm -v second
	[ "$("$TARU" volume ls -q)" = $'other\nwine' ]
	fails 125 "no such container" -- run --rm --volumes-from nobody box true
	fails 125 "none of ro, rw" -- run --rm --volumes-from first:odd box true
}

@test "U gives the files to the container's user; O keeps changes with the container" {
	works run --rm -v wine:/wine box sh -c 'mkdir /wine/sub; echo old >/wine/sub/f; ln -s /etc/passwd /wine/l'
	works run --rm -u alice -v wine:/wine:U box sh -c 'stat -c %u:%g /wine /wine/sub/f; echo new >/wine/sub/f'
	[ "$output" = $'1000:1001\n1000:1001' ]
	[ "$(stat -c %u /etc/passwd)" = 0 ]
	works run --name one -v wine:/wine:O box sh -c 'cat /wine/sub/f; echo over >/wine/sub/f; stat -c %u /wine'
	[ "$output" = $'new\n1000' ]
	[ "$(cat "$(data_of wine)/sub/f")" = new ]
	works run --rm -v "$(data_of wine):/x:O" box sh -c 'rm -r /x/sub; ls /x'
	[ "$output" = l ]
	works rm one
	works run --rm -v wine:/wine box cat /wine/sub/f
	[ "$output" = new ]
}

@test "--opt: a directory of this machine, files in memory; what is not there is told" {
	mkdir "$T/dir"
	works volume create -o type=none -o "device=$T/dir" -o o=bind dir
	works run --rm -v dir:/d box touch /d/made
	[ -e "$T/dir/made" ]
	works volume create -o type=tmpfs -o device=tmpfs -o o=size=64k,mode=700 fast
	works run --rm -v fast:/f:ro box sh -c 'grep -c "/f tmpfs ro,.*size=64k,mode=700" /proc/mounts'
	[ "$output" = 1 ]
	works run --rm --mount 'type=volume,source=other,target=/f,volume-opt=type=tmpfs,volume-opt=device=tmpfs,"volume-opt=o=size=32k,mode=711",volume-label=a=b' \
		box sh -c 'grep -c "size=32k,mode=711" /proc/mounts'
	[ "$output" = 1 ]
	works volume inspect other --format '{{.Options.o}} {{.Labels.a}}'
	[ "$output" = "size=32k,mode=711 b" ]
	rmdir "$T/dir" 2>/dev/null || rm -r "$T/dir"
	fails 125 "its device '$T/dir' does not exist" -- run --rm -v dir:/d box true
	fails 1 "its files are not in the store" -- volume export fast
}

@test "--mount volume-subpath: a part of a volume, and nothing else of it or of this machine" {
	works run --rm -v wine:/v box sh -c 'mkdir -p "/v/red,dry/old" /v/white; echo red >"/v/red,dry/old/file"; echo white >/v/white/file; ln -s white /v/link; ln -s "../red,dry" /v/white/back; echo single >/v/white/single'
	works run --rm --mount 'type=volume,source=wine,target=/x,"volume-subpath=red,dry/old"' box sh -c 'ls -A /x; cat /x/file; touch /x/new; ls -d /x/../white 2>/dev/null || echo none'
	[ "$output" = $'file\nred\nnone' ]
	[ -e "$(data_of wine)/red,dry/old/new" ]
	works run --rm --mount type=volume,source=wine,target=/x,subpath=link,readonly box sh -c 'cat /x/file; touch /x/y 2>/dev/null || echo refused'
	[ "$output" = $'white\nrefused' ]
	works run --rm --mount type=volume,source=wine,target=/x,volume-subpath=white/back/old box cat /x/file
	[ "$output" = red ]
	works run --rm --mount type=volume,source=wine,target=/etc/single,volume-subpath=white/single box cat /etc/single
	[ "$output" = single ]
	works run --rm --userns keep-id --mount type=volume,source=wine,target=/x,volume-subpath=white,U -u alice box sh -c 'stat -c %u /x /x/file; touch /x/mine'
	[ "$output" = $'1000\n1000' ]
	[ "$(stat -c %u "$(data_of wine)" "$(data_of wine)/red,dry/old/file" "$(data_of wine)/white/mine")" = $'0\n0\n1000' ]
	works run --rm --uidmap 0:200000:65536 --mount type=volume,source=wine,target=/x,volume-subpath=white box sh -c 'stat -c %u /x/file; cat /x/file'
	[ "$output" = $'1000\nwhite' ]
	works volume rm wine
}

@test "--mount volume-subpath: what leads out of the volume is refused, at each start anew" {
	works volume create wine
	local data
	data=$(data_of wine)
	mkdir "$data/good" "$data/sub"
	echo good >"$data/good/passwd"
	ln -s /etc "$data/absolute"
	ln -s ../../../../../../../../../../etc "$data/sub/dots"
	ln -s /proc/self/root "$data/magic"
	ln -s self "$data/self"
	for path in absolute sub/dots magic/etc ../.. sub/../../..; do
		fails 125 "'$path' leads out of '$data'" -- run --rm --mount "type=volume,source=wine,target=/x,volume-subpath=$path" box cat /x/passwd
	done
	fails 125 "'missing/dir' is not there in '$data'" -- run --rm --mount type=volume,source=wine,target=/x,volume-subpath=missing/dir box true
	fails 125 "too many symbolic links" -- run --rm --mount type=volume,source=wine,target=/x,volume-subpath=self box true
	fails 125 "is a file" -- run --rm --mount type=volume,source=wine,target=/x,volume-subpath=good/passwd/x box true
	# Between one start and the next somebody swaps it.
	works create --name one --mount type=volume,source=wine,target=/x,volume-subpath=good box cat /x/passwd
	works start -a one
	[ "$output" = good ]
	mv "$data/good" "$data/was"
	ln -s /etc "$data/good"
	fails 125 "'good' leads out of '$data'" -- start -a one
	# Nor does the copy of it that another container has lead anywhere else.
	fails 125 "'good' leads out of '$data'" -- run --rm --volumes-from one box cat /x/passwd
	rm "$data/good"
	mv "$data/was" "$data/good"
	works run --rm --volumes-from one box ls /x
	[ "$output" = passwd ]
	works rm one
	works volume rm wine
}

@test "--mount volume-subpath: swapped again and again while containers start, it is never what is outside" {
	works volume create wine
	local data
	data=$(data_of wine)
	mkdir "$data/a"
	echo inside >"$data/a/passwd"
	ln -s /etc "$data/b"
	"$PYTHON" -c '
import ctypes, sys
libc = ctypes.CDLL(None)
a, b = (sys.argv[1] + name for name in ("/a", "/b"))
while True:
    libc.renameat2(-100, a.encode(), -100, b.encode(), 2)
' "$data" 3>&- 4>&- &
	local racer=$!
	for _ in {1..40}; do
		"$TARU" run --rm --mount type=volume,source=wine,target=/x,volume-subpath=a box cat /x/passwd >"$T/out" 2>"$T/err" || true
		if [ -s "$T/out" ]; then
			[ "$(cat "$T/out")" = inside ]
		else
			grep -q "leads out of" "$T/err"
		fi
	done
	kill "$racer"
	wait "$racer" || true
	works volume rm wine
}

@test "--mount volume-subpath: --explain tells of it, and its script does the same" {
	works volume create wine
	local data
	data=$(data_of wine)
	mkdir "$data/good"
	echo good >"$data/good/passwd"
	works run --rm --mount type=volume,source=wine,target=/x,volume-subpath=good --explain text box true
	[[ "$output" == *"open the source $data, and beneath it good"* ]]
	works run --rm --mount type=volume,source=wine,target=/x,volume-subpath=good --explain sh box true
	[[ "$output" == *"find_beneath $data good"*'mount --rbind "$beneath"'* ]]
	# The function of the script, alone.
	sed -n '/^find_beneath()/,/^}/p' "$T/stdout" >"$T/function"
	[ -s "$T/function" ]
	[ "$(sh -ec '. "$1"; find_beneath "$2" good; echo "$beneath"' sh "$T/function" "$data")" = "$data/good" ]
	ln -s /etc "$data/out"
	run sh -ec '. "$1"; find_beneath "$2" out; echo "$beneath"' sh "$T/function" "$data"
	[ "$status" = 1 ]
	[ "$output" = "'out' leads out of '$data'" ]
	works volume rm wine
}

@test "--mount: words that are none, or of another type" {
	fails 125 "the type is bind, devpts, glob, image, ramfs, tmpfs or volume" -- run --rm --mount type=odd,target=/x box true
	fails 125 "are for the type volume" -- run --rm --mount type=tmpfs,target=/x,volume-nocopy box true
	fails 125 "are for the type tmpfs" -- run --rm --mount type=volume,target=/x,tmpfs-size=1m box true
	fails 125 "bind-propagation" -- run --rm --mount type=volume,target=/x,bind-propagation=shared box true
	fails 125 "the only volume-driver is local" -- run --rm --mount type=volume,target=/x,volume-driver=nfs box true
	fails 125 "no word of it" -- run --rm --mount type=volume,target=/x,odd=1 box true
	fails 125 "are for the type volume" -- run --rm --mount "type=bind,source=$T,target=/x,volume-subpath=a" box true
	fails 125 "the subpath '/etc' is no path relative to the volume" -- run --rm --mount type=volume,source=wine,target=/x,volume-subpath=/etc box true
	fails 125 "the subpath '' is no path relative to the volume" -- run --rm --mount type=volume,source=wine,target=/x,volume-subpath= box true
	fails 125 "volume-subpath is for a volume that is there already" -- run --rm --mount type=volume,target=/x,volume-subpath=a box true
	fails 125 "mounted by its own options" -- run --rm --mount type=volume,source=odd,target=/x,volume-subpath=a,volume-opt=type=tmpfs,volume-opt=device=tmpfs box true
	"$TARU" volume rm odd || true
	fails 125 "no absolute path" -- run --rm --mount type=volume,source=wine box true
	works run --rm --mount target=/x,ro box sh -c 'touch /x/y 2>/dev/null || echo refused'
	[ "$output" = refused ]
	[ -z "$("$TARU" volume ls -q)" ]
}

@test "export and import: an archive of the files, as they were" {
	make_stocked
	works run --rm -v wine:/data stocked true
	works volume export wine -o "$T/wine.tar"
	works volume create copy
	works volume import copy "$T/wine.tar"
	[ "$(cd "$(data_of wine)" && find . -mindepth 1 -printf '%p %U:%G %m %n %l\n' | sort)" = \
		"$(cd "$(data_of copy)" && find . -mindepth 1 -printf '%p %U:%G %m %n %l\n' | sort)" ]
	mkdir "$T/more"
	echo more >"$T/more/new"
	tar -C "$T/more" -cz . | "$TARU" volume import copy -
	[ "$(cat "$(data_of copy)/new" "$(data_of copy)/again")" = $'more\ntext' ]
	"$TARU" volume export wine | cmp - "$T/wine.tar"
	fails 1 "no such volume" -- volume export nothing
	fails 1 "no such volume" -- volume import nothing "$T/wine.tar"
	fails 1 "/nowhere" -- volume import copy /nowhere
	echo nonsense >"$T/nonsense"
	fails 1 "nonsense" -- volume import copy "$T/nonsense"
}

@test "import adds to what is there, and replaces what the archive has" {
	works run --rm -v wine:/w box sh -c 'mkdir /w/sub; echo old >/w/sub/kept; echo old >/w/sub/changed; echo old >/w/was; ln -s /etc /w/link'
	mkdir -p "$T/in/sub" "$T/in/was" "$T/in/link"
	echo new >"$T/in/sub/changed"
	echo new >"$T/in/sub/added"
	echo new >"$T/in/was/file"
	echo new >"$T/in/link/hosts"
	tar -C "$T/in" -c . | "$TARU" volume import wine -
	[ "$(cd "$(data_of wine)" && cat sub/kept sub/changed sub/added was/file | tr '\n' ' ')" = "old new new new " ]
	[ "$(cat /etc/hosts)" != new ]
}

@test "an archive that leads out of a volume stays in it" {
	mkdir "$T/outside"
	"$PYTHON" - "$T" <<'PYTHON'
import io, sys, tarfile
with tarfile.open(sys.argv[1] + "/bad.tar", "w") as tar:
    link = tarfile.TarInfo("link")
    link.type, link.linkname = tarfile.SYMTYPE, sys.argv[1] + "/outside"
    tar.addfile(link)
    for name in ("link/one", "../two", sys.argv[1] + "/outside/three"):
        entry = tarfile.TarInfo(name)
        entry.size = 1
        tar.addfile(entry, io.BytesIO(b"x"))
PYTHON
	works volume create wine
	taru volume import wine "$T/bad.tar"
	[ -z "$(ls -A "$T/outside")" ]
	[ ! -e "$TARU_ROOT/volumes/two" ]
}

@test "what fails leaves no volume; --explain neither" {
	fails 125 "no such user" -- run --rm -u nobody-here -v wine:/x -v /y box true
	fails 125 "no capability" -- run --rm --cap-add NOTHING -v wine:/x -v /y box true
	works run --rm --explain sh -v wine:/x -v /y box true
	works run --explain json -v wine:/x -v /y box true
	[ -z "$("$TARU" volume ls -q)" ]
}

@test "killed at any moment while a volume is made and filled: the next one has all of it" {
	make_stocked
	local i pid
	for i in {1..12}; do
		"$TARU" run --rm -v "wine$i:/data" stocked true >/dev/null 2>&1 &
		pid=$!
		sleep "0.0$((RANDOM % 6))$((RANDOM % 10))"
		kill -9 "$pid" 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
		works run --rm -v "wine$i:/data" stocked sh -c 'cd /data; cat sub/file; ls | wc -l; stat -c %u:%a .'
		[ "$output" = $'text\n4\n1000:2710' ]
		[ "$(ls -A "$TARU_ROOT/volumes/wine$i")" = $'data\nvolume.json' ]
	done
	# Those that lost whoever waited for them are still there, and may still run.
	# shellcheck disable=SC2046
	[ -z "$("$TARU" ps -aq)" ] || "$TARU" rm -fv $("$TARU" ps -aq) >/dev/null
	until_true eval '"$TARU" volume prune -f; [ -z "$(ls -A "$TARU_ROOT/volumes" | grep -v wine)" ]'
	# What is left of containers that were not finished.
	works system check --repair
}

@test "a copy that was cut short is taken up: what was moved stays, what was not comes" {
	make_stocked
	works volume create wine
	mkdir -p "$TARU_ROOT/volumes/wine/whole/sub" "$TARU_ROOT/volumes/wine/new/rest"
	echo mine >"$TARU_ROOT/volumes/wine/whole/file"
	echo there >"$(data_of wine)/other"
	works run --rm -v wine:/data stocked ls /data
	[ "$output" = $'file\nother\nsub' ]
	[ "$(ls -A "$TARU_ROOT/volumes/wine")" = $'data\nvolume.json' ]
}

@test "several containers make and fill the same volumes at once: each has all of them" {
	make_stocked
	local i pids=()
	for i in {1..6}; do
		if [ $((i % 2)) = 0 ]; then
			"$TARU" run --rm -v one:/data -v two:/data2 -v one:/again stocked cat /data/again /again/sub/file >"$T/out.$i" 2>"$T/err.$i" &
		else
			"$TARU" run --rm -v two:/data2 -v one:/data stocked cat /data/again /data/sub/file >"$T/out.$i" 2>"$T/err.$i" &
		fi
		pids+=("$!")
	done
	wait "${pids[@]}"
	for i in {1..6}; do
		[ "$(cat "$T/out.$i")" = $'text\ntext' ]
	done
}

@test "who makes a container while its volume is removed has a volume" {
	local i
	for i in {1..10}; do
		"$TARU" volume create racing >/dev/null
		"$TARU" volume rm racing >/dev/null 2>&1 &
		works run --rm -v racing:/r box touch /r/x
		wait "$!" || true
		"$TARU" volume rm -f racing >/dev/null
	done
}

@test "a volume with a record that cannot be read is told, and is in nobody's way" {
	works volume create wine
	works volume create other
	echo '{' >"$TARU_ROOT/volumes/wine/volume.json"
	works volume ls -q
	[ "$output" = other ]
	[[ "$stderr" == *"volume wine: cannot be read"* ]]
	fails 125 "volume wine: cannot be read" -- run --rm -v wine:/x box true
	rm -r "$TARU_ROOT/volumes/wine"
}

@test "system df counts volumes, what no container uses is reclaimable" {
	works run --name one -v wine:/w box sh -c 'head -c 3000 /dev/zero >/w/f; ln /w/f /w/g'
	works run --rm -v free:/w box sh -c 'head -c 1000 /dev/zero >/w/f'
	works system df --format '{{.Type}}: {{.TotalCount}} {{.Active}} {{.Size}} {{.Reclaimable}}'
	[[ "$output" == *"Local Volumes: 2 1 4kB 1kB (25%)"* ]]
	works system df -v
	[[ "$output" == *"Local Volumes space usage:"*"VOLUME NAME   LINKS     SIZE"*"free          0         1kB"*"wine          1         3kB"* ]]
}

@test "system prune: what does not run, then what nobody uses; volumes only where it is asked for" {
	works run --name one -v /data box sh -c 'head -c 3000 /dev/zero >/file; head -c 2000 /dev/zero >/data/file'
	works run -d --name two -v wine:/data box sleep 100
	works system prune -f
	[[ "$output" == "Deleted Containers:"* ]]
	# Of all that was removed one sum.
	[ "$(grep -n Total <<<"$output")" = "${#lines[@]}:Total reclaimed space: 3kB" ]
	works ps -a --format '{{.Names}}'
	[ "$output" = two ]
	works volume ls -q
	[ "${#lines[@]}" = 2 ]
	works create --name one box true
	head -c 5000 /dev/zero >"$T/file"
	works cp "$T/file" one:/file
	works system prune -f --volumes
	[[ "$output" == *"Deleted Volumes:"* ]]
	[ "$(grep -n Total <<<"$output")" = "${#lines[@]}:Total reclaimed space: 7kB" ]
	works volume ls -q
	[ "$output" = wine ]
	works images -q box
	[ "${#lines[@]}" = 1 ]
}
