#!/usr/bin/env bash
# One broker after the other in one run, as one table: the hub whole (on disk before PUBACK, decoded, judged, stored), the hub's endpoint
# alone (nothing kept), mosquitto, RabbitMQ's MQTT plugin, aedes (npm). Each takes QoS 1 and QoS 0 from many connections, three readings
# a message, and feeds one subscriber that counts; the hub also stands there without one.
#   MQTTLOAD=path bench/mqtt.sh [seconds] [connections]
# Brokers that are not installed are left out, aloud.
source "$(dirname "$0")/lib.sh"
seconds=${1:-8}; connections=${2:-200}
loader; build

start_whole_hub() { register_devices "$work/whole" "$connections" && start_hub "$work/whole" && wait_ready; port=$mqtt; broker=$hub_pid; }
start_endpoint() {
  port=$(free_port)
  dotnet build "$root/bench/Hub.Bench" -c Release -v quiet -nologo >/dev/null
  dotnet "$root/bench/Hub.Bench/bin/Release/net10.0/Hub.Bench.dll" mqtt-serve "$port" >"$work/endpoint.log" 2>&1 & broker=$!
}
start_plain_mosquitto() { command -v mosquitto >/dev/null || return 1; start_mosquitto; port=$mosquitto_port; broker=$mosquitto_pid; }
start_aedes() {
  command -v npm >/dev/null || return 1
  port=$(free_port); mkdir -p "$work/aedes"
  (cd "$work/aedes" && npm install --no-audit --no-fund --silent aedes@1.2.0 >/dev/null 2>&1) || return 1
  cat >"$work/aedes/serve.cjs" <<'JS'
const { Aedes } = require('aedes');
Aedes.createBroker().then((broker) => require('net').createServer(broker.handle).listen(Number(process.argv[2]), '127.0.0.1'));
JS
  node "$work/aedes/serve.cjs" "$port" >"$work/aedes.log" 2>&1 & broker=$!
}
start_rabbitmq() {
  local server=/usr/lib/rabbitmq/bin/rabbitmq-server; [ -x "$server" ] || return 1
  local home=$work/rabbit amqp dist epmd; mkdir -p "$home"; port=$(free_port); amqp=$(free_port); dist=$(free_port); epmd=$(free_port)
  echo "$epmd" >"$home/epmd"
  echo '[rabbitmq_mqtt].' >"$home/plugins"
  printf 'listeners.tcp.1 = 127.0.0.1:%s\nmqtt.listeners.tcp.1 = 127.0.0.1:%s\nmqtt.allow_anonymous = true\nlog.console = false\ndisk_free_limit.absolute = 50MB\n' "$amqp" "$port" >"$home/rabbitmq.conf"
  echo bench >"$home/.erlang.cookie"; chmod 400 "$home/.erlang.cookie"
  HOME=$home RABBITMQ_CONF_ENV_FILE=/nonexistent RABBITMQ_NODENAME=bench@localhost RABBITMQ_NODE_IP_ADDRESS=127.0.0.1 RABBITMQ_NODE_PORT=$amqp RABBITMQ_DIST_PORT=$dist \
    RABBITMQ_MNESIA_BASE=$home/db RABBITMQ_LOG_BASE=$home/log RABBITMQ_PID_FILE=$home/pid RABBITMQ_ENABLED_PLUGINS_FILE=$home/plugins RABBITMQ_CONFIG_FILE=$home/rabbitmq \
    ERL_EPMD_ADDRESS=127.0.0.1 ERL_EPMD_PORT=$epmd RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1}" \
    setsid "$server" >"$home/out" 2>&1 & broker=$!
}

us() { awk -v c="$1" -v n="$2" 'BEGIN {printf "%.1f", n ? c / n : 0}'; }
counter() { # qos: messages the server has taken in so far, when it tells
  [ "$broker" = "${hub_pid:-}" ] && api ledger | jq .received || echo 0
}
measure() { # name, starter, subscriber: yes or no
  [ "$2" = keep ] || "$2" || { echo "| $1 | not installed | | | | | |"; return; }
  [ "$2" = keep ] || pids+=("$broker")
  wait_port "$port" || { echo "| $1 | did not start | | | | | |"; return; }
  local line="| $1 |" qos pub sub='' cpu before taken reached
  for qos in 1 0; do
    if [ "$3" = yes ]; then "$work/mqttload" sub -p "$port" -f 'hub/v1/+/telemetry' -q "$qos" -t $((seconds + 2)) -i counter >"$work/sub.json" & sub=$!; sleep 0.5; fi
    kill -0 "$broker" 2>/dev/null || { line+=" ended by itself |"; break; }
    cpu=$(cpu_us "$broker"); before=$(counter)
    pub=$("$work/mqttload" pub -p "$port" -c "$connections" -q "$qos" -t "$seconds") || true # what was not acknowledged in time is told in what it prints
    reached='–'; taken=$(( $(counter) - before ))
    if [ "$3" = yes ]; then wait "$sub" || true; reached=$(jq -r .per_s "$work/sub.json"); fi
    [ "$broker" = "${hub_pid:-}" ] && drain
    cpu=$(( $(cpu_us "$broker") - cpu ))
    if [ "$qos" = 1 ]; then line+=" $(jq -r .messages_per_s <<<"$pub") | $(jq -r .ack_ms.p99 <<<"$pub") ms | $reached | $(us "$cpu" "$(jq .sent <<<"$pub")") |"
    else line+=" $([ "$taken" -gt 0 ] && echo $((taken / seconds)) || echo "sent $(jq -r .messages_per_s <<<"$pub")") | $reached |"; fi
  done
  echo "$line"
}
finish() {
  [ -f "$work/rabbit/pid" ] && kill "$(cat "$work/rabbit/pid")" 2>/dev/null || true
  kill "$broker" 2>/dev/null || true; wait "$broker" 2>/dev/null || true
  [ -f "$work/rabbit/epmd" ] || return 0
  # RabbitMQ leaves its port mapper behind; it goes once the node has signed off.
  for _ in $(seq 50); do epmd -port "$(cat "$work/rabbit/epmd")" -kill 2>/dev/null | grep -q ^Killed && break; sleep 0.2; done
}

echo "| broker | QoS 1 in [1/s] | PUBACK p99 | to the subscriber [1/s] | processor time [us a message] | QoS 0 in [1/s] | to the subscriber [1/s] |"
echo "|---|---|---|---|---|---|---|"
measure "hub, whole road" start_whole_hub no
measure "hub, whole road and one subscriber" keep yes; finish
measure "hub, endpoint alone (nothing kept)" start_endpoint yes; finish
measure "mosquitto $(mosquitto -h 2>/dev/null | sed -n '1s/.*version //p')" start_plain_mosquitto yes; finish
measure "aedes 1.2.0" start_aedes yes; finish
measure "RabbitMQ MQTT plugin" start_rabbitmq yes; finish
