#!/usr/bin/env bash
# kill -9 in the middle of QoS 1 load, several times. Afterwards every acknowledged message must be in the ledger, balanced, in the store as it is
# read back, and no case lost or doubled: each life begins with a fire in a building of its own.   MQTTLOAD=path bench/kill.sh [kills] [messages a life]
source "$(dirname "$0")/lib.sh"
kills=${1:-1}; messages=${2:-50000}
connections=50
build; loader
acked=0; fires=0
for round in $(seq "$kills"); do
  start_hub "$work/data"; wait_ready
  flat=$(printf 'kill/estate-1/building-%02d/stairwell-1/flat-101' "$round")
  curl -fs -H 'Authorization: Bearer bench-token' -H 'Content-Type: application/json' -d "[{\"id\":\"smoke-$round\",\"kind\":\"smokeAlarm\",\"place\":\"$flat\",\"password\":\"secret-of-$round\"}]" \
    "http://127.0.0.1:$http/api/v1/devices/import" >/dev/null
  # Without a stamp of their own no two readings of a device can share one; the number tells each from every other.
  "$work/mqttload" pub -p "$mqtt" -c "$connections" -q 1 -r 10000 -t $(( messages / 10000 )) -b '{"values":{"power":@V,"port_temp":31.2,"voltage":60.1}}' >"$work/load.json" 2>&1 & load=$!
  if mosquitto_pub -p "$mqtt" -t "hub/v1/smoke-$round/event" -q 1 -m '{"type":"smoke"}' 2>/dev/null; then fires=$(( fires + 1 )); acked=$(( acked + 1 )); fi
  sleep "$(awk -v r="$RANDOM" -v s="$(( messages / 10000 ))" 'BEGIN { printf "%.2f", 0.3 + (r / 32768) * (s - 0.6) }')"
  kill_hub; wait "$load" || true
  acked=$(( acked + $(jq .acked "$work/load.json") ))
done
start_hub "$work/data"; wait_ready; drain
ledger=$(api ledger)
# As the store gives it back, device by device, counted in steps of a day.
stored=0
for device in $(seq 0 $(( connections - 1 ))); do
  n=$(api "readings?device=load-$device&channel=power&step=1d&from=$(( $(now_ms) - 172800000 ))&to=$(( $(now_ms) + 86400000 ))" | jq '[.items[].count] | add // 0')
  stored=$(( stored + n ))
done
cases=$(api 'cases?limit=1000' | jq '[.items[] | select(.severity == "P1")] | length')
echo "kills $kills, acknowledged $acked (of these fires $fires), $(jq -c '{journalled, decoded, deadLettered, duplicates, readings, stored, balanced}' <<<"$ledger"), read back $stored of $(( $(jq .decoded <<<"$ledger") )) decoded, P1 cases $cases for $fires fires"
[ "$(jq .journalled <<<"$ledger")" -ge "$acked" ] && [ "$(( stored + fires ))" -ge "$acked" ] && [ "$stored" -le "$(jq .decoded <<<"$ledger")" ] && [ "$cases" = "$fires" ] && [ "$(jq .balanced <<<"$ledger")" = true ] && echo "lost: 0, cases lost or doubled: 0"
