# Reads headers; says which external functions are declared without a comment. The comment stands above
# the declaration, or above a group of them without a blank line in between, or at the end of the line.

/^[ \t]*$/ || /^#/ { above = 0; next }
/^(\/\*| \*|\t).*\*\/$/ { above = 1; next }
/^(static|struct|enum|union|extern|static_assert)[^(]*[{;=]/ || /^(static|typedef)/ { above = 0; next }
/^[a-z].*\(/ && !above && !/\*\/$/ {
	print FILENAME ":" FNR ": no comment above " $0
	failed = 1
}
/^[}]/ { above = 0 }
END { exit failed }
