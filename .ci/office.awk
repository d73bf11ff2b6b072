# The office on each database from the output of BenchmarkOffice, and how many times
# one is the other.

/^BenchmarkOffice\// {
	split($1, at, "/"); sub(/-[0-9]+$/, "", at[3])
	for (i = 3; i < NF; i += 2) {
		unit = $(i + 1); key = at[3] " " unit
		if (unit == "runs" || unit == "aim-ms" || unit == "ns/op") continue
		if (!(key in seen)) { seen[key] = 1; keys[++n] = key }
		value[key, at[2]] = $i
	}
}
END {
	if (n) printf "%-28s %12s %12s %8s\n", "", "SQLite", "PostgreSQL", "times"
	for (k = 1; k <= n; k++) {
		s = value[keys[k], "sqlite"]; p = value[keys[k], "postgres"]
		printf "%-28s %12s %12s %8s\n", keys[k], s, p, ((s > 0 && p > 0) ? sprintf("%.2f", p / s) : "")
	}
}
