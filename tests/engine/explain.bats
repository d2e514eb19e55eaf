#!/usr/bin/env bats
# explain.bats - what would be done, told in four forms, and nothing of it is done.
# shellcheck disable=SC2154,SC2016
load engine

@test "the page for a browser has what was asked for, and markup in names stays text" {
	evil='"><script>alert(1)</script>'
	mkdir -p "$T/<img src=x>"
	works run --rm --network none --memory 256m --cap-add NET_ADMIN -v "$T/<img src=x>:/mnt/<b onclick=x>" \
		-e "EVIL=$evil" --label "<i>=$evil" -w '/<u>' --explain html box echo "$evil" $'\xff\x1b[1m'
	printf %s "$output" >"$T/page.html"
	"$PYTHON" "$BATS_TEST_DIRNAME/../checks/page" "$T/page.html"
	for words in '&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;' '&lt;img src=x&gt;' '/mnt/&lt;b onclick=x&gt;' \
		'268435456' '<li>NET_ADMIN</li>'; do
		grep -qF "$words" "$T/page.html"
	done
	! grep -qF '<script' "$T/page.html"
}
