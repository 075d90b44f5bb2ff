#!/usr/bin/env bash
# kill -9 in the middle of QoS 1 load, several times: every acknowledged message must be in the ledger, balanced.   MQTTLOAD=path bench/kill.sh [kills] [messages]
source "$(dirname "$0")/lib.sh"
kills=${1:-1}; messages=${2:-50000}
build; loader
acked=0; ready=0
for round in $(seq "$kills"); do
  start_hub "$work/data"; wait_ready
  "$work/mqttload" pub -p "$mqtt" -c 50 -q 1 -r 10000 -t $(( messages / 10000 )) >"$work/load.json" 2>&1 & load=$!
  sleep "$(awk -v r="$RANDOM" -v s="$(( messages / 10000 ))" 'BEGIN { printf "%.2f", 0.3 + (r / 32768) * (s - 0.6) }')"
  kill_hub; wait "$load" || true
  acked=$(( acked + $(jq .acked "$work/load.json") ))
done
start_hub "$work/data"; wait_ready; drain
ledger=$(api ledger)
echo "kills $kills, acknowledged $acked, journalled $(jq .journalled <<<"$ledger"), decoded $(jq .decoded <<<"$ledger"), dead letters $(jq .deadLettered <<<"$ledger"), duplicates $(jq .duplicates <<<"$ledger"), readings $(jq .readings <<<"$ledger"), stored $(jq .stored <<<"$ledger"), balanced $(jq .balanced <<<"$ledger")"
[ "$(jq .journalled <<<"$ledger")" -ge "$acked" ] && [ "$(jq .balanced <<<"$ledger")" = true ] && echo "lost: 0"
