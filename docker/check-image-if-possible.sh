#!/bin/sh
# The image check for a CI that may be anywhere: with buildah, which is installed where that is allowed, on base images from their registry
# or, where none can be reached, made here. Where a machine lacks what the check needs it says so in one line and ends well; a check that
# fails, fails.
#   check-image-if-possible.sh SECONDS     how long all of it may take
set -eu
cd "$(dirname "$0")/.."
. docker/engine.sh
deadline=$(($(date +%s) + ${1:-600}))
# Less than that is not enough for the check itself, even with every layer built.
least=90
work=$(mktemp -d)
chmod 777 "$work"
log=$work/log
# A container and an image of this name are there while the machine is tried out.
probe=
clean() {
  [ -z "$probe" ] || { timeout -k 10 30 buildah rm "$probe" || true; timeout -k 10 30 buildah rmi "$probe" || true; } </dev/null >/dev/null 2>&1
  probe=
}
trap 'clean; rm -rf "$work"' EXIT
trap 'exit 143' HUP INT TERM

left_out() {
  echo "image check left out: $*"
  exit 0
}
# within SECONDS COMMAND...: for that long, or as long as there is time; what the command says is kept.
within() {
  left=$((deadline - $(date +%s)))
  [ "$left" -ge "$least" ] || left_out "$((left > 0 ? left : 0)) s are left for it, and it takes at least $least"
  if [ "$1" -lt "$left" ]; then left=$1; fi
  shift
  timeout -k 10 "$left" "$@" </dev/null >"$log" 2>&1
}
# What the command said that failed. It said nothing when it was its time that ended.
because() {
  said=$(grep -m 1 -E 'npm (error|ERR!) code|^E: |^(mount|unshare|chroot): ' "$log" || tail -n 1 "$log")
  echo "${said:-no answer}" | cut -c 1-200
}

# --- buildah and the base images --------------------------------------------------------------------------------------------------------
if ! command -v buildah >/dev/null; then
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || left_out 'there is no buildah, and only root of a Debian or Ubuntu installs it here'
  export DEBIAN_FRONTEND=noninteractive
  within 120 apt-get update -q || left_out "buildah cannot be installed: $(because)"
  within 300 apt-get install -qy --no-install-recommends buildah debootstrap || left_out "buildah cannot be installed: $(because)"
fi
node=$(argument_of NODE_IMAGE)
for image in "$(argument_of DEBIAN_IMAGE)" "$node"; do
  within 30 buildah inspect --type image "$image" || within 60 buildah pull --quiet "$image" || within 600 sh docker/local-bases.sh \
    || left_out "$image can neither be pulled nor made: $(because)"
done

# --- whether this machine lets a build reach npm, and the check enter an image ----------------------------------------------------------
export ENGINE=buildah BUILD_OPTIONS="${BUILD_OPTIONS:---network host}"
probe=mls-interop-probe-$$
mkdir "$work/context"
printf 'FROM %s\nRUN mkdir /work && cd /tmp && npm pack --fetch-retries 0 htm\n' "$node" >"$work/context/Dockerfile"
# shellcheck disable=SC2086
within 60 buildah bud $buildah_options $BUILD_OPTIONS -t "$probe" "$work/context" || left_out "a build gets no package from npm here: $(because)"
within 30 buildah from --name "$probe" "$probe" && within 30 buildah mount "$probe" && tree=$(grep -m 1 '^/' "$log") \
  || left_out "buildah cannot open an image here: $(because)"
# shellcheck disable=SC2016
within 30 sh -euc '. docker/engine.sh; first_process_of "$$" >/dev/null; enter_tree "$@"' sh "$tree" "$work" true \
  || left_out "the tree of an image cannot be entered here: $(because)"
clean

# --- the check --------------------------------------------------------------------------------------------------------------------------
code=0
within "$deadline" make --no-print-directory image-check || code=$?
cat "$log"
case $code in 124 | 137) left_out 'it did not end within the time it has' ;; esac
# What the machine ran out of, or the registry stopped to give, in the middle of a build.
missing='[Nn]o space left on device|npm (error|ERR!) code (ENOSPC|ECONN[A-Z]+|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ERR_SOCKET_TIMEOUT|E429|E50[0-9])'
[ "$code" = 0 ] || ! grep -q -E "$missing" "$log" || left_out "$(grep -m 1 -E "$missing" "$log" | cut -c 1-200)"
exit "$code"
