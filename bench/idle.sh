#!/usr/bin/env bash
# Idle connections: resident memory growth a connection.   MQTTLOAD=path bench/idle.sh [connections]
source "$(dirname "$0")/lib.sh"
n=${1:-15000}
ulimit -n 20000 2>/dev/null || true
build; loader; start_hub "$work/data"; wait_ready
sleep 2; before=$(rss_kb "$hub_pid")
"$work/mqttload" conn -p "$mqtt" -c "$n" -t 20 >"$work/conn.json" & load=$!
sleep 15; after=$(rss_kb "$hub_pid"); connected=$(curl -fs "http://127.0.0.1:$http/metrics" | awk '/^hub_mqtt_connections/ {print $2}')
wait "$load" || true
cat "$work/conn.json"
echo "connections $connected, resident before ${before} KB, with them ${after} KB, $(awk -v a="$after" -v b="$before" -v n="$connected" 'BEGIN { printf "%.1f", (a - b) / n }') KB each"
