#!/usr/bin/env bash
# Start with empty data; start after kill -9 with a million unconsumed messages.   MQTTLOAD=path bench/start.sh [messages]
source "$(dirname "$0")/lib.sh"
messages=${1:-1000000}
build; loader
t=$(now_ms); start_hub "$work/empty"; wait_ready; echo "start, empty data: $(( $(now_ms) - t )) ms to ready"; stop_hub

# Readings go to a server that is not there, so that nothing is consumed by the readings store; then the hub is killed and started with the embedded one.
dead=$(free_port)
start_hub "$work/data" --Hub:Readings:Store influxdb --Hub:Readings:InfluxDb:Url "http://127.0.0.1:$dead"; 
for _ in $(seq 300); do curl -fs "http://127.0.0.1:$http/healthz/live" >/dev/null 2>&1 && break; sleep 0.1; done
wait_port "$mqtt"
while [ "$(api ledger | jq .journalled)" -lt "$messages" ]; do "$work/mqttload" pub -p "$mqtt" -c 200 -q 1 -t 5 >/dev/null; done
echo "before the kill: $(api ledger | jq -c '{journalled, queued, balanced}')"
kill_hub
t=$(now_ms); start_hub "$work/data"; wait_ready; echo "start after kill -9: $(( $(now_ms) - t )) ms to ready, $(api ledger | jq -c '{journalled, queued, stored, balanced}')"
drain; echo "consumed everything $(( $(now_ms) - t )) ms after the start, $(api ledger | jq -c '{journalled, decoded, readings, stored, queued, balanced}')"
stop_hub
dotnet "$hub_dll" replay --Hub:DataDir "$work/data" --Hub:Ingest:UnknownDevices accept | tail -3
