#!/usr/bin/env bats
# inspect.bats - what scripts made for docker and podman ask of a container is there under the names they know.
# shellcheck disable=SC2154,SC2016
load engine

# says TEMPLATE WANTED: of container one.
says()
{
	works inspect --format "$1" one
	[ "$output" = "$2" ]
}

@test "HostConfig: limits, namespaces and rights, as they were asked for" {
	works create --name one --network none -m 64m --memory-swap 128m --cpus 0.5 --cpuset-cpus 0 --pids-limit 50 --shm-size 32m \
		--ulimit nofile=10:20 --ulimit core=-1 --sysctl net.ipv4.ip_forward=1 --security-opt no-new-privileges \
		--cap-drop CHOWN --tmpfs /t:size=1m -v /tmp:/x:ro -v cellar:/y -v /anonymous --oom-score-adj 300 --pid host \
		--cgroup-parent /casks box sleep 10
	says '{{.HostConfig.Memory}} {{.HostConfig.MemorySwap}} {{.HostConfig.ShmSize}}' '67108864 134217728 33554432'
	says '{{.HostConfig.NanoCpus}} {{.HostConfig.CpuQuota}} {{.HostConfig.CpuPeriod}} {{.HostConfig.CpusetCpus}}' '500000000 50000 100000 0'
	says '{{.HostConfig.PidsLimit}} {{.HostConfig.OomScoreAdj}} {{.HostConfig.CgroupParent}}' '50 300 /casks'
	says '{{range .HostConfig.Ulimits}}{{.Name}}={{.Soft}}:{{.Hard}} {{end}}' 'nofile=10:20 core=-1:-1 '
	says '{{json .HostConfig.Sysctls}} {{json .HostConfig.SecurityOpt}}' '{"net.ipv4.ip_forward":"1"} ["no-new-privileges"]'
	says '{{.HostConfig.PidMode}} {{.HostConfig.IpcMode}} {{.HostConfig.UsernsMode}} {{.HostConfig.NetworkMode}}' 'host private host none'
	says '{{json .HostConfig.Binds}}' '["/tmp:/x:ro","cellar:/y"]'
	says '{{json .HostConfig.Tmpfs}}' '{"/t":"noexec,nosuid,nodev,size=1m"}'
	says '{{.HostConfig.Privileged}} {{.HostConfig.Init}} {{.HostConfig.Runtime}}' 'false false taru'
	says '{{.Path}} {{json .Config.Cmd}} {{json .Config.Entrypoint}}' 'sleep ["sleep","10"] null'
	says '{{json .Config.Volumes}}' '{"/y":{},"/anonymous":{}}'
	works inspect --format '{{json .EffectiveCaps}} {{json .BoundingCaps}}' one
	[[ "$output" == *CAP_KILL*CAP_KILL* && "$output" != *CAP_CHOWN* ]]
	works rm -v one
	works volume rm cellar
	works create --name one --privileged --init --network none box true
	says '{{.HostConfig.Privileged}} {{.HostConfig.Init}}' 'true true'
	says '{{.Path}} {{json .Config.Cmd}}' 'true ["true"]'
}

@test "HostConfig: options are there as they were given" {
	works create --name other -v cellar:/y --network none box true
	works create --name one --cap-add NET_ADMIN --cap-add CAP_SYS_TIME --cap-drop CHOWN --dns 192.0.2.1 --dns-search wine.example \
		--dns-option ndots:2 --add-host vat:192.0.2.7 --group-add audio --group-add 77 --security-opt seccomp=unconfined \
		--security-opt no-new-privileges --device /dev/null:/dev/hole:rw --device /dev/zero --device-cgroup-rule 'c 10:200 rwm' \
		--volumes-from other:ro --publish-all --cidfile "$T/id" box true
	says '{{json .HostConfig.CapAdd}} {{json .HostConfig.CapDrop}}' '["NET_ADMIN","CAP_SYS_TIME"] ["CHOWN"]'
	says '{{json .HostConfig.Dns}} {{json .HostConfig.DnsSearch}} {{json .HostConfig.DnsOptions}}' '["192.0.2.1"] ["wine.example"] ["ndots:2"]'
	says '{{json .HostConfig.ExtraHosts}} {{json .HostConfig.GroupAdd}}' '["vat:192.0.2.7"] ["audio","77"]'
	says '{{json .HostConfig.SecurityOpt}}' '["seccomp=unconfined","no-new-privileges"]'
	says '{{range .HostConfig.Devices}}{{.PathOnHost}}>{{.PathInContainer}}>{{.CgroupPermissions}} {{end}}' \
		'/dev/null>/dev/hole>rw /dev/zero>/dev/zero>rwm '
	says '{{json .HostConfig.DeviceCgroupRules}} {{json .HostConfig.VolumesFrom}}' '["c 10:200 rwm"] ["other:ro"]'
	says '{{.HostConfig.PublishAllPorts}} {{.HostConfig.ContainerIDFile}}' "true $T/id"
	works rename one two
	works rename two one
	says '{{json .HostConfig.CapDrop}}' '["CHOWN"]'
	works rm one other
	# The image host hides paths from those that have all rights, too.
	works create --name one --network none --privileged host true
	says '{{.HostConfig.Privileged}}' true
	works rm one
	works volume rm cellar
}

@test "HostConfig: limits of block devices have their paths as they were given; by numbers where the record does not have them" {
	mknod "$T/disk" b 7 0
	mknod "$T/other" b 7 1
	works create --name one --network none --device-read-bps "$T/disk:1m" --device-read-bps "$T/other:2m" --device-write-bps "$T/disk:3k" \
		--device-read-iops "$T/disk:4" --device-write-iops "$T/disk:5" --blkio-weight-device "$T/disk:600" box true
	says '{{range .HostConfig.BlkioDeviceReadBps}}{{.Path}}={{.Rate}} {{end}}' "$T/disk=1048576 $T/other=2097152 "
	says '{{range .HostConfig.BlkioDeviceWriteBps}}{{.Path}}={{.Rate}}{{end}}' "$T/disk=3072"
	says '{{range .HostConfig.BlkioDeviceReadIOps}}{{.Path}}={{.Rate}}{{end}}' "$T/disk=4"
	says '{{range .HostConfig.BlkioDeviceWriteIOps}}{{.Path}}={{.Rate}}{{end}}' "$T/disk=5"
	says '{{json .HostConfig.BlkioWeightDevice}}' "[{\"Path\":\"$T/disk\",\"Weight\":600}]"
	forget_what_was_asked
	says '{{range .HostConfig.BlkioDeviceReadBps}}{{.Path}}={{.Rate}} {{end}}' '/dev/block/7:0=1048576 /dev/block/7:1=2097152 '
	works rm one
}

# forget_what_was_asked: the record of container one as a version has written it that did not keep that.
forget_what_was_asked()
{
	local record
	record=$(dirname "$(log_of one)")/container.json
	"$PYTHON" -c 'import json, sys
made = json.load(open(sys.argv[1]))
del made["asked"]
json.dump(made, open(sys.argv[1], "w"))' "$record"
}

# nothing_was_asked: of container one. Lists are null where docker has them so, else empty.
nothing_was_asked()
{
	says '{{json .HostConfig.CapAdd}}{{json .HostConfig.CapDrop}}{{json .HostConfig.ExtraHosts}}{{json .HostConfig.GroupAdd}}' nullnullnullnull
	says '{{json .HostConfig.SecurityOpt}}{{json .HostConfig.VolumesFrom}}{{json .HostConfig.DeviceCgroupRules}}' nullnullnull
	says '{{json .HostConfig.DeviceRequests}}{{json .HostConfig.Binds}}{{json .HostConfig.Links}}{{json .HostConfig.Ulimits}}' nullnullnullnull
	says '{{json .HostConfig.Dns}}{{json .HostConfig.DnsSearch}}{{json .HostConfig.DnsOptions}}{{json .HostConfig.Devices}}' '[][][][]'
	says '{{json .HostConfig.BlkioWeightDevice}}{{json .HostConfig.BlkioDeviceReadBps}}{{json .HostConfig.BlkioDeviceWriteIOps}}' '[]nullnull'
	says '{{json .HostConfig.MemorySwappiness}} {{.HostConfig.PublishAllPorts}} {{.HostConfig.ContainerIDFile}}' 'null false '
	says '{{len .HostConfig.CapAdd}}{{range .HostConfig.Binds}}none{{end}}' 0
}

@test "HostConfig: what was not asked for is null or empty, as with docker; so is all in a record that does not have it" {
	works create --name one --network none box true
	nothing_was_asked
	works rm one
	works create --name one --network none --cap-add NET_ADMIN --dns 192.0.2.1 --device /dev/zero box true
	forget_what_was_asked
	nothing_was_asked
	works rm one
}

@test "where its files are: its layers, what it has changed, and all of it while it runs" {
	background one --network none box sleep 100
	works inspect --format '{{.GraphDriver.Data.MergedDir}}' one
	[ -x "$output/bin/busybox" ]
	works inspect --format '{{.GraphDriver.Data.LowerDir}}' one
	[ -x "$output/bin/busybox" ]
	works exec one touch /new
	works inspect --format '{{.GraphDriver.Data.UpperDir}}' one
	[ -e "$output/new" ]
	works inspect --format '{{.NetworkSettings.SandboxKey}} {{.NetworkSettings.Gateway}}{{.ImageName}}' one
	[[ "$output" == /proc/*/ns/net\ box ]]
	[ -e "${output% *}" ]
}

@test "ps: fields that scripts made for docker and podman ask for; --last chooses before --sort" {
	background one --network none box sleep 100
	taru run --name two --network none box sh -c 'exit 3'
	works run --name three --network none box true
	works ps -a --format '{{.Names}} {{.ExitCode}} {{.Pid}}{{.Networks}}'
	[ "$output" = "three 0 0
two 3 0
one 0 $("$TARU" inspect -f '{{.State.Pid}}' one)" ]
	works ps --format '{{.ImageID}}'
	[ "$output" = "$("$TARU" inspect -f '{{.Image}}' one)" ]
	works ps --format '{{.Size}}'
	[[ "$output" == *"(virtual "* ]]
	works ps --last 2 --sort names --format '{{.Names}}'
	[ "$output" = $'three\ntwo' ]
	fails 1 "option '--sort' is created, command, id, image, names, runningfor or status, not 'x'" -- ps --sort x
	fails 1 "option '--sort' is created, id, repository, size or tag, not 'x'" -- images --sort x
}

@test "{{.Label}}: one label, in lists of containers, networks and volumes; a table is headed by its last word" {
	works create --name one --label com.example.my-role='a,b=c' --label x=1 --network none box true
	works create --name two --network none box true
	works ps -a --format '{{.Names}}:{{.Label "com.example.my-role"}}:{{.Label "y"}}'
	[ "$output" = $'two::\none:a,b=c:' ]
	works ps -a --format 'table {{.Names}}\t{{.Label "com.example.my-role"}}'
	[ "${lines[0]}" = "NAMES     my role" ]
	[ "${lines[2]}" = "one       a,b=c" ]
	works ps -a --filter name=one --format '{{with $x := .Names}}{{$.Label "x"}}{{end}} {{.Label "x" | printf "%s!"}}'
	[ "$output" = "1 1!" ]
	works ps -a --filter name=one --format json
	[[ "$output" != *'"Label"'* ]]
	fails 1 "'Label' takes a text" -- ps -a --format '{{.Label 1}}'
	fails 1 "there is no field 'Label'" -- ps -a --format '{{.Label}}'
	fails 1 "this is no function, so it takes no arguments" -- ps -a --format '{{.Label "x" "y"}}'
	fails 1 "this is no function, so it takes no arguments" -- images --format '{{.Label "x"}}'
	works network create --label role=net net
	works network ls --filter name=^net\$ --format '{{.Label "role"}}'
	[ "$output" = net ]
	works volume create --label role=store cellar
	works volume ls --format '{{.Label "role"}}'
	[ "$output" = store ]
	works network rm net
	works volume rm cellar
	works rm one two
}

@test "events: docker's fields, and podman's" {
	taru run --name heard --network none --label made=here box sh -c 'exit 3'
	works events --stream=false --filter event=die --filter container=heard \
		--format '{{.Type}} {{.Status}} {{.Name}} {{.Image}} {{.ContainerExitCode}} {{.Attributes.made}} {{.Actor.Attributes.name}}'
	[ "$output" = "container die heard box 3 here heard" ]
}

@test "--size: what a container has changed, and with that all that it sees; not without it" {
	works run --name one --network none box sh -c 'echo 1234567 >/file'
	works inspect -s --format '{{.SizeRw}}' one
	[ "$output" = 8 ]
	works image inspect --format '{{.Size}}' box
	size=$output
	works inspect --size --format '{{.SizeRootFs}}' one
	[ "$output" = $((size + 8)) ]
	works inspect one
	[[ "$output" != *SizeRw* ]]
}

@test "a network is found by inspect too, as with docker: behind containers, images and volumes" {
	works network create --subnet 10.66.0.0/24 wine
	id=$output
	works inspect --format '{{.Driver}} {{(index .IPAM.Config 0).Subnet}}' wine
	[ "$output" = "bridge 10.66.0.0/24" ]
	works inspect --format '{{.Name}}' "${id:0:12}" bridge host
	[ "$output" = $'wine\nbridge\nhost' ]
	works inspect --type network --format '{{.Id}}' wine
	[ "$output" = "$id" ]
	works volume create wine
	works inspect --format '{{.Name}} {{.Mountpoint}}' wine
	[[ "$output" == "wine /"* ]]
	works inspect --type network --format '{{.Driver}}' wine
	[ "$output" = bridge ]
	fails 1 "no such network: one" -- inspect --type network one
	fails 1 "is container, image, volume or network, not 'odd'" -- inspect --type odd one
	works volume rm wine
	works network rm wine
}

@test "what is neither a container nor an image is told so" {
	fails 1 "no such container, image, volume or network: nobody" -- inspect nobody
	fails 1 "no such image: nobody" -- inspect --type image nobody
	fails 1 "no such container or image: nobody" -- export nobody
	fails 1 "no such container: nobody" -- container export nobody
	fails 1 "no such image: nobody" -- image export nobody
	works export -o "$T/tar" box
}
