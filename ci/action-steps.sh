#!/usr/bin/env bash
# The steps of action.yml, so that they can be run and tested without GitHub: action-steps.sh prepare | start | run | stop.
# `prepare` takes the inputs as variables of the environment and keeps them for the steps after it; none of them is taken for a piece of a
# command but START, which is one. What is started gets a process group of its own (set -m), to be stopped with all that it starts.
set -euo pipefail -m

state=${RUNNER_TEMP:-/tmp}/mls-interop-action
inputs=(NAME ADDRESS START TIMEOUT SCRIPTS OPTIONS EXPECTATIONS SHARD THROUGH IMAGE PACKAGE PROGRAM OWN_PORT RESULTS)

program() {
  case $THROUGH in
    image)
      # The implementation listens on this machine's loopback interface, which the container therefore shares.
      docker run --rm --network host --user "$(id -u):$(id -g)" --read-only --volume "$PWD:/work" \
        --env GITHUB_ACTIONS --env GITHUB_STEP_SUMMARY=${GITHUB_STEP_SUMMARY:+/summary} ${GITHUB_STEP_SUMMARY:+--volume "$GITHUB_STEP_SUMMARY:/summary"} "$IMAGE" "$@"
      ;;
    npx) npx --yes "$PACKAGE" "$@" ;;
    # For tests of these steps.
    command) "$PROGRAM" "$@" ;;
  esac
}

fail() {
  # After the :: of a workflow command these three are to be escaped.
  local text=${*//%/%25}
  text=${text//$'\r'/%0D}
  echo "::error title=mls-interop::${text//$'\n'/%0A}"
  exit 2
}

prepare() {
  [[ $THROUGH =~ ^(image|npx|command)$ ]] || fail "through: '$THROUGH' is neither image nor npx"
  [[ $NAME =~ ^[A-Za-z0-9_.+-]+$ ]] || fail "name: '$NAME' is no name of letters, digits and . _ + -"
  [[ $ADDRESS =~ ^[^[:space:]]+:[0-9]{1,5}$ ]] || fail "address: '$ADDRESS' is not HOST:PORT"
  [[ -z $SHARD || $SHARD =~ ^[0-9]+/[0-9]+$ ]] || fail "shard: '$SHARD' is not NUMBER/TOTAL, such as 1/4"
  [[ $TIMEOUT =~ ^[1-9][0-9]*$ ]] || fail "timeout: '$TIMEOUT' is no number of seconds"
  mkdir -p "$RESULTS" "$state"
  local input
  for input in "${inputs[@]}"; do declare -p "$input"; done >"$state/inputs.sh"
  program --version
}

# Whether a connection is accepted; says nothing.
open_port() { (exec 3<>"/dev/tcp/${1%:*}/${1##*:}") 2>/dev/null; }

wait_for() {
  local what=$1 address=$2 pid=$3 log=$4 end=$((SECONDS + TIMEOUT))
  until open_port "$address"; do
    kill -0 "$pid" 2>/dev/null || { cat "$log"; fail "$what ended before it listened on $address"; }
    ((SECONDS < end)) || { cat "$log"; fail "$what does not listen on $address after $TIMEOUT s"; }
    sleep 0.5
  done
}

start() {
  if [[ -n $START ]]; then
    ! open_port "$ADDRESS" || fail "something listens on $ADDRESS already, before '$NAME' was started"
    bash -c "$START" </dev/null >"$RESULTS/$NAME.log" 2>&1 &
    echo $! >"$state/implementation.pid"
    wait_for "$NAME" "$ADDRESS" "$!" "$RESULTS/$NAME.log"
  fi
  program serve --listen "127.0.0.1:$OWN_PORT" --name 'mls-interop native' </dev/null >"$RESULTS/mls-interop.log" 2>&1 &
  echo $! >"$state/own.pid"
  wait_for mls-interop "127.0.0.1:$OWN_PORT" "$!" "$RESULTS/mls-interop.log"
}

run() {
  local options=(--client "$NAME=$ADDRESS" --client "native=127.0.0.1:$OWN_PORT"
    --record "$RESULTS/run.jsonl" --html "$RESULTS/report.html" --junit "$RESULTS/junit.xml")
  [[ -z $SHARD ]] || options+=(--shard "$SHARD")
  [[ -z $EXPECTATIONS ]] || options+=(--expectations "$EXPECTATIONS")
  local scripts=() extra=()
  # Words with blanks between them, as the inputs are described.
  read -ra scripts <<<"$SCRIPTS"
  read -ra extra <<<"$OPTIONS"
  local code=0
  program run ${scripts[@]+"${scripts[@]}"} "${options[@]}" ${extra[@]+"${extra[@]}"} || code=$?
  [[ -z ${GITHUB_OUTPUT:-} ]] || printf 'exit-code=%s\nresults=%s\n' "$code" "$RESULTS" >>"$GITHUB_OUTPUT"
  return "$code"
}

stop() {
  local file
  for file in "$state"/*.pid; do
    [[ -f $file ]] || continue
    kill -TERM -- "-$(cat "$file")" 2>/dev/null || true
    rm -f "$file"
  done
}

case ${1:-} in
  prepare)
    for input in "${inputs[@]}"; do declare "$input=${!input:-}"; done
    : "${OWN_PORT:=50950}" "${RESULTS:=mls-interop-results}"
    prepare
    ;;
  start | run)
    [[ -f $state/inputs.sh ]] || fail "$1: prepare comes first"
    # shellcheck source=/dev/null
    . "$state/inputs.sh"
    "$1"
    ;;
  # Also after steps that failed: there may be nothing to stop.
  stop) stop ;;
  *) echo 'usage: action-steps.sh prepare | start | run | stop' >&2 && exit 2 ;;
esac
