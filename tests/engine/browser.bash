# browser.bash - a page is looked at in a real browser: what tests load for it.
# shellcheck shell=bash disable=SC2154

# chromium OPTION… PAGE
chromium()
{
	HOME=$T timeout 60 "$browser" --headless --no-sandbox --disable-gpu --hide-scrollbars \
		--allow-file-access-from-files "$@" 2>"$T/browser.err"
}

# browse PAGE NAME: this file has its headings, nothing of it is wider than the window, and no heading of a row has one
# letter below the other, on a desk and on a telephone.
# What it looks like is kept as build/screenshots/NAME-WIDTH.png. Skips the test where there is no browser.
browse()
{
	local page=$1 name=$2 width shots=$BUILD/screenshots browser
	browser=$(type -P chromium chromium-browser google-chrome | head -1) || true
	[ -n "$browser" ] || skip "there is no chromium on this machine"
	mkdir -p "$shots"
	for width in 1280 400; do
		chromium --window-size="$width,2400" --screenshot="$shots/$name-$width.png" "file://$page"
		"$PYTHON" - "$shots/$name-$width.png" "$width" <<-'END'
			import struct, sys
			data = open(sys.argv[1], "rb").read()
			assert data[:8] == b"\x89PNG\r\n\x1a\n" and struct.unpack(">II", data[16:24]) == (int(sys.argv[2]), 2400)
			assert len(data) > 20000, "there is hardly anything in it"
		END
		# The page has no script: one around it measures it.
		cat >"$T/frame.html" <<-END
			<!DOCTYPE html><iframe src="file://$page" style="width:${width}px;height:900px" onload="
			const root = contentDocument.documentElement, heads = contentDocument.querySelectorAll('h2').length;
			const box = th => {
				const range = contentDocument.createRange();
				range.selectNodeContents(th);
				return range.getBoundingClientRect();
			};
			const thin = [...contentDocument.querySelectorAll('th')].filter(th => box(th).height > 1.5 * box(th).width);
			document.title = (root.scrollWidth > root.clientWidth ? root.scrollWidth : thin.length ?
				'thin: ' + thin[0].textContent : 'fits') + ' ' + heads"></iframe>
		END
		chromium --window-size=1400,1000 --dump-dom "file://$T/frame.html" >"$T/frame.dom"
		grep -oE '<title>.*</title>' "$T/frame.dom"
		grep -qE '<title>fits [1-9][0-9]*</title>' "$T/frame.dom"
	done
}
