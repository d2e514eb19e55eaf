#!/usr/bin/env bats
# cdi.bats - `run --device VENDOR/CLASS=NAME` and --gpus: devices as files of the Container Device Interface describe them.
# shellcheck disable=SC2154,SC2016
load engine

# spec FILE JSON
spec()
{
	mkdir -p "$T/cdi/$(dirname "$1")"
	printf '%s' "$2" >"$T/cdi/$1"
	export TARU_CDI_SPEC_DIRS=$T/cdi/etc:$T/cdi/run
}

two_devices()
{
	echo lib >"$T/library"
	spec etc/acme.json '{ "cdiVersion": "0.6.0", "kind": "acme.com/thing",
		"containerEdits": { "env": ["ALL=1"], "mounts": [{ "hostPath": "'"$T"'/library", "containerPath": "/opt/lib", "options": ["ro", "bind"] }] },
		"devices": [
			{ "name": "one", "containerEdits": { "env": ["ONE=1"], "deviceNodes": [{ "path": "/dev/one", "hostPath": "/dev/null", "permissions": "rw" }], "additionalGids": [4321] } },
			{ "name": "two", "containerEdits": { "env": ["TWO=1"], "deviceNodes": [{ "path": "/dev/two", "type": "c", "major": 1, "minor": 5, "fileMode": 384 }] } } ] }'
}

@test "a device brings its node, its rights, its groups, its variables, and what all of its kind need" {
	two_devices
	works run --rm --device acme.com/thing=one box sh -c 'echo x >/dev/one && echo $ALL$ONE$TWO; cat /opt/lib; id -G; ls /dev/two; echo y >/opt/lib; true'
	[ "$output" = $'11\nlib\n0 10 4321' ]
	[[ "$stderr" == *"/dev/two: No such file"* ]]
	[[ "$stderr" == *"Read-only file system"* ]]
}

@test "a node by its numbers, two devices at once, and all of a kind" {
	two_devices
	works run --rm --device acme.com/thing=one --device acme.com/thing=two box sh -c 'head -c 2 /dev/two | od -An -tx1; stat -c "%t:%T %a" /dev/two; grep -c /opt/lib /proc/mounts; echo $ALL$ONE$TWO'
	[ "$output" = $' 00 00\n1:5 600\n1\n111' ]
	works run --rm --device acme.com/thing=all box sh -c 'ls /dev/one /dev/two'
	[ "$output" = $'/dev/one\n/dev/two' ]
	works create --name asked --device acme.com/thing=one --device /dev/zero box true
	works inspect --format '{{json .HostConfig.DeviceRequests}} {{range .HostConfig.Devices}}{{.PathOnHost}}{{end}}' asked
	[ "$output" = '[{"Driver":"cdi","Count":0,"DeviceIDs":["acme.com/thing=one"],"Capabilities":null,"Options":null}] /dev/zero' ]
}

@test "hooks are run, before the program, with their words" {
	printf '#!/bin/sh\necho "$@" $MARK >"%s"\n' "$T/hooked" >"$T/hook"
	chmod 755 "$T/hook"
	spec run/h.json '{ "cdiVersion": "0.6.0", "kind": "acme.com/hooked", "devices": [{ "name": "x", "containerEdits": {
		"hooks": [{ "hookName": "createRuntime", "path": "'"$T/hook"'", "args": ["hook", "a", "b"], "env": ["MARK=m"] }] } }] }'
	works run --rm --device acme.com/hooked=x box true
	[ "$(<"$T/hooked")" = "a b m" ]
}

@test "what is described in the later folder counts, and twice in one is refused" {
	two_devices
	spec run/acme.json '{ "cdiVersion": "0.6.0", "kind": "acme.com/thing", "devices": [{ "name": "one", "containerEdits": { "env": ["ONE=new"] } }] }'
	works run --rm --device acme.com/thing=one box sh -c 'echo $ONE'
	[ "$output" = new ]
	cp "$T/cdi/run/acme.json" "$T/cdi/run/again.json"
	fails 125 "is described twice" -- run --rm --device acme.com/thing=one box true
}

@test "--gpus: all, a number, names" {
	spec etc/nvidia.json '{ "cdiVersion": "0.5.0", "kind": "nvidia.com/gpu", "devices": [
		{ "name": "0", "containerEdits": { "env": ["G0=1"] } }, { "name": "1", "containerEdits": { "env": ["G1=1"] } },
		{ "name": "all", "containerEdits": { "env": ["GALL=1"] } }] }'
	local show='echo ${G0-0}${G1-0}${GALL-0}'
	works run --rm --gpus all box sh -c "$show"
	[ "$output" = 001 ]
	works run --rm --gpus 2 box sh -c "$show"
	[ "$output" = 110 ]
	works run --rm --gpus device=1 box sh -c "$show"
	[ "$output" = 010 ]
	works run --rm --gpus '"device=0,1"' box sh -c "$show"
	[ "$output" = 110 ]
	fails 125 "there is no CDI device 'nvidia.com/gpu=2'" -- run --rm --gpus 3 box true
	fails 125 "'--gpus': 'most' is none of" -- run --rm --gpus most box true
}

@test "with ids of its own, and for a container that is started later" {
	two_devices
	works run --rm --uidmap 0:200000:65536 --device acme.com/thing=one box sh -c 'echo x >/dev/one && cat /opt/lib'
	[ "$output" = lib ]
	works create --name one --device acme.com/thing=one box sh -c 'cat /opt/lib'
	works start -a one
	[ "$output" = lib ]
}

@test "a device that is not there is told with those that are, and with files that could not be read" {
	two_devices
	fails 125 "there is no CDI device 'acme.com/thing=three'; there are acme.com/thing=one, acme.com/thing=two" -- run --rm --device acme.com/thing=three box true
	spec etc/broken.json '{ "cdiVersion": '
	fails 125 "broken.json' could not be read" -- run --rm --device acme.com/thing=three box true
	works run --rm --device acme.com/thing=one box true
	rm "$T"/cdi/etc/*
	spec etc/nvidia.yaml 'cdiVersion: 0.5.0'
	fails 125 "nvidia.yaml' could not be read: it has no cdiVersion, or no kind" -- run --rm --device nvidia.com/gpu=0 box true
	spec etc/nvidia.yaml $'cdiVersion: 0.5.0\nkind: nvidia.com/gpu\ndevices: *all\n'
	fails 125 "nvidia.yaml:3:10: aliases are not supported" -- run --rm --device nvidia.com/gpu=0 box true
	mv "$T/cdi/etc/nvidia.yaml" "$T/cdi/etc/nvidia.yml"
	fails 125 "nvidia.yml' could not be read: the name of such a file must end in .json or .yaml" -- run --rm --device nvidia.com/gpu=0 box true
}

@test "a file of that name that is none is not waited for, and is told" {
	two_devices
	mkfifo "$T/cdi/etc/pipe.yaml"
	mkdir "$T/cdi/etc/folder.json"
	works run --rm --device acme.com/thing=one box true
	rm -r "$T/cdi/etc/folder.json"
	fails 125 "pipe.yaml' could not be read: it is no regular file" -- run --rm --device acme.com/thing=three box true
}

@test "a device number that Linux does not have is refused, by the file and the key, and not cut to another one" {
	spec etc/n.yaml 'cdiVersion: 0.6.0
kind: acme.com/n
devices:
- name: major
  containerEdits: { deviceNodes: [ { path: /dev/n, type: c, major: 4294967297, minor: 3 } ] }
- name: minor
  containerEdits: { deviceNodes: [ { path: /dev/null }, { path: /dev/n, type: c, major: 1, minor: 1048576 } ] }
- name: word
  containerEdits: { deviceNodes: [ { path: /dev/n, type: c, major: one } ] }
- name: less
  containerEdits: { deviceNodes: [ { path: /dev/n, type: c, major: -1 } ] }
- name: most
  containerEdits: { deviceNodes: [ { path: /dev/n, type: c, major: 4095, minor: 1048575 } ] }
'
	fails 125 "n.yaml': devices[0].containerEdits.deviceNodes[0].major is to be a number from 0 to 4095" -- run --rm --device acme.com/n=major box true
	fails 125 "n.yaml': devices[1].containerEdits.deviceNodes[1].minor is to be a number from 0 to 1048575" -- run --rm --device acme.com/n=minor box true
	fails 125 "devices[2].containerEdits.deviceNodes[0].major is to be a number" -- run --rm --device acme.com/n=word box true
	fails 125 "devices[3].containerEdits.deviceNodes[0].major is to be a number" -- run --rm --device acme.com/n=less box true
	works run --rm --device acme.com/n=most box stat -c %t:%T /dev/n
	[ "$output" = fff:fffff ]
}

@test "the mode, the owner and the groups are as described; what is null or says no more is left out" {
	spec etc/m.json '{ "cdiVersion": "0.7.0", "kind": "acme.com/m", "devices": [
		{ "name": "all", "containerEdits": { "additionalGids": [44, 0, 4294967294], "deviceNodes": [
			{ "path": "/dev/m", "hostPath": "/dev/null", "fileMode": 416, "uid": 1000, "gid": 44 },
			{ "path": "/dev/kind", "hostPath": "/dev/null", "fileMode": 8624 } ] } },
		{ "name": "null", "containerEdits": { "additionalGids": null, "deviceNodes": [
			{ "path": "/dev/m", "type": "c", "major": 1, "minor": 3, "fileMode": null, "uid": null, "gid": null } ] } },
		{ "name": "none", "containerEdits": { "additionalGids": [] } } ] }'
	works run --rm --device acme.com/m=all box sh -c 'stat -c "%a %u:%g" /dev/m /dev/kind; id -G'
	[ "$output" = $'640 1000:44\n660 0:0\n0 10 44 4294967294' ]
	works run --rm --device acme.com/m=null box sh -c 'stat -c "%a %u:%g" /dev/m; id -G'
	[ "$output" = $'666 0:0\n0 10' ]
	works run --rm --device acme.com/m=none box id -G
	[ "$output" = "0 10" ]
}

@test "a mode, an owner or a group that is no number of its range is refused, by the file and the key" {
	spec etc/w.yaml 'cdiVersion: 0.7.0
kind: acme.com/w
devices:
- name: mode
  containerEdits: { deviceNodes: [ { path: /dev/null, fileMode: "0666" } ] }
- name: less
  containerEdits: { deviceNodes: [ { path: /dev/null, fileMode: -1 } ] }
- name: part
  containerEdits: { deviceNodes: [ { path: /dev/null, fileMode: 438.5 } ] }
- name: uid
  containerEdits: { deviceNodes: [ { path: /dev/null, uid: root } ] }
- name: gid
  containerEdits: { deviceNodes: [ { path: /dev/null, gid: 4294967295 } ] }
- name: group
  containerEdits: { additionalGids: [ 44, video ] }
- name: far
  containerEdits: { additionalGids: [ 4294967296 ] }
- name: one
  containerEdits: { additionalGids: 44 }
'
	local word key index=0
	for word in mode:deviceNodes[0].fileMode less:deviceNodes[0].fileMode part:deviceNodes[0].fileMode uid:deviceNodes[0].uid \
		gid:deviceNodes[0].gid group:additionalGids[1] far:additionalGids[0]; do
		key=${word#*:}
		fails 125 "w.yaml': devices[$index].containerEdits.$key is to be a number from 0 to 429496729" -- \
			run --rm --device "acme.com/w=${word%%:*}" box true
		index=$((index + 1))
	done
	fails 125 "w.yaml': devices[7].containerEdits.additionalGids is to be a list of numbers" -- run --rm --device acme.com/w=one box true
}

# In the form in which `nvidia-ctk cdi generate` writes it, with files that are here.
nvidia_yaml()
{
	mkdir -p "$T/lib"
	echo driver >"$T/lib/libcuda.so.535.104.05"
	printf '#!/bin/sh\necho "$@" >>"%s"\n' "$T/hooked" >"$T/nvidia-ctk"
	chmod 755 "$T/nvidia-ctk"
	spec etc/nvidia.yaml "---
cdiVersion: 0.5.0
containerEdits:
  deviceNodes:
  - path: /dev/nvidia-modeset
    hostPath: /dev/null
  - path: /dev/nvidiactl
    hostPath: /dev/zero
  env:
  - NVIDIA_VISIBLE_DEVICES=void
  hooks:
  - args:
    - nvidia-ctk
    - hook
    - create-symlinks
    - --link
    - ../libnvidia-allocator.so.1::/usr/lib/x86_64-linux-gnu/gbm/nvidia-drm_gbm.so
    hookName: createRuntime
    path: $T/nvidia-ctk
  - args:
    - nvidia-ctk
    - hook
    - update-ldcache
    - --folder
    - /usr/lib/x86_64-linux-gnu
    hookName: createRuntime
    path: $T/nvidia-ctk
  mounts:
  - containerPath: /usr/lib/x86_64-linux-gnu/libcuda.so.535.104.05
    hostPath: $T/lib/libcuda.so.535.104.05
    options:
    - ro
    - nosuid
    - nodev
    - bind
devices:
- containerEdits:
    deviceNodes:
    - path: /dev/nvidia0
      hostPath: /dev/full
  name: \"0\"
- containerEdits:
    deviceNodes:
    - hostPath: /dev/full
      path: /dev/nvidia0
    - {path: /dev/nvidia1, type: c, major: 1, minor: 5, fileMode: 0o640}	# as others write it
  name: all
kind: nvidia.com/gpu
"
}

@test "a description in YAML, as nvidia-ctk writes it, is one like in JSON" {
	nvidia_yaml
	works run --rm --device nvidia.com/gpu=0 box sh -c 'cd /dev && echo nvidia*; stat -c %t:%T nvidia0 nvidiactl; cat /usr/lib/*/libcuda.so.*; echo $NVIDIA_VISIBLE_DEVICES; echo >/usr/lib/x86_64-linux-gnu/libcuda.so.535.104.05; true'
	[ "$output" = $'nvidia-modeset nvidia0 nvidiactl\n1:7\n1:5\ndriver\nvoid' ]
	[[ "$stderr" == *"Read-only file system"* ]]
	[ "$(<"$T/hooked")" = $'hook create-symlinks --link ../libnvidia-allocator.so.1::/usr/lib/x86_64-linux-gnu/gbm/nvidia-drm_gbm.so\nhook update-ldcache --folder /usr/lib/x86_64-linux-gnu' ]
	works run --rm --gpus all box stat -c '%n %t:%T %a' /dev/nvidia0 /dev/nvidia1
	[ "$output" = $'/dev/nvidia0 1:7 666\n/dev/nvidia1 1:5 640' ]
	works run --rm --gpus device=0 box ls /dev/nvidia0
	fails 125 "there are nvidia.com/gpu=0, nvidia.com/gpu=all" -- run --rm --gpus device=1 box true
}

@test "a description that asks for what is not there is refused" {
	spec etc/x.json '{ "cdiVersion": "0.6.0", "kind": "acme.com/x", "devices": [
		{ "name": "new", "containerEdits": { "somethingNew": ["a"] } },
		{ "name": "node", "containerEdits": { "deviceNodes": [{ "path": "/dev/none-here" }] } },
		{ "name": "mount", "containerEdits": { "mounts": [{ "hostPath": "/tmp", "containerPath": "here" }] } },
		{ "name": "hook", "containerEdits": { "hooks": [{ "hookName": "whenever", "path": "/bin/true" }] } }] }'
	fails 125 "somethingNew" -- run --rm --device acme.com/x=new box true
	fails 125 "'/dev/none-here', which a CDI description names, is no device" -- run --rm --device acme.com/x=node box true
	fails 125 "containerPath 'here'" -- run --rm --device acme.com/x=mount box true
	fails 125 "hookName" -- run --rm --device acme.com/x=hook box true
	fails 125 "is neither PATH" -- run --rm --device acme.com=x box true
}
