# Shared by the bench scripts: builds the hub once, starts and ends servers by their process id, asks the hub.
# MQTTLOAD names an independent MQTT load generator (a C file or a program); without it the simulators' own generator is not used
# for comparisons, because a yardstick must not belong to what it measures.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/hub-bench.XXXXXX")
pids=()
cleanup() { for pid in "${pids[@]:-}"; do [ -n "$pid" ] && kill -9 "$pid" 2>/dev/null || true; done; wait 2>/dev/null || true; rm -rf "$work"; }
trap cleanup EXIT
export ERL_CRASH_DUMP=$work/erl_crash.dump # an Erlang program that dies leaves its dump here, not in the folder one stands in

# The program as an operator installs it: published for this platform, so compiled. Without the compiler's package (no network), as built.
# HUB_DLL names a program that is built already.
build() {
  if [ -n "${HUB_DLL:-}" ]; then hub_dll=$HUB_DLL; return; fi
  local out=$root/Hub/bin/published
  if dotnet publish "$root/Hub" -c Release -r "linux-$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')" -o "$out" -v quiet -nologo >"$work/publish.log" 2>&1; then hub_dll=$out/hub.dll; return; fi
  echo "publishing failed ($(tail -1 "$work/publish.log")): the plain build is measured, which is slower in its first seconds" >&2
  dotnet build "$root/Hub" -c Release -v quiet -nologo >/dev/null; hub_dll=$root/Hub/bin/Release/net10.0/hub.dll
}

loader() {
  [ -n "${MQTTLOAD:-}" ] || { echo "set MQTTLOAD to the load generator (its .c file or its program)" >&2; exit 2; }
  case "$MQTTLOAD" in *.c) cc -O2 -o "$work/mqttload" "$MQTTLOAD" ;; *) cp "$MQTTLOAD" "$work/mqttload" ;; esac
}

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
wait_port() { for _ in $(seq 300); do (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return; sleep 0.1; done; echo "port $1 did not open" >&2; return 1; }
now_ms() { date +%s%3N; }

# start_hub DATA_DIR [setting ...]: sets hub_pid, http, mqtt
start_hub() {
  local data=$1; shift
  http=${http:-$(free_port)}; mqtt=${mqtt:-$(free_port)}
  dotnet "$hub_dll" run --Hub:DataDir "$data" --Hub:Bind 127.0.0.1 --Hub:Http:Port "$http" --Hub:Mqtt:Port "$mqtt" \
    --Hub:Mqtt:Anonymous true --Hub:Ingest:UnknownDevices accept --Hub:Auth:BootstrapToken bench-token "$@" >>"$work/hub.log" 2>&1 &
  hub_pid=$!; pids+=("$hub_pid")
}
# register_devices DATA_DIR N: the load generator's devices as charging ports of 16 estates, so that the rules have something to judge
register_devices() {
  { echo 'id,kind,name,place,gateway,password,longitude,latitude,sim'; for i in $(seq 0 $(($2 - 1))); do echo "load-$i,chargerPort,,leshan/estate-$((i % 16))/shed-1/bay-$i,,,,,"; done; } >"$work/devices.csv"
  dotnet "$hub_dll" device import "$work/devices.csv" --Hub:DataDir "$1" >/dev/null
}
# cpu_us PID: processor time of a process and its children so far, in microseconds
cpu_us() {
  local us child
  us=$(awk -v hz="$(getconf CLK_TCK)" '{sub(/.*\) /, ""); printf "%.0f", ($12 + $13) * 1000000 / hz}' "/proc/$1/stat" 2>/dev/null) || us=0
  for child in $(pgrep -P "$1" || true); do us=$(( us + $(cpu_us "$child") )); done
  echo "$us"
}
wait_ready() { for _ in $(seq 1200); do curl -fs "http://127.0.0.1:$http/healthz/ready" >/dev/null 2>&1 && return; kill -0 "$hub_pid" 2>/dev/null || { tail -5 "$work/hub.log" >&2; return 1; }; sleep 0.05; done; return 1; }
stop_hub() { kill -TERM "$hub_pid" 2>/dev/null || true; wait "$hub_pid" 2>/dev/null || true; }
kill_hub() { kill -9 "$hub_pid"; wait "$hub_pid" 2>/dev/null || true; }
api() { curl -fs -H 'Authorization: Bearer bench-token' "http://127.0.0.1:$http/api/v1/$1"; }
rss_kb() { awk '/^VmRSS/ {print $2}' "/proc/$1/status"; }

# start_mosquitto: sets mosquitto_port
start_mosquitto() {
  mosquitto_port=$(free_port)
  printf 'listener %s 127.0.0.1\nallow_anonymous true\npersistence false\nmax_inflight_messages 0\nmax_queued_messages 0\n' "$mosquitto_port" >"$work/mosquitto.conf"
  mosquitto -c "$work/mosquitto.conf" >"$work/mosquitto.log" 2>&1 &
  mosquitto_pid=$!; pids+=("$mosquitto_pid"); wait_port "$mosquitto_port"
}

# start_influx: a throw-away InfluxDB 1.x; sets influx_port and influx_pid. Again after stop_influx: the same data on the same port.
start_influx() {
  influx_port=${influx_port:-$(free_port)}
  if [ ! -f "$work/influx.conf" ]; then
    mkdir -p "$work/influx"
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
  bind-address = "127.0.0.1:$influx_port"
  log-enabled = false
[monitor]
  store-enabled = false
CONF
  fi
  influxd run -config "$work/influx.conf" >>"$work/influx.log" 2>&1 &
  influx_pid=$!; pids+=("$influx_pid"); wait_port "$influx_port"
}
stop_influx() { kill -9 "$influx_pid" 2>/dev/null || true; wait "$influx_pid" 2>/dev/null || true; }
# influx_count DATABASE FIELD: points with that field, counted by the server
influx_count() {
  curl -fsG "http://127.0.0.1:$influx_port/query" --data-urlencode "db=$1" --data-urlencode "q=SELECT count(\"$2\") FROM /.*/" | jq '[.results[0].series[]?.values[0][1]] | add // 0'
}
cpu_ms() { awk -v hz="$(getconf CLK_TCK)" '{ printf "%d", ($14 + $15) * 1000 / hz }' "/proc/$1/stat"; }
drain() { for _ in $(seq 1200); do [ "$(api ledger | jq .queued)" = 0 ] && return; sleep 0.1; done; echo "the queue did not drain" >&2; return 1; }
