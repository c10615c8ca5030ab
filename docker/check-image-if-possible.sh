#!/bin/sh
# The image check for a CI that may be anywhere: with buildah, which is installed where that is allowed, on base images from their registry
# or, where none can be reached, made here. Where that cannot be done it says why in one line and ends well; a check that fails, fails.
#   check-image-if-possible.sh SECONDS     how long all of it may take
set -eu
cd "$(dirname "$0")/.."
. docker/engine.sh
deadline=$(($(date +%s) + ${1:-600}))
log=$(mktemp)
trap 'rm -f "$log"' EXIT

left_out() {
  echo "image check left out: $*"
  exit 0
}
# Within the time that is left; what it says is kept for when it fails.
within() {
  left=$((deadline - $(date +%s)))
  [ "$left" -gt 0 ] || left_out 'there is no time left for it'
  timeout "$left" "$@" </dev/null >"$log" 2>&1
}
because() { tail -n 1 "$log" | cut -c 1-200; }

if ! command -v buildah >/dev/null; then
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || left_out 'there is no buildah, and only root of a Debian or Ubuntu installs it here'
  export DEBIAN_FRONTEND=noninteractive
  within apt-get update -q || left_out "buildah cannot be installed: $(because)"
  within apt-get install -qy --no-install-recommends buildah debootstrap || left_out "buildah cannot be installed: $(because)"
fi
base=$(argument_of DEBIAN_IMAGE)
for image in "$base" "$(argument_of NODE_IMAGE)"; do
  buildah inspect --type image "$image" >/dev/null 2>&1 || timeout 60 buildah pull --quiet "$image" </dev/null >"$log" 2>&1 \
    || within sh docker/local-bases.sh || left_out "$image can neither be pulled nor made: $(because)"
done
container=$(buildah from "$base") || left_out "buildah cannot use $base"
possible=yes
within unshare --mount --pid --fork buildah run --isolation chroot "$container" -- true || possible=
buildah rm "$container" >/dev/null
[ -n "$possible" ] || left_out "buildah may not run anything here: $(because)"

code=0
left=$((deadline - $(date +%s)))
[ "$left" -gt 0 ] || left_out 'there is no time left for it'
ENGINE=buildah BUILD_OPTIONS="${BUILD_OPTIONS:---network host}" timeout "$left" make --no-print-directory image-check </dev/null || code=$?
[ "$code" != 124 ] || left_out "it did not end within the time it has"
exit "$code"
