#!/usr/bin/env bash
# QoS 1 (and 0) ingest, durable, decoded, judged by all shipped rules and stored, beside mosquitto feeding one subscriber that stores nothing.
#   MQTTLOAD=path bench/ingest.sh [seconds] [connections] [rounds]
# The senders are registered charging ports, three readings a message. Per round and quality of service one line each of:
#   what was acknowledged (QoS 1) or arrived (QoS 0) a second while the load ran, by both;
#   when the hub's consumers (rules, store) were level again, and the rate from the first message to that moment;
#   processor time a message: of the server, and of the load generator beside it.
source "$(dirname "$0")/lib.sh"
seconds=${1:-10}; connections=${2:-200}; rounds=${3:-1}
build; loader; start_mosquitto
register_devices "$work/data" "$connections"
start_hub "$work/data"; wait_ready

us() { awk -v c="$1" -v n="$2" 'BEGIN {printf "%.2f", n ? c / n : 0}'; }
mosquitto_round() { # qos
  "$work/mqttload" sub -p "$mosquitto_port" -f 'hub/v1/+/telemetry' -q "$1" -t $((seconds + 2)) -i sub >"$work/sub.json" & local sub=$!
  sleep 0.5
  local cpu pub; cpu=$(cpu_us "$mosquitto_pid")
  pub=$("$work/mqttload" pub -p "$mosquitto_port" -c "$connections" -q "$1" -t "$seconds")
  wait "$sub" || true
  them=$(jq -r .per_s "$work/sub.json"); cpu=$(( $(cpu_us "$mosquitto_pid") - cpu ))
  echo "qos $1 mosquitto: ${them}/s reached its subscriber ($(jq -r .messages_per_s <<<"$pub")/s sent, PUBACK p99 $(jq -r .ack_ms.p99 <<<"$pub") ms); $(us "$cpu" "$(jq -r .received "$work/sub.json")") us of processor time a message, load generator $(us "$(jq '.tool_cpu_s * 1000000' <<<"$pub")" "$(jq .sent <<<"$pub")")"
}
# What a broker still works off after its senders have gone must not be charged to the one that comes next.
settle() { # pid
  local last now; last=$(cpu_us "$1")
  for _ in $(seq 60); do sleep 0.5; now=$(cpu_us "$1"); [ $((now - last)) -lt 25000 ] && return; last=$now; done
}
hub_round() { # qos
  local before cpu began pub loaded drained after n
  before=$(api ledger | jq .received); cpu=$(cpu_us "$hub_pid"); began=$(now_ms)
  pub=$("$work/mqttload" pub -p "$mqtt" -c "$connections" -q "$1" -t "$seconds")
  loaded=$(now_ms); drain; drained=$(now_ms); cpu=$(( $(cpu_us "$hub_pid") - cpu ))
  after=$(api ledger); n=$(( $(jq .received <<<"$after") - before ))
  if [ "$1" = 1 ]; then ours=$(jq -r .messages_per_s <<<"$pub"); else ours=$(( n / seconds )); fi
  echo "qos $1 hub: ${ours}/s on disk$([ "$1" = 1 ] && echo " and acknowledged, PUBACK p99 $(jq -r .ack_ms.p99 <<<"$pub") ms"); all consumers level $((drained - loaded)) ms after the last: $(( n * 1000 / (drained - began) ))/s decoded, judged and stored; $(us "$cpu" "$n") us of processor time a message, load generator $(us "$(jq '.tool_cpu_s * 1000000' <<<"$pub")" "$(jq .sent <<<"$pub")"); ledger balanced: $(jq .balanced <<<"$after")"
  echo "qos $1 hub / mosquitto: $(awk -v a="$ours" -v b="$them" 'BEGIN {printf "%.2f", a / b}')"
}
for _ in $(seq "$rounds"); do
  for qos in 1 0; do mosquitto_round "$qos"; settle "$mosquitto_pid"; hub_round "$qos"; settle "$hub_pid"; done
done
api ledger
