#!/usr/bin/env bash
# PUBACK latency with durable commit at a steady rate; then reading to case on a SignalR client.   MQTTLOAD=path bench/latency.sh [rate]
source "$(dirname "$0")/lib.sh"
rate=${1:-10000}
build; loader; start_hub "$work/data"; wait_ready
"$work/mqttload" pub -p "$mqtt" -c 200 -q 1 -r "$rate" -t 3 >/dev/null
echo "PUBACK at $rate/s: $("$work/mqttload" pub -p "$mqtt" -c 200 -q 1 -r "$rate" -t 10)"
stop_hub
dotnet run -c Release --project "$root/bench/Hub.Bench" -- latency 2000 200
