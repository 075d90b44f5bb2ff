#!/usr/bin/env bash
# The embedded store beside InfluxDB on the same readings: readings a second and bytes a reading on disk.
# Usage: bench/store.sh [options of the bench "store", for example --hours 6 or --simulated 0.1]
. "$(dirname "$0")/lib.sh"
dotnet build "$root/bench/Hub.Bench" -c Release -v quiet -nologo >/dev/null
bench=(dotnet "$root/bench/Hub.Bench/bin/Release/net10.0/Hub.Bench.dll" store "$@")
command -v influxd >/dev/null || { echo "influxd is not installed: the embedded store alone"; "${bench[@]}"; exit; }

port=$(free_port); mkdir "$work/influx"
cat >"$work/influx.conf" <<CONF
reporting-disabled = true
bind-address = "127.0.0.1:$(free_port)"
[meta]
  dir = "$work/influx/meta"
[data]
  dir = "$work/influx/data"
  wal-dir = "$work/influx/wal"
  query-log-enabled = false
  cache-snapshot-write-cold-duration = "2s"
  compact-full-write-cold-duration = "4s"
[http]
  bind-address = "127.0.0.1:$port"
  log-enabled = false
[monitor]
  store-enabled = false
CONF
influxd run -config "$work/influx.conf" >"$work/influx.log" 2>&1 & pids+=("$!")
wait_port "$port"
"${bench[@]}" --influx "http://127.0.0.1:$port" | tee "$work/out"
sleep 20   # it writes its log into its files, and those together, when nobody writes for a while
bytes=$(du -sb "$work/influx/data" "$work/influx/wal" | awk '{sum += $1} END {print sum}')
readings=$(sed -n 's/^influxdb.*(\([0-9,]*\) readings.*/\1/p' "$work/out" | tr -d ,)
awk -v b="$bytes" -v r="$readings" 'BEGIN {printf "influxdb disk %.2f bytes/reading (%d bytes)\n", b / r, b}'
