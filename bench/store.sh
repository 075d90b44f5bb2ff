#!/usr/bin/env bash
# The embedded store beside InfluxDB on the same readings: readings a second and bytes a reading on disk.
# Usage: bench/store.sh [options of the bench "store", for example --hours 6 or --simulated 0.1]
. "$(dirname "$0")/lib.sh"
dotnet build "$root/bench/Hub.Bench" -c Release -v quiet -nologo >/dev/null
bench=(dotnet "$root/bench/Hub.Bench/bin/Release/net10.0/Hub.Bench.dll" store "$@")
command -v influxd >/dev/null || { echo "influxd is not installed: the embedded store alone"; "${bench[@]}"; exit; }

start_influx
"${bench[@]}" --influx "http://127.0.0.1:$influx_port" | tee "$work/out"
sleep 20   # it writes its log into its files, and those together, when nobody writes for a while
bytes=$(du -sb "$work/influx/data" "$work/influx/wal" | awk '{sum += $1} END {print sum}')
readings=$(sed -n 's/^influxdb.*(\([0-9,]*\) readings.*/\1/p' "$work/out" | tr -d ,)
awk -v b="$bytes" -v r="$readings" 'BEGIN {printf "influxdb disk %.2f bytes/reading (%d bytes)\n", b / r, b}'
