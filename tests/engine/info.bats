#!/usr/bin/env bats
# info.bats - what there is of the engine, and which it is.
# shellcheck disable=SC2154,SC2016
load engine

@test "info: containers by what they do, images, this machine" {
	background one box sleep 100
	background two box sleep 100
	works pause two
	works create --name three box true
	works info --format '{{.Containers}} {{.ContainersRunning}} {{.ContainersPaused}} {{.ContainersStopped}} {{.Images}} {{.Driver}}'
	[ "$output" = "3 1 1 1 1 overlay" ]
	works unpause two
	works info --format '{{.KernelVersion}} {{.Architecture}} {{.DockerRootDir}} {{.OSType}} {{.NCPU}}'
	[ "$output" = "$(uname -r) $(uname -m) $TARU_ROOT linux $(nproc)" ]
	works system info
	[[ "$output" == *"Containers: 3"*" Running: 2"*"Storage Driver: overlay"*"Kernel Version: $(uname -r)"*"Root Dir: $TARU_ROOT"* ]]
	works info --format json
	"$PYTHON" -c 'import json, sys; info = json.load(sys.stdin); assert "name=seccomp,profile=builtin" in info["SecurityOptions"]' <<<"$output"
	fails 1 "Nonsense" -- info --format '{{.Nonsense}}'
}

@test "info without a store: nothing is there, and nothing is made" {
	TARU_ROOT=$T/none works info --format '{{.Containers}} {{.Images}}'
	[ "$output" = "0 0" ]
	[ ! -e "$T/none" ]
}

@test "version: the client's alone, by a template too" {
	works version
	local first=${lines[0]}
	works --version
	[ "${lines[0]}" = "$first" ]
	works version --format '{{.Client.Version}} {{.Client.Os}}'
	[ "taru version ${output% linux}" = "$first" ]
	works version -f json
	[[ "$output" == '{"Client":{"Version":'* ]]
	fails 1 "Server" -- version --format '{{.Server}}'
	fails 125 "version" -- version word
}
