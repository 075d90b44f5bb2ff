#!/usr/bin/env bash
# InfluxDB killed under load and started again a minute later: acknowledgements and cases go on meanwhile, the lag is shown, and on return
# everything arrives, counted by the server itself: once.   MQTTLOAD=path bench/influx-outage.sh [seconds away] [messages/s]
source "$(dirname "$0")/lib.sh"
away=${1:-60}; rate=${2:-2000}
build; loader; start_influx
start_hub "$work/data" --Hub:Readings:Store influxdb --Hub:Readings:InfluxDb:Url "http://127.0.0.1:$influx_port"; wait_ready
curl -fs -H 'Authorization: Bearer bench-token' -H 'Content-Type: application/json' -d '[{"id":"smoke-outage","kind":"smokeAlarm","place":"outage/estate-1/building-01/stairwell-1/flat-101"}]' \
  "http://127.0.0.1:$http/api/v1/devices/import" >/dev/null
# The load generator's bodies have no stamp of their own here: a message is its arrival, so nothing can hide behind another's time.
body='{"values":{"power":@V,"port_temp":31.2,"voltage":60.1}}'
"$work/mqttload" pub -p "$mqtt" -c 50 -q 1 -r "$rate" -t $(( away + 15 )) -b "$body" >"$work/load.json" 2>&1 & load=$!
sleep 5
stop_influx; echo "InfluxDB is gone"
sleep 2
mosquitto_pub -p "$mqtt" -t hub/v1/smoke-outage/event -q 1 -m '{"type":"smoke"}' || echo "mosquitto_pub is not installed: no case is tried"
sleep $(( away - 2 ))
storage=$(api storage)
echo "after ${away} s: $(jq -c '{reachable, lag, lagSeconds, trouble}' <<<"$storage"), cases $(api 'cases?limit=10' | jq '.items | length')"
curl -fs "http://127.0.0.1:$http/metrics" | grep -E '^hub_(journal_lag|journal_lag_seconds|store_reachable|messages_received_total)'
start_influx; echo "InfluxDB is back"; back=$(now_ms)
wait "$load" || true
acked=$(jq .acked "$work/load.json"); refused=$(jq '.refused // 0' "$work/load.json")
drain
echo "caught up $(( $(now_ms) - back )) ms after its return"
ledger=$(api ledger); stored=$(influx_count hub power)
echo "acknowledged $acked, refused $refused, $(jq -c '{journalled, decoded, deadLettered, duplicates, readings, stored, balanced}' <<<"$ledger"), points with power in InfluxDB $stored, PUBACK ms $(jq -c .ack_ms "$work/load.json")"
decoded=$(jq .decoded <<<"$ledger")
[ "$stored" -ge "$acked" ] && [ "$stored" -le "$decoded" ] && [ "$(jq .balanced <<<"$ledger")" = true ] && [ "$(jq -r .reachable <<<"$(api storage)")" = true ] && echo "lost: 0, doubled: 0"
