#!/usr/bin/env bash
# QoS 1 (and 0) ingest, durable, decoded, judged by all shipped rules and stored, beside mosquitto feeding one subscriber that stores nothing.
#   MQTTLOAD=path bench/ingest.sh [seconds] [connections]
source "$(dirname "$0")/lib.sh"
seconds=${1:-10}; connections=${2:-200}
build; loader; start_mosquitto
start_hub "$work/data"; wait_ready

rate() { jq -r "$1" <<<"$2"; }
for qos in 1 0; do
  "$work/mqttload" sub -p "$mosquitto_port" -f 'hub/v1/+/telemetry' -t $((seconds + 2)) -i sub >"$work/sub.json" & sub=$!
  sleep 0.5
  them=$("$work/mqttload" pub -p "$mosquitto_port" -c "$connections" -q "$qos" -t "$seconds")
  wait "$sub" || true
  before=$(api ledger | jq .received)
  ours=$("$work/mqttload" pub -p "$mqtt" -c "$connections" -q "$qos" -t "$seconds")
  started=$(now_ms); drain; drained=$(( $(now_ms) - started ))
  after=$(api ledger)
  echo "qos $qos mosquitto: $them"
  echo "qos $qos mosquitto subscriber: $(cat "$work/sub.json")"
  echo "qos $qos hub: $ours"
  echo "qos $qos hub: $(( ($(jq .received <<<"$after") - before) / seconds )) messages/s received, queue empty ${drained} ms after the last, ledger balanced: $(jq .balanced <<<"$after")"
done
api ledger
